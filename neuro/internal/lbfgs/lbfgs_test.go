package lbfgs

import (
	"math"
	"testing"
)

// TestMinimise: a quartic bowl whose curvatures differ by 100 and whose axes are
// mixed, from far away; and a function without a minimum.
func TestMinimise(t *testing.T) {
	for _, n := range []int{1, 2, 7, 17} {
		at := func(theta, grad []float64) (value, size float64) {
			clear(grad)
			for j := range theta {
				u := theta[j] - float64(j)
				if j > 0 {
					u += theta[j-1] - float64(j-1)
				}
				c := math.Pow(10, 2*float64(j)/float64(n))
				value += c*u*u/2 + u*u*u*u/4
				d := c*u + u*u*u
				grad[j] += d
				if j > 0 {
					grad[j-1] += d
				}
			}
			for _, g := range grad {
				size = math.Max(size, math.Abs(g))
			}
			return value, size
		}
		theta, diagonal := make([]float64, n), make([]float64, n)
		for j := range theta {
			theta[j], diagonal[j] = 30, 2*math.Pow(10, 2*float64(j)/float64(n))
		}
		r := Minimise(Problem{At: at, Diagonal: diagonal, Goal: 1e-9, Steps: 2000, Stop: func() bool { return false }}, theta)
		if !r.Reached {
			t.Errorf("%d parameters: %+v", n, r)
			continue
		}
		for j, v := range theta {
			if math.Abs(v-float64(j)) > 1e-6 {
				t.Errorf("%d parameters: theta[%d] is %g", n, j, v)
			}
		}
	}
	theta := []float64{0}
	r := Minimise(Problem{At: func(x, g []float64) (float64, float64) { g[0] = -1; return -x[0], 1 }, Diagonal: []float64{1}, Goal: 1e-9, Steps: 500, Stop: func() bool { return false }}, theta)
	if r.Reached {
		t.Errorf("a line has a minimum at %g", theta)
	}
}
