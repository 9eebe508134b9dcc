// Package bspline interpolates volumes by cubic B-splines.
package bspline

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Coefficients turns values, x fastest, to the coefficients of cubic B-splines that pass
// through them, along each axis, with the image mirrored about its outermost voxels
// (Unser 1999, IEEE Signal Processing Magazine 16:22).
func Coefficients(v []float64, n [3]int) {
	const pole = -0.26794919243112270647 // sqrt(3) - 2
	inner := 1
	for a := range 3 {
		if n[a] > 1 {
			for from := 0; from < len(v); from += inner * n[a] {
				rows(v[from:][:inner*n[a]], n[a], inner, pole)
			}
		}
		inner *= n[a]
	}
}

// rows filters n rows of m numbers, one row with the others.
func rows(v []float64, n, m int, pole float64) {
	row := func(j int) []float64 { return v[j*m:][:m] }
	for i := range v {
		v[i] *= 6
	}
	// The causal sum over the mirrored image starts with the first coefficient,
	// exact for the period of 2n-2.
	first := make([]float64, m)
	copy(first, row(0))
	z, back := pole, power(pole, n-1)
	last := row(n - 1)
	for x := range first {
		first[x] += float64(back * last[x])
	}
	back = float64(back * back)
	for j := 1; j < n-1; j++ {
		r := row(j)
		back /= pole
		w := z + back
		for x := range first {
			first[x] += float64(w * r[x])
		}
		z *= pole
	}
	scale := 1 / (1 - power(pole, 2*n-2))
	for x := range first {
		row(0)[x] = float64(first[x] * scale)
	}
	for j := 1; j < n; j++ {
		if r, before := row(j), row(j-1); m == 1 {
			r[0] = math.FMA(before[0], pole, r[0])
		} else {
			vec.FMAScaleBlock(r, before, pole, r)
		}
	}
	a, b := row(n-1), row(n-2)
	for x := range a {
		a[x] = float64(float64(pole/(float64(pole*pole)-1)) * (a[x] + float64(pole*b[x])))
	}
	for j := n - 2; j >= 0; j-- {
		if r, after := row(j), row(j+1); m == 1 {
			r[0] = float64(pole * (after[0] - r[0]))
		} else {
			vec.SubBlock(r, after, r)
			vec.MulConstBlock(r, r, pole)
		}
	}
}

// power returns x to the n by multiplying.
func power(x float64, n int) float64 {
	p := 1.0
	for range min(n, 600) { // beyond it is 0 in any case
		p *= x
	}
	return p
}
