package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
)

// ISI returns the intervals between successive spikes, ms: one fewer than
// there are spikes. NaN in s gives NaN.
func ISI(s neuro.Spikes) []float64 {
	out := make([]float64, max(0, len(s)-1))
	for i := range out {
		out[i] = s[i+1] - s[i]
	}
	return out
}

// CV returns the coefficient of variation of the intervals between spikes,
//
//	CV = std(I)/mean(I),
//
// with the population standard deviation. It is 0 for a clock and 1 for a
// Poisson process.
//
// s are spike times in ms. Errors: fewer than 3 spikes, spikes that are not
// finite and ascending, or that all have the same time. Source: Softky and
// Koch 1993, J. Neurosci. 13:334. Peer: elephant.statistics.cv.
func CV(s neuro.Spikes) (float64, error) {
	if err := enough("CV", s); err != nil {
		return 0, err
	}
	n := float64(len(s) - 1)
	mean := (s[len(s)-1] - s[0]) / n
	if mean == 0 {
		return 0, fmt.Errorf("spikes: CV: all %d spikes of s are at %g ms; at least two times must differ", len(s), s[0])
	}
	sum, last := 0.0, s[0]
	for _, t := range s[1:] {
		d := t - last - mean
		sum += float64(d * d)
		last = t
	}
	return math.Sqrt(sum/n) / mean, nil
}

// LV returns the local variation of the intervals between spikes,
//
//	LV = 3/(n-1) Σ ((I[i] - I[i+1])/(I[i] + I[i+1]))²,
//
// over the n-1 pairs of neighbouring intervals. It is 0 for a clock and 1 for
// a Poisson process, and slow changes of the rate hardly raise it.
//
// s are spike times in ms. Errors: fewer than 3 spikes, spikes that are not
// finite and ascending, three spikes at one time. Source: Shinomoto, Shima and
// Tanji 2003, Neural Comput. 15:2823, equation 2.2. Peer:
// elephant.statistics.lv.
func LV(s neuro.Spikes) (float64, error) {
	m, err := pairs("LV", s, true)
	return 3 * m, err
}

// CV2 returns the mean local coefficient of variation of the intervals between
// spikes,
//
//	CV2 = 1/(n-1) Σ 2|I[i+1] - I[i]|/(I[i+1] + I[i]).
//
// It is 0 for a clock and 1 for a Poisson process, and slow changes of the
// rate hardly raise it.
//
// s are spike times in ms; errors as for LV. Source: Holt, Softky, Koch and
// Douglas 1996, J. Neurophysiol. 75:1806. Peer: elephant.statistics.cv2.
func CV2(s neuro.Spikes) (float64, error) {
	m, err := pairs("CV2", s, false)
	return 2 * m, err
}

// LvR returns the local variation of the intervals between spikes, corrected
// for the time after a spike in which a cell is harder to excite,
//
//	LvR = 3/(n-1) Σ (1 - 4 I[i] I[i+1]/(I[i] + I[i+1])²) (1 + 4R/(I[i] + I[i+1])),
//
// over the n-1 pairs of neighbouring intervals. It tells cells apart better than
// LV, which is its value for R = 0.
//
// s are spike times and refractory, R, a time in ms; the paper takes 5 ms.
// Errors: those of LV, a refractory that is negative or not finite. Source:
// Shinomoto et al. 2009, PLoS Comput. Biol. 5:e1000433, equation 3. Peer:
// elephant.statistics.lvr.
func LvR(s neuro.Spikes, refractory float64) (float64, error) {
	const call = "LvR"
	if !(refractory >= 0) || math.IsInf(refractory, 0) {
		return 0, fmt.Errorf("spikes: %s: refractory is %g ms; it must be 0 or more and finite", call, refractory)
	}
	if err := enough(call, s); err != nil {
		return 0, err
	}
	sum := 0.0
	for i := 1; i+1 < len(s); i++ {
		before, behind := s[i]-s[i-1], s[i+1]-s[i]
		both := behind + before
		if both == 0 {
			return 0, together(call, s, i)
		}
		d := (behind - before) / both // d² is the first factor
		sum += float64(d * d * (1 + float64(4*refractory/both)))
	}
	return 3 * sum / float64(len(s)-2), nil
}

// together says that spikes i-1 to i+1 are at one time.
func together(call string, s neuro.Spikes, i int) error {
	return fmt.Errorf("spikes: %s: spikes %d to %d of s are all at %g ms; three spikes at one time have no variation", call, i-1, i+1, s[i])
}

// pairs returns the mean over neighbouring intervals of |I[i+1] - I[i]|/(I[i+1] + I[i]), or of
// its square.
func pairs(call string, s neuro.Spikes, squared bool) (float64, error) {
	if err := enough(call, s); err != nil {
		return 0, err
	}
	sum, before := 0.0, s[1]-s[0]
	for i := 1; i+1 < len(s); i++ {
		behind := s[i+1] - s[i]
		both := behind + before
		if both == 0 {
			return 0, together(call, s, i)
		}
		d := math.Abs(behind-before) / both
		before = behind
		if squared {
			d = float64(d * d)
		}
		sum += d
	}
	return sum / float64(len(s)-2), nil
}

// enough returns an error unless s is a train with two intervals.
func enough(call string, s neuro.Spikes) error {
	if err := check(call, "s", s); err != nil {
		return err
	}
	if len(s) < 3 {
		return fmt.Errorf("spikes: %s: s holds %d spikes; 3 or more (two intervals) are needed", call, len(s))
	}
	return nil
}

// ISIHistogram counts the intervals between the spikes of s in bins of the
// given width from 0 to longest (both ms). Each bin begins at its left edge,
// the last one includes longest; Beyond is the number of intervals above it.
// longest 0 takes whole bins up to the longest interval.
//
// Errors: fewer than 2 spikes, spikes that are not finite and ascending, bin <=
// 0, longest that is not a whole number of bins. Peer: numpy.histogram.
func ISIHistogram(s neuro.Spikes, bin, longest float64) (*Histogram, error) {
	const call = "ISIHistogram"
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	if len(s) < 2 {
		return nil, fmt.Errorf("spikes: %s: s holds %d spikes; 2 or more are needed", call, len(s))
	}
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return nil, err
	}
	isi := ISI(s)
	sort.Float64s(isi)
	if longest == 0 {
		most := isi[len(isi)-1]
		n := math.Max(1, math.Ceil(most/bin))
		if bin*n < most { // the quotient was rounded down
			n++
		}
		longest = bin * n
	}
	if !(longest > 0) {
		return nil, fmt.Errorf("spikes: %s: longest is %g ms; it must be above 0 (0: the longest interval)", call, longest)
	}
	n, err := bins(call, bin, 0, longest)
	if err != nil {
		return nil, err
	}
	h := &Histogram{
		XName: "interval", XUnit: "ms", YName: "count",
		Edges:  make([]float64, n+1),
		Y:      histogram(isi, n, 0, longest),
		Beyond: len(isi) - len(within(isi, 0, longest)),
	}
	for i := range h.Edges {
		h.Edges[i] = edge(i, n, 0, longest)
	}
	if cv, err := CV(s); err == nil {
		h.Title = fmt.Sprintf("%d intervals, mean %.4g ms, CV %.3f", len(isi), (s[len(s)-1]-s[0])/float64(len(isi)), cv)
	}
	return h, nil
}
