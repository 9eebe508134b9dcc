// Package vec holds the elementary functions of neuro/. Their names, signatures
// and special cases are those of package math; their bits are the same on every
// CPU, which those of package math are not.
//
//	vec.Exp(-0.5)     // 0.6065306597126334
//	vec.NormCDF(1.96) // 0.9750021048517795
//
// Every function is one fixed tree of additions, multiplications, divisions,
// square roots and fused multiply-adds. The fused ones are written math.FMA,
// and no other product is added to anything without a conversion, so that the
// compiler has nothing to decide. The error of each function is at most about
// one unit in the last place where its comment does not say otherwise, and is
// measured against math/big in the tests. The polynomials are derived in
// testdata/vec/coefficients.py.
//
// A sum of two numbers that is more exact than one of them is passed as a pair
// (hi, lo), with lo at most half a unit in the last place of hi.
package vec

import "math"

// fastTwoSum returns a+b and its rounding error, for |a| >= |b|.
func fastTwoSum(a, b float64) (s, e float64) {
	a, b = float64(a), float64(b) // keeps a caller's product from being fused
	s = a + b
	return s, b - (s - a)
}

// twoSum returns a+b and its rounding error.
func twoSum(a, b float64) (s, e float64) {
	a, b = float64(a), float64(b)
	s = a + b
	v := s - a
	return s, (a - (s - v)) + (b - v)
}

// twoProd returns a*b and its rounding error.
func twoProd(a, b float64) (p, e float64) {
	p = float64(a * b)
	return p, math.FMA(a, b, -p)
}

// mulPair returns (ah+al)*(bh+bl).
func mulPair(ah, al, bh, bl float64) (h, l float64) {
	p, e := twoProd(ah, bh)
	return fastTwoSum(p, e+math.FMA(ah, bl, float64(al*bh)))
}

// divPair returns (ah+al)/(bh+bl).
func divPair(ah, al, bh, bl float64) (h, l float64) {
	q := ah / bh
	return fastTwoSum(q, (math.FMA(-q, bh, ah)+math.FMA(-q, bl, al))/bh)
}

// scale returns v * 2^k with one rounding, for |k| up to 2000.
func scale(v float64, k int) float64 {
	switch {
	case k > 1023:
		return float64(v * 0x1p1023 * pow2(min(k-1023, 1023)))
	case k < -1022:
		return float64(v * pow2(max(k+1000, -1022)) * 0x1p-1000)
	}
	return float64(v * pow2(k))
}

// pow2 returns 2^k for -1022 <= k <= 1023.
func pow2(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }

// horner returns c[0] + c[1]*x + ...
func horner(c []float64, x float64) float64 {
	p := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		p = math.FMA(p, x, c[i])
	}
	return p
}
