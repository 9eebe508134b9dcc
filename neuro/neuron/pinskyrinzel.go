package neuron

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// PinskyRinzel is the pyramidal cell of CA3 of Pinsky and Rinzel 1994, J Comput
// Neurosci 1:39 (with the erratum in 2:275), Traub's cell reduced to two
// compartments, a soma that makes sodium spikes and a dendrite that makes calcium
// spikes, which in turn let the cell burst:
//
//	C dVs/dt = -GL (Vs - EL) - GNa minf^2 h (Vs - ENa) - GK n (Vs - EK) + GC (Vd - Vs)/P + I/P
//	C dVd/dt = -GL (Vd - EL) - GCa s^2 (Vd - ECa) - GAHP q (Vd - EK) - GKC c chi(Ca) (Vd - EK)
//	           + GC (Vs - Vd)/(1 - P) + ID/(1 - P)
//	dCa/dt   = -0.13 ICa - 0.075 Ca,  chi(Ca) = min(Ca/250, 1)
//
// The gates have the rates of the paper's Table 1, with V counted from -60 mV; Ca
// has no unit.
type PinskyRinzel struct {
	C    float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL   float64 `unit:"mS/cm2"` // leak conductance of both compartments, mS/cm2
	GNa  float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK   float64 `unit:"mS/cm2"` // largest delayed potassium conductance, mS/cm2
	GCa  float64 `unit:"mS/cm2"` // largest calcium conductance, mS/cm2
	GKC  float64 `unit:"mS/cm2"` // largest fast potassium conductance that calcium opens, mS/cm2
	GAHP float64 `unit:"mS/cm2"` // largest slow one, mS/cm2
	GC   float64 `unit:"mS/cm2"` // conductance between the compartments, mS/cm2
	ENa  float64 `unit:"mV"`     // sodium reversal potential, mV
	EK   float64 `unit:"mV"`     // potassium reversal potential, mV
	ECa  float64 `unit:"mV"`     // calcium reversal potential, mV
	EL   float64 `unit:"mV"`     // leak reversal potential, mV
	P    float64 // part of the membrane that is the soma's
	ID   float64 `unit:"uA/cm2"` // constant current into the dendrite, uA/cm2 of the whole cell
}

// NewPinskyRinzel returns the paper's cell: C 3 uF/cm2, GL 0.1, GNa 30, GK 15, GCa 10,
// GKC 15, GAHP 0.8, GC 2.1 mS/cm2, ENa 60, EK -75, ECa 80, EL -60 mV, P 0.5, ID 0.
func NewPinskyRinzel() PinskyRinzel {
	return PinskyRinzel{C: 3, GL: 0.1, GNa: 30, GK: 15, GCa: 10, GKC: 15, GAHP: 0.8, GC: 2.1, ENa: 60, EK: -75, ECa: 80, EL: -60, P: 0.5}
}

// Name returns "Pinsky-Rinzel".
func (m PinskyRinzel) Name() string { return "Pinsky-Rinzel" }

// CurrentUnit returns "µA/cm²", the unit of stimuli: of the whole cell's membrane.
func (m PinskyRinzel) CurrentUnit() string { return "µA/cm²" }

// Show returns the parameters with their units as a table.
func (m PinskyRinzel) Show() display.Bundle { return table.Parameters("Pinsky-Rinzel", m).Show() }

const pinskyRinzelEquations = `
dVs/dt = (-GL*(Vs - EL) - GNa*minf**2*h*(Vs - ENa) - GK*n*(Vs - EK) + GC*(Vd - Vs)/P + I/P)/C : mV
dVd/dt = (-GL*(Vd - EL) - ICa - GAHP*q*(Vd - EK) - GKC*c*clip(Ca/250, 0, 1)*(Vd - EK) + GC*(Vs - Vd)/(1 - P) + ID/(1 - P))/C : mV
dh/dt = ah*(1 - h) - bh*h : 1
dn/dt = an*(1 - n) - bn*n : 1
ds/dt = as*(1 - s) - bs*s : 1
dc/dt = ac*(1 - c) - bc*c : 1
dq/dt = aq*(1 - q) - bq*q : 1
dCa/dt = -0.13*ICa/(uA/cm**2)/ms - 0.075*Ca/ms : 1
ICa = GCa*s**2*(Vd - ECa) : uA/cm**2
us = (Vs + 60*mV)/mV : 1
ud = (Vd + 60*mV)/mV : 1
minf = am/(am + bm) : 1
am = 1.28/exprel((13.1 - us)/4)/ms : Hz
bm = 1.4/exprel((us - 40.1)/5)/ms : Hz
ah = 0.128*exp((17 - us)/18)/ms : Hz
bh = 4/(1 + exp((40 - us)/5))/ms : Hz
an = 0.08/exprel((35.1 - us)/5)/ms : Hz
bn = 0.25*exp(0.5 - 0.025*us)/ms : Hz
as = 1.6/(1 + exp(-0.072*(ud - 65)))/ms : Hz
bs = 0.1/exprel((ud - 51.1)/5)/ms : Hz
low = int(ud <= 50) : 1
slow = exp((ud - 10)/11 - (ud - 6.5)/27)/18.975/ms : Hz
fast = 2*exp((6.5 - ud)/27)/ms : Hz
ac = low*slow + (1 - low)*fast : Hz
bc = low*(fast - slow) : Hz
aq = clip(0.00002*Ca, 0, 0.01)/ms : Hz
bq = 0.001/ms : Hz
I : uA/cm**2
`

// Equations returns the model as text; I is the current into the soma.
func (m PinskyRinzel) Equations() (string, model.Options) {
	return pinskyRinzelEquations, model.Options{
		Name: "Pinsky-Rinzel", Method: "rk4", V: "Vs", Threshold: "Vs > -10*mV", Refractory: "Vs > -10*mV", Params: parameters(m),
		Initial: map[string]string{"Vs": "-64.6 mV", "Vd": "-64.5 mV", "h": "ah/(ah + bh)", "n": "an/(an + bn)", "s": "as/(as + bs)",
			"c": "ac/(ac + bc)", "q": "0.01", "Ca": "0.2"},
	}
}

// Simulate runs the cell for dur (ms) from a state near its rest under a holding
// current, Vs = -64.6 mV, with the stimulus in (uA/cm2) into the soma, with the time
// step dt (ms), by the Runge-Kutta method of order 4; 0.02 to 0.05 ms is a good step. A
// spike is an upward crossing of -10 mV by the soma and has the time of its step.
//
// The result holds Vs and, as States, Vd, h, n, s, c, q and Ca. An error names what
// makes no sense. Checked against Brian2 with the same step.
func (m PinskyRinzel) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m PinskyRinzel) Check() error {
	err := sound(m, "C P", "")
	if err == nil && m.P >= 1 {
		err = fmt.Errorf("neuron: PinskyRinzel: P is %g; it must be above 0 and below 1 (NewPinskyRinzel gives the usual values)", m.P)
	}
	return err
}
