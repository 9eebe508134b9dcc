//go:build ignore

// Functions of the program that the library calls, a million times each. How
// long a call takes, in the fastest of twenty stretches, goes to standard error:
// in a stretch of a few milliseconds the process has the processor for itself.
//
//tiers:limit-ns 100
package main

import (
	"fmt"
	"math"
	"os"
	"sort"
	"strings"
	"time"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

var calls int

const stretches = 20

// per prints the time per call of something that makes n calls.
func per(name string, n int, do func()) {
	best := math.Inf(1)
	for range stretches {
		start := time.Now()
		do()
		best = min(best, float64(time.Since(start))/float64(n))
	}
	fmt.Fprintf(os.Stderr, "%s: %.1f ns\n", name, best)
}

func pulse(t float64) float64 {
	if int(t)%10 < 2 {
		return 3
	}
	return 0.5
}

type Tuning struct{ Gain, Width float64 }

func (u Tuning) At(x float64) float64 { return u.Gain * math.Exp(-x*x/(2*u.Width*u.Width)) }

func main() {
	const n = 1_000_000 / stretches
	dst := make([]float64, n)
	sum := func() (s float64) {
		for _, x := range dst {
			s += x
		}
		return s
	}
	fill := func(f func(float64) float64) func() {
		return func() { stim.Func(f).Fill(dst, 0, 0.01) }
	}
	per("stim.Func of a function", n, fill(pulse))
	fmt.Println(sum())
	a, tau := 2.0, 20.0
	per("stim.Func of a closure", n, fill(func(t float64) float64 { return a * t / (tau + t) }))
	fmt.Println(sum())
	u := Tuning{3, 2}
	per("stim.Func of a method value", n, fill(u.At))
	fmt.Println(sum())
	state := 0.0
	per("stim.Func that keeps state", n, fill(func(t float64) float64 { state += 0.01 * (t - state); return state }))
	fmt.Println(sum(), state)
	total := 0.0
	table := map[int]float64{0: 1, 1: 2, 2: 4}
	per("stim.Func that reads a map (slow tier)", n, fill(func(t float64) float64 { return table[int(t)%4] }))
	fmt.Println(sum())
	per("quad.Fixed", n, func() {
		s := 0.0
		for i := range n / 100 {
			k := float64(i % 7)
			s += quad.Fixed(func(x float64) float64 { return x*x*k + 1 }, 0, 1, 100, nil, 0)
		}
		total += s
	})
	fmt.Println(total)
	per("fd.Derivative", 2*n, func() {
		s := 0.0
		for i := range n {
			s += fd.Derivative(pulse, float64(i), &fd.Settings{Formula: fd.Central, OriginKnown: false})
		}
		total += s
	})
	fmt.Println(total)
	per("strings.Map", n, func() {
		text := strings.Repeat("abcdefghij", n/10)
		total += float64(len(strings.Map(func(r rune) rune {
			if r == 'c' {
				return -1
			}
			return r + 1
		}, text)))
	})
	fmt.Println(total)
	per("sort.Search", n, func() {
		found := 0
		for i := range n / 20 {
			found += sort.Search(1_000_000, func(k int) bool { return k*k >= i*1000 })
		}
		total += float64(found)
	})
	fmt.Println(total)
	per("mat.Dense.Apply", n, func() {
		m := mat.NewDense(n/100, 100, dst)
		m.Apply(func(i, j int, v float64) float64 { return float64(i-j) + v*0.5 }, m)
		total += mat.Sum(m)
	})
	fmt.Println(total)
	rosenbrock := func(x []float64) float64 {
		calls++
		s := 0.0
		for i := range len(x) - 1 {
			s += 100*(x[i+1]-x[i]*x[i])*(x[i+1]-x[i]*x[i]) + (1-x[i])*(1-x[i])
		}
		return s
	}
	best := math.Inf(1)
	var res *optimize.Result
	for range stretches / 4 {
		calls = 0
		start := time.Now()
		var err error
		res, err = optimize.Minimize(optimize.Problem{Func: rosenbrock}, []float64{-1, 2, -1, 2, 3, -1}, &optimize.Settings{FuncEvaluations: 20_000}, &optimize.NelderMead{})
		if err != nil && res == nil {
			fmt.Println(err)
			return
		}
		best = min(best, float64(time.Since(start))/float64(calls))
	}
	fmt.Println(res.F < 1, calls > 100)
	fmt.Fprintf(os.Stderr, "optimize.Minimize with its own work: %.1f ns\n", best)
}
