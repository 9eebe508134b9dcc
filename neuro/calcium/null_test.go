package calcium_test

import (
	"testing"

	"github.com/neurorepl/neurorepl/neuro/calcium"
)

// TestNoise finds no spikes in noise: of 20 traces of 5 minutes without any, there are at
// most two events of half a spike or more.
func TestNoise(t *testing.T) {
	const fs, dur, size = 30, 300, .3
	n := 0
	for seed := range uint64(20) {
		f, err := calcium.Simulate(nil, dur, fs, calcium.SimulateOptions{Size: size, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		d, err := calcium.DFF(f, fs, calcium.BaselineOptions{Method: "percentile", Percentile: 50})
		if err != nil {
			t.Fatal(err)
		}
		e, err := calcium.Deconvolve(d.DFF, fs, calcium.DeconvolveOptions{Tau: .7, Lambda: -1})
		if err != nil {
			t.Fatal(err)
		}
		n += len(e.Spikes(size / 2))
	}
	t.Logf("%d events in 20 traces", n)
	if n > 2 {
		t.Errorf("%d events in 20 traces of noise", n)
	}
}
