package fmri

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// strip is so few series that all their volumes stay in the fastest cache while the
// basis is taken off.
const strip = 16

// A directRoom is what a block is cleaned in: a strip, and of each of its series
// what is summed.
type directRoom struct {
	strips                 [][][]float64 // [strip][kept volume][series]
	square, next, products []float64
	probe, base, scale     []float64
}

// direct prepares for series that lose their mean and are not filtered: what they
// lose is their product with one orthonormal basis of the constant, the trend and
// the confounds.
func (c *cleaner) direct() {
	n := len(c.kept)
	constant := make([]float64, n)
	vec.FillBlock(constant, 1/math.Sqrt(float64(n)))
	columns := append([][]float64{constant}, c.trend...)
	beside := len(columns)
	for _, q := range c.basis {
		// Rounding may have left some of the trend in a confound that is close to it.
		q = append([]float64(nil), q...)
		for _, p := range columns[:beside] {
			vec.FMAScaleBlock(q, p, -vec.DotBlock(p, q), q)
		}
		vec.DivConstBlock(q, q, math.Sqrt(vec.DotBlock(q, q)))
		columns = append(columns, q)
	}
	c.groups = linalg.Groups(columns)
	c.rooms.New = func() any {
		r := &directRoom{
			square: make([]float64, strip), next: make([]float64, strip),
			products: make([]float64, 4*len(c.groups)*strip),
			probe:    make([]float64, cleanBlock), base: make([]float64, cleanBlock), scale: make([]float64, cleanBlock),
		}
		for range cleanBlock / strip {
			r.strips = append(r.strips, make2(n, strip))
		}
		return r
	}
}

// cleanDirect is clean, into the rows of to, [kept volume][series]. They may be the
// kept ones of y, which else does not change.
func (c *cleaner) cleanDirect(to, y [][]float64, first int, s *cleanState, bad func(t, i int, v float64) error) error {
	r := c.rooms.Get().(*directRoom)
	defer c.rooms.Put(r)
	width := len(y[0])
	if !allFinite(y, r.probe[:width]) {
		y = copyRows(y)
		if err := c.finite(y, s, bad); err != nil {
			return err
		}
	}
	// Differences to the first volume: those of a constant series are exactly 0,
	// and of others no digits go to their mean.
	base := r.base[:width]
	copy(base, y[c.kept[0]])
	for i, t := range c.kept {
		row := y[t]
		vec.Prefetch(to[i])
		for k, lo := 0, 0; lo < width; k, lo = k+1, lo+strip {
			hi := min(width, lo+strip)
			part := r.strips[k]
			part[i] = part[i][:hi-lo]
			vec.SubBlock(part[i], row[lo:hi], base[lo:hi])
		}
	}
	scale := r.scale[:width]
	for k, lo := 0, 0; lo < width; k, lo = k+1, lo+strip {
		hi := min(width, lo+strip)
		c.strip(r, r.strips[k], base[lo:hi], scale[lo:hi], first+lo, s)
	}
	scaled := c.o.Standardize == "zscore_sample" || c.o.Standardize == "zscore"
	for i, row := range to {
		for k, lo := 0, 0; lo < width; k, lo = k+1, lo+strip {
			hi := min(width, lo+strip)
			if scaled {
				vec.MulBlock(row[lo:hi], r.strips[k][i], scale[lo:hi])
			} else {
				copy(row[lo:hi], r.strips[k][i])
			}
		}
	}
	return nil
}

// strip takes everything off the rows of one strip, differences to base, and sets
// the factors that standardise them.
func (c *cleaner) strip(r *directRoom, rows [][]float64, base, scale []float64, first int, s *cleanState) {
	m, n := len(base), float64(len(c.kept))
	square, next := r.square[:m], r.next[:m]
	products := r.products[:4*len(c.groups)*m]
	linalg.Products(c.groups, rows, products, nil)
	for g, q := range c.groups {
		vec.ResidualsBlock(rows, q, products[4*g*m:4*(g+1)*m])
	}
	clear(square)
	clear(next)
	vec.LagsBlock(square, next, rows)
	copy(next, square) // and now the squares of all that was in a series
	for k := range 4 * len(c.groups) {
		b := products[k*m : (k+1)*m]
		vec.FMABlock(next, b, b, next)
	}
	df := n
	if c.o.Standardize == "zscore_sample" {
		df--
	}
	for i := range m {
		at := first + i
		s.before[at] = base[i] + products[i]/math.Sqrt(n)
		constant := next[i] == 0 && zero(rows, i)
		if scale[i] = 1; c.o.Standardize == "zscore_sample" || c.o.Standardize == "zscore" {
			sd := math.Sqrt(square[i] / df)
			// What rounding leaves of a series that confounds explain is no signal.
			constant = constant || sd <= 1e-13*(math.Abs(base[i])+float64(3*math.Sqrt(next[i]/n)))
			scale[i] = 1 / sd
			if constant {
				scale[i] = 0
			}
		}
		s.constant[at] = constant
	}
}

// zero says whether a column is 0.
func zero(rows [][]float64, i int) bool {
	for _, row := range rows {
		if row[i] != 0 {
			return false
		}
	}
	return true
}

// takeOut takes the part of an orthonormal basis, as linalg.Groups makes it, off
// every column.
func takeOut(y, groups [][]float64) {
	if len(groups) == 0 {
		return
	}
	m := 4 * len(y[0])
	products := make([]float64, len(groups)*m)
	linalg.Products(groups, y, products, nil)
	for g, q := range groups {
		vec.ResidualsBlock(y, q, products[g*m:(g+1)*m])
	}
}

// orthonormal returns a basis, [vector][time], of the columns of x, by modified
// Gram-Schmidt twice, the largest column first. Columns that are 0 beside size,
// or follow from others, are left out.
func orthonormal(x [][]float64, size []float64) [][]float64 {
	const tiny = 1e-10
	var left [][]float64
	for j := range x[0] {
		q := column(x, j)
		length := math.Sqrt(vec.DotBlock(q, q))
		if !(length > tiny*size[j]*math.Sqrt(float64(len(x)))) {
			continue
		}
		vec.DivConstBlock(q, q, length)
		left = append(left, q)
	}
	var out [][]float64
	for len(left) > 0 && len(out) < len(x) {
		best, longest := -1, 1e-12
		for j, q := range left {
			if l := math.Sqrt(vec.DotBlock(q, q)); l > longest {
				best, longest = j, l
			}
		}
		if best < 0 {
			break
		}
		q := left[best]
		left = append(left[:best], left[best+1:]...)
		vec.DivConstBlock(q, q, longest)
		for _, p := range out {
			vec.FMAScaleBlock(q, p, -vec.DotBlock(p, q), q)
		}
		vec.DivConstBlock(q, q, math.Sqrt(vec.DotBlock(q, q)))
		out = append(out, q)
		for _, r := range left {
			vec.FMAScaleBlock(r, q, -vec.DotBlock(q, r), r)
		}
	}
	return out
}
