package fmri_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestHRFStored holds the response against what SPM stored for 54 settings:
// the same closed form, so only rounding may differ.
func TestHRFStored(t *testing.T) {
	var stored []struct {
		Dt, Peak, Undershoot, Ratio float64
		PeakDispersion              float64 `json:"peak_dispersion"`
		UndershootDispersion        float64 `json:"undershoot_dispersion"`
		HRF                         []float64
	}
	golden.JSON(t, golden.Path(t, "fmri/spm_hrfs.json"), &stored)
	defaults := 0
	for _, s := range stored {
		h := fmri.HRF{Peak: s.Peak, Undershoot: s.Undershoot, PeakDispersion: s.PeakDispersion,
			UndershootDispersion: s.UndershootDispersion, Ratio: s.Ratio}
		got, err := h.Sample(s.Dt, 32)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "response", got, s.HRF, 1e-12)
		if h == fmri.NewHRF() {
			golden.Close(t, "SPMHRF", fmri.SPMHRF(s.Dt, 32), s.HRF, 1e-12)
			defaults++
		}
	}
	if len(stored) != 54 {
		t.Errorf("%d stored responses, 54 expected", len(stored))
	}
	t.Logf("%d of them with SPM's defaults", defaults)
}

// TestSPMHRF holds the response against powers and factorials written out.
func TestSPMHRF(t *testing.T) {
	factorial := func(n int) float64 {
		f := 1.0
		for i := 2; i <= n; i++ {
			f *= float64(i)
		}
		return f
	}
	for _, c := range []struct {
		dt, length float64
		n          int
	}{{0.1, 32, 321}, {2, 32, 17}, {3, 32, 11}, {0.7, 23, 33}, {0.5, 32, 65}, {1, 1, 2}, {0.3, 0.9, 4}, {1.0 / 3, 31, 94}} {
		got := fmri.SPMHRF(c.dt, c.length)
		if len(got) != c.n {
			t.Fatalf("dt %g, length %g: %d samples, want %d", c.dt, c.length, len(got), c.n)
		}
		want, sum := make([]float64, c.n), 0.0
		for i := range want {
			x := float64(i) * c.dt
			want[i] = math.Pow(x, 5)*math.Exp(-x)/factorial(5) - math.Pow(x, 15)*math.Exp(-x)/factorial(15)/6
			sum += want[i]
		}
		for i := range want {
			want[i] /= sum
		}
		golden.Close(t, "response", got, want, 1e-12)
	}
}

// TestHRFUnitSum: whatever the sampling, samples sum to 1, and a peak of the
// response lies near Peak - PeakDispersion, the mode of its gamma density.
func TestHRFUnitSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := fmri.NewHRF()
		h.Peak = rapid.Float64Range(3, 9).Draw(t, "peak")
		h.Ratio = rapid.Float64Range(4, 20).Draw(t, "ratio")
		dt := rapid.Float64Range(0.01, 0.5).Draw(t, "dt")
		r, err := h.Sample(dt, 40)
		if err != nil {
			t.Fatal(err)
		}
		sum, best := 0.0, 0
		for i, v := range r {
			sum += v
			if v > r[best] {
				best = i
			}
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("sum %.17g", sum)
		}
		if at := float64(best) * dt; math.Abs(at-(h.Peak-1)) > 0.6+dt {
			t.Fatalf("peak at %g s, mode of the density at %g", at, h.Peak-1)
		}
	})
}

func TestHRFErrors(t *testing.T) {
	with := func(change func(*fmri.HRF)) fmri.HRF {
		h := fmri.NewHRF()
		change(&h)
		return h
	}
	for _, c := range []struct {
		h          fmri.HRF
		dt, length float64
		want       string
	}{
		{fmri.NewHRF(), 0, 32, "dt is 0 s"},
		{fmri.NewHRF(), -1, 32, "dt is -1 s"},
		{fmri.NewHRF(), math.NaN(), 32, "dt is NaN s"},
		{fmri.NewHRF(), 1, -32, "length is -32 s"},
		{fmri.NewHRF(), 1, math.Inf(1), "length is +Inf s"},
		{fmri.NewHRF(), 1e-9, 32, "length is 32 s"},
		{fmri.NewHRF(), 1e4, 3e4, "sums to 0"},
		{fmri.HRF{}, 1, 32, "HRF.PeakDispersion is 0"},
		{with(func(h *fmri.HRF) { h.Ratio = 0 }), 1, 32, "HRF.Ratio is 0"},
		{with(func(h *fmri.HRF) { h.Peak = 0.5 }), 1, 32, "HRF.Peak is 0.5"},
		{with(func(h *fmri.HRF) { h.Onset = math.NaN() }), 1, 32, "HRF.Onset is NaN"},
	} {
		if _, err := c.h.Sample(c.dt, c.length); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Sample(%g, %g) gives %v, want %q", c.dt, c.length, err, c.want)
		}
	}
	defer func() {
		if r := recover(); r != "fmri: SPMHRF: dt is -2 s; it must be above 0" {
			t.Errorf("SPMHRF(-2, 32) panics with %v", r)
		}
	}()
	fmri.SPMHRF(-2, 32)
}
