package behavior

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestDDMPeer(t *testing.T) {
	var g struct {
		DDM []struct {
			Par    struct{ A, V, T0, Z float64 }
			T      []float64
			Upper  []float64 `json:"d_upper"`
			Lower  []float64 `json:"d_lower"`
			PUpper []float64 `json:"p_upper"`
		} `json:"ddm"`
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/rt_models_r.json"), &g)
	for _, c := range g.DDM {
		d := DDM{A: c.Par.A, V: c.Par.V, T0: c.Par.T0, Z: c.Par.Z, S: 1}
		for i, rt := range c.T {
			// rtdists computes densities to about 1e-6.
			for _, side := range []struct {
				upper bool
				want  float64
			}{{true, c.Upper[i]}, {false, c.Lower[i]}} {
				if got := math.Exp(d.LogPDF(rt, side.upper)); math.Abs(got-side.want) > 1e-6 {
					t.Errorf("%+v at %g s, upper %v: %.9g, want %.9g", c.Par, rt, side.upper, got, side.want)
				}
			}
		}
	}
}

// TestFirstPassageSeries compares with the plain series where both hold.
func TestFirstPassageSeries(t *testing.T) {
	small := func(u, z float64) float64 {
		s := 0.0
		for k := -30; k <= 30; k++ {
			a := z + 2*float64(k)
			s += a * math.Exp(-a*a/(2*u))
		}
		return s / math.Sqrt(2*math.Pi*u*u*u)
	}
	large := func(u, z float64) float64 {
		s := 0.0
		for k := 1.0; k <= 60; k++ {
			s += k * math.Exp(-k*k*math.Pi*math.Pi*u/2) * math.Sin(k*math.Pi*z)
		}
		return math.Pi * s
	}
	for _, z := range []float64{0.01, 0.1, 0.3, 0.5, 0.77, 0.9, 0.99} {
		for _, u := range []float64{0.15, 0.3, 0.39999, 0.40001, 0.5, 0.8, 1.5} {
			got := math.Exp(DDM{A: 1, Z: z, S: 1}.LogPDF(u, false))
			// The plain series lose digits to cancellation near z = 1.
			for name, want := range map[string]float64{"small": small(u, z), "large": large(u, z)} {
				if math.Abs(got-want) > 1e-11*(1+want) {
					t.Errorf("u %g, z %g: %.15g, the %s-time series gives %.15g", u, z, got, name, want)
				}
			}
		}
	}
}

// TestDDMTails: the logarithm is finite and follows its asymptote where the
// density itself has long vanished.
func TestDDMTails(t *testing.T) {
	d := DDM{A: 1, V: 0, T0: 0, Z: 0.5, S: 1}
	// Early: a single boundary at distance 1/2.
	u := 1e-5
	if got, want := d.LogPDF(u, true), math.Log(0.5)-0.125/u-0.5*math.Log(2*math.Pi*u*u*u); math.Abs(got-want) > 1e-9*math.Abs(want) {
		t.Errorf("early tail %g, want %g", got, want)
	}
	// Late: the slowest mode.
	if got, want := d.LogPDF(500, true), math.Log(math.Pi)-math.Pi*math.Pi*250; math.Abs(got-want) > 1e-12*math.Abs(want) {
		t.Errorf("late tail %g, want %g", got, want)
	}
	// A start beside a boundary: the density grows with the distance.
	near := DDM{A: 1, V: 0, T0: 0, Z: 1 - 1e-12, S: 1}
	nearer := DDM{A: 1, V: 0, T0: 0, Z: 1 - 1e-13, S: 1}
	for _, rt := range []float64{0.01, 0.1, 0.39, 0.41, 1} {
		ratio := math.Exp(near.LogPDF(rt, false) - nearer.LogPDF(rt, false))
		if want := (1 - near.Z) / (1 - nearer.Z); math.Abs(ratio-want) > 1e-6*want {
			t.Errorf("at %g s the densities of starts 1e-12 and 1e-13 from the upper boundary have ratio %g, want %g", rt, ratio, want)
		}
	}
}

// TestDDMIntegral: the density at each boundary integrates to its probability.
func TestDDMIntegral(t *testing.T) {
	for _, d := range []DDM{
		NewDDM(), {A: 2, V: -1.5, T0: 0.2, Z: 0.3, S: 1}, {A: 0.12, V: 0.25, T0: 0.4, Z: 0.6, S: 0.1}, {A: 1, V: 0, T0: 0, Z: 0.2, S: 1},
	} {
		scale := d.A * d.A / (d.S * d.S)
		for _, upper := range []bool{true, false} {
			want := d.PUpper()
			if !upper {
				want = 1 - want
			}
			sum, steps := 0.0, 40000
			h := 12 * scale / float64(steps)
			for i := 1; i < steps; i++ { // the density vanishes with all derivatives at both ends
				sum += h * math.Exp(d.LogPDF(d.T0+float64(i)*h, upper))
			}
			if math.Abs(sum-want) > 1e-9 {
				t.Errorf("%v, upper %v: integral %.12g, want %.12g", d, upper, sum, want)
			}
		}
	}
}

func TestDDMProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := DDM{
			A: rapid.Float64Range(0.2, 4).Draw(t, "A"), V: rapid.Float64Range(-5, 5).Draw(t, "V"),
			T0: rapid.Float64Range(0, 0.5).Draw(t, "T0"), Z: rapid.Float64Range(0.05, 0.95).Draw(t, "Z"), S: rapid.Float64Range(0.1, 2).Draw(t, "S"),
		}
		rt := d.T0 + rapid.Float64Range(0.01, 3).Draw(t, "t")
		mirror := d
		mirror.V, mirror.Z = -d.V, 1-d.Z
		if a, b := d.LogPDF(rt, true), mirror.LogPDF(rt, false); math.Abs(a-b) > 1e-9*(1+math.Abs(a)) {
			t.Fatalf("upper %g, mirrored lower %g", a, b)
		}
		if p, q := d.PUpper(), mirror.PUpper(); math.Abs(p+q-1) > 1e-9 {
			t.Fatalf("P(upper) %g and mirrored %g", p, q)
		}
		// Units of evidence are arbitrary.
		scaled := DDM{A: 10 * d.A, V: 10 * d.V, T0: d.T0, Z: d.Z, S: 10 * d.S}
		if a, b := d.LogPDF(rt, true), scaled.LogPDF(rt, true); math.Abs(a-b) > 1e-9*(1+math.Abs(a)) {
			t.Fatalf("%g, in other units %g", a, b)
		}
		// Without bias the boundaries differ by a factor, the same at all times.
		d.Z = 0.5
		if got, want := d.LogPDF(rt, true)-d.LogPDF(rt, false), d.V*d.A/(d.S*d.S); math.Abs(got-want) > 1e-8*(1+math.Abs(want)) {
			t.Fatalf("log ratio %g, want %g", got, want)
		}
	})
}

func TestDDMEdges(t *testing.T) {
	d := NewDDM()
	for _, rt := range []float64{-1, 0, 0.3, math.Inf(1), math.Inf(-1)} {
		if got := d.LogPDF(rt, true); !math.IsInf(got, -1) {
			t.Errorf("log density %g at %g s, want -Inf", got, rt)
		}
	}
	if !math.IsNaN(d.LogPDF(math.NaN(), true)) {
		t.Error("NaN does not pass through")
	}
	for _, c := range []struct {
		change func(*DDM)
		want   string
	}{
		{func(d *DDM) { d.A = 0 }, "behavior: DDM: A is 0"},
		{func(d *DDM) { d.A = math.Inf(1) }, "A is +Inf"},
		{func(d *DDM) { d.V = math.NaN() }, "V is NaN"},
		{func(d *DDM) { d.T0 = -0.1 }, "T0 is -0.1"},
		{func(d *DDM) { d.Z = 0 }, "Z is 0, the start must lie between 0 and 1"},
		{func(d *DDM) { d.Z = 1 }, "Z is 1"},
		{func(d *DDM) { d.S = -1 }, "S is -1"},
	} {
		bad := NewDDM()
		c.change(&bad)
		if err := bad.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
		if !math.IsNaN(bad.LogPDF(1, true)) || !math.IsNaN(bad.PUpper()) {
			t.Errorf("%+v has a density", bad)
		}
		if text := bad.Show().Text(); !strings.Contains(text, c.want) {
			t.Errorf("shown as %q", text)
		}
	}
	if NewDDM().Check() != nil {
		t.Error("the defaults are refused")
	}
	for v, want := range map[float64]float64{0: 0.5, 1000: 1, -1000: 0} {
		d.V = v
		if got := d.PUpper(); got != want {
			t.Errorf("P(upper) %g with drift %g, want %g", got, v, want)
		}
	}
	var s display.Shower = NewDDM()
	if text := s.Show().Text(); text != "drift diffusion: A 1, V 1, T0 0.3 s, Z 0.5, S 1; P(upper) 0.731" {
		t.Errorf("shown as %q", text)
	}
}
