package neuron

import (
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// A Cell is a model of this package that is also text: model.Parse(m.Equations())
// is the same cell as package model runs it, alone or in a population.
type Cell interface {
	Model
	Name() string
	CurrentUnit() string
	Check() error
	// Equations returns the differential equations, and as options the
	// parameters, the threshold and what happens at it.
	Equations() (text string, o model.Options)
}

// quantity writes a number with its unit, as package model reads it.
func quantity(x float64, unit string) string {
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if unit == "" {
		return s
	}
	return s + " " + unit
}

const hhEquations = `
dV/dt = (I - GNa*m**3*h*(V - ENa) - GK*n**4*(V - EK) - GL*(V - EL))/C : mV
dn/dt = phi*(an*(1 - n) - bn*n) : 1
dm/dt = phi*(am*(1 - m) - bm*m) : 1
dh/dt = phi*(ah*(1 - h) - bh*h) : 1
an = 0.1/exprel(-(V + 55*mV)/(10*mV))/ms : Hz
bn = 0.125*exp(-(V + 65*mV)/(80*mV))/ms : Hz
am = 1/exprel(-(V + 40*mV)/(10*mV))/ms : Hz
bm = 4*exp(-(V + 65*mV)/(18*mV))/ms : Hz
ah = 0.07*exp(-(V + 65*mV)/(20*mV))/ms : Hz
bh = 1/(1 + exp(-(V + 35*mV)/(10*mV)))/ms : Hz
I : uA/cm**2
`

// Equations returns the model as text, with the Runge-Kutta method of Step. On
// the grid of package model a spike has the time of the step in which V crosses
// 0 mV.
func (m HH) Equations() (string, model.Options) {
	v0 := m.V0
	if v0 == 0 {
		v0 = -65
	}
	return hhEquations, model.Options{
		Name: "HH", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV",
		Params: map[string]string{
			"C": quantity(m.C, "uF/cm2"), "GNa": quantity(m.GNa, "mS/cm2"), "GK": quantity(m.GK, "mS/cm2"), "GL": quantity(m.GL, "mS/cm2"),
			"ENa": quantity(m.ENa, "mV"), "EK": quantity(m.EK, "mV"), "EL": quantity(m.EL, "mV"), "phi": quantity(m.phi(), ""),
		},
		Initial: map[string]string{"V": quantity(v0, "mV"), "n": "an/(an + bn)", "m": "am/(am + bm)", "h": "ah/(ah + bh)"},
	}
}

const lifEquations = `
dV/dt = (I - GL*(V - EL))/C : mV (unless refractory)
I : uA/cm**2
`

// Equations returns the model as text. On the grid of package model a spike is
// in the step in which V reaches VTh, so that it comes up to one step late
// compared with Simulate, which is exact.
func (m LIF) Equations() (string, model.Options) {
	v0 := m.EL
	if v0 >= m.VTh {
		v0 = m.VReset
	}
	return lifEquations, model.Options{
		Name: "LIF", V: "V", Threshold: "V >= VTh", Reset: "V = VReset", Refractory: quantity(m.TauRef, "") + "*ms",
		Params: map[string]string{
			"C": quantity(m.C, "uF/cm2"), "GL": quantity(m.GL, "mS/cm2"), "EL": quantity(m.EL, "mV"),
			"VTh": quantity(m.VTh, "mV"), "VReset": quantity(m.VReset, "mV"),
		},
		Initial: map[string]string{"V": quantity(v0, "mV")},
	}
}
