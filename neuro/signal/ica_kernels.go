package signal

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An unmixer computes means over the samples of whitened signals. Samples are cut into
// parts whose number depends on their number alone, and the sums of parts are added in
// their order, so that bits do not depend on how many processors there are.
type unmixer struct {
	z       [][]float64 // [principal component][sample]
	n       int
	samples int
	parts   int
	length  int // of a part, but the last
	task    *display.Counter
}

const (
	icaBlock = linalg.ApplyBlock
	mostPart = 32
	leastRun = 4096 // samples of a part, at least
)

func (u *unmixer) divide() { u.parts, u.length = parts(u.samples) }

// parts returns into how many parts n samples are cut, and how long they are.
func parts(n int) (count, length int) {
	length = max(leastRun, (n+mostPart-1)/mostPart)
	length = (length + icaBlock - 1) / icaBlock * icaBlock
	return max(1, (n+length-1)/length), length
}

// each calls f with the components of every block, and what is left of part p.
func (u *unmixer) each(p int, w [][]float64, f func(y, z [][]float64)) {
	y, z := make([][]float64, len(w)), make([][]float64, u.n)
	m := linalg.NewMixer(w)
	end := min(u.samples, (p+1)*u.length)
	for at := p * u.length; at < end; at += icaBlock {
		to := min(at+icaBlock, end)
		for i := range z {
			z[i] = u.z[i][at:to]
		}
		m.Of(y, z)
		f(y, z)
	}
}

// apply returns the product of a matrix with signals.
func apply(w, x [][]float64) [][]float64 {
	out := rows(len(w), len(x[0]))
	linalg.Apply(out, w, x)
	return out
}

// crossProducts returns the sums of products of the signals of x.
func crossProducts(x [][]float64) [][]float64 {
	count, length := parts(len(x[0]))
	sums := make([][][]float64, count)
	linalg.Parallel(count, func(p int) {
		sums[p] = linalg.Zeros(len(x))
		block := make([][]float64, len(x))
		end := min(len(x[0]), (p+1)*length)
		for at := p * length; at < end; at += icaBlock {
			to := min(at+icaBlock, end)
			for i := range block {
				block[i] = x[i][at:to]
			}
			for i := 0; i < len(block); i += 4 { // the half below the diagonal
				e := min(i+4, len(block))
				vec.DotsBlock(sums[p][i:e], block[i:e], block[:e])
			}
		}
	})
	total := sums[0]
	for _, s := range sums[1:] {
		addMatrix(total, s)
	}
	for i := range total {
		for j := range i {
			total[j][i] = total[i][j]
		}
	}
	return total
}

func addMatrix(sum, a [][]float64) {
	for i := range a {
		vec.AddBlock(sum[i], sum[i], a[i])
	}
}

// kurtosis returns the excess kurtosis of components of variance 1.
func (u *unmixer) kurtosis(w [][]float64) []float64 {
	sums := rows(u.parts, len(w))
	linalg.Parallel(u.parts, func(p int) {
		square := make([]float64, icaBlock)
		u.each(p, w, func(y, _ [][]float64) {
			for i := range y {
				s := square[:len(y[i])]
				vec.MulBlock(s, y[i], y[i])
				sums[p][i] += vec.DotBlock(s, s)
			}
		})
	})
	out := make([]float64, len(w))
	for i := range out {
		for p := range sums {
			out[i] += sums[p][i]
		}
		out[i] = out[i]/float64(u.samples) - 3
	}
	return out
}

// multiply returns the product of two matrices.
func multiply(a, b [][]float64) [][]float64 {
	out := rows(len(a), len(b[0]))
	for i := range a {
		for k, v := range a[i] {
			vec.FMAScaleBlock(out[i], b[k], v, out[i])
		}
	}
	return out
}

// decorrelate replaces w by the nearest matrix with orthonormal rows, (ww')^-1/2 w. It
// reports false when there is none.
func decorrelate(w [][]float64) bool {
	n := len(w)
	square := linalg.Zeros(n)
	for i := range w {
		for j := range i + 1 {
			square[i][j] = vec.DotBlock(w[i], w[j])
			square[j][i] = square[i][j]
		}
	}
	values, vectors, ok := linalg.Symmetric(square)
	if !ok || !(values[0] > 1e-28*values[n-1]) {
		return false
	}
	rotated := multiply(vectors, w) // [eigenvector][column]
	for i := range w {
		clear(w[i])
		for k := range n {
			vec.FMAScaleBlock(w[i], rotated[k], vectors[k][i]/math.Sqrt(values[k]), w[i])
		}
	}
	return true
}

// invert returns the inverse of a matrix by elimination with the largest pivots.
func invert(a [][]float64) ([][]float64, bool) {
	n := len(a)
	m := rows(n, 2*n)
	for i := range a {
		copy(m[i], a[i])
		m[i][n+i] = 1
	}
	if _, ok := eliminate(m, n); !ok {
		return nil, false
	}
	out := make([][]float64, n)
	for i := range out {
		out[i] = m[i][n:]
	}
	return out, true
}

// eliminate turns the first n columns of m into the identity and returns the logarithm
// of their determinant's size.
func eliminate(m [][]float64, n int) (logDet float64, ok bool) {
	for c := range n {
		best := c
		for i := c + 1; i < n; i++ {
			if math.Abs(m[i][c]) > math.Abs(m[best][c]) {
				best = i
			}
		}
		m[c], m[best] = m[best], m[c]
		pivot := m[c][c]
		if !(math.Abs(pivot) > 1e-300) || math.IsInf(pivot, 0) {
			return 0, false
		}
		logDet += vec.Log(math.Abs(pivot))
		vec.MulConstBlock(m[c], m[c], 1/pivot)
		for i := range m {
			if i != c && m[i][c] != 0 {
				vec.FMAScaleBlock(m[i], m[c], -m[i][c], m[i])
			}
		}
	}
	return logDet, true
}

// addRows adds a number to each row of x, in place.
func addRows(x [][]float64, v []float64) [][]float64 {
	for c := range x {
		vec.AddConstBlock(x[c], x[c], v[c])
	}
	return x
}
