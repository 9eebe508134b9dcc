package spikes

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestEnergyMeter holds the smoothed energy to its definition, tile by tile, and what a
// threshold leaves out to what is below it.
func TestEnergyMeter(t *testing.T) {
	for _, fs := range []float64{8000, 30000, 100000} {
		e := (&chain{fs: fs}).newEnergyMeter()
		k := e.lag
		for _, n := range []int{0, 1, 6 * k, 6*k + 1, 200, energyTile + 6*k, energyTile + 6*k + 1, 2*energyTile + 997} {
			x := make([]float64, n)
			rng.New(uint64(n), uint64(k)).NormBlock(x, 0, 0)
			for i := range x {
				if i%701 > 690 {
					x[i] *= 12
				}
			}
			all := e.of(nil, x, math.Inf(-1))
			if want := max(0, n-6*k); len(all) != want {
				t.Fatalf("lag %d: %d energies of %d samples, not %d", k, len(all), n, want)
			}
			for i, v := range all {
				sum := 0.0
				for j, w := range e.window {
					at := i + k + j
					sum = math.FMA(float64(x[at]*x[at])-float64(x[at-k]*x[at+k]), w, sum)
				}
				if v != sum {
					t.Fatalf("lag %d, %d samples: energy %d is %g, by the definition %g", k, n, i, v, sum)
				}
			}
			for _, threshold := range []float64{0.5, 3, 8, 1e9} {
				zero := 0
				for i, v := range e.of(nil, x, threshold) {
					if v != all[i] && (v != 0 || all[i] >= threshold) {
						t.Fatalf("lag %d, %d samples, threshold %g: energy %d is %g, not %g", k, n, threshold, i, v, all[i])
					}
					if v == 0 {
						zero++
					}
				}
				if n > 2000 && threshold >= 8 && zero < len(all)/2 {
					t.Errorf("lag %d: only %d of %d energies left out below %g", k, zero, len(all), threshold)
				}
			}
		}
	}
}
