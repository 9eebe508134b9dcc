package plasticity

import (
	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// SynapticScaling is the homeostasis that Turrigiano, Leslie, Desai, Rutherford and
// Nelson found (1998, Nature 391:892), in the form of van Rossum, Bi and Turrigiano
// 2000, J Neurosci 20:8812, equation 3. A sensor a follows the rate of the
// postsynaptic cell, and all its weights are scaled by the same factor until a is at
// the goal:
//
//	Tau da/dt = -a + sum of delta(t - tPost)
//	dw/dt = Beta w (Goal - a) + Gamma w times the integral of (Goal - a)
//
// The integral removes what error would stay. It starts at 0 when the sensor does.
// Checked against small steps.
type SynapticScaling struct {
	Goal       float64 `unit:"Hz"`      // rate to hold, Hz
	Tau        float64 `unit:"s"`       // of the sensor, s
	Beta       float64 `unit:"1/s/Hz"`  // strength, 1/(s Hz)
	Gamma      float64 `unit:"1/s2/Hz"` // strength of the integral, 1/(s^2 Hz)
	WMin, WMax float64 // bounds of the weight; both 0 means none
}

// NewSynapticScaling returns the paper's values: Tau 100 s, Beta 4e-5/(s Hz), Gamma
// 1e-7/(s^2 Hz); and a goal of 10 Hz.
func NewSynapticScaling() SynapticScaling {
	return SynapticScaling{Goal: 10, Tau: 100, Beta: 4e-5, Gamma: 1e-7}
}

// Run returns the weight w at the time of the last spike of post (ms), beginning at
// the first with the sensor at the goal. Presynaptic spikes do not count. Between
// spikes the equations are solved exactly:
//
//	a -> a exp(-s/Tau),  e -> e + Goal s - a Tau (1 - exp(-s/Tau))
//
// for the integral e, and the logarithm of w changes by Beta times the change of e
// and Gamma times the integral of e. Errors: parameters that Check refuses, a
// weight that is not finite, trains that do not ascend or are not finite.
func (p SynapticScaling) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	if err := p.check(w, pre, post); err != nil {
		return 0, err
	}
	if len(post) == 0 {
		return w, nil
	}
	s := scalingState{a: p.Goal, w: w, t: post[0]}
	for _, t := range post {
		p.move(&s, t)
		s.a += 1 / p.Tau
	}
	return s.w, nil
}

// Traces returns the weight and the sensor (Hz) at 0, dt, ... dur (ms) under the
// postsynaptic spikes, from the weight w and the sensor at a (Hz). Errors are
// those of Run, a below 0, dur or dt that are not above 0.
func (p SynapticScaling) Traces(w, a float64, post neuro.Spikes, dur, dt float64) (weight, sensor neuro.Trace, err error) {
	weight, sensor = neuro.Trace{Name: "weight", Dt: dt}, neuro.Trace{Name: "sensor", Unit: "Hz", Dt: dt}
	if err := p.check(w, nil, post); err != nil {
		return weight, sensor, err
	}
	if err := notNegative("SynapticScaling.Traces", "a", a); err != nil {
		return weight, sensor, err
	}
	n, err := samples("SynapticScaling.Traces", dur, dt)
	if err != nil {
		return weight, sensor, err
	}
	s := scalingState{a: a, w: w}
	for k := range n {
		t := weight.At(k)
		for len(post) > 0 && post[0] <= t {
			if post[0] >= 0 {
				p.move(&s, post[0])
				s.a += 1 / p.Tau
			}
			post = post[1:]
		}
		p.move(&s, t)
		weight.Y, sensor.Y = append(weight.Y, s.w), append(sensor.Y, s.a)
	}
	return weight, sensor, nil
}

// scalingState is the sensor (Hz), the integral of its error (Hz s), the weight and
// the time (ms) of the last event.
type scalingState struct{ a, e, w, t float64 }

func (p SynapticScaling) move(s *scalingState, t float64) {
	d := t - s.t
	s.t = t
	if d == 0 {
		return
	}
	var f float64
	f, s.a, s.e = p.Factor(s.a, s.e, d)
	s.w = bounded(s.w*f, p.WMin, p.WMax)
}

// Factor returns what the weights are multiplied by in a time d (ms) without
// postsynaptic spikes, from a sensor at a (Hz) with the integral e (Hz s) of its error, and
// both at the end.
func (p SynapticScaling) Factor(a, e, d float64) (factor, a1, e1 float64) {
	d /= 1000
	fall := -vec.Expm1(-d / p.Tau)
	de := float64(p.Goal*d) - float64(a*p.Tau*fall)
	// the integral of e: e d + Goal d^2/2 - a Tau (d - Tau (1 - exp(-d/Tau)))
	ie := float64(e*d) + float64(p.Goal*d*d/2) - float64(a*p.Tau*(d-float64(p.Tau*fall)))
	return vec.Exp(float64(p.Beta*de) + float64(p.Gamma*ie)), a * (1 - fall), e + de
}

// Show returns the parameters.
func (p SynapticScaling) Show() display.Bundle {
	return table.Parameters("synaptic scaling", p).Show()
}

// Check returns an error that names the first parameter that makes no sense.
func (p SynapticScaling) Check() error {
	if err := positive("SynapticScaling", "Tau", p.Tau); err != nil {
		return err
	}
	if err := notNegative("SynapticScaling", "Goal", p.Goal, "Beta", p.Beta, "Gamma", p.Gamma); err != nil {
		return err
	}
	return bounds("SynapticScaling", p.WMin, p.WMax)
}

func (p SynapticScaling) check(w float64, pre, post neuro.Spikes) error {
	if err := p.Check(); err != nil {
		return err
	}
	return trains("SynapticScaling", w, pre, post)
}
