package model

import (
	"regexp"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/units"
)

type equationKind uint8

const (
	odeEquation   equationKind = iota // dv/dt = ...
	subexpression                     // I = ...
	addition                          // I += ...: one more term of a subexpression
	parameter                         // gK : siemens
)

func (k equationKind) String() string {
	return [...]string{"differential equation", "subexpression", "term", "parameter"}[k]
}

type valueType uint8

const (
	real valueType = iota
	integer
	boolean
)

// An equation is one line of a model as it was written.
type equation struct {
	kind     equationKind
	name     string
	rhs      *expr
	unit     units.Unit
	typ      valueType
	flags    map[string]bool
	src      *source
	pos, end int // of the name
}

// flags are the words that may stand in parentheses behind the unit, and where.
// An event-driven equation is integrated in every step, and what is summed over
// synapses or injected at a point is what its own cell or synapse adds.
var flags = map[string]string{
	"constant": "parameters", "shared": "parameters and subexpressions", "linked": "parameters",
	"constant over dt": "subexpressions", "summed": "subexpressions", "point current": "parameters and subexpressions",
	"unless refractory": "differential equations", "clock-driven": "differential equations", "event-driven": "differential equations",
}

// parseEquations reads a text of equations. Lines that cannot be read are noted
// and left out.
func parseEquations(s *source, probs *problems) []equation {
	p := newParser(s, probs)
	p.multi = true
	var out []equation
	for {
		for t := p.toks[p.i]; t.kind == newline || t.kind == operator && t.text == ";"; t = p.toks[p.i] {
			p.i++
		}
		if p.toks[p.i].kind == end {
			return out
		}
		first := p.i
		if !catch(func() { out = append(out, p.equation()...) }) {
			p.lost(first)
			p.recover()
		}
	}
}

// lost remembers the name of an equation that could not be read, so that its uses are
// no further mistakes.
func (p *parser) lost(first int) {
	if t := p.toks[first]; t.kind == ident {
		p.probs.lost = append(p.probs.lost, t.text)
		if len(t.text) > 1 && t.text[0] == 'd' && p.toks[first+1].text == "/" {
			p.probs.lost = append(p.probs.lost, t.text[1:])
		}
	}
}

// recover moves to the next line that begins like an equation.
func (p *parser) recover() {
	p.paren, p.depth = 0, 0
	for p.i == 0 || p.toks[p.i-1].kind != newline || !p.begins() {
		if p.toks[p.i].kind == end {
			return
		}
		p.i++
	}
}

// begins reports whether the tokens at hand look like the beginning of an equation.
func (p *parser) begins() bool {
	t := p.toks[p.i:]
	if t[0].kind != ident || len(t) < 3 {
		return false
	}
	op := func(i int, words ...string) bool {
		for _, w := range words {
			if i < len(t) && t[i].kind == operator && t[i].text == w {
				return true
			}
		}
		return false
	}
	return op(1, "=", "+=", ":", ",") || op(1, "/") && t[2].text == "dt" && op(3, "=")
}

func (p *parser) equation() []equation {
	first := p.toks[p.i]
	if first.kind != ident {
		remedy := "an equation is dv/dt = ... : unit, x = ... : unit, or x : unit"
		p.fail(first, "an equation cannot begin with "+quote(first.text), remedy)
	}
	p.i++
	e := equation{kind: subexpression, name: first.text, src: p.src, pos: first.pos, end: first.end}
	t := p.toks[p.i]
	switch {
	case t.text == "/" && p.toks[p.i+1].text == "dt":
		p.i += 2
		if !strings.HasPrefix(first.text, "d") || len(first.text) < 2 {
			p.fail(first, "the derivative of "+first.text+" is written d"+first.text+"/dt", "write d"+first.text+"/dt = ... : unit")
		}
		e.kind, e.name = odeEquation, first.text[1:]
		e.pos++
		if t := p.toks[p.i]; t.text != "=" {
			p.fail(t, "\"=\" is missing after d"+e.name+"/dt", "write d"+e.name+"/dt = ... : unit")
		}
		p.i++
	case t.text == "/" && p.toks[p.i+1].kind == ident:
		p.fail(p.toks[p.i+1], "a derivative is by dt, not by "+p.toks[p.i+1].text, "write "+first.text+"/dt = ... : unit")
	case t.text == "'":
		p.fail(t, "a derivative is not written with a stroke", "write d"+first.text+"/dt = ... : unit")
	case t.text == "(" && p.toks[p.i+1].text == "t":
		p.fail(t, "variables are written without (t)", "write "+first.text)
	case t.text == "=":
		p.i++
	case t.text == "+=":
		e.kind = addition
		p.i++
	case t.text == ":" || t.text == ",":
		return p.parameters(e)
	default:
		if t.kind == newline || t.kind == end {
			p.fail(first, "the unit of "+first.text+" is missing", "write "+first.text+" : volt, or : 1 for a plain number")
		}
		p.fail(t, quote(t.text)+" has no meaning after "+first.text, "an equation is dv/dt = ... : unit, x = ... : unit, or x : unit")
	}
	p.checkName(e)
	e.rhs = p.expression()
	t = p.peek()
	if t.text != ":" {
		switch {
		case t.kind == newline || t.kind == end:
			last := p.toks[p.i-1]
			p.fail(token{newline, "", last.end, last.end + 1}, "the unit of "+e.name+" is missing", "add it at the end of the equation, such as \": volt\", or \": 1\" for a plain number")
		case t.kind == number || t.kind == ident || t.text == "(":
			p.fail(t, "an operator is missing before "+quote(t.text), "a product is written with *")
		}
		p.stray(t)
	}
	p.i++
	p.unit(&e)
	return []equation{e}
}

func (p *parser) parameters(e equation) []equation {
	e.kind = parameter
	out := []equation{e}
	for p.toks[p.i].text == "," {
		p.i++
		t := p.toks[p.i]
		if t.kind != ident {
			p.fail(t, "a name is missing after \",\"", "parameters are declared as a, b : unit")
		}
		p.i++
		out = append(out, equation{kind: parameter, name: t.text, src: p.src, pos: t.pos, end: t.end})
	}
	if t := p.toks[p.i]; t.text != ":" {
		p.fail(t, "the unit is missing after the names of parameters", "write \": volt\", or \": 1\" for plain numbers")
	}
	p.i++
	p.unit(&out[0])
	for i := range out {
		out[i].unit, out[i].typ, out[i].flags = out[0].unit, out[0].typ, out[0].flags
		p.checkName(out[i])
	}
	return out
}

// unit reads what stands behind the colon: the unit and flags.
func (p *parser) unit(e *equation) {
	start := p.i
	first := p.toks[start]
	for t := p.toks[p.i]; t.kind != newline && t.kind != end && t.text != ";"; t = p.toks[p.i] {
		if t.text == "(" && p.i > start && (p.toks[p.i-1].kind != operator || p.toks[p.i-1].text == ")") {
			break
		}
		if t.text == "=" || t.text == "+=" || t.text == ":" || t.kind == invalid {
			p.fail(t, quote(t.text)+" has no meaning in a unit", "begin each equation on a line of its own")
		}
		p.i++
	}
	if p.i == start {
		p.fail(token{newline, "", first.pos, first.pos + 1}, "the unit of "+e.name+" is missing after \":\"", "write \": volt\", or \": 1\" for a plain number")
	}
	last := p.toks[p.i-1]
	text := p.src.text[first.pos:last.end]
	switch text {
	case "boolean", "bool":
		e.unit, e.typ = units.One, boolean
	case "integer":
		e.unit, e.typ = units.One, integer
	default:
		u, err := units.ParseUnit(text)
		if err != nil {
			message := strings.TrimPrefix(err.Error(), "units: ")
			i := strings.LastIndex(message, "; write units")
			p.probs.add(p.src, first.pos, last.end, message[:max(i, 0)], "write a unit as volt, mV, nS, uF*cm**-2, Hz, or 1 for a plain number")
			u = units.Unit{Factor: -1} // not known: no dimension is checked against it
		}
		e.unit = u
	}
	e.flags = map[string]bool{}
	if p.toks[p.i].text == "(" {
		p.flags(e)
	}
	if t := p.toks[p.i]; t.kind != newline && t.kind != end && t.text != ";" {
		p.fail(t, quote(t.text)+" has no meaning after the unit", "begin each equation on a line of its own")
	}
}

func (p *parser) flags(e *equation) {
	open := p.toks[p.i]
	p.i++
	begin := p.i
	for {
		t := p.toks[p.i]
		if t.kind == newline || t.kind == end {
			p.fail(open, "this parenthesis is not closed", "add \")\"")
		}
		if t.text == "," || t.text == ")" {
			if p.i > begin {
				a, b := p.toks[begin].pos, p.toks[p.i-1].end
				word := strings.Join(strings.Fields(p.src.text[a:b]), " ")
				where, ok := flags[word]
				switch {
				case !ok:
					best, d := "", 4
					for _, f := range sortedKeys(flags) {
						if n := spell.Distance(word, f); n < d {
							best, d = f, n
						}
					}
					if best != "" {
						best = "; did you mean (" + best + ")?"
					}
					p.probs.add(p.src, a, b, "there is no flag ("+word+")"+best, "flags are "+strings.Join(sortedKeys(flags), ", "))
				case !strings.Contains(where, e.kind.String()):
					remedy := "leave it out"
					if word == "summed" {
						remedy = "leave it out; what adds to " + e.name + " from outside, a projection of a network for instance, needs no flag"
					}
					p.probs.add(p.src, a, b, "the flag ("+word+") is for "+where+"; "+e.name+" is a "+e.kind.String(), remedy)
				default:
					e.flags[word] = true
				}
			}
			begin = p.i + 1
		}
		p.i++
		if t.text == ")" {
			return
		}
	}
}

// checkName refuses names that have a meaning of their own.
func (p *parser) checkName(e equation) {
	switch {
	case reserved[e.name]:
		p.fail(token{ident, e.name, e.pos, e.end}, e.name+" is a word of the language and cannot be a variable", "choose another name")
	case e.name == "t" || e.name == "dt" || e.name == "i" || e.name == "N" || e.name == "xi" || strings.HasPrefix(e.name, "xi_") || e.name == "lastspike" || e.name == "not_refractory" || e.name == "t_in_timesteps":
		what := map[string]string{"t": "the time", "dt": "the time step", "i": "the number of the cell", "N": "the number of cells", "lastspike": "the time of the last spike", "not_refractory": "whether the cell is not refractory", "t_in_timesteps": "the number of the time step"}[e.name]
		if what == "" {
			what = "white noise"
		}
		p.fail(token{ident, e.name, e.pos, e.end}, e.name+" is "+what+" and cannot be a variable", "choose another name")
	case unitName.MatchString(e.name):
		p.fail(token{ident, e.name, e.pos, e.end}, e.name+" is a unit and cannot be a variable", "choose another name")
	}
}

// unitName are the names that everybody reads as units; shorter ones, such as m, h or
// am, are variables.
var unitName = regexp.MustCompile(`^([munpk]?(volt|amp|ampere|ohm|siemens|farad|second|metre|meter|hertz|molar)|mV|[munp]A|[unp]F|[mun]S|ms|[kM]?Hz|[cmun]m|[mun]M|[kMG]ohm)$`)

// A statement is one assignment of a reset or of an event.
type statement struct {
	name     string
	op       string // "=", "+=", "-=", "*=", "/=", "**="
	rhs      *expr
	src      *source
	pos, end int // of the name
}

// parseStatements reads assignments, one a line or divided by semicolons.
func parseStatements(s *source, probs *problems) []statement {
	p := newParser(s, probs)
	var out []statement
	for {
		for t := p.toks[p.i]; t.kind == newline || t.kind == operator && t.text == ";"; t = p.toks[p.i] {
			p.i++
		}
		if p.toks[p.i].kind == end {
			return out
		}
		ok := catch(func() {
			t := p.toks[p.i]
			if t.kind != ident || reserved[t.text] {
				p.fail(t, "a statement cannot begin with "+quote(t.text), "a statement is v = -70*mV or w += 3*pA")
			}
			op := p.toks[p.i+1]
			switch op.text {
			case "=", "+=", "-=", "*=", "/=", "**=":
			case "==":
				p.fail(op, "== compares; nothing is assigned", "write "+t.text+" = ...")
			case ":":
				p.fail(op, "a statement has no unit", "write "+t.text+" = ...")
			default:
				p.fail(op, "\"=\" is missing after "+t.text, "a statement is v = -70*mV or w += 3*pA")
			}
			p.i += 2
			st := statement{name: t.text, op: op.text, src: p.src, pos: t.pos, end: t.end}
			st.rhs = p.expression()
			if n := p.toks[p.i]; n.kind != newline && n.kind != end && n.text != ";" {
				if n.text == ":" {
					p.fail(n, "a statement has no unit", "leave \":\" and the unit out")
				}
				p.atEnd()
			}
			out = append(out, st)
		})
		if !ok {
			p.paren, p.depth = 0, 0
			for t := p.toks[p.i]; t.kind != end && t.kind != newline && t.text != ";"; t = p.toks[p.i] {
				p.i++
			}
		}
	}
}
