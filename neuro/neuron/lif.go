package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// LIF is the leaky integrate-and-fire neuron:
//
//	C dV/dt = I - GL (V - EL)
//
// When V reaches VTh the neuron fires; V is then VReset for the time TauRef,
// and runs on from there (Lapicque 1907; Stein 1965). The units of C, GL and I
// belong together: uF/cm2, mS/cm2 and uA/cm2 as below, or nF, uS and nA, or
// pF, nS and pA.
type LIF struct {
	C      float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GL     float64 `unit:"mS/cm2"` // leak conductance, mS/cm2; the time constant is C/GL
	EL     float64 `unit:"mV"`     // resting potential, and potential at time 0, mV
	VTh    float64 `unit:"mV"`     // threshold, mV
	VReset float64 `unit:"mV"`     // potential after a spike, mV
	TauRef float64 `unit:"ms"`     // refractory time, ms; 0 means none
}

// NewLIF returns a neuron with the time constant 10 ms: C 1 uF/cm2, GL 0.1
// mS/cm2, EL -70, VTh -50 and VReset -75 mV, TauRef 2 ms. Its rheobase is 2
// uA/cm2.
func NewLIF() LIF {
	return LIF{C: 1, GL: 0.1, EL: -70, VTh: -50, VReset: -75, TauRef: 2}
}

// Name returns "LIF".
func (m LIF) Name() string { return "LIF" }

// CurrentUnit returns "µA/cm²", the unit of stimuli under the units above.
func (m LIF) CurrentUnit() string { return "µA/cm²" }

// Simulate runs the neuron for dur (ms) from V = EL, not refractory, under the
// stimulus in, with the time step dt (ms).
//
// The stimulus is constant during a step, with its value at the beginning, and
// changes within a step where a stim.Step, Ramp or Pulses jumps. Within this,
// which is all there is to a stimulus of steps and pulses, the simulation is
// exact for every dt: the potential follows its exponential, and a spike stands
// at the time at which the threshold is reached,
//
//	t + tau log((Vinf - V(t)) / (Vinf - VTh)),  tau = C/GL, Vinf = EL + I/GL,
//
// wherever in a step, and however many there are in it. At the time of a spike
// V is VReset. A neuron with EL at or above VTh starts from VReset.
//
// An error names a parameter, an argument or a stimulus that makes no sense.
func (m LIF) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	p, err := newPlan("LIF", in, dur, dt, 1)
	if err != nil {
		return nil, err
	}
	v := p.trace("V", "mV")
	c := course{m: m, tau: m.C / m.GL, i: math.NaN(), v: m.EL}
	if m.EL >= m.VTh {
		c.v = m.VReset
	}
	v.Y[0] = c.v
	var spikes neuro.Spikes
	err = p.run(func(q piece) error {
		if q.i != c.i {
			c.turn(q.begin, q.i)
			if math.IsInf(c.inf, 0) {
				return fmt.Errorf("neuron: LIF.Simulate: an input of %g at %g ms drives V beyond all numbers; use a weaker input", q.i, q.begin)
			}
		}
		for {
			t, fires := c.next(q.begin, q.end)
			if !fires {
				break
			}
			if len(spikes) == mostSpikes {
				return fmt.Errorf("neuron: LIF.Simulate: more than %d spikes until %g ms, under an input of %g; use a weaker input or a longer TauRef", mostSpikes, t, q.i)
			}
			spikes = append(spikes, t)
			c.wait(m.TauRef)
			if c.from == t && !(c.at(math.Nextafter(t, q.end)) < m.VTh) {
				return fmt.Errorf("neuron: LIF.Simulate: an input of %g at %g ms makes the neuron fire without pause; use a weaker input or a longer TauRef", q.i, t)
			}
		}
		if q.last {
			v.Y[q.k+1] = c.at(q.end)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &Result{V: v, Spikes: spikes, Dur: dur, Model: "LIF", In: in, InUnit: m.CurrentUnit()}, nil
}

// mostSpikes is how many spikes a simulation may record.
const mostSpikes = 100_000_000

// A course is the potential as long as the input stays the same: v until the
// time from, and relaxing toward inf after it. A from that lies ahead is the
// end of the refractory time.
type course struct {
	m       LIF
	tau     float64 // time constant, ms
	i       float64 // the input
	inf     float64 // where V goes, mV
	v       float64 // mV
	from    float64 // ms
	fromLow float64 // what rounding takes from from; over many spikes it would add up
}

// at returns the potential at the time t.
func (c *course) at(t float64) float64 {
	if t <= c.from {
		return c.v
	}
	return c.inf + float64((c.v-c.inf)*vec.Exp(((c.from-t)+c.fromLow)/c.tau))
}

// turn changes the input at the time t.
func (c *course) turn(t, i float64) {
	if t > c.from {
		c.v = c.at(t)
		c.from, c.fromLow = t, 0
	}
	c.i = i
	c.inf = c.m.EL + i/c.m.GL
}

// wait holds V at its reset for the time d after from.
func (c *course) wait(d float64) {
	c.later(d)
	c.v = c.m.VReset
}

// later moves from by d.
func (c *course) later(d float64) {
	s := c.from + d
	b := s - c.from
	low := c.fromLow + ((c.from - (s - b)) + (d - b)) // with the rounding error of s
	c.from = s + low
	c.fromLow = low - (c.from - s)
}

// next moves from to the time of the first spike before end, if there is one,
// and returns it.
func (c *course) next(begin, end float64) (t float64, fires bool) {
	switch {
	case c.from >= end:
		return 0, false
	case c.v >= c.m.VTh: // reached at the very end of the step before
		c.later(math.Max(begin-c.from, 0))
		return c.from, true
	case c.inf <= c.m.VTh || c.at(end) < c.m.VTh:
		return 0, false
	}
	d := float64(c.tau * vec.Log((c.inf-c.v)/(c.inf-c.m.VTh)))
	if t = c.from + (c.fromLow + d); !(t < end) {
		return 0, false
	}
	c.later(math.Max(d, begin-c.from))
	return c.from + c.fromLow, true
}

// Check returns an error that names the first parameter that makes no sense.
func (m LIF) Check() error {
	err := first(
		positive("LIF", "C", m.C, "uF/cm2"),
		positive("LIF", "GL", m.GL, "mS/cm2"),
		finite("LIF", "EL", m.EL, "mV"),
		finite("LIF", "VTh", m.VTh, "mV"),
		finite("LIF", "VReset", m.VReset, "mV"),
		notNegative("LIF", "TauRef", m.TauRef, "ms"),
	)
	if err == nil && m.VReset >= m.VTh {
		err = fmt.Errorf("neuron: LIF: VReset is %g mV; it must be below VTh (%g mV)", m.VReset, m.VTh)
	}
	return err
}
