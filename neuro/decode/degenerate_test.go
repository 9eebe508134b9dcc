package decode

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDegenerate fits data of few whole numbers, with samples that are equal and
// have other labels, features that are 0 or alike, and weak and strong penalties:
// each objective must be at its least.
func TestDegenerate(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	for round := range 600 {
		n, d := 2+r.IntN(14), 1+r.IntN(9)
		c := math.Pow(10, float64(r.IntN(7)-3))
		var x [][]float64
		var y []int
		for i := range n {
			row := make([]float64, d)
			for j := range row {
				row[j] = float64(r.IntN(3) - r.IntN(2))
				if j > 0 && r.IntN(6) == 0 {
					row[j] = row[0]
				}
			}
			x, y = append(x, row), append(y, i%2)
		}
		if r.IntN(3) == 0 {
			x[n-1] = x[0]
		}
		for _, loss := range []string{"squared hinge", "hinge"} {
			f, err := SVM{C: c, Loss: loss}.Fit(x, y)
			if err != nil {
				t.Fatalf("%d: %d samples, %d features, C %g, %s: %v", round, n, d, c, loss, err)
			}
			objective := func(w []float64, b float64) float64 {
				sum := dot(w, w) / 2
				if loss == "squared hinge" {
					sum += b * b / 2
				}
				for i, row := range x {
					m := math.Max(0, 1-float64(2*y[i]-1)*(dot(w, row)+b))
					if loss == "squared hinge" {
						m *= m
					}
					sum += c * m
				}
				return sum
			}
			best := objective(f.Coef[0], f.Intercept[0])
			for k := range 40 {
				size := math.Pow(10, -float64(k%5))
				w := append([]float64(nil), f.Coef[0]...)
				for j := range w {
					w[j] += size * r.NormFloat64() * float64(r.IntN(2))
				}
				if v := objective(w, f.Intercept[0]+size*r.NormFloat64()); v < best*(1-1e-9)-1e-12 {
					t.Fatalf("%d: %d samples, %d features, C %g, %s: the objective %.12g falls to %.12g", round, n, d, c, loss, best, v)
				}
			}
		}
		for _, m := range []Model{NewLDA(), NewRidge(), NewLogistic()} {
			if _, err := m.FitPredict(x, y, x); err != nil {
				if _, lda := m.(LDA); !lda {
					t.Fatalf("%d: %T: %v", round, m, err)
				}
			}
		}
	}
}
