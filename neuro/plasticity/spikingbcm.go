package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// SpikingBCM is the rule of Bienenstock, Cooper and Munro 1982, J Neurosci 2:32, for
// spikes. A trace y (Hz) of the postsynaptic spikes stands for the rate of the cell: it
// decays with TauRate and each spike raises it by 1/TauRate. The threshold theta (Hz)
// follows its square (Intrator and Cooper 1992, Neural Netw 5:3), and presynaptic spikes
// change the weight:
//
//	TauTheta dtheta/dt = y^2/Goal - theta
//	w -> w + Rate y (y - theta)/Goal^2   at a presynaptic spike
//
// A cell that fires at the rate Goal has its threshold there, apart from what the
// fluctuations of y add. y and theta begin at 0 and Goal. The form for spikes is this
// library's own. Checked against small steps.
type SpikingBCM struct {
	Rate       float64 // change by a spike, in units of weight
	Goal       float64 `unit:"Hz"` // rate at which the threshold is the rate, Hz
	TauRate    float64 `unit:"ms"` // of y, ms
	TauTheta   float64 `unit:"ms"` // of the threshold, ms; longer than TauRate
	WMin, WMax float64 // bounds of the weight; both 0 means none
}

// NewSpikingBCM returns a rule with the rate 0.001, the goal 10 Hz, TauRate 100 ms,
// TauTheta 10 s and weights without bounds, in relative units.
func NewSpikingBCM() SpikingBCM {
	return SpikingBCM{Rate: 0.001, Goal: 10, TauRate: 100, TauTheta: 10000}
}

// Run returns the weight after the spikes pre and post (ms), from time 0, have acted on
// w, which is bounded at each. Spikes at the same time do not see each other. Errors:
// parameters that Check refuses, a weight that is not finite, trains that do not ascend
// or are not finite.
func (p SpikingBCM) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	if err := trains("SpikingBCM", w, pre, post); err != nil {
		return 0, err
	}
	y, theta, last := 0.0, p.Goal, 0.0
	eachSpike(pre, post, func(t float64, isPre, isPost bool) {
		d := t - last
		last = t
		y, theta = p.Threshold(y, theta, vec.Exp(-d/p.TauRate), vec.Exp(-d/p.TauTheta))
		if isPre {
			w = bounded(w+p.Change(y, theta), p.WMin, p.WMax)
		}
		if isPost {
			y += 1000 / p.TauRate
		}
	})
	return w, nil
}

// Threshold returns y and theta (Hz) after a time d without postsynaptic spikes, given as
// exp(-d/TauRate) and exp(-d/TauTheta), in closed form.
func (p SpikingBCM) Threshold(y, theta, fast, slow float64) (y1, theta1 float64) {
	gain := float64(y*y) / (p.Goal * p.TauTheta * (2/p.TauRate - 1/p.TauTheta))
	return y * fast, float64(theta*slow) + float64(gain*(slow-float64(fast*fast)))
}

// Change returns the change of the weight by a presynaptic spike at a rate y and a
// threshold theta (Hz).
func (p SpikingBCM) Change(y, theta float64) float64 {
	return p.Rate * y * (y - theta) / (p.Goal * p.Goal)
}

// Check returns an error that names the first parameter that makes no sense.
func (p SpikingBCM) Check() error {
	if err := positive("SpikingBCM", "Goal", p.Goal, "TauRate", p.TauRate, "TauTheta", p.TauTheta); err != nil {
		return err
	}
	if math.IsNaN(p.Rate) || math.IsInf(p.Rate, 0) {
		return fmt.Errorf("plasticity: SpikingBCM: Rate is %g; it must be finite", p.Rate)
	}
	if p.TauTheta <= p.TauRate {
		return fmt.Errorf("plasticity: SpikingBCM: TauTheta is %g ms and TauRate %g ms; the threshold must be slower than the rate (NewSpikingBCM has 10000 and 100 ms)", p.TauTheta, p.TauRate)
	}
	return bounds("SpikingBCM", p.WMin, p.WMax)
}

// Show returns the parameters.
func (p SpikingBCM) Show() display.Bundle {
	return table.Parameters("BCM for spikes", p).Show()
}
