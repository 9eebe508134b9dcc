package eeg

import (
	"math"
	"runtime"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// null are trials of noise about a mean of 0, correlated over time.
func null(seed uint64, trials, channels, samples int) *Epochs {
	r := rng.New(seed, 1)
	ep := &Epochs{FS: 100, Channels: make([]Channel, channels)}
	for i := range trials {
		ep.Events, ep.X = append(ep.Events, Event{float64(i), "a"}), append(ep.X, nil)
		for range channels {
			x, v := make([]float64, samples), r.Norm()
			for k := range x {
				v = 0.7*v + 0.714*r.Norm()
				x[k] = v
			}
			ep.X[i] = append(ep.X[i], x)
		}
	}
	return ep
}

// The true mean lies within as often as the level says: at each sample, or everywhere.
func TestBandCoverage(t *testing.T) {
	const sets, channels, samples = 300, 2, 12
	for _, c := range []struct {
		o      BandOptions
		lo, hi float64
	}{
		{BandOptions{Level: 0.9}, 0.885, 0.915},
		{BandOptions{Level: 0.9, Method: "bootstrap", Draws: 300}, 0.86, 0.91}, // the percentile interval is a little narrow
		{BandOptions{Level: 0.9, Simultaneous: true, Draws: 300}, 0.86, 0.95},
	} {
		in, all := 0.0, 0.0
		for s := range sets {
			o := c.o
			o.Seed = uint64(s)
			b, err := null(uint64(s), 25, channels, samples).Band(o)
			if err != nil {
				t.Fatal(err)
			}
			every := 1.0
			for ch := range b.Lo {
				for k := range b.Lo[ch] {
					if b.Lo[ch][k] <= 0 && 0 <= b.Hi[ch][k] {
						in++
					} else {
						every = 0
					}
				}
			}
			all += every
		}
		share := in / (sets * channels * samples)
		if c.o.Simultaneous {
			share = all / sets
		}
		if !(share >= c.lo && share <= c.hi) {
			t.Errorf("%+v covers %.3f, want %g to %g", c.o, share, c.lo, c.hi)
		}
	}
}

// The bootstrap has the same bits for any number of threads, follows its seed, comes near the
// t interval for many trials, and a simultaneous band holds the one of samples.
func TestBandBootstrap(t *testing.T) {
	ep := null(3, 200, 5, 31)
	run := func(o BandOptions, threads int) *Band {
		t.Helper()
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		b, err := ep.Band(o)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one := run(BandOptions{Method: "bootstrap", Seed: 1}, 1)
	four := run(BandOptions{Method: "bootstrap", Seed: 1}, 4)
	other := run(BandOptions{Method: "bootstrap", Seed: 2}, 4)
	student := run(BandOptions{}, 4)
	wide := run(BandOptions{Simultaneous: true}, 4)
	wide1 := run(BandOptions{Simultaneous: true}, 1)
	for c := range one.Lo {
		if !sameBits(one.Lo[c], four.Lo[c]) || !sameBits(one.Hi[c], four.Hi[c]) || !sameBits(wide.Hi[c], wide1.Hi[c]) {
			t.Fatal("the bits depend on the number of threads")
		}
		if sameBits(one.Lo[c], other.Lo[c]) {
			t.Fatal("the seed has no effect")
		}
		for k := range one.Lo[c] {
			half := student.Hi[c][k] - student.Mean.X[c][k]
			if math.Abs(one.Hi[c][k]-student.Hi[c][k]) > 0.15*half || math.Abs(one.Lo[c][k]-student.Lo[c][k]) > 0.15*half {
				t.Fatalf("bootstrap %g to %g, t %g to %g", one.Lo[c][k], one.Hi[c][k], student.Lo[c][k], student.Hi[c][k])
			}
			if !(wide.Hi[c][k] > student.Hi[c][k]*1.0+0.3*half) {
				t.Fatalf("the simultaneous band reaches to %g, that of samples to %g", wide.Hi[c][k], student.Hi[c][k])
			}
		}
	}
	// A sample that all trials share, as a baseline of one sample is, does not count.
	for i := range ep.X {
		ep.X[i][0][4], ep.X[i][1][4] = 0, 0.1
	}
	b := run(BandOptions{Simultaneous: true}, 2)
	if b.Lo[0][4] != 0 || b.Hi[0][4] != 0 || math.Abs(b.Hi[2][3]/wide.Hi[2][3]-1) > 0.1 {
		t.Errorf("%g to %g; %g, %g", b.Lo[0][4], b.Hi[0][4], b.Hi[2][3], wide.Hi[2][3])
	}
	for _, o := range []BandOptions{{Method: "normal"}, {Level: 95}, {Level: -1}, {Draws: 3}, {Method: "t", Simultaneous: true}} {
		if _, err := ep.Band(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if _, err := null(1, 1, 1, 3).Band(BandOptions{}); err == nil {
		t.Error("one trial has a band")
	}
	if _, err := null(1, 4, 1, 3).Band(BandOptions{Method: "bootstrap"}); err == nil {
		t.Error("four trials have a bootstrap band")
	}
	if _, err := DifferenceBand(ep, null(1, 9, 1, 3), BandOptions{}); err == nil {
		t.Error("other channels have a difference")
	}
	d, err := DifferenceBand(ep, null(1, 50, 5, 31), BandOptions{Simultaneous: true})
	if err != nil || d.Mean.N != 40 {
		t.Errorf("%v, %v", d, err)
	}
	// Evoked responses as trials.
	a, _ := ep.Average()
	s, err := Stack(a, d.Mean, a)
	if err != nil || s.Len() != 3 {
		t.Fatal(err)
	}
	if _, err := Stack(); err == nil {
		t.Error("a stack of nothing")
	}
}

// Selection finds the quantiles of sorting.
func TestSelected(t *testing.T) {
	r := rng.New(1, 2)
	for n := 1; n < 60; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(r.Intn(12))
		}
		for _, q := range []float64{0, 0.025, 0.3, 0.5, 0.975, 1} {
			if got, want := selected(append([]float64(nil), v...), q), rankOf(v, q); got != want {
				t.Fatalf("quantile %g of %v: %g, want %g", q, v, got, want)
			}
		}
	}
}
