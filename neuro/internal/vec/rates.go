package vec

import "math"

// The functions of this file are those that rates of ion channels are written
// with.

// Sigmoid returns 1/(1+e^-x), within 2 units in the last place.
func Sigmoid(x float64) float64 { return 1 / (1 + Exp(-x)) }

// Exprel returns (e^x-1)/x, and 1 at x = 0, within 2 units in the last place.
func Exprel(x float64) float64 {
	switch {
	case x < 0.34657 && x > -0.34657:
		return math.FMA(x, expPoly(x, x*x), 1)
	case x > 720:
		return Exp(x) // Inf, also for x = Inf
	}
	return Expm1(x) / x
}

// Linoid returns x/(e^x-1), and 1 at x = 0: the reciprocal of Exprel, within 2
// units in the last place. It is 0 once e^x overflows, above 709.78.
func Linoid(x float64) float64 {
	switch {
	case x == 0:
		return 1
	case x > 720:
		return 0 // also for x = Inf
	}
	return x / Expm1(x)
}
