// Autocorrelation, autoregressive fits by Yule and Walker, and detrending, on
// a generated series, by loops and by a function per lag.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
)

type series []float64

func ar(coef []float64, n int, seed uint64) series {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make(series, n)
	for t := range x {
		x[t] = r.NormFloat64()
		for k, c := range coef {
			if t > k {
				x[t] += c * x[t-k-1]
			}
		}
	}
	return x
}

func (x series) mean() float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

func (x series) autocov(lag int) (s float64) {
	m := x.mean()
	for t := lag; t < len(x); t++ {
		s += (x[t] - m) * (x[t-lag] - m)
	}
	return s / float64(len(x))
}

func yuleWalker(x series, order int) (a []float64, sigma2 float64) {
	r := make([]float64, order+1)
	for k := range r {
		r[k] = x.autocov(k)
	}
	sigma2 = r[0]
	for m := range order {
		k := r[m+1]
		for j, c := range a {
			k -= c * r[m-j]
		}
		k /= sigma2
		next := make([]float64, m+1)
		next[m] = k
		for j := range a {
			next[j] = a[j] - k*a[m-1-j]
		}
		a, sigma2 = next, sigma2*(1-k*k)
	}
	return
}

func (x series) detrend() series {
	n := float64(len(x))
	var st, sx, stt, stx float64
	for t, v := range x {
		ft := float64(t)
		st, sx, stt, stx = st+ft, sx+v, stt+ft*ft, stx+ft*v
	}
	slope := (n*stx - st*sx) / (n*stt - st*st)
	out := make(series, len(x))
	for t := range x {
		out[t] = x[t] - slope*float64(t) - (sx-slope*st)/n
	}
	return out
}

func main() {
	x := ar([]float64{0.6, -0.3}, 3000, 11)
	for lag := range 5 {
		fmt.Printf("%.6f ", x.autocov(lag)/x.autocov(0))
	}
	fmt.Println()
	for order := 1; order <= 3; order++ {
		a, s := yuleWalker(x, order)
		fmt.Printf("%d: %.6f %.6f\n", order, a, s)
	}
	for t := range x {
		x[t] += 0.01 * float64(t)
	}
	d := x.detrend()
	fmt.Println(math.Abs(d.mean()) < 1e-9, d.autocov(0) < x.autocov(0))
	fmt.Printf("%.6f\n", d.autocov(1)/d.autocov(0))
}
