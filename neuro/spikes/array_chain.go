package spikes

import (
	"fmt"
	"math"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A chain is what samples go through before spikes are looked for: a band-pass in both
// directions, and a reference. It works on blocks whose borders depend on nothing but the
// length of a segment.
type chain struct {
	call     string
	rec      *eeg.Recording
	o        ArrayOptions
	fs       float64
	n        int    // channels
	good     []bool // those that are not marked as bad
	segments []chainSegment
	task     *display.Counter

	coef   [][5]float64 // of the filter; none when there is no filter
	rest   [][2]float64
	pad    int // samples by which a segment is continued at its ends
	margin int // behind a block, from where the filter runs backward
	block  int
}

// A chainSegment is a stretch without gaps, in samples.
type chainSegment struct{ first, n int }

// forgets is the share of a pulse that may be left where the filter has forgotten it.
const forgets = 1e-17

func newChain(call string, rec *eeg.Recording, o ArrayOptions) (*chain, error) {
	if rec == nil || len(rec.Channels) == 0 {
		return nil, fmt.Errorf("spikes: %s: the recording has no channels", call)
	}
	c := &chain{call: call, rec: rec, n: len(rec.Channels), fs: rec.Channels[0].FS}
	c.good = make([]bool, c.n)
	good := 0
	for i, ch := range rec.Channels {
		if ch.FS != c.fs {
			return nil, fmt.Errorf("spikes: %s: channel %q has %g samples a second and %q %g; pick those of one rate (Recording.Pick)", call, ch.Name, ch.FS, rec.Channels[0].Name, c.fs)
		}
		if c.good[i] = !ch.Bad; !ch.Bad {
			good++
		}
	}
	if good == 0 {
		return nil, fmt.Errorf("spikes: %s: all %d channels are marked as bad", call, c.n)
	}
	if err := o.defaults(call, c.n, good); err != nil {
		return nil, err
	}
	c.block = 8192
	if !o.Filtered {
		f, err := o.design(call, c.fs)
		if err != nil {
			return nil, err
		}
		s := filters.Sections(f.Sections)
		c.coef, c.rest, c.pad = s.Coefficients(), s.Steady(), s.Padding()
		slowest := 0.0
		for _, k := range c.coef {
			slowest = max(slowest, radius(k[3], k[4]))
		}
		if len(c.coef) == 3 { // four go through the processor in the time of two
			c.coef, c.rest = append(c.coef, [5]float64{1}), append(c.rest, [2]float64{})
		}
		c.margin = int(math.Ceil(-vec.Log(1/forgets)/vec.Log(slowest))) + c.pad
		c.block = max(c.block, 4*c.margin)
	}
	c.o = o
	for _, s := range rec.Segments {
		g := chainSegment{int(math.Round(s.Start * c.fs)), int(math.Round(s.Dur * c.fs))}
		if g.n <= c.pad {
			return nil, fmt.Errorf("spikes: %s: the segment at %g s has %d samples; this filter needs %d or more", call, s.Start, g.n, c.pad+1)
		}
		c.segments = append(c.segments, g)
	}
	if len(c.segments) == 0 {
		return nil, fmt.Errorf("spikes: %s: the recording has no samples", call)
	}
	return c, nil
}

// radius returns the larger distance of the poles z² + a1 z + a2 from 0.
func radius(a1, a2 float64) float64 {
	d := float64(a1*a1) - float64(4*a2)
	if d <= 0 {
		return math.Sqrt(a2)
	}
	return (math.Abs(a1) + math.Sqrt(d)) / 2
}

func (c *chain) total() int {
	n := 0
	for _, s := range c.segments {
		n += s.n
	}
	return n
}

// run gives f the samples [from, to) of a signal that begins at sample first of the
// recording and has n samples: y[channel][sample] are those from sample at on. They are
// overwritten afterwards.
func (c *chain) run(first, n, from, to int, task *display.Counter, f func(y [][]float64, at int) error) error {
	if from >= to {
		return nil
	}
	quads := (c.n + 3) / 4
	begin := max(0, min(from-c.margin, n-c.pad-1))
	r := &chainRun{chain: c, first: first, n: n, begin: begin, done: begin}
	r.forward, r.ends, r.y = make([][]float64, quads), make([][]float64, quads), make([][]float64, c.n)
	r.states = linalg.Matrix(quads, 8*len(c.coef))
	for a := begin; a < to; a += c.block {
		b := min(a+c.block, to)
		hi := min(b+c.margin, n)
		if n-hi <= c.pad {
			hi = n // the end is continued from its last samples, which must be at hand
		}
		if err := r.advance(hi); err != nil {
			return err
		}
		r.backward(a, b, hi)
		r.reference(b - a)
		skip := max(0, from-a)
		if skip < b-a {
			y := r.y
			if skip > 0 {
				y = make([][]float64, c.n)
				for i := range y {
					y[i] = r.y[i][skip:]
				}
			}
			if err := f(y, a+skip); err != nil {
				return err
			}
		}
		r.drop(b - a)
		if task.Add(b - a); task.Err() != nil {
			return fmt.Errorf("spikes: %s: %w", c.call, task.Err())
		}
	}
	return nil
}

// A chainRun is a signal on its way.
type chainRun struct {
	*chain
	first, n int
	begin    int         // where the filter starts, margin samples before what is wanted
	done     int         // samples that went through the filter forward
	forward  [][]float64 // of four channels side by side, from the beginning of the block up to done
	states   [][]float64 // of the filter, of four channels
	ends     [][]float64 // of four channels: the end of the signal turned half about its last sample
	y        [][]float64 // of each channel: a block
}

// share calls f for each four channels, with room of its own for each thread.
func (r *chainRun) share(f func(quad int, room *[]float64)) {
	quads := len(r.forward)
	workers := min(quads, runtime.GOMAXPROCS(0))
	linalg.Parallel(workers, func(w int) {
		var room []float64
		for q := w; q < quads; q += workers {
			f(q, &room)
		}
	})
}

// advance reads samples up to hi and filters them forward.
func (r *chainRun) advance(hi int) error {
	for r.done < hi {
		at := r.done
		to := min(hi, max(at+r.o.Piece, r.begin+r.pad+1))
		if hi-to <= r.pad {
			to = hi
		}
		x, err := r.read(at, to)
		if err != nil {
			return err
		}
		odd := make([]bool, len(r.forward))
		r.share(func(q int, _ *[]float64) {
			four := x[4*q : min(4*q+4, len(x))]
			old := len(r.forward[q])
			r.forward[q] = grown(r.forward[q], old+4*(to-at))
			z := r.forward[q][old:]
			beside(z, four)
			if len(r.coef) == 0 {
				odd[q] = !allFinite(z)
				return
			}
			if at == r.begin {
				r.start(q, four)
			}
			if to == r.n {
				r.end(four, q)
			}
			vec.FourSections(z, r.states[q], r.coef)
			odd[q] = !allFinite(r.states[q])
		})
		r.done = to
		for q, bad := range odd {
			if bad {
				if err := r.unfinite(x, q, at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// start brings the filter of four channels into the state that their beginning, turned half
// about the first sample, leaves behind. Nothing is left of it margin samples later, so that
// it does in the middle of a recording too.
func (r *chainRun) start(q int, four [][]float64) {
	ends := make([]float64, 4*r.pad)
	for l := range 4 {
		s := four[l%len(four)]
		for i := range r.pad {
			ends[4*i+l] = 2*s[0] - s[r.pad-i]
		}
	}
	r.steady(r.states[q], ends)
	vec.FourSections(ends, r.states[q], r.coef)
}

// steady sets states to those after an endless past of the first samples of z.
func (r *chainRun) steady(states, z []float64) {
	for k, s := range r.rest {
		for l := range 4 {
			states[8*k+l], states[8*k+4+l] = s[0]*z[l], s[1]*z[l]
		}
	}
}

// end keeps what continues four channels beyond their end.
func (r *chainRun) end(four [][]float64, q int) {
	n := len(four[0])
	ends := make([]float64, 4*r.pad)
	for l := range 4 {
		s := four[l%len(four)]
		for i := range r.pad {
			ends[4*i+l] = 2*s[n-1] - s[n-2-i]
		}
	}
	r.ends[q] = ends
}

// backward filters from hi back to a and lays the samples of the block [a, b) out channel
// by channel.
func (r *chainRun) backward(a, b, hi int) {
	size := b - a
	for i := range r.y {
		r.y[i] = grown(r.y[i][:0], size)
	}
	r.share(func(q int, room *[]float64) {
		y := r.y[4*q : min(4*q+4, len(r.y))]
		if len(r.coef) == 0 {
			apart(y, r.forward[q][:4*size], false)
			return
		}
		extra := 0
		if hi == r.n {
			extra = r.pad
		}
		*room = grown((*room)[:0], 4*(hi-a+extra))
		z, state := *room, make([]float64, 8*len(r.coef))
		if extra > 0 {
			ends := append([]float64(nil), r.ends[q]...)
			vec.FourSections(ends, append([]float64(nil), r.states[q]...), r.coef)
			reversed(z[:4*extra], ends)
		}
		reversed(z[4*extra:], r.forward[q][:4*(hi-a)])
		r.steady(state, z)
		vec.FourSections(z, state, r.coef)
		apart(y, z[len(z)-4*size:], true)
	})
}

// drop forgets the first samples of what went forward.
func (r *chainRun) drop(size int) {
	for q, z := range r.forward {
		r.forward[q] = z[:copy(z, z[4*size:])]
	}
}

// read returns the samples [from, to) of every channel, from the beginning of the signal on.
func (r *chainRun) read(from, to int) ([][]float64, error) {
	a, b := r.first+from, r.first+to
	p, err := r.rec.Read(max(0, (float64(a)-0.5)/r.fs), min((float64(b)-0.5)/r.fs, r.rec.Dur()))
	if err != nil {
		return nil, fmt.Errorf("spikes: %s: %w", r.call, err)
	}
	for i, x := range p.X {
		if len(x) != b-a {
			return nil, fmt.Errorf("spikes: %s: channel %q has %d samples from sample %d to %d", r.call, p.Channels[i].Name, len(x), a, b)
		}
	}
	return p.X, nil
}

// unfinite names the first sample of four channels that is not finite, if there is one.
func (r *chainRun) unfinite(x [][]float64, q, at int) error {
	for i := range x[0] {
		for c := 4 * q; c < min(4*q+4, len(x)); c++ {
			if v := x[c][i]; v-v != 0 {
				k := r.first + at + i
				return fmt.Errorf("spikes: %s: sample %d of channel %q, at %.6g s, is %g; samples must be finite (interpolate them, or leave the channel out)", r.call, k, r.rec.Channels[c].Name, float64(k)/r.fs, v)
			}
		}
	}
	return fmt.Errorf("spikes: %s: samples of channels %d to %d are too large for the filter", r.call, 4*q, min(4*q+3, len(x)-1))
}

func allFinite(x []float64) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// grown returns x with n elements, with what it holds.
func grown(x []float64, n int) []float64 {
	if cap(x) >= n {
		return x[:n]
	}
	y := make([]float64, n, n+n/4)
	copy(y, x)
	return y
}

// beside lays up to four signals side by side; the first takes the places of those that are
// not there.
func beside(z []float64, x [][]float64) {
	a, b, c, d := x[0], x[0], x[0], x[0]
	switch len(x) {
	case 4:
		b, c, d = x[1], x[2], x[3]
	case 3:
		b, c = x[1], x[2]
	case 2:
		b = x[1]
	}
	b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
	for i, v := range a {
		o := (*[4]float64)(z[4*i:])
		o[0], o[1], o[2], o[3] = v, b[i], c[i], d[i]
	}
}

// apart takes them from there, from the last to the first when they are turned.
func apart(y [][]float64, z []float64, turned bool) {
	n := len(z) / 4
	var four [4][]float64
	for l := range four {
		four[l] = y[min(l, len(y)-1)][:n]
	}
	a, b, c, d := four[0], four[1][:n], four[2][:n], four[3][:n]
	if turned {
		for i := range a {
			o := (*[4]float64)(z[4*(n-1-i):])
			d[i], c[i], b[i], a[i] = o[min(3, len(y)-1)], o[min(2, len(y)-1)], o[min(1, len(y)-1)], o[0]
		}
		return
	}
	for i := range a {
		o := (*[4]float64)(z[4*i:])
		d[i], c[i], b[i], a[i] = o[min(3, len(y)-1)], o[min(2, len(y)-1)], o[min(1, len(y)-1)], o[0]
	}
}

// reversed sets dst to four signals side by side, backward in time.
func reversed(dst, z []float64) {
	n := len(dst)
	for i := 0; i < n; i += 4 {
		o, v := (*[4]float64)(dst[n-4-i:]), (*[4]float64)(z[i:])
		o[0], o[1], o[2], o[3] = v[0], v[1], v[2], v[3]
	}
}
