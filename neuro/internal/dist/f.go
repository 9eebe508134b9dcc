package dist

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// FSF returns the probability that Fisher's F with d1 and d2 degrees of freedom
// exceeds f:
//
//	P(F > f) = I_x(d2/2, d1/2), x = d2/(d2 + d1 f).
//
// d2 may be infinite. It is NaN for NaN, or degrees of freedom not above 0.
// Checked against SciPy.
func FSF(f, d1, d2 float64) float64 {
	above, _ := fTails(f, d1, d2)
	return above
}

// fTails returns the probabilities of a larger and of a smaller F, each without
// the cancellation of a difference from 1 where it is small.
func fTails(f, d1, d2 float64) (above, below float64) {
	switch {
	case math.IsNaN(f) || !(d1 > 0) || !(d2 > 0) || math.IsInf(d1, 1):
		return math.NaN(), math.NaN()
	case f <= 0:
		return 1, 0
	case math.IsInf(f, 1):
		return 0, 1
	case math.IsInf(d2, 1):
		below, above = gammaInc(d1/2, float64(d1*f)/2)
		return above, below
	}
	part := float64(d1 * f)
	x, y := d2/(d2+part), part/(d2+part)
	return betaInc(d2/2, d1/2, x, y), betaInc(d1/2, d2/2, y, x)
}

// ZFromF returns the normal quantile of the probability of an F as large or
// larger: positive where that is below 1/2. Probabilities below 1e-300 count as
// that.
func ZFromF(f, d1, d2 float64) float64 {
	above, below := fTails(f, d1, d2)
	if math.IsNaN(above) {
		return above
	}
	if above <= 0.5 {
		return -vec.NormQuantile(math.Max(above, 1e-300))
	}
	return vec.NormQuantile(math.Max(below, 1e-300))
}

// StudentQuantileSF returns the t that Student's t with df degrees of freedom
// exceeds with probability p, by halving a bracket; NaN unless p lies between 0
// and 1 and df is above 0.
func StudentQuantileSF(p, df float64) float64 {
	if !(p > 0 && p < 1) || !(df > 0) {
		return math.NaN()
	}
	if p > 0.5 {
		return -StudentQuantileSF(1-p, df)
	}
	return bisect(p, func(t float64) float64 { return StudentSF(t, df) })
}

// FQuantileSF returns the value that F exceeds with probability p; NaN where
// there is none.
func FQuantileSF(p, d1, d2 float64) float64 {
	if !(p > 0 && p < 1) || math.IsNaN(FSF(1, d1, d2)) {
		return math.NaN()
	}
	return bisect(p, func(f float64) float64 { return FSF(f, d1, d2) })
}

// bisect returns the x >= 0 at which the falling sf is p.
func bisect(p float64, sf func(float64) float64) float64 {
	lo, hi := 0.0, 1.0
	for sf(hi) > p && hi < 1e300 {
		lo, hi = hi, 2*hi
	}
	for range 200 {
		mid := (lo + hi) / 2
		if mid <= lo || mid >= hi {
			break
		}
		if sf(mid) > p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}
