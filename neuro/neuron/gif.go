package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// GIF is the generalized integrate-and-fire neuron of Mensi et al. 2012, J
// Neurophysiol 107:1756, and Pozzorini et al. 2015, PLoS Comput Biol 11:e1004275:
// spikes start currents and move the threshold, and the cell fires by chance:
//
//	C dV/dt         = -GL (V - EL) - eta1 - eta2 + I
//	TauEtak detak/dt     = -etak          TauGammak dgammak/dt = -gammak
//	rate of firing  = Lambda0 exp((V - VT - gamma1 - gamma2)/DeltaV)
//
// At a spike etak grows by QEtak and gammak by QGammak, and V is VReset for the
// time TauRef, in which the cell does not fire.
type GIF struct {
	C         float64 `unit:"pF"` // membrane capacitance, pF
	GL        float64 `unit:"nS"` // leak conductance, nS
	EL        float64 `unit:"mV"` // leak reversal potential, and potential at time 0, mV
	VReset    float64 `unit:"mV"` // potential after a spike, mV
	VT        float64 `unit:"mV"` // threshold at rest, mV
	DeltaV    float64 `unit:"mV"` // how sharp the threshold is, mV
	Lambda0   float64 `unit:"Hz"` // rate of firing at the threshold, Hz
	TauRef    float64 `unit:"ms"` // refractory time, ms
	QEta1     float64 `unit:"pA"` // what a spike adds to the current eta1, pA
	QEta2     float64 `unit:"pA"` // and to eta2, pA
	TauEta1   float64 `unit:"ms"` // time constant of eta1, ms
	TauEta2   float64 `unit:"ms"` // and of eta2, ms
	QGamma1   float64 `unit:"mV"` // what a spike adds to the threshold gamma1, mV
	QGamma2   float64 `unit:"mV"` // and to gamma2, mV
	TauGamma1 float64 `unit:"ms"` // time constant of gamma1, ms
	TauGamma2 float64 `unit:"ms"` // and of gamma2, ms
	Seed      uint64  // of the chance of firing
}

// NewGIF returns a cortical cell fitted by Mensi et al., with the numbers of NEST's
// example of the model: C 83.1 pF, GL 3.7 nS, EL -67, VReset -36.7, VT -39.6, DeltaV
// 1.4 mV, Lambda0 1 Hz, TauRef 4 ms; eta 56.7 pA for 57.8 ms and -6.9 pA for 218.2
// ms, gamma 11.7 mV for 53.8 ms and 1.8 mV for 640 ms.
func NewGIF() GIF {
	return GIF{C: 83.1, GL: 3.7, EL: -67, VReset: -36.7, VT: -39.6, DeltaV: 1.4, Lambda0: 1, TauRef: 4,
		QEta1: 56.7, TauEta1: 57.8, QEta2: -6.9, TauEta2: 218.2, QGamma1: 11.7, TauGamma1: 53.8, QGamma2: 1.8, TauGamma2: 640}
}

// Name returns "GIF".
func (m GIF) Name() string { return "GIF" }

// CurrentUnit returns "pA", the unit of stimuli.
func (m GIF) CurrentUnit() string { return "pA" }

// Show returns the parameters with their units as a table.
func (m GIF) Show() display.Bundle { return table.Parameters("GIF", m).Show() }

const gifEquations = `
dV/dt = (GL*(EL - V) - eta1 - eta2 + I)/C : mV (unless refractory)
deta1/dt = -eta1/TauEta1 : pA
deta2/dt = -eta2/TauEta2 : pA
dgamma1/dt = -gamma1/TauGamma1 : mV
dgamma2/dt = -gamma2/TauGamma2 : mV
hazard = Lambda0*exp((V - VT - gamma1 - gamma2)/DeltaV) : Hz
I : pA
`

// Equations returns the model as text; it is linear, and so integrated exactly for
// an input that is constant during a step. The chance of firing in a step is 1 -
// exp(-rate dt).
func (m GIF) Equations() (string, model.Options) {
	p := parameters(m)
	delete(p, "TauRef")
	return gifEquations, model.Options{
		Name: "GIF", Method: "exact", V: "V", Threshold: "rand() < -expm1(-hazard*dt)",
		Reset:      "V = VReset; eta1 += QEta1; eta2 += QEta2; gamma1 += QGamma1; gamma2 += QGamma2",
		Refractory: refractory(m.TauRef), Params: p, Initial: map[string]string{"V": "EL"}, Seed: m.Seed,
	}
}

// Simulate runs the neuron for dur (ms) from V = EL under the stimulus in (pA), with
// the time step dt (ms), exactly between spikes; 0.1 ms is a good step. The same
// Seed gives the same spikes.
//
// The result holds V and, as States, eta1 and eta2 (pA), gamma1 and gamma2 (mV). An
// error names what makes no sense. Checked against the renewal process that it is
// without eta and gamma.
func (m GIF) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m GIF) Check() error {
	return sound(m, "C GL DeltaV TauEta1 TauEta2 TauGamma1 TauGamma2", "Lambda0 TauRef")
}
