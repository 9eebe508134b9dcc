package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// MultitaperOptions say how a spectrum is averaged over tapers. The zero value of
// a field means its default.
type MultitaperOptions struct {
	// Bandwidth is the width in Hz over which the spectrum is smoothed; 0 is
	// 8 fs/n, that is nw = 4.
	Bandwidth float64 `unit:"Hz"`
	// MaxTapers is the largest number of tapers; 0 is 2nw. Those with less than
	// 90% of their energy within the bandwidth are left out, except the first.
	MaxTapers int
	// Adaptive weighs tapers at each frequency so that weak frequencies are
	// kept from leakage of strong ones (Thomson 1982); it needs 3 tapers. Else
	// they are weighed by their concentration.
	Adaptive bool
	// Unit is the unit of the signal, such as "mV".
	Unit string
}

// NewMultitaper returns the usual options: nw = 4 with up to 8 tapers, weighed by
// their concentration.
func NewMultitaper() MultitaperOptions { return MultitaperOptions{} }

// Multitaper estimates the power spectral density of x by averaging over Slepian
// tapers v: with X_t the transform of v_t times x without its mean,
//
//	P[k] = 2/fs · Σ_t d_t² |X_t[k]|² / Σ_t d_t²,  F[k] = k fs/n,
//
// one-sided, with d_t² the concentration of the taper, or the adaptive weight.
//
// x are samples, fs their rate in Hz. The result is in unit²/Hz.
//
// Errors: NaN or infinite samples, an empty x, fs <= 0, a bandwidth below fs/n or
// not below fs, Adaptive with fewer than 3 tapers. Source: Thomson 1982, Proc.
// IEEE 70:1055; Percival and Walden 1993. Peer: mne.time_frequency
// psd_array_multitaper with normalization "full".
func Multitaper(x []float64, fs float64, o MultitaperOptions) (*Spectrum, error) {
	s, err := multitaperEach("Multitaper", [][]float64{x}, fs, o)
	if err != nil {
		return nil, err
	}
	return s[0], nil
}

// MultitaperEach returns Multitaper's spectrum of every signal in x, such as the
// channels of a recording or the trials of a channel; all are as long. Errors and
// peer as for Multitaper.
func MultitaperEach(x [][]float64, fs float64, o MultitaperOptions) ([]*Spectrum, error) {
	return multitaperEach("MultitaperEach", x, fs, o)
}

func multitaperEach(call string, x [][]float64, fs float64, o MultitaperOptions) ([]*Spectrum, error) {
	t, err := newTapers(call, x, fs, o)
	if err != nil {
		return nil, err
	}
	f := make([]float64, t.n/2+1)
	for k := range f {
		f[k] = float64(k) * fs / float64(t.n)
	}
	unit := "1/Hz"
	if o.Unit != "" {
		unit = powerUnit(o.Unit) + "/Hz"
	}
	out := make([]*Spectrum, len(x))
	task := display.Start("signal."+call, "signals", len(x))
	defer task.End()
	workers := min(len(x), 64)
	linalg.Parallel(workers, func(k int) {
		w := t.worker()
		for i := k; i < len(x) && task.Err() == nil; i += workers {
			t.transform(w, x[i])
			p := t.combine(w, func(taper, _ int) float64 { return t.ratios[taper] })
			if o.Adaptive {
				p = t.adapt(w, p)
			}
			for k := range p {
				p[k] /= fs
			}
			out[i] = &Spectrum{Name: "power", F: f, P: p, Unit: unit, Segments: 1, DOF: t.freedom()}
			task.Add(1)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// tapers hold what multitaper estimates of one length share.
type tapers struct {
	n      int
	v      [][]float64
	ratios []float64
	plan   *fft.Plan
}

func newTapers(call string, x [][]float64, fs float64, o MultitaperOptions) (*tapers, error) {
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	n := len(x[0])
	nw := 4.0
	if o.Bandwidth != 0 {
		nw = o.Bandwidth * float64(n) / (2 * fs)
	}
	if o.MaxTapers < 0 {
		return nil, fmt.Errorf("signal: %s: MaxTapers is %d; it must be 1 or more (0: as many as the bandwidth allows)", call, o.MaxTapers)
	}
	t := &tapers{n: n, plan: fft.New(n), v: [][]float64{{1}}, ratios: []float64{1}}
	if n > 1 {
		if !(nw >= 0.5 && nw < float64(n)/2) {
			return nil, fmt.Errorf("signal: %s: Bandwidth is %g Hz; with %d samples at %g Hz it must be %g Hz or more, and below %g Hz", call, 2*nw*fs/float64(n), n, fs, fs/float64(n), fs)
		}
		count := min(int(2*nw), n)
		if o.MaxTapers > 0 {
			count = min(count, o.MaxTapers)
		}
		// Tapers of one sample more, without the last, as periodic windows are.
		t.v, t.ratios = dpss(n+1, nw/float64(n+1), count)
		keep := 0
		for i, r := range t.ratios {
			if r > 0.9 {
				t.v[keep], t.ratios[keep] = t.v[i], r
				keep++
			}
		}
		keep = max(keep, 1)
		t.v, t.ratios = t.v[:keep], t.ratios[:keep]
		for i := range t.v {
			t.v[i] = t.v[i][:n]
		}
	}
	if o.Adaptive && len(t.v) < 3 {
		return nil, fmt.Errorf("signal: %s: Adaptive needs 3 tapers or more, and a bandwidth of %g Hz has %d; take a wider one", call, 2*nw*fs/float64(n), len(t.v))
	}
	return t, nil
}

// freedom returns the degrees of freedom of tapers weighed by concentration.
func (t *tapers) freedom() float64 {
	var one, two float64
	for _, r := range t.ratios {
		one += r
		two += float64(r * r)
	}
	return 2 * one * one / two
}

// A taperWorker has the transforms of one signal, in groups of four tapers, and
// their powers.
type taperWorker struct {
	z       [][]float64
	tmp     []float64
	rows    [][]float64
	centred []float64
	power   [][]float64 // [taper][frequency]
}

func (t *tapers) worker() *taperWorker {
	w := &taperWorker{tmp: make([]float64, fft.Groups(t.n)), rows: rows(fft.Lanes, t.n), centred: make([]float64, t.n), power: rows(len(t.v), t.n/2+1)}
	w.z = rows((len(t.v)+fft.Lanes-1)/fft.Lanes, fft.Groups(t.n))
	return w
}

// transform sets the transforms of x without its mean, for every taper, and their
// powers, which are halved at 0 Hz and fs/2.
func (t *tapers) transform(w *taperWorker, x []float64) {
	vec.AddConstBlock(w.centred, x, -mean(x))
	for g, z := range w.z {
		var in [fft.Lanes][]float64
		for l := range in {
			if i := g*fft.Lanes + l; i < len(t.v) {
				in[l] = w.rows[l]
				vec.MulBlock(in[l], w.centred, t.v[i])
			}
		}
		t.plan.RealMany(z, w.tmp, in, fft.Window{})
		for l := range min(fft.Lanes, len(t.v)-g*fft.Lanes) {
			p := w.power[g*fft.Lanes+l]
			for k := range p {
				re, im := z[groupSize*k+l], z[groupSize*k+l+fft.Lanes]
				p[k] = float64(re*re) + float64(im*im)
			}
			p[0] /= 2
			if t.n%2 == 0 {
				p[len(p)-1] /= 2
			}
		}
	}
}

// combine returns twice the mean of the powers with the weights of a taper and
// frequency.
func (t *tapers) combine(w *taperWorker, weight func(taper, k int) float64) []float64 {
	p, sum := make([]float64, t.n/2+1), make([]float64, t.n/2+1)
	for i, row := range w.power {
		for k, v := range row {
			d := weight(i, k)
			p[k] += float64(d * v)
			sum[k] += d
		}
	}
	for k := range p {
		p[k] *= 2 / sum[k]
	}
	return p
}

// adapt returns the spectrum with adaptive weights: the weight of a taper and the
// spectrum follow from each other, with the leakage of a taper taken as its share
// of the variance outside of the band.
func (t *tapers) adapt(w *taperWorker, p []float64) []float64 {
	h := len(p)
	variance := 0.0
	for k := 1; k < h; k++ {
		variance += float64((p[k] + p[k-1]) * 0.5)
	}
	variance /= float64(2 * h)
	est := t.combine(w, func(taper, _ int) float64 {
		if taper < 2 {
			return t.ratios[taper]
		}
		return 0
	})
	d, before := rows(len(t.v), h), rows(len(t.v), h)
	for range 250 {
		change := 0.0
		for k := range est {
			sum := 0.0
			for i, r := range t.ratios {
				v := est[k] * math.Sqrt(r) / (float64(r*est[k]) + float64((1-r)*variance))
				if est[k] == 0 {
					v = 0
				}
				d[i][k] = v
				e := before[i][k] - v
				sum += float64(e * e)
			}
			change = math.Max(change, sum/float64(len(t.v)))
		}
		if change < 1e-10 {
			break
		}
		est = t.combine(w, func(taper, k int) float64 {
			v := d[taper][k]
			if v == 0 { // no power at all
				return t.ratios[taper]
			}
			return float64(v * v)
		})
		d, before = before, d
	}
	return est
}

// A LineTest says at which frequencies a signal has a sine in its noise.
type LineTest struct {
	F         []float64 `unit:"Hz"`
	Stat      []float64 // F statistic with 2 and 2K-2 degrees of freedom for K tapers
	P         []float64 // probability of so large a statistic without a sine
	Amplitude []float64 // of the sine at each frequency, in the signal's unit
	Phase     []float64 `unit:"rad"` // of the sine as a cosine, at the first sample
	Tapers    int
}

// FTest tests each frequency for a sine of constant amplitude (Thomson's F test):
// with U_t the sum of taper t, the amplitude is the regression of the transforms
// on the sums, and
//
//	μ = Σ U_t X_t / Σ U_t²,  F = (K-1) |μ|² Σ U_t² / Σ |X_t - μ U_t|².
//
// x are samples, fs their rate in Hz; a sine between two frequencies needs a
// longer signal. Errors: those of Multitaper, and fewer than 2 tapers; Adaptive
// is not used. Source: Thomson 1982, Proc. IEEE 70:1055, section XIII. Checked
// against the formula in NumPy, and for its false positives in noise.
func FTest(x []float64, fs float64, o MultitaperOptions) (*LineTest, error) {
	const call = "FTest"
	o.Adaptive = false
	t, err := newTapers(call, [][]float64{x}, fs, o)
	if err != nil {
		return nil, err
	}
	count := len(t.v)
	if count < 2 {
		return nil, fmt.Errorf("signal: %s: a test needs 2 tapers or more, and the bandwidth has %d; take a wider one", call, count)
	}
	w := t.worker()
	t.transform(w, x)
	u, squares := make([]float64, count), 0.0
	for i, v := range t.v {
		if i%2 == 0 { // odd tapers have a sum of 0 but for the sample left out
			u[i] = vec.SumBlock(v)
		}
		squares += float64(u[i] * u[i])
	}
	h := t.n/2 + 1
	r := &LineTest{Tapers: count, F: make([]float64, h), Stat: make([]float64, h), P: make([]float64, h), Amplitude: make([]float64, h), Phase: make([]float64, h)}
	at := func(i, k int) complex128 {
		z := w.z[i/fft.Lanes][groupSize*k+i%fft.Lanes:]
		return complex(z[0], z[fft.Lanes])
	}
	for k := range h {
		var re, im, rest float64
		for i := range t.v {
			v := at(i, k)
			re += float64(u[i] * real(v))
			im += float64(u[i] * imag(v))
		}
		re, im = re/squares, im/squares
		for i := range t.v {
			v := at(i, k)
			a, b := real(v)-float64(u[i]*re), imag(v)-float64(u[i]*im)
			rest += float64(a*a) + float64(b*b)
		}
		power := float64(re*re) + float64(im*im)
		r.F[k] = float64(k) * fs / float64(t.n)
		r.Stat[k] = float64(count-1) * power * squares / rest
		if rest == 0 && power == 0 {
			r.Stat[k] = 0
		}
		r.P[k] = dist.FSF(r.Stat[k], 2, float64(2*count-2))
		r.Amplitude[k] = 2 * math.Sqrt(power)
		if k == 0 || 2*k == t.n {
			r.Amplitude[k] /= 2
		}
		r.Phase[k] = vec.Atan2(im, re)
	}
	return r, nil
}

// Show draws the figure of Plot.
func (r LineTest) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of the F statistic over frequency, with the value above
// which one frequency in n is in noise, n being their number.
func (r LineTest) Plot() *figure.Figure {
	p := figure.Panel{
		X: figure.Axis{Label: "frequency", Unit: "Hz"}, Y: figure.Axis{Label: "F"},
		Layers: []figure.Layer{{Kind: figure.Line, Name: "F", X: r.F, Y: r.Stat}},
	}
	if n := len(r.F); n > 0 && r.Tapers > 1 {
		limit := dist.FQuantileSF(1/float64(n), 2, float64(2*r.Tapers-2))
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Name: fmt.Sprintf("p = 1/%d", n), Y: []float64{limit}, Color: "grey", Dash: true})
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}
