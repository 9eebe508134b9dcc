package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// InhibitorySTDP is the rule for inhibitory synapses of Vogels, Sprekeler, Zenke,
// Clopath and Gerstner 2011, Science 334:1569. Near-coincident spikes potentiate in
// either order, and every presynaptic spike depresses. With a trace x of the
// presynaptic and y of the postsynaptic spikes, which decay with Tau and which each
// spike of their cell raises by 1,
//
//	w -> w + Eta (y - 2 Target Tau)   at a presynaptic spike
//	w -> w + Eta x                    at a postsynaptic spike
//
// The mean change is 0 where an independent postsynaptic cell fires at the rate
// Target: inhibition grows until it balances the excitation there. Checked against the
// sum over pairs and the mean change in closed form.
type InhibitorySTDP struct {
	Eta        float64 // change by a coincidence, in units of weight
	Target     float64 `unit:"Hz"` // rate that the postsynaptic cell is held at, Hz
	Tau        float64 `unit:"ms"` // of the traces, ms
	WMin, WMax float64 // bounds of the weight; both 0 means none
}

// NewInhibitorySTDP returns the rule of the paper's network as its authors'
// program has it: Eta 0.01, Target 3 Hz and Tau 20 ms, weights from 0 to 100 times
// the conductance of an excitatory synapse.
func NewInhibitorySTDP() InhibitorySTDP {
	return InhibitorySTDP{Eta: 0.01, Target: 3, Tau: 20, WMin: 0, WMax: 100}
}

// Alpha is how far each presynaptic spike depresses, in units of Eta: 2 Target Tau.
func (p InhibitorySTDP) Alpha() float64 { return 2 * p.Target * p.Tau / 1000 }

// Kernel returns the change of weight by a pair of spikes dt = tPost - tPre (ms)
// apart, with the depression by its presynaptic spike.
func (p InhibitorySTDP) Kernel(dt float64) float64 {
	return p.Eta * (vec.Exp(-math.Abs(dt)/p.Tau) - p.Alpha())
}

// Drift returns the mean change of weight (1/s) when the cells fire independently
// at the rates pre and post (Hz).
func (p InhibitorySTDP) Drift(pre, post float64) float64 {
	return p.Eta * pre * (float64(2*p.Tau/1000*post) - float64(p.Alpha()))
}

// Run returns the weight after the spikes pre and post (ms) have acted on w, in the
// order of time and bounded at each. Spikes at the same time potentiate once.
// Errors: parameters that Check refuses, a weight that is not finite, trains that
// do not ascend or are not finite.
func (p InhibitorySTDP) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	if err := trains("InhibitorySTDP", w, pre, post); err != nil {
		return 0, err
	}
	var x, y float64
	last := math.Inf(-1)
	eachSpike(pre, post, func(t float64, isPre, isPost bool) {
		d := t - last
		last = t
		x, y = decayed(x, d, p.Tau), decayed(y, d, p.Tau)
		change := 0.0
		if isPre {
			change += y - p.Alpha()
			x++
		}
		if isPost {
			change += x
			y++
		}
		w = bounded(w+float64(p.Eta*change), p.WMin, p.WMax)
	})
	return w, nil
}

// Check returns an error that names the first parameter that makes no sense.
func (p InhibitorySTDP) Check() error {
	if err := positive("InhibitorySTDP", "Tau", p.Tau); err != nil {
		return err
	}
	if math.IsNaN(p.Eta) || math.IsInf(p.Eta, 0) {
		return fmt.Errorf("plasticity: InhibitorySTDP: Eta is %g; it must be finite", p.Eta)
	}
	if err := notNegative("InhibitorySTDP", "Target", p.Target); err != nil {
		return err
	}
	return bounds("InhibitorySTDP", p.WMin, p.WMax)
}

// Show draws the figure of Plot.
func (p InhibitorySTDP) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the window, over 5 Tau to either side.
func (p InhibitorySTDP) Plot() *figure.Figure {
	l := figure.Layer{Kind: figure.Line, Color: "blue"}
	for i := -100; i <= 100; i++ {
		dt := float64(i) / 20 * p.Tau
		l.X, l.Y = append(l.X, dt), append(l.Y, p.Kernel(dt))
	}
	return &figure.Figure{Title: "inhibitory STDP window", Panels: []figure.Panel{{
		X: figure.Axis{Label: "t post − t pre", Unit: "ms"}, Y: figure.Axis{Label: "change of weight"},
		Layers: []figure.Layer{{Kind: figure.HLine, Y: []float64{0}, Color: "grey"}, l},
	}}}
}
