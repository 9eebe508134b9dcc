package linalg

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// ApplyBlock is how many columns a [Mixer] takes at a time, at most: what it works on
// stays in the cache.
const ApplyBlock = 256

// A Mixer multiplies a matrix with blocks of signals, four rows at a time. A sample's
// bits do not depend on the block that it is in.
type Mixer struct {
	factors [][]float64 // [group][4*column + row of the group]
	out     [][]float64 // [group], four rows behind each other
	rows    int
}

// NewMixer returns a mixer with the matrix w, [row][column], of one row or more.
func NewMixer(w [][]float64) *Mixer {
	m := &Mixer{rows: len(w)}
	for i, row := range w {
		if i%4 == 0 {
			m.factors = append(m.factors, make([]float64, 4*len(row)))
			m.out = append(m.out, make([]float64, 4*ApplyBlock))
		}
		for j, v := range row {
			m.factors[i/4][4*j+i%4] = v
		}
	}
	return m
}

// Of sets y to the rows of the product with a block of signals, [column of the
// matrix][sample]. They are overwritten by the next call.
func (m *Mixer) Of(y, block [][]float64) {
	size := len(block[0])
	for g, f := range m.factors {
		out := m.out[g][:4*size]
		clear(out)
		vec.ProductsBlock(out, f, block)
		for j := range min(4, m.rows-4*g) {
			y[4*g+j] = out[j*size : (j+1)*size]
		}
	}
}

// Apply sets dst, [row of w][sample], to the product of the matrix w with signals x,
// [column of w][sample], which may be dst themselves.
func Apply(dst, w, x [][]float64) {
	if len(w) == 0 || len(x) == 0 {
		return
	}
	const span = 16 * ApplyBlock
	n := len(x[0])
	Parallel((n+span-1)/span, func(p int) {
		m := NewMixer(w)
		y, block := make([][]float64, len(w)), make([][]float64, len(x))
		for at := p * span; at < min(n, (p+1)*span); at += ApplyBlock {
			to := min(at+ApplyBlock, n)
			for i := range block {
				block[i] = x[i][at:to]
			}
			m.Of(y, block)
			for i := range y {
				copy(dst[i][at:to], y[i])
			}
		}
	})
}
