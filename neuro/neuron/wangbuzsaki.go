package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// WangBuzsaki is the fast-spiking interneuron of Wang and Buzsaki 1996, J
// Neurosci 16:6402, whose sodium activation is instantaneous:
//
//	C dV/dt = I - GNa minf(V)^3 h (V - ENa) - GK n^4 (V - EK) - GL (V - EL)
//	dx/dt   = Phi (alpha_x(V) (1 - x) - beta_x(V) x)    for x = h, n
//
// with minf = alpha_m/(alpha_m + beta_m) and the rates, in 1/ms:
//
//	alpha_m = 0.1 (V + 35)/(1 - exp(-(V + 35)/10))    beta_m = 4 exp(-(V + 60)/18)
//	alpha_h = 0.07 exp(-(V + 58)/20)                  beta_h = 1/(1 + exp(-(V + 28)/10))
//	alpha_n = 0.01 (V + 34)/(1 - exp(-(V + 34)/10))   beta_n = 0.125 exp(-(V + 44)/80)
type WangBuzsaki struct {
	C   float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GNa float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK  float64 `unit:"mS/cm2"` // largest potassium conductance, mS/cm2
	GL  float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	ENa float64 `unit:"mV"`     // sodium reversal potential, mV
	EK  float64 `unit:"mV"`     // potassium reversal potential, mV
	EL  float64 `unit:"mV"`     // leak reversal potential, and potential at time 0, mV
	Phi float64 // speed of the gates
}

// NewWangBuzsaki returns the cell of the paper: C 1, GNa 35, GK 9, GL 0.1, ENa
// 55, EK -90, EL -65, Phi 5.
func NewWangBuzsaki() WangBuzsaki {
	return WangBuzsaki{C: 1, GNa: 35, GK: 9, GL: 0.1, ENa: 55, EK: -90, EL: -65, Phi: 5}
}

// Name returns "Wang-Buzsaki".
func (m WangBuzsaki) Name() string { return "Wang-Buzsaki" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m WangBuzsaki) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m WangBuzsaki) Show() display.Bundle { return table.Parameters("Wang-Buzsaki", m).Show() }

const wangBuzsakiEquations = `
dV/dt = (I - GNa*minf**3*h*(V - ENa) - GK*n**4*(V - EK) - GL*(V - EL))/C : mV
dh/dt = Phi*(ah*(1 - h) - bh*h) : 1
dn/dt = Phi*(an*(1 - n) - bn*n) : 1
minf = am/(am + bm) : 1
am = 1/exprel(-(V + 35*mV)/(10*mV))/ms : Hz
bm = 4*exp(-(V + 60*mV)/(18*mV))/ms : Hz
ah = 0.07*exp(-(V + 58*mV)/(20*mV))/ms : Hz
bh = 1/(1 + exp(-(V + 28*mV)/(10*mV)))/ms : Hz
an = 0.1/exprel(-(V + 34*mV)/(10*mV))/ms : Hz
bn = 0.125*exp(-(V + 44*mV)/(80*mV))/ms : Hz
I : uA/cm**2
`

// Equations returns the model as text.
func (m WangBuzsaki) Equations() (string, model.Options) {
	return wangBuzsakiEquations, model.Options{
		Name: "Wang-Buzsaki", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV",
		Params: map[string]string{
			"C": quantity(m.C, "uF/cm2"), "GNa": quantity(m.GNa, "mS/cm2"), "GK": quantity(m.GK, "mS/cm2"), "GL": quantity(m.GL, "mS/cm2"),
			"ENa": quantity(m.ENa, "mV"), "EK": quantity(m.EK, "mV"), "EL": quantity(m.EL, "mV"), "Phi": quantity(m.Phi, ""),
		},
		Initial: map[string]string{"V": quantity(m.EL, "mV"), "h": "ah/(ah + bh)", "n": "an/(an + bn)"},
	}
}

// Simulate runs the cell for dur (ms) from V = EL with the gates at their steady
// state, under the stimulus in (uA/cm2), with the time step dt (ms), by the
// Runge-Kutta method of order 4; 0.01 to 0.02 ms is a good step. A spike is an
// upward crossing of 0 mV and has the time of its step.
//
// The result holds V and, as States, h and n. An error names what makes no
// sense. Checked against Brian2 with the same step.
func (m WangBuzsaki) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m WangBuzsaki) Check() error {
	return first(
		positive("WangBuzsaki", "C", m.C, "uF/cm2"), notNegative("WangBuzsaki", "GNa", m.GNa, "mS/cm2"),
		notNegative("WangBuzsaki", "GK", m.GK, "mS/cm2"), notNegative("WangBuzsaki", "GL", m.GL, "mS/cm2"),
		finite("WangBuzsaki", "ENa", m.ENa, "mV"), finite("WangBuzsaki", "EK", m.EK, "mV"),
		finite("WangBuzsaki", "EL", m.EL, "mV"), positive("WangBuzsaki", "Phi", m.Phi, ""),
	)
}
