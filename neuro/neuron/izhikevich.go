package neuron

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Izhikevich is the simple model of Izhikevich 2003, IEEE Trans Neural Netw
// 14:1569:
//
//	dv/dt = 0.04 v^2 + K1 v + K0 - u + I
//	du/dt = A (B (v - V1) - u)
//
// with v in mV and t in ms. When v reaches 30 mV the neuron fires, v becomes C
// and u grows by D. K1 is 5 and K0 is 140 but in two of the twenty patterns of
// Izhikevich 2004, IEEE Trans Neural Netw 15:1063, and V1 is 0 but in one.
type Izhikevich struct {
	A  float64 `unit:"1/ms"` // rate of recovery, 1/ms; negative in two patterns
	B  float64 // sensitivity of u to v
	C  float64 `unit:"mV"`    // v after a spike, mV
	D  float64 `unit:"mV"`    // growth of u by a spike, mV
	K1 float64 `unit:"1/ms"`  // linear coefficient, 1/ms; 0 means 5
	K0 float64 `unit:"mV/ms"` // constant, mV/ms; 0 means 140
	V1 float64 `unit:"mV"`    // v where u has no drive, mV
	V0 float64 `unit:"mV"`    // v at time 0, mV; 0 means -65
	U0 float64 `unit:"mV"`    // u at time 0, mV; 0 means B V0

	NoDecay bool // u does not decay, du/dt = A B (v - V1): the pattern "accommodation"
}

// NewIzhikevich returns the regular spiking cell: A 0.02, B 0.2, C -65, D 8.
func NewIzhikevich() Izhikevich {
	return Izhikevich{A: 0.02, B: 0.2, C: -65, D: 8, K1: 5, K0: 140, V0: -65}
}

// izhikevich2003 are the cells of figure 2 of the paper of 2003.
var izhikevich2003 = map[string]Izhikevich{
	"RS":  {A: 0.02, B: 0.2, C: -65, D: 8},
	"IB":  {A: 0.02, B: 0.2, C: -55, D: 4},
	"CH":  {A: 0.02, B: 0.2, C: -50, D: 2},
	"FS":  {A: 0.1, B: 0.2, C: -65, D: 2},
	"TC":  {A: 0.02, B: 0.25, C: -65, D: 0.05},
	"RZ":  {A: 0.1, B: 0.26, C: -65, D: 2},
	"LTS": {A: 0.02, B: 0.25, C: -65, D: 2},
}

// IzhikevichSet returns a cell of Izhikevich 2003, figure 2, by its name: "RS"
// regular spiking, "IB" intrinsically bursting, "CH" chattering, "FS" fast
// spiking, "LTS" low-threshold spiking, "TC" thalamocortical, "RZ" resonator.
// The twenty patterns of 2004 are in IzhikevichPatterns. An unknown name is an
// error that lists the names.
func IzhikevichSet(name string) (Izhikevich, error) {
	m, err := pick("IzhikevichSet", izhikevich2003, name)
	m.K1, m.K0, m.V0 = 5, 140, -65
	return m, err
}

// Name returns "Izhikevich".
func (m Izhikevich) Name() string { return "Izhikevich" }

// CurrentUnit returns "": the paper's input has no unit (it is in mV/ms).
func (m Izhikevich) CurrentUnit() string { return "" }

// Show returns the parameters with their units as a table.
func (m Izhikevich) Show() display.Bundle { return table.Parameters("Izhikevich", m).Show() }

// full fills in the defaults of fields that are 0.
func (m Izhikevich) full() Izhikevich {
	if m.K1 == 0 {
		m.K1 = 5
	}
	if m.K0 == 0 {
		m.K0 = 140
	}
	if m.V0 == 0 {
		m.V0 = -65
	}
	if m.U0 == 0 {
		m.U0 = m.B * m.V0
	}
	return m
}

const izhikevichEquations = `
dv/dt = (0.04*v**2/mV + K1*v + K0*mV - u + I*mV)/ms : mV
du/dt = A*(B*(v - V1) - decay*u)/ms : mV
I : 1
`

// Equations returns the model as text.
func (m Izhikevich) Equations() (string, model.Options) {
	m = m.full()
	decay := "1"
	if m.NoDecay {
		decay = "0"
	}
	return izhikevichEquations, model.Options{
		Name: "Izhikevich", Method: "rk4", V: "v", Threshold: "v >= 30*mV", Reset: "v = C; u += D",
		Params: map[string]string{
			"A": quantity(m.A, ""), "B": quantity(m.B, ""), "C": quantity(m.C, "mV"), "D": quantity(m.D, "mV"),
			"K1": quantity(m.K1, ""), "K0": quantity(m.K0, ""), "V1": quantity(m.V1, "mV"), "decay": decay,
		},
		Initial: map[string]string{"v": quantity(m.V0, "mV"), "u": quantity(m.U0, "mV")},
	}
}

// Simulate runs the neuron for dur (ms) from V0 and U0 under the stimulus in,
// with the time step dt (ms), by the Runge-Kutta method of order 4 on the grid:
// a spike has the time of the step in which v reaches 30 mV. Steps of 0.1 ms or
// less are small enough. (The programs of the papers take Euler steps of 0.1 to
// 0.5 ms, which move spikes.)
//
// The result holds v and, as its state, u. An error names what makes no sense.
func (m Izhikevich) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	return simulate(m, in, dur, dt)
}

// slope returns dv/dt and du/dt (mV/ms) at v and u under the input i, in the order
// of operations of the published program.
func (m Izhikevich) slope(v, u, i float64) (dv, du float64) {
	m = m.full()
	decay := u
	if m.NoDecay {
		decay = 0
	}
	return float64(0.04*v*v) + float64(m.K1*v) + m.K0 - u + i, m.A * (float64(m.B*(v-m.V1)) - decay)
}

// Check returns an error that names the first parameter that makes no sense.
func (m Izhikevich) Check() error {
	err := first(
		finite("Izhikevich", "A", m.A, "1/ms"), finite("Izhikevich", "B", m.B, ""), finite("Izhikevich", "C", m.C, "mV"),
		finite("Izhikevich", "D", m.D, "mV"), finite("Izhikevich", "K1", m.K1, "1/ms"), finite("Izhikevich", "K0", m.K0, "mV/ms"),
		finite("Izhikevich", "V1", m.V1, "mV"), finite("Izhikevich", "V0", m.V0, "mV"), finite("Izhikevich", "U0", m.U0, "mV"),
	)
	switch {
	case err != nil:
	case m == Izhikevich{}:
		err = fmt.Errorf("neuron: Izhikevich: all parameters are 0; NewIzhikevich gives the usual values")
	case m.C >= 30:
		err = fmt.Errorf("neuron: Izhikevich: C is %g mV; it must be below 30 mV, where spikes are counted", m.C)
	}
	return err
}
