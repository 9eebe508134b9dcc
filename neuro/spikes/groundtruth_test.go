package spikes

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

func TestSimulateRecording(t *testing.T) {
	s, err := SimulateRecording(SimulationOptions{Seconds: 3, Channels: 6, Units: 3, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Truth.Check(); err != nil {
		t.Fatal(err)
	}
	whole, err := s.Recording.Read(0, 3)
	if err != nil {
		t.Fatal(err)
	}
	// Pieces have the bits of the whole.
	n := 0
	err = s.Recording.Each(0.37, func(p *eeg.Piece) error {
		for c, x := range p.X {
			for i, v := range x {
				if v != whole.X[c][n+i] {
					t.Fatalf("sample %d of channel %d is %g in pieces and %g in the whole", n+i, c, v, whole.X[c][n+i])
				}
			}
		}
		n += len(p.X[0])
		return nil
	})
	if err != nil || n != 90000 {
		t.Fatalf("%d samples, %v", n, err)
	}
	// The mean about the spikes of a unit is its template, with what noise leaves of it.
	for u, train := range s.Truth.Trains {
		c := s.Truth.Channel[u]
		mean, count := make([]float64, len(s.Templates[u][c])), 0.0
		for _, at := range train {
			k := int(math.Round(at * 30))
			if math.Abs(at*30-float64(k)) > 0.1 || k < s.Trough || k-s.Trough+len(mean) > n {
				continue // between samples
			}
			count++
			for i := range mean {
				mean[i] += whole.X[c][k-s.Trough+i]
			}
		}
		peak := mean[s.Trough]/count + 0
		want := s.Templates[u][c][s.Trough]
		if want > -79 || want < -251 {
			t.Errorf("unit %d: a trough of %g uV", u, want)
		}
		// A slow wave of 100 uV, and noise of 11 uV.
		if d := math.Abs(peak - want); count < 3 || d > (100+4*11)/math.Sqrt(count) {
			t.Errorf("unit %d: the mean of %g spikes is %g, the template %g", u, count, peak, want)
		}
	}
	for want, o := range map[string]SimulationOptions{
		"Noise is -1":      {Noise: -1},
		"Rates are 5 to 1": {Rates: [2]float64{5, 1}},
		"FS is 100 Hz":     {FS: 100},
		"FS is 1e+12 Hz":   {FS: 1e12, Seconds: 1},
		"Seconds is 0.001": {Seconds: 0.001},
	} {
		if _, err := SimulateRecording(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; %q is wanted", o, err, want)
		}
	}
	// What is nil is an error that says so.
	if _, err := Sort(nil, SortOptions{}); err == nil || !strings.Contains(err.Error(), "nil") {
		t.Errorf("Sort: %v", err)
	}
	if _, err := CutSnippets(s.Recording, nil, ArrayOptions{}, SnippetOptions{}); err == nil || !strings.Contains(err.Error(), "d is nil") {
		t.Errorf("CutSnippets: %v", err)
	}
	if _, err := CompareUnits(nil, s.Truth, 0.4); err == nil || !strings.Contains(err.Error(), "truth is nil") {
		t.Errorf("CompareUnits: %v", err)
	}
	if _, err := CompareUnits(s.Truth, &Units{}, 0.4); err == nil || !strings.Contains(err.Error(), "found: ") {
		t.Errorf("CompareUnits: %v", err)
	}
}

func TestCutSnippets(t *testing.T) {
	// A cosine of 500 Hz whose troughs lie between samples: snippets are the cosine about a
	// trough, whatever the phase.
	const fs, f = 30000.0, 497.3
	x := make([][]float64, 2)
	for i := range 30000 {
		v := math.Cos(2 * math.Pi * f * float64(i) / fs)
		x[0], x[1] = append(x[0], 100*v), append(x[1], 50*v)
	}
	rec, err := InMemory(x, fs, "uV")
	if err != nil {
		t.Fatal(err)
	}
	o := ArrayOptions{Filtered: true, Reference: "none", Threshold: -0.9, Positions: [][]float64{{0}, {20}}}
	d, err := DetectRecording(rec, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Times) < 490 {
		t.Fatalf("%d troughs", len(d.Times))
	}
	for _, up := range []int{1, 4} {
		s, err := CutSnippets(rec, d, o, SnippetOptions{Upsample: up})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.X) < 490 || len(s.X[0]) != 2 || len(s.X[0][0]) != 45*up+1 || s.Trough != 15*up {
			t.Fatalf("%d snippets on %d channels with %d samples, trough at %d", len(s.X), len(s.X[0]), len(s.X[0][0]), s.Trough)
		}
		worst := 0.0
		for i := range s.X {
			for k, gain := range []float64{100, 50} {
				for j, v := range s.X[i][k] {
					worst = math.Max(worst, math.Abs(v+gain*math.Cos(2*math.Pi*f*float64(j-s.Trough)*s.Dt/1000)))
				}
			}
		}
		if worst > 0.7 { // of 100: the parabola's top, and the window's ripple
			t.Errorf("snippets are %g off", worst)
		}
	}
	if _, err := CutSnippets(rec, d, o, SnippetOptions{Before: -1}); err == nil || !strings.Contains(err.Error(), "Before -1") {
		t.Errorf("%v", err)
	}
}
