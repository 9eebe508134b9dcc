package model

import "fmt"

// A Field is the right sides of a model's differential equations as a function of
// its state: what phase planes, equilibria and linear responses are made of. White
// noise counts as 0, and the threshold, resets and refractory times do not appear.
type Field struct {
	p      *Population
	states []*variable
	at     []int // arrays of the states
	out    []int // arrays of their derivatives
	prog   *program
	input  int     // scalar that the stimulus drives, -1 without one
	per    float64 // the library's units in one unit of the stimulus
	place  *place
}

// Field returns the right sides of the model's equations. One Field is for one
// goroutine.
func (m *Model) Field() (*Field, error) {
	f := &Field{states: m.states(), input: -1}
	if len(f.states) == 0 {
		return nil, fmt.Errorf("model: Field: the model has no differential equation; write one as dv/dt = ... : unit")
	}
	p, err := m.Population(1, 1)
	if err != nil {
		return nil, err
	}
	f.p = p
	b := p.b
	if name, _, per, ok := m.input(); ok {
		f.input, f.per = b.lay.scalar(name), per
		b.hold[name] = driven
		if err := p.compile(); err != nil {
			return nil, err
		}
	}
	s, err := b.build(f.states, nil, b.time)
	if err != nil {
		return nil, err
	}
	var targets []target
	for i, v := range f.states {
		f.at = append(f.at, b.lay.array(v.name))
		f.out = append(f.out, b.lay.array("slope of "+v.name))
		targets = append(targets, target{f.out[i], s.f[i]})
	}
	f.prog = b.compile(targets, -1)
	p.grow()
	p.workers[0].fit(f.prog)
	f.place = p.block(0)
	p.workers[0].active.Fill(lanes)
	return f, nil
}

// Start returns the initial values of the variables, in their natural units and in
// the order of Variables.
func (f *Field) Start() []float64 {
	p, err := f.p.m.Population(1, 1)
	if err != nil {
		panic(err) // Field made the same population
	}
	x := make([]float64, len(f.states))
	for i, v := range f.states {
		x[i] = p.arrays[p.b.lay.array(v.name)][0] / factor(v.unit)
	}
	return x
}

// Slope puts into dst the derivatives (natural units per ms) of the state x under
// the input in, which a model without an input ignores, at time 0. Both slices are
// in the order of Variables.
func (f *Field) Slope(dst, x []float64, in float64) {
	for i, v := range f.states {
		f.p.arrays[f.at[i]][0] = float64(x[i] * factor(v.unit))
	}
	if f.input >= 0 {
		f.p.inputs[f.input] = float64(in * f.per)
	}
	f.prog.begin(f.p.inputs)
	f.p.workers[0].run(f.prog, f.place)
	for i, v := range f.states {
		dst[i] = f.p.arrays[f.out[i]][0] / factor(v.unit)
	}
}
