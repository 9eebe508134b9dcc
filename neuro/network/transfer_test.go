package network

import (
	"math"
	"math/cmplx"
	"testing"
)

// TestTransfer holds the response at low frequencies to the slope of Siegert's rate, and
// what is known at high ones: the spectrum is the rate, changes of the noise act at once
// (D1/D), and those of the mean fall with the root of the frequency (Brunel et al. 2001,
// Phys Rev Lett 86:2186).
func TestTransfer(t *testing.T) {
	c := NewSiegert()
	for _, x := range [][2]float64{{15, 5}, {19, 3}, {25, 4}, {10, 8}, {40, 6}} {
		mu, sigma := x[0], x[1]
		r, err := c.Transfer(mu, sigma, []float64{0, 0.5, 1e5, 4e5})
		if err != nil {
			t.Fatal(err)
		}
		const e = 1e-4
		rate := func(mu, sigma float64) float64 { hz, _ := c.Rate(mu, sigma); return hz }
		mean := (rate(mu+e, sigma) - rate(mu-e, sigma)) / (2 * e)
		noise := (rate(mu, sigma+e) - rate(mu, sigma-e)) / (2 * e) / (2 * sigma)
		if got := real(r.Mean[0]); math.Abs(got-mean) > 2e-3*math.Abs(mean) {
			t.Errorf("mu %g, sigma %g: %g Hz/mV, want %g", mu, sigma, got, mean)
		}
		if got := real(r.Variance[0]); math.Abs(got-noise) > 2e-3*math.Abs(noise)+1e-4 {
			t.Errorf("mu %g, sigma %g: %g Hz/mV², want %g", mu, sigma, got, noise)
		}
		if got := r.Spectrum[2]; math.Abs(got-r.Rate) > 1e-3*r.Rate {
			t.Errorf("the spectrum is %g Hz at high frequencies, want the rate %g", got, r.Rate)
		}
		if got := r.Spectrum[0] / r.Rate; math.Abs(got-r.CV*r.CV) > 1e-3*got {
			t.Errorf("the spectrum over the rate is %g at 0, want %g", got, r.CV*r.CV)
		}
		if got, want := cmplx.Abs(r.Variance[3]), r.Rate/(sigma*sigma); math.Abs(got-want) > 0.05*want {
			t.Errorf("noise at high frequencies: %g, want %g", got, want)
		}
		if got := cmplx.Abs(r.Mean[2]) / cmplx.Abs(r.Mean[3]); math.Abs(got-2) > 0.05 {
			t.Errorf("the response to the mean falls by %g in two octaves, want 2", got)
		}
	}
}
