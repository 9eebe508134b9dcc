package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DetectOptions say what counts as a spike. The zero value of a field means
// its default.
type DetectOptions struct {
	// Threshold is the distance from the baseline in multiples of the noise;
	// 0 is -4. The sign is the polarity: negative finds troughs, as spikes
	// recorded outside of cells are; positive finds peaks.
	Threshold float64
	// Noise is how the noise is measured: "mad" (also ""), from the median
	// absolute deviation, which spikes hardly change, or "std", the standard
	// deviation, which they raise.
	Noise string
	// Refractory is the time after a spike in which none is counted, ms; 0
	// is 1 ms, negative is none.
	Refractory float64 `unit:"ms"`
}

// NewDetect returns the usual options: troughs beyond 4 times the noise by the
// median, at least 1 ms apart.
func NewDetect() DetectOptions {
	return DetectOptions{Threshold: -4, Noise: "mad", Refractory: 1}
}

// Detect returns the times of the spikes in a raw trace. With the baseline
// m = median(x) and the noise
//
//	σ = median|x - m|/0.6745  ("mad")  or the standard deviation  ("std"),
//
// a spike is an excursion of x below m + Threshold·σ (above, for a positive
// Threshold); its time is that of the excursion's extreme sample, the first
// of equal ones.
//
// x are samples (high-pass filtered first where slow potentials are larger
// than the noise), fs their rate in Hz. Times are in ms, sample i at 1000
// i/fs. A spike less than Refractory after the one before it is left out. An
// excursion that has begun before the first sample or not returned by the last
// one is left out too: its extremum may lie outside of the recording.
//
// Errors: an empty x, NaN or infinite samples, fs <= 0, an unknown noise, a
// noise of 0 (a constant or mostly constant trace). Source: Quiroga, Nadasdy
// and Ben-Shaul 2004, Neural Comput. 16:1661. Peer:
// scipy.signal.find_peaks on the same threshold.
func Detect(x []float64, fs float64, o DetectOptions) (neuro.Spikes, error) {
	const call = "Detect"
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	if err := checkPositive(call, "sampling rate fs", "Hz", fs); err != nil {
		return nil, err
	}
	if o.Threshold == 0 {
		o.Threshold = -4
	}
	if math.IsNaN(o.Threshold) || math.IsInf(o.Threshold, 0) {
		return nil, fmt.Errorf("spikes: %s: Threshold is %g; it must be finite (0: -4)", call, o.Threshold)
	}
	if o.Refractory == 0 {
		o.Refractory = 1
	}
	if math.IsNaN(o.Refractory) {
		return nil, fmt.Errorf("spikes: %s: Refractory is NaN ms; it must be a number (0: 1 ms, negative: none)", call)
	}
	task := display.Start("spikes."+call, "", 0)
	defer task.End()
	level, sigma, err := noise(call, x, o.Noise)
	if err != nil {
		return nil, err
	}
	level += float64(o.Threshold * sigma)
	sign := 1.0
	if o.Threshold < 0 {
		sign = -1
	}
	spikes := neuro.Spikes{}
	last := -1
	for i := 1; i < len(x); i++ {
		if !(sign*x[i] > sign*level) || sign*x[i-1] > sign*level {
			continue
		}
		top := i
		for ; i < len(x) && sign*x[i] > sign*level; i++ {
			if sign*x[i] > sign*x[top] {
				top = i
			}
		}
		if i == len(x) {
			break // not returned
		}
		if last >= 0 && float64(top-last)*1000/fs < o.Refractory {
			continue
		}
		spikes = append(spikes, float64(top)*1000/fs)
		last = top
	}
	return spikes, nil
}

// noise returns the baseline and the noise of x.
func noise(call string, x []float64, kind string) (baseline, sigma float64, err error) {
	d := append([]float64(nil), x...)
	baseline = middle(d)
	switch kind {
	case "", "mad":
		for i, v := range x {
			d[i] = math.Abs(v - baseline)
		}
		sigma = middle(d) / 0.6745
		if sigma == 0 {
			return 0, 0, fmt.Errorf(`spikes: %s: the noise of x by "mad" is 0, because half of the samples or more are %g; take Noise "std", or a recording with noise`, call, baseline)
		}
	case "std":
		n, mean, sum := float64(len(x)), 0.0, 0.0
		for _, v := range x {
			mean += v / n
		}
		for _, v := range x {
			sum += float64((v - mean) * (v - mean))
		}
		sigma = math.Sqrt(sum / n)
		if constant(x) {
			return 0, 0, fmt.Errorf("spikes: %s: x is constant (%g); it holds neither noise nor spikes", call, x[0])
		}
	default:
		return 0, 0, fmt.Errorf("spikes: %s: Noise %q is not known; allowed are mad, std", call, kind)
	}
	return baseline, sigma, nil
}

func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

func checkSamples(call, name string, x []float64) error {
	if len(x) == 0 {
		return fmt.Errorf("spikes: %s: %s is empty; at least 1 sample is needed", call, name)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("spikes: %s: %s[%d] is %g; samples must be finite", call, name, i, v)
		}
	}
	return nil
}

// middle returns the median of x and changes the order of x. It partitions
// instead of sorting: a recording has millions of samples.
func middle(x []float64) float64 {
	h := len(x) / 2
	upper := vec.Rank(x, h)
	if len(x)%2 == 1 {
		return upper
	}
	lower := x[0]
	for _, v := range x[1:h] {
		lower = max(lower, v)
	}
	return (lower + upper) / 2
}
