package abf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
)

// A decoder reads numbers at places of a file, and keeps the first error.
type decoder struct {
	data []byte
	err  error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// bytes returns n bytes from at, zeros where the file ends before.
func (d *decoder) bytes(at, n int) []byte {
	if at < 0 || n < 0 || at > len(d.data)-n {
		d.fail("the file is cut off: %d bytes, where the header needs %d", len(d.data), at+n)
		return make([]byte, min(max(n, 0), 512))
	}
	return d.data[at : at+n]
}

func (d *decoder) int16(at int) int { return int(int16(binary.LittleEndian.Uint16(d.bytes(at, 2)))) }
func (d *decoder) int32(at int) int { return int(int32(binary.LittleEndian.Uint32(d.bytes(at, 4)))) }
func (d *decoder) float(at int) float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(d.bytes(at, 4))))
}

// A section is a table of the file: where it begins, and its entries.
type section struct{ at, size, n int }

// section reads an entry of the index at the beginning of an ABF2 file.
func (d *decoder) section(at int) section {
	s := section{d.int32(at) * 512, d.int32(at + 4), d.int32(at + 8)}
	if s.at < 0 || s.size < 0 || s.n < 0 || s.n > 0 && s.size > 0 && s.n > (1<<40)/s.size {
		d.fail("the index of the file is damaged: a section at byte %d with %d entries of %d bytes", s.at, s.n, s.size)
		return section{}
	}
	return s
}

// entry returns where entry k of a section begins, checked to lie in the file
// with at least need bytes.
func (d *decoder) entry(s section, k, need int) int {
	if s.size < need {
		d.fail("the index of the file is damaged: an entry has %d bytes, at least %d are needed", s.size, need)
		return 0
	}
	at := s.at + k*s.size
	d.bytes(at, need)
	return at
}

// cut tells that a file holds fewer samples than its header says.
func (d *decoder) cut(samples int) {
	d.fail("the file is cut off: the header tells of %d samples, the whole file has %d bytes", samples, len(d.data))
}

const mostChannels = 64

// version2 reads a file of ABF2.
func (d *decoder) version2() *Recording {
	r := &Recording{Version: 2}
	protocol, adc, dac := d.section(76), d.section(92), d.section(108)
	perDAC, stringsAt, dataAt, tags, synch := d.section(156), d.section(220), d.section(236), d.section(252), d.section(316)
	float := d.int16(30) == 1
	if d.err != nil {
		return nil
	}
	p := d.entry(protocol, 0, 122)
	mode, interval, tick, perEpisode := d.int16(p), d.float(p+2), d.float(p+14), d.int32(p+22)
	adcRange, adcResolution := d.float(p+110), float64(d.int32(p+118))
	if d.err == nil && (!(interval > 0) || !finite(interval)) {
		d.fail("the sampling interval is %g us; it must be positive", interval)
	}
	if d.err == nil && (adc.n < 1 || adc.n > mostChannels || dac.n > mostChannels || perDAC.n > 4096) {
		d.fail("the file has %d channels, %d outputs and %d epochs; 1 to %d channels can be read", adc.n, dac.n, perDAC.n, mostChannels)
	}
	if d.err != nil {
		return nil
	}
	r.FS = 1e6 / interval
	texts := d.strings(stringsAt)
	text := func(k int) string {
		if k < 1 || k >= len(texts) {
			return ""
		}
		return texts[k]
	}
	r.Protocol = text(d.int32(72))
	var scales []scale
	for k := range adc.n {
		a := d.entry(adc, k, 82)
		gain := d.float(a+40) * d.float(a+48) * d.float(a+28)
		if d.int16(a+2) != 0 {
			gain *= d.float(a + 6)
		}
		scales = append(scales, d.scale(k, adcRange, adcResolution, gain, d.float(a+44)-d.float(a+52), float))
		r.Channels = append(r.Channels, Channel{Name: text(d.int32(a + 74)), Unit: text(d.int32(a + 78))})
	}
	for k := range dac.n {
		a := d.entry(dac, k, 46)
		o := Output{Name: text(d.int32(a + 24)), Unit: text(d.int32(a + 28)), Holding: d.level(a + 12), Stays: d.int16(a+44) != 0}
		o.Source = source(d.int16(a+40), d.int16(a+42))
		if o.Source == "file" && dac.size >= 122 {
			o.File = text(d.int32(d.entry(dac, k, 122) + 118))
		}
		for e := 0; o.Source == "epochs" && e < perDAC.n; e++ {
			b := d.entry(perDAC, e, 30)
			if d.int16(b+2) != d.int16(a) || d.int16(b+4) == 0 {
				continue
			}
			o.Epochs = append(o.Epochs, Epoch{
				Kind: kind(d.int16(b + 4)), Level: d.float(b + 6), LevelStep: d.float(b + 10), Len: d.int32(b + 14), LenStep: d.int32(b + 18),
				Period: d.int32(b + 22), Width: d.int32(b + 26),
			})
		}
		r.Outputs = append(r.Outputs, o)
	}
	if tags.n > len(d.data)/64 {
		d.fail("the index of the file is damaged: %d tags in a file of %d bytes", tags.n, len(d.data))
		return nil
	}
	for k := 0; k < tags.n && d.err == nil; k++ {
		d.tag(r, d.entry(tags, k, 64), tick, interval/float64(adc.n))
	}
	if dataAt.n > len(d.data) {
		d.cut(dataAt.n)
		return nil
	}
	lens := equal(dataAt.n, perEpisode)
	switch mode {
	case 3: // gap free
		lens = []int{dataAt.n}
	case 1: // events of different lengths, which the synch array lists
		lens = nil
		if synch.n > dataAt.n {
			d.fail("the index of the file is damaged: %d events in %d samples", synch.n, dataAt.n)
			return nil
		}
		for k := 0; k < synch.n && d.err == nil; k++ {
			lens = append(lens, d.int32(d.entry(synch, k, 8)+4))
		}
	}
	if d.err != nil {
		return nil
	}
	d.sweeps(r, dataAt.at, float, lens, scales)
	return r
}

// strings reads the texts of an ABF2 file: the section holds one block whose
// texts, each with a zero behind it, follow a header of 44 bytes.
func (d *decoder) strings(s section) []string {
	if s.n == 0 {
		return nil
	}
	b := d.bytes(s.at, s.size)
	if len(b) < 44 {
		return nil
	}
	out := []string{""}
	for _, t := range bytes.Split(b[44:], []byte{0}) {
		out = append(out, latin(t))
	}
	return out
}

// version1 reads a file of ABF1.
func (d *decoder) version1() *Recording {
	r := &Recording{Version: 1}
	mode, total, perEpisode := d.int16(8), d.int32(10), d.int32(138)
	start, float, n := d.int32(40)*512, d.int16(100) == 1, d.int16(120)
	interval, adcRange, adcResolution := d.float(122), d.float(244), float64(d.int32(252))
	synchAt, synchN := d.int32(92)*512, d.int32(96)
	if d.err == nil && (n < 1 || n > 16) {
		d.fail("the file has %d channels; ABF1 has 1 to 16", n)
	}
	if d.err == nil && (!(interval > 0) || !finite(interval)) {
		d.fail("the sampling interval is %g us; it must be positive", interval)
	}
	if d.err != nil {
		return nil
	}
	r.FS = 1e6 / (interval * float64(n))
	telegraph := len(d.data) >= 4640 // headers before version 1.6 are shorter
	var scales []scale
	for k := range n {
		c := d.int16(410 + 2*k) // physical channel of this sample
		if c < 0 || c > 15 {
			d.fail("channel %d samples the input %d; inputs are 0 to 15", k, c)
			return nil
		}
		gain := d.float(922+4*c) * d.float(1050+4*c) * d.float(730+4*c)
		if telegraph && d.int16(4512+2*c) != 0 {
			gain *= d.float(4576 + 4*c)
		}
		scales = append(scales, d.scale(k, adcRange, adcResolution, gain, d.float(986+4*c)-d.float(1114+4*c), float))
		r.Channels = append(r.Channels, Channel{Name: latin(d.bytes(442+10*c, 10)), Unit: latin(d.bytes(602+8*c, 8))})
	}
	for k := range outputs1 {
		r.Outputs = append(r.Outputs, d.output1(k))
	}
	tagAt, tags := d.int32(44)*512, d.int32(48)
	if d.err == nil && (tags < 0 || tags > len(d.data)/64) {
		d.fail("the header is damaged: %d tags in a file of %d bytes", tags, len(d.data))
	}
	for k := 0; k < tags && d.err == nil; k++ {
		d.tag(r, tagAt+64*k, d.float(130), interval)
	}
	if total < 0 || total > len(d.data) {
		d.cut(total)
		return nil
	}
	lens := equal(total, perEpisode)
	switch mode {
	case 3:
		lens = []int{total}
	case 1:
		lens = nil
		if synchN < 0 || synchN > total {
			d.fail("the header is damaged: %d events in %d samples", synchN, total)
			return nil
		}
		for k := 0; k < synchN && d.err == nil; k++ {
			lens = append(lens, d.int32(synchAt+8*k+4))
		}
	}
	if d.err != nil {
		return nil
	}
	d.sweeps(r, start, float, lens, scales)
	return r
}

// outputs1 is how many outputs ABF1 names; two of them have epochs.
const outputs1 = 4

// output1 reads output k of ABF1. Files before version 1.6 keep epochs elsewhere.
func (d *decoder) output1(k int) Output {
	o := Output{Name: latin(d.bytes(1306+10*k, 10)), Unit: latin(d.bytes(1346+8*k, 8)), Holding: d.level(1394 + 4*k)}
	switch {
	case k > 1:
		return o
	case d.float(4) < 1.6:
		o.Source = "unread"
		return o
	}
	o.Source, o.Stays = source(d.int16(2296+2*k), d.int16(2300+2*k)), d.int16(2304+2*k) != 0
	if o.Source == "file" {
		o.File = latin(d.bytes(2736+256*k, 256))
	}
	for e := 10 * k; o.Source == "epochs" && e < 10*k+10; e++ {
		if kindOf := d.int16(2308 + 2*e); kindOf != 0 {
			o.Epochs = append(o.Epochs, Epoch{
				Kind: kind(kindOf), Level: d.float(2348 + 4*e), LevelStep: d.float(2428 + 4*e), Len: d.int32(2508 + 4*e), LenStep: d.int32(2588 + 4*e),
				Period: d.int32(2136 + 4*e), Width: d.int32(2216 + 4*e),
			})
		}
	}
	return o
}

// level returns a level, 0 where the file has no number.
func (d *decoder) level(at int) float64 {
	if x := d.float(at); finite(x) && math.Abs(x) < 1e30 {
		return x
	}
	return 0
}

// tag reads a tag. Its time is in ticks of so many microseconds, or in samples of all
// channels where the file has no ticks.
func (d *decoder) tag(r *Recording, at int, tick, sample float64) {
	if !(tick > 0) || !finite(tick) {
		tick = sample
	}
	r.Tags = append(r.Tags, Tag{Time: float64(d.int32(at)) * tick / 1000, Text: latin(d.bytes(at+4, 56))})
}

// scale returns what turns raw numbers of a channel into units.
func (d *decoder) scale(channel int, adcRange, resolution, gain, offset float64, float bool) scale {
	s := scale{adcRange / (resolution * gain), offset}
	if !float && (!finite(s.factor) || !finite(s.offset)) {
		d.fail("channel %d: its range %g V, resolution %g and gain %g give no scale", channel, adcRange, resolution, gain)
	}
	return s
}

// latin returns a text of the file, which is Latin-1, without blanks at its ends.
func latin(b []byte) string {
	b = bytes.Trim(b, " \x00")
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}
