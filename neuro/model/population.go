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
	Threads int // how many goroutines compute a step, 1 if 0 (and for rk45); the bits are the same

	m      *Model
	n      int
	first  int // the number of the first cell, where the population is a part of a larger one
	dt     float64
	k      uint64 // steps done
	b      *builder
	plan   *plan
	arrays [][]float64 // of the length n, with room up to a multiple of lanes
	inputs []float64   // by scalar of the layout
	last   int         // array with the step of the last spike of each cell
	held   []uint64    // cells whose refractory condition has not ended yet
	closed vec.Mask    // cells that were refractory in the last step or fired; nil unless a receptor asks

	advance, ready, until *program // ready: which cells are not refractory; until: the condition that keeps them
	events                []*event // the first is the spike
	streams               []*rng.Source
	drives                []drive
	workers               []*worker
	substep               []float64 // of the method rk45, by block
	alone                 *alone    // of a population of one cell
	stale                 bool      // programs are to be made again
}

// An event happens in a cell when a condition holds, and then changes variables.
type event struct {
	name  string
	when  *program
	then  *program // nil if nothing changes
	cells []int32
	parts [][]int32 // by worker
}

// never is the step of the last spike before there was one.
const never = -1e15

// Population makes n cells with the time step dt (ms), at their initial values.
func (m *Model) Population(n int, dt float64) (*Population, error) {
	return m.Part(n, 0, n, dt)
}

// Part makes the cells from number first to first+count-1 of a population of n.
// They get the same random numbers as there, and are the same to the bit; the
// parts of a network are on several processors. A part begins at a multiple of
// 256 cells where the method is rk45, whose steps are those of a block.
func (m *Model) Part(n, first, count int, dt float64) (*Population, error) {
	switch {
	case n < 1 || n > 50_000_000:
		return nil, fmt.Errorf("model: Population: n is %d; it must be 1 to 50000000 cells", n)
	case !(dt > 0) || math.IsInf(dt, 0):
		return nil, fmt.Errorf("model: Population: dt is %g ms; it must be positive and finite", dt)
	case first < 0 || count < 1 || count > n-first:
		return nil, fmt.Errorf("model: Part: there are no %d cells from number %d on in a population of %d", count, first, n)
	}
	p := &Population{m: m, n: count, first: first, dt: dt, workers: []*worker{newWorker()}}
	b := &builder{m: m, g: newGraph(), lay: newLayout(), hold: map[string]holding{}, n: n, dt: dt, memo: map[string]ref{}, active: -1}
	p.b = b
	p.last = b.lay.array("last spike")
	for _, v := range m.vars {
		if v.kind == parameter && (v.changed || m.initial[v.name] != nil || m.opts.Values[v.name] != nil) {
			b.hold[v.name] = changing
		}
	}
	if err := p.compile(); err != nil {
		return nil, err
	}
	for i := range p.arrays[p.last] {
		p.arrays[p.last][i] = never
	}
	if a, ok := b.lay.arrays["lastspike"]; ok {
		vec.FillBlock(p.arrays[a], -1e7)
	}
	for _, v := range m.vars {
		if v.kind == parameter && b.hold[v.name] == changing {
			a := b.lay.array(v.name)
			p.grow()
			vec.FillBlock(p.arrays[a], p.value(v.name))
		}
	}
	for _, name := range sortedKeys(m.opts.Values) {
		values := m.opts.Values[name]
		if len(values) != n {
			return nil, fmt.Errorf("model: Population: there are %d Values of %s for %d cells; give one for each", len(values), name, n)
		}
		a := b.lay.array(name)
		p.grow()
		for i := range p.arrays[a] {
			p.arrays[a][i] = float64(values[first+i] * factor(m.byName[name].unit))
		}
	}
	for _, name := range m.order {
		p.each(p.start(name))
	}
	return p, nil
}

// value returns what a parameter is for all cells.
func (p *Population) value(name string) float64 {
	c := p.b.stage(nil, p.b.time)
	c.hold = map[string]holding{}
	x, _ := p.b.g.isConst(c.parameter(name)) // values of parameters are constants
	return x
}

// compile makes the programs, for how parameters are held now.
func (p *Population) compile() error {
	b, m := p.b, p.m
	b.g, b.memo = newGraph(), map[string]ref{}
	b.time = b.scalarRef("t")
	b.active = b.g.boolean(true)
	if m.refract != nil {
		b.active = b.g.slot(b.lay.slot(slot{slotActive, 0}), varying, true)
	}
	states := m.states()
	s, err := b.build(states, nil, b.time)
	if err != nil {
		return err
	}
	if p.plan, err = b.choose(s); err != nil {
		return err
	}
	var targets []target
	if p.plan.method == "rk45" {
		tolerance := m.opts.Tolerance
		if tolerance == 0 {
			tolerance = 1e-6
		}
		if targets, err = b.rk45(s, tolerance); err != nil {
			return err
		}
	} else {
		next, err := b.step(s, p.plan)
		if err != nil {
			return err
		}
		for i, v := range states {
			targets = append(targets, target{b.lay.array(v.name), next[i]})
		}
	}
	p.advance = b.compile(targets, -1)
	p.ready, p.until = nil, nil
	if m.refract != nil {
		r := b.stage(nil, b.time).expr(m.refract)
		if m.refTime {
			// A spike of step s ends being refractory at step s + timestep(refractory, dt).
			wait := b.timestep(r, b.g.constant(b.dt))
			last := b.arrayRef("last spike", varying)
			now := b.scalarRef("t_in_timesteps")
			if b.g.flat(wait) {
				p.ready = b.compile(nil, b.g.make(opLessEqual, last, b.g.sub(now, wait)))
			} else {
				p.ready = b.compile(nil, b.g.make(opLessEqual, b.g.add(last, wait), now))
			}
		} else {
			p.until = b.compile(nil, r)
			if p.held == nil {
				p.held = make([]uint64, (p.n+block-1)/block*(block/64))
			}
		}
	}
	old := p.events
	p.events = nil
	for i, e := range m.events {
		x := &event{name: e.name, when: b.compile(nil, b.stage(nil, b.time).expr(e.when)), then: b.assign(e.then, e.name == spike && b.lay.has("lastspike"))}
		if i < len(old) {
			x.cells = old[i].cells
		}
		p.events = append(p.events, x)
	}
	for len(p.arrays) < b.lay.narrays {
		p.arrays = append(p.arrays, make([]float64, (p.n+lanes-1)/lanes*lanes)[:p.n])
	}
	p.grow()
	p.alone, p.stale = nil, false
	return nil
}

// grow makes room for scalars and streams that programs were found to need.
func (p *Population) grow() {
	for len(p.inputs) < len(p.b.lay.scalars) {
		p.inputs = append(p.inputs, 0)
	}
	for i := len(p.streams); i < len(p.b.lay.streams); i++ {
		p.streams = append(p.streams, rng.New(p.m.opts.Seed, uint64(i)))
	}
	for len(p.arrays) < p.b.lay.narrays {
		p.arrays = append(p.arrays, make([]float64, (p.n+lanes-1)/lanes*lanes)[:p.n])
	}
}

// assign compiles statements; they apply to the cells that fired.
func (b *builder) assign(list []statement, spike bool) *program {
	c := b.stage(nil, b.time)
	c.env = map[string]ref{}
	fired := b.g.slot(b.lay.slot(slot{slotFired, 0}), varying, true)
	var targets []target
	for _, s := range list {
		x := c.expr(s.rhs)
		if s.op != "=" {
			old := b.g.number(c.name(s.name))
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
		v := b.m.byName[s.name]
		if v != nil && v.typ == integer {
			x = b.g.make(opTrunc, x)
		}
		c.env[s.name] = x
		c.memo = map[string]ref{} // subexpressions follow
		if v == nil {
			continue // a name of these statements only
		}
		a := b.lay.array(s.name)
		x = b.g.sel(fired, x, b.arrayRef(s.name, varying))
		found := false
		for i := range targets {
			if targets[i].array == a {
				targets[i].value, found = x, true
			}
		}
		if !found {
			targets = append(targets, target{a, x})
		}
	}
	if spike {
		targets = append(targets, target{b.lay.array("lastspike"), b.g.sel(fired, b.time, b.arrayRef("lastspike", varying))})
	}
	if targets == nil {
		return nil
	}
	return b.compile(targets, -1)
}

// start compiles the initial value of a variable.
func (p *Population) start(name string) *program {
	c := p.b.stage(nil, p.b.time)
	c.active = p.b.g.boolean(true)
	x := p.b.g.number(c.expr(p.m.initial[name]))
	return p.b.compile([]target{{p.b.lay.array(name), x}}, -1)
}

// each runs a program over all cells.
func (p *Population) each(prog *program) {
	p.grow()
	w := p.workers[0]
	w.fit(prog)
	prog.begin(p.inputs)
	for lo := 0; lo < p.n; lo += block {
		w.run(prog, p.block(lo))
	}
}

// block returns the place of the block that begins with a cell.
func (p *Population) block(lo int) *place {
	hi := min(lo+block, (p.n+lanes-1)/lanes*lanes)
	return &place{arrays: p.arrays, streams: p.streams, first: p.first, lo: lo, hi: hi, step: p.k}
}

// N returns the number of cells.
func (p *Population) N() int { return p.n }

// Dt returns the time step, ms.
func (p *Population) Dt() float64 { return p.dt }

// Time returns the time at which the cells are, ms.
func (p *Population) Time() float64 { return float64(float64(p.k) * p.dt) }

// State returns the values of a variable or parameter, one for each cell, in the
// library's units: the array itself, so that changing it changes the cells. A
// parameter that was the same for all cells has a value for each from then on.
func (p *Population) State(name string) ([]float64, error) {
	v := p.m.byName[name]
	if v == nil || v.kind == subexpression {
		return nil, fmt.Errorf("model: State: %s is not held for each cell; the variables are %s", name, listed(p.m.names(odeEquation, parameter)))
	}
	if v.kind == parameter && p.b.hold[name] != changing && p.b.hold[name] != perCells {
		if v.flags["shared"] {
			return nil, fmt.Errorf("model: State: %s is shared by all cells; set it with Set", name)
		}
		x := p.value(name)
		p.b.hold[name] = changing
		a := p.b.lay.array(name)
		p.grow()
		vec.FillBlock(p.arrays[a], x)
		p.stale = true
	}
	return p.arrays[p.b.lay.array(name)], nil
}

// Set gives a variable or parameter values, in its natural unit (mV, pA, nS, pF,
// ms, Hz; that in which results show it): one for all cells, or one for each.
func (p *Population) Set(name string, values ...float64) error {
	v := p.m.byName[name]
	if len(values) != 1 && len(values) != p.n {
		return fmt.Errorf("model: Set: %s gets %d values; give one for all cells, or %d, one for each", name, len(values), p.n)
	}
	for i, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("model: Set: value %d of %s is %g; it must be finite", i, name, x)
		}
	}
	if v != nil && v.kind == parameter && v.flags["shared"] {
		if len(values) != 1 {
			return fmt.Errorf("model: Set: %s is shared by all cells and takes one value; it got %d", name, len(values))
		}
		if p.b.val == nil {
			p.b.val = map[string]float64{}
		}
		p.b.val[name] = float64(values[0] * factor(v.unit))
		p.stale = true
		return nil
	}
	to, err := p.State(name)
	if err != nil {
		return fmt.Errorf("model: Set: %s is not held for each cell; the variables are %s", name, listed(p.m.names(odeEquation, parameter)))
	}
	for i := range to {
		to[i] = float64(values[i%len(values)] * factor(v.unit))
	}
	return nil
}

// Spikes returns the cells that fired in the last step, ascending. The slice is
// good until the next step.
func (p *Population) Spikes() []int32 {
	if len(p.events) == 0 || p.events[0].name != spike {
		return nil
	}
	return p.events[0].cells
}

// Happened returns the cells in which an event of Options.Events happened in the
// last step, ascending. The slice is good until the next step.
func (p *Population) Happened(name string) ([]int32, error) {
	for _, e := range p.events {
		if e.name == name {
			return e.cells, nil
		}
	}
	return nil, fmt.Errorf("model: Happened: there is no event %s; events are %s", name, listed(sortedKeys(p.m.opts.Events)))
}

// factor is how many of the library's units one unit of results is.
func factor(u units.Unit) float64 { return u.Natural().Coherent() }
