package linalg

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Matrix returns a matrix of zeros with n rows and m columns.
func Matrix(n, m int) [][]float64 {
	all := make([]float64, n*m)
	a := make([][]float64, n)
	for i := range a {
		a[i] = all[i*m : (i+1)*m : (i+1)*m]
	}
	return a
}

// Multiply returns a b, where a has as many columns as b has rows.
func Multiply(a, b [][]float64) [][]float64 {
	if len(a) == 0 || len(b) == 0 {
		return Matrix(len(a), 0)
	}
	c := Matrix(len(a), len(b[0]))
	for i, row := range a {
		for k, x := range row {
			vec.FMAScaleBlock(c[i], b[k], x, c[i])
		}
	}
	return c
}

// Transposed returns a'.
func Transposed(a [][]float64) [][]float64 {
	if len(a) == 0 {
		return nil
	}
	t := Matrix(len(a[0]), len(a))
	for i, row := range a {
		for j, v := range row {
			t[j][i] = v
		}
	}
	return t
}

// SolveMany returns the matrix x of a x = b, by elimination with the largest
// pivots. It reports false when a pivot is 0 or NaN. Neither a nor b is changed.
func SolveMany(a, b [][]float64) ([][]float64, bool) {
	n := len(a)
	if n == 0 {
		return nil, true
	}
	m := Matrix(n, n+len(b[0]))
	for i := range m {
		copy(m[i], a[i])
		copy(m[i][n:], b[i])
	}
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(m[i][k]) > math.Abs(m[p][k]) {
				p = i
			}
		}
		m[k], m[p] = m[p], m[k]
		if !(math.Abs(m[k][k]) > 0) {
			return nil, false
		}
		for i := k + 1; i < n; i++ {
			if f := m[i][k] / m[k][k]; f != 0 {
				vec.FMAScaleBlock(m[i][k:], m[k][k:], -f, m[i][k:])
			}
		}
	}
	x := make([][]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = m[i][n:]
		for j := i + 1; j < n; j++ {
			vec.FMAScaleBlock(x[i], x[j], -m[i][j], x[i])
		}
		vec.DivConstBlock(x[i], x[i], m[i][i])
	}
	return x, true
}

// Cholesky returns the lower triangle l of a = l l', of a symmetric matrix with
// eigenvalues above 0. It reports the first row that depends on those before it
// to within tiny of its own size, or -1.
func Cholesky(a [][]float64, tiny float64) (l [][]float64, dependent int) {
	n := len(a)
	l = Zeros(n)
	for i := range n {
		for j := range i {
			l[i][j] = (a[i][j] - vec.DotBlock(l[i][:j], l[j][:j])) / l[j][j]
		}
		pivot := a[i][i] - vec.DotBlock(l[i][:i], l[i][:i])
		if !(pivot > float64(tiny*a[i][i])) {
			return nil, i
		}
		l[i][i] = math.Sqrt(pivot)
	}
	return l, -1
}

// CholeskySolve replaces v by the solution x of l l' x = v.
func CholeskySolve(l [][]float64, v []float64) {
	for i, row := range l {
		v[i] = (v[i] - vec.DotBlock(row[:i], v[:i])) / row[i]
	}
	for i := len(l) - 1; i >= 0; i-- {
		v[i] /= l[i][i]
		vec.FMAScaleBlock(v[:i], l[i][:i], -v[i], v[:i])
	}
}

// Radius returns the largest size of an eigenvalue of a square matrix, by
// Gelfand's formula: the limit of |a^m|^(1/m), with m doubled by squaring.
func Radius(a [][]float64) float64 {
	log, weight := 0.0, 1.0
	for range 52 {
		size := 0.0
		for _, row := range a {
			size += vec.DotBlock(row, row)
		}
		size = math.Sqrt(size)
		if size == 0 {
			return 0
		}
		if math.IsNaN(size) || math.IsInf(size, 0) {
			return math.NaN()
		}
		log += float64(weight * vec.Log(size))
		weight /= 2
		b := Matrix(len(a), len(a))
		for i, row := range a {
			vec.DivConstBlock(b[i], row, size)
		}
		a = Multiply(b, b)
	}
	return vec.Exp(log)
}
