//go:build ignore

// The library sorts, with a function of the program to compare: sort.Slice,
// slices.SortFunc, a sort.Interface and a binary search.
package main

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

type Spike struct {
	T    float64
	Unit int
}

type byUnit []Spike

func (b byUnit) Len() int { return len(b) }
func (b byUnit) Less(i, j int) bool {
	return b[i].Unit < b[j].Unit || b[i].Unit == b[j].Unit && b[i].T < b[j].T
}
func (b byUnit) Swap(i, j int) { b[i], b[j] = b[j], b[i] }

func spikes(n int) []Spike {
	x := make([]Spike, n)
	s := uint32(9)
	for i := range x {
		s = s*1664525 + 1013904223
		x[i] = Spike{float64(s>>8) / 1000, int(s>>4) % 50}
	}
	return x
}

func main() {
	const n = 1_000_000
	a, b, c := spikes(n), spikes(n), spikes(n)
	sort.Slice(a, func(i, j int) bool { return a[i].T < a[j].T })
	slices.SortFunc(b, func(x, y Spike) int { return cmp.Or(cmp.Compare(x.T, y.T), x.Unit-y.Unit) })
	sort.Sort(byUnit(c))
	found := 0
	for k := range 200_000 {
		t := float64(k) / 10
		i := sort.Search(n, func(i int) bool { return a[i].T >= t })
		if i < n && a[i].T == t {
			found++
		}
	}
	fmt.Println(a[0], a[n/2], a[n-1], b[n/3], c[n/4], found)
}
