// Maps whose values are structs, slices, arrays, functions and maps: what can
// be changed in place, what is a copy, op-assignment, order of printing.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type stat struct {
	n        int
	sum, max float64
}

func (s stat) with(x float64) stat {
	s.n++
	s.sum += x
	s.max = max(s.max, x)
	return s
}

func (s *stat) add(x float64) { *s = s.with(x) }

type histogram map[int]int

func (h histogram) String() string {
	keys := make([]int, 0, len(h))
	for k := range h {
		keys = append(keys, k)
	}
	sort.Ints(keys)
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "%d%s ", k, strings.Repeat("*", h[k]))
	}
	return b.String()
}

type inner map[string]int
type outer map[string]inner

func (o outer) inc(a, b string) int {
	in, ok := o[a]
	if !ok {
		in = inner{}
		o[a] = in
	}
	in[b]++
	return in[b]
}

func main() {
	stats := map[string]stat{}
	ptrs := map[string]*stat{}
	for i, x := range []float64{1, 5, 2, 8} {
		k := string(rune('a' + i%2))
		stats[k] = stats[k].with(x)
		if ptrs[k] == nil {
			ptrs[k] = new(stat)
		}
		ptrs[k].add(x)
	}
	fmt.Println(stats, *ptrs["a"] == stats["a"], *ptrs["b"])
	h := histogram{}
	for i := range 20 {
		h[i*i%7]++
	}
	fmt.Println(h, len(h))
	fmt.Printf("%v %d %s|\n", h, h, map[string]histogram{"x": {1: 2}})
	o := outer{}
	o.inc("x", "a")
	fmt.Println(o.inc("x", "a"), o.inc("y", "b"), o)
	lists := map[string][]int{}
	for i := range 6 {
		k := []string{"even", "odd"}[i%2]
		lists[k] = append(lists[k], i)
	}
	lists["even"][0] = 100
	alias := lists["odd"]
	alias[0] = -1
	fmt.Println(lists, len(lists["none"]))
	arr := map[int][2]int{1: {1, 2}}
	a := arr[1]
	a[0]++
	arr[1] = a
	fmt.Println(arr, arr[7])
	ops := map[string]float64{"x": 2}
	ops["x"] *= 3
	ops["x"] -= 1
	ops["new"] += 0.5
	ops["x"]++
	bits := map[string]uint8{}
	bits["b"] |= 1 << 7
	bits["b"] <<= 1
	text := map[bool]string{}
	text[true] += "a"
	text[true] += "b"
	fmt.Println(ops, bits, text)
	k := "k"
	m := map[string]int{k: 1}
	k = "other"
	m[k], m["k"] = m["k"]+1, m[k]+7
	fmt.Println(m)
	graph := map[string][]string{"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": nil}
	var order []string
	visited := map[string]bool{}
	var visit func(string)
	visit = func(n string) {
		if visited[n] {
			return
		}
		visited[n] = true
		for _, c := range graph[n] {
			visit(c)
		}
		order = append(order, n)
	}
	visit("a")
	fmt.Println(order, visited)
}
