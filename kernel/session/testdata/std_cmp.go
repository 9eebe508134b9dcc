// The package cmp: three-way comparison of every ordered kind, NaN first, Or
// over values that are zero, and comparison functions put together.
package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

type Depth float32
type Name string

type probe struct {
	shank int
	depth Depth
	name  Name
}

func by[T any, K cmp.Ordered](key func(T) K) func(a, b T) int {
	return func(a, b T) int { return cmp.Compare(key(a), key(b)) }
}

func then[T any](fs ...func(a, b T) int) func(a, b T) int {
	return func(a, b T) int {
		for _, f := range fs {
			if c := f(a, b); c != 0 {
				return c
			}
		}
		return 0
	}
}

func reverse[T any](f func(a, b T) int) func(a, b T) int {
	return func(a, b T) int { return f(b, a) }
}

func largest[T cmp.Ordered](x T, xs ...T) T {
	for _, y := range xs {
		if cmp.Less(x, y) {
			x = y
		}
	}
	return x
}

func main() {
	fmt.Println(cmp.Compare(1, 2), cmp.Compare("b", "a"), cmp.Compare(Depth(1), 1), cmp.Compare(uint8(200), 100))
	nan := math.NaN()
	fmt.Println(cmp.Compare(nan, 1), cmp.Compare(1, nan), cmp.Compare(nan, nan), cmp.Less(nan, math.Inf(-1)))
	zero := 0.0
	fmt.Println(cmp.Compare(zero, -zero), cmp.Less(-1/zero, -math.MaxFloat64))
	fmt.Println(cmp.Or(0, 3, 5), cmp.Or("", "default"), cmp.Or[Name](), cmp.Or(nil, error(nil)) == nil)
	ps := []probe{{1, 300, "b"}, {0, 300, "c"}, {1, 100, "a"}, {0, 300, "a"}, {1, 300, "a"}}
	slices.SortFunc(ps, then(
		reverse(by(func(p probe) Depth { return p.depth })),
		by(func(p probe) int { return p.shank }),
		by(func(p probe) Name { return p.name }),
	))
	fmt.Println(ps)
	xs := []float64{2, nan, -1, math.Inf(1)}
	slices.Sort(xs)
	fmt.Println(xs)
	fmt.Println(largest(3, 9, 4), largest("x"), largest(Name("p"), "q", "a"), largest(-zero, nan))
	fmt.Println(slices.SortedFunc(slices.Values([]string{"bb", "a", "ccc"}), by(func(s string) int { return -len(s) })))
	f := cmp.Compare[int]
	fmt.Println(f(3, 3), slices.MinFunc([]int{4, 2, 8}, f))
}
