package stats_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// TestPeers holds both corrections against statsmodels' multipletests and the
// adjusted p-values against SciPy's false_discovery_control, see
// testdata/stats/make.py.
func TestPeers(t *testing.T) {
	var cases []struct {
		P                []float64
		Level            float64
		FDR, Bonferroni  []bool
		Adjusted         []float64
		FDRThreshold     float64 `json:"fdr_threshold"`
		BonferroniAtMost float64 `json:"bonferroni_threshold"`
	}
	golden.JSON(t, golden.Path(t, "stats/multiple.json"), &cases)
	for i, c := range cases {
		threshold, reject := stats.FDR(c.P, c.Level)
		if threshold != c.FDRThreshold || fmt.Sprint(reject) != fmt.Sprint(c.FDR) {
			t.Errorf("case %d: FDR threshold %g, want %g; %v", i, threshold, c.FDRThreshold, reject)
		}
		threshold, reject = stats.Bonferroni(c.P, c.Level)
		if threshold != c.BonferroniAtMost || fmt.Sprint(reject) != fmt.Sprint(c.Bonferroni) {
			t.Errorf("case %d: Bonferroni threshold %g, want %g; %v", i, threshold, c.BonferroniAtMost, reject)
		}
		golden.Close(t, "adjusted", stats.FDRAdjust(c.P), c.Adjusted, 1e-15)
	}
	if len(cases) < 20 {
		t.Errorf("%d cases", len(cases))
	}
}

func TestSmall(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		p         []float64
		q         float64
		threshold float64
		reject    []bool
	}{
		{nil, 0.05, 0, []bool{}},
		{[]float64{nan, nan}, 0.05, 0, []bool{false, false}},
		{[]float64{0.05}, 0.05, 0.05, []bool{true}},
		{[]float64{0.051}, 0.05, 0, []bool{false}},
		// The second alone would not pass 0.05/2; the third pulls both in.
		{[]float64{0.04, 0.03, 0.05}, 0.05, 0.05, []bool{true, true, true}},
		// NaN is not a test: of two, 0.02 passes 0.05/2; of three it would not.
		{[]float64{nan, 0.02, 0.9}, 0.05, 0.02, []bool{false, true, false}},
		{[]float64{0.02, 0.9, 0.8}, 0.05, 0, []bool{false, false, false}},
		// Exactly on the line q k/m at every rank, in decimal.
		{[]float64{0.03, 0.9, 0.01, 0.02, 0.91}, 0.05, 0.03, []bool{true, false, true, true, false}},
		{[]float64{0.07, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9}, 0.49, 0.07, []bool{true, false, false, false, false, false, false}},
		{[]float64{0, 0, 1}, 0.05, 0, []bool{true, true, false}},
		{[]float64{0, 0.5}, 0, 0, []bool{true, false}},
		{[]float64{1, 1}, 1, 1, []bool{true, true}},
	} {
		threshold, reject := stats.FDR(c.p, c.q)
		if threshold != c.threshold || fmt.Sprint(reject) != fmt.Sprint(c.reject) {
			t.Errorf("FDR(%v, %g) = %g, %v; want %g, %v", c.p, c.q, threshold, reject, c.threshold, c.reject)
		}
	}
	for _, c := range []struct {
		p         []float64
		alpha     float64
		threshold float64
		reject    []bool
	}{
		{nil, 0.05, 0, []bool{}},
		{[]float64{nan}, 0.05, 0, []bool{false}},
		{[]float64{0.01, nan, 0.02, 0.03, 0.0125}, 0.05, 0.0125, []bool{true, false, false, false, true}},
		{[]float64{0.01, 0.5, 0.5, 0.5, 0.5}, 0.05, 0.01, []bool{true, false, false, false, false}},
	} {
		threshold, reject := stats.Bonferroni(c.p, c.alpha)
		if threshold != c.threshold || fmt.Sprint(reject) != fmt.Sprint(c.reject) {
			t.Errorf("Bonferroni(%v, %g) = %g, %v; want %g, %v", c.p, c.alpha, threshold, reject, c.threshold, c.reject)
		}
	}
	if threshold, reject := stats.FDR([]float64{0, 1}, nan); !math.IsNaN(threshold) || reject[0] {
		t.Errorf("a level of NaN gives %g, %v", threshold, reject)
	}
	if threshold, reject := stats.Bonferroni([]float64{0, 1}, nan); !math.IsNaN(threshold) || reject[0] {
		t.Errorf("a level of NaN gives %g, %v", threshold, reject)
	}
}

// TestFDRProperties: the definition, by counting; order does not matter; a
// higher level rejects no fewer; the adjusted p-values say the same.
func TestFDRProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 60).Draw(t, "p")
		for i := range p {
			if rapid.IntRange(0, 3).Draw(t, "shrink") == 0 {
				p[i] *= 0.01
			}
		}
		q := rapid.Float64Range(0.001, 0.999).Draw(t, "q")
		threshold, reject := stats.FDR(p, q)
		count := 0
		for i, r := range reject {
			if r != (p[i] <= threshold && threshold > 0 || r && p[i] == 0) {
				t.Fatalf("p %g, threshold %g, rejected %v", p[i], threshold, r)
			}
			if r {
				count++
			}
		}
		// No p-value above the threshold has enough below it.
		for _, candidate := range p {
			rank := 0
			for _, v := range p {
				if v <= candidate {
					rank++
				}
			}
			fits := candidate*float64(len(p)) <= q*float64(rank)*(1-1e-12)
			if fits && candidate > threshold {
				t.Fatalf("%g has rank %d of %d but the threshold is %g", candidate, rank, len(p), threshold)
			}
		}
		if float64(count) > 0 && threshold*float64(len(p)) > q*float64(count)*(1+1e-12) {
			t.Fatalf("threshold %g with %d of %d at q %g", threshold, count, len(p), q)
		}
		for i, a := range stats.FDRAdjust(p) {
			if a < p[i] || a > 1 || math.Abs(a-q) > 1e-12 && (a <= q) != reject[i] {
				t.Fatalf("adjusted %g, q %g, rejected %v", a, q, reject[i])
			}
		}
		if more, _ := stats.FDR(p, math.Min(1, 1.5*q)); more < threshold {
			t.Fatalf("threshold falls from %g to %g as q grows", threshold, more)
		}
		if _, b := stats.Bonferroni(p, q); len(b) == len(reject) {
			for i := range b {
				if b[i] && !reject[i] {
					t.Fatalf("Bonferroni rejects %g and FDR does not", p[i])
				}
			}
		}
	})
}

func TestPanics(t *testing.T) {
	for want, f := range map[string]func(){
		"stats: FDR: p[1] is 1.5; a p-value lies between 0 and 1":         func() { stats.FDR([]float64{0.1, 1.5}, 0.05) },
		"stats: FDR: q is 1.2; it must lie between 0 and 1":               func() { stats.FDR([]float64{0.1}, 1.2) },
		"stats: Bonferroni: p[0] is -0.1; a p-value lies between 0 and 1": func() { stats.Bonferroni([]float64{-0.1}, 0.05) },
		"stats: Bonferroni: alpha is -1; it must lie between 0 and 1":     func() { stats.Bonferroni([]float64{0.1}, -1) },
		"stats: FDRAdjust: p[0] is +Inf; a p-value lies between 0 and 1":  func() { stats.FDRAdjust([]float64{math.Inf(1)}) },
	} {
		func() {
			defer func() {
				if r := recover(); r != want {
					t.Errorf("panic %v, want %q", r, want)
				}
			}()
			f()
		}()
	}
}
