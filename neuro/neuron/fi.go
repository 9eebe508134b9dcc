package neuron

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// FI is an f-I curve: the firing rate of a neuron at several input currents.
type FI struct {
	Amp   []float64 // currents, in AmpUnit
	Rate  []float64 `unit:"Hz"` // mean firing rates, Hz
	Model string    // name of the model, such as "HH"

	AmpUnit string // unit of Amp, such as "µA/cm²"; empty when the model does not tell
}

// FICurve simulates the model once for every current of amps, constant for dur
// (ms), with the time step dt (ms), and returns the mean rates over dur. The
// models of this package run in parallel, with the same result as one after
// the other; other models run one after the other.
//
// It returns an error when amps is empty or not finite, and the first error of
// the simulations.
func FICurve(m Model, amps []float64, dur, dt float64) (*FI, error) {
	if m == nil {
		return nil, fmt.Errorf("neuron: FICurve: the model is nil; NewHH() and NewLIF() are models")
	}
	if len(amps) == 0 {
		return nil, fmt.Errorf("neuron: FICurve: amps is empty; it must hold one current or more")
	}
	for i, a := range amps {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return nil, fmt.Errorf("neuron: FICurve: amps[%d] is %g; it must be finite", i, a)
		}
	}
	fi := &FI{Amp: append([]float64(nil), amps...), Rate: make([]float64, len(amps))}
	if n, ok := m.(interface{ Name() string }); ok {
		fi.Model = n.Name()
	}
	if u, ok := m.(interface{ CurrentUnit() string }); ok {
		fi.AmpUnit = u.CurrentUnit()
	}
	workers := 1
	switch m.(type) {
	case HH, LIF, AdEx, Izhikevich, TraubMiles, WangBuzsaki:
		workers = min(runtime.GOMAXPROCS(0), len(amps))
	}
	errs := make([]error, len(amps))
	task := display.Start("neuron.FICurve", "currents", len(amps))
	defer task.End()
	var wait sync.WaitGroup
	for w := 0; w < workers; w++ {
		wait.Add(1)
		run := func(w int) {
			defer wait.Done()
			for i := w; i < len(amps); i += workers {
				if task.Err() != nil {
					errs[i] = fmt.Errorf("neuron: FICurve: %w", task.Err())
					return
				}
				r, err := m.Simulate(stim.Const(amps[i]), dur, dt)
				if err != nil {
					errs[i] = fmt.Errorf("neuron: FICurve: at the current %g: %w", amps[i], err)
					return
				}
				fi.Rate[i] = r.Rate()
				task.Add(1)
			}
		}
		if workers == 1 {
			run(w) // in this goroutine: an interpreted model may not like another
		} else {
			go run(w)
		}
	}
	wait.Wait()
	if err := first(errs...); err != nil {
		return nil, err
	}
	return fi, nil
}

// Show draws the figure of Plot.
func (f *FI) Show() display.Bundle { return f.Plot().Show() }

// Plot returns the figure of the rates over the currents.
func (f *FI) Plot() *figure.Figure {
	return &figure.Figure{Title: f.Model, Panels: []figure.Panel{{
		X: figure.Axis{Label: "input current", Unit: f.AmpUnit},
		Y: figure.Axis{Label: "firing rate", Unit: "Hz"},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: f.Amp, Y: f.Rate, Color: "blue"},
			{Kind: figure.Points, X: f.Amp, Y: f.Rate, Color: "blue", Size: 3},
		},
	}}}
}
