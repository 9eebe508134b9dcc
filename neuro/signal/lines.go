package signal

import (
	"fmt"
	"math"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// LineOptions say which sines are removed. The zero value of a field means its default.
type LineOptions struct {
	// Freqs are the frequencies of lines, such as 50, near which a sine is sought; none
	// removes a sine at every frequency k/Window whose F test says that there is one.
	Freqs []float64 `unit:"Hz"`
	// Harmonics adds the multiples of each of Freqs below fs/2.
	Harmonics bool
	// Width is how far from each of Freqs its line may be; 0 is 0.5 Hz.
	Width float64 `unit:"Hz"`
	// Window is the length of the stretches that are fitted; 0 is 10 s.
	Window float64 `unit:"s"`
	// P is how often a sine is found in a stretch of noise: near each of Freqs (0: 0.01),
	// or without any at all frequencies together (0: 0.05), by Bonferroni's correction for
	// how many frequencies are looked at.
	P float64
	// Bandwidth is that of the tapers; 0 is 8/Window, that is nw = 4 with 8 tapers.
	Bandwidth float64 `unit:"Hz"`
}

// A Line is a sine that was removed from a stretch of a signal.
type Line struct {
	T, Dur    float64 `unit:"s"` // of the stretch: its begin and length
	F         float64 `unit:"Hz"`
	Amplitude float64 // in the signal's unit
	Phase     float64 `unit:"rad"` // of the sine as a cosine, at the begin of the stretch
	Stat      float64 // F statistic with 2 and 2K-2 degrees of freedom, K tapers
}

// A LineRemoval is a signal without its lines.
type LineRemoval struct {
	Clean   []float64
	Lines   []Line // by stretch, then as they were sought
	Windows int
	FS      float64 `unit:"Hz"`
	x       []float64
}

// RemoveLines takes sines such as those of the mains out of x, by Thomson's regression on
// tapers in stretches that overlap by half, which are put together with Hann's window:
// the noise at the same frequency stays, where a notch filter leaves a hole.
//
// Near each of Freqs the frequency f of a stretch is where the amplitude
//
//	A(f) = Σ_t U_t X_t(f) / Σ_t U_t²,  U_t = Σ v_t,  X_t(f) the transform of v_t x,
//
// is largest within Width; the sine 2|A| cos(2πft + arg A) is removed if its F (see
// FTest) is above the limit that P sets. A line whose amplitude or frequency changes within a
// stretch is removed in part: take a shorter Window. Without Freqs every frequency
// k/Window above 0 and below fs/2 is tested, as Chronux and MNE do.
//
// x are samples, fs their rate in Hz. The last stretch is up to half a window longer; a
// signal shorter than Window is one stretch.
//
// Errors: NaN or infinite samples, an empty x, Freqs or Width outside of 0 to fs/2,
// a window of fewer than 16 samples, P outside of 0 to 1. Sources: Thomson 1982, Proc.
// IEEE 70:1055; Mitra and Bokil 2008, "Observed brain dynamics", section 7.3; Mullen
// 2012 (CleanLine). Peer without Freqs: mne.filter.notch_filter with
// method="spectrum_fit".
func RemoveLines(x []float64, fs float64, o LineOptions) (*LineRemoval, error) {
	r, err := removeLines("RemoveLines", [][]float64{x}, fs, o)
	if err != nil {
		return nil, err
	}
	return r[0], nil
}

// RemoveLinesEach takes lines out of every signal of x, which are as long. Errors and peer
// are those of RemoveLines.
func RemoveLinesEach(x [][]float64, fs float64, o LineOptions) ([]*LineRemoval, error) {
	return removeLines("RemoveLinesEach", x, fs, o)
}

func removeLines(call string, x [][]float64, fs float64, o LineOptions) ([]*LineRemoval, error) {
	if err := checkSignals(call, "x", x); err != nil {
		return nil, err
	}
	l, err := newLineRemover(call, fs, o, len(x[0]))
	if err != nil {
		return nil, err
	}
	out := make([]*LineRemoval, len(x))
	task := display.Start("signal."+call, "signals", len(x))
	defer task.End()
	linalg.Parallel(len(x), func(c int) {
		if task.Err() != nil {
			return
		}
		s := l.stream()
		clean := s.push(x[c])
		clean = append(clean, s.flush()...)
		out[c] = &LineRemoval{Clean: clean, Lines: s.Lines, Windows: s.Windows, FS: fs, x: x[c]}
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	return out, nil
}

// A LineStream removes lines from a signal that comes in pieces: what it gives, one after
// the other, is what RemoveLines gives for the whole, to the bit. It holds up to two
// windows.
type LineStream struct {
	Lines   []Line // removed so far
	Windows int

	l        *lineRemover
	buffer   []float64 // samples from the begin of the next stretch on
	sum      []float64 // what earlier stretches gave for them
	from     int       // sample of the signal that the buffer begins with
	complete bool
	room     *lineWorker
}

// NewLineStream returns a stream for a signal of rate fs, Hz. Errors are those of
// RemoveLines.
func NewLineStream(fs float64, o LineOptions) (*LineStream, error) {
	l, err := newLineRemover("NewLineStream", fs, o, 0)
	if err != nil {
		return nil, err
	}
	return l.stream(), nil
}

// Push takes the next piece and returns the samples that are complete. NaN and infinite
// samples, an empty piece, and a piece after Flush are errors.
func (s *LineStream) Push(x []float64) ([]float64, error) {
	if s.complete {
		return nil, fmt.Errorf("signal: LineStream.Push: a piece after Flush; make a new stream")
	}
	if err := checkSamples("LineStream.Push", "x", x); err != nil {
		return nil, err
	}
	return s.push(x), nil
}

// Flush returns the samples that are left when the signal has ended.
func (s *LineStream) Flush() []float64 { return s.flush() }

// A lineRemover has what signals of one rate share.
type lineRemover struct {
	o      LineOptions
	fs     float64
	n      int       // samples of a stretch
	step   int       // from one to the next
	window []float64 // weights of a stretch, which add to 1 with the next
	freqs  []float64

	lock   sync.Mutex
	tapers map[int]*lineTapers // of a length
}

// lineTapers are tapers with their sums and the limit of F.
type lineTapers struct {
	tapers
	u       []float64
	squares float64
	mean    []float64 // Σ u_t v_t / Σ u_t²: the amplitude is the transform of this times x
	limit   float64
}

func newLineRemover(call string, fs float64, o LineOptions, most int) (*lineRemover, error) {
	if err := checkRate(call, fs); err != nil {
		return nil, err
	}
	if o.Window == 0 {
		o.Window = 10
	}
	if o.Width == 0 {
		o.Width = 0.5
	}
	if !(o.Window > 0) || !(float64(o.Window*fs) >= 16 && float64(o.Window*fs) < 1<<26) {
		return nil, fmt.Errorf("signal: %s: Window is %g s, %g samples; 16 to %d samples are allowed", call, o.Window, o.Window*fs, 1<<26)
	}
	if !(o.Width > 0 && o.Width < fs/2) {
		return nil, fmt.Errorf("signal: %s: Width is %g Hz; it must be above 0 and below half the sampling rate (%g Hz)", call, o.Width, fs/2)
	}
	if !(o.P >= 0 && o.P < 1) {
		return nil, fmt.Errorf("signal: %s: P is %g; it must be above 0 and below 1 (0: the default)", call, o.P)
	}
	n := int(math.Round(float64(o.Window * fs)))
	if most > 0 {
		n = min(n, most)
	}
	if n < 16 {
		return nil, fmt.Errorf("signal: %s: the signal has %d samples; 16 or more are needed", call, n)
	}
	nw := 4.0
	if o.Bandwidth != 0 {
		nw = o.Bandwidth * float64(n) / (2 * fs)
	}
	if !(nw >= 1 && nw < float64(n)/2) {
		return nil, fmt.Errorf("signal: %s: Bandwidth is %g Hz; with %d samples at %g Hz it must be %g Hz or more, and below %g Hz", call, o.Bandwidth, n, fs, 2*fs/float64(n), fs)
	}
	l := &lineRemover{o: o, fs: fs, tapers: map[int]*lineTapers{}}
	l.cut(n)
	for i, f := range o.Freqs {
		if !(f-o.Width > 0 && f+o.Width < fs/2) {
			return nil, fmt.Errorf("signal: %s: Freqs[%d] is %g Hz; with Width %g Hz it must lie between %g and %g Hz", call, i, f, o.Width, o.Width, float64(fs/2)-o.Width)
		}
		l.freqs = append(l.freqs, f)
		for k := 2.0; o.Harmonics && float64(k*f)+o.Width < fs/2; k++ {
			l.freqs = append(l.freqs, float64(k*f))
		}
	}
	return l, nil
}

// cut sets the length of stretches. Hann's window of an even length is the periodic one and
// of an odd length the symmetric one, so that it adds to 1 at half a length.
func (l *lineRemover) cut(n int) {
	l.n, l.step = n, n-(n+1)/2
	l.window = make([]float64, n)
	d := float64(n - n%2)
	for i := range l.window {
		l.window[i] = 0.5 - float64(0.5*vec.Cos(2*math.Pi*float64(i)/d))
	}
}

func (l *lineRemover) stream() *LineStream { return &LineStream{l: l} }

func (l *lineRemover) of(n int) *lineTapers {
	l.lock.Lock()
	defer l.lock.Unlock()
	if t := l.tapers[n]; t != nil {
		return t
	}
	nw := 4.0
	if l.o.Bandwidth != 0 {
		nw = l.o.Bandwidth * float64(n) / (2 * l.fs)
	}
	count := min(int(2*nw), n)
	t := &lineTapers{tapers: tapers{n: n, plan: fft.New(n)}, u: make([]float64, count), mean: make([]float64, n)}
	t.v, t.ratios = dpss(n+1, nw/float64(n+1), count) // periodic, as newTapers has them
	for i := range t.v {
		t.v[i] = t.v[i][:n]
		if i%2 == 0 {
			t.u[i] = vec.SumBlock(t.v[i])
			vec.FMAScaleBlock(t.mean, t.v[i], t.u[i], t.mean)
		}
		t.squares += float64(t.u[i] * t.u[i])
	}
	vec.DivConstBlock(t.mean, t.mean, t.squares)
	p := l.o.P
	switch {
	case len(l.freqs) == 0 && p == 0:
		p = 0.05 / float64(n)
	case len(l.freqs) == 0:
		p /= float64(n)
	default:
		if p == 0 {
			p = 0.01
		}
		// The largest is taken of 2 Width n/fs + 1 frequencies and all between them, which
		// count for as many again: without them noise passes 1.9 times as often as P says.
		p /= 2 * (1 + float64(2*l.o.Width*float64(n)/l.fs))
	}
	t.limit = dist.FQuantileSF(p, 2, float64(2*count-2))
	l.tapers[n] = t
	return t
}

// A lineWorker is the memory that a stretch of a length is worked on in.
type lineWorker struct {
	*taperWorker
	cos, sin         []float64
	y, first, second []float64 // for peak
}

// worker returns that of a length; the last one is kept.
func (s *LineStream) worker(t *lineTapers) *lineWorker {
	if s.room == nil || len(s.room.cos) != t.n {
		s.room = &lineWorker{taperWorker: t.worker(), cos: make([]float64, t.n), sin: make([]float64, t.n)}
		if len(s.l.freqs) > 0 {
			s.room.y, s.room.first, s.room.second = make([]float64, t.n), make([]float64, t.n), make([]float64, t.n)
		}
	}
	return s.room
}

// push adds samples and returns those that no later stretch changes.
func (s *LineStream) push(x []float64) []float64 {
	s.buffer = append(s.buffer, x...)
	var out []float64
	// The next stretch is not the last when the one after it is there too.
	for len(s.buffer) >= s.l.n+s.l.step {
		out = append(out, s.stretch(s.l.n, false)...)
	}
	return out
}

func (s *LineStream) flush() []float64 {
	if s.complete || len(s.buffer) == 0 {
		s.complete = true
		return nil
	}
	s.complete = true
	if s.Windows == 0 && len(s.buffer) < s.l.n { // the whole is shorter than a window
		if len(s.buffer) < 16 {
			return s.buffer
		}
		s.l.cut(len(s.buffer))
	}
	return s.stretch(len(s.buffer), true)
}

// stretch cleans the first n samples of the buffer and returns those that are complete.
func (s *LineStream) stretch(n int, last bool) []float64 {
	l := s.l
	clean := s.clean(s.buffer[:n])
	for len(s.sum) < n {
		s.sum = append(s.sum, 0)
	}
	for i, v := range clean {
		w := 0.0
		if i < l.n {
			w = l.window[i]
		}
		// The ends have no neighbour to add to 1 with.
		if last {
			for k := l.step; k <= i; k += l.step {
				if i-k < l.n {
					w += l.window[i-k]
				}
			}
		}
		if s.from == 0 {
			for k := l.step; i+k < l.n; k += l.step {
				w += l.window[i+k]
			}
		}
		s.sum[i] += float64(w * v)
	}
	s.Windows++
	done := l.step
	if last {
		done = n
	}
	out := append([]float64(nil), s.sum[:done]...)
	s.sum = append(s.sum[:0], s.sum[done:]...)
	s.buffer = append(s.buffer[:0], s.buffer[done:]...)
	s.from += done
	return out
}

// clean returns a stretch without its lines and notes these.
func (s *LineStream) clean(x []float64) []float64 {
	l := s.l
	t := l.of(len(x))
	w := s.worker(t)
	t.transform(w.taperWorker, x)
	y := append([]float64(nil), x...)
	found := func(f, re, im, stat float64) {
		w.remove(y, f/l.fs, re, im)
		s.Lines = append(s.Lines, Line{T: float64(s.from) / l.fs, Dur: float64(len(x)) / l.fs, F: f, Amplitude: 2 * vec.Hypot(re, im), Phase: vec.Atan2(im, re), Stat: stat})
	}
	bin := l.fs / float64(len(x))
	if len(l.freqs) == 0 {
		for k := 1; 2*k < len(x); k++ {
			re, im, stat := t.test(func(i int) (float64, float64) {
				z := w.z[i/fft.Lanes][groupSize*k+i%fft.Lanes:]
				return z[0], z[fft.Lanes]
			})
			if stat > t.limit {
				found(float64(k)*bin, re, im, stat)
			}
		}
		return y
	}
	for _, f := range l.freqs {
		best, most := f, -1.0
		for k := max(1, int(math.Ceil((f-l.o.Width)/bin))); float64(k)*bin <= f+l.o.Width && 2*k < len(x); k++ {
			var re, im float64
			for i, u := range t.u {
				z := w.z[i/fft.Lanes][groupSize*k+i%fft.Lanes:]
				re, im = re+float64(u*z[0]), im+float64(u*z[fft.Lanes])
			}
			if p := float64(re*re) + float64(im*im); p > most {
				best, most = float64(k)*bin, p
			}
		}
		best = t.peak(w, best/l.fs, (f-l.o.Width)/l.fs, (f+l.o.Width)/l.fs) * l.fs
		cos, sin := w.cos, w.sin
		turns(cos, sin, best/l.fs)
		vec.MulBlock(cos, cos, w.centred)
		vec.MulBlock(sin, sin, w.centred)
		re, im, stat := t.test(func(i int) (float64, float64) {
			return vec.DotBlock(t.v[i], cos), -vec.DotBlock(t.v[i], sin)
		})
		if stat > t.limit {
			found(best, re, im, stat)
		}
	}
	return y
}

// test returns the amplitude of a sine at a frequency, of which at gives the transforms, and
// its F statistic; 0 where there is no signal.
func (t *lineTapers) test(at func(taper int) (re, im float64)) (re, im, stat float64) {
	for i, u := range t.u {
		if u != 0 {
			a, b := at(i)
			re, im = re+float64(u*a), im+float64(u*b)
		}
	}
	re, im = re/t.squares, im/t.squares
	rest := 0.0
	for i, u := range t.u {
		a, b := at(i)
		a, b = a-float64(u*re), b-float64(u*im)
		rest += float64(a*a) + float64(b*b)
	}
	power := float64(re*re) + float64(im*im)
	if rest == 0 {
		return re, im, 0
	}
	return re, im, float64(len(t.u)-1) * power * t.squares / rest
}

// peak returns the frequency near f, in turns a sample, at which the amplitude of w's signal is
// largest, by Newton's steps on its square.
func (t *lineTapers) peak(w *lineWorker, f, lo, hi float64) float64 {
	n := t.n
	middle := float64(float64(n-1) * 0.5)
	y, first, second, cos, sin := w.y, w.first, w.second, w.cos, w.sin
	vec.MulBlock(y, w.centred, t.mean)
	for i := range y { // derivatives by the angle, about the middle
		d := float64(i) - middle
		first[i] = float64(y[i] * d)
		second[i] = float64(first[i] * d)
	}
	start, most := f, -1.0
	for _, off := range []float64{0, -1. / 3, 1. / 3} { // Newton's steps want to begin near the top
		g := start + off/float64(n)
		turns(cos, sin, g)
		a, b := vec.DotBlock(y, cos), vec.DotBlock(y, sin)
		if p := float64(a*a) + float64(b*b); p > most {
			f, most = g, p
		}
	}
	for range 6 {
		turns(cos, sin, f)
		// S = Σ y e^-iwt, S' = -i Σ t y e^-iwt, S" = -Σ t² y e^-iwt.
		a, b := vec.DotBlock(y, cos), -vec.DotBlock(y, sin)
		a1, b1 := -vec.DotBlock(first, sin), -vec.DotBlock(first, cos)
		a2, b2 := -vec.DotBlock(second, cos), vec.DotBlock(second, sin)
		slope := float64(a*a1) + float64(b*b1)
		curve := float64(a1*a1) + float64(b1*b1) + float64(a*a2) + float64(b*b2)
		if !(curve < 0) {
			break
		}
		step := -slope / curve / (2 * math.Pi)
		step = math.Max(-0.5/float64(n), math.Min(0.5/float64(n), step))
		f += step
		if math.Abs(step) < 1e-9/float64(n) {
			break
		}
	}
	if f < lo || f > hi || math.Abs(f-start) > 1.5/float64(n) {
		return start
	}
	return f
}

// turns sets cos and sin to those of 2πft, by adding the angle of each stretch of 256
// samples to a table.
func turns(cos, sin []float64, f float64) {
	const span = 256
	var c0, s0, angle [span]float64
	k := min(span, len(cos))
	for i := range angle[:k] {
		angle[i] = float64(2 * math.Pi * float64(f*float64(i)))
	}
	vec.SincosBlock(s0[:k], c0[:k], angle[:k])
	for at := 0; at < len(cos); at += span {
		n := min(span, len(cos)-at)
		s, c := vec.Sincos(float64(2 * math.Pi * float64(f*float64(at))))
		vec.MulConstBlock(cos[at:at+n], c0[:n], c)
		vec.FMAScaleBlock(cos[at:at+n], s0[:n], -s, cos[at:at+n])
		vec.MulConstBlock(sin[at:at+n], s0[:n], c)
		vec.FMAScaleBlock(sin[at:at+n], c0[:n], s, sin[at:at+n])
	}
}

// remove takes 2 Re(A e^2πift) off y.
func (w *lineWorker) remove(y []float64, f, re, im float64) {
	cos, sin := w.cos[:len(y)], w.sin[:len(y)]
	turns(cos, sin, f)
	vec.FMAScaleBlock(y, cos, -2*re, y)
	vec.FMAScaleBlock(y, sin, 2*im, y)
}
