package montage

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A Spline interpolates values on the sphere.
type Spline struct {
	at [][3]float64
	c  []float64 // weights of the places; the last one is the constant
}

// NewSpline fits a spherical spline of order 4 through the values v at places at:
//
//	v(r) = c0 + Σ ci g(cos(r, ri)),  g(x) = Σ (2n+1)/(n(n+1))^4 Pn(x) / 4π, n = 1 ... 50,
//
// with Σ ci = 0 and smooth added to the diagonal, 1e-5 as MNE does. Places that
// are the same, or fewer than 3, are an error. Source: Perrin et al. 1989,
// Electroencephalogr. Clin. Neurophysiol. 72:184, with the correction of 1990.
func NewSpline(at [][3]float64, v []float64, smooth float64) (*Spline, error) {
	n := len(at)
	if n < 3 {
		return nil, fmt.Errorf("%d places; 3 or more are needed", n)
	}
	s := &Spline{at: make([][3]float64, n)}
	for i, p := range at {
		s.at[i] = unit(p)
	}
	m := make([][]float64, n+1)
	for i := range m {
		m[i] = make([]float64, n+2)
		for j := range n + 1 {
			switch {
			case i == n && j == n:
			case i == n || j == n:
				m[i][j] = 1
			case i == j:
				m[i][j] = kernel(1) + smooth
			default:
				m[i][j] = kernel(dot(s.at[i], s.at[j]))
			}
		}
		if i < n {
			m[i][n+1] = v[i]
		}
	}
	c, ok := linalg.Solve(m, 1e-14)
	if !ok {
		return nil, fmt.Errorf("two places are the same")
	}
	s.c = c
	return s, nil
}

// At returns the value at a place, which need not have length 1.
func (s *Spline) At(p [3]float64) float64 {
	p = unit(p)
	n := len(s.at)
	sum := s.c[n]
	for i, q := range s.at {
		sum += float64(s.c[i] * kernel(dot(p, q)))
	}
	return sum
}

func unit(p [3]float64) [3]float64 {
	d := math.Sqrt(dot(p, p))
	return [3]float64{p[0] / d, p[1] / d, p[2] / d}
}

func dot(p, q [3]float64) float64 {
	return float64(p[0]*q[0]) + float64(p[1]*q[1]) + float64(p[2]*q[2])
}

// factors are those of NewSpline: (2n+1)/(n(n+1))^4 / 4π.
var factors = Shape{Order: 4, Terms: 50}.factors(4)

// kernel returns g(x).
func kernel(x float64) float64 { return series(factors, x) }
