// A bootstrap and a permutation test with a statistic given as a function, by
// parallel workers each with its own seeded generator.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

type statistic func([]float64) float64

func mean(xs []float64) (m float64) {
	for i, x := range xs {
		m += (x - m) / float64(i+1)
	}
	return
}

func median(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	if n := len(s); n%2 == 1 {
		return s[n/2]
	} else {
		return (s[n/2-1] + s[n/2]) / 2
	}
}

func sd(xs []float64) float64 {
	m, s := mean(xs), 0.0
	for _, x := range xs {
		s += (x - m) * (x - m)
	}
	return math.Sqrt(s / float64(len(xs)-1))
}

func bootstrap(xs []float64, stat statistic, n, workers int) []float64 {
	out := make([]float64, n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			buf := make([]float64, len(xs))
			for i := w; i < n; i += workers {
				r := rand.New(rand.NewPCG(uint64(i), 7))
				for j := range buf {
					buf[j] = xs[r.IntN(len(xs))]
				}
				out[i] = stat(buf)
			}
		})
	}
	wg.Wait()
	slices.Sort(out)
	return out
}

func permutation(a, b []float64, n int) float64 {
	observed := math.Abs(mean(a) - mean(b))
	all := slices.Concat(a, b)
	r := rand.New(rand.NewPCG(1, 1))
	extreme := 0
	for range n {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if math.Abs(mean(all[:len(a)])-mean(all[len(a):])) >= observed {
			extreme++
		}
	}
	return float64(extreme+1) / float64(n+1)
}

func main() {
	r := rand.New(rand.NewPCG(5, 6))
	a, b := make([]float64, 25), make([]float64, 30)
	for i := range a {
		a[i] = 10 + 2*r.NormFloat64()
	}
	for i := range b {
		b[i] = 11.5 + 2*r.NormFloat64()
	}
	for _, s := range []struct {
		name string
		f    statistic
	}{{"mean", mean}, {"median", median}, {"sd", sd}, {"range", func(xs []float64) float64 { return slices.Max(xs) - slices.Min(xs) }}} {
		one, four := bootstrap(a, s.f, 400, 1), bootstrap(a, s.f, 400, 4)
		fmt.Printf("%-6s %.6f [%.6f, %.6f] %t\n", s.name, s.f(a), one[10], one[389], slices.Equal(one, four))
	}
	fmt.Printf("p = %.5f\n", permutation(a, b, 999))
}
