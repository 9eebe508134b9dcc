package bspline_test

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/bspline"
)

// TestThrough: the function passes through its values, also of grids with one
// voxel along an axis, and is 0 and false outside.
func TestThrough(t *testing.T) {
	for _, n := range [][3]int{{5, 7, 4}, {1, 1, 1}, {2, 3, 1}, {6, 1, 2}, {13, 2, 3}} {
		values := make([]float64, n[0]*n[1]*n[2])
		for i := range values {
			values[i] = math.Sin(float64(i * i))
		}
		v := bspline.New(append([]float64(nil), values...), n)
		for i, want := range values {
			x, y, z := float64(i%n[0]), float64(i/n[0]%n[1]), float64(i/(n[0]*n[1]))
			got, ok := v.At(x, y, z)
			if !ok || math.Abs(got-want) > 1e-12 {
				t.Fatalf("%v: at %g %g %g: %g, want %g", n, x, y, z, got, want)
			}
		}
		for _, p := range [][3]float64{{-.1, 0, 0}, {0, float64(n[1]), 0}, {0, 0, math.NaN()}} {
			if got, ok := v.At(p[0], p[1], p[2]); ok || got != 0 {
				t.Errorf("%v at %v: %g", n, p, got)
			}
			if _, _, ok := v.Gradient(p[0], p[1], p[2]); ok {
				t.Errorf("%v at %v: a gradient", n, p)
			}
		}
	}
}

// TestSmoothFunction: between voxels a slow wave is met to the fourth order of
// the distance of voxels, and the gradient is that of the values.
func TestSmoothFunction(t *testing.T) {
	n := [3]int{24, 20, 22}
	f := func(x, y, z float64) float64 { return math.Sin(.2*x+.15*y) * math.Cos(.18*z-.1*y) }
	values := make([]float64, 0, n[0]*n[1]*n[2])
	for z := range n[2] {
		for y := range n[1] {
			for x := range n[0] {
				values = append(values, f(float64(x), float64(y), float64(z)))
			}
		}
	}
	v := bspline.New(values, n)
	for i := range 200 {
		x, y, z := 8+math.Mod(float64(i)*.618, 8), 7+math.Mod(float64(i)*.414, 6), 8+math.Mod(float64(i)*.732, 6)
		got, d, ok := v.Gradient(x, y, z)
		at, _ := v.At(x, y, z)
		if !ok || got != at || math.Abs(got-f(x, y, z)) > 2e-4 {
			t.Fatalf("at %g %g %g: %g, want %g", x, y, z, got, f(x, y, z))
		}
		const h = 1e-5
		for a, p := range [][3]float64{{h, 0, 0}, {0, h, 0}, {0, 0, h}} {
			hi, _ := v.At(x+p[0], y+p[1], z+p[2])
			lo, _ := v.At(x-p[0], y-p[1], z-p[2])
			if slope := (hi - lo) / (2 * h); math.Abs(slope-d[a]) > 1e-8 {
				t.Fatalf("derivative %d at %g %g %g is %g, of the values %g", a, x, y, z, d[a], slope)
			}
		}
	}
}
