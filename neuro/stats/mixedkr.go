package stats

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A kenwardRoger is what tests by Kenward and Roger (1997, Biometrics 53:983) need of a fit.
//
// The covariance of the response is V = Σ γ D, linear in the variances and covariances γ of the
// random effects and the residual, so that no second derivatives enter, nor the terms that they
// added for other structures in 2009 (Comput Stat Data Anal 53:2583). All that follows is the same
// for any basis of γ. Here the first direction is D = V itself, a change of scale, for which
// all traces are known: the others are D = Z E Z'σ², of elements of the random effects'
// covariance over σ².
type kenwardRoger struct {
	adjusted [][]float64   // covariance of the fixed effects, corrected for estimated variances
	moves    [][][]float64 // of each direction: Φ X'V⁻¹DV⁻¹X Φ, with Φ first, the covariance not corrected
	w        [][]float64   // covariance of γ, from its expected information
}

// A direction is an element of the covariance of a factor's random effects.
type direction struct{ factor, i, j int }

// pairs are the elements (i, j) and (j, i).
func (d direction) pairs() [][2]int {
	if d.i == d.j {
		return [][2]int{{d.i, d.i}}
	}
	return [][2]int{{d.i, d.j}, {d.j, d.i}}
}

// kenwardRoger returns the approximation at theta, where the system has just been factored; x are the
// orthonormal fixed columns.
//
//	P = X'V⁻¹DV⁻¹X, Q = X'V⁻¹D₁V⁻¹D₂V⁻¹X, W⁻¹ = ½ [tr(V⁻¹D₁V⁻¹D₂) - 2 tr(ΦQ) + tr(ΦP₁ΦP₂)]
//	corrected = Φ + 2 Φ [Σ W (Q - P₁ΦP₂)] Φ
func (m *MixedFit) kenwardRoger(x [][]float64, stop func() error) (*kenwardRoger, error) {
	s := m.fit
	p := len(x)
	_, phi := s.fixed()
	z := newRandomPart(s)
	var dirs []direction
	for f, g := range s.groups {
		for i := range g.columns {
			for j, at := range g.theta[i] {
				if at >= 0 {
					dirs = append(dirs, direction{f, i, j})
				}
			}
		}
	}
	nx := make([][]float64, p) // Z'V⁻¹x
	linalg.Parallel(p, func(c int) {
		if stop() == nil {
			nx[c] = z.project(z.solve(append([]float64(nil), x[c]...)))
		}
	})
	if err := stop(); err != nil {
		return nil, err
	}
	// E Z'V⁻¹X, and Z'V⁻¹Z of it.
	e, t := make([][][]float64, len(dirs)), make([][][]float64, len(dirs))
	for k := range dirs {
		e[k], t[k] = make([][]float64, p), make([][]float64, p)
	}
	linalg.Parallel(len(dirs)*p, func(at int) {
		if stop() != nil {
			return
		}
		k, c := at/p, at%p
		e[k][c] = z.element(dirs[k], nx[c])
		t[k][c] = z.project(z.solve(z.expand(e[k][c])))
	})
	traces, err := z.traces(dirs, stop)
	if err != nil {
		return nil, err
	}
	n := len(dirs) + 1
	moves0 := make([][][]float64, n) // ΦPΦ in the orthonormal columns
	ps := make([][][]float64, n)
	moves0[0] = phi
	for k := range dirs {
		ps[k+1] = gramOf(nx, e[k])
		moves0[k+1] = linalg.Product(phi, linalg.Product(ps[k+1], phi))
	}
	info := linalg.Zeros(n)
	info[0][0] = float64(s.n - p)
	excess := make([][][][]float64, n) // Q - P₁ΦP₂
	for i := 1; i < n; i++ {
		info[i][0] = traces[i][0] - traceOf(phi, ps[i])
		info[0][i] = info[i][0]
		excess[i] = make([][][]float64, n)
		for j := 1; j <= i; j++ {
			q := gramOf(e[i-1], t[j-1])
			pp := linalg.Product(ps[i], linalg.Product(phi, ps[j]))
			info[i][j] = traces[i][j] - 2*traceOf(phi, q) + traceOf(phi, pp)
			info[j][i] = info[i][j]
			for a := range q {
				for b := range q {
					q[a][b] -= pp[a][b]
				}
			}
			excess[i][j] = q
		}
	}
	w, ok := inverseInformation(info, traces)
	if !ok {
		return nil, nil
	}
	u := linalg.Zeros(p)
	for i := 1; i < n; i++ {
		for j := 1; j <= i; j++ {
			for a := range u {
				for b := range u {
					v := excess[i][j][a][b]
					if i != j {
						v += excess[i][j][b][a]
					}
					u[a][b] += float64(w[i][j] * v)
				}
			}
		}
	}
	more := linalg.Product(phi, linalg.Product(u, phi))
	k := &kenwardRoger{w: w, moves: make([][][]float64, n)}
	for a := range more {
		for b := range more {
			more[a][b] = phi[a][b] + 2*more[a][b]
		}
	}
	k.adjusted = m.covariance(more, m.Sigma)
	for i := range moves0 {
		k.moves[i] = m.covariance(moves0[i], m.Sigma)
	}
	return k, nil
}

// inverseInformation returns twice the inverse of info, whose directions are first brought to one scale;
// those of which the fixed effects leave nothing are left out.
func inverseInformation(info, traces [][]float64) ([][]float64, bool) {
	n := len(info)
	size := make([]float64, n)
	for i := range size {
		if info[i][i] > 1e-10*traces[i][i] {
			size[i] = 1 / math.Sqrt(info[i][i])
		}
	}
	scaled := linalg.Zeros(n)
	for i := range n {
		for j := range n {
			scaled[i][j] = float64(float64(info[i][j]*size[i]) * size[j])
		}
	}
	values, vectors, ok := linalg.Symmetric(scaled)
	if !ok {
		return nil, false
	}
	w := linalg.Spectral(values, vectors, func(v float64) float64 {
		if v < 1e-10 {
			return 0
		}
		return 2 / v
	})
	for i := range n {
		for j := range n {
			w[i][j] = float64(float64(w[i][j]*size[i]) * size[j])
		}
	}
	return w, true
}

// gramOf returns the products of columns.
func gramOf(a, b [][]float64) [][]float64 {
	out := linalg.Zeros(len(a))
	for i := range a {
		for j := range b {
			out[i][j] = vec.DotBlock(a[i], b[j])
		}
	}
	return out
}

// traceOf returns the trace of a b.
func traceOf(a, b [][]float64) (sum float64) {
	for i := range a {
		for j := range a {
			sum += float64(a[i][j] * b[j][i])
		}
	}
	return sum
}

// variance returns that of c'beta that a matrix gives.
func variance(c []float64, v [][]float64) (sum float64) {
	for i, a := range c {
		for j, b := range c {
			sum += float64(float64(a*b) * v[i][j])
		}
	}
	return sum
}

// df returns the degrees of freedom of one contrast: F's scale is then 1.
func (k *kenwardRoger) df(c []float64) float64 {
	a := make([]float64, len(k.moves))
	for i, v := range k.moves {
		a[i] = variance(c, v) / variance(c, k.moves[0])
	}
	return 2 / variance(a, k.w)
}

// joint returns what F of contrasts, [contrast][coefficient], is multiplied by, and its second degrees of
// freedom, such that its mean and variance are those of F to the order that is known. ok is
// false where contrasts depend on each other.
func (k *kenwardRoger) joint(l [][]float64) (scale, df float64, ok bool) {
	if len(l) == 1 {
		return 1, k.df(l[0]), true
	}
	q := float64(len(l))
	theta, dependent := linalg.InversePositive(between(l, k.moves[0]), 1e-10)
	if dependent >= 0 {
		return 0, 0, false
	}
	one := make([]float64, len(k.moves)) // tr(ΘLΦPΦL')
	moved := make([][][]float64, len(k.moves))
	for i, v := range k.moves {
		moved[i] = linalg.Product(theta, between(l, v))
		one[i] = trace(moved[i])
	}
	a1, a2 := variance(one, k.w), 0.0
	for i := range moved {
		for j := range moved {
			a2 += float64(k.w[i][j] * traceOf(moved[i], moved[j]))
		}
	}
	// Kenward and Roger 1997, p. 988, with the constants that give the exact F of Hotelling's T² and of
	// balanced designs.
	b := (a1 + float64(6*a2)) / (2 * q)
	g := (float64((q+1)*a1) - float64((q+4)*a2)) / float64((q+2)*a2)
	below := float64(3*q) + float64(2*(1-g))
	c1, c2, c3 := g/below, (q-g)/below, (q+2-g)/below
	ratio := (1 - a2/q) / (1 - float64(c2*b))
	if math.Abs(1-a2/q) < 1e-14 && math.Abs(1-float64(c2*b)) < 1e-14 {
		ratio = 1
	}
	over := 1 + float64(c1*b)
	if math.Abs(over) < 1e-10 {
		over = 0
	}
	rho := float64(float64(ratio*ratio)*over) / (1 - float64(c3*b)) / q
	df = 4 + (q+2)/(float64(q*rho)-1)
	scale = float64(df*(1-a2/q)) / (df - 2)
	if math.Abs(df-2) < 1e-2 {
		scale = 1
	}
	return scale, df, true
}

// between returns l v l'.
func between(l, v [][]float64) [][]float64 {
	out := linalg.Zeros(len(l))
	for i, a := range l {
		for j, b := range l {
			for r, x := range a {
				for c, y := range b {
					out[i][j] += float64(float64(x*y) * v[r][c])
				}
			}
		}
	}
	return out
}
