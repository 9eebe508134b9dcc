package pharm

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// R's five-parameter fit of ryegrass.
func TestAsymmetricRyegrass(t *testing.T) {
	var g struct {
		Ryegrass struct {
			Data []struct{ Rootl, Conc float64 }
			LL5  struct {
				Est, SE    struct{ B, C, D, E, F float64 }
				RSS, Sigma float64
			}
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	var x, y []float64
	for _, r := range g.Ryegrass.Data {
		x, y = append(x, r.Conc), append(y, r.Rootl)
	}
	f, err := FitAsymmetric(x, y, NewDoseResponse())
	if err != nil {
		t.Fatal(err)
	}
	e, s := g.Ryegrass.LL5.Est, g.Ryegrass.LL5.SE
	for k, want := range []float64{e.C, e.D, e.E, -e.B, e.F} {
		near(t, f.Names[k], f.Estimate[k], want, 1e-5)
	}
	for k, want := range []float64{s.C, s.D, s.E, s.B, s.F} {
		near(t, "SE of "+f.Names[k], f.SE[k], want, 1e-5)
	}
	// R's nls with the effective dose in the place of X0.
	for _, c := range [][3]float64{{10, 1.560425686993, 0.232549648863}, {50, 3.023497331893, 0.213869537601}, {90, 7.73159731887, 2.88289226075}} {
		near(t, "ED", f.ED(c[0]), c[1], 1e-5)
		near(t, "SE of ED", f.EDSE(c[0]), c[2], 1e-4)
	}
	if f.RSS > g.Ryegrass.LL5.RSS*(1+1e-9) {
		t.Errorf("RSS %.12g, R's is %.12g", f.RSS, g.Ryegrass.LL5.RSS)
	}
}

// Exact curves give their parameters.
func TestDoseMore(t *testing.T) {
	var x []float64
	for i := range 12 {
		x = append(x, math.Pow(10, float64(i)/2-2))
	}
	x = append(x, 0)
	for _, s := range []float64{0.5, 1, 2.5} {
		for _, n := range []float64{1.3, -1} {
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = 10 + 80*math.Pow(1+math.Pow(4/v, n), -s)
			}
			f, err := FitAsymmetric(x, y, NewDoseResponse())
			if err != nil {
				t.Fatal(err)
			}
			near(t, "S", f.Asymmetry, s, 1e-5)
			near(t, "slope", f.Estimate[3], n, 1e-5)
			near(t, "X0", f.Estimate[2], 4, 1e-5)
			near(t, "at the EC50", f.At(f.EC50), 50, 1e-5)
			done := 10 + 80*0.3
			if n < 0 {
				done = 90 - 80*0.3
			}
			near(t, "at the ED30", f.At(f.ED(30)), done, 1e-5)
			f.Show()
		}
	}
	for _, n := range []float64{1, -1} {
		for _, share := range []float64{0.3, 0.6} {
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = 5 + 100*(Hill(v, share, 0.2, n)+Hill(v, 1-share, 90, n))
			}
			f, err := FitBiphasic(x, y, DoseOptions{DoseUnit: "nM", Unit: "%"})
			if err != nil {
				t.Fatal(err)
			}
			near(t, "low", f.Low, 0.2, 1e-5)
			near(t, "high", f.High, 90, 1e-5)
			near(t, "share", f.Share, share, 1e-5)
			if !strings.Contains(f.String(), "Low 0.2 ±") || f.Show().Data == nil {
				t.Error(f)
			}
		}
	}
	for name, f := range map[string]func() error{
		"few":    func() error { _, err := FitAsymmetric(x[:5], x[:5], NewDoseResponse()); return err },
		"fixed":  func() error { _, err := FitAsymmetric(x, x, DoseOptions{FixTop: true}); return err },
		"flat":   func() error { _, err := FitBiphasic(x, make([]float64, len(x)), NewDoseResponse()); return err },
		"length": func() error { _, err := FitBiphasic(x, x[1:], NewDoseResponse()); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "pharm: Fit") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
