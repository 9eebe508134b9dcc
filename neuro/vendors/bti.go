package vendors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Types of channels of 4D/BTi.
const (
	btiMEG       = 1
	btiEEG       = 2
	btiReference = 3
	btiExternal  = 4
	btiTrigger   = 5
	btiUtility   = 6
	btiDerived   = 7
	btiShorted   = 8
)

// mostBTi is how many bytes a config may have.
const mostBTi = 1 << 26

// ReadBTi reads a recording of 4D Neuroimaging or BTi, of which path is the file of samples
// (pdf, such as "c,rfDC"). The file config is looked for beside it, under that name or under
// the one of the samples with config in the place of pdf. Sensors are in T, reference
// gradiometers in T/m, with the place and normal of their coil in the head's frame of the system
// (turned, so that x is to the right); EEG and other channels are in V; TRIGGER and RESPONSE
// have codes. Channels have the names of the system and the order of the file. Epochs lie one
// behind the other, which a note tells. Noise that the weights of the reference sensors would
// take out is left in. ReadBTiHeadShape reads hs_file.
//
// Errors: no config, a file that is not of this format, a channel that the config does not
// have.
//
// Checked against MNE 1.13.2.
func ReadBTi(path string) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("vendors: ReadBTi: %s: %w", path, err)
	}
	dir, base := filepath.Dir(path), filepath.Base(path)
	config := filepath.Join(dir, "config")
	if strings.Contains(base, "pdf") {
		other := filepath.Join(dir, strings.Replace(base, "pdf", "config", 1))
		if _, err := os.Stat(other); err == nil {
			config = other
		}
	}
	f, err := os.Open(config)
	if err != nil {
		return fail(errors.New("the file config of the system is not beside it; its channels are not known without"))
	}
	defer f.Close()
	provenance.File(config)
	sensors, err := btiConfig(io.NewSectionReader(f, 0, mostBTi))
	if err != nil {
		return fail(fmt.Errorf("%s: %w", filepath.Base(config), err))
	}
	return read("ReadBTi", path, func(r io.ReaderAt, size int64, open opener) (*eeg.Recording, error) {
		return decodeBTi(r, size, open, sensors)
	})
}

// A btiSensor is what a config has on a channel.
type btiSensor struct {
	name          string
	kind          int
	gain, perBit  float64
	place, normal []float64
}

// btiConfig reads the channels of a system by their numbers.
func btiConfig(r io.ReaderAt) (map[int]btiSensor, error) {
	c := &cursor{r: r, order: binary.BigEndian}
	c.skip(2 + 32 + 16 + 2 + 4 + 2)
	n := c.int16()
	c.skip(4 + 4)
	transforms, blocks := c.int16(), c.int16()
	c.skip(2 + 2 + 4 + 32)
	if c.err != nil || n < 1 || transforms < 0 || blocks < 0 {
		return nil, fmt.Errorf("is not a config of 4D/BTi: it tells of %d channels, %d sensors and %d blocks", n, transforms, blocks)
	}
	c.skip(int64(transforms) * 128)
	for range blocks {
		c.skip(4)
		kind := c.text(20)
		c.skip(4 + 32 + 4)
		size := c.uint32()
		c.skip(32)
		c.align()
		if c.err == nil && (kind == "" || size > mostBTi) {
			return nil, fmt.Errorf("has a block %q of %d bytes, which no version has", kind, size)
		}
		c.skip(size)
		c.align()
		if c.err != nil {
			return nil, c.err
		}
	}
	out := map[int]btiSensor{}
	for range n {
		s := btiSensor{name: c.text(16)}
		number := c.int16()
		s.kind = c.int16()
		c.skip(4)
		s.gain, s.perBit = c.float32(), c.float32()
		c.skip(16 + 8 + 4 + 32)
		c.align()
		switch s.kind {
		case btiMEG, btiReference:
			c.skip(40 + 4 + 4)
			var t [4][4]float64
			for i := range t {
				for j := range t[i] {
					t[i][j] = c.float64()
				}
			}
			s.place = turned([3]float64{t[0][3], t[1][3], t[2][3]}, 1000)
			s.normal = turned([3]float64{float64(t[0][2] * t[3][0]), float64(t[1][2] * t[3][1]), float64(t[2][2] * t[3][2])}, 1)
			c.skip(2)
			loops := c.int16()
			c.skip(4 + 32)
			if loops < 0 {
				return nil, fmt.Errorf("channel %q has %d loops", s.name, loops)
			}
			c.skip(int64(loops) * 104)
		case btiEEG:
			c.skip(40 + 4 + 4 + 128 + 32)
		case btiExternal, btiUtility, btiDerived:
			c.skip(40 + 4 + 32)
		case btiTrigger:
			c.skip(40 + 4 + 2 + 32)
		case btiShorted:
			c.skip(40 + 32)
		}
		c.align()
		if c.err != nil {
			return nil, c.err
		}
		out[number] = s
	}
	return out, nil
}

// btiTypes are the types of numbers of samples.
var btiTypes = map[int]samples.Type{1: samples.Int16, 2: samples.Int32, 3: samples.Float32, 4: samples.Float64}

func decodeBTi(r io.ReaderAt, size int64, open opener, sensors map[int]btiSensor) (*eeg.Recording, error) {
	c := &cursor{r: r, order: binary.BigEndian, at: size - 8}
	end := size - 8
	at := int64(c.uint64() & math.MaxInt64)
	if low := at & math.MaxInt32; size-low <= math.MaxInt32 {
		at = low
	}
	at = (at + 7) / 8 * 8
	if c.err != nil || at < 0 || at >= end {
		return nil, errors.New("is not a file of samples of 4D/BTi: its last 8 bytes do not tell where its header is")
	}
	c.at = at + 2 + 5 + 1
	format := c.int16()
	c.skip(2)
	epochs := c.int32()
	c.skip(4)
	events := c.int32()
	c.skip(4)
	period := float32(c.float32())
	c.skip(16)
	processes, n := c.int32(), c.int16()
	c.skip(2 + 4 + 4 + 2 + 2 + 4 + 20)
	c.align()
	t, ok := btiTypes[format]
	switch fs := float64(1 / period); {
	case c.err != nil:
		return nil, c.err
	case !ok:
		return nil, fmt.Errorf("has samples of format %d; 1 to 4 are read", format)
	case n < 1 || epochs < 1 || int64(epochs)*56 > size || events < 0 || int64(events)*66 > size || processes < 0 || !(fs > 0) || fs > 1e9:
		return nil, fmt.Errorf("is broken: %d channels, %d epochs, %d events, %d processes, %g s from sample to sample", n, epochs, events, processes, period)
	}
	rec := eeg.Recording{Format: "4D/BTi"}
	var times int64
	for range epochs {
		points := int64(c.int32())
		if points < 0 {
			return nil, fmt.Errorf("is broken: an epoch of %d samples", points)
		}
		times += points
		c.skip(52)
	}
	if epochs > 1 {
		rec.Problems.Add("note", "", "%d epochs lie one behind the other", epochs)
	}
	frame := int64(n) * int64(t.Width())
	if there := at / frame; times > there {
		rec.Problems.Add("warning", "", "the header tells of %d samples; %d are there", times, there)
		times = there
	}
	if times < 1 {
		return nil, fmt.Errorf("has no samples: %d channels need %d bytes for each time, and its header is at byte %d", n, frame, at)
	}
	l := samples.Interleaved(0, t, binary.BigEndian, n)
	l.Open = open
	fs := float64(1 / period)
	rec.Channels = make([]eeg.Channel, n)
	seen := make([]bool, n)
	for range n {
		label := c.text(16)
		number := c.int16()
		c.skip(2)
		scale := c.float32()
		c.skip(16 + 2 + 6 + 8 + 8)
		index := c.int32()
		c.skip(4 + 4 + 4 + 24)
		if c.err != nil {
			return nil, c.err
		}
		s, ok := sensors[number]
		if !ok {
			return nil, fmt.Errorf("has channel %d (%s), which the config does not have: it is of another recording", number, label)
		}
		if index < 0 || index >= n || seen[index] {
			return nil, fmt.Errorf("is broken: channel %q is number %d of %d", label, index, n)
		}
		seen[index] = true
		ch, gain := s.channel(label), 0.0
		ch.FS = fs
		if format <= 2 {
			gain = float64(scale*s.perBit) / s.gain
			ch.Step = math.Abs(gain)
		} else {
			gain = float64(scale * s.gain)
		}
		if math.IsNaN(gain) || math.IsInf(gain, 0) {
			return nil, fmt.Errorf("is broken: channel %q has the scale %g, %g a bit and the gain %g", ch.Name, scale, s.perBit, s.gain)
		}
		l.Channels[index].Gain = gain
		rec.Channels[index] = ch
	}
	for range events {
		c.skip(66)
		c.align()
	}
	filter := btiProcess(c, processes, &rec)
	for k := range rec.Channels {
		if ch := &rec.Channels[k]; ch.Kind != "trigger" {
			ch.Filter = filter
		}
	}
	rec.Segments = []eeg.Segment{{Dur: float64(times) / fs}}
	return eeg.From(rec, l)
}

// channel describes a channel of a config; sensors keep its name, others have the label of
// the file of samples.
func (s btiSensor) channel(label string) eeg.Channel {
	ch := eeg.Channel{Name: label, Kind: "other", Unit: "V"}
	if label == "" || s.kind == btiMEG {
		ch.Name = s.name
	}
	switch s.kind {
	case btiMEG:
		ch.Kind, ch.Unit, ch.Coil, ch.Position, ch.Normal = "MEG", "T", "magnetometer", s.place, s.normal
	case btiReference:
		ch.Kind, ch.Unit, ch.Coil, ch.Position, ch.Normal = "MEG reference", "T", "magnetometer", s.place, s.normal
		if strings.HasPrefix(ch.Name, "G") {
			ch.Unit, ch.Coil = "T/m", "gradiometer"
		}
	case btiEEG:
		ch.Kind = eeg.KindOf(ch.Name, "V")
	case btiTrigger:
		ch.Kind, ch.Unit = "trigger", ""
	}
	return ch
}

// btiProcess reads when the recording began and how it was filtered, which the first
// processes tell. What it does not understand it leaves.
func btiProcess(c *cursor, n int, rec *eeg.Recording) (filter string) {
	for k := range n {
		c.skip(4 + 20 + 4 + 32)
		stamp := c.uint32()
		c.skip(256)
		steps := c.int32()
		c.skip(32)
		c.align()
		if c.err != nil || steps < 0 {
			return filter
		}
		if k == 0 && stamp > 0 {
			rec.Start = time.Unix(stamp, 0).UTC()
		}
		for range steps {
			c.skip(4)
			kind := c.text(20)
			c.skip(4)
			switch kind {
			case "BTi_defaults":
				c.skip(4 + 4 + 8 + 4 + 2 + 2 + 32)
			case "b_filt_hp", "b_filt_lp", "b_filt_notch":
				f := c.float32()
				c.skip(32)
				filter += fmt.Sprintf(" %s:%.4g Hz", map[string]string{"b_filt_hp": "HP", "b_filt_lp": "LP", "b_filt_notch": "N"}[kind], f)
			case "b_filt_b_pass", "b_filt_b_reject":
				high, low := c.float32(), c.float32()
				filter += fmt.Sprintf(" %s:%.4g-%.4g Hz", map[string]string{"b_filt_b_pass": "BP", "b_filt_b_reject": "N"}[kind], high, low)
			default:
				size := c.uint32()
				c.skip(32 + size)
			}
			c.align()
			if c.err != nil {
				return strings.TrimSpace(filter)
			}
		}
	}
	return strings.TrimSpace(filter)
}

// ReadBTiHeadShape reads the points that were taken on the head, of the file hs_file beside
// a recording of 4D Neuroimaging or BTi: the fiducials, the coils that tell where the head
// is, and its shape, in mm and in the frame of the sensors' places.
//
// Errors: a file that is not of this format, or whose size is not that of its points.
// Checked against MNE 1.13.2.
func ReadBTiHeadShape(path string) ([]fif.Point, error) {
	kept, f, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("vendors: ReadBTiHeadShape: %s: %w", path, err)
	}
	defer f.Close()
	provenance.File(path)
	points, err := btiHeadShape(f, kept.Size)
	if err != nil {
		return nil, fmt.Errorf("vendors: ReadBTiHeadShape: %s: %w", path, err)
	}
	return points, nil
}

func btiHeadShape(r io.ReaderAt, size int64) ([]fif.Point, error) {
	c := &cursor{r: r, order: binary.BigEndian, at: 12}
	n := int64(c.int32())
	if c.err != nil || n < 0 || 16+(5+n)*24 != size {
		return nil, fmt.Errorf("is not a head shape of 4D/BTi: it tells of %d points, which are not %d bytes", n, size)
	}
	out := make([]fif.Point, 0, 5+n)
	for k := range 5 + n {
		p := fif.Point{Kind: "head shape", Number: int(k) - 4}
		switch {
		case k < 3:
			p.Kind, p.Number, p.Name = "fiducial", []int{1, 3, 2}[k], []string{"LPA", "RPA", "nasion"}[k]
		case k < 5:
			p.Kind, p.Number = "HPI", int(k)-2
		}
		p.Position = turned([3]float64{c.float64(), c.float64(), c.float64()}, 1000)
		if p.Position != nil {
			out = append(out, p)
		}
	}
	return out, c.err
}
