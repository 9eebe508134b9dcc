//go:build ignore

// Closures that hot loops call, and that change what they captured.
package main

import "fmt"

func counter() (inc func() int, get func() int) {
	n := 0
	return func() int { n++; return n }, func() int { return n }
}

func apply(x []float64, f func(float64) float64) {
	for i := range x {
		x[i] = f(x[i])
	}
}

func fold(n int, f func(acc, i int) int) (acc int) {
	for i := range n {
		acc = f(acc, i)
	}
	return acc
}

func compose(f, g func(int) int) func(int) int { return func(x int) int { return g(f(x)) } }

func main() {
	inc, get := counter()
	for range 5000 {
		inc()
	}
	fmt.Println(get())
	sum, calls := 0.0, 0
	add := func(v float64) { sum += v; calls++ }
	for i := range 5000 {
		add(float64(i) * 0.5)
	}
	fmt.Println(sum, calls)
	x := make([]float64, 3000)
	shift := 1.0
	for k := range 4 {
		apply(x, func(v float64) float64 { shift += 0.25; return v + shift + float64(k) })
	}
	fmt.Println(x[0], x[2999], shift)
	// The same loop with functions that differ from call to call.
	for _, f := range []func(a, i int) int{
		func(a, i int) int { return a + i },
		func(a, i int) int { return a ^ i<<2 },
		func(a, i int) int { calls++; return max(a, i%1000) },
		func(a, i int) int { return a - calls },
	} {
		fmt.Println(fold(4000, f))
	}
	fmt.Println(calls)
	// One that is changed while the loop runs.
	f := func(i int) int { return i }
	total := 0
	for i := range 6000 {
		if i%2000 == 0 {
			old := f
			f = func(i int) int { return old(i) + 1 }
		}
		total += f(i)
	}
	fmt.Println(total)
	h := compose(func(x int) int { return x + 3 }, func(x int) int { return x * 2 })
	v := 1
	for range 3000 {
		v = h(v) & 0xffff
	}
	fmt.Println(v)
	var rec func(n int) int
	rec = func(n int) int {
		if n < 2 {
			return n
		}
		return rec(n-1) + rec(n-2)
	}
	fmt.Println(rec(20))
	// Variables of each turn.
	var fs []func() int
	for i := 0; i < 3000; i++ {
		if i%1000 == 5 {
			fs = append(fs, func() int { i += 10; return i })
		}
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	// Read by one, written by another.
	state := 0
	set := func(v int) { state = v }
	seen := 0
	for i := range 5000 {
		set(i * 2)
		if state == i*2 {
			seen++
		}
		state++
	}
	fmt.Println(state, seen)
}
