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

// StaircaseOptions say how a staircase goes. Start and Step must be given.
type StaircaseOptions struct {
	Start float64 // first level
	// Step are the step sizes downward: the first until the first reversal, the
	// next until the second, and so on; the last stays.
	Step []float64
	// Down is the number of correct responses in a row that lower the level. 0 means 2.
	Down int
	// Up is the number of wrong responses in a row that raise it. 0 means 1.
	Up int
	// Ratio is that of the steps upward to those downward, for weighted
	// staircases (Kaernbach 1991): p/(1-p) with Down 1 and Up 1 goes to a
	// proportion p. 0 means 1.
	Ratio float64
	// Scale of the steps: "linear" (the default), or "log10" and "dB", where a
	// step multiplies the level by 10^Step and 10^(Step/20).
	Scale string
	// Bounds are the lowest and the highest level that can be shown; zeros mean none.
	Bounds [2]float64
	// Reversals ends the staircase. 0 means 12.
	Reversals int
	// Trials ends it too, if it comes first. 0 means no limit.
	Trials int
	// Skip is the number of first reversals that the threshold leaves out. 0
	// means 4; -1 none. One more is left out where the rest is odd.
	Skip int
	Unit string // labels the levels; may be empty
}

// Staircase is a running up-down procedure.
type Staircase struct {
	Levels    []float64 // shown so far
	Correct   []bool    // the responses
	Reversals []int     // trials, from 0, at whose level the direction changed

	o                StaircaseOptions
	at               float64 // next level, on the scale of the steps
	rightRun, wrong  int
	direction        int
	lowest, greatest float64
}

// NewStaircase starts an up-down staircase: the level goes down after Down
// correct responses in a row and up after Up wrong ones.
//
// It settles where a step downward is as probable as one upward, weighted by
// their sizes, which is the proportion correct that Target returns: 0.707 for
// two down one up, 0.794 for three down one up (Levitt's transformed
// staircases).
//
// A Start that is not finite (or not above 0 on a logarithmic scale), no Step,
// steps not above 0, negative counts, bounds that do not hold Start, and another
// Scale are errors.
//
// Source: Levitt 1971, J Acoust Soc Am 49:467; Kaernbach 1991, Percept
// Psychophys 49:227. Checked against the proportions of both by simulation.
func NewStaircase(o StaircaseOptions) (*Staircase, error) {
	fail := func(format string, a ...any) (*Staircase, error) {
		return nil, fmt.Errorf("behavior: NewStaircase: "+format, a...)
	}
	if !slices.Contains([]string{"", "linear", "log10", "dB"}, o.Scale) {
		return fail("Scale is %q, it must be \"linear\", \"log10\" or \"dB\"", o.Scale)
	}
	log := o.Scale == "log10" || o.Scale == "dB"
	if math.IsNaN(o.Start) || math.IsInf(o.Start, 0) || log && !(o.Start > 0) {
		return fail("Start is %g, it must be finite, and above 0 on a logarithmic scale", o.Start)
	}
	if len(o.Step) == 0 {
		return fail("Step is empty; give at least one step size")
	}
	for i, s := range o.Step {
		if !(s > 0) || math.IsInf(s, 0) {
			return fail("Step[%d] is %g, steps must be above 0 and finite", i, s)
		}
	}
	for _, v := range []struct {
		name string
		v    *int
		def  int
		low  int
	}{{"Down", &o.Down, 2, 0}, {"Up", &o.Up, 1, 0}, {"Reversals", &o.Reversals, 12, 0}, {"Trials", &o.Trials, 0, 0}, {"Skip", &o.Skip, 4, -1}} {
		if *v.v < v.low {
			return fail("%s is %d, it must be %d or more", v.name, *v.v, v.low)
		}
		if *v.v == 0 {
			*v.v = v.def
		}
	}
	o.Skip = max(o.Skip, 0)
	if o.Ratio == 0 {
		o.Ratio = 1
	}
	if !(o.Ratio > 0) || math.IsInf(o.Ratio, 0) {
		return fail("Ratio is %g, it must be above 0 and finite", o.Ratio)
	}
	s := &Staircase{o: o, lowest: math.Inf(-1), greatest: math.Inf(1)}
	if o.Bounds != [2]float64{} {
		if !(o.Bounds[0] <= o.Start && o.Start <= o.Bounds[1]) || log && !(o.Bounds[0] > 0) {
			return fail("Bounds are %g to %g and Start is %g, it must lie between them (above 0 on a logarithmic scale)", o.Bounds[0], o.Bounds[1], o.Start)
		}
		s.lowest, s.greatest = o.Bounds[0], o.Bounds[1]
	}
	s.o.Step = slices.Clone(o.Step)
	s.at = o.Start
	return s, nil
}

// Next returns the level of the next trial.
func (s *Staircase) Next() float64 { return s.at }

// Record takes the response to the level that Next gave.
func (s *Staircase) Record(correct bool) error {
	s.Levels, s.Correct = append(s.Levels, s.at), append(s.Correct, correct)
	if correct {
		s.rightRun, s.wrong = s.rightRun+1, 0
	} else {
		s.rightRun, s.wrong = 0, s.wrong+1
	}
	switch {
	case s.rightRun >= s.o.Down:
		s.step(-1)
	case s.wrong >= s.o.Up:
		s.step(1)
	}
	return nil
}

func (s *Staircase) step(direction int) {
	if s.direction == -direction {
		s.Reversals = append(s.Reversals, len(s.Levels)-1)
	}
	s.direction, s.rightRun, s.wrong = direction, 0, 0
	d := s.o.Step[min(len(s.Reversals), len(s.o.Step)-1)] * float64(direction)
	if direction > 0 {
		d *= s.o.Ratio
	}
	switch s.o.Scale {
	case "log10":
		s.at *= vec.Exp(math.Ln10 * d)
	case "dB":
		s.at *= vec.Exp(math.Ln10 * d / 20)
	default:
		s.at += float64(d)
	}
	s.at = math.Min(math.Max(s.at, s.lowest), s.greatest)
}

// Done says whether the number of reversals, or of trials, is reached.
func (s *Staircase) Done() bool {
	return len(s.Reversals) >= s.o.Reversals || s.o.Trials > 0 && len(s.Levels) >= s.o.Trials
}

// Target returns the proportion correct at which the staircase settles: where
// Down correct responses in a row come before Up wrong ones with probability
// Ratio/(1+Ratio).
func (s *Staircase) Target() float64 {
	want := s.o.Ratio / (1 + s.o.Ratio)
	lo, hi := 0.0, 1.0
	for range 60 {
		p := lo + float64((hi-lo)/2)
		// Runs of correct responses before runs of wrong ones (Feller 1968, chapter XIII).
		right, wrong := vec.Pow(p, float64(s.o.Down-1)), vec.Pow(1-p, float64(s.o.Up-1))
		down := right * (1 - float64(wrong*(1-p))) / (right + wrong - float64(right*wrong))
		if down < want {
			lo = p
		} else {
			hi = p
		}
	}
	return lo + float64((hi-lo)/2)
}

// Threshold returns the mean of the levels at the reversals after the first
// Skip (their geometric mean on a logarithmic scale), and the standard deviation
// of the midpoints of successive pairs. An even number of reversals is taken, so
// that peaks and valleys weigh the same. NaN before there are two, the standard
// deviation before there are four.
//
// The standard deviation is not divided by the root of their number: midpoints
// follow each other, and in simulations of twenty reversals the error of the
// threshold was about as large as the standard deviation itself.
func (s *Staircase) Threshold() (level, sd float64) {
	use := s.used()
	if len(use) < 2 {
		return math.NaN(), math.NaN()
	}
	log := s.o.Scale == "log10" || s.o.Scale == "dB"
	mid := make([]float64, len(use)/2)
	for i := range mid {
		a, b := s.Levels[use[2*i]], s.Levels[use[2*i+1]]
		if log {
			a, b = vec.Log(a), vec.Log(b)
		}
		mid[i] = float64((a + b) / 2)
		level += mid[i]
	}
	n := float64(len(mid))
	level /= n
	for _, v := range mid {
		d := v - level
		sd += float64(d * d)
	}
	sd = math.Sqrt(sd / (n - 1))
	if log {
		level = vec.Exp(level)
		sd *= level
	}
	if n < 2 {
		sd = math.NaN()
	}
	return level, sd
}

// used are the reversals of the estimate.
func (s *Staircase) used() []int {
	rest := s.Reversals[min(s.o.Skip, len(s.Reversals)):]
	return rest[len(rest)%2:]
}

// String gives the threshold.
func (s *Staircase) String() string {
	unit := ""
	if s.o.Unit != "" {
		unit = " " + s.o.Unit
	}
	level, sd := s.Threshold()
	text := fmt.Sprintf("%d-down %d-up staircase, %s, %s: ", s.o.Down, s.o.Up, spell.Count(len(s.Levels), "trial"), spell.Count(len(s.Reversals), "reversal"))
	if math.IsNaN(level) {
		return text + fmt.Sprintf("no threshold yet; next level %.3g%s", s.at, unit)
	}
	return text + fmt.Sprintf("threshold %.3g%s ± %.2g (SD of midpoints) at %.3g correct", level, unit, sd, s.Target())
}

// Plot draws the track, with the reversals that make the threshold circled.
func (s *Staircase) Plot() *figure.Figure {
	level, sd := s.Threshold()
	panel := trackPanel(s.Levels, s.Correct, s.o.Unit, s.o.Scale == "log10" || s.o.Scale == "dB", level, sd)
	turn := figure.Layer{Kind: figure.Points, Name: "reversals used", Color: "orange", Size: 7, Alpha: 0.5}
	for _, i := range s.used() {
		turn.X, turn.Y = append(turn.X, float64(i+1)), append(turn.Y, s.Levels[i])
	}
	if len(turn.X) > 0 {
		panel.Layers = append([]figure.Layer{turn}, panel.Layers...)
	}
	return &figure.Figure{Title: s.String(), Width: 16, Height: 9, Panels: []figure.Panel{panel}}
}

// Show draws the figure; its text is String.
func (s *Staircase) Show() display.Bundle { return showRT(s.Plot(), s.String()) }
