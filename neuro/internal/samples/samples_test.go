package samples

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"testing"
)

// encode writes a number as encoding/binary does, and of 24 bits by hand.
func encode(v float64, t Type, order binary.ByteOrder) []byte {
	var b bytes.Buffer
	var x any
	switch t {
	case Int8:
		x = int8(v)
	case Uint8:
		x = uint8(v)
	case Int16:
		x = int16(v)
	case Uint16:
		x = uint16(v)
	case Int24:
		u := uint32(int32(v))
		if order == binary.BigEndian {
			return []byte{byte(u >> 16), byte(u >> 8), byte(u)}
		}
		return []byte{byte(u), byte(u >> 8), byte(u >> 16)}
	case Int32:
		x = int32(v)
	case Uint32:
		x = uint32(v)
	case Int64:
		x = int64(v)
	case Uint64:
		x = uint64(v)
	case Float32:
		x = float32(v)
	case Float64:
		x = v
	}
	_ = binary.Write(&b, order, x)
	return b.Bytes()
}

// Every type, order and layout gives the numbers that were written, in pieces of any
// length and of any channels.
func TestLayouts(t *testing.T) {
	const channels, n, at = 5, 1013, 11
	value := func(typ Type, c, i int) float64 {
		v := float64((c*31+i*7)%100) - 50
		if typ == Uint8 || typ == Uint16 || typ == Uint32 || typ == Uint64 {
			return math.Abs(v)
		}
		return v
	}
	for typ := Int8; typ <= Float64; typ++ {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, planar := range []bool{false, true} {
				what := fmt.Sprint(typ, order, planar)
				data := make([]byte, at)
				l := Interleaved(at, typ, order, channels)
				if planar {
					l = Planar(at, typ, order, channels, n)
					for c := range channels {
						for i := range n {
							data = append(data, encode(value(typ, c, i), typ, order)...)
						}
					}
				} else {
					for i := range n {
						for c := range channels {
							data = append(data, encode(value(typ, c, i), typ, order)...)
						}
					}
				}
				l.Channels[3].Gain, l.Channels[3].Offset = 0.5, 7
				l.Open = func() (io.ReaderAt, func(), error) { return bytes.NewReader(data), func() {}, nil }
				dst := [][]float64{make([]float64, 100), make([]float64, n), make([]float64, 1), nil}
				from, which := []int{50, 0, n - 1, 5}, []int{1, 3, 4, 0}
				if err := l.Fill(dst, from, which); err != nil {
					t.Fatal(what, err)
				}
				for k, x := range dst {
					for i, got := range x {
						want := value(typ, which[k], from[k]+i)
						if which[k] == 3 {
							want = want/2 + 7
						}
						if got != want {
							t.Fatalf("%s: channel %d, sample %d: %g, want %g", what, which[k], from[k]+i, got, want)
						}
					}
				}
				l.Open = func() (io.ReaderAt, func(), error) { return bytes.NewReader(data[:len(data)-1]), func() {}, nil }
				if err := l.Fill(dst, from, which); err == nil {
					t.Errorf("%s: a file that is cut off is read", what)
				}
			}
		}
	}
}

func BenchmarkFill(b *testing.B) {
	const channels, n = 64, 20000
	data := make([]byte, channels*n*2)
	l := Interleaved(0, Int16, binary.LittleEndian, channels)
	l.Open = func() (io.ReaderAt, func(), error) { return bytes.NewReader(data), func() {}, nil }
	dst, from, which := make([][]float64, channels), make([]int, channels), make([]int, channels)
	for c := range dst {
		dst[c], which[c] = make([]float64, n), c
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_ = l.Fill(dst, from, which)
	}
}
