package fmri

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// mixed fits again with the variances of the maps and, but for "fixed", of
// their differences between subjects.
func (g *Group) mixed(task *display.Counter) {
	n := len(g.Voxels)
	g.cov = make([][]float64, n)
	if g.Method != "fixed" {
		g.Tau2 = make([]float64, n)
	}
	linalg.Parallel((n+tile-1)/tile, func(b int) {
		w := newWeighted(g.Design.X)
		row := make([]float64, 1)
		for k := b * tile; k < min(n, (b+1)*tile); k++ {
			if task.Err() != nil {
				return
			}
			for i := range g.Maps {
				g.data.row(row, i, k)
				w.y[i] = row[0]
				g.data.row(row, g.Maps+i, k)
				w.v[i] = row[0]
			}
			tau2 := 0.0
			switch g.Method {
			case "dl":
				tau2 = w.moments()
			case "reml":
				tau2 = w.restricted()
			}
			if g.Tau2 != nil {
				g.Tau2[k] = tau2
			}
			w.fit(tau2)
			for j, v := range w.beta {
				g.Beta[j][k] = v
			}
			g.cov[k] = append([]float64(nil), w.cov...)
			g.Sigma2[k] = 1
			g.flat[k] = false
		}
	})
	if g.Method != "reml" {
		g.DF = math.Inf(1)
	}
}

// weighted is a least-squares fit of one voxel with a variance for each map.
type weighted struct {
	x, a      [][]float64
	y, v, r   []float64
	beta, cov []float64 // cov row by row
	logDet    float64   // of X'WX
	rss       float64   // r'Wr
}

func newWeighted(x [][]float64) *weighted {
	n, p := len(x), len(x[0])
	w := &weighted{x: x, y: make([]float64, n), v: make([]float64, n), r: make([]float64, n), beta: make([]float64, p), cov: make([]float64, p*p)}
	for range p {
		w.a = append(w.a, make([]float64, 2*p+1))
	}
	return w
}

// fit solves the normal equations of weights 1/(v+tau2) by elimination, with
// the unit matrix beside them, which becomes the covariance.
func (w *weighted) fit(tau2 float64) {
	p := len(w.beta)
	for j := range w.a {
		clear(w.a[j])
		w.a[j][p+1+j] = 1
	}
	for i, row := range w.x {
		wt := 1 / (w.v[i] + tau2)
		for j, xj := range row {
			if xj == 0 {
				continue
			}
			f := float64(xj * wt)
			for k, xk := range row {
				w.a[j][k] += float64(f * xk)
			}
			w.a[j][p] += float64(f * w.y[i])
		}
	}
	w.logDet = 0
	for k := range p { // positive definite: no pivoting
		pivot := w.a[k][k]
		w.logDet += vec.Log(pivot)
		for j := k; j < len(w.a[k]); j++ {
			w.a[k][j] /= pivot
		}
		for i := range p {
			if f := w.a[i][k]; i != k && f != 0 {
				for j := k; j < len(w.a[i]); j++ {
					w.a[i][j] -= float64(f * w.a[k][j])
				}
			}
		}
	}
	for j := range p {
		w.beta[j] = w.a[j][p]
		copy(w.cov[j*p:(j+1)*p], w.a[j][p+1:])
	}
	w.rss = 0
	for i, row := range w.x {
		w.r[i] = w.y[i]
		for j, xj := range row {
			w.r[i] -= float64(xj * w.beta[j])
		}
		w.rss += float64(w.r[i] * w.r[i] / (w.v[i] + tau2))
	}
}

// trace returns tr(W P-like): sum w - tr((X'WX)⁻¹ X'W²X) after fit.
func (w *weighted) trace(tau2 float64) float64 {
	sum := 0.0
	for i, row := range w.x {
		wt := 1 / (w.v[i] + tau2)
		sum += wt - float64(wt*wt*quadratic(w.cov, row))
	}
	return sum
}

// moments returns DerSimonian and Laird's variance between subjects, in the form
// for any design of Jackson et al. (2010): (Q - (n-p)) / tr, at least 0.
func (w *weighted) moments() float64 {
	w.fit(0)
	return math.Max(0, (w.rss-float64(len(w.y)-len(w.beta)))/w.trace(0))
}

// score returns the derivative of twice the restricted log-likelihood:
// r'W²r - tr(P).
func (w *weighted) score(tau2 float64) float64 {
	w.fit(tau2)
	sum := 0.0
	for i, r := range w.r {
		wt := 1 / (w.v[i] + tau2)
		sum += float64(r * r * wt * wt)
	}
	return sum - w.trace(tau2)
}

// restricted returns the variance between subjects of highest restricted
// likelihood. The likelihood can have several maxima: it is looked at on a
// grid first.
func (w *weighted) restricted() float64 {
	w.fit(0)
	scale := 0.0
	for _, r := range w.r {
		scale += float64(r * r)
	}
	scale /= float64(len(w.y) - len(w.beta))
	likelihood := func(tau2 float64) float64 {
		w.fit(tau2)
		sum := w.logDet + w.rss
		for _, v := range w.v {
			sum += vec.Log(v + tau2)
		}
		return -sum
	}
	const points = 24
	at := func(k int) float64 {
		if k <= 0 {
			return 0
		}
		f := float64(k) / points
		return float64(4 * scale * f * f * f)
	}
	best, most := 0, likelihood(0)
	for k := 1; k <= points; k++ {
		if l := likelihood(at(k)); l > most {
			best, most = k, l
		}
	}
	lo, hi := at(best-1), at(best+1)
	if best == 0 && w.score(0) <= 0 {
		return 0
	}
	for range 100 { // the score falls from above 0 to below
		mid := (lo + hi) / 2
		if mid <= lo || mid >= hi || hi-lo < 1e-13*hi {
			break
		}
		if w.score(mid) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}
