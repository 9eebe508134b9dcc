package vendors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// Sizes of the parts of a CNT file, bytes.
const (
	cntSetup     = 900
	cntElectrode = 75
	mostEvents   = 1 << 22
)

// ReadCNT reads a recording of Neuroscan (.cnt), of 16 or 32 bits, whose channels lie
// together for each time or in blocks. A number d of a channel is
//
//	(d - baseline) sensitivity calibration / 204.8
//
// uV. Events are annotations: stimuli with their type, presses of keys and of the response
// pad with their number, each told by the Kind; stretches that were rejected are of the kind
// reject. The places in the file are those on a screen, and left out.
//
// The header has no field that tells 16 from 32 bits; the number of samples and the place of
// the events do.
//
// Errors: a file that is not Neuroscan's (.cnt of ANT is another format), and one that fits
// neither width.
//
// Source: the structures SETUP, ELECTLOC, TEEG and EVENT of Neuroscan, as P. Bourke
// describes them (EEG file formats, 1997). Checked against MNE 1.13.2.
func ReadCNT(path string) (*eeg.Recording, error) { return read("ReadCNT", path, decodeCNT) }

func decodeCNT(r io.ReaderAt, size int64, open opener) (*eeg.Recording, error) {
	c := &cursor{r: r, order: binary.LittleEndian}
	switch first := c.text(12); {
	case c.err != nil:
		return nil, c.err
	case strings.HasPrefix(first, "RIFF"):
		return nil, errors.New("is a CNT of ANT Neuro and not of Neuroscan; export it as BrainVision or EDF")
	case !strings.HasPrefix(first, "Version"):
		return nil, fmt.Errorf("is not of Neuroscan: it begins with %q, and \"Version\" is right", first)
	}
	at := func(pos int64) *cursor { c.at = pos; return c }
	rec := eeg.Recording{Format: "CNT"}
	rec.Subject, rec.Session = at(121).text(20), at(205).text(20)
	if id := at(21).text(20); rec.Subject == "" {
		rec.Subject = id
	}
	date := at(225).text(10) + " " + at(235).text(12)
	if t, err := time.Parse("01/02/06 15:04:05", date); err == nil {
		rec.Start = t
	}
	n, fs := at(370).int16()&0xffff, float64(at(376).int16()&0xffff)
	times, events := int64(at(864).int32()), at(886).uint32()
	block := int64(at(894).int32())
	if c.err != nil || n < 1 || n > mostChannels || fs < 1 {
		return nil, fmt.Errorf("is broken or cut off: %d channels, %g samples a second", n, fs)
	}
	from := int64(cntSetup + cntElectrode*n)
	width, events, times, err := cntWidth(c, size, from, int64(n), times, events, &rec)
	if err != nil {
		return nil, err
	}
	if block = block / width; block < 1 || block > 1<<20 {
		block = 1
	}
	l := samples.Interleaved(from, samples.Int16, binary.LittleEndian, n)
	if width == 4 {
		l = samples.Interleaved(from, samples.Int32, binary.LittleEndian, n)
	}
	l.Open = open
	var filter string
	if f := at(869).float32(); at(439).text(1) != "" && f > 0 {
		filter = fmt.Sprintf("HP:%.4g Hz", f)
	}
	if f := at(875).float32(); at(438).text(1) != "" && f > 0 {
		filter = strings.TrimSpace(filter + fmt.Sprintf(" LP:%.4g Hz", f))
	}
	for k := range n {
		e := int64(cntSetup + cntElectrode*k)
		ch := eeg.Channel{Name: at(e).text(10), Unit: "uV", FS: fs, Filter: filter}
		if ch.Name == "" {
			ch.Name = fmt.Sprintf("Ch%d", k+1)
		}
		ch.Kind = eeg.KindOf(ch.Name, "uV")
		ch.Bad = at(e+14).text(1) != ""
		base, gain := float64(at(e+47).int16()), float64(at(e+59).float32()*at(e+71).float32())/204.8
		if math.IsNaN(gain) || math.IsInf(gain, 0) {
			return nil, fmt.Errorf("is broken: a step of channel %q is %g uV", ch.Name, gain)
		}
		ch.Step = math.Abs(gain)
		l.Channels[k].Gain, l.Channels[k].Offset = gain, -float64(base*gain)
		rec.Channels = append(rec.Channels, ch)
	}
	if c.err != nil {
		return nil, c.err
	}
	if block > 1 && times%block != 0 && from+(times+block-1)/block*block*int64(n)*width > size {
		times = times / block * block // a last block that is not whole
	}
	rec.Segments = []eeg.Segment{{Dur: float64(times) / fs}}
	cntEvents(c, size, from, events, int64(n)*width, times, fs, &rec)
	if block > 1 {
		return eeg.From(rec, &cntBlocks{l, block, int64(n)})
	}
	return eeg.From(rec, l)
}

// cntWidth finds the bytes of a sample, where events are, and how many samples there are.
func cntWidth(c *cursor, size, from, n, times, events int64, rec *eeg.Recording) (width, at, count int64, err error) {
	fits := func(at int64) bool { // events at a place
		if at < from || at+9 > size {
			return at == size
		}
		c.at = at
		b := c.bytes(make([]byte, 9))
		return b[0] <= 3 && at+9+int64(binary.LittleEndian.Uint32(b[1:])) <= size
	}
	if times > 0 {
		for _, w := range []int64{2, 4} {
			if events == from+times*n*w && events <= size {
				return w, events, times, nil
			}
		}
		for _, w := range []int64{2, 4} { // a place that does not fit its field
			if at := from + times*n*w; at <= size && fits(at) && c.err == nil {
				rec.Problems.Add("note", "EventTablePos", "is %d; the events are at byte %d", events, at)
				return w, at, times, nil
			}
		}
	}
	if data := events - from; events <= size && data >= n*2 && times <= 0 {
		rec.Problems.Add("warning", "NumSamples", "is %d; samples of 16 bits up to the events are read", times)
		return 2, events, data / (2 * n), nil
	}
	if times > 0 && size > from+2*n && events > size { // cut off: by where events would be
		for _, w := range []int64{2, 4} {
			if events == from+times*n*w {
				rec.Problems.Add("warning", "", "the file is cut off: %d of %d samples are there, and no events", (size-from)/(w*n), times)
				return w, size, (size - from) / (w * n), nil
			}
		}
	}
	return 0, 0, 0, fmt.Errorf("%d samples of %d channels from byte %d on and events at byte %d of %d are neither of 16 nor of 32 bits; export it as EDF", times, n, from, events, size)
}

// cntEvents reads the events.
func cntEvents(c *cursor, size, from, at, frame, times int64, fs float64, rec *eeg.Recording) {
	if at+9 > size {
		return
	}
	c.at = at
	kind := c.bytes(make([]byte, 1))[0]
	bytes := min(c.uint32(), size-at-9)
	c.skip(4)
	entry := map[byte]int64{1: 8, 2: 19, 3: 19}[kind]
	if entry == 0 {
		if bytes > 0 {
			rec.Problems.Add("warning", "TEEG", "events are of type %d; 1 to 3 are read", kind)
		}
		return
	}
	reject := -1.0
	for k := range min(bytes/entry, mostEvents) {
		c.at = at + 9 + k*entry
		stim, keys := c.int16()&0xffff, c.int16()
		offset := c.uint32()
		if c.err != nil {
			return
		}
		if kind == 3 {
			offset *= frame
		}
		sample := max(0, int64(math.Floor(float64(offset-from)/float64(frame)))-1)
		a := eeg.Annotation{Onset: float64(sample) / fs, Kind: "stimulus", Text: strconv.Itoa(stim)}
		switch board, pad := keys&0xff, keys>>8&0xff; {
		case pad>>4 == 0xc:
			reject = a.Onset
			continue
		case pad>>4 == 0xd:
			if reject >= 0 {
				rec.Annotations = append(rec.Annotations, eeg.Annotation{Onset: reject, Dur: math.Max(0, a.Onset-reject), Kind: "reject", Text: "rejected"})
			}
			reject = -1
			continue
		case pad&0xf != 0:
			a.Kind, a.Text = "keypad", strconv.Itoa(pad&0xf)
		case board != 0:
			a.Kind, a.Text = "keyboard", strconv.Itoa(board)
		}
		if sample >= times {
			rec.Problems.Add("warning", "event", "%d is at sample %d; there are %d", k+1, sample, times)
		}
		rec.Annotations = append(rec.Annotations, a)
	}
	if end := float64(times) / fs; reject >= 0 {
		rec.Annotations = append(rec.Annotations, eeg.Annotation{Onset: reject, Dur: math.Max(0, end-reject), Kind: "reject", Text: "rejected"})
	}
	sort.SliceStable(rec.Annotations, func(i, j int) bool { return rec.Annotations[i].Onset < rec.Annotations[j].Onset })
}

// cntBlocks are samples in blocks: some of the first channel, as many of the second and so
// on.
type cntBlocks struct {
	*samples.Layout
	block, n int64
}

// Fill reads samples, see [eeg.Source].
func (b *cntBlocks) Fill(dst [][]float64, from, channels []int) error {
	r, done, err := b.Open()
	if err != nil {
		return err
	}
	defer done()
	width := int64(b.Type.Width())
	one := samples.Planar(0, b.Type, b.Order, len(b.Channels), 0) // of one channel in a block
	one.Channels = b.Channels
	first, last := int64(math.MaxInt64), int64(0)
	for k := range channels {
		if len(dst[k]) > 0 {
			first, last = min(first, int64(from[k])/b.block), max(last, (int64(from[k]+len(dst[k]))-1)/b.block+1)
		}
	}
	bytes := b.block * b.n * width
	if first >= last {
		return nil
	}
	buf := make([]byte, bytes)
	for at := first; at < last; at++ {
		if err := files.ReadAt(r, buf, b.At+at*bytes); err != nil {
			return err
		}
		for k, c := range channels {
			lo, hi := max(at*b.block, int64(from[k])), min((at+1)*b.block, int64(from[k]+len(dst[k])))
			if lo < hi {
				one.Values(dst[k][lo-int64(from[k]):hi-int64(from[k])], buf[(int64(c)*b.block+lo-at*b.block)*width:], c)
			}
		}
	}
	return nil
}
