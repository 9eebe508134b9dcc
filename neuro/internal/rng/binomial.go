package rng

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Binomial returns how many of n independent trials succeed, each with the
// probability p: by inversion where few succeed or fail, else by the rejection of
// Hormann 1993, J Stat Comput Simul 46:101 (BTRS). It panics where n is negative or p
// is not a probability.
func (s *Source) Binomial(n int, p float64) int {
	switch {
	case n < 0 || !(p >= 0 && p <= 1):
		panic("rng: Binomial: n must not be negative, and p must lie between 0 and 1")
	case n == 0 || p == 0:
		return 0
	case p > 0.5:
		return n - s.Binomial(n, 1-p)
	case float64(n)*p < 10:
		return s.binomialInverse(n, p)
	}
	return s.binomialRejection(float64(n), p)
}

// binomialInverse adds up probabilities until they pass a uniform number.
func (s *Source) binomialInverse(n int, p float64) int {
	u := s.Float64()
	odds := p / (1 - p)
	f := vec.Exp(float64(n) * vec.Log1p(-p))
	for k := 0; k < n; k++ {
		if u < f {
			return k
		}
		u -= f
		f *= odds * float64(n-k) / float64(k+1)
	}
	return n
}

func (s *Source) binomialRejection(n, p float64) int {
	sd := math.Sqrt(n * p * (1 - p))
	b := 1.15 + float64(2.53*sd)
	a := -0.0873 + float64(0.0248*b) + float64(0.01*p)
	c := float64(n*p) + 0.5
	easy := 0.92 - 4.2/b
	alpha := (2.83 + 5.1/b) * sd
	mode := math.Floor((n + 1) * p)
	odds := vec.Log(p / (1 - p))
	logFactorials := func(k float64) float64 {
		x, _ := vec.Lgamma(k + 1)
		y, _ := vec.Lgamma(n - k + 1)
		return x + y
	}
	for {
		u, v := float64(s.Float64())-0.5, s.Positive()
		us := 0.5 - math.Abs(u)
		k := math.Floor(float64((2*a/us+b)*u) + c)
		if us >= 0.07 && v <= easy {
			return int(k)
		}
		if k < 0 || k > n {
			continue
		}
		ratio := logFactorials(mode) - logFactorials(k) + float64((k-mode)*odds)
		if vec.Log(v*alpha/(a/(us*us)+b)) <= ratio {
			return int(k)
		}
	}
}
