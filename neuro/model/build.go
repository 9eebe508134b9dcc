package model

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/units"
)

type slotKind uint8

const (
	slotArray   slotKind = iota // a number for each cell
	slotScalar                  // one for the step: the time, an input
	slotNorm                    // normal noise, by stream
	slotUniform                 // uniform noise, by stream
	slotIndex                   // the number of the cell
	slotActive                  // whether the cell is not refractory
	slotFired                   // whether the cell fired, or an event happened in it
)

// A slot is a value that a program takes from outside.
type slot struct {
	kind   slotKind
	number int // of the array, scalar or stream
}

// A layout names the slots of a population.
type layout struct {
	slots   []slot
	index   map[slot]int
	arrays  map[string]int // by name: states, parameters of cells, lastspike
	narrays int
	scalars map[string]int
	streams map[string]int
}

func newLayout() *layout {
	return &layout{index: map[slot]int{}, arrays: map[string]int{}, scalars: map[string]int{}, streams: map[string]int{}}
}

// clone returns a layout that can be added to without changing this one.
func (l *layout) clone() *layout {
	return &layout{slots: slices.Clone(l.slots), index: maps.Clone(l.index), arrays: maps.Clone(l.arrays), narrays: l.narrays,
		scalars: maps.Clone(l.scalars), streams: maps.Clone(l.streams)}
}

func (l *layout) slot(s slot) int {
	if i, ok := l.index[s]; ok {
		return i
	}
	l.slots = append(l.slots, s)
	l.index[s] = len(l.slots) - 1
	return len(l.slots) - 1
}

func (l *layout) has(array string) bool { _, ok := l.arrays[array]; return ok }

// array returns the number of the array of a name, a new one if need be.
func (l *layout) array(name string) int {
	if i, ok := l.arrays[name]; ok {
		return i
	}
	l.arrays[name] = l.narrays
	l.narrays++
	return l.narrays - 1
}

func (l *layout) scalar(name string) int {
	if i, ok := l.scalars[name]; ok {
		return i
	}
	l.scalars[name] = len(l.scalars)
	return len(l.scalars) - 1
}

func (l *layout) stream(name string) int {
	if i, ok := l.streams[name]; ok {
		return i
	}
	l.streams[name] = len(l.streams)
	return len(l.streams) - 1
}

// How a parameter is held.
type holding uint8

const (
	shared   holding = iota // one number, which is part of the program
	perCells                // an array that stays as it is during a run
	changing                // an array that resets, events or a network change
	driven                  // a stimulus, one number per step
)

// A builder turns expressions into nodes of a graph.
type builder struct {
	m    *Model
	g    *graph
	lay  *layout
	hold map[string]holding
	val  map[string]float64 // of shared parameters, in the library's units
	n    int                // cells
	dt   float64            // ms

	begin  *builder       // at the beginning of the step, nil there
	env    map[string]ref // what states stand for at this point of a step
	memo   map[string]ref // subexpressions under env
	time   ref            // t
	active ref            // whether the cell is not refractory
}

// stage returns a builder for other values of the states and another time.
func (b *builder) stage(env map[string]ref, time ref) *builder {
	c := *b
	c.env, c.memo, c.time = env, map[string]ref{}, time
	if env != nil && b.begin == nil {
		c.begin = b
	}
	return &c
}

func (b *builder) arrayRef(name string, l level) ref {
	return b.g.slot(b.lay.slot(slot{slotArray, b.lay.array(name)}), l, false)
}

func (b *builder) scalarRef(name string) ref {
	return b.g.slot(b.lay.slot(slot{slotScalar, b.lay.scalar(name)}), perStep, false)
}

// noise returns the normal number of a stream for the cell and step.
func (b *builder) noise(name string) ref {
	return b.g.slot(b.lay.slot(slot{slotNorm, b.lay.stream(name)}), varying, false)
}

// variable returns the node of a state, a subexpression or a parameter.
func (b *builder) variable(v *variable) ref {
	if r, ok := b.env[v.name]; ok {
		return r
	}
	if r, ok := b.memo[v.name]; ok {
		return r
	}
	if b.begin != nil && v.flags["constant over dt"] {
		return b.begin.variable(v)
	}
	var r ref
	switch v.kind {
	case odeEquation:
		r = b.arrayRef(v.name, varying)
	case subexpression:
		r = b.expr(v.rhs)
		for _, t := range v.terms {
			r = b.g.add(r, b.expr(t.rhs))
		}
	default:
		r = b.parameter(v.name)
	}
	if v.typ == boolean && !b.g.nodes[r].truth {
		r = b.g.make(opTruth, r)
	}
	b.memo[v.name] = r
	return r
}

// parameter returns the node of a parameter, a constant or an input.
func (b *builder) parameter(name string) ref {
	switch b.hold[name] {
	case perCells:
		return b.arrayRef(name, perCell)
	case changing:
		return b.arrayRef(name, varying)
	case driven:
		return b.scalarRef(name)
	}
	if x, ok := b.val[name]; ok {
		return b.g.constant(x)
	}
	if k := b.m.consts[name]; k != nil {
		if k.expr != nil {
			return b.expr(k.expr)
		}
		return b.g.constant(k.q.Coherent())
	}
	return b.g.constant(0)
}

func (b *builder) exprs(list []*expr) []ref {
	out := make([]ref, len(list))
	for i, e := range list {
		out[i] = b.expr(e)
	}
	return out
}

// expr returns the node of an expression that has been checked.
func (b *builder) expr(e *expr) ref {
	g := b.g
	switch e.kind {
	case numberExpr, quantityExpr:
		return g.constant(e.value)
	case nameExpr:
		return b.name(e.op)
	case callExpr:
		return b.call(e)
	case unaryExpr:
		x := b.expr(e.args[0])
		switch e.op {
		case "-":
			return g.neg(x)
		case "not":
			return g.not(x)
		}
		return x
	}
	x, y := b.expr(e.args[0]), b.expr(e.args[1])
	switch e.op {
	case "+":
		return g.add(x, y)
	case "-":
		return g.sub(x, y)
	case "*":
		return g.mul(x, y)
	case "/":
		return g.div(x, y)
	case "//":
		return g.make(opFloorDiv, x, y)
	case "%":
		return g.make(opMod, x, y)
	case "**":
		return g.pow(x, y)
	case "<":
		return g.make(opLess, x, y)
	case "<=":
		return g.make(opLessEqual, x, y)
	case ">":
		return g.make(opLess, y, x)
	case ">=":
		return g.make(opLessEqual, y, x)
	case "and":
		return g.and(x, y)
	case "or":
		return g.or(x, y)
	}
	r := g.make(opEqual, g.number(x), g.number(y))
	if e.op == "!=" {
		r = g.not(r)
	}
	return r
}

func (b *builder) name(name string) ref {
	g := b.g
	if r, ok := b.env[name]; ok {
		return r
	}
	if v := b.m.byName[name]; v != nil {
		return b.variable(v)
	}
	if b.m.consts[name] != nil || b.m.inputs[name] != nil {
		return b.parameter(name)
	}
	switch name {
	case "t":
		return b.time
	case "dt":
		return g.constant(b.dt)
	case "t_in_timesteps":
		return b.scalarRef("t_in_timesteps")
	case "lastspike":
		return b.arrayRef("lastspike", varying)
	case "not_refractory":
		return b.active
	case "i":
		return g.slot(b.lay.slot(slot{slotIndex, 0}), perCell, false)
	case "N":
		return g.constant(float64(b.n))
	case "pi":
		return g.constant(math.Pi)
	case "e":
		return g.constant(math.E)
	case "inf":
		return g.constant(math.Inf(1))
	case "True", "true":
		return g.boolean(true)
	case "False", "false":
		return g.boolean(false)
	}
	if isNoise(name) {
		return b.noise(name)
	}
	if k, ok := natureConstants[name]; ok {
		u, _ := units.ParseUnit(k.unit)
		return g.constant(units.Quantity{Value: k.value, Unit: u}.Coherent())
	}
	u, ok := units.InEquations(name)
	if !ok {
		panic("model: the name " + name + " was not checked")
	}
	return g.constant(u.Coherent())
}

// isNoise reports whether a name is white noise: xi, xi_1, xi_a.
func isNoise(name string) bool { return name == "xi" || strings.HasPrefix(name, "xi_") }

func (b *builder) call(e *expr) ref {
	g := b.g
	if b.m.inputs[e.op] != nil && b.m.byName[e.op] == nil {
		return b.parameter(e.op)
	}
	args := b.exprs(e.args)
	switch e.op {
	case "rand", "randn":
		kind := slotUniform
		if e.op == "randn" {
			kind = slotNorm
		}
		return g.slot(b.lay.slot(slot{kind, b.lay.stream(b.place(e))}), varying, false)
	case "int":
		if g.nodes[args[0]].truth {
			return g.number(args[0])
		}
		return g.make(opTrunc, args[0])
	case "clip":
		return g.make(opMin, g.make(opMax, args[0], args[1]), args[2])
	case "timestep":
		return b.timestep(args[0], args[1])
	case "poisson":
		return g.put(node{op: opPoisson, a: args[0], val: float64(b.lay.stream(b.place(e))), level: varying})
	case "abs":
		return g.make(opAbs, args[0])
	}
	return g.make(functions[e.op].op, args[0])
}

// place names the stream of a call: every place in a text has one of its own.
func (b *builder) place(e *expr) string {
	line, col := e.src.at(e.pos)
	return fmt.Sprintf("%s %s %d,%d", e.op, e.src.name, line, col)
}

// timestep returns the number of the step of length dt in which a time lies; the
// thousandth allows for the rounding of multiples of dt.
func (b *builder) timestep(t, dt ref) ref {
	g := b.g
	return g.make(opTrunc, g.div(g.add(t, g.mul(dt, g.constant(1e-3))), dt))
}

// derivatives returns the right sides of the differential equations, per ms, in
// the order of states, under the builder's env.
func (b *builder) derivatives(states []*variable) []ref {
	out := make([]ref, len(states))
	for i, v := range states {
		out[i] = b.expr(v.rhs)
	}
	return out
}
