// Large arrays and structs as variables, parameters, results, elements, map
// values, channel items and interface contents: whole values, never shared.
package main

import "fmt"

type page [4096]int32

type record struct {
	head  string
	data  [300]float64
	tail  [3]string
	inner struct{ m [50][4]uint8 }
}

func fill(p page, v int32) page {
	for i := range p {
		p[i] = v + int32(i)
	}
	return p
}

func sum(p *page) (s int64) {
	for _, v := range p {
		s += int64(v)
	}
	return
}

func (r record) with(i int, v float64) record { r.data[i] = v; r.tail[0] += "x"; return r }
func (r *record) set(i int, v float64)        { r.data[i] = v }

func (r record) total() (s float64) {
	for _, v := range r.data {
		s += v
	}
	return
}

type totaler interface{ total() float64 }

func pair(v float64) (a, b record) {
	a.data[0], b.data[299] = v, -v
	return
}

func swap(a, b record) (record, record) { return b, a }

func main() {
	var zero page
	a := fill(zero, 5)
	b := fill(a, 6)
	fmt.Println(zero[4095], a[4095], b[4095], sum(&a), sum(&b), a == b, a == fill(page{}, 5))
	var r record
	q := r.with(10, 2.5).with(11, 1)
	q.set(0, 4)
	fmt.Println(r.total(), q.total(), q.tail, len(q.data))
	x, y := swap(pair(3))
	x, y = y, x
	fmt.Println(x.data[0], x.data[299], y.data[0], y.data[299], x == y)
	list := []record{r, q}
	list = append(list, q.with(1, 100), list[1])
	list[3].set(0, -4)
	fmt.Println(list[1].total(), list[2].total(), list[3].total())
	m := map[string]record{"q": q}
	c := m["q"]
	c.set(0, 1000)
	m["c"] = c
	fmt.Println(m["q"].total(), m["c"].total(), m["none"].total(), m["c"].data[0])
	ch := make(chan record, 2)
	ch <- q
	q.set(0, 0)
	ch <- q
	one, two := <-ch, <-ch
	fmt.Println(one.total(), two.total(), one == two)
	var t totaler = q
	q.set(5, 50)
	fmt.Println(t.total(), q.total(), t == totaler(two), any(q) == any(t))
	keys := map[[100]int]string{}
	k := [100]int{99: 1}
	keys[k] = "first"
	k[0] = 1
	keys[k] = "second"
	fmt.Println(len(keys), keys[[100]int{99: 1}], keys[[100]int{0: 1, 99: 1}])
	q.inner.m[49][3] = 7
	col := q.inner.m[49]
	col[3]++
	f := func() uint8 { q.inner.m[49][3]++; return q.inner.m[49][3] }
	before := q
	fmt.Println(f(), f(), col, before.inner.m[49], q.inner.m[49])
	grid := [3]page{1: a}
	for i, p := range grid {
		grid[2][0] = 9
		p[0]++
		fmt.Print(i, p[0], " ")
	}
	fmt.Println(grid[2][0], len(grid), cap(grid[1][10:20]))
	defer func(p page) { fmt.Println("deferred", p[0], a[0]) }(a)
	a[0] = -1
	done := make(chan int64)
	go func(p page) { done <- sum(&p) }(b)
	b = page{}
	fmt.Println(<-done, sum(&b))
}
