package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// WelchEach returns Welch's spectrum of every signal in x.
//
// x[c] are the samples of channel c, all as long, fs their rate in Hz. The
// spectra have the bits that Welch gives for each channel. Errors: those of
// Welch, and channels of unequal lengths. Peer: scipy.signal.welch along an
// axis.
func WelchEach(x [][]float64, fs float64, o WelchOptions) ([]*Spectrum, error) {
	if err := checkSignals("WelchEach", "x", x); err != nil {
		return nil, err
	}
	out, errs := make([]*Spectrum, len(x)), make([]error, len(x))
	linalg.Parallel(len(x), func(i int) { out[i], errs[i] = welch("WelchEach", x[i], fs, o) })
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Periodogram returns the power spectral density of x as one segment,
//
//	P[k] = 2/(fs Σ w²) · |Σ_j w[j] (x[j] - mean) exp(-2πi jk/n)|²,  F[k] = k fs/n,
//
// without the factor 2 at 0 Hz and fs/2. Its variance does not fall with the
// length of the signal: Welch or Multitaper estimate a spectrum better.
//
// x are samples, fs their rate in Hz, window is a name that function Window
// takes, "" being "boxcar". Errors: those of Welch. Source: Schuster 1898, Terr.
// Magn. 3:13. Peer: scipy.signal.periodogram.
func Periodogram(x []float64, fs float64, window string) (*Spectrum, error) {
	if window == "" {
		window = "boxcar"
	}
	s, err := Welch(x, fs, WelchOptions{Window: window, SegmentLen: max(1, len(x)), Overlap: 0, Detrend: "constant"})
	if err != nil {
		return nil, fmt.Errorf("signal: Periodogram: %w", err)
	}
	return s, nil
}
