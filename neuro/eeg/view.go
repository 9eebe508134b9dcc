package eeg

import (
	"fmt"
	"math"
	"time"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// Views. A recording may stand on another one: its Source holds that recording, and
// computes samples from that one's when they are asked for. Nothing is read before, and
// a piece has the bits that the whole would have, for every sample is computed by the
// same operations in the same order wherever a piece begins.

// derive returns a recording with what r tells, other channels, and samples of a source:
// as many in each segment as the rates of the channels say.
func (r *Recording) derive(channels []Channel, s Source) (*Recording, error) {
	out := *r
	out.Channels = channels
	out.Segments = append([]Segment(nil), r.Segments...)
	out.Annotations = append([]Annotation(nil), r.Annotations...)
	out.Problems = append(out.Problems[:0:0], r.Problems...)
	return From(out, s)
}

// A term is a channel times a weight.
type term struct {
	channel int
	weight  float64
}

// mix is the source of channels that are weighted sums of those of another recording.
type mix struct {
	of     *Recording
	terms  [][]term // of each channel; none: zeros
	common []term   // what is taken off the channels with minus set
	minus  []bool   // nil: none
}

// mixed is how many samples of a channel are held while they are mixed.
const mixed = 1 << 14

// Fill implements Source. Terms are added in their order.
func (m *mix) Fill(dst [][]float64, from, channels []int) error {
	type stretch struct{ from, n int }
	groups := map[stretch][]int{}
	var order []stretch
	for k := range dst {
		s := stretch{from[k], len(dst[k])}
		if groups[s] == nil {
			order = append(order, s)
		}
		groups[s] = append(groups[s], k)
	}
	for _, s := range order {
		group := groups[s]
		// The channels that are needed, in their order.
		need := map[int]int{}
		var inputs []int
		want := func(ts []term) {
			for _, t := range ts {
				if _, ok := need[t.channel]; !ok {
					need[t.channel] = len(inputs)
					inputs = append(inputs, t.channel)
				}
			}
		}
		common := false
		for _, k := range group {
			want(m.terms[channels[k]])
			common = common || m.minus != nil && m.minus[channels[k]]
		}
		if common {
			want(m.common)
		}
		size := min(s.n, mixed)
		in, at := make([][]float64, len(inputs)), make([]int, len(inputs))
		room := make([]float64, size*(len(inputs)+1))
		shared := room[size*len(inputs):]
		for done := 0; done < s.n; done += size {
			n := min(size, s.n-done)
			for i := range inputs {
				in[i], at[i] = room[i*size:i*size+n], s.from+done
			}
			if len(inputs) > 0 {
				if err := m.of.source.Fill(in, at, inputs); err != nil {
					return err
				}
			}
			if common {
				weighted(shared[:n], m.common, in, need)
			}
			for _, k := range group {
				y := dst[k][done : done+n]
				weighted(y, m.terms[channels[k]], in, need)
				if m.minus != nil && m.minus[channels[k]] {
					for j, v := range shared[:n] {
						y[j] -= v
					}
				}
			}
		}
	}
	return nil
}

// weighted writes the sum of terms into y.
func weighted(y []float64, terms []term, in [][]float64, need map[int]int) {
	clear(y)
	for i, t := range terms {
		x := in[need[t.channel]][:len(y)]
		switch {
		case i == 0 && t.weight == 1:
			copy(y, x)
		case i == 0:
			for j, v := range x {
				y[j] = float64(t.weight * v)
			}
		default:
			for j, v := range x {
				y[j] += float64(t.weight * v)
			}
		}
	}
}

// Pick returns a recording of some channels, in the order named; their samples are those
// of r and are read when they are asked for. A name that is not there, or that comes
// twice, is an error.
func (r *Recording) Pick(names ...string) (*Recording, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("eeg: Pick: no channel is named; one or more are needed")
	}
	index, err := r.index("Pick", names)
	if err != nil {
		return nil, err
	}
	if err := twice("Pick", names); err != nil {
		return nil, err
	}
	return r.take(index)
}

func (r *Recording) take(index []int) (*Recording, error) {
	var channels []Channel
	for _, c := range index {
		channels = append(channels, r.Channels[c])
	}
	return r.derive(channels, &picked{r, index})
}

// picked is the source of some channels of a recording.
type picked struct {
	of    *Recording
	index []int
}

func (p *picked) Fill(dst [][]float64, from, channels []int) error {
	which := make([]int, len(channels))
	for k, c := range channels {
		which[k] = p.index[c]
	}
	return p.of.source.Fill(dst, from, which)
}

// Of returns a recording of the good channels of some kinds, see Channel.Is; none is an
// error.
func (r *Recording) Of(kinds ...string) (*Recording, error) {
	if _, err := r.index("Of", nil); err != nil {
		return nil, err
	}
	index := goodOf(r.Channels, kinds)
	if len(index) == 0 {
		return nil, fmt.Errorf("eeg: Of: no good channel is of kind %q; there are %s", kinds, r)
	}
	return r.take(index)
}

// Mix returns a recording of weighted sums of channels, such as those of a spatial filter:
// channel k is Σ weights[k][i] times the channel named of[i], computed when its samples
// are asked for. channels tell the names, kinds and units of the sums; their rate is that
// of the channels named, which must be one. Names that are not there, and weights that are
// not as many as channels times names or not finite, are errors.
func (r *Recording) Mix(channels []Channel, weights [][]float64, of ...string) (*Recording, error) {
	index, err := r.index("Mix", of)
	if err != nil {
		return nil, err
	}
	if len(channels) != len(weights) || len(channels) == 0 {
		return nil, fmt.Errorf("eeg: Mix: %d channels and %d rows of weights; as many are needed, one or more", len(channels), len(weights))
	}
	fs, err := r.rate("Mix", index)
	if err != nil {
		return nil, err
	}
	channels = append([]Channel(nil), channels...)
	m := &mix{of: r}
	for k, row := range weights {
		if len(row) != len(index) {
			return nil, fmt.Errorf("eeg: Mix: weights[%d] has %d values for %s", k, len(row), spell.Count(len(index), "channel"))
		}
		channels[k].FS = fs
		var ts []term
		for i, w := range row {
			if math.IsNaN(w) || math.IsInf(w, 0) {
				return nil, fmt.Errorf("eeg: Mix: weights[%d][%d] is %g; it must be finite", k, i, w)
			}
			if w != 0 {
				ts = append(ts, term{index[i], w})
			}
		}
		m.terms = append(m.terms, ts)
	}
	return r.derive(channels, m)
}

// rate returns the rate of some channels, which must be one.
func (r *Recording) rate(call string, index []int) (float64, error) {
	fs := 0.0
	for _, c := range index {
		ch := r.Channels[c]
		if fs != 0 && ch.FS != fs {
			return 0, fmt.Errorf("eeg: %s: %s has %g Hz and %s %g Hz; the channels must have one rate: Pick those of one, or resample", call, r.Channels[index[0]].Name, fs, ch.Name, ch.FS)
		}
		fs = ch.FS
	}
	return fs, nil
}

// Crop returns the recording from one time to another, s, on a clock of its own: time 0 is
// its first sample, the first time at or after from at which all channels have one. Its
// samples are those before to; math.Inf(1) is the end. Annotations that begin within stay,
// with the time that they have on the new clock. Errors: times outside of the recording,
// nothing left, and channels whose samples never lie at one time.
func (r *Recording) Crop(from, to float64) (*Recording, error) {
	if _, err := r.index("Crop", nil); err != nil {
		return nil, err
	}
	dur := r.Dur()
	to = math.Min(to, dur)
	if !(from >= 0) || !(to > from) {
		return nil, fmt.Errorf("eeg: Crop: from %g to %g s; the recording lasts from 0 to %g s", from, to, dur)
	}
	start, ok := r.together(from, to)
	if !ok {
		return nil, fmt.Errorf("eeg: Crop: from %g to %g s there is no time at which all channels have a sample; Pick channels of one rate", from, to)
	}
	out := *r
	out.Segments, out.Annotations = nil, nil
	out.Problems = append(out.Problems[:0:0], r.Problems...)
	out.Channels = append([]Channel(nil), r.Channels...)
	c := &cropped{of: r, skip: make([]int, len(r.Channels))}
	fast := 0.0
	for _, ch := range r.Channels {
		fast = math.Max(fast, ch.FS)
	}
	before := make([]int, len(r.Channels)) // samples of earlier segments
	for i, s := range r.Segments {
		lo, hi := math.Max(s.Start, start), math.Min(s.End(), to)
		if hi > lo {
			g := Segment{lo - start, s.Dur}
			if lo > s.Start || hi < s.End() {
				g.Dur = math.Min(math.Ceil(float64((hi-lo)*fast)-1e-6)/fast, s.End()-lo)
			}
			for k, ch := range r.Channels {
				skip := count(lo-s.Start, ch.FS)
				if left := count(s.Dur, ch.FS) - skip; count(g.Dur, ch.FS) > left || hi == s.End() && i+1 < len(r.Segments) && count(g.Dur, ch.FS) < left {
					return nil, fmt.Errorf("eeg: Crop: at %g s a sample of channel %s lies between those of others; Pick channels of one rate", start, ch.Name)
				}
				if len(out.Segments) == 0 {
					c.skip[k] = before[k] + skip
				}
			}
			out.Segments = append(out.Segments, g)
		}
		for k, ch := range r.Channels {
			before[k] += count(s.Dur, ch.FS)
		}
	}
	if len(out.Segments) == 0 {
		return nil, fmt.Errorf("eeg: Crop: from %g to %g s there are no samples, only a gap", from, to)
	}
	for _, a := range r.Annotations {
		if a.Onset >= start-1e-9 && a.Onset < to {
			a.Onset = math.Max(0, a.Onset-start)
			out.Annotations = append(out.Annotations, a)
		}
	}
	if !out.Start.IsZero() {
		out.Start = out.Start.Add(nanoseconds(start))
	}
	if len(r.Channels) > 0 {
		out.FirstSample += count(start, r.Channels[0].FS)
	}
	return From(out, c)
}

// together returns the first time from one time to another at which all channels have a
// sample.
func (r *Recording) together(from, to float64) (float64, bool) {
	slow := math.Inf(1)
	for _, ch := range r.Channels {
		slow = math.Min(slow, ch.FS)
	}
	for k := math.Ceil(float64(from*slow) - 1e-6); ; k++ {
		t := k / slow
		if !(t < to) || k-float64(from*slow) > 1e6 {
			return 0, false
		}
		all := true
		for _, ch := range r.Channels {
			x := float64(t * ch.FS)
			if math.Abs(x-math.Round(x)) > 1e-6*math.Max(1, ch.FS/slow) {
				all = false
				break
			}
		}
		if all {
			return t, true
		}
	}
}

// cropped is the source of a recording from a sample on.
type cropped struct {
	of   *Recording
	skip []int
}

func (c *cropped) Fill(dst [][]float64, from, channels []int) error {
	at := make([]int, len(from))
	for k, ch := range channels {
		at[k] = from[k] + c.skip[ch]
	}
	return c.of.source.Fill(dst, at, channels)
}

func nanoseconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }
