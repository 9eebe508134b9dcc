package matlab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/klauspost/compress/zlib"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// Recording returns a matrix of numbers as a recording of fs samples a second, which is
// read in pieces. Its longer side is time; where both are equal, columns are. Channels are
// called Ch1, Ch2 and so on and have no unit: a file does not tell. Change Name, Unit and
// Kind of the Channels where they are known.
//
// Numbers lie in the file as they were saved. Those of a compressed variable are inflated
// from its beginning up to the piece; pieces that follow each other go on where the last
// one ended, where channels are the rows. save -v6 writes without compression.
//
// Errors: those of Get, a value that is not a matrix of real numbers, fs that is not above 0.
func (f *File) Recording(path string, fs float64) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("matlab: Recording: %s: %w", path, err)
	}
	if !(fs > 0) || math.IsInf(fs, 1) {
		return fail(fmt.Errorf("%g samples a second; above 0 is needed", fs))
	}
	v, at, err := f.locatedOne("Recording", path)
	if err != nil {
		return nil, err
	}
	if len(at.shape) != 2 || at.complex || product(at.shape) == 0 {
		return fail(fmt.Errorf("is %s, complex: %t; rows and columns of real numbers are needed", by(at.shape), at.complex))
	}
	channels, n, rows := at.shape[0], at.shape[1], true
	if channels > n {
		channels, n, rows = n, channels, false
	}
	l := f.bytesOf(v).layout(at, channels, int64(n), rows)
	rec := eeg.Recording{Path: f.Path, Format: "MATLAB"}
	for c := range channels {
		rec.Channels = append(rec.Channels, eeg.Channel{Name: fmt.Sprintf("Ch%d", c+1), Kind: "other", FS: fs})
	}
	if channels == n && n > 1 {
		rec.Problems.Add("note", "", "the matrix is %s; its rows are taken for channels", by(at.shape))
	}
	rec.Segments = []eeg.Segment{{Dur: float64(n) / fs}}
	r, err := eeg.From(rec, l)
	if err != nil {
		return fail(err)
	}
	return r, nil
}

// A content is the bytes of a variable, inflated where it is compressed.
type content struct {
	order binary.ByteOrder
	at    int64 // of the first of them in what open gives
	open  func() (io.ReaderAt, func(), error)
}

func (f *File) bytesOf(v *Variable) content {
	c := content{order: binary.LittleEndian, at: v.at, open: f.open}
	if v.big {
		c.order = binary.BigEndian
	}
	if v.compressed {
		z := &inflated{from: v.at + 8, to: v.end}
		c.at = 0
		c.open = func() (io.ReaderAt, func(), error) {
			r, done, err := f.open()
			if err != nil {
				return nil, nil, err
			}
			z.mu.Lock()
			z.file.r = r
			return z, func() { z.mu.Unlock(); done() }, nil
		}
	}
	return c
}

// layout returns where the samples of a matrix are. Rows tells that channels are rows.
func (c content) layout(at *found, channels int, n int64, rows bool) *samples.Layout {
	l := samples.Planar(c.at+at.at, at.typ, c.order, channels, n)
	if rows {
		l = samples.Interleaved(c.at+at.at, at.typ, c.order, channels)
	}
	l.Open = c.open
	return l
}

// inflated is what a compressed variable has in it, from its first byte on. It remembers
// how far it was read, but not what.
type inflated struct {
	mu       sync.Mutex
	from, to int64 // of the compressed bytes in the file
	file     feed
	z        io.ReadCloser
	pos      int64
}

// feed gives the compressed bytes; the file is another one at each Fill.
type feed struct {
	r      io.ReaderAt
	at, to int64
}

func (f *feed) Read(p []byte) (int, error) {
	if f.at >= f.to {
		return 0, io.EOF
	}
	n, err := f.r.ReadAt(p[:min(int64(len(p)), f.to-f.at)], f.at)
	f.at += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (z *inflated) ReadAt(b []byte, off int64) (n int, err error) {
	if z.z == nil || off < z.pos {
		z.file.at, z.file.to, z.pos = z.from, z.to, 0
		if z.z, err = zlib.NewReader(&z.file); err != nil {
			z.z = nil
			return 0, err
		}
	}
	m, err := io.CopyN(io.Discard, z.z, off-z.pos)
	z.pos += m
	if err == nil {
		n, err = io.ReadFull(z.z, b)
		z.pos += int64(n)
	}
	if err != nil {
		z.z = nil
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
