package vendors

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// ReadEGI reads a recording in EGI's simple binary format (.raw). Electrodes are called E1,
// E2 and so on, in uV. Channels of events follow, of the kind trigger, by the codes of the
// events; each stretch in which one is not 0 is an annotation too, but for those of sync
// and TREV, which come by the clock. For that the file is gone through once.
//
// Errors: a file that is not of this format, segments (export it as continuous), and
// .mff, which is a folder of other files (export it as simple binary).
//
// Source: EGI, EEG simple binary file format, as of NetStation 4. Checked against MNE 1.13.2.
func ReadEGI(path string) (*eeg.Recording, error) {
	if strings.EqualFold(filepath.Ext(strings.TrimRight(path, `/\`)), ".mff") {
		return nil, fmt.Errorf("vendors: ReadEGI: %s: is MFF, a folder of other files, which is not read; export it from NetStation as simple binary (.raw) or EDF", path)
	}
	return read("ReadEGI", path, decodeEGI)
}

func decodeEGI(r io.ReaderAt, size int64, open opener) (*eeg.Recording, error) {
	c := &cursor{r: r, order: binary.BigEndian}
	version := c.int32()
	var date [6]int
	for k := range date {
		date[k] = c.int16()
	}
	ms := c.int32()
	fs, n, _, bits, full := float64(c.int16()), c.int16(), c.int16(), c.int16(), float64(c.int16())
	switch {
	case c.err != nil:
		return nil, c.err
	case version < 2 || version > 7:
		return nil, fmt.Errorf("is not of EGI's simple binary format: it begins with the number %d, and 2 to 7 are right", version)
	case version%2 == 1:
		return nil, errors.New("has segments, which are not read; export it from NetStation as continuous")
	case n < 1 || n > mostChannels || fs < 1:
		return nil, fmt.Errorf("is broken: %d channels of %g Hz", n, fs)
	}
	times, kinds := int64(c.int32()), c.int16()
	if c.err != nil || times < 1 || kinds < 0 || kinds > mostChannels {
		return nil, fmt.Errorf("is broken: %d samples, %d kinds of events", times, kinds)
	}
	var codes []string
	for range kinds {
		codes = append(codes, c.text(4))
	}
	if c.err != nil {
		return nil, c.err
	}
	t := map[int]samples.Type{2: samples.Int16, 4: samples.Float32, 6: samples.Float64}[version]
	rec := eeg.Recording{Format: "EGI"}
	if date[1] >= 1 && date[1] <= 12 && date[0] > 0 {
		rec.Start = time.Date(date[0], time.Month(date[1]), date[2], date[3], date[4], date[5], 0, time.UTC).Add(time.Duration(ms) * time.Millisecond)
	}
	frame := int64(n+kinds) * int64(t.Width())
	if there := (size - c.at) / frame; there < times {
		if there < 1 {
			return nil, fmt.Errorf("is cut off: %d channels need %d bytes for each time, and %d follow the header", n+kinds, frame, max(0, size-c.at))
		}
		rec.Problems.Add("warning", "", "the file is cut off: %d of %d samples are there", there, times)
		times = there
	}
	l := samples.Interleaved(c.at, t, binary.BigEndian, n+kinds)
	l.Open = open
	gain := 1.0
	if bits > 0 && full > 0 {
		gain = full / math.Ldexp(1, bits)
	}
	for k := range n {
		ch := eeg.Channel{Name: fmt.Sprintf("E%d", k+1), Kind: "EEG", Unit: "uV", FS: fs}
		l.Channels[k].Gain = gain
		if version == 2 {
			ch.Step = gain
		}
		rec.Channels = append(rec.Channels, ch)
	}
	for k, code := range codes {
		if code == "" {
			code = fmt.Sprintf("event %d", k+1)
		}
		rec.Channels = append(rec.Channels, eeg.Channel{Name: code, Kind: "trigger", FS: fs})
	}
	rec.Segments = []eeg.Segment{{Dur: float64(times) / fs}}
	if err := egiEvents(r, l, n, codes, times, fs, &rec); err != nil {
		return nil, err
	}
	return eeg.From(rec, l)
}

// egiEvents goes through the channels of events and notes where they are not 0.
func egiEvents(r io.ReaderAt, l *samples.Layout, n int, codes []string, times int64, fs float64, rec *eeg.Recording) error {
	var which []int
	for k, code := range codes {
		if code != "sync" && code != "TREV" {
			which = append(which, k)
		}
	}
	if len(which) == 0 {
		return nil
	}
	task := display.Start("vendors.ReadEGI", "samples", int(times))
	defer task.End()
	in := bufio.NewReaderSize(io.NewSectionReader(r, l.At, times*l.Stride), 1<<20)
	frame := make([]byte, l.Stride)
	width := l.Type.Width()
	since := make([]int64, len(codes)) // where an event began, plus 1
	note := func(k int, end int64) {
		a := eeg.Annotation{Onset: float64(since[k]-1) / fs, Text: codes[k]}
		if long := end - since[k] + 1; long > 1 {
			a.Dur = float64(long) / fs
		}
		rec.Annotations = append(rec.Annotations, a)
		since[k] = 0
	}
	for i := range times {
		if i&0xfff == 0 {
			if err := task.Err(); err != nil {
				return err
			}
			task.Add(int(min(0x1000, times-i)))
		}
		if _, err := io.ReadFull(in, frame); err != nil {
			return fmt.Errorf("cannot be read at sample %d: %w", i, err)
		}
		for _, k := range which {
			there := false
			for _, b := range frame[(n+k)*width : (n+k+1)*width] {
				there = there || b != 0
			}
			switch {
			case there && since[k] == 0:
				since[k] = i + 1
			case !there && since[k] != 0:
				note(k, i)
			}
		}
		if len(rec.Annotations) > 1<<22 {
			rec.Problems.Add("warning", "events", "there are more than %d; further ones are on their channels only", 1<<22)
			break
		}
	}
	for _, k := range which {
		if since[k] != 0 {
			note(k, times)
		}
	}
	sort.SliceStable(rec.Annotations, func(i, j int) bool { return rec.Annotations[i].Onset < rec.Annotations[j].Onset })
	return nil
}
