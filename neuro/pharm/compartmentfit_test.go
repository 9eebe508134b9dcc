package pharm

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// R's fits of every subject of Theoph by one compartment with absorption, and of
// one of Indometh by two.
func TestFitCompartmentsR(t *testing.T) {
	type subject struct {
		Dose       float64
		Time, Conc []float64
	}
	var g struct {
		Theoph struct {
			Subjects map[string]subject
			NlsList  map[string]struct{ LKe, LKa, LCl float64 }
		}
		Indometh struct {
			Subjects map[string]subject
			Nls_s1   struct {
				Est        struct{ A1, Lrc1, A2, Lrc2 float64 }
				Sigma, RSS float64
			}
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	if len(g.Theoph.NlsList) != 12 {
		t.Fatalf("%d subjects", len(g.Theoph.NlsList))
	}
	for id, want := range g.Theoph.NlsList {
		s := g.Theoph.Subjects[id]
		f, err := FitCompartments(s.Time, s.Conc, 1, []Dose{{Amount: s.Dose, Oral: true}}, "h", "mg/L")
		if err != nil {
			t.Fatal(id, err)
		}
		// R's stop at a relative offset of 1e-5: the sum of squares tells.
		ke, ka, cl := math.Exp(want.LKe), math.Exp(want.LKa), math.Exp(want.LCl)
		near(t, id+": CL", f.CL, cl, 1e-4)
		near(t, id+": V", f.V, cl/ke, 1e-4)
		near(t, id+": Ka", f.Ka, ka, 1e-4)
		r, err := Compartments{CL: cl, V: cl / ke, Ka: ka}.Concentration(s.Time, Dose{Amount: s.Dose, Oral: true})
		if err != nil {
			t.Fatal(err)
		}
		rss := 0.0
		for i, v := range r.C {
			rss += (v - s.Conc[i]) * (v - s.Conc[i])
		}
		if f.RSS > rss*(1+1e-12) {
			t.Errorf("%s: RSS %.15g, R's %.15g", id, f.RSS, rss)
		}
	}
	s, want := g.Indometh.Subjects["1"], g.Indometh.Nls_s1
	f, err := FitCompartments(s.Time, s.Conc, 2, []Dose{{Amount: 25}}, "h", "mg/L")
	if err != nil {
		t.Fatal(err)
	}
	rate, share := f.modes()
	near(t, "A1", 25*share[0], want.Est.A1, 1e-5)
	near(t, "A2", 25*share[1], want.Est.A2, 1e-5)
	near(t, "α", rate[0], math.Exp(want.Est.Lrc1), 1e-5)
	near(t, "β", rate[1], math.Exp(want.Est.Lrc2), 1e-5)
	near(t, "sigma", f.Sigma, want.Sigma, 1e-8)
}

// Exact curves give their parameters, after every kind of dose.
func TestFitCompartments(t *testing.T) {
	times := []float64{0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24}
	for _, m := range []Compartments{{CL: 5, V: 50}, {CL: 2, V: 10}, {CL: 5, V: 20, Q2: 8, V2: 60}} {
		for _, doses := range [][]Dose{{{Amount: 100}}, {{Amount: 100, Duration: 1.2}}, {{Amount: 100, Oral: true}}, {{Amount: 60, Every: 7, Count: 3}}} {
			if doses[0].Oral {
				m.Ka = 3
			}
			r, err := m.Concentration(times, doses...)
			if err != nil {
				t.Fatal(err)
			}
			n := 1
			if m.Q2 > 0 {
				n = 2
			}
			f, err := FitCompartments(times, r.C, n, doses, "h", "mg/L")
			if err != nil {
				t.Fatalf("%+v %+v: %v", m, doses, err)
			}
			for i, want := range []float64{m.CL, m.V, m.Q2, m.V2, m.Ka} {
				near(t, "parameter", []float64{f.CL, f.V, f.Q2, f.V2, f.Ka}[i], want, 1e-5)
			}
			if !strings.Contains(f.String(), "CL") || f.Show().Data == nil {
				t.Error(f)
			}
			m.Ka = 0
		}
	}
	y := make([]float64, len(times))
	iv := []Dose{{Amount: 1}}
	for i, f := range []func() error{
		func() error { _, err := FitCompartments(times, y, 1, iv, "", ""); return err },
		func() error { _, err := FitCompartments(times, times, 4, iv, "", ""); return err },
		func() error { _, err := FitCompartments(times, times, 1, nil, "", ""); return err },
		func() error { _, err := FitCompartments(times, times[1:], 1, iv, "", ""); return err },
		func() error { _, err := FitCompartments(times[:2], times[:2], 1, iv, "", ""); return err },
		func() error { _, err := FitCompartments(times, times, 1, []Dose{{Amount: -1}}, "", ""); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "pharm: FitCompartments: ") {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// R's weighted fits of one subject of Indometh by two compartments.
func TestFitCompartmentsWeights(t *testing.T) {
	var g struct {
		Indometh struct {
			Subjects map[string]struct{ Time, Conc []float64 }
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	var peer struct{ Indometh0, Indometh1, Indometh2 nlsFit }
	golden.JSON(t, "testdata/global.json", &peer)
	s := g.Indometh.Subjects["1"]
	for _, c := range []struct {
		weights string
		want    nlsFit
	}{{"", peer.Indometh0}, {"1/y", peer.Indometh1}, {"1/y2", peer.Indometh2}} {
		f, err := FitCompartmentsBy(s.Time, s.Conc, []Dose{{Amount: 25}}, CompartmentOptions{Compartments: 2, Weights: c.weights})
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.weights+": RSS", f.RSS, c.want.RSS, 1e-8)
		for i, v := range c.want.Estimate {
			near(t, f.Names[i], f.Estimate[i], math.Exp(v), 2e-5)
			near(t, f.Names[i]+": SE", f.SE[i], math.Exp(v)*c.want.SE[i], 1e-3)
		}
	}
	f, err := FitCompartmentsBy(s.Time, s.Conc, []Dose{{Amount: 25}}, CompartmentOptions{Compartments: 2, Weights: "proportional"})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range f.X { // the weights are those of the curve
		near(t, "weight", f.W[i]*f.At(x)*f.At(x), 1, 1e-8)
	}
	if p, err := f.Profile(0.9); err != nil || !(p.Cols[2].Num[0] < f.CL && f.CL < p.Cols[3].Num[0]) {
		t.Errorf("%v %v", p, err)
	}
	if _, err := FitCompartmentsBy([]float64{0, 1, 2, 3}, []float64{0, 3, 2, 1}, []Dose{{Amount: 1}}, CompartmentOptions{Weights: "1/y2"}); err == nil || !strings.Contains(err.Error(), "above 0") {
		t.Error(err)
	}
}

// Three compartments and saturable elimination come back from exact curves.
func TestFitCompartmentsBy(t *testing.T) {
	times := []float64{0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72}
	for _, c := range []struct {
		m    Compartments
		dose Dose
		o    CompartmentOptions
	}{
		{Compartments{CL: 5, V: 10, Q2: 15, V2: 20, Q3: 2, V3: 60}, Dose{Amount: 100}, CompartmentOptions{Compartments: 3}},
		{Compartments{CL: 4, V: 12, Q2: 20, V2: 15, Q3: 3, V3: 40}, Dose{Amount: 100}, CompartmentOptions{Compartments: 3}},
		{Compartments{CL: 5, V: 10, Q2: 15, V2: 20, Q3: 2, V3: 60}, Dose{Amount: 100, Duration: 0.5}, CompartmentOptions{Compartments: 3, Weights: "1/y2"}},
		{Compartments{V: 20, Vmax: 10, Km: 1}, Dose{Amount: 200}, CompartmentOptions{Saturable: true}},
		{Compartments{V: 20, Vmax: 10, Km: 1, Ka: 1.5}, Dose{Amount: 200, Oral: true}, CompartmentOptions{Saturable: true}},
		{Compartments{CL: 2, V: 20, Vmax: 10, Km: 1}, Dose{Amount: 600}, CompartmentOptions{Both: true, Weights: "1/y"}},
	} {
		times := times
		if c.o.Both { // while there is something left to measure
			times = times[:12]
		}
		r, err := c.m.Concentration(times, c.dose)
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitCompartmentsBy(times, r.C, []Dose{c.dose}, c.o)
		if err != nil {
			t.Fatal(c.m, err)
		}
		for i, at := range c.m.fields(f.Names) {
			near(t, f.Model+": "+f.Names[i], f.Estimate[i], *at, 1e-4)
		}
		if f.Compartments.V != f.Estimate[slices.Index(f.Names, "V")] {
			t.Error(f.Compartments)
		}
	}
}

// Units of volumes and clearances follow those of doses and concentrations.
func TestKineticUnits(t *testing.T) {
	names := []string{"CL", "V", "Q2", "Ka", "Vmax", "Km", "ω CL"}
	for _, c := range []struct {
		dose, c, t string
		want       []string
	}{
		{"", "mg/L", "h", []string{"dose/(mg/L h)", "dose/(mg/L)", "dose/(mg/L h)", "1/h", "dose/h", "mg/L", ""}},
		{"mg", "mg/L", "h", []string{"L/h", "L", "L/h", "1/h", "mg/h", "mg/L", ""}},
		{"mg/kg", "mg/L", "min", []string{"L/min/kg", "L/kg", "L/min/kg", "1/min", "mg/kg/min", "mg/L", ""}},
		{"mg", "ng/mL", "h", []string{"mg/(ng/mL h)", "mg/(ng/mL)", "mg/(ng/mL h)", "1/h", "mg/h", "ng/mL", ""}},
		{"mg", "uM", "h", []string{"mg/(uM h)", "mg/(uM)", "mg/(uM h)", "1/h", "mg/h", "uM", ""}},
		{"mg", "", "h", []string{"", "", "", "1/h", "mg/h", "", ""}},
		{"mg", "mg/L", "", []string{"", "L", "", "", "", "mg/L", ""}},
		{"", "", "", make([]string, 7)},
	} {
		if got := kineticUnits(names, c.dose, c.c, c.t); !slices.Equal(got, c.want) {
			t.Errorf("%q %q %q: %q, want %q", c.dose, c.c, c.t, got, c.want)
		}
	}
}

// A lag moves oral doses, and only these, in every way of solving; its fit finds it.
func TestLag(t *testing.T) {
	times := []float64{0, 0.2, 0.5, 0.8, 1, 1.5, 2, 4, 6.1, 6.3, 7, 9, 12.2, 13, 16, 24}
	doses := []Dose{{Amount: 100, Oral: true, Every: 6, Count: 3}, {Amount: 20, Time: 1, Duration: 1}}
	m := Compartments{CL: 5, V: 20, Q2: 8, V2: 60, Ka: 2, Lag: 0.35}
	got, err := m.Concentration(times, doses...)
	if err != nil {
		t.Fatal(err)
	}
	later := slices.Clone(doses)
	later[0].Time = 0.35
	plain := m
	plain.Lag = 0
	want, err := plain.Concentration(times, later...)
	if err != nil {
		t.Fatal(err)
	}
	solved, err := m.solve("", times, doses, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want.C {
		near(t, "shifted", got.C[i], v, 1e-14)
		near(t, "solved", solved[i][1]/m.V, v, 1e-8)
	}
	// At steady state the curve is that of the dose before until the lag has passed.
	d := Dose{Amount: 100, Oral: true, Every: 6}
	for _, lag := range []float64{0.35, 6, 7.5} {
		m.Lag = lag
		at := []float64{0, 0.1, 0.35, 1, 5, 6}
		steady, err := m.SteadyState(at, d)
		if err != nil {
			t.Fatal(err)
		}
		many, err := m.Concentration([]float64{1200, 1200.1, 1200.35, 1201, 1205, 1206}, Dose{Amount: 100, Oral: true, Every: 6, Count: 400})
		if err != nil {
			t.Fatal(err)
		}
		for i := range at {
			near(t, "steady state", steady.C[i], many.C[i], 1e-9)
		}
	}
	for _, m := range []Compartments{{CL: 5, V: 20, Ka: 1.4, Lag: 0.35}, {V: 20, Ka: 1.4, Lag: 0.35, Vmax: 30, Km: 2}} {
		c, err := m.Concentration(times, doses[0])
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitCompartmentsBy(times, c.C, doses[:1], CompartmentOptions{Lag: true, Saturable: m.Vmax > 0, TUnit: "h"})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Lag", f.Lag, 0.35, 1e-5)
		near(t, "Ka", f.Ka, 1.4, 1e-5)
		if at := slices.Index(f.Names, "Lag"); f.Units[at] != "h" {
			t.Errorf("the units are %q", f.Units)
		}
	}
	if _, err := FitCompartmentsBy(times, want.C, []Dose{{Amount: 1}}, CompartmentOptions{Lag: true}); err == nil || !strings.Contains(err.Error(), "only oral doses") {
		t.Error(err)
	}
	if _, err := (Compartments{CL: 1, V: 1, Lag: -1}).Concentration(times); err == nil || !strings.Contains(err.Error(), "Lag is -1") {
		t.Error(err)
	}
}
