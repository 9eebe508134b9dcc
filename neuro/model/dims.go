package model

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/units"
)

func (c *checker) note(e *expr, message, remedy string) {
	c.probs.add(e.src, e.pos, e.end, message, remedy)
}

// of returns what an expression is.
func (c *checker) of(e *expr) meaning {
	if e == nil {
		return meaning{}
	}
	switch e.kind {
	case numberExpr:
		typ := real
		if e.value == math.Trunc(e.value) && !strings.ContainsAny(e.src.text[e.pos:e.end], ".eE") {
			typ = integer
		}
		return meaning{typ: typ, ok: true}
	case quantityExpr:
		return meaning{dim: e.dim, ok: true}
	case nameExpr:
		return c.name(e)
	case callExpr:
		return c.call(e)
	case unaryExpr:
		x := c.of(e.args[0])
		if !x.ok {
			return x
		}
		if e.op == "not" {
			if x.typ != boolean {
				c.note(e.args[0], fmt.Sprintf("not needs a condition; %s is a %s", e.args[0].text(), shown(x.dim)), "compare it with something, as in v > -50*mV")
				return meaning{}
			}
			return x
		}
		if x.typ == boolean {
			return c.notNumber(e.args[0])
		}
		return x
	}
	return c.binary(e)
}

func (c *checker) notNumber(e *expr) meaning {
	c.note(e, e.text()+" is a condition and not a number", "write int("+e.text()+"), which is 1 where it holds and 0 elsewhere")
	return meaning{}
}

func (c *checker) binary(e *expr) meaning {
	x, y := c.of(e.args[0]), c.of(e.args[1])
	if !x.ok || !y.ok {
		// The type of a comparison is known even where its sides are not.
		return meaning{}
	}
	if e.op == "and" || e.op == "or" {
		for i, z := range []meaning{x, y} {
			if z.typ != boolean {
				c.note(e.args[i], fmt.Sprintf("%s needs conditions; %s is a %s", e.op, e.args[i].text(), shown(z.dim)), "compare it with something, as in v > -50*mV")
				return meaning{}
			}
		}
		return x
	}
	if x.typ == boolean && y.typ == boolean && (e.op == "==" || e.op == "!=") {
		return meaning{typ: boolean, ok: true}
	}
	for i, z := range []meaning{x, y} {
		if z.typ == boolean {
			return c.notNumber(e.args[i])
		}
	}
	typ := real
	if x.typ == integer && y.typ == integer && e.op != "/" {
		typ = integer
	}
	switch e.op {
	case "*":
		return c.bounded(e, meaning{x.dim.Mul(y.dim), typ, true})
	case "/":
		return c.bounded(e, meaning{x.dim.Div(y.dim), typ, true})
	case "**":
		return c.power(e, x, y, typ)
	case "//":
		if x.dim != y.dim {
			c.mismatch(e, x, y, "divided without a remainder")
			return meaning{}
		}
		return meaning{typ: typ, ok: true}
	}
	verb := map[string]string{"+": "added", "-": "subtracted", "%": "divided with a remainder"}[e.op]
	if verb == "" {
		verb = "compared"
		typ = boolean
	}
	if x.dim != y.dim {
		c.mismatch(e, x, y, verb)
		return meaning{}
	}
	if typ == boolean {
		return meaning{typ: boolean, ok: true}
	}
	return meaning{x.dim, typ, true}
}

// bounded refuses dimensions that no quantity has.
func (c *checker) bounded(e *expr, m meaning) meaning {
	for _, x := range m.dim {
		if x > 60*100 || x < -60*100 {
			c.note(e, "the dimension of this product is out of reach", "look for a power that is too large")
			return meaning{}
		}
	}
	return m
}

// mismatch notes that two sides have different dimensions.
func (c *checker) mismatch(e *expr, x, y meaning, verb string) {
	a, b := e.args[0], e.args[1]
	message := fmt.Sprintf("%s is a %s and %s is a %s; they cannot be %s", brief(a), shown(x.dim), brief(b), shown(y.dim), verb)
	advice := ""
	switch {
	case y.dim.IsOne():
		advice = fmt.Sprintf("give %s a unit: %s*%s; or divide %s by %s", brief(b), bracketed(b), suggestion(x.dim), brief(a), suggestion(x.dim))
	case x.dim.IsOne():
		advice = fmt.Sprintf("give %s a unit: %s*%s; or divide %s by %s", brief(a), bracketed(a), suggestion(y.dim), brief(b), suggestion(y.dim))
	default:
		advice = strings.Replace(remedy(y.dim, x.dim), " it ", " "+brief(b)+" ", 1)
	}
	c.note(e, message, advice)
}

// brief is an expression in a message.
func brief(e *expr) string {
	s := e.text()
	if r := []rune(s); len(r) > 40 {
		s = string(r[:37]) + "..."
	}
	return s
}

func bracketed(e *expr) string {
	if s := brief(e); e.kind == binaryExpr && !strings.HasPrefix(s, "(") {
		return "(" + s + ")"
	}
	return brief(e)
}

func (c *checker) power(e *expr, x, y meaning, typ valueType) meaning {
	if !y.dim.IsOne() {
		c.note(e.args[1], fmt.Sprintf("the exponent %s is a %s; it must be a plain number", brief(e.args[1]), shown(y.dim)), "divide it by "+suggestion(y.dim))
		return meaning{}
	}
	if x.dim.IsOne() {
		return meaning{typ: typ, ok: true}
	}
	p, ok := c.fixed(e.args[1])
	if !ok {
		c.note(e, fmt.Sprintf("%s is a %s, and its exponent is not a fixed number: the dimension of the power is not known", brief(e.args[0]), shown(x.dim)), "divide "+brief(e.args[0])+" by "+suggestion(x.dim)+" first")
		return meaning{}
	}
	d, ok := x.dim.Pow(p)
	if !ok {
		c.note(e, fmt.Sprintf("the power %g of a %s has no dimension that can be held", p, shown(x.dim)), "divide "+brief(e.args[0])+" by "+suggestion(x.dim)+" first")
		return meaning{}
	}
	return c.bounded(e, meaning{d, real, true})
}

// name returns what a name stands for: a variable of the equations, a constant,
// an input, a word of the language or a unit, in this order.
func (c *checker) name(e *expr) meaning {
	m, name := c.m, e.op
	if l, ok := c.local[name]; ok {
		c.used[name] = true
		return l
	}
	if v := m.byName[name]; v != nil {
		if c.scope == inConstant {
			if k := m.consts[name]; k != nil && v.kind == parameter {
				return c.constant(k, e)
			}
			c.note(e, fmt.Sprintf("%s is a %s of the equations; the value of a parameter can only use other values and units", name, v.kind), "make it a subexpression of the equations")
			return meaning{}
		}
		if c.scope == inStatement && v.kind == subexpression {
			if xi := m.noiseOf(e); xi != "" {
				c.note(e, fmt.Sprintf("%s holds the white noise %s, which can stand on the right side of a differential equation only", name, xi), "elsewhere use randn()")
				return meaning{}
			}
		}
		return meaning{v.unit.Dim, v.typ, v.unit.Factor >= 0}
	}
	if k := m.consts[name]; k != nil {
		return c.constant(k, e)
	}
	if in := m.inputs[name]; in != nil && c.scope != inConstant {
		return meaning{in.unit.Dim, real, in.unit.Factor >= 0}
	}
	if c.scope != inConstant {
		switch name {
		case "t", "dt":
			return meaning{timeDim, real, true}
		case "lastspike":
			if m.opts.Threshold == "" {
				c.note(e, "lastspike has no meaning without a threshold", "give Threshold a condition such as \"v > -50*mV\"")
				return meaning{}
			}
			return meaning{timeDim, real, true}
		case "not_refractory":
			return meaning{typ: boolean, ok: true}
		case "i", "N", "t_in_timesteps":
			return meaning{typ: integer, ok: true}
		}
		if name == "xi" || strings.HasPrefix(name, "xi_") {
			if c.scope == inStatement || c.scope == inConstant {
				c.note(e, "the white noise "+name+" can stand on the right side of a differential equation only, or in a subexpression that does", "elsewhere use randn()")
				return meaning{}
			}
			return meaning{units.Dim{0, 0, -30}, real, true}
		}
	}
	switch name {
	case "pi", "e", "inf":
		return meaning{ok: true}
	case "True", "False", "true", "false":
		return meaning{typ: boolean, ok: true}
	}
	if k, ok := natureConstants[name]; ok {
		u, _ := units.ParseUnit(k.unit)
		return meaning{u.Dim, real, true}
	}
	if u, ok := units.InEquations(name); ok {
		return meaning{u.Dim, real, true}
	}
	if !slices.Contains(c.probs.lost, name) {
		c.note(e, c.unknown(name), c.declare(name))
	}
	return meaning{}
}

// unknown says that a name is not known, and which one is spelled like it.
func (c *checker) unknown(name string) string {
	if _, ok := functions[name]; ok {
		return name + " is a function; its arguments are missing"
	}
	known := append(c.m.names(odeEquation, subexpression, parameter), sortedKeys(c.m.consts)...)
	known = append(known, sortedKeys(c.m.inputs)...)
	best, d := "", 3
	for _, k := range known {
		n := spell.Distance(name, k)
		if strings.EqualFold(name, k) {
			n = 0
		}
		if n < d && n < len(name) {
			best, d = k, n
		}
	}
	if best == "" {
		best = units.Nearest(name)
		if len(name) < 2 {
			best = ""
		}
	}
	if best != "" {
		return name + " is not known; did you mean " + best + "?"
	}
	return name + " is not known"
}

func (c *checker) declare(name string) string {
	if c.scope == inConstant {
		return "the value of a parameter can use other values of Params and units"
	}
	if _, ok := units.Lookup(name); ok && len(name) == 1 {
		long := map[string]string{"V": "volt", "A": "amp", "S": "siemens", "F": "farad", "s": "second", "m": "metre", "K": "kelvin", "C": "coulomb"}[name]
		if long != "" {
			return "the unit is written " + long + " in equations; a parameter is declared as " + name + " : unit, or given in Params"
		}
	}
	if strings.HasSuffix(name, "_post") || strings.HasSuffix(name, "_pre") {
		return "equations here are of one cell: write " + name[:strings.LastIndexByte(name, '_')] + "; what a synapse does is said by the projections of a network"
	}
	value, unit := "10 ms", "second"
	for _, x := range usual {
		if x.names.MatchString(name) {
			value, unit = x.value, x.unit
			break
		}
	}
	return "give it a value in Params: {\"" + name + "\": \"" + value + "\"}; or declare it in the equations: " + name + " : " + unit
}

// usual are examples of values for names as papers have them.
var usual = []struct {
	names       *regexp.Regexp
	value, unit string
}{
	{regexp.MustCompile(`(?i)^(tau|delay|t_|period)`), "10 ms", "second"},
	{regexp.MustCompile(`^([EvV]|thr|Delta|sigma|mu)`), "-65 mV", "volt"},
	{regexp.MustCompile(`^I`), "100 pA", "amp"},
	{regexp.MustCompile(`^[gG]`), "10 nS", "siemens"},
	{regexp.MustCompile(`^C`), "200 pF", "farad"},
	{regexp.MustCompile(`^R`), "100 Mohm", "ohm"},
	{regexp.MustCompile(`^(f|freq|rate|alpha|beta|a_|b_)`), "10 Hz", "Hz"},
	{regexp.MustCompile(`^[nwWxpUu]`), "0.5", "1"},
}
