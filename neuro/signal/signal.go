// Package signal analyses sampled recordings, such as LFP, EEG and MEG:
// spectra, band power, coherence and phase measures, filters, amplitude and phase.
//
//	spec, err := signal.Welch(lfp, 1000, signal.NewWelch()) // shows itself as a spectrum
//	alpha, err := signal.BandPower(lfp, 1000, 8, 13)
//	bands, err := signal.LFPFeatures(lfp, 1000)             // delta to gamma, as a table
//	fit, err := signal.Aperiodic(spec, signal.NewAperiodic())
//
//	band, err := signal.Butter(4, "band", 1000, 8, 13)
//	slow, err := band.FiltFilt(lfp)                         // no phase shift
//	amp, err := signal.Envelope(slow)
//
//	coh, err := signal.CoherencePairs(channels, 1000, signal.NewWelch())
//	plv, err := signal.ConnectivityOverTrials(trials, 1000, signal.ConnectivityOptions{})
//
//	model, err := signal.FitVAR(trials, 1000, signal.VAROptions{}) // shows whether it may be trusted
//	test, err := model.Granger("conditional")                      // who helps to predict whom: F and p
//	pdc, err := model.Directed("pdc", nil)                         // over frequency
//	ripples, err := signal.Ripples(channels, 1250, signal.RippleOptions{})
//
// A signal is a []float64 of equally spaced samples, fs its sampling rate in
// Hz; a neuro.Trace v of a cell is v.Y with rate v.FS(). Several channels are
// [channel][sample], trials [trial][channel][sample]. Samples must be
// finite: NaN or an infinity is an error that gives its position, because
// every value of a spectrum or a filtered signal would depend on it.
//
//	spectra       Welch, WelchEach, WelchStream, Periodogram, Multitaper, FTest, LombScargle
//	over time     Spectrogram, Scalogram, MorletPower, MorletLocking, Hilbert, Envelope, Phase
//	together      NewCrossSpectrum, Coherence, CoherencePairs, ConnectivityOverTrials, ConnectivityOverTime
//	tests         ClusterPaired, ClusterGroups: power over time and frequency, by clusters
//	nested        PhaseAmplitude, Comodulogram: phase-amplitude coupling with surrogates
//	directed      FitVAR, NewVAR, VAR.Granger, VAR.Directed, DirectedSurrogates, GrangerNonparametric: Granger causality, DTF, PDC
//	events        Ripples, Spindles, Bursts, SlowOscillations
//	IIR filters   Butter, Cheby1, Cheby2, Ellip, Bessel, Notch; ButterOrder and the like
//	FIR filters   NewFIR, FIRLS, Remez, SavitzkyGolay; MedianFilter, Detrend
//	applied       Filter, FiltFilt, ZeroPhase, FilterEach, FiltFiltEach, ZeroPhaseEach, Stream
//	other rates   Resample, ResampleFourier
//
// Results equal those of scipy.signal (checked against version 1.17), MNE and
// mne-connectivity to 1e-9 at any length, where a function does not say another
// number, and have the same bits for any number of processors.
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
