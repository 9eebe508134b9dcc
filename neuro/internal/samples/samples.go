// Package samples reads recordings whose samples lie in a file at regular places, of one
// type of number: all channels of a time together, or all times of a channel.
package samples

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// A Type is a type of number in a file.
type Type int

// The types of numbers.
const (
	Int8 Type = iota
	Uint8
	Int16
	Uint16
	Int24
	Int32
	Uint32
	Int64
	Uint64
	Float32
	Float64
)

// Width returns the bytes of a number.
func (t Type) Width() int { return [...]int{1, 1, 2, 2, 3, 4, 4, 8, 8, 4, 8}[t] }

// A Layout says where the samples of a recording lie. Sample i of channel c is at byte
// At + Channels[c].At + i Stride, and its value is the number there, times Gain, plus
// Offset. A Layout is an eeg.Source.
type Layout struct {
	At       int64
	Type     Type
	Order    binary.ByteOrder
	Stride   int64 // bytes from a sample of a channel to the next one of it
	Channels []Channel
	// Open gives the bytes of the file, and what is done with them afterwards.
	Open func() (io.ReaderAt, func(), error)
}

// A Channel is where the first sample of a channel is, from that of the layout, and how
// its numbers become values.
type Channel struct {
	At           int64
	Gain, Offset float64
}

// Interleaved returns the layout of samples from byte at on, all n channels of a time
// together, with a gain of 1.
func Interleaved(at int64, t Type, order binary.ByteOrder, n int) *Layout {
	l := &Layout{At: at, Type: t, Order: order, Stride: int64(n * t.Width()), Channels: make([]Channel, n)}
	for c := range l.Channels {
		l.Channels[c] = Channel{int64(c * t.Width()), 1, 0}
	}
	return l
}

// Planar returns the layout of samples from byte at on, the many of one channel together,
// with a gain of 1.
func Planar(at int64, t Type, order binary.ByteOrder, n int, many int64) *Layout {
	l := &Layout{At: at, Type: t, Order: order, Stride: int64(t.Width()), Channels: make([]Channel, n)}
	for c := range l.Channels {
		l.Channels[c] = Channel{int64(c) * many * l.Stride, 1, 0}
	}
	return l
}

// block is how many bytes are read at once.
const block = 1 << 20

// Fill reads samples: dst[k] from sample from[k] on of channel channels[k].
func (l *Layout) Fill(dst [][]float64, from []int, channels []int) error {
	r, done, err := l.Open()
	if err != nil {
		return err
	}
	defer done()
	width := int64(l.Type.Width())
	if l.Stride == width { // of one channel together
		buf := make([]byte, 1<<16/width*width)
		for k, c := range channels {
			for at, left := int64(from[k]), dst[k]; len(left) > 0; {
				n := min(len(left), len(buf)/int(width))
				b := buf[:n*int(width)]
				if err := files.ReadAt(r, b, l.At+l.Channels[c].At+at*width); err != nil {
					return err
				}
				l.Values(left[:n], b, c)
				at, left = at+int64(n), left[n:]
			}
		}
		return nil
	}
	// Times together: whole ones from the first channel that is asked for to the last.
	first, last := int64(math.MaxInt64), int64(0)
	lo, hi := int64(math.MaxInt64), int64(0)
	for k, c := range channels {
		if len(dst[k]) > 0 {
			first, last = min(first, int64(from[k])), max(last, int64(from[k]+len(dst[k])))
			lo, hi = min(lo, l.Channels[c].At), max(hi, l.Channels[c].At+width)
		}
	}
	if first >= last {
		return nil
	}
	if hi-lo > l.Stride {
		return fmt.Errorf("the channels of a time are %d bytes apart, and times %d", hi-lo, l.Stride)
	}
	many := max(1, block/l.Stride)
	buf := make([]byte, (min(many, last-first)-1)*l.Stride+hi-lo)
	for at := first; at < last; at += many {
		n := min(many, last-at)
		b := buf[:(n-1)*l.Stride+hi-lo]
		if err := files.ReadAt(r, b, l.At+lo+at*l.Stride); err != nil {
			return err
		}
		for k, c := range channels {
			i, j := max(at, int64(from[k])), min(at+n, int64(from[k]+len(dst[k])))
			if i < j {
				l.Values(dst[k][i-int64(from[k]):j-int64(from[k])], b[(i-at)*l.Stride+l.Channels[c].At-lo:], c)
			}
		}
	}
	return nil
}

// Values turns the bytes of samples of a channel, a stride apart, into values.
func (l *Layout) Values(dst []float64, b []byte, channel int) {
	l.numbers(dst, b)
	if c := l.Channels[channel]; c.Gain != 1 || c.Offset != 0 {
		for i, v := range dst {
			dst[i] = float64(v*c.Gain) + c.Offset
		}
	}
}

func (l *Layout) numbers(dst []float64, b []byte) {
	s := int(l.Stride)
	big := l.Order == binary.BigEndian
	switch l.Type {
	case Int8:
		for i := range dst {
			dst[i] = float64(int8(b[i*s]))
		}
	case Uint8:
		for i := range dst {
			dst[i] = float64(b[i*s])
		}
	case Int16:
		if big {
			for i := range dst {
				dst[i] = float64(int16(binary.BigEndian.Uint16(b[i*s:])))
			}
			return
		}
		for i := range dst {
			dst[i] = float64(int16(binary.LittleEndian.Uint16(b[i*s:])))
		}
	case Uint16:
		for i := range dst {
			dst[i] = float64(l.Order.Uint16(b[i*s:]))
		}
	case Int24:
		for i := range dst {
			p := b[i*s : i*s+3]
			u := uint32(p[0])<<8 | uint32(p[1])<<16 | uint32(p[2])<<24
			if big {
				u = uint32(p[2])<<8 | uint32(p[1])<<16 | uint32(p[0])<<24
			}
			dst[i] = float64(int32(u) >> 8)
		}
	case Int32:
		for i := range dst {
			dst[i] = float64(int32(l.Order.Uint32(b[i*s:])))
		}
	case Uint32:
		for i := range dst {
			dst[i] = float64(l.Order.Uint32(b[i*s:]))
		}
	case Int64:
		for i := range dst {
			dst[i] = float64(int64(l.Order.Uint64(b[i*s:])))
		}
	case Uint64:
		for i := range dst {
			dst[i] = float64(l.Order.Uint64(b[i*s:]))
		}
	case Float32:
		if big {
			for i := range dst {
				dst[i] = float64(math.Float32frombits(binary.BigEndian.Uint32(b[i*s:])))
			}
			return
		}
		for i := range dst {
			dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[i*s:])))
		}
	case Float64:
		for i := range dst {
			dst[i] = math.Float64frombits(l.Order.Uint64(b[i*s:]))
		}
	}
}

// Numbers turns the bytes of numbers of a type that follow each other into values.
func Numbers(dst []float64, b []byte, t Type, order binary.ByteOrder) {
	(&Layout{Type: t, Order: order, Stride: int64(t.Width())}).numbers(dst, b)
}
