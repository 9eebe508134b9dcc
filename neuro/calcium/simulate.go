package calcium

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// SimulateOptions are an indicator and a microscope. The zero value of a field means its
// default.
type SimulateOptions struct {
	Tau   float64 `unit:"s"` // decay to 1/e; 0 is 0.7 s
	Size  float64 // ΔF/F that one spike adds; 0 is 0.3
	Noise float64 // standard deviation, ΔF/F; 0 is 0.1, -1 none
	F0    float64 // fluorescence at rest; 0 is 100
	Drift float64 // of the baseline, as a share of F0: a cosine of one period over the trace; 0 is none
	Seed  uint64
}

// Simulate returns the fluorescence that spikes at times s (ms) make in a recording of dur
// seconds with fs frames a second: F[t] = F0 (1 + drift + c[t] + noise), where c decays by
// exp(-1/(tau fs)) in a frame and each spike adds Size to the frame that it falls into.
//
// Errors: spikes that are not within the recording, options out of range.
func Simulate(s neuro.Spikes, dur, fs float64, o SimulateOptions) ([]float64, error) {
	const call = "Simulate"
	if o.Tau == 0 {
		o.Tau = 0.7
	}
	if o.Size == 0 {
		o.Size = 0.3
	}
	if o.Noise == 0 {
		o.Noise = 0.1
	}
	if o.F0 == 0 {
		o.F0 = 100
	}
	frames := math.Floor(float64(dur*fs) + 1e-9)
	switch {
	case !(fs > 0) || !(frames >= 1) || frames > 1e9:
		return nil, fmt.Errorf("calcium: %s: %g s at %g frames a second are no recording", call, dur, fs)
	case !(o.Tau > 0) || !(o.Size > 0) || !(o.F0 > 0) || !(o.Noise > 0) && o.Noise != -1 || !(math.Abs(o.Drift) < 1):
		return nil, fmt.Errorf("calcium: %s: Tau %g s, Size %g and F0 %g must be above 0, Noise %g too or -1 for none, Drift %g between -1 and 1", call, o.Tau, o.Size, o.F0, o.Noise, o.Drift)
	}
	provenance.Random("calcium.Simulate", o.Seed)
	f := make([]float64, int(frames))
	for i, t := range s {
		k := math.Floor(float64(t*fs) / 1000)
		if !(k >= 0 && k < frames) {
			return nil, fmt.Errorf("calcium: %s: spike %d is at %g ms; the recording is from 0 to %g ms", call, i, t, 1000*frames/fs)
		}
		f[int(k)] += o.Size
	}
	g := vec.Exp(-1 / float64(o.Tau*fs))
	r := rng.New(o.Seed, 0)
	c := 0.0
	for t := range f {
		c = float64(g*c) + f[t]
		v := 1 + c
		if o.Drift != 0 {
			v += float64(o.Drift * vec.Cos(2*math.Pi*float64(t)/frames))
		}
		if o.Noise > 0 {
			v += float64(o.Noise * r.Norm())
		}
		f[t] = float64(o.F0 * v)
	}
	return f, nil
}
