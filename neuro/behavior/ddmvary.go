package behavior

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// CDF returns the probability of a response at the upper or lower boundary by
// rt, s. With rt going to infinity it becomes PUpper or its complement.
//
//	lower, u <= 1: F = exp(-V z A/S²) Σ_k ± ∫ of the first passage over the distance |z+2k| A
//	lower, u > 1:  F = P - exp(-V z A/S²) π/a² Σ_k k sin(kπz) exp(-λ_k t)/λ_k,
//	               λ_k = (V²/S² + k²π²/a²)/2,  a = A/S, t = rt - T0, u = t/a²
//
// Both series are summed to rounding. Variability over trials is integrated
// numerically, to about 1e-8. The result is NaN for NaN or parameters that
// Check refuses.
//
// Source: Feller 1968; Blurton, Kesselmeier and Gondan 2012. Checked against
// rtdists' pdiffusion and the integral of LogPDF.
func (d DDM) CDF(rt float64, upper bool) float64 {
	if math.IsNaN(rt) || d.Check() != nil {
		return math.NaN()
	}
	if math.IsInf(rt, 1) {
		p := d.PUpper()
		if !upper {
			p = 1 - p
		}
		return p
	}
	v, a, z := d.V/d.S, d.A/d.S, d.Z
	if upper {
		v, z = -v, 1-z
	}
	return d.overT0(rt, a, func(t float64) float64 {
		return d.overZ(z, func(z float64) float64 {
			return d.overV(v, func(v float64) float64 { return passageCDF(t, v, a, z) })
		})
	})
}

// passageCDF is the probability of having reached the lower boundary.
func passageCDF(t, v, a, z float64) float64 {
	if !(t > 0) {
		return 0
	}
	lead := -float64(v * z * a)
	if t <= a*a {
		sum := 0.0
		for k := 0.0; k < 100; k++ {
			step := hitting(a*(2*k+z), v, t, lead) - hitting(a*(2*k+2-z), v, t, lead)
			sum += step
			if math.Abs(step) <= 1e-18*sum || step == 0 {
				break
			}
		}
		return math.Max(sum, 0)
	}
	sum := 0.0
	for k := 1.0; k < 100; k++ {
		rate := (float64(v*v) + float64(k*k*math.Pi*math.Pi)/float64(a*a)) / 2
		size := k * vec.Exp(lead-float64(rate*t)) / rate
		sum += float64(size * vec.Sin(k*math.Pi*z))
		if size < 1e-19 {
			break
		}
	}
	return math.Max(0, pLower(v, a, z)-float64(math.Pi*sum/(a*a)))
}

// pLower is the probability that the lower boundary is reached, with noise 1.
func pLower(v, a, z float64) float64 { return 1 - pUpper(2*v*a, z) }

// pUpper is that of the upper one; k is 2 V A/S².
func pUpper(k, z float64) float64 {
	switch {
	case k == 0:
		return z
	case k < 0: // the mirror image keeps the exponentials below 1
		return vec.Exp(k*(1-z)) * vec.Expm1(k*z) / vec.Expm1(k)
	}
	return vec.Expm1(-k*z) / vec.Expm1(-k)
}

// overT0 averages f(t) over the non-decision times of T0 ± ST0/2.
func (d DDM) overT0(rt, a float64, f func(t float64) float64) float64 {
	t := rt - d.T0
	if d.ST0 == 0 {
		return f(t)
	}
	lo, hi := math.Max(t-float64(d.ST0/2), 0), t+float64(d.ST0/2)
	if hi <= 0 {
		return 0
	}
	// Panels that are short against the time to the boundaries.
	n := math.Min(math.Ceil((hi-lo)/(0.1*a*a)), 32)
	sum := 0.0
	for k := range int(n) {
		from := lo + float64((hi-lo)*float64(k))/n
		sum += gauss10(from, from+float64((hi-lo)/n), f)
	}
	return sum / d.ST0
}

// overZ averages f(z) over starts of z ± SZ/2.
func (d DDM) overZ(z float64, f func(z float64) float64) float64 {
	if d.SZ == 0 {
		return f(z)
	}
	return gauss10(z-float64(d.SZ/2), z+float64(d.SZ/2), f) / d.SZ
}

// overV averages f(v) over normal drifts, by the trapezium rule.
func (d DDM) overV(v float64, f func(v float64) float64) float64 {
	if d.SV == 0 {
		return f(v)
	}
	sv, sum := d.SV/d.S, 0.0
	for k := -20; k <= 20; k++ {
		x := 0.4 * float64(k)
		sum += float64(0.4 * density(x) * f(v+float64(sv*x)))
	}
	return sum
}

// gauss10 integrates f from lo to hi by Gauss and Legendre's ten points.
func gauss10(lo, hi float64, f func(float64) float64) float64 {
	x, w := gauss10X, gauss10W
	mid, half := float64((lo+hi)/2), float64((hi-lo)/2)
	sum := 0.0
	for i := range x {
		h := float64(half * x[i])
		sum += float64(w[i] * (f(mid-h) + f(mid+h)))
	}
	return half * sum
}
