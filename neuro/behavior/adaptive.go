package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// An Adaptive method chooses the level of each trial from the responses so far.
// Staircase, Quest, QuestPlus and Psi are such methods: ask Next for a level,
// show the stimulus, tell Record the response, until Done. In a cell the method
// shows its track at any time.
type Adaptive interface {
	Next() float64                  // level of the next trial
	Record(correct bool) error      // the response to the level that Next gave
	Done() bool                     // whether the options' end is reached
	Threshold() (level, sd float64) // the estimate so far and its standard deviation, as the method defines it
	Show() display.Bundle           // the track of levels and responses
}

// SimulateAdaptive runs a method until it is done, with a simulated observer who
// is correct at a level with probability p(level). trials bounds the run; 0
// means 1000.
//
// A nil method or observer, probabilities outside 0 to 1, and a method that is
// not done after trials trials are errors.
func SimulateAdaptive(a Adaptive, p func(level float64) float64, trials int, seed uint64) error {
	if a == nil || p == nil {
		return fmt.Errorf("behavior: SimulateAdaptive: the method or the observer is nil")
	}
	if trials == 0 {
		trials = 1000
	}
	r := rng.New(seed, 0)
	for range trials {
		if a.Done() {
			return nil
		}
		level := a.Next()
		q := p(level)
		if !(q >= 0 && q <= 1) {
			return fmt.Errorf("behavior: SimulateAdaptive: the observer's probability at level %g is %g, it must lie from 0 to 1", level, q)
		}
		if err := a.Record(r.Float64() < q); err != nil {
			return err
		}
	}
	if !a.Done() {
		return fmt.Errorf("behavior: SimulateAdaptive: not done after %d trials; give the method an end, such as Trials, or allow more", trials)
	}
	return nil
}

// trackPanel draws levels over trials with their responses and the estimate.
func trackPanel(level []float64, correct []bool, unit string, log bool, threshold, sd float64) figure.Panel {
	right := figure.Layer{Kind: figure.Points, Name: "correct", Color: "blue"}
	wrong := figure.Layer{Kind: figure.Points, Name: "wrong", Color: "red"}
	path := figure.Layer{Kind: figure.Line, Color: "grey", Width: 0.5}
	for i, l := range level {
		to := &wrong
		if correct[i] {
			to = &right
		}
		to.X, to.Y = append(to.X, float64(i+1)), append(to.Y, l)
		path.X, path.Y = append(path.X, float64(i+1)), append(path.Y, l)
	}
	panel := figure.Panel{X: figure.Axis{Label: "trial"}, Y: figure.Axis{Label: "level", Unit: unit, Log: log}, Layers: []figure.Layer{path, right, wrong}}
	if !math.IsNaN(threshold) && !math.IsInf(threshold, 0) {
		panel.Layers = append(panel.Layers, figure.Layer{Kind: figure.HLine, Name: "threshold", Y: []float64{threshold}, Color: "orange", Dash: true})
		if sd > 0 && !math.IsInf(sd, 0) && !log {
			panel.Layers = append(panel.Layers, figure.Layer{Kind: figure.HSpan, Y: []float64{threshold - sd, threshold + sd}, Color: "orange", Alpha: 0.15})
		}
	}
	return panel
}

// rateOption gives a rate of guesses or lapses its default where it is 0, and 0 where it is -1.
func rateOption(name string, v *float64, def float64) error {
	switch {
	case *v == 0:
		*v = def
	case *v == -1:
		*v = 0
	case !(*v > 0 && *v < 1):
		return fmt.Errorf("%s is %g, it must lie between 0 and 1 (0 means %g, -1 means none)", name, *v, def)
	}
	return nil
}
