package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// Filter returns the recording with channels filtered forward in time, from rest at the
// beginning of each segment, as [signal.SOS.Filter] does: without a look into the future,
// and with a lag. The samples are made as they are read, in blocks, and are those of the
// whole to the bit; a recording larger than memory needs no more of it than some blocks.
// A piece that is read far from the one before waits until the filter has run there, once.
//
// Without names all channels but triggers are filtered; the others stay as they are. The
// filter does not run across gaps: each segment is a signal of its own.
//
// Errors: a filter that is not stable, a channel that is not there or has another rate
// than the filter is made for; while reading, samples that are NaN. Peer:
// scipy.signal.sosfilt.
func (r *Recording) Filter(s signal.SOS, channels ...string) (*Recording, error) {
	return r.sections("Filter", s, false, channels)
}

// FiltFilt returns the recording with channels filtered forward and then backward in time,
// so that no frequency is delayed, as [signal.SOS.FiltFilt] does with each segment, to the
// bit; see [Recording.Filter] for channels, gaps and pieces.
//
// The way back begins at the end. So the first piece that is read waits until the filter
// has gone through the whole recording and back, once, which reads it twice; the states
// of the filter between blocks are kept, and every block is made from them again. Memory
// is some 100 bytes for each section, channel and 10,000 samples.
//
// Errors: those of Filter, and a segment that is too short for the filter. Peer:
// scipy.signal.sosfiltfilt.
func (r *Recording) FiltFilt(s signal.SOS, channels ...string) (*Recording, error) {
	return r.sections("FiltFilt", s, true, channels)
}

// ZeroPhase returns the recording with channels filtered by symmetric taps whose lag is
// taken back, as [signal.FIR.ZeroPhase] does with each segment, to the bit; see
// [Recording.Filter] for channels, gaps and pieces. A piece needs the samples of half the
// taps around it.
//
// Errors: taps that are not symmetric or even in number, and those of Filter. Peer:
// mne.filter.filter_data.
func (r *Recording) ZeroPhase(h signal.FIR, channels ...string) (*Recording, error) {
	const call = "ZeroPhase"
	if _, err := h.ZeroPhase([]float64{0}); err != nil {
		return nil, fmt.Errorf("eeg: %s: %w", call, err)
	}
	own, chs, index, err := r.picked(call, channels)
	if err != nil {
		return nil, err
	}
	if err := r.rates(call, index, h.FS); err != nil {
		return nil, err
	}
	for _, c := range index {
		chs[c].changed(fmt.Sprintf("FIR of %d taps, no lag", len(h.Taps)))
	}
	conv := filters.NewConvolver(h.Taps)
	lag := len(h.Taps) / 2
	b := &blocks{call: call, own: own, size: conv.Hop}
	var room rooms
	b.fill = func(segment, number int, channels []int, out [][]float64) error {
		in, from := make([][]float64, len(channels)), make([]int, len(channels))
		for k := range in {
			in[k], from[k] = room.of(k, conv.Len), number*conv.Hop-lag
		}
		if err := b.extended(in, from, segment, lag, channels); err != nil {
			return fmt.Errorf("%s: %w", call, err)
		}
		linalg.Parallel((len(channels)+fft.Lanes-1)/fft.Lanes, func(i int) {
			var x, y [fft.Lanes][]float64
			for l := range min(fft.Lanes, len(channels)-i*fft.Lanes) {
				x[l], y[l] = in[i*fft.Lanes+l], out[i*fft.Lanes+l]
			}
			conv.Four(y, x, conv.Room())
		})
		return nil
	}
	return r.blocked(chs, b)
}

// Resample returns the recording with channels at another sampling rate, fs in Hz, by the
// low pass of [signal.Resample]; each segment is continued beyond both ends by a half turn
// about them, so that its ends stay calm. See [Recording.Filter] for channels, gaps and
// pieces; a trigger keeps its own rate.
//
// Errors: a rate that is not a whole fraction of that of a channel (parts up to 2^20), and
// those of Filter. Peer: scipy.signal.resample_poly.
func (r *Recording) Resample(fs float64, channels ...string) (*Recording, error) {
	const call = "Resample"
	if !(fs > 0) || fs > 1e9 {
		return nil, fmt.Errorf("eeg: %s: fs is %g Hz; it must be above 0 and up to 1e9", call, fs)
	}
	own, chs, index, err := r.picked(call, channels)
	if err != nil {
		return nil, err
	}
	at := map[float64]*filters.Polyphase{}
	poly := make([]*filters.Polyphase, len(chs))
	for _, c := range index {
		old := chs[c].FS
		if at[old] == nil {
			up, down, ok := ratio(fs / old)
			if !ok {
				return nil, fmt.Errorf("eeg: %s: from %g to %g Hz; the rates must be to each other as whole numbers up to %d", call, old, fs, 1<<20)
			}
			at[old] = filters.NewPolyphase(up, down)
		}
		if poly[c] = at[old]; poly[c].Up != poly[c].Down {
			chs[c].changed(fmt.Sprintf("from %g Hz", old))
			chs[c].FS = fs
		}
	}
	b := &blocks{call: call, own: own, size: 8192}
	var room rooms
	b.fill = func(segment, number int, channels []int, out [][]float64) error {
		in, from, reach := make([][]float64, len(channels)), make([]int, len(channels)), 0
		for k, c := range channels {
			_, first := poly[c].At(number * b.size)
			taps, last := poly[c].At(number*b.size + len(out[k]) - 1)
			in[k], from[k] = room.of(k, last+len(taps)-first), first
			reach = max(reach, len(taps))
		}
		if err := b.extended(in, from, segment, reach, channels); err != nil {
			return fmt.Errorf("%s: %w", call, err)
		}
		linalg.Parallel(len(channels), func(k int) {
			p := poly[channels[k]]
			for i := range out[k] {
				taps, first := p.At(number*b.size + i)
				out[k][i] = vec.DotBlock(taps, in[k][first-from[k]:][:len(taps)])
			}
		})
		return nil
	}
	return r.blocked(chs, b)
}

// ratio returns two whole numbers up to 2^20 whose ratio is x to rounding.
func ratio(x float64) (up, down int, ok bool) {
	// Convergents of the continued fraction.
	p0, q0, p1, q1 := 0.0, 1.0, 1.0, 0.0
	for rest := x; ; {
		a := math.Floor(rest)
		p0, q0, p1, q1 = p1, q1, float64(a*p1)+p0, float64(a*q1)+q0
		if p1 > 1<<20 || q1 > 1<<20 {
			return 0, 0, false
		}
		if p1 > 0 && math.Abs(p1/q1/x-1) < 1e-12 {
			return int(p1), int(q1), true
		}
		rest = 1 / (rest - a)
	}
}

// rates wants channels to have the rate of a filter.
func (r *Recording) rates(call string, index []int, fs float64) error {
	for _, c := range index {
		if ch := r.Channels[c]; math.Abs(ch.FS-fs) > 1e-9*fs {
			return fmt.Errorf("eeg: %s: channel %q has %g samples a second and the filter is made for %g; name the channels that it is for, or resample", call, ch.Name, ch.FS, fs)
		}
	}
	return nil
}

// changed notes what was done with a channel; its range is not known any more.
func (c *Channel) changed(how string) {
	if c.Filter != "" {
		c.Filter += "; "
	}
	c.Filter += how
	c.Lo, c.Hi, c.Step = 0, 0, 0
}

// sections filters forward, or forward and backward.
func (r *Recording) sections(call string, s signal.SOS, both bool, channels []string) (*Recording, error) {
	sections := filters.Sections(s.Sections)
	if err := sections.Check(); err != nil {
		return nil, fmt.Errorf("eeg: %s: %w", call, err)
	}
	own, chs, index, err := r.picked(call, channels)
	if err != nil {
		return nil, err
	}
	if err := r.rates(call, index, s.FS); err != nil {
		return nil, err
	}
	way := "forward"
	if both {
		way = "both ways"
	}
	for _, c := range index {
		chs[c].changed(fmt.Sprintf("IIR of %d sections, %s", len(sections), way))
	}
	p := &passes{b: &blocks{call: call, own: own}, coef: sections.Coefficients(), rest: sections.Steady(), pad: sections.Padding(), both: both, at: make([][]*ends, len(chs))}
	longest := 0
	for c := range p.at {
		p.at[c] = make([]*ends, len(r.Segments))
	}
	for g := range r.Segments {
		_, n := r.stored(index[0], g)
		longest = max(longest, n)
		if both && n > 0 && n <= p.pad {
			return nil, fmt.Errorf("eeg: %s: segment %d has %d samples; this filter needs %d or more (Filter takes any length)", call, g, n, p.pad+1)
		}
	}
	// Three blocks in memory, and the states at the ends of all blocks, should take as much.
	p.b.size = 1024
	for p.b.size < 1<<16 && 2*float64(p.b.size)*float64(p.b.size) < 4.0/3*float64(len(sections))*float64(longest) {
		p.b.size *= 2
	}
	p.b.fill = p.fill
	return r.blocked(chs, p.b)
}
