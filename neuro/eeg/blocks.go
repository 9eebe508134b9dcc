package eeg

import (
	"fmt"
	"slices"
	"sync"
)

// blocks is a source that makes the samples of some channels from those of another
// recording, one block of a segment after the other, so that what it holds does not grow
// with the recording. Blocks have their places, whoever asks for what: a sample has the
// same bits however it is read.
type blocks struct {
	call  string
	below *Recording
	own   []bool    // the channels that are made; the others are those of below
	spans [][]span1 // of each channel, the segments in samples of the result
	size  int       // samples of a block
	// fill makes whole blocks: out[k] is block number of a segment of channels[k], shorter
	// at the end of it.
	fill func(segment, number int, channels []int, out [][]float64) error

	lock sync.Mutex
	kept []keptBlock // of each channel the one that was made last and not yet read to its end
}

// rooms are pieces of memory that are used again and again.
type rooms [][]float64

// of returns piece k with room for n.
func (r *rooms) of(k, n int) []float64 {
	for len(*r) <= k {
		*r = append(*r, nil)
	}
	if cap((*r)[k]) < n {
		(*r)[k] = make([]float64, n)
	}
	return (*r)[k][:n]
}

// A span1 is a segment of a channel: where its samples begin among the stored ones, and
// how many it has.
type span1 struct{ first, n int }

type keptBlock struct {
	segment, number int
	x               []float64 // nil: none
}

// spans returns the segments of each channel in samples.
func (r *Recording) spans() [][]span1 {
	out := make([][]span1, len(r.Channels))
	for c, ch := range r.Channels {
		at := 0
		for _, s := range r.Segments {
			n := count(s.Dur, ch.FS)
			out[c] = append(out[c], span1{at, n})
			at += n
		}
	}
	return out
}

// blocked returns a recording like r whose samples are made by b.
func (r *Recording) blocked(channels []Channel, b *blocks) (*Recording, error) {
	b.below, b.kept = r, make([]keptBlock, len(channels))
	d, err := r.derive(channels, b)
	if err == nil {
		b.spans = d.spans()
	}
	return d, err
}

// Fill makes and copies samples, see [Source].
func (b *blocks) Fill(dst [][]float64, from, channels []int) error {
	b.lock.Lock()
	defer b.lock.Unlock()
	// Channels that are not made go straight through.
	var pass part
	type place struct{ segment, number int }
	wanted := map[place][]int{} // which dst want samples of a block
	for k, c := range channels {
		if !b.own[c] {
			pass.dst, pass.from, pass.channels = append(pass.dst, dst[k]), append(pass.from, from[k]), append(pass.channels, c)
			continue
		}
		for s, g := range b.spans[c] {
			lo, hi := max(from[k], g.first), min(from[k]+len(dst[k]), g.first+g.n)
			for n := (lo - g.first) / b.size; lo < hi && n <= (hi-1-g.first)/b.size; n++ {
				wanted[place{s, n}] = append(wanted[place{s, n}], k)
			}
		}
	}
	if len(pass.dst) > 0 {
		if err := b.below.source.Fill(pass.dst, pass.from, pass.channels); err != nil {
			return err
		}
	}
	order := make([]place, 0, len(wanted))
	for p := range wanted {
		order = append(order, p)
	}
	slices.SortFunc(order, func(p, q place) int {
		if p.segment != q.segment {
			return p.segment - q.segment
		}
		return p.number - q.number
	})
	for _, p := range order {
		var missing []int
		var out [][]float64
		for _, k := range wanted[p] {
			c := channels[k]
			if old := &b.kept[c]; old.x == nil || old.segment != p.segment || old.number != p.number {
				n := min(b.size, b.spans[c][p.segment].n-p.number*b.size)
				x := old.x
				if cap(x) < n {
					x = make([]float64, n)
				}
				*old = keptBlock{} // it may be overwritten from here on
				if !slices.Contains(missing, c) {
					missing, out = append(missing, c), append(out, x[:n])
				}
			}
		}
		if len(missing) > 0 {
			if err := b.fill(p.segment, p.number, missing, out); err != nil {
				return err
			}
			for i, c := range missing {
				b.kept[c] = keptBlock{p.segment, p.number, out[i]}
			}
		}
		for _, k := range wanted[p] {
			c := channels[k]
			x, at := b.kept[c].x, b.spans[c][p.segment].first+p.number*b.size // of the first sample of the block
			lo, hi := max(from[k], at), min(from[k]+len(dst[k]), at+len(x))
			copy(dst[k][lo-from[k]:hi-from[k]], x[lo-at:hi-at])
		}
	}
	return nil
}

// A part is some channels' samples that are to be read at once.
type part struct {
	dst            [][]float64
	from, channels []int
}

// extended reads samples from[k] on of a segment of channels of below, counted from its
// beginning; up to reach samples before it and behind it are those of the signal turned
// half about its end (2x[0] - x[-i]), and those farther away are 0.
func (b *blocks) extended(dst [][]float64, from []int, segment, reach int, channels []int) error {
	// What is read is one stretch for each channel, with all that is mirrored.
	q := part{channels: channels}
	lows := make([]int, len(channels))
	for k, c := range channels {
		_, n := b.below.stored(c, segment)
		reach := min(reach, n-1)
		lo, hi := max(from[k], 0), min(from[k]+len(dst[k]), n)
		if from[k] < 0 && from[k]+len(dst[k]) > -reach && n > 0 {
			lo, hi = 0, max(hi, min(reach, -from[k])+1)
		}
		if end := from[k] + len(dst[k]); end > n && from[k] < n+reach && n > 0 {
			lo, hi = min(lo, n-1-min(reach, end-n)), n
		}
		if hi <= lo {
			lo, hi = 0, 0
		}
		if lo == from[k] && hi == from[k]+len(dst[k]) {
			q.dst = append(q.dst, dst[k])
		} else {
			q.dst = append(q.dst, make([]float64, hi-lo))
		}
		first, _ := b.below.stored(c, segment)
		lows[k] = lo
		q.from = append(q.from, first+lo)
	}
	if err := b.below.source.Fill(q.dst, q.from, q.channels); err != nil {
		return err
	}
	for k, c := range channels {
		if i := unfinite(q.dst[k]); i >= 0 {
			ch := b.below.Channels[c]
			return fmt.Errorf("sample %d of channel %q, at %.6g s, is %g; samples must be finite (interpolate it, or leave the channel out)", q.from[k]+i, ch.Name, b.below.Segments[segment].Start+float64(lows[k]+i)/ch.FS, q.dst[k][i])
		}
		if len(dst[k]) == 0 || len(q.dst[k]) > 0 && &q.dst[k][0] == &dst[k][0] {
			continue
		}
		_, n := b.below.stored(c, segment)
		reach, x, lo := min(reach, n-1), q.dst[k], lows[k]
		for i := range dst[k] {
			switch j := from[k] + i; {
			case j >= 0 && j < n:
				dst[k][i] = x[j-lo]
			case j < 0 && j >= -reach:
				dst[k][i] = 2*x[0] - x[-j]
			case j >= n && j < n+reach:
				dst[k][i] = 2*x[n-1-lo] - x[2*(n-1)-j-lo]
			default:
				dst[k][i] = 0
			}
		}
	}
	return nil
}

// stored returns where the samples of a channel in a segment begin among the stored ones
// and how many they are.
func (r *Recording) stored(channel, segment int) (first, n int) {
	fs := r.Channels[channel].FS
	for s := range segment {
		first += count(r.Segments[s].Dur, fs)
	}
	return first, count(r.Segments[segment].Dur, fs)
}

// picked returns the channels that a call is about: those that are named, or all but
// triggers; and the channels of the result, which are copies.
func (r *Recording) picked(call string, names []string) (own []bool, channels []Channel, index []int, err error) {
	all, err := r.index(call, names)
	if err != nil {
		return nil, nil, nil, err
	}
	own, channels = make([]bool, len(r.Channels)), slices.Clone(r.Channels)
	for _, c := range all {
		if len(names) > 0 || r.Channels[c].Kind != "trigger" {
			if !own[c] {
				own[c], index = true, append(index, c)
			}
		}
	}
	if len(index) == 0 {
		return nil, nil, nil, fmt.Errorf("eeg: %s: the recording has no channels but triggers; name what is meant", call)
	}
	return own, channels, index, nil
}
