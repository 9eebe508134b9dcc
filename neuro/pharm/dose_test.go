package pharm

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestDosePeer(t *testing.T) {
	var g struct {
		Fits []struct {
			Name           string
			Dose, Response []float64
			FixBottom      bool `json:"fix_bottom"`
			FixTop         bool `json:"fix_top"`
			Est, SE        []float64
			RSS            float64
		}
		Student [][3]float64
	}
	golden.JSON(t, golden.Path(t, "pharm/dose.json"), &g)
	for _, c := range g.Fits {
		o := DoseOptions{FixBottom: c.FixBottom, FixTop: c.FixTop, Bottom: c.Est[0], Top: c.Est[1]}
		f, err := FitDoseResponse(c.Dose, c.Response, o)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		// curve_fit stops some 1e-8 away and takes its derivatives by
		// differences, which leaves 1e-6 in the standard errors.
		for i, got := range []float64{f.Bottom, f.Top, f.EC50, f.Slope} {
			if math.Abs(got-c.Est[i]) > 1e-6*math.Abs(c.Est[i])+1e-7*math.Abs(c.Est[1]-c.Est[0])*float64((1-i/2)) {
				t.Errorf("%s: %s %.12g, want %.12g", c.Name, doseNames[i], got, c.Est[i])
			}
		}
		golden.Close(t, c.Name+" SE", []float64{f.SE.Bottom, f.SE.Top, f.SE.EC50 / f.EC50, f.SE.Slope}, []float64{c.SE[0], c.SE[1], c.SE[2] / c.Est[2], c.SE[3]}, 1e-5)
		if f.RSS > c.RSS*(1+1e-12) {
			t.Errorf("%s: sum of squares %.17g, SciPy reaches %.17g", c.Name, f.RSS, c.RSS)
		}
		// The minimum, by its derivatives: none is left but rounding.
		curve, _ := newDoseCurve(c.Dose, c.Response, o)
		grad, jj, _ := curve.normal([4]float64{f.Bottom, f.Top, math.Log(f.EC50), f.Slope})
		for a, free := range curve.free {
			if free && math.Abs(grad[a]) > 1e-11*math.Sqrt(jj[a][a]*f.RSS) {
				t.Errorf("%s: derivative by %s is %g", c.Name, doseNames[a], grad[a])
			}
		}
	}
	for _, s := range g.Student {
		// The sum has df/2 terms; beyond a million there is an approximation.
		if got := studentQuantile(s[0], int(s[1])); math.Abs(got-s[2]) > 1e-9*(1+s[2]) {
			t.Errorf("quantile %g with %g degrees of freedom: %.12g, want %.12g", s[0], s[1], got, s[2])
		}
	}
}

// TestRyegrass compares with R: nls for the estimates, the standard errors and
// effective doses, drc's observed information for SEObserved.
func TestRyegrass(t *testing.T) {
	var g struct {
		Ryegrass struct {
			Data []struct{ Rootl, Conc float64 }
			LL4  struct {
				Est, SE    struct{ B, C, D, E float64 }
				Sigma, RSS float64
				DF         int
			}
			ED map[string]struct{ Est, SE, Lo, Hi float64 }
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	var observed struct {
		LL4 struct {
			SE []float64 `json:"se_observed"`
		} `json:"ryegrass_LL4"`
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/obs_irt_r.json"), &observed)
	var dose, response []float64
	for _, d := range g.Ryegrass.Data {
		dose, response = append(dose, d.Conc), append(response, d.Rootl)
	}
	f, err := FitDoseResponse(dose, response, NewDoseResponse())
	if err != nil {
		t.Fatal(err)
	}
	w := g.Ryegrass.LL4
	golden.Close(t, "estimates", []float64{f.Bottom, f.Top, f.EC50, f.Slope}, []float64{w.Est.C, w.Est.D, w.Est.E, -w.Est.B}, 1e-6)
	golden.Close(t, "SE", []float64{f.SE.Bottom, f.SE.Top, f.SE.EC50, f.SE.Slope}, []float64{w.SE.C, w.SE.D, w.SE.E, w.SE.B}, 1e-5)
	golden.Close(t, "sigma, RSS", []float64{f.Sigma, f.RSS}, []float64{w.Sigma, w.RSS}, 1e-10)
	if f.DF != w.DF {
		t.Errorf("%d degrees of freedom, want %d", f.DF, w.DF)
	}
	b := observed.LL4.SE
	golden.Close(t, "SEObserved", []float64{f.SEObserved.Slope, f.SEObserved.Bottom, f.SEObserved.Top, f.SEObserved.EC50}, b, 1e-4)
	for name, p := range map[string]float64{"ED10": 10, "ED50": 50, "ED90": 90} {
		e := g.Ryegrass.ED[name]
		lo, hi := f.EDCI(p, 0.95)
		golden.Close(t, name, []float64{f.ED(p), f.EDSE(p), lo, hi}, []float64{e.Est, e.SE, e.Lo, e.Hi}, 1e-5)
	}
}

// TestDoseExact: noise-free curves give their parameters back, in any units.
func TestDoseExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ec50 := math.Pow(10, rapid.Float64Range(-9, 3).Draw(t, "log EC50"))
		slope := rapid.Float64Range(0.4, 4).Draw(t, "slope")
		if rapid.Bool().Draw(t, "falling") {
			slope = -slope
		}
		bottom := rapid.Float64Range(-50, 50).Draw(t, "bottom")
		top := bottom + rapid.Float64Range(1, 100).Draw(t, "span")
		var dose, y []float64
		if rapid.Bool().Draw(t, "controls") {
			dose = append(dose, 0, 0)
		}
		for k := -6; k <= 6; k++ {
			dose = append(dose, ec50*math.Pow(10, float64(k)/3))
		}
		for _, d := range dose {
			y = append(y, bottom+Hill(d, top-bottom, ec50, slope))
		}
		f, err := FitDoseResponse(dose, y, NewDoseResponse())
		if err != nil {
			t.Fatal(err)
		}
		size := math.Abs(bottom) + math.Abs(top)
		if math.Abs(f.Bottom-bottom) > 1e-6*size || math.Abs(f.Top-top) > 1e-6*size || math.Abs(f.EC50/ec50-1) > 1e-6 || math.Abs(f.Slope/slope-1) > 1e-6 {
			t.Fatalf("%+v, want %g to %g, EC50 %g, slope %g", f, bottom, top, ec50, slope)
		}
		for _, p := range []float64{1, 50, 95} {
			// p percent of the way from the plateau at dose 0.
			from, to := bottom, top
			if slope < 0 {
				from, to = top, bottom
			}
			if got, want := f.At(f.ED(p)), from+(to-from)*p/100; math.Abs(got-want) > 1e-9*size {
				t.Fatalf("response %g at ED(%g), want %g", got, p, want)
			}
		}
	})
}

func TestDoseErrors(t *testing.T) {
	nan := math.NaN()
	dose := []float64{0, 1, 2, 4, 8, 16}
	y := []float64{0, 1, 3, 6, 8, 9}
	for _, c := range []struct {
		name string
		x, y []float64
		o    DoseOptions
		want string
	}{
		{"unequal", dose, y[:5], DoseOptions{}, "pharm: FitDoseResponse: dose has 6 values and response has 5"},
		{"empty", nil, nil, DoseOptions{}, "0 samples for 4 parameters, at least 5"},
		{"too few", dose[:4], y[:4], DoseOptions{}, "4 samples for 4 parameters"},
		{"negative", []float64{-1, 1, 2, 4, 8, 16}, y, DoseOptions{}, "dose[0] is -1"},
		{"NaN dose", []float64{nan, 1, 2, 4, 8, 16}, y, DoseOptions{}, "dose[0] is NaN"},
		{"infinite dose", []float64{0, 1, 2, 4, 8, math.Inf(1)}, y, DoseOptions{}, "dose[5] is +Inf"},
		{"NaN response", dose, []float64{0, 1, nan, 6, 8, 9}, DoseOptions{}, "response[2] is NaN"},
		{"few doses", []float64{1, 1, 1, 2, 2, 3}, y, DoseOptions{}, "dose has 3 different values for 4 parameters"},
		{"one dose", []float64{1, 1, 1, 1, 1, 1}, y, DoseOptions{FixBottom: true, FixTop: true, Top: 10}, "dose has 1 different values for 2 parameters"},
		{"plateaus", dose, y, DoseOptions{FixBottom: true, FixTop: true, Bottom: 5, Top: 5}, "Bottom is fixed at 5 and Top at 5"},
		{"plateau NaN", dose, y, DoseOptions{FixTop: true, Top: nan}, "Top is fixed at NaN"},
		{"flat", dose, []float64{3, 3, 3, 3, 3, 3}, DoseOptions{}, "pharm: FitDoseResponse: "},
		{"a step", dose, []float64{0, 0, 0, 10, 10, 10}, DoseOptions{}, "pharm: FitDoseResponse: "},
		{"a line that never bends", []float64{1, 2, 4, 8, 16, 32}, []float64{0, 1, 2, 3, 4, 5}, DoseOptions{}, "pharm: FitDoseResponse: "},
	} {
		if f, err := FitDoseResponse(c.x, c.y, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error that says %q", c.name, f, err, c.want)
		}
	}
}

func TestDoseShow(t *testing.T) {
	dose := []float64{0, 0, 1, 3, 10, 30, 100, 300}
	y := []float64{1, -1, 5, 20, 50, 80, 93, 99}
	f, err := FitDoseResponse(dose, y, DoseOptions{DoseUnit: "nM", Unit: "%"})
	if err != nil {
		t.Fatal(err)
	}
	var s display.Shower = f
	if text := s.Show().Text(); !strings.Contains(text, "EC50 ") || !strings.Contains(text, " nM") || !strings.Contains(text, "8 samples") {
		t.Errorf("shown as %q", text)
	}
	p := f.Plot().Panels[0]
	points := p.Layers[len(p.Layers)-1]
	if !p.X.Log || p.X.Unit != "nM" || points.X[0] != 1.0/3 || points.X[7] != 300 {
		t.Errorf("panel %+v", p)
	}
	if tab := f.Table(); tab.Rows() != 4 || len(tab.Cols) != 6 {
		t.Errorf("table\n%v", tab)
	}
	for _, p := range []float64{0, 100, -1, math.NaN()} {
		if !math.IsNaN(f.ED(p)) || !math.IsNaN(f.EDSE(p)) {
			t.Errorf("ED(%g) is %g ± %g", p, f.ED(p), f.EDSE(p))
		}
	}
	if lo, hi := f.EDCI(50, 1); !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("interval of level 1: %g to %g", lo, hi)
	}
}
