package pharm

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestFlatAndTurning: data without a curve are errors that say what they are.
func TestFlatAndTurning(t *testing.T) {
	dose := []float64{0.1, 0.3, 1, 3, 10, 30, 100, 300}
	flat := []float64{5, 5, 5, 5, 5, 5, 5, 5}
	bell := []float64{5, 10, 40, 80, 95, 70, 30, 10}
	trough := make([]float64, len(bell))
	for i, v := range bell {
		trough[i] = 100 - v
	}
	for _, c := range []struct {
		want string
		err  func() error
	}{
		{"FitDoseResponse: all 8 responses are 5", func() error { _, err := FitDoseResponse(dose, flat, DoseOptions{}); return err }},
		{"FitDoseResponse: all 8 responses are 5", func() error {
			_, err := FitDoseResponse(dose, flat, DoseOptions{FixBottom: true, FixTop: true, Top: 100})
			return err
		}},
		{"mean responses turn back beyond the dose 10", func() error { _, err := FitDoseResponse(dose, bell, DoseOptions{}); return err }},
		{"mean responses turn back beyond the dose 10", func() error { _, err := FitDoseResponse(dose, trough, DoseOptions{}); return err }},
		{"not their logarithms", func() error {
			_, err := FitDoseResponse([]float64{-1, 0, 1, 2, 3}, bell[:5], DoseOptions{})
			return err
		}},
		{"FitAsymmetric: all 8 values of response are 5", func() error { _, err := FitAsymmetric(dose, flat, DoseOptions{}); return err }},
		{"FitAssociation: all 8 values of bound are 5", func() error { _, err := FitAssociation(dose, flat, "min", ""); return err }},
		{"FitDissociation: all 8 values of bound are 5", func() error { _, err := FitDissociation(dose, flat, "min", ""); return err }},
		{"FitSaturation: all 8 values of bound are 5", func() error { _, err := FitSaturation(dose, flat, SaturationOptions{}); return err }},
		{"FitSaturation: bound is nowhere above 0", func() error { _, err := FitSaturation(dose, make([]float64, 8), SaturationOptions{}); return err }},
		{"FitCompartments: all 8 values of c are 5", func() error {
			_, err := FitCompartments(dose, flat, 1, []Dose{{Amount: 100}}, "h", "mg/L")
			return err
		}},
		{"NCA: the concentration does not fall", func() error { _, err := NCA(dose, flat, 100, NCAOptions{}); return err }},
		{"NCA: the concentration does not fall", func() error {
			c := append([]float64{1 / 3.}, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
			_, err := NCA(dose, c, 100, NCAOptions{})
			return err
		}},
	} {
		if err := c.err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
	// A rising curve that cannot be fitted does not turn.
	if _, err := FitDoseResponse(dose, []float64{0, 0, 1, 2, 5, 12, 30, 80}, DoseOptions{}); err == nil || strings.Contains(err.Error(), "turn back") {
		t.Error(err)
	}
	// One occupancy at all doses has an EC50 where the maximum is known.
	if f, err := FitOccupancy([]float64{2, 2}, []float64{50, 50}, 100, "mg", "%"); err != nil || math.Abs(f.Estimate[0]-2) > 1e-9 {
		t.Error(f, err)
	}
}

// TestNCAUnits: the unit of the dose makes litres of what fits together.
func TestNCAUnits(t *testing.T) {
	for _, c := range []struct{ dose, conc, cl, vz string }{
		{"mg", "mg/L", "L/h", "L"},
		{"mg/kg", "mg/L", "L/h/kg", "L/kg"},
		{"µg", "ng/mL", "L/h", "L"},
		{"ug/kg", "ng/mL", "L/h/kg", "L/kg"},
		{"mg", "µg/mL", "L/h", "L"},
		{"ng", "ng/mL", "mL/h", "mL"},
		{"mg", "ng/mL", "mg/(ng/mL h)", "mg/(ng/mL)"},
		{"nmol", "pmol/mL", "L/h", "L"},
		{"", "ng/mL", "dose/(ng/mL h)", "dose/(ng/mL)"},
	} {
		r, err := NCA([]float64{0, 1, 2, 4, 8}, []float64{0, 8, 4, 2, 1}, 100, NCAOptions{TUnit: "h", CUnit: c.conc, DoseUnit: c.dose})
		if err != nil {
			t.Fatal(err)
		}
		tab := r.Table()
		if want := strings.TrimSpace("non-compartmental analysis, dose 100 " + c.dose); tab.Title != want {
			t.Errorf("title %q, want %q", tab.Title, want)
		}
		units := map[string]string{}
		for i, n := range tab.Cols[0].Text {
			units[n] = tab.Cols[2].Text[i]
		}
		if units["CL"] != c.cl || units["Vz"] != c.vz {
			t.Errorf("%s and %s: CL in %q and Vz in %q, want %q and %q", c.dose, c.conc, units["CL"], units["Vz"], c.cl, c.vz)
		}
	}
}

func relative() []Series {
	x := []float64{0, 1, 3, 10, 30, 100, 300}
	return []Series{
		{Name: "tablet", X: x, Y: []float64{4.1, 10.2, 19.4, 45.1, 72.3, 89.7, 93.9}},
		{Name: "capsule", X: x, Y: []float64{5.6, 7.7, 12.9, 24.3, 51.6, 79.2, 91.8}},
	}
}

// TestRatio is held against R 4.2: nls with the logarithm of the ratio as a parameter,
// y ~ b + (t-b)/(1 + exp(s (l + capsule lr - log x))).
func TestRatio(t *testing.T) {
	f, err := FitDoseResponses(relative(), false, GlobalOptions{Shared: []string{"Bottom", "Top", "Slope"}})
	if err != nil {
		t.Fatal(err)
	}
	r, lo, hi, err := f.Ratio("EC50 (capsule)", "EC50 (tablet)", 0.95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio", r, 2.34277663368, 1e-6)
	near(t, "low", lo, 2.16936515924, 1e-5)
	near(t, "high", hi, 2.53005001576, 1e-5)
	back, blo, bhi, err := f.Ratio("EC50 (tablet)", "EC50 (capsule)", 0.95)
	near(t, "inverse ratio", back, 1/r, 1e-12)
	near(t, "inverse low", blo, 1/hi, 1e-12)
	near(t, "inverse high", bhi, 1/lo, 1e-12)
	if err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		a, b  string
		level float64
		want  string
	}{
		{"EC50", "EC50 (tablet)", 0.95, `there is no "EC50"`},
		{"Top", "EC50 (tablet)", 0.95, "Top may be 0 or below"},
		{"EC50 (tablet)", "EC50 (tablet)", 0.95, "both parameters are"},
		{"EC50 (tablet)", "EC50 (capsule)", 95, "level is 95"},
	} {
		if _, _, _, err := f.Ratio(c.a, c.b, c.level); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}

// TestRatioFixed: a parameter that is held has no error of its own.
func TestRatioFixed(t *testing.T) {
	f, err := FitDoseResponses(relative()[:1], false, GlobalOptions{Fixed: map[string]float64{"S": 1}})
	if err != nil {
		t.Fatal(err)
	}
	r, lo, hi, err := f.Ratio("EC50", "S", 0.95)
	if err != nil || fmt.Sprint(r) != fmt.Sprint(f.Estimate[2]) || !(lo < r && r < hi) {
		t.Error(r, lo, hi, err)
	}
}
