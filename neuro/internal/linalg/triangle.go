package linalg

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Triangle is the upper triangular factor R of a matrix X = Q R whose rows come
// in pieces: R'R = X'X, without the loss of digits of forming X'X. It solves least
// squares with many rows and few columns, and the same with columns left out.
type Triangle struct {
	R    [][]float64 // R[i][j], j >= i
	Rows int         // rows that were taken in
}

// NewTriangle returns the factor of a matrix with n columns and no rows yet.
func NewTriangle(n int) *Triangle { return &Triangle{R: Zeros(n)} }

// Add takes rows in; columns[j] holds their values in column j and is overwritten.
// Householder's reflections of each row of R with the new ones below it.
func (t *Triangle) Add(columns [][]float64) {
	for j, x := range columns {
		below := vec.DotBlock(x, x)
		if below == 0 {
			continue
		}
		top := t.R[j][j]
		length := math.Sqrt(float64(top*top) + below)
		if top > 0 {
			length = -length
		}
		first := top - length
		tau := 2 / (float64(first*first) + below)
		t.R[j][j] = length
		for k := j + 1; k < len(columns); k++ {
			y := columns[k]
			w := float64(tau * (float64(first*t.R[j][k]) + vec.DotBlock(x, y)))
			t.R[j][k] -= float64(w * first)
			vec.FMAScaleBlock(y, x, -w, y)
		}
	}
	if len(columns) > 0 {
		t.Rows += len(columns[0])
	}
}

// Merge takes in the rows that u was made of.
func (t *Triangle) Merge(u *Triangle) {
	rows := t.Rows + u.Rows
	t.Add(u.columns(nil))
	t.Rows = rows
}

// Select returns the factor of the matrix that has only the columns numbered keep,
// in that order.
func (t *Triangle) Select(keep []int) *Triangle {
	s := NewTriangle(len(keep))
	s.Add(t.columns(keep))
	s.Rows = t.Rows
	return s
}

// columns copies columns of R, all of them for nil.
func (t *Triangle) columns(keep []int) [][]float64 {
	n := len(t.R)
	if keep == nil {
		keep = make([]int, n)
		for i := range keep {
			keep[i] = i
		}
	}
	all := make([]float64, n*len(keep))
	c := make([][]float64, len(keep))
	for k, j := range keep {
		c[k] = all[k*n : (k+1)*n : (k+1)*n]
		for i := range j + 1 {
			c[k][i] = t.R[i][j]
		}
	}
	return c
}

// Dependent returns the first column that is a linear combination of those before
// it, to within rounding, or -1.
func (t *Triangle) Dependent() int {
	for j := range t.R {
		whole := 0.0
		for i := range j + 1 {
			whole += float64(t.R[i][j] * t.R[i][j])
		}
		if !(math.Abs(t.R[j][j]) > rankTolerance*math.Sqrt(whole)) {
			return j
		}
	}
	return -1
}

// Coefficients returns the least-squares coefficients of column j on the first n
// columns, n <= j.
func (t *Triangle) Coefficients(n, j int) []float64 {
	b := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		s := t.R[i][j]
		for k := i + 1; k < n; k++ {
			s -= float64(t.R[i][k] * b[k])
		}
		b[i] = s / t.R[i][i]
	}
	return b
}

// Residual returns the sum of products of what the first n columns leave of
// columns i and j, n <= i, j.
func (t *Triangle) Residual(n, i, j int) float64 {
	s := 0.0
	for k := n; k <= min(i, j); k++ {
		s += float64(t.R[k][i] * t.R[k][j])
	}
	return s
}
