package dist

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestF holds both tails and the z of F against SciPy's, and the quantiles
// against the tails.
func TestF(t *testing.T) {
	var rows [][6]float64
	golden.JSON(t, golden.Path(t, "dist/f.json"), &rows)
	if len(rows) == 0 {
		t.Fatal("no reference values")
	}
	for _, r := range rows {
		f, d1, d2, z := r[0], r[1], r[2], r[5]
		above, below := fTails(f, d1, d2)
		if !(math.Abs(above-r[3]) <= 1e-12*r[3]) || !(math.Abs(below-r[4]) <= 1e-12*r[4]) {
			t.Errorf("F = %g with %g and %g: %.17g above and %.17g below, want %.17g and %.17g", f, d1, d2, above, below, r[3], r[4])
		}
		if got := ZFromF(f, d1, d2); !(math.Abs(got-z) <= 1e-11*math.Max(1, math.Abs(z))) {
			t.Errorf("F = %g with %g and %g: z %.17g, want %.17g", f, d1, d2, got, z)
		}
		if got := FQuantileSF(above, d1, d2); above < 0.99 && !(math.Abs(got-f) <= 1e-9*f) {
			t.Errorf("F with %g and %g exceeds %.17g with probability %g, want %g", d1, d2, got, above, f)
		}
		// F with one degree of freedom is t².
		if two := 2 * StudentSF(math.Sqrt(f), d2); d1 == 1 && !(math.Abs(above-two) <= 1e-13*two) {
			t.Errorf("F = %g with 1 and %g: %.17g above, of t %.17g", f, d2, above, two)
		}
	}
	for _, c := range [][2]float64{{0.001, 15}, {0.3, 4}, {0.975, 30}, {1e-12, math.Inf(1)}} {
		q := StudentQuantileSF(c[0], c[1])
		if got := StudentSF(q, c[1]); !(math.Abs(got-c[0]) <= 1e-12*c[0]) {
			t.Errorf("t with %g exceeds %g with probability %g, want %g", c[1], q, got, c[0])
		}
	}
	for _, v := range []float64{FSF(math.NaN(), 1, 2), FSF(1, 0, 2), StudentQuantileSF(0, 3), FQuantileSF(1, 2, 3), ZFromF(1, -1, 1)} {
		if !math.IsNaN(v) {
			t.Errorf("%g, want NaN", v)
		}
	}
}
