package info

import "math"

type stopgap struct{}

var vec stopgap

func (stopgap) Log(x float64) float64 { return math.Log(x) }
func (stopgap) Digamma(x float64) float64 {
	s := 0.0
	for x < 12 {
		s -= 1 / x
		x++
	}
	i := 1 / (x * x)
	return s + math.Log(x) - .5/x - i*(1./12-i*(1./120-i*(1./252-i*(1./240-i*(1./132)))))
}
