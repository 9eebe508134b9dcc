// Functions, methods, types and variables that refer to each other before they
// are declared, and closures that call themselves.
package main

import (
	"fmt"
	"strings"
)

func main() {
	fmt.Println(even(10), odd(7), even(3))
	e := parse("1+2*(3+4)*2-5")
	fmt.Println(e, "=", e.eval())
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	fmt.Println(fib(20), table["ack"](2, 3))
	var hanoi func(n int, from, to, via string) int
	hanoi = func(n int, from, to, via string) int {
		if n == 0 {
			return 0
		}
		return hanoi(n-1, from, via, to) + 1 + hanoi(n-1, via, to, from)
	}
	fmt.Println(hanoi(10, "a", "b", "c"), depth(50000))
}

func even(n int) bool { return n == 0 || odd(n-1) }
func odd(n int) bool  { return n != 0 && even(n-1) }

func depth(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + depth(n-1)
}

var table = map[string]func(int, int) int{"ack": ack}

func ack(m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return ack(m-1, 1)
	}
	return ack(m-1, ack(m, n-1))
}

type expr interface {
	eval() int
	fmt.Stringer
}

type binary struct {
	op   byte
	l, r expr
}
type number int

func (n number) eval() int       { return int(n) }
func (n number) String() string  { return fmt.Sprint(int(n)) }
func (b *binary) String() string { return fmt.Sprintf("(%v%c%v)", b.l, b.op, b.r) }
func (b *binary) eval() int {
	l, r := b.l.eval(), b.r.eval()
	return map[byte]func() int{'+': func() int { return l + r }, '-': func() int { return l - r }, '*': func() int { return l * r }}[b.op]()
}

type parser struct{ *strings.Reader }

func parse(s string) expr { p := parser{strings.NewReader(s)}; return p.sum() }

func (p parser) level(ops string, next func() expr) expr {
	e := next()
	for {
		c, err := p.ReadByte()
		if err != nil || !strings.ContainsRune(ops, rune(c)) {
			if err == nil {
				p.UnreadByte()
			}
			return e
		}
		e = &binary{c, e, next()}
	}
}

func (p parser) sum() expr     { return p.level("+-", p.product) }
func (p parser) product() expr { return p.level("*", p.atom) }
func (p parser) atom() expr {
	c, _ := p.ReadByte()
	if c == '(' {
		e := p.sum()
		p.ReadByte()
		return e
	}
	return number(c - '0')
}
