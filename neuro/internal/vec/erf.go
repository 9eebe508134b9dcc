package vec

import "math"

// Erf returns the error function of x.
func Erf(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return x
	case a < 1:
		return math.FMA(x, horner(erfE[:], x*x), x)
	case a > 6:
		return math.Copysign(1, x)
	}
	h, l, _, k := erfcParts(a, 0)
	return math.Copysign(1-scale(h+l, k), x)
}

// Erfc returns the complementary error function of x.
func Erfc(x float64) float64 { return erfcPair(x, 0) }

// NormCDF returns the standard normal distribution function of x, accurate also
// far in the lower tail.
func NormCDF(x float64) float64 {
	if math.IsInf(x, 0) || math.Abs(x) > 50 {
		x = math.Copysign(50, x)
	}
	t, e := twoProd(-x, sqrtHalfA)
	return 0.5 * erfcPair(t, math.FMA(-x, sqrtHalfB, e))
}

// erfcPair returns erfc(x+xl).
func erfcPair(x, xl float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 28:
		return 0
	case x < -6:
		return 2
	case x < 0.5 && x > -0.5:
		h, l := erfParts(x, xl)
		s, e := fastTwoSum(1, -h)
		return s + (e - l)
	}
	if x > 0 {
		h, l, _, k := erfcParts(x, xl)
		return scale(h+l, k)
	}
	h, l, _, k := erfcParts(-x, -xl)
	s := pow2(k)
	h, e := fastTwoSum(2, -float64(h*s))
	return h + (e - float64(l*s))
}

// erfParts returns erf(x+xl) as a pair, for |x| below 1.
func erfParts(x, xl float64) (h, l float64) {
	z := x * x
	h, l = fastTwoSum(x, x*horner(erfE[:], z))
	// the slope of erf is 2/sqrt(pi) exp(-x^2)
	return h, math.FMA(float64(twoOverSqrtPiA*xl), math.FMA(z, math.FMA(z, 0.5, -1), 1), l)
}

// erfcParts returns erfc(x+xl) as (h+l) * 2^k, for x from 1/2 to 28, and g with
// exp(-(x+xl)^2) = g * 2^k.
func erfcParts(x, xl float64) (h, l, g float64, k int) {
	var ch, cl float64 // exp(x^2) erfc(x)
	if x < 6 {
		j := 0
		switch {
		case x >= 4:
			j = 4
		case x >= 1:
			j = int(x)
		}
		p := &erfcxPiece[j]
		u := x - p.mid
		ch, cl = fastTwoSum(p.c0, u*horner(p.p[:], u))
		cl += p.c0Lo
	} else {
		v := 1 / (x * x)
		qh, ql := divPair(0.5*twoOverSqrtPiA, 0.5*twoOverSqrtPiB, x, 0)
		ch, cl = fastTwoSum(qh, math.FMA(float64(qh*v), horner(erfcxTail[:], v), ql))
	}
	// its change from x to x+xl, without that of exp(x^2)
	cl = math.FMA(-twoOverSqrtPiA, xl, cl)
	sh, sl := twoProd(x, x)
	eh, el, k := expParts(-sh, -sl)
	h, l = mulPair(ch, cl, eh, el)
	return h, l, math.FMA(-2*eh, float64(x*xl), eh), k
}

// NormQuantile returns the standard normal quantile of p: the x with
// NormCDF(x) = p. It is -Inf at 0, +Inf at 1 and NaN outside [0, 1].
//
// A polynomial gives a start within about 1e-8; one step of Halley's method on
// NormCDF, carried out with the rounding errors, does the rest.
func NormQuantile(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return math.Inf(-1)
	case p == 1:
		return math.Inf(1)
	case p == 0.5:
		return 0
	case p > 0.5:
		return -NormQuantile(1 - p) // 1-p is exact
	}
	q := p - 0.5
	var x float64
	if q*q <= 0.18 {
		x = q * horner(quantileMid[:], q*q)
	} else {
		r := math.Sqrt(-2 * Log(p))
		j := 0
		if r >= 9 {
			j = 2
		} else if r >= 4 {
			j = 1
		}
		x = -horner(quantileTail[j].p[:], r-quantileTail[j].mid)
	}
	t, e := twoProd(-x, sqrtHalfA)
	tl := math.FMA(-x, sqrtHalfB, e)
	var miss, density float64 // of NormCDF(x) - p, on the same scale
	if p >= 0.2 {
		h, l := erfParts(t, tl)
		miss = -((float64(0.5*h) + q) + math.FMA(0.5, l, p-(q+0.5)))
		density = invSqrt2Pi * Exp(-0.5*float64(x*x))
	} else {
		h, l, g, k := erfcParts(t, tl)
		miss = (float64(0.5*h) - scale(p, -k)) + float64(0.5*l)
		density = invSqrt2Pi * g
	}
	u := miss / density
	return x - u/math.FMA(0.5*x, u, 1)
}
