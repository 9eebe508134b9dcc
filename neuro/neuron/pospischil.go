package neuron

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Pospischil is the minimal Hodgkin-Huxley cell of cortex and thalamus of Pospischil
// et al. 2008, Biol Cybern 99:427: the spikes of Traub and Miles, a slow potassium
// current that makes it adapt, and calcium currents that make it burst, at 36 °C:
//
//	C dV/dt = I - GL (V - EL) - GNa m^3 h (V - ENa) - GK n^4 (V - EK)
//	          - GM p (V - EK) - GCaL q^2 r (V - ECa) - GCaT s^2 u (V - ECa)
//
// m, h and n have the rates of TraubMiles at VT; the others, in mV, ms and 1/ms:
//
//	pinf = 1/(1 + exp(-(V + 35)/10))       taup = TauMax/(3.3 exp((V + 35)/20) + exp(-(V + 35)/20))
//	alpha_q = 0.055 (-27 - V)/(exp((-27 - V)/3.8) - 1)      beta_q = 0.94 exp((-75 - V)/17)
//	alpha_r = 0.000457 exp((-13 - V)/50)                    beta_r = 0.0065/(exp((-15 - V)/28) + 1)
//	s = 1/(1 + exp(-(V + VX + 57)/6.2))    uinf = 1/(1 + exp((V + VX + 81)/4))
//	tauu = (30.8 + (211.4 + exp((V + VX + 113.2)/5))/(1 + exp((V + VX + 84)/3.2)))/3^1.2
//
// A conductance of 0 takes its current with its gates out of the equations.
//
// ECa is 120 mV, as the paper writes; with a Depth it follows the calcium Ca below the
// membrane instead, at 36 °C, as in the authors' program for LTS cells:
//
//	dCa/dt = max(-ICa/(2 F Depth), 0) + (240 nM - Ca)/TauCa      ECa = RT/(2F) log(2 mM/Ca)
type Pospischil struct {
	C      float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL     float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	GNa    float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK     float64 `unit:"mS/cm2"` // largest delayed potassium conductance, mS/cm2
	GM     float64 `unit:"mS/cm2"` // largest slow potassium conductance, mS/cm2
	GCaL   float64 `unit:"mS/cm2"` // largest high-threshold calcium conductance, mS/cm2
	GCaT   float64 `unit:"mS/cm2"` // largest low-threshold calcium conductance, mS/cm2
	EL     float64 `unit:"mV"`     // leak reversal potential, and potential at time 0, mV
	ENa    float64 `unit:"mV"`     // sodium reversal potential, mV
	EK     float64 `unit:"mV"`     // potassium reversal potential, mV
	ECa    float64 `unit:"mV"`     // calcium reversal potential where Depth is 0, mV
	VT     float64 `unit:"mV"`     // shift of the gates of spikes along V, mV
	VX     float64 `unit:"mV"`     // shift of the low-threshold calcium current along V, mV
	TauMax float64 `unit:"ms"`     // slowest time constant of the slow potassium current, ms
	Depth  float64 `unit:"um"`     // depth of the shell that calcium enters, um; 0 keeps ECa where it is
	TauCa  float64 `unit:"ms"`     // time constant of the removal of calcium, ms
}

// NewPospischil returns the regular spiking cell: C 1 uF/cm2, GL 0.1, GNa 50, GK 5,
// GM 0.07 mS/cm2, EL -70, ENa 50, EK -100, ECa 120, VT -55, VX 2 mV, TauMax 1000 ms,
// no Depth, TauCa 5 ms.
func NewPospischil() Pospischil {
	return Pospischil{C: 1, GL: 0.1, GNa: 50, GK: 5, GM: 0.07, EL: -70, ENa: 50, EK: -100, ECa: 120, VT: -55, VX: 2, TauMax: 1000, TauCa: 5}
}

// PospischilSet returns a class of cell with the parameters of the paper's programs, on
// the authors' page of ModelDB (123623): "RS" regular spiking, as NewPospischil does,
// "FS" fast spiking, "IB" intrinsically bursting, "IBR" bursting again and again, "LTS"
// with low-threshold spikes after hyperpolarisation. ECa is constant in these, as in
// the paper and, but for 0.2 mV, in the programs of IB and IBR; "LTS-Nernst" has the
// ECa of the program of LTS, which follows the calcium in a shell of 1 um. An unknown
// name is an error that lists the names.
func PospischilSet(name string) (Pospischil, error) {
	m := NewPospischil()
	fs, ib := m, m
	fs.GL, fs.GK, fs.GM = 0.15, 10, 0
	ib.GL, ib.GM, ib.EL, ib.GCaL = 0.01, 0.03, -85, 0.17
	ibr, lts := ib, ib
	ibr.GCaL = 0.22
	lts.GCaL, lts.GCaT = 0, 0.4
	nernst := lts
	nernst.Depth = 1
	return pick("PospischilSet", map[string]Pospischil{"RS": m, "FS": fs, "IB": ib, "IBR": ibr, "LTS": lts, "LTS-Nernst": nernst}, name)
}

// Name returns "Pospischil".
func (m Pospischil) Name() string { return "Pospischil" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m Pospischil) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m Pospischil) Show() display.Bundle { return table.Parameters("Pospischil", m).Show() }

const (
	pospischilEquations = `
dV/dt = (I - ionic)/C : mV
ionic = GL*(V - EL) + GNa*m**3*h*(V - ENa) + GK*n**4*(V - EK) : uA/cm**2
I : uA/cm**2
` + traubMilesGates
	slowPotassium = `
ionic += GM*p*(V - EK) : uA/cm**2
dp/dt = (pinf - p)/taup : 1
pinf = 1/(1 + exp(-(V + 35*mV)/(10*mV))) : 1
taup = TauMax/(3.3*exp((V + 35*mV)/(20*mV)) + exp(-(V + 35*mV)/(20*mV))) : second
`
	highCalcium = `
ICa %s GCaL*q**2*r*(V - ECa) : uA/cm**2
dq/dt = aq*(1 - q) - bq*q : 1
dr/dt = ar*(1 - r) - br*r : 1
aq = 0.209/exprel((-27*mV - V)/(3.8*mV))/ms : Hz
bq = 0.94*exp((-75*mV - V)/(17*mV))/ms : Hz
ar = 0.000457*exp((-13*mV - V)/(50*mV))/ms : Hz
br = 0.0065/(exp((-15*mV - V)/(28*mV)) + 1)/ms : Hz
`
	lowCalcium = `
ICa %s GCaT*sinf**2*u*(V - ECa) : uA/cm**2
du/dt = (uinf - u)/tauu : 1
sinf = 1/(1 + exp(-(V + VX + 57*mV)/(6.2*mV))) : 1
uinf = 1/(1 + exp((V + VX + 81*mV)/(4*mV))) : 1
tauu = (30.8 + (211.4 + exp((V + VX + 113.2*mV)/(5*mV)))/(1 + exp((V + VX + 84*mV)/(3.2*mV))))*ms/3**1.2 : second
`
)

// Equations returns the model as text.
func (m Pospischil) Equations() (string, model.Options) {
	text, p := pospischilEquations, parameters(m)
	start := map[string]string{"V": "EL", "n": "an/(an + bn)", "m": "am/(am + bm)", "h": "ah/(ah + bh)"}
	if m.GM != 0 {
		text += slowPotassium
		start["p"] = "pinf"
	}
	to := "=" // of ICa, which the second current is added to
	if m.GCaL != 0 {
		text += fmt.Sprintf(highCalcium, to)
		to = "+="
		start["q"], start["r"] = "aq/(aq + bq)", "ar/(ar + br)"
	}
	if m.GCaT != 0 {
		text += fmt.Sprintf(lowCalcium, to)
		to = "+="
		start["u"] = "uinf"
	}
	if to == "+=" {
		text += "ionic += ICa : uA/cm**2\n"
	}
	if to == "+=" && m.Depth != 0 {
		text += calciumShell
		start["Ca"] = "240e-6 mM"
		delete(p, "ECa")
	}
	return text, model.Options{
		Name: "Pospischil", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV", Params: p, Initial: start,
	}
}

// Simulate runs the cell for dur (ms) from V = EL with the gates at their steady
// state, under the stimulus in (uA/cm2), with the time step dt (ms), by the
// Runge-Kutta method of order 4; 0.02 to 0.05 ms is a good step. A spike is an upward
// crossing of 0 mV and has the time of its step.
//
// The result holds V and, as States, n, m, h, the gates of the currents that there
// are, and Ca (mM) with a Depth. An error names what makes no sense. Checked against
// Brian2 with the same step, and against spike times of the authors' programs in NEURON.
func (m Pospischil) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m Pospischil) Check() error { return sound(m, "C TauMax TauCa", "Depth") }
