package edf_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// si is what one of a unit has in volts, as MNE gives values.
func si(unit string) float64 {
	switch unit {
	case "uV":
		return 1e-6
	case "mV":
		return 1e-3
	}
	return 1
}

// TestReaders holds every file against what MNE 1.13.2 read: all names, and of each
// channel of the highest rate the mean, the standard deviation and samples.
func TestReaders(t *testing.T) {
	var want map[string]struct {
		FS          float64
		Names       []string
		At          []int
		X           [][]float64
		Mean, Std   []float64
		N           int
		Annotations [][3]any
	}
	golden.JSON(t, golden.Path(t, "eeg/readers.json"), &want)
	var oracle map[string]struct {
		Reader      string
		SFreq       float64
		First       []float64 `json:"ch0_first5_SI"`
		NChan       int
		NSamp       float64
		Annotations int
	}
	golden.JSON(t, golden.Shared(t, "data/expected_readers.json"), &oracle)
	files := 0
	for name, o := range oracle {
		if e := filepath.Ext(name); e != ".edf" && e != ".bdf" {
			continue
		}
		files++
		r, err := edf.Read(golden.Shared(t, "data/"+name))
		if err != nil {
			t.Error(err)
			continue
		}
		w := want[name]
		if len(r.Channels) != o.NChan || len(r.Annotations) != o.Annotations || len(w.Names) != o.NChan {
			t.Errorf("%s: %d channels, %d annotations; want %d, %d", name, len(r.Channels), len(r.Annotations), o.NChan, o.Annotations)
			continue
		}
		for k, a := range r.Annotations {
			g := w.Annotations[k]
			if math.Abs(a.Onset-g[0].(float64)) > 1e-6 || math.Abs(a.Dur-g[1].(float64)) > 1e-9 || a.Text != g[2].(string) {
				t.Errorf("%s: annotation %v, want %v", name, a, g)
			}
		}
		p, err := r.Read(0, math.Inf(1))
		if err != nil {
			t.Error(err)
			continue
		}
		fastest := 0.0
		for _, c := range r.Channels {
			fastest = max(fastest, c.FS)
		}
		if fastest != o.SFreq {
			// MNE takes the rate of the first signal where a channel is faster
			t.Logf("%s: %g Hz, MNE has %g", name, fastest, o.SFreq)
		}
		compared := 0
		for c, ch := range r.Channels {
			if ch.Name != w.Names[c] {
				t.Errorf("%s: channel %d is %q, want %q", name, c, ch.Name, w.Names[c])
			}
			if ch.FS != o.SFreq || ch.Kind == "trigger" && r.Format[:3] == "BDF" {
				continue
			}
			compared++
			x, scale := p.X[c], si(ch.Unit)
			if len(x) != w.N {
				t.Errorf("%s: %s has %d samples, want %d", name, ch.Name, len(x), w.N)
				continue
			}
			most := max(math.Abs(ch.Lo), math.Abs(ch.Hi)) * scale
			for i, at := range w.At {
				if math.Abs(x[at]*scale-w.X[c][i]) > 4e-16*most {
					t.Errorf("%s: %s: sample %d is %.17g, want %.17g", name, ch.Name, at, x[at]*scale, w.X[c][i])
				}
			}
			if c == 0 {
				for i, v := range o.First {
					if math.Abs(x[i]*scale-v) > 4e-16*most {
						t.Errorf("%s: sample %d is %.17g, want %.17g", name, i, x[i]*scale, v)
					}
				}
			}
			mean, std := moments(x)
			if math.Abs(mean*scale-w.Mean[c]) > 1e-12*most || math.Abs(std*scale-w.Std[c]) > 1e-12*most {
				t.Errorf("%s: %s: mean %g, sd %g; want %g, %g", name, ch.Name, mean*scale, std*scale, w.Mean[c], w.Std[c])
			}
		}
		if compared == 0 {
			t.Errorf("%s: no channel at %g Hz", name, o.SFreq)
		}
	}
	if files < 9 {
		t.Errorf("%d files", files)
	}
}

func moments(x []float64) (mean, std float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		std += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, math.Sqrt(std)
}

// TestTriggers holds the codes of status channels against mne.find_events.
func TestTriggers(t *testing.T) {
	for _, c := range []struct {
		file           string
		n              int
		samples, codes []int
	}{
		{"test.bdf", 1, []int{589}, []int{128}},
		{"test_bdf_stim_channel.bdf", 9, []int{242, 310, 952, 1606, 2249, 2900}, []int{4, 2, 1, 1, 1, 1}},
	} {
		r, err := edf.Read(golden.Shared(t, "data/fetched/mne-python/edf/"+c.file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Triggers("Status", 0)
		if err != nil || len(got) != c.n {
			t.Errorf("%s: %v (%v), want %d", c.file, got, err, c.n)
			continue
		}
		for i := range c.samples {
			if got[i].Sample != c.samples[i] || got[i].Code != c.codes[i] || got[i].Time != float64(c.samples[i])/r.Channels[0].FS {
				t.Errorf("%s: %v, want code %d at %d", c.file, got[i], c.codes[i], c.samples[i])
			}
		}
	}
}
