package edf

import (
	"bytes"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// A tal is a time-stamped annotation list: texts at one time.
type tal struct {
	onset, dur float64
	texts      []string
}

// parseTALs reads those in the bytes that a record has for annotations, and says what in
// them is broken.
func parseTALs(b []byte) (out []tal, broken string) {
	for len(b) > 0 {
		if b[0] == 0 {
			b = b[1:]
			continue
		}
		item := b
		if i := bytes.Index(b, []byte{20, 0}); i >= 0 {
			item, b = b[:i+1], b[i+2:]
		} else {
			b = nil
			item = bytes.TrimRight(item, "\x00")
			if !bytes.Contains(item, []byte{20}) {
				return out, "ends within an annotation"
			}
			broken = "ends within an annotation"
		}
		head, rest, _ := bytes.Cut(item, []byte{20})
		onset, dur, hasDur := bytes.Cut(head, []byte{21})
		t := tal{}
		var ok bool
		if t.onset, ok = second(onset); !ok || len(onset) == 0 || onset[0] != '+' && onset[0] != '-' {
			if !ok {
				broken = "has the onset " + strconv.Quote(string(onset[:min(len(onset), 24)])) + ", which is no number with a sign"
				continue
			}
			broken = "has an onset without a sign"
		}
		if hasDur {
			if t.dur, ok = second(dur); !ok || t.dur < 0 {
				broken = "has the duration " + strconv.Quote(string(dur[:min(len(dur), 24)])) + ", which is taken as 0"
				t.dur = 0
			}
		}
		for _, x := range bytes.Split(bytes.TrimSuffix(rest, []byte{20}), []byte{20}) {
			if utf8.Valid(x) {
				t.texts = append(t.texts, string(x))
			} else {
				t.texts = append(t.texts, latin1(x))
			}
		}
		out = append(out, t)
	}
	return out, broken
}

// second reads a time.
func second(b []byte) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(string(b)), 64)
	if err != nil || !(math.Abs(v) < 1e9) {
		return 0, false
	}
	return v, true
}

// timeline reads the annotations of all records, and the times of these, and fills the
// segments and annotations of rec.
func (h *header) timeline(r io.ReaderAt, rec *eeg.Recording, name string) error {
	whole := eeg.Segment{Dur: float64(float64(h.records) * h.dur)}
	first := h.firstAnnotations()
	if first < 0 || h.records == 0 {
		if h.records > 0 {
			rec.Segments = []eeg.Segment{whole}
		}
		return nil
	}
	task := display.Start("edf.Read "+name, "records", int(h.records))
	defer task.End()
	fastest := 1.0
	for _, f := range h.signals {
		if !f.annotations && h.dur > 0 {
			fastest = math.Max(fastest, float64(f.n)/h.dur)
		}
	}
	var (
		tolerance = 0.5 / fastest
		gaps      = strings.HasSuffix(h.format, "D")
		t0        float64 // of the first record
		start     float64 // of the segment
		in        int     // records of it
		apart     int     // records of a continuous file that are not where they should be
		untold    int
	)
	close := func() {
		if in > 0 {
			s := eeg.Segment{Start: start, Dur: float64(float64(in) * h.dur)}
			if n := len(rec.Segments); n > 0 {
				s.Start = math.Max(s.Start, rec.Segments[n-1].End())
			}
			rec.Segments = append(rec.Segments, s)
		}
	}
	buf := make([]byte, 0, 4096)
	for k := range h.records {
		if err := task.Err(); err != nil {
			return err
		}
		task.Add(1)
		timed := false
		for s := range h.signals {
			f := &h.signals[s]
			if !f.annotations || f.n == 0 {
				continue
			}
			n := f.n * h.width
			if cap(buf) < n {
				buf = make([]byte, 0, n)
			}
			buf = buf[:n]
			if _, err := io.ReadFull(io.NewSectionReader(r, h.bytes+k*h.record+f.at, int64(n)), buf); err != nil {
				return err
			}
			list, broken := parseTALs(buf)
			if broken != "" {
				h.p.Add("warning", "annotations", "record %d %s", k+1, broken)
			}
			for i, t := range list {
				texts := t.texts
				if s == first && i == 0 && len(texts) > 0 && texts[0] == "" {
					timed, texts = true, texts[1:]
					if k == 0 {
						t0 = t.onset
					}
					at := t.onset - t0
					expected := start + float64(float64(in)*h.dur)
					switch d := at - expected; {
					case math.Abs(d) <= tolerance || k == 0:
					case !gaps:
						apart++
					case d < 0:
						h.p.Add("warning", "annotations", "record %d begins at %g s, before the end of the one before at %g s; it is placed there", k+1, t.onset, expected+t0)
					default:
						close()
						start, in = at, 0
					}
				}
				for _, x := range texts {
					if x != "" {
						rec.Annotations = append(rec.Annotations, eeg.Annotation{Onset: t.onset - t0, Dur: t.dur, Text: x})
					}
				}
			}
		}
		if !timed {
			untold++
		}
		in++
	}
	close()
	if untold > 0 {
		h.p.Add("warning", "annotations", "%d of %d records do not tell their time; they are taken to follow the one before", untold, h.records)
	}
	if apart > 0 {
		h.p.Add("warning", "reserved", "says that the file is continuous, and %d records tell of a time that is not theirs; they are taken to follow the one before", apart)
	}
	if h.dur == 0 {
		rec.Segments = nil
	}
	if t0 < 0 || t0 >= 1 {
		h.p.Add("note", "annotations", "the first record begins %g s after the start of the header; up to 1 s is right", t0)
	}
	if !rec.Start.IsZero() {
		rec.Start = rec.Start.Add(time.Duration(math.Round(t0 * 1e9)))
	}
	sort.SliceStable(rec.Annotations, func(i, j int) bool { return rec.Annotations[i].Onset < rec.Annotations[j].Onset })
	return nil
}
