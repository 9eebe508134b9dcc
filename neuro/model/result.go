package model

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// A Result is what a simulation recorded.
type Result struct {
	V      neuro.Trace   // membrane potential at 0, dt, 2 dt, ... up to Dur, mV
	Spikes neuro.Spikes  // spike times, ms
	States []neuro.Trace // the model's other variables at the times of V: n, m and h of HH
	Dur    float64       `unit:"ms"` // simulated time, ms
	Model  string        // name of the model, such as "HH"

	In     stim.Stimulus // the stimulus that the model got; nil when it is not known
	InUnit string        // its unit, such as "µA/cm²"
}

// Count returns the number of spikes.
func (r *Result) Count() int { return len(r.Spikes) }

// Rate returns the mean firing rate, Count/Dur, in Hz.
func (r *Result) Rate() float64 { return 1000 * float64(len(r.Spikes)) / r.Dur }

// Show draws the figure of Plot.
func (r *Result) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of the membrane potential with a mark above every
// spike, and of the stimulus below it where that is known.
func (r *Result) Plot() *figure.Figure {
	var in []neuro.Trace
	if n := len(r.V.Y); r.In != nil && n > 0 {
		t := neuro.Trace{Name: "input", Unit: r.InUnit, T0: r.V.T0, Dt: r.V.Dt, Y: make([]float64, n)}
		r.In.Fill(t.Y, t.T0, t.Dt)
		in = append(in, t)
	}
	f := neuro.VoltageFigure(r.V, r.Spikes, in...)
	spikes := "spikes"
	if r.Count() == 1 {
		spikes = "spike"
	}
	f.Title = fmt.Sprintf("%d %s in %s ms, %s Hz", r.Count(), spikes, display.Number(r.Dur), display.Number(r.Rate()))
	if r.Model != "" {
		f.Title = r.Model + ": " + f.Title
	}
	return f
}
