// Types declared in functions: same names in different scopes, closures over
// them, methods by embedding, recursive local types, in maps and interfaces.
package main

import (
	"fmt"
	"sort"
)

type greeter interface{ Greet() string }

type hello struct{ name string }

func (h hello) Greet() string { return "hello " + h.name }

func first() any {
	type rec struct{ A int }
	return rec{1}
}

func second() any {
	type rec struct{ A int }
	return rec{1}
}

func shapes(n int) []any {
	type point struct{ x, y int }
	outer := func(i int) point { return point{i, -i} }
	var out []any
	for i := range n {
		type inner struct{ p point }
		type point struct{ in inner }
		out = append(out, point{inner{p: outer(i)}})
	}
	return append(out, point{n, n})
}

func main() {
	a, b := first(), second()
	fmt.Printf("%T %T %v %v\n", a, b, a == b, a == first())
	for _, s := range shapes(2) {
		fmt.Printf("%T%+v ", s, s)
	}
	fmt.Println()
	type loud struct {
		hello
		times int
	}
	var g greeter = loud{hello{"x"}, 2}
	fmt.Println(g.Greet(), g.(loud).times)
	type node struct {
		val         int
		left, right *node
	}
	var insert func(n *node, v int) *node
	insert = func(n *node, v int) *node {
		switch {
		case n == nil:
			return &node{val: v}
		case v < n.val:
			n.left = insert(n.left, v)
		default:
			n.right = insert(n.right, v)
		}
		return n
	}
	var walk func(*node, func(int))
	walk = func(n *node, f func(int)) {
		if n != nil {
			walk(n.left, f)
			f(n.val)
			walk(n.right, f)
		}
	}
	var root *node
	for _, v := range []int{5, 2, 8, 1, 9, 3} {
		root = insert(root, v)
	}
	walk(root, func(v int) { fmt.Print(v, " ") })
	fmt.Println()
	type Key struct{ a, b int }
	counts := map[Key]int{}
	for i := range 10 {
		counts[Key{i % 2, i % 3}]++
	}
	keys := make([]Key, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i].a < keys[j].a || keys[i].a == keys[j].a && keys[i].b < keys[j].b })
	fmt.Println(keys, counts[keys[0]])
	type (
		Celsius = float64
		temps   []Celsius
		visitor func(temps) temps
	)
	half := visitor(func(t temps) temps { return t[:len(t)/2] })
	fmt.Printf("%v %T %T\n", half(temps{1, 2, 3, 4}), half, Celsius(1))
	type stack struct {
		fmt.Stringer
		items []any
	}
	s := stack{items: []any{1, "two"}}
	push := func(x any) { s.items = append(s.items, x) }
	push(3.0)
	fmt.Println(len(s.items), s.Stringer == nil)
	const size = 2
	type grid [size][size]rune
	var gr grid
	gr[1][0] = 'x'
	fmt.Printf("%c %T\n", gr[1][0], gr)
}
