package pharm

import (
	"math"
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
		func() error { _, err := FitCompartments(times, times, 3, iv, "", ""); return err },
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
