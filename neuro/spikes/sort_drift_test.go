package spikes

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// TestDrift measures cells that stay and cells that move by a known way.
func TestDrift(t *testing.T) {
	for _, way := range []float64{0, 12} {
		s := must(SimulateRecording(SimulationOptions{Seed: 5, Channels: 8, Units: 4, Seconds: 12, Drift: way, Rates: [2]float64{10, 15}}))
		sorted := must(Sort(s.Recording, SortOptions{Detect: ArrayOptions{Positions: s.Positions}}))
		matched := must(MatchTemplates(s.Recording, sorted, MatchOptions{}))
		for name, d := range map[string]*Drift{"sorted": must(sorted.Drift(0)), "matched": must(matched.Drift(0))} {
			beyond := 0
			for u := range d.IDs {
				if d.P[u] < 0.02 {
					beyond++
				}
				if d.Presence[u] < 1-1e-9 || !(d.SD[u] <= d.Range[u]) || !(d.Size[u][0] > 40) {
					t.Errorf("%s, %g um: unit %d: presence %g, SD %g, range %g, sizes %g", name, way, u, d.Presence[u], d.SD[u], d.Range[u], d.Size[u])
				}
			}
			moved := d.Shared[9] - d.Shared[0]
			t.Logf("%s, %g um: %.2f um together, ranges %.2f, p %.3f", name, way, moved, d.Range, d.P)
			// From the middle of the first bin to that of the last it is nine tenths of the way; a mean
			// of places of few electrodes is drawn towards their middle.
			if math.Abs(moved-0.9*way) > 0.3+0.35*way || way == 0 && beyond > 1 || way > 0 && beyond < 3 || len(d.IDs) != 4 {
				t.Errorf("%s: %v for a way of %g um: %g, p %g", name, d, way, d.Shared, d.P)
			}
			if text := display.Of(d).Text(); !strings.Contains(text, "range of depth") || !strings.Contains(text, "4 units in 10 bins of 1.2 s") {
				t.Error(text)
			}
		}
		if _, err := sorted.Drift(-1); err == nil || !strings.Contains(err.Error(), "bin") {
			t.Errorf("%v", err)
		}
		if _, err := matched.Drift(10000); err == nil || !strings.Contains(err.Error(), "bin is 10000 ms, of which 12000 ms hold 1") {
			t.Errorf("%v", err)
		}
	}
}

// TestDriftBins holds medians and their measures against ones that are counted by hand.
func TestDriftBins(t *testing.T) {
	u := &Units{IDs: []int{7, 8}, Trains: []neuro.Spikes{{0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 19.5}, {5, 25}}, T1: 30}
	sizes := [][]float64{{1, 2, 3, 4, 5, 6, 6, 6, 6, 9, 9}, {1, 1}}
	places := make([][][]float64, 2)
	for _, y := range []float64{0, 0, 1, 9, 9, 4, 4, 4, 5, 5, 5} {
		places[0] = append(places[0], []float64{100, y})
	}
	places[1] = [][]float64{{0, 0}, {0, 3}}
	d := must(drift("t", u, sizes, places, [][]float64{{0, 0}, {1, 50}}, 10, "uV"))
	nan := math.NaN()
	for what, pair := range map[string][2][]float64{
		"depth": {d.Depth[0], {1, 4.5, nan}}, "size": {d.Size[0], {3, 6, nan}}, "count": {d.Counts[0], {5, 6, 0}},
		"shared": {d.Shared, {-1.75, 1.75, nan}}, "range": {d.Range, {3.5, nan}}, "presence": {d.Presence, {2. / 3, 2. / 3}},
		"SD": {d.SD, {math.Sqrt((9 + 0.25) / 2), nan}}, "times": {d.Times, {5, 15, 25}},
	} {
		for k, want := range pair[1] {
			if got := pair[0][k]; math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
				t.Errorf("%s is %g, not %g", what, pair[0], pair[1])
			}
		}
	}
	if d.Axis != 1 || math.IsNaN(d.P[0]) || !math.IsNaN(d.P[1]) {
		t.Errorf("axis %d, p %g", d.Axis, d.P)
	}
	// Without places there are sizes alone.
	d = must(drift("t", u, sizes, make([][][]float64, 2), nil, 10, "uV"))
	if !math.IsNaN(d.Depth[0][0]) || d.Size[0][1] != 6 || len(d.Plot().Panels) != 1 || strings.Contains(d.String(), "share") {
		t.Errorf("%v: %+v", d, d)
	}
	if e := must(drift("t", &Units{T1: 10}, nil, nil, nil, 0, "uV")); display.Of(e).Text() == "" {
		t.Error("no units show nothing")
	}
}
