// Types, closures, defers and recursion inside generic functions belong to the
// instance; statics do not exist, package variables are shared.
package main

import (
	"fmt"
	"sort"
)

var instances = map[string]int{}

func Counter[T any](zero T) func(T) []T {
	var seen []T
	instances[fmt.Sprintf("%T", zero)]++
	return func(x T) []T {
		seen = append(seen, x)
		return seen
	}
}

func TopN[K comparable](items []K, n int) []K {
	type entry struct {
		key   K
		count int
		first int
	}
	table := map[K]*entry{}
	for i, k := range items {
		if e, ok := table[k]; ok {
			e.count++
		} else {
			table[k] = &entry{k, 1, i}
		}
	}
	var es []*entry
	for _, e := range table {
		es = append(es, e)
	}
	sort.Slice(es, func(i, j int) bool {
		return es[i].count > es[j].count || es[i].count == es[j].count && es[i].first < es[j].first
	})
	var out []K
	for _, e := range es[:min(n, len(es))] {
		out = append(out, e.key)
	}
	return out
}

func Safe[T any](f func() T) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			var zero T
			v, err = zero, fmt.Errorf("%T: %v", zero, r)
		}
	}()
	return f(), nil
}

func Nest[T any](x T, depth int) any {
	if depth == 0 {
		return x
	}
	type pair [2]any
	return pair{x, Nest(x, depth-1)}
}

func Const[T any](x T) T {
	const n = 3
	var arr [n]T
	for i := range arr {
		arr[i] = x
	}
	return arr[n-1]
}

func main() {
	a, b, c := Counter(0), Counter(0), Counter("")
	a(1)
	a(2)
	b(3)
	c("x")
	fmt.Println(a(9), b(9), c("y"), instances)
	fmt.Println(TopN([]string{"a", "b", "a", "c", "b", "a"}, 2), TopN([]rune("hello"), 1), TopN([]float64{}, 3))
	fmt.Println(Safe(func() int { return 5 }))
	fmt.Println(Safe(func() float64 { var xs []float64; return xs[0] }))
	fmt.Println(Safe(func() string { panic("text") }))
	fmt.Println(Nest("v", 2), Nest(1, 0))
	fmt.Println(Const(2.5), Const([]int{1}))
}
