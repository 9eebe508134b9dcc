package decode

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// long is from which length on blocks are worth their call.
const long = 48

// dot returns Σ a b, in four interleaved sums, and of long rows as
// [vec.DotBlock].
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	if len(a) >= long {
		return vec.DotBlock(a, b)
	}
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(a[i] * b[i])
		s1 += float64(a[i+1] * b[i+1])
		s2 += float64(a[i+2] * b[i+2])
		s3 += float64(a[i+3] * b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// addTimes adds c times x to y.
func addTimes(y []float64, c float64, x []float64) {
	y = y[:len(x)]
	if len(x) >= long {
		vec.FMAScaleBlock(y, x, c, y)
		return
	}
	for i, v := range x {
		y[i] += float64(c * v)
	}
}

// A lower triangular matrix, row after row.
type lower struct {
	n int
	a []float64
}

func newLower(n int) lower { return lower{n, make([]float64, n*(n+1)/2)} }

// row returns row i up to the diagonal.
func (l lower) row(i int) []float64 { return l.a[i*(i+1)/2 : (i+1)*(i+2)/2] }

// factor replaces the lower half of a symmetric matrix M by L with L Lᵀ = M. A
// pivot that rounding made vanish is kept just above zero: the factor serves
// as a preconditioner, which need not be exact. It gives up when the task
// does.
func (l lower) factor(task *display.Counter) {
	for i := 0; i < l.n && task.Err() == nil; i++ {
		ri := l.row(i)
		size := ri[i]
		for j := 0; j < i; j++ {
			rj := l.row(j)
			ri[j] = (ri[j] - dot(ri[:j], rj[:j])) / rj[j]
		}
		pivot := size - dot(ri[:i], ri[:i])
		if least := 1e-15 * size; !(pivot > least) {
			pivot = math.Max(least, 1e-300)
		}
		ri[i] = math.Sqrt(pivot)
	}
}

// solve replaces b by the solution of L Lᵀ x = b.
func (l lower) solve(b []float64) {
	for i := 0; i < l.n; i++ {
		r := l.row(i)
		b[i] = (b[i] - dot(r[:i], b[:i])) / r[i]
	}
	for i := l.n - 1; i >= 0; i-- {
		r := l.row(i)
		b[i] /= r[i]
		addTimes(b[:i], -b[i], r[:i])
	}
}

// orthogonalRows writes the first d values of each of the n rows of x, which lie
// stride apart, as l q with orthonormal rows q; l is [n][len(q)]. Rows that
// depend on earlier ones add no row to q. A row that loses much of its length
// to earlier ones is orthogonalised again, until it loses little (Daniel et al.
// 1976): what is left is then orthogonal to rounding.
func orthogonalRows(x []float64, n, d, stride int) (q [][]float64, l []float64) {
	parts := make([][]float64, n)
	for i := 0; i < n; i++ {
		v := append([]float64(nil), x[i*stride:i*stride+d]...)
		size := math.Sqrt(dot(v, v))
		part := make([]float64, len(q)+1)
		left := size
		for pass := 0; pass < 4; pass++ {
			for j, row := range q {
				c := dot(row, v)
				part[j] += c
				addTimes(v, -c, row)
			}
			before := left
			left = math.Sqrt(dot(v, v))
			if left > 0.7*before || left <= 1e-14*size {
				break
			}
		}
		if left > 1e-14*size {
			part[len(q)] = left
			for j := range v {
				v[j] /= left
			}
			q = append(q, v)
		}
		parts[i] = part
	}
	m := len(q)
	l = make([]float64, n*m)
	for i, part := range parts {
		copy(l[i*m:i*m+m], part)
	}
	return q, l
}
