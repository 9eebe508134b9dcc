package linalg

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Symmetric returns the eigenvalues of a symmetric matrix, ascending, and its
// eigenvectors as rows of length 1, whose largest element (of equal ones the
// first) is above 0. Only the lower half of a is read. It reports false when a is
// not finite.
//
// Householder's reduction to three diagonals and QL iterations with implicit
// shifts (Bowdler, Martin, Reinsch and Wilkinson 1968, Numer Math 11:293).
func Symmetric(a [][]float64) (values []float64, vectors [][]float64, ok bool) {
	n := len(a)
	size := 0.0
	for i := range a {
		for _, v := range a[i][:i+1] {
			if !(math.Abs(v) <= math.MaxFloat64) {
				return nil, nil, false
			}
			size = max(size, math.Abs(v))
		}
	}
	vectors = Zeros(n)
	for i := range vectors {
		vectors[i][i] = 1
	}
	if size == 0 {
		return make([]float64, n), vectors, true
	}
	// In units of the largest element squares neither overflow nor vanish.
	m := Zeros(n)
	for i := range a {
		for j, v := range a[i][:i+1] {
			m[i][j], m[j][i] = v/size, v/size
		}
	}
	d, e := tridiagonal(m, vectors)
	if !implicitQL(d, e, vectors) {
		return nil, nil, false
	}
	for i := range d { // ascending
		low := i
		for j := i + 1; j < n; j++ {
			if d[j] < d[low] {
				low = j
			}
		}
		d[i], d[low] = d[low], d[i]
		vectors[i], vectors[low] = vectors[low], vectors[i]
		d[i] *= size
		most := 0.0
		for _, v := range vectors[i] {
			if math.Abs(v) > math.Abs(most)*(1+1e-12) {
				most = v
			}
		}
		if most < 0 {
			vec.NegBlock(vectors[i], vectors[i])
		}
	}
	return d, vectors, true
}

// tridiagonal reduces m by reflections to a diagonal d and what is beside it, e,
// and multiplies the rows of q by them.
func tridiagonal(m, q [][]float64) (d, e []float64) {
	n := len(m)
	d, e = make([]float64, n), make([]float64, n)
	v, tau := make([][]float64, max(n-2, 0)), make([]float64, max(n-2, 0))
	p := make([]float64, n)
	for k := range v {
		x := make([]float64, n-k-1) // column k below the diagonal
		for i := range x {
			x[i] = m[k+1+i][k]
		}
		below := vec.DotBlock(x[1:], x[1:])
		v[k] = x
		if below == 0 {
			e[k] = x[0]
			continue
		}
		length := math.Sqrt(float64(x[0]*x[0]) + below)
		if x[0] > 0 {
			length = -length
		}
		e[k] = length
		x[0] -= length
		tau[k] = 2 / (float64(x[0]*x[0]) + below)
		// M - v w' - w v' with w = tau (M v) - tau² (v·M v)/2 v.
		w := p[:len(x)]
		for i := range w {
			w[i] = float64(tau[k] * vec.DotBlock(m[k+1+i][k+1:], x))
		}
		half := float64(tau[k] * vec.DotBlock(w, x) / 2)
		vec.FMAScaleBlock(w, x, -half, w)
		for i := range w {
			row := m[k+1+i][k+1:]
			vec.FMAScaleBlock(row, w, -x[i], row)
			vec.FMAScaleBlock(row, x, -w[i], row)
		}
	}
	for i := range d {
		d[i] = m[i][i]
	}
	if n > 1 {
		e[n-2] = m[n-1][n-2]
	}
	for k := len(v) - 1; k >= 0; k-- {
		if tau[k] == 0 {
			continue
		}
		for i := k + 1; i < n; i++ {
			row := q[i][k+1:]
			vec.FMAScaleBlock(row, v[k], -float64(tau[k]*vec.DotBlock(row, v[k])), row)
		}
	}
	return d, e
}

// implicitQL turns the matrix with diagonal d and neighbours e into a diagonal,
// and the rows of q with it. It reports false when it does not end.
func implicitQL(d, e []float64, q [][]float64) bool {
	n := len(d)
	room := make([]float64, n)
	for l := range n {
		for round := 0; ; round++ {
			// Among eigenvalues that are rounding errors of 0 nothing becomes small by comparison:
			// what is small beside the largest element of the matrix, 1, is 0 then.
			least := 0.0
			if round >= 30 {
				least = 0x1p-53
			}
			m := l // the block l..m is not yet split
			for m < n-1 && math.Abs(e[m]) > float64(0x1p-53*(math.Abs(d[m])+math.Abs(d[m+1])))+least {
				m++
			}
			if m == l {
				break
			}
			if round == 80 {
				return false
			}
			// Wilkinson's shift, of the 2 x 2 block at the top.
			g := (d[l+1] - d[l]) / (2 * e[l])
			r := math.Sqrt(float64(g*g) + 1)
			if g < 0 {
				r = -r
			}
			g = d[m] - d[l] + e[l]/(g+r)
			s, c, p := 1.0, 1.0, 0.0
			i := m - 1
			for ; i >= l; i-- {
				f, b := float64(s*e[i]), float64(c*e[i])
				r := math.Sqrt(float64(f*f) + float64(g*g))
				e[i+1] = r
				if r == 0 { // the block falls apart here
					d[i+1] -= p
					e[m] = 0
					break
				}
				s, c = f/r, g/r
				g = d[i+1] - p
				r = float64((d[i]-g)*s) + float64(2*c*b)
				p = float64(s * r)
				d[i+1] = g + p
				g = float64(c*r) - b
				// Rotate two rows; the old second one is room for the next.
				x, y := q[i], q[i+1]
				vec.MulConstBlock(room, y, c)
				vec.FMAScaleBlock(room, x, s, room)
				vec.MulConstBlock(x, x, c)
				vec.FMAScaleBlock(x, y, -s, x)
				q[i+1], room = room, y
			}
			if i >= l {
				continue
			}
			d[l] -= p
			e[l] = g
			e[m] = 0
		}
	}
	return true
}

// Spectral returns Σ f(λ) u u' over the eigenvalues λ and the eigenvectors u
// (rows) of a symmetric matrix: a function of the matrix.
func Spectral(values []float64, vectors [][]float64, f func(float64) float64) [][]float64 {
	n := len(values)
	out := Zeros(n)
	for k, u := range vectors {
		w := f(values[k])
		for i, v := range u {
			vec.FMAScaleBlock(out[i][:i+1], u[:i+1], float64(w*v), out[i][:i+1])
		}
	}
	for i := range out {
		for j := range i {
			out[j][i] = out[i][j]
		}
	}
	return out
}

// InversePositive returns the inverse of a symmetric matrix with eigenvalues above
// 0. It reports the first row that depends on those before it to within tiny of
// its own size, or -1.
func InversePositive(a [][]float64, tiny float64) (inverse [][]float64, dependent int) {
	l, dependent := Cholesky(a, tiny)
	if dependent >= 0 {
		return nil, dependent
	}
	return CholeskyInverse(l), -1
}

// CholeskyInverse returns the inverse of l l'.
func CholeskyInverse(l [][]float64) [][]float64 {
	n := len(l)
	// Column j of the inverse of l becomes row j of b, and the inverse is b b'.
	b := Zeros(n)
	for j := range n {
		b[j][j] = 1 / l[j][j]
		for i := j + 1; i < n; i++ {
			b[j][i] = -vec.DotBlock(l[i][j:i], b[j][j:i]) / l[i][i]
		}
	}
	inverse := Zeros(n)
	for i := range n {
		for j := range i + 1 {
			v := vec.DotBlock(b[i][i:], b[j][i:])
			inverse[i][j], inverse[j][i] = v, v
		}
	}
	return inverse
}
