package signal

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// RippleOptions say how Ripples detects. The zero value of a field means its
// default, that of the paper.
type RippleOptions struct {
	// Method is "karlsson" (also ""), each channel for itself, or "kay", all
	// channels together.
	Method string
	// Lo and Hi are the band; 0 is 150 and 250 Hz.
	Lo, Hi float64 `unit:"Hz"`
	// Filtered says that x is band-passed already.
	Filtered bool
	// Smooth is the standard deviation of the Gaussian; 0 is 4 ms.
	Smooth float64 `unit:"s"`
	// Threshold in standard deviations above the mean; 0 is 3 for "karlsson"
	// and 2 for "kay".
	Threshold float64
	// MinDuration is how long the threshold must be passed; 0 is 15 ms.
	// MaxDuration drops longer events; 0 drops none.
	MinDuration, MaxDuration float64 `unit:"s"`
	// Merge joins events with less time between them; 0 joins those that overlap.
	Merge float64 `unit:"s"`
	// Still, when not nil, tells for each sample whether the animal rests;
	// events that begin or end elsewhere are dropped.
	Still []bool
}

// Ripples finds sharp-wave ripples in hippocampal channels.
//
// Both methods band-pass (Butterworth of order 4, forward and backward), take the
// envelope, smooth it by a Gaussian, and express it in standard deviations above its
// mean over the whole recording. Where that stays at or above Threshold for
// MinDuration there is a ripple; it begins and ends where the smoothed envelope is at
// its mean. "karlsson" does so for each channel and joins what overlaps in several
// (Karlsson and Frank 2009, Nat. Neurosci. 12:913); "kay" takes the root of the sum
// over channels of the squared envelopes, smoothed before the root: a consensus
// (Kay et al. 2016, Nature 531:185). Neither uses ripples' frequency: muscle
// and high gamma pass too.
//
// x[c] are the samples of channel c, fs their rate in Hz, which must be above twice
// Hi. Errors: a band out of range, NaN or infinite samples, flat channels, too short
// a signal for the filter, an unknown method. Peer: ripple_detection 1.7.1's
// Karlsson_ripple_detector and Kay_ripple_detector, whose events these are with
// Filtered.
func Ripples(x [][]float64, fs float64, o RippleOptions) (*Events, error) {
	const call = "Ripples"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	o.Lo, o.Hi = cmp.Or(o.Lo, 150), cmp.Or(o.Hi, 250)
	o.Smooth, o.MinDuration = cmp.Or(o.Smooth, 0.004), cmp.Or(o.MinDuration, 0.015)
	o.Method = cmp.Or(o.Method, "karlsson")
	switch o.Method {
	case "karlsson":
		o.Threshold = cmp.Or(o.Threshold, 3)
	case "kay":
		o.Threshold = cmp.Or(o.Threshold, 2)
	default:
		return nil, fmt.Errorf("signal: %s: Method %q is not known; allowed are karlsson, kay", call, o.Method)
	}
	if !(o.Threshold > 0) || !(o.Smooth > 0) || !(o.MinDuration > 0) || !(o.MaxDuration >= 0) || !(o.Merge >= 0) {
		return nil, fmt.Errorf("signal: %s: Threshold %g, Smooth %g s, MinDuration %g s, MaxDuration %g s, Merge %g s; none may be below 0", call, o.Threshold, o.Smooth, o.MinDuration, o.MaxDuration, o.Merge)
	}
	if o.Still != nil && len(o.Still) != len(x[0]) {
		return nil, fmt.Errorf("signal: %s: Still has %d values for %d samples; there must be as many", call, len(o.Still), len(x[0]))
	}
	filtered, err := eventBand(call, x, fs, o.Lo, o.Hi, 4, o.Filtered)
	if err != nil {
		return nil, err
	}
	task := display.Start("signal."+call, "channels", len(x))
	defer task.End()
	n := len(x[0])
	envelope := make([][]float64, len(x))
	linalg.Parallel(len(x), func(c int) {
		if task.Err() == nil {
			envelope[c] = envelopeOf(filtered[c])
		}
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	// What is compared with the threshold: a trace for each channel, or one.
	var traces [][]float64
	if o.Method == "kay" {
		sum := make([]float64, n)
		for _, e := range envelope {
			vec.FMABlock(sum, e, e, sum)
		}
		sum = gaussian(sum, o.Smooth*fs)
		vec.SqrtBlock(sum, sum)
		traces = [][]float64{sum}
	} else {
		traces = make([][]float64, len(x))
		linalg.Parallel(len(x), func(c int) { traces[c] = gaussian(envelope[c], o.Smooth*fs) })
	}
	r := &Events{Kind: "ripples", Method: o.Method, FS: fs, Samples: n, Band: [2]float64{o.Lo, o.Hi}, Threshold: o.Threshold, Measure: "SD above mean", x: x[0], filtered: filtered[0]}
	var all []span
	for c := range traces {
		z, ok := standard(traces[c])
		if !ok {
			return nil, fmt.Errorf("signal: %s: channel %d is flat in the band; leave it out", call, c)
		}
		traces[c] = z
		all = append(all, crossings(z, 0, o.Threshold, o.MinDuration*fs)...)
	}
	r.measure = traces[0]
	slices.SortFunc(all, func(a, b span) int { return cmp.Or(a.first-b.first, a.last-b.last) })
	all = merged(all, 0)
	all = slices.DeleteFunc(all, func(s span) bool { return o.Still != nil && !(o.Still[s.first] && o.Still[s.last]) })
	for _, s := range merged(all, o.Merge*fs) {
		if o.MaxDuration > 0 && float64(s.last-s.first) > float64(o.MaxDuration*fs)*(1+1e-12) {
			continue
		}
		best, strongest := Event{}, 0.0
		for c := range x {
			z := traces[min(c, len(traces)-1)]
			e := event(s, fs, filtered[c], envelope[c], z)
			// Of a consensus the channel with the largest amplitude.
			v := e.Strength
			if len(traces) == 1 {
				v = e.Amplitude
			}
			if c == 0 || v > strongest {
				best, strongest = e, v
				best.Channel = c
			}
		}
		r.All = append(r.All, best)
	}
	return r, nil
}

// crossings returns the stretches above low that hold one at or above high for at
// least a number of samples.
func crossings(z []float64, low, high, least float64) (out []span) {
	least -= 1e-6 // samples are whole
	above := spans(len(z), func(i int) bool { return z[i] > low })
	k := 0
	for _, s := range spans(len(z), func(i int) bool { return z[i] >= high }) {
		if float64(s.last-s.first) < least {
			continue
		}
		for above[k].last < s.first {
			k++
		}
		if len(out) == 0 || out[len(out)-1] != above[k] {
			out = append(out, above[k])
		}
	}
	return out
}

// eventBand band-passes channels, unless that is done already.
func eventBand(call string, x [][]float64, fs, lo, hi float64, order int, done bool) ([][]float64, error) {
	if err := checkEventBand(call, fs, lo, hi); err != nil {
		return nil, err
	}
	for c, s := range x {
		if constant(s) {
			return nil, fmt.Errorf("signal: %s: channel %d is flat (%g in all samples); leave it out", call, c, s[0])
		}
	}
	if done {
		return x, nil
	}
	f, err := Butter(order, "band", fs, lo, hi)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	if len(x) == 1 {
		y, err := f.FiltFilt(x[0])
		if err != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, err)
		}
		return [][]float64{y}, nil
	}
	y, err := f.FiltFiltEach(x)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	return y, nil
}
