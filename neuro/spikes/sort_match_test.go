package spikes

import (
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// overlapping counts the true spikes that have one of another cell within 1 ms, those of them
// that were found, and the found spikes that are not there.
func overlapping(t *testing.T, truth, found *Units) (all, seen, wrong int) {
	t.Helper()
	c, err := CompareUnits(truth, found, 0.4)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found.Trains {
		wrong += len(s)
	}
	for i, j := range c.Best {
		wrong -= c.Matches[i]
		var close neuro.Spikes
		for _, at := range truth.Trains[i] {
			for k, other := range truth.Trains {
				if k != i && coincidences(neuro.Spikes{at}, other, 1) > 0 {
					close = append(close, at)
					break
				}
			}
		}
		all += len(close)
		if j >= 0 {
			seen += coincidences(close, found.Trains[j], 0.4)
		}
	}
	return all, seen, wrong
}

// TestMatchTemplates matches the spikes of crowded electrodes: more of those that overlap are
// found, fewer that are not there, and with the same bits whatever the pieces and threads.
func TestMatchTemplates(t *testing.T) {
	s, err := SimulateRecording(SimulationOptions{Seed: 16, Channels: 8, Units: 8, Seconds: 11, Rates: [2]float64{8, 12}})
	if err != nil {
		t.Fatal(err)
	}
	o := SortOptions{Detect: ArrayOptions{Positions: s.Positions}}
	sorted, err := Sort(s.Recording, o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := MatchTemplates(s.Recording, sorted, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all, seen, wrong := overlapping(t, s.Truth, sorted.Units)
	_, after, wrongAfter := overlapping(t, s.Truth, got.Units)
	t.Logf("of %d spikes that overlap %d were sorted and %d matched; %d and %d are not there", all, seen, after, wrong, wrongAfter)
	if all < 100 || float64(after) < 0.9*float64(all) || seen > after || wrongAfter > wrong {
		t.Errorf("of %d spikes that overlap %d were sorted and %d matched; %d and %d are not there", all, seen, after, wrong, wrongAfter)
	}
	if err := got.Units.Check(); err != nil {
		t.Error(err)
	}
	// What is left is the recording less the model, and its deviation that of the result.
	x, err := CleanRecording(s.Recording, 0, 11000, o.Detect)
	if err != nil {
		t.Fatal(err)
	}
	model, err := got.Model(0, 11000)
	if err != nil {
		t.Fatal(err)
	}
	for c := range x {
		vec.SubBlock(x[c], x[c], model[c])
		mean := vec.SumBlock(x[c]) / float64(len(x[c]))
		sd := math.Sqrt(vec.DotBlock(x[c], x[c])/float64(len(x[c])) - mean*mean)
		if math.Abs(sd-got.Residual.SD[c]) > 1e-9*sd || !(sd < got.Residual.Original[c]) || sd > 1.15*got.Residual.Noise[c] {
			t.Errorf("channel %d: what is left has an SD of %g, %g by the result, of %g, with a noise of %g", c, sd, got.Residual.SD[c], got.Residual.Original[c], got.Residual.Noise[c])
		}
	}
	text := display.Of(got).Text()
	for _, want := range []string{"8 units with", "short (Hill), sorted", "are left"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	for _, q := range must(got.Quality()) {
		if q.Short.Short > 1 || q.Presence < 0.99 || !math.IsNaN(q.Isolation.DPrime) {
			t.Errorf("%+v", q)
		}
	}
	if _, err := got.PlotTraces(x, 0, 9); err == nil || !strings.Contains(err.Error(), "no channel 9") {
		t.Errorf("%v", err)
	}
	for what, f := range map[string]func() error{
		"x[1] has 5 samples": func() error {
			_, err := got.PlotTraces([][]float64{x[0], x[1][:5], x[2], x[3], x[4], x[5], x[6], x[7]}, 0)
			return err
		},
		"from is NaN":          func() error { _, err := got.PlotTraces(x, math.NaN()); return err },
		"0 traces for 8":       func() error { _, err := got.PlotTraces(nil, 0); return err },
		"Matching.Drift: ther": func() error { _, err := (&Matching{}).Drift(0); return err },
		"Sorting.Drift: there": func() error { _, err := (*Sorting)(nil).Drift(0); return err },
		"Matching.Model: ther": func() error { _, err := (*Matching)(nil).Model(0, 1); return err },
		"Matching.Quality: th": func() error { _, err := (&Matching{}).Quality(); return err },
		"Sorting.Quality: the": func() error { _, err := (&Sorting{}).Quality(); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%q is not in %v", what, err)
		}
	}
	o.Detect.Piece = 777
	old := runtime.GOMAXPROCS(3)
	again, err := MatchTemplates(s.Recording, must(Sort(s.Recording, o)), MatchOptions{})
	runtime.GOMAXPROCS(old)
	if err != nil {
		t.Fatal(err)
	}
	again.sorting, got.sorting = nil, nil
	if !reflect.DeepEqual(got, again) {
		t.Errorf("matched in other pieces, on three threads: %v, %v", got, again)
	}
}

// must returns a value that comes without an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestMatchPairs holds the times and amplitudes of two spikes that overlap against the truth, at
// all distances from each other, in little noise; alone they are known.
func TestMatchPairs(t *testing.T) {
	const fs, seconds = 30000.0, 12
	n := int(fs * seconds)
	x := make([][]float64, 3)
	state := uint64(5)
	for c := range x {
		x[c] = make([]float64, n)
		for i := range x[c] {
			sum := 0.0
			for range 4 {
				state = state*6364136223846793005 + 1442695040888963407
				sum += float64(state>>11) / (1 << 53)
			}
			x[c][i] = 2 * (sum - 2)
		}
	}
	wide, gains := []float64{0.1, 0.16}, [][]float64{{60, 40, 10}, {12, 35, 50}}
	add := func(u int, at, a float64) { // ms
		for c := range x {
			for i := int((at - 1) * 30); i < int((at+1)*30); i++ {
				d := (float64(i)/30 - at) / wide[u]
				x[c][i] -= a * gains[u][c] * (1 - d*d/3) * math.Exp(-d*d/2)
			}
		}
	}
	for k := range 200 {
		add(0, 10+float64(k)*25+0.013*float64(k%7), 1)
		add(1, 20+float64(k)*25+0.017*float64(k%5), 1)
	}
	type pair struct{ a, b, sizeA, sizeB float64 }
	var pairs []pair
	for k := range 200 {
		p := pair{a: 5100 + 30*float64(k) + 0.011*float64(k%9), sizeA: 0.85 + 0.05*float64(k%7), sizeB: 1.15 - 0.05*float64(k%5)}
		p.b = p.a - 1 + 0.01*float64(k)
		pairs = append(pairs, p)
		add(0, p.a, p.sizeA)
		add(1, p.b, p.sizeB)
	}
	rec, err := InMemory(x, fs, "uV")
	if err != nil {
		t.Fatal(err)
	}
	sorted := must(Sort(rec, SortOptions{Detect: ArrayOptions{Filtered: true, Threshold: -8, Positions: [][]float64{{0}, {20}, {40}}}}))
	if len(sorted.Units.IDs) != 2 {
		t.Fatal(sorted)
	}
	m := must(MatchTemplates(rec, sorted, MatchOptions{}))
	missed, offTime, offSize := 0, 0.0, 0.0
	for _, p := range pairs {
		for u, want := range [][2]float64{{p.a, p.sizeA}, {p.b, p.sizeB}} {
			near := -1
			for i, at := range m.Units.Trains[u] {
				if near < 0 || math.Abs(at-want[0]) < math.Abs(m.Units.Trains[u][near]-want[0]) {
					near = i
				}
			}
			if d := math.Abs(m.Units.Trains[u][near] - want[0]); d < 0.1 {
				offTime, offSize = math.Max(offTime, d), math.Max(offSize, math.Abs(m.Amplitudes[u][near]-want[1]))
			} else {
				missed++
			}
		}
	}
	t.Logf("%d of %d missed; times up to %.4f ms off, amplitudes up to %.3f", missed, 2*len(pairs), offTime, offSize)
	if missed > 0 || offTime > 0.02 || offSize > 0.12 {
		t.Errorf("%d of %d missed; times up to %g ms off, amplitudes up to %g", missed, 2*len(pairs), offTime, offSize)
	}
	for u, s := range m.Units.Trains {
		if len(s) != 400 {
			t.Errorf("unit %d has %d spikes", u, len(s))
		}
	}
	if left := len(m.Residual.After.Times); left > 0 {
		t.Errorf("%d spikes are left of %d", left, m.Residual.Before)
	}
}

func TestMatchErrors(t *testing.T) {
	s, err := SimulateRecording(SimulationOptions{Seed: 3, Channels: 4, Units: -1, Seconds: 3})
	if err != nil {
		t.Fatal(err)
	}
	sorted := must(Sort(s.Recording, SortOptions{Detect: ArrayOptions{Positions: s.Positions}}))
	// Noise has no units, and so no spikes.
	m := must(MatchTemplates(s.Recording, sorted, NewMatch()))
	if len(m.Units.IDs) != 0 || display.Of(m).Text() == "" || m.Residual.SD[0] != m.Residual.Original[0] {
		t.Errorf("%v: %+v", m, m.Residual)
	}
	other := must(SimulateRecording(SimulationOptions{Seconds: 1, Channels: 5}))
	for want, f := range map[string]func() (*Matching, error){
		"there is no sorting":        func() (*Matching, error) { return MatchTemplates(s.Recording, nil, MatchOptions{}) },
		"the recording has no cha":   func() (*Matching, error) { return MatchTemplates(nil, sorted, MatchOptions{}) },
		"4 Positions for 5 channels": func() (*Matching, error) { return MatchTemplates(other.Recording, sorted, MatchOptions{}) },
		"Rank is -1":                 func() (*Matching, error) { return MatchTemplates(s.Recording, sorted, MatchOptions{Rank: -1}) },
		"Threshold is -2":            func() (*Matching, error) { return MatchTemplates(s.Recording, sorted, MatchOptions{Threshold: -2}) },
		"Amplitudes are 2 to 1": func() (*Matching, error) {
			return MatchTemplates(s.Recording, sorted, MatchOptions{Amplitudes: [2]float64{2, 1}})
		},
		"templates may be 100 ms": func() (*Matching, error) { return MatchTemplates(s.Recording, sorted, MatchOptions{After: 200}) },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; %q is wanted", err, want)
		}
	}
	if _, err := m.Model(-5, 10); err == nil || !strings.Contains(err.Error(), "not within the recording") {
		t.Errorf("%v", err)
	}
}

// TestMatchGaps matches a recording with a gap: each part has the spikes that it has alone.
func TestMatchGaps(t *testing.T) {
	s := must(SimulateRecording(SimulationOptions{Seed: 4, Channels: 4, Units: 2, Seconds: 12}))
	o := SortOptions{Detect: ArrayOptions{Positions: s.Positions}}
	whole := must(s.Recording.Read(0, 12))
	var x [][]float64
	for _, y := range whole.X {
		x = append(x, append(append([]float64{}, y[:150000]...), y[210000:]...))
	}
	rec, err := eeg.New(s.Recording.Channels, x)
	if err != nil {
		t.Fatal(err)
	}
	rec.Segments = []eeg.Segment{{Start: 0, Dur: 5}, {Start: 7, Dur: 5}}
	m := must(MatchTemplates(rec, must(Sort(rec, o)), MatchOptions{}))
	for _, train := range m.Units.Trains {
		for _, at := range train {
			if at > 5000 && at < 7000 {
				t.Fatalf("a spike at %g ms, in the gap", at)
			}
		}
	}
	truth := &Units{T1: 12000}
	for u, train := range s.Truth.Trains {
		var kept neuro.Spikes
		for _, at := range train {
			if at < 4998 || at > 7002 {
				kept = append(kept, at)
			}
		}
		truth.IDs, truth.Trains = append(truth.IDs, u), append(truth.Trains, kept)
	}
	if c := must(CompareUnits(truth, m.Units, 0)); c.Well() != 2 || c.Accuracy[0] < 0.95 || c.Accuracy[1] < 0.95 {
		t.Errorf("%v: %v", c, c.Accuracy)
	}
}

func TestWholeTicks(t *testing.T) {
	for n, want := range map[int][]float64{0: {}, 1: {0}, 3: {0, 1, 2}, 9: {0, 1, 2, 3, 4, 5, 6, 7, 8}, 12: {0, 2, 4, 6, 8, 10}, 19: {0, 5, 10, 15}, 384: {0, 50, 100, 150, 200, 250, 300, 350}} {
		if got := wholeTicks(n); !slices.Equal(got, want) {
			t.Errorf("%d: %g, not %g", n, got, want)
		}
	}
}

// TestMatchNothing: without units the figures show what there is.
func TestMatchNothing(t *testing.T) {
	s := must(SimulateRecording(SimulationOptions{Channels: 2, Units: -1, Seconds: 2}))
	m := must(MatchTemplates(s.Recording, must(Sort(s.Recording, SortOptions{})), MatchOptions{}))
	f := must(m.PlotTraces(must(CleanRecording(s.Recording, 0, 50, ArrayOptions{})), 0))
	if len(f.Panels) != 2 || f.Panels[1].Y.Label != "ch 1" || !slices.Equal(m.Plot().Panels[1].X.Ticks, []float64{0, 1}) {
		t.Errorf("%+v", f.Panels)
	}
}
