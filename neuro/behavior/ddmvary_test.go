package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

func TestDDMVariedPeer(t *testing.T) {
	type par struct{ A, V, T0, Z, SV, SZ, ST0 float64 }
	type entry struct {
		Par    par
		T      []float64
		Upper  []float64 `json:"d_upper"`
		Lower  []float64 `json:"d_lower"`
		PUpper []float64 `json:"p_upper"`
	}
	var g struct {
		DDM  []entry
		Full entry
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/rt_models_r.json"), &g)
	for _, e := range append(g.DDM, g.Full) {
		p := e.Par
		d := DDM{A: p.A, V: p.V, T0: p.T0, Z: p.Z, S: 1, SV: p.SV, SZ: p.SZ, ST0: p.ST0}
		tol := 1e-6
		if d.varies() {
			tol = 1e-4
		}
		for i, x := range e.T {
			within(t, "density", vec.Exp(d.LogPDF(x, true)), e.Upper[i], tol)
			if e.Lower != nil {
				within(t, "lower density", vec.Exp(d.LogPDF(x, false)), e.Lower[i], tol)
			}
			if e.PUpper != nil {
				within(t, "cdf", d.CDF(x, true), e.PUpper[i], 1e-4)
			}
		}
	}
}

func TestDDMCDFIntegral(t *testing.T) {
	for _, d := range []DDM{
		{A: 1, V: 1, T0: 0.2, Z: 0.5, S: 1},
		{A: 0.15, V: -0.3, T0: 0.2, Z: 0.8, S: 0.1},
		{A: 2, V: 0, T0: 0.3, Z: 0.1, S: 1},
		{A: 1.2, V: 1.5, T0: 0.25, Z: 0.4, S: 1, SV: 0.8},
		{A: 1.2, V: 1.5, T0: 0.25, Z: 0.4, S: 1, SV: 0.8, SZ: 0.3, ST0: 0.2},
		{A: 0.8, V: 4, T0: 0.3, Z: 0.6, S: 2, ST0: 0.6},
	} {
		const n, end = 3000, 3.0
		for _, up := range []bool{true, false} {
			sum := 0.0
			for i := range n {
				x := end * (float64(i) + 0.5) / n
				sum += vec.Exp(d.LogPDF(x, up)) * end / n
				if i%500 == 499 {
					within(t, d.String(), d.CDF(end*float64(i+1)/n, up), sum, 3e-4)
				}
			}
		}
		within(t, "both", d.CDF(200, true)+d.CDF(200, false), 1, 1e-7)
		within(t, "upper", d.CDF(200, true), d.PUpper(), 1e-7)
	}
}

// Both series of the cdf agree where one gives over to the other.
func TestDDMCDFJoint(t *testing.T) {
	for _, v := range []float64{-6, -1, 0, 0.5, 5} {
		for _, z := range []float64{0.01, 0.3, 0.97} {
			a := 1.3
			at := a * a
			slope := vec.Exp(DDM{A: a, V: v, Z: z, S: 1}.LogPDF(at, false))
			h := 1e-9
			within(t, "joint", passageCDF(at+h, v, a, z)-passageCDF(at-h, v, a, z), 2*h*slope, 1e-13)
		}
	}
}

func TestDDMSimulateVaried(t *testing.T) {
	d := DDM{A: 1.2, V: 1.5, T0: 0.3, Z: 0.4, S: 1, SV: 1, SZ: 0.3, ST0: 0.2}
	const n = 20000
	r, err := d.Simulate(n, 0.002, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []float64{0.4, 0.6, 1, 5} {
		count := 0.0
		for i, x := range r.RT {
			if r.Upper[i] && x <= at {
				count++
			}
		}
		within(t, "simulated", count/n, d.CDF(at, true), 0.012)
	}
}

func TestFitDDMRecovery(t *testing.T) {
	truth := DDM{A: 1.3, V: 1.1, T0: 0.28, Z: 0.45, S: 1}
	const runs, trials = 40, 250
	covered := [4]int{}
	for k := range runs {
		s, err := truth.Simulate(trials, 0.002, uint64(k))
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{})
		if err != nil {
			t.Fatalf("run %d: %v", k, err)
		}
		for i, c := range [4][3]float64{{f.Lo.A, truth.A, f.Hi.A}, {f.Lo.V, truth.V, f.Hi.V}, {f.Lo.T0, truth.T0, f.Hi.T0}, {f.Lo.Z, truth.Z, f.Hi.Z}} {
			if c[0] < c[1] && c[1] < c[2] {
				covered[i]++
			}
		}
	}
	t.Logf("A, V, T0, Z covered in %v of %d", covered, runs)
	for i, c := range covered {
		if c < 33 { // 0.95 of 40 less three standard errors
			t.Errorf("parameter %d covered in %d of %d", i, c, runs)
		}
	}
}

func TestFitDDMPerfect(t *testing.T) {
	s, _ := DDM{A: 2, V: 4, T0: 0.3, Z: 0.5, S: 1}.Simulate(200, 0.002, 1)
	for i, u := range s.Upper {
		if !u {
			t.Fatalf("trial %d is at the lower boundary", i)
		}
	}
	f, err := FitDDM(s.RT, s.Upper, DDMFitOptions{Unbiased: true})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "V", f.Model.V, 4, 3*f.SE.V)
	// Whether the times tell V from Z or not, the free fit says so.
	if g, err := FitDDM(s.RT, s.Upper, DDMFitOptions{}); err == nil && g.LogLik < f.LogLik-1e-6 || err != nil && !strings.Contains(err.Error(), "set Unbiased") {
		t.Errorf("%v, %v", g, err)
	}
	if f.SE.Z != 0 || f.Model.Z != 0.5 {
		t.Errorf("Z %g ± %g", f.Model.Z, f.SE.Z)
	}
}

func TestFitDDMErrors(t *testing.T) {
	rt, up := []float64{1, 2, 3, 1, 2, 3, 1, 2, 3, 2}, make([]bool, 10)
	for want, c := range map[string]func() error{
		"as many":      func() error { _, err := FitDDM(rt, up[1:], DDMFitOptions{}); return err },
		"rt has 9":     func() error { _, err := FitDDM(rt[1:], up[1:], DDMFitOptions{}); return err },
		"Level is 2":   func() error { _, err := FitDDM(rt, up, DDMFitOptions{Level: 2}); return err },
		"all 10 times": func() error { _, err := FitDDM(make([]float64, 10), up, DDMFitOptions{}); return err },
		"SZ is 1":      DDM{A: 1, Z: 0.5, S: 1, SZ: 1}.Check,
		"ST0 is 0.5":   DDM{A: 1, Z: 0.5, S: 1, T0: 0.2, ST0: 0.5}.Check,
		"SV is -1":     DDM{A: 1, Z: 0.5, S: 1, SV: -1}.Check,
		"rt[0] is NaN": func() error {
			_, err := FitDDM(append([]float64{math.NaN()}, rt[1:]...), up, DDMFitOptions{})
			return err
		},
		"a time of -1 s;": func() error { _, err := FitDDM(append([]float64{-1}, rt[1:]...), up, DDMFitOptions{}); return err },
	} {
		if err := c(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
