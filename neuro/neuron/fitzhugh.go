package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// FitzHughNagumo is the reduction of the Hodgkin-Huxley axon to two variables
// without units (FitzHugh 1961, Biophys J 1:445; Nagumo et al. 1962, Proc IRE
// 50:2061), with the sign of today, in which a positive I excites, and a unit of
// time of 1 ms:
//
//	dv/dt = v - v^3/3 - w + I
//	dw/dt = Phi (v + A - B w)
//
// Its equilibria lose their stability in Hopf bifurcations at v = -sqrt(1 - B Phi)
// and sqrt(1 - B Phi).
type FitzHughNagumo struct {
	A   float64 // excitability
	B   float64 // how strongly w limits itself
	Phi float64 // speed of w
}

// NewFitzHughNagumo returns the usual axon: A 0.7 and B 0.8, as FitzHugh 1961 has them,
// and Phi 0.08, as books have it today (the c = 3 of the paper is a Phi of 1/9).
func NewFitzHughNagumo() FitzHughNagumo { return FitzHughNagumo{A: 0.7, B: 0.8, Phi: 0.08} }

// Name returns "FitzHugh-Nagumo".
func (m FitzHughNagumo) Name() string { return "FitzHugh-Nagumo" }

// CurrentUnit returns "": the input has no unit.
func (m FitzHughNagumo) CurrentUnit() string { return "" }

// Show returns the parameters as a table.
func (m FitzHughNagumo) Show() display.Bundle {
	return table.Parameters("FitzHugh-Nagumo", m).Show()
}

const fitzHughEquations = `
dv/dt = (v - v**3/3 - w + I)/ms : 1
dw/dt = Phi*(v + A - B*w)/ms : 1
I : 1
`

// Equations returns the model as text.
func (m FitzHughNagumo) Equations() (string, model.Options) {
	return fitzHughEquations, model.Options{
		Name: "FitzHugh-Nagumo", Method: "rk4", V: "v", Threshold: "v > 1", Refractory: "v > 1",
		// the equilibrium of the usual A and B without input
		Params: parameters(m), Initial: map[string]string{"v": "-1.1994", "w": "-0.6243"},
	}
}

// Simulate runs the axon for dur (ms, one unit of time each) from the rest of
// NewFitzHughNagumo under the stimulus in, with the time step dt, by the Runge-Kutta
// method of order 4; 0.1 is a good step. A spike is an upward crossing of 1 by v and
// has the time of its step.
//
// The result holds v and, as its state, w. An error names what makes no sense.
// Checked against Brian2 with the same step.
func (m FitzHughNagumo) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m FitzHughNagumo) Check() error { return sound(m, "Phi", "B") }
