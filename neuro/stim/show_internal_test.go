package stim

import (
	"math"
	"slices"
	"testing"
)

// TestCurveHasJumps wants every pulse in the drawing, upright, however short it
// is beside the time that is drawn.
func TestCurveHasJumps(t *testing.T) {
	s := Sum(Const(1), Pulses(2, 0.01, 3.33, 500.001, 999), Step(1, 700, 1100))
	x, y := curve(s, 0, 1000)
	if !slices.IsSorted(x) || len(x) != len(y) || x[0] != 0 || x[len(x)-1] != 1000 {
		t.Fatalf("the curve has %d times from %g to %g ms and %d values", len(x), x[0], x[len(x)-1], len(y))
	}
	for _, c := range []struct{ at, before, after float64 }{
		{3.33, 1, 3}, {3.34, 3, 1}, {500.001, 1, 3}, {500.011, 3, 1}, {700, 1, 2}, {999.01, 4, 2},
	} {
		i := slices.IndexFunc(x, func(t float64) bool { return math.Abs(t-c.at) < 1e-9 })
		if i < 0 || x[i+1] != x[i] || y[i] != c.before || y[i+1] != c.after {
			t.Errorf("no jump from %g to %g at %g ms", c.before, c.after, c.at)
		}
	}
}
