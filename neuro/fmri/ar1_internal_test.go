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

// TestFreedom holds the degrees of freedom of a contrast, and their polynomials,
// to what whole matrices and differences give: the information of log s² and rho is
// half the trace of P V_i P V_j.
func TestFreedom(t *testing.T) {
	inverse := func(a [][]float64) [][]float64 {
		n := len(a)
		out := linalg.Zeros(n)
		for j := range n {
			m := make([][]float64, n)
			for i := range m {
				m[i] = append(append([]float64(nil), a[i]...), 0)
			}
			m[j][n] = 1
			x, ok := linalg.Solve(m, 0)
			if !ok {
				t.Fatal("a singular matrix")
			}
			for i := range n {
				out[i][j] = x[i]
			}
		}
		return out
	}
	product := func(a, b [][]float64) [][]float64 {
		c := make([][]float64, len(a))
		for i := range c {
			c[i] = make([]float64, len(b[0]))
			for k, v := range a[i] {
				for j, w := range b[k] {
					c[i][j] += v * w
				}
			}
		}
		return c
	}
	transposed := func(a [][]float64) [][]float64 {
		c := make([][]float64, len(a[0]))
		for j := range c {
			for i := range a {
				c[j] = append(c[j], a[i][j])
			}
		}
		return c
	}
	for _, size := range [][2]int{{9, 1}, {14, 2}, {31, 5}} {
		n, p := size[0], size[1]
		x := make([][]float64, n)
		for i := range x {
			x[i] = []float64{1}
			for j := 1; j < p; j++ {
				x[i] = append(x[i], math.Cos(math.Pi*float64(j)*(float64(i)+0.5)/float64(n))+0.3*math.Sin(float64(i*i*j)))
			}
		}
		c := make([]float64, p)
		for j := range c {
			c[j] = float64(1 - 2*(j%2))
		}
		covariance := func(logS2, rho float64) [][]float64 {
			v := linalg.Zeros(n)
			for i := range n {
				for j := range n {
					v[i][j] = math.Exp(logS2) * math.Pow(rho, math.Abs(float64(i-j))) / (1 - rho*rho)
				}
			}
			return v
		}
		variance := func(logS2, rho float64) float64 {
			inv := inverse(product(product(transposed(x), inverse(covariance(logS2, rho))), x))
			sum := 0.0
			for i := range p {
				for j := range p {
					sum += c[i] * inv[i][j] * c[j]
				}
			}
			return sum
		}
		q, err := linalg.NewQR(x, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := newLikelihood(newAR1(q, true))
		g := &GLM{DF: float64(n - p), likelihood: s, flat: make([]bool, 6), Rho: []float64{-0.9, -0.31, 0.02, 0.27, 0.6, 0.95}}
		polynomial := g.satterthwaite(c)
		for i, rho := range g.Rho {
			const logS2, h = 0.7, 1e-5
			vi := inverse(covariance(logS2, rho))
			vx := product(vi, x)
			middle := product(product(vx, inverse(product(transposed(x), vx))), transposed(vx))
			pv := make([][][]float64, 2)
			gradient := []float64{variance(logS2, rho), (variance(logS2, rho+h) - variance(logS2, rho-h)) / (2 * h)}
			for k := range pv {
				hi, lo := covariance(logS2+h, rho), covariance(logS2-h, rho)
				if k == 1 {
					hi, lo = covariance(logS2, rho+h), covariance(logS2, rho-h)
				}
				d, whole := linalg.Zeros(n), linalg.Zeros(n)
				for a := range n {
					for b := range n {
						d[a][b] = (hi[a][b] - lo[a][b]) / (2 * h)
						whole[a][b] = vi[a][b] - middle[a][b]
					}
				}
				pv[k] = product(whole, d)
			}
			information := func(a, b int) float64 {
				m, sum := product(pv[a], pv[b]), 0.0
				for k := range n {
					sum += m[k][k] / 2
				}
				return sum
			}
			a, b, d := information(0, 0), information(0, 1), information(1, 1)
			det := a*d - b*b
			v := gradient[0]
			want := 2 * v * v / ((d*v*v - 2*b*v*gradient[1] + a*gradient[1]*gradient[1]) / det)
			got := s.freedom([][]float64{s.factors(c)}, rho)
			if math.Abs(got-want) > 1e-6*want {
				t.Errorf("%d volumes, %d regressors, rho %g: %g degrees of freedom, whole matrices give %g", n, p, rho, got, want)
			}
			if math.Abs(polynomial[i]-got) > 1e-8*got {
				t.Errorf("%d volumes, %d regressors, rho %g: the polynomial gives %.12g, not %.12g", n, p, rho, polynomial[i], got)
			}
		}
	}
}
