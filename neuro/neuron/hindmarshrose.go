package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// HindmarshRose is the bursting neuron of Hindmarsh and Rose 1984, Proc R Soc Lond B
// 221:87, whose variables have no units, with a unit of time of 1 ms:
//
//	dx/dt = y - A x^3 + B x^2 - z + I
//	dy/dt = C - D x^2 - y
//	dz/dt = R (S (x - X1) - z)
//
// x stands for the membrane potential, z for a slow adaptation.
type HindmarshRose struct {
	A, B float64 // of the cubic of x
	C, D float64 // of the parabola of y
	R    float64 // speed of adaptation
	S    float64 // strength of adaptation
	X1   float64 // x at which there is none
}

// NewHindmarshRose returns the paper's cell: A 1, B 3, C 1, D 5, R 0.001, S 4, X1
// -1.6. It fires two spikes under an input of 0.4, bursts under 2 and fires without
// pause under 4.
func NewHindmarshRose() HindmarshRose {
	return HindmarshRose{A: 1, B: 3, C: 1, D: 5, R: 0.001, S: 4, X1: -1.6}
}

// Name returns "Hindmarsh-Rose".
func (m HindmarshRose) Name() string { return "Hindmarsh-Rose" }

// CurrentUnit returns "": the input has no unit.
func (m HindmarshRose) CurrentUnit() string { return "" }

// Show returns the parameters as a table.
func (m HindmarshRose) Show() display.Bundle { return table.Parameters("Hindmarsh-Rose", m).Show() }

const hindmarshRoseEquations = `
dx/dt = (y - A*x**3 + B*x**2 - z + I)/ms : 1
dy/dt = (C - D*x**2 - y)/ms : 1
dz/dt = R*(S*(x - X1) - z)/ms : 1
I : 1
`

// Equations returns the model as text.
func (m HindmarshRose) Equations() (string, model.Options) {
	return hindmarshRoseEquations, model.Options{
		Name: "Hindmarsh-Rose", Method: "rk4", V: "x", Threshold: "x > 1", Refractory: "x > 1",
		Params: parameters(m), Initial: map[string]string{"x": "X1", "y": "C - D*x**2"},
	}
}

// Simulate runs the neuron for dur (ms, one unit of time each) from x = X1, y = C -
// D X1^2 and z = 0 under the stimulus in, with the time step dt, by the Runge-Kutta
// method of order 4; 0.05 is a good step. A spike is an upward crossing of 1 by x and
// has the time of its step.
//
// The result holds x and, as States, y and z. An error names what makes no sense.
// Checked against Brian2 with the same step.
func (m HindmarshRose) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m HindmarshRose) Check() error { return sound(m, "A R", "") }
