// Where Go copies a value: assignment, arguments, receivers, interfaces,
// channels, maps, ranges, closures' parameters, composite literals, returns.
package main

import "fmt"

type inner struct{ a [2]int }

type value struct {
	n     int
	arr   [3]int
	in    inner
	slice []int
	ptr   *int
}

func (v value) bump() value {
	v.n++
	v.arr[0]++
	v.in.a[1]++
	v.slice[0]++
	*v.ptr++
	return v
}
func (v *value) set(n int) { v.n, v.arr[2] = n, n }

func pass(v value) int { v.n, v.arr[1] = 100, 100; return v.n }

func make1() value { return value{slice: []int{0}, ptr: new(int)} }

type holder struct {
	v  value
	vs [2]value
}

type getter interface{ get() value }

func (h holder) get() value { return h.v }

func main() {
	v := make1()
	w := v
	w.n, w.arr[0], w.in.a[0] = 1, 1, 1
	w.slice[0], *w.ptr = 7, 7
	fmt.Println(v.n, v.arr, v.in, v.slice, *v.ptr)
	b := v.bump()
	pass(b)
	fmt.Println(v.n, v.arr, b.n, b.arr, b.in, v.slice[0], *v.ptr)
	var i any = v
	v.n = 50
	fmt.Println(i.(value).n, v.n)
	j := i
	x := i.(value)
	x.arr[0] = -1
	fmt.Println(j.(value).arr, i.(value).arr, x.arr)
	ch := make(chan value, 1)
	ch <- v
	v.set(60)
	got := <-ch
	fmt.Println(got.n, got.arr, v.n, v.arr)
	m := map[string]value{"k": v}
	c := m["k"]
	c.set(1)
	fmt.Println(m["k"].n, c.n)
	list := []value{v, v}
	for _, e := range list {
		e.set(-5)
	}
	list[1].set(-6)
	fmt.Println(list[0].n, list[1].n, v.n)
	h := holder{v: v, vs: [2]value{v}}
	v.set(70)
	g := h
	g.v.set(71)
	g.vs[0].arr[1] = 9
	fmt.Println(h.v.n, g.v.n, h.vs[0].arr, g.vs[0].arr)
	var it getter = h
	h.v.set(72)
	r := it.get()
	r.set(73)
	fmt.Println(it.get().n, h.v.n, r.n)
	f := func(v value) func() int { return func() int { v.n++; return v.n } }(v)
	f()
	fmt.Println(f(), v.n)
	p := &v
	q := *p
	p.set(80)
	fmt.Println(q.n, v.n, (*p).n)
	arr := [2]value{v, q}
	for i, e := range arr {
		arr[1].n = 1000
		fmt.Print(i, e.n, " ")
	}
	s := arr[:]
	s[0].n = -1
	fmt.Println(arr[0].n)
	defer func(v value) { fmt.Println("deferred", v.n) }(v)
	v.n = 90
	t := struct{ value }{v}
	t.set(91)
	u := [...]struct{ value }{t, t}
	u[0].set(92)
	fmt.Println(v.n, t.n, u[0].n, u[1].value.n)
	sl := append([]value(nil), list...)
	sl[0].n = 5
	copy(list[1:], sl)
	fmt.Println(list[0].n, list[1].n)
}
