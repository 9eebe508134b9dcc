package linalg_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestEigenvalues(t *testing.T) {
	for _, c := range []struct {
		a      [][]float64
		re, im []float64
	}{
		{[][]float64{{3}}, []float64{3}, []float64{0}},
		{[][]float64{{0, 0}, {0, 0}}, []float64{0, 0}, []float64{0, 0}},
		{[][]float64{{2, 0}, {0, -5}}, []float64{2, -5}, []float64{0, 0}},
		{[][]float64{{0, -4}, {1, 0}}, []float64{0, 0}, []float64{2, -2}},
		{[][]float64{{1, 2, 0}, {-2, 1, 0}, {5, 6, -7}}, []float64{1, 1, -7}, []float64{2, -2, 0}},
	} {
		re, im := linalg.Eigenvalues(c.a)
		for i := range c.re {
			if math.Abs(re[i]-c.re[i]) > 1e-12 || math.Abs(im[i]-c.im[i]) > 1e-12 {
				t.Errorf("%v: %v %v, want %v %v", c.a, re, im, c.re, c.im)
			}
		}
	}
}

// TestEigenvaluesOfTriangles wants the diagonal of a triangular matrix back
// after a change of basis.
func TestEigenvaluesOfTriangles(t *testing.T) {
	r := rng.New(3, 0)
	for range 200 {
		n := 4
		tri := make([][]float64, n)
		for i := range tri {
			tri[i] = make([]float64, n)
			for j := i; j < n; j++ {
				tri[i][j] = r.Norm()
			}
			tri[i][i] = float64(n-i) + 0.5*r.Float64()
		}
		// p = 1 + strictly lower s, whose inverse is 1 - s + s^2 - s^3
		a := tri
		for i := 1; i < n; i++ { // elementary similarity: row i += f row 0, column 0 -= f column i
			f := r.Norm()
			for j := range a[i] {
				a[i][j] += f * a[0][j]
			}
			for j := range a {
				a[j][0] -= f * a[j][i]
			}
		}
		want := []float64{}
		re, im := linalg.Eigenvalues(a)
		sum, trace := 0.0, 0.0
		for i := range re {
			sum += re[i]
			trace += a[i][i]
			if math.Abs(im[i]) > 1e-6 || i > 0 && re[i] > re[i-1] || re[i] < 1 || re[i] > 4.5 || math.Mod(re[i], 1) > 0.5+1e-6 {
				t.Fatalf("eigenvalues %v %v (%v)", re, im, want)
			}
		}
		if math.Abs(sum-trace) > 1e-8 {
			t.Fatalf("the sum is %g, the trace %g", sum, trace)
		}
	}
}
