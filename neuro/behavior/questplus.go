package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// QuestPlusOptions are the grids of a QUEST+ procedure for a Weibull function.
type QuestPlusOptions struct {
	Levels     []float64 // stimulus levels that can be shown
	Thresholds []float64 // candidate thresholds, in the unit of the levels
	Slopes     []float64 // candidate slopes β; empty means 3.5
	Guess      []float64 // candidate rates at no signal; empty means 0.5
	Lapse      []float64 // candidate lapse rates; empty means 0.02
	Scale      string    // of the levels: "dB" (the default), "log10" or "linear"
	Trials     int       // after which Done says so; 0 means no end
}

// QuestPlus is a running QUEST+ procedure: ask Next for a level, show it, tell
// Record the response (or Update, if another level was shown), and look at
// Estimate at any time.
type QuestPlus struct {
	Levels  []float64 // shown so far
	Correct []bool    // the responses

	entropyGrid
	o    QuestPlusOptions
	grid []PsychometricPoint
	next int // level that Next chose; -1 before
}

// PsychometricPoint are the parameters of one psychometric function.
type PsychometricPoint struct {
	Threshold, Slope, Guess, Lapse float64
}

// NewQuestPlus starts QUEST+ with equal prior probabilities over the grid.
//
//	p(x) = 1 - Lapse - (1 - Guess - Lapse) exp(-y)
//	dB: y = 10^(Slope (x - Threshold)/20),  log10: y = 10^(Slope (x - Threshold)),
//	linear: y = (x/Threshold)^Slope
//
// Grids with no values, values that are not finite, slopes not above 0, rates
// outside 0 to 1 or whose sum reaches 1, levels below 0 and thresholds not above
// 0 on a linear scale, grids of more than a million likelihoods, and another
// scale, and a negative number of trials are errors.
//
// Source: Watson 2017, J Vis 17(3):10. Checked against the Python package
// questplus, level by level.
func NewQuestPlus(o QuestPlusOptions) (*QuestPlus, error) {
	fail := func(format string, a ...any) (*QuestPlus, error) {
		return nil, fmt.Errorf("behavior: NewQuestPlus: "+format, a...)
	}
	if o.Scale == "" {
		o.Scale = "dB"
	}
	if o.Scale != "dB" && o.Scale != "log10" && o.Scale != "linear" {
		return fail("Scale is %q, it must be \"dB\", \"log10\" or \"linear\"", o.Scale)
	}
	if o.Trials < 0 {
		return fail("Trials is %d, it must be 0 (no end) or more", o.Trials)
	}
	linear := o.Scale == "linear"
	for _, g := range []struct {
		name   string
		v      *[]float64
		def    []float64
		ok     func(float64) bool
		wanted string
	}{
		{"Levels", &o.Levels, nil, func(v float64) bool { return !linear || v >= 0 }, "finite, and 0 or more on a linear scale"},
		{"Thresholds", &o.Thresholds, nil, func(v float64) bool { return !linear || v > 0 }, "finite, and above 0 on a linear scale"},
		{"Slopes", &o.Slopes, []float64{3.5}, func(v float64) bool { return v > 0 }, "above 0"},
		{"Guess", &o.Guess, []float64{0.5}, func(v float64) bool { return v >= 0 && v < 1 }, "from 0 to below 1"},
		{"Lapse", &o.Lapse, []float64{0.02}, func(v float64) bool { return v >= 0 && v < 1 }, "from 0 to below 1"},
	} {
		*g.v = append([]float64(nil), *g.v...)
		if len(*g.v) == 0 {
			*g.v = g.def
		}
		if len(*g.v) == 0 {
			return fail("%s is empty; a grid is needed, such as -40 to 0 dB in steps of 1", g.name)
		}
		for i, v := range *g.v {
			if math.IsNaN(v) || math.IsInf(v, 0) || !g.ok(v) {
				return fail("%s[%d] is %g, it must be %s", g.name, i, v, g.wanted)
			}
		}
	}
	size := float64(len(o.Levels)) * float64(len(o.Thresholds)) * float64(len(o.Slopes)) * float64(len(o.Guess)) * float64(len(o.Lapse))
	if size > 1e6 {
		return fail("the grids make %g likelihoods; at most a million are allowed: take coarser grids", size)
	}
	q := &QuestPlus{o: o, next: -1}
	for _, t := range o.Thresholds {
		for _, s := range o.Slopes {
			for _, g := range o.Guess {
				for _, l := range o.Lapse {
					if g+l >= 1 {
						return fail("Guess %g and Lapse %g leave nothing between them, their sum must be below 1", g, l)
					}
					q.grid = append(q.grid, PsychometricPoint{t, s, g, l})
				}
			}
		}
	}
	prior := make([]float64, len(q.grid))
	for i := range prior {
		prior[i] = 1
	}
	q.entropyGrid = newEntropyGrid(prior)
	for _, x := range o.Levels {
		row := make([]float64, len(q.grid))
		for i, g := range q.grid {
			row[i] = g.at(x, o.Scale)
		}
		q.addLevel(row)
	}
	return q, nil
}

func (g PsychometricPoint) at(x float64, scale string) float64 {
	var y float64
	switch scale {
	case "dB":
		y = vec.Exp(math.Ln10 * g.Slope * (x - g.Threshold) / 20)
	case "log10":
		y = vec.Exp(math.Ln10 * g.Slope * (x - g.Threshold))
	default:
		y = vec.Pow(x/g.Threshold, g.Slope)
	}
	return 1 - g.Lapse - float64((1-g.Guess-g.Lapse)*vec.Exp(-y))
}

// Next returns the level after whose response the expected entropy of the
// posterior is least; the first of several.
func (q *QuestPlus) Next() float64 {
	q.next = q.choose()
	return q.o.Levels[q.next]
}

// Record takes the response to the level that Next gave.
func (q *QuestPlus) Record(correct bool) error {
	if q.next < 0 {
		return fmt.Errorf("behavior: QuestPlus.Record: no level was asked for; call Next first, or Update with the level that was shown")
	}
	return q.Update(q.o.Levels[q.next], correct)
}

// Done says whether the options' number of trials is reached.
func (q *QuestPlus) Done() bool { return q.o.Trials > 0 && len(q.Levels) >= q.o.Trials }

// Update takes the response to a level, which must be one of the grid.
func (q *QuestPlus) Update(level float64, correct bool) error {
	if err := q.update("QuestPlus", q.o.Levels, level, correct); err != nil {
		return err
	}
	q.Levels, q.Correct, q.next = append(q.Levels, level), append(q.Correct, correct), -1
	return nil
}

// Entropy returns the expected entropy, in nats, that the last Next found; NaN
// before the first.
func (q *QuestPlus) Entropy() float64 { return q.least }

// Estimate returns the means and the standard deviations of the posterior.
func (q *QuestPlus) Estimate() (mean, sd PsychometricPoint) {
	mean.Threshold, sd.Threshold = q.moments(func(i int) float64 { return q.grid[i].Threshold })
	mean.Slope, sd.Slope = q.moments(func(i int) float64 { return q.grid[i].Slope })
	mean.Guess, sd.Guess = q.moments(func(i int) float64 { return q.grid[i].Guess })
	mean.Lapse, sd.Lapse = q.moments(func(i int) float64 { return q.grid[i].Lapse })
	return mean, sd
}

// Threshold returns the posterior mean and standard deviation of the threshold.
func (q *QuestPlus) Threshold() (level, sd float64) {
	mean, spread := q.Estimate()
	return mean.Threshold, spread.Threshold
}

// String gives the estimates of threshold and slope.
func (q *QuestPlus) String() string {
	m, s := q.Estimate()
	return fmt.Sprintf("QUEST+ after %s: threshold %.3g ± %.2g, slope %.3g ± %.2g (posterior mean and SD)", spell.Count(len(q.Levels), "trial"), m.Threshold, s.Threshold, m.Slope, s.Slope)
}

// Plot draws the levels shown with their responses and the posterior of the
// threshold.
func (q *QuestPlus) Plot() *figure.Figure {
	unit := ""
	if q.o.Scale == "dB" {
		unit = "dB"
	}
	y := make([]float64, len(q.o.Thresholds))
	per := len(q.grid) / len(y)
	for i, w := range q.posterior {
		y[i/per] += w
	}
	panels := []figure.Panel{{
		X:      figure.Axis{Label: "threshold", Unit: unit},
		Y:      figure.Axis{Label: "posterior probability"},
		Layers: []figure.Layer{{Kind: figure.Line, X: q.o.Thresholds, Y: y, Color: "blue", Width: 1.5}},
	}}
	if len(q.Levels) > 0 {
		level, sd := q.Threshold()
		panels = append([]figure.Panel{trackPanel(q.Levels, q.Correct, unit, false, level, sd)}, panels...)
	}
	return &figure.Figure{Title: q.String(), Width: 14, Height: 10, Panels: panels}
}

// Show draws the figure; its text is String.
func (q *QuestPlus) Show() display.Bundle { return showRT(q.Plot(), q.String()) }
