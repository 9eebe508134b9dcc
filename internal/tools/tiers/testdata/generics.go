//go:build ignore

// Functions of type parameters and iterators, of the program and of the
// library.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

type Number interface{ ~int | ~int32 | ~float64 }

func Sum[T Number](x []T) (s T) {
	for _, v := range x {
		s += v
	}
	return s
}

func Map[A, B any](x []A, f func(A) B) []B {
	out := make([]B, 0, len(x))
	for _, v := range x {
		out = append(out, f(v))
	}
	return out
}

func Windows[T any](x []T, n int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for i := 0; i+n <= len(x); i++ {
			if !yield(x[i : i+n]) {
				return
			}
		}
	}
}

type Ring[T Number] struct {
	buf []T
	at  int
	sum T
}

func (r *Ring[T]) Push(v T) T {
	r.sum += v - r.buf[r.at]
	r.buf[r.at] = v
	r.at = (r.at + 1) % len(r.buf)
	return r.sum
}

func main() {
	x := make([]float64, 1_000_000)
	for i := range x {
		x[i] = float64(i%1000) * 0.5
	}
	best := 0.0
	for w := range Windows(x, 16) {
		best = max(best, Sum(w))
	}
	squares := Map(x, func(v float64) int32 { return int32(v * v) })
	r := &Ring[int32]{buf: make([]int32, 64)}
	top := int32(0)
	for range 80 {
		for _, v := range squares {
			top = max(top, r.Push(v))
		}
	}
	groups := map[int][]float64{}
	for i, v := range x {
		groups[i%64] = append(groups[i%64], v)
	}
	total := 0.0
	for _, k := range slices.Sorted(maps.Keys(groups)) {
		total += Sum(groups[k]) * float64(k)
	}
	fmt.Println(best, Sum(squares), top, total, slices.Max(squares), slices.IndexFunc(x, func(v float64) bool { return v > 499 }))
}
