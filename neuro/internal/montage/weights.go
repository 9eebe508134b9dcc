package montage

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A Shape says which spline: the order m and the number of terms of the series, and what is
// added to the diagonal.
type Shape struct {
	Order, Terms int
	Smooth       float64
}

// factors are (2n+1) / (n(n+1))^power / 4π for n = 0 ... terms, the first being 0.
func (s Shape) factors(power int) []float64 {
	f := make([]float64, s.Terms+1)
	for n := 1; n <= s.Terms; n++ {
		k, v := float64(n*(n+1)), 1.0
		for range power {
			v *= k
		}
		f[n] = float64(2*n+1) / v / (4 * math.Pi)
	}
	return f
}

// series returns Σ f[n] Pn(x), with Legendre's polynomials by Bonnet's recursion.
func series(f []float64, x float64) float64 {
	x = math.Max(-1, math.Min(1, x))
	before, now, sum := 1.0, x, 0.0
	for n := 1; n < len(f); n++ {
		sum += float64(f[n] * now)
		before, now = now, (float64(float64(2*n+1)*x*now)-float64(float64(n)*before))/float64(n+1)
	}
	return sum
}

// Weights returns for each place of to the weights of the values at from, whose sum is 1,
// that give the value of the spline through them: v(to[k]) = Σ w[k][i] v(from[i]). Places
// need not have length 1. Fewer than 3 places, or two that are the same, are an error.
// Source: Perrin et al. 1989, see NewSpline.
func Weights(from, to [][3]float64, s Shape) ([][]float64, error) {
	n := len(from)
	if n < 3 {
		return nil, fmt.Errorf("%d places; 3 or more are needed", n)
	}
	f := s.factors(s.Order)
	at := make([][3]float64, n)
	for i, p := range from {
		at[i] = unit(p)
	}
	g := linalg.Zeros(n)
	for i := range n {
		for j := range i + 1 {
			g[i][j] = series(f, dot(at[i], at[j]))
			g[j][i] = g[i][j]
		}
		g[i][i] = series(f, 1) + s.Smooth
	}
	out := make([][]float64, len(to))
	for k, p := range to {
		p = unit(p)
		m := make([][]float64, n+1) // symmetric: its solution for the values of the functions at p are the weights
		for i := range m {
			m[i] = make([]float64, n+2)
			if i < n {
				copy(m[i], g[i])
				m[i][n], m[i][n+1] = 1, series(f, dot(at[i], p))
				continue
			}
			for j := range n {
				m[i][j] = 1
			}
			m[i][n+1] = 1
		}
		w, ok := linalg.Solve(m, 1e-14)
		if !ok {
			return nil, fmt.Errorf("two places are the same")
		}
		out[k] = w[:n]
	}
	return out, nil
}

// Laplacian returns the matrix that turns potentials at places into their current source
// density there, the negative surface Laplacian of the spline on a sphere of a radius:
//
//	csd(r) = 1/radius² Σ ci h(cos(r, ri)),  h(x) = Σ (2n+1)/(n(n+1))^(m-1) Pn(x) / 4π,
//
// where ci are the weights of the spline through the potentials less their mean. Fewer than
// 3 places, or two that are the same, are an error. Sources: Perrin et al. 1989; Kayser and
// Tenke 2006, Clin. Neurophysiol. 117:348.
func Laplacian(places [][3]float64, s Shape, radius float64) ([][]float64, error) {
	n := len(places)
	if n < 3 {
		return nil, fmt.Errorf("%d places; 3 or more are needed", n)
	}
	at := make([][3]float64, n)
	for i, p := range places {
		at[i] = unit(p)
	}
	fg, fh := s.factors(s.Order), s.factors(s.Order-1)
	g, h := linalg.Zeros(n), linalg.Zeros(n)
	for i := range n {
		for j := range i + 1 {
			x := dot(at[i], at[j])
			if i == j {
				x = 1
			}
			g[i][j], h[i][j] = series(fg, x), series(fh, x)
			g[j][i], h[j][i] = g[i][j], h[i][j]
		}
		g[i][i] += s.Smooth
	}
	inverse, dependent := linalg.InversePositive(g, 1e-13)
	if dependent >= 0 {
		return nil, fmt.Errorf("two places are the same")
	}
	// C = G⁻¹ Z less what makes its columns sum to 0; Z takes the mean off.
	sums, all := make([]float64, n), 0.0
	for j := range n {
		for i := range n {
			sums[j] += inverse[i][j]
		}
		all += sums[j]
	}
	c := linalg.Zeros(n)
	for j := range n {
		for i := range n {
			c[i][j] = inverse[i][j] - sums[i]/float64(n)
		}
	}
	for j := range n {
		total := 0.0
		for i := range n {
			total += c[i][j]
		}
		for i := range n {
			c[i][j] -= float64(sums[i] * total / all)
		}
	}
	out := linalg.Product(h, c)
	for i := range out {
		for j := range out[i] {
			out[i][j] /= radius * radius
		}
	}
	return out, nil
}
