package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Occupancy returns the share of receptors that a drug holds from the binding
// potentials of a scan before and one after it.
//
//	occupancy = 1 - drug/baseline
//
// Both potentials (BPND, BPP or BPF, the same one) have one unit. A baseline
// that is not above 0 and NaN give NaN.
//
// Source: Innis et al. 2007, J. Cereb. Blood Flow Metab. 27:1533 (the terms).
func Occupancy(baseline, drug float64) float64 {
	if !(baseline > 0) {
		return math.NaN()
	}
	return 1 - drug/baseline
}

// A Lassen is the occupancy plot of regional volumes of distribution.
type Lassen struct {
	Occupancy float64 // share of receptors that the drug holds: the slope
	VND       float64 // nondisplaceable volume of distribution: where the line is 0
	SE        float64 // standard error of Occupancy; NaN for two regions
	R2        float64 // share of variance that the line explains
	DF        int     // regions less 2

	Baseline, Change []float64 // VT at baseline, and how much lower it is with the drug
}

// FitLassen fits the occupancy plot,
//
//	VT(baseline) - VT(drug) = Occupancy (VT(baseline) - VND),
//
// by least squares over regions. baseline and drug hold the total volume of
// distribution of each region, in one unit (mL/cm³). It needs no reference
// region, but regions that differ in density and share occupancy and VND.
//
// Unequal lengths, fewer than 2 regions, NaN, Inf, values that are not above 0,
// equal baselines and a line without slope are errors. Source: Lassen et al.
// 1995; Cunningham et al. 2010, J. Cereb. Blood Flow Metab. 30:46. Checked against SciPy's linregress.
func FitLassen(baseline, drug []float64) (*Lassen, error) {
	n := len(baseline)
	if n != len(drug) || n < 2 {
		return nil, fmt.Errorf("pharm: FitLassen: baseline has %d regions and drug %d; they must be as many, 2 or more", n, len(drug))
	}
	l := &Lassen{DF: n - 2, SE: math.NaN()}
	mx, my := 0.0, 0.0
	for i := range baseline {
		for k, v := range []float64{baseline[i], drug[i]} {
			if !(v > 0) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("pharm: FitLassen: %s[%d] is %g, a volume of distribution must be above 0 and finite", []string{"baseline", "drug"}[k], i, v)
			}
		}
		l.Baseline, l.Change = append(l.Baseline, baseline[i]), append(l.Change, baseline[i]-drug[i])
		mx, my = mx+baseline[i]/float64(n), my+l.Change[i]/float64(n)
	}
	xx, xy, yy := 0.0, 0.0, 0.0
	for i := range l.Change {
		dx, dy := l.Baseline[i]-mx, l.Change[i]-my
		xx, xy, yy = xx+float64(dx*dx), xy+float64(dx*dy), yy+float64(dy*dy)
	}
	if xx == 0 || xy == 0 {
		return nil, fmt.Errorf("pharm: FitLassen: the regions have no slope; they must differ at baseline and in their change")
	}
	l.Occupancy = xy / xx
	l.VND = mx - my/l.Occupancy
	l.R2 = xy / xx * xy / yy
	if l.DF > 0 {
		l.SE = math.Sqrt(math.Max(yy-float64(l.Occupancy*xy), 0) / float64(l.DF) / xx)
	}
	return l, nil
}

// String names occupancy and VND.
func (l *Lassen) String() string {
	if math.IsNaN(l.SE) {
		return fmt.Sprintf("Lassen plot: occupancy %.1f%%, VND %.3g", 100*l.Occupancy, l.VND)
	}
	return fmt.Sprintf("Lassen plot: occupancy %.1f ± %.1f%% (SE), VND %.3g; %d regions", 100*l.Occupancy, 100*l.SE, l.VND, len(l.Change))
}

// Table returns one row per region.
func (l *Lassen) Table() table.Table {
	return table.Table{Title: l.String(), Cols: []table.Col{{Name: "baseline", Num: l.Baseline}, {Name: "baseline - drug", Num: l.Change}}}
}

// Plot draws the regions, the line, and VND where it is 0.
func (l *Lassen) Plot() *figure.Figure {
	hi := most(l.Baseline)
	x := []float64{l.VND, hi}
	return &figure.Figure{Title: l.String(), Width: 12, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "$V_T$ at baseline"},
		Y: figure.Axis{Label: "$V_T$ at baseline − $V_T$ with drug"},
		Layers: []figure.Layer{
			{Kind: figure.HLine, Y: []float64{0}},
			{Kind: figure.Line, X: x, Y: []float64{0, l.Occupancy * (hi - l.VND)}, Color: "blue"},
			{Kind: figure.Points, X: l.Baseline, Y: l.Change, Color: "black"},
			{Kind: figure.VLine, X: []float64{l.VND}, Color: "orange", Dash: true},
			{Kind: figure.Note, X: []float64{l.VND}, Y: []float64{l.Occupancy * (hi - l.VND)}, Text: " $V_{ND}$", Color: "orange"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (l *Lassen) Show() display.Bundle {
	b := l.Plot().Show()
	b.Data[display.TypeText] = l.String()
	return b
}

// FitOccupancy fits occupancy against dose or plasma concentration by least
// squares.
//
//	occupancy = OccMax x / (EC50 + x)
//
// x and occupancy hold one value per scan, occupancy as a share (or in percent,
// named by unit); xUnit labels x. OccMax is held at max; a max of 0 fits it too.
//
// Unequal lengths, NaN, Inf, negative x, too few scans and scans that do not
// determine the curve are errors. Checked against the closed form.
func FitOccupancy(x, occupancy []float64, max float64, xUnit, unit string) (*CurveFit, error) {
	const who = "FitOccupancy"
	p := 2
	if max > 0 {
		p = 1
	}
	if err := checkSamples(who, "x", "occupancy", x, occupancy, p); err != nil {
		return nil, err
	}
	if !(most(occupancy) > 0) || !(max >= 0) || math.IsInf(max, 0) {
		return nil, fmt.Errorf("pharm: %s: the largest occupancy is %g and max %g; the one must be above 0, the other finite and 0 or more", who, most(occupancy), max)
	}
	f := &CurveFit{
		Model: "receptor occupancy", Names: []string{"EC50", "OccMax"}[:p], Units: []string{xUnit, unit}[:p],
		X: append([]float64(nil), x...), Y: append([]float64(nil), occupancy...),
		XLabel: "dose", YLabel: "occupancy", XUnit: xUnit, YUnit: unit,
		at: func(q []float64, v float64) float64 {
			top := max
			if len(q) > 1 {
				top = q[1]
			}
			return Hill(v, top, q[0], 1)
		},
	}
	if err := f.fit(who, []float64{float64(0.5 * most(x)), most(occupancy)}[:p], []bool{true, true}[:p]); err != nil {
		return nil, err
	}
	return f, nil
}
