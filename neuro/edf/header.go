package edf

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// A header is what a file says about itself, and what is wrong with it.
type header struct {
	format  string // EDF, EDF+C, EDF+D, BDF, BDF+C, BDF+D
	width   int    // bytes of a sample: 2 or 3
	subject string
	session string
	start   time.Time
	bytes   int64 // of the header
	records int64 // whole ones that are there
	record  int64 // bytes of one
	dur     float64
	signals []field
	p       neuro.Problems
}

// A field is a signal of a record.
type field struct {
	label, sensor, unit, filter string
	pmin, pmax                  float64
	dmin, dmax                  float64
	n                           int   // samples in a record
	at                          int64 // first byte in a record
	annotations                 bool
	gain, offset                float64
}

// maxSignals is what the four digits of the header can say.
const maxSignals = 9999

// readHeader reads the header of a file of size bytes.
func readHeader(r io.ReaderAt, size int64) (*header, error) {
	b := make([]byte, 256)
	if n, err := r.ReadAt(b, 0); n < len(b) {
		if err != nil && err != io.EOF {
			return nil, err
		}
		return nil, fmt.Errorf("the file is cut off: it has %d bytes, a header 256 and more", n)
	}
	h := &header{width: 2, format: "EDF"}
	switch {
	case b[0] == 0xff && string(b[1:8]) == "BIOSEMI":
		h.width, h.format = 3, "BDF"
	case strings.TrimSpace(string(b[:8])) == "0":
	case string(b[:2]) == "0\x00" || b[0] == '0' && len(strings.Trim(string(b[1:8]), " \x00")) == 0:
		h.p.Add("note", "version", "is %q; \"0\" and seven spaces is right", b[:8])
	default:
		return nil, fmt.Errorf("the file begins with %q; an EDF file begins with \"0\" and seven spaces, a BDF file with 255 and \"BIOSEMI\"", b[:8])
	}
	h.subject, h.session = h.text("patient", b[8:88]), h.text("recording", b[88:168])
	reserved := h.text("reserved", b[192:236])
	plus := false
	if len(reserved) >= 5 && (reserved[:4] == "EDF+" || reserved[:4] == "BDF+") {
		plus = true
		kind := "C"
		switch {
		case reserved[4] == 'D':
			kind = "D"
		case reserved[4] != 'C':
			h.p.Add("warning", "reserved", "is %q; EDF+C or EDF+D is right; it is taken as continuous", reserved)
		}
		if reserved[:3] != h.format {
			h.p.Add("warning", "reserved", "is %q in a file that begins as %s, whose samples of %d bytes are read", reserved, h.format, h.width)
		}
		h.format += "+" + kind
	}
	h.start = h.date(b[168:176], b[176:184], plus)

	ns, ok := h.number("number of signals", b[252:256])
	if !ok || ns != math.Trunc(ns) || ns < 1 || ns > maxSignals {
		return nil, fmt.Errorf("number of signals is %q; 1 to %d are allowed", b[252:256], maxSignals)
	}
	h.bytes = 256 * (1 + int64(ns))
	if h.bytes > size {
		return nil, fmt.Errorf("the file is cut off: it has %d bytes, the header of %g signals has %d", size, ns, h.bytes)
	}
	if said, ok := h.number("bytes of the header", b[184:192]); !ok || said != float64(h.bytes) {
		h.p.Add("warning", "bytes of the header", "is %q; %g signals have %d, which are skipped", b[184:192], ns, h.bytes)
	}
	dur, ok := h.number("duration of a record", b[244:252])
	if !ok || dur < 0 || dur > 1e8 {
		return nil, fmt.Errorf("the duration of a record is %q; a number of s above 0 is needed", b[244:252])
	}
	h.dur = dur
	s := make([]byte, h.bytes-256)
	if _, err := io.ReadFull(io.NewSectionReader(r, 256, h.bytes-256), s); err != nil {
		return nil, err
	}
	if err := h.fields(s, int(ns)); err != nil {
		return nil, err
	}
	if plus && h.firstAnnotations() < 0 {
		h.p.Add("warning", "label", "there is no signal of annotations, which %s must have", h.format)
	}
	if !plus && h.firstAnnotations() >= 0 {
		h.p.Add("warning", "reserved", "does not begin with EDF+, though there are annotations, which are read")
	}
	signals := len(h.signals)
	for _, f := range h.signals {
		if f.annotations {
			signals--
		}
	}
	if h.dur == 0 && signals > 0 {
		h.p.Add("warning", "duration of a record", "is 0 beside signals; 1 s is taken")
		h.dur = 1
	}
	return h, h.count(b[236:244], size)
}

// count finds how many records there are.
func (h *header) count(text []byte, size int64) error {
	left := size - h.bytes
	h.records = left / h.record
	said, ok := h.number("number of records", text)
	switch {
	case !ok || said != math.Trunc(said) || said < -1:
		h.p.Add("warning", "number of records", "is %q; the file has %d, which are read", text, h.records)
	case said == -1:
		h.p.Add("note", "number of records", "is -1, as while a recording runs; the file has %d", h.records)
	case said > float64(h.records):
		h.p.Add("warning", "number of records", "is %g and the file has %d whole ones, which are read: it is cut off, or was not closed", said, h.records)
	case said < float64(h.records):
		h.p.Add("warning", "number of records", "is %g and the file has %d, which are read", said, h.records)
	}
	if extra := left % h.record; extra > 0 {
		h.p.Add("warning", "", "%d bytes follow the last whole record of %d bytes; they are left out", extra, h.record)
	}
	if h.records == 0 && left > 0 {
		return fmt.Errorf("the file is cut off: a record has %d bytes, %d are there", h.record, left)
	}
	if float64(float64(h.records)*h.dur) > 1e9 {
		return fmt.Errorf("%d records of %g s are more than 1e9 s", h.records, h.dur)
	}
	return nil
}

// fields reads what the header says of each signal.
func (h *header) fields(s []byte, ns int) error {
	h.signals = make([]field, ns)
	at := 0
	column := func(width int, f func(k int, b []byte) error) error {
		for k := range ns {
			if err := f(k, s[at+k*width:at+(k+1)*width]); err != nil {
				return err
			}
		}
		at += ns * width
		return nil
	}
	text := func(name string, width int, to func(*field) *string) {
		column(width, func(k int, b []byte) error {
			*to(&h.signals[k]) = h.text(name, b)
			return nil
		})
	}
	bad := make([]bool, ns)
	num := func(name string, to func(*field) *float64) {
		column(8, func(k int, b []byte) error {
			v, ok := h.number(name, b)
			if !ok {
				bad[k] = true
				if !h.signals[k].annotations {
					h.p.Add("warning", name, "of signal %d (%s) is %q, which is no number", k+1, h.signals[k].label, b)
				}
			}
			*to(&h.signals[k]) = v
			return nil
		})
	}
	text("label", 16, func(f *field) *string { return &f.label })
	for k := range h.signals {
		l := h.signals[k].label
		h.signals[k].annotations = strings.EqualFold(l, "EDF Annotations") || strings.EqualFold(l, "BDF Annotations")
	}
	text("transducer", 80, func(f *field) *string { return &f.sensor })
	column(8, func(k int, b []byte) error {
		h.signals[k].unit = eeg.UnitOf(strings.Trim(string(b), " \x00"))
		if !utf8.ValidString(h.signals[k].unit) {
			h.signals[k].unit = latin1(b)
		}
		return nil
	})
	num("physical minimum", func(f *field) *float64 { return &f.pmin })
	num("physical maximum", func(f *field) *float64 { return &f.pmax })
	num("digital minimum", func(f *field) *float64 { return &f.dmin })
	num("digital maximum", func(f *field) *float64 { return &f.dmax })
	text("filter", 80, func(f *field) *string { return &f.filter })
	err := column(8, func(k int, b []byte) error {
		n, ok := h.number("samples in a record", b)
		if !ok || n < 0 || n != math.Trunc(n) {
			return fmt.Errorf("signal %d (%s) has %q samples in a record; a whole number is needed", k+1, h.signals[k].label, b)
		}
		f := &h.signals[k]
		f.n, f.at = int(n), h.record
		h.record += int64(n) * int64(h.width)
		return nil
	})
	if err != nil {
		return err
	}
	if h.record == 0 {
		return fmt.Errorf("no signal has samples in a record")
	}
	for k := range h.signals {
		h.scale(k, bad[k])
	}
	return nil
}

// scale finds how a signal's digital numbers become values.
func (h *header) scale(k int, bad bool) {
	f := &h.signals[k]
	f.gain, f.offset = 1, 0
	if f.annotations {
		return
	}
	status := h.width == 3 && strings.EqualFold(f.label, "Status")
	switch {
	case status:
		if f.pmin != f.dmin || f.pmax != f.dmax {
			h.p.Add("note", "physical minimum", "and maximum of signal %d (Status) would scale its codes, which are given as they are", k+1)
		}
		f.unit, f.pmin, f.pmax, f.dmin, f.dmax = "", 0, 0, 0, 0
		return
	case bad:
	case f.dmin == f.dmax:
		h.p.Add("warning", "digital minimum", "and maximum of signal %d (%s) are both %g", k+1, f.label, f.dmin)
		bad = true
	case f.pmin == f.pmax:
		h.p.Add("warning", "physical minimum", "and maximum of signal %d (%s) are both %g", k+1, f.label, f.pmin)
		bad = true
	}
	if bad {
		h.p.Add("warning", "", "signal %d (%s) has no scale: its digital numbers are given, without a unit", k+1, f.label)
		f.unit, f.pmin, f.pmax = "", 0, 0
		return
	}
	if f.dmin > f.dmax {
		h.p.Add("warning", "digital minimum", "of signal %d (%s) is %g, above its maximum %g; both are used as they are", k+1, f.label, f.dmin, f.dmax)
	}
	if lim := math.Ldexp(1, 8*h.width-1); f.dmin < -lim || f.dmax > lim-1 {
		h.p.Add("warning", "digital minimum", "and maximum of signal %d (%s) are %g and %g; samples lie from %g to %g", k+1, f.label, f.dmin, f.dmax, -lim, lim-1)
	}
	if f.pmin > f.pmax {
		h.p.Add("note", "physical minimum", "of signal %d (%s) is above its maximum: the signal is recorded inverted, and given upright", k+1, f.label)
	}
	f.gain = (f.pmax - f.pmin) / (f.dmax - f.dmin)
	f.offset = f.pmin - float64(f.dmin*f.gain)
}

// firstAnnotations returns the first signal of annotations, -1 without one.
func (h *header) firstAnnotations() int {
	for k, f := range h.signals {
		if f.annotations && f.n > 0 {
			return k
		}
	}
	return -1
}

// text returns a field of the header without what fills it.
func (h *header) text(name string, b []byte) string {
	b = bytes.TrimRight(b, " \x00")
	if i := bytes.IndexByte(b, 0); i >= 0 {
		h.p.Add("note", name, "has a zero byte in it; what follows is left out")
		b = b[:i]
	}
	for _, c := range b {
		if c < 32 || c > 126 {
			h.p.Add("note", name, "has characters that are not of US-ASCII, which the format allows")
			break
		}
	}
	if utf8.Valid(b) {
		return strings.TrimSpace(string(b))
	}
	return strings.TrimSpace(latin1(b))
}

func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return strings.Trim(string(r), " \x00")
}

// number reads a number of the header.
func (h *header) number(name string, b []byte) (float64, bool) {
	t := strings.Trim(string(b), " \x00\t\r\n")
	if strings.Contains(t, ",") {
		h.p.Add("warning", name, "is %q, with a decimal comma; a point is right", t)
		t = strings.Replace(t, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// date returns when the recording began.
func (h *header) date(d, t []byte, plus bool) time.Time {
	split := func(b []byte) (v [3]int, ok bool) {
		parts := strings.FieldsFunc(string(b), func(r rune) bool { return r < '0' || r > '9' })
		if len(parts) != 3 {
			return v, false
		}
		for i := range v {
			n, err := strconv.Atoi(parts[i])
			if err != nil {
				return v, false
			}
			v[i] = n
		}
		return v, true
	}
	day, ok1 := split(d)
	clock, ok2 := split(t)
	year := day[2] + 2000
	if day[2] >= 85 {
		year = day[2] + 1900
	}
	month := time.Month(day[1])
	if parts := strings.Fields(h.session); plus && len(parts) > 1 && strings.EqualFold(parts[0], "Startdate") {
		if p, err := time.Parse("2-Jan-2006", strings.ToLower(parts[1])); err == nil {
			year, month, day[0], ok1 = p.Year(), p.Month(), p.Day(), true
		} else if parts[1] == "X" {
			return time.Time{} // told to be unknown
		}
	}
	out := time.Date(year, month, day[0], clock[0], clock[1], clock[2], 0, time.UTC)
	if !ok1 || !ok2 || out.Day() != day[0] || out.Month() != month || out.Hour() != clock[0] || out.Minute() != clock[1] || out.Second() != clock[2] {
		h.p.Add("warning", "start", "is %q %q; dd.mm.yy hh.mm.ss is right; the start is not known", d, t)
		return time.Time{}
	}
	return out
}
