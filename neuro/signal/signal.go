// Package signal analyses sampled recordings, such as LFP, EEG and MEG:
// spectra, band power, coherence, zero-phase filters, amplitude and phase.
//
//	spec, err := signal.Welch(lfp, 1000, signal.NewWelch()) // shows itself as a spectrum
//	alpha, err := signal.BandPower(lfp, 1000, 8, 13)
//	bands, err := signal.LFPFeatures(lfp, 1000)             // delta to gamma, as a table
//
//	band, err := signal.Butter(4, "band", 1000, 8, 13)
//	slow, err := band.FiltFilt(lfp)                         // no phase shift
//	amp, err := signal.Envelope(slow)
//
// A signal is a []float64 of equally spaced samples, fs its sampling rate in
// Hz; a neuro.Trace v of a cell is v.Y with rate v.FS(). Samples must be
// finite: NaN or an infinity is an error that gives its position, because
// every value of a spectrum or a filtered signal would depend on it.
//
// Results equal those of scipy.signal (checked against version 1.17) to 1e-9
// at any length.
package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// checkSamples returns an error unless x has samples and all are finite. call
// is the public function, name the argument.
func checkSamples(call, name string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("signal: %s: %s is empty; at least 1 sample is needed", call, name)
	}
	if s := vec.SumBlock(x); !math.IsNaN(s) && !math.IsInf(s, 0) {
		return nil // a sum is finite only if all its terms are
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("signal: %s: %s[%d] is %g; samples must be finite (cut out or interpolate gaps first)", call, name, i, v)
		}
	}
	return nil
}

func checkRate(call string, fs float64) error {
	if !(fs > 0) || math.IsInf(fs, 0) {
		return fmt.Errorf("signal: %s: sampling rate fs is %g Hz; it must be above 0 and finite", call, fs)
	}
	return nil
}
