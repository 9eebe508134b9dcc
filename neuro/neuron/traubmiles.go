package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TraubMiles is the pyramidal cell of Traub and Miles 1991 (Neuronal Networks of
// the Hippocampus) reduced to one compartment:
//
//	C dV/dt = I - GNa m^3 h (V - ENa) - GK n^4 (V - EK) - GL (V - EL)
//	dx/dt   = alpha_x(V) (1 - x) - beta_x(V) x          for x = n, m, h
//
// with the rates, for u = V - VT in mV, in 1/ms:
//
//	alpha_m = 0.32 (13 - u)/(exp((13 - u)/4) - 1)   beta_m = 0.28 (u - 40)/(exp((u - 40)/5) - 1)
//	alpha_h = 0.128 exp((17 - u)/18)                beta_h = 4/(1 + exp((40 - u)/5))
//	alpha_n = 0.032 (15 - u)/(exp((15 - u)/5) - 1)  beta_n = 0.5 exp((10 - u)/40)
type TraubMiles struct {
	C   float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GNa float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK  float64 `unit:"mS/cm2"` // largest potassium conductance, mS/cm2
	GL  float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	ENa float64 `unit:"mV"`     // sodium reversal potential, mV
	EK  float64 `unit:"mV"`     // potassium reversal potential, mV
	EL  float64 `unit:"mV"`     // leak reversal potential, and potential at time 0, mV
	VT  float64 `unit:"mV"`     // shift of the gates along V, mV: about the threshold minus 13
}

// NewTraubMiles returns the cell of Ermentrout and Kopell 1998 and Olufsen et
// al. 2003, J Comput Neurosci 14:33: C 1, GNa 100, GK 80, GL 0.1, ENa 50, EK
// -100, EL -67, VT -67.
func NewTraubMiles() TraubMiles {
	return TraubMiles{C: 1, GNa: 100, GK: 80, GL: 0.1, ENa: 50, EK: -100, EL: -67, VT: -67}
}

var traubMiles = map[string]TraubMiles{
	"Olufsen 2003": NewTraubMiles(),
	"Brette 2007":  {C: 1, GNa: 100, GK: 30, GL: 0.05, ENa: 50, EK: -90, EL: -60, VT: -63},
}

// TraubMilesSet returns the cell of a paper: "Olufsen 2003", as NewTraubMiles
// does, or "Brette 2007", that of the benchmark COBAHH (J Comput Neurosci
// 23:349). An unknown name is an error that lists the names.
func TraubMilesSet(name string) (TraubMiles, error) { return pick("TraubMilesSet", traubMiles, name) }

// Name returns "Traub-Miles".
func (m TraubMiles) Name() string { return "Traub-Miles" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m TraubMiles) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m TraubMiles) Show() display.Bundle { return table.Parameters("Traub-Miles", m).Show() }

const traubMilesEquations = `
dV/dt = (I - GNa*m**3*h*(V - ENa) - GK*n**4*(V - EK) - GL*(V - EL))/C : mV
` + traubMilesGates + `
I : uA/cm**2
`

// traubMilesGates are the gates of spikes of this and other cells.
const traubMilesGates = `
dn/dt = an*(1 - n) - bn*n : 1
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1
vt = V - VT : mV
an = 0.16/exprel((15*mV - vt)/(5*mV))/ms : Hz
bn = 0.5*exp((10*mV - vt)/(40*mV))/ms : Hz
am = 1.28/exprel((13*mV - vt)/(4*mV))/ms : Hz
bm = 1.4/exprel((vt - 40*mV)/(5*mV))/ms : Hz
ah = 0.128*exp((17*mV - vt)/(18*mV))/ms : Hz
bh = 4/(1 + exp((40*mV - vt)/(5*mV)))/ms : Hz
`

// Equations returns the model as text.
func (m TraubMiles) Equations() (string, model.Options) {
	return traubMilesEquations, model.Options{
		Name: "Traub-Miles", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV",
		Params: map[string]string{
			"C": quantity(m.C, "uF/cm2"), "GNa": quantity(m.GNa, "mS/cm2"), "GK": quantity(m.GK, "mS/cm2"), "GL": quantity(m.GL, "mS/cm2"),
			"ENa": quantity(m.ENa, "mV"), "EK": quantity(m.EK, "mV"), "EL": quantity(m.EL, "mV"), "VT": quantity(m.VT, "mV"),
		},
		Initial: map[string]string{"V": quantity(m.EL, "mV"), "n": "an/(an + bn)", "m": "am/(am + bm)", "h": "ah/(ah + bh)"},
	}
}

// Simulate runs the cell for dur (ms) from V = EL with the gates at their steady
// state, under the stimulus in (uA/cm2), with the time step dt (ms), by the
// Runge-Kutta method of order 4; 0.01 to 0.02 ms is a good step. A spike is an
// upward crossing of 0 mV and has the time of its step.
//
// The result holds V and, as States, n, m and h. An error names what makes no
// sense. Checked against Brian2 with the same step.
func (m TraubMiles) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m TraubMiles) Check() error {
	return first(
		positive("TraubMiles", "C", m.C, "uF/cm2"), notNegative("TraubMiles", "GNa", m.GNa, "mS/cm2"),
		notNegative("TraubMiles", "GK", m.GK, "mS/cm2"), notNegative("TraubMiles", "GL", m.GL, "mS/cm2"),
		finite("TraubMiles", "ENa", m.ENa, "mV"), finite("TraubMiles", "EK", m.EK, "mV"),
		finite("TraubMiles", "EL", m.EL, "mV"), finite("TraubMiles", "VT", m.VT, "mV"),
	)
}
