// Method values bind a copy of the receiver when they are made, pointers bind
// the pointer; from values, fields, interfaces, embedded types and literals.
package main

import "fmt"

type counter struct {
	name string
	n    int
}

func (c counter) Show() string   { return fmt.Sprint(c.name, "=", c.n) }
func (c *counter) Inc(d int) int { c.n += d; return c.n }

type shower interface{ Show() string }

type pair struct {
	counter
	other *counter
}

type fn func(int) int

func (f fn) Twice(x int) int { return f(f(x)) }

type list []string

func (l list) At(i int) string { return l[i] }
func (l *list) Add(s string)   { *l = append(*l, s) }

func run(f func() string) string { return "[" + f() + "]" }

func get(name string) *counter { fmt.Print("get ", name, "; "); return &counter{name, 1} }

func main() {
	c := counter{"c", 1}
	show, inc := c.Show, c.Inc
	inc(5)
	fmt.Println(show(), c.Show(), inc(1))
	p := &c
	pshow := p.Show
	p.Inc(10)
	fmt.Println(pshow(), run(p.Show))
	p = &counter{"d", 0}
	fmt.Println(inc(0), p.Show())
	var s shower = c
	sshow := s.Show
	s = counter{"e", 7}
	c.n = -1
	fmt.Println(sshow(), s.Show())
	q := pair{counter{"emb", 3}, &counter{"ptr", 4}}
	es, os, ei := q.Show, q.other.Show, q.Inc
	ei(1)
	q.other.Inc(1)
	fmt.Println(es(), os(), q.Show(), q.other.Show())
	f := get("x").Inc
	f(1)
	fmt.Println(f(1))
	fmt.Println(fn(func(i int) int { return i + 3 }).Twice(1), counter{"lit", 9}.Show())
	var l list
	add := l.Add
	add("a")
	add("b")
	at := l.At
	l[0] = "z"
	l = append(l, "c")
	fmt.Println(at(0), l, len(l))
	fs := map[string]func(int) int{}
	for _, k := range []string{"u", "v"} {
		x := counter{k, 0}
		fs[k] = x.Inc
	}
	fmt.Println(fs["u"](2), fs["u"](2), fs["v"](5))
	fmt.Printf("%T %T\n", c.Show, p.Inc)
}
