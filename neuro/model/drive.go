package model

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// A drive is a stimulus that gives an input its values.
type drive struct {
	scalar int // of the layout, for a parameter that is shared; else -1
	array  int
	in     []stim.Stimulus
	per    float64     // the library's units in one unit of the stimulus
	ahead  [][]float64 // values of the steps to come
	base   uint64      // the step of the first of them
}

// Drive gives an input or parameter the values of a stimulus, in its natural unit:
// one stimulus for all cells, or one for each. The value of a step is that at its
// beginning.
func (p *Population) Drive(name string, in ...stim.Stimulus) error {
	d := drive{in: in}
	v, i := p.m.byName[name], p.m.inputs[name]
	switch {
	case i != nil && v == nil:
		d.per = factor(i.unit)
	case v != nil && v.kind == parameter:
		d.per = factor(v.unit)
	default:
		return fmt.Errorf("model: Drive: %s is no input or parameter of the model; those are %s", name, listed(append(sortedKeys(p.m.inputs), p.m.names(parameter)...)))
	}
	if len(in) != 1 && len(in) != p.n {
		return fmt.Errorf("model: Drive: %s gets %d stimuli; give one for all cells, or %d, one for each", name, len(in), p.n)
	}
	for _, s := range in {
		if err := stim.Check(s); err != nil {
			return fmt.Errorf("model: Drive: %w", err)
		}
	}
	d.scalar, d.array = -1, -1
	// A stimulus for all cells is held for each as well, so that a cell has the same
	// bits under it as under one of its own.
	if v != nil && v.flags["shared"] {
		if len(in) != 1 {
			return fmt.Errorf("model: Drive: %s is shared by all cells and takes one stimulus; it gets %d", name, len(in))
		}
		d.scalar = p.b.lay.scalar(name)
		p.b.hold[name] = driven
	} else {
		d.array = p.b.lay.array(name)
		p.b.hold[name] = changing
	}
	kept := p.drives[:0]
	for _, x := range p.drives {
		if x.scalar != d.scalar || x.array != d.array {
			kept = append(kept, x)
		}
	}
	p.drives = append(kept, d)
	p.grow()
	p.stale = true
	return nil
}

// look is how many values of a stimulus are computed at a time.
const look = 256

// drive puts the values of stimuli of this step to their places.
func (p *Population) drive() {
	for j := range p.drives {
		d := &p.drives[j]
		if d.ahead == nil || p.k >= d.base+look {
			if d.ahead == nil {
				for range d.in {
					d.ahead = append(d.ahead, make([]float64, look))
				}
			}
			d.base = p.k
			for i, s := range d.in {
				s.Fill(d.ahead[i], p.Time(), p.dt)
			}
		}
		at := p.k - d.base
		if d.scalar >= 0 {
			p.inputs[d.scalar] = float64(d.ahead[0][at] * d.per)
			continue
		}
		to := p.arrays[d.array]
		if len(d.in) == 1 {
			vec.FillBlock(to, float64(d.ahead[0][at]*d.per))
			continue
		}
		for i := range to {
			to[i] = float64(d.ahead[i][at] * d.per)
		}
	}
}

// driving returns the value of a driven parameter for the first cell in this step.
func (p *Population) driving(name string) float64 {
	if i, ok := p.b.lay.arrays[name]; ok {
		return p.arrays[i][0]
	}
	return p.inputs[p.b.lay.scalars[name]]
}
