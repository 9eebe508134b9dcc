package signal

import (
	"cmp"
	"fmt"
	"math"
)

// SlowOptions say how SlowOscillations detects. The zero value of a field means its
// default, that of Massimini et al.
type SlowOptions struct {
	// Lo and Hi are the band; 0 is 0.1 and 4 Hz.
	Lo, Hi float64 `unit:"Hz"`
	// Trough is how far below 0 the negative peak must be, and Span how far the
	// positive peak above it, in the unit of x; 0 is 80 and 140, for µV.
	Trough, Span float64
	// MinNegative and MaxNegative are how long the negative half may last; 0 is
	// 0.3 and 1 s.
	MinNegative, MaxNegative float64 `unit:"s"`
}

// SlowOscillations finds the slow oscillations of sleep in one channel: a negative
// half wave of 0.3 to 1 s between two crossings of zero with a trough below -80 µV,
// followed by a positive one that ends within 1 s, at least 140 µV above the trough.
//
// The signal is band-passed (Butterworth of order 2, forward and backward). An event
// goes from the crossing into the negative half to the end of the positive one;
// Amplitude and Strength are from trough to peak, Peak is the trough. x are samples in
// µV (give the fields of SlowOptions for another unit), fs their rate in Hz.
//
// Errors: a band out of range, NaN or infinite samples, a flat signal, too short a
// signal for the filter. Source: Massimini et al. 2004, J. Neurosci. 24:6862.
// Checked against waves of known size.
func SlowOscillations(x []float64, fs float64, o SlowOptions) (*Events, error) {
	const call = "SlowOscillations"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	o.Lo, o.Hi, o.Trough, o.Span = cmp.Or(o.Lo, 0.1), cmp.Or(o.Hi, 4), cmp.Or(o.Trough, 80), cmp.Or(o.Span, 140)
	o.MinNegative, o.MaxNegative = cmp.Or(o.MinNegative, 0.3), cmp.Or(o.MaxNegative, 1)
	if !(o.Trough > 0 && o.Span > 0 && o.MinNegative > 0 && o.MinNegative < o.MaxNegative) {
		return nil, fmt.Errorf("signal: %s: Trough %g, Span %g, negative half of %g to %g s; all must be above 0 and ascending", call, o.Trough, o.Span, o.MinNegative, o.MaxNegative)
	}
	if err := checkEventBand(call, fs, o.Lo, o.Hi); err != nil {
		return nil, err
	}
	if constant(x) {
		return nil, fmt.Errorf("signal: %s: x is flat (%g in all samples)", call, x[0])
	}
	f, err := Butter(2, "band", fs, o.Lo, o.Hi)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	y, err := f.FiltFilt(x)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	r := &Events{Kind: "slow oscillations", Method: "Massimini 2004", FS: fs, Samples: len(x), Band: [2]float64{o.Lo, o.Hi}, Threshold: o.Span, Measure: "trough to peak", x: x, filtered: y}
	negative := spans(len(y), func(i int) bool { return y[i] < 0 })
	for k, s := range negative {
		if d := float64(s.last-s.first+1) / fs; s.first == 0 || d < o.MinNegative || d > o.MaxNegative || k+1 == len(negative) {
			continue
		}
		end := negative[k+1].first - 1
		if float64(end-s.last)/fs > 1 {
			continue
		}
		trough, peak := s.first, s.last+1
		for i := s.first; i <= end; i++ {
			if y[i] < y[trough] {
				trough = i
			}
			if i > s.last && y[i] > y[peak] {
				peak = i
			}
		}
		if span := y[peak] - y[trough]; -y[trough] >= o.Trough && span >= o.Span {
			e := Event{Start: float64(s.first) / fs, Peak: float64(trough) / fs, End: float64(end) / fs, Amplitude: span, Strength: span, Oscillations: 1}
			e.Frequency = 1 / math.Max(e.Duration(), 1/fs)
			r.All = append(r.All, e)
		}
	}
	return r, nil
}
