package model

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/units"
)

// A checker gives every expression of a model its dimension and notes what does
// not fit.
type checker struct {
	m     *Model
	probs *problems
	scope scope
	// local are names that statements define on the way, such as x in
	// "x = v - u; v = x".
	local map[string]meaning
	used  map[string]bool
	done  map[string]bool // constants that have been checked
}

// A scope says which names an expression may use.
type scope uint8

const (
	inEquation  scope = iota // states, parameters, time, and noise
	inStatement              // as in equations, without noise
	inConstant               // other constants and units
)

// A meaning is what an expression is: its dimension and type. ok is false where
// a mistake has been noted already.
type meaning struct {
	dim units.Dim
	typ valueType
	ok  bool
}

var perTime = units.Dim{0, 0, -60}
var timeDim = units.Dim{0, 0, 60}

// model checks everything.
func (c *checker) model() {
	m := c.m
	c.done = map[string]bool{}
	for _, name := range sortedKeys(m.consts) {
		c.constant(m.consts[name], nil)
	}
	for _, v := range m.vars {
		if v.kind == parameter {
			c.value(v)
		}
		for _, e := range append([]equation{v.equation}, v.terms...) {
			c.equation(v, e)
		}
	}
	c.oneNoise()
	c.cycles()
	for _, e := range m.events {
		what := "the threshold"
		if e.name != spike {
			what = "the condition of the event " + e.name
		}
		c.condition(e.when, what)
	}
	c.refractory()
	for _, e := range m.events {
		c.assigned(e.then)
	}
	c.initials()
	c.names()
}

// value checks that the value of a declared parameter has its unit.
func (c *checker) value(v *variable) {
	k := c.m.consts[v.name]
	if k == nil || !k.ok || v.unit.Factor < 0 {
		return
	}
	if k.dim != v.unit.Dim {
		s := c.sourceOf("parameter " + v.name)
		c.probs.add(s, 0, len(s.text), fmt.Sprintf("%s is declared as a %s and its value is a %s", v.name, shown(v.unit.Dim), shown(k.dim)), "give it a value in "+v.unit.Name)
	}
}

func (c *checker) sourceOf(name string) *source {
	for _, s := range c.probs.sources {
		if s.name == name {
			return s
		}
	}
	return &source{name: name}
}

// constant checks the value of a parameter; user is who asked for it.
func (c *checker) constant(k *constant, user *expr) meaning {
	if k.expr == nil {
		return meaning{k.dim, k.typ, k.ok}
	}
	if c.done[k.name] {
		return meaning{k.dim, k.typ, k.ok}
	}
	if k.busy {
		if user != nil {
			c.note(user, fmt.Sprintf("the value of %s needs itself", k.name), "give one of the parameters of this circle a quantity, such as \"10 ms\"")
		}
		return meaning{}
	}
	k.busy = true
	before := c.scope
	c.scope = inConstant
	got := c.of(k.expr)
	c.scope = before
	k.busy = false
	k.dim, k.typ, k.ok = got.dim, got.typ, got.ok
	c.done[k.name] = true
	return got
}

// equation checks one line.
func (c *checker) equation(v *variable, e equation) {
	if e.rhs == nil {
		return
	}
	c.scope = inEquation
	got := c.of(e.rhs)
	if v.flags["constant over dt"] {
		if xi := c.m.noiseOf(e.rhs); xi != "" {
			c.note(e.rhs, fmt.Sprintf("%s is constant over a step, and the white noise %s has no value there", v.name, xi), "leave out the flag, or use randn()")
			return
		}
	}
	if v.unit.Factor < 0 || e.unit.Factor < 0 {
		return
	}
	if e.unit.Dim != v.unit.Dim {
		c.probs.add(e.src, e.pos, e.end, fmt.Sprintf("this term of %s is declared as a %s, and %s as a %s", v.name, shown(e.unit.Dim), v.name, shown(v.unit.Dim)), "give both the same unit")
		return
	}
	if !got.ok {
		return
	}
	if v.typ == boolean != (got.typ == boolean) {
		if v.typ == boolean {
			c.note(e.rhs, fmt.Sprintf("%s is declared boolean and its value is a number", v.name), "write a comparison, such as "+v.name+" = v > 0*mV : boolean")
		} else {
			c.note(e.rhs, fmt.Sprintf("%s is declared as a number and its value is a condition", v.name), "write int(...) around it, or declare it boolean")
		}
		return
	}
	want, what := v.unit.Dim, v.name+" = ..."
	if v.state() {
		want, what = want.Mul(perTime), "d"+v.name+"/dt"
		if v.typ != real {
			c.probs.add(e.src, e.pos, e.end, v.name+" has a differential equation and cannot be an integer or a boolean", "declare it with a unit, or 1")
			return
		}
	}
	if got.dim != want {
		declared := v.unit.Name
		if declared == "" {
			declared = "1"
		}
		c.note(e.rhs, fmt.Sprintf("%s : %s needs a %s on the right side; this is a %s", what, declared, shown(want), shown(got.dim)), remedy(got.dim, want))
	}
}

// condition checks an expression that must be true or false.
func (c *checker) condition(e *expr, what string) {
	if e == nil {
		return
	}
	c.scope = inStatement
	if got := c.of(e); got.ok && got.typ != boolean {
		c.note(e, fmt.Sprintf("%s must be a condition; this is a %s", what, shown(got.dim)), "compare it with something, as in v > -50*mV")
	}
}

func (c *checker) refractory() {
	e := c.m.refract
	if e == nil {
		return
	}
	c.scope = inStatement
	got := c.of(e)
	c.m.refTime = got.typ != boolean
	if got.ok && got.typ != boolean && got.dim != timeDim {
		c.note(e, fmt.Sprintf("refractory must be a time or a condition; this is a %s", shown(got.dim)), "write it as 2*ms, or as v > -40*mV")
	}
}

// assigned checks the statements of a reset or of an event.
func (c *checker) assigned(list []statement) {
	c.scope = inStatement
	c.local, c.used = map[string]meaning{}, map[string]bool{}
	defer func() { c.local = nil }()
	defined := map[string]statement{}
	for _, s := range list {
		got := c.of(s.rhs)
		v := c.m.byName[s.name]
		want := meaning{}
		switch {
		case v != nil && v.kind == subexpression:
			c.probs.add(s.src, s.pos, s.end, s.name+" is a subexpression and follows from the other variables", "assign one of "+listed(c.m.names(odeEquation, parameter)))
			continue
		case v != nil && v.flags["shared"]:
			c.probs.add(s.src, s.pos, s.end, s.name+" is shared by all cells, and one cell cannot change it", "leave (shared) out")
			continue
		case v != nil && v.flags["constant"]:
			c.probs.add(s.src, s.pos, s.end, s.name+" is a constant parameter and cannot be assigned", "leave (constant) out")
			continue
		case v != nil:
			if v.kind == parameter {
				v.changed = true
			}
			if v.unit.Factor < 0 {
				continue
			}
			want = meaning{v.unit.Dim, v.typ, true}
		case c.m.consts[s.name] != nil:
			c.probs.add(s.src, s.pos, s.end, s.name+" is a constant and cannot be assigned", "declare it in the equations: "+s.name+" : unit")
			continue
		default:
			l, known := c.local[s.name]
			if slices.Contains(c.probs.lost, s.name) {
				continue
			}
			if !known && s.op != "=" {
				c.probs.add(s.src, s.pos, s.end, c.unknown(s.name), "assign one of "+listed(c.m.names(odeEquation, parameter)))
				continue
			}
			if !known || s.op == "=" {
				if _, again := defined[s.name]; !again {
					defined[s.name] = s
				}
				c.local[s.name] = got
				continue
			}
			want = l
		}
		if !got.ok || !want.ok {
			continue
		}
		switch s.op {
		case "=", "+=", "-=":
			if got.dim != want.dim {
				c.note(s.rhs, fmt.Sprintf("%s is a %s; this is a %s", s.name, shown(want.dim), shown(got.dim)), remedy(got.dim, want.dim))
			} else if got.typ == boolean && want.typ != boolean {
				c.note(s.rhs, s.name+" is a number; this is a condition", "write int(...) around it")
			}
		case "*=", "/=", "**=":
			if !got.dim.IsOne() {
				c.note(s.rhs, fmt.Sprintf("%s is a %s, and %s a %s would change its dimension", s.name, shown(want.dim), s.op, shown(got.dim)), "the right side must be a plain number")
			} else if s.op == "**=" && !want.dim.IsOne() {
				c.note(s.rhs, fmt.Sprintf("%s is a %s, and **= would change its dimension", s.name, shown(want.dim)), "only plain numbers can be raised to a power in place")
			}
		}
	}
	for name, s := range defined {
		if !c.used[name] {
			c.probs.add(s.src, s.pos, s.end, c.unknown(name), "assign one of "+listed(c.m.names(odeEquation, parameter)))
		}
	}
}

// initials checks the values at time 0 and puts them in order.
func (c *checker) initials() {
	c.scope = inStatement
	m := c.m
	for _, name := range sortedKeys(m.initial) {
		v, e := m.byName[name], m.initial[name]
		got := c.of(e)
		if !got.ok || v.unit.Factor < 0 {
			continue
		}
		if got.dim != v.unit.Dim {
			c.note(e, fmt.Sprintf("%s is a %s; its value at time 0 is a %s", name, shown(v.unit.Dim), shown(got.dim)), remedy(got.dim, v.unit.Dim))
		}
	}
	const busy, done = 1, 2
	mark := map[string]int{}
	var visit func(name string, from *expr)
	visit = func(name string, from *expr) {
		e := m.initial[name]
		switch {
		case mark[name] == done:
		case mark[name] == busy:
			c.note(from, "the value of "+name+" at time 0 needs itself", "give one of the variables of this circle a quantity")
		default:
			mark[name] = busy
			c.eachVariable(e, map[string]bool{}, func(other string) {
				if m.initial[other] != nil && other != name {
					visit(other, e)
				}
			})
			mark[name] = done
			m.order = append(m.order, name)
		}
	}
	for _, v := range m.vars {
		if m.initial[v.name] != nil {
			visit(v.name, m.initial[v.name])
		}
	}
}

// eachVariable calls f for every state or parameter on which e depends, also by
// way of subexpressions.
func (c *checker) eachVariable(e *expr, seen map[string]bool, f func(name string)) {
	if e == nil {
		return
	}
	if e.kind == nameExpr || e.kind == callExpr {
		if v := c.m.byName[e.op]; v != nil && !seen[e.op] {
			seen[e.op] = true
			if v.kind == subexpression {
				c.eachVariable(v.rhs, seen, f)
				for _, t := range v.terms {
					c.eachVariable(t.rhs, seen, f)
				}
			} else {
				f(e.op)
			}
		}
	}
	for _, a := range e.args {
		c.eachVariable(a, seen, f)
	}
}

// oneNoise refuses xi in several equations: whether they share it or have one
// each cannot be told.
func (c *checker) oneNoise() {
	first := ""
	for _, v := range c.m.vars {
		if !v.state() {
			continue
		}
		var x *expr
		c.m.eachNoise(v.rhs, map[string]bool{}, func(e *expr) {
			if e.op == "xi" {
				x = e
			}
		})
		switch {
		case x == nil:
		case first == "":
			first = v.name
		default:
			c.note(x, fmt.Sprintf("xi is in the equations of %s and %s; it is not clear whether they share the noise", first, v.name), "write xi_"+v.name+" for noise of its own, or the same xi_name in both for shared noise")
		}
	}
}

// cycles notes subexpressions that need themselves.
func (c *checker) cycles() {
	const busy, done = 1, 2
	mark := map[string]int{}
	var visit func(v *variable, path []string)
	var walk func(e *expr, path []string)
	walk = func(e *expr, path []string) {
		if e == nil {
			return
		}
		if e.kind == nameExpr {
			if v := c.m.byName[e.op]; v != nil && v.kind == subexpression {
				if mark[v.name] == busy {
					c.note(e, fmt.Sprintf("%s needs itself: %s", v.name, strings.Join(append(path, v.name), " needs ")), "make one of them a differential equation or a parameter")
				} else {
					visit(v, path)
				}
			}
		}
		for _, a := range e.args {
			walk(a, path)
		}
	}
	visit = func(v *variable, path []string) {
		if mark[v.name] == done {
			return
		}
		mark[v.name] = busy
		path = append(path, v.name)
		walk(v.rhs, path)
		for _, t := range v.terms {
			walk(t.rhs, path)
		}
		mark[v.name] = done
	}
	for _, v := range c.m.vars {
		if v.kind == subexpression {
			visit(v, nil)
		}
	}
}

// names checks Input, V and Method.
func (c *checker) names() {
	m := c.m
	if n := m.opts.Input; n != "" && m.inputs[n] == nil && (m.byName[n] == nil || m.byName[n].kind != parameter) {
		s := &source{"option Input", n}
		c.probs.sources = append(c.probs.sources, s)
		c.probs.add(s, 0, len(n), n+" is not a parameter of the equations", "declare it: "+n+" : amp")
	}
	if n := m.opts.V; n != "" && m.byName[n] == nil {
		s := &source{"option V", n}
		c.probs.sources = append(c.probs.sources, s)
		c.probs.add(s, 0, len(n), n+" is not a variable of the equations", "variables are "+listed(m.names(odeEquation, subexpression)))
	} else if v := m.byName[n]; v != nil && v.kind == subexpression {
		if xi := m.noiseOf(&expr{kind: nameExpr, op: n}); xi != "" {
			s := &source{"option V", n}
			c.probs.sources = append(c.probs.sources, s)
			c.probs.add(s, 0, len(n), n+" holds the white noise "+xi+", which has no value at a time", "record a variable of the equations")
		}
	}
	if n := m.opts.Method; n != "" && methodNames[n] == "" {
		s := &source{"option Method", n}
		c.probs.sources = append(c.probs.sources, s)
		c.probs.add(s, 0, len(n), "there is no method "+quote(n), "methods are "+listed(sortedKeys(methodNames)))
	}
}

// shown is a dimension in words, with its unit: "voltage (V)".
func shown(d units.Dim) string {
	if d.IsOne() {
		return "plain number"
	}
	if k := d.Kind(); !strings.HasPrefix(k, "quantity") {
		return k + " (" + d.String() + ")"
	}
	return d.Kind()
}

// remedy says what turns a dimension into another.
func remedy(have, want units.Dim) string {
	factor := want.Div(have)
	switch {
	case factor == units.Dim{0, 0, 30} || factor == units.Dim{0, 0, -30}:
		return "white noise xi is in 1/sqrt(second): a term of noise is written sigma*sqrt(2/tau)*xi"
	case have.IsOne():
		return "give it a unit: multiply it by " + suggestion(want)
	case want.IsOne():
		return "divide it by " + suggestion(have) + ", or by something else that is a " + have.Kind()
	case !strings.HasPrefix(factor.Kind(), "quantity"):
		return "multiply it by a " + shown(factor) + inverse(factor, ", or divide it by a ")
	case !strings.HasPrefix(units.Dim{}.Div(factor).Kind(), "quantity"):
		return "divide it by a " + shown(units.Dim{}.Div(factor))
	}
	return "its factor should have the unit " + factor.String() + ": look for a forgotten or doubled term"
}

func inverse(d units.Dim, before string) string {
	if k := (units.Dim{}).Div(d); !strings.HasPrefix(k.Kind(), "quantity") {
		return before + shown(k)
	}
	return ""
}

// suggestion is a unit as it would be written in an equation.
func suggestion(d units.Dim) string {
	for _, s := range []string{"mV", "ms", "pA", "nS", "pF", "Mohm", "Hz", "mM", "um", "uA/cm**2", "msiemens/cm**2", "uF/cm**2", "mV/ms", "nA/ms"} {
		if u, err := units.ParseUnit(s); err == nil && u.Dim == d {
			return s
		}
	}
	return "a unit of " + d.String()
}

// fixed returns the value of an expression of plain constants.
func (c *checker) fixed(e *expr) (v float64, ok bool) {
	switch e.kind {
	case numberExpr:
		return e.value, true
	case nameExpr:
		if c.m.byName[e.op] == nil {
			if k := c.m.consts[e.op]; k != nil {
				if k.expr == nil {
					return k.q.Coherent(), k.ok
				}
				return c.fixed(k.expr)
			}
			if e.op == "pi" {
				return math.Pi, true
			}
		} else if k := c.m.consts[e.op]; k != nil && k.expr == nil && c.m.byName[e.op].kind == parameter {
			return k.q.Coherent(), k.ok
		}
		return 0, false
	case unaryExpr:
		v, ok = c.fixed(e.args[0])
		if e.op == "-" {
			v = -v
		}
		return v, ok && e.op != "not"
	case binaryExpr:
		a, ok1 := c.fixed(e.args[0])
		b, ok2 := c.fixed(e.args[1])
		if !ok1 || !ok2 {
			return 0, false
		}
		switch e.op {
		case "+":
			return a + b, true
		case "-":
			return a - b, true
		case "*":
			return float64(a * b), true
		case "/":
			return a / b, true
		}
	}
	return 0, false
}
