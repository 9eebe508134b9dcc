package stats

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A grouping is a factor with the random terms that stand before it.
type grouping struct {
	name    product
	names   []string    // of its levels
	row     []int       // level of each row
	columns [][]float64 // [column][row], of root mean square 1
	heads   []string
	scale   []float64 // what columns were divided by
	block   []int     // the term each column is from: columns of other terms are uncorrelated
	theta   [][]int   // theta[i][j], j <= i: place of an element of Λ among the parameters, -1 for 0
}

// A mixedSystem is the penalised least-squares problem of a mixed model (Bates, Mächler, Bolker and
// Walker 2015, J Stat Softw 67:1) in blocks: the factor with the most random effects
// is eliminated level by level, the rest, the fixed effects and the response are one dense matrix.
//
//	[ Λ'Z'ZΛ + I  Λ'Z'X  Λ'Z'y ]
//	[             X'X    X'y   ] = L L'
//	[                    y'y   ]
type mixedSystem struct {
	n, p     int
	reml     bool
	logX     float64 // log |det| of the triangle that fixed columns were orthonormalised by, twice
	groups   []*grouping
	params   int
	q2       int           // random effects of all factors but the first
	size     int           // q2 + p + 1
	own      [][][]float64 // [level][i][j]: Z'Z of the first factor
	cross    [][][]float64 // [level][i][k]: its products with the columns in touch[level]
	touch    [][]int       // columns of the dense part that a level has rows with
	dense    [][]float64   // products of the rest, lower triangle
	offset   []int         // where each factor but the first begins in the dense part
	work     [][]float64
	levelL   [][][]float64
	levelC   [][][]float64
	logL     float64
	logRX    float64
	pwrss    float64
	lambdas  [][][]float64
	residual []float64
}

// newMixedSystem collects the products. x are orthonormal columns, y the response less what they
// explain.
func newMixedSystem(groups []*grouping, x [][]float64, y []float64, reml bool, logX float64) *mixedSystem {
	s := &mixedSystem{n: len(y), p: len(x), reml: reml, groups: groups, logX: logX, residual: y}
	for _, g := range groups {
		g.theta = make([][]int, len(g.columns))
		for i := range g.theta {
			g.theta[i] = make([]int, i+1)
		}
		// In the order of lme4: columns of the lower triangle.
		for j := range g.columns {
			for i := j; i < len(g.columns); i++ {
				g.theta[i][j] = -1
				if g.block[i] == g.block[j] {
					g.theta[i][j] = s.params
					s.params++
				}
			}
		}
	}
	s.offset = make([]int, len(groups))
	for k, g := range groups[1:] {
		s.offset[k+1] = s.q2
		s.q2 += len(g.names) * len(g.columns)
	}
	s.size = s.q2 + s.p + 1
	first := groups[0]
	k := len(first.columns)
	s.own = make([][][]float64, len(first.names))
	s.cross = make([][][]float64, len(first.names))
	s.touch = make([][]int, len(first.names))
	s.levelL, s.levelC = make([][][]float64, len(first.names)), make([][][]float64, len(first.names))
	members := make([][]int, len(first.names))
	for i, l := range first.row {
		members[l] = append(members[l], i)
	}
	s.dense, s.work = lower(s.size), lower(s.size)
	place := make([]int, s.size)
	values := make([]float64, s.size)
	for l, rows := range members {
		s.own[l] = lower(k)
		clear(place)
		// Which columns of the dense part these rows touch.
		var touch []int
		for _, i := range rows {
			for f, g := range groups[1:] {
				at := s.offset[f+1] + g.row[i]*len(g.columns)
				for c := range g.columns {
					if place[at+c] == 0 {
						place[at+c] = 1
						touch = append(touch, at+c)
					}
				}
			}
		}
		sortInts(touch)
		for c := s.q2; c < s.size; c++ {
			touch = append(touch, c)
		}
		for at, c := range touch {
			place[c] = at
		}
		s.touch[l] = touch
		s.cross[l] = make([][]float64, k)
		s.levelC[l] = make([][]float64, k)
		s.levelL[l] = lower(k)
		for i := range s.cross[l] {
			s.cross[l][i] = make([]float64, len(touch))
			s.levelC[l][i] = make([]float64, len(touch))
		}
		for _, i := range rows {
			// The columns of this row, in the dense part.
			var at []int
			for f, g := range groups[1:] {
				from := s.offset[f+1] + g.row[i]*len(g.columns)
				for c, column := range g.columns {
					at = append(at, from+c)
					values[from+c] = column[i]
				}
			}
			for c := range s.p {
				at = append(at, s.q2+c)
				values[s.q2+c] = x[c][i]
			}
			at = append(at, s.size-1)
			values[s.size-1] = y[i]
			for a := range k {
				z := first.columns[a][i]
				for b := range a + 1 {
					s.own[l][a][b] += float64(z * first.columns[b][i])
				}
				for _, c := range at {
					s.cross[l][a][place[c]] += float64(z * values[c])
				}
			}
			for _, c := range at {
				for _, d := range at {
					if d <= c {
						s.dense[c][d] += float64(values[c] * values[d])
					}
				}
			}
		}
	}
	return s
}

func lower(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, i+1)
	}
	return m
}

func sortInts(v []int) {
	for i := 1; i < len(v); i++ {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
}

// lambda returns Λ of a factor, a lower triangle.
func (g *grouping) lambda(theta []float64) [][]float64 {
	m := lower(len(g.columns))
	for i := range m {
		for j, at := range g.theta[i] {
			if at >= 0 {
				m[i][j] = theta[at]
			}
		}
	}
	return m
}

// times multiplies k numbers, a part of a row, by Λ from the right.
func times(v []float64, m [][]float64) {
	for j := range v { // column j needs those from j on
		sum := 0.0
		for i := j; i < len(v); i++ {
			sum += float64(v[i] * m[i][j])
		}
		v[j] = sum
	}
}

// factor computes L for theta; it reports false where there is none.
func (s *mixedSystem) factor(theta []float64) bool {
	s.lambdas = s.lambdas[:0]
	for _, g := range s.groups {
		s.lambdas = append(s.lambdas, g.lambda(theta))
	}
	for i, row := range s.dense {
		copy(s.work[i], row)
	}
	s.scaleDense()
	first := s.lambdas[0]
	k := len(first)
	s.logL = 0
	full := make([]float64, k)
	for l := range s.own {
		ll := s.levelL[l]
		// Λ'Z'ZΛ + I.
		b := make([][]float64, k)
		for i := range b {
			for j := range full {
				full[j] = s.own[l][max(i, j)][min(i, j)]
			}
			times(full, first)
			b[i] = append([]float64(nil), full...)
		}
		for j := range k {
			for i := range k {
				full[i] = b[i][j]
			}
			times(full, first)
			for i := j; i < k; i++ {
				ll[i][j] = full[i]
				if i == j {
					ll[i][j]++
				}
			}
		}
		if !cholesky(ll) {
			return false
		}
		for i := range ll {
			s.logL += 2 * vec.Log(ll[i][i])
		}
		// C = L⁻¹ Λ'Z'[Z₂Λ₂ X y].
		c, touch := s.levelC[l], s.touch[l]
		for i := range c {
			clear(c[i])
			for a := i; a < k; a++ {
				w := first[a][i]
				for t, v := range s.cross[l][a] {
					c[i][t] += float64(w * v)
				}
			}
		}
		for i := range c {
			for at := 0; at < len(touch)-s.p-1; {
				f := s.factorOf(touch[at])
				m := s.lambdas[f]
				times(c[i][at:at+len(m)], m)
				at += len(m)
			}
		}
		for i := range c {
			for j := range i {
				w := ll[i][j]
				for t, v := range c[j] {
					c[i][t] -= float64(w * v)
				}
			}
			d := ll[i][i]
			for t := range c[i] {
				c[i][t] /= d
			}
		}
		for i := range c {
			for a, va := range c[i] {
				if va == 0 {
					continue
				}
				row := s.work[touch[a]]
				for b := range a + 1 {
					row[touch[b]] -= float64(va * c[i][b])
				}
			}
		}
	}
	if !cholesky(s.work[:s.size-1]) {
		return false
	}
	last := s.work[s.size-1]
	for j := range s.size - 1 {
		v := last[j]
		for k := range j {
			v -= float64(last[k] * s.work[j][k])
		}
		last[j] = v / s.work[j][j]
		last[s.size-1] -= float64(last[j] * last[j])
	}
	s.pwrss = last[s.size-1]
	s.logRX = s.logX
	for i := range s.size - 1 {
		v := 2 * vec.Log(s.work[i][i])
		if i < s.q2 {
			s.logL += v
		} else {
			s.logRX += v
		}
	}
	return s.pwrss > 0
}

func (s *mixedSystem) factorOf(column int) int {
	f := len(s.offset) - 1
	for s.offset[f] > column {
		f--
	}
	return f
}

// scaleDense multiplies the random part of the dense matrix by Λ from both sides and adds 1 to its
// diagonal.
func (s *mixedSystem) scaleDense() {
	for f := 1; f < len(s.groups); f++ {
		m := s.lambdas[f]
		k := len(m)
		for l := range s.groups[f].names {
			at := s.offset[f] + l*k
			// Rows below: from the right.
			for i := at + k; i < s.size; i++ {
				times(s.work[i][at:at+k], m)
			}
			// Rows of this level: from the left, and both for its own block.
			column := make([]float64, k)
			for j := range at {
				for i := range k {
					column[i] = s.work[at+i][j]
				}
				times(column, m)
				for i := range k {
					s.work[at+i][j] = column[i]
				}
			}
			b := make([][]float64, k)
			for i := range b {
				for j := range column {
					column[j] = s.work[at+max(i, j)][at+min(i, j)]
				}
				times(column, m)
				b[i] = append([]float64(nil), column...)
			}
			for j := range k {
				for i := range k {
					column[i] = b[i][j]
				}
				times(column, m)
				for i := j; i < k; i++ {
					s.work[at+i][at+j] = column[i]
				}
				s.work[at+j][at+j]++
			}
		}
	}
}

// cholesky overwrites a lower triangle by its factor.
func cholesky(a [][]float64) bool {
	for i := range a {
		for j := range i + 1 {
			v := a[i][j]
			ri, rj := a[i][:j], a[j][:j]
			for k, x := range ri {
				v -= float64(x * rj[k])
			}
			if j < i {
				a[i][j] = v / a[j][j]
				continue
			}
			if !(v > 0) {
				return false
			}
			a[i][i] = math.Sqrt(v)
		}
	}
	return true
}

// deviance returns the profiled REML criterion, or the deviance.
func (s *mixedSystem) deviance(theta []float64) float64 {
	if !s.factor(theta) {
		return math.Inf(1)
	}
	free := s.free()
	d := s.logL + float64(free*(1+vec.Log(2*math.Pi*s.pwrss/free)))
	if s.reml {
		d += s.logRX
	}
	return d
}

func (s *mixedSystem) free() float64 {
	if s.reml {
		return float64(s.n - s.p)
	}
	return float64(s.n)
}

// at returns the criterion where the residual deviation is not the best one: psi are theta and its
// logarithm.
func (s *mixedSystem) at(psi []float64) float64 {
	theta, logSigma := psi[:len(psi)-1], psi[len(psi)-1]
	if !s.factor(theta) {
		return math.Inf(1)
	}
	d := s.logL + float64(s.free()*(vec.Log(2*math.Pi)+2*logSigma)) + float64(s.pwrss*vec.Exp(-2*logSigma))
	if s.reml {
		d += s.logRX
	}
	return d
}

// fixed returns the coefficients of the orthonormal columns, and the inverse of their part of L L'.
func (s *mixedSystem) fixed() (gamma []float64, inverse [][]float64) {
	z := s.solve()
	part := make([][]float64, s.p)
	for i := range part {
		part[i] = make([]float64, s.p)
		for j := range part {
			for k := range min(i, j) + 1 {
				part[i][j] += float64(s.work[s.q2+i][s.q2+k] * s.work[s.q2+j][s.q2+k])
			}
		}
	}
	inverse, _ = linalg.InversePositive(part, 1e-14)
	return z[s.q2:], inverse
}

// solve returns the spherical random effects of all factors but the first, and the fixed ones.
func (s *mixedSystem) solve() []float64 {
	m := s.size - 1
	z := make([]float64, m)
	for i := m - 1; i >= 0; i-- {
		v := s.work[m][i]
		for j := i + 1; j < m; j++ {
			v -= float64(s.work[j][i] * z[j])
		}
		z[i] = v / s.work[i][i]
	}
	return z
}

// effects returns the random effects of each factor, [factor][level][column], of scaled columns.
func (s *mixedSystem) effects() [][][]float64 {
	out := s.spherical()
	for f := range out {
		for l, u := range out[f] {
			out[f][l] = spread(s.lambdas[f], u)
		}
	}
	return out
}

// spherical returns what Λ makes the random effects of.
func (s *mixedSystem) spherical() [][][]float64 {
	z := append(s.solve(), -1) // the response has its place at the end
	out := make([][][]float64, len(s.groups))
	k := len(s.groups[0].columns)
	for l, ll := range s.levelL {
		u := make([]float64, k)
		for i := range u {
			for t, c := range s.touch[l] {
				u[i] -= float64(s.levelC[l][i][t] * z[c])
			}
		}
		for i := k - 1; i >= 0; i-- {
			for j := i + 1; j < k; j++ {
				u[i] -= float64(ll[j][i] * u[j])
			}
			u[i] /= ll[i][i]
		}
		out[0] = append(out[0], u)
	}
	for f := 1; f < len(s.groups); f++ {
		k := len(s.groups[f].columns)
		for l := range s.groups[f].names {
			at := s.offset[f] + l*k
			out[f] = append(out[f], z[at:at+k:at+k])
		}
	}
	return out
}

// spread returns Λ u.
func spread(m [][]float64, u []float64) []float64 {
	b := make([]float64, len(u))
	for i := range m {
		for j, v := range m[i] {
			b[i] += float64(v * u[j])
		}
	}
	return b
}
