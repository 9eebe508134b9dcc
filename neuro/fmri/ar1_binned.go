package fmri

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A byRho fit is that of nilearn's rule: the coefficient of each voxel follows from
// its residuals, cut to two digits, and voxels of equal coefficient share the
// whitened design. All that is needed of the data are a few sums for each voxel, so
// that they are read once.
type byRho struct {
	g            *GLM
	square, next []float64
	first, last  []float64
	beside       [][]float64 // [column of the basis, and ones][voxel]
}

func (g *GLM) byRho() *byRho {
	n := len(g.Voxels)
	g.ar1 = newAR1(g.q, false)
	b := &byRho{g: g, square: make([]float64, n), next: make([]float64, n), first: make([]float64, n), last: make([]float64, n)}
	for range g.ar1.p + 1 {
		b.beside = append(b.beside, make([]float64, n))
	}
	return b
}

// add takes the sums of residuals.
func (b *byRho) add(r residual) error {
	m, lo := len(r.square), r.lo
	copy(b.square[lo:], r.square)
	copy(b.next[lo:], r.next)
	copy(b.first[lo:], r.e[0])
	copy(b.last[lo:], r.e[len(r.e)-1])
	products := make([]float64, 4*len(b.g.ar1.beside)*m)
	linalg.Products(b.g.ar1.beside, r.e, products, b.g.task.Err)
	for j, to := range b.beside {
		copy(to[lo:lo+m], products[j*m:])
	}
	return nil
}

// solve finds the coefficients of all voxels and fits again.
func (b *byRho) solve() error {
	g, m := b.g, b.g.ar1
	// nilearn takes off the mean of all residuals, which is 0 but for
	// rounding when the design holds a constant.
	// Products of what is left follow from those of the residuals themselves.
	n, sums := float64(m.n), b.beside[m.p]
	mean := 0.0
	for _, sum := range sums {
		mean += sum
	}
	mean /= n * float64(len(sums))
	g.Rho = make([]float64, len(sums))
	g.bins = map[float64]factored{0: m.factor(0)}
	for i, sum := range sums {
		r0 := b.square[i] - float64(2*mean*sum) + float64(n*mean*mean)
		r1 := b.next[i] - float64(mean*(float64(2*sum)-(b.first[i]+b.last[i]))) + float64((n-1)*mean*mean)
		if r0 > 0 && !g.flat[i] {
			g.Rho[i] = math.Trunc(r1/(n-1)/(r0/n)*100) / 100
		}
		if _, ok := g.bins[g.Rho[i]]; !ok {
			if err := g.task.Err(); err != nil {
				return err
			}
			g.bins[g.Rho[i]] = m.factor(g.Rho[i])
		}
	}
	blocks := slices.Collect(slices.Chunk(g.Rho, tile))
	linalg.Parallel(len(blocks), func(k int) {
		if g.task.Err() != nil {
			return
		}
		v := newVoxelAR1(m)
		for i, rho := range blocks[k] {
			at := k*tile + i
			v.set(b.square[at], b.next[at], b.first[at], b.last[at], func(j int) float64 { return b.beside[j][at] })
			coefficients, rss := v.solve(g.bins[rho], rho)
			g.Sigma2[at] = math.Max(rss, 0) / g.DF
			m.add(g.Beta, at, coefficients)
		}
	})
	return g.task.Err()
}
