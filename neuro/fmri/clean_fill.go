package fmri

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// A filler replaces volumes that are not kept by a cubic spline through those
// that are, with the same cubic on both sides of the second and the last but one
// ("not a knot", de Boor 1978, chapter IV), as SciPy's CubicSpline has it. Three
// volumes give a parabola, two a line.
type filler struct {
	kept    []int
	missing []int // to be filled
	step    []float64
	// The equations of the second derivatives at the inner knots, eliminated:
	// pivots, and the factors of the rows above and below.
	pivot, lower, upper []float64
}

func newFiller(kept []int, from, to int) *filler {
	f := &filler{kept: kept}
	next := 0
	for t := from; t < to; t++ {
		if next < len(kept) && kept[next] == t {
			next++
			continue
		}
		f.missing = append(f.missing, t)
	}
	n := len(kept)
	f.step = make([]float64, n-1)
	for i := range f.step {
		f.step[i] = float64(kept[i+1] - kept[i])
	}
	if n < 4 {
		return f
	}
	m := n - 2
	f.pivot, f.lower, f.upper = make([]float64, m), make([]float64, m), make([]float64, m)
	h := f.step
	for i := range m {
		f.lower[i], f.pivot[i], f.upper[i] = h[i], 2*(h[i]+h[i+1]), h[i+1]
	}
	// The first derivative of all is (1+r) M1 - r M2 with r = h0/h1; so at the end.
	r := h[0] / h[1]
	f.pivot[0] += float64(h[0] * (1 + r))
	f.upper[0] -= float64(h[0] * r)
	r = h[n-2] / h[n-3]
	f.pivot[m-1] += float64(h[n-2] * (1 + r))
	f.lower[m-1] -= float64(h[n-2] * r)
	for i := 1; i < m; i++ {
		f.lower[i] /= f.pivot[i-1]
		f.pivot[i] -= float64(f.lower[i] * f.upper[i-1])
	}
	return f
}

// fill replaces the missing rows of y, [volume][series].
func (f *filler) fill(y [][]float64) {
	if len(f.missing) == 0 {
		return
	}
	n, width := len(f.kept), len(y[0])
	h := f.step
	bend := make2(n, width)               // the second derivatives
	slope := func(dst []float64, i int) { // of the chord after knot i
		vec.SubBlock(dst, y[f.kept[i+1]], y[f.kept[i]])
		vec.DivConstBlock(dst, dst, h[i])
	}
	a, b := make([]float64, width), make([]float64, width)
	right := func(i int) { // 6 times the change of the slope at knot i+1
		slope(a, i)
		slope(b, i+1)
		vec.SubBlock(bend[i+1], b, a)
		vec.MulConstBlock(bend[i+1], bend[i+1], 6)
	}
	switch {
	case n == 3:
		right(0)
		vec.DivConstBlock(bend[1], bend[1], 3*(h[0]+h[1]))
		copy(bend[0], bend[1])
		copy(bend[2], bend[1])
	case n > 3:
		for i := range f.pivot {
			right(i)
			if i > 0 {
				vec.FMAScaleBlock(bend[i+1], bend[i], -f.lower[i], bend[i+1])
			}
		}
		for i := len(f.pivot) - 1; i >= 0; i-- {
			if i < len(f.pivot)-1 {
				vec.FMAScaleBlock(bend[i+1], bend[i+2], -f.upper[i], bend[i+1])
			}
			vec.DivConstBlock(bend[i+1], bend[i+1], f.pivot[i])
		}
		r := h[0] / h[1]
		vec.MulConstBlock(bend[0], bend[1], 1+r)
		vec.FMAScaleBlock(bend[0], bend[2], -r, bend[0])
		r = h[n-2] / h[n-3]
		vec.MulConstBlock(bend[n-1], bend[n-2], 1+r)
		vec.FMAScaleBlock(bend[n-1], bend[n-3], -r, bend[n-1])
	}
	i := 0
	for _, t := range f.missing {
		for i < n-2 && f.kept[i+1] < t {
			i++
		}
		// The cubic between knots i and i+1, beyond the ends too.
		u, v := float64(t-f.kept[i])/h[i], float64(f.kept[i+1]-t)/h[i]
		s := h[i] * h[i] / 6
		row := y[t]
		vec.MulConstBlock(row, y[f.kept[i]], v)
		vec.FMAScaleBlock(row, y[f.kept[i+1]], u, row)
		vec.FMAScaleBlock(row, bend[i], s*(float64(v*v*v)-v), row)
		vec.FMAScaleBlock(row, bend[i+1], s*(float64(u*u*u)-u), row)
	}
}
