package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Resample changes the sampling rate of x by up/down, in time: a low pass of
// 20 max(up, down) + 1 taps with a Kaiser window (β = 5) and a cut at half the
// lower of both rates is applied between the samples, only where a sample is
// wanted.
//
// x are samples; up and down are whole, such as 1 and 4 for a quarter of the rate.
// The result has the first sample of x first and ⌈n up/down⌉ samples; outside of x
// the signal is taken as 0, so take off a large offset before.
//
// Errors: up or down below 1, NaN or infinite samples, an empty x. Source:
// Crochiere and Rabiner 1983, "Multirate digital signal processing". Peer:
// scipy.signal.resample_poly.
func Resample(x []float64, up, down int) ([]float64, error) {
	const call = "Resample"
	if up < 1 || down < 1 || up > 1<<20 || down > 1<<20 {
		return nil, fmt.Errorf("signal: %s: up is %d and down %d; 1 to %d are allowed", call, up, down, 1<<20)
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	p := filters.NewPolyphase(up, down)
	if p.Up == p.Down {
		return append([]float64(nil), x...), nil
	}
	n := p.Len(len(x))
	out := make([]float64, n)
	const block = 4096
	task := display.Start("signal."+call, "samples", n)
	defer task.End()
	linalg.Parallel((n+block-1)/block, func(b int) {
		if task.Err() != nil {
			return
		}
		for i := b * block; i < min(n, (b+1)*block); i++ {
			taps, first := p.At(i)
			last := first + len(taps) - 1
			lo, hi := max(first, 0), min(last, len(x)-1)
			if lo <= hi {
				out[i] = vec.DotBlock(taps[lo-first:hi+1-first], x[lo:hi+1])
			}
		}
		task.Add(min(n, (b+1)*block) - b*block)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// ResampleFourier returns n samples for the same time as x by way of its Fourier
// transform, which is cut off at the lower of both half sampling rates or filled
// with zeros. It keeps all frequencies below exactly, but takes the signal as
// periodic: where its ends differ there is ringing.
//
// Errors: n below 1, NaN or infinite samples, an empty x. Peer:
// scipy.signal.resample.
func ResampleFourier(x []float64, n int) ([]float64, error) {
	const call = "ResampleFourier"
	if n < 1 || n > 1<<30 {
		return nil, fmt.Errorf("signal: %s: n is %d samples; 1 to %d are allowed", call, n, 1<<30)
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	task := display.Start("signal."+call, "", 0)
	defer task.End()
	z := make([]complex128, max(len(x), n)/2+1)
	fft.New(len(x)).RealForward(z[:len(x)/2+1], x)
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	// Where the shorter length is even, its highest frequency stands for two.
	if low := min(len(x), n); low%2 == 0 && n != len(x) {
		half := z[low/2]
		scale := 0.5
		if n < len(x) {
			scale = 2
		}
		z[low/2] = complex(real(half)*scale, imag(half)*scale)
	}
	out := make([]float64, n)
	fft.New(n).RealInverse(out, z[:n/2+1])
	vec.MulConstBlock(out, out, float64(n)/float64(len(x)))
	return out, nil
}
