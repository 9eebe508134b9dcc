package signal

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A cmatrix is a small complex matrix. Products are written out so that no CPU
// fuses them.
type cmatrix [][]complex128

func newCMatrix(n int) cmatrix { return rowsComplex(n, n) }

func product(a, b complex128) complex128 {
	return complex(float64(real(a)*real(b))-float64(imag(a)*imag(b)), float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}

func square(a complex128) float64 { return float64(real(a)*real(a)) + float64(imag(a)*imag(a)) }

func conj(a complex128) complex128 { return complex(real(a), -imag(a)) }

func reciprocal(a complex128) complex128 {
	// In units of the size, whose square could vanish.
	s := max(math.Abs(real(a)), math.Abs(imag(a)))
	re, im := real(a)/s, imag(a)/s
	d := (float64(re*re) + float64(im*im)) * s
	return complex(re/d, -im/d)
}

// turn returns exp(2πi x).
func turn(x float64) complex128 {
	sin, cos := vec.Sincos(2 * math.Pi * (float64(x) - math.Floor(x)))
	return complex(cos, sin)
}

func (a cmatrix) times(b cmatrix) cmatrix {
	c := rowsComplex(len(a), len(b[0]))
	for i, row := range a {
		for k, x := range row {
			for j, y := range b[k] {
				c[i][j] += product(x, y)
			}
		}
	}
	return c
}

// adjoint returns the conjugate transpose.
func (a cmatrix) adjoint() cmatrix {
	c := rowsComplex(len(a[0]), len(a))
	for i, row := range a {
		for j, v := range row {
			c[j][i] = conj(v)
		}
	}
	return c
}

// timesReal returns a s of a real matrix.
func (a cmatrix) timesReal(s [][]float64) cmatrix {
	c := rowsComplex(len(a), len(s[0]))
	for i, row := range a {
		for k, x := range row {
			for j, y := range s[k] {
				c[i][j] += complex(float64(real(x)*y), float64(imag(x)*y))
			}
		}
	}
	return c
}

// spectrum returns a s a*.
func (a cmatrix) spectrum(s [][]float64) cmatrix { return a.timesReal(s).times(a.adjoint()) }

// part returns the rows and columns that are named.
func (a cmatrix) part(rows, cols []int) cmatrix {
	c := rowsComplex(len(rows), len(cols))
	for i, r := range rows {
		for j, k := range cols {
			c[i][j] = a[r][k]
		}
	}
	return c
}

// inverse returns a⁻¹ by elimination with the largest pivots, and false when a
// pivot is 0 or not finite.
func (a cmatrix) inverse() (cmatrix, bool) {
	n := len(a)
	m := rowsComplex(n, 2*n)
	for i := range m {
		copy(m[i], a[i])
		m[i][n+i] = 1
	}
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if square(m[i][k]) > square(m[p][k]) {
				p = i
			}
		}
		m[k], m[p] = m[p], m[k]
		if s := square(m[k][k]); !(s > 0) || math.IsInf(s, 0) {
			return nil, false
		}
		r := reciprocal(m[k][k])
		for j := k; j < 2*n; j++ {
			m[k][j] = product(m[k][j], r)
		}
		for i := range n {
			if f := m[i][k]; i != k && f != 0 {
				for j := k; j < 2*n; j++ {
					m[i][j] -= product(f, m[k][j])
				}
			}
		}
	}
	out := make(cmatrix, n)
	for i := range out {
		out[i] = m[i][n:]
	}
	return out, true
}
