package vec

import "math"

// rounder added to a small number rounds it to an integer, which then stands in
// the low bits of the sum.
const rounder = 0x1.8p52

// Exp returns e^x.
//
// With k the integer next to x/ln 2 and r = x - k ln 2, it is
// 2^k (1 + r + r^2 Q(r)).
func Exp(x float64) float64 {
	if !(x < 708 && x > -708) {
		return expFar(x)
	}
	t := math.FMA(x, invLn2, rounder)
	k := t - rounder
	a := math.FMA(-k, ln2Hi, x)
	r := math.FMA(-k, ln2Lo, a)
	z := r * r
	// 1+r is rounded; what it loses, and what r lost, go to the small term.
	h := 1 + r
	l := ((1 - h) + r) + math.FMA(-k, ln2Lo, a-r)
	return float64(h+math.FMA(z, expPoly(r, z), l)) * math.Float64frombits((math.Float64bits(t)+1023)<<52)
}

// expPoly returns (e^r - 1 - r)/r^2, with z = r^2.
func expPoly(r, z float64) float64 {
	a0 := math.FMA(expQ[1], r, expQ[0])
	a1 := math.FMA(expQ[3], r, expQ[2])
	a2 := math.FMA(expQ[5], r, expQ[4])
	a3 := math.FMA(expQ[7], r, expQ[6])
	a4 := math.FMA(expQ[9], r, expQ[8])
	z2 := z * z
	b0 := math.FMA(a1, z, a0)
	b1 := math.FMA(a3, z, a2)
	b2 := math.FMA(expQ[10], z, a4)
	return math.FMA(math.FMA(b2, z2, b1), z2, b0)
}

// expFar is Exp where the result overflows, is subnormal, or x is not finite.
func expFar(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 709.79:
		return math.Inf(1)
	case x < -745.14:
		return 0
	}
	h, l, k := expParts(x, 0)
	return scale(h+l, k)
}

// expParts returns e^(x+xl) as (h+l) * 2^k, for |x| < 2000 and |xl| far below 1.
func expParts(x, xl float64) (h, l float64, k int) {
	t := math.FMA(x, invLn2, rounder)
	kf := t - rounder
	a := math.FMA(-kf, ln2Hi, x)
	w := float64(kf * ln2Lo)
	r := a - w
	c := ((a - r) - w) + xl
	z := r * r
	h, l = fastTwoSum(1, r)
	h, l = fastTwoSum(h, math.FMA(z, expPoly(r, z), l))
	return h, math.FMA(c, h, l), int(kf)
}

// Expm1 returns e^x - 1, accurate also near x = 0.
func Expm1(x float64) float64 {
	if x < 0.34657 && x > -0.34657 {
		if x < 0x1p-54 && x > -0x1p-54 {
			return x
		}
		z := x * x
		return math.FMA(z, expPoly(x, z), x)
	}
	switch {
	case math.IsNaN(x):
		return x
	case x > 708:
		return Exp(x)
	case x < -40:
		return -1
	}
	h, l := expm1Parts(x)
	return h + l
}

// expm1Parts returns e^x - 1 as a pair, for x from -40 to 708.
func expm1Parts(x float64) (h, l float64) {
	if x < 0.34657 && x > -0.34657 {
		z := x * x
		return fastTwoSum(x, z*expPoly(x, z))
	}
	t := math.FMA(x, invLn2, rounder)
	kf := t - rounder
	a := math.FMA(-kf, ln2Hi, x)
	w := float64(kf * ln2Lo)
	r := a - w
	c := (a - r) - w
	z := r * r
	// 2^k (1 + r + ...) - 1 = 2^k ((1 - 2^-k) + r + ...), where the first term is
	// 0 or the larger one.
	k := int(kf)
	h, l = fastTwoSum(1-pow2(-k), r)
	h, l = fastTwoSum(h, l+math.FMA(z, expPoly(r, z), math.FMA(c, r, c)))
	s := pow2(k)
	return float64(h * s), float64(l * s)
}

// Sinh returns the hyperbolic sine of x.
func Sinh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a >= 0x1p-28) || math.IsInf(x, 0): // tiny, NaN, Inf
		return x
	case a > 711:
		return math.Copysign(math.Inf(1), x)
	case a > 22: // e^-a is beyond the last place
		h, l, k := expParts(a, 0)
		return math.Copysign(scale(h+l, k-1), x)
	}
	// (E + E/(1+E))/2 with E = e^a - 1
	h, l := expm1Parts(a)
	d, dl := twoSum(1, h)
	q, ql := divPair(h, l, d, dl+l)
	s, e := twoSum(h, q)
	return math.Copysign(0.5*(s+(e+(l+ql))), x)
}

// Cosh returns the hyperbolic cosine of x.
func Cosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return x
	case a > 711:
		return math.Inf(1)
	}
	h, l, k := expParts(a, 0)
	if a > 22 {
		return scale(h+l, k-1)
	}
	s := pow2(k)
	h, l = float64(h*s), float64(l*s)
	q, ql := divPair(1, 0, h, l)
	s, e := fastTwoSum(h, q)
	return 0.5 * (s + (e + (l + ql)))
}

// Tanh returns the hyperbolic tangent of x.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a >= 0x1p-28): // tiny, NaN
		return x
	case a > 22:
		return math.Copysign(1, x)
	}
	// E/(2+E) with E = e^2a - 1
	h, l := expm1Parts(2 * a)
	d, dl := twoSum(2, h)
	q, ql := divPair(h, l, d, dl+l)
	return math.Copysign(q+ql, x)
}
