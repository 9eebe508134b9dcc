package behavior

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestROC(t *testing.T) {
	var cases []struct {
		Signal, Noise, FPR, TPR []float64
		AUC                     float64
	}
	golden.JSON(t, golden.Path(t, "behavior/roc.json"), &cases)
	for i, c := range cases {
		r, err := ROC(c.Signal, c.Noise)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "FPR", r.FalseAlarm, c.FPR, 1e-15)
		golden.Close(t, "TPR", r.Hit, c.TPR, 1e-15)
		if math.Abs(r.AUC-c.AUC) > 1e-14 {
			t.Errorf("case %d: area %g, scikit-learn has %g", i, r.AUC, c.AUC)
		}
		r.Show()
	}
	// Hanley and McNeil's formula by hand: an area of 3/4 with 2 and 2 trials.
	r, _ := ROC([]float64{1, 3}, []float64{0, 2})
	a := 0.75
	if want := math.Sqrt((a*(1-a) + (a/(2-a) - a*a) + (2*a*a/(1+a) - a*a)) / 4); r.AUC != a || math.Abs(r.SE-want) > 1e-15 {
		t.Errorf("area %g ± %g, want %g ± %g", r.AUC, r.SE, a, want)
	}
	for _, bad := range [][2][]float64{{nil, {1}}, {{1}, nil}, {{math.NaN()}, {1}}} {
		if _, err := ROC(bad[0], bad[1]); err == nil {
			t.Errorf("%v is allowed", bad)
		}
	}
}

// Simulated choices and times are those of the model: the share of upper
// choices within four standard errors, and Kolmogorov's distance of the times
// below the bound that one sample in 10,000 exceeds, with coarse steps too.
func TestSimulateDDM(t *testing.T) {
	for _, c := range []struct {
		d  DDM
		dt float64
	}{{DDM{A: 1.2, V: 0.8, T0: 0.2, Z: 0.4, S: 1}, 0.002}, {DDM{A: 2, V: -0.5, T0: 0, Z: 0.6, S: 1.5}, 0.01}} {
		const n = 4000
		r, err := c.d.Simulate(n, c.dt, 3)
		if err != nil {
			t.Fatal(err)
		}
		upper := 0
		for _, u := range r.Upper {
			if u {
				upper++
			}
		}
		p := c.d.PUpper()
		if se := math.Sqrt(p * (1 - p) / n); math.Abs(float64(upper)/n-p) > 4*se {
			t.Errorf("%v: %d of %d upper, want %.1f%%", c.d, upper, n, 100*p)
		}
		// The model's distribution over both boundaries on a fine grid.
		const grid, end = 4000, 12.0
		cdf, worst := 0.0, 0.0
		for k := range grid {
			at := end * (float64(k) + 0.5) / grid
			cdf += (math.Exp(c.d.LogPDF(at, true)) + math.Exp(c.d.LogPDF(at, false))) * end / grid
			if k%100 != 99 {
				continue
			}
			below := 0
			for _, rt := range r.RT {
				if rt <= end*float64(k+1)/grid {
					below++
				}
			}
			worst = math.Max(worst, math.Abs(float64(below)/n-cdf))
		}
		if worst > 2.225/math.Sqrt(n) {
			t.Errorf("%v: times differ from the model by %.4f, allowed %.4f", c.d, worst, 2.225/math.Sqrt(n))
		}
		again, _ := c.d.Simulate(10, c.dt, 3)
		if again.RT[7] != r.RT[7] || len(r.Paths) != mostPaths || len(again.Paths) != 10 {
			t.Error("a trial depends on how many there are")
		}
		r.Show()
	}
	for _, f := range []func() error{
		func() error { _, err := (DDM{}).Simulate(1, 0.1, 0); return err },
		func() error { _, err := NewDDM().Simulate(0, 0.1, 0); return err },
		func() error { _, err := NewDDM().Simulate(1, 0, 0); return err },
	} {
		if f() == nil {
			t.Error("no error")
		}
	}
}
