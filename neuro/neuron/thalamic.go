package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Thalamocortical is the relay cell of the thalamus of Destexhe, Bal, McCormick and
// Sejnowski 1996, J Neurophysiol 76:2049, at 36 °C: the spikes of Traub and Miles, a
// low-threshold calcium current that makes it burst after hyperpolarisation, and a
// current h that hyperpolarisation opens and calcium, through a protein, locks open:
//
//	C dV/dt = I - GL (V - EL) - GKL (V - EK) - GNa m^3 h (V - ENa) - GK n^4 (V - EK)
//	          - GT s^2 u (V - ECa) - GH (o1 + 2 o2) (V - EH)
//	do1/dt  = alpha (1 - o1 - o2) - beta o1 - k4 p o1/0.01 + k4 o2,   do2/dt = k4 p o1/0.01 - k4 o2
//	dp/dt   = k2 (Ca/2 uM)^4 (1 - p) - k2 p,   k2 = 0.0004, k4 = 0.001 per ms
//	dCa/dt  = max(-ICa/(2 F Depth), 0) + (240 nM - Ca)/TauCa,   ECa = RT/(2F) log(2 mM/Ca)
//
// m, h and n have the rates of TraubMiles at VT, s and u those of Pospischil at VX, and
// alpha = hinf/tau, beta = (1 - hinf)/tau with hinf = 1/(1 + exp((V + 75)/5.5)) and tau
// = 20 + 1000/(exp((V + 71.5)/14.2) + exp(-(V + 89)/11.6)) in mV and ms.
type Thalamocortical struct {
	C     float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL    float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	GKL   float64 `unit:"mS/cm2"` // leak conductance of potassium, mS/cm2
	GNa   float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK    float64 `unit:"mS/cm2"` // largest potassium conductance, mS/cm2
	GT    float64 `unit:"mS/cm2"` // largest low-threshold calcium conductance, mS/cm2
	GH    float64 `unit:"mS/cm2"` // conductance of the current h when it is open, mS/cm2
	EL    float64 `unit:"mV"`     // leak reversal potential, mV
	ENa   float64 `unit:"mV"`     // sodium reversal potential, mV
	EK    float64 `unit:"mV"`     // potassium reversal potential, mV
	EH    float64 `unit:"mV"`     // reversal potential of the current h, mV
	VT    float64 `unit:"mV"`     // shift of the gates of spikes along V, mV
	VX    float64 `unit:"mV"`     // shift of the calcium current along V, mV
	Depth float64 `unit:"um"`     // depth of the shell that calcium enters, um
	TauCa float64 `unit:"ms"`     // time constant of the removal of calcium, ms
}

// NewThalamocortical returns the paper's cell: C 1 uF/cm2, GL 0.01, GNa 90, GK 10, GT
// 2, GH 0.02 mS/cm2, EL -70, ENa 50, EK -100, EH -40, VT -25, VX 2 mV, Depth 1 um,
// TauCa 5 ms, and a potassium leak of 4 nS on 29,000 um2, GKL 0.0138 mS/cm2.
func NewThalamocortical() Thalamocortical {
	return Thalamocortical{C: 1, GL: 0.01, GKL: 0.0138, GNa: 90, GK: 10, GT: 2, GH: 0.02, EL: -70, ENa: 50, EK: -100, EH: -40, VT: -25, VX: 2, Depth: 1, TauCa: 5}
}

// Name returns "thalamocortical".
func (m Thalamocortical) Name() string { return "thalamocortical" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m Thalamocortical) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m Thalamocortical) Show() display.Bundle {
	return table.Parameters("thalamocortical", m).Show()
}

// calciumShell is the calcium below the membrane that the current ICa lets in, as in
// the programs of Destexhe et al.
const calciumShell = `
dCa/dt = clip(-ICa/(2*96489*coulomb/mole*Depth), 0*mM/ms, 1*mM/ms) + (240e-6*mM - Ca)/TauCa : mM
ECa = 1000*8.31441*309.15/(2*96489)*mV*log(2*mM/Ca) : mV
`

const thalamocorticalEquations = `
dV/dt = (I - GL*(V - EL) - GKL*(V - EK) - GNa*m**3*h*(V - ENa) - GK*n**4*(V - EK) - ICa - GH*(o1 + 2*o2)*(V - EH))/C : mV
` + traubMilesGates + calciumShell + `
ICa = GT*sinf**2*u*(V - ECa) : uA/cm**2
du/dt = (uinf - u)/tauu : 1
sinf = 1/(1 + exp(-(V + VX + 57*mV)/(6.2*mV))) : 1
uinf = 1/(1 + exp((V + VX + 81*mV)/(4*mV))) : 1
tauu = (30.8 + (211.4 + exp((V + VX + 113.2*mV)/(5*mV)))/(1 + exp((V + VX + 84*mV)/(3.2*mV))))*ms/3**1.2 : second
do1/dt = (hinf*(1 - o1 - o2) - (1 - hinf)*o1)/tauh - k3*o1 + k4*o2 : 1
do2/dt = k3*o1 - k4*o2 : 1
dp/dt = k1*(1 - p) - k2*p : 1
hinf = 1/(1 + exp((V + 75*mV)/(5.5*mV))) : 1
tauh = 20*ms + 1000*ms/(exp((V + 71.5*mV)/(14.2*mV)) + exp(-(V + 89*mV)/(11.6*mV))) : second
k1 = k2*(Ca/(0.002*mM))**4 : Hz
k2 = 0.0004/ms : Hz
k3 = k4*p/0.01 : Hz
k4 = 0.001/ms : Hz
I : uA/cm**2
`

// Equations returns the model as text.
func (m Thalamocortical) Equations() (string, model.Options) {
	return thalamocorticalEquations, model.Options{
		Name: "thalamocortical", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV", Params: parameters(m),
		Initial: map[string]string{"V": "-65 mV", "n": "an/(an + bn)", "m": "am/(am + bm)", "h": "ah/(ah + bh)", "u": "uinf",
			"Ca": "240e-6 mM", "p": "k1/(k1 + k2)", "o1": "hinf/(1 + hinf*p/0.01)", "o2": "o1*p/0.01"},
	}
}

// Simulate runs the cell for dur (ms) from V = -65 mV with the gates at their steady
// state, under the stimulus in (uA/cm2), with the time step dt (ms), by the
// Runge-Kutta method of order 4; 0.02 ms is a good step. A spike is an upward crossing
// of 0 mV and has the time of its step.
//
// The result holds V and, as States, the gates n, m, h, the calcium Ca (mM) and the
// gates u, o1, o2 and p. An error names what makes no sense. Checked against Brian2
// with the same step.
func (m Thalamocortical) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m Thalamocortical) Check() error { return sound(m, "C Depth TauCa", "") }

// Reticular is the cell of the thalamic reticular nucleus of the same paper, after
// Destexhe et al. 1994, J Neurophysiol 72:803, at 36 °C, with a low-threshold calcium
// current that lasts longer than that of the relay cell:
//
//	C dV/dt = I - GL (V - EL) - GNa m^3 h (V - ENa) - GK n^4 (V - EK) - GT s^2 u (V - ECa)
//
// m, h and n have the rates of TraubMiles at VT, Ca and ECa are those of
// Thalamocortical, and s and u relax, in mV and ms, for v = V + VX:
//
//	sinf = 1/(1 + exp(-(v + 50)/7.4))   taus = (3 + 1/(exp((v + 25)/10) + exp(-(v + 100)/15)))/5^1.2
//	uinf = 1/(1 + exp((v + 78)/5))      tauu = (85 + 1/(exp((v + 46)/4) + exp(-(v + 405)/50)))/3^1.2
type Reticular struct {
	C     float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL    float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	GNa   float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK    float64 `unit:"mS/cm2"` // largest potassium conductance, mS/cm2
	GT    float64 `unit:"mS/cm2"` // largest low-threshold calcium conductance, mS/cm2
	EL    float64 `unit:"mV"`     // leak reversal potential, and potential at time 0, mV
	ENa   float64 `unit:"mV"`     // sodium reversal potential, mV
	EK    float64 `unit:"mV"`     // potassium reversal potential, mV
	VT    float64 `unit:"mV"`     // shift of the gates of spikes along V, mV
	VX    float64 `unit:"mV"`     // shift of the calcium current along V, mV
	Depth float64 `unit:"um"`     // depth of the shell that calcium enters, um
	TauCa float64 `unit:"ms"`     // time constant of the removal of calcium, ms
}

// NewReticular returns the paper's cell: C 1 uF/cm2, GL 0.05, GNa 200, GK 20, GT 3
// mS/cm2, EL -90, ENa 50, EK -100, VT -55, VX 2 mV, Depth 1 um, TauCa 5 ms.
func NewReticular() Reticular {
	return Reticular{C: 1, GL: 0.05, GNa: 200, GK: 20, GT: 3, EL: -90, ENa: 50, EK: -100, VT: -55, VX: 2, Depth: 1, TauCa: 5}
}

// Name returns "reticular".
func (m Reticular) Name() string { return "reticular" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m Reticular) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m Reticular) Show() display.Bundle { return table.Parameters("reticular", m).Show() }

const reticularEquations = `
dV/dt = (I - GL*(V - EL) - GNa*m**3*h*(V - ENa) - GK*n**4*(V - EK) - ICa)/C : mV
` + traubMilesGates + calciumShell + `
ICa = GT*s**2*u*(V - ECa) : uA/cm**2
ds/dt = (sinf - s)/taus : 1
du/dt = (uinf - u)/tauu : 1
v = V + VX : mV
sinf = 1/(1 + exp(-(v + 50*mV)/(7.4*mV))) : 1
taus = (3 + 1/(exp((v + 25*mV)/(10*mV)) + exp(-(v + 100*mV)/(15*mV))))*ms/5**1.2 : second
uinf = 1/(1 + exp((v + 78*mV)/(5*mV))) : 1
tauu = (85 + 1/(exp((v + 46*mV)/(4*mV)) + exp(-(v + 405*mV)/(50*mV))))*ms/3**1.2 : second
I : uA/cm**2
`

// Equations returns the model as text.
func (m Reticular) Equations() (string, model.Options) {
	return reticularEquations, model.Options{
		Name: "reticular", Method: "rk4", V: "V", Threshold: "V > 0*mV", Refractory: "V > 0*mV", Params: parameters(m),
		Initial: map[string]string{"V": "EL", "n": "an/(an + bn)", "m": "am/(am + bm)", "h": "ah/(ah + bh)", "s": "sinf", "u": "uinf", "Ca": "240e-6 mM"},
	}
}

// Simulate runs the cell for dur (ms) from V = EL with the gates at their steady state,
// under the stimulus in (uA/cm2), with the time step dt (ms), by the Runge-Kutta method
// of order 4; 0.02 ms is a good step. A spike is an upward crossing of 0 mV and has the
// time of its step.
//
// The result holds V and, as States, n, m, h, Ca (mM), s and u. An error names what
// makes no sense. Checked against Brian2 with the same step.
func (m Reticular) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m Reticular) Check() error { return sound(m, "C Depth TauCa", "") }
