//go:build ignore

// Spike-timing-dependent plasticity: all pairs of two trains for every
// synapse, with an exponential each.
package main

import (
	"fmt"
	"math"
)

type STDP struct{ APlus, AMinus, TauPlus, TauMinus, Window float64 }

func (s STDP) Kernel(dt float64) float64 {
	switch {
	case dt > 0:
		return s.APlus * math.Exp(-dt/s.TauPlus)
	case dt < 0:
		return -s.AMinus * math.Exp(dt/s.TauMinus)
	}
	return 0
}

func (s STDP) Change(pre, post []float64) float64 {
	w := 0.0
	first := 0
	for _, tp := range post {
		for first < len(pre) && pre[first] < tp-s.Window {
			first++
		}
		for j := first; j < len(pre) && pre[j] <= tp+s.Window; j++ {
			w += s.Kernel(tp - pre[j])
		}
	}
	return w
}

func train(n int, rate float64, seed uint32) []float64 {
	t := 0.0
	out := make([]float64, n)
	for i := range out {
		seed = seed*1664525 + 1013904223
		t += -math.Log(1-float64(seed>>8)/(1<<24)) / rate
		out[i] = t
	}
	return out
}

func main() {
	rule := STDP{0.005, 0.00525, 20, 20, 100}
	var pre, post [][]float64
	for i := range 75 {
		pre = append(pre, train(2000, 0.02, uint32(i)))
		post = append(post, train(2000, 0.02, uint32(1000+i)))
	}
	w := make([][]float64, len(pre))
	for i := range pre {
		for j := range post {
			w[i] = append(w[i], 0.5+rule.Change(pre[i], post[j]))
		}
	}
	lo, hi := w[0][0], w[0][0]
	for _, row := range w {
		for _, x := range row {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	fmt.Println(lo, hi, w[3][4], w[74][74])
}
