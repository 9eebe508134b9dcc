package model

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/units"
)

// A Population is a number of independent cells of one model, and where they are
// in time. Its arrays are in the library's units (ms, mV, pA, nS, pF; see package
// units); between steps a network may add to them.
type Population struct {
	m      *Model
	n      int
	dt     float64
	k      uint64 // steps done
	b      *builder
	plan   *plan
	arrays [][]float64
	inputs []float64 // by scalar of the layout
	last   []float64 // step of the last spike of each cell

	advance, fire, reset, until *program
	streams                     []*rng.Source
	w                           worker
	spikes                      []int32
}

// never is the step of the last spike before there was one.
const never = -1e15

// Population makes n cells with the time step dt (ms), at their initial values.
func (m *Model) Population(n int, dt float64) (*Population, error) { return m.population(n, dt, nil) }

func (m *Model) population(n int, dt float64, stimuli []string) (*Population, error) {
	switch {
	case n < 1 || n > 50_000_000:
		return nil, fmt.Errorf("model: Population: n is %d; it must be 1 to 50000000 cells", n)
	case !(dt > 0) || math.IsInf(dt, 0):
		return nil, fmt.Errorf("model: Population: dt is %g ms; it must be positive and finite", dt)
	}
	p := &Population{m: m, n: n, dt: dt}
	b := &builder{m: m, g: newGraph(), lay: newLayout(), hold: map[string]holding{}, n: n, dt: dt, memo: map[string]ref{}, active: -1}
	p.b = b
	for _, v := range m.vars {
		if v.kind == parameter && (v.changed || m.initial[v.name] != nil) {
			b.hold[v.name] = changing
		}
	}
	for _, name := range stimuli {
		b.hold[name] = driven
	}
	b.time = b.scalarRef("t")
	b.scalarRef("t_in_timesteps")
	b.active = b.g.boolean(true)
	if m.refract != nil {
		b.active = b.g.slot(b.lay.slot(slot{slotActive, 0}), varying, true)
	}
	states := m.states()
	s, err := b.build(states, nil, b.time)
	if err != nil {
		return nil, err
	}
	if p.plan, err = b.choose(s); err != nil {
		return nil, err
	}
	next, err := b.step(s, p.plan)
	if err != nil {
		return nil, err
	}
	outputs, order := map[int]ref{}, []int{}
	for i, v := range states {
		a := b.lay.array(v.name)
		outputs[a] = next[i]
		order = append(order, a)
	}
	p.advance = b.compile(outputs, order, -1)
	if m.when != nil {
		p.fire = b.compile(nil, nil, b.stage(nil, b.time).expr(m.when))
		p.reset = b.assign(m.reset)
	}
	if m.refract != nil {
		r := b.stage(nil, b.time).expr(m.refract)
		if m.refTime {
			b.lay.array("wait")
			p.until = b.compile(map[int]ref{b.lay.array("wait"): b.call(&expr{kind: callExpr, op: "timestep", args: []*expr{m.refract, {kind: nameExpr, op: "dt"}}})}, []int{b.lay.array("wait")}, -1)
		} else {
			p.until = b.compile(nil, nil, b.g.not(r))
		}
	}
	start, err := p.starts()
	if err != nil {
		return nil, err
	}
	p.arrays = make([][]float64, b.lay.narrays)
	for i := range p.arrays {
		p.arrays[i] = make([]float64, n)
	}
	p.last = make([]float64, n)
	for i := range p.last {
		p.last[i] = never
	}
	if a, ok := b.lay.arrays["lastspike"]; ok {
		for i := range p.arrays[a] {
			p.arrays[a][i] = -1e7
		}
	}
	p.inputs = make([]float64, len(b.lay.scalars))
	for i := 0; i < len(b.lay.streams); i++ {
		p.streams = append(p.streams, rng.New(m.opts.Seed, uint64(i)))
	}
	for _, v := range m.vars {
		if k := m.consts[v.name]; v.kind == parameter && b.hold[v.name] == changing && k != nil && k.expr == nil {
			for i := range p.arrays[b.lay.array(v.name)] {
				p.arrays[b.lay.array(v.name)][i] = k.q.Coherent()
			}
		}
	}
	for _, prog := range start {
		p.each(prog, nil)
	}
	return p, nil
}

// assign compiles statements; they apply where the condition held.
func (b *builder) assign(list []statement) *program {
	c := b.stage(map[string]ref{}, b.time)
	outputs, order := map[int]ref{}, []int{}
	for _, s := range list {
		x := c.expr(s.rhs)
		v := b.m.byName[s.name]
		if s.op != "=" {
			old := c.name(s.name)
			switch s.op {
			case "+=":
				x = b.g.add(old, x)
			case "-=":
				x = b.g.sub(old, x)
			case "*=":
				x = b.g.mul(old, x)
			case "/=":
				x = b.g.div(old, x)
			case "**=":
				x = b.g.pow(old, x)
			}
		}
		x = b.g.number(x)
		c.env[s.name] = x
		c.memo = map[string]ref{} // subexpressions follow
		if v == nil {
			continue // a name of these statements only
		}
		a := b.lay.array(s.name)
		if _, ok := outputs[a]; !ok {
			order = append(order, a)
		}
		outputs[a] = x
	}
	return b.compile(outputs, order, -1)
}

// starts compiles the initial values, in order.
func (p *Population) starts() (out []*program, err error) {
	b := p.b
	for _, name := range p.m.order {
		c := b.stage(nil, b.time)
		c.active = b.g.boolean(true)
		a := b.lay.array(name)
		out = append(out, b.compile(map[int]ref{a: b.g.number(c.expr(p.m.initial[name]))}, []int{a}, -1))
	}
	return out, nil
}

// each runs a program over all cells, and calls f with each block.
func (p *Population) each(prog *program, f func(at *place)) {
	p.w.fit(prog)
	p.w.shared(prog, p.inputs)
	for lo := 0; lo < p.n; lo += block {
		at := &place{arrays: p.arrays, streams: p.streams, lo: lo, hi: min(lo+block, p.n), step: p.k}
		p.w.run(prog, at)
		if f != nil {
			f(at)
		}
	}
}

// N returns the number of cells.
func (p *Population) N() int { return p.n }

// Time returns the time at which the cells are, ms.
func (p *Population) Time() float64 { return float64(float64(p.k) * p.dt) }

// State returns the values of a variable, one for each cell, in the library's
// units: the array itself, so that changing it changes the cells.
func (p *Population) State(name string) ([]float64, error) {
	v := p.m.byName[name]
	a, ok := p.b.lay.arrays[name]
	if v == nil || !ok {
		return nil, fmt.Errorf("model: State: %s is not held for each cell; the states are %s", name, listed(p.m.names(odeEquation)))
	}
	return p.arrays[a], nil
}

// Spikes returns the cells that fired in the last step, ascending. The slice is
// good until the next step.
func (p *Population) Spikes() []int32 { return p.spikes }

// Step advances the cells by one step: the equations, then the threshold, then
// resets, as Brian2 orders them. A spike of the step from t to t+dt has the time t.
func (p *Population) Step() {
	p.inputs[p.b.lay.scalars["t"]] = p.Time()
	p.inputs[p.b.lay.scalars["t_in_timesteps"]] = float64(p.k)
	w := &p.w
	for _, prog := range []*program{p.advance, p.fire, p.reset, p.until} {
		if prog != nil {
			w.fit(prog)
		}
	}
	p.spikes = p.spikes[:0]
	active, fired := vec.NewMask(block), vec.NewMask(block)
	old := make([][]float64, len(p.arrays))
	for lo := 0; lo < p.n; lo += block {
		at := &place{arrays: p.arrays, streams: p.streams, lo: lo, hi: min(lo+block, p.n), step: p.k}
		n := at.hi - lo
		words := (n + 63) / 64
		at.active = active[:words]
		at.active.Fill(n)
		if p.until != nil {
			w.shared(p.until, p.inputs)
			w.run(p.until, at)
			for i := lo; i < at.hi; i++ {
				still := float64(p.k)-p.last[i] < 0
				if p.last[i] != never {
					if p.m.refTime {
						still = float64(p.k)-p.last[i] < p.arrays[p.b.lay.arrays["wait"]][i]
					} else if still = !w.m[p.until.fires].Get(i - lo); !still {
						p.last[i] = never
					}
				}
				if still {
					at.active[(i-lo)>>6] &^= 1 << ((i - lo) & 63)
				}
			}
		}
		w.shared(p.advance, p.inputs)
		w.run(p.advance, at)
		if p.fire == nil {
			continue
		}
		w.shared(p.fire, p.inputs)
		w.run(p.fire, at)
		fired[:words].And(w.m[p.fire.fires][:words], at.active)
		if !fired[:words].Any() {
			continue
		}
		p.spikes = fired[:words].Append(p.spikes, int32(lo))
		for _, a := range p.reset.outputs {
			old[a] = append(old[a][:0], p.arrays[a][lo:at.hi]...)
		}
		w.shared(p.reset, p.inputs)
		w.run(p.reset, at)
		for _, a := range p.reset.outputs {
			vec.SelectBlock(p.arrays[a][lo:at.hi], fired[:words], p.arrays[a][lo:at.hi], old[a])
		}
		last, has := p.b.lay.arrays["lastspike"]
		for i := lo; i < at.hi; i++ {
			if fired.Get(i - lo) {
				p.last[i] = float64(p.k)
				if has {
					p.arrays[last][i] = p.Time()
				}
			}
		}
	}
	p.k++
}

// factor is how many of the library's units one unit of results is.
func factor(u units.Unit) float64 { return u.Natural().Coherent() }
