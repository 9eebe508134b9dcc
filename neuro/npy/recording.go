package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// stored are the types of numbers that a recording can be read of.
var stored = map[string]samples.Type{"bool": samples.Uint8, "int8": samples.Int8, "int16": samples.Int16, "int32": samples.Int32, "int64": samples.Int64,
	"uint8": samples.Uint8, "uint16": samples.Uint16, "uint32": samples.Uint32, "uint64": samples.Uint64, "float32": samples.Float32, "float64": samples.Float64}

// ReadRecording reads the array of a .npy file as a recording of fs samples a second,
// whose samples stay in the file until they are asked for. Of two dimensions the longer
// one is time, the second where both are equal; an array of one is one channel. Channels
// are called Ch1, Ch2 and so on and have no unit: a file does not tell.
//
// Errors: those of [Read], other numbers of dimensions, an empty array, float16, a file
// that is shorter than its shape tells, fs that is not above 0. Integers beyond 2^53 are
// rounded.
func ReadRecording(path string, fs float64) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("npy: ReadRecording: %s: %w", path, err)
	}
	kept, f, err := files.Keep(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	provenance.File(path)
	rec, err := recording(f, kept.Size, kept.Open, fs)
	if err != nil {
		return fail(err)
	}
	rec.Path = path
	return rec, nil
}

func recording(r io.Reader, size int64, open func() (io.ReaderAt, func(), error), fs float64) (*eeg.Recording, error) {
	l, err := readHeader(bufio.NewReader(r))
	if err != nil {
		return nil, err
	}
	t, ok := stored[l.name]
	switch {
	case !ok:
		return nil, fmt.Errorf("holds %s, which Read reads; recordings have numbers of 8 to 64 bits, floating-point ones of 32 or 64", l.name)
	case !(fs > 0) || math.IsInf(fs, 1):
		return nil, fmt.Errorf("%g samples a second; above 0 is needed", fs)
	case len(l.shape) < 1 || len(l.shape) > 2 || l.count == 0:
		return nil, fmt.Errorf("has the shape %v; channels and samples are needed, or samples alone", l.shape)
	case int64(l.at)+int64(l.count)*int64(l.width) > size:
		return nil, fmt.Errorf("is cut off: its %d numbers (%v %s) and header need %d bytes, and %d are there", l.count, l.shape, l.name, int64(l.at)+int64(l.count)*int64(l.width), size)
	}
	rows, cols := 1, l.shape[0]
	if len(l.shape) == 2 {
		rows, cols = l.shape[0], l.shape[1]
	}
	channels, n, together := rows, cols, l.fortran // together: all channels of a time
	if rows > cols {
		channels, n, together = cols, rows, !l.fortran
	}
	if channels > 1<<20 {
		return nil, fmt.Errorf("has the shape %v; recordings have up to %d channels", l.shape, 1<<20)
	}
	from := samples.Planar(int64(l.at), t, l.order, channels, int64(n))
	if together {
		from = samples.Interleaved(int64(l.at), t, l.order, channels)
	}
	from.Open = open
	rec := eeg.Recording{Format: "NumPy", Segments: []eeg.Segment{{Dur: float64(n) / fs}}}
	if rows == cols && rows > 1 {
		rec.Problems.Add("note", "", "the array is %d x %d; its rows are taken for channels", rows, cols)
	}
	for c := range channels {
		rec.Channels = append(rec.Channels, eeg.Channel{Name: fmt.Sprintf("Ch%d", c+1), Kind: "other", FS: fs})
	}
	return eeg.From(rec, from)
}

// WriteRecording writes the samples of a recording, in the units of its channels, to a
// .npy file, reading it in pieces: numpy.load gives an array of channels x samples, and
// ReadRecording the samples again. kind is "float64" or "float32"; "" is the first. Gaps are NaN,
// so that sample k is at k/FS.
//
// Errors: channels of different rates, which one array does not hold, no samples, an
// unknown kind, a path that does not end in .npy, values beyond float32, and those of
// eeg.Recording.Read.
func WriteRecording(path string, rec *eeg.Recording, kind string) error {
	fail := func(err error) error { return fmt.Errorf("npy: WriteRecording: %s: %w", path, err) }
	if rec == nil || len(rec.Channels) == 0 {
		return fail(errors.New("the recording has no channels"))
	}
	for _, c := range rec.Channels {
		if c.FS != rec.Channels[0].FS {
			return fail(fmt.Errorf("channel %q has %g Hz and %q %g Hz; one array has one rate: resample, or write them apart", c.Name, c.FS, rec.Channels[0].Name, rec.Channels[0].FS))
		}
	}
	if kind == "" {
		kind = "float64"
	}
	k, err := named(kind)
	if err != nil || k.letter != 'f' || k.width < 4 {
		return fail(fmt.Errorf("the kind is %q; float64 and float32 are allowed", kind))
	}
	fs := rec.Channels[0].FS
	n := 0
	for _, s := range rec.Segments { // where the last sample is, gaps counted
		n = max(n, int(math.Round(float64(s.Start*fs)))) + int(math.Round(float64(s.Dur*fs)))
	}
	if n == 0 {
		return fail(errors.New("the recording has no samples"))
	}
	channels := len(rec.Channels)
	piece := float64(max(1, (1<<19)/channels)) / fs
	err = whole(path, ".npy", func(w io.Writer) error {
		if err := head(w, k, true, []int{channels, n}); err != nil {
			return err
		}
		written := 0
		var b []byte
		err := rec.Each(piece, func(p *eeg.Piece) error {
			m := len(p.X[0])
			if len(b) < m*channels*k.width {
				b = make([]byte, m*channels*k.width)
			}
			for c, x := range p.X {
				if len(x) != m || p.First[c] != written {
					return fmt.Errorf("channel %q has %d samples from %d on, and %q %d from %d on", p.Channels[c].Name, len(x), p.First[c], p.Channels[0].Name, m, written)
				}
				for i, v := range x {
					at := (i*channels + c) * k.width
					if k.width == 8 {
						binary.LittleEndian.PutUint64(b[at:], math.Float64bits(v))
					} else if err := k.put(b[at:], v); err != nil {
						return fmt.Errorf("sample %d of channel %q: %w", written+i, p.Channels[c].Name, err)
					}
				}
			}
			written += m
			_, err := w.Write(b[:m*channels*k.width])
			return files.Plain(err)
		})
		if err == nil && written != n {
			err = fmt.Errorf("the recording gave %d samples instead of %d", written, n)
		}
		return err
	})
	if err != nil {
		return fail(err)
	}
	return nil
}
