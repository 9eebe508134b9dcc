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
//
// # Blocks
//
// Functions whose names end in Block work on whole slices: dst[i] becomes the
// function of the arguments' elements i, bit for bit what the function of single
// numbers gives. They are made for blocks of 256 to 1024 numbers, which stay in
// the fastest cache while a program of many such operations passes over them.
//
//	vec.LinearBlock(x, v, -0.1, -4)    // x = -(v+40)/10
//	vec.LinoidBlock(x, x)              // x/(exp(x)-1), 1 at 0
//	vec.GreaterConstBlock(m, v, -20)   // m: which cells are above -20 mV
//	vec.SelectConstBlock(v, m, -65, v) // those go to -65 mV
//
// All slices of a call have the length of dst, and a mask has a bit for each
// element; other lengths panic. dst may be the same slice as an argument, but
// must not overlap it otherwise. A number that is the same for all elements is
// passed as such: the names of those functions say Const.
//
// Where the CPU has AVX2 and FMA, or AVX-512, blocks are done by assembly, which the program
// in asm writes from kernels that repeat the scalar functions operation by
// operation; elsewhere, and for the few elements that assembly leaves, by the
// scalar functions themselves. What is not a number is so on every CPU, but sign
// and payload of a NaN are those of the CPU; no function here makes them visible.
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
