// Type inference where it is not trivial: from function arguments, named slice
// types, untyped constants of mixed kinds, returned and assigned functions.
package main

import (
	"fmt"
	"strings"
)

type Samples []float64

func Smooth[S ~[]E, E ~float64](s S, k int) S {
	out := make(S, len(s))
	for i := range s {
		lo, hi := max(0, i-k), min(len(s), i+k+1)
		for _, x := range s[lo:hi] {
			out[i] += x / E(hi-lo)
		}
	}
	return out
}

func Pick[T any](cond bool, a, b T) T {
	if cond {
		return a
	}
	return b
}

func Curry[A, B, C any](f func(A, B) C) func(A) func(B) C {
	return func(a A) func(B) C { return func(b B) C { return f(a, b) } }
}

func Compose[A, B, C any](f func(A) B, g func(B) C) func(A) C {
	return func(a A) C { return g(f(a)) }
}

func Identity[T any](x T) T { return x }

func Group[K comparable, V any, S ~[]V](s S, key func(V) K) map[K]S {
	m := map[K]S{}
	for _, v := range s {
		k := key(v)
		m[k] = append(m[k], v)
	}
	return m
}

func Deref[P ~*T, T any](p P) T { return *p }

func SumAll[T int | float64 | complex128](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func main() {
	s := Smooth(Samples{0, 3, 6, 3}, 1)
	fmt.Printf("%v %T\n", s, s)
	fmt.Printf("%T %T %T\n", Pick(true, 1, 2.5), Pick(false, 'a', 1), Pick[any](true, 1, "x"))
	fmt.Println(SumAll(1, 2), SumAll(1, 2.5), SumAll(1, 2i))
	fmt.Println(Curry(strings.Repeat)("ab")(3), Curry(func(a int, b float64) string { return fmt.Sprint(a, b) })(1)(2))
	fmt.Println(Compose(strings.Fields, func(w []string) int { return len(w) })("a b c"))
	f := Compose(Identity[int], Identity)
	fmt.Println(f(5))
	g := Group(Samples{1, -2, 3, -4}, func(x float64) string { return Pick(x > 0, "exc", "inh") })
	fmt.Printf("%v %T\n", g, g)
	x := 4
	fmt.Println(Deref(&x), Deref(new("text")))
	var cmp func(a, b string) string = func(a, b string) string { return a + b }
	fmt.Println(Curry(cmp)("x")("y"))
	apply := func(f func(float64) float64, x float64) float64 { return f(x) }
	fmt.Println(apply(Identity, 2))
	var fs = []func(int) int{Identity[int], func(i int) int { return i * 2 }}
	fmt.Println(fs[0](3), fs[1](3))
}
