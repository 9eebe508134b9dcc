package linalg

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestSolve puts solutions back into their equations.
func TestSolve(t *testing.T) {
	r := rng.New(1, 0)
	for _, n := range []int{0, 1, 2, 3, 7, 30} {
		a, b := Zeros(n), make([][]float64, n)
		for i := range b {
			for j := range a[i] {
				a[i][j] = r.Norm()
			}
			if n > 1 {
				a[i][i] = 0 // rows must change places
			}
			b[i] = append(append([]float64(nil), a[i]...), r.Norm())
		}
		want := make([]float64, n)
		for i := range b {
			want[i] = b[i][n]
		}
		x, ok := Solve(b, 0)
		if !ok {
			t.Fatalf("%d equations are said to be singular", n)
		}
		for i := range want {
			sum := 0.0
			for j := range x {
				sum += a[i][j] * x[j]
			}
			if math.Abs(sum-want[i]) > 1e-10 {
				t.Errorf("%d equations: row %d gives %g, want %g", n, i, sum, want[i])
			}
		}
	}
	for _, singular := range [][][]float64{{{0, 1}}, {{math.NaN(), 1}}, {{1, 2, 3}, {2, 4, 6}}} {
		if _, ok := Solve(singular, 0); ok {
			t.Errorf("%v was solved", singular)
		}
	}
	if _, ok := Solve([][]float64{{1e-15, 1}}, 1e-14); ok {
		t.Error("a pivot below the bound was taken")
	}
}
