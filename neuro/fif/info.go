package fif

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An Info is what a file tells about its measurement.
type Info struct {
	Channels    []eeg.Channel
	FS          float64   `unit:"Hz"` // sampling rate, Hz
	HighPass    float64   `unit:"Hz"` // of the recorder, Hz; 0 when not known
	LowPass     float64   `unit:"Hz"` // of the recorder, Hz; 0 when not known
	Line        float64   `unit:"Hz"` // frequency of the mains, Hz; 0 when not known
	Date        time.Time // of the measurement; zero when not known
	Subject     string
	Description string
	Experimenter,
	Project string

	Points       []Point        // that were digitized on the head
	DeviceToHead *Transform     // nil when the file has none
	Projectors   eeg.Projectors // of the file; Active ones are taken out of its values already
	Compensation []Compensation // of the reference sensors, whether applied or not
	Grade        int            // of the compensation that the channels of MEG have: 0 for none, 1 to 3 for CTF's first to third order, 101 and more for those of 4D
	Problems     neuro.Problems

	channels []channel
}

// ReadInfo reads what a file tells about its measurement: of a recording, of averages or of
// epochs. Errors are a file that is not FIFF or tells nothing.
func ReadInfo(path string) (*Info, error) {
	var in *Info
	err := within("ReadInfo", path, func(f *file) (err error) {
		if in, err = f.info(); err == nil {
			in.Problems = f.p.Sorted()
		}
		return err
	})
	return in, err
}

// A Transform turns places of one frame of coordinates into those of another: its first
// three rows have a rotation and a shift in mm.
type Transform [4][4]float64

// At returns where a place, in mm, is in the other frame.
func (t Transform) At(p []float64) []float64 {
	q := t.turn(p)
	for i := range q {
		q[i] += t[i][3]
	}
	return q
}

// turn rotates a direction.
func (t Transform) turn(p []float64) []float64 {
	q := make([]float64, 3)
	for i := range q {
		q[i] = float64(t[i][0]*p[0]) + float64(t[i][1]*p[1]) + float64(t[i][2]*p[2])
	}
	return q
}

// inverse returns the transform back, of one that only turns and shifts.
func (t Transform) inverse() Transform {
	var inv Transform
	for i := range 3 {
		for j := range 3 {
			inv[i][j] = t[j][i]
		}
	}
	inv[3][3] = 1
	for i, v := range inv.turn([]float64{t[0][3], t[1][3], t[2][3]}) {
		inv[i][3] = -v
	}
	return inv
}

// A Point is a place on the head.
type Point struct {
	Kind     string    // fiducial, HPI, EEG, head shape
	Name     string    // of a fiducial: LPA, nasion, RPA, inion
	Number   int       // as the file has it
	Position []float64 `unit:"mm"` // x to the right, y to the front, z up, mm
}

// A channel is what the file has on one; from turns its numbers into values.
type channel struct {
	short          string // its name in the record, cut to 15 letters
	kind, coil     int
	unit, exponent int
	rang, cal      float64
	place          [12]float64 // m: its place, and the axes of the coil
	name           string
}

// factor returns what a stored number of raw data is multiplied by.
func (ch *channel) factor() float64 { return float64(ch.rang * ch.cal) }

// mostChannels is how many channels a file may have; systems have some hundred.
const mostChannels = 1 << 14

// info reads what the file tells about the measurement.
func (f *file) info() (*Info, error) {
	found := f.root.find(blockInfo)
	if len(found) == 0 {
		return nil, errors.New("has no information on a measurement" + f.holds())
	}
	if len(found) > 1 {
		f.p.Add("warning", "measurement", "the file has %d of them; the first one is read", len(found))
	}
	n := found[0]
	in := &Info{}
	var channels, count int
	for _, t := range n.tags {
		var err error
		switch t.kind {
		case tagChannels:
			channels, err = f.int(t)
			count++
		case tagRate:
			in.FS, err = f.float(t)
		case tagChannel:
			var ch channel
			ch, err = f.channel(t)
			if in.channels = append(in.channels, ch); len(in.channels) > mostChannels {
				return nil, fmt.Errorf("describes more than %d channels", mostChannels)
			}
		case tagHighPass, tagLowPass, tagLine:
			var v float64
			if v, err = f.float(t); err == nil && v > 0 && !math.IsInf(v, 0) {
				*map[int32]*float64{tagHighPass: &in.HighPass, tagLowPass: &in.LowPass, tagLine: &in.Line}[t.kind] = v
			}
		case tagDate:
			in.Date, err = f.date(t)
		case tagComment, tagExperimenter, tagProject:
			var s string
			s, err = f.text(t)
			*map[int32]*string{tagComment: &in.Description, tagExperimenter: &in.Experimenter, tagProject: &in.Project}[t.kind] = s
		case tagTransform:
			err = f.toHead(t, in)
		}
		if err != nil {
			if t.kind == tagChannels || t.kind == tagRate || t.kind == tagChannel {
				return nil, err
			}
			f.p.Add("warning", "measurement", "%v; it is left out", err)
		}
	}
	switch {
	case count == 0 || in.FS == 0:
		return nil, errors.New("does not tell the number of channels or the sampling rate")
	case channels != len(in.channels) || channels == 0:
		return nil, fmt.Errorf("is to have %d channels and describes %d", channels, len(in.channels))
	case !(in.FS > 0) || in.FS > 1e9:
		return nil, fmt.Errorf("has %g samples a second; above 0 and up to 1e9 are allowed", in.FS)
	}
	if in.DeviceToHead == nil { // older files have it where the coils on the head were found
		for _, r := range n.find(blockHPIResult) {
			for _, t := range r.tags {
				if t.kind == tagTransform && in.DeviceToHead == nil {
					if err := f.toHead(t, in); err != nil {
						f.p.Add("warning", "HPI result", "%v; it is left out", err)
					}
				}
			}
		}
	}
	long := f.extend(n, in.channels)
	if err := f.points(n, in); err != nil {
		f.p.Add("warning", "points", "%v; they are left out", err)
	}
	var err error
	if in.Projectors, err = f.projectors(n, long); err != nil {
		f.p.Add("warning", "projectors", "%v; they are left out", err)
	}
	if in.Compensation, err = f.compensations(n, in, long); err != nil {
		f.p.Add("warning", "compensation", "%v; they are left out", err)
	}
	bad := map[string]bool{}
	for _, b := range n.find(blockBad) {
		if t, ok := b.tag(tagNameList); ok {
			names, err := f.names(t)
			if err != nil {
				f.p.Add("warning", "bad channels", "%v; they are left out", err)
			}
			bad = map[string]bool{}
			for _, name := range renamed(names, long) {
				bad[name] = true
			}
		}
	}
	f.describe(in, in.channels)
	for c := range in.Channels {
		in.Channels[c].Bad = bad[in.Channels[c].Name]
	}
	f.person(n, in)
	return in, nil
}

// channel reads the record of a channel.
func (f *file) channel(t tag) (channel, error) {
	if t.size < 96 {
		return channel{}, fmt.Errorf("the record of a channel at byte %d has %d bytes; 96 are needed", t.pos, t.size)
	}
	t.size = 96
	b, err := f.bytes(t)
	if err != nil {
		return channel{}, err
	}
	whole := func(at int) int { return int(int32(binary.BigEndian.Uint32(b[at:]))) }
	real := func(at int) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(b[at:]))) }
	ch := channel{kind: whole(8), rang: real(12), cal: real(16), coil: whole(20), unit: whole(72), exponent: whole(76)}
	for k := range ch.place {
		ch.place[k] = real(24 + 4*k)
	}
	name := b[80:96]
	for k, c := range name {
		if c == 0 {
			name = name[:k]
			break
		}
	}
	ch.short = latin(name)
	ch.name = ch.short
	return ch, nil
}

// extend reads what newer files have beside the records, and returns long names by short
// ones.
func (f *file) extend(n *node, channels []channel) map[string]string {
	long := map[string]string{}
	blocks := n.find(blockChannel)
	if len(blocks) == 0 {
		return long
	}
	if len(blocks) != len(channels) {
		f.p.Add("warning", "channels", "%d are described a second time, of %d; this is left out", len(blocks), len(channels))
		return long
	}
	for k, b := range blocks {
		ch := &channels[k]
		for _, t := range b.tags {
			var err error
			switch t.kind {
			case tagChannelName:
				var s string
				if s, err = f.text(t); err == nil && s != "" {
					long[ch.short], ch.name = s, s
				}
			case tagChannelKind:
				ch.kind, err = f.int(t)
			case tagChannelCoil:
				ch.coil, err = f.int(t)
			case tagChannelUnit:
				ch.unit, err = f.int(t)
			case tagChannelRange:
				ch.rang, err = f.float(t)
			case tagChannelCal:
				ch.cal, err = f.float(t)
			case tagChannelPlace:
				var x []float64
				if x, err = f.floats(t); err == nil && len(x) == len(ch.place) {
					copy(ch.place[:], x)
				}
			}
			if err != nil {
				f.p.Add("warning", "channel "+ch.name, "%v; it is left out", err)
			}
		}
	}
	return long
}

func renamed(names []string, long map[string]string) []string {
	for i, name := range names {
		if s, ok := long[name]; ok {
			names[i] = s
		}
	}
	return names
}

// describe makes the channels of the records.
func (f *file) describe(in *Info, records []channel) {
	in.Channels = make([]eeg.Channel, len(records))
	exponents, lost, grades := 0, 0, map[int]bool{}
	for c := range records {
		ch := &records[c]
		e := &in.Channels[c]
		*e = eeg.Channel{Name: ch.name, Kind: kinds[ch.kind], Unit: units[ch.unit], FS: in.FS, Filter: in.filter()}
		if e.Kind == "" {
			e.Kind = "other"
		}
		if e.Kind == "trigger" {
			e.Unit = "" // codes
		}
		if ch.exponent != 0 {
			exponents++
		}
		finite := true
		at := make([]float64, 3)
		for k := range at {
			at[k] = float64(ch.place[k] * 1000)
			finite = finite && !math.IsNaN(at[k]) && !math.IsInf(at[k], 0)
		}
		there := finite && (at[0] != 0 || at[1] != 0 || at[2] != 0)
		switch e.Kind {
		case "MEG", "MEG reference":
			e.Coil = coils[ch.coil&0xffff]
			if e.Coil == "" && e.Unit == "T/m" {
				e.Coil = "gradiometer"
			}
			if e.Kind == "MEG" {
				in.Grade = ch.coil >> 16
				grades[in.Grade] = true
			}
			if !there {
				break
			}
			normal := []float64{ch.place[9], ch.place[10], ch.place[11]}
			if in.DeviceToHead != nil {
				at, normal = in.DeviceToHead.At(at), in.DeviceToHead.turn(normal)
			} else {
				lost++
			}
			e.Position = at
			if l := vec.Hypot(vec.Hypot(normal[0], normal[1]), normal[2]); l > 0.5 && l < 2 {
				e.Normal = normal
			}
		case "EEG", "sEEG", "ECoG", "DBS":
			if there {
				e.Position = at
			}
		}
	}
	if exponents > 0 {
		f.p.Add("note", "unit", "%d channels have a power of ten beside their unit; programs do not heed it, and it is not heeded here", exponents)
	}
	if lost > 0 {
		f.p.Add("note", "positions", "of %d sensors are in the frame of the device: the file does not tell where the head was", lost)
	}
	if len(grades) > 1 {
		f.p.Add("warning", "compensation", "differs between channels")
	}
}

// filter returns the words for the filter of the recorder.
func (in *Info) filter() string {
	var parts []string
	if in.HighPass > 0 {
		parts = append(parts, fmt.Sprintf("high-pass %.4g Hz", in.HighPass))
	}
	if in.LowPass > 0 && in.LowPass < in.FS/2 {
		parts = append(parts, fmt.Sprintf("low-pass %.4g Hz", in.LowPass))
	}
	return strings.Join(parts, ", ")
}

// toHead takes a transform from the device to the head.
func (f *file) toHead(t tag, in *Info) error {
	if t.size < 56 {
		return fmt.Errorf("a transform at byte %d has %d bytes; 56 are needed", t.pos, t.size)
	}
	t.size = 56
	b, err := f.bytes(t)
	if err != nil {
		return err
	}
	from, to := int32(binary.BigEndian.Uint32(b)), int32(binary.BigEndian.Uint32(b[4:]))
	var m Transform
	m[3][3] = 1
	for k := range 12 {
		v := float64(math.Float32frombits(binary.BigEndian.Uint32(b[8+4*k:])))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("a transform has numbers that are not finite")
		}
		if k < 9 {
			m[k/3][k%3] = v
		} else {
			m[k-9][3] = float64(v * 1000)
		}
	}
	switch {
	case from == frameDevice && to == frameHead:
		in.DeviceToHead = &m
	case from == frameHead && to == frameDevice:
		m = m.inverse()
		in.DeviceToHead = &m
	}
	return nil
}

// date reads seconds since 1970 and microseconds.
func (f *file) date(t tag) (time.Time, error) {
	x, err := f.floats(t)
	if err != nil || len(x) == 0 || len(x) > 2 {
		if err == nil {
			err = fmt.Errorf("a date of %d numbers; 1 or 2 are needed", len(x))
		}
		return time.Time{}, err
	}
	if len(x) == 1 {
		x = append(x, 0)
	}
	if x[0] == 0 { // what programs write when there is none, or when it was taken out
		return time.Time{}, nil
	}
	return time.Unix(int64(x[0]), int64(x[1])*1000).UTC(), nil
}

// seconds returns a duration to the nearest nanosecond.
func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

// points reads the places on the head.
func (f *file) points(n *node, in *Info) error {
	blocks := n.find(blockPoints)
	if len(blocks) == 0 {
		return nil
	}
	for _, t := range blocks[0].tags {
		if t.kind != tagPoint {
			continue
		}
		if t.size < 20 {
			return fmt.Errorf("a point at byte %d has %d bytes; 20 are needed", t.pos, t.size)
		}
		t.size = 20
		b, err := f.bytes(t)
		if err != nil {
			return err
		}
		p := Point{Number: int(int32(binary.BigEndian.Uint32(b[4:]))), Position: make([]float64, 3)}
		for k := range p.Position {
			p.Position[k] = float64(float64(math.Float32frombits(binary.BigEndian.Uint32(b[8+4*k:]))) * 1000)
		}
		switch int32(binary.BigEndian.Uint32(b)) {
		case 1:
			p.Kind, p.Name = "fiducial", map[int]string{1: "LPA", 2: "nasion", 3: "RPA", 4: "inion"}[p.Number]
		case 2:
			p.Kind = "HPI"
		case 3:
			p.Kind = "EEG"
		default:
			p.Kind = "head shape"
		}
		in.Points = append(in.Points, p)
	}
	return nil
}

// person reads who was measured.
func (f *file) person(n *node, in *Info) {
	for _, b := range n.find(blockSubject) {
		word := func(kind int32) string {
			t, ok := b.tag(kind)
			if !ok {
				return ""
			}
			s, err := f.text(t)
			if err != nil {
				f.p.Add("warning", "subject", "%v; it is left out", err)
			}
			return strings.TrimSpace(s)
		}
		if in.Subject = word(tagSubjectName); in.Subject == "" {
			in.Subject = strings.TrimSpace(word(tagFirstName) + " " + word(tagLastName))
		}
	}
}
