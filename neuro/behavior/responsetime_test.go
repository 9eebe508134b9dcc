package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

func TestResponseTimePeer(t *testing.T) {
	var g struct {
		ExGauss struct {
			Mu, Sigma, Tau float64
			T, PDF, CDF    []float64
		}
		Fit struct {
			X                     []float64
			Mu, Sigma, Tau, NegLL float64
			Quantiles             []float64 `json:"quantiles_type7"`
		} `json:"exgauss_fit"`
		EZ []struct {
			Pc, VRT, MRT, S float64
			Out             struct{ V, A, Ter float64 }
		}
		Later struct {
			Mu, Sigma   float64
			T, PDF, CDF []float64
		}
		Wald struct {
			V, A, T0 float64
			T, PDF   []float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/rt_py.json"), &g)
	e := ExGauss{g.ExGauss.Mu, g.ExGauss.Sigma, g.ExGauss.Tau}
	for i, x := range g.ExGauss.T {
		within(t, "ex-Gaussian density", vec.Exp(e.LogPDF(x)), g.ExGauss.PDF[i], 1e-9*g.ExGauss.PDF[i])
		within(t, "ex-Gaussian cdf", e.CDF(x), g.ExGauss.CDF[i], 1e-9)
	}
	l := LATER{g.Later.Mu, g.Later.Sigma}
	for i, x := range g.Later.T {
		within(t, "LATER density", vec.Exp(l.LogPDF(x)), g.Later.PDF[i], 1e-8*g.Later.PDF[i])
		within(t, "LATER cdf", l.CDF(x), g.Later.CDF[i], 1e-9)
	}
	w := Wald{g.Wald.V, g.Wald.A, g.Wald.T0}
	for i, x := range g.Wald.T {
		within(t, "Wald density", vec.Exp(w.LogPDF(x)), g.Wald.PDF[i], 1e-8*g.Wald.PDF[i])
	}
	for _, c := range g.EZ {
		d, err := EZDiffusion(c.Pc, c.VRT, c.MRT)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "EZ v", d.V*c.S, c.Out.V, 1e-9)
		within(t, "EZ a", d.A*c.S, c.Out.A, 1e-9)
		within(t, "EZ Ter", d.T0, c.Out.Ter, 1e-9)
	}
	f, err := FitExGauss(g.Fit.X)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "mu", f.Model.Mu, g.Fit.Mu, 1e-5)
	within(t, "sigma", f.Model.Sigma, g.Fit.Sigma, 1e-5)
	within(t, "tau", f.Model.Tau, g.Fit.Tau, 1e-5)
	within(t, "log likelihood", f.LogLik, -g.Fit.NegLL, 1e-8)
	q, err := RTQuantiles(g.Fit.X, 0.1, 0.3, 0.5, 0.7, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "quantiles", q, g.Fit.Quantiles, 1e-12)
}

// The cdf is the integral of the density, in every model.
func TestResponseTimeIntegrals(t *testing.T) {
	for name, m := range map[string]struct{ log, cdf func(float64) float64 }{
		"ex-Gaussian": {ExGauss{0.4, 0.05, 0.1}.LogPDF, ExGauss{0.4, 0.05, 0.1}.CDF},
		"narrow tail": {ExGauss{0.4, 0.05, 0.003}.LogPDF, ExGauss{0.4, 0.05, 0.003}.CDF},
		"Wald":        {Wald{3, 1.2, 0.2}.LogPDF, Wald{3, 1.2, 0.2}.CDF},
		"LATER":       {LATER{5, 1}.LogPDF, LATER{5, 1}.CDF},
	} {
		sum := 0.0
		const n, end = 40000, 2.0
		for i := range n {
			x := end * (float64(i) + 0.5) / n
			sum += vec.Exp(m.log(x)) * end / n
			if i%5000 == 4999 {
				within(t, name, m.cdf(end*float64(i+1)/n), sum, 1e-6)
			}
		}
	}
	if v := (ExGauss{0.4, 0.05, 0.003}).LogPDF(-5); math.IsInf(v, 0) || math.IsNaN(v) {
		t.Errorf("far tail: %g", v)
	}
}

func TestExGaussRecovery(t *testing.T) {
	covered := 0
	const runs = 60
	for k := range runs {
		s := rng.New(5, uint64(k))
		rt := make([]float64, 300)
		for i := range rt {
			rt[i] = 0.4 + 0.04*s.Norm() - 0.12*vec.Log(s.Positive())
		}
		f, err := FitExGauss(rt)
		if err != nil {
			t.Fatalf("run %d: %v", k, err)
		}
		if math.Abs(f.Model.Tau-0.12) < 1.96*f.SE.Tau {
			covered++
		}
	}
	if covered < 51 {
		t.Errorf("tau's 95%% interval covers %d of %d", covered, runs)
	}
}

func TestConditionalAccuracy(t *testing.T) {
	a, err := ConditionalAccuracy([]float64{0.5, 0.2, 0.3, 0.6, 0.4}, []bool{true, false, true, true, false}, 2)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "times", a.RT, []float64{0.3, 0.55}, 1e-15)
	golden.Close(t, "accuracy", a.Correct, []float64{1.0 / 3, 1}, 1e-15)
	if a.Trials[0] != 3 || a.SE[1] != 0 {
		t.Errorf("%+v", a)
	}
}

func TestResponseTimeErrors(t *testing.T) {
	equal, left := make([]float64, 20), make([]float64, 40)
	for i := range left {
		left[i] = 1 - 0.001*float64(i*i)
	}
	for want, f := range map[string]func() error{
		"rt has 2 times":   func() error { _, err := FitExGauss([]float64{1, 2}); return err },
		"all 20 times":     func() error { _, err := FitExGauss(equal); return err },
		"no exponential":   func() error { _, err := FitExGauss(left); return err },
		"times are 0.2 s":  func() error { _, err := FitLATER([]float64{0.2, 0.2, 0.2}); return err },
		"a latency must":   func() error { _, err := FitLATER([]float64{0.2, 0}); return err },
		"correct is 1,":    func() error { _, err := EZDiffusion(1, 0.1, 0.5); return err },
		"correct is 0.5":   func() error { _, err := EZDiffusion(0.5, 0.1, 0.5); return err },
		"variance is 0":    func() error { _, err := EZDiffusion(0.8, 0, 0.5); return err },
		"rt is empty":      func() error { _, err := RTQuantiles(nil, 0.5); return err },
		"probability 0 is": func() error { _, err := RTQuantiles(equal, 1.5); return err },
		"bins is 3":        func() error { _, err := ConditionalAccuracy([]float64{1}, []bool{true}, 3); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
