package vec

import "math"

// Lgamma returns the logarithm of |Gamma(x)| and the sign of Gamma(x). Its
// error is at most about two units in the last place for x > 0 and, near the
// zeros between negative integers, 1e-15 in absolute terms. Special cases are
// those of math.Lgamma.
func Lgamma(x float64) (lgamma float64, sign int) {
	switch {
	case math.IsNaN(x):
		return x, 1
	case math.IsInf(x, 0):
		return x, 1
	case x == 0:
		return math.Inf(1), 1
	case x == 1 || x == 2:
		return 0, 1
	case x > 0:
		return lgammaPositive(x), 1
	}
	a := -x
	if a < 0x1p-60 {
		return -Log(a), -1
	}
	s := sinPi(a)
	if s == 0 {
		return math.Inf(1), 1 // a pole
	}
	// Gamma(-a) = -pi / (a sin(pi a) Gamma(a))
	sign = -1
	if s < 0 {
		sign = 1
	}
	return Log(math.Pi/float64(a*math.Abs(s))) - lgammaPositive(a), sign
}

func lgammaPositive(x float64) float64 {
	switch {
	case x < 0x1p-60:
		return -Log(x)
	case x < 0.5:
		return lgammaNear(1+x) - Log(x)
	case x < 3:
		return lgammaNear(x)
	case x < 10:
		f := 1.0
		for x >= 3 {
			x--
			f *= x
		}
		return lgammaNear(x) + Log(f)
	case x > 1e17:
		return x * (Log(x) - 1)
	}
	h, l := stirlingParts(x)
	return h + l
}

// lgammaNear is Lgamma on [1/2, 3].
func lgammaNear(x float64) float64 {
	j := 3
	switch {
	case x < 1:
		j = 0
	case x < 1.5:
		j = 1
	case x < 2:
		j = 2
	}
	p := &lgammaPiece[j]
	return (x - 1) * (x - 2) * horner(p.p[:], x-p.mid)
}

// stirlingParts returns log Gamma(x) as a pair, for x from 10 to 1e17.
func stirlingParts(x float64) (h, l float64) {
	h, l = logParts(x)
	h, l = mulPair(x-0.5, 0, h, l)
	h, e := twoSum(h, -x)
	l += e
	h, e = twoSum(h, halfLog2PiA)
	l += e + (halfLog2PiB + horner(stirling[:], 1/float64(x*x))/x)
	return fastTwoSum(h, l)
}

// Gamma returns the Gamma function of x; it is exact for integers up to 23.
// Special cases are those of math.Gamma.
func Gamma(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x == 0:
		return math.Copysign(math.Inf(1), x)
	case x > 172:
		return math.Inf(1)
	case x > 0:
		h, l, k := gammaParts(x)
		return scale(h+l, k)
	case math.IsInf(x, -1) || math.Floor(x) == x:
		return math.NaN()
	case x > -0x1p-60:
		return 1 / x
	}
	a := -x
	s := sinPi(a)
	if a > 190 { // below the least subnormal
		return math.Copysign(0, -s)
	}
	h, l, k := gammaParts(a)
	h, l = mulPair(h, l, s, 0)
	h, l = mulPair(h, l, a, 0)
	return -scale(2*pio2A/(h+l), -k)
}

// gammaParts returns Gamma(x) as (h+l) * 2^k, for x from 0 to 190.
func gammaParts(x float64) (h, l float64, k int) {
	if x < 0x1p-60 {
		return 1 / x, 0, 0
	}
	if x >= 24 || x >= 10 && math.Floor(x) != x {
		a, b := stirlingParts(x)
		return expParts(a, b)
	}
	// Gamma(x) = (x-1)(x-2) ... Gamma(y) with y in [1, 2)
	h, l = 1, 0
	for x >= 2 {
		x--
		h, l = mulPair(h, l, x, 0)
	}
	d := 1.0
	if x < 1 {
		d = x
		x++
	}
	if x != 1 {
		eh, el, ek := expParts(lgammaNear(x), 0)
		h, l = mulPair(h, l, eh, el)
		k = ek
	}
	if d != 1 {
		h, l = divPair(h, l, d, 0)
	}
	return h, l, k
}

// Digamma returns the derivative of log Gamma at x. Its error is at most about
// two units in the last place for x > 0. It is NaN at the negative integers and
// -Inf at 0 (+Inf at -0).
func Digamma(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case x < 0:
		if math.Floor(x) == x { // and -Inf
			return math.NaN()
		}
		// digamma(x) = digamma(1-x) - pi cot(pi x)
		return digammaPositive(1-x) - float64(math.Pi*(sinPi(x+0.5)/sinPi(x)))
	}
	return digammaPositive(x)
}

func digammaPositive(x float64) float64 {
	if x >= 10 {
		v := 1 / float64(x*x)
		return Log(x) + math.FMA(-v, horner(digammaTail[:], v), -0.5/x)
	}
	if x < 1 {
		return digammaMiddle(x+1) - 1/x
	}
	// digamma(x) = 1/(x-1) + 1/(x-2) + ... + digamma(y) with y in [1, 2]
	h, l := 0.0, 0.0
	for x > 2 {
		x--
		q, ql := divPair(1, 0, x, 0)
		var e float64
		h, e = twoSum(h, q)
		l += e + ql
	}
	h, e := twoSum(h, digammaMiddle(x))
	return h + (e + l)
}

// digammaMiddle is Digamma on [1, 2].
func digammaMiddle(x float64) float64 {
	u := (x - digammaRootA) - digammaRootB
	return float64(u * horner(digammaMid[:], u))
}
