// Generic functions: explicit, partial and inferred type arguments, functions
// as values, constraints with methods, recursion and closures inside.
package main

import (
	"fmt"
	"strconv"
	"strings"
)

type Number interface {
	~int | ~int32 | ~float32 | ~float64
}

func Convert[To, From Number](x From) To { return To(x) }

func MapSlice[S ~[]A, A, B any](s S, f func(A) B) []B {
	out := make([]B, len(s))
	for i, a := range s {
		out[i] = f(a)
	}
	return out
}

func Fold[A, B any](s []A, b B, f func(B, A) B) B {
	for _, a := range s {
		b = f(b, a)
	}
	return b
}

func Apply[T any](x T, fs ...func(T) T) T {
	for _, f := range fs {
		x = f(x)
	}
	return x
}

func Join[T fmt.Stringer](xs ...T) string {
	var parts []string
	for _, x := range xs {
		parts = append(parts, x.String())
	}
	return strings.Join(parts, "+")
}

func Zero[T any]() (z T) { return }

func Perms[T any](xs []T) (out [][]T) {
	if len(xs) < 2 {
		return [][]T{append([]T(nil), xs...)}
	}
	for i := range xs {
		rest := append(append([]T(nil), xs[:i]...), xs[i+1:]...)
		for _, p := range Perms(rest) {
			out = append(out, append([]T{xs[i]}, p...))
		}
	}
	return
}

type mV float64

func (v mV) String() string { return strconv.FormatFloat(float64(v), 'f', 1, 64) + "mV" }

type trace []mV

func twice[T any](f func(T) T) func(T) T { return func(x T) T { return f(f(x)) } }

func inc(i int) int { return i + 1 }

func main() {
	fmt.Println(Convert[int](3.9), Convert[float32](7), Convert[mV](int32(-70)))
	fmt.Println(MapSlice(trace{-65, -70}, mV.String), MapSlice([]string{"1", "x"}, func(s string) bool { return s > "5" }))
	fmt.Println(Fold([]string{"a", "bb"}, 0, func(n int, s string) int { return n + len(s) }))
	fmt.Println(Apply(3, inc, twice(inc), func(i int) int { return -i }))
	fmt.Println(Join(mV(1), mV(2.5)), Join[mV]() == "")
	fmt.Printf("%v %q %v %v\n", Zero[int](), Zero[string](), Zero[*int]() == nil, Zero[[2]bool]())
	fmt.Println(Perms([]string{"x", "y", "z"}))
	var f func(float64) int = Convert[int, float64]
	g := Fold[int, string]
	fmt.Println(f(2.7), g([]int{1, 2}, ">", func(s string, i int) string { return s + strconv.Itoa(i) }))
	fmt.Printf("%T %T\n", f, g)
	var h func([]int, func(int) string) []string = MapSlice
	fmt.Println(h([]int{4, 5}, strconv.Itoa))
}
