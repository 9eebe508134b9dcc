// Unexported methods in interfaces, blank parameters, receivers and fields,
// results without names, unnamed parameters, Unicode identifiers, init twice.
package main

import (
	"fmt"
	"math"
)

type sealed interface {
	seal()
	Value() float64
}

type µm float64
type Δ struct{ from, to float64 }

func (µm) seal()            {}
func (x µm) Value() float64 { return float64(x) }
func (*Δ) seal()            {}
func (d *Δ) Value() float64 { return d.to - d.from }

type open struct{}

func (open) Value() float64 { return 1 }

func first(a, _ int, _ ...string) int        { return a }
func ignore(int, string, ...float64) (_ int) { return }
func mixed(_ int, b string) (n int, _ error) { n = len(b); return }

type blank struct {
	_    int
	a, b int8
	_    string
}

var _ sealed = µm(0)
var _, pi = 1, math.Pi
var _ = fmt.Sprint("evaluated")

type callback = func(int, ...any) (string, error)

const π, τ = math.Pi, 2 * math.Pi

var log []string

func init() { log = append(log, "a") }
func init() { log = append(log, "b") }

type visitor interface {
	visit(int) visitor
}
type limit int

func (l limit) visit(n int) visitor {
	if l == 0 {
		return nil
	}
	log = append(log, fmt.Sprint(n))
	return l - 1
}

func walk(v visitor, n int) {
	if v = v.visit(n); v == nil {
		return
	}
	walk(v, n*2)
}

type tag struct{ string }
type num struct {
	int
	*float64
}

func main() {
	for _, s := range []sealed{µm(2.5), &Δ{1, 4}} {
		s.seal()
		fmt.Printf("%v %T ", s.Value(), s)
	}
	fmt.Println()
	_, ok := any(open{}).(sealed)
	_, ok2 := any(Δ{}).(sealed)
	_, ok3 := any(&Δ{}).(interface{ seal() })
	fmt.Println(ok, ok2, ok3)
	fmt.Println(first(3, 4), ignore(1, "x", 2, 3), pi == π, τ/π)
	fmt.Println(mixed(0, "abc"))
	b := blank{a: 1, b: 2}
	fmt.Println(b, b == blank{a: 1, b: 2}, b.a+b.b)
	var cb callback = func(n int, rest ...any) (_ string, err error) {
		if n > len(rest) {
			err = fmt.Errorf("%d > %d", n, len(rest))
		}
		return
	}
	s, err := cb(1)
	fmt.Printf("%q %v\n", s, err)
	fmt.Println(cb(1, nil))
	walk(limit(3), 1)
	fmt.Println(log)
	t := tag{"text"}
	x := 2.5
	n := num{3, &x}
	*n.float64++
	n.int *= 2
	fmt.Println(t.string, len(t.string), n.int, x)
	größe, λ := 1.5, func(x float64) float64 { return x * x }
	fmt.Println(größe, λ(größe))
	_, y := 5, 6
	_ = y
	for _ = range 2 {
		fmt.Print("_")
	}
	for _, _ = range []int{1} {
		fmt.Print("__")
	}
	if _, err := fmt.Sscan("7", &y); err == nil {
		fmt.Println(y)
	}
}
