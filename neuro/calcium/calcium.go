// Package calcium takes fluorescence of calcium indicators to activity: correction for
// neuropil, baseline, ΔF/F, and events by deconvolution.
//
//	s, err := calcium.ReadSuite2p("suite2p/plane0", 30)          // F, Fneu, iscell; 30 frames a second
//	f, err := calcium.Correct(s.F[0], s.Neuropil[0], 0.7)        // F - 0.7 Fneu
//	d, err := calcium.DFF(f, 30, calcium.BaselineOptions{})      // (F - F0)/F0
//	e, err := calcium.Deconvolve(d.DFF, 30, calcium.DeconvolveOptions{Tau: 0.7})
//	e                                                            // trace, fitted calcium and events; shows itself
//	trains := e.Spikes(0.2)                                      // frames with events of 0.2 and more, ms, for package spikes
//
// Traces are slices of one value a frame, fs is frames a second (Hz), tau the time in s
// in which calcium falls to 1/e.
package calcium

import (
	"fmt"
	"math"
)

// check returns an error for a trace without values or with one that is not finite, and
// for a rate that is not above 0.
func check(call, name string, f []float64, fs float64) error {
	if len(f) == 0 {
		return fmt.Errorf("calcium: %s: %s has no frames", call, name)
	}
	for i, v := range f {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("calcium: %s: %s[%d] is %g; traces must be finite", call, name, i, v)
		}
	}
	if !(fs > 0) || math.IsInf(fs, 1) {
		return fmt.Errorf("calcium: %s: fs is %g Hz; frames a second must be above 0", call, fs)
	}
	return nil
}

// Correct returns a trace without what the neuropil adds to it, F - coefficient Fneu,
// frame by frame. The coefficient is 0.7 in suite2p and most papers, and from 0 to 1.
//
// Errors: unequal lengths, values that are not finite, another coefficient. Source: Chen
// et al. 2013, Nature 499:295.
func Correct(f, neuropil []float64, coefficient float64) ([]float64, error) {
	const call = "Correct"
	if len(f) != len(neuropil) {
		return nil, fmt.Errorf("calcium: %s: f has %d frames and neuropil %d; they must be as many", call, len(f), len(neuropil))
	}
	if !(coefficient >= 0 && coefficient <= 1) {
		return nil, fmt.Errorf("calcium: %s: the coefficient is %g; 0 to 1 are allowed (0.7 is usual)", call, coefficient)
	}
	if err := check(call, "f", f, 1); err != nil {
		return nil, err
	}
	if err := check(call, "neuropil", neuropil, 1); err != nil {
		return nil, err
	}
	out := make([]float64, len(f))
	for i, v := range f {
		out[i] = v - float64(coefficient*neuropil[i])
	}
	return out, nil
}
