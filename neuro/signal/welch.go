package signal

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/fft"
)

// WelchOptions say how a signal is cut into segments. The zero value of a
// field means its default, except for Overlap: there 0 is no overlap, as soon
// as another field than Unit is set. WelchOptions{} is NewWelch().
type WelchOptions struct {
	// Window is a name that function Window takes; "" is "hann".
	Window string
	// SegmentLen is the number of samples per segment; 0 is 1024. A shorter
	// signal is one segment. Frequencies are fs/SegmentLen apart.
	SegmentLen int
	// Overlap is the number of samples that neighbouring segments share,
	// below the segment's length: -1 is half a segment, 0 is none.
	Overlap int
	// Detrend is what is taken off each segment: its mean ("constant", also
	// ""), its regression line ("linear") or nothing ("none").
	Detrend string
	// Scaling is "density" (also ""), power per Hz, or "spectrum", the power
	// of a sine at each frequency.
	Scaling string
	// Average is how segments are combined: "mean" (also ""), or "median",
	// which resists artefacts; it is corrected for its bias (Allen et al.
	// 2012). Coherence takes the mean only.
	Average string
	// Unit is the unit of the signal, such as "mV", from which the unit of
	// the spectrum follows.
	Unit string
}

// NewWelch returns the usual options: Hann windows of 1024 samples, half
// overlapping, each without its mean, as power density.
func NewWelch() WelchOptions {
	return WelchOptions{Window: "hann", SegmentLen: 1024, Overlap: -1, Detrend: "constant", Scaling: "density", Average: "mean"}
}

// Welch estimates the power spectral density of x by averaging over
// overlapping segments: with X_s the transform of segment s, its trend removed
// and multiplied by the window w,
//
//	P[k] = 2/(fs Σ w²) · mean_s |X_s[k]|²,  F[k] = k fs / SegmentLen,
//
// one-sided: without the factor 2 at 0 Hz and at fs/2.
//
// x are samples, fs their rate in Hz. The result has SegmentLen/2+1 values in
// unit²/Hz, and Σ P·ΔF is the mean square of the signal. Samples behind the
// last whole segment are not used.
//
// Errors: NaN or infinite samples, an empty x, fs <= 0, a negative SegmentLen,
// an overlap of a segment or more, unknown names. Source: Welch 1967, IEEE
// Trans. Audio Electroacoust. 15:70. Peer: scipy.signal.welch.
func Welch(x []float64, fs float64, o WelchOptions) (*Spectrum, error) {
	if err := checkSamples("Welch", "x", x); err != nil {
		return nil, err
	}
	return welch("Welch", x, fs, o)
}

// welch is Welch of samples that were checked.
func welch(call string, x []float64, fs float64, o WelchOptions) (*Spectrum, error) {
	c, err := newCutter(call, len(x), fs, o)
	if err != nil {
		return nil, err
	}
	p := make([]float64, c.n/2+1)
	var all [][]float64
	if c.median {
		all = rows(c.segments, len(p))
	}
	if err := c.power(x, p, all); err != nil {
		return nil, err
	}
	scale := c.scale / float64(c.segments)
	if c.median {
		column := make([]float64, len(all))
		for k := range p {
			for s, row := range all {
				column[s] = row[k]
			}
			p[k] = median(column)
		}
		scale = c.scale / medianBias(len(all))
	}
	c.oneSided(p, scale)
	r := &Spectrum{Name: "power", F: c.frequencies(), P: p, Unit: c.unit, Segments: c.segments}
	if !c.median {
		r.DOF = c.freedom()
	}
	return r, nil
}

// Coherence returns how far x and y share a rhythm with a constant phase
// difference, at each frequency, from 0 to 1: with the cross-spectrum Pxy and
// the power spectra averaged over segments,
//
//	C[k] = |Pxy[k]|² / (Pxx[k] Pyy[k]).
//
// x and y are samples of the same length, fs their rate in Hz. The estimate is
// biased upward by about 1/(number of segments) and is 1 for a single segment;
// Spectrum.Segments says how many there were. It is NaN at a frequency where
// one signal has no power at all.
//
// Errors: those of Welch, unequal lengths, a constant signal, and Average
// "median". Source: Carter, Knapp and Nuttall 1973, IEEE Trans. Audio
// Electroacoust. 21:337. Peer: scipy.signal.coherence.
func Coherence(x, y []float64, fs float64, o WelchOptions) (*Spectrum, error) {
	if len(x) != len(y) {
		return nil, fmt.Errorf("signal: Coherence: x has %d samples and y %d; both must be as long", len(x), len(y))
	}
	c, err := newCutter("Coherence", len(x), fs, o)
	if err != nil {
		return nil, err
	}
	if c.median {
		return nil, fmt.Errorf(`signal: Coherence: Average is "median"; only "mean" is allowed`)
	}
	for _, s := range []struct {
		name string
		x    []float64
	}{{"x", x}, {"y", y}} {
		if err := checkSamples("Coherence", s.name, s.x); err != nil {
			return nil, err
		}
		if constant(s.x) && c.detrend != "none" {
			return nil, fmt.Errorf("signal: Coherence: %s is constant (%g); a signal without variation has no coherence", s.name, s.x[0])
		}
	}
	h := c.n/2 + 1
	sums, err := c.chunks(4*h, func(w *worker, sum []float64, first, n int) {
		c.four(w, x, first, n)
		w.z, w.other = w.other, w.z
		c.four(w, y, first, n)
		addCoherence(sum, w.other, w.z)
	})
	if err != nil {
		return nil, err
	}
	pxx, pyy, re, im := sums[:h], sums[h:2*h], sums[2*h:3*h], sums[3*h:]
	p := make([]float64, h)
	for k := range p {
		// Divided in two steps, so that small or large units neither
		// underflow nor overflow.
		sx, sy := math.Sqrt(pxx[k]), math.Sqrt(pyy[k])
		r, i := re[k]/sx/sy, im[k]/sx/sy
		p[k] = float64(r*r) + float64(i*i)
		if p[k] > 1 { // by rounding
			p[k] = 1
		}
	}
	return &Spectrum{Name: "coherence", F: c.frequencies(), P: p, Segments: c.segments}, nil
}

func constant(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// A cutter cuts a signal into segments and transforms them.
type cutter struct {
	call              string
	n, step, segments int
	fs, scale         float64
	window            []float64
	detrend, unit     string
	median            bool
	plan              *fft.Plan
}

func newCutter(call string, length int, fs float64, o WelchOptions) (*cutter, error) {
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if length == 0 {
		return nil, checkSamples(call, "x", nil)
	}
	if o == (WelchOptions{Unit: o.Unit}) {
		o.Overlap = -1
	}
	c := &cutter{call: call, fs: fs, n: o.SegmentLen}
	if c.n == 0 {
		c.n = 1024
	}
	if c.n < 0 {
		return nil, fmt.Errorf("signal: %s: SegmentLen is %d samples; it must be 1 or more (0: 1024)", call, o.SegmentLen)
	}
	c.n = min(c.n, length)
	overlap := o.Overlap
	if overlap == -1 {
		overlap = c.n / 2
	}
	if overlap < 0 || overlap >= c.n {
		return nil, fmt.Errorf("signal: %s: Overlap is %d samples; it must be 0 or more and below the segment's %d samples (-1: half a segment)", call, o.Overlap, c.n)
	}
	c.step = c.n - overlap
	c.segments = (length-c.n)/c.step + 1

	choice := func(field, value string, allowed ...string) (string, error) {
		if value == "" {
			return allowed[0], nil
		}
		for _, a := range allowed {
			if value == a {
				return a, nil
			}
		}
		return "", fmt.Errorf("signal: %s: %s %q is not known; allowed are %s", call, field, value, strings.Join(allowed, ", "))
	}
	name := o.Window
	if name == "" {
		name = "hann"
	}
	var err error
	var scaling, average string
	if c.window, err = window(call, name, c.n); err != nil {
		return nil, err
	}
	if c.detrend, err = choice("Detrend", o.Detrend, "constant", "linear", "none"); err != nil {
		return nil, err
	}
	if scaling, err = choice("Scaling", o.Scaling, "density", "spectrum"); err != nil {
		return nil, err
	}
	if average, err = choice("Average", o.Average, "mean", "median"); err != nil {
		return nil, err
	}
	c.median = average == "median"
	var sum, squares float64
	for _, w := range c.window {
		sum += w
		squares += float64(w * w)
	}
	c.scale = 1 / (fs * squares)
	c.unit = powerUnit(o.Unit) + "/Hz"
	if scaling == "spectrum" {
		c.scale = 1 / (sum * sum)
		c.unit = powerUnit(o.Unit)
	} else if o.Unit == "" {
		c.unit = "1/Hz"
	}
	c.plan = fft.New(c.n)
	return c, nil
}

// powerUnit returns the square of a unit: "mV²", "(fT/cm)²".
func powerUnit(unit string) string {
	switch {
	case unit == "":
		return ""
	case strings.ContainsAny(unit, "/ ·*^²³"):
		return "(" + unit + ")²"
	}
	return unit + "²"
}

func (c *cutter) frequencies() []float64 {
	f := make([]float64, c.n/2+1)
	for k := range f {
		// One rounding where k*fs is exact, as for whole rates, so that
		// frequencies that lie on a band's limit are on it.
		f[k] = float64(k) * c.fs / float64(c.n)
	}
	return f
}

// median sorts x and returns the middle value, or the mean of the two.
func median(x []float64) float64 {
	sort.Float64s(x)
	h := len(x) / 2
	if len(x)%2 == 1 {
		return x[h]
	}
	return (x[h-1] + x[h]) / 2
}

// medianBias is how much smaller the median of n values of an exponential
// distribution is than their mean: 1 - 1/2 + 1/3 ... (Allen et al. 2012, Phys.
// Rev. D 85:122006, appendix B).
func medianBias(n int) float64 {
	bias := 1.0
	for k := 1; k <= (n-1)/2; k++ {
		bias += 1/float64(2*k+1) - 1/float64(2*k)
	}
	return bias
}
