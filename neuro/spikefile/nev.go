package spikefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// NEVOptions say what is kept of a .nev file.
type NEVOptions struct {
	Waveforms  bool // of each spike; otherwise the mean of each unit alone
	EventsOnly bool // no spikes: headers, inputs and comments
}

// A NEV is what Blackrock's recorder notes beside signals: spikes with their waveforms,
// digital and serial inputs, comments.
type NEV struct {
	// Sorting has a unit for each class of each electrode: its ID is 1000 times the electrode
	// plus the class, its label "unsorted" for class 0, "sorted" for 1 to 16, "noise" for 255
	// and "reserved" for others, its channel the electrode, its template the mean
	// waveform in uV. FS is the rate of waveforms.
	Sorting
	Events     []NEVEvent
	Electrodes []Electrode // ascending in ID
	Start      time.Time   // of time 0, by the clock of the computer; zero when not known
	Comment    string
}

// A NEVEvent is an input or a comment.
type NEVEvent struct {
	Time  float64 `unit:"ms"`
	Kind  string  // "digital", "serial", "input" (analog or periodic) or "comment"
	Value int     // of the 16 lines; 0 for a comment
	Text  string
}

// An Electrode is what a .nev file tells of one.
type Electrode struct {
	ID        int
	Label     string
	Step      float64    `unit:"uV"` // of waveforms
	Bytes     int        // of a number of a waveform
	Samples   int        // of a waveform; 0: as many as a packet holds
	Filter    [2]float64 `unit:"Hz"` // corners of the filter before detection; 0 when not known
	Sorted    int        // units that the recorder told apart
	Low, High float64    `unit:"uV"` // thresholds
}

// ReadNEV reads the spikes and events of a .nev file of Blackrock, of the specifications
// 2.1 to 3.0. Times are in ms on the recorder's clock, whose 0 is that of the
// FirstSample of signals that vendors.ReadNSx reads.
//
// Spikes of a unit that are out of order by less than a second are put in order; a time
// that is more than a second before an earlier one means that the clock was set back: from
// there on times follow the last one before, and Problems tells it. A packet that is cut
// off at the end is left out. Memory is 8 bytes for a spike, and 8 more for each sample of
// a waveform where these are kept.
//
// Errors: a header that is cut off, packets that are too short, no clock.
//
// Source: Blackrock Microsystems, NEV/NSx file format specification. Checked against neo
// 0.14.6 on files written by the specification and on a recorded one.
func ReadNEV(path string, o NEVOptions) (*NEV, error) {
	fail := func(err error) (*NEV, error) { return nil, fmt.Errorf("spikefile: ReadNEV: %s: %w", path, err) }
	kept, f, err := files.Keep(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	provenance.File(path)
	n, err := decodeNEV(f, kept.Size, o)
	if err != nil {
		return fail(err)
	}
	n.Path = path
	return n, nil
}

const (
	nevHead     = 336 // bytes of the basic header
	nevExtended = 32  // bytes of one that follows
	mostPacket  = 1 << 16
)

// A nev is a file while it is read.
type nev struct {
	*NEV
	o          NEVOptions
	wide       bool // times of 8 bytes
	packet     int  // bytes
	resolution float64
	words      bool // all waveforms have numbers of 16 bits
	widths     bool // headers tell the samples of a waveform (2.3 and later)
	electrode  map[int]int
	unit       map[int]int // by ID
	sum        [][]float64
	most       float64 // latest time so far, ticks
	shift      float64 // of times behind a clock that was set back, ticks
	note       int     // the event of the last comment, -1: none
	odd        int     // spikes of electrodes without a header
}

func decodeNEV(r io.ReaderAt, size int64, o NEVOptions) (*NEV, error) {
	head := make([]byte, nevHead)
	if err := files.ReadAt(r, head, 0); err != nil {
		return nil, err
	}
	if kind := string(head[:8]); kind != "NEURALEV" && kind != "BREVENTS" {
		return nil, fmt.Errorf("begins with %q; NEURALEV and BREVENTS are read", kind)
	}
	le := binary.LittleEndian
	d := &nev{NEV: &NEV{}, o: o, wide: head[8] >= 3, words: head[10]&1 != 0, widths: head[8] >= 3 || head[8] == 2 && head[9] >= 3, electrode: map[int]int{}, unit: map[int]int{}, note: -1}
	data, resolution := int64(le.Uint32(head[12:])), le.Uint32(head[20:])
	packet := le.Uint32(head[16:])
	d.FS, d.resolution, d.Comment = float64(le.Uint32(head[24:])), float64(resolution), text(head[76:332])
	if y, m, day := int(le.Uint16(head[28:])), int(le.Uint16(head[30:])), int(le.Uint16(head[34:])); y > 0 && m >= 1 && m <= 12 && day >= 1 && day <= 31 {
		d.Start = time.Date(y, time.Month(m), day, int(le.Uint16(head[36:])), int(le.Uint16(head[38:])), int(le.Uint16(head[40:])), int(le.Uint16(head[42:]))*1e6, time.UTC)
	}
	extended := int64(le.Uint32(head[332:]))
	shortest := uint32(12)
	if d.wide {
		shortest = 16
	}
	switch {
	case resolution == 0:
		return nil, errors.New("its clock has a resolution of 0 Hz")
	case packet < shortest || packet > mostPacket:
		return nil, fmt.Errorf("has packets of %d bytes; %d to %d are allowed", packet, shortest, mostPacket)
	case nevHead+nevExtended*extended > size || data < nevHead+nevExtended*extended || data > size:
		return nil, fmt.Errorf("has %d extended headers and its packets begin at byte %d of %d; headers end at %d", extended, data, size, nevHead+nevExtended*extended)
	}
	d.packet = int(packet)
	h := make([]byte, nevExtended)
	for i := range extended {
		if err := files.ReadAt(r, h, nevHead+i*nevExtended); err != nil {
			return nil, err
		}
		d.extended(h)
	}
	many := (size - data) / int64(d.packet)
	if left := (size - data) % int64(d.packet); left != 0 {
		d.Problems.Add("warning", "", "%d bytes follow the last whole packet; they are left out", left)
	}
	task := display.Start("spikefile.ReadNEV", "packets", int(many))
	defer task.End()
	buf := make([]byte, d.packet*int(max(1, min(many, int64(1<<20/d.packet)))))
	for at := int64(0); at < many; {
		n := min(many-at, int64(len(buf)/d.packet))
		b := buf[:n*int64(d.packet)]
		if err := files.ReadAt(r, b, data+at*int64(d.packet)); err != nil {
			return nil, err
		}
		if err := task.Err(); err != nil {
			return nil, err
		}
		for ; len(b) > 0; b = b[d.packet:] {
			d.take(b[:d.packet], at)
			at++
		}
		task.Add(int(n))
	}
	return d.finish(), nil
}

// extended takes one of the headers of 32 bytes.
func (d *nev) extended(h []byte) {
	le := binary.LittleEndian
	id := int(le.Uint16(h[8:]))
	at := func() *Electrode {
		k, ok := d.electrode[id]
		if !ok {
			k = len(d.Electrodes)
			d.electrode[id] = k
			d.Electrodes = append(d.Electrodes, Electrode{ID: id})
		}
		return &d.Electrodes[k]
	}
	switch string(h[:8]) {
	case "NEUEVWAV":
		e := at()
		nv := float64(le.Uint16(h[12:]))
		if nv == 21516 { // what recorders write whose factor does not fit into 16 bits
			nv = 152592.547
		}
		e.Step, e.Sorted, e.Bytes = nv/1000, int(h[20]), max(1, int(h[21]))
		e.High, e.Low = float64(float64(int16(le.Uint16(h[16:])))*e.Step), float64(float64(int16(le.Uint16(h[18:])))*e.Step)
		if d.words {
			e.Bytes = 2
		}
		if d.widths {
			e.Samples = int(le.Uint16(h[22:]))
		}
		if nv == 0 || e.Bytes != 1 && e.Bytes != 2 && e.Bytes != 4 {
			d.Problems.Add("warning", "NEUEVWAV", "electrode %d has numbers of %d bytes and a factor of %g nV; its waveforms are left out", id, e.Bytes, nv)
			e.Bytes = 0
		}
	case "NEUEVLBL":
		at().Label = text(h[10:26])
	case "NEUEVFLT":
		a, b := float64(le.Uint32(h[10:]))/1000, float64(le.Uint32(h[20:]))/1000
		at().Filter = [2]float64{math.Min(a, b), math.Max(a, b)}
	}
}

// text returns bytes up to the first 0.
func text(b []byte) string {
	if k := slices.Index(b, 0); k >= 0 {
		b = b[:k]
	}
	out := make([]rune, len(b)) // Latin-1
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// take takes a packet, which is the one of a number.
func (d *nev) take(b []byte, number int64) {
	le := binary.LittleEndian
	var ticks float64
	again := le.Uint32(b) == math.MaxUint32
	if d.wide {
		again = le.Uint64(b) == math.MaxUint64
		ticks, b = float64(le.Uint64(b)), b[8:]
	} else {
		ticks, b = float64(le.Uint32(b)), b[4:]
	}
	if again { // the packet goes on with the one before
		if d.note >= 0 && len(d.Events[d.note].Text) < mostPacket {
			d.Events[d.note].Text += text(b[2:])
		}
		return
	}
	id := int(le.Uint16(b))
	b = b[2:]
	d.note = -1
	if ticks+d.shift < d.most-d.resolution {
		d.Problems.Add("warning", "timestamp", "goes back from %g to %g s in packet %d: the clock was set back, and times follow the last one before it", d.most/d.resolution, (ticks+d.shift)/d.resolution, number)
		d.shift = d.most - ticks
	}
	ticks += d.shift
	d.most = math.Max(d.most, ticks)
	ms := float64(ticks*1000) / d.resolution
	switch {
	case id == 0:
		e := NEVEvent{Time: ms, Kind: "input", Value: int(le.Uint16(b[2:]))}
		switch {
		case b[0]&0x80 != 0:
			e.Kind, e.Value = "serial", int(b[2])
		case b[0]&1 != 0:
			e.Kind = "digital"
		}
		d.Events = append(d.Events, e)
	case id == 0xFFFF:
		e := NEVEvent{Time: ms, Kind: "comment"}
		if words := b[6:]; b[0] == 1 {
			var u []rune
			for ; len(words) >= 2 && le.Uint16(words) != 0; words = words[2:] {
				u = append(u, rune(le.Uint16(words)))
			}
			e.Text = string(u)
		} else {
			e.Text = text(words)
		}
		d.Events, d.note = append(d.Events, e), len(d.Events)
	case id <= 10000 && !d.o.EventsOnly:
		d.spike(id, int(b[0]), ms, b[2:])
	}
}

// spike takes the waveform of a spike.
func (d *nev) spike(electrode, class int, ms float64, b []byte) {
	id := 1000*electrode + class
	k, ok := d.unit[id]
	if !ok {
		k = len(d.IDs)
		d.unit[id] = k
		label := "reserved"
		switch {
		case class == 0:
			label = "unsorted"
		case class <= 16:
			label = "sorted"
		case class == 255:
			label = "noise"
		}
		d.IDs, d.Label, d.Channel = append(d.IDs, id), append(d.Label, label), append(d.Channel, electrode)
		d.Details, d.Trains, d.sum = append(d.Details, Detail{Mean: math.NaN()}), append(d.Trains, nil), append(d.sum, nil)
	}
	d.Trains[k] = append(d.Trains[k], ms)
	at, ok := d.electrode[electrode]
	if !ok || d.Electrodes[at].Bytes == 0 {
		d.odd++
		return
	}
	e := d.Electrodes[at]
	n := len(b) / e.Bytes
	if e.Samples > 0 && e.Samples < n { // packets are filled up to a multiple of 4 bytes
		n = e.Samples
	}
	w := make([]float64, n)
	le := binary.LittleEndian
	for i := range w {
		var v float64
		switch e.Bytes {
		case 1:
			v = float64(int8(b[i]))
		case 2:
			v = float64(int16(le.Uint16(b[2*i:])))
		case 4:
			v = float64(int32(le.Uint32(b[4*i:])))
		}
		w[i] = float64(v * e.Step)
	}
	if d.sum[k] == nil {
		d.sum[k] = make([]float64, len(w))
	}
	for i, v := range w {
		d.sum[k][i] += v
	}
	if d.o.Waveforms {
		d.Details[k].Waveforms = append(d.Details[k].Waveforms, w)
	}
}

// finish puts units, spikes and events in order.
func (d *nev) finish() *NEV {
	if d.odd > 0 {
		d.Problems.Add("warning", "NEUEVWAV", "%d spikes are of electrodes without a header that tells of them; their waveforms are left out", d.odd)
	}
	order := make([]int, len(d.IDs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return d.IDs[a] - d.IDs[b] })
	units, details := spikes.Units{T1: float64(d.most*1000) / d.resolution, Problems: d.Problems.Sorted()}, make([]Detail, len(order))
	for i, k := range order {
		u, s, channel := d.Details[k], d.Trains[k], d.Channel[k]
		if e, ok := d.electrode[channel]; ok {
			u.Name = d.Electrodes[e].Label
		}
		if d.sum[k] != nil {
			for j := range d.sum[k] {
				d.sum[k][j] /= float64(len(s))
			}
			u.Template, u.Channels = [][]float64{d.sum[k]}, []int{channel}
		}
		if !slices.IsSorted(s) {
			by := make([]int, len(s))
			for j := range by {
				by[j] = j
			}
			slices.SortStableFunc(by, func(a, b int) int {
				switch {
				case s[a] < s[b]:
					return -1
				case s[a] > s[b]:
					return 1
				}
				return 0
			})
			sorted, waves := make(neuro.Spikes, len(s)), make([][]float64, len(u.Waveforms))
			for j, m := range by {
				sorted[j] = s[m]
				if len(waves) == len(s) {
					waves[j] = u.Waveforms[m]
				}
			}
			s = sorted
			if len(waves) == len(s) {
				u.Waveforms = waves
			}
		}
		details[i] = u
		units.IDs, units.Trains, units.Label, units.Channel = append(units.IDs, d.IDs[k]), append(units.Trains, s), append(units.Label, d.Label[k]), append(units.Channel, channel)
	}
	d.Units, d.Details = units, details
	slices.SortStableFunc(d.Events, func(a, b NEVEvent) int {
		switch {
		case a.Time < b.Time:
			return -1
		case a.Time > b.Time:
			return 1
		}
		return 0
	})
	slices.SortFunc(d.Electrodes, func(a, b Electrode) int { return a.ID - b.ID })
	return d.NEV
}

// EventTable returns the events as a table.
func (n *NEV) EventTable() table.Table {
	cols := []table.Col{{Name: "time", Unit: "ms", Num: []float64{}}, {Name: "kind"}, {Name: "value"}, {Name: "text"}}
	for _, e := range n.Events {
		cols[0].Num = append(cols[0].Num, e.Time)
		cols[1].Text, cols[3].Text = append(cols[1].Text, e.Kind), append(cols[3].Text, e.Text)
		cols[2].Num = append(cols[2].Num, float64(e.Value))
	}
	return table.Table{Title: "events", Cols: cols}
}
