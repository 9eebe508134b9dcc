// Package spikes finds spikes in recordings and describes spike trains:
// firing rates, intervals, variability, similarity of trains, and what the
// stimulus was before a spike. It simulates trains, and asks by surrogates
// whether a measure is more than chance.
//
//	s, err := spikes.Detect(x, 30000, spikes.NewDetect()) // troughs below -4 times the noise
//	d, err := spikes.DetectRecording(rec, spikes.NewArray()) // on many channels, of a file in pieces
//	sorted, err := spikes.Sort(rec, spikes.SortOptions{})    // into units; shows itself, with their quality
//	rate, err := spikes.Rate(s, 10, 0, 2000)              // Hz in bins of 10 ms; shows itself
//	smooth, err := spikes.KernelRate(s, 1, 0, 2000, spikes.NewKernel()) // Gaussian of the best width
//	cv, err := spikes.CV(s)
//	d, err := spikes.Matrix(raster, "spike", 0)           // SPIKE distance of each two trains
//	c, err := spikes.CorrelogramTest(a, b, 1, 50, 0, spikes.NewSurrogate()) // synchrony finer than 20 ms?
//	p, err := spikes.Poisson(20, 0, 10000, 2, 1)          // 20 Hz for 10 s, 2 ms refractory, seed 1
//	sta, err := spikes.STA(stimulus, 20000, s, 20, 5)     // 20 ms before to 5 ms after
//	glm, err := spikes.FitGLM(s, 0, 60000, spikes.GLMOptions{Stimulus: x}) // filters of stimulus and history
//	maps, err := spikes.TuningCurves(t, [][]float64{x, y}, cells, spikes.CurvesOptions{})
//
// Times are in ms and ascending, sampling rates in Hz, rates in Hz (spikes per
// second). A train with NaN or out of order is an error that names the spike:
// elephant, which does not look, gives negative intervals and wrong measures for
// it. Only VictorPurpura and VanRossum, whose results have no room for an error,
// take times in any order. Two spikes at one time are two, unless a function
// says otherwise.
// Results equal those of elephant (checked against version 1.2.1) to 1e-9.
package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
)

// largest is the number of bins or lags beyond which a result is refused: it
// is far more than a figure shows and far less than memory holds.
const largest = 1 << 25

// check returns an error unless s is finite and ascending.
func check(call, name string, s neuro.Spikes) error {
	return s.Check("spikes: " + call + ": " + name)
}

// checkWindow returns an error unless t0 < t1 are finite.
func checkWindow(call string, t0, t1 float64) error {
	for _, v := range []struct {
		name string
		t    float64
	}{{"t0", t0}, {"t1", t1}} {
		if math.IsNaN(v.t) || math.IsInf(v.t, 0) {
			return fmt.Errorf("spikes: %s: %s is %g ms; it must be finite", call, v.name, v.t)
		}
	}
	if !(t1 > t0) {
		return fmt.Errorf("spikes: %s: t1 is %g ms with t0 %g ms; t1 must be above t0", call, t1, t0)
	}
	return nil
}

// checkPositive returns an error unless v is above 0 and finite.
func checkPositive(call, name, unit string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return fmt.Errorf("spikes: %s: %s is %g %s; it must be above 0 and finite", call, name, v, unit)
	}
	return nil
}

// within returns the spikes with t0 <= t <= t1.
func within(s neuro.Spikes, t0, t1 float64) neuro.Spikes {
	from := sort.SearchFloat64s(s, t0)
	to := from + sort.Search(len(s)-from, func(i int) bool { return s[from+i] > t1 })
	return s[from:to]
}

// bins returns how many bins of the given width the window holds; a width that
// leaves a part of a bin over is an error.
func bins(call string, bin, t0, t1 float64) (int, error) {
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return 0, err
	}
	if err := checkWindow(call, t0, t1); err != nil {
		return 0, err
	}
	ratio := (t1 - t0) / bin
	if ratio > largest {
		return 0, fmt.Errorf("spikes: %s: bin %g ms makes %.3g bins from %g to %g ms; at most %d are allowed", call, bin, ratio, t0, t1, largest)
	}
	n := math.Round(ratio)
	// Decimal times such as 0.1 are rounded in binary, so that the quotient of
	// a whole number of bins may be off in its last digits.
	if n < 1 || math.Abs(ratio-n) > 1e-10*ratio {
		whole := math.Floor(ratio)
		if whole < 1 {
			return 0, fmt.Errorf("spikes: %s: bin %g ms is longer than the window from %g to %g ms; at most %g ms is allowed", call, bin, t0, t1, t1-t0)
		}
		return 0, fmt.Errorf("spikes: %s: the window from %g to %g ms holds %.6g bins of %g ms; whole bins are needed: take t1 = %.10g ms or bin = %.10g ms",
			call, t0, t1, ratio, bin, t0+float64(whole*bin), (t1-t0)/n)
	}
	return int(n), nil
}

// edge returns the left edge of bin i of n between t0 and t1. It divides last,
// so that an edge is the float64 nearest to its decimal value wherever the
// window is a whole number, and a spike written with the same digits is in the
// bin that begins there.
func edge(i, n int, t0, t1 float64) float64 {
	if i == n {
		return t1
	}
	return t0 + float64((t1-t0)*float64(i))/float64(n)
}

// histogram counts the spikes in n bins between t0 and t1: each from its left
// edge up to the next, the last including its right edge.
func histogram(s neuro.Spikes, n int, t0, t1 float64) []float64 {
	counts := make([]float64, n)
	eachBin(s, n, t0, t1, func(i int) { counts[i]++ })
	return counts
}

// eachBin calls f with the bin of each spike, as histogram has them.
func eachBin(s neuro.Spikes, n int, t0, t1 float64, f func(i int)) {
	i := 0
	for _, t := range within(s, t0, t1) {
		// A first guess from the quotient, then exact by the edges.
		if j := int((t - t0) / (t1 - t0) * float64(n)); j-1 > i {
			i = min(j-1, n-1)
		}
		for i+1 < n && t >= edge(i+1, n, t0, t1) {
			i++
		}
		f(i)
	}
}
