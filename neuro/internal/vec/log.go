package vec

import "math"

// Log returns the natural logarithm of x.
//
// With x = 2^k m and m between sqrt(1/2) and sqrt(2), f = m - 1 and
// s = f/(2+f), it is k ln 2 + 2 atanh(s), and 2 atanh(s) = f - s (f - z L(z))
// with z = s^2.
func Log(x float64) float64 {
	ix := math.Float64bits(x)
	k := 0
	if ix-1<<52 >= 0x7ff0<<48-1<<52 { // zero, subnormal, negative, Inf, NaN
		var done bool
		if x, done = logSpecial(x); done {
			return x
		}
		ix = math.Float64bits(x * 0x1p54)
		k = -54
	}
	f, k := logSplit(ix, k)
	hi, lo := f, 0.0
	if k != 0 {
		kf := float64(k)
		hi, lo = fastTwoSum(kf*ln2Hi, f)
		lo = math.FMA(kf, ln2Lo, lo)
	}
	s := f / (2 + f)
	z := s * s
	return hi + (lo - float64(s*(f-float64(z*logPoly(z)))))
}

// logSplit returns m - 1 and k0 + k for a positive normal number 2^k m given by
// its bits, m in [sqrt(1/2), sqrt(2)).
func logSplit(ix uint64, k0 int) (f float64, k int) {
	const low = 0x3fe6a09e667f3bcd // bits of sqrt(1/2)
	e := int64(ix-low) >> 52
	return math.Float64frombits(ix-uint64(e)<<52) - 1, k0 + int(e)
}

// logSpecial returns the logarithm of x and true where it needs no computing.
func logSpecial(x float64) (float64, bool) {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x, true
	case x < 0:
		return math.NaN(), true
	case x == 0:
		return math.Inf(-1), true
	}
	return x, false
}

// logPoly returns (2 atanh(s)/s - 2)/z with z = s^2.
func logPoly(z float64) float64 {
	a0 := math.FMA(logL[1], z, logL[0])
	a1 := math.FMA(logL[3], z, logL[2])
	a2 := math.FMA(logL[5], z, logL[4])
	a3 := math.FMA(logL[7], z, logL[6])
	z2 := z * z
	return math.FMA(math.FMA(math.FMA(a3, z2, a2), z2, a1), z2, a0)
}

// Log1p returns log(1+x), accurate also near x = 0.
func Log1p(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < -1:
		return math.NaN()
	case x == -1:
		return math.Inf(-1)
	case x < 0x1p-54 && x > -0x1p-54:
		return x
	}
	u, c := twoSum(1, x)
	f, k := logSplit(math.Float64bits(u), 0)
	// log(1+x) = log(u) + c/u
	lo := c / u
	if k == 0 {
		// 1+x is rounded, x is not: f + c = x.
		f, lo = x, 0
	}
	hi := f
	if k != 0 {
		kf := float64(k)
		var e float64
		hi, e = fastTwoSum(kf*ln2Hi, f)
		lo += math.FMA(kf, ln2Lo, e)
	}
	s := f / (2 + f)
	z := s * s
	return hi + (lo - float64(s*(f-float64(z*logPoly(z)))))
}

// Log2 returns the binary logarithm of x; it is exact for powers of two.
func Log2(x float64) float64 { return logBase(x, invLn2A, invLn2B) }

// Log10 returns the decimal logarithm of x; it is exact for powers of ten.
func Log10(x float64) float64 { return logBase(x, invLn10A, invLn10B) }

func logBase(x, a, b float64) float64 {
	if v, done := logSpecial(x); done {
		return v
	}
	h, l := logParts(x)
	h, l = mulPair(h, l, a, b)
	return h + l
}

// logParts returns log x as a pair with a relative error of about 2^-65, for
// positive finite x.
func logParts(x float64) (h, l float64) {
	k := 0
	if x < 0x1p-1022 {
		x *= 0x1p54
		k = -54
	}
	f, k := logSplit(math.Float64bits(x), k)
	d, dl := fastTwoSum(2, f)
	sh, sl := divPair(f, 0, d, dl)
	zh, zl := twoProd(sh, sh)
	zl += 2 * float64(sh*sl)
	// 2 atanh(s) = 2s + s z (2/3 + z M(z))
	th, tl := fastTwoSum(thirdsA, zh*horner(logM[:], zh))
	th, tl = mulPair(zh, zl, th, tl+thirdsB)
	th, tl = mulPair(sh, sl, th, tl)
	h, l = fastTwoSum(2*sh, th)
	l += 2*sl + tl
	if k != 0 {
		kf := float64(k)
		var e float64
		h, e = fastTwoSum(kf*ln2Hi, h)
		l = e + math.FMA(kf, ln2Lo, l)
	}
	return fastTwoSum(h, l)
}
