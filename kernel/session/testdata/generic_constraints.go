// Constraints: unions with ~, methods and types together, comparable, type
// parameters that bound each other, conversion and len by the type set.
package main

import (
	"fmt"
	"sort"
)

type Integer interface{ ~int | ~int8 | ~uint8 | ~int64 }
type Float interface{ ~float32 | ~float64 }
type Real interface{ Integer | Float }

type Unit interface {
	~float64
	Symbol() string
}

type Volt float64
type Amp float64

func (Volt) Symbol() string { return "V" }
func (Amp) Symbol() string  { return "A" }

func Show[U Unit](u U) string { return fmt.Sprintf("%.2f %s", float64(u), u.Symbol()) }

func Scale[U Unit](u U, k float64) U { return U(float64(u) * k) }

type Setter[T any] interface {
	*T
	Set(string)
}

type Flag struct{ v string }

func (f *Flag) Set(s string) { f.v = "<" + s + ">" }

func FromStrings[T any, P Setter[T]](ss ...string) []T {
	out := make([]T, len(ss))
	for i, s := range ss {
		P(&out[i]).Set(s)
	}
	return out
}

func Index[T comparable](xs []T, x T) int {
	for i, v := range xs {
		if v == x {
			return i
		}
	}
	return -1
}

func Bytes[T ~string | ~[]byte](s T) (n int, last byte, part T) {
	for i := 0; i < len(s); i++ {
		last = s[i]
	}
	return len(s), last, s[1:]
}

func Abs[T Real](x T) T {
	if x < 0 {
		return -x
	}
	return x
}

func Keys[M ~map[K]V, K ~string, V any](m M) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}

type Name string
type Rates map[Name]float64

func main() {
	fmt.Println(Show(Volt(0.07)), Show(Amp(2)), Show(Scale(Volt(2), 1.5)))
	fmt.Println(FromStrings[Flag]("a", "b"))
	fmt.Println(Index([]string{"x", "y"}, "y"), Index([]any{1, "a", nil}, any(nil)), Index([][2]int{{1, 2}}, [2]int{2, 1}))
	fmt.Println(Bytes("spike"))
	n, last, part := Bytes([]byte("abc"))
	fmt.Printf("%d %c %s %T\n", n, last, part, part)
	fmt.Println(Abs(-3), Abs(int8(-128)), Abs(uint8(3)), Abs(-2.5), Abs(Volt(-1)))
	ks := Keys(Rates{"b": 1, "a": 2})
	fmt.Printf("%v %T\n", ks, ks)
}
