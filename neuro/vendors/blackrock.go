package vendors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/spikefile"
)

// ReadNSx reads signals that Blackrock's Cerebus recorded, .ns1 to .ns6 (and .ns9): of the
// specifications 2.1 (NEURALSG), 2.2, 2.3 and 3.0 (NEURALCD, BRSMPGRP), also with a time
// for each sample (PTP). Values are in the units of the file, by the ranges that it tells;
// 2.1 tells none, and the factors of a .nev file of the same name are taken, without which
// values are the numbers of the recorder. Digital and serial inputs and comments of that
// file are the annotations. A pause is a gap between segments. Times count
// from the first sample, which FirstSample gives on the recorder's clock, as spikes of
// spikefile.ReadNEV have it.
//
// A clock that was set back is told in Problems: the block behind it follows the one
// before without a gap. Errors: a header that is cut off, without channels, or with a
// period of 0.
//
// Source: Blackrock Microsystems, NEV/NSx file format specification. Checked against neo
// 0.14.6 on files written by the specification and on a recorded one.
func ReadNSx(path string) (*eeg.Recording, error) {
	return read("ReadNSx", path, func(r io.ReaderAt, size int64, open opener) (*eeg.Recording, error) {
		return decodeNSx(r, size, open, func() (*spikefile.NEV, error) { return beside(path) })
	})
}

// beside reads the inputs and the headers of the .nev file that belongs to signals; nil
// where there is none.
func beside(path string) (*spikefile.NEV, error) {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	for _, ending := range []string{".nev", ".NEV"} {
		if info, err := os.Stat(base + ending); err == nil && !info.IsDir() {
			return spikefile.ReadNEV(base+ending, spikefile.NEVOptions{EventsOnly: true})
		}
	}
	return nil, nil
}

// note adds the inputs and comments of a .nev file to a recording whose first sample is at
// a time, s, on their clock, and returns the nV of a step of each electrode.
func note(rec *eeg.Recording, begin float64, nev func() (*spikefile.NEV, error)) map[int]float64 {
	n, err := nev()
	if err != nil {
		rec.Problems.Add("warning", ".nev", "is not used: %v", err)
	}
	if err != nil || n == nil {
		return nil
	}
	out, left := map[int]float64{}, 0
	for _, e := range n.Electrodes {
		if e.Step > 0 {
			out[e.ID] = float64(1000 * e.Step)
		}
	}
	for _, e := range n.Events {
		at := e.Time/1000 - begin
		if !(at >= 0 && at <= rec.Dur()) {
			left++
			continue
		}
		text := e.Text
		if e.Kind != "comment" {
			text = strconv.Itoa(e.Value)
		}
		rec.Annotations = append(rec.Annotations, eeg.Annotation{Onset: at, Kind: e.Kind, Text: text})
	}
	if left > 0 {
		rec.Problems.Add("note", ".nev", "%d inputs and comments lie outside of the signals", left)
	}
	return out
}

// blackrockClock is the rate, Hz, that periods are multiples of.
const blackrockClock = 30000

func decodeNSx(r io.ReaderAt, size int64, open opener, nev func() (*spikefile.NEV, error)) (*eeg.Recording, error) {
	c := &cursor{r: r, order: binary.LittleEndian}
	rec := eeg.Recording{Format: "Blackrock"}
	switch kind := string(c.bytes(make([]byte, 8))); {
	case c.err != nil:
		return nil, c.err
	case kind == "NEURALSG":
		return oldNSx(c, size, open, rec, nev)
	case kind != "NEURALCD" && kind != "BRSMPGRP":
		return nil, fmt.Errorf("begins with %q; NEURALSG, NEURALCD and BRSMPGRP are read", kind)
	}
	version := c.bytes(make([]byte, 2))
	major, minor := int(version[0]), int(version[1])
	data := c.uint32()
	c.skip(16)
	rec.Session = c.text(256)
	period, resolution := c.uint32(), c.uint32()
	rec.Start = systemTime(c)
	n := c.uint32()
	if err := checkNSx(c, period, n, size); err != nil {
		return nil, err
	}
	if resolution == 0 {
		return nil, errors.New("its clock has a resolution of 0 Hz")
	}
	rec.Format = fmt.Sprintf("Blackrock %d.%d", major, minor)
	fs := blackrockClock / float64(period)
	l := samples.Interleaved(0, samples.Int16, binary.LittleEndian, int(n))
	l.Open = open
	for i := range int(n) {
		kind := c.text(2)
		id := int(c.order.Uint16(c.bytes(c.buf[:2])))
		ch := eeg.Channel{Name: c.text(16), FS: fs}
		c.skip(2)
		low, high, from, to := float64(c.int16()), float64(c.int16()), float64(c.int16()), float64(c.int16())
		ch.Unit = eeg.UnitOf(c.text(16))
		a, _, _ := c.uint32(), c.uint32(), c.int16() // corner in mHz, order, type
		b, _, _ := c.uint32(), c.uint32(), c.int16()
		if c.err != nil {
			return nil, c.err
		}
		if kind != "CC" {
			return nil, fmt.Errorf("the header of channel %d begins with %q instead of CC", i+1, kind)
		}
		if ch.Name == "" {
			ch.Name = fmt.Sprintf("Ch%d", id)
		}
		gain := (to - from) / (high - low)
		if high == low || to == from {
			rec.Problems.Add("warning", ch.Name, "has numbers from %g to %g for values from %g to %g; they are taken as they are", low, high, from, to)
			gain, from, low = 1, 0, 0
		}
		l.Channels[i].Gain, l.Channels[i].Offset = gain, from-float64(low*gain)
		ch.Step, ch.Lo, ch.Hi = math.Abs(gain), from, to
		ch.Kind = eeg.KindOf(ch.Name, ch.Unit)
		if a != 0 || b != 0 {
			ch.Filter = fmt.Sprintf("%g to %g Hz", float64(min(a, b))/1000, float64(max(a, b))/1000)
		}
		rec.Channels = append(rec.Channels, ch)
	}
	if data < c.at || data > size {
		return nil, fmt.Errorf("its samples begin at byte %d; its headers end at %d, the file at %d", data, c.at, size)
	}
	c.at = data
	b := &blocks{layout: l}
	begin, err := b.read(c, &rec, size, major >= 3, float64(resolution), fs)
	if err != nil {
		return nil, err
	}
	rec.FirstSample = int(math.Round(begin * fs))
	if resolution != 1e9 && !rec.Start.IsZero() { // of the clock's 0; with PTP of the recording
		rec.Start = rec.Start.Add(time.Duration(begin * 1e9))
	}
	note(&rec, begin, nev)
	if begin != 0 {
		rec.Problems.Add("note", "timestamp", "the first sample is at %g s of the recorder's clock; times count from it here", begin)
	}
	return eeg.From(rec, b)
}

// checkNSx holds what headers tell against what can be.
func checkNSx(c *cursor, period, n, size int64) error {
	switch {
	case c.err != nil:
		return c.err
	case period == 0:
		return errors.New("has a period of 0 between samples")
	case n == 0 || n > mostChannels:
		return fmt.Errorf("has %d channels; 1 to %d are allowed", n, mostChannels)
	case n*4 > size:
		return fmt.Errorf("is cut off: the headers of %d channels need more than its %d bytes", n, size)
	}
	return nil
}

// oldNSx reads what follows the first 8 bytes of a file of specification 2.1.
func oldNSx(c *cursor, size int64, open opener, rec eeg.Recording, nev func() (*spikefile.NEV, error)) (*eeg.Recording, error) {
	rec.Format, rec.Session = "Blackrock 2.1", c.text(16)
	period, n := c.uint32(), c.uint32()
	if err := checkNSx(c, period, n, size); err != nil {
		return nil, err
	}
	fs := blackrockClock / float64(period)
	at := c.at + 4*n
	many := (size - at) / (2 * n)
	if many < 1 {
		return nil, fmt.Errorf("is cut off: %d channels need %d bytes for each time behind byte %d, and it has %d in all", n, 2*n, at, size)
	}
	l := samples.Interleaved(at, samples.Int16, binary.LittleEndian, int(n))
	l.Open = open
	rec.Segments = []eeg.Segment{{Dur: float64(many) / fs}}
	factors := note(&rec, 0, nev)
	without := 0
	for i := range int(n) {
		id := int(c.uint32())
		ch := eeg.Channel{Name: fmt.Sprintf("chan%d", id), FS: fs}
		if id > 128 {
			ch.Name = fmt.Sprintf("ainp%d", id-128)
		}
		if f, ok := factors[id]; ok {
			ch.Unit, ch.Step, l.Channels[i].Gain = "uV", f/1000, f/1000
		} else {
			without++
		}
		ch.Kind = eeg.KindOf(ch.Name, ch.Unit)
		rec.Channels = append(rec.Channels, ch)
	}
	if c.err != nil {
		return nil, c.err
	}
	if without > 0 {
		rec.Problems.Add("warning", "", "of %d channels the values are the recorder's numbers: files of specification 2.1 have no factors, and a .nev file beside it tells none of theirs", without)
	}
	if left := (size - at) % (2 * n); left != 0 {
		rec.Problems.Add("warning", "", "%d bytes follow the last whole sample of all channels; they are left out", left)
	}
	return eeg.From(rec, l)
}

// systemTime reads a time as Windows has it: year, month, day of the week, day, hour,
// minute, second and millisecond.
func systemTime(c *cursor) time.Time {
	var v [8]int
	for i := range v {
		v[i] = c.int16()
	}
	if v[0] < 1 || v[1] < 1 || v[1] > 12 || v[3] < 1 || v[3] > 31 {
		return time.Time{}
	}
	return time.Date(v[0], time.Month(v[1]), v[3], v[4], v[5], v[6], v[7]*1e6, time.UTC)
}

// blocks are the stretches of samples of a file. They are an eeg.Source.
type blocks struct {
	layout *samples.Layout // of any of them; its At is set for each
	at     []int64         // where the samples of each begin
	first  []int           // its first sample's number, gaps left out
	many   []int           // how many samples it has
}

// mostBlocks is how many blocks a file may have.
const mostBlocks = 1 << 20

// read finds the blocks from a cursor on, and returns the time of the first on the
// recorder's clock, s.
func (b *blocks) read(c *cursor, rec *eeg.Recording, size int64, wide bool, resolution, fs float64) (float64, error) {
	frame := b.layout.Stride
	head := int64(9)
	if wide {
		head = 13
	}
	stamp := func() float64 {
		if wide {
			return float64(c.uint64()) / resolution
		}
		return float64(c.uint32()) / resolution
	}
	first, begin, end, total := 0.0, 0.0, 0.0, 0
	for c.at+head <= size {
		start := c.at
		if k := c.bytes(c.buf[:1])[0]; k != 1 {
			rec.Problems.Add("warning", "", "at byte %d a block of samples should begin, and there is %d instead of 1; what follows is left out", start, k)
			break
		}
		t := stamp()
		n := c.uint32()
		if c.err != nil {
			return 0, c.err
		}
		if wide && n == 1 && resolution == 1e9 && len(b.at) == 0 {
			return b.each(c, rec, size, start, fs)
		}
		if n == 0 { // a recorder that stopped without closing the file
			n = (size - c.at) / frame
			rec.Problems.Add("warning", "", "the block at byte %d has no length; %d samples follow it until the end of the file", start, n)
		}
		if n > (size-c.at)/frame {
			rec.Problems.Add("warning", "", "the block at byte %d should have %d samples, and the file ends after %d", start, n, (size-c.at)/frame)
			n = (size - c.at) / frame
		}
		if n == 0 {
			break
		}
		if len(b.at) == mostBlocks {
			return 0, fmt.Errorf("has more than %d blocks", mostBlocks)
		}
		if len(b.at) == 0 {
			first, begin = t, t
		}
		at := t - begin
		if at < end-0.5/fs {
			rec.Problems.Add("warning", "timestamp", "goes back from %g to %g s: the clock was set back, and the block at byte %d follows the one before without a gap", begin+end, t, start)
			begin, at = t-end, end
		}
		b.at, b.first, b.many = append(b.at, c.at), append(b.first, total), append(b.many, int(n))
		end = addSegment(rec, at, float64(n)/fs, fs)
		total += int(n)
		c.skip(n * frame)
	}
	if total == 0 {
		return 0, errors.New("has no samples")
	}
	return first, nil
}

// addSegment adds samples at a time, to the last segment where they follow it, and
// returns their end.
func addSegment(rec *eeg.Recording, at, dur, fs float64) float64 {
	if k := len(rec.Segments) - 1; k >= 0 {
		s := &rec.Segments[k]
		if at < s.End()+0.5/fs {
			s.Dur = math.Round(float64((s.Dur+dur)*fs)) / fs
			return s.End()
		}
	}
	rec.Segments = append(rec.Segments, eeg.Segment{Start: at, Dur: dur})
	return at + dur
}

// each reads a file with a time, in ns, and a head for each sample.
func (b *blocks) each(c *cursor, rec *eeg.Recording, size, at int64, fs float64) (float64, error) {
	frame := b.layout.Stride + 13
	n := (size - at) / frame
	if n == 0 {
		return 0, errors.New("has no samples")
	}
	if left := (size - at) % frame; left != 0 {
		rec.Problems.Add("warning", "", "%d bytes follow the last whole sample of all channels; they are left out", left)
	}
	b.layout.Stride = frame
	b.at, b.first, b.many = []int64{at + 13}, []int{0}, []int{int(n)}
	ns := func(i int64) uint64 {
		c.at = at + i*frame + 1
		return c.uint64()
	}
	begin := ns(0) // large: times are of the day since 1970
	time := func(i int64) float64 { return float64(int64(ns(i)-begin)) / 1e9 }
	// Where times between two samples are as far apart as samples, there is no gap.
	var cuts []int64
	var look func(i, j int64, ti, tj float64) error
	look = func(i, j int64, ti, tj float64) error {
		if c.err != nil {
			return c.err
		}
		if math.Abs(tj-ti-float64(j-i)/fs) < 0.5/fs {
			return nil
		}
		if j == i+1 {
			if tj < ti {
				return fmt.Errorf("sample %d is at %g s and the one before at %g s; times must ascend", j, tj, ti)
			}
			if len(cuts) == mostBlocks {
				return fmt.Errorf("has more than %d gaps", mostBlocks)
			}
			cuts = append(cuts, j)
			return nil
		}
		m := (i + j) / 2
		tm := time(m)
		if err := look(i, m, ti, tm); err != nil {
			return err
		}
		return look(m, j, tm, tj)
	}
	if err := look(0, n-1, 0, time(n-1)); err != nil {
		return 0, err
	}
	from := int64(0)
	for _, to := range append(cuts, n) {
		addSegment(rec, time(from), float64(to-from)/fs, fs)
		from = to
	}
	return float64(begin) / 1e9, c.err
}

// Fill reads samples of the blocks that have them.
func (b *blocks) Fill(dst [][]float64, from []int, channels []int) error {
	part, start, which := make([][]float64, 0, len(dst)), make([]int, 0, len(dst)), make([]int, 0, len(dst))
	for k := range b.at {
		part, start, which = part[:0], start[:0], which[:0]
		for i, x := range dst {
			lo, hi := max(from[i], b.first[k]), min(from[i]+len(x), b.first[k]+b.many[k])
			if lo < hi {
				part, start, which = append(part, x[lo-from[i]:hi-from[i]]), append(start, lo-b.first[k]), append(which, channels[i])
			}
		}
		if len(part) == 0 {
			continue
		}
		l := *b.layout
		l.At = b.at[k]
		if err := l.Fill(part, start, which); err != nil {
			return err
		}
	}
	for i, x := range dst {
		if last := len(b.at) - 1; from[i]+len(x) > b.first[last]+b.many[last] {
			return fmt.Errorf("sample %d is asked for; there are %d", from[i]+len(x)-1, b.first[last]+b.many[last])
		}
	}
	return nil
}
