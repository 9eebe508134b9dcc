package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// ConnorStevens is the crustacean axon of Connor, Walter and McKown 1977, Biophys J
// 18:81 (after Connor and Stevens 1971, J Physiol 213:31), as Dayan and Abbott 2001
// write it in chapter 6: a transient potassium current, the A current, lets it fire
// at rates as low as one likes:
//
//	C dV/dt = I - GNa m^3 h (V - ENa) - GK n^4 (V - EK) - GA a^3 b (V - EA) - GL (V - EL)
//	dx/dt   = alpha_x(V) (1 - x) - beta_x(V) x           for x = m, h, n
//	dx/dt   = (xinf(V) - x)/taux(V)                      for x = a, b
//
// with, in mV, ms and 1/ms:
//
//	alpha_m = 0.38 (V + 29.7)/(1 - exp(-(V + 29.7)/10))   beta_m = 15.2 exp(-0.0556 (V + 54.7))
//	alpha_h = 0.266 exp(-(V + 48)/20)                     beta_h = 3.8/(1 + exp(-(V + 18)/10))
//	alpha_n = 0.02 (V + 45.7)/(1 - exp(-(V + 45.7)/10))   beta_n = 0.25 exp(-0.0125 (V + 55.7))
//	ainf^3  = 0.0761 exp(0.0314 (V + 94.22))/(1 + exp(0.0346 (V + 1.17)))
//	taua    = 0.3632 + 1.158/(1 + exp(0.0497 (V + 55.96)))
//	binf    = 1/(1 + exp(0.0688 (V + 53.3)))^4            taub = 1.24 + 2.678/(1 + exp(0.0624 (V + 50)))
type ConnorStevens struct {
	C   float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GNa float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK  float64 `unit:"mS/cm2"` // largest delayed potassium conductance, mS/cm2
	GA  float64 `unit:"mS/cm2"` // largest transient potassium conductance, mS/cm2
	GL  float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	ENa float64 `unit:"mV"`     // sodium reversal potential, mV
	EK  float64 `unit:"mV"`     // reversal potential of the delayed current, mV
	EA  float64 `unit:"mV"`     // reversal potential of the transient current, mV
	EL  float64 `unit:"mV"`     // leak reversal potential, mV
}

// NewConnorStevens returns the paper's axon: C 1 uF/cm2, GNa 120, GK 20, GA 47.7, GL
// 0.3 mS/cm2, ENa 55, EK -72, EA -75, EL -17 mV.
func NewConnorStevens() ConnorStevens {
	return ConnorStevens{C: 1, GNa: 120, GK: 20, GA: 47.7, GL: 0.3, ENa: 55, EK: -72, EA: -75, EL: -17}
}

// Name returns "Connor-Stevens".
func (m ConnorStevens) Name() string { return "Connor-Stevens" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m ConnorStevens) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m ConnorStevens) Show() display.Bundle { return table.Parameters("Connor-Stevens", m).Show() }

const connorStevensEquations = `
dV/dt = (I - GNa*m**3*h*(V - ENa) - GK*n**4*(V - EK) - GA*a**3*b*(V - EA) - GL*(V - EL))/C : mV
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1
dn/dt = an*(1 - n) - bn*n : 1
da/dt = (ainf - a)/taua : 1
db/dt = (binf - b)/taub : 1
am = 3.8/exprel(-(V + 29.7*mV)/(10*mV))/ms : Hz
bm = 15.2*exp(-0.0556*(V + 54.7*mV)/mV)/ms : Hz
ah = 0.266*exp(-(V + 48*mV)/(20*mV))/ms : Hz
bh = 3.8/(1 + exp(-(V + 18*mV)/(10*mV)))/ms : Hz
an = 0.2/exprel(-(V + 45.7*mV)/(10*mV))/ms : Hz
bn = 0.25*exp(-0.0125*(V + 55.7*mV)/mV)/ms : Hz
ainf = (0.0761*exp(0.0314*(V + 94.22*mV)/mV)/(1 + exp(0.0346*(V + 1.17*mV)/mV)))**(1/3) : 1
taua = 0.3632*ms + 1.158*ms/(1 + exp(0.0497*(V + 55.96*mV)/mV)) : second
binf = (1 + exp(0.0688*(V + 53.3*mV)/mV))**-4 : 1
taub = 1.24*ms + 2.678*ms/(1 + exp(0.0624*(V + 50*mV)/mV)) : second
I : uA/cm**2
`

// Equations returns the model as text.
func (m ConnorStevens) Equations() (string, model.Options) {
	return connorStevensEquations, model.Options{
		Name: "Connor-Stevens", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV", Params: parameters(m),
		Initial: map[string]string{"V": "-68 mV", "m": "am/(am + bm)", "h": "ah/(ah + bh)", "n": "an/(an + bn)", "a": "ainf", "b": "binf"},
	}
}

// Simulate runs the axon for dur (ms) from V = -68 mV with the gates at their steady
// state, under the stimulus in (uA/cm2), with the time step dt (ms), by the
// Runge-Kutta method of order 4; 0.01 to 0.02 ms is a good step. A spike is an upward
// crossing of 0 mV and has the time of its step.
//
// The result holds V and, as States, m, h, n, a and b. An error names what makes no
// sense. Checked against Brian2 with the same step.
func (m ConnorStevens) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m ConnorStevens) Check() error { return sound(m, "C", "") }
