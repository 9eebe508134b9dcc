package spikes

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"pgregory.net/rapid"
)

func TestCorrelogramByHand(t *testing.T) {
	a := neuro.Spikes{10, 20, 30}
	b := neuro.Spikes{12, 22, 32.5}
	h, err := CrossCorrelogram(a, b, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "edges", h.Edges, []float64{-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5}, 1e-15)
	// Two differences of 2 ms, one of 2.5, which is the left edge of its bin;
	// 3 spikes of a and bins of 1 ms.
	golden.Close(t, "rate", h.Y, []float64{0, 0, 0, 0, 0, 2000 / 3.0, 1000 / 3.0}, 1e-14)
	if h, err = AutoCorrelogram(a, 5, 10); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "of itself", h.Y, []float64{2 * 200 / 3.0, 0, 0, 0, 2 * 200 / 3.0}, 1e-14)
}

// All differences, counted one by one.
func TestCorrelogramAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTrain(t, "a"), drawTrain(t, "b")
		if len(a) == 0 || len(b) == 0 {
			t.Skip()
		}
		bin := rapid.SampledFrom([]float64{0.5, 1, 4, 32}).Draw(t, "bin")
		half := rapid.IntRange(0, 10).Draw(t, "half")
		h, err := CrossCorrelogram(a, b, bin, float64(half)*bin)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]float64, 2*half+1)
		for _, x := range a {
			for _, y := range b {
				for k := range want {
					// Bins are powers of 2, so that these edges are exact.
					middle := float64(k - half)
					if y-x >= (middle-0.5)*bin && y-x < (middle+0.5)*bin {
						want[k] += 1000 / bin / float64(len(a))
					}
				}
			}
		}
		for k := range want {
			if math.Abs(h.Y[k]-want[k]) > 1e-9*(1+want[k]) {
				t.Fatalf("bin %d: %g, want %g", k, h.Y[k], want[k])
			}
		}
	})
}
