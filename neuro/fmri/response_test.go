package fmri_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestResponses holds averages and the deconvolution of the real series of
// 3,360 volumes against NumPy's.
func TestResponses(t *testing.T) {
	var want struct {
		N, Cut   []int
		Mean, SE [][]float64
		BaseMean [][]float64 `json:"base_mean"`
		BaseSE   [][]float64 `json:"base_se"`
		FIR      [][]float64
		FIRSE    [][]float64 `json:"fir_se"`
	}
	golden.JSON(t, golden.Path(t, "fmri/responses.json"), &want)
	er, err := dataset.EventRelated()
	if err != nil {
		t.Fatal(err)
	}
	o := fmri.ResponseOptions{Before: 4}
	average, err := fmri.EventAverage(er.BOLD, er.TR, er.Events, o)
	if err != nil {
		t.Fatal(err)
	}
	fir, err := fmri.FIR(er.BOLD, er.TR, er.Events, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Baseline = true
	based, err := fmri.EventAverage(er.BOLD, er.TR, er.Events, o)
	if err != nil {
		t.Fatal(err)
	}
	for c := range want.N {
		if average.Events[c] != want.N[c] || average.Cut[c] != want.Cut[c] || fir.Cut[c] != 0 || fir.Events[c] != 96 {
			t.Errorf("condition %s: %d events and %d cut, want %d and %d", average.Names[c], average.Events[c], average.Cut[c], want.N[c], want.Cut[c])
		}
		// Sums of 96 terms in another order than NumPy's.
		golden.Close(t, "mean", average.Mean[c], want.Mean[c], 1e-13)
		golden.Close(t, "SE", average.SE[c], want.SE[c], 1e-13)
		golden.Close(t, "mean from baseline", based.Mean[c], want.BaseMean[c], 1e-13)
		golden.Close(t, "SE from baseline", based.SE[c], want.BaseSE[c], 1e-13)
		golden.Close(t, "FIR", fir.Mean[c], want.FIR[c], 1e-11)
		golden.Close(t, "FIR SE", fir.SE[c], want.FIRSE[c], 1e-11)
	}
	if n := len(fir.Time); n != 18 || fir.Time[0] != -4 || fir.Time[n-1] != 30 {
		t.Errorf("times %v", fir.Time)
	}
}

// TestFIRRecovers: responses that overlap are told apart exactly where there is
// no noise, and the average is not.
func TestFIRRecovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(150, 400).Draw(t, "volumes")
		tr := rapid.Float64Range(0.5, 3).Draw(t, "tr")
		shape := map[string][]float64{}
		for _, name := range []string{"a", "b"} {
			for range 6 {
				shape[name] = append(shape[name], rapid.Float64Range(-3, 3).Draw(t, name))
			}
		}
		bold := make([]float64, n)
		for i := range bold {
			bold[i] = 7
		}
		var events []fmri.Event
		for v := 0; v < n; v += rapid.IntRange(1, 5).Draw(t, "gap") {
			name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "kind")
			events = append(events, fmri.Event{Onset: float64(v) * tr, Type: name})
			for k, s := range shape[name] {
				if v+k < n {
					bold[v+k] += s
				}
			}
		}
		r, err := fmri.FIR(bold, tr, events, fmri.ResponseOptions{After: 5 * tr})
		if err != nil {
			t.Skip("a draw without one of the kinds, or with events in step")
		}
		for c, name := range r.Names {
			for k, got := range r.Mean[c] {
				if math.Abs(got-shape[name][k]) > 1e-9 {
					t.Fatalf("%s at %d volumes: %g, want %g", name, k, got, shape[name][k])
				}
			}
		}
	})
}

// TestEventAverageInterpolates: between volumes of a straight line the values
// lie on the line.
func TestEventAverageInterpolates(t *testing.T) {
	bold := make([]float64, 40)
	for i := range bold {
		bold[i] = 3 + 0.5*float64(i)
	}
	r, err := fmri.EventAverage(bold, 2, []fmri.Event{{Onset: 10.5, Type: "x"}, {Onset: 21.3, Type: "x"}, {Onset: 75, Type: "x"}}, fmri.ResponseOptions{Before: 4, After: 8})
	if err != nil {
		t.Fatal(err)
	}
	if r.Events[0] != 2 || r.Cut[0] != 1 {
		t.Fatalf("%d events, %d cut", r.Events[0], r.Cut[0])
	}
	for k, at := range r.Time {
		if want := 3 + 0.25*((10.5+21.3)/2+at); math.Abs(r.Mean[0][k]-want) > 1e-12 {
			t.Errorf("at %g s: %g, want %g", at, r.Mean[0][k], want)
		}
	}
	// One event has no standard error.
	one, err := fmri.EventAverage(bold, 2, []fmri.Event{{Onset: 20, Type: "x"}}, fmri.ResponseOptions{After: 8})
	if err != nil || !math.IsNaN(one.SE[0][0]) || one.Mean[0][1] != bold[11] {
		t.Errorf("one event: %+v, %v", one, err)
	}
}
