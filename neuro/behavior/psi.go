package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PsiOptions are the grids of a Psi procedure. Levels must be given.
type PsiOptions struct {
	Levels []float64 // stimulus levels that can be shown
	// Thresholds are the candidates; empty means 41 from the lowest to the
	// highest level.
	Thresholds []float64
	// Slopes β are the candidates; empty means 21, equally spaced in their
	// logarithm, from 1 to 50 over the range of the levels.
	Slopes []float64
	// Shape is "normal" (the default), "logistic" or "gumbel" (a Weibull
	// function of levels in log10).
	Shape string
	// Guess is the proportion correct without any signal. 0 means 0.5; -1 means none.
	Guess float64
	// Lapse is the proportion of errors at any level. 0 means 0.02; -1 means none.
	Lapse  float64
	Trials int    // after which Done says so. 0 means 50; -1 no end.
	Unit   string // labels the levels; may be empty
}

// Psi is a running Psi procedure, which estimates threshold and slope together.
type Psi struct {
	Levels  []float64 // shown so far
	Correct []bool    // the responses

	entropyGrid
	o    PsiOptions
	next int
}

// NewPsi starts the Psi method with equal prior probabilities over the grid of
// thresholds T and slopes β.
//
//	p(x) = Guess + (1 - Guess - Lapse) F(x)
//	normal: F = Φ(β (x - T)),  logistic: F = 1/(1 + exp(-β (x - T)))
//	gumbel: F = 1 - exp(-10^(β (x - T)))
//
// The next level is the one after whose response the expected entropy of the
// posterior is least. Estimates are posterior means, of the logarithm for the slope.
//
// Grids with values that are not finite, fewer than two levels, slopes not above
// 0, rates outside 0 to 1, more than a million likelihoods, and another Shape are errors.
//
// Source: Kontsevich and Tyler 1999, Vision Res 39:2729. Checked against their
// equations in NumPy, level by level.
func NewPsi(o PsiOptions) (*Psi, error) {
	fail := func(format string, a ...any) (*Psi, error) {
		return nil, fmt.Errorf("behavior: NewPsi: "+format, a...)
	}
	for _, err := range []error{rateOption("Guess", &o.Guess, 0.5), rateOption("Lapse", &o.Lapse, 0.02)} {
		if err != nil {
			return fail("%w", err)
		}
	}
	if o.Guess+o.Lapse >= 1 {
		return fail("Guess %g and Lapse %g leave nothing between them, their sum must be below 1", o.Guess, o.Lapse)
	}
	if !slices.Contains([]string{"", "normal", "logistic", "gumbel"}, o.Shape) {
		return fail("Shape is %q, it must be \"normal\", \"logistic\" or \"gumbel\"", o.Shape)
	}
	if o.Trials < -1 {
		return fail("Trials is %d, it must be above 0 (0 means 50, -1 no end)", o.Trials)
	}
	if o.Trials == 0 {
		o.Trials = 50
	}
	o.Levels, o.Thresholds, o.Slopes = slices.Clone(o.Levels), slices.Clone(o.Thresholds), slices.Clone(o.Slopes)
	for _, g := range []struct {
		name string
		v    []float64
		low  float64
	}{{"Levels", o.Levels, math.Inf(-1)}, {"Thresholds", o.Thresholds, math.Inf(-1)}, {"Slopes", o.Slopes, 0}} {
		for i, v := range g.v {
			if math.IsNaN(v) || math.IsInf(v, 0) || v <= g.low {
				return fail("%s[%d] is %g, it must be finite (slopes above 0)", g.name, i, v)
			}
		}
	}
	if len(o.Levels) < 2 || slices.Min(o.Levels) == slices.Max(o.Levels) {
		return fail("Levels has %d values; two different ones or more are needed, such as -40 to 0 in steps of 1", len(o.Levels))
	}
	lo, hi := slices.Min(o.Levels), slices.Max(o.Levels)
	if len(o.Thresholds) == 0 {
		for i := range 41 {
			o.Thresholds = append(o.Thresholds, lo+float64((hi-lo)*float64(i)/40))
		}
	}
	if len(o.Slopes) == 0 {
		for i := range 21 {
			o.Slopes = append(o.Slopes, vec.Pow(50, float64(i)/20)/(hi-lo))
		}
	}
	if size := float64(len(o.Levels)) * float64(len(o.Thresholds)) * float64(len(o.Slopes)); size > 1e6 {
		return fail("the grids make %g likelihoods; at most a million are allowed: take coarser grids", size)
	}
	p := &Psi{o: o, next: -1}
	prior := make([]float64, len(o.Thresholds)*len(o.Slopes))
	for i := range prior {
		prior[i] = 1
	}
	p.entropyGrid = newEntropyGrid(prior)
	for _, x := range o.Levels {
		row := make([]float64, 0, len(prior))
		for _, t := range o.Thresholds {
			for _, slope := range o.Slopes {
				row = append(row, o.Guess+float64((1-o.Guess-o.Lapse)*psiCurve(o.Shape, float64(slope*(x-t)))))
			}
		}
		p.addLevel(row)
	}
	return p, nil
}

func psiCurve(shape string, z float64) float64 {
	switch shape {
	case "logistic":
		return 1 / (1 + vec.Exp(-z))
	case "gumbel":
		return -vec.Expm1(-vec.Exp(math.Ln10 * z))
	}
	return vec.NormCDF(z)
}

// Next returns the level that is expected to tell most; the first of several.
func (p *Psi) Next() float64 {
	p.next = p.choose()
	return p.o.Levels[p.next]
}

// Record takes the response to the level that Next gave.
func (p *Psi) Record(correct bool) error {
	if p.next < 0 {
		return fmt.Errorf("behavior: Psi.Record: no level was asked for; call Next first, or Update with the level that was shown")
	}
	return p.Update(p.o.Levels[p.next], correct)
}

// Update takes the response to a level, which must be one of the grid.
func (p *Psi) Update(level float64, correct bool) error {
	if err := p.update("Psi", p.o.Levels, level, correct); err != nil {
		return err
	}
	p.Levels, p.Correct, p.next = append(p.Levels, level), append(p.Correct, correct), -1
	return nil
}

// Done says whether the options' number of trials is reached.
func (p *Psi) Done() bool { return p.o.Trials > 0 && len(p.Levels) >= p.o.Trials }

// Threshold returns the posterior mean and standard deviation of the threshold.
func (p *Psi) Threshold() (level, sd float64) {
	return p.moments(func(i int) float64 { return p.o.Thresholds[i/len(p.o.Slopes)] })
}

// Slope returns the posterior (geometric) mean of the slope and the standard
// deviation of its natural logarithm.
func (p *Psi) Slope() (slope, sdLog float64) {
	mean, sd := p.moments(func(i int) float64 { return vec.Log(p.o.Slopes[i%len(p.o.Slopes)]) })
	return vec.Exp(mean), sd
}

// String gives threshold and slope.
func (p *Psi) String() string {
	unit := ""
	if p.o.Unit != "" {
		unit = " " + p.o.Unit
	}
	t, sd := p.Threshold()
	slope, sdLog := p.Slope()
	return fmt.Sprintf("Psi after %s: threshold %.3g%s ± %.2g, slope %.3g ± %.0f%% (posterior mean and SD)", spell.Count(len(p.Levels), "trial"), t, unit, sd, slope, 100*sdLog)
}

// Plot draws the track and the posteriors of threshold and slope.
func (p *Psi) Plot() *figure.Figure {
	t, s := p.o.Thresholds, p.o.Slopes
	var panels []figure.Panel
	if len(p.Levels) > 0 {
		level, sd := p.Threshold()
		panels = append(panels, trackPanel(p.Levels, p.Correct, p.o.Unit, false, level, sd))
	}
	byThreshold, bySlope := make([]float64, len(t)), make([]float64, len(s))
	for i, w := range p.posterior {
		byThreshold[i/len(s)] += w
		bySlope[i%len(s)] += w
	}
	for _, m := range []struct {
		x, y []float64
		axis figure.Axis
	}{{t, byThreshold, figure.Axis{Label: "threshold", Unit: p.o.Unit}}, {s, bySlope, figure.Axis{Label: "slope", Log: true}}} {
		panels = append(panels, figure.Panel{
			X: m.axis, Y: figure.Axis{Label: "posterior"},
			Layers: []figure.Layer{{Kind: figure.Stems, X: m.x, Y: m.y, Color: "grey"}, {Kind: figure.Points, X: m.x, Y: m.y, Color: "blue", Size: 3}},
		})
	}
	return &figure.Figure{Title: p.String(), Width: 16, Height: 13, Panels: panels}
}

// Show draws the figure; its text is String.
func (p *Psi) Show() display.Bundle { return showRT(p.Plot(), p.String()) }
