package pharm

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestHillPeer(t *testing.T) {
	var g struct {
		Hill struct {
			A, E              []float64
			E0, Emax, EC50, N float64
		} `json:"hill"`
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	got := make([]float64, len(g.Hill.A))
	for i, a := range g.Hill.A {
		got[i] = g.Hill.E0 + Hill(a, g.Hill.Emax, g.Hill.EC50, g.Hill.N)
	}
	golden.Close(t, "Hill", got, g.Hill.E, 1e-14)
}

func TestHill(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name             string
		c, emax, ec50, n float64
		want             float64
	}{
		{"half at the EC50", 3e-8, 100, 3e-8, 1.7, 50},
		{"half at the EC50, falling", 3e-8, 100, 3e-8, -1.7, 50},
		{"one site", 3, 10, 1, 1, 7.5},
		{"two sites", 3, 10, 1, 2, 9},
		{"falling", 3, 10, 1, -1, 2.5},
		{"no drug", 0, 10, 1, 2, 0},
		{"no drug, falling", 0, 10, 1, -2, 10},
		{"no slope", 0, 10, 1, 0, 5},
		{"infinite", inf, 10, 1, 2, 10},
		{"infinite, falling", inf, 10, 1, -2, 0},
		{"huge", 1e308, 10, 1e-308, 50, 10},
		{"huge, falling", 1e308, 10, 1e-308, -50, 0},
		{"tiny", 5e-324, 10, 1e308, 4, 0},
		{"the ratio has no float64, the effect does", 1e-300, 1, 1e300, 0.01, 1 / (1 + 1e6)},
		{"steep, below", 0.99, 10, 1, 1e6, 0},
		{"steep, above", 1.01, 10, 1, 1e6, 10},
		{"negative effect", 3, -10, 1, 1, -7.5},
		{"negative concentration", -1, 10, 1, 1, nan},
		{"EC50 0", 1, 10, 0, 1, nan},
		{"EC50 negative", 1, 10, -1, 1, nan},
		{"EC50 infinite", 1, 10, inf, 1, nan},
		{"n infinite", 1, 10, 1, inf, nan},
		{"NaN c", nan, 10, 1, 1, nan},
		{"NaN emax", 1, nan, 1, 1, nan},
		{"NaN emax at 0", 0, nan, 1, 1, nan},
		{"NaN ec50", 1, 10, nan, 1, nan},
		{"NaN n", 1, 10, 1, nan, nan},
	} {
		got := Hill(c.c, c.emax, c.ec50, c.n)
		if math.IsNaN(got) != math.IsNaN(c.want) || math.Abs(got-c.want) > 1e-13*math.Abs(c.want) {
			t.Errorf("%s: Hill(%g, %g, %g, %g) = %.17g, want %g", c.name, c.c, c.emax, c.ec50, c.n, got, c.want)
		}
	}
}

func TestHillProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exponent := rapid.Float64Range(-300, 300)
		c, ec50 := math.Pow(10, exponent.Draw(t, "log c")), math.Pow(10, exponent.Draw(t, "log ec50"))
		n := rapid.Float64Range(-20, 20).Draw(t, "n")
		e := Hill(c, 1, ec50, n)
		if !(e >= 0 && e <= 1) {
			t.Fatalf("effect %g is outside 0 to 1", e)
		}
		if sum := e + Hill(c, 1, ec50, -n); math.Abs(sum-1) > 1e-11 {
			t.Fatalf("rising and falling effects add to %.17g, want 1", sum)
		}
		if more := Hill(c*1.5, 1, ec50, math.Abs(n)); more < Hill(c, 1, ec50, math.Abs(n)) {
			t.Fatalf("more drug, less effect")
		}
	})
}

func TestHillCurve(t *testing.T) {
	c, err := HillCurve(100, 50, 1.5, 1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.C) != 201 || c.C[0] != 1 || c.C[200] != 1000 {
		t.Fatalf("%d concentrations from %g to %g", len(c.C), c.C[0], c.C[len(c.C)-1])
	}
	for i := range c.C {
		if c.E[i] != Hill(c.C[i], 100, 50, 1.5) || i > 0 && c.C[i] <= c.C[i-1] {
			t.Errorf("point %d: %g at %g", i, c.E[i], c.C[i])
		}
	}
	c.CUnit, c.EUnit = "nM", "%"
	f := c.Plot()
	if p := f.Panels[0]; !p.X.Log || p.X.Unit != "nM" || p.Y.Unit != "%" || p.Title != "EC50 50 nM, Hill coefficient 1.5" {
		t.Errorf("panel %+v", f.Panels[0])
	}
	var _ display.Shower = c
}

func TestHillCurveErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		emax, ec50, n, lo, hi float64
		want                  string
	}{
		{nan, 1, 1, 1, 10, "emax is NaN"},
		{1, inf, 1, 1, 10, "ec50 is +Inf"},
		{1, 0, 1, 1, 10, "ec50 is 0, it must be above 0"},
		{1, 1, nan, 1, 10, "n is NaN"},
		{1, 1, 1, 0, 10, "from 0 to 10"},
		{1, 1, 1, -1, 10, "from -1 to 10"},
		{1, 1, 1, 10, 10, "from 10 to 10"},
		{1, 1, 1, 1, inf, "hi is +Inf"},
	} {
		if _, err := HillCurve(c.emax, c.ec50, c.n, c.lo, c.hi); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "pharm: HillCurve: ") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
