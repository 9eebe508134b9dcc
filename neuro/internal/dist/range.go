package dist

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// StudentizedRangeSF returns the probability that the range of k independent standard
// normal values, over an independent estimate of their deviation with df degrees of
// freedom, exceeds q. It is what Tukey's and Games and Howell's comparisons ask for.
//
// The range of k values lies below w with probability
//
//	k ∫ φ(z) (Φ(z) - Φ(z-w))^(k-1) dz,
//
// which is averaged over w = q s, df s² being χ². Both integrals are sums at equal steps, of z and of
// log s, which converge as fast as the functions are smooth and vanish at their ends. df may be infinite; k is at least 2. NaN otherwise. Checked
// against SciPy's studentized_range and R's ptukey, to 2e-10.
func StudentizedRangeSF(q, k, df float64) float64 {
	switch {
	case math.IsNaN(q) || !(k >= 2) || !(df > 0):
		return math.NaN()
	case q <= 0:
		return 1
	case math.IsInf(df, 1) || df > 1e7:
		return 1 - normalRange(q, k)
	}
	// The density of u = log s is c exp(df u - df s²/2); it ends within 10 of its deviations above, and below
	// where exp(df u) does.
	lg, _ := vec.Lgamma(df / 2)
	c := math.Ln2 + float64(df/2*vec.Log(df/2)) - lg
	step := math.Min(0.12, 0.5/math.Sqrt(2*df))
	below := 0.0
	add := func(n int) bool {
		u := float64(float64(n) * step)
		s := vec.Exp(u)
		density := vec.Exp(c + float64(df*u) - float64(float64(df*s)*s/2))
		if density < 1e-20 {
			return false
		}
		below += float64(density * (1 - normalRange(float64(q*s), k)))
		return true
	}
	for n := 0; add(n); n++ {
	}
	for n := -1; add(n); n-- {
	}
	return math.Min(1, math.Max(0, float64(below*step)))
}

// StudentizedRangeQuantileSF returns the range that is exceeded with probability p.
func StudentizedRangeQuantileSF(p, k, df float64) float64 {
	if !(p > 0 && p < 1) || math.IsNaN(StudentizedRangeSF(1, k, df)) {
		return math.NaN()
	}
	// The logarithm of the tail is almost straight: the secant keeps the root between its ends
	// and halves the weight of an end that stays (the Illinois method).
	goal := vec.Log(p)
	above := func(q float64) float64 { return vec.Log(math.Max(1e-300, StudentizedRangeSF(q, k, df))) - goal }
	lo, hi := 0.0, 2.0
	yLo, yHi := -goal, above(2)
	for yHi > 0 && hi < 1e6 {
		lo, yLo, hi = hi, yHi, 2*hi
		yHi = above(hi)
	}
	last := 0
	for range 60 {
		q := hi - float64(yHi*(hi-lo)/(yHi-yLo))
		y := above(q)
		switch {
		case math.Abs(y) < 1e-13 || hi-lo < 1e-13*hi:
			return q
		case y > 0:
			lo, yLo = q, y
			if last > 0 {
				yHi /= 2
			}
			last = 1
		default:
			hi, yHi = q, y
			if last < 0 {
				yLo /= 2
			}
			last = -1
		}
	}
	return (lo + hi) / 2
}

// normalRange returns the probability that the range of k standard normal values is at most w.
func normalRange(w, k float64) float64 {
	if w <= 0 {
		return 0
	}
	// z is the largest of them. It has values from -8 to 8, and with many of them lies in a narrow place.
	const step = 0.1
	p := 0.0
	for n := int(-8 / step); n <= int((8+math.Min(w, 8))/step); n++ {
		z := float64(float64(n) * step)
		between := 0.0
		if z > 0 { // the complements are the more exact
			between = vec.NormCDF(w-z) - vec.NormCDF(-z)
		} else {
			between = vec.NormCDF(z) - vec.NormCDF(z-w)
		}
		if between > 0 {
			p += vec.Exp(float64((k-1)*vec.Log(between)) - float64(z*z/2))
		}
	}
	return math.Min(1, k*p*step/math.Sqrt(2*math.Pi))
}
