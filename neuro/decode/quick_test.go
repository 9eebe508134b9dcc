package decode

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestQuick: with much data the quick way gives the weights of Newton's method, on
// features of like and of very different scales and means, with two and more
// classes, more samples or more features.
func TestQuick(t *testing.T) {
	r := rand.New(rand.NewPCG(1980, 1))
	used := 0
	for _, c := range []struct {
		n, d, k int
		scale   func(int) float64
		shift   float64
		scaled  bool
		quick   bool
	}{
		{2000, 60, 2, func(int) float64 { return 1 }, 0, false, true},
		{2001, 61, 3, func(int) float64 { return 1 }, 50, false, true},
		{2000, 60, 2, func(j int) float64 { return math.Pow(10, float64(j%5)-2) }, 3, true, true},
		{150, 800, 2, func(int) float64 { return 1 }, 1, false, true},
		{150, 701, 4, func(int) float64 { return 1 }, 0, false, true},
		{2000, 60, 2, func(j int) float64 { return math.Pow(10, float64(j%9)-4) }, 0, false, false},
		{2000, 60, 2, func(int) float64 { return 1 }, 1e9, false, false},
	} {
		x, y := sample(r, c.n, c.d, c.k, 0.3, c.scale)
		for _, row := range x {
			for j := range row {
				row[j] += c.shift * c.scale(j)
			}
		}
		l := Logistic{C: 0.7, Scale: c.scaled, Tol: 1e-12}
		f, err := l.Fit(x, y)
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		if g := gradient(f, 0.7, x, y); !c.scaled && g > 1e-8*(1+math.Abs(c.shift)) {
			t.Errorf("%d x %d, %d classes: gradient %g (reported %g after %d)", c.n, c.d, c.k, g, f.Gradient, f.Iterations)
		}
		_, mean, ok := l.quick(x, y, c.k, 0.7)
		if ok != c.quick && c.quick {
			t.Errorf("%d x %d, %d classes: not the quick way", c.n, c.d, c.k)
		}
		if !ok {
			continue
		}
		used++
		data, _, sd := centre(x)
		if l.Scale {
			for i := range data {
				data[i] /= sd[i%c.d]
			}
		}
		s, err := newProblem(data, c.n, c.d, y, c.k, 0.7).solve()
		if err != nil {
			t.Fatal(err)
		}
		for k, w := range s.coef {
			b := w[c.d]
			for j := range w[:c.d] {
				if l.Scale {
					w[j] /= sd[j]
				}
				b -= w[j] * mean[j]
			}
			golden.Close(t, "weights", f.Coef[k], w[:c.d], 1e-7)
			golden.Close(t, "intercept", []float64{f.Intercept[k]}, []float64{b}, 1e-7*(1+c.shift))
		}
	}
	if used < 5 {
		t.Errorf("the quick way was taken %d times", used)
	}
}
