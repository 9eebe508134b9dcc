package vendors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Types of channels of KIT; those of references are 0x100 more.
const (
	kitNull         = 0
	kitMagnetometer = 1
	kitAxial        = 2
	kitPlanar       = 3
	kitSecond       = 4
	kitReference    = 0x100
	kitTrigger      = -1
	kitEEG          = -2
	kitECG          = -3
	kitEtc          = -4
)

// kitSections are what the entries of a file's directory point to.
const (
	kitSystem      = 1
	kitChannels    = 4
	kitCalibration = 5
	kitAmplifier   = 7
	kitAcquisition = 8
	kitRaw         = 9
)

// Gains of the amplifiers, and cut-off frequencies (Hz) of their filters, by kind.
var (
	kitGains = [8]float64{1, 2, 5, 10, 20, 50, 100, 200}
	kitHigh  = map[int][8]float64{1: {0, 1, 3, 3}, 2: {0, 0.03, 0.1, 0.3, 1, 3, 10, 30}, 3: {0, 0.03, 0.1, 0.3, 1, 3, 10, 30}, 4: {0, 1, 3, 10, 30, 100, 200, 500}}
	kitLow   = map[int][8]float64{1: {10, 20, 50, 100, 200, 500, 1000, 2000}, 2: {10, 20, 50, 100, 200, 500, 1000, 2000}, 3: {10, 20, 50, 100, 200, 500, 1000, 10000}, 4: {10, 30, 100, 300, 1000, 2000, 5000, 10000}}
	kitNotch = map[int][4]float64{1: {0, 50, 60, 60}, 2: {0, 0, 0, 0}, 3: {0, 60, 50, 50}}
	// kitFilters are the kinds of high-pass, low-pass and band-stop filters of each type of
	// flux-locked loop.
	kitFilters = map[int][3]int{0: {1, 1, 1}, 10: {1, 1, 1}, 20: {1, 1, 1}, 50: {2, 1, 1}, 60: {2, 1, 1}, 100: {3, 3, 3}, 101: {1, 3, 2}, 120: {3, 3, 3}, 200: {4, 4, 3}, 300: {2, 2, 2}}
)

// ReadKIT reads a recording of a KIT, Yokogawa or Ricoh MEG: .sqd or .con. Sensors are in T,
// with their coil, place and normal in the frame of the device; EEG, ECG, trigger and other
// channels in V. Triggers are analog: their channels are as they were recorded. Sensors are
// called MEG 001 and so on by their number, others as in the file, or by their type.
// Trials that were saved one by one lie one behind the other, which a note tells.
//
// Errors: a file that is not KIT's, averages, and files older than version 2, revision 3, which
// MEG Laboratory saves anew.
//
// Checked against MNE 1.13.2.
func ReadKIT(path string) (*eeg.Recording, error) { return read("ReadKIT", path, decodeKIT) }

// A kitSensor is what the file has on a channel.
type kitSensor struct {
	kind   int
	name   string
	place  [5]float64 // x, y, z in m, theta, phi in degrees
	gain   float64    // of EEG and ECG
	factor float64    // T/V of a sensor
}

func (s kitSensor) meg() bool { return s.kind > 0 }

func decodeKIT(r io.ReaderAt, size int64, open opener) (*eeg.Recording, error) {
	c := &cursor{r: r, order: binary.LittleEndian}
	type entry struct{ offset, size, count int64 }
	var dir []entry
	for n := int64(1); int64(len(dir)) < n; {
		e := entry{offset: c.uint32(), size: int64(c.int32())}
		c.skip(4)
		e.count = int64(c.int32())
		if dir = append(dir, e); len(dir) == 1 {
			n = e.count
			if c.err != nil || e.offset != 0 || e.size != 16 || n < kitRaw+1 || n > 1000 {
				return nil, errors.New("is not a file of KIT: it does not begin with a directory")
			}
		}
	}
	c.at = dir[kitSystem].offset
	version, revision, system := c.int32(), c.int32(), c.int32()
	name, model := c.text(128), c.text(128)
	n := c.int32()
	comment := c.text(256)
	created := c.uint32()
	c.skip(4 + 3*4 + 4 + 3*4)
	loop := c.int32()
	c.skip(3*4 + 4 + 3*4 + 4 + 29*4)
	full := 0.0 // range of the converter, V
	if version < 2 || version == 2 && revision <= 3 {
		full = float64(c.int32())
	} else {
		full = c.float64()
	}
	c.skip(4)
	allocated, bits := c.int32(), c.int32()
	switch {
	case c.err != nil:
		return nil, c.err
	case version < 2 || version == 2 && revision < 3:
		return nil, fmt.Errorf("is of version %d, revision %d; from 2 and 3 on are read: open it in MEG Laboratory and save it anew", version, revision)
	case n < 1 || n > mostChannels || allocated != 16 && allocated != 32 || bits < 1 || bits > allocated || !(full > 0) || math.IsInf(full, 1):
		return nil, fmt.Errorf("is broken: %d channels, %d of %d bits, a range of %g V", n, bits, allocated, full)
	}
	rec := eeg.Recording{Format: "KIT", Start: time.Unix(created, 0).UTC(), Session: comment}
	sensors, err := kitSensors(c, dir[kitChannels].offset, dir[kitChannels].size, n, system)
	if err != nil {
		return nil, err
	}
	c.at = dir[kitCalibration].offset
	shifted := 0
	for k := range sensors {
		if c.float64() != 0 {
			shifted++
		}
		sensors[k].factor = c.float64()
	}
	if shifted > 0 {
		rec.Problems.Add("warning", "calibration", "%d channels have an offset, which is not heeded: values are shifted by it", shifted)
	}
	filter, known := kitFilters[loop]
	if !known {
		near := 0
		for k := range kitFilters {
			if k <= loop && k > near {
				near = k
			}
		}
		rec.Problems.Add("warning", "amplifier", "type %d of %q, %q is not known; gains and filters are taken to be those of type %d", loop, name, model, near)
		filter, loop = kitFilters[near], near
	}
	c.at = dir[kitAmplifier].offset
	word := c.uint32()
	gain, text := kitAmp(word, loop, filter)
	c.at = dir[kitAcquisition].offset
	mode, fs := c.int32(), c.float64()
	var times int64
	switch mode {
	case 1:
		c.skip(4)
		times = int64(c.int32())
	case 2:
		return nil, errors.New("has averages; recordings are read: export the one that they were made of")
	case 3:
		length, before := int64(c.int32()), c.int32()
		c.skip(4)
		trials := int64(c.int32())
		times = length * trials
		rec.Problems.Add("note", "", "%d trials of %d samples lie one behind the other, %d of each before its trigger", trials, length, before)
	default:
		return nil, fmt.Errorf("has data of kind %d; 1 (continuous) and 3 (trials) are read", mode)
	}
	if c.err != nil {
		return nil, c.err
	}
	if !(fs > 0) || fs > 1e9 {
		return nil, fmt.Errorf("is broken: %g samples a second", fs)
	}
	frame := int64(n) * int64(allocated/8)
	at := dir[kitRaw].offset
	if there := max(0, size-at) / frame; times < 1 || times > there {
		if there < 1 {
			return nil, fmt.Errorf("is cut off: its samples begin at byte %d of %d", at, size)
		}
		rec.Problems.Add("warning", "", "the file is cut off: %d of %d samples are there", there, times)
		times = there
	}
	t := samples.Int16
	if allocated == 32 {
		t = samples.Int32
	}
	l := samples.Interleaved(at, t, binary.LittleEndian, n)
	l.Open = open
	volt := full / math.Ldexp(1, bits)
	count := map[string]int{}
	for k, s := range sensors {
		ch := eeg.Channel{Name: s.name, Unit: "V", Kind: "other", FS: fs}
		factor := volt
		switch {
		case s.meg():
			ch.Unit, ch.Kind, ch.Filter = "T", "MEG", text
			if s.kind&kitReference != 0 {
				ch.Kind = "MEG reference"
			}
			ch.Coil = map[int]string{kitMagnetometer: "magnetometer", kitAxial: "axial gradiometer", kitPlanar: "planar gradiometer", kitSecond: "axial gradiometer"}[s.kind&^kitReference]
			if ch.Name == "" {
				ch.Name = fmt.Sprintf("MEG %03d", k+1)
			}
			ch.Position, ch.Normal = s.where()
			factor = volt / gain * s.factor
		default:
			label := map[int]string{kitTrigger: "TRIGGER", kitEEG: "EEG", kitECG: "ECG", kitEtc: "MISC", kitNull: "MISC"}[s.kind]
			count[label]++
			ch.Kind = map[int]string{kitTrigger: "trigger", kitEEG: "EEG", kitECG: "ECG", kitEtc: "other", kitNull: "other"}[s.kind]
			if ch.Name == "" || ch.Name == "EEG" {
				ch.Name = fmt.Sprintf("%s %03d", label, count[label])
			}
			if (s.kind == kitEEG || s.kind == kitECG) && s.gain != 0 {
				factor = s.gain / math.Ldexp(1, bits-14)
			}
		}
		l.Channels[k].Gain = factor
		ch.Step = math.Abs(factor)
		rec.Channels = append(rec.Channels, ch)
	}
	rec.Segments = []eeg.Segment{{Dur: float64(times) / fs}}
	return eeg.From(rec, l)
}

// kitSensors reads what the file has on its channels.
func kitSensors(c *cursor, at, size int64, n, system int) ([]kitSensor, error) {
	out := make([]kitSensor, n)
	for k := range out {
		s := &out[k]
		c.at = at + size*int64(k)
		s.kind = c.int32()
		if system == 52 && k < 160 && s.kind == kitNull { // that system calls references so
			s.kind = kitMagnetometer | kitReference
		}
		switch s.kind {
		case kitMagnetometer, kitAxial, kitPlanar, kitSecond, kitMagnetometer | kitReference, kitAxial | kitReference, kitPlanar | kitReference, kitSecond | kitReference:
			for i := range s.place {
				s.place[i] = c.float64()
			}
			if s.kind == kitMagnetometer || s.kind == kitAxial {
				c.skip(16)
				s.name = c.text(6)
			}
		case kitTrigger, kitEtc:
			c.skip(8)
			s.name = c.text(32)
		case kitEEG:
			c.skip(8)
			s.name = c.text(8)
			c.skip(6)
			s.gain = c.float64()
		case kitECG:
			c.skip(8)
			s.name = c.text(32)
			c.skip(8)
			s.gain = c.float64()
		case kitNull:
		default:
			return nil, fmt.Errorf("channel %d is of type %d, which is not known", k+1, s.kind)
		}
		if c.err != nil {
			return nil, c.err
		}
	}
	return out, nil
}

// where returns the place of a sensor, mm, and its normal.
func (s kitSensor) where() (place, normal []float64) {
	st, ct := vec.Sincos(float64(s.place[3]*math.Pi) / 180)
	sp, cp := vec.Sincos(float64(s.place[4]*math.Pi) / 180)
	return turned([3]float64(s.place[:3]), 1000), turned([3]float64{float64(st * cp), float64(st * sp), ct}, 1)
}

// kitAmp returns the gain that a word of the amplifier's switches means, and its filters in
// words.
func kitAmp(word int64, loop int, filter [3]int) (gain float64, text string) {
	bits := func(shift, n int) int { return int(word>>shift) & (1<<n - 1) }
	var high, low, notch int
	if loop >= 100 {
		gain = kitGains[bits(12, 3)] * kitGains[bits(28, 3)] * kitGains[bits(24, 3)]
		high, low, notch = bits(8, 3), bits(16, 3), bits(0, 2)
	} else {
		gain = kitGains[bits(11, 2)] * kitGains[bits(0, 3)]
		high, low, notch = bits(4, 3), bits(8, 3), bits(14, 2)
	}
	var parts []string
	if f := kitHigh[filter[0]][high]; f > 0 {
		parts = append(parts, fmt.Sprintf("HP:%g Hz", f))
	}
	parts = append(parts, fmt.Sprintf("LP:%g Hz", kitLow[filter[1]][low]))
	if f := kitNotch[filter[2]][notch]; f > 0 {
		parts = append(parts, fmt.Sprintf("N:%g Hz", f))
	}
	return gain, strings.Join(parts, " ")
}
