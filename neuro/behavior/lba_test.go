package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

func TestLBAPeer(t *testing.T) {
	var shared struct {
		LBA struct {
			T, D1, D2, P1 []float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/rt_models_r.json"), &shared)
	l := LBA{A: 0.5, B: 1, T0: 0.2, V: []float64{1.2, 0.8}}
	for i, rt := range shared.LBA.T {
		within(t, "density 1", vec.Exp(l.LogPDF(rt, 0)), shared.LBA.D1[i], 1e-6)
		within(t, "density 2", vec.Exp(l.LogPDF(rt, 1)), shared.LBA.D2[i], 1e-6)
		within(t, "cdf", l.CDF(rt, 0), shared.LBA.P1[i], 1e-4)
	}
}

// TestLBAGrid compares with rtdists over wide ranges; testdata/behavior/ddm.R
// made the values.
func TestLBAGrid(t *testing.T) {
	var g struct {
		LBA []struct {
			A, Gap, T0  float64
			V, SV, RT   []float64
			D, P, Plain [][]float64
		}
	}
	golden.JSON(t, "../../testdata/behavior/ddm.json", &g)
	for _, e := range g.LBA {
		l := LBA{A: e.A, B: e.A + e.Gap, T0: e.T0, V: e.V, SV: e.SV}
		plain := l
		plain.Negative = true
		for c := range e.V {
			for i, rt := range e.RT {
				within(t, "density", vec.Exp(l.LogPDF(rt, c)), e.D[c][i], 1e-6*(1+e.D[c][i]))
				within(t, "density with negative drifts", vec.Exp(plain.LogPDF(rt, c)), e.Plain[c][i], 1e-6*(1+e.Plain[c][i]))
				// rtdists integrates this up to 2e-4 off; the trapezium rule does not.
				within(t, "cdf", l.CDF(rt, c), e.P[c][i], 3e-4)
				const steps = 1000
				sum := 0.0
				for k := range steps {
					sum += vec.Exp(l.LogPDF(e.T0+(rt-e.T0)*(float64(k)+0.5)/steps, c)) * (rt - e.T0) / steps
				}
				within(t, "cdf by its sum", l.CDF(rt, c), sum, 1e-5)
			}
		}
	}
}

func TestLBASimulate(t *testing.T) {
	for _, l := range []LBA{
		{A: 0.5, B: 1, T0: 0.2, V: []float64{1.2, 0.8}},
		{A: 0, B: 1, T0: 0.1, V: []float64{2, 1, -0.5}, SV: []float64{1, 0.7, 1.2}},
		{A: 0.4, B: 0.6, T0: 0.1, V: []float64{0.3, -0.2}, Negative: true},
	} {
		const n = 40000
		r, err := l.Simulate(n, 5)
		if err != nil {
			t.Fatal(err)
		}
		all := 0.0
		for c := range l.V {
			for _, at := range []float64{0.4, 0.8, 2, math.Inf(1)} {
				count := 0.0
				for i, rt := range r.RT {
					if r.Choice[i] == c && rt <= at {
						count++
					}
				}
				within(t, l.String(), count/n, l.CDF(at, c), 4*math.Sqrt(0.25/n))
			}
			all += l.CDF(math.Inf(1), c)
		}
		want := 1.0
		if l.Negative {
			want -= vec.NormCDF(-0.3) * vec.NormCDF(0.2)
		}
		within(t, "all", all, want, 1e-6)
	}
}

func TestFitLBA(t *testing.T) {
	truth := LBA{A: 0.6, B: 1.1, T0: 0.2, V: []float64{2.5, 1}}
	const runs = 3
	covered, of := 0, 0
	for k := range uint64(runs) {
		r, err := truth.Simulate(500, k)
		if err != nil {
			t.Fatal(err)
		}
		f, err := FitLBA(r.RT, r.Choice, 2)
		if err != nil || !f.Converged {
			t.Fatalf("set %d: %v %v", k, err, f)
		}
		if f.LogLik < truth.LogLikelihood(r.RT, r.Choice) {
			t.Errorf("set %d: log likelihood %g, of the truth %g", k, f.LogLik, truth.LogLikelihood(r.RT, r.Choice))
		}
		for i, p := range f.Params {
			of++
			if want := []float64{0.6, 0.5, 0.2, 2.5, 1}[i]; p.Lo < want && want < p.Hi {
				covered++
			}
		}
	}
	t.Logf("%d of %d limits hold the truth", covered, of)
	if covered < 12 {
		t.Errorf("%d of %d limits hold the truth", covered, of)
	}
}

func TestLBAEdges(t *testing.T) {
	l := LBA{A: 0.5, B: 1, T0: 0.2, V: []float64{1, 2}}
	for _, c := range []struct {
		rt     float64
		choice int
		want   float64
	}{{0.2, 0, math.Inf(-1)}, {-1, 1, math.Inf(-1)}, {math.Inf(1), 0, math.Inf(-1)}, {math.NaN(), 0, math.NaN()}, {1, 2, math.NaN()}, {1, -1, math.NaN()}} {
		if got := l.LogPDF(c.rt, c.choice); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("at %g, choice %d: %g, want %g", c.rt, c.choice, got, c.want)
		}
	}
	// Starts that hardly vary are as those that do not.
	near, same := l, l
	near.A, same.A = 1.001e-4, 0.999e-4
	within(t, "A next to 0", near.LogPDF(0.9, 0), same.LogPDF(0.9, 0), 1e-6)
	for want, bad := range map[string]LBA{
		"A is -1": {A: -1, B: 1, V: l.V}, "B is 0.5": {A: 0.5, B: 0.5, V: l.V}, "T0 is NaN": {B: 1, T0: math.NaN(), V: l.V},
		"V has 1": {B: 1, V: l.V[:1]}, "SV has 1": {B: 1, V: l.V, SV: l.V[:1]}, "SV[0] is 0": {B: 1, V: l.V, SV: []float64{0, 1}}, "V[1] is NaN": {B: 1, V: []float64{1, math.NaN()}},
	} {
		if err := bad.Check(); err == nil || !strings.Contains(err.Error(), want) || !math.IsNaN(bad.LogPDF(1, 0)) || !strings.Contains(bad.Show().Text(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	rt := []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4}
	for want, c := range map[string]func() error{
		"as many":         func() error { _, err := FitLBA(rt, nil, 2); return err },
		"accumulators is": func() error { _, err := FitLBA(rt, make([]int, 10), 1); return err },
		"choice[3] is 2":  func() error { _, err := FitLBA(rt, []int{0, 0, 0, 2, 0, 0, 0, 0, 0, 0}, 2); return err },
		"rt has 3":        func() error { _, err := FitLBA(rt[:3], make([]int, 3), 2); return err },
	} {
		if err := c(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if f, err := FitLBA(rt, make([]int, 10), 2); err != nil || !strings.Contains(f.String(), "response 1 was never given") {
		t.Errorf("%v %v", err, f)
	}
}
