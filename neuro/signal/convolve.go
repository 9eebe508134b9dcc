package signal

import (
	"fmt"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
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
	c := filters.NewConvolver(h.Taps)
	out := make([]float64, len(x)-skip)
	four := fft.Lanes * c.Hop
	fours := (len(out) + four - 1) / four
	workers := min(fours, runtime.GOMAXPROCS(0))
	linalg.Parallel(workers, func(k int) {
		room := c.Room()
		for i := k; i < fours && task.Err() == nil; i += workers {
			first := i * four
			c.Signal(out[first:min(first+four, len(out))], x, skip+first, room)
			task.Add(four)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}
