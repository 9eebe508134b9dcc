package behavior

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestFitDDMPeer: on the data of testdata/behavior/ddmfit.R the likelihood is at
// least that of the peer's search with rtdists' densities.
func TestFitDDMPeer(t *testing.T) {
	var g []struct {
		RT     []float64
		Upper  []bool
		Full   bool
		Par    []float64
		LogLik float64
	}
	golden.JSON(t, "../../testdata/behavior/ddmfit.json", &g)
	for k, e := range g {
		if testing.Short() && k != 1 && k != 3 {
			continue
		}
		f, err := FitDDM(e.RT, e.Upper, DDMFitOptions{SV: e.Full, SZ: e.Full, ST0: e.Full, Wald: true})
		if err != nil || !f.Converged {
			t.Fatalf("set %d: %v, %v", k, err, f)
		}
		peer := DDM{A: e.Par[0], V: e.Par[1], T0: e.Par[2], Z: e.Par[3], S: 1}
		if e.Full {
			peer.SV, peer.SZ, peer.ST0 = e.Par[4], e.Par[5], e.Par[6]
			peer.T0 += peer.ST0 / 2
		}
		theirs := peer.LogLikelihood(e.RT, e.Upper)
		t.Logf("set %d: %.4f, the peer's parameters %.4f (by its own densities %.4f)", k, f.LogLik, theirs, e.LogLik)
		if f.LogLik < theirs-1e-6 {
			t.Errorf("set %d: log likelihood %.6f, the peer's parameters have %.6f", k, f.LogLik, theirs)
		}
		if !e.Full {
			for i, p := range []float64{f.Model.A, f.Model.V, f.Model.T0, f.Model.Z} {
				within(t, "estimate", p, e.Par[i], 2e-4)
			}
			within(t, "likelihood", f.LogLik, e.LogLik, 1e-5)
		}
	}
}

// simulateBy joins trials of several drifts, with a label of each.
func simulateBy(t *testing.T, d DDM, n int, drifts ...float64) (rt []float64, upper []bool, label []string, drift []float64) {
	t.Helper()
	for k, v := range drifts {
		d.V = v
		r, err := d.Simulate(n, 0.002, uint64(100+k))
		if err != nil {
			t.Fatal(err)
		}
		rt, upper = append(rt, r.RT...), append(upper, r.Upper...)
		for range n {
			label, drift = append(label, fmt.Sprint(v)), append(drift, v)
		}
	}
	return rt, upper, label, drift
}

func TestFitDDMConditions(t *testing.T) {
	truth := DDM{A: 1.4, T0: 0.3, Z: 0.5, S: 1}
	rt, upper, label, drift := simulateBy(t, truth, 300, 10, 0, 2)
	f, err := FitDDM(rt, upper, DDMFitOptions{By: map[string][]string{"V": label}})
	if err != nil || !f.Converged {
		t.Fatal(err, f)
	}
	if len(f.Conditions) != 3 || f.Conditions[2].Label != "10" || f.Conditions[0].Trials != 300 {
		t.Fatalf("conditions %+v", f.Conditions)
	}
	// Numbers are in their order, and each drift has its own trials.
	names := ""
	for _, p := range f.Params {
		names += p.Name + " "
		want := map[string]float64{"A": 1.4, "V[0]": 0, "V[2]": 2, "V[10]": 10, "T0": 0.3, "Z": 0.5}[p.Name]
		if math.Abs(p.Value-want) > 3.5*p.SE || !(p.Lo < p.Value && p.Value < p.Hi) {
			t.Errorf("%+v, want %g", p, want)
		}
	}
	if names != "A V[0] V[2] V[10] T0 Z " {
		t.Errorf("parameters %s", names)
	}
	sum := 0.0
	for i := range rt {
		for _, c := range f.Conditions {
			if c.Label == label[i] {
				sum += c.Model.LogPDF(rt[i], upper[i])
			}
		}
	}
	within(t, "likelihood", f.LogLik, sum, 1e-8*math.Abs(sum))
	// One drift for each unit of strength.
	g, err := FitDDM(rt, upper, DDMFitOptions{Strength: drift, Unbiased: true})
	if err != nil || !g.Converged {
		t.Fatal(err, g)
	}
	within(t, "drift per strength", g.Model.V, 1, 4*g.SE.V)
	if !(g.SE.V < 0.05) || !(g.AIC < f.AIC+10) {
		t.Errorf("V %g ± %g, AIC %g, by condition %g", g.Model.V, g.SE.V, g.AIC, f.AIC)
	}
	// Both boundaries and drifts in another scheme.
	two := make([]string, len(rt))
	for i := range two {
		two[i] = []string{"speed", "accuracy"}[i%2]
	}
	h, err := FitDDM(rt, upper, DDMFitOptions{By: map[string][]string{"V": label, "A": two}, Wald: true})
	if err != nil || !h.Converged || len(h.Conditions) != 6 || len(h.Params) != 7 || h.LogLik < f.LogLik-1e-6 {
		t.Errorf("%v %v", err, h)
	}
	if text := h.String(); !strings.Contains(text, "A[accuracy]") || h.Conditions[0].Label != "accuracy, 0" {
		t.Errorf("%s, first condition %q", text, h.Conditions[0].Label)
	}
}

func TestFitDDMOutliers(t *testing.T) {
	truth := DDM{A: 1.3, V: 1.1, T0: 0.3, Z: 0.5, S: 1}
	s, err := truth.Simulate(600, 0.002, 4)
	if err != nil {
		t.Fatal(err)
	}
	clean, err := FitDDM(s.RT, s.Upper, DDMFitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 24 { // uniform from 0.05 to 3 s
		s.RT[25*i], s.Upper[25*i] = 0.05+float64(i)*2.95/23, i%2 == 0
	}
	plain, err := FitDDM(s.RT, s.Upper, DDMFitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{Outliers: -1})
	if err != nil || !f.Converged {
		t.Fatal(err, f)
	}
	p := f.Params[len(f.Params)-1]
	if p.Name != "outliers" || !(p.Lo < 0.04 && 0.04 < p.Hi) || f.Outliers != p.Value {
		t.Errorf("%+v", p)
	}
	if math.Abs(f.Model.T0-clean.Model.T0) > 0.02 || math.Abs(plain.Model.T0-clean.Model.T0) < 0.1 {
		t.Errorf("T0 %g with outliers in the model, %g without, %g of clean data", f.Model.T0, plain.Model.T0, clean.Model.T0)
	}
	held, err := FitDDM(s.RT, s.Upper, DDMFitOptions{Outliers: p.Value})
	if err != nil || math.Abs(held.LogLik-f.LogLik) > 1e-4 || held.Outliers != p.Value {
		t.Errorf("%v: likelihood %g with the probability held, %g", err, held.LogLik, f.LogLik)
	}
	// The densities with outliers have integral 1.
	sum := 0.0
	for i := range 6000 {
		x := (float64(i) + 0.5) * 1e-3
		sum += (f.density(x, true) + f.density(x, false)) * 1e-3
	}
	within(t, "integral", sum, 1, 2e-3)
}

// TestFitDDMVariability: a variability of 0 is said to be at its bound, with an
// upper limit; one that is there is found.
func TestFitDDMVariability(t *testing.T) {
	s, err := DDM{A: 1.3, V: 1.5, T0: 0.3, Z: 0.5, S: 1, SV: 1.2}.Simulate(1500, 0.002, 8)
	if err != nil {
		t.Fatal(err)
	}
	f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{SV: true})
	if err != nil || !f.Converged {
		t.Fatal(err, f)
	}
	if !(f.Lo.SV < 1.2 && 1.2 < f.Hi.SV && f.Lo.SV > 0) {
		t.Errorf("SV %g, limits %g and %g", f.Model.SV, f.Lo.SV, f.Hi.SV)
	}
	// The limits are where the likelihood has fallen by half of χ²'s quantile.
	at := f.Model
	at.SV = f.Hi.SV
	if fall := f.LogLik - at.LogLikelihood(s.RT, s.Upper); fall < 1.92 {
		t.Errorf("beyond SV's upper limit the likelihood, not maximised again, fell by %g", fall)
	}
	for seed := range uint64(6) {
		s, err := DDM{A: 1.3, V: 1.5, T0: 0.3, Z: 0.5, S: 1}.Simulate(200, 0.002, seed)
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{SV: true, Unbiased: true})
		if err != nil || !f.Converged {
			t.Fatal(err, f)
		}
		if f.Model.SV < 1e-2 {
			if !strings.Contains(f.String(), "SV is 0, its bound") || !math.IsNaN(f.SE.SV) || f.Lo.SV != 0 || !(f.Hi.SV > 0.1 && f.Hi.SV < 4) {
				t.Errorf("%v, limits %g and %g", f, f.Lo.SV, f.Hi.SV)
			}
			return
		}
	}
	t.Error("none of six data sets without SV was fitted by SV 0")
}

func TestFitDDMOneBoundary(t *testing.T) {
	s, err := DDM{A: 2, V: 4, T0: 0.3, Z: 0.5, S: 1}.Simulate(200, 0.002, 1)
	if err != nil {
		t.Fatal(err)
	}
	f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{})
	if err != nil || !f.Converged || f.Model.Z != 0.5 || !strings.Contains(f.String(), "all 200 responses are at one boundary") {
		t.Errorf("%v %v", err, f)
	}
	label := make([]string, 200)
	for i := range label {
		label[i] = []string{"all", "some"}[i%2]
		s.Upper[i] = s.Upper[i] && (i%2 == 0 || i%14 != 1)
	}
	f, err = FitDDM(s.RT, s.Upper, DDMFitOptions{By: map[string][]string{"Z": label}})
	if err != nil || f.Conditions[0].Model.Z != 0.5 || f.Conditions[1].Model.Z == 0.5 || !strings.Contains(f.String(), "all 100 responses of condition all are at one boundary") {
		t.Errorf("%v %v", err, f)
	}
	// Simulated data of wide ranges all converge.
	for k := range 60 {
		at := float64(k) + 0.5
		frac := func(x float64) float64 { return x - math.Floor(x) }
		d := DDM{A: 0.8 + 1.7*frac(at*0.61), V: -4 + 8*frac(at*0.37), T0: 0.3, Z: 0.3 + 0.4*frac(at*0.71), S: 1}
		r, err := d.Simulate(10+5*k, 0.002, uint64(k))
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitDDM(r.RT, r.Upper, DDMFitOptions{Wald: true})
		if err != nil || !f.Converged {
			t.Errorf("set %d, %v: %v %v", k, d, err, f)
		}
	}
}

// TestFitDDMBad: odd data are refused with what is odd about them.
func TestFitDDMBad(t *testing.T) {
	rt := []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4}
	up := make([]bool, 10)
	for want, c := range map[string]func() error{
		"rt has 0 times":         func() error { _, err := FitDDM(nil, nil, DDMFitOptions{}); return err },
		"rt has 1 times":         func() error { _, err := FitDDM(rt[:1], up[:1], DDMFitOptions{}); return err },
		"Outliers is 1":          func() error { _, err := FitDDM(rt, up, DDMFitOptions{Outliers: 1}); return err },
		"Strength has 2":         func() error { _, err := FitDDM(rt, up, DDMFitOptions{Strength: rt[:2]}); return err },
		"By[\"V\"] has 1":        func() error { _, err := FitDDM(rt, up, DDMFitOptions{By: map[string][]string{"V": {"a"}}}); return err },
		"By has \"v\"; its keys": func() error { _, err := FitDDM(rt, up, DDMFitOptions{By: map[string][]string{"v": {"a"}}}); return err },
		"By has SV, which is held": func() error {
			_, err := FitDDM(rt, up, DDMFitOptions{By: map[string][]string{"SV": make([]string, 10)}})
			return err
		},
		"Strength[1] is NaN": func() error {
			s := make([]float64, 10)
			s[1] = math.NaN()
			_, err := FitDDM(rt, up, DDMFitOptions{Strength: s})
			return err
		},
		"all 10 times are 0.5 s": func() error {
			_, err := FitDDM([]float64{.5, .5, .5, .5, .5, .5, .5, .5, .5, .5}, up, DDMFitOptions{})
			return err
		},
		"rt[9] is a time of -2 s": func() error {
			r := append([]float64{}, rt...)
			r[9] = -2
			_, err := FitDDM(r, up, DDMFitOptions{})
			return err
		},
	} {
		if err := c(); err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "FitDDM") != 1 {
			t.Errorf("%q: %v", want, err)
		}
	}
	// Two different times are enough to end at something that says what it is.
	for i := range rt {
		rt[i] = 0.5 + 0.1*float64(i%2)
	}
	if f, err := FitDDM(rt, up, DDMFitOptions{}); err != nil || len(f.Notes) == 0 {
		t.Errorf("%v %v", err, f)
	}
}
