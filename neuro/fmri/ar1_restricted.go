package fmri

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// atanhMaxRho is atanh(0.999): rho is looked for up to 0.999 either way, as at 1
// noise is a random walk, which has no stationary start.
const atanhMaxRho = 3.8002011672502

// gridSteps is how many steps of atanh(rho) the search takes from one bound to
// the other; each is 0.15 wide, much less than the likelihood's peaks.
const gridSteps = 50

// A likelihood finds the rho of highest restricted likelihood: the least of minus twice
// its logarithm, but for a constant,
//
//	(n-p) log rss + log |Q'TQ| - log(1-rho²)
//
// on a grid, for a batch of voxels at once, then the root of its derivative beside
// that for each.
type likelihood struct {
	*ar1
	grid    []float64     // of rho
	at      []factored    // at each
	inverse [][][]float64 // of L at each, as linalg.Products takes it
	trace   [][]float64   // from each to the next: see traceOf
}

// degree of the polynomials that stand for the trace between two places of the
// grid; the nearest pole is five times as far as they reach, so that they are exact
// to rounding.
const degree = 14

func newLikelihood(m *ar1) *likelihood {
	s := &likelihood{ar1: m}
	p := m.p
	for i := -gridSteps / 2; i <= gridSteps/2; i++ {
		rho := vec.Tanh(float64(i) / (gridSteps / 2) * atanhMaxRho)
		f := m.factor(rho)
		s.grid, s.at = append(s.grid, rho), append(s.at, f)
		// Column j of the inverse solves L u = unit j.
		rows := make([][]float64, p)
		for k := range rows {
			rows[k] = make([]float64, p)
		}
		u := make([]float64, p)
		for j := range p {
			clear(u)
			u[j] = 1
			f.forward(u)
			for k := range p {
				rows[k][j] = u[k]
			}
		}
		s.inverse = append(s.inverse, linalg.Groups(rows))
	}
	for i := range gridSteps {
		s.trace = append(s.trace, chebyshev(s.grid[i], s.grid[i+1], m.traceAt))
	}
	return s
}

// chebyshev returns the coefficients of the polynomial in Chebyshev's that equals f
// at their zeros between lo and hi.
func chebyshev(lo, hi float64, f func(float64) float64) []float64 {
	var value [degree]float64
	for k := range value {
		x := vec.Cos(math.Pi * (float64(k) + 0.5) / degree)
		value[k] = f(lo + float64((hi-lo)*(x+1)/2))
	}
	c := make([]float64, degree)
	for j := range c {
		for k, v := range value {
			c[j] += float64(2.0 / degree * v * vec.Cos(math.Pi*float64(j)*(float64(k)+0.5)/degree))
		}
	}
	c[0] /= 2
	return c
}

// clenshaw returns the value of such a polynomial (Clenshaw 1955).
func clenshaw(c []float64, lo, hi, x float64) float64 {
	x = float64(2*(x-lo)/(hi-lo)) - 1
	var b0, b1 float64
	for j := len(c) - 1; j > 0; j-- {
		b0, b1 = c[j]+float64(2*x*b0)-b1, b0
	}
	return c[0] + float64(x*b0) - b1
}

// traceAt returns the trace of (Q'TQ)⁻¹ Q'T'Q, which is the derivative of
// log |Q'TQ|, column by column.
func (m *ar1) traceAt(rho float64) float64 {
	p, f, trace := m.p, m.factor(rho), 0.0
	col := make([]float64, p)
	for j := range p {
		for i := range p {
			col[i] = slopeOf(m.qq[1][i*p+j], m.qq[2][i*p+j], rho)
		}
		f.forward(col)
		f.backward(col)
		trace += col[j]
	}
	return trace
}

// traceOf returns the same between places i and i+1 of the grid.
func (s *likelihood) traceOf(i int, rho float64) float64 {
	return clenshaw(s.trace[i], s.grid[i], s.grid[i+1], rho)
}

// gradient is the derivative of the criterion in rho, where f is factored, beside
// place best of the grid. That of rss is e'T'e of the weighted residuals, as the coefficients are
// optimal.
func (s *likelihood) gradient(v *voxelAR1, f factored, best int, rho float64) float64 {
	m, p := s.ar1, s.p
	b, rss := v.solve(f, rho)
	d := slopeOf(v.ee[1], v.ee[2], rho)
	for i, bi := range b {
		// Both triangles of Q'T'Q are the same.
		sum := float64(0.5 * bi * slopeOf(m.qq[1][i*p+i], m.qq[2][i*p+i], rho))
		for j, bj := range b[:i] {
			sum += float64(bj * slopeOf(m.qq[1][i*p+j], m.qq[2][i*p+j], rho))
		}
		d += float64(2 * bi * (sum - slopeOf(v.q1[i], v.q2[i], rho)))
	}
	if rho < s.grid[best] {
		best--
	}
	return float64(float64(m.n-p)*d/rss) + s.traceOf(min(max(best, 0), gridSteps-1), rho) + 2*rho/(1-float64(rho*rho))
}

// refine returns the root of the derivative beside place best of the grid; f is room.
func (s *likelihood) refine(v *voxelAR1, f factored, best int) float64 {
	first, last := max(best-1, 0), min(best+1, gridSteps)
	lo, hi := s.grid[first], s.grid[last]
	glo, ghi := s.gradient(v, s.at[first], best, lo), s.gradient(v, s.at[last], best, hi)
	if !(glo < 0 && ghi > 0) {
		// The likelihood rises to the end of the range.
		return s.grid[best]
	}
	// Illinois' rule: the zero of the chord, with an end that stays halved.
	x, side := lo, 0
	for range 60 {
		before := x
		if x = lo - float64(glo*(hi-lo)/(ghi-glo)); !(x > lo && x < hi) {
			x = float64(0.5 * (lo + hi))
		}
		s.factorTo(f, x)
		if g := s.gradient(v, f, best, x); g < 0 {
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
		if math.Abs(x-before) < 1e-12 || hi-lo < 1e-12 {
			break
		}
	}
	return x
}

// best returns the place of the grid with the least criterion in each voxel, or -1
// where nothing but the design is left; q1 and q2 are the voxels' sums with the
// basis, [column][voxel], ee those with themselves.
func (s *likelihood) best(ee [3][]float64, q1, q2 [][]float64) []int {
	n := len(ee[0])
	best, least := make([]int, n), make([]float64, n)
	for i := range best {
		best[i], least[i] = -1, math.Inf(1)
	}
	all, b := make([]float64, s.p*n), make([][]float64, s.p)
	for j := range b {
		b[j] = all[j*n : (j+1)*n]
	}
	z, rss := make([]float64, 4*len(s.inverse[0])*n), make([]float64, n)
	for k, rho := range s.grid {
		square := float64(rho * rho)
		for j := range b {
			vec.MulConstBlock(b[j], q1[j], square)
			vec.FMAScaleBlock(b[j], q2[j], -rho, b[j])
		}
		linalg.Products(s.inverse[k], b, z, nil)
		vec.FMAScaleBlock(rss, ee[1], square, ee[0])
		vec.FMAScaleBlock(rss, ee[2], -rho, rss)
		for j := range s.p {
			vec.FNMABlock(rss, z[j*n:(j+1)*n], z[j*n:(j+1)*n], rss)
		}
		free, rest := float64(s.n-s.p), s.at[k].logDet-vec.Log1p(-square)
		vec.LogBlock(z[:n], rss)
		for i, r := range rss {
			if c := float64(free*z[i]) + rest; r > 0 && c < least[i] {
				best[i], least[i] = k, c
			}
		}
	}
	return best
}

// restricted returns what fits every voxel again with the first-order autoregression
// of highest restricted likelihood.
func (g *GLM) restricted() func(residual) error {
	m := newAR1(g.q, true)
	s := newLikelihood(m)
	g.ar1, g.likelihood = m, s
	g.Rho = make([]float64, len(g.Voxels))
	return func(r residual) error {
		n, first, last := len(r.square), r.e[0], r.e[len(r.e)-1]
		products := make([]float64, 4*len(m.beside)*n)
		linalg.Products(m.beside, r.e, products, g.task.Err)
		ee := [3][]float64{r.square, make([]float64, n), make([]float64, n)}
		q1, q2 := make([][]float64, m.p), make([][]float64, m.p)
		for j := range q1 {
			q1[j], q2[j] = make([]float64, n), products[j*n:(j+1)*n]
		}
		for i := range n {
			ee[1][i] = m.inner(r.square[i], first[i], last[i], first[i], last[i])
			ee[2][i] = 2 * r.next[i]
			for j, q := range m.q {
				q1[j][i] = m.inner(0, q[0], q[m.n-1], first[i], last[i])
			}
		}
		v, f := newVoxelAR1(m), m.factor(0)
		for i, best := range s.best(ee, q1, q2) {
			at := r.lo + i
			if g.flat[at] || best < 0 {
				continue
			}
			v.set(r.square[i], r.next[i], first[i], last[i], func(j int) float64 { return products[j*n+i] })
			rho := s.refine(v, f, best)
			m.factorTo(f, rho)
			b, rss := v.solve(f, rho)
			g.Rho[at] = rho
			g.Sigma2[at] = math.Max(rss, 0) / g.DF
			m.add(g.Beta, at, b)
		}
		return nil
	}
}
