package linalg

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestApply holds products to sums one by one, in place too.
func TestApply(t *testing.T) {
	r := rng.New(1, 2)
	matrix := func(n, m int) [][]float64 {
		x := make([][]float64, n)
		for i := range x {
			x[i] = make([]float64, m)
			for j := range x[i] {
				x[i][j] = r.Norm()
			}
		}
		return x
	}
	for _, c := range [][3]int{{1, 1, 1}, {3, 2, 0}, {4, 4, 255}, {5, 5, 257}, {7, 3, 4097}, {2, 9, 10000}} {
		w, x := matrix(c[0], c[1]), matrix(c[1], c[2])
		y := matrix(c[0], c[2])
		Apply(y, w, x)
		for i := range y {
			for s := range y[i] {
				want := 0.0
				for k := range x {
					want = math.FMA(w[i][k], x[k][s], want)
				}
				if y[i][s] != want {
					t.Fatalf("%v: [%d][%d] is %g, want %g", c, i, s, y[i][s], want)
				}
			}
		}
		if c[0] == c[1] {
			Apply(x, w, x)
			for i := range y {
				for s := range y[i] {
					if y[i][s] != x[i][s] {
						t.Fatalf("%v: in place [%d][%d] is %g, want %g", c, i, s, x[i][s], y[i][s])
					}
				}
			}
		}
	}
}
