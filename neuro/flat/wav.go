package flat

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// A wav is what the chunks of a file tell.
type wav struct {
	order           binary.ByteOrder
	code            int // 1 whole numbers, 3 floating-point ones
	channels, width int
	fs              float64
	at, size        int64 // of the samples
	long            int64 // size by a chunk ds64
	cues            map[uint32]float64
	labels          map[uint32]string
	rec             eeg.Recording
}

// codes are formats that are not read.
var codes = map[int]string{2: "ADPCM of Microsoft", 6: "A-law", 7: "mu-law", 17: "ADPCM of IMA", 20: "G.723", 49: "GSM 6.10", 80: "MPEG", 85: "MP3"}

func decodeWAV(r io.ReaderAt, size int64, path string, open func() (io.ReaderAt, func(), error)) (*eeg.Recording, error) {
	head, err := start(r, 12)
	if err != nil {
		return nil, err
	}
	w := &wav{order: binary.LittleEndian, size: -1, rec: eeg.Recording{Path: path, Format: "WAV"}}
	if len(head) < 12 || string(head[8:]) != "WAVE" {
		return nil, fmt.Errorf("is not WAV: it begins with %q, and RIFF....WAVE is right", head)
	}
	switch string(head[:4]) {
	case "RIFF", "RF64", "BW64":
	case "RIFX":
		w.order = binary.BigEndian
	default:
		return nil, fmt.Errorf("is not WAV: it begins with %q; RIFF, RIFX, RF64 and BW64 are read", head[:4])
	}
	for at := int64(12); at+8 <= size; {
		var b [8]byte
		if err := files.ReadAt(r, b[:], at); err != nil {
			return nil, err
		}
		name, n := string(b[:4]), int64(w.order.Uint32(b[4:]))
		if name == "data" {
			if w.long > 0 && n == math.MaxUint32 {
				n = w.long
			}
			if n == 0 || n == math.MaxUint32 { // of a program that could not go back to write it
				w.rec.Problems.Add("warning", "data", "does not tell its size; the file is read to its end")
				n = size - at - 8
			}
			if n > size-at-8 {
				w.rec.Problems.Add("warning", "data", "is cut off: %d of %d bytes are there", size-at-8, n)
				n = size - at - 8
			}
			w.at, w.size = at+8, n
		} else if err := w.chunk(r, name, at+8, min(n, size-at-8)); err != nil {
			return nil, err
		}
		at += 8 + n + n%2
	}
	return w.recording(open)
}

// chunk reads what is beside the samples.
func (w *wav) chunk(r io.ReaderAt, name string, at, n int64) error {
	if name != "fmt " && name != "ds64" && name != "cue " && name != "LIST" || n > 1<<24 {
		return nil
	}
	b := make([]byte, n)
	if err := files.ReadAt(r, b, at); err != nil {
		return err
	}
	switch name {
	case "fmt ":
		return w.format(b)
	case "ds64":
		if n >= 16 {
			w.long = int64(w.order.Uint64(b[8:]) & math.MaxInt64)
		}
	case "cue ":
		w.cues = map[uint32]float64{}
		for k := 4; k+24 <= len(b); k += 24 {
			w.cues[w.order.Uint32(b[k:])] = float64(w.order.Uint32(b[k+20:]))
		}
	case "LIST":
		if n < 4 || string(b[:4]) != "adtl" {
			return nil
		}
		w.labels = map[uint32]string{}
		for b = b[4:]; len(b) >= 8; {
			n := int(min(int64(w.order.Uint32(b[4:])), int64(len(b)-8)))
			if body := b[8 : 8+n]; (string(b[:4]) == "labl" || string(b[:4]) == "note") && n > 4 {
				if id := w.order.Uint32(body); w.labels[id] == "" {
					w.labels[id] = string(bytes.TrimRight(body[4:], "\x00"))
				}
			}
			b = b[min(8+n+n%2, len(b)):]
		}
	}
	return nil
}

func (w *wav) format(b []byte) error {
	if len(b) < 16 {
		return fmt.Errorf("its format has %d bytes; 16 at least are right", len(b))
	}
	w.code, w.channels, w.fs = int(w.order.Uint16(b)), int(w.order.Uint16(b[2:])), float64(w.order.Uint32(b[4:]))
	frame, bits := int(w.order.Uint16(b[12:])), int(w.order.Uint16(b[14:]))
	if w.code == 0xfffe && len(b) >= 26 {
		w.code = int(w.order.Uint16(b[24:]))
	}
	if w.code != 1 && w.code != 3 {
		name := codes[w.code]
		if name == "" {
			name = fmt.Sprintf("format %#x", w.code)
		}
		return fmt.Errorf("its samples are compressed (%s); whole and floating-point numbers are read: convert it to PCM", name)
	}
	if w.channels == 0 || w.fs == 0 {
		return fmt.Errorf("its format tells of %d channels and %g Hz; above 0 are needed", w.channels, w.fs)
	}
	w.width = (bits + 7) / 8
	if frame%w.channels == 0 && frame/w.channels > w.width { // fewer bits in larger numbers
		w.width = frame / w.channels
	}
	return nil
}

func (w *wav) recording(open func() (io.ReaderAt, func(), error)) (*eeg.Recording, error) {
	if w.channels == 0 {
		return nil, errors.New("has no format (chunk fmt)")
	}
	if w.size < 0 {
		return nil, errors.New("has no samples (chunk data)")
	}
	t, ok := map[[2]int]samples.Type{{1, 1}: samples.Uint8, {1, 2}: samples.Int16, {1, 3}: samples.Int24, {1, 4}: samples.Int32, {3, 4}: samples.Float32, {3, 8}: samples.Float64}[[2]int{w.code, w.width}]
	if !ok {
		return nil, fmt.Errorf("its samples have %d bits (format %d); 8, 16, 24 and 32 are read, and floating-point numbers of 32 and 64", 8*w.width, w.code)
	}
	frame := int64(w.channels * w.width)
	n := w.size / frame
	if n == 0 {
		return nil, fmt.Errorf("has no samples: %d channels of %d bytes in %d bytes", w.channels, w.width, w.size)
	}
	l := samples.Interleaved(w.at, t, w.order, w.channels)
	l.Open = open
	for c := range w.channels {
		ch := eeg.Channel{Name: fmt.Sprintf("Ch%d", c+1), Kind: "other", FS: w.fs}
		if w.code == 1 {
			full := math.Ldexp(1, 8*w.width-1)
			l.Channels[c].Gain = 1 / full
			if w.width == 1 { // without sign
				l.Channels[c].Offset = -1
			}
			ch.Lo, ch.Hi, ch.Step = -1, (full-1)/full, 1/full
		}
		w.rec.Channels = append(w.rec.Channels, ch)
	}
	w.rec.Segments = []eeg.Segment{{Dur: float64(n) / w.fs}}
	var ids []uint32
	for id := range w.cues {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool {
		a, b := w.cues[ids[i]], w.cues[ids[j]]
		return a < b || a == b && ids[i] < ids[j]
	})
	for _, id := range ids {
		w.rec.Annotations = append(w.rec.Annotations, eeg.Annotation{Onset: w.cues[id] / w.fs, Text: w.labels[id]})
	}
	return eeg.From(w.rec, l)
}
