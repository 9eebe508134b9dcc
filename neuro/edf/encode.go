package edf

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// annotate makes the lists of annotations and lays them into records: any record may have
// them, and they follow in the order of their times.
func (w *writer) annotate() {
	notes := append([]eeg.Annotation(nil), w.r.Annotations...)
	for g, s := range w.r.Segments {
		if written := float64(float64(w.counts[g]) * w.dur); written > s.Dur+float64(0.25/w.r.Channels[0].FS) {
			notes = append(notes, eeg.Annotation{Onset: s.End(), Dur: written - s.Dur, Text: "end of data: the rest of the record repeats the last sample"})
		}
	}
	sort.SliceStable(notes, func(i, j int) bool { return notes[i].Onset < notes[j].Onset })
	w.lists = make([][]byte, w.total)
	var lists []string
	longest, sum := 0, 0
	for _, a := range notes {
		list := "+"
		if a.Onset+w.part < 0 {
			list = ""
		}
		list += decimal(a.Onset + w.part)
		if a.Dur > 0 {
			list += "\x15" + decimal(a.Dur)
		}
		// the bytes 0 and 20 end a text, and 21 a time
		text := strings.Map(func(r rune) rune {
			if r == 0 || r == 20 || r == 21 {
				return ' '
			}
			return r
		}, a.Text)
		if a.Kind != "" && !strings.HasPrefix(text, a.Kind) {
			text = strings.TrimSuffix(a.Kind+"/"+text, "/")
		}
		list += "\x14" + text + "\x14\x00"
		lists = append(lists, list)
		longest, sum = max(longest, len(list)), sum+len(list)
	}
	room := longest + sum/max(1, w.total) + 1
	k := 0
	for _, list := range lists {
		for k < w.total-1 && len(w.lists[k])+len(list) > room {
			k++
		}
		if w.total > 0 {
			w.lists[k] = append(w.lists[k], list...)
		}
	}
	for k := range w.lists {
		w.room = max(w.room, len(w.lists[k]))
	}
	w.room += 24 // the time of the record
	w.room = (w.room + w.width - 1) / w.width * w.width
}

// decimal writes a time to the nanosecond.
func decimal(t float64) string {
	s := strconv.FormatFloat(t, 'f', 9, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// write writes the file.
func (w *writer) write(f io.Writer, task *display.Counter) error {
	if _, err := f.Write(w.header()); err != nil {
		return err
	}
	var starts []float64 // of the records
	for g, s := range w.r.Segments {
		for k := range w.counts[g] {
			starts = append(starts, s.Start+float64(float64(k)*w.dur))
		}
	}
	size := w.room
	if !w.plus {
		size = 0
	}
	for _, s := range w.signals {
		size += s.n * w.width
	}
	b := make([]byte, 0, size)
	return w.each(task, func(record int, x [][]float64) error {
		for k := range len(x[0]) / w.signals[0].n {
			b = b[:0]
			for c := range w.signals {
				s := &w.signals[c]
				for _, v := range x[c][k*s.n : (k+1)*s.n] {
					d := math.Round((float64(v*s.factor) - s.offset) / s.gain)
					i := int32(math.Max(s.dmin, math.Min(s.dmax, d)))
					b = append(b, byte(i), byte(i>>8))
					if w.width == 3 {
						b = append(b, byte(i>>16))
					}
				}
			}
			if w.plus {
				at := len(b)
				b = append(b, "+"+decimal(starts[record+k]+w.part)+"\x14\x14\x00"...)
				b = append(b, w.lists[record+k]...)
				for len(b) < at+w.room {
					b = append(b, 0)
				}
			}
			if _, err := f.Write(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// header returns the header.
func (w *writer) header() []byte {
	signals := append([]out(nil), w.signals...)
	if w.plus {
		limit := math.Ldexp(1, 8*w.width-1)
		s := out{pminText: "-1", ptop: "1"}
		s.label, s.dmin, s.dmax, s.n = "EDF Annotations", -limit, limit-1, w.room/w.width
		if w.width == 3 {
			s.label = "BDF Annotations"
		}
		signals = append(signals, s)
	}
	var b strings.Builder
	put := func(width int, text string) {
		text = ascii(text, width)
		b.WriteString(text + strings.Repeat(" ", width-len(text)))
	}
	kind := ""
	if w.width == 3 {
		b.WriteString("\xffBIOSEMI")
		kind = "24BIT"
	} else {
		put(8, "0")
	}
	start := w.start
	known := !w.r.Start.IsZero()
	if !known {
		start = time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	subject, session := w.r.Subject, w.r.Session
	if w.plus {
		kind = [...]string{2: "EDF+", 3: "BDF+"}[w.width] + "C"
		if len(w.r.Segments) > 1 {
			kind = kind[:4] + "D"
		}
		if len(strings.Fields(subject)) < 4 {
			name := strings.Join(strings.Fields(subject), "_")
			if name == "" {
				name = "X"
			}
			subject = "X X X " + name
		}
		date := "X"
		if known {
			date = strings.ToUpper(start.Format("02-Jan-2006"))
		}
		rest := strings.Fields(session)
		if len(rest) > 1 && strings.EqualFold(rest[0], "Startdate") {
			rest = rest[2:]
		}
		for len(rest) < 3 {
			rest = append(rest, "X")
		}
		session = "Startdate " + date + " " + strings.Join(rest, " ")
	}
	put(80, subject)
	put(80, session)
	put(8, start.Format("02.01.06"))
	put(8, start.Format("15.04.05"))
	put(8, fmt.Sprint(256*(1+len(signals))))
	put(44, kind)
	put(8, fmt.Sprint(w.total))
	put(8, w.durText)
	put(4, fmt.Sprint(len(signals)))
	for _, column := range []struct {
		width int
		of    func(s out) string
	}{
		{16, func(s out) string { return s.label }},
		{80, func(s out) string { return s.sensor }},
		{8, func(s out) string { return s.unit }},
		{8, func(s out) string { return s.pminText }},
		{8, func(s out) string { return s.ptop }},
		{8, func(s out) string { return strconv.FormatFloat(s.dmin, 'f', 0, 64) }},
		{8, func(s out) string { return strconv.FormatFloat(s.dmax, 'f', 0, 64) }},
		{80, func(s out) string { return s.filter }},
		{8, func(s out) string { return fmt.Sprint(s.n) }},
		{32, func(out) string { return "" }},
	} {
		for _, s := range signals {
			put(column.width, column.of(s))
		}
	}
	return []byte(b.String())
}

// ascii returns up to width characters of a text; what is not of ASCII is ?.
func ascii(text string, width int) string {
	text = strings.ReplaceAll(text, "µ", "u")
	var b strings.Builder
	for _, r := range text {
		if b.Len() == width {
			break
		}
		if r < 32 || r > 126 {
			r = '?'
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// short writes a number within 8 characters, rounded down for a direction of -1, up for
// 1, to the nearest for 0, and returns what was written.
func short(v float64, direction int) (string, float64, bool) {
	if s := strconv.FormatFloat(v, 'f', -1, 64); len(s) <= 8 {
		return s, v, true
	}
	for d := 7; d >= 0; d-- {
		scale := math.Pow10(d)
		x := float64(v * scale)
		switch direction {
		case -1:
			x = math.Floor(x)
		case 1:
			x = math.Ceil(x)
		default:
			x = math.Round(x)
		}
		s := strconv.FormatFloat(x/scale, 'f', d, 64)
		if len(s) <= 8 {
			got, err := strconv.ParseFloat(s, 64)
			return s, got, err == nil
		}
	}
	return "", 0, false
}
