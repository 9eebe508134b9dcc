package neuron

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// QIF is the quadratic integrate-and-fire neuron, the normal form of cells whose
// firing begins at a saddle-node bifurcation (Ermentrout and Kopell 1986, SIAM J
// Appl Math 46:233), with the parameters of Latham et al. 2000, J Neurophysiol
// 83:808:
//
//	C dV/dt = GL (V - EL)(V - VT)/(VT - EL) + I
//
// Without input the cell rests at EL with the leak GL, and fires once it has passed
// VT. When V reaches VPeak, V becomes VReset. Its rheobase is GL (VT - EL)/4.
type QIF struct {
	C      float64 `unit:"pF"` // membrane capacitance, pF
	GL     float64 `unit:"nS"` // leak conductance at rest, nS
	EL     float64 `unit:"mV"` // resting potential, and potential at time 0, mV
	VT     float64 `unit:"mV"` // potential above which the cell fires without input, mV
	VReset float64 `unit:"mV"` // potential after a spike, mV
	VPeak  float64 `unit:"mV"` // potential at which a spike is counted, mV
}

// NewQIF returns a cell with the time constant 10 ms and the potentials of Latham
// et al.: C 200 pF, GL 20 nS, EL -65 mV, VT -50 mV. In the paper V goes through
// infinity; here it is reset from 20 mV to -80 mV.
func NewQIF() QIF { return QIF{C: 200, GL: 20, EL: -65, VT: -50, VReset: -80, VPeak: 20} }

// Name returns "QIF".
func (m QIF) Name() string { return "QIF" }

// CurrentUnit returns "pA", the unit of stimuli.
func (m QIF) CurrentUnit() string { return "pA" }

// Show returns the parameters with their units as a table.
func (m QIF) Show() display.Bundle { return table.Parameters("QIF", m).Show() }

const qifEquations = `
dV/dt = (GL*(u - EL)*(u - VT)/(VT - EL) + I)/C : mV
u = clip(V, -1*volt, VPeak) : mV
I : pA
`

// Equations returns the model as text. The parabola is bounded at VPeak, beyond
// which V goes in the last step only.
func (m QIF) Equations() (string, model.Options) {
	return qifEquations, model.Options{
		Name: "QIF", Method: "rk4", V: "V", Threshold: "V > VPeak", Reset: "V = VReset",
		Params: parameters(m), Initial: map[string]string{"V": "EL"},
	}
}

// Simulate runs the neuron for dur (ms) from V = EL under the stimulus in (pA), with
// the time step dt (ms), by the Runge-Kutta method of order 4 on the grid: a spike
// has the time of the step in which V passes VPeak. 0.05 ms is a good step.
//
// The result holds V. An error names what makes no sense. Checked against the
// period in closed form.
func (m QIF) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m QIF) Check() error {
	err := sound(m, "C GL", "")
	switch {
	case err != nil:
	case m.VT <= m.EL:
		err = fmt.Errorf("neuron: QIF: VT is %g mV; it must be above EL (%g mV), where the cell rests", m.VT, m.EL)
	case m.VPeak <= m.VT:
		err = fmt.Errorf("neuron: QIF: VPeak is %g mV; it must be above VT (%g mV), where spikes begin", m.VPeak, m.VT)
	case m.VReset >= m.VPeak:
		err = fmt.Errorf("neuron: QIF: VReset is %g mV; it must be below VPeak (%g mV)", m.VReset, m.VPeak)
	}
	return err
}
