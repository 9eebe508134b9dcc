package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// GLIF is the generalized linear integrate-and-fire neuron of Mihalas and Niebur
// 2009, Neural Comput 21:704, of which those of the Allen Cell Types are kinds: two
// currents that spikes start, and a threshold that follows the potential. All
// currents are divided by the capacitance, so that they are in V/s (mV/ms):
//
//	dV/dt     = I1 + I2 + I - G (V - EL)
//	dTheta/dt = A (V - EL) - B (Theta - ThetaInf)
//	dIk/dt    = -Kk Ik                              for k = 1, 2
//
// When V reaches Theta the neuron fires: Ik becomes Rk Ik + Ak, V becomes VReset,
// and Theta at least ThetaReset.
type GLIF struct {
	G          float64 `unit:"1/s"` // leak conductance over capacitance, 1/s
	EL         float64 `unit:"mV"`  // resting potential, and potential at time 0, mV
	A          float64 `unit:"1/s"` // how the threshold follows the potential, 1/s
	B          float64 `unit:"1/s"` // rate at which the threshold returns, 1/s
	ThetaInf   float64 `unit:"mV"`  // threshold at rest, and at time 0, mV
	ThetaReset float64 `unit:"mV"`  // lowest threshold after a spike, mV
	VReset     float64 `unit:"mV"`  // potential after a spike, mV
	K1         float64 `unit:"1/s"` // rate of decay of I1, 1/s
	K2         float64 `unit:"1/s"` // rate of decay of I2, 1/s
	R1         float64 // part of I1 that a spike leaves
	R2         float64 // part of I2 that a spike leaves
	A1         float64 `unit:"V/s"` // what a spike adds to I1, V/s
	A2         float64 `unit:"V/s"` // what a spike adds to I2, V/s
}

// NewGLIF returns the paper's tonically spiking cell: G 50, B 10, K1 200, K2 20 /s,
// EL and VReset -70, ThetaInf -50, ThetaReset -60 mV, R1 0, R2 1, the rest 0.
func NewGLIF() GLIF {
	return GLIF{G: 50, EL: -70, B: 10, ThetaInf: -50, ThetaReset: -60, VReset: -70, K1: 200, K2: 20, R2: 1}
}

// A GLIFPattern is one of the twenty behaviors of figure 1 of the paper, with the
// cell and the input that show it.
type GLIFPattern struct {
	Letter string // of the figure, "A" to "T"
	Name   string // such as "tonic spiking"
	Cell   GLIF
	In     stim.Stimulus // V/s
	Dur    float64       `unit:"ms"` // ms
}

// GLIFPatterns returns the twenty patterns of Table 1 of Mihalas and Niebur 2009,
// with its parameters and inputs, in the order of the figure.
func GLIFPatterns() []GLIFPattern {
	cell := func(a, a1, a2 float64) GLIF {
		m := NewGLIF()
		m.A, m.A1, m.A2 = a, a1, a2
		return m
	}
	// steps is an input of values, each until the time that stands after it.
	steps := func(dur float64, at []float64) stim.Stimulus {
		var parts []stim.Stimulus
		from := 0.0
		for k := 0; k < len(at); k += 2 {
			to := dur
			if k+1 < len(at) {
				to = at[k+1]
			}
			if at[k] != 0 {
				parts = append(parts, stim.Step(at[k], from, to))
			}
			from = to
		}
		return stim.Sum(parts...)
	}
	p := func(letter, name string, c GLIF, dur float64, at ...float64) GLIFPattern {
		return GLIFPattern{letter, name, c, steps(dur, at), dur}
	}
	return []GLIFPattern{
		p("A", "tonic spiking", cell(0, 0, 0), 200, 1.5),
		p("B", "class 1", cell(0, 0, 0), 500, 1.000001),
		p("C", "spike frequency adaptation", cell(5, 0, 0), 200, 2),
		p("D", "phasic spiking", cell(5, 0, 0), 500, 1.5),
		p("E", "accommodation", cell(5, 0, 0), 1000, 1.5, 100, 0, 600, 0.5, 700, 1, 800, 1.5, 900, 0),
		p("F", "threshold variability", cell(5, 0, 0), 400, 1.5, 40, 0, 200, -1.5, 220, 0, 260, 1.5, 280, 0),
		p("G", "rebound spike", cell(5, 0, 0), 1000, 0, 50, -3.5, 800, 0),
		p("H", "class 2", cell(5, 0, 0), 200, 2.000002),
		p("I", "integrator", cell(5, 0, 0), 400, 1.5, 20, 0, 30, 1.5, 50, 0, 300, 1.5, 320, 0, 350, 1.5, 370, 0),
		p("J", "input bistability", cell(5, 0, 0), 1000, 1.5, 100, 1.7, 500, 1.5, 600, 1.7),
		p("K", "hyperpolarization-induced spiking", cell(30, 0, 0), 400, -1),
		p("L", "hyperpolarization-induced bursting", cell(30, 10, -0.6), 400, -1),
		p("M", "tonic bursting", cell(5, 10, -0.6), 500, 2),
		p("N", "phasic bursting", cell(5, 10, -0.6), 500, 1.5),
		p("O", "rebound burst", cell(5, 10, -0.6), 1000, 0, 100, -3.5, 600, 0),
		p("P", "mixed mode", cell(5, 5, -0.3), 500, 2),
		p("Q", "afterpotentials", cell(5, 5, -0.3), 200, 2, 15, 0),
		p("R", "basal bistability", cell(0, 8, -0.1), 200, 5, 10, 0, 100, 5, 110, 0),
		p("S", "preferred frequency", cell(5, -3, 0.5), 800, 5, 10, 0, 20, 4, 30, 0, 400, 5, 410, 0, 450, 4, 460, 0),
		p("T", "spike latency", cell(-80, 0, 0), 50, 8, 2, 0),
	}
}

// Name returns "GLIF".
func (m GLIF) Name() string { return "GLIF" }

// CurrentUnit returns "V/s", the unit of stimuli: current over capacitance.
func (m GLIF) CurrentUnit() string { return "V/s" }

// Show returns the parameters with their units as a table.
func (m GLIF) Show() display.Bundle { return table.Parameters("GLIF", m).Show() }

const glifEquations = `
dV/dt = I1 + I2 + I - G*(V - EL) : mV
dTheta/dt = A*(V - EL) - B*(Theta - ThetaInf) : mV
dI1/dt = -K1*I1 : volt/second
dI2/dt = -K2*I2 : volt/second
I : volt/second
`

// Equations returns the model as text; it is linear, and so integrated exactly for
// an input that is constant during a step.
func (m GLIF) Equations() (string, model.Options) {
	return glifEquations, model.Options{
		Name: "GLIF", Method: "exact", V: "V", Threshold: "V >= Theta",
		Reset:  "I1 = R1*I1 + A1; I2 = R2*I2 + A2; V = VReset; Theta = clip(Theta, ThetaReset, 1*volt)",
		Params: parameters(m), Initial: map[string]string{"V": "EL", "Theta": "ThetaInf"},
	}
}

// Simulate runs the neuron for dur (ms) from V = EL and Theta = ThetaInf without
// currents under the stimulus in (V/s), with the time step dt (ms), exactly between
// spikes, which have the time of the step in which V reaches Theta.
//
// The result holds V and, as States, Theta (mV), I1 and I2 (V/s). An error names
// what makes no sense. Checked against Brian2 with the same step, and LIF.
func (m GLIF) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// Check returns an error that names the first parameter that makes no sense.
func (m GLIF) Check() error { return sound(m, "G", "B K1 K2") }
