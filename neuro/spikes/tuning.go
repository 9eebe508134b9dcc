package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Tuning is how a cell responds to different stimuli: the mean response to
// each, over trials.
type Tuning struct {
	Stimulus []float64 // the different stimuli, ascending
	Mean     []float64 // mean response to each
	SE       []float64 // standard error of the mean over trials; NaN for one trial
	Trials   []int     // number of trials of each

	XName, XUnit string // what the stimulus is, such as "orientation" in "°"
	YName, YUnit string // what the response is: "rate" in "Hz" as TuningCurve leaves it
}

// TuningCurve returns the mean response to each stimulus with its standard
// error s/√n. stimulus and response hold one value per trial; trials with the
// same stimulus belong together. Set XName and XUnit of the result for the
// axis of its figure.
//
// Errors: no trials, unequal lengths, values that are not finite. Checked
// against means by hand.
func TuningCurve(stimulus, response []float64) (*Tuning, error) {
	const call = "TuningCurve"
	if len(stimulus) != len(response) || len(stimulus) == 0 {
		return nil, fmt.Errorf("spikes: %s: stimulus has %d values and response %d; there must be one of each for every trial, and 1 trial or more", call, len(stimulus), len(response))
	}
	for i := range stimulus {
		if !finite(stimulus[i]) || !finite(response[i]) {
			return nil, fmt.Errorf("spikes: %s: trial %d has stimulus %g and response %g; both must be finite", call, i, stimulus[i], response[i])
		}
	}
	order := make([]int, len(stimulus))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return stimulus[order[a]] < stimulus[order[b]] })
	t := &Tuning{XName: "stimulus", YName: "rate", YUnit: "Hz"}
	for from := 0; from < len(order); {
		to, sum := from, 0.0
		for ; to < len(order) && stimulus[order[to]] == stimulus[order[from]]; to++ {
			sum += response[order[to]]
		}
		n := float64(to - from)
		mean, squares := sum/n, 0.0
		for _, i := range order[from:to] {
			squares += float64((response[i] - mean) * (response[i] - mean))
		}
		t.Stimulus = append(t.Stimulus, stimulus[order[from]])
		t.Mean = append(t.Mean, mean)
		t.SE = append(t.SE, math.Sqrt(squares/(n-1)/n))
		t.Trials = append(t.Trials, to-from)
		from = to
	}
	return t, nil
}

func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// Show draws the figure of Plot.
func (t Tuning) Show() display.Bundle { return t.Plot().Show() }

// Plot returns the figure of the mean response over the stimulus, with bars of
// one standard error, from 0 upwards unless a response is negative.
func (t Tuning) Plot() *figure.Figure {
	bars := figure.Layer{Kind: figure.Errors, Color: "blue"}
	for i, se := range t.SE {
		if !math.IsNaN(se) {
			bars.X = append(bars.X, t.Stimulus[i])
			bars.Y, bars.Y2 = append(bars.Y, t.Mean[i]-se), append(bars.Y2, t.Mean[i]+se)
		}
	}
	return &figure.Figure{Panels: []figure.Panel{{
		X: figure.Axis{Label: t.XName, Unit: t.XUnit},
		Y: figure.Axis{Label: t.YName, Unit: t.YUnit, Max: fromZero(t.Mean, t.SE)},
		Layers: []figure.Layer{
			bars,
			{Kind: figure.Line, X: t.Stimulus, Y: t.Mean, Color: "blue"},
			{Kind: figure.Points, X: t.Stimulus, Y: t.Mean, Color: "blue"},
		},
	}}}
}
