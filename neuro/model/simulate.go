package model

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// input returns the name and unit of what the stimulus of Simulate drives.
func (m *Model) input() (name string, unit string, per float64, ok bool) {
	name = m.opts.Input
	if name == "" {
		name = "I"
	}
	if v := m.byName[name]; v != nil && v.kind == parameter {
		return name, v.unit.Natural().Name, factor(v.unit), true
	}
	if in := m.inputs[name]; in != nil {
		return name, in.unit.Natural().Name, factor(in.unit), true
	}
	return name, "", 1, false
}

// Input returns the name of the parameter that the stimulus of Simulate drives.
func (m *Model) Input() string { name, _, _, _ := m.input(); return name }

// CurrentUnit returns the unit in which stimuli are given.
func (m *Model) CurrentUnit() string {
	_, unit, _, _ := m.input()
	return unit
}

// Simulate runs one cell for dur (ms) from its initial values, with the time step
// dt (ms). The stimulus drives the parameter I, or the one that Options.Input
// names, in the unit that the equations declare (pA for amp); it is constant
// during a step, with its value at the beginning.
//
// The result holds the membrane potential and, as States, the other variables
// with a differential equation, at 0, dt, 2 dt ... A spike of the step from t to
// t+dt has the time t, as in Brian2. An error names the argument that makes no
// sense, or the time at which a variable stopped being finite.
func (m *Model) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	if err := stim.Check(in); err != nil {
		return nil, fmt.Errorf("model: Simulate: %w", err)
	}
	return m.simulate(in, dur, dt)
}

// simulate is Simulate; without a stimulus parameters keep their values.
func (m *Model) simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	if !(dur > 0) || math.IsInf(dur, 0) || !(dt > 0) || math.IsInf(dt, 0) {
		return nil, fmt.Errorf("model: Simulate: dur is %g ms and dt %g ms; both must be positive and finite", dur, dt)
	}
	states := m.states()
	if len(states) == 0 {
		return nil, fmt.Errorf("model: Simulate: the model has no differential equation; write one as dv/dt = ... : unit")
	}
	if q := dur / dt * float64(len(states)); q > 400_000_000 {
		return nil, fmt.Errorf("model: Simulate: dur/dt is %.3g steps; at most %d can be recorded (use a larger dt or a shorter dur)", dur/dt, 400_000_000/len(states))
	}
	steps := int(dur/dt + float64(1e-9*math.Max(dur/dt, 1)))
	name, _, per, ok := m.input()
	ok = ok && in != nil
	p, err := m.Population(1, dt)
	if err != nil {
		return nil, err
	}
	if ok {
		if err := p.Drive(name, in); err != nil {
			return nil, err
		}
	}
	r := &Result{Dur: dur, Model: m.Name(), In: in, InUnit: m.CurrentUnit()}
	traces := make([]neuro.Trace, len(states))
	record := func(k int) error {
		for i, v := range states {
			x := p.arrays[p.b.lay.arrays[v.name]]
			if _, ok := finite(x); !ok {
				return fmt.Errorf("model: Simulate: %s is %g at %g ms; use a smaller dt or a weaker input, or look for a parameter that is 0 (%s)", v.name, x[0], float64(float64(k)*dt), m.unset())
			}
			traces[i].Y[k] = x[0] / factor(v.unit)
		}
		return nil
	}
	for i, v := range states {
		traces[i] = neuro.Trace{Name: v.name, Unit: v.unit.Natural().Name, Dt: dt, Y: make([]float64, steps+1)}
	}
	if err := record(0); err != nil {
		return nil, err
	}
	task := display.Start("model.Simulate", "steps", steps)
	defer task.End()
	for k := 0; k < steps; k++ {
		if k&255 == 0 {
			task.Set(k)
			if err := task.Err(); err != nil {
				return nil, err
			}
		}
		at := p.Time()
		p.Step()
		if ok {
			if x := p.driving(name) / per; math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, fmt.Errorf("model: Simulate: the stimulus is %g at %g ms; it must be finite", x, float64(k)*dt)
			}
		}
		if len(p.Spikes()) > 0 {
			r.Spikes = append(r.Spikes, at)
		}
		if err := record(k + 1); err != nil {
			return nil, err
		}
	}
	shown := m.potential(states)
	for i, t := range traces {
		if i == shown {
			r.V = t
		} else {
			r.States = append(r.States, t)
		}
	}
	return r, nil
}

// potential returns the number of the state that is the membrane potential.
func (m *Model) potential(states []*variable) int {
	for _, name := range []string{m.opts.V, "v", "V", "vm", "Vm"} {
		for i, v := range states {
			if v.name == name {
				return i
			}
		}
	}
	return 0
}

// unset lists the parameters without a value.
func (m *Model) unset() string {
	var names []string
	for _, v := range m.vars {
		if v.kind == parameter && m.consts[v.name] == nil && m.initial[v.name] == nil && m.opts.Values[v.name] == nil {
			names = append(names, v.name)
		}
	}
	return "without a value: " + listed(names)
}

// An Explanation says in lines how a model is integrated and why.
type Explanation string

// Show returns the lines.
func (e Explanation) Show() display.Bundle { return display.Text(string(e)) }

// Explain says how the model is integrated and why.
func (m *Model) Explain() (Explanation, error) {
	p, err := m.Population(1, 0.1)
	if err != nil {
		return "", err
	}
	s := "method: " + p.plan.method + ", because " + p.plan.reason
	if d := p.plan.describe(m.states()); d != "" {
		s += "\n" + d
	}
	s += fmt.Sprintf("\none step of a block of cells: %s in %s", spell.Count(len(p.advance.code), "operation"), spell.Count(p.advance.regs, "register"))
	return Explanation(s + "\nparameters " + m.unset()), nil
}
