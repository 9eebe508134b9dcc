// Structs: equality field by field, as map keys, anonymous and nested, zero
// values, copies in slices and maps, blank fields, unkeyed and keyed literals.
package main

import "fmt"

type point struct{ x, y int }
type segment struct {
	a, b point
	name string
}
type node struct {
	val  int
	next *node
	meta any
}
type padded struct {
	a int8
	_ int32
	b float64
}

func move(p point) point { p.x++; return p }
func shift(p *point)     { p.y += 10 }

func main() {
	p, q := point{1, 2}, point{y: 2, x: 1}
	fmt.Println(p == q, p == point{}, &p == &q, segment{p, q, "s"} == segment{a: q, b: p, name: "s"})
	seen := map[segment]int{}
	seen[segment{p, q, "s"}]++
	seen[segment{q, p, "s"}]++
	seen[segment{p, point{}, ""}]++
	fmt.Println(len(seen), seen[segment{p, p, "s"}])
	move(p)
	shift(&p)
	fmt.Println(p, q, move(q))
	n := &node{1, nil, p}
	m := node{1, nil, point{1, 12}}
	fmt.Println(*n == m, node{val: 1, next: n} == node{1, n, nil}, n.meta == any(p))
	anon := struct {
		x, y int
	}{1, 12}
	fmt.Println(anon == p, p == anon)
	p = anon
	ps := []point{{1, 2}, {3, 4}}
	cp := ps[0]
	cp.x = 100
	ptr := &ps[1]
	ptr.y = 400
	ps = append(ps, point{5, 6})
	ptr.x = 300
	fmt.Println(ps, cp, *ptr)
	byName := map[string]point{"a": {1, 1}}
	v := byName["a"]
	v.x = 50
	byName["b"] = v
	fmt.Println(byName)
	pm := map[string]*point{"a": {1, 1}, "b": {2, 2}}
	pm["a"].x = 60
	fmt.Println(*pm["a"], pm["none"] == nil)
	table := []struct {
		name string
		in   []int
		want struct{ sum, n int }
	}{{"one", []int{1}, struct{ sum, n int }{1, 1}}, {name: "none"}}
	for _, c := range table {
		fmt.Print(c.name, c.in == nil, c.want, " ")
	}
	fmt.Println()
	fmt.Println(padded{a: 1, b: 2} == padded{1, 0, 2}, struct{}{} == struct{}{})
	s := segment{name: "nested"}
	s.a.x, s.b = 5, point{7, 8}
	t := &s
	u := *t
	t.b.y++
	fmt.Printf("%v %+v\n", s, u)
	f := func() (r struct {
		ok bool
		p  point
	}) {
		r.p.x = 3
		r.ok = true
		return
	}
	fmt.Println(f().p.x, f())
	var zero segment
	fmt.Printf("%+v %t\n", zero, zero == segment{})
}
