package signal

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// BurstOptions say how Bursts detects. The zero value of a field means its default.
type BurstOptions struct {
	// Low and High are the thresholds in units of the average; 0 is 1 and 2.
	Low, High float64
	// Average is "median" (also "") or "mean".
	Average string
	// Power compares the square of the amplitude.
	Power bool
	// MinCycles is how many cycles at lo a burst must last; 0 is 3.
	MinCycles float64
	// Order of the Butterworth filter; 0 is 4.
	Order int
	// Filtered says that x is band-passed already.
	Filtered bool
}

// Bursts finds bursts of a rhythm between lo and hi (Hz) by two thresholds: the
// amplitude, in units of its average over the signal, must be at or above High
// somewhere and at or above Low throughout, for MinCycles cycles of lo or more.
//
// The signal is band-passed (Butterworth, forward and backward); the amplitude is
// that of the analytic signal, or its square. x are samples, fs their rate in Hz.
// A narrow filter makes bursts of noise without a rhythm too: compare rates with
// those of other conditions.
//
// Errors: a band out of range, thresholds that are not 0 < Low <= High, NaN or
// infinite samples, a flat signal, too short a signal for the filter. Source:
// Feingold et al. 2015, Proc. Natl. Acad. Sci. 112:13687. Peer: neurodsp 2.4's
// detect_bursts_dual_threshold, whose bursts these are with Filtered, one sample
// later than its mask.
func Bursts(x []float64, fs, lo, hi float64, o BurstOptions) (*Events, error) {
	const call = "Bursts"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	o.Low, o.High, o.MinCycles = cmp.Or(o.Low, 1), cmp.Or(o.High, 2), cmp.Or(o.MinCycles, 3)
	o.Order, o.Average = cmp.Or(o.Order, 4), cmp.Or(o.Average, "median")
	if !(o.Low > 0 && o.Low <= o.High) || !(o.MinCycles > 0) {
		return nil, fmt.Errorf("signal: %s: Low %g, High %g, MinCycles %g; all must be above 0 and Low not above High", call, o.Low, o.High, o.MinCycles)
	}
	if o.Average != "median" && o.Average != "mean" {
		return nil, fmt.Errorf("signal: %s: Average %q is not known; allowed are median, mean", call, o.Average)
	}
	each, err := eventBand(call, [][]float64{x}, fs, lo, hi, o.Order, o.Filtered)
	if err != nil {
		return nil, err
	}
	filtered := each[0]
	envelope := envelopeOf(filtered)
	z := slices.Clone(envelope)
	what := "amplitude / " + o.Average
	if o.Power {
		vec.MulBlock(z, z, z)
		what = "power / " + o.Average
	}
	average := mean(z)
	if o.Average == "median" {
		average = median(slices.Clone(z))
	}
	if !(average > 0) {
		return nil, fmt.Errorf("signal: %s: x has no amplitude between %g and %g Hz", call, lo, hi)
	}
	vec.DivConstBlock(z, z, average)
	r := &Events{Kind: "bursts", Method: "dual threshold", FS: fs, Samples: len(x), Band: [2]float64{lo, hi}, Threshold: o.High, Measure: what, x: x, filtered: filtered, measure: z}
	least := math.Ceil(float64(o.MinCycles*fs)/lo - 1e-9)
	for _, s := range spans(len(z), func(i int) bool { return z[i] >= o.Low }) {
		if e := event(s, fs, filtered, envelope, z); e.Strength >= o.High && float64(s.last-s.first+1) >= least {
			r.All = append(r.All, e)
		}
	}
	return r, nil
}
