// A lexer whose states are functions that return the next state, with tokens
// over a channel and as an iterator, and a parser and evaluator on top.
package main

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind int

const (
	number kind = iota
	name
	symbol
	failure
	eof
)

var kinds = [...]string{number: "number", name: "name", symbol: "symbol", failure: "failure", eof: "eof"}

func (k kind) String() string { return kinds[k] }

type token struct {
	kind
	text string
}

type state func(*lexer) state

type lexer struct {
	input      string
	start, pos int
	out        []token
}

func (l *lexer) peek() rune {
	r, n := utf8.DecodeRuneInString(l.input[l.pos:])
	if n == 0 {
		return -1
	}
	return r
}

func (l *lexer) accept(f func(rune) bool) {
	for r := l.peek(); r >= 0 && f(r); r = l.peek() {
		l.pos += utf8.RuneLen(r)
	}
}

func (l *lexer) emit(k kind) state {
	l.out = append(l.out, token{k, l.input[l.start:l.pos]})
	l.start = l.pos
	return start
}

func start(l *lexer) state {
	l.accept(unicode.IsSpace)
	l.start = l.pos
	switch r := l.peek(); {
	case r < 0:
		return nil
	case unicode.IsDigit(r):
		return inNumber
	case unicode.IsLetter(r):
		return func(l *lexer) state { l.accept(unicode.IsLetter); return l.emit(name) }
	case strings.ContainsRune("+-*/^()", r):
		l.pos++
		return l.emit(symbol)
	}
	l.pos = len(l.input)
	l.emit(failure)
	return nil
}

func inNumber(l *lexer) state {
	l.accept(func(r rune) bool { return unicode.IsDigit(r) || r == '.' })
	return l.emit(number)
}

func tokens(s string) iter.Seq[token] {
	return func(yield func(token) bool) {
		l := &lexer{input: s}
		for st := state(start); st != nil; {
			st = st(l)
			for _, t := range l.out {
				if !yield(t) {
					return
				}
			}
			l.out = l.out[:0]
		}
		yield(token{eof, ""})
	}
}

type parser struct {
	next func() (token, bool)
	tok  token
	vars map[string]float64
}

var binding = map[string]int{"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}

func (p *parser) advance() (t token) { t, p.tok = p.tok, token{kind: eof}; p.tok, _ = p.next(); return }

func (p *parser) primary() float64 {
	switch t := p.advance(); {
	case t.kind == number:
		v, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			panic(err)
		}
		return v
	case t.kind == name:
		v, ok := p.vars[t.text]
		if !ok {
			panic(fmt.Errorf("unknown name %q", t.text))
		}
		return v
	case t.text == "-":
		return -p.expr(3)
	case t.text == "(":
		v := p.expr(1)
		p.advance()
		return v
	default:
		panic(fmt.Errorf("unexpected %v %q", t.kind, t.text))
	}
}

func (p *parser) expr(least int) float64 {
	left := p.primary()
	for p.tok.kind == symbol && binding[p.tok.text] >= least {
		op := p.advance().text
		switch b := binding[op]; op {
		case "^":
			left = math.Pow(left, p.expr(b))
		default:
			right := p.expr(b + 1)
			left = map[string]func() float64{
				"+": func() float64 { return left + right }, "-": func() float64 { return left - right },
				"*": func() float64 { return left * right }, "/": func() float64 { return left / right },
			}[op]()
		}
	}
	return left
}

func eval(s string, vars map[string]float64) (v float64, err error) {
	next, stop := iter.Pull(tokens(s))
	defer stop()
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(error)
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("eval %q: %w", s, e)
		}
	}()
	p := &parser{next: next, vars: vars}
	p.advance()
	return p.expr(1), nil
}

func main() {
	for t := range tokens("g*(v - 70.5)") {
		fmt.Print(t.kind, ":", t.text, " ")
	}
	fmt.Println()
	vars := map[string]float64{"g": 2, "µ": 0.5}
	for _, s := range []string{"1+2*3", "2^3^2", "-2^2", "(1+g)*µ/3", "8-3-2", "1+", "x", "1.2.3", "2 $ 3", "(4"} {
		v, err := eval(s, vars)
		fmt.Println(v, err, errors.Is(err, strconv.ErrSyntax))
	}
}
