// A call with several results as the arguments of another, variadic too, as a
// return, in methods, closures and generic functions.
package main

import (
	"errors"
	"fmt"
	"strconv"
)

func stats(xs ...float64) (mean, sd float64, n int) {
	n = len(xs)
	for _, x := range xs {
		mean += x / float64(n)
	}
	for _, x := range xs {
		sd += (x - mean) * (x - mean) / float64(n)
	}
	return
}

func format(m, v float64, n int) string { return fmt.Sprintf("%.2f/%.2f/%d", m, v, n) }

func all(prefix string, rest ...any) int { fmt.Println(prefix, rest); return len(rest) }

func tagged() (string, int, bool) { return "tag", 1, true }

func pass() (string, int, bool) { return tagged() }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func second[A, B any](_ A, b B) B { return b }

type point struct{ x, y int }

func (p point) both() (int, int)     { return p.x, p.y }
func (p point) plus(x, y int) point  { return point{p.x + x, p.y + y} }
func make2(x, y int) (point, error)  { return point{x, y}, nil }
func failing() (p point, err error)  { return p, errors.New("failing") }
func swap[A, B any](a A, b B) (B, A) { return b, a }

func main() {
	fmt.Println(format(stats(1, 2, 3, 4)))
	fmt.Println(all(pass()))
	fmt.Println(tagged())
	p := point{3, 4}
	fmt.Println(p.plus(p.both()), must(make2(p.both())))
	fmt.Println(must(strconv.Atoi("12"))+1, second(strconv.ParseFloat("x", 64)))
	fmt.Println(swap(swap(1, "a")))
	f := func(xs ...int) int { return len(xs) }
	fmt.Println(f(p.both()), f(), f([]int{1, 2, 3}...))
	a, b := p.both()
	a, c := b, a
	fmt.Println(a, b, c)
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		must(failing())
	}()
	add := point.plus
	fmt.Println(add(p, 1, 1), fmt.Sprint(point.both(p)))
	var v, ok = map[string]int{"x": 1}["x"]
	fmt.Println(v, ok)
	var e1, e2 = func() (error, error) { return nil, errors.New("e2") }()
	fmt.Println(e1, e2)
}
