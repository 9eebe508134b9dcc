package pharm

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// Dose ratios of Gaddum's equation lie on a line of slope 1 through pA2.
func TestSchild(t *testing.T) {
	var g struct {
		Gaddum struct {
			B, DR       []float64
			PA2, Schild float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	s, err := FitSchild(g.Gaddum.B[1:], g.Gaddum.DR[1:])
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.PA2-g.Gaddum.PA2) > 1e-9 || math.Abs(s.Slope-g.Gaddum.Schild) > 1e-9 || s.SESlope > 1e-7 || math.Abs(s.R2-1) > 1e-9 {
		t.Errorf("%v, R² %g", s, s.R2)
	}
	s.Show()
	// A line by hand: points (0, 0), (1, 1), (2, 1) have slope 1/2, intercept
	// 1/6 and a residual sum of 1/6.
	s, err = FitSchild([]float64{1, 10, 100}, []float64{2, 11, 11})
	if err != nil || math.Abs(s.Slope-0.5) > 1e-12 || math.Abs(s.PA2-1.0/3) > 1e-12 || math.Abs(s.SESlope-math.Sqrt(1.0/12)) > 1e-12 || math.Abs(s.R2-0.75) > 1e-12 {
		t.Errorf("%v ± %v, R² %v (%v)", s, s.SESlope, s.R2, err)
	}
	for _, bad := range [][2][]float64{{{1}, {2}}, {{1, 2}, {2}}, {{0, 1}, {2, 3}}, {{1, 2}, {1, 3}}, {{1, 1}, {2, 3}}, {{1, 2}, {3, 3}}} {
		if _, err := FitSchild(bad[0], bad[1]); err == nil {
			t.Errorf("%v is allowed", bad)
		}
	}
}

// The half width of the band is t sqrt(gᵀCg) with g from differences of the
// curve; at the plateaus it is that of the parameter.
func TestBand(t *testing.T) {
	dose := []float64{0, 0, 1, 3, 10, 30, 100, 300}
	for _, y := range [][]float64{{1, -1, 5, 20, 50, 80, 93, 99}, {99, 101, 93, 81, 52, 20, 6, 2}} {
		f, err := FitDoseResponse(dose, y, DoseOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []float64{0, 0.5, 10, 12.3, 1e4} {
			curve := func(q [4]float64) float64 {
				g := *f
				g.Bottom, g.Top, g.EC50, g.Slope = q[0], q[1], math.Exp(q[2]), q[3]
				return g.At(x)
			}
			at := [4]float64{f.Bottom, f.Top, math.Log(f.EC50), f.Slope}
			var g [4]float64
			for k := range g {
				up, down := at, at
				up[k] += 1e-5
				down[k] -= 1e-5
				g[k] = (curve(up) - curve(down)) / 2e-5
			}
			v := 0.0
			for a := range g {
				for b := range g {
					v += g[a] * f.cov[a][b] * g[b]
				}
			}
			lo, hi := f.Band(x, 0.95)
			want := studentQuantile(0.975, f.DF) * math.Sqrt(v)
			if math.Abs((hi-lo)/2-want) > 1e-5*want || math.Abs((hi+lo)/2-f.At(x)) > 1e-9 {
				t.Errorf("dose %g: %g to %g, want %g ± %g", x, lo, hi, f.At(x), want)
			}
		}
		if lo, hi := f.Band(-1, 0.95); !math.IsNaN(lo) || !math.IsNaN(hi) {
			t.Errorf("band at -1: %g to %g", lo, hi)
		}
	}
}
