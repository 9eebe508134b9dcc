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
func (h FIR) Filter(x []float64) ([]float64, error) {
	const call = "FIR.Filter"
	if err := h.check(call); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	return h.run(call, filters.NewConvolver(h.Taps), x, len(h.Taps)-1, 0)
}

// ZeroPhase runs x through a filter with symmetric taps and takes the lag back, so
// that no frequency is delayed. The signal is first continued beyond both ends by
// a half turn about them, as far as it goes, and with zeros then.
//
// Errors: an even number of taps or taps that are not symmetric, NaN or infinite
// samples, an empty x. Peer: mne.filter.filter_data with its default padding.
func (h FIR) ZeroPhase(x []float64) ([]float64, error) {
	const call = "FIR.ZeroPhase"
	if err := h.checkSymmetric(call); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	return h.run(call, filters.NewConvolver(h.Taps), x, len(h.Taps)/2, len(h.Taps)/2)
}

// FilterEach runs every signal in x through the filter as Filter does, with the same
// bits, on all processors. All must be as long. Errors and peer as for Filter.
func (h FIR) FilterEach(x [][]float64) ([][]float64, error) {
	const call = "FIR.FilterEach"
	if err := h.check(call); err != nil {
		return nil, err
	}
	return h.each(call, x, len(h.Taps)-1, 0)
}

// ZeroPhaseEach runs every signal in x through the filter as ZeroPhase does, with the
// same bits, on all processors. All must be as long. Errors and peer as for ZeroPhase.
func (h FIR) ZeroPhaseEach(x [][]float64) ([][]float64, error) {
	const call = "FIR.ZeroPhaseEach"
	if err := h.checkSymmetric(call); err != nil {
		return nil, err
	}
	return h.each(call, x, len(h.Taps)/2, len(h.Taps)/2)
}

func (h FIR) checkSymmetric(call string) error {
	if len(h.Taps)%2 == 0 || !h.symmetric() {
		return fmt.Errorf("signal: %s: the filter has %d taps; an odd number of symmetric taps is needed", call, len(h.Taps))
	}
	return h.check(call)
}

func (h FIR) each(call string, x [][]float64, before, reach int) ([][]float64, error) {
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	out, errs, c := make([][]float64, len(x)), make([]error, len(x)), filters.NewConvolver(h.Taps)
	linalg.Parallel(len(x), func(i int) { out[i], errs[i] = h.run(call, c, x[i], before, reach) })
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// run returns the convolution of a signal, continued by reach samples, with the taps, of
// which so many come before a sample.
func (h FIR) run(call string, c *filters.Convolver, x []float64, before, reach int) ([]float64, error) {
	task := display.Start("signal."+call, "samples", len(x))
	defer task.End()
	out := make([]float64, len(x))
	four := fft.Lanes * c.Hop
	fours := (len(out) + four - 1) / four
	workers := min(fours, runtime.GOMAXPROCS(0))
	linalg.Parallel(workers, func(k int) {
		room := c.Room()
		for i := k; i < fours && task.Err() == nil; i += workers {
			first := i * four
			c.Signal(out[first:min(first+four, len(out))], x, first-before, reach, room)
			task.Add(four)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}
