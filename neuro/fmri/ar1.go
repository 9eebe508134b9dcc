package fmri

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
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
// They are kept for an orthonormal basis Q of the design's columns, in which
// the least-squares problem of any rho is well conditioned, and for the
// residuals of ordinary least squares, on which the likelihood depends.
type ar1 struct {
	n, p int
	q    [][]float64 // [column][time], orthonormal
	r    [][]float64 // design = q' r, upper triangle
	qq   [3][]float64
	grid []float64 // of rho
	at   []factored
}

// atanhMaxRho is atanh(0.999): rho is looked for up to 0.999 either way, as at 1
// noise is a random walk, which has no stationary start.
const atanhMaxRho = 3.8002011672502

// gridSteps is how many steps of atanh(rho) the search takes from one bound to
// the other; each is 0.15 wide, much less than the likelihood's peaks.
const gridSteps = 50

// A factored matrix is L of Q'T(rho)Q = L L', row after row, with the
// logarithm of the determinant.
type factored struct {
	l      []float64
	logDet float64
}

func newAR1(x [][]float64) *ar1 {
	n, p := len(x), len(x[0])
	m := &ar1{n: n, p: p, q: make([][]float64, p), r: make([][]float64, p)}
	for j := range p {
		// Scaled, so that squares neither overflow nor vanish.
		col, scale := make([]float64, n), 0.0
		for t := range col {
			scale = math.Max(scale, math.Abs(x[t][j]))
		}
		for t := range col {
			col[t] = x[t][j] / scale
		}
		m.r[j] = make([]float64, p)
		// Gram and Schmidt, twice for orthogonality to rounding.
		for range 2 {
			for k, before := range m.q[:j] {
				dot := 0.0
				for t, v := range before {
					dot += float64(v * col[t])
				}
				m.r[k][j] += dot
				for t, v := range before {
					col[t] -= float64(dot * v)
				}
			}
		}
		size := 0.0
		for _, v := range col {
			size += float64(v * v)
		}
		size = math.Sqrt(size)
		m.r[j][j] = size
		for t := range col {
			col[t] /= size
		}
		m.q[j] = col
		for k := 0; k <= j; k++ {
			m.r[k][j] *= scale
		}
	}
	for k := range m.qq {
		m.qq[k] = make([]float64, p*p)
	}
	for i := range p {
		for j := range p {
			for k, s := range sums(m.q[i], m.q[j]) {
				m.qq[k][i*p+j] = s
			}
		}
	}
	for i := -gridSteps / 2; i <= gridSteps/2; i++ {
		rho := vec.Tanh(float64(i) / (gridSteps / 2) * atanhMaxRho)
		m.grid = append(m.grid, rho)
		m.at = append(m.at, m.factor(rho))
	}
	return m
}

// sums returns s0, s1 and s2 of two series.
func sums(a, b []float64) (s [3]float64) {
	last := len(a) - 1
	for t, v := range a {
		s[0] += float64(v * b[t])
		if t > 0 && t < last {
			s[1] += float64(v * b[t])
		}
		if t < last {
			s[2] += float64(v*b[t+1]) + float64(a[t+1]*b[t])
		}
	}
	return s
}

// poly returns s0 + rho² s1 - rho s2, slope its derivative in rho.
func poly(s0, s1, s2, rho float64) float64 {
	return s0 + float64(rho*(float64(rho*s1)-s2))
}

func slopeOf(s1, s2, rho float64) float64 { return float64(2*rho*s1) - s2 }

func (m *ar1) factor(rho float64) factored {
	p := m.p
	f := factored{l: make([]float64, p*p)}
	for i := range p {
		for j := 0; j <= i; j++ {
			v := poly(m.qq[0][i*p+j], m.qq[1][i*p+j], m.qq[2][i*p+j], rho)
			for k := range j {
				v -= float64(f.l[i*p+k] * f.l[j*p+k])
			}
			if i == j {
				f.l[i*p+i] = math.Sqrt(v)
				f.logDet += vec.Log(v)
			} else {
				f.l[i*p+j] = v / f.l[j*p+j]
			}
		}
	}
	return f
}

// forward solves L u = b in place, backward L' u = b.
func (f factored) forward(b []float64) {
	p := len(b)
	for i := range b {
		for k := range i {
			b[i] -= float64(f.l[i*p+k] * b[k])
		}
		b[i] /= f.l[i*p+i]
	}
}

func (f factored) backward(b []float64) {
	p := len(b)
	for i := p - 1; i >= 0; i-- {
		for k := i + 1; k < p; k++ {
			b[i] -= float64(f.l[k*p+i] * b[k])
		}
		b[i] /= f.l[i*p+i]
	}
}

// A voxelAR1 is what one voxel's residuals e add to the sums.
type voxelAR1 struct {
	m  *ar1
	ee [3]float64
	qe [3][]float64
}

func (m *ar1) voxel(e []float64) *voxelAR1 {
	v := &voxelAR1{m: m, ee: sums(e, e)}
	for k := range v.qe {
		v.qe[k] = make([]float64, m.p)
	}
	for j, q := range m.q {
		for k, s := range sums(q, e) {
			v.qe[k][j] = s
		}
	}
	return v
}

// solve returns the coefficients b of e on Q and the weighted residual sum of
// squares at rho.
func (v *voxelAR1) solve(f factored, rho float64) (b []float64, rss float64) {
	b = make([]float64, v.m.p)
	for j := range b {
		b[j] = poly(v.qe[0][j], v.qe[1][j], v.qe[2][j], rho)
	}
	f.forward(b)
	rss = poly(v.ee[0], v.ee[1], v.ee[2], rho)
	for _, u := range b {
		rss -= float64(u * u)
	}
	f.backward(b)
	return b, rss
}

// criterion is minus twice the restricted log likelihood, but for a constant:
//
//	(n-p) log rss + log |Q'TQ| - log(1-rho²)
func (v *voxelAR1) criterion(f factored, rho float64) float64 {
	_, rss := v.solve(f, rho)
	if !(rss > 0) {
		return math.Inf(1)
	}
	return float64(float64(v.m.n-v.m.p)*vec.Log(rss)) + f.logDet - vec.Log1p(-rho*rho)
}

// gradient is the derivative of criterion in rho. That of rss is e'T'e of the
// weighted residuals, as the coefficients are optimal.
func (v *voxelAR1) gradient(rho float64) float64 {
	m, p := v.m, v.m.p
	f := m.factor(rho)
	b, rss := v.solve(f, rho)
	d := slopeOf(v.ee[1], v.ee[2], rho)
	for i := range p {
		d -= float64(2 * b[i] * slopeOf(v.qe[1][i], v.qe[2][i], rho))
		for j := range p {
			d += float64(b[i] * b[j] * slopeOf(m.qq[1][i*p+j], m.qq[2][i*p+j], rho))
		}
	}
	// The trace of (Q'TQ)⁻¹ Q'T'Q, column by column.
	trace := 0.0
	col := make([]float64, p)
	for j := range p {
		for i := range p {
			col[i] = slopeOf(m.qq[1][i*p+j], m.qq[2][i*p+j], rho)
		}
		f.forward(col)
		f.backward(col)
		trace += col[j]
	}
	return float64(float64(m.n-p)*d/rss) + trace + 2*rho/(1-float64(rho*rho))
}

// rho returns the coefficient of the highest restricted likelihood: the best of
// a grid, refined to the root of the derivative beside it.
func (v *voxelAR1) rho() float64 {
	m := v.m
	best, least := 0, math.Inf(1)
	for i, rho := range m.grid {
		if c := v.criterion(m.at[i], rho); c < least {
			best, least = i, c
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	lo, hi := m.grid[max(best-1, 0)], m.grid[min(best+1, len(m.grid)-1)]
	glo, ghi := v.gradient(lo), v.gradient(hi)
	if !(glo < 0 && ghi > 0) {
		// The likelihood rises to the end of the range.
		return m.grid[best]
	}
	// Illinois' rule: the zero of the chord, with an end that stays halved.
	x, side := lo, 0
	for range 60 {
		before := x
		if x = lo - float64(glo*(hi-lo)/(ghi-glo)); !(x > lo && x < hi) {
			x = float64(0.5 * (lo + hi))
		}
		if g := v.gradient(x); g < 0 {
			lo, glo = x, g
			if side < 0 {
				ghi /= 2
			}
			side = -1
		} else {
			hi, ghi = x, g
			if side > 0 {
				glo /= 2
			}
			side = 1
		}
		if math.Abs(x-before) < 1e-13 || hi-lo < 1e-13 {
			break
		}
	}
	return x
}

// restricted fits every voxel again with the first-order autoregression of
// highest restricted likelihood.
func (g *GLM) restricted(im *nifti.Image) error {
	m := newAR1(g.Design.X)
	g.ar1 = m
	g.Rho = make([]float64, len(g.Voxels))
	return g.eachBatch(im, g.Voxels, func(lo int, y [][]float64) error {
		e := make([]float64, m.n)
		for i := range y[0] {
			at := lo + i
			if g.flat[at] {
				continue
			}
			for t, row := range g.Design.X {
				e[t] = y[t][i]
				for j, x := range row {
					e[t] -= float64(x * g.Beta[j][at])
				}
			}
			v := m.voxel(e)
			rho := v.rho()
			b, rss := v.solve(m.factor(rho), rho)
			g.Rho[at] = rho
			g.Sigma2[at] = math.Max(rss, 0) / g.DF
			// From the basis to the design's columns: r beta = b.
			for j := m.p - 1; j >= 0; j-- {
				for k := j + 1; k < m.p; k++ {
					b[j] -= float64(m.r[j][k] * b[k])
				}
				b[j] /= m.r[j][j]
			}
			for j := range b {
				g.Beta[j][at] += b[j]
			}
		}
		return nil
	})
}

// variance returns c'(X'TX)⁻¹c at rho.
func (m *ar1) variance(c []float64, rho float64) float64 {
	u := make([]float64, m.p)
	for j := range u {
		u[j] = c[j]
		for k := range j {
			u[j] -= float64(m.r[k][j] * u[k])
		}
		u[j] /= m.r[j][j]
	}
	m.factor(rho).forward(u)
	sum := 0.0
	for _, v := range u {
		sum += float64(v * v)
	}
	return sum
}
