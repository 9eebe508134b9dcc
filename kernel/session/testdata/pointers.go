// Pointers: to variables, fields, elements, arrays, other pointers; they keep
// what they point at alive and see its changes; no pointer to a map's element.
package main

import "fmt"

type cell struct {
	v    float64
	next *cell
	buf  [3]int
}

func fresh(v float64) *cell { c := cell{v: v}; return &c }

func set(p *int, v int) { *p = v }

func swap[T any](a, b *T) { *a, *b = *b, *a }

func deeper(pp **cell) { *pp = &cell{v: (*pp).v + 1} }

type ring struct{ first, last *cell }

func (r *ring) push(v float64) {
	c := fresh(v)
	link := &r.first
	for *link != nil {
		link = &(*link).next
	}
	*link = c
	r.last = c
}

func (r *ring) remove(v float64) {
	for link := &r.first; *link != nil; {
		if (*link).v == v {
			*link = (*link).next
			continue
		}
		link = &(*link).next
	}
}

func main() {
	x := 1
	p := &x
	q := p
	*q += 4
	fmt.Println(x, *p, p == q, p == &x)
	c := fresh(2)
	pv, pb := &c.v, &c.buf[1]
	*pv *= 10
	set(pb, 7)
	fmt.Println(*c)
	c2 := *c
	c2.buf[1] = 0
	c2.v = -1
	fmt.Println(c.v, c.buf, c2.v)
	pp := &c
	deeper(pp)
	deeper(&c)
	fmt.Println(c.v, *pv)
	s := []int{1, 2, 3}
	e := &s[1]
	s = append(s, 4)
	*e = 50
	fmt.Println(s, *e)
	a := [3]int{1, 2, 3}
	pa := &a
	pe := &pa[2]
	*pe = 30
	for i := range pa {
		pa[i]++
	}
	fmt.Println(a, len(pa), *pe, pa[1:])
	swap(&a[0], &a[2])
	u, v := "u", "v"
	swap(&u, &v)
	fmt.Println(a, u, v)
	var r ring
	for i := range 5 {
		r.push(float64(i % 3))
	}
	r.remove(1)
	for c := r.first; c != nil; c = c.next {
		fmt.Print(c.v, " ")
	}
	fmt.Println(r.last.v)
	ps := []*int{&x, p, new(int)}
	for _, p := range ps {
		*p++
	}
	fmt.Println(x, *ps[2])
	lit := &[]string{"a"}
	*lit = append(*lit, "b")
	m := &map[string]int{"k": 1}
	(*m)["k"]++
	f := &struct{ f func() int }{func() int { return x }}
	x = 99
	fmt.Println(*lit, len(*lit), (*m)["k"], f.f())
	type self *self
	var z self
	z = self(&z)
	fmt.Println(*z == z)
	var e1, e2 = &cell{}, &cell{}
	fmt.Println(*e1 == *e2, e1 == e2, e1 != nil)
}
