// Deleting during a range over a map is safe, a deleted entry that was not
// reached is not seen, and a nil map ranges over nothing.
package main

import (
	"fmt"
	"slices"
)

func keys(m map[int]string) []int {
	var out []int
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func main() {
	m := map[int]string{}
	for i := range 20 {
		m[i] = fmt.Sprint("v", i)
	}
	for k := range m {
		if k%3 != 0 {
			delete(m, k)
		}
	}
	fmt.Println(keys(m), len(m))
	seen := 0
	for range m {
		seen++
		clear(m)
	}
	fmt.Println("seen", seen, "left", len(m))
	for i := range 6 {
		m[i] = "x"
	}
	pairs := 0
	for k := range m {
		delete(m, k)
		delete(m, k^1)
		pairs++
	}
	fmt.Println("pairs", pairs, len(m))
	counts := map[string]int{"a": 1, "b": 2, "c": 3}
	for k, v := range counts {
		counts[k] = v * 10
	}
	fmt.Println(counts)
	var none map[string]bool
	for k := range none {
		fmt.Println("never", k)
	}
	delete(none, "x")
	fmt.Println(len(none), none["y"], none == nil)
	ptrs := map[string]*int{}
	for k, v := range counts {
		ptrs[k] = &v
	}
	*ptrs["a"] = -1
	fmt.Println(*ptrs["a"], *ptrs["b"], *ptrs["c"], counts["a"])
	sets := map[string]map[string]bool{"x": {"p": true, "q": true}, "y": {}}
	total := 0
	for _, inner := range sets {
		total += len(inner)
		for k := range inner {
			delete(inner, k)
		}
	}
	fmt.Println(total, sets)
}
