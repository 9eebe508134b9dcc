// clear empties a map, also of NaN keys, and zeroes a slice's elements up to
// its length; aliases see it, nil is fine.
package main

import (
	"fmt"
	"math"
)

type weights map[string][]float64

type buffer[T any] struct{ data []T }

func (b *buffer[T]) Reset() { clear(b.data); b.data = b.data[:0] }

func wipe[M ~map[K]V, K comparable, V any](m M) int {
	n := len(m)
	clear(m)
	return n
}

func main() {
	m := map[float64]int{1: 1, 2: 2}
	m[math.NaN()] = 3
	m[math.NaN()] = 4
	delete(m, math.NaN())
	fmt.Println(len(m), m[math.NaN()])
	clear(m)
	fmt.Println(len(m), m)
	s := []int{1, 2, 3, 4, 5}
	t := s[1:3]
	clear(t)
	fmt.Println(s, t)
	clear(s[:0])
	fmt.Println(s)
	type point struct {
		x, y float64
		tag  *string
	}
	name := "p"
	ps := []point{{1, 2, &name}, {3, 4, nil}}
	clear(ps[:1])
	fmt.Println(ps[0], ps[1].x, ps[0].tag == nil)
	var nilMap map[string]int
	var nilSlice []int
	clear(nilMap)
	clear(nilSlice)
	fmt.Println(nilMap == nil, nilSlice == nil)
	w := weights{"a": {1, 2}}
	alias := w
	fmt.Println(wipe(w), len(alias), w != nil)
	w["b"] = nil
	fmt.Println(alias)
	b := buffer[string]{[]string{"x", "y"}}
	whole := b.data
	b.Reset()
	fmt.Printf("%q %d %d\n", whole, len(b.data), cap(b.data))
	arr := [3]any{1, "a", nil}
	clear(arr[:2])
	fmt.Println(arr)
	errs := []error{fmt.Errorf("e")}
	clear(errs)
	fmt.Println(errs[0] == nil)
}
