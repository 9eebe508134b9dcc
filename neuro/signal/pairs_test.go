package signal

import (
	"fmt"
	"math"
	"runtime"
	"testing"
)

// channels returns made-up signals that share something.
func channels(n, samples int) [][]float64 {
	state := uint64(n)
	noise := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11)/(1<<53) - 0.5
	}
	x := rows(n, samples)
	for i := range samples {
		common := noise()
		for c := range x {
			x[c][i] = noise() + common*float64(c%3) + 0.1*float64(c)
		}
	}
	return x
}

func TestCoherencePairsAreCoherence(t *testing.T) {
	for _, c := range []struct{ channels, samples, segment int }{{2, 100, 100}, {3, 997, 64}, {4, 3000, 101}, {5, 5000, 128}, {7, 2047, 250}} {
		x := channels(c.channels, c.samples)
		o := WelchOptions{SegmentLen: c.segment, Overlap: -1}
		r, err := CoherencePairs(x, 250, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range r.Pairs {
			want, err := Coherence(x[p[0]], x[p[1]], 250, o)
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range want.P {
				if math.Abs(r.V[i][k]-v) > 1e-12 && k > 0 {
					t.Fatalf("%+v: pair %v at %g Hz: %.15g, want %.15g", c, p, r.F[k], r.V[i][k], v)
				}
			}
		}
		if got := r.Of(1, 0); &got[0] != &r.V[0][0] {
			t.Error("Of(1, 0) is not the first pair")
		}
		r.Plot().Show()
	}
	for _, bad := range [][][]float64{nil, channels(1, 10), {{1, 2}, {1}}, {{1, 1}, {1, 2}}, {{1, math.NaN()}, {1, 2}}} {
		if _, err := CoherencePairs(bad, 250, WelchOptions{}); err == nil {
			t.Errorf("no error for %v", bad)
		}
	}
}

// Results have the same bits for any number of threads.
func TestThreads(t *testing.T) {
	x := channels(4, 20000)
	o := WelchOptions{SegmentLen: 256, Overlap: -1}
	run := func() (out []string) {
		w, err := WelchEach(x, 250, o)
		if err != nil {
			t.Fatal(err)
		}
		c, err := CoherencePairs(x, 250, o)
		if err != nil {
			t.Fatal(err)
		}
		one, err := Coherence(x[0], x[1], 250, o)
		if err != nil {
			t.Fatal(err)
		}
		return append(out, fmt.Sprintf("%x", w[3].P), fmt.Sprintf("%x", c.V), fmt.Sprintf("%x", one.P))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := run()
	for _, n := range []int{2, 3, 7} {
		runtime.GOMAXPROCS(n)
		for i, got := range run() {
			if got != want[i] {
				t.Errorf("result %d with %d threads differs", i, n)
			}
		}
	}
}

func TestPeriodogram(t *testing.T) {
	x := channels(1, 317)[0]
	p, err := Periodogram(x, 100, "")
	if err != nil {
		t.Fatal(err)
	}
	sum, m := 0.0, mean(x)
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	total := 0.0
	for _, v := range p.P {
		total += v * 100 / 317
	}
	if math.Abs(total-sum/317) > 1e-12 {
		t.Errorf("the spectrum sums to %g, the variance is %g", total, sum/317)
	}
	if _, err := Periodogram(nil, 100, ""); err == nil {
		t.Error("an empty signal has a spectrum")
	}
}

func BenchmarkWelchLong(b *testing.B) {
	x := channels(1, 600000)
	for b.Loop() {
		Welch(x[0], 1000, WelchOptions{SegmentLen: 2048, Overlap: -1})
	}
}

func BenchmarkCoherencePairs(b *testing.B) {
	x := channels(64, 60000)
	for b.Loop() {
		CoherencePairs(x, 1000, WelchOptions{SegmentLen: 2048, Overlap: -1})
	}
}
