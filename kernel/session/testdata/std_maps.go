// The package maps on interpreted types: iterators in and out, cloning,
// comparing, deleting by a function.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

type region string

type area struct {
	volume float64
	cells  int
}

type atlas map[region]area

func (a atlas) sorted() iter.Seq2[region, area] {
	return func(yield func(region, area) bool) {
		for _, r := range slices.Sorted(maps.Keys(a)) {
			if !yield(r, a[r]) {
				return
			}
		}
	}
}

func main() {
	a := atlas{"CA1": {1.5, 300}, "CA3": {0.9, 200}, "DG": {2, 900}}
	for r, v := range a.sorted() {
		fmt.Print(r, v, " ")
	}
	fmt.Println()
	b := maps.Clone(a)
	b["CA1"] = area{}
	fmt.Printf("%v %v %T\n", a["CA1"], maps.Equal(a, b), b)
	fmt.Println(maps.EqualFunc(a, b, func(x, y area) bool { return (x.cells > 0) == (y.cells > 0) || true }))
	maps.DeleteFunc(b, func(r region, v area) bool { return strings.HasPrefix(string(r), "CA") })
	fmt.Println(b, len(a))
	maps.Copy(b, atlas{"EC": {3, 1}, "DG": {}})
	fmt.Println(b)
	sum := 0
	for v := range maps.Values(a) {
		sum += v.cells
	}
	fmt.Println(sum)
	inverse := maps.Collect(func(yield func(int, region) bool) {
		for r, v := range a {
			if !yield(v.cells, r) {
				return
			}
		}
	})
	fmt.Println(inverse)
	maps.Insert(inverse, maps.All(map[int]region{1: "x", 900: "y"}))
	fmt.Println(inverse)
	fmt.Println(slices.SortedFunc(maps.Values(a), func(x, y area) int { return y.cells - x.cells }))
	var none atlas
	fmt.Println(maps.Clone(none) == nil, slices.Collect(maps.Keys(none)) == nil)
	groups := map[bool][]region{}
	for r, v := range a.sorted() {
		groups[v.volume > 1] = append(groups[v.volume > 1], r)
	}
	fmt.Println(groups)
}
