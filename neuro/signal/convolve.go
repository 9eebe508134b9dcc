package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Filter runs x through the filter forward in time, from rest. The result is as
// long as x and lags behind it by half the length of symmetric taps (see
// ZeroPhase). Long filters go through Fourier transforms of blocks.
//
// NaN, infinite samples and an empty x are errors. Peer: scipy.signal.lfilter with
// a = 1.
func (h FIR) Filter(x []float64) ([]float64, error) { return h.run("FIR.Filter", x, 0) }

// ZeroPhase runs x through a filter with symmetric taps and takes the lag back, so
// that no frequency is delayed. The signal is first continued beyond both ends by
// a half turn about them, as far as it goes, and with zeros then.
//
// Errors: an even number of taps or taps that are not symmetric, NaN or infinite
// samples, an empty x. Peer: mne.filter.filter_data with its default padding.
func (h FIR) ZeroPhase(x []float64) ([]float64, error) {
	const call = "FIR.ZeroPhase"
	if len(h.Taps)%2 == 0 || !h.symmetric() {
		return nil, fmt.Errorf("signal: %s: the filter has %d taps; an odd number of symmetric taps is needed", call, len(h.Taps))
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	lag, n := len(h.Taps)/2, len(x)
	reach := min(lag, n-1)
	padded := make([]float64, n+2*lag)
	for i := 1; i <= reach; i++ {
		padded[lag-i] = 2*x[0] - x[i]
		padded[lag+n-1+i] = 2*x[n-1] - x[n-1-i]
	}
	copy(padded[lag:], x)
	return h.run(call, padded, 2*lag)
}

// run returns the convolution of the signal with the taps from sample skip on.
func (h FIR) run(call string, x []float64, skip int) ([]float64, error) {
	if err := h.check(call); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	task := display.Start("signal."+call, "samples", len(x))
	defer task.End()
	c := newConvolver(h.Taps)
	out := make([]float64, len(x)-skip)
	blocks := (len(out) + c.hop - 1) / c.hop
	linalg.Parallel((blocks+fft.Lanes-1)/fft.Lanes, func(i int) {
		if task.Err() != nil {
			return
		}
		first := i * fft.Lanes * c.hop
		c.four(out[first:min(first+fft.Lanes*c.hop, len(out))], x, skip+first)
		task.Add(fft.Lanes * c.hop)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// A convolver filters blocks by Fourier transforms (overlap and save), four at a
// time: a block of plan.Len() samples gives hop values.
type convolver struct {
	taps, hop int
	plan      *fft.Plan
	w         []complex128 // of frequencies from 0 to half the sampling rate
}

func newConvolver(taps []float64) *convolver {
	// Blocks of four times the taps cost least; up to 2 Direct four of them go
	// side by side.
	n := 64
	for n < 4*len(taps) && n < 2*fft.Direct || n < 2*len(taps) {
		n *= 2
	}
	c := &convolver{taps: len(taps), hop: n - len(taps) + 1, plan: fft.New(n), w: make([]complex128, n/2+1)}
	padded := make([]float64, n)
	for i, v := range taps {
		padded[i] = v / float64(n/2)
	}
	c.plan.RealForward(c.w, padded)
	return c
}

// four sets out, up to four blocks of hop values, to the convolution at sample
// first of x and after; before its beginning and behind its end x is 0.
func (c *convolver) four(out, x []float64, first int) {
	n := c.plan.Len()
	var in [fft.Lanes][]float64
	for l := range in {
		if l*c.hop >= len(out) {
			break
		}
		from := first + l*c.hop - (c.taps - 1)
		if from >= 0 && from+n <= len(x) {
			in[l] = x[from:][:n]
			continue
		}
		in[l] = make([]float64, n)
		if lo, hi := max(from, 0), min(from+n, len(x)); lo < hi {
			copy(in[l][lo-from:], x[lo:hi])
		}
	}
	all := make([]float64, 3*fft.Groups(n))
	z, tmp, y := all[:fft.Groups(n)], all[fft.Groups(n):2*fft.Groups(n)], all[2*fft.Groups(n):]
	c.plan.RealMany(z, tmp, in, fft.Window{})
	c.plan.FilterReal(y, tmp, z, c.w)
	for l := range in {
		part := out[min(l*c.hop, len(out)):min((l+1)*c.hop, len(out))]
		for i := range part {
			at := c.taps - 1 + i
			part[i] = y[groupSize*(at/2)+fft.Lanes*(1-at%2)+l]
		}
	}
}
