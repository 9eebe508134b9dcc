package pharm

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Schild is the regression of an antagonist's dose ratios.
type Schild struct {
	PA2   float64 // -log10 of the molar concentration that doubles the agonist's dose: where the line is 0
	Slope float64 // 1 for simple competition

	SESlope float64 // standard error of Slope; NaN for two points
	R2      float64 // share of variance that the line explains
	DF      int     // points less 2

	LogB, LogRatio []float64 // the points: log10 of the concentration (M), log10(ratio - 1)
}

// FitSchild fits the line of Arunlakshana and Schild,
//
//	log10(r - 1) = Slope (log10 [B] + pA2),
//
// by least squares. antagonist holds concentrations [B] in mol/L, ratio the dose
// ratios r: the agonist's EC50 with the antagonist over that without. A slope
// that differs from 1 says that the antagonism is not simply competitive.
//
// Unequal lengths, fewer than 2 points, a concentration not above 0, a ratio not
// above 1 (no shift has no logarithm: leave the point out), fewer than 2
// different concentrations and a line without slope are errors. Source:
// Arunlakshana and Schild 1959, Br. J. Pharmacol. 14:48. Checked against
// Gaddum's equation.
func FitSchild(antagonist, ratio []float64) (*Schild, error) {
	n := len(antagonist)
	if n != len(ratio) || n < 2 {
		return nil, fmt.Errorf("pharm: FitSchild: antagonist has %d values and ratio %d; they must be as many, 2 or more", n, len(ratio))
	}
	s := &Schild{DF: n - 2}
	mx, my := 0.0, 0.0
	for i := range antagonist {
		if !(antagonist[i] > 0) || math.IsInf(antagonist[i], 0) {
			return nil, fmt.Errorf("pharm: FitSchild: antagonist[%d] is %g mol/L; it must be above 0 and finite (the curve without antagonist is in the ratios)", i, antagonist[i])
		}
		if !(ratio[i] > 1) || math.IsInf(ratio[i], 0) {
			return nil, fmt.Errorf("pharm: FitSchild: ratio[%d] is %g; it must be above 1 and finite; leave concentrations that shift nothing out", i, ratio[i])
		}
		s.LogB = append(s.LogB, vec.Log10(antagonist[i]))
		s.LogRatio = append(s.LogRatio, vec.Log10(ratio[i]-1))
		mx, my = mx+s.LogB[i]/float64(n), my+s.LogRatio[i]/float64(n)
	}
	xx, xy, yy := 0.0, 0.0, 0.0
	for i := range s.LogB {
		dx, dy := s.LogB[i]-mx, s.LogRatio[i]-my
		xx, xy, yy = xx+float64(dx*dx), xy+float64(dx*dy), yy+float64(dy*dy)
	}
	if xx == 0 || xy == 0 {
		return nil, fmt.Errorf("pharm: FitSchild: the points have no slope; at least 2 different concentrations with different ratios are needed")
	}
	s.Slope = xy / xx
	s.PA2 = my/s.Slope - mx
	s.R2 = xy / xx * xy / yy
	s.SESlope = math.NaN()
	if s.DF > 0 {
		s.SESlope = math.Sqrt(math.Max(yy-float64(s.Slope*xy), 0) / float64(s.DF) / xx)
	}
	return s, nil
}

// String names pA2 and slope.
func (s *Schild) String() string {
	if math.IsNaN(s.SESlope) {
		return fmt.Sprintf("Schild: pA2 %.2f, slope %.2f", s.PA2, s.Slope)
	}
	return fmt.Sprintf("Schild: pA2 %.2f, slope %.2f ± %.2f (SE)", s.PA2, s.Slope, s.SESlope)
}

// Plot returns the Schild plot: points, line, and the pA2 where it is 0.
func (s *Schild) Plot() *figure.Figure {
	lo, hi := -s.PA2, -s.PA2
	for _, b := range s.LogB {
		lo, hi = math.Min(lo, b), math.Max(hi, b)
	}
	reach := float64(0.08 * (hi - lo))
	x := []float64{lo - reach, hi + reach}
	y := []float64{s.Slope * (x[0] + s.PA2), s.Slope * (x[1] + s.PA2)}
	return &figure.Figure{Title: strings.Replace(s.String(), "pA2", "$pA_2$", 1), Width: 12, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "$log_{10}$ [antagonist]", Unit: "M"},
		Y: figure.Axis{Label: "$log_{10}$ (dose ratio − 1)"},
		Layers: []figure.Layer{
			{Kind: figure.HLine, Y: []float64{0}},
			{Kind: figure.Line, X: x, Y: y, Color: "blue"},
			{Kind: figure.Points, X: s.LogB, Y: s.LogRatio, Color: "black"},
			{Kind: figure.VLine, X: []float64{-s.PA2}, Color: "orange", Dash: true},
			{Kind: figure.Note, X: []float64{-s.PA2}, Y: []float64{y[1]}, Text: " −$pA_2$", Color: "orange"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (s *Schild) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}
