package neuron

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// EIF is the exponential integrate-and-fire neuron of Fourcaud-Trocme, Hansel, van
// Vreeswijk and Brunel 2003, J Neurosci 23:11628:
//
//	C dV/dt = -GL (V - EL) + GL DeltaT exp((V - VT)/DeltaT) + I
//
// When V passes VCut the neuron fires and V is VReset for the time TauRef. Its
// rheobase is GL (VT - EL - DeltaT). AdEx adds adaptation to it.
type EIF struct {
	C      float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL     float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	EL     float64 `unit:"mV"`     // leak reversal potential, and potential at time 0, mV
	VT     float64 `unit:"mV"`     // threshold potential, mV
	DeltaT float64 `unit:"mV"`     // slope factor: how sharply spikes begin, mV
	VReset float64 `unit:"mV"`     // potential after a spike, mV
	VCut   float64 `unit:"mV"`     // potential at which a spike is counted, mV
	TauRef float64 `unit:"ms"`     // refractory time, ms; 0 means none
}

// NewEIF returns the paper's cell, fitted to that of Wang and Buzsaki 1996: C 1
// uF/cm2, GL 0.1 mS/cm2, EL -65, VT -59.9, DeltaT 3.48, VReset -68, VCut -30 mV,
// TauRef 1.7 ms.
func NewEIF() EIF {
	return EIF{C: 1, GL: 0.1, EL: -65, VT: -59.9, DeltaT: 3.48, VReset: -68, VCut: -30, TauRef: 1.7}
}

// Name returns "EIF".
func (m EIF) Name() string { return "EIF" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m EIF) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m EIF) Show() display.Bundle { return table.Parameters("EIF", m).Show() }

const eifEquations = `
dV/dt = (GL*(EL - V) + GL*DeltaT*exp((u - VT)/DeltaT) + I)/C : mV (unless refractory)
u = clip(V, -1*volt, VCut) : mV
I : uA/cm**2
`

// Equations returns the model as text. The exponential is bounded at VCut, beyond
// which V goes in the last step only.
func (m EIF) Equations() (string, model.Options) {
	p := parameters(m)
	delete(p, "TauRef")
	return eifEquations, model.Options{
		Name: "EIF", Method: "rk4", V: "V", Threshold: "V > VCut", Reset: "V = VReset", Refractory: refractory(m.TauRef),
		Params: p, Initial: map[string]string{"V": "EL"},
	}
}

// Simulate runs the neuron for dur (ms) from V = EL under the stimulus in (uA/cm2),
// with the time step dt (ms), by the Runge-Kutta method of order 4 on the grid: a
// spike has the time of the step in which V passes VCut. 0.05 ms is a good step.
//
// The result holds V. An error names what makes no sense. Checked against Brian2
// with the same step.
func (m EIF) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m EIF) Check() error {
	err := sound(m, "C GL DeltaT", "TauRef")
	switch {
	case err != nil:
	case m.VCut <= m.VT:
		err = fmt.Errorf("neuron: EIF: VCut is %g mV; it must be above VT (%g mV), where spikes begin", m.VCut, m.VT)
	case m.VReset >= m.VCut:
		err = fmt.Errorf("neuron: EIF: VReset is %g mV; it must be below VCut (%g mV)", m.VReset, m.VCut)
	case (m.VCut-m.VT)/m.DeltaT > 600:
		err = fmt.Errorf("neuron: EIF: VCut is %g slope factors above VT; at most 600 can be computed (a larger DeltaT or a lower VCut)", (m.VCut-m.VT)/m.DeltaT)
	}
	return err
}
