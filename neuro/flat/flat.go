// Package flat reads recordings from files that are hardly more than samples: WAV, text in
// columns (CSV, TSV, TXT) and plain binary numbers. Packages npy and matlab do so for
// arrays of NumPy and of MATLAB.
//
//	rec, err := flat.ReadWAV("lfp.wav")
//	rec, err = flat.ReadText("eeg.csv", flat.TextOptions{})        // "time (s),Fz (uV),Cz (uV)"
//	rec, err = flat.ReadText("eeg.txt", flat.TextOptions{FS: 250}) // columns of numbers
//	rec, err = flat.ReadBinary("amplifier.dat", flat.BinaryOptions{Channels: 32, FS: 20000, Gain: 0.195, Unit: "uV"})
//
// Samples stay in their file until they are asked for.
package flat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// mostChannels is how many channels a recording may have.
const mostChannels = 1 << 16

// BinaryOptions say what is in a file of numbers alone.
type BinaryOptions struct {
	Channels int     // how many; needed, unless Names are given
	FS       float64 `unit:"Hz"` // samples a second of each channel; needed
	Type     string  // "int16" (the default), "int8", "uint8", "uint16", "int24", "int32", "uint32", "float32", "float64"
	Big      bool    // most significant bytes first
	Planar   bool    // all samples of a channel together; otherwise all channels of a time
	Skip     int64   // bytes before the first sample
	Gain     float64 // a number times Gain, plus Offset, is the value; 0 is 1
	Offset   float64
	Unit     string   // of values, such as "uV"
	Names    []string // of channels; Ch1, Ch2 ... when there are none
}

// types are the types of numbers by their names.
var types = map[string]samples.Type{"int8": samples.Int8, "uint8": samples.Uint8, "int16": samples.Int16, "uint16": samples.Uint16, "int24": samples.Int24,
	"int32": samples.Int32, "uint32": samples.Uint32, "float32": samples.Float32, "float64": samples.Float64}

// ReadBinary reads a file of numbers without a header that tells of them, such as .dat of
// Neuroscope, Intan and Kilosort or .bin of SpikeGLX: the options do.
//
// Errors: no FS or Channels, an unknown Type, as many Names as there are not channels, and a file
// without a whole sample of each channel. Bytes behind the last whole one are left out,
// which a problem tells.
func ReadBinary(path string, o BinaryOptions) (*eeg.Recording, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("flat: ReadBinary: %s: %w", path, err)
	}
	f.Close()
	rec, err := binaryRecording(path, kept.Size, kept.Open, o)
	if err != nil {
		return nil, fmt.Errorf("flat: ReadBinary: %s: %w", path, err)
	}
	provenance.File(path)
	return rec, nil
}

func binaryRecording(path string, size int64, open func() (io.ReaderAt, func(), error), o BinaryOptions) (*eeg.Recording, error) {
	if o.Channels == 0 {
		o.Channels = len(o.Names)
	}
	if o.Type == "" {
		o.Type = "int16"
	}
	if o.Gain == 0 {
		o.Gain = 1
	}
	t, ok := types[o.Type]
	switch {
	case o.Channels < 1 || o.Channels > mostChannels:
		return nil, fmt.Errorf("Channels is %d; 1 to %d are allowed", o.Channels, mostChannels)
	case len(o.Names) != 0 && len(o.Names) != o.Channels:
		return nil, fmt.Errorf("there are %d Names for %d Channels", len(o.Names), o.Channels)
	case !(o.FS > 0) || math.IsInf(o.FS, 1):
		return nil, fmt.Errorf("FS is %g Hz; above 0 is needed", o.FS)
	case !ok:
		return nil, fmt.Errorf("Type is %q; int8, uint8, int16, uint16, int24, int32, uint32, float32 and float64 are read", o.Type)
	case o.Skip < 0 || o.Skip > size:
		return nil, fmt.Errorf("Skip is %d bytes; the file has %d", o.Skip, size)
	case math.IsNaN(o.Gain) || math.IsInf(o.Gain, 0) || math.IsNaN(o.Offset) || math.IsInf(o.Offset, 0):
		return nil, fmt.Errorf("Gain and Offset are %g and %g; numbers are needed", o.Gain, o.Offset)
	}
	frame := int64(o.Channels * t.Width())
	n := (size - o.Skip) / frame
	if n == 0 {
		return nil, fmt.Errorf("%d channels of %s need %d bytes for each time; %d are there", o.Channels, o.Type, frame, size-o.Skip)
	}
	rec := eeg.Recording{Path: path, Format: "binary"}
	if left := (size - o.Skip) % frame; left != 0 {
		if o.Planar {
			return nil, fmt.Errorf("%d bytes of samples are not a multiple of %d, the bytes of one time: where each channel begins is not known", size-o.Skip, frame)
		}
		rec.Problems.Add("warning", "", "%d bytes follow the last whole sample of all channels; they are left out", left)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if o.Big {
		order = binary.BigEndian
	}
	l := samples.Interleaved(o.Skip, t, order, o.Channels)
	if o.Planar {
		l = samples.Planar(o.Skip, t, order, o.Channels, n)
	}
	l.Open = open
	for c := range o.Channels {
		ch := eeg.Channel{Name: fmt.Sprintf("Ch%d", c+1), Unit: eeg.UnitOf(o.Unit), FS: o.FS}
		if len(o.Names) != 0 {
			ch.Name = o.Names[c]
		}
		ch.Kind = eeg.KindOf(ch.Name, ch.Unit)
		if !strings.HasPrefix(o.Type, "float") {
			ch.Step = math.Abs(o.Gain)
		}
		l.Channels[c].Gain, l.Channels[c].Offset = o.Gain, o.Offset
		rec.Channels = append(rec.Channels, ch)
	}
	rec.Segments = []eeg.Segment{{Dur: float64(n) / o.FS}}
	return eeg.From(rec, l)
}

// ReadWAV reads a file of sound: numbers of 8, 16, 24 and 32 bits and floating-point ones
// of 32 and 64, plain or extensible, and RF64 beyond 4 GB. Whole numbers are divided by
// their largest one, so that values are from -1 to 1; channels have no unit, since a file
// does not tell what 1 is: multiply by what the recorder's manual says. They are called
// Ch1, Ch2 and so on. Points (cue) are annotations, with their labels.
//
// Errors: a file that is not WAV, is compressed, has no format or no samples.
//
// Source: Microsoft and IBM, Multimedia Programming Interface 1.0, 1991; EBU Tech 3306.
// Checked against scipy.io.wavfile of SciPy 1.17.1.
func ReadWAV(path string) (*eeg.Recording, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("flat: ReadWAV: %s: %w", path, err)
	}
	defer f.Close()
	provenance.File(path)
	rec, err := decodeWAV(f, kept.Size, path, kept.Open)
	if err != nil {
		return nil, fmt.Errorf("flat: ReadWAV: %s: %w", path, err)
	}
	return rec, nil
}

// DecodeWAV reads a file of size bytes that r has, as ReadWAV does.
func DecodeWAV(r io.ReaderAt, size int64) (*eeg.Recording, error) {
	rec, err := decodeWAV(r, size, "", func() (io.ReaderAt, func(), error) { return r, func() {}, nil })
	if err != nil {
		return nil, fmt.Errorf("flat: DecodeWAV: %w", err)
	}
	return rec, nil
}

// start returns the first bytes of a file.
func start(r io.ReaderAt, n int) ([]byte, error) {
	b := make([]byte, n)
	got, err := r.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, files.Plain(err)
	}
	return b[:got], nil
}
