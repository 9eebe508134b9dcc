package pharm

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestNCAPeer compares with R code on twelve subjects of theophylline and six
// of indomethacin; there the terminal slope has the last three samples.
func TestNCAPeer(t *testing.T) {
	var g map[string]json.RawMessage
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pk_nls_r.json"), &g)
	subjects := 0
	for drug, dose := range map[string]float64{"theoph": 0, "indometh": 25} {
		var d struct {
			Subjects map[string]struct {
				Dose       float64
				Time, Conc []float64
				NCA        map[string]float64
			}
		}
		if err := json.Unmarshal(g[drug], &d); err != nil {
			t.Fatal(err)
		}
		for id, s := range d.Subjects {
			subjects++
			if dose > 0 {
				s.Dose = dose
			}
			r, err := NCA(s.Time, s.Conc, s.Dose, NCAOptions{Points: 3})
			if err != nil {
				t.Errorf("%s %s: %v", drug, id, err)
				continue
			}
			l, err := NCA(s.Time, s.Conc, s.Dose, NCAOptions{Method: "lin-log", NoTerminal: true})
			if err != nil {
				t.Errorf("%s %s: %v", drug, id, err)
				continue
			}
			got := []float64{r.CMax, r.TMax, r.AUC, l.AUC, r.Lambda, r.HalfLife, r.AUCInf, r.AUMC, r.AUMCInf, r.MRT, r.CL, r.Vz, r.Extrapolated}
			for i, name := range []string{"cmax", "tmax", "auclast_lin", "auclast_linuplogdown", "lambda_z3", "thalf", "aucinf_obs", "aumclast", "aumcinf", "mrt", "clf", "vzf", "pct_extrap"} {
				want, ok := s.NCA[name]
				// R wrote 15 digits, the slope loses some to cancellation.
				if !ok || math.Abs(got[i]-want) > 1e-12*math.Abs(want) {
					t.Errorf("%s %s: %s %.15g, want %.15g", drug, id, name, got[i], want)
				}
			}
		}
	}
	if subjects != 18 {
		t.Errorf("%d subjects", subjects)
	}
}

// TestNCAExponential: for one exponential the lin-log area, its moment and the
// terminal slope are exact.
func TestNCAExponential(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.Float64Range(0.01, 3).Draw(t, "k")
		c0 := rapid.Float64Range(0.1, 1000).Draw(t, "c0")
		n := rapid.IntRange(4, 20).Draw(t, "n")
		var tt, c []float64
		at := 0.0
		for range n {
			tt, c = append(tt, at), append(c, c0*math.Exp(-k*at))
			at += rapid.Float64Range(0.1, 2).Draw(t, "step")
		}
		r, err := NCA(tt, c, 100, NCAOptions{Method: "lin-log"})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range [][2]float64{{r.Lambda, k}, {r.AUCInf, c0 / k}, {r.AUMCInf, c0 / (k * k)}, {r.MRT, 1 / k}, {r.CL, 100 * k / c0}, {r.Vz, 100 / c0}, {r.HalfLife, math.Ln2 / k}} {
			if math.Abs(v[0]-v[1]) > 1e-9*v[1] {
				t.Fatalf("%g, want %g in %+v", v[0], v[1], r)
			}
		}
	})
}

// TestNCABestSlope compares the choice of samples with all of them.
func TestNCABestSlope(t *testing.T) {
	time := []float64{0, 1, 2, 3, 4, 6, 8, 12, 24}
	conc := []float64{0, 9, 10, 7, 6.2, 4.1, 2.2, 1.3, 0.2}
	auto, err := NCA(time, conc, 10, NewNCA())
	if err != nil {
		t.Fatal(err)
	}
	best := math.Inf(-1)
	for points := 3; points <= 6; points++ {
		r, err := NCA(time, conc, 10, NCAOptions{Points: points})
		if err != nil {
			t.Fatal(err)
		}
		if r.Points != points {
			t.Errorf("%d points, want %d", r.Points, points)
		}
		if r.AdjR2 > best {
			best = r.AdjR2
			if points == auto.Points && r.Lambda != auto.Lambda {
				t.Errorf("slopes %g and %g", r.Lambda, auto.Lambda)
			}
		}
	}
	if auto.AdjR2 != best {
		t.Errorf("adjusted R² %g with %d points, the best is %g", auto.AdjR2, auto.Points, best)
	}
	// Zeros after the last measurable sample count for nothing.
	zeros, err := NCA(append(time, 36, 48), append(conc, 0, 0), 10, NewNCA())
	if err != nil || zeros.AUC != auto.AUC || zeros.Lambda != auto.Lambda || zeros.AUCInf != auto.AUCInf {
		t.Errorf("with zeros at the end: %+v, %v", zeros, err)
	}
}

func TestNCAErrors(t *testing.T) {
	nan := math.NaN()
	time, conc := []float64{0, 1, 2, 3, 4}, []float64{0, 5, 4, 3, 2}
	for _, c := range []struct {
		name string
		t, c []float64
		dose float64
		o    NCAOptions
		want string
	}{
		{"unequal", time, conc[:4], 1, NCAOptions{}, "pharm: NCA: t has 5 times and c has 4"},
		{"empty", nil, nil, 1, NCAOptions{}, "pharm: NCA: t and c have 0 samples, at least 2"},
		{"one", time[:1], conc[:1], 1, NCAOptions{}, "1 samples"},
		{"NaN time", []float64{0, nan}, []float64{1, 2}, 1, NCAOptions{}, "t[1] is NaN"},
		{"disorder", []float64{0, 2, 1}, []float64{1, 2, 3}, 1, NCAOptions{}, "t[2] is 1 after 2, times must ascend"},
		{"twice", []float64{0, 2, 2}, []float64{1, 2, 3}, 1, NCAOptions{}, "t[2] is 2 after 2"},
		{"NaN concentration", []float64{0, 1}, []float64{1, nan}, 1, NCAOptions{}, "c[1] is NaN"},
		{"negative", []float64{0, 1}, []float64{1, -1}, 1, NCAOptions{}, "c[1] is -1"},
		{"infinite", []float64{0, 1}, []float64{1, math.Inf(1)}, 1, NCAOptions{}, "c[1] is +Inf"},
		{"zeros", []float64{0, 1}, []float64{0, 0}, 1, NCAOptions{}, "all 2 concentrations are 0"},
		{"dose", time, conc, 0, NCAOptions{}, "dose is 0"},
		{"dose NaN", time, conc, nan, NCAOptions{}, "dose is NaN"},
		{"method", time, conc, 1, NCAOptions{Method: "spline"}, `Method is "spline"`},
		{"two points", time, conc, 1, NCAOptions{Points: 2}, "Points is 2"},
		{"negative points", time, conc, 1, NCAOptions{Points: -1}, "Points is -1"},
		{"too many points", time, conc, 1, NCAOptions{Points: 4}, "3 measurable samples after the maximum at 1, the terminal slope needs 4; set NoTerminal"},
		{"no terminal phase", time[:4], conc[:4], 1, NCAOptions{}, "2 measurable samples after the maximum"},
		{"rises again", time, []float64{9, 1, 2, 3, 4}, 1, NCAOptions{}, "does not fall"},
	} {
		if _, err := NCA(c.t, c.c, c.dose, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
	}
	r, err := NCA(time[:4], conc[:4], 1, NCAOptions{NoTerminal: true})
	if err != nil || r.AUC != 10.5 || !math.IsNaN(r.AUCInf) || !math.IsNaN(r.HalfLife) {
		t.Errorf("without terminal slope: %+v, %v", r, err)
	}
}

func TestNCAShow(t *testing.T) {
	r, err := NCA([]float64{0, 1, 2, 4, 8}, []float64{0, 8, 4, 2, 0.5}, 100, NCAOptions{TUnit: "h", CUnit: "mg/L"})
	if err != nil {
		t.Fatal(err)
	}
	var s display.Shower = r
	text := s.Show().Text()
	for _, want := range []string{"dose 100", "CMax", "mg/L h", "HalfLife", "1/h"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	p := r.Plot().Panels[0]
	if !p.Y.Log || len(p.Layers) != 3 || len(p.Layers[0].X) != 4 {
		t.Errorf("figure %+v", p)
	}
	if slope := p.Layers[2]; math.Abs(slope.Y[1]-0.5) > 0.2 {
		t.Errorf("the terminal line ends at %g, the last sample is 0.5", slope.Y[1])
	}
}
