// Histograms with half-open bins, drawn as text; running mean and variance by
// Welford; the empirical distribution function.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

type Histogram struct {
	lo, width   float64
	counts      []int
	under, over int
}

func New(lo, hi float64, bins int) *Histogram {
	return &Histogram{lo: lo, width: (hi - lo) / float64(bins), counts: make([]int, bins)}
}

func (h *Histogram) Add(xs ...float64) *Histogram {
	for _, x := range xs {
		switch i := int(math.Floor((x - h.lo) / h.width)); {
		case math.IsNaN(x):
		case i < 0:
			h.under++
		case i >= len(h.counts):
			h.over++
		default:
			h.counts[i]++
		}
	}
	return h
}

func (h Histogram) String() string {
	var b strings.Builder
	most := 1
	for _, c := range h.counts {
		most = max(most, c)
	}
	for i, c := range h.counts {
		fmt.Fprintf(&b, "%6.2f %4d %s\n", h.lo+float64(i)*h.width, c, strings.Repeat("█", c*20/most))
	}
	fmt.Fprintf(&b, "under %d over %d", h.under, h.over)
	return b.String()
}

type Running struct {
	n        int
	mean, m2 float64
}

func (r *Running) Add(x float64) {
	r.n++
	d := x - r.mean
	r.mean += d / float64(r.n)
	r.m2 += d * (x - r.mean)
}

func (r Running) Var() float64 { return r.m2 / float64(r.n-1) }

func ecdf(xs []float64) func(float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	return func(x float64) float64 {
		return float64(sort.Search(len(s), func(i int) bool { return s[i] > x })) / float64(len(s))
	}
}

func main() {
	var xs []float64
	u := uint32(99)
	uniform := func() float64 { u = u*1664525 + 1013904223; return float64(u) / (1 << 32) }
	for range 400 {
		s := 0.0
		for range 6 {
			s += uniform()
		}
		xs = append(xs, s-3)
	}
	h := New(-2, 2, 8).Add(xs...).Add(math.NaN(), -5, 2, 1e300, math.Inf(-1))
	fmt.Println(h)
	var r Running
	for _, x := range xs {
		r.Add(x)
	}
	fmt.Printf("%.9f %.9f %d\n", r.mean, r.Var(), r.n)
	f := ecdf(xs)
	fmt.Println(f(-10), f(10), f(0) > 0.4 && f(0) < 0.6, f(xs[0]) >= f(xs[0]-1e-9))
}
