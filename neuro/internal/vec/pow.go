package vec

import "math"

// Pow returns x^y. Results that are representable, such as squares of integers
// and 10^n for n up to 22, are exact. Special cases are those of math.Pow.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case y == 1:
		return x
	case math.IsNaN(x) || math.IsNaN(y):
		return math.NaN()
	case x == 0 || math.IsInf(x, 0) || math.IsInf(y, 0):
		return powSpecial(x, y)
	}
	sign := 1.0
	if x < 0 {
		if math.Floor(y) != y {
			return math.NaN()
		}
		if odd(y) {
			sign = -1
		}
		x = -x
		if x == 1 {
			return sign
		}
	}
	h, l := logParts(x)
	p := y * h
	switch {
	case p > 710:
		return sign * math.Inf(1)
	case p < -746:
		return sign * 0
	}
	p, e := twoProd(y, h)
	h, l, k := expParts(p, math.FMA(y, l, e))
	return sign * scale(h+l, k)
}

// odd reports whether the integer y is odd.
func odd(y float64) bool { return math.Abs(y) < 0x1p53 && math.Mod(y, 2) != 0 }

// powSpecial is Pow for x = 0, infinite x and infinite y.
func powSpecial(x, y float64) float64 {
	if math.IsInf(y, 0) {
		switch a := math.Abs(x); {
		case a == 1:
			return 1
		case a < 1 == (y > 0):
			return 0
		}
		return math.Inf(1)
	}
	// A zero of x^y is an infinity of x^-y, and the other way round.
	r := 0.0
	if (x == 0) != (y > 0) {
		r = math.Inf(1)
	}
	if math.Signbit(x) && math.Floor(y) == y && odd(y) {
		r = -r
	}
	return r
}

// Hypot returns sqrt(p^2 + q^2) without overflow on the way.
func Hypot(p, q float64) float64 {
	a, b := math.Abs(p), math.Abs(q)
	switch {
	case math.IsInf(a, 1) || math.IsInf(b, 1):
		return math.Inf(1)
	case math.IsNaN(a) || math.IsNaN(b):
		return math.NaN()
	}
	if a < b {
		a, b = b, a
	}
	if b == 0 || a > b*0x1p54 {
		return a + b
	}
	_, e := math.Frexp(a)
	a, b = scale(a, -e), scale(b, -e)
	sh, sl := twoProd(a, a)
	th, tl := twoProd(b, b)
	h, l := fastTwoSum(sh, th)
	l += sl + tl
	r := math.Sqrt(h)
	// One step of Newton's method with the rounding errors of the squares.
	r += (math.FMA(-r, r, h) + l) / (2 * r)
	return scale(r, e)
}
