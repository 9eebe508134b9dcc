package signal

import (
	"fmt"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
)

// A FilterStream filters a signal that comes in pieces, such as those of a file
// that is larger than memory. The pieces that it gives, one after the other, are
// those of the whole to the bit.
type FilterStream struct {
	s     SOS
	state [][2]float64
}

// Stream returns a stream that filters as Filter does, from rest. One stream is
// for one signal. Errors: sections that are not a stable filter.
func (s SOS) Stream() (*FilterStream, error) {
	if err := s.check("SOS.Stream"); err != nil {
		return nil, err
	}
	return &FilterStream{s: s, state: make([][2]float64, len(s.Sections))}, nil
}

// Push returns the filtered samples of the next piece, as many as it has. NaN and
// infinite samples and an empty piece are errors.
func (f *FilterStream) Push(x []float64) ([]float64, error) {
	if err := checkSamples("FilterStream.Push", "x", x); err != nil {
		return nil, err
	}
	y := append([]float64(nil), x...)
	f.s.run(y, f.state)
	return y, nil
}

// A FIRStream filters a signal that comes in pieces with an FIR filter. What it
// gives, one after the other, is what Filter gives for the whole, to the bit.
type FIRStream struct {
	c       *filters.Convolver
	room    []float64
	buffer  []float64 // of samples, from taps-1 before the first block that is to come
	pending int       // samples in the buffer whose values are to come
}

// Stream returns a stream that filters as Filter does. It works in blocks, so that
// values come later than samples: Flush gives the last ones. Errors: no taps, or
// taps that are not finite.
func (h FIR) Stream() (*FIRStream, error) {
	if err := h.check("FIR.Stream"); err != nil {
		return nil, err
	}
	c := filters.NewConvolver(h.Taps)
	return &FIRStream{c: c, room: c.Room(), buffer: make([]float64, len(h.Taps)-1)}, nil
}

// Push takes the next piece and returns the values that are complete. NaN and
// infinite samples and an empty piece are errors.
func (f *FIRStream) Push(x []float64) ([]float64, error) {
	if err := checkSamples("FIRStream.Push", "x", x); err != nil {
		return nil, err
	}
	f.buffer = append(f.buffer, x...)
	f.pending += len(x)
	return f.blocks(f.pending / (fft.Lanes * f.c.Hop) * fft.Lanes * f.c.Hop), nil
}

// Flush returns the values that are left when the signal has ended.
func (f *FIRStream) Flush() []float64 { return f.blocks(f.pending) }

// blocks returns the next n values.
func (f *FIRStream) blocks(n int) []float64 {
	out := make([]float64, n)
	for first := 0; first < n; first += fft.Lanes * f.c.Hop {
		f.c.Signal(out[first:min(first+fft.Lanes*f.c.Hop, n)], f.buffer, first, 0, f.room)
	}
	f.buffer = append(f.buffer[:0], f.buffer[n:]...)
	f.pending -= n
	return out
}

// A WelchStream averages the spectrum of a signal that comes in pieces. It holds a
// few segments, and gives the spectrum of the whole to the bit.
type WelchStream struct {
	c       *cutter
	workers *sync.Pool
	buffer  []float64
	lanes   []float64 // of the chunk of segments at hand
	in      int       // segments in them
	sum     []float64 // of whole chunks
	count   int       // segments in it
}

// NewWelchStream returns a stream for a signal of rate fs (Hz). SegmentLen must not
// be longer than the signal turns out to be; Average is the mean. Errors: those of
// Welch.
func NewWelchStream(fs float64, o WelchOptions) (*WelchStream, error) {
	const call = "NewWelchStream"
	length := o.SegmentLen
	if length == 0 {
		length = 1024
	}
	c, err := newCutter(call, max(length, 1), fs, o)
	if err != nil {
		return nil, err
	}
	if c.median {
		return nil, fmt.Errorf(`signal: %s: Average is "median"; a stream averages by the mean`, call)
	}
	return &WelchStream{c: c, workers: &sync.Pool{New: func() any { return c.worker() }}}, nil
}

// Another returns a new stream with the options of s, for another channel. The two
// share what they can, and may be used at the same time.
func (s *WelchStream) Another() *WelchStream { return &WelchStream{c: s.c, workers: s.workers} }

// Push takes the next piece. NaN and infinite samples and an empty piece are
// errors.
func (s *WelchStream) Push(x []float64) error {
	if err := checkSamples("WelchStream.Push", "x", x); err != nil {
		return err
	}
	w := s.workers.Get().(*worker)
	defer s.workers.Put(w)
	whole, hop := (fft.Lanes-1)*s.c.step+s.c.n, fft.Lanes*s.c.step
	for len(s.buffer) > 0 {
		take := min(len(x), whole-len(s.buffer))
		s.buffer = append(s.buffer, x[:take]...)
		if len(s.buffer) < whole {
			return nil
		}
		s.four(w, s.buffer, fft.Lanes)
		if keep := whole - hop; take >= keep { // what the next segments need is in x
			s.buffer, x = s.buffer[:0], x[take-keep:]
		} else {
			s.buffer, x = s.buffer[:copy(s.buffer, s.buffer[hop:])], x[take:]
		}
	}
	for len(x) >= whole {
		s.four(w, x, fft.Lanes)
		x = x[hop:]
	}
	s.buffer = append(s.buffer, x...)
	return nil
}

// four adds n segments of x to the chunk at hand.
func (s *WelchStream) four(w *worker, x []float64, n int) {
	if s.lanes == nil {
		s.lanes = make([]float64, fft.Lanes*(s.c.n/2+1))
	}
	s.c.four(w, x, 0, n)
	fft.AddPower(s.lanes, w.z)
	if s.in += n; s.in >= chunk {
		s.fold()
	}
}

// fold adds the chunk at hand to the sum.
func (s *WelchStream) fold() {
	part := foldLanes(s.lanes)
	if s.sum == nil {
		s.sum = append(s.sum, part...)
	} else {
		for k, v := range part {
			s.sum[k] += v
		}
	}
	clear(s.lanes)
	s.count, s.in = s.count+s.in, 0
}

// left adds the segments that the buffer still has and closes the chunk.
func (s *WelchStream) left() {
	if len(s.buffer) >= s.c.n {
		w := s.workers.Get().(*worker)
		defer s.workers.Put(w)
		s.four(w, s.buffer, (len(s.buffer)-s.c.n)/s.c.step+1)
	}
	if s.in > 0 {
		s.fold()
	}
}

// Gap says that the next piece does not follow the one before: no segment reaches from
// one into the other. The spectrum is then the mean over the segments of all stretches.
func (s *WelchStream) Gap() {
	s.left()
	s.buffer = s.buffer[:0]
}

// Spectrum returns the spectrum of what came so far; more may come. Fewer samples
// than a segment are an error.
func (s *WelchStream) Spectrum() (*Spectrum, error) {
	end := *s // what is left is added to a copy
	end.lanes, end.sum = append([]float64(nil), s.lanes...), append([]float64(nil), s.sum...)
	if s.sum == nil {
		end.sum = nil
	}
	if s.lanes == nil {
		end.lanes = nil
	}
	end.left()
	if end.count == 0 {
		return nil, fmt.Errorf("signal: WelchStream.Spectrum: %d samples came, and a segment has %d; take a shorter SegmentLen", len(s.buffer), s.c.n)
	}
	c, p := *s.c, end.sum
	c.segments = end.count
	c.oneSided(p, c.scale/float64(c.segments))
	return &Spectrum{Name: "power", F: c.frequencies(), P: p, Unit: c.unit, Segments: c.segments, DOF: c.freedom()}, nil
}
