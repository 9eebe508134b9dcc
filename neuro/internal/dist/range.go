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
// which is averaged over w = q s, df s² being χ². Both integrals are sums of 16-point
// Gauss-Legendre rules. df may be infinite; k is at least 2. NaN otherwise. Checked
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
	// The density of s is c s^(df-1) exp(-df s²/2).
	lg, _ := vec.Lgamma(df / 2)
	c := math.Ln2 + float64(df/2*vec.Log(df/2)) - lg
	spread := 1 / math.Sqrt(2*df)
	lo, hi := math.Max(0, 1-float64(12*spread)), 1+float64(12*spread)
	below := integrate(lo, hi, 20, func(s float64) float64 {
		if s == 0 {
			return 0
		}
		density := vec.Exp(c + float64((df-1)*vec.Log(s)) - float64(float64(df*s*s)/2))
		if density < 1e-20 {
			return 0
		}
		return float64(density * (1 - normalRange(float64(q*s), k)))
	})
	return math.Min(1, math.Max(0, below))
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
	// z is the largest of them.
	p := integrate(-8, 8+math.Min(w, 8), 10, func(z float64) float64 {
		between := vec.NormCDF(z) - vec.NormCDF(z-w)
		if z > 0 { // the complements are the more exact
			between = vec.NormCDF(w-z) - vec.NormCDF(-z)
		}
		if between <= 0 {
			return 0
		}
		return float64(vec.Exp(-float64(z*z)/2) * vec.Exp(float64((k-1)*vec.Log(between))))
	})
	return math.Min(1, k*p/math.Sqrt(2*math.Pi))
}

// integrate sums f by 16-point rules over parts of equal width.
func integrate(lo, hi float64, parts int, f func(float64) float64) float64 {
	width := (hi - lo) / float64(parts)
	sum := 0.0
	for i := range parts {
		middle := lo + float64((float64(i)+0.5)*width)
		part := 0.0
		for j, x := range legendreX {
			part += float64(legendreW[j] * (f(middle-float64(float64(x*width)/2)) + f(middle+float64(float64(x*width)/2))))
		}
		sum += float64(part * width / 2)
	}
	return sum
}

// Nodes and weights of the 16-point Gauss-Legendre rule (Abramowitz and Stegun 1964,
// table 25.4).
var (
	legendreX = [8]float64{0.09501250983763744, 0.28160355077925891, 0.45801677765722739, 0.61787624440264375,
		0.75540440835500303, 0.86563120238783174, 0.94457502307323258, 0.98940093499164993}
	legendreW = [8]float64{0.18945061045506850, 0.18260341504492359, 0.16915651939500254, 0.14959598881657673,
		0.12462897125553387, 0.09515851168249278, 0.06225352393864789, 0.02715245941175409}
)
