package stats

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestOmegaAgainstPsych holds omega to the definition on R's likelihood, and to psych, whose rotation
// ends at 1e-5.
func TestOmegaAgainstPsych(t *testing.T) {
	var want []struct {
		Name                                string
		X                                   [][]float64
		Factors                             int
		Loadings, Uniqueness1, General      []float64
		Uniqueness                          []float64
		Total1, Standard1                   float64
		Hierarchical, Total, PsychH, PsychT float64
	}
	golden.JSON(t, golden.Path(t, "stats/omega.json"), &want)
	if len(want) != 6 {
		t.Fatalf("%d tests", len(want))
	}
	for _, c := range want {
		x, err := McDonaldOmega(c.X, OmegaOptions{Draws: -1})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		near(t, c.Name+" omega", x.Total, c.Total1, 1e-6)
		for j, l := range c.Loadings {
			near(t, c.Name+" loading", x.Loadings[j], l, 1e-5)
			near(t, c.Name+" uniqueness", x.Uniqueness[j], c.Uniqueness1[j], 1e-5)
		}
		a, err := CronbachAlpha(c.X)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name+" alpha", x.Alpha, a.Alpha, 1e-12)
		s, err := McDonaldOmega(c.X, OmegaOptions{Draws: -1, Standardized: true})
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name+" omega of standardised items", s.Total, c.Standard1, 1e-6)
		if len(x.Notes) > 0 {
			t.Errorf("%s: %v", c.Name, x.Notes)
		}
		if c.Factors == 1 {
			continue
		}
		h, err := McDonaldOmega(c.X, OmegaOptions{Factors: c.Factors, Draws: -1, Standardized: true})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		near(t, c.Name+" hierarchical", h.Hierarchical, c.Hierarchical, 1e-6)
		near(t, c.Name+" total", h.Total, c.Total, 1e-6)
		near(t, c.Name+" psych's hierarchical", h.Hierarchical, c.PsychH, 1e-5)
		near(t, c.Name+" psych's total", h.Total, c.PsychT, 1e-6)
		for j, g := range c.General {
			near(t, c.Name+" general loading", h.Loadings[j], g, 1e-5)
			near(t, c.Name+" uniqueness", h.Uniqueness[j], c.Uniqueness[j], 1e-5)
		}
	}
}

// TestOmegaIntervals: intervals hold their values, are the same for a seed, and Total is at least Hierarchical.
func TestOmegaIntervals(t *testing.T) {
	var want []struct {
		X       [][]float64
		Factors int
	}
	golden.JSON(t, golden.Path(t, "stats/omega.json"), &want)
	for _, c := range want[1:3] {
		o := OmegaOptions{Factors: c.Factors, Draws: 60, Seed: 5}
		x, err := McDonaldOmega(c.X, o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := McDonaldOmega(c.X, o)
		if err != nil || again.Lo != x.Lo || again.Hi != x.Hi {
			t.Errorf("%v: %g to %g, then %g to %g", err, x.Lo, x.Hi, again.Lo, again.Hi)
		}
		if !(x.Lo < x.Total && x.Total < x.Hi && x.Hi < 1 && x.Hi-x.Lo < 0.5) {
			t.Errorf("omega %g has the interval %g to %g", x.Total, x.Lo, x.Hi)
		}
		if c.Factors > 1 && !(x.HLo < x.Hierarchical && x.Hierarchical < x.HHi && x.Hierarchical < x.Total) {
			t.Errorf("hierarchical omega %g of %g has the interval %g to %g", x.Hierarchical, x.Total, x.HLo, x.HHi)
		}
		if !strings.Contains(x.String(), "alpha = ") || len(x.Table().Cols[0].Num) != x.Items {
			t.Errorf("%s", x)
		}
	}
}

// TestOmegaCases: items that are equally good have alpha for omega, reversed ones are named, and what has
// no answer is refused.
func TestOmegaCases(t *testing.T) {
	equal := [][]float64{}
	for i := range 16 { // a factor of one bit and an error of one bit for each item
		sign := func(b int) float64 { return 1 - 2*float64(i>>b&1) }
		equal = append(equal, []float64{sign(0) + 0.8*sign(1), sign(0) + 0.8*sign(2), sign(0) + 0.8*sign(3)})
	}
	x, err := McDonaldOmega(equal, OmegaOptions{Draws: -1})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "omega of equal items", x.Total, 9/(9+3*0.64), 1e-8)
	near(t, "alpha of equal items", x.Alpha, 9/(9+3*0.64), 1e-12)
	for i := range equal {
		equal[i][1] = 7 - equal[i][1]
	}
	if x, err = McDonaldOmega(equal, OmegaOptions{Draws: -1}); err != nil || len(x.Notes) != 1 || !strings.Contains(x.Notes[0], "item 2 loads negatively") {
		t.Errorf("%v: %v", err, x)
	}
	for _, c := range []struct {
		x    [][]float64
		o    OmegaOptions
		want string
	}{
		{equal[:3], OmegaOptions{}, "3 people for 3 items"},
		{[][]float64{{1, 2}, {2, 1}, {3, 3}, {4, 3}}, OmegaOptions{}, "2 items are too few"},
		{equal, OmegaOptions{Factors: 2}, "may be 1, or 3 and more"},
		{equal, OmegaOptions{Factors: 3}, "too few for 3 factors"},
		{[][]float64{{1, 2, 3}, {2, 1, 3}, {3, 3, 3}, {4, 3, 3}}, OmegaOptions{}, "item 3 alike"},
		{[][]float64{{1, 2, 3}, {2, 1, 3}, {3, 3, 6}, {4, 3, 7}}, OmegaOptions{}, "item 3 follows"},
		{[][]float64{{1, 2, 3}, {2, math.NaN(), 3}, {3, 3, 6}, {4, 3, 7}}, OmegaOptions{}, "NaN"},
	} {
		if _, err := McDonaldOmega(c.x, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want it to say %q", err, c.want)
		}
	}
}
