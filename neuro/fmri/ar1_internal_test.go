package fmri

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// TestTrace holds the polynomials of the trace to the trace, and that to the slope
// of the logarithm of the determinant.
func TestTrace(t *testing.T) {
	for _, size := range [][2]int{{3, 1}, {30, 2}, {121, 9}, {200, 20}} {
		n, p := size[0], size[1]
		x := make([][]float64, n)
		for i := range x {
			x[i] = []float64{1}
			for j := 1; j < p; j++ {
				x[i] = append(x[i], math.Cos(math.Pi*float64(j)*(float64(i)+0.5)/float64(n)))
			}
		}
		q, err := linalg.NewQR(x, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := newLikelihood(newAR1(q, true))
		for i := range gridSteps {
			for _, part := range []float64{0, 0.013, 0.31, 0.5, 0.77, 1} {
				rho := s.grid[i] + part*(s.grid[i+1]-s.grid[i])
				want := s.traceAt(rho)
				if got := s.traceOf(i, rho); math.Abs(got-want) > 1e-10*(1+math.Abs(want)) {
					t.Fatalf("%d volumes, %d regressors: the trace at %g is %.14g; it must be %.14g", n, p, rho, got, want)
				}
				h := 1e-5 * (1 - rho*rho)
				slope := (s.factor(rho+h).logDet - s.factor(rho-h).logDet) / (2 * h)
				if math.Abs(slope-want) > 1e-5*(math.Abs(want)+float64(p)/(1-math.Abs(rho))) {
					t.Fatalf("%d volumes, %d regressors: the trace at %g is %g; the determinant's slope %g", n, p, rho, want, slope)
				}
			}
		}
	}
}
