package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/fft"
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
	c       *convolver
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
	return &FIRStream{c: newConvolver(h.Taps), buffer: make([]float64, len(h.Taps)-1)}, nil
}

// Push takes the next piece and returns the values that are complete. NaN and
// infinite samples and an empty piece are errors.
func (f *FIRStream) Push(x []float64) ([]float64, error) {
	if err := checkSamples("FIRStream.Push", "x", x); err != nil {
		return nil, err
	}
	f.buffer = append(f.buffer, x...)
	f.pending += len(x)
	return f.blocks(f.pending / (fft.Lanes * f.c.hop) * fft.Lanes * f.c.hop), nil
}

// Flush returns the values that are left when the signal has ended.
func (f *FIRStream) Flush() []float64 { return f.blocks(f.pending) }

// blocks returns the next n values.
func (f *FIRStream) blocks(n int) []float64 {
	lead := f.c.taps - 1
	out := make([]float64, n)
	for first := 0; first < n; first += fft.Lanes * f.c.hop {
		f.c.four(out[first:min(first+fft.Lanes*f.c.hop, n)], f.buffer, lead+first)
	}
	f.buffer = append(f.buffer[:0], f.buffer[n:]...)
	f.pending -= n
	return out
}

// A WelchStream averages the spectrum of a signal that comes in pieces. It holds a
// few segments, and gives the spectrum of the whole to the bit.
type WelchStream struct {
	c      *cutter
	w      *worker
	buffer []float64
	sum    []float64 // of whole chunks of segments
	count  int       // segments in it
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
	return &WelchStream{c: c, w: c.worker()}, nil
}

// Push takes the next piece. NaN and infinite samples and an empty piece are
// errors.
func (s *WelchStream) Push(x []float64) error {
	if err := checkSamples("WelchStream.Push", "x", x); err != nil {
		return err
	}
	s.buffer = append(s.buffer, x...)
	whole := (chunk-1)*s.c.step + s.c.n
	done := 0
	for len(s.buffer)-done >= whole {
		part := s.part(s.buffer[done:], chunk)
		if s.sum == nil {
			s.sum = part
		} else {
			for k, v := range part {
				s.sum[k] += v
			}
		}
		s.count += chunk
		done += chunk * s.c.step
	}
	s.buffer = append(s.buffer[:0], s.buffer[done:]...)
	return nil
}

// part returns the sum over n segments.
func (s *WelchStream) part(x []float64, n int) []float64 {
	h := s.c.n/2 + 1
	lanes := make([]float64, fft.Lanes*h)
	for first := 0; first < n; first += fft.Lanes {
		s.c.four(s.w, x, first, min(fft.Lanes, n-first))
		fft.AddPower(lanes, s.w.z)
	}
	return foldLanes(lanes)
}

// Spectrum returns the spectrum of what came so far; more may come. Fewer samples
// than a segment are an error.
func (s *WelchStream) Spectrum() (*Spectrum, error) {
	n := 0
	if len(s.buffer) >= s.c.n {
		n = (len(s.buffer)-s.c.n)/s.c.step + 1
	}
	if s.count+n == 0 {
		return nil, fmt.Errorf("signal: WelchStream.Spectrum: %d samples came, and a segment has %d; take a shorter SegmentLen", len(s.buffer), s.c.n)
	}
	p := append([]float64(nil), s.sum...)
	if n > 0 {
		part := s.part(s.buffer, n)
		if p == nil {
			p = make([]float64, len(part))
			copy(p, part)
		} else {
			for k, v := range part {
				p[k] += v
			}
		}
	}
	c := *s.c
	c.segments = s.count + n
	c.oneSided(p, c.scale/float64(c.segments))
	return &Spectrum{Name: "power", F: c.frequencies(), P: p, Unit: c.unit, Segments: c.segments, DOF: c.freedom()}, nil
}
