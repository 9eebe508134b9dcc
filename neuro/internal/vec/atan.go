package vec

import "math"

// Atan returns the arc tangent of x, radians.
func Atan(x float64) float64 {
	if x == 0 || math.IsNaN(x) {
		return x
	}
	return math.Copysign(atan2Positive(math.Abs(x), 0, 1, 0, false), x)
}

// Atan2 returns the angle of the point (x, y), radians, in [-pi, pi]. Special
// cases are those of math.Atan2.
func Atan2(y, x float64) float64 {
	switch {
	case math.IsNaN(y) || math.IsNaN(x):
		return math.NaN()
	case y == 0:
		if math.Signbit(x) {
			return math.Copysign(math.Pi, y)
		}
		return math.Copysign(0, y)
	}
	return math.Copysign(atan2Positive(math.Abs(y), 0, math.Abs(x), 0, math.Signbit(x)), y)
}

// Asin returns the arc sine of x, radians; NaN outside [-1, 1].
func Asin(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x == 0:
		return x
	case !(a <= 1):
		return math.NaN()
	}
	c, cl := cathetus(a)
	return math.Copysign(atan2Positive(a, 0, c, cl, false), x)
}

// Acos returns the arc cosine of x, radians; NaN outside [-1, 1].
func Acos(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x == 1:
		return 0
	case !(a <= 1):
		return math.NaN()
	}
	c, cl := cathetus(a)
	if c == 0 {
		return math.Pi
	}
	return atan2Positive(c, cl, a, 0, x < 0)
}

// cathetus returns sqrt(1 - a^2) as a pair.
func cathetus(a float64) (h, l float64) {
	p, e := twoProd(a, a)
	d := 1 - p
	dl := ((1 - d) - p) - e
	if d == 0 && dl <= 0 {
		return 0, 0
	}
	h = math.Sqrt(d)
	return fastTwoSum(h, (math.FMA(-h, h, d)+dl)/(2*h))
}

// atan2Positive returns the angle of the point (x+xl, y+yl), or of
// (-x-xl, y+yl) if left, for y > 0 and x >= 0.
func atan2Positive(y, yl, x, xl float64, left bool) float64 {
	n, nl, d, dl := y, yl, x, xl
	steep := y > x
	if steep {
		n, nl, d, dl = x, xl, y, yl
	}
	var h, l float64
	switch {
	case math.IsInf(d, 1):
		if math.IsInf(n, 1) {
			h, l = 0.5*pio2A, 0.5*pio2B
		}
	case n < d*0x1p-70: // so flat that atan(t) = t
		if !steep && !left {
			return n / d
		}
	default:
		_, e := math.Frexp(d)
		h, l = atanRatio(scale(n, -e), scale(nl, -e), scale(d, -e), scale(dl, -e))
	}
	if steep {
		if left {
			h, l = addPair(pio2A, pio2B, h, l)
		} else {
			h, l = addPair(pio2A, pio2B, -h, -l)
		}
	} else if left {
		h, l = addPair(2*pio2A, 2*pio2B, -h, -l)
	}
	return h + l
}

func addPair(ah, al, bh, bl float64) (h, l float64) {
	s, e := fastTwoSum(ah, bh)
	return s, e + (al + bl)
}

// atanRatio returns atan((n+nl)/(d+dl)) as a pair, for 0 < n <= d of moderate
// size. With c the quarter nearest to n/d, it is
// atan(c) + atan((n - c d)/(d + c n)).
func atanRatio(n, nl, d, dl float64) (h, l float64) {
	j := int(math.FMA(4, n/d, 0.5))
	c := 0.25 * float64(j)
	num := math.FMA(-c, d, n) // exact
	den := math.FMA(c, n, d)
	t, tl := divPair(num, math.FMA(-c, dl, nl), den, math.FMA(c, n, d-den)+math.FMA(c, nl, dl))
	z := t * t
	p := math.FMA(float64(t*z), horner(atanA[:], z), tl)
	h, l = twoSum(atanTable[j][0], t)
	return h, l + (atanTable[j][1] + p)
}
