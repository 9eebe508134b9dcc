// Package elementary has functions of package math in a form that the fast
// tier compiles with the code that calls them: leaving the code for a compiled
// function costs more than most of these take. They do the operations of
// package math on amd64 in the same order (the methods are those of Cephes and
// of FreeBSD's library), so that the results have the same bits; a test compares
// them. Rare arguments go to package math.
//
//	s := elementary.Sin(2) // == math.Sin(2)
package elementary

import "math"

const (
	pi   = 3.14159265358979323846264338327950288419716939937510582097494459
	ln2  = 0.693147180559945309417232121458176568075500134360255254120680009
	ln10 = 2.30258509299404568401799145468436420760110148862877297603332790

	// A quarter of pi in three parts, of which the first two have zeros at
	// their ends.
	quarterA = 7.85398125648498535156e-1
	quarterB = 3.77489470793079817668e-8
	quarterC = 2.69515142907905952645e-15

	// largest is the limit of that reduction.
	largest = 1 << 29
)

// octant returns the even number of eighths of a turn next to x >= 0, and what
// x is beyond it.
func octant(x float64) (int64, float64) {
	j := int64(x * (4 / pi))
	y := float64(j)
	if j&1 == 1 {
		j++
		y++
	}
	return j & 7, ((x - y*quarterA) - y*quarterB) - y*quarterC
}

func sinSeries(z, zz float64) float64 {
	return z + z*zz*((((((1.58962301576546568060e-10*zz)+-2.50507477628578072866e-8)*zz+2.75573136213857245213e-6)*zz+-1.98412698295895385996e-4)*zz+8.33333333332211858878e-3)*zz+-1.66666666666666307295e-1)
}

func cosSeries(zz float64) float64 {
	return 1.0 - 0.5*zz + zz*zz*((((((-1.13585365213876817300e-11*zz)+2.08757008419747316778e-9)*zz+-2.75573141792967388112e-7)*zz+2.48015872888517045348e-5)*zz+-1.38888888888730564116e-3)*zz+4.16666666666665929218e-2)
}

// Sin is math.Sin.
func Sin(x float64) float64 {
	a := math.Abs(x)
	if !(a < largest) || x == 0 {
		return math.Sin(x)
	}
	j, z := octant(a)
	flip := x < 0
	if j > 3 {
		j -= 4
		flip = !flip
	}
	var y float64
	if j == 2 {
		y = cosSeries(z * z)
	} else {
		y = sinSeries(z, z*z)
	}
	if flip {
		return -y
	}
	return y
}

// Cos is math.Cos.
func Cos(x float64) float64 {
	a := math.Abs(x)
	if !(a < largest) {
		return math.Cos(x)
	}
	j, z := octant(a)
	flip := false
	if j > 3 {
		j -= 4
		flip = true
	}
	var y float64
	if j == 2 {
		flip = !flip
		y = sinSeries(z, z*z)
	} else {
		y = cosSeries(z * z)
	}
	if flip {
		return -y
	}
	return y
}

// Sincos is math.Sincos.
func Sincos(x float64) (sin, cos float64) {
	a := math.Abs(x)
	if !(a < largest) || x == 0 {
		return math.Sincos(x)
	}
	j, z := octant(a)
	flipSin, flipCos := x < 0, false
	if j > 3 {
		j -= 4
		flipSin, flipCos = !flipSin, true
	}
	sin, cos = sinSeries(z, z*z), cosSeries(z*z)
	if j == 2 {
		flipCos = !flipCos
		sin, cos = cos, sin
	}
	if flipSin {
		sin = -sin
	}
	if flipCos {
		cos = -cos
	}
	return sin, cos
}

// Tan is math.Tan.
func Tan(x float64) float64 {
	a := math.Abs(x)
	if !(a < largest) || x == 0 {
		return math.Tan(x)
	}
	j, z := octant(a)
	zz := z * z
	y := z
	if zz > 1e-14 {
		p := ((-1.30936939181383777646e4*zz)+1.15351664838587416140e6)*zz + -1.79565251976484877988e7
		q := (((zz+1.36812963470692954678e4)*zz+-1.32089234440210967447e6)*zz+2.50083801823357915839e7)*zz + -5.38695755929454629881e7
		y = z + z*(zz*p/q)
	}
	if j&2 == 2 {
		y = -1 / y
	}
	if x < 0 {
		return -y
	}
	return y
}

const (
	smallestNormal = 0x1p-1022
	mantissa       = 1<<52 - 1
	halfBits       = 0x3fe << 52
)

// Log is math.Log.
func Log(x float64) float64 {
	if !(x >= smallestNormal && x <= math.MaxFloat64) {
		return math.Log(x)
	}
	b := math.Float64bits(x)
	f := math.Float64frombits(b&mantissa | halfBits)
	k := float64(int64(b>>52) - 0x3fe)
	if !(f >= 7.07106781186547524401e-01) { // half the root of 2
		k--
		f += f
	}
	f -= 1
	s := f / (2 + f)
	s2 := s * s
	s4 := s2 * s2
	r := s2*(6.666666666666735130e-01+s4*(2.857142874366239149e-01+s4*(1.818357216161805012e-01+s4*1.479819860511658591e-01))) +
		s4*(3.999999999940941908e-01+s4*(2.222219843214978396e-01+s4*1.531383769920937332e-01))
	half := 0.5 * f * f
	return k*6.93147180369123816490e-01 - ((half - (s*(half+r) + k*1.90821492927058770002e-10)) - f)
}

// Log10 is math.Log10.
func Log10(x float64) float64 { return Log(x) * (1 / ln10) }

// Log2 is math.Log2.
func Log2(x float64) float64 {
	if !(x >= smallestNormal && x <= math.MaxFloat64) {
		return math.Log2(x)
	}
	b := math.Float64bits(x)
	f := math.Float64frombits(b&mantissa | halfBits)
	k := int64(b>>52) - 0x3fe
	if f == 0.5 {
		return float64(k - 1)
	}
	return Log(f)*(1/ln2) + float64(k)
}

// Tanh is math.Tanh.
func Tanh(x float64) float64 {
	z := math.Abs(x)
	switch {
	case z > 44.014845965556527147994:
		if x < 0 {
			return -1
		}
		return 1
	case z >= 0.625:
		y := 1 - 2/(math.Exp(2*z)+1)
		if x < 0 {
			return -y
		}
		return y
	}
	if x == 0 {
		return x
	}
	s := x * x
	p := (-9.64399179425052238628e-1*s+-9.92877231001918586564e1)*s + -1.61468768441708447952e3
	q := ((s+1.12811678491632931402e2)*s+2.23548839060100448583e3)*s + 4.84406305325125486048e3
	return x + x*s*p/q
}

// Sinh is math.Sinh.
func Sinh(x float64) float64 {
	a := x
	if x < 0 {
		a = -x
	}
	var y float64
	switch {
	case a > 21:
		y = math.Exp(a) * 0.5
	case a > 0.5:
		e := math.Exp(a)
		y = (e - 1/e) * 0.5
	default:
		s := a * a
		p := (((-0.2630563213397497062819489e+2*s+-0.2894211355989563807284660366e+4)*s+-0.8991272022039509355398013511e+5)*s + -0.6307673640497716991184787251e+6) * a
		y = p / (((s+-0.173678953558233699533450911e+3)*s+0.1521517378790019070696485176e+5)*s + -0.6307673640497716991212077277e+6)
	}
	if x < 0 {
		return -y
	}
	return y
}

// Cosh is math.Cosh.
func Cosh(x float64) float64 {
	x = math.Abs(x)
	e := math.Exp(x)
	if x > 21 {
		return e * 0.5
	}
	return (e + 1/e) * 0.5
}

// arc is the arctangent of a number in [0, 0.66].
func arc(x float64) float64 {
	z := x * x
	p := (((-8.750608600031904122785e-01*z+-1.615753718733365076637e+01)*z+-7.500855792314704667340e+01)*z+-1.228866684490136173410e+02)*z + -6.485021904942025371773e+01
	q := ((((z+2.485846490142306297962e+01)*z+1.650270098316988542046e+02)*z+4.328810604912902668951e+02)*z+4.853903996359136964868e+02)*z + 1.945506571482613964425e+02
	return x*(z*p/q) + x
}

// arctan is the arctangent of a number that is not negative.
func arctan(x float64) float64 {
	const more = 6.123233995736765886130e-17 // what pi/2 lacks
	if x <= 0.66 {
		return arc(x)
	}
	if x > 2.41421356237309504880 {
		return pi/2 - arc(1/x) + more
	}
	return pi/4 + arc((x-1)/(x+1)) + 0.5*more
}

// Atan is math.Atan.
func Atan(x float64) float64 {
	if x == 0 {
		return x
	}
	if x > 0 {
		return arctan(x)
	}
	return -arctan(-x)
}

// Atan2 is math.Atan2.
func Atan2(y, x float64) float64 {
	if !(math.Abs(x) <= math.MaxFloat64 && math.Abs(y) <= math.MaxFloat64) || x == 0 || y == 0 {
		return math.Atan2(y, x)
	}
	q := Atan(y / x)
	if x < 0 {
		if q <= 0 {
			return q + pi
		}
		return q - pi
	}
	return q
}

// Asin is math.Asin.
func Asin(x float64) float64 {
	a := math.Abs(x)
	if x == 0 || !(a <= 1) {
		return math.Asin(x)
	}
	y := math.Sqrt(1 - a*a)
	if a > 0.7 {
		y = pi/2 - arctan(y/a)
	} else {
		y = arctan(a / y)
	}
	if x < 0 {
		return -y
	}
	return y
}

// Acos is math.Acos.
func Acos(x float64) float64 { return pi/2 - Asin(x) }

// Hypot is math.Hypot.
func Hypot(x, y float64) float64 {
	x, y = math.Abs(x), math.Abs(y)
	if !(x <= math.MaxFloat64 && y <= math.MaxFloat64) || x == 0 && y == 0 {
		return math.Hypot(x, y)
	}
	if x < y {
		x, y = y, x
	}
	y /= x
	return x * math.Sqrt(y*y+1)
}

// Mod is math.Mod. The remainder is exact, so any way that is exact has its
// bits: the quotient, rounded, is never too small, and at most one too large.
func Mod(x, y float64) float64 {
	a, b := math.Abs(x), math.Abs(y)
	if !(a <= math.MaxFloat64 && b <= math.MaxFloat64 && b >= smallestNormal) {
		return math.Mod(x, y)
	}
	if a < b {
		return x
	}
	q := a / b
	if q >= 1<<53 {
		return math.Mod(x, y)
	}
	r := math.FMA(-math.Trunc(q), b, a)
	if r < 0 {
		r += b
	}
	if x < 0 {
		return -r
	}
	return r
}

// Modf is math.Modf.
func Modf(x float64) (integer, fraction float64) {
	integer = math.Trunc(x)
	return integer, math.Copysign(x-integer, x)
}

// Pow is math.Pow: the fraction of y by way of logarithms, the rest by squares.
func Pow(x, y float64) float64 {
	a := math.Abs(y)
	if !(a < 1<<20) || !(x >= smallestNormal && x <= math.MaxFloat64) || y == 0 || x == 1 {
		return math.Pow(x, y)
	}
	switch y {
	case 1:
		return x
	case 0.5:
		return math.Sqrt(x)
	case -0.5:
		return 1 / math.Sqrt(x)
	}
	whole := math.Trunc(a)
	part := a - whole
	r, e := 1.0, int64(0)
	if part != 0 {
		if part > 0.5 {
			part--
			whole++
		}
		r = math.Exp(part * Log(x))
	}
	b := math.Float64bits(x)
	f := math.Float64frombits(b&mantissa | halfBits)
	k := int64(b>>52) - 0x3fe
	for i := int64(whole); i != 0; i >>= 1 {
		if k < -1<<12 || 1<<12 < k {
			e += k
			break
		}
		if i&1 == 1 {
			r *= f
			e += k
		}
		f *= f
		k <<= 1
		if f < .5 {
			f += f
			k--
		}
	}
	if y < 0 {
		r = 1 / r
		e = -e
	}
	return scale(r, e)
}

// scale is math.Ldexp of a number that is normal.
func scale(f float64, e int64) float64 {
	b := math.Float64bits(f)
	n := int64(b>>52)&0x7ff + e
	if !(math.Abs(f) >= smallestNormal && math.Abs(f) <= math.MaxFloat64) || n < 1 || n > 0x7fe {
		return math.Ldexp(f, int(e))
	}
	return math.Float64frombits(b&^(0x7ff<<52) | uint64(n)<<52)
}

// Ldexp is math.Ldexp.
func Ldexp(f float64, e int) float64 { return scale(f, int64(max(-5000, min(5000, e)))) }

// Frexp is math.Frexp.
func Frexp(f float64) (float64, int) {
	if !(math.Abs(f) >= smallestNormal && math.Abs(f) <= math.MaxFloat64) {
		return math.Frexp(f)
	}
	b := math.Float64bits(f)
	return math.Float64frombits(b&^(0x7ff<<52) | halfBits), int(b>>52)&0x7ff - 0x3fe
}
