// Package linalg solves least-squares problems with many right-hand sides and
// one design: what a general linear model of voxels asks for.
//
// The factorisation is Householder's, without pivoting so that coefficients
// keep the order of the columns; sums run in a fixed order and fuse only where
// it is written, so that every CPU and any number of threads give the same bits.
package linalg

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A QR is the factorisation of a matrix with as many rows as columns or more.
type QR struct {
	Rows, Cols int

	v   [][]float64 // v[j][i], i >= j: Householder vector of column j
	tau []float64   // 2 / |v|^2
	r   [][]float64 // r[i][j], j >= i: upper triangle
}

// Dependent is the error of a matrix whose column Col is a linear combination
// of the columns With, or is zero when With is empty.
type Dependent struct {
	Col  int
	With []int
}

func (d *Dependent) Error() string {
	if len(d.With) == 0 {
		return fmt.Sprintf("column %d is zero", d.Col)
	}
	parts := make([]string, len(d.With))
	for i, c := range d.With {
		parts[i] = fmt.Sprint(c)
	}
	return fmt.Sprintf("column %d is a linear combination of columns %s", d.Col, strings.Join(parts, ", "))
}

// rankTolerance is the part of a column's length that must be left after the
// columns before it are projected out. Rounding leaves about 1e-14 for the
// sizes of designs; 1e-11 keeps columns that carry a large offset (a time in
// seconds of the day) and refuses what has no digits left.
const rankTolerance = 1e-11

// NewQR factors the matrix of rows x, [row][column]. It returns a *Dependent
// when the columns are not independent, and the error of givenUp, which is
// asked between columns when it is not nil. The caller has checked that rows are
// of equal length, finite, and no fewer than columns.
func NewQR(x [][]float64, givenUp func() error) (*QR, error) {
	m, n := len(x), len(x[0])
	q := &QR{Rows: m, Cols: n, tau: make([]float64, n)}
	a := make([][]float64, n) // by column
	for j := range a {
		if err := asked(givenUp); err != nil {
			return nil, err
		}
		a[j] = make([]float64, m)
		for i := range a[j] {
			a[j][i] = x[i][j]
		}
	}
	for range n {
		q.r = append(q.r, make([]float64, n))
	}
	for j := range n {
		whole := norm(a[j])
		if err := asked(givenUp); err != nil {
			return nil, err
		}
		for k := range j {
			q.reflect(k, a[j])
			q.r[k][j] = a[j][k]
		}
		rest := norm(a[j][j:])
		if whole == 0 || rest <= rankTolerance*whole {
			return nil, q.dependence(j, whole)
		}
		// The sign avoids cancellation in the first element.
		if a[j][j] > 0 {
			rest = -rest
		}
		q.r[j][j] = rest
		a[j][j] -= rest
		length := norm(a[j][j:])
		for i := range m {
			if i < j {
				a[j][i] = 0
			} else {
				a[j][i] /= length
			}
		}
		q.tau[j] = 2
		q.v = append(q.v, a[j])
	}
	return q, nil
}

func asked(givenUp func() error) error {
	if givenUp == nil {
		return nil
	}
	return givenUp()
}

// norm returns the length of x, scaled so that squares neither overflow nor
// vanish.
func norm(x []float64) float64 {
	largest := 0.0
	for _, v := range x {
		largest = math.Max(largest, math.Abs(v))
	}
	if largest == 0 || math.IsInf(largest, 0) || math.IsNaN(largest) {
		return largest
	}
	sum := 0.0
	for _, v := range x {
		s := v / largest
		sum += float64(s * s)
	}
	return largest * math.Sqrt(sum)
}

// reflect applies the reflection of column j to y.
func (q *QR) reflect(j int, y []float64) {
	dot := 0.0
	for i := j; i < q.Rows; i++ {
		dot += float64(q.v[j][i] * y[i])
	}
	dot *= q.tau[j]
	for i := j; i < q.Rows; i++ {
		y[i] -= float64(dot * q.v[j][i])
	}
}

// dependence solves for the combination of earlier columns that gives column j
// and names those that take part.
func (q *QR) dependence(j int, size float64) error {
	d := &Dependent{Col: j}
	c := make([]float64, j)
	for i := j - 1; i >= 0; i-- {
		c[i] = q.r[i][j]
		for k := i + 1; k < j; k++ {
			c[i] -= float64(q.r[i][k] * c[k])
		}
		c[i] /= q.r[i][i]
	}
	for k := range c {
		column := make([]float64, k+1)
		for i := range column {
			column[i] = q.r[i][k]
		}
		if size > 0 && math.Abs(c[k])*norm(column) > 1e-8*size {
			d.With = append(d.With, k)
		}
	}
	return d
}

// block is how many right-hand sides are solved at a time: with the rows of a
// scan they stay in the cache.
const block = 128

// Solve returns the least-squares coefficients of every column of y,
// [row][column], as [coefficient][column], and the residual sum of squares of
// each column. They mean nothing once givenUp has an error.
func (q *QR) Solve(y [][]float64, givenUp func() error) (beta [][]float64, rss []float64) {
	width := len(y[0])
	beta = make([][]float64, q.Cols)
	for j := range beta {
		beta[j] = make([]float64, width)
	}
	rss = make([]float64, width)
	Parallel((width+block-1)/block, func(b int) {
		lo, hi := b*block, min(width, (b+1)*block)
		q.solve(y, beta, rss, lo, hi, givenUp)
	})
	return beta, rss
}

func (q *QR) solve(y, beta [][]float64, rss []float64, lo, hi int, givenUp func() error) {
	n := hi - lo
	work := make([]float64, q.Rows*n)
	for i := range q.Rows {
		copy(work[i*n:(i+1)*n], y[i][lo:hi])
	}
	dot := make([]float64, n)
	for j := range q.Cols {
		if asked(givenUp) != nil {
			return
		}
		clear(dot)
		v := q.v[j]
		for i := j; i < q.Rows; i++ {
			vec.FMAScaleBlock(dot, work[i*n:(i+1)*n], v[i], dot)
		}
		vec.MulConstBlock(dot, dot, -q.tau[j])
		for i := j; i < q.Rows; i++ {
			row := work[i*n : (i+1)*n]
			vec.FMAScaleBlock(row, dot, v[i], row)
		}
	}
	for j := q.Cols - 1; j >= 0; j-- {
		out := beta[j][lo:hi]
		copy(out, work[j*n:(j+1)*n])
		for l := j + 1; l < q.Cols; l++ {
			vec.FMAScaleBlock(out, beta[l][lo:hi], -q.r[j][l], out)
		}
		vec.DivConstBlock(out, out, q.r[j][j])
	}
	left := rss[lo:hi]
	for i := q.Cols; i < q.Rows; i++ {
		row := work[i*n : (i+1)*n]
		vec.FMABlock(left, row, row, left)
	}
}

// Variance returns c' (X'X)^-1 c: the variance of the contrast c of the
// coefficients for residuals of variance 1.
func (q *QR) Variance(c []float64) float64 {
	// R' u = c, and the variance is |u|^2.
	u, sum := make([]float64, q.Cols), 0.0
	for j := range u {
		s := c[j]
		for k := range j {
			s -= float64(q.r[k][j] * u[k])
		}
		u[j] = s / q.r[j][j]
		sum += float64(u[j] * u[j])
	}
	return sum
}

// Parallel calls f(0) ... f(n-1) on all processors and returns when all are
// done. Calls must not depend on each other.
func Parallel(n int, f func(int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n; i += workers {
				f(i)
			}
		}()
	}
	wg.Wait()
}
