package dist

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestNoncentral holds the distributions to SciPy's: its noncentral t is good to some 1e-11,
// as are the differences from 1 that the studentised range takes.
func TestNoncentral(t *testing.T) {
	var want map[string][][]float64
	golden.JSON(t, golden.Path(t, "dist/noncentral.json"), &want)
	for _, c := range []struct {
		name string
		f    func(v []float64) float64
		tol  float64
	}{
		{"nct", func(v []float64) float64 { return NoncentralTCDF(v[0], v[1], v[2]) }, 1e-10},
		{"ncf", func(v []float64) float64 { return NoncentralFSF(v[0], v[1], v[2], v[3]) }, 1e-11},
		{"ncx2", func(v []float64) float64 { return NoncentralChiSquareSF(v[0], v[1], v[2]) }, 1e-12},
		{"range", func(v []float64) float64 { return StudentizedRangeSF(v[0], v[1], v[2]) }, 2e-10},
	} {
		worst := 0.0
		for _, v := range want[c.name] {
			got, w := c.f(v), v[len(v)-1]
			worst = math.Max(worst, math.Abs(got-w))
			if !(math.Abs(got-w) <= c.tol) {
				t.Errorf("%s%v: %.15g, want %.15g", c.name, v[:len(v)-1], got, w)
			}
		}
		if len(want[c.name]) < 30 {
			t.Fatalf("%s: %d values", c.name, len(want[c.name]))
		}
		t.Logf("%s: %.2g from SciPy at most, %d values", c.name, worst, len(want[c.name]))
	}
}

func TestRangeOfTwo(t *testing.T) {
	// The range of two values is √2 times the size of their t.
	for _, df := range []float64{1, 4, 30, 1e4, math.Inf(1)} {
		for _, x := range []float64{0.1, 1, 2.2, 5} {
			got, want := StudentizedRangeSF(x*math.Sqrt2, 2, df), 2*StudentSF(x, df)
			if math.Abs(got-want) > 1e-10 {
				t.Errorf("range %g, df %g: %.15g, want %.15g", x, df, got, want)
			}
		}
	}
	for _, p := range []float64{0.9, 0.05, 1e-4} {
		q := StudentizedRangeQuantileSF(p, 4, 22)
		if got := StudentizedRangeSF(q, 4, 22); math.Abs(got-p) > 1e-11 {
			t.Errorf("quantile of %g: back to %g", p, got)
		}
	}
	for _, v := range []float64{StudentizedRangeSF(1, 1, 3), StudentizedRangeSF(1, 3, 0), NoncentralTCDF(1, 0, 1),
		NoncentralFSF(1, 1, 1, -1), NoncentralChiSquareSF(1, 1, math.NaN()), StudentizedRangeQuantileSF(1, 3, 3)} {
		if !math.IsNaN(v) {
			t.Errorf("%g where nothing is defined", v)
		}
	}
}
