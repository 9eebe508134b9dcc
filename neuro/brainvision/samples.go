package brainvision

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// A source reads samples from the file.
type source struct {
	h    *header
	n    int64 // samples of a channel
	open func() (io.ReaderAt, func(), error)
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
	width := int64(s.h.width)
	if s.h.vectorized {
		buf := make([]byte, 1<<16)
		for k, c := range channels {
			for at, left := int64(from[k]), dst[k]; len(left) > 0; {
				n := min(len(left), len(buf)/s.h.width)
				b := buf[:n*s.h.width]
				if err := files.ReadAt(r, b, (int64(c)*s.n+at)*width); err != nil {
					return err
				}
				s.values(left[:n], b, c, s.h.width)
				at, left = at+int64(n), left[n:]
			}
		}
		return nil
	}
	first, last := s.n, int64(0)
	for k := range channels {
		if len(dst[k]) > 0 {
			first, last = min(first, int64(from[k])), max(last, int64(from[k]+len(dst[k])))
		}
	}
	frame := width * int64(len(s.h.channels))
	many := max(1, block/frame)
	buf := make([]byte, min(many, max(0, last-first))*frame)
	for at := first; at < last; at += many {
		n := min(many, last-at)
		b := buf[:n*frame]
		if err := files.ReadAt(r, b, at*frame); err != nil {
			return err
		}
		for k, c := range channels {
			lo, hi := max(at, int64(from[k])), min(at+n, int64(from[k]+len(dst[k])))
			if lo < hi {
				s.values(dst[k][lo-int64(from[k]):hi-int64(from[k])], b[(lo-at)*frame+int64(c)*width:], c, int(frame))
			}
		}
	}
	return nil
}

// values turns the bytes of samples of a channel, so many bytes apart, into values.
func (s *source) values(dst []float64, b []byte, channel, apart int) {
	r := s.h.resolution[channel]
	for i := range dst {
		p := b[i*apart:]
		var v float64
		switch s.h.format {
		case "INT_16":
			v = float64(int16(binary.LittleEndian.Uint16(p)))
		case "UINT_16":
			v = float64(binary.LittleEndian.Uint16(p))
		case "INT_32":
			v = float64(int32(binary.LittleEndian.Uint32(p)))
		default:
			v = float64(math.Float32frombits(binary.LittleEndian.Uint32(p)))
		}
		dst[i] = float64(v * r)
	}
}
