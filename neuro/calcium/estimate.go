package calcium

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// fewest is how many frames noise and decay are estimated from.
const fewest = 32

// Noise returns the standard deviation of the noise of a trace, in its units, from the
// frequencies where calcium has little power:
//
//	σ = √( fs/2 · mean of P(f) over fs/4 < f < fs/2 )
//
// P being the one-sided spectral density (Welch, segments of 256 frames).
//
// Errors: values that are not finite, fs not above 0, fewer than 32 frames. Source:
// Pnevmatikakis et al. 2016, Neuron 89:285. For white noise it is without bias; calcium
// that decays within few frames adds to it.
func Noise(f []float64, fs float64) (float64, error) {
	const call = "Noise"
	if err := check(call, "f", f, fs); err != nil {
		return 0, err
	}
	if len(f) < fewest {
		return 0, fmt.Errorf("calcium: %s: f has %d frames; %d are needed", call, len(f), fewest)
	}
	o := signal.NewWelch()
	o.SegmentLen = min(256, len(f))
	s, err := signal.Welch(f, fs, o)
	if err != nil {
		return 0, fmt.Errorf("calcium: %s: %w", call, err)
	}
	sum, n := 0.0, 0
	for i, p := range s.P {
		if s.F[i] > fs/4 && s.F[i] < fs/2 {
			sum, n = sum+p, n+1
		}
	}
	return math.Sqrt(sum / float64(n) * fs / 2), nil
}

// lags is from how many autocovariances the decay is estimated.
const lags = 6

// DecayTime estimates the time in which calcium decays to 1/e, s, from the autocovariance r of a
// trace: γ is the slope of r[1] ... r[6] on r[0] - noise², r[1] ... r[5] through 0, and the
// time -1/(fs log γ). noise is the standard deviation of white noise, as Noise gives it.
//
// It leans to short times where the trace is short or active throughout; a time known for the
// indicator is better. Errors: as Noise, and a γ that is not between 0 and 1, where a
// trace shows no decay. Source: Friedrich et al. 2017, without the factor of 0.98 of their
// program.
func DecayTime(f []float64, fs, noise float64) (float64, error) {
	const call = "DecayTime"
	if err := check(call, "f", f, fs); err != nil {
		return 0, err
	}
	if len(f) < fewest {
		return 0, fmt.Errorf("calcium: %s: f has %d frames; %d are needed (or give Tau)", call, len(f), fewest)
	}
	if !(noise >= 0) {
		return 0, fmt.Errorf("calcium: %s: noise is %g; 0 or above is needed", call, noise)
	}
	mean := 0.0
	for _, v := range f {
		mean += v
	}
	mean /= float64(len(f))
	var r [lags + 1]float64
	for k := range r {
		for t := k; t < len(f); t++ {
			r[k] += float64((f[t] - mean) * (f[t-k] - mean))
		}
		r[k] /= float64(len(f))
	}
	r[0] -= float64(noise * noise)
	num, den := 0.0, 0.0
	for k := range lags {
		num += float64(r[k] * r[k+1])
		den += float64(r[k] * r[k])
	}
	if den == 0 {
		return 0, fmt.Errorf("calcium: %s: the trace does not change, so that no decay is seen; give Tau", call)
	}
	g := num / den
	if !(g > 0 && g < 1) {
		return 0, fmt.Errorf("calcium: %s: the autocovariance changes by %g in a frame, which is no decay; give Tau", call, g)
	}
	return -1 / float64(fs*vec.Log(g)), nil
}
