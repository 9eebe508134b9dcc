package pharm

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// R's profile intervals of Puromycin, whose spline through a few points of the profile is
// off by up to 2.5e-4: R's own sum of squares, solved by uniroot, has the ends here.
func TestProfileR(t *testing.T) {
	type cells struct {
		Conc, Rate []float64
		Fit        struct {
			Profile95 struct{ Vm, K [2]float64 }
		}
	}
	var g struct {
		Puromycin struct{ Treated, Untreated cells }
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	for _, c := range []cells{g.Puromycin.Treated, g.Puromycin.Untreated} {
		f, err := FitSaturation(c.Conc, c.Rate, SaturationOptions{Specific: true})
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Profile(0.95)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range [][2]float64{c.Fit.Profile95.Vm, c.Fit.Profile95.K} {
			for e, w := range want {
				got := p.Cols[2+e].Num[k]
				near(t, "end", got, w, 3e-4)
				// The sum of squares there, the other parameter by linear or fine search.
				best := math.Inf(1)
				for i := range 40001 {
					q := append([]float64(nil), f.Estimate...)
					q[k] = got
					q[1-k] *= 0.5 + 1.2*float64(i)/40000
					sum := 0.0
					for j, x := range c.Conc {
						r := c.Rate[j] - f.at(q, x)
						sum += r * r
					}
					best = math.Min(best, sum)
				}
				q := studentQuantile(0.975, f.DF)
				near(t, "RSS", best, f.RSS*(1+q*q/float64(f.DF)), 1e-7)
			}
		}
	}
}

// R's profile of ryegrass by LL.4 needs no more than the golden fit: the ends are where
// the sum of squares is that of the level, and hold the estimates.
func TestDoseProfile(t *testing.T) {
	var g struct {
		Ryegrass struct {
			Data []struct{ Rootl, Conc float64 }
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	var x, y []float64
	for _, d := range g.Ryegrass.Data {
		x, y = append(x, d.Conc), append(y, d.Rootl)
	}
	f, err := FitDoseResponse(x, y, NewDoseResponse())
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Profile(0.95)
	if err != nil {
		t.Fatal(err)
	}
	q := studentQuantile(0.975, f.DF)
	for e := range 2 { // of Top, which may also be fixed
		o := NewDoseResponse()
		o.FixTop, o.Top = true, p.Cols[2+e].Num[1]
		fixed, err := FitDoseResponse(x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "RSS", fixed.RSS, f.RSS*(1+q*q/float64(f.DF)), 1e-8)
		if own, err := fixed.Profile(0.95); err != nil || own.Cols[2].Num[1] != o.Top {
			t.Errorf("%v %v", own, err)
		}
	}
}
