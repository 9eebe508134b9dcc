package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MAT is the neuron with a multi-timescale adaptive threshold of Kobayashi, Tsubo
// and Shinomoto 2009, Front Comput Neurosci 3:9: a leaky integrator that is never
// reset, and a threshold that each spike lifts by two exponentials:
//
//	TauM dV/dt    = -(V - EL) + R I
//	Tauk dthk/dt  = -thk                     for k = 1, 2
//
// The neuron fires when V reaches Omega + th1 + th2, which grow by A1 and A2 then,
// and not again before TauRef.
type MAT struct {
	TauM   float64 `unit:"ms"`   // membrane time constant, ms
	R      float64 `unit:"Mohm"` // membrane resistance, Mohm
	EL     float64 `unit:"mV"`   // resting potential, and potential at time 0, mV
	Omega  float64 `unit:"mV"`   // threshold at rest, mV
	A1     float64 `unit:"mV"`   // what a spike adds to the fast threshold, mV
	A2     float64 `unit:"mV"`   // and to the slow one, mV
	Tau1   float64 `unit:"ms"`   // time constant of the fast threshold, ms
	Tau2   float64 `unit:"ms"`   // and of the slow one, ms
	TauRef float64 `unit:"ms"`   // refractory time, ms
}

// NewMAT returns the paper's regular spiking cell: TauM 5 ms, R 50 Mohm, Tau1 10
// and Tau2 200 ms, TauRef 2 ms as for all cells, and the threshold 20 mV above the
// rest at -65 mV, A1 30 and A2 2 mV.
func NewMAT() MAT {
	return MAT{TauM: 5, R: 50, EL: -65, Omega: -45, A1: 30, A2: 2, Tau1: 10, Tau2: 200, TauRef: 2}
}

var mat = map[string][3]float64{ // Omega, A1, A2
	"RS": {-45, 30, 2}, "IB": {-46, 7.5, 1.5}, "FS": {-55, 10, 0.2}, "CH": {-39, -0.5, 0.4},
}

// MATSet returns a typical cell of the paper by its class: "RS" regular spiking, as
// NewMAT does, "IB" intrinsically bursting, "FS" fast spiking, "CH" chattering. An
// unknown name is an error that lists the names.
func MATSet(name string) (MAT, error) {
	p, err := pick("MATSet", mat, name)
	m := NewMAT()
	m.Omega, m.A1, m.A2 = p[0], p[1], p[2]
	return m, err
}

// Name returns "MAT".
func (m MAT) Name() string { return "MAT" }

// CurrentUnit returns "pA", the unit of stimuli.
func (m MAT) CurrentUnit() string { return "pA" }

// Show returns the parameters with their units as a table.
func (m MAT) Show() display.Bundle { return table.Parameters("MAT", m).Show() }

const matEquations = `
dV/dt = (EL - V + R*I)/TauM : mV
dth1/dt = -th1/Tau1 : mV
dth2/dt = -th2/Tau2 : mV
I : pA
`

// Equations returns the model as text; it is linear, and so integrated exactly for
// an input that is constant during a step.
func (m MAT) Equations() (string, model.Options) {
	p := parameters(m)
	delete(p, "TauRef")
	return matEquations, model.Options{
		Name: "MAT", Method: "exact", V: "V", Threshold: "V >= Omega + th1 + th2", Reset: "th1 += A1; th2 += A2",
		Refractory: refractory(m.TauRef), Params: p, Initial: map[string]string{"V": "EL"},
	}
}

// Simulate runs the neuron for dur (ms) from V = EL and the threshold Omega under
// the stimulus in (pA), with the time step dt (ms), exactly between spikes, which
// have the time of the step in which V reaches the threshold.
//
// The result holds V and, as States, th1 and th2 (mV). An error names what makes no
// sense. Checked against Brian2 with the same step.
func (m MAT) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m MAT) Check() error { return sound(m, "TauM R Tau1 Tau2", "TauRef") }
