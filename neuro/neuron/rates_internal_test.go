package neuron

import (
	"math"
	"testing"
)

// TestRates holds the rates of simulations, which share exponentials, against
// the public ones.
func TestRates(t *testing.T) {
	m := NewHH()
	for v := -150.0; v < 120; v += 0.0625 { // passes -55 and -40
		for _, v := range []float64{v, v + 1e-9, v + 1e-5} {
			a, b := rates(v)
			for _, c := range []struct {
				name      string
				got, want float64
			}{
				{"AlphaN", a.n, m.AlphaN(v)}, {"AlphaM", a.m, m.AlphaM(v)}, {"AlphaH", a.h, m.AlphaH(v)},
				{"BetaN", b.n, m.BetaN(v)}, {"BetaM", b.m, m.BetaM(v)}, {"BetaH", b.h, m.BetaH(v)},
			} {
				// 1 - exp(-x) loses a factor of 20 at |x| = 0.05, of the 8
				// rounding errors that the powers gather
				if math.Abs(c.got-c.want) > 4e-14*c.want {
					t.Errorf("%s(%g) is %.17g in simulations, %.17g outside", c.name, v, c.got, c.want)
				}
			}
		}
	}
}
