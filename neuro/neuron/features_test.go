package neuron_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/neuron"
)

// efelTrace reads one of eFEL's test traces: times and potentials, or potentials at
// steps of 0.125 ms.
func efelTrace(t testing.TB, name string) (x, y []float64) {
	f, err := os.Open(golden.Shared(t, "data/fetched/eFEL/"+name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(z); s.Scan(); {
		var numbers []float64
		for _, field := range strings.Fields(s.Text()) {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, v)
		}
		if len(numbers) == 1 {
			numbers = []float64{0.125 * float64(len(x)), numbers[0]}
		}
		x, y = append(x, numbers[0]), append(y, numbers[1])
	}
	return x, y
}

// TestFeatures holds every feature that eFEL stores beside its test traces.
func TestFeatures(t *testing.T) {
	f, err := os.Open(golden.Shared(t, "data/fetched/eFEL/expectedresults.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]float64
	if err := json.NewDecoder(z).Decode(&want); err != nil {
		t.Fatal(err)
	}
	x, y := efelTrace(t, "testdata.txt")
	v, err := neuron.Resample(x, y, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for k, u := range v.Y {
		// eFEL adds up its times, which are 2e-9 ms off at the end
		if math.Abs(u-want["voltage"][k]) > 1e-6 || math.Abs(v.At(k)-want["time"][k]) > 1e-8 {
			t.Fatalf("V is %.10g at %g ms, want %.10g at %g", u, v.At(k), want["voltage"][k], want["time"][k])
		}
	}
	v.Y = want["voltage"] // it goes on for one sample after the data
	measure := func(v neuro.Trace, on, off float64) *neuron.Features {
		f, err := neuron.MeasureFeatures(v, on, off)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	soma := measure(v, 700, 2700)
	// where eFEL's added-up times fall on the other side of an end, the same samples
	// are those of a step that begins or ends between samples
	early, late := measure(v, 699.99, 2700), measure(v, 700, 2700.05)
	x, y = efelTrace(t, "testdbdata.txt")
	if v, err = neuron.Resample(x, y, 0.1); err != nil {
		t.Fatal(err)
	}
	block := measure(v, 419.995, 1419.995)
	for name, w := range want {
		f, tol := soma, 1e-6
		switch name {
		case "time", "voltage":
			continue
		case "depol_block", "depol_block_bool":
			f = block
		case "voltage_deflection_begin":
			f = early
		case "steady_state_hyper", "decay_time_constant_after_stim":
			f = late
		case "interburst_voltage":
			tol = 2e-6 // one of 5000 samples more
		}
		got := f.Get(name)
		if len(got) != len(w) {
			t.Errorf("%s: %v, want %v", name, got, w)
			continue
		}
		for k := range w {
			if math.Abs(got[k]-w[k]) > tol*math.Max(1, math.Abs(w[k])) {
				t.Errorf("%s[%d] is %.10g, want %.10g", name, k, got[k], w[k])
			}
		}
		if _, err := f.Value(name); (err == nil) != (w != nil) || err != nil && !strings.Contains(err.Error(), "it needs ") {
			t.Errorf("%s: error %v", name, err)
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
	flat.Y[3] = -70
	for _, c := range []struct {
		change func(o *neuron.FeatureOptions)
		want   string
	}{
		{func(o *neuron.FeatureOptions) { o.SpikeSkip = 1 }, "SpikeSkip is 1"},
		{func(o *neuron.FeatureOptions) { o.DerivativeWindow = -2 }, "-2 samples"},
		{func(o *neuron.FeatureOptions) { o.Threshold = math.Inf(1) }, "must be finite"},
		{func(o *neuron.FeatureOptions) { o.DecayStart = 20 }, "the decay from 20 to 10 ms"},
		{func(o *neuron.FeatureOptions) { o.Steps = [][2]float64{{20, 95}} }, "from 20 to 95 ms; it must lie in the trace"},
		{func(o *neuron.FeatureOptions) { o.Current = neuro.Trace{Dt: 1, Y: make([]float64, 10)} }, "sampled alike"},
	} {
		o := neuron.NewFeatureOptions()
		c.change(&o)
		if _, err := o.Measure(flat, 20, 80); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	var zero neuron.FeatureOptions
	if z, err := zero.Measure(flat, 20, 80); err != nil || len(z.Names) != len(f.Names) {
		t.Errorf("zero options: %v (%v)", z, err)
	}
	for name, want := range map[string]string{"AP_amplitude": "it needs a spike after the step", "ISI_cv": "did you mean ISI_CV?", "amplitude_": "no feature is called"} {
		if _, err := f.Value(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
	if _, err := neuron.Resample([]float64{1, 1}, []float64{1, 2}, 0.1); err == nil || !strings.Contains(err.Error(), "must ascend") {
		t.Error(err)
	}
}
