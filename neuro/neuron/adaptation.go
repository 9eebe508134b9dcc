package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Adaptation is how the firing rate of a cell falls under a step of current:
//
//	rate(t) = Steady + (Onset - Steady) exp(-t/Tau)
type Adaptation struct {
	Time   []float64 `unit:"ms"` // middles of the intervals after the onset, ms
	Rate   []float64 `unit:"Hz"` // one over each interval, Hz
	Onset  float64   `unit:"Hz"` // fitted rate at the onset, Hz
	Steady float64   `unit:"Hz"` // fitted rate at the end, Hz
	Tau    float64   `unit:"ms"` // time constant of adaptation, ms; NaN where the rate is constant
	Index  float64   // (first rate - last rate)/first rate: 0 without adaptation
}

// MeasureAdaptation measures the adaptation of spikes (ms) under a step of current that
// begins at on (ms): the instantaneous rates, and their exponential by least squares. It
// takes four spikes or more after on. Fewer, and times that do not ascend or are not
// finite, are an error.
func MeasureAdaptation(s neuro.Spikes, on float64) (*Adaptation, error) {
	var after []float64
	for i, t := range s {
		if math.IsNaN(t) || math.IsInf(t, 0) || i > 0 && t <= s[i-1] {
			return nil, fmt.Errorf("neuron: MeasureAdaptation: spike %d is at %g ms; times must ascend and be finite", i, t)
		}
		if t >= on {
			after = append(after, t)
		}
	}
	if len(after) < 4 {
		return nil, fmt.Errorf("neuron: MeasureAdaptation: there are %d spikes after %g ms; an exponential takes four or more", len(after), on)
	}
	a := &Adaptation{}
	for i := range after[1:] {
		a.Time = append(a.Time, float64(0.5*(after[i]+after[i+1]))-on)
		a.Rate = append(a.Rate, 1000/(after[i+1]-after[i]))
	}
	n := len(a.Rate)
	a.Index = (a.Rate[0] - a.Rate[n-1]) / a.Rate[0]
	span := a.Time[n-1] - a.Time[0]
	// fit returns the squares that are left with a time constant, and the line of the
	// rates over the exponential.
	fit := func(logTau float64) (sum, steady, drop float64) {
		tau := vec.Exp(logTau)
		e := make([]float64, n)
		for i, t := range a.Time {
			e[i] = vec.Exp(-t / tau)
		}
		steady, drop = straight(e, a.Rate)
		for i := range e {
			d := a.Rate[i] - steady - float64(drop*e[i])
			sum += float64(d * d)
		}
		if math.IsNaN(sum) {
			sum = math.Inf(1)
		}
		return sum, steady, drop
	}
	best := golden(func(x float64) float64 { v, _, _ := fit(x); return v }, vec.Log(span/50), vec.Log(span*5))
	_, steady, drop := fit(best)
	a.Tau, a.Steady, a.Onset = vec.Exp(best), steady, steady+drop
	if lo, hi := extremes(a.Rate); hi-lo < 1e-6*hi {
		a.Tau, a.Steady, a.Onset = math.NaN(), a.Rate[n-1], a.Rate[0]
	}
	return a, nil
}

func extremes(x []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi
}

// Show draws the figure of Plot.
func (a *Adaptation) Show() display.Bundle { return a.Plot().Show() }

// Plot returns the figure of the rates with their exponential.
func (a *Adaptation) Plot() *figure.Figure {
	fit := figure.Layer{Kind: figure.Line, Name: "exponential", Color: "orange"}
	end := a.Time[len(a.Time)-1]
	for k := 0; k <= 200; k++ {
		t := end * float64(k) / 200
		y := a.Steady
		if !math.IsNaN(a.Tau) {
			y += float64((a.Onset - a.Steady) * vec.Exp(-t/a.Tau))
		}
		fit.X, fit.Y = append(fit.X, t), append(fit.Y, y)
	}
	return &figure.Figure{
		Title: fmt.Sprintf("adaptation: %s to %s Hz, time constant %s ms", display.Number(a.Onset), display.Number(a.Steady), display.Number(a.Tau)),
		Panels: []figure.Panel{{
			X: figure.Axis{Label: "time after the onset", Unit: "ms"}, Y: figure.Axis{Label: "instantaneous rate", Unit: "Hz"},
			Layers: []figure.Layer{fit, {Kind: figure.Points, Name: "one over interval", X: a.Time, Y: a.Rate, Color: "blue", Size: 3}},
		}},
	}
}
