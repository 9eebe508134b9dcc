package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MorrisLecar is the barnacle's muscle fibre of Morris and Lecar 1981, Biophys J
// 35:193, whose calcium current is instantaneous:
//
//	C dV/dt = I - GL (V - EL) - GCa minf(V) (V - ECa) - GK n (V - EK)
//	dn/dt   = Phi cosh((V - V3)/(2 V4)) (ninf(V) - n)
//	minf    = (1 + tanh((V - V1)/V2))/2,  ninf = (1 + tanh((V - V3)/V4))/2
type MorrisLecar struct {
	C   float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL  float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	GCa float64 `unit:"mS/cm2"` // largest calcium conductance, mS/cm2
	GK  float64 `unit:"mS/cm2"` // largest potassium conductance, mS/cm2
	EL  float64 `unit:"mV"`     // leak reversal potential, and potential at time 0, mV
	ECa float64 `unit:"mV"`     // calcium reversal potential, mV
	EK  float64 `unit:"mV"`     // potassium reversal potential, mV
	V1  float64 `unit:"mV"`     // potential at which half of the calcium channels are open, mV
	V2  float64 `unit:"mV"`     // how gradually they open, mV
	V3  float64 `unit:"mV"`     // potential at which half of the potassium channels are open, mV
	V4  float64 `unit:"mV"`     // how gradually they open, mV
	Phi float64 `unit:"1/ms"`   // speed of n at V3, 1/ms
}

var morrisLecar = map[string]MorrisLecar{
	"Morris 1981": {C: 20, GL: 2, GCa: 4, GK: 8, EL: -50, ECa: 100, EK: -70, V1: 10, V2: 15, V3: -1, V4: 14.5, Phi: 1.0 / 15},
	"Hopf":        {C: 20, GL: 2, GCa: 4.4, GK: 8, EL: -60, ECa: 120, EK: -84, V1: -1.2, V2: 18, V3: 2, V4: 30, Phi: 0.04},
	"SNLC":        {C: 20, GL: 2, GCa: 4, GK: 8, EL: -60, ECa: 120, EK: -84, V1: -1.2, V2: 18, V3: 12, V4: 17.4, Phi: 0.067},
	"homoclinic":  {C: 20, GL: 2, GCa: 4, GK: 8, EL: -60, ECa: 120, EK: -84, V1: -1.2, V2: 18, V3: 12, V4: 17.4, Phi: 0.23},
}

// NewMorrisLecar returns the fibre of the paper's figure 9: C 20 uF/cm2, GL 2, GCa 4,
// GK 8 mS/cm2, EL -50, ECa 100, EK -70, V1 10, V2 15, V3 -1, V4 14.5 mV, Phi 1/15
// per ms. (The figure's caption says V2 -15, a misprint.)
func NewMorrisLecar() MorrisLecar { return morrisLecar["Morris 1981"] }

// MorrisLecarSet returns a set of parameters by name: "Morris 1981", as
// NewMorrisLecar does, or one of the three ways to begin firing of Rinzel and
// Ermentrout 1998 (Methods in Neuronal Modeling), as Ermentrout and Terman 2010,
// Table 3.1, have them: "Hopf" from about 94 uA/cm2 on, "SNLC" (a saddle-node on the
// limit cycle) from 40 on, or "homoclinic". An unknown name is an error that lists
// the names.
func MorrisLecarSet(name string) (MorrisLecar, error) {
	return pick("MorrisLecarSet", morrisLecar, name)
}

// Name returns "Morris-Lecar".
func (m MorrisLecar) Name() string { return "Morris-Lecar" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m MorrisLecar) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m MorrisLecar) Show() display.Bundle { return table.Parameters("Morris-Lecar", m).Show() }

const morrisLecarEquations = `
dV/dt = (I - GL*(V - EL) - GCa*minf*(V - ECa) - GK*n*(V - EK))/C : mV
dn/dt = Phi*cosh((V - V3)/(2*V4))*(ninf - n) : 1
minf = 0.5*(1 + tanh((V - V1)/V2)) : 1
ninf = 0.5*(1 + tanh((V - V3)/V4)) : 1
I : uA/cm**2
`

// Equations returns the model as text.
func (m MorrisLecar) Equations() (string, model.Options) {
	return morrisLecarEquations, model.Options{
		Name: "Morris-Lecar", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV",
		Params: parameters(m), Initial: map[string]string{"V": "EL", "n": "ninf"},
	}
}

// Simulate runs the fibre for dur (ms) from V = EL with n at its steady state, under
// the stimulus in (uA/cm2), with the time step dt (ms), by the Runge-Kutta method of
// order 4; 0.1 ms is a good step. A spike is an upward crossing of 0 mV and has the
// time of its step.
//
// The result holds V and, as its state, n. An error names what makes no sense.
// Checked against Brian2 with the same step.
func (m MorrisLecar) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m MorrisLecar) Check() error { return sound(m, "C V2 V4 Phi", "") }
