package edf

import (
	"fmt"
	"io"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// A source reads samples from the records of a file.
type source struct {
	h       *header
	signals []int // of the channels
	open    func() (io.ReaderAt, func(), error)
}

// block is how many bytes are read at once.
const block = 1 << 20

// Fill reads samples, see [eeg.Source].
func (s *source) Fill(dst [][]float64, from []int, channels []int) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	h := s.h
	first, last := h.records, int64(0)
	var wanted int64 // bytes of a record
	for k, c := range channels {
		f := &h.signals[s.signals[c]]
		if len(dst[k]) == 0 {
			continue
		}
		first = min(first, int64(from[k]/f.n))
		last = max(last, int64((from[k]+len(dst[k])-1)/f.n)+1)
		wanted += int64(f.n * h.width)
	}
	if last > h.records {
		return fmt.Errorf("record %d was asked for; there are %d", last, h.records)
	}
	if 4*wanted >= h.record && h.record <= block {
		return s.together(r, dst, from, channels, first, last)
	}
	buf := make([]byte, 0, 1<<14)
	for k, c := range channels {
		f := &h.signals[s.signals[c]]
		for at, left := from[k], dst[k]; len(left) > 0; {
			in := at % f.n
			n := min(f.n-in, len(left), cap(buf)/h.width)
			buf = buf[:n*h.width]
			if err := files.ReadAt(r, buf, h.bytes+int64(at/f.n)*h.record+f.at+int64(in*h.width)); err != nil {
				return err
			}
			f.values(left[:n], buf, h.width)
			at, left = at+n, left[n:]
		}
	}
	return nil
}

// together reads whole records, several at once.
func (s *source) together(r io.ReaderAt, dst [][]float64, from []int, channels []int, first, last int64) error {
	h := s.h
	many := max(1, block/h.record)
	buf := make([]byte, min(many, max(0, last-first))*h.record)
	for k := first; k < last; k += many {
		n := min(many, last-k)
		b := buf[:n*h.record]
		if err := files.ReadAt(r, b, h.bytes+k*h.record); err != nil {
			return err
		}
		for i, c := range channels {
			f := &h.signals[s.signals[c]]
			for j := range n {
				// the samples of this record, and those that are asked for
				a := int(k+j) * f.n
				lo, hi := max(a, from[i]), min(a+f.n, from[i]+len(dst[i]))
				if lo < hi {
					at := j*h.record + f.at + int64((lo-a)*h.width)
					f.values(dst[i][lo-from[i]:hi-from[i]], b[at:], h.width)
				}
			}
		}
	}
	return nil
}

// values turns the bytes of samples into values.
func (f *field) values(dst []float64, b []byte, width int) {
	gain, offset := f.gain, f.offset
	if width == 2 {
		b = b[:2*len(dst)]
		for i := range dst {
			d := int16(uint16(b[2*i]) | uint16(b[2*i+1])<<8)
			dst[i] = float64(float64(d)*gain) + offset
		}
		return
	}
	b = b[:3*len(dst)]
	for i := range dst {
		d := int32(uint32(b[3*i])<<8|uint32(b[3*i+1])<<16|uint32(b[3*i+2])<<24) >> 8
		dst[i] = float64(float64(d)*gain) + offset
	}
}
