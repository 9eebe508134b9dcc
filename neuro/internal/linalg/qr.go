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
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A QR is the factorisation of a matrix with as many rows as columns or more.
type QR struct {
	Rows, Cols int

	v   [][]float64 // v[j][i], i >= j: Householder vector of column j
	tau []float64   // 2 / |v|^2
	r   [][]float64 // r[i][j], j >= i: upper triangle

	// groups hold the orthonormal columns Q of x = Q r, four to a group, row by
	// row; columns that fill up the last one are zero.
	groups [][]float64
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
	q.groups = make([][]float64, (n+3)/4)
	for g := range q.groups {
		q.groups[g] = make([]float64, 4*m)
	}
	column := make([]float64, m)
	for j := range n {
		if err := asked(givenUp); err != nil {
			return nil, err
		}
		clear(column)
		column[j] = 1
		for k := j; k >= 0; k-- {
			q.reflect(k, column)
		}
		for i, v := range column {
			q.groups[j/4][4*i+j%4] = v
		}
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

// Q returns the orthonormal columns, [column][row], of which x = Q R, and the upper
// triangle R, [row][column].
func (q *QR) Q() (columns, r [][]float64) {
	columns = make([][]float64, q.Cols)
	for j := range columns {
		columns[j] = make([]float64, q.Rows)
		for i := range columns[j] {
			columns[j][i] = q.groups[j/4][4*i+j%4]
		}
	}
	return columns, q.r
}

// Padded is the number of columns, up to a multiple of four.
func (q *QR) Padded() int { return 4 * len(q.groups) }

// Split sets b, which is [column][of y] with [QR.Padded] columns, to the products
// Q'y and y, [row][column], to its residuals y - Q b. They mean nothing once
// givenUp has an error.
func (q *QR) Split(y [][]float64, b []float64, givenUp func() error) {
	Products(q.groups, y, b, givenUp)
	m := 4 * len(y[0])
	for g, factors := range q.groups {
		if asked(givenUp) != nil {
			return
		}
		vec.ResidualsBlock(y, factors, b[g*m:(g+1)*m])
	}
}

// Products sets b, [column][of y], to the products of the columns of groups, four in
// each of them, with y.
func Products(groups, y [][]float64, b []float64, givenUp func() error) {
	m := 4 * len(y[0])
	clear(b)
	for g, factors := range groups {
		if asked(givenUp) != nil {
			return
		}
		vec.ProductsBlock(b[g*m:(g+1)*m], factors, y)
	}
}

// Groups returns columns, [column][row], as [Products] takes them.
func Groups(columns [][]float64) [][]float64 {
	groups := make([][]float64, (len(columns)+3)/4)
	for j, c := range columns {
		if j%4 == 0 {
			groups[j/4] = make([]float64, 4*len(c))
		}
		for i, v := range c {
			groups[j/4][4*i+j%4] = v
		}
	}
	return groups
}

// Coefficients turns products b, as those of [QR.Split], into the coefficients
// R⁻¹b, in place.
func (q *QR) Coefficients(b []float64) {
	m := len(b) / q.Padded()
	for j := q.Cols - 1; j >= 0; j-- {
		out := b[j*m : (j+1)*m]
		for l := j + 1; l < q.Cols; l++ {
			vec.FMAScaleBlock(out, b[l*m:(l+1)*m], -q.r[j][l], out)
		}
		vec.DivConstBlock(out, out, q.r[j][j])
	}
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
	all, work := make([]float64, q.Rows*n), make([][]float64, q.Rows)
	for i := range work {
		work[i] = all[i*n : (i+1)*n : (i+1)*n]
		copy(work[i], y[i][lo:hi])
	}
	b := make([]float64, q.Padded()*n)
	q.Split(work, b, givenUp)
	if asked(givenUp) != nil {
		return
	}
	q.Coefficients(b)
	for j := range beta {
		copy(beta[j][lo:hi], b[j*n:(j+1)*n])
	}
	if q.Rows == q.Cols { // what is left is rounding
		return
	}
	for _, row := range work {
		vec.FMABlock(rss[lo:hi], row, row, rss[lo:hi])
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
	// Who is free takes the next one, so that none waits for another that was held up.
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		}()
	}
	wg.Wait()
}
