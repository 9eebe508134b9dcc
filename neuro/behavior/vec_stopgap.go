package behavior

import "math"

type stopgap struct{}

var vec stopgap

func (stopgap) Exp(x float64) float64 { return math.Exp(x) }
func (stopgap) Log(x float64) float64 { return math.Log(x) }
func (stopgap) NormQuantile(p float64) float64 {
	z := math.Sqrt2 * math.Erfinv(2*p-1)
	for range 2 {
		z -= (math.Erfc(-z/math.Sqrt2)/2 - p) / density(z)
	}
	return z
}
