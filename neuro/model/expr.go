package model

import (
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/units"
)

type exprKind uint8

const (
	numberExpr exprKind = iota
	nameExpr
	unaryExpr  // op "-", "+" or "not"
	binaryExpr // + - * / // % ** < <= > >= == != and or
	callExpr
	quantityExpr // a number in the library's units, with a dimension
)

// An expr is an expression as it was written.
type expr struct {
	kind     exprKind
	op       string // operator, name or function
	value    float64
	dim      units.Dim // of a quantity
	args     []*expr
	src      *source
	pos, end int // in src
}

// text returns the expression as the user wrote it, on one line.
func (e *expr) text() string { return strings.Join(strings.Fields(e.src.text[e.pos:e.end]), " ") }

// deepest is how deep expressions may be nested.
const deepest = 200

// A parser reads one source.
type parser struct {
	src   *source
	toks  []token
	i     int
	probs *problems
	multi bool // newlines do not end an expression (equations); statements of a reset end with their line
	depth int
	paren int // open parentheses
}

// failed is panicked with where the parser cannot go on, after the problem has
// been noted.
type failed struct{}

func newParser(s *source, probs *problems) *parser {
	probs.sources = append(probs.sources, s)
	return &parser{src: s, toks: lex(s), probs: probs}
}

func (p *parser) fail(t token, message, remedy string) {
	p.probs.add(p.src, t.pos, t.end, message, remedy)
	panic(failed{})
}

// skipLines moves over newlines where they have no meaning.
func (p *parser) skipLines() {
	for p.toks[p.i].kind == newline && (p.paren > 0 || p.multi && p.continues()) {
		p.i++
	}
}

// continues reports whether the line after a newline goes on with an expression:
// it begins with an operator, or the line before ended with one.
func (p *parser) continues() bool {
	next := p.toks[p.i+1]
	if next.kind == operator {
		switch next.text {
		case "(", ")", "+", "-", "*", "/", "**", "//", "%", "<", ">", "<=", ">=", "==", "!=", ",", ":":
			return true
		}
	}
	if next.kind == ident && (next.text == "and" || next.text == "or") {
		return true
	}
	if p.i == 0 {
		return true
	}
	last := p.toks[p.i-1]
	return last.kind == operator && last.text != ")" || last.kind == ident && (last.text == "and" || last.text == "or" || last.text == "not")
}

func (p *parser) peek() token {
	p.skipLines()
	return p.toks[p.i]
}

func (p *parser) next() token {
	t := p.peek()
	if t.kind != end {
		p.i++
	}
	return t
}

func (p *parser) isOp(words ...string) bool {
	t := p.peek()
	if t.kind != operator && t.kind != ident {
		return false
	}
	for _, w := range words {
		if t.text == w {
			return true
		}
	}
	return false
}

func (p *parser) deeper(t token) {
	if p.depth++; p.depth > deepest {
		p.fail(t, "the expression is nested too deeply", "give parts of it a name of their own")
	}
}

// Python's precedence, from the loosest: or, and, not, comparisons, + and -,
// * / // %, signs, **.

func (p *parser) expression() *expr {
	p.deeper(p.peek())
	defer func() { p.depth-- }()
	e := p.left([]string{"or"}, p.conjunction)
	if t := p.peek(); t.kind == ident && t.text == "if" {
		p.fail(t, "a choice is not written with if in equations", "write int(condition)*a + int(not condition)*b")
	}
	return e
}

func (p *parser) conjunction() *expr { return p.left([]string{"and"}, p.negation) }

func (p *parser) negation() *expr {
	if t := p.peek(); t.kind == ident && t.text == "not" {
		p.deeper(t)
		defer func() { p.depth-- }()
		p.next()
		x := p.negation()
		return &expr{kind: unaryExpr, op: "not", args: []*expr{x}, src: p.src, pos: t.pos, end: x.end}
	}
	return p.comparison()
}

func (p *parser) comparison() *expr {
	x := p.sum()
	var whole *expr
	for p.isOp("<", "<=", ">", ">=", "==", "!=") {
		op := p.next()
		y := p.sum()
		c := &expr{kind: binaryExpr, op: op.text, args: []*expr{x, y}, src: p.src, pos: x.pos, end: y.end}
		if whole == nil {
			whole = c
		} else { // a < b < c is a < b and b < c
			whole = &expr{kind: binaryExpr, op: "and", args: []*expr{whole, c}, src: p.src, pos: whole.pos, end: c.end}
		}
		x = y
	}
	if whole == nil {
		return x
	}
	return whole
}

func (p *parser) sum() *expr { return p.left([]string{"+", "-"}, p.product) }

func (p *parser) product() *expr { return p.left([]string{"*", "/", "//", "%"}, p.signed) }

func (p *parser) left(ops []string, operand func() *expr) *expr {
	x := operand()
	for p.isOp(ops...) {
		op := p.next()
		y := operand()
		x = &expr{kind: binaryExpr, op: op.text, args: []*expr{x, y}, src: p.src, pos: x.pos, end: y.end}
	}
	return x
}

func (p *parser) signed() *expr {
	if p.isOp("-", "+") {
		t := p.next()
		p.deeper(t)
		defer func() { p.depth-- }()
		x := p.signed()
		return &expr{kind: unaryExpr, op: t.text, args: []*expr{x}, src: p.src, pos: t.pos, end: x.end}
	}
	return p.power()
}

func (p *parser) power() *expr {
	x := p.atom()
	if p.isOp("**") {
		t := p.next()
		p.deeper(t)
		defer func() { p.depth-- }()
		y := p.signed()
		return &expr{kind: binaryExpr, op: "**", args: []*expr{x, y}, src: p.src, pos: x.pos, end: y.end}
	}
	return x
}

func (p *parser) atom() *expr {
	t := p.next()
	switch t.kind {
	case number:
		v, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			p.fail(t, t.text+" is not a number that can be held", "write it with fewer digits of its exponent")
		}
		if n := p.toks[p.i]; n.kind == ident && !reserved[n.text] {
			p.fail(token{ident, "", t.pos, n.end}, "an operator is missing between "+t.text+" and "+n.text, "write "+t.text+"*"+n.text)
		}
		return &expr{kind: numberExpr, value: v, src: p.src, pos: t.pos, end: t.end}
	case ident:
		if reserved[t.text] {
			p.fail(t, "a value should stand where "+quote(t.text)+" is", t.text+" is a word of the language and no name; write a name, a number or an expression in parentheses")
		}
		if n := p.toks[p.i]; n.kind == operator && n.text == "(" {
			return p.call(t)
		}
		if n := p.toks[p.i]; n.kind == operator && n.text == "." && functions[p.toks[p.i+1].text].args > 0 {
			f := p.toks[p.i+1].text
			p.fail(n, quote(n.text)+" after "+t.text+" has no meaning in equations", "functions are written without a package: "+f+"(...)")
		}
		if n := p.toks[p.i]; n.kind == operator && (n.text == "." || n.text == "[") {
			p.fail(n, quote(n.text)+" after "+t.text+" has no meaning in equations", "equations know names, numbers, operators and functions; give "+t.text+n.text+"... as a parameter of its own")
		}
		return &expr{kind: nameExpr, op: t.text, src: p.src, pos: t.pos, end: t.end}
	case operator:
		if t.text == "(" {
			p.paren++
			x := p.expression()
			p.paren--
			p.closing(t)
			// The parentheses belong to what is shown of the expression.
			y := *x
			y.pos, y.end = t.pos, p.toks[p.i-1].end
			return &y
		}
	}
	p.noValue(t)
	return nil
}

// noValue fails where a value should stand.
func (p *parser) noValue(t token) {
	before := "at the beginning"
	for j := p.i - 1; j >= 0; j-- {
		if k := p.toks[j]; k.pos < t.pos && k.kind != newline {
			before = "after " + quote(k.text)
			break
		}
	}
	what := quote(t.text) + " is found"
	if t.kind == end || t.kind == newline {
		what = "the text ends"
	}
	remedy := "write a name, a number or an expression in parentheses there"
	switch t.text {
	case "^":
		remedy = "a power is written **"
	case "&", "&&", "|", "||", "!":
		remedy = "conditions are joined with and, or, not"
	case "=":
		remedy = "a comparison is written =="
	}
	p.fail(t, "a value is missing "+before+"; "+what, remedy)
}

// closing reads the parenthesis that closes open.
func (p *parser) closing(open token) {
	t := p.toks[p.i]
	for t.kind == newline {
		p.i++
		t = p.toks[p.i]
	}
	if t.kind == operator && t.text == ")" {
		p.i++
		return
	}
	switch {
	case t.kind == number || t.kind == ident || t.kind == operator && t.text == "(":
		last := p.toks[p.i-1]
		p.fail(t, "an operator is missing between "+quote(last.text)+" and "+quote(t.text), "a product is written with *")
	case t.kind == operator && (t.text == "=" || t.text == "^" || t.text == "&" || t.text == "|" || t.text == "&&" || t.text == "||" || t.text == "," || t.text == "<>"):
		p.stray(t)
	}
	p.fail(open, "this parenthesis is not closed", "add \")\"")
}

// stray fails at a sign that has no place in an expression.
func (p *parser) stray(t token) {
	remedy := "leave it out; operators are + - * / // % **, comparisons, and, or, not"
	switch t.text {
	case "^":
		remedy = "a power is written **"
	case "=":
		remedy = "a comparison is written =="
	case "&", "&&":
		remedy = "conditions are joined with and"
	case "|", "||":
		remedy = "conditions are joined with or"
	case "<>", "!":
		remedy = "not equal is written !="
	case ",":
		remedy = "a decimal point is written with \".\"; only arguments of functions are separated with \",\""
	case ")":
		remedy = "there is no \"(\" that it closes"
	}
	p.fail(t, quote(t.text)+" has no meaning here", remedy)
}

func (p *parser) call(name token) *expr {
	open := p.next()
	p.paren++
	e := &expr{kind: callExpr, op: name.text, src: p.src, pos: name.pos}
	if !p.isOp(")") {
		for {
			e.args = append(e.args, p.expression())
			if !p.isOp(",") {
				break
			}
			p.next()
		}
	}
	p.paren--
	p.closing(open)
	e.end = p.toks[p.i-1].end
	return e
}

// reserved are the words that cannot be names.
var reserved = map[string]bool{"and": true, "or": true, "not": true, "if": true, "else": true, "in": true, "is": true, "lambda": true}

func quote(s string) string { return "\"" + s + "\"" }

// catch runs read and reports whether it came to its end.
func catch(read func()) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(failed); !is {
				panic(r)
			}
			ok = false
		}
	}()
	read()
	return true
}

// parseExpr reads a source that is one expression. It returns nil after noting
// what is wrong.
func parseExpr(s *source, probs *problems) (e *expr) {
	p := newParser(s, probs)
	p.multi = true
	ok := catch(func() {
		e = p.expression()
		p.atEnd()
	})
	if !ok {
		return nil
	}
	return e
}

// atEnd fails unless nothing is left but blank lines.
func (p *parser) atEnd() {
	for p.toks[p.i].kind == newline {
		p.i++
	}
	t := p.toks[p.i]
	switch {
	case t.kind == end:
	case t.kind == number || t.kind == ident || t.kind == operator && t.text == "(":
		p.fail(t, "an operator is missing before "+quote(t.text), "a product is written with *")
	default:
		p.stray(t)
	}
}
