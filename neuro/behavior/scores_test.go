package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestTasksPeer(t *testing.T) {
	var g struct {
		K []struct {
			N                    int
			H, F, Cowan, Pashler float64
		} `json:"cowan_pashler"`
		ZL struct {
			KSD []struct {
				Kappa float64
				SD    float64 `json:"sd_rad"`
			} `json:"K_sd"`
			PDF []struct{ Err, G, Kappa, P float64 }
		} `json:"zhang_luck"`
		Delay struct {
			D, Indiff []float64
			KHyp      float64 `json:"k_hyp"`
			KExp      float64 `json:"k_exp"`
			RSSHyp    float64 `json:"rss_hyp"`
			RSSExp    float64 `json:"rss_exp"`
			AUC       float64 `json:"AUC_myerson"`
		} `json:"delay_discount"`
		IAT struct {
			B3, B4, B6, B7 []float64
			Prac           float64 `json:"D_prac"`
			Test           float64 `json:"D_test"`
			D              float64
		}
		RCI struct {
			Pre, Post, SD, RXX float64
			JT                 float64 `json:"rci_JT"`
			Practice3          float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/tasks.json"), &g)
	for _, c := range g.K {
		k, err := CowanK(c.N, c.H, c.F)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "Cowan's K", k, c.Cowan, 1e-12)
		k, _ = PashlerK(c.N, c.H, c.F)
		within(t, "Pashler's K", k, c.Pashler, 1e-12)
	}
	for _, c := range g.ZL.KSD {
		within(t, "SD", vonMisesSD(c.Kappa), c.SD, 1e-8)
	}
	for _, c := range g.ZL.PDF {
		m := ReportMixture{Guess: c.G, Kappa: c.Kappa}
		within(t, "mixture density", m.PDF(c.Err), c.P, 1e-9)
	}
	h, err := FitDiscounting(g.Delay.D, g.Delay.Indiff, "hyperbolic")
	if err != nil {
		t.Fatal(err)
	}
	within(t, "hyperbolic K", h.K, g.Delay.KHyp, 1e-4*h.K)
	within(t, "hyperbolic RSS", h.RSS, g.Delay.RSSHyp, 1e-9)
	within(t, "AUC", h.AUC, g.Delay.AUC, 1e-12)
	e, err := FitDiscounting(g.Delay.D, g.Delay.Indiff, "exponential")
	if err != nil {
		t.Fatal(err)
	}
	within(t, "exponential K", e.K, g.Delay.KExp, 1e-4*e.K)
	within(t, "exponential RSS", e.RSS, g.Delay.RSSExp, 1e-9)
	d, err := IATD(g.IAT.B3, g.IAT.B4, g.IAT.B6, g.IAT.B7)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "D practice", d.Practice, g.IAT.Prac, 1e-12)
	within(t, "D test", d.Test, g.IAT.Test, 1e-12)
	within(t, "D", d.D, g.IAT.D, 1e-12)
	r, err := ReliableChange(g.RCI.Pre, g.RCI.Post, g.RCI.SD, g.RCI.RXX, 0)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "RCI", r, g.RCI.JT, 1e-12)
	r, _ = ReliableChange(g.RCI.Pre, g.RCI.Post, g.RCI.SD, g.RCI.RXX, 3)
	within(t, "RCI with practice", r, g.RCI.Practice3, 1e-12)
}

// I0 and I1 against their power series (Abramowitz and Stegun 9.6.10).
func TestBessel(t *testing.T) {
	for _, x := range []float64{0, 0.1, 1, 7, 30} {
		s0, s1, term := 0.0, 0.0, 1.0
		for k := 0.0; k < 200; k++ {
			s0 += term
			s1 += term * x / 2 / (k + 1)
			term *= x * x / 4 / ((k + 1) * (k + 1))
		}
		i0, i1 := bessel(x)
		within(t, "I0", i0, s0*math.Exp(-x), 1e-12)
		within(t, "I1", i1, s1*math.Exp(-x), 1e-12)
	}
}

func TestReportMixtureRecovery(t *testing.T) {
	const runs = 40
	covered, sum := 0, 0.0
	for k := range runs {
		s := rng.New(8, uint64(k))
		var e []float64
		for len(e) < 400 {
			x := math.Pi * (2*s.Float64() - 1)
			// By rejection, from the mixture of a von Mises of concentration 8.
			if s.Float64() < 0.25 {
				e = append(e, x)
				continue
			}
			for s.Float64() > math.Exp(8*(math.Cos(x)-1)) {
				x = math.Pi * (2*s.Float64() - 1)
			}
			e = append(e, x)
		}
		f, err := FitReportMixture(e)
		if err != nil {
			t.Fatalf("run %d: %v", k, err)
		}
		sum += f.Guess
		if math.Abs(f.Guess-0.25) < 1.96*f.SEGuess && math.Abs(f.Kappa-8) < 3*f.SEKappa {
			covered++
		}
	}
	within(t, "mean guess rate", sum/runs, 0.25, 0.02)
	if covered < 33 {
		t.Errorf("covered in %d of %d", covered, runs)
	}
	// Errors without any guess end at the limit.
	s := rng.New(1, 0)
	var e []float64
	for range 300 {
		e = append(e, 0.2*math.Max(-2, math.Min(2, s.Norm())))
	}
	f, err := FitReportMixture(e)
	if err != nil || f.Guess > 1e-3 {
		t.Errorf("%v, %v", f, err)
	}
}

func TestTaskErrors(t *testing.T) {
	one, two := []float64{1}, []float64{500, 600}
	fast := []float64{100, 200}
	for want, f := range map[string]func() error{
		"n is 0":        func() error { _, err := CowanK(0, 1, 1); return err },
		"falseAlarm is": func() error { _, err := PashlerK(4, 1, 1); return err },
		"errors[1] is 30 rad, more than two turns": func() error { _, err := FitReportMixture([]float64{1, 30}); return err },
		"response[0] is 200 rad and target 10": func() error {
			_, err := FitReportSwaps([]float64{200}, []float64{10}, [][]float64{{20}})
			return err
		},
		"there are 1":    func() error { _, err := FitReportMixture(one); return err },
		"as large":       func() error { _, err := FitReportMixture(make([]float64, 20)); return err },
		"model is":       func() error { _, err := FitDiscounting(one, one, ""); return err },
		"all values are": func() error { _, err := FitDiscounting(one, one, "exponential"); return err },
		"delay[0] is 0":  func() error { _, err := FitDiscounting([]float64{0}, one, "exponential"); return err },
		"value[0] is 2":  func() error { _, err := FitDiscounting(one, []float64{2}, "exponential"); return err },
		"b4 has no":      func() error { _, err := IATD(two, nil, two, two); return err },
		"than 300 ms":    func() error { _, err := IATD(fast, two, two, two); return err },
		"reliability 1,": func() error { _, err := ReliableChange(1, 2, 1, 1, 0); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
