package signal

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// SpindleOptions say how Spindles detects. The zero value of a field means its
// default.
type SpindleOptions struct {
	// Method is "consensus" (also ""), three criteria as YASA has them, or
	// "rms", one threshold (Mölle et al. 2002).
	Method string
	// Lo and Hi are the sigma band; 0 is 12 and 15 Hz.
	Lo, Hi float64 `unit:"Hz"`
	// RelativePower of sigma from 1 to 30 Hz, and Correlation of the sigma band
	// with that, which "consensus" asks for; 0 is 0.2 and 0.65.
	RelativePower, Correlation float64
	// RMS is the threshold of the sigma band's root mean square in standard
	// deviations above its mean; 0 is 1.5.
	RMS float64
	// MinDuration and MaxDuration; 0 is 0.5 and 2 s for "consensus", 0.5 and 3 s
	// for "rms".
	MinDuration, MaxDuration float64 `unit:"s"`
	// Merge joins spindles with less time between them; 0 is 0.5 s.
	Merge float64 `unit:"s"`
	// Sleep, when not nil, tells for each sample whether to look: spindles
	// belong to stages N2 and N3, and thresholds are those of such samples.
	Sleep []bool
}

// Spindles finds sleep spindles in one channel.
//
// The signal is filtered from 1 to 30 Hz and in the sigma band (windowed FIR filters
// without phase shift, transitions of 1.5 Hz at sigma). "consensus" has three criteria
// at each sample: the share of sigma in the power from 1 to 30 Hz, in windows of 2 s
// every 0.2 s, is RelativePower or more; the correlation of both filtered signals in
// 0.3 s is Correlation or more; and the root mean square of the sigma band in 0.3 s
// is RMS standard deviations (of its middle 80 %) above its mean. Their number,
// averaged over 0.1 s, is above 2 during a spindle (Vallat and Walker 2021, eLife
// 10:e70092). "rms" asks for the last one alone, with the standard deviation of
// all, in windows of 0.2 s (Mölle et al. 2002, J. Neurosci. 22:10941). Spindles
// that are near each other become one, and then durations decide.
//
// x are samples, fs their rate in Hz, above 2 (Hi + 1.5) and 60. Errors: a band
// out of range, NaN or infinite samples, a flat or too short signal (4 s are needed),
// an unknown method. Checked against planted spindles and, by their overlap, against
// yasa 0.7's spindles_detect.
func Spindles(x []float64, fs float64, o SpindleOptions) (*Events, error) {
	const call = "Spindles"
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	o.Method = cmp.Or(o.Method, "consensus")
	o.Lo, o.Hi, o.Merge = cmp.Or(o.Lo, 12), cmp.Or(o.Hi, 15), cmp.Or(o.Merge, 0.5)
	o.RelativePower, o.Correlation, o.RMS = cmp.Or(o.RelativePower, 0.2), cmp.Or(o.Correlation, 0.65), cmp.Or(o.RMS, 1.5)
	longest, window := 2.0, 0.3
	switch o.Method {
	case "consensus":
	case "rms":
		longest, window = 3, 0.2
	default:
		return nil, fmt.Errorf("signal: %s: Method %q is not known; allowed are consensus, rms", call, o.Method)
	}
	o.MinDuration, o.MaxDuration = cmp.Or(o.MinDuration, 0.5), cmp.Or(o.MaxDuration, longest)
	if !(o.RMS > 0 && o.Merge > 0 && o.MinDuration > 0 && o.MinDuration < o.MaxDuration) || !(o.RelativePower > 0 && o.RelativePower < 1) || !(math.Abs(o.Correlation) < 1) {
		return nil, fmt.Errorf("signal: %s: RMS %g, RelativePower %g, Correlation %g, durations %g to %g s, Merge %g s; shares and correlations are below 1, all others above 0", call, o.RMS, o.RelativePower, o.Correlation, o.MinDuration, o.MaxDuration, o.Merge)
	}
	if !(o.Lo > 1.5 && o.Lo < o.Hi && o.Hi+1.5 < fs/2) || fs < 70 {
		return nil, fmt.Errorf("signal: %s: band %g to %g Hz at a sampling rate of %g Hz; it must lie above 1.5 Hz and 1.5 Hz below half the rate, which is 70 Hz or more", call, o.Lo, o.Hi, fs)
	}
	if o.Sleep != nil && (len(o.Sleep) != len(x) || !slices.Contains(o.Sleep, true)) {
		return nil, fmt.Errorf("signal: %s: Sleep has %d values for %d samples; there must be as many, and some true", call, len(o.Sleep), len(x))
	}
	if float64(len(x)) < 4*fs {
		return nil, fmt.Errorf("signal: %s: x lasts %.3g s; 4 s or more are needed", call, float64(len(x))/fs)
	}
	if constant(x) {
		return nil, fmt.Errorf("signal: %s: x is flat (%g in all samples)", call, x[0])
	}
	task := display.Start("signal."+call, "", 0)
	defer task.End()
	sigma, err := windowed(x, fs, 1.5, o.Lo-0.75, o.Hi+0.75)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	envelope := envelopeOf(sigma)
	rms := movingRMS(sigma, window*fs)
	level, spread := meanAndSpread(rms, o.Sleep, map[string]float64{"consensus": 0.1, "rms": 0}[o.Method])
	threshold := level + float64(o.RMS*spread)
	if !(threshold > 0) {
		return nil, fmt.Errorf("signal: %s: x has no amplitude between %g and %g Hz", call, o.Lo, o.Hi)
	}
	r := &Events{Kind: "spindles", Method: o.Method, FS: fs, Samples: len(x), Band: [2]float64{o.Lo, o.Hi}, x: x, filtered: sigma}
	var inside func(i int) bool
	strength := make([]float64, len(x))
	if o.Method == "rms" {
		r.Measure, r.Threshold = "RMS, SD above mean", o.RMS
		for i, v := range rms {
			strength[i] = (v - level) / spread
		}
		inside = func(i int) bool { return rms[i] >= threshold && (o.Sleep == nil || o.Sleep[i]) }
	} else {
		broad, err := windowed(x, fs, 1, 0.5, min(33.75, float64(fs/2)-1))
		if err != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, err)
		}
		if task.Err() != nil {
			return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
		}
		share := relativePower(broad, fs, o.Lo, o.Hi)
		corr := movingCorrelation(sigma, broad, window*fs)
		met := make([]float64, len(x))
		for i := range met {
			if o.Sleep != nil && !o.Sleep[i] {
				continue
			}
			for _, yes := range []bool{share[i] >= o.RelativePower, corr[i] >= o.Correlation, rms[i] >= threshold} {
				if yes {
					met[i]++
				}
			}
		}
		strength = movingMean(met, 0.1*fs)
		r.Measure, r.Threshold = "criteria met, of 3", 2
		inside = func(i int) bool { return strength[i] > 2+1e-9 }
	}
	r.measure = strength
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	for _, s := range merged(spans(len(x), inside), o.Merge*fs) {
		if d := float64(s.last-s.first) / fs; d <= o.MinDuration || d >= o.MaxDuration {
			continue
		}
		e := event(s, fs, sigma, envelope, envelope)
		e.Strength = strength[s.first]
		for i := s.first; i <= s.last; i++ {
			e.Strength = max(e.Strength, strength[i])
		}
		r.All = append(r.All, e)
	}
	return r, nil
}

// windowed filters by a Hamming window with transitions so wide, without phase
// shift.
func windowed(x []float64, fs, transition, lo, hi float64) ([]float64, error) {
	taps := int(math.Ceil(float64(3.3*fs)/transition)) | 1
	f, err := NewFIR(taps, "band", "hamming", fs, lo, hi)
	if err != nil {
		return nil, err
	}
	return f.ZeroPhase(x)
}

// around calls f with the window of w samples about each sample, from first to
// before last, cut off at the ends.
func around(n int, w float64, f func(i, first, last int)) {
	half := max(1, int(w/2))
	for i := range n {
		f(i, max(0, i-half), min(n, i+half))
	}
}

// sums returns sums[i] = f(0) + ... + f(i-1).
func sums(n int, f func(i int) float64) []float64 {
	s := make([]float64, n+1)
	for i := range n {
		s[i+1] = s[i] + f(i)
	}
	return s
}

func movingRMS(x []float64, w float64) []float64 {
	s, out := sums(len(x), func(i int) float64 { return float64(x[i] * x[i]) }), make([]float64, len(x))
	around(len(x), w, func(i, a, b int) { out[i] = math.Sqrt(max(0, s[b]-s[a]) / float64(b-a)) })
	return out
}

func movingMean(x []float64, w float64) []float64 {
	s, out := sums(len(x), func(i int) float64 { return x[i] }), make([]float64, len(x))
	around(len(x), w, func(i, a, b int) { out[i] = (s[b] - s[a]) / float64(b-a) })
	return out
}

func movingCorrelation(x, y []float64, w float64) []float64 {
	n := len(x)
	sx, sy := sums(n, func(i int) float64 { return x[i] }), sums(n, func(i int) float64 { return y[i] })
	xx, yy := sums(n, func(i int) float64 { return float64(x[i] * x[i]) }), sums(n, func(i int) float64 { return float64(y[i] * y[i]) })
	xy := sums(n, func(i int) float64 { return float64(x[i] * y[i]) })
	out := make([]float64, n)
	around(n, w, func(i, a, b int) {
		m := float64(b - a)
		p, q := sx[b]-sx[a], sy[b]-sy[a]
		vx := xx[b] - xx[a] - float64(p*p)/m
		vy := yy[b] - yy[a] - float64(q*q)/m
		if vx > 0 && vy > 0 {
			out[i] = (xy[b] - xy[a] - float64(p*q)/m) / math.Sqrt(vx) / math.Sqrt(vy)
		}
	})
	return out
}

// meanAndSpread returns the mean of the samples to use, and the standard deviation
// (n-1) of what is left when a share of them is cut off both ends.
func meanAndSpread(x []float64, use []bool, cut float64) (m, sd float64) {
	s := slices.Clone(x)
	if use != nil {
		s = s[:0]
		for i, v := range x {
			if use[i] {
				s = append(s, v)
			}
		}
	}
	m = mean(s)
	slices.Sort(s)
	k := int(cut * float64(len(s)))
	s = s[k : len(s)-k]
	vec.AddConstBlock(s, s, -mean(s))
	return m, math.Sqrt(vec.DotBlock(s, s) / float64(max(1, len(s)-1)))
}

// relativePower returns the share of a band in the power from 1 to 30 Hz, in Hann
// windows of 2 s every 0.2 s, between them by straight lines; 0 before the first and
// after the last.
func relativePower(x []float64, fs, lo, hi float64) []float64 {
	length := int(2 * fs)
	step := length - int(float64(length)-float64(0.2*fs))
	plan := fft.New(length)
	w, _ := window("Spindles", "hann", length)
	segment, z := make([]float64, length), make([]complex128, length/2+1)
	frames := len(x)/step + 1
	share := make([]float64, frames)
	for k := range share {
		clear(segment)
		from := k*step - length/2
		for i := max(0, -from); i < length && from+i < len(x); i++ {
			segment[i] = float64(x[from+i] * w[i])
		}
		plan.RealForward(z, segment)
		in, all := 0.0, 0.0
		for j, v := range z {
			if f := float64(j) * fs / float64(length); f >= 1 && f <= 30 {
				all += square(v)
				if f >= lo && f <= hi {
					in += square(v)
				}
			}
		}
		share[k] = ratio(in, all)
	}
	out := make([]float64, len(x))
	for i := range out {
		k := i / step
		if part := float64(i%step) / float64(step); k+1 < frames {
			out[i] = share[k] + float64(part*(share[k+1]-share[k]))
		}
	}
	return out
}
