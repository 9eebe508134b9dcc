package randprog

// preamble is what every program begins with.
const preamble = `package main

import (
	"fmt"
	"iter"
	"runtime"
	"strings"
)

type S0 struct {
	A int8
	B float32
	C string
}

func (s S0) M(k int) int    { return int(s.A)*k + len(s.C) }
func (s S0) String() string { return fmt.Sprintf("S0(%v %v %q)", s.A, s.B, s.C) }

type S1 struct {
	X uint16
	S S0
	R [3]int32
	V any
	L []int
}

func (s *S1) M(k int) int    { return int(s.X) ^ k }
func (s *S1) Note(k int)     { s.X++; show(s, k) }
func (s *S1) String() string { return fmt.Sprintf("S1(%v %v %v %v %v)", s.X, s.S, s.R, s.V, s.L) }

type N int16

func (n N) M(k int) int { return int(n) - k }

type E struct {
	S0
	Y complex64
	K [2]S0
}

type P[T any] struct {
	F T
	G int
}

func (p P[T]) String() string { return fmt.Sprintf("P[%T](%v,%d)", p.F, p.F, p.G) }

type I interface{ M(int) int }

var (
	fuel int
	gI   = 3
	gS   = S0{1, 2.5, "g"}
	gT   = S1{X: 7, L: []int{1, 2}}
	gL   = []int{4, 5, 6}
	gM   = map[string]int{"k1": 1}
	gA   any = N(4)
	gP   = &gS
	gF   = 0.5
	gR   [3]int32
	gU   uint8 = 200
	gW   I     = &gT
)

// guard runs what may panic.
func guard(f func()) {
	defer func() {
		if e := recover(); e != nil {
			show(what(e))
		}
	}()
	f()
}

func id[T any](x T) T { return x }

func sel[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

func ref[T any](x T) *T { return &x }

func at[T any](s []T, i int) (zero T) {
	if i >= 0 && i < len(s) {
		return s[i]
	}
	return
}

func as[T any](x any) T {
	v, _ := x.(T)
	return v
}

func is[T any](x any) bool {
	_, ok := x.(T)
	return ok
}

func same(x, y any) bool {
	return x == y
}

func head[T any](s []T) []T {
	if len(s) > 6 {
		return s[:6]
	}
	return s
}

// clip hides a capacity, which differs between implementations.
func clip[T any](s []T) []T { return s[:len(s):len(s)] }

func short(s string) string {
	if len(s) > 12 {
		return s[:12]
	}
	return s
}

func toInt(x float64) int {
	if x != x || x > 1e9 || x < -1e9 {
		return 7
	}
	return int(x)
}

func twice(x int) int { return 2 * x }

func pairs[T any](s []T) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, x := range s {
			if !yield(i, x) {
				return
			}
		}
	}
}

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() { fuel-- }()
		for i := range n {
			if !yield(i * i) {
				return
			}
		}
	}
}

func what(e any) string {
	if err, ok := e.(runtime.Error); ok {
		return "runtime: " + err.Error()
	}
	return fmt.Sprintf("%T %v", e, text(e))
}

var shown int

func show(list ...any) {
	if shown++; shown > 400 {
		return
	}
	for _, x := range list {
		fmt.Print(" ", text(x))
	}
	fmt.Println()
}

func text(x any) string {
	switch x := x.(type) {
	case func(int) int:
		return fmt.Sprint("func:", x != nil)
	case S1:
		return "value " + x.String()
	case []any:
		var s []string
		for _, y := range x {
			s = append(s, text(y))
		}
		return strings.Join(s, ";")
	case []I:
		var s []string
		for _, y := range x {
			s = append(s, text(y))
		}
		return fmt.Sprintf("%d[%s]", len(x), strings.Join(s, ";"))
	case []int:
		return fmt.Sprintf("%#v", x)
	case map[any]int: // fmt orders keys of several types by where the types lie
		return fmt.Sprint(len(x))
	case string:
		return fmt.Sprintf("%q", x)
	}
	return fmt.Sprintf("%T:%v", x, x)
}

func list(x ...any) []any { return x }

func try(name string, f func() []any) {
	shown = 0
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "panics", what(e))
		}
	}()
	r := f()
	fmt.Print(name)
	for _, x := range r {
		fmt.Print(" ", text(x))
	}
	fmt.Println()
}

`
