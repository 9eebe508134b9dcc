package model

import (
	"fmt"
	"math"
	"regexp"
	"sort"
	"strings"
	"unicode"

	"github.com/neurorepl/neurorepl/neuro/units"
)

// Options are what a cell has besides its equations. The zero value is a cell
// that never fires.
type Options struct {
	Name string // of the model, for titles

	// Params are the values of parameters: quantities such as "10 ms", or
	// expressions of other parameters such as "C/gL". A name that the equations
	// use and do not declare becomes a constant; one that they declare gets its
	// value. Parameters without a value are 0.
	Params map[string]string
	// Initial are the values of variables at time 0: quantities, or expressions
	// of parameters and other variables, such as "alpha_m/(alpha_m + beta_m)" or
	// "El + 5*mV*randn()". Variables without one begin at 0.
	Initial map[string]string
	// Values are those of declared parameters and of variables at time 0 that are
	// known for each cell of a population, in the natural unit of each (mV, pA, nS,
	// um): as many as there are cells. Initial may use them.
	Values map[string][]float64

	Threshold string // condition under which the cell fires, such as "v > -50*mV"
	Reset     string // what then happens, such as "v = -70*mV; w += b"
	// Refractory is how long the cell does not fire again, and equations marked
	// (unless refractory) stand still: a time such as "2*ms", or a condition such
	// as "v > -40*mV" that must have ended.
	Refractory string
	// Events are further ones besides the spike, by name: what changes in a cell at
	// the end of each step in which its condition holds. They follow the spike, in
	// the order of their names.
	Events map[string]Event
	// Inputs are the units of names whose values come from a stimulus or from
	// another part of a network and which the equations use without declaring
	// them: {"I": "nA"}. A call such as I(t) means the same as I.
	Inputs map[string]string
	// Input is the name that the stimulus of Simulate drives; "I" if empty.
	Input string
	// V is the variable that Simulate returns as the membrane potential; if
	// empty v, V or else the first one.
	V string

	// Tolerance is the relative error that a step of the method rk45 may have, 1e-6
	// if 0, of 1 plus the size of a variable in the library's units.
	Tolerance float64
	Method    string // of integration, by name; if empty the equations decide (see Explain)
	Seed      uint64 // of the noise and of random initial values
}

// An Event is a condition such as "c > 0.5*uM", and statements such as "x += 1"
// that change the cells in which it holds.
type Event struct{ When, Do string }

// A Model is a set of checked equations. It is not changed by simulating.
type Model struct {
	text string
	opts Options

	vars    []*variable // in the order of the text
	byName  map[string]*variable
	consts  map[string]*constant // Params that the text does not declare, and values of those it does
	inputs  map[string]*input
	events  []happening // the spike first, if there is a threshold
	refract *expr
	refTime bool // refract is a time rather than a condition
	initial map[string]*expr
	order   []string // of initial, dependencies first
}

// A variable is a state, a subexpression or a parameter.
type variable struct {
	equation
	terms   []equation // further terms of a subexpression
	changed bool       // a parameter that a reset or an event assigns
}

func (v *variable) state() bool { return v.kind == odeEquation }

// A happening is an event with its condition and what then changes.
type happening struct {
	name string
	when *expr
	then []statement
}

// spike is the name of the event that the threshold makes.
const spike = "spike"

// A constant is the value of a parameter.
type constant struct {
	name string
	expr *expr          // nil for a quantity
	q    units.Quantity // where expr is nil
	dim  units.Dim
	typ  valueType
	ok   bool // its dimension is known
	busy bool // being checked
}

// An input is a name whose values come from outside.
type input struct {
	name string
	unit units.Unit
}

// Parse reads and checks a model. The error is a Problems: every mistake of the
// texts, each with its place and remedy.
func Parse(equations string, o Options) (*Model, error) {
	m := &Model{text: equations, opts: o, byName: map[string]*variable{}, consts: map[string]*constant{}, inputs: map[string]*input{}, initial: map[string]*expr{}}
	probs := &problems{}
	m.collect(parseEquations(&source{"equations", equations}, probs), probs)
	m.options(probs)
	c := &checker{m: m, probs: probs}
	c.model()
	if err := probs.err(); err != nil {
		return nil, err
	}
	return m, nil
}

// collect sorts equations into variables.
func (m *Model) collect(equations []equation, probs *problems) {
	for _, e := range equations {
		old := m.byName[e.name]
		switch {
		case e.kind == addition && old != nil && old.kind == subexpression:
			old.terms = append(old.terms, e)
		case e.kind == addition && old == nil:
			v := &variable{equation: e}
			v.kind = subexpression
			m.vars = append(m.vars, v)
			m.byName[e.name] = v
		case e.kind == subexpression && old != nil && old.kind == subexpression && old.rhs != nil && len(old.terms) == 0 && m.startedAsTerm(old):
			old.terms = append(old.terms, old.equation)
			old.equation = e
		case old != nil:
			line, _ := old.src.at(old.pos)
			probs.add(e.src, e.pos, e.end, fmt.Sprintf("%s is defined twice; it is a %s on line %d already", e.name, old.kind, line), "leave one of the two out, or write += to add a term to a subexpression")
		default:
			v := &variable{equation: e}
			m.vars = append(m.vars, v)
			m.byName[e.name] = v
		}
	}
}

// startedAsTerm reports whether a subexpression has been begun by a line with +=,
// so that a line with = may still follow.
func (m *Model) startedAsTerm(v *variable) bool {
	for i := v.end; i < len(v.src.text); i++ {
		switch v.src.text[i] {
		case ' ', '\t':
		case '+':
			return true
		default:
			return false
		}
	}
	return false
}

// options reads the texts of the options.
func (m *Model) options(probs *problems) {
	o := &m.opts
	for _, name := range sortedKeys(o.Params) {
		s := &source{"parameter " + name, o.Params[name]}
		c := &constant{name: name}
		if q, ok := m.quantity(s.text); ok {
			c.q, c.dim, c.ok = q, q.Unit.Dim, true
			probs.sources = append(probs.sources, s)
		} else if c.expr = parseExpr(s, probs); c.expr == nil {
			c.busy = true
		}
		if v := m.byName[name]; v != nil && v.kind != parameter {
			probs.add(s, 0, len(s.text), fmt.Sprintf("%s is a %s of the equations and has no value of its own", name, v.kind), remedyFor(v))
		}
		m.consts[name] = c
	}
	for _, name := range sortedKeys(o.Inputs) {
		s := &source{"input " + name, o.Inputs[name]}
		probs.sources = append(probs.sources, s)
		u, err := units.ParseUnit(s.text)
		if err != nil {
			message, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "units: "), "; write units")
			probs.add(s, 0, len(s.text), message, "write units as mV, uF/cm^2, nS*cm**-2 or 1/ms")
			u.Factor = -1
		}
		m.inputs[name] = &input{name, u}
	}
	if o.Threshold != "" {
		m.events = append(m.events, happening{name: spike, when: parseExpr(&source{"threshold", o.Threshold}, probs)})
	}
	if o.Reset != "" {
		s := &source{"reset", o.Reset}
		list := parseStatements(s, probs)
		if o.Threshold == "" {
			probs.add(s, 0, len(s.text), "there is a reset and no threshold", "give Threshold a condition such as \"v > -50*mV\"")
		} else {
			m.events[0].then = list
		}
	}
	for _, name := range sortedKeys(o.Events) {
		e := o.Events[name]
		s := &source{"event " + name, e.When}
		if name == spike || strings.TrimSpace(e.When) == "" {
			probs.sources = append(probs.sources, s)
			message, remedy := "the event spike is that of Threshold", "give it to Threshold and Reset, or choose another name"
			if name != spike {
				message, remedy = "the event "+name+" has no condition", "give When a condition such as \"v > -50*mV\""
			}
			probs.add(s, 0, len(s.text), message, remedy)
			continue
		}
		m.events = append(m.events, happening{name, parseExpr(s, probs), parseStatements(&source{"what event " + name + " does", e.Do}, probs)})
	}
	if o.Refractory != "" {
		s := &source{"refractory", o.Refractory}
		if o.Threshold == "" {
			probs.add(s, 0, len(s.text), "there is a refractory time and no threshold", "give Threshold a condition such as \"v > -50*mV\"")
		}
		m.refract = parseExpr(s, probs)
	}
	for _, name := range sortedKeys(o.Values) {
		m.given(name, probs)
	}
	for _, name := range sortedKeys(o.Initial) {
		s := &source{"initial " + name, o.Initial[name]}
		v := m.byName[name]
		if v == nil || v.kind == subexpression {
			probs.sources = append(probs.sources, s)
			message := name + " is not a variable of the equations"
			if v != nil {
				message = name + " is a subexpression; it follows from the other variables"
			}
			probs.add(s, 0, len(s.text), message, "variables are "+listed(m.names(odeEquation, parameter)))
			continue
		}
		if e := m.parseValue(s, probs); e != nil {
			m.initial[name] = e
		}
	}
}

// given checks the values of a name for each cell.
func (m *Model) given(name string, probs *problems) {
	s := &source{"values of " + name, name}
	v := m.byName[name]
	_, twice := m.opts.Initial[name]
	switch _, set := m.opts.Params[name]; {
	case v == nil || v.kind == subexpression:
		probs.sources = append(probs.sources, s)
		probs.add(s, 0, len(name), name+" is neither a variable nor a declared parameter of the equations", "those are "+listed(m.names(odeEquation, parameter)))
		return
	case v.flags["shared"]:
		probs.sources = append(probs.sources, s)
		probs.add(s, 0, len(name), name+" is shared by all cells", "give it one value in Params")
		return
	case twice || set:
		probs.sources = append(probs.sources, s)
		probs.add(s, 0, len(name), name+" has Values and another value in Initial or Params", "leave one of the two out")
		return
	}
	for i, x := range m.opts.Values[name] {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			probs.sources = append(probs.sources, s)
			probs.add(s, 0, len(name), fmt.Sprintf("value %d of %s is %g", i, name, x), "it must be finite")
			return
		}
	}
}

// parseValue reads a quantity such as "10 nA", or else an expression. The name of
// a variable or parameter is an expression even where a unit is spelled alike: EL is
// not an exalitre, nor g a gram.
func (m *Model) parseValue(s *source, probs *problems) *expr {
	if q, ok := m.quantity(s.text); ok {
		probs.sources = append(probs.sources, s)
		return &expr{kind: quantityExpr, value: q.Coherent(), dim: q.Unit.Dim, src: s, end: len(s.text)}
	}
	return parseExpr(s, probs)
}

// numberAndUnit is a number with a unit right behind it, as in 10 V/s, which is no
// expression, whatever the names of the model are.
var numberAndUnit = regexp.MustCompile(`^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*[^-+*/()0-9.\s]`)

// quantity reads a text as a quantity, if it has no name of the model in it.
func (m *Model) quantity(text string) (units.Quantity, bool) {
	if numberAndUnit.MatchString(text) {
		q, err := units.Parse(text)
		return q, err == nil
	}
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		_, isParam := m.opts.Params[name]
		if isParam || m.byName[name] != nil {
			return units.Quantity{}, false
		}
	}
	q, err := units.Parse(text)
	return q, err == nil
}

// names returns the names of the variables of some kinds.
func (m *Model) names(kinds ...equationKind) (out []string) {
	for _, v := range m.vars {
		for _, k := range kinds {
			if v.kind == k {
				out = append(out, v.name)
			}
		}
	}
	return out
}

// states returns the variables with a differential equation.
func (m *Model) states() (out []*variable) {
	for _, v := range m.vars {
		if v.state() {
			out = append(out, v)
		}
	}
	return out
}

// Name returns the name of the model.
func (m *Model) Name() string {
	if m.opts.Name == "" {
		return "model"
	}
	return m.opts.Name
}

// Text returns the equations as they were given.
func (m *Model) Text() string { return m.text }

// Options returns the options as they were given.
func (m *Model) Options() Options { return m.opts }

// Equations returns Text and Options: what Parse made the model of. With it a model
// is a cell for the analyses of package neuron.
func (m *Model) Equations() (text string, o Options) { return m.text, m.opts }

// Potential returns the name of the variable that Simulate returns as the membrane
// potential, "" without a differential equation.
func (m *Model) Potential() string {
	states := m.states()
	if len(states) == 0 {
		return ""
	}
	return states[m.potential(states)].name
}

// With returns a copy of the model with other values of parameters, which is
// checked anew: m.With(map[string]string{"gK": "0 nS"}).
func (m *Model) With(params map[string]string) (*Model, error) {
	o := m.opts
	o.Params = map[string]string{}
	for k, v := range m.opts.Params {
		o.Params[k] = v
	}
	for k, v := range params {
		if _, ok := o.Params[k]; !ok && m.byName[k] == nil {
			return nil, fmt.Errorf("model: With: %s is not a parameter of the model; parameters are %s", k, listed(append(m.names(parameter), sortedKeys(o.Params)...)))
		}
		o.Params[k] = v
	}
	return Parse(m.text, o)
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// listed joins names for a message.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if len(names) > 12 {
		names = append(append([]string(nil), names[:12]...), "...")
	}
	s := names[0]
	for i, n := range names[1:] {
		if i == len(names)-2 && n != "..." {
			s += " and " + n
		} else {
			s += ", " + n
		}
	}
	return s
}

func remedyFor(v *variable) string {
	if v.state() {
		return "its value at time 0 goes to Initial"
	}
	return "change its equation, or declare it as a parameter: " + v.name + " : unit"
}

// Parameters returns the parameters, declared by the equations or given in Params,
// with their units.
func (m *Model) Parameters() map[string]string {
	out := map[string]string{}
	for _, v := range m.vars {
		if v.kind == parameter {
			out[v.name] = written(v.unit)
		}
	}
	for name, k := range m.consts {
		if _, ok := out[name]; !ok && m.byName[name] == nil {
			out[name] = written(units.Unit{Dim: k.dim, Factor: 1})
		}
	}
	return out
}

// written returns the natural unit of a unit as equations declare it.
func written(u units.Unit) string {
	if name := u.Natural().Name; name != "" {
		return name
	}
	return strings.ReplaceAll(u.Dim.String(), " ", "*")
}

// Variables returns the names of the variables with a differential equation, in
// the order of the text.
func (m *Model) Variables() []string { return m.names(odeEquation) }
