package neuron_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/neuron"
)

// TestFeatures holds the features of eFEL's test trace against the values that it
// stores beside it.
func TestFeatures(t *testing.T) {
	open := func(name string) *gzip.Reader {
		f, err := os.Open(golden.Shared(t, "data/fetched/eFEL/"+name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	var want map[string][]float64
	if err := json.NewDecoder(open("expectedresults.json.gz")).Decode(&want); err != nil {
		t.Fatal(err)
	}
	var x, y []float64
	for s := bufio.NewScanner(open("testdata.txt.gz")); s.Scan(); {
		var a, b float64
		if _, err := fmt.Sscan(s.Text(), &a, &b); err != nil {
			t.Fatal(err)
		}
		x, y = append(x, a), append(y, b)
	}
	v, err := neuron.Resample(x, y, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for k, u := range v.Y {
		// eFEL adds up its times, which are 2e-9 ms off at the end
		if math.Abs(u-want["voltage"][k]) > 1e-6 {
			t.Fatalf("V is %.10g at %g ms, want %.10g", u, v.At(k), want["voltage"][k])
		}
	}
	v.Y = want["voltage"] // it goes on for one sample after the data
	f, err := neuron.MeasureFeatures(v, 700, 2700)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Names) < 91 {
		t.Errorf("%d features", len(f.Names))
	}
	for i, name := range f.Names {
		w := want[name]
		if name == "min_between_peaks_values" {
			w = w[:5] // ours are between spikes; eFEL's last one is after them
		}
		got := f.Values[i]
		if len(got) != len(w) {
			t.Errorf("%s: %v, want %v", name, got, w)
			continue
		}
		for k := range w {
			if math.Abs(got[k]-w[k]) > 1e-6*math.Max(1, math.Abs(w[k])) {
				t.Errorf("%s[%d] is %.10g, want %.10g", name, k, got[k], w[k])
			}
		}
	}
}

func TestFeaturesErrors(t *testing.T) {
	flat := neuro.Trace{Dt: 1, Y: make([]float64, 100)}
	for k := range flat.Y {
		flat.Y[k] = -70
	}
	f, err := neuron.MeasureFeatures(flat, 20, 80)
	if err != nil || f.Get("spike_count")[0] != 0 || f.Get("time_to_first_spike") != nil || f.Get("voltage_base")[0] != -70 {
		t.Errorf("a silent cell: %+v (%v)", f, err)
	}
	if _, err := neuron.MeasureFeatures(flat, 20, 800); err == nil || !strings.Contains(err.Error(), "it must lie in the trace, 0 to 99 ms") {
		t.Error(err)
	}
	flat.Y[3] = nan
	if _, err := neuron.MeasureFeatures(flat, 20, 80); err == nil || !strings.Contains(err.Error(), "NaN at 3 ms") {
		t.Error(err)
	}
	if _, err := neuron.Resample([]float64{1, 1}, []float64{1, 2}, 0.1); err == nil || !strings.Contains(err.Error(), "must ascend") {
		t.Error(err)
	}
}
