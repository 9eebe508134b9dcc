package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Hilbert returns the analytic signal of x: its real part is x, its imaginary
// part the Hilbert transform, in which every frequency is delayed by a quarter
// of its period. Negative frequencies are removed and positive ones doubled:
//
//	a = IDFT(h · DFT(x)),  h = 1 at 0 and fs/2, 2 between, 0 above.
//
// Band-pass first (Butter, FiltFilt): amplitude and phase are those of a
// rhythm only in a narrow band. The signal is taken as periodic, so that
// values near the ends mix both ends.
//
// NaN, infinite samples and an empty x are errors. Source: Marple 1999, IEEE
// Trans. Signal Process. 47:2600. Peer: scipy.signal.hilbert.
func Hilbert(x []float64) ([]complex128, error) { return analytic("Hilbert", x) }

func analytic(call string, x []float64) ([]complex128, error) {
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	task := display.Start("signal."+call, "", 0)
	defer task.End()
	// The imaginary part is real itself: the transform of x times -i, and
	// nothing at 0 and fs/2.
	n := len(x)
	half := make([]complex128, n/2+1)
	plan := fft.New(n)
	plan.RealForward(half, x)
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	for k, v := range half {
		half[k] = complex(imag(v), -real(v))
	}
	half[0] = 0
	if n%2 == 0 {
		half[n/2] = 0
	}
	y := make([]float64, n)
	plan.RealInverse(y, half)
	z := make([]complex128, n)
	for i, v := range x {
		z[i] = complex(v, y[i])
	}
	return z, nil
}

// Envelope returns the amplitude |a| of the analytic signal of x, in the unit
// of x: for a band-passed signal, how strong the rhythm is at each moment.
// Errors and peer as for Hilbert.
func Envelope(x []float64) ([]float64, error) {
	z, err := analytic("Envelope", x)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(z))
	for i, v := range z {
		out[i] = vec.Hypot(real(v), imag(v))
	}
	return out, nil
}

// Phase returns the phase of the analytic signal of x, rad, from -π to π: for
// a band-passed signal 0 is the peak of a cycle and ±π its trough. Errors and
// peer as for Hilbert.
func Phase(x []float64) ([]float64, error) {
	z, err := analytic("Phase", x)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(z))
	for i, v := range z {
		out[i] = vec.Atan2(imag(v), real(v))
	}
	return out, nil
}
