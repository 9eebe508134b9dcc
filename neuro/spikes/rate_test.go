package spikes

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"pgregory.net/rapid"
)

func TestRateIsNumPysHistogram(t *testing.T) {
	r := load(t)
	for _, c := range r.Rate {
		tr, err := Rate(r.Trains[c.Train], c.Bin, c.T0, c.T1)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("rate in %g ms from %g to %g", c.Bin, c.T0, c.T1), tr.Y, c.Rate, 1e-14)
		if tr.T0 != c.T0 || tr.Dt != c.Bin || tr.Unit != "Hz" {
			t.Errorf("trace begins at %g in steps of %g, in %q", tr.T0, tr.Dt, tr.Unit)
		}
	}
}

func TestRateEdges(t *testing.T) {
	for _, c := range []struct {
		name        string
		s           neuro.Spikes
		bin, t0, t1 float64
		want        []float64 // counts
	}{
		{"half-open, last closed", neuro.Spikes{0, 10, 20, 30}, 10, 0, 30, []float64{1, 1, 2}},
		{"outside", neuro.Spikes{-1, 5, 31}, 10, 0, 30, []float64{1, 0, 0}},
		{"none", nil, 10, 0, 30, []float64{0, 0, 0}},
		{"one bin", neuro.Spikes{0, 30}, 30, 0, 30, []float64{2}},
		{"negative times", neuro.Spikes{-20, -10.5, -10, -0.5, 0}, 10, -20, 0, []float64{2, 3}},
		{"decimal edges", neuro.Spikes{0.1, 0.2, 0.3, 0.6, 0.7}, 0.1, 0, 1, []float64{0, 1, 1, 1, 0, 0, 1, 1, 0, 0}},
		{"burst on an edge", neuro.Spikes{10, 10, 10}, 10, 0, 20, []float64{0, 3}},
	} {
		tr, err := Rate(c.s, c.bin, c.t0, c.t1)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for i := range c.want {
			c.want[i] *= 1000 / c.bin
		}
		golden.Close(t, c.name, tr.Y, c.want, 1e-14)
	}
}

// Every spike of the window is in the bin whose edges enclose it, at any
// window, bin and time.
func TestHistogramProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		t0 := rapid.Float64Range(-1000, 1000).Draw(t, "t0")
		t1 := t0 + rapid.Float64Range(0.1, 1000).Draw(t, "length")
		n := rapid.IntRange(1, 300).Draw(t, "n")
		s := neuro.Spikes(rapid.SliceOf(rapid.Float64Range(t0-10, t1+10)).Draw(t, "s"))
		for i := 0; i < n; i += 1 + n/5 {
			s = append(s, edge(i, n, t0, t1))
		}
		s = append(s, t1)
		sort.Float64s(s)
		want := make([]float64, n)
		for _, v := range s {
			for i := 0; i < n; i++ {
				lo, hi := edge(i, n, t0, t1), edge(i+1, n, t0, t1)
				if v >= lo && (v < hi || i == n-1 && v <= hi) {
					want[i]++
				}
			}
		}
		got := histogram(s, n, t0, t1)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("bin %d holds %g spikes, want %g", i, got[i], want[i])
			}
		}
	})
}

func TestPSTH(t *testing.T) {
	trials := []neuro.Spikes{{1, 11, 12}, {2}, {3, 13}}
	p, err := PSTH(trials, 10, 0, 20)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "rate", p.Rate.Y, []float64{100, 100}, 1e-14)
	// Counts 1, 1, 1 and 2, 0, 1: standard errors 0 and 1/√3, per 10 ms.
	golden.Close(t, "SE", p.SE, []float64{0, 100 / math.Sqrt(3)}, 1e-14)
	whole, err := Rate(trials[0], 10, 0, 20)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = PSTH(trials[:1], 10, 0, 20); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "one trial", p.Rate.Y, whole.Y, 1e-14)
	if !math.IsNaN(p.SE[0]) {
		t.Errorf("one trial has a standard error of %g", p.SE[0])
	}
}

func TestISIHistogram(t *testing.T) {
	s := neuro.Spikes{0, 5, 10, 20, 50, 150}
	h, err := ISIHistogram(s, 5, 30)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "edges", h.Edges, []float64{0, 5, 10, 15, 20, 25, 30}, 1e-15)
	golden.Close(t, "counts", h.Y, []float64{0, 2, 1, 0, 0, 1}, 0)
	if h.Beyond != 1 {
		t.Errorf("%d intervals beyond, want 1", h.Beyond)
	}
	if h, err = ISIHistogram(s, 5, 0); err != nil {
		t.Fatal(err)
	}
	if len(h.Y) != 20 || h.Y[19] != 1 || h.Beyond != 0 {
		t.Errorf("whole histogram has %d bins, %g in the last, %d beyond", len(h.Y), h.Y[len(h.Y)-1], h.Beyond)
	}
	if !strings.Contains(h.Title, "5 intervals, mean 30 ms") {
		t.Errorf("title is %q", h.Title)
	}
}
