package pharm

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestInteractionReference(t *testing.T) {
	var g struct {
		Bliss              struct{ Fa, Fb, Exp float64 }
		Loewe_chou_talalay struct{ Fa, D1, D2, Dm1, M1, Dm2, M2, CI float64 }
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	near(t, "Bliss", Bliss(g.Bliss.Fa, g.Bliss.Fb), g.Bliss.Exp, 1e-9)
	l := g.Loewe_chou_talalay
	near(t, "CI", CombinationIndex(l.D1, l.D2, l.Fa, MedianEffect{l.Dm1, l.M1}, MedianEffect{l.Dm2, l.M2}), l.CI, 1e-9)
}

func TestInteraction(t *testing.T) {
	for _, m := range []MedianEffect{{2, 1}, {0.3, 2.5}, {1e-7, 0.6}} {
		// A drug with itself is additive, whatever the slope.
		near(t, "with itself", Loewe(0.4*m.Dm, 1.1*m.Dm, m, m), m.Effect(1.5*m.Dm), 1e-12)
		near(t, "alone", Loewe(0, 3*m.Dm, MedianEffect{1, 1}, m), m.Effect(3*m.Dm), 1e-12)
		near(t, "alone", Loewe(3*m.Dm, 0, m, MedianEffect{1, 1}), m.Effect(3*m.Dm), 1e-12)
		near(t, "back", m.Dose(m.Effect(0.7*m.Dm)), 0.7*m.Dm, 1e-12)
		for _, n := range []MedianEffect{{5, 1.2}, {0.01, 4}, {1e5, 0.5}} {
			for _, k := range []float64{1e-3, 0.1, 1, 20} {
				f := Loewe(k*m.Dm, n.Dm, m, n)
				near(t, "index of additive drugs", CombinationIndex(k*m.Dm, n.Dm, f, m, n), 1, 1e-9)
			}
		}
	}
	near(t, "Bliss", Bliss(0.4, 0.5), 0.7, 1e-15)
	a, b := MedianEffect{2, 1}, MedianEffect{6, 1}
	c, err := Combine([]float64{1, 1, 1}, []float64{3, 3, 3}, []float64{0.7, 0.5, 0.3}, a, b)
	if err != nil {
		t.Fatal(err)
	}
	// At f = 1/2 half the dose of each is additive.
	near(t, "additive", c.CI[1], 1, 1e-12)
	near(t, "Loewe", c.Loewe[0], 0.5, 1e-12)
	near(t, "Bliss", c.Bliss[0], 1-(2/3.0)*(2/3.0), 1e-12)
	if !(c.CI[0] < 1 && c.CI[2] > 1) || len(c.Table().Cols) != 6 || c.Show().Data == nil {
		t.Error(c.CI)
	}
	nan := math.NaN()
	for i, v := range []float64{Bliss(-0.1, 0.5), Bliss(0.1, nan), a.Effect(-1), a.Dose(1), a.Dose(0), (MedianEffect{}).Effect(1), (MedianEffect{}).Dose(0.5),
		Loewe(-1, 1, a, b), Loewe(1, 1, a, MedianEffect{}), CombinationIndex(-1, 1, 0.5, a, b), CombinationIndex(1, 1, 1, a, b)} {
		if !math.IsNaN(v) {
			t.Errorf("bad value %d gives %g", i, v)
		}
	}
	for _, bad := range [][3][]float64{{{1}, {1, 2}, {0.5}}, {{}, {}, {}}, {{-1}, {1}, {0.5}}, {{1}, {nan}, {0.5}}, {{1}, {1}, {1}}, {{1}, {1}, {0}}} {
		if _, err := Combine(bad[0], bad[1], bad[2], a, b); err == nil || !strings.HasPrefix(err.Error(), "pharm: Combine: ") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if _, err := Combine([]float64{1}, []float64{1}, []float64{0.5}, a, MedianEffect{}); err == nil {
		t.Error("a curve without parameters is allowed")
	}
}
