package stats

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestRobust compares robust correlations with pingouin.
func TestRobust(t *testing.T) {
	var cases []struct {
		X, Y, Bi, Shepherd, Point []float64
		P1                        []float64 `json:"percbend0.1"`
		P2                        []float64 `json:"percbend0.2"`
	}
	golden.JSON(t, golden.Path(t, "stats/robust.json"), &cases)
	if len(cases) < 5 {
		t.Fatalf("%d cases", len(cases))
	}
	near := func(k int, what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("case %d: %s is %.12g, want %.12g", k, what, got, want)
		}
	}
	for k, c := range cases {
		for beta, want := range map[float64][]float64{0.1: c.P1, 0: c.P2} {
			r, err := PercentageBend(c.X, c.Y, beta)
			if err != nil {
				t.Fatal(err)
			}
			near(k, "percentage bend", r.R, want[0])
			near(k, "its p", r.P, want[1])
		}
		// The outliers are those of other draws: the same ones as long as none lies at the bound.
		s, err := Shepherd(c.X, c.Y, 1)
		if err != nil {
			t.Fatal(err)
		}
		if s.LeftOut == int(c.Shepherd[2]) {
			near(k, "Shepherd's pi", s.R, c.Shepherd[0])
			near(k, "its p", s.P, math.Min(1, 2*c.Shepherd[1])) // pingouin does not double it
		} else if d := s.LeftOut - int(c.Shepherd[2]); len(c.X) > 20 && (d < -1 || d > 1) {
			t.Errorf("case %d: %d outliers, want %g", k, s.LeftOut, c.Shepherd[2])
		}
		if s.N+s.LeftOut != len(c.X) {
			t.Errorf("case %d: %d kept and %d left out of %d", k, s.N, s.LeftOut, len(c.X))
		}
		group := make([]bool, len(c.Bi))
		for i, v := range c.Bi {
			group[i] = v == 1
		}
		p, err := PointBiserial(group, c.X)
		if err != nil {
			t.Fatal(err)
		}
		near(k, "point-biserial", p.R, c.Point[0])
		near(k, "its p", p.P, c.Point[1])
		// A group of one half: √(pq)/φ(0) is √(2π)/2.
		b, err := Biserial(group, c.X)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.X)%2 == 0 {
			near(k, "biserial", b.R, p.R*math.Sqrt(2*math.Pi)/2)
		}
	}
	for _, c := range []struct {
		call func() error
		want string
	}{
		{func() error { _, err := PercentageBend([]float64{1, 2, 3}, []float64{1, 2}, 0); return err }, "x has 3 values and y 2"},
		{func() error { _, err := PercentageBend([]float64{1, 2, 3}, []float64{1, 2, 4}, 0.6); return err }, "beta is 0.6"},
		{func() error {
			_, err := PercentageBend([]float64{1, 1, 1, 1, 1, 1, 2}, []float64{1, 2, 4, 3, 5, 7, 6}, 0)
			return err
		}, "too many values are the median"},
		{func() error { _, err := Shepherd([]float64{1, 1, 1}, []float64{1, 2, 3}, 0); return err }, "all 3 values of x are 1"},
		{func() error { _, err := PointBiserial([]bool{true, true, true}, []float64{1, 2, 3}); return err }, "all 3 values of x are 1"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}
