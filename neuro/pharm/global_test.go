package pharm

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type nlsFit struct {
	Names        []string
	Estimate, SE []float64
	RSS          float64
	DF           int
}

// matches holds a fit to R's: R's parameters in the order of names; those that start
// with "l" are logarithms.
func matches(t *testing.T, what string, f *GlobalFit, want nlsFit, names ...string) {
	t.Helper()
	if f.DF != want.DF || f.RSS > want.RSS*(1+1e-9) || f.RSS < want.RSS*(1-1e-6) {
		t.Errorf("%s: RSS %.10g with %d degrees of freedom, R's %.10g with %d", what, f.RSS, f.DF, want.RSS, want.DF)
	}
	for i, n := range names {
		e, se, err := f.Parameter(n)
		if err != nil {
			t.Fatal(err)
		}
		w, wse := want.Estimate[i], want.SE[i]
		if strings.HasPrefix(want.Names[i], "l") {
			w = math.Exp(w)
			wse *= w
		}
		near(t, what+": "+n, e, w, 1e-5)
		near(t, what+": SE of "+n, se, wse, 1e-4)
	}
}

func TestGlobalR(t *testing.T) {
	var file struct {
		Curves map[string]struct {
			Series []Series
			Fits   map[string]nlsFit
		}
		F, P float64
	}
	golden.JSON(t, "testdata/global.json", &file)
	g := file.Curves

	d := g["dose"]
	sep, err := FitDoseResponses(d.Series, false, GlobalOptions{Shared: []string{"Bottom", "Top", "Slope"}})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "dose", sep, d.Fits["separate"], "Bottom", "Top", "EC50 (1)", "EC50 (2)", "Slope")
	one, err := FitDoseResponses(d.Series, false, GlobalOptions{Shared: []string{"Bottom", "Top", "Slope", "EC50"}})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "common", one, d.Fits["common"], "Bottom", "Top", "EC50", "Slope")
	c, err := CompareFits(one, sep)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "F", c.F, file.F, 1e-6)
	near(t, "P", c.P, file.P, 1e-5)

	d = g["gaddum"]
	ga, err := FitGaddum(d.Series, GlobalOptions{XUnit: "M"})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "Gaddum", ga.GlobalFit, d.Fits["free"], "Bottom", "Emax", "EC50", "n", "pA2", "Slope")
	fixed, err := FitGaddum(d.Series, GlobalOptions{Fixed: map[string]float64{"Slope": 1}})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "Gaddum 1", fixed.GlobalFit, d.Fits["one"], "Bottom", "Emax", "EC50", "n", "pA2")
	if ga.Unit == nil || fixed.Unit != nil || fixed.Slope != 1 || fixed.SESlope != 0 {
		t.Errorf("%v %v", ga, fixed)
	}

	d = g["operational"]
	op, err := FitOperational(d.Series, GlobalOptions{Shared: []string{"KA"}})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "operational", op, d.Fits["free"], "Em", "n", "KA", "Tau (1)", "Tau (2)", "Tau (3)")
	d = g["allosteric"]
	al, err := FitAllosteric(d.Series, GlobalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "allosteric", al, d.Fits["free"], "Bottom", "Top", "EC50", "n", "KB", "Alpha")
	d = g["kinetics"]
	ki, err := FitBindingKinetics(d.Series, 20, GlobalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "kinetics", ki, d.Fits["free"], "Bmax", "kon", "koff")
	d = g["tight"]
	ti, err := FitTightBinding(d.Series[0].X, d.Series[0].Y, GlobalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	matches(t, "tight", ti, d.Fits["free"], "V0", "E", "Ki")
	for _, f := range []*GlobalFit{sep, one, ga.GlobalFit, op, al, ki, ti} {
		p, err := f.Profile(0.95)
		if err != nil {
			t.Fatal(f.Model, err)
		}
		for k, v := range f.Estimate {
			lo, hi := p.Cols[2].Num[k], p.Cols[3].Num[k]
			if f.Fixed[k] != (lo == v && hi == v) || !(lo <= v && v <= hi) {
				t.Errorf("%s: %s is %g, its interval from %g to %g", f.Model, f.Names[k], v, lo, hi)
			}
		}
		if f.Show().Data == nil || len(f.Plot().Panels[0].Layers) != 2*len(f.Series) {
			t.Errorf("%s does not show itself", f.Model)
		}
	}
}

// What each fit refuses.
func TestGlobalErrors(t *testing.T) {
	x, y := []float64{0.1, 1, 10, 100}, []float64{1, 20, 80, 99}
	a, b := Series{Name: "a", X: x, Y: y}, Series{Name: "b", Level: 2, X: x, Y: y}
	flat := Series{Name: "a", X: x, Y: []float64{3, 3, 3, 3}}
	for want, f := range map[string]func() error{
		"there are no series": func() error { _, err := FitDoseResponses(nil, false, GlobalOptions{}); return err },
		"two series":          func() error { _, err := FitDoseResponses([]Series{a, a}, false, GlobalOptions{}); return err },
		"Shared names \"Hill\"": func() error {
			_, err := FitDoseResponses([]Series{a}, false, GlobalOptions{Shared: []string{"Hill"}})
			return err
		},
		"Fixed has EC50 at -1": func() error {
			_, err := FitDoseResponses([]Series{a}, false, GlobalOptions{Fixed: map[string]float64{"EC50": -1}})
			return err
		},
		"Weights is \"odd\"": func() error {
			_, err := FitDoseResponses([]Series{a}, false, GlobalOptions{Weights: "odd"})
			return err
		},
		"different responses":   func() error { _, err := FitDoseResponses([]Series{flat}, false, GlobalOptions{}); return err },
		"4 samples for 4":       func() error { _, err := FitDoseResponses([]Series{a}, false, GlobalOptions{}); return err },
		"must have the Level 0": func() error { _, err := FitGaddum([]Series{b}, GlobalOptions{}); return err },
		"others above 0":        func() error { _, err := FitAllosteric([]Series{a}, GlobalOptions{}); return err },
		"KA and Tau cannot": func() error {
			_, err := FitOperational([]Series{a, b}, GlobalOptions{Shared: []string{"KA", "Tau"}})
			return err
		},
		"off is 0": func() error { _, err := FitBindingKinetics([]Series{b}, 0, GlobalOptions{}); return err },
		"Y[1] is NaN": func() error {
			_, err := FitTightBinding(x, []float64{1, math.NaN(), 1, 1}, GlobalOptions{})
			return err
		},
		"X[0] is -1": func() error { _, err := FitTightBinding([]float64{-1, 1, 2, 3}, y, GlobalOptions{}); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "pharm: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := CompareFits(&GlobalFit{DF: 3}, &GlobalFit{DF: 3}); err == nil {
		t.Error("two fits of one size are compared")
	}
}

// A plateau that one curve does not reach is that of the other; fixed values stay;
// weights and five parameters come back from exact curves.
func TestFitDoseResponses(t *testing.T) {
	curve := func(name string, ec50 float64, x ...float64) Series {
		s := Series{Name: name, X: x}
		for _, v := range x {
			s.Y = append(s.Y, 2+96*math.Pow(1+math.Pow(ec50/v, 1.4), -0.7))
		}
		return s
	}
	far := curve("weak", 300, 1, 3, 10, 30, 100)
	full := curve("strong", 3, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 1000)
	for _, weights := range []string{"", "1/y", "1/y2"} {
		f, err := FitDoseResponses([]Series{far, full}, true, GlobalOptions{Shared: []string{"Bottom", "Top", "Slope", "S"}, Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range []string{"Bottom", "Top", "EC50 (weak)", "EC50 (strong)", "Slope", "S"} {
			e, _, err := f.Parameter(n)
			if err != nil {
				t.Fatal(err)
			}
			near(t, n, e, []float64{2, 98, 300, 3, 1.4, 0.7}[i], 1e-5)
		}
	}
	f, err := FitDoseResponses([]Series{full}, false, GlobalOptions{Fixed: map[string]float64{"Bottom": 0, "Slope": 1}})
	if err != nil {
		t.Fatal(err)
	}
	if v, se, err := f.Parameter("Slope"); err != nil || v != 1 || se != 0 || f.DF != len(full.X)-2 {
		t.Errorf("slope %g ± %g, %d degrees of freedom, %v", v, se, f.DF, err)
	}
}
