// Package vendors reads recordings in formats of makers of EEG, MEG and unit recordings that are not made for
// exchange: KIT and Ricoh (.sqd, .con), 4D Neuroimaging and BTi (pdf with config), EGI
// (.raw), Neuroscan (.cnt), Nicolet (.data with .head) and Blackrock (.ns1 to .ns6).
//
//	rec, err := vendors.ReadKIT("run1.sqd")
//	rec.Names("MEG")        // its sensors
//	p, err := rec.Read(0, 1) // the first second, in T
//
// Samples stay in their file until they are asked for. Times are s since the first sample.
// Places are in mm, x to the right, y to the front, z up.
package vendors

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// opener opens the bytes of a file, and returns what is done with them afterwards.
type opener func() (io.ReaderAt, func(), error)

// mostChannels is how many channels a recording may have.
const mostChannels = 1 << 14

// read opens a file and decodes it.
func read(call, path string, decode func(r io.ReaderAt, size int64, open opener) (*eeg.Recording, error)) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("vendors: %s: %s: %w", call, path, err)
	}
	kept, f, err := files.Keep(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	provenance.File(path)
	rec, err := decode(f, kept.Size, kept.Open)
	if err != nil {
		return fail(err)
	}
	rec.Path = path
	return rec, nil
}

// A cursor reads numbers and texts one after the other. Its first error stays, and what is
// read after it is zero.
type cursor struct {
	r     io.ReaderAt
	order binary.ByteOrder
	at    int64
	err   error
	buf   [8]byte
}

func (c *cursor) bytes(b []byte) []byte {
	if c.err == nil && c.at < 0 {
		c.err = fmt.Errorf("the file is broken: it refers to byte %d", c.at)
	}
	if c.err == nil {
		c.err = files.ReadAt(c.r, b, c.at)
	}
	if c.err != nil {
		clear(b)
	}
	c.at += int64(len(b))
	return b
}

func (c *cursor) skip(n int64) { c.at += n }

func (c *cursor) int16() int     { return int(int16(c.order.Uint16(c.bytes(c.buf[:2])))) }
func (c *cursor) int32() int     { return int(int32(c.order.Uint32(c.bytes(c.buf[:4])))) }
func (c *cursor) uint32() int64  { return int64(c.order.Uint32(c.bytes(c.buf[:4]))) }
func (c *cursor) uint64() uint64 { return c.order.Uint64(c.bytes(c.buf[:8])) }
func (c *cursor) float32() float64 {
	return float64(math.Float32frombits(c.order.Uint32(c.bytes(c.buf[:4]))))
}
func (c *cursor) float64() float64 { return math.Float64frombits(c.uint64()) }

// text reads n bytes up to a first byte of 0.
func (c *cursor) text(n int) string {
	s, _, _ := strings.Cut(string(c.bytes(make([]byte, n))), "\x00")
	return strings.ToValidUTF8(strings.TrimSpace(s), "?")
}

// align goes to the next multiple of 8 bytes.
func (c *cursor) align() { c.at = (c.at + 7) / 8 * 8 }

// turned turns a place in m with x to the front and y to the left into one in mm with x to
// the right and y to the front, and a direction without the unit; nil where it is not finite.
func turned(p [3]float64, scale float64) []float64 {
	q := []float64{-p[1] * scale, p[0] * scale, p[2] * scale}
	for i, x := range q {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		q[i] = x + 0
	}
	return q
}
