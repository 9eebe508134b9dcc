// Embedded structs: promotion of fields and methods by depth, shadowing,
// pointers, several levels, explicit access, values as a whole.
package main

import "fmt"

type base struct {
	id   int
	name string
}

func (b base) Describe() string { return fmt.Sprintf("base %d %s", b.id, b.name) }
func (b *base) Rename(s string) { b.name = s }
func (b base) Call() string     { return b.Describe() }

type meta struct{ tags []string }

func (m *meta) Tag(t string) int { m.tags = append(m.tags, t); return len(m.tags) }

type neuron struct {
	base
	*meta
	name  string
	vrest float64
}

func (n neuron) Describe() string { return "neuron " + n.name + " of " + n.base.Describe() }

type pyramidal struct {
	neuron
	layer int
}

type network struct {
	pyramidal
	inner struct {
		base
		size int
	}
}

type number int

func (n number) Double() number { return n * 2 }

type holder struct {
	number
	error
}

func main() {
	n := neuron{base{1, "b"}, &meta{}, "n", -65}
	fmt.Println(n.id, n.name, n.base.name, n.Describe(), "|", n.Call())
	n.Rename("renamed")
	fmt.Println(n.name, n.base.name, n.Tag("x"), n.Tag("y"), n.tags)
	p := pyramidal{n, 5}
	p.Tag("shared")
	p.Rename("own copy")
	p.vrest++
	fmt.Println(p.id, p.vrest, n.vrest, p.neuron.base.name, n.base.name, n.tags)
	fmt.Println(p.Describe(), "|", p.base.Call())
	var w network
	w.pyramidal = p
	w.inner.base = base{9, "inner"}
	w.inner.size = 3
	w.inner.Rename("inner2")
	fmt.Println(w.id, w.layer, w.inner.id, w.inner.Describe(), w.inner.size)
	pp := &w
	pp.id = 42
	pp.neuron.name = "deep"
	fmt.Println(w.id, w.name, pp.pyramidal.neuron.base.id)
	h := holder{7, fmt.Errorf("held")}
	fmt.Println(h.Double(), h.number+1, h.Error())
	var err error = h
	fmt.Println(err)
	type local struct {
		*neuron
		fmt.Stringer
	}
	l := local{neuron: &n}
	l.id = 11
	fmt.Println(n.id, l.Describe(), l.Stringer == nil)
	a, b := base{1, "x"}, base{1, "x"}
	fmt.Println(a == b, struct{ base }{a} == struct{ base }{b})
}
