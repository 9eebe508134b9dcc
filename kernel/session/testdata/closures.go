// Closures share the variables that they capture: with each other, with the
// function that made them, through pointers, parameters and results.
package main

import (
	"fmt"
	"sort"
	"strings"
)

func counter() (inc, dec func() int, get func() int) {
	n := 0
	return func() int { n++; return n }, func() int { n--; return n }, func() int { return n }
}

func compose(fs ...func(float64) float64) func(float64) float64 {
	return func(x float64) float64 {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func param(x int) (func(), func() int) {
	return func() { x *= 2 }, func() int { return x }
}

func result() (n int, f func()) {
	f = func() { n++ }
	f()
	return n + 10, f
}

func memo(f func(int) int) func(int) int {
	seen := map[int]int{}
	return func(n int) int {
		if v, ok := seen[n]; ok {
			return v
		}
		v := f(n)
		seen[n] = v
		return v
	}
}

type op func(a, b int) int

func (o op) apply(xs ...int) int {
	acc := xs[0]
	for _, x := range xs[1:] {
		acc = o(acc, x)
	}
	return acc
}

func main() {
	inc, dec, get := counter()
	inc()
	inc()
	dec()
	_, _, other := counter()
	fmt.Println(get(), other())
	half := func(x float64) float64 { return x / 2 }
	fmt.Println(compose(half, half, func(x float64) float64 { return x + 1 })(10))
	double, read := param(3)
	double()
	double()
	fmt.Println(read())
	r, more := result()
	more()
	fmt.Println(r)
	calls := 0
	slow := memo(func(n int) int { calls++; return n * n })
	fmt.Println(slow(4), slow(4), slow(5), calls)
	fmt.Println(op(func(a, b int) int { return a - b }).apply(10, 3, 2))
	x := 1
	p := &x
	f := func() { *p += x }
	f()
	x += 10
	f()
	fmt.Println(x)
	arr := [3]int{1, 2, 3}
	g := func() { arr[0] = 100 }
	cp := arr
	g()
	fmt.Println(arr, cp)
	ws := strings.Fields("the quick brown fox")
	sort.Slice(ws, func(i, j int) bool { return len(ws[i]) < len(ws[j]) || len(ws[i]) == len(ws[j]) && ws[i] > ws[j] })
	fmt.Println(ws)
	var rec func(depth int) func() int
	rec = func(depth int) func() int {
		if depth == 0 {
			return func() int { x++; return x }
		}
		return rec(depth - 1)
	}
	fmt.Println(rec(3)(), rec(2)(), x)
	fmt.Println(func(s string) string { return s + s }("twice"))
}
