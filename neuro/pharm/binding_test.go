package pharm

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// near fails unless got is want within tol of it, and of 1e-12.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Abs(want)+1e-12*tol) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

func TestBindingReference(t *testing.T) {
	var g struct {
		Cheng_prusoff struct{ IC50, L, Kd, Ki, IC50_func, A, EC50, N, Kb_leff_dougall float64 }
		Binding       struct {
			Sat struct {
				L, Total     []float64
				Bmax, Kd, NS float64
			}
			Depletion struct {
				L, Bound []float64
				Rt, Kd   float64
			}
			Assoc struct {
				Kon, Koff, L float64
				T, Frac      []float64
			}
			Dissoc struct {
				Koff    float64
				T, Frac []float64
			}
		}
		Motulsky_mahan struct {
			L, I, K1, K2, K3, K4 float64
			T, Frac              []float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	const tol = 1e-9
	c := g.Cheng_prusoff
	near(t, "Ki", ChengPrusoff(c.IC50, c.L, c.Kd), c.Ki, tol)
	near(t, "KB", LeffDougall(c.IC50_func, c.A, c.EC50, c.N), c.Kb_leff_dougall, tol)
	for i, l := range g.Binding.Sat.L {
		s := g.Binding.Sat
		near(t, "saturation", Bound(l, s.Bmax, s.Kd, s.NS), s.Total[i], tol)
	}
	for i, l := range g.Binding.Depletion.L {
		s := g.Binding.Depletion
		near(t, "depletion", BoundDepleted(l, s.Rt, s.Kd), s.Bound[i], tol)
	}
	for i, x := range g.Binding.Assoc.T {
		s := g.Binding.Assoc
		near(t, "association", Association(x, s.L, s.Kon, s.Koff), s.Frac[i], tol)
		near(t, "dissociation", Dissociation(x, g.Binding.Dissoc.Koff), g.Binding.Dissoc.Frac[i], tol)
	}
	m := g.Motulsky_mahan
	for i, x := range m.T {
		near(t, "competition", CompetitiveAssociation(x, m.L, m.I, Rates{m.K1, m.K2}, Rates{m.K3, m.K4}), m.Frac[i], tol)
	}
}

// The laws of mass action hold at the values, and limits and bad values are as documented.
func TestBinding(t *testing.T) {
	for _, v := range [][3]float64{{1, 2, 0.5}, {1e-12, 1, 1e-3}, {5, 1e-9, 0.1}, {1e3, 3, 1e-2}} {
		l, r, kd := v[0], v[1], v[2]
		b := BoundDepleted(l, r, kd)
		near(t, "(L-B)(R-B)/B", (l-b)*(r-b)/b, kd, 1e-6)
	}
	near(t, "little receptor", BoundDepleted(3, 1e-12, 2)/1e-12, Bound(3, 1, 2, 0), 1e-9)
	near(t, "early association", Association(1e-9, 2, 3, 4), 6e-9, 1e-7)
	near(t, "late association", Association(1e3, 2, 3, 6), 0.5, 1e-12)
	lig, comp := Rates{1, 0.5}, Rates{2, 0.3}
	near(t, "late competition", CompetitiveAssociation(1e4, 2, 3, lig, comp), 4/(1+4+20.0), 1e-12)
	near(t, "without competitor", CompetitiveAssociation(0.7, 2, 0, lig, comp), Association(0.7, 2, 1, 0.5), 1e-12)
	near(t, "at once", CompetitiveAssociation(0, 2, 3, lig, comp), 0, 1e-12)
	// Both rates the same: the middle of neighbours on both sides.
	near(t, "double rate", CompetitiveAssociation(0.8, 1, 1e-22, Rates{1, 1}, Rates{1e3, 2}), Association(0.8, 1, 1, 1), 1e-7)
	near(t, "Kd", lig.Kd(), 0.5, 1e-15)
	near(t, "Leff and Dougall for n = 1", LeffDougall(7, 3, 2, 1), ChengPrusoff(7, 3, 2), 1e-12)
	nan := math.NaN()
	for i, v := range []float64{Bound(-1, 1, 1, 0), Bound(1, 1, 0, 0), BoundDepleted(nan, 1, 1), BoundDepleted(1, -1, 1), ChengPrusoff(0, 1, 1),
		ChengPrusoff(1, nan, 1), LeffDougall(1, 0, 1, 1), Association(-1, 1, 1, 1), Association(1, 1, 0, 0), Dissociation(nan, 1), Dissociation(1, -1),
		CompetitiveAssociation(1, 1, 1, Rates{}, comp), Occupancy(0, 1)} {
		if !math.IsNaN(v) {
			t.Errorf("bad value %d gives %g", i, v)
		}
	}
}

// R's nls on Puromycin: a saturation curve without nonspecific binding. nls stops
// at a relative offset of 1e-5; the sum of squares here is not larger.
func TestFitSaturationPuromycin(t *testing.T) {
	type set struct {
		Conc, Rate []float64
		Fit        struct {
			Est, Se    struct{ Vm, K float64 }
			Sigma, RSS float64
			DF         int
		}
	}
	var g struct {
		Puromycin struct{ Treated, Untreated set }
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	for _, s := range []set{g.Puromycin.Treated, g.Puromycin.Untreated} {
		f, err := FitSaturation(s.Conc, s.Rate, SaturationOptions{Specific: true})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Bmax", f.Bmax, s.Fit.Est.Vm, 1e-5)
		near(t, "Kd", f.Kd, s.Fit.Est.K, 1e-5)
		near(t, "SE of Bmax", f.SE[0], s.Fit.Se.Vm, 1e-5)
		near(t, "SE of Kd", f.SE[1], s.Fit.Se.K, 1e-5)
		near(t, "sigma", f.Sigma, s.Fit.Sigma, 1e-8)
		if f.DF != s.Fit.DF || f.RSS > s.Fit.RSS*(1+1e-10) {
			t.Errorf("DF %d, RSS %.12g; want %d, %.12g", f.DF, f.RSS, s.Fit.DF, s.Fit.RSS)
		}
	}
}

// Fits return the parameters of exact curves.
func TestFitBinding(t *testing.T) {
	l := []float64{0, 0.1, 0.3, 1, 3, 10, 30}
	curve := func(x []float64, f func(float64) float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = f(v)
		}
		return y
	}
	for _, kd := range []float64{0.2, 0.8, 4} {
		f, err := FitSaturation(l, curve(l, func(x float64) float64 { return Bound(x, 120, kd, 2.5) }), NewSaturation())
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Bmax", f.Bmax, 120, 1e-6)
		near(t, "Kd", f.Kd, kd, 1e-6)
		near(t, "NS", f.NS, 2.5, 1e-6)
		near(t, "At", f.At(2), Bound(2, 120, kd, 2.5), 1e-6)
		f, err = FitSaturation(l, curve(l, func(x float64) float64 { return BoundDepleted(x, 2, kd) }), SaturationOptions{Specific: true, Depletion: true, LigandUnit: "nM", Unit: "nM"})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Bmax with depletion", f.Bmax, 2, 1e-6)
		near(t, "Kd with depletion", f.Kd, kd, 1e-6)
		if s := f.String(); !strings.Contains(s, "Bmax 2 ±") || len(f.Table().Cols) != 6 || f.Show().Data == nil {
			t.Error(s)
		}
	}
	c, err := FitCompetition(l, curve(l, func(x float64) float64 { return 10 + 90/(1+x/(0.5*(1+2/0.8))) }), 2, 0.8, NewDoseResponse())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Ki", c.Ki, 0.5, 1e-6)
	if !strings.Contains(c.String(), "Ki 0.5 ±") || !strings.Contains(c.Show().Text(), "Ki 0.5 ±") {
		t.Error(c)
	}
	x := []float64{0, 1, 2, 5, 10, 20, 40}
	for _, k := range []float64{0.03, 0.2, 1} {
		a, err := FitAssociation(x, curve(x, func(t float64) float64 { return 50 * (1 - math.Exp(-k*t)) }), "min", "")
		if err != nil {
			t.Fatal(err)
		}
		near(t, "kobs", a.Rate, k, 1e-6)
		d, err := FitDissociation(x, curve(x, func(t float64) float64 { return 5 + 50*math.Exp(-k*t) }), "min", "")
		if err != nil {
			t.Fatal(err)
		}
		near(t, "koff", d.Rate, k, 1e-6)
		near(t, "half-life", d.HalfLife, math.Ln2/k, 1e-6)
		near(t, "NS", d.Estimate[2], 5, 1e-6)
	}
	o, err := FitOccupancy([]float64{1, 2, 4, 8}, []float64{25, 40, 400.0 / 7, 800.0 / 11}, 0, "mg", "%")
	if err != nil {
		t.Fatal(err)
	}
	near(t, "EC50", o.Estimate[0], 3, 1e-6)
	near(t, "OccMax", o.Estimate[1], 100, 1e-6)
	o, err = FitOccupancy([]float64{1, 2}, []float64{0.25, 0.4}, 1, "mg", "")
	if err != nil || len(o.Estimate) != 1 {
		t.Fatal(o, err)
	}
	near(t, "EC50 with a fixed maximum", o.Estimate[0], 3, 1e-6)
}

func TestFitBindingErrors(t *testing.T) {
	l, flat := []float64{1, 2, 3, 4, 5}, []float64{2, 2, 2, 2, 2}
	nan := math.NaN()
	for name, f := range map[string]func() error{
		"length":    func() error { _, err := FitSaturation(l, flat[1:], NewSaturation()); return err },
		"few":       func() error { _, err := FitSaturation(l[:3], flat[:3], NewSaturation()); return err },
		"different": func() error { _, err := FitSaturation(flat, l, NewSaturation()); return err },
		"negative":  func() error { _, err := FitSaturation([]float64{-1, 1, 2, 3}, l[:4], NewSaturation()); return err },
		"NaN":       func() error { _, err := FitSaturation(l, []float64{1, 2, nan, 3, 4}, NewSaturation()); return err },
		"no binding": func() error {
			_, err := FitSaturation(l, make([]float64, 5), NewSaturation())
			return err
		},
		"line": func() error { _, err := FitSaturation(l, l, NewSaturation()); return err },
		"rises": func() error {
			_, err := FitCompetition([]float64{0, 1, 2, 4, 8, 99}, []float64{1, 2, 3, 4, 5, 6}, 1, 1, NewDoseResponse())
			return err
		},
		"no kd":   func() error { _, err := FitCompetition(l, flat, 1, 0, NewDoseResponse()); return err },
		"time":    func() error { _, err := FitAssociation([]float64{0, 1}, []float64{0, 1}, "", ""); return err },
		"nothing": func() error { _, err := FitDissociation(l, make([]float64, 5), "", ""); return err },
		"max":     func() error { _, err := FitOccupancy(l, flat, nan, "", ""); return err },
		"regions": func() error { _, err := FitLassen([]float64{1}, []float64{1}); return err },
		"volume":  func() error { _, err := FitLassen([]float64{1, 0}, []float64{1, 1}); return err },
		"slope":   func() error { _, err := FitLassen([]float64{2, 2}, []float64{1, 1.5}); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "pharm: Fit") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLassen(t *testing.T) {
	var g struct {
		Lassen_noisy struct {
			VT_base, VT_drug       []float64
			Occ, VND, SE_slope, R2 float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	n := g.Lassen_noisy
	l, err := FitLassen(n.VT_base, n.VT_drug)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "occupancy", l.Occupancy, n.Occ, 1e-9)
	near(t, "VND", l.VND, n.VND, 1e-9)
	near(t, "SE", l.SE, n.SE_slope, 1e-9)
	near(t, "R²", l.R2, n.R2, 1e-9)
}

// Regions of occupancy 0.65 and VND 0.8 by hand; two regions have no error.
func TestLassenExact(t *testing.T) {
	base := []float64{1.2, 2.5, 4, 6.5, 9}
	var drug []float64
	for _, v := range base {
		drug = append(drug, v-0.65*(v-0.8))
	}
	for n := 2; n <= len(base); n++ {
		l, err := FitLassen(base[:n], drug[:n])
		if err != nil {
			t.Fatal(err)
		}
		near(t, "occupancy", l.Occupancy, 0.65, 1e-12)
		near(t, "VND", l.VND, 0.8, 1e-12)
		if math.IsNaN(l.SE) != (n == 2) || l.Show().Data == nil || len(l.Table().Cols[0].Num) != n {
			t.Errorf("%d regions: SE %g", n, l.SE)
		}
	}
	near(t, "occupancy", Occupancy(2.4, 0.9), 0.625, 1e-15)
}
