package neuron

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// A Model is a neuron that can be simulated. HH and LIF are models, and so is
// any type with this method.
type Model interface {
	// Simulate runs the neuron for dur (ms) under the stimulus in, with the
	// time step dt (ms), and leaves the model as it is. When dur is not a
	// multiple of dt, the last step is shorter, and only its spikes are
	// recorded. The models of this package hold the input during a step at its
	// value at the beginning; HH and LIF divide steps in which the stimulus
	// jumps (see stim.Stimulus).
	Simulate(in stim.Stimulus, dur, dt float64) (*Result, error)
}

// A Result is what a simulation recorded; Count, Rate, Plot and Show are its methods.
type Result = model.Result

// most is how many values a simulation may record: 3.2 GB.
const most = 400_000_000

// A plan divides the duration of a simulation: steps whole steps of dt, and a
// last one of rest, which may be 0.
type plan struct {
	name  string
	in    stim.Stimulus
	dt    float64
	dur   float64
	steps int
	rest  float64
}

// newPlan checks the arguments of Simulate. traces is the number of values that
// are recorded at each step.
func newPlan(name string, in stim.Stimulus, dur, dt float64, traces int) (*plan, error) {
	name += ".Simulate"
	switch {
	case in == nil:
		return nil, fmt.Errorf("neuron: %s: the stimulus is nil; stim.Const(0) is none", name)
	case !(dur > 0) || math.IsInf(dur, 0):
		return nil, fmt.Errorf("neuron: %s: dur is %g ms; it must be positive and finite", name, dur)
	case !(dt > 0) || math.IsInf(dt, 0):
		return nil, fmt.Errorf("neuron: %s: dt is %g ms; it must be positive and finite", name, dt)
	}
	if err := stim.Check(in); err != nil {
		return nil, fmt.Errorf("neuron: %s: %w", name, err)
	}
	q := dur / dt
	if q*float64(traces) > most {
		return nil, fmt.Errorf("neuron: %s: dur/dt is %.3g steps; at most %d can be recorded (use a larger dt or a shorter dur)", name, q, most/traces)
	}
	p := &plan{name: name, in: in, dt: dt, dur: dur}
	// 0.3/0.1 is a little less than 3, and means 3.
	if r := math.Round(q); math.Abs(q-r) <= 1e-9*math.Max(q, 1) {
		p.steps = int(r)
	} else {
		p.steps = int(q)
		p.rest = dur - float64(float64(p.steps)*dt)
	}
	return p, nil
}

// A piece is a time step, or the part of one up to or from a jump of the
// stimulus.
type piece struct {
	k     int     // the step
	begin float64 // ms
	end   float64 // ms
	h     float64 // end - begin, without the rounding of both for a whole step, ms
	i     float64 // the input during it
	last  bool    // it ends where a whole step does, so that the state is recorded as sample k+1
}

// run calls step for every piece of time with constant input, in order. The
// input is the stimulus at the beginning of the piece.
func (p *plan) run(step func(piece) error) error {
	n := p.steps
	if p.rest > 0 {
		n++
	}
	var edges []float64
	if e, ok := p.in.(interface{ Edges() []float64 }); ok {
		edges = append(edges, e.Edges()...)
		sort.Float64s(edges)
	}
	block := make([]float64, min(n, 1024))
	var after [1]float64 // an edge
	task := display.Start("neuron."+p.name, "ms of model time", int(p.dur))
	defer task.End()
	for k := 0; k < n; k += len(block) {
		if task.Set(int(float64(k) * p.dt)); task.Err() != nil {
			return fmt.Errorf("neuron: %s: %w", p.name, task.Err())
		}
		block = block[:min(len(block), n-k)]
		p.in.Fill(block, float64(k)*p.dt, p.dt)
		for j, i := range block {
			q := piece{k: k + j, begin: float64(float64(k+j) * p.dt), end: float64(float64(k+j+1) * p.dt), h: p.dt, i: i, last: k+j < p.steps}
			if !q.last {
				q.h, q.end = p.rest, p.dur
			}
			// Edges that are nearer lie at the same time for package stim too,
			// which allows for the rounding of k*dt.
			near := math.Min(float64(0.5e-6*p.dt), 0.5e-9)
			for {
				for len(edges) > 0 && !(edges[0] > q.begin+near) {
					edges = edges[1:]
				}
				if math.IsNaN(q.i) || math.IsInf(q.i, 0) {
					return fmt.Errorf("neuron: %s: the stimulus is %g at %g ms; it must be finite", p.name, q.i, q.begin)
				}
				if len(edges) == 0 || !(edges[0] < q.end-near) {
					break
				}
				part := q
				part.end, part.h, part.last = edges[0], edges[0]-q.begin, false
				if err := step(part); err != nil {
					return err
				}
				p.in.Fill(after[:], edges[0], p.dt)
				q.begin, q.h, q.i = edges[0], q.end-edges[0], after[0]
			}
			if err := step(q); err != nil {
				return err
			}
		}
	}
	return nil
}

// trace returns an empty trace with room for the whole simulation.
func (p *plan) trace(name, unit string) neuro.Trace {
	return neuro.Trace{Name: name, Unit: unit, Dt: p.dt, Y: make([]float64, p.steps+1)}
}

// positive returns an error unless the parameter is positive and finite.
func positive(name, field string, v float64, unit string) error {
	if v > 0 && !math.IsInf(v, 0) {
		return nil
	}
	return fmt.Errorf("neuron: %s: %s is %g %s; it must be positive and finite (New%s gives the usual values)", name, field, v, unit, name)
}

// notNegative returns an error unless the parameter is zero or positive, and
// finite.
func notNegative(name, field string, v float64, unit string) error {
	if v >= 0 && !math.IsInf(v, 0) {
		return nil
	}
	return fmt.Errorf("neuron: %s: %s is %g %s; it must be finite and not negative", name, field, v, unit)
}

// finite returns an error unless the parameter is finite.
func finite(name, field string, v float64, unit string) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("neuron: %s: %s is %g %s; it must be finite", name, field, v, unit)
	}
	return nil
}

// first returns the first error of several.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
