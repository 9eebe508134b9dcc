package spikes

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestIsolationReference(t *testing.T) {
	var ref struct {
		Isolation []struct {
			X      [][]float64
			Unit   []int
			Values []struct{ LRatio, Distance, DPrime, Silhouette, Hit, Miss float64 }
		}
		Cutoff []struct {
			Amplitude []float64
			Value     float64
		}
	}
	golden.JSON(t, golden.Path(t, "spikes/quality.json"), &ref)
	for _, c := range ref.Isolation {
		for u, w := range c.Values {
			q, err := IsolationOf(c.X, c.Unit, u)
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, "isolation", []float64{q.LRatio, q.Distance, q.DPrime, q.Silhouette, q.HitRate, q.MissRate},
				[]float64{w.LRatio, w.Distance, w.DPrime, w.Silhouette, w.Hit, w.Miss}, 1e-9)
		}
	}
	for _, c := range ref.Cutoff {
		got, err := AmplitudeCutoff(c.Amplitude)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "amplitude cutoff", []float64{got}, []float64{c.Value}, 1e-9)
	}
}

func TestRefractoryViolations(t *testing.T) {
	// 4 spikes within 1.5 ms and 4 apart: 3 short intervals; pairs 0-1, 0-2, 1-2, 1-3, 2-3.
	s := neuro.Spikes{100, 100.7, 101.4, 102, 300, 500, 700, 900}
	v, err := RefractoryViolations(s, 0, 1000, 1.5, 0)
	if err != nil {
		t.Fatal(err)
	}
	if v.Short != 3 || v.Pairs != 5 {
		t.Errorf("%d short intervals, %d pairs", v.Short, v.Pairs)
	}
	golden.Close(t, "ratio", []float64{v.Ratio}, []float64{3 * 1000 / (2 * 64 * 1.5)}, 1e-14)
	if v.Share != 1 {
		t.Errorf("share is %g; its root is of a negative number", v.Share)
	}
	if v, err = RefractoryViolations(s[:2], 0, 1000, 1.5, 0.5); err != nil {
		t.Fatal(err)
	}
	if v, err = RefractoryViolations(neuro.Spikes{}, 0, 1000, 1.5, 0); err != nil || !math.IsNaN(v.Ratio) || !math.IsNaN(v.Share) {
		t.Errorf("no spikes: %v, %v", v, err)
	}
	// A share c of spikes from another cell, both independent apart from their own dead times:
	// pairs are those of own and other spikes, N² r/T · 2c(1-c) in the mean, plus the others' own.
	const T, share = 2e6, 0.1
	own, err := Poisson(18, 0, T, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Poisson(2, 0, T, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	both := append(append(neuro.Spikes{}, own...), other...)
	sortSpikes(both)
	if v, err = RefractoryViolations(both, 0, T, 1.5, 0); err != nil {
		t.Fatal(err)
	}
	if math.Abs(v.Share-share) > 0.02 {
		t.Errorf("%g of the spikes are another cell's, %g by Llobet", share, v.Share)
	}
	// Hill's ratio: short intervals are 2 r f (1-f) N²/T + r f² N²/T.
	want := share*(1-share) + share*share/2
	if math.Abs(v.Ratio-want) > 0.02 {
		t.Errorf("ratio %g, expected %g", v.Ratio, want)
	}
	for _, c := range []struct{ refractory, censored float64 }{{0, 0}, {1, 1}, {1, -1}, {math.NaN(), 0}} {
		if _, err := RefractoryViolations(s, 0, 1000, c.refractory, c.censored); err == nil || !strings.Contains(err.Error(), "0 <= censored < refractory") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func sortSpikes(s neuro.Spikes) {
	for i := 1; i < len(s); i++ { // two ascending parts: few moves would need a merge
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
}

func TestPresenceAndCutoff(t *testing.T) {
	for _, c := range []struct {
		s             neuro.Spikes
		t1, bin, want float64
	}{
		{neuro.Spikes{1, 2, 150, 399}, 400, 100, 0.75},
		{neuro.Spikes{1, 2, 150, 420}, 450, 100, 0.5}, // the last, half bin does not count
		{neuro.Spikes{}, 400, 100, 0},
		{neuro.Spikes{1}, 90, 100, math.NaN()},
	} {
		got, err := PresenceRatio(c.s, 0, c.t1, c.bin)
		if err != nil || got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%v: %g, %v; want %g", c.s, got, err, c.want)
		}
	}
	if _, err := PresenceRatio(nil, 0, 100, -1); err == nil {
		t.Error("a negative bin is no error")
	}
	if got, err := AmplitudeCutoff(make([]float64, 499)); err != nil || !math.IsNaN(got) {
		t.Errorf("too few: %g, %v", got, err)
	}
	if got, err := AmplitudeCutoff(make([]float64, 600)); err != nil || !math.IsNaN(got) {
		t.Errorf("all the same: %g, %v", got, err)
	}
	if _, err := AmplitudeCutoff([]float64{math.NaN()}); err == nil {
		t.Error("NaN is no error")
	}
}

func TestIsolationHandling(t *testing.T) {
	x := [][]float64{{0, 0}, {1, 0}, {0, 1}, {5, 5}}
	if q, err := IsolationOf(x, []int{1, 1, 1, 1}, 1); err != nil || !math.IsNaN(q.LRatio) || !math.IsNaN(q.HitRate) {
		t.Errorf("no others: %v, %v", q, err)
	}
	if q, err := IsolationOf(x, []int{1, 2, 2, 2}, 1); err != nil || !math.IsNaN(q.Distance) {
		t.Errorf("one own spike: %v, %v", q, err)
	}
	for _, c := range []struct {
		x    [][]float64
		unit []int
		want string
	}{
		{nil, nil, "at least one"},
		{x, []int{1}, "4 spikes and units of 1"},
		{x, []int{1, 1, 2, 2}, "no spike is of unit 3"},
		{[][]float64{{1}, {1, 2}}, []int{1, 3}, "features[1] has 2"},
		{[][]float64{{1}, {math.Inf(1)}}, []int{1, 3}, "features[1][0] is +Inf"},
	} {
		if _, err := IsolationOf(c.x, c.unit, 3); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; %q is wanted", err, c.want)
		}
	}
}

func TestCompareUnits(t *testing.T) {
	truth := &Units{IDs: []int{10, 20, 30}, Trains: []neuro.Spikes{{10, 20, 30, 40}, {15, 25, 35}, {}}, T1: 100}
	found := &Units{IDs: []int{1, 2, 3}, Trains: []neuro.Spikes{{15.3, 25, 35.5}, {10.1, 20, 29.7, 40.4, 70}, {80, 90}}, T1: 100}
	c, err := CompareUnits(truth, found, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Best[0] != 1 || c.Best[1] != 0 || c.Best[2] != -1 || c.Matches[0] != 4 || c.Matches[1] != 2 {
		t.Errorf("partners %v with %v matches", c.Best, c.Matches)
	}
	golden.Close(t, "accuracy", c.Accuracy, []float64{4.0 / 5, 2.0 / 4, 0}, 1e-15)
	golden.Close(t, "recall", c.Recall, []float64{1, 2.0 / 3, 0}, 1e-15)
	golden.Close(t, "precision", c.Precision[:2], []float64{4.0 / 5, 2.0 / 3}, 1e-15)
	if c.Well() != 1 || c.Extra() != 1 {
		t.Errorf("%d well, %d extra", c.Well(), c.Extra())
	}
	same, err := CompareUnits(truth, truth, 0.1)
	if err != nil || same.Accuracy[0] != 1 || same.Best[1] != 1 {
		t.Errorf("%v, %v", same, err)
	}
	if _, err := CompareUnits(truth, found, -1); err == nil {
		t.Error("a negative delta is no error")
	}
	if _, err := CompareUnits(truth, &Units{IDs: []int{1}}, 0); err == nil {
		t.Error("units without trains are no error")
	}
}
