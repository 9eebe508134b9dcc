package optim

import (
	"errors"
	"math"
	"testing"
)

func TestMinimize(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(x []float64) float64
		from []float64
		want []float64
		tol  float64
	}{
		{"parabola", func(x []float64) float64 { return (x[0] - 3) * (x[0] - 3) }, []float64{100}, []float64{3}, 1e-7},
		{"far scales", func(x []float64) float64 { return 1e6*(x[0]-1e-3)*(x[0]-1e-3) + 1e-6*(x[1]-1e3)*(x[1]-1e3) + 7 }, []float64{1, 0}, []float64{1e-3, 1e3}, 1e-4},
		{"Rosenbrock", func(x []float64) float64 {
			a, b := 1-x[0], x[1]-x[0]*x[0]
			return a*a + 100*b*b
		}, []float64{-1.2, 1}, []float64{1, 1}, 1e-6},
		{"Rosenbrock of five", func(x []float64) float64 {
			s := 0.0
			for i := range x[1:] {
				a, b := 1-x[i], x[i+1]-x[i]*x[i]
				s += a*a + 100*b*b
			}
			return s
		}, []float64{1.2, 1, 0.5, 2, 2}, []float64{1, 1, 1, 1, 1}, 1e-6},
		{"a wall", func(x []float64) float64 { return x[0] - math.Log(x[0]) }, []float64{20}, []float64{1}, 1e-6},
		{"flat at first", func(x []float64) float64 { return -math.Exp(-(x[0] - 2) * (x[0] - 2) / 8) }, []float64{9}, []float64{2}, 1e-4},
		{"saddle beside the way", func(x []float64) float64 { return x[0]*x[0]*x[0]*x[0] - 2*x[0]*x[0] + x[1]*x[1] }, []float64{0.3, 1}, []float64{1, 0}, 1e-6},
		{"from a top", func(x []float64) float64 { return x[0]*x[0]*x[0]*x[0] - 2*x[0]*x[0] + x[1]*x[1] }, []float64{0, 0}, []float64{1, 0}, 1e-6},
		{"a low top between near minima", func(x []float64) float64 { return 106*x[0]*x[0]*x[0]*x[0] - 0.32*x[0]*x[0] }, []float64{0}, []float64{math.Sqrt(0.16 / 106)}, 1e-6},
		{"no parameter", func([]float64) float64 { return 1 }, nil, nil, 0},
	} {
		r := Minimize(c.f, c.from, Options{})
		if !r.Converged {
			t.Errorf("%s: not converged at %v", c.name, r.X)
		}
		for i, w := range c.want {
			if math.Abs(r.X[i]-w) > c.tol*math.Max(1, math.Abs(w)) {
				t.Errorf("%s: %v, want %v (%d evaluations)", c.name, r.X, c.want, r.Evals)
			}
		}
		t.Logf("%s: %d evaluations", c.name, r.Evals)
	}
}

func TestNoMinimum(t *testing.T) {
	if r := Minimize(func(x []float64) float64 { return -x[0] }, []float64{0}, Options{Steps: 20}); r.Converged {
		t.Errorf("a slope without end converged at %v", r.X)
	}
	if r := Minimize(func(x []float64) float64 { return x[0]*x[0] - x[1]*x[1] }, []float64{0, 0}, Options{}); r.Converged {
		t.Errorf("a saddle converged at %v", r.X)
	}
	if r := Minimize(func([]float64) float64 { return math.NaN() }, []float64{1}, Options{}); r.Converged || r.X[0] != 1 {
		t.Errorf("NaN gave %v", r)
	}
	n := 0
	stop := func() error { n++; return errors.New("enough") }
	if r := Minimize(func(x []float64) float64 { return x[0] * x[0] }, []float64{1}, Options{Stop: stop}); r.Converged || n == 0 {
		t.Errorf("it went on after the stop: %v", r)
	}
}

func TestInverse(t *testing.T) {
	a := [][]float64{{4, 1, 0.5}, {1, 3, -1}, {0.5, -1, 2}}
	b, ok := InversePositive(a)
	if !ok {
		t.Fatal("not positive definite")
	}
	for i := range a {
		for j := range a {
			s := 0.0
			for k := range a {
				s += a[i][k] * b[k][j]
			}
			if want := map[bool]float64{true: 1}[i == j]; math.Abs(s-want) > 1e-14 {
				t.Errorf("(%d, %d): %g", i, j, s)
			}
		}
	}
	if _, ok := InversePositive([][]float64{{1, 2}, {2, 1}}); ok {
		t.Error("an indefinite matrix was inverted")
	}
}
