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

// QuestOptions say what a QUEST procedure knows before it starts. Levels are
// logarithms to base 10 of the intensity. Threshold and SD must be given.
type QuestOptions struct {
	Threshold float64 // guess of the threshold, log10 intensity
	SD        float64 // standard deviation of that guess; be generous
	// Target is the proportion correct at the threshold. 0 means 0.82.
	Target float64
	// Slope is that of the Weibull function. 0 means 3.5.
	Slope float64
	// Guess is the proportion correct without any signal. 0 means 0.5; -1 means none.
	Guess float64
	// Lapse is the proportion of blind responses at any level. 0 means 0.01; -1 means none.
	Lapse float64
	// Choose is what the next level is of the posterior: "quantile" (the
	// default; that which is expected to tell most), "mean" or "mode".
	Choose string
	// Grain and Range are the step and the width of the grid of thresholds, log10
	// units. 0 means 0.01 and 5.
	Grain, Range float64
	Trials       int     // after which Done says so. 0 means 40; -1 no end.
	Precision    float64 // posterior standard deviation at which Done says so; 0 means none
}

// Quest is a running QUEST procedure.
type Quest struct {
	Levels  []float64 // shown so far, log10 intensity
	Correct []bool    // the responses

	o         QuestOptions
	at        []float64 // thresholds
	posterior []float64
	offset    float64 // of the curve, so that it is Target at the threshold
	quantile  float64
	next      float64
}

// NewQuest starts QUEST with a normal prior over the threshold T.
//
//	p(x) = Lapse Guess + (1 - Lapse) (1 - (1 - Guess) exp(-10^(Slope (x - T + offset))))
//
// with the offset that makes p(T) = Target. Each response multiplies the density
// of T by its likelihood. The next level is by default the quantile of the
// density that is best for this curve: the one of equal information about T on
// both sides (Pelli 1987).
//
// A Threshold or SD that is not finite, an SD not above 0, a Target outside
// the curve, rates outside 0 to 1, a Slope, Grain or Range not above 0, more than
// a million thresholds, and another Choose are errors.
//
// Source: Watson and Pelli 1983, Percept Psychophys 33:113. Checked against
// their equations in NumPy, with the authors' parametrisation.
func NewQuest(o QuestOptions) (*Quest, error) {
	fail := func(format string, a ...any) (*Quest, error) {
		return nil, fmt.Errorf("behavior: NewQuest: "+format, a...)
	}
	for _, v := range []struct {
		name string
		v    *float64
		def  float64
	}{{"Target", &o.Target, 0.82}, {"Slope", &o.Slope, 3.5}, {"Grain", &o.Grain, 0.01}, {"Range", &o.Range, 5}} {
		if *v.v == 0 {
			*v.v = v.def
		}
		if !(*v.v > 0) || math.IsInf(*v.v, 0) {
			return fail("%s is %g, it must be above 0 and finite (0 means %g)", v.name, *v.v, v.def)
		}
	}
	for _, err := range []error{rateOption("Guess", &o.Guess, 0.5), rateOption("Lapse", &o.Lapse, 0.01)} {
		if err != nil {
			return fail("%w", err)
		}
	}
	switch {
	case math.IsNaN(o.Threshold) || math.IsInf(o.Threshold, 0):
		return fail("Threshold is %g, it must be finite", o.Threshold)
	case !(o.SD > 0) || math.IsInf(o.SD, 0):
		return fail("SD is %g, it must be above 0 and finite", o.SD)
	case !slices.Contains([]string{"", "quantile", "mean", "mode"}, o.Choose):
		return fail("Choose is %q, it must be \"quantile\", \"mean\" or \"mode\"", o.Choose)
	case o.Trials < -1:
		return fail("Trials is %d, it must be above 0 (0 means 40, -1 no end)", o.Trials)
	case !(o.Precision >= 0):
		return fail("Precision is %g, it must be 0 (none) or more", o.Precision)
	case o.Range/o.Grain > 1e6:
		return fail("Range %g in steps of Grain %g are more than a million thresholds", o.Range, o.Grain)
	}
	if o.Trials == 0 {
		o.Trials = 40
	}
	q := &Quest{o: o, next: math.NaN()}
	f := (o.Target - float64(o.Lapse*o.Guess)) / (1 - o.Lapse)
	f = (f - o.Guess) / (1 - o.Guess)
	if !(f > 0 && f < 1) {
		return fail("Target is %g, it must lie on the curve, between %g and %g", o.Target, o.Guess, 1-float64(o.Lapse*(1-o.Guess)))
	}
	q.offset = vec.Log(-vec.Log1p(-f)) / (math.Ln10 * o.Slope)
	half := int(math.Round(o.Range / o.Grain / 2))
	for k := -half; k <= half; k++ {
		d := float64(float64(k) * o.Grain)
		q.at = append(q.at, o.Threshold+d)
		z := d / o.SD
		q.posterior = append(q.posterior, vec.Exp(-float64(z*z/2)))
	}
	q.scale()
	// The best quantile, from the lowest and the highest probability on the grid.
	width := float64(2 * float64(half) * o.Grain)
	lo, hi := q.curve(-width), q.curve(width)
	e := entropyOf(hi) - entropyOf(lo)
	middle := 1 / (1 + vec.Exp(e/(lo-hi)))
	q.quantile = (middle - lo) / (hi - lo)
	return q, nil
}

// entropyOf is p log p + (1-p) log(1-p).
func entropyOf(p float64) float64 {
	if !(p > 0 && p < 1) {
		return 0
	}
	return float64(p*vec.Log(p)) + float64((1-p)*vec.Log1p(-p))
}

// curve returns p at a level that is d above the threshold.
func (q *Quest) curve(d float64) float64 {
	y := vec.Exp(math.Ln10 * q.o.Slope * (d + q.offset))
	return float64(q.o.Lapse*q.o.Guess) + float64((1-q.o.Lapse)*(1-float64((1-q.o.Guess)*vec.Exp(-y))))
}

func (q *Quest) scale() bool {
	sum := 0.0
	for _, w := range q.posterior {
		sum += w
	}
	if !(sum > 0) {
		return false
	}
	for i := range q.posterior {
		q.posterior[i] /= sum
	}
	return true
}

// Next returns the next level, log10 intensity, by the options' rule. Showing
// another one near it is fine: tell Update which.
func (q *Quest) Next() float64 {
	switch q.o.Choose {
	case "mean":
		q.next, _ = q.Threshold()
	case "mode":
		q.next = q.Mode()
	default:
		q.next = q.Quantile(q.quantile)
	}
	return q.next
}

// Record takes the response to the level that Next gave.
func (q *Quest) Record(correct bool) error {
	if math.IsNaN(q.next) {
		return fmt.Errorf("behavior: Quest.Record: no level was asked for; call Next first, or Update with the level that was shown")
	}
	return q.Update(q.next, correct)
}

// Update takes the response to any level, log10 intensity.
func (q *Quest) Update(level float64, correct bool) error {
	if math.IsNaN(level) || math.IsInf(level, 0) {
		return fmt.Errorf("behavior: Quest.Update: level is %g, it must be finite", level)
	}
	before := slices.Clone(q.posterior)
	for i, t := range q.at {
		p := q.curve(level - t)
		if !correct {
			p = 1 - p
		}
		q.posterior[i] *= p
	}
	if !q.scale() {
		q.posterior = before
		return fmt.Errorf("behavior: Quest.Update: the response at level %g has probability 0 for every threshold; give Lapse above 0", level)
	}
	q.Levels, q.Correct, q.next = append(q.Levels, level), append(q.Correct, correct), math.NaN()
	return nil
}

// Done says whether the number of trials or the precision is reached.
func (q *Quest) Done() bool {
	_, sd := q.Threshold()
	return q.o.Trials > 0 && len(q.Levels) >= q.o.Trials || sd < q.o.Precision
}

// Threshold returns the posterior mean and standard deviation of the threshold,
// log10 intensity: the estimate to report.
func (q *Quest) Threshold() (level, sd float64) {
	for i, w := range q.posterior {
		level += float64(w * q.at[i])
	}
	for i, w := range q.posterior {
		d := q.at[i] - level
		sd += float64(w * d * d)
	}
	return level, math.Sqrt(sd)
}

// Mode returns the most probable threshold of the grid.
func (q *Quest) Mode() float64 {
	best := 0
	for i, w := range q.posterior {
		if w > q.posterior[best] {
			best = i
		}
	}
	return q.at[best]
}

// Quantile returns the threshold below which the posterior has probability p,
// by linear interpolation.
func (q *Quest) Quantile(p float64) float64 {
	sum := 0.0
	for i, w := range q.posterior {
		if next := sum + w; next > p && w > 0 {
			if i == 0 {
				return q.at[0]
			}
			return q.at[i-1] + float64((q.at[i]-q.at[i-1])*((p-sum)/w))
		} else {
			sum = next
		}
	}
	return q.at[len(q.at)-1]
}

// String gives the threshold.
func (q *Quest) String() string {
	level, sd := q.Threshold()
	return fmt.Sprintf("QUEST after %s: threshold %.3g ± %.2g log10 units at %.3g correct (posterior mean and SD)", spell.Count(len(q.Levels), "trial"), level, sd, q.o.Target)
}

// Plot draws the track and the posterior of the threshold.
func (q *Quest) Plot() *figure.Figure {
	level, sd := q.Threshold()
	from, to := q.Quantile(1e-4)-q.o.Grain, q.Quantile(1-1e-4)+q.o.Grain
	line := figure.Layer{Kind: figure.Line, Color: "blue", Width: 1.5}
	for i, t := range q.at {
		if from <= t && t <= to {
			line.X, line.Y = append(line.X, t), append(line.Y, q.posterior[i]/q.o.Grain)
		}
	}
	panels := []figure.Panel{{X: figure.Axis{Label: "threshold", Unit: "log10"}, Y: figure.Axis{Label: "posterior density"}, Layers: []figure.Layer{line}}}
	if len(q.Levels) > 0 {
		panels = append([]figure.Panel{trackPanel(q.Levels, q.Correct, "log10", false, level, sd)}, panels...)
	}
	return &figure.Figure{Title: q.String(), Width: 16, Height: 12, Panels: panels}
}

// Show draws the figure; its text is String.
func (q *Quest) Show() display.Bundle { return showRT(q.Plot(), q.String()) }
