package neuron

import (
	"fmt"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

// simulate runs a cell of the catalogue on the grid of package model, as its
// equations say: a network of the same text gets the same bits.
func simulate(c Cell, in stim.Stimulus, dur, dt float64) (*Result, error) {
	states := 4 // or fewer; the bound on memory need not be exact
	if _, err := newPlan(c.Name(), in, dur, dt, states); err != nil {
		return nil, err
	}
	m, err := parse(c)
	if err != nil {
		return nil, err
	}
	r, err := m.Simulate(in, dur, dt)
	if err != nil {
		return nil, fmt.Errorf("neuron: %s: %w", c.Name(), err)
	}
	r.InUnit = c.CurrentUnit()
	return r, nil
}

// names returns the names of parameter sets in order, for messages and lists.
func names[T any](sets map[string]T) []string {
	out := make([]string, 0, len(sets))
	for n := range sets {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// pick returns a set of parameters by name.
func pick[T any](what string, sets map[string]T, name string) (T, error) {
	s, ok := sets[name]
	if !ok {
		return s, fmt.Errorf("neuron: %s: there is no set %q; sets are %q", what, name, names(sets))
	}
	return s, nil
}
