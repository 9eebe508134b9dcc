package behavior

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func measure(n [4]int, rule string) (SDT, error) {
	if rule == "" {
		return DPrime(n[0], n[1], n[2], n[3])
	}
	return DPrimeCorrected(n[0], n[1], n[2], n[3], rule)
}

func TestPeer(t *testing.T) {
	var cases []struct {
		Table             [4]int
		Rule              string
		D, C, Beta, A, SE float64
	}
	golden.JSON(t, golden.Path(t, "behavior/sdt.json"), &cases)
	if len(cases) < 30 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		s, err := measure(c.Table, c.Rule)
		if err != nil {
			t.Errorf("%v %q: %v", c.Table, c.Rule, err)
			continue
		}
		// The quantiles of both sides are good to some 1e-15; beta takes their
		// product through an exponential.
		close(t, c.Table, c.Rule, "d'", s.DPrime, c.D, 1e-12)
		close(t, c.Table, c.Rule, "C", s.C, c.C, 1e-12)
		close(t, c.Table, c.Rule, "beta", s.Beta, c.Beta, 1e-11)
		close(t, c.Table, c.Rule, "A'", s.APrime, c.A, 1e-14)
		close(t, c.Table, c.Rule, "SE", s.SE, c.SE, 1e-11)
	}
}

func TestSharedPeer(t *testing.T) {
	var g struct {
		SDT []struct {
			Inp  [4]int
			Corr string
			Out  struct {
				H, F                    float64
				DPrime, C, Beta, APrime float64
				SE                      float64 `json:"se_d"`
			}
		} `json:"sdt"`
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/sdt.json"), &g)
	for _, c := range g.SDT {
		rule := map[string]string{"none": "", "loglinear": "loglinear", "1/2N": "replace"}[c.Corr]
		s, err := measure(c.Inp, rule)
		if err != nil {
			t.Errorf("%v %q: %v", c.Inp, rule, err)
			continue
		}
		close(t, c.Inp, rule, "d'", s.DPrime, c.Out.DPrime, 1e-12)
		close(t, c.Inp, rule, "C", s.C, c.Out.C, 1e-12)
		close(t, c.Inp, rule, "beta", s.Beta, c.Out.Beta, 1e-11)
		close(t, c.Inp, rule, "A'", s.APrime, c.Out.APrime, 1e-14)
		close(t, c.Inp, rule, "SE", s.SE, c.Out.SE, 1e-11)
		close(t, c.Inp, rule, "hit rate", s.HitRate, c.Out.H, 1e-15)
		close(t, c.Inp, rule, "false-alarm rate", s.FalseAlarmRate, c.Out.F, 1e-15)
	}
}

func close(t *testing.T, table [4]int, rule, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%v %q: %s = %.17g, want %.17g", table, rule, what, got, want)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		n    [4]int
		rule string
		want string
	}{
		{"all hits", [4]int{50, 0, 3, 47}, "", "behavior: DPrime: the hit rate is 1 (50 of 50), which makes d' infinite"},
		{"no hits", [4]int{0, 50, 3, 47}, "", "the hit rate is 0 (0 of 50)"},
		{"all false alarms", [4]int{10, 40, 47, 0}, "", "the false-alarm rate is 1 (47 of 47)"},
		{"no false alarms", [4]int{10, 40, 0, 47}, "", "use DPrimeCorrected"},
		{"negative hits", [4]int{-1, 40, 3, 47}, "", "behavior: DPrime: hits is -1, a number of trials must be 0 or more"},
		{"negative misses", [4]int{1, -40, 3, 47}, "loglinear", "behavior: DPrimeCorrected: m (misses) is -40"},
		{"negative false alarms", [4]int{1, 4, -3, 47}, "replace", "f (false alarms) is -3"},
		{"negative rejections", [4]int{1, 4, 3, -7}, "replace", "c (correct rejections) is -7"},
		{"no signal", [4]int{0, 0, 3, 47}, "loglinear", "at least one trial with a signal"},
		{"no noise", [4]int{3, 47, 0, 0}, "", "at least one trial without a signal"},
		{"rule", [4]int{20, 5, 10, 15}, "hautus", `rule is "hautus", it must be "loglinear" or "replace"`},
	} {
		s, err := measure(c.n, c.rule)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error that says %q", c.name, s, err, c.want)
		}
	}
	if _, err := DPrimeCorrected(20, 5, 10, 15, ""); err == nil || !strings.Contains(err.Error(), `rule is ""`) {
		t.Errorf("no rule: %v", err)
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 500)
		h, f := n.Draw(t, "hits"), n.Draw(t, "false alarms")
		m, c := 1+n.Draw(t, "misses"), 1+n.Draw(t, "rejections")
		rule := rapid.SampledFrom([]string{"loglinear", "replace"}).Draw(t, "rule")
		s, err := DPrimeCorrected(h, m, f, c, rule)
		if err != nil {
			t.Fatal(err)
		}
		// Who says "yes" for "no" mirrors the criterion and keeps d'.
		mirror, _ := DPrimeCorrected(c, f, m, h, rule)
		if math.Abs(s.DPrime-mirror.DPrime) > 1e-11 || math.Abs(s.C+mirror.C) > 1e-11 || math.Abs(s.Beta*mirror.Beta-1) > 1e-11 {
			t.Fatalf("%+v and its mirror %+v", s, mirror)
		}
		// Signal for noise changes the sign of d'.
		swapped, _ := DPrimeCorrected(f, c, h, m, rule)
		if math.Abs(s.DPrime+swapped.DPrime) > 1e-11 || math.Abs(s.APrime+swapped.APrime-1) > 1e-13 {
			t.Fatalf("%+v and swapped %+v", s, swapped)
		}
		if s.APrime < 0 || s.APrime > 1 || !(s.SE > 0) || math.IsInf(s.DPrime, 0) {
			t.Fatalf("%+v", s)
		}
		if (s.DPrime > 0) != (s.HitRate > s.FalseAlarmRate) {
			t.Fatalf("d' %g for rates %g and %g", s.DPrime, s.HitRate, s.FalseAlarmRate)
		}
	})
}

func TestShow(t *testing.T) {
	s, err := DPrime(45, 5, 5, 45)
	if err != nil {
		t.Fatal(err)
	}
	const want = "d' = 2.56 ± 0.34, C = 0.00, beta = 1.00, A' = 0.94 (hits 90%, false alarms 10%)"
	if s.String() != want {
		t.Errorf("%q, want %q", s.String(), want)
	}
	var shower display.Shower = s
	if text := shower.Show().Data[display.TypeText]; text != want {
		t.Errorf("shown as %q", text)
	}
	// The peaks of the drawn densities are d' apart.
	layers := s.Plot().Panels[0].Layers
	if d := peak(layers[1].X, layers[1].Y) - peak(layers[0].X, layers[0].Y); math.Abs(d-s.DPrime) > 0.1 {
		t.Errorf("drawn %g apart, d' is %g", d, s.DPrime)
	}
	corrected, _ := DPrimeCorrected(25, 0, 0, 25, "loglinear")
	if got := corrected.Table().Title; got != "signal detection, 25 signal and 25 noise trials, loglinear correction" {
		t.Errorf("title %q", got)
	}
}

func peak(x, y []float64) float64 {
	at := 0
	for i := range y {
		if y[i] > y[at] {
			at = i
		}
	}
	return x[at]
}
