package neuron

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// AdEx is the adaptive exponential integrate-and-fire neuron of Brette and
// Gerstner 2005, J Neurophysiol 94:3637:
//
//	C dV/dt    = -GL (V - EL) + GL DeltaT exp((V - VT)/DeltaT) - w + I
//	TauW dw/dt = A (V - EL) - w
//
// When V passes VCut the neuron fires, V becomes VReset and w grows by B. The
// exponential is bounded at VCut, beyond which V goes in the last step only.
type AdEx struct {
	C      float64 `unit:"pF"` // membrane capacitance, pF
	GL     float64 `unit:"nS"` // leak conductance, nS
	EL     float64 `unit:"mV"` // leak reversal potential, and potential at time 0, mV
	VT     float64 `unit:"mV"` // threshold potential, mV
	DeltaT float64 `unit:"mV"` // slope factor: how sharply spikes begin, mV
	A      float64 `unit:"nS"` // subthreshold adaptation, nS
	TauW   float64 `unit:"ms"` // time constant of adaptation, ms
	B      float64 `unit:"pA"` // adaptation by a spike, pA
	VReset float64 `unit:"mV"` // potential after a spike, mV
	VCut   float64 `unit:"mV"` // potential at which a spike is counted, mV
	TauRef float64 `unit:"ms"` // refractory time, ms; 0 means none
}

// NewAdEx returns the regular spiking cell of Brette and Gerstner 2005: C 281
// pF, GL 30 nS, EL -70.6 mV, VT -50.4 mV, DeltaT 2 mV, A 4 nS, TauW 144 ms, B
// 80.5 pA, reset to EL, spikes counted at 20 mV.
func NewAdEx() AdEx {
	return AdEx{C: 281, GL: 30, EL: -70.6, VT: -50.4, DeltaT: 2, A: 4, TauW: 144, B: 80.5, VReset: -70.6, VCut: 20}
}

// naud are the patterns of Naud et al. 2008 with the current that shows each, pA.
var naud = map[string]struct {
	cell    AdEx
	current float64
}{
	"tonic spiking":            {AdEx{200, 10, -70, -50, 2, 2, 30, 0, -58, 0, 0}, 500},
	"adaptation":               {AdEx{200, 12, -70, -50, 2, 2, 300, 60, -58, 0, 0}, 500},
	"initial burst":            {AdEx{130, 18, -58, -50, 2, 4, 150, 120, -50, 0, 0}, 400},
	"regular bursting":         {AdEx{200, 10, -58, -50, 2, 2, 120, 100, -46, 0, 0}, 210},
	"delayed accelerating":     {AdEx{200, 12, -70, -50, 2, -10, 300, 0, -58, 0, 0}, 300},
	"delayed regular bursting": {AdEx{100, 10, -65, -50, 2, -10, 90, 30, -47, 0, 0}, 110},
	"transient spiking":        {AdEx{100, 10, -65, -50, 2, 10, 90, 100, -47, 0, 0}, 180},
	"irregular spiking":        {AdEx{100, 12, -60, -50, 2, -11, 130, 30, -48, 0, 0}, 160},
}

// AdExSets are the names that AdExSet knows, in the order of the paper's table.
func AdExSets() []string {
	return []string{"tonic spiking", "adaptation", "initial burst", "regular bursting", "delayed accelerating",
		"delayed regular bursting", "transient spiking", "irregular spiking"}
}

// AdExSet returns one of the eight firing patterns of Naud, Marcille, Clopath
// and Gerstner 2008, Biol Cybern 99:335, Table 1 (with the corrections that
// Brian2's example of the paper carries), and the current step in pA that shows
// it. An unknown name is an error that lists those of AdExSets.
func AdExSet(name string) (cell AdEx, current float64, err error) {
	s, err := pick("AdExSet", naud, name)
	return s.cell, s.current, err
}

// Name returns "AdEx".
func (m AdEx) Name() string { return "AdEx" }

// CurrentUnit returns "pA", the unit of stimuli.
func (m AdEx) CurrentUnit() string { return "pA" }

// Show returns the parameters with their units as a table.
func (m AdEx) Show() display.Bundle { return table.Parameters("AdEx", m).Show() }

const adexEquations = `
dV/dt = (GL*(EL - V) + GL*DeltaT*exp((u - VT)/DeltaT) - w + I)/C : mV (unless refractory)
dw/dt = (A*(u - EL) - w)/TauW : pA
u = clip(V, -1*volt, VCut) : mV
I : pA
`

// Equations returns the model as text.
func (m AdEx) Equations() (string, model.Options) {
	o := model.Options{
		Name: "AdEx", Method: "rk4", V: "V", Threshold: "V > VCut", Reset: "V = VReset; w += B",
		Params: map[string]string{
			"C": quantity(m.C, "pF"), "GL": quantity(m.GL, "nS"), "EL": quantity(m.EL, "mV"), "VT": quantity(m.VT, "mV"),
			"DeltaT": quantity(m.DeltaT, "mV"), "A": quantity(m.A, "nS"), "TauW": quantity(m.TauW, "ms"), "B": quantity(m.B, "pA"),
			"VReset": quantity(m.VReset, "mV"), "VCut": quantity(m.VCut, "mV"),
		},
		Initial: map[string]string{"V": quantity(m.EL, "mV")},
	}
	if m.TauRef > 0 {
		o.Refractory = quantity(m.TauRef, "") + "*ms"
	}
	return adexEquations, o
}

// Simulate runs the neuron for dur (ms) from V = EL and w = 0 under the stimulus
// in (pA), with the time step dt (ms), by the Runge-Kutta method of order 4 on
// the grid: a spike has the time of the step in which V passes VCut. At dt =
// 0.05 ms the spikes of the regular spiking cell are right to a step over 300 ms.
//
// The result holds V and, as its state, w. An error names what makes no sense.
// Checked against Brian2 with the same step.
func (m AdEx) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m AdEx) Check() error {
	err := first(
		positive("AdEx", "C", m.C, "pF"), positive("AdEx", "GL", m.GL, "nS"), finite("AdEx", "EL", m.EL, "mV"),
		finite("AdEx", "VT", m.VT, "mV"), positive("AdEx", "DeltaT", m.DeltaT, "mV"), finite("AdEx", "A", m.A, "nS"),
		positive("AdEx", "TauW", m.TauW, "ms"), finite("AdEx", "B", m.B, "pA"), finite("AdEx", "VReset", m.VReset, "mV"),
		finite("AdEx", "VCut", m.VCut, "mV"), notNegative("AdEx", "TauRef", m.TauRef, "ms"),
	)
	switch {
	case err != nil:
	case m.VCut <= m.VT:
		err = fmt.Errorf("neuron: AdEx: VCut is %g mV; it must be above VT (%g mV), where spikes begin", m.VCut, m.VT)
	case m.VReset >= m.VCut:
		err = fmt.Errorf("neuron: AdEx: VReset is %g mV; it must be below VCut (%g mV)", m.VReset, m.VCut)
	case (m.VCut-m.VT)/m.DeltaT > 600:
		err = fmt.Errorf("neuron: AdEx: VCut is %g slope factors above VT; at most 600 can be computed (a larger DeltaT or a lower VCut)", (m.VCut-m.VT)/m.DeltaT)
	}
	return err
}
