package fmri

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An ar1 model has noise e[t] = rho e[t-1] + innovation, stationary from the
// first volume, so that correlations are rho^|s-t|. With
//
//	T(rho) = tridiagonal: 1, 1 + rho², ..., 1 + rho², 1 beside -rho,
//
// which is 1 - rho² times the inverse of that correlation matrix, all that a
// fit needs are the three sums in which T is a polynomial of rho:
//
//	a'T b = s0 + rho² s1 - rho s2,
//	s0 = Σ a[t] b[t],  s1 = the same without the first and last t,
//	s2 = Σ a[t] b[t+1] + a[t+1] b[t].
//
// s2 is also the product with the sum of the neighbours of b in time. The sums are
// kept for an orthonormal basis Q of the design's columns, in which the
// least-squares problem of any rho is well conditioned, and for the residuals e of
// ordinary least squares, on which the likelihood depends, and of which Q'e = 0.
//
// The rule of nilearn takes the first volume as if it were uncorrelated with those
// before: the first element of T is 1 + rho² as well.
type ar1 struct {
	n, p       int
	stationary bool
	q          [][]float64 // [column][time], orthonormal
	r          [][]float64 // design = q' r, upper triangle
	qq         [3][]float64
	// beside are the sums of neighbours in time of each column of q and, last,
	// a column of ones, as linalg.Products takes them.
	beside [][]float64
}

// A factored matrix is L of Q'T(rho)Q = L L', row after row, with the
// logarithm of the determinant.
type factored struct {
	l      []float64
	logDet float64
}

func newAR1(qr *linalg.QR, stationary bool) *ar1 {
	q, r := qr.Q()
	m := &ar1{n: qr.Rows, p: qr.Cols, stationary: stationary, q: q, r: r}
	n, p := m.n, m.p
	columns := make([][]float64, p+1)
	for j := range columns {
		columns[j] = make([]float64, n)
		for t := range n {
			switch {
			case j == p:
				columns[j][t] = 1
			case t == 0:
				columns[j][t] = q[j][1]
			case t == n-1:
				columns[j][t] = q[j][n-2]
			default:
				columns[j][t] = q[j][t-1] + q[j][t+1]
			}
		}
	}
	m.beside = linalg.Groups(columns)
	for k := range m.qq {
		m.qq[k] = make([]float64, p*p)
	}
	for i := range p {
		for j := range p {
			s0, s2 := 0.0, 0.0
			for t, v := range q[i] {
				s0 += float64(v * q[j][t])
				s2 += float64(v * columns[j][t])
			}
			m.qq[0][i*p+j], m.qq[1][i*p+j], m.qq[2][i*p+j] = s0, m.inner(s0, q[i][0], q[i][n-1], q[j][0], q[j][n-1]), s2
		}
	}
	return m
}

// inner returns s1 from s0 and the first and last values of two series.
func (m *ar1) inner(s0, a, alast, b, blast float64) float64 {
	s0 -= float64(alast * blast)
	if m.stationary {
		s0 -= float64(a * b)
	}
	return s0
}

// poly returns s0 + rho² s1 - rho s2, slope its derivative in rho.
func poly(s0, s1, s2, rho float64) float64 {
	return s0 + float64(rho*(float64(rho*s1)-s2))
}

func slopeOf(s1, s2, rho float64) float64 { return float64(2*rho*s1) - s2 }

func (m *ar1) factor(rho float64) factored {
	f := factored{l: make([]float64, m.p*m.p)}
	m.factorTo(f, rho)
	for i := range m.p {
		f.logDet += 2 * vec.Log(f.l[i*m.p+i])
	}
	return f
}

// factorTo factors into f, whose logDet it leaves.
func (m *ar1) factorTo(f factored, rho float64) {
	p := m.p
	for i := range p {
		li := f.l[i*p : (i+1)*p]
		for j := 0; j <= i; j++ {
			lj := f.l[j*p : (j+1)*p]
			v := poly(m.qq[0][i*p+j], m.qq[1][i*p+j], m.qq[2][i*p+j], rho)
			for k, a := range lj[:j] {
				v -= float64(a * li[k])
			}
			if i == j {
				li[i] = math.Sqrt(v)
			} else {
				li[j] = v / lj[j]
			}
		}
	}
}

// forward solves L u = b in place, backward L' u = b.
func (f factored) forward(b []float64) {
	p := len(b)
	for i := range b {
		v := b[i]
		for k, l := range f.l[i*p : i*p+i] {
			v -= float64(l * b[k])
		}
		b[i] = v / f.l[i*p+i]
	}
}

func (f factored) backward(b []float64) {
	p := len(b)
	for i := p - 1; i >= 0; i-- {
		v := b[i] / f.l[i*p+i]
		b[i] = v
		for k, l := range f.l[i*p : i*p+i] {
			b[k] -= float64(l * v)
		}
	}
}

// A voxelAR1 is what one voxel's residuals e add to the sums: s0, s1 and s2 of them
// with themselves, and s1 and s2 with the basis, where s0 is 0.
type voxelAR1 struct {
	m      *ar1
	ee     [3]float64
	q1, q2 []float64
	b      []float64 // room for solve
}

func newVoxelAR1(m *ar1) *voxelAR1 {
	return &voxelAR1{m: m, q1: make([]float64, m.p), q2: make([]float64, m.p), b: make([]float64, m.p)}
}

// set takes the sums of a voxel: of its squares, of products of its neighbours in
// time, and with the basis; and its first and last value.
func (v *voxelAR1) set(square, next, first, last float64, beside func(j int) float64) {
	m := v.m
	v.ee = [3]float64{square, m.inner(square, first, last, first, last), 2 * next}
	for j, q := range m.q {
		v.q1[j], v.q2[j] = m.inner(0, q[0], q[m.n-1], first, last), beside(j)
	}
}

// solve returns the coefficients b of e on Q, which hold until it is called again,
// and the weighted residual sum of squares at rho.
func (v *voxelAR1) solve(f factored, rho float64) (b []float64, rss float64) {
	b = v.b
	for j := range b {
		b[j] = poly(0, v.q1[j], v.q2[j], rho)
	}
	f.forward(b)
	rss = poly(v.ee[0], v.ee[1], v.ee[2], rho)
	for _, u := range b {
		rss -= float64(u * u)
	}
	f.backward(b)
	return b, rss
}

// add adds the coefficients b of the basis, which it changes, to those of the
// design in a voxel: r beta = b.
func (m *ar1) add(beta [][]float64, voxel int, b []float64) {
	for j := m.p - 1; j >= 0; j-- {
		for k := j + 1; k < m.p; k++ {
			b[j] -= float64(m.r[j][k] * b[k])
		}
		b[j] /= m.r[j][j]
		beta[j][voxel] += b[j]
	}
}

// factors returns a contrast of the coefficients of the basis.
func (m *ar1) factors(c []float64) []float64 {
	u := make([]float64, m.p)
	for j := range u {
		u[j] = c[j]
		for k := range j {
			u[j] -= float64(m.r[k][j] * u[k])
		}
		u[j] /= m.r[j][j]
	}
	return u
}

// variance returns c'(X'TX)⁻¹c at the rho of f.
func (m *ar1) variance(c []float64, f factored) float64 {
	u := m.factors(c)
	f.forward(u)
	sum := 0.0
	for _, v := range u {
		sum += float64(v * v)
	}
	return sum
}
