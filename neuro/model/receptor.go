package model

import (
	"fmt"
	"math/bits"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Receptor is a variable of cells to which the spikes of a network are added.
type Receptor struct {
	// Sum is what arrives in each cell, in the library's units, until Take.
	Sum []float32

	p       *Population
	to      []float64
	closing bool // refractory cells take nothing
	reset   bool // the reset overwrites what arrives with it
}

// Receptor returns the variable as a receptor whose sums are kept in the memory
// given: a number for each cell.
func (p *Population) Receptor(name string, sum []float32) (*Receptor, error) {
	v := p.m.byName[name]
	if v == nil || v.kind == subexpression || v.flags["shared"] {
		return nil, fmt.Errorf("model: Receptor: %s is no variable of the cells; variables are %s", name, listed(p.m.names(odeEquation, parameter)))
	}
	if len(sum) != p.n {
		return nil, fmt.Errorf("model: Receptor: sum has %d numbers; it must have %d, one for each cell", len(sum), p.n)
	}
	to, err := p.State(name)
	if err != nil {
		return nil, err
	}
	r := &Receptor{Sum: sum, p: p, to: to, closing: v.flags["unless refractory"] && p.m.refract != nil}
	if r.closing && p.closed == nil {
		p.closed = vec.NewMask((p.n + block - 1) / block * block)
	}
	if len(p.m.events) > 0 && p.m.events[0].name == spike {
		for _, s := range p.m.events[0].then {
			r.reset = r.reset || s.name == name && s.op != "+=" && s.op != "-="
		}
	}
	return r, nil
}

// Take adds the sums to the variable, at the end of a step, and sets them to 0. As
// in Brian2, cells take nothing while they are refractory if the variable stands
// still then, and nothing in the step of their spike if the reset sets the
// variable.
func (r *Receptor) Take() {
	switch {
	case r.closing:
		for i, w := range r.p.closed {
			if w != 0 {
				drop(r.Sum[64*i:], w)
			}
		}
	case r.reset:
		for _, c := range r.p.Spikes() {
			r.Sum[c] = 0
		}
	}
	vec.TakeBlock(r.to, r.Sum)
}

// Unit returns the unit of a variable or parameter, in which Set takes it and
// results give it, and the number of the library's units in one.
func (m *Model) Unit(name string) (unit string, size float64, err error) {
	v := m.byName[name]
	if v == nil {
		return "", 0, fmt.Errorf("model: Unit: there is no variable %s; variables are %s", name, listed(m.names(odeEquation, parameter, subexpression)))
	}
	return v.unit.Natural().Name, factor(v.unit), nil
}

// drop sets the elements to 0 whose bits are set.
func drop(x []float32, set uint64) {
	for ; set != 0; set &= set - 1 {
		x[bits.TrailingZeros64(set)] = 0
	}
}
