package fmri

import (
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// satterthwaite returns the degrees of freedom of the variance of a contrast in each
// voxel, or those of the denominator of F where there are several.
func (g *GLM) satterthwaite(contrasts ...[]float64) []float64 {
	s := g.likelihood
	var u [][]float64
	for _, c := range contrasts {
		u = append(u, s.factors(c))
	}
	df := g.overRho(func(rho float64) float64 { return 1 / s.freedom(u, rho) })
	for i := range df {
		df[i] = 1 / df[i]
		if g.flat[i] {
			df[i] = g.DF
		}
	}
	return df
}

// overRho returns f of the rho of each voxel, for f that are smooth: polynomials
// between the places of the grid that hold voxels.
func (g *GLM) overRho(f func(rho float64) float64) []float64 {
	s := g.likelihood
	cell := func(rho float64) int { return min(max(sort.SearchFloat64s(s.grid, rho)-1, 0), gridSteps-1) }
	var used [gridSteps]bool
	for _, rho := range g.Rho {
		used[cell(rho)] = true
	}
	var of [gridSteps][]float64
	linalg.Parallel(gridSteps, func(k int) {
		if used[k] {
			of[k] = chebyshev(s.grid[k], s.grid[k+1], f)
		}
	})
	out := make([]float64, len(g.Rho))
	for i, rho := range g.Rho {
		k := cell(rho)
		out[i] = clenshaw(of[k], s.grid[k], s.grid[k+1], rho)
	}
	return out
}

// freedom returns the degrees of freedom of the estimated variance v of a contrast
// with factors u on the basis, at rho,
//
//	2 v² / var(v),  v = s² h,  h = u'A⁻¹u,  A = Q'TQ,
//
// with the variance of v from the information of log s² and rho in the restricted
// likelihood,
//
//	2/df = 2/(n-p) + (h'/h - k)² / (I - (n-p) k²/2),
//	k = (2 rho/(1-rho²) + tr A⁻¹A') / (n-p),
//	I = (tr (T⁻¹T')² - 2 tr A⁻¹G + tr (A⁻¹A')²) / 2,  G = Q'T'T⁻¹T'Q,
//
// where a prime after T, A and h is a derivative in rho. Of k contrasts, they are those
// of an F whose mean is that of the sum of squares of k independent t, in the directions
// in which the contrasts are independent, over k (Fai and Cornelius 1996, J Stat
// Comput Simul 54:363):
//
//	2 E/(E - k),  E = Σ df/(df - 2)
//
// where a df below 2.1, with which t has no variance to speak of, counts as that.
func (m *ar1) freedom(u [][]float64, rho float64) float64 {
	at := m.informed(rho)
	if len(u) == 1 {
		return at.freedom(u[0])
	}
	k := len(u)
	covariance := linalg.Zeros(k)
	for a := range u {
		x := at.solved(u[a])
		for b := range u {
			for j, v := range u[b] {
				covariance[b][a] += float64(v * x[j])
			}
		}
	}
	_, directions, ok := linalg.Symmetric(covariance)
	if !ok {
		return math.NaN()
	}
	sum := 0.0
	for _, d := range directions {
		w := make([]float64, m.p)
		for a, f := range d {
			for j, v := range u[a] {
				w[j] += float64(f * v)
			}
		}
		df := math.Max(at.freedom(w), 2.1)
		sum += df / (df - 2)
	}
	return 2 * sum / (sum - float64(k))
}

// informed is what is known at one rho, whatever the contrast.
type informed struct {
	factored
	slope                [][]float64 // A'
	free, k, information float64
}

func (m *ar1) informed(rho float64) informed {
	n, p := m.n, m.p
	f := m.factor(rho)
	one := 1 - float64(rho*rho)
	// With T = W'W, the columns of W'⁻¹T'Q, whose products are G.
	half := make([][]float64, p)
	for j, q := range m.q {
		z := make([]float64, n)
		for t := range z {
			if t > 0 && t < n-1 {
				z[t] = float64(2 * rho * q[t])
			}
			if t > 0 {
				z[t] -= q[t-1]
			}
			if t < n-1 {
				z[t] -= q[t+1]
			}
		}
		for t := n - 2; t >= 0; t-- {
			z[t] += float64(rho * z[t+1])
		}
		z[0] /= math.Sqrt(one)
		half[j] = z
	}
	slope, g := linalg.Zeros(p), linalg.Zeros(p)
	for i := range p {
		for j := range p {
			slope[i][j] = slopeOf(m.qq[1][i*p+j], m.qq[2][i*p+j], rho)
			g[i][j] = vec.DotBlock(half[i], half[j])
		}
	}
	// Rows of both are columns of A⁻¹A' and A⁻¹G, as A' and G are symmetric.
	as, trace, traceSquare, traceG := make([][]float64, p), 0.0, 0.0, 0.0
	for j := range p {
		as[j] = f.solved(slope[j])
		trace += as[j][j]
		traceG += f.solved(g[j])[j]
	}
	for i := range p {
		for j := range p {
			traceSquare += float64(as[i][j] * as[j][i])
		}
	}
	free := float64(n - p)
	k := (2*rho/one + trace) / free
	traceT := float64(2*float64(n-2)/one) + float64(2*(1+float64(rho*rho))/float64(one*one))
	return informed{f, slope, free, k, float64(0.5*(traceT-float64(2*traceG)+traceSquare)) - float64(0.5*free*k*k)}
}

func (f factored) solved(b []float64) []float64 {
	x := slices.Clone(b)
	f.forward(x)
	f.backward(x)
	return x
}

func (at informed) freedom(u []float64) float64 {
	a := at.solved(u)
	h, change := 0.0, 0.0
	for i, v := range a {
		h += float64(u[i] * v)
		for j, w := range a {
			change -= float64(v * at.slope[i][j] * w)
		}
	}
	r := change/h - at.k
	return 2 / (2/at.free + float64(r*r)/at.information)
}
