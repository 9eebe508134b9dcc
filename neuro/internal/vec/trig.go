package vec

import (
	"math"
	"math/bits"
)

const quarterPi = 0.7853981633974483

// Sin returns the sine of x (radians), for x of any size.
func Sin(x float64) float64 {
	if x < quarterPi && x > -quarterPi {
		if x == 0 {
			return x
		}
		h, l := sinParts(x, 0)
		return h + l
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	r, c, q := reduce(x)
	return quadrant(r, c, q)
}

// Cos returns the cosine of x (radians), for x of any size.
func Cos(x float64) float64 {
	if x < quarterPi && x > -quarterPi {
		h, l := cosParts(x, 0)
		return h + l
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	r, c, q := reduce(x)
	return quadrant(r, c, q+1)
}

// Sincos returns Sin(x) and Cos(x).
func Sincos(x float64) (sin, cos float64) {
	if x == 0 {
		return x, 1
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN(), math.NaN()
	}
	r, c, q := x, 0.0, 0
	if !(x < quarterPi && x > -quarterPi) {
		r, c, q = reduce(x)
	}
	return quadrant(r, c, q), quadrant(r, c, q+1)
}

// Tan returns the tangent of x (radians), for x of any size.
func Tan(x float64) float64 {
	if x == 0 || math.IsNaN(x) {
		return x
	}
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	r, c, q := x, 0.0, 0
	if !(x < quarterPi && x > -quarterPi) {
		r, c, q = reduce(x)
	}
	sh, sl := fastTwoSum(sinParts(r, c))
	ch, cl := fastTwoSum(cosParts(r, c))
	if q&1 != 0 {
		sh, sl, ch, cl = -ch, -cl, sh, sl
	}
	h, l := divPair(sh, sl, ch, cl)
	return h + l
}

// quadrant returns sin(r + c + q pi/2).
func quadrant(r, c float64, q int) float64 {
	var h, l float64
	if q&1 == 0 {
		h, l = sinParts(r, c)
	} else {
		h, l = cosParts(r, c)
	}
	if q&2 != 0 {
		return -(h + l)
	}
	return h + l
}

// sinParts returns sin(r+c) as a sum of two numbers, the second up to a tenth
// of the first, for |r| up to pi/4.
func sinParts(r, c float64) (h, l float64) {
	z := r * r
	a0 := math.FMA(sinS[1], z, sinS[0])
	a1 := math.FMA(sinS[3], z, sinS[2])
	a2 := math.FMA(sinS[5], z, sinS[4])
	z2 := z * z
	s := math.FMA(math.FMA(math.FMA(sinS[6], z2, a2), z2, a1), z2, a0)
	return r, math.FMA(float64(z*r), s, math.FMA(float64(-0.5*z), c, c))
}

// cosParts returns cos(r+c) as a sum of two numbers, the second up to a tenth
// of the first, for |r| up to pi/4.
func cosParts(r, c float64) (h, l float64) {
	z := r * r
	a0 := math.FMA(cosC[1], z, cosC[0])
	a1 := math.FMA(cosC[3], z, cosC[2])
	a2 := math.FMA(cosC[5], z, cosC[4])
	z2 := z * z
	p := math.FMA(math.FMA(a2, z2, a1), z2, a0)
	hz := float64(0.5 * z)
	h = 1 - hz
	return h, ((1 - h) - hz) + math.FMA(z2, p, -float64(r*c))
}

// reduce returns q and r+c with x = q pi/2 + (r+c), |r| up to about pi/4, for
// finite x. q counts modulo 4.
func reduce(x float64) (r, c float64, q int) {
	if math.Abs(x) > 1e6 {
		return reduceFar(x)
	}
	t := math.FMA(x, twoOverPi, rounder)
	k := t - rounder
	a := math.FMA(-k, pio2A, x) // exact
	w, we := twoProd(k, pio2B)
	h, l := twoSum(a, -w)
	l = math.FMA(-k, pio2C, l-we)
	r, c = fastTwoSum(h, l)
	return r, c, int(k) & 3
}

// reduceFar is reduce for large x: the integer mantissa of x is multiplied by
// the 192 binary digits of 2/pi that matter, modulo 4.
func reduceFar(x float64) (r, c float64, q int) {
	b := math.Float64bits(x)
	m := b&(1<<52-1) | 1<<52
	e := int(b>>52&0x7ff) - 1075
	// x = m 2^e. Digits of 2/pi before position e-2 give multiples of 4.
	w0, w1, w2 := digits(e-2), digits(e+62), digits(e+126)
	h2, p2 := bits.Mul64(m, w2)
	h1, p1 := bits.Mul64(m, w1)
	p1, carry := bits.Add64(p1, h2, 0)
	p0, _ := bits.Add64(m*w0, h1, carry)
	// p0 p1 p2 is now x 2/pi modulo 4, with two bits before the point.
	q = int(p0 >> 62)
	p0 = p0<<2 | p1>>62
	p1 = p1<<2 | p2>>62
	p2 <<= 2
	negative := p0>>63 != 0
	if negative { // the nearest multiple is the next one
		q++
		var borrow uint64
		p2, borrow = bits.Sub64(0, p2, 0)
		p1, borrow = bits.Sub64(0, p1, borrow)
		p0, _ = bits.Sub64(0, p0, borrow)
	}
	// No float64 comes closer than about 2^-62 to a multiple of pi/2.
	n := bits.LeadingZeros64(p0)
	p0 = p0<<n | p1>>(64-n)
	p1 = p1<<n | p2>>(64-n)
	h := float64(p0>>11) * 0x1p-53
	l := float64((p0<<42|p1>>22)&(1<<53-1)) * 0x1p-106
	s := pow2(-n)
	r, c = mulPair(h*s, l*s, pio2A, pio2B)
	if negative {
		r, c = -r, -c
	}
	if x < 0 {
		r, c, q = -r, -c, -q
	}
	return r, c, q & 3
}

// digits returns the 64 binary digits of 2/pi that follow position pos after
// the point; before the point there are zeros.
func digits(pos int) uint64 {
	i, n := pos>>6, uint(pos&63)
	var a, b uint64
	if i >= 0 {
		a = twoOverPiBits[i]
	}
	if i+1 >= 0 {
		b = twoOverPiBits[i+1]
	}
	return a<<n | b>>(64-n)
}

// sinPi returns sin(pi x), exact at multiples of 1/2.
func sinPi(x float64) float64 {
	f := math.Mod(x, 2)
	q := math.RoundToEven(2 * f)
	d := f - float64(0.5*q)
	if d == 0 && math.Mod(q, 2) == 0 {
		return 0
	}
	r, c := mulPair(2*d, 0, pio2A, pio2B)
	return quadrant(r, c, int(q)&3)
}
