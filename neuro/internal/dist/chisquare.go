package dist

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// ChiSquareCDF returns the probability that χ² with df degrees of freedom,
// which need not be whole, is at most x: the regularised incomplete gamma
// function P(df/2, x/2). NaN for NaN or df not above 0. Checked against SciPy.
func ChiSquareCDF(x, df float64) float64 {
	switch {
	case math.IsNaN(x) || !(df > 0):
		return math.NaN()
	case x <= 0:
		return 0
	}
	below, _ := gammaInc(df/2, x/2)
	return below
}

// ChiSquareSF returns the probability that χ² with df degrees of freedom is above x,
// without the cancellation of a difference from 1. Otherwise it is [ChiSquareCDF].
func ChiSquareSF(x, df float64) float64 {
	switch {
	case math.IsNaN(x) || !(df > 0):
		return math.NaN()
	case x <= 0:
		return 1
	}
	_, above := gammaInc(df/2, x/2)
	return above
}

// gammaInc returns P(a, x) and its complement, the former by its series below a+1
// and the latter by its continued fraction above (Abramowitz and Stegun 1964, 6.5.29
// and 6.5.31).
func gammaInc(a, x float64) (below, above float64) {
	if math.IsInf(x, 1) {
		return 1, 0
	}
	lg, _ := vec.Lgamma(a)
	front := vec.Exp(float64(a*vec.Log(x)) - x - lg)
	if x < a+1 {
		term := 1 / a
		sum := term
		for n := a + 1; math.Abs(term) > 1e-17*sum; n++ {
			term = float64(term * (x / n))
			sum += term
		}
		below = float64(front * sum)
		return below, 1 - below
	}
	const tiny = 1e-300
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for i := 1.0; i < 100000; i++ {
		an := -i * (i - a)
		b += 2
		d = float64(an*d) + b
		if math.Abs(d) < tiny {
			d = tiny
		}
		c = b + an/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		step := float64(d * c)
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	above = float64(front * h)
	return 1 - above, above
}

// ChiSquareQuantile returns the x that χ² with df degrees of freedom is below
// with probability p; NaN unless p is between 0 and 1 and df above 0. It starts
// from the approximation of Wilson and Hilferty (1931) and halves a bracket
// around it. Checked against SciPy.
func ChiSquareQuantile(p, df float64) float64 {
	if !(p > 0 && p < 1) || !(df > 0) {
		return math.NaN()
	}
	r := 2 / (9 * df)
	u := 1 - r + float64(vec.NormQuantile(p)*math.Sqrt(r))
	lo, hi := 0.0, math.Max(float64(df*u*u*u), df)
	for ChiSquareCDF(hi, df) < p {
		lo, hi = hi, 2*hi
	}
	for range 200 {
		mid := (lo + hi) / 2
		if mid <= lo || mid >= hi {
			break
		}
		if ChiSquareCDF(mid, df) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}
