package brainvision

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A header is what the .vhdr says, and what is wrong with it.
type header struct {
	dataFile, markerFile string
	format               string // INT_16, INT_32, UINT_16, IEEE_FLOAT_32
	width                int    // bytes of a sample
	vectorized           bool
	fs                   float64
	points               float64 // that it says there are; 0 when it does not
	channels             []eeg.Channel
	resolution           []float64
	p                    neuro.Problems
}

const mostChannels = 1 << 16

// section returns the entries of a section: keys in lower case, and values.
type sections map[string]map[string]string

// parse reads a text of sections. Comments and what follows [Comment] are left out.
func parse(b []byte, p *neuro.Problems, what string) (sections, error) {
	text := strings.TrimPrefix(string(b), "\ufeff")
	if !utf8.ValidString(text) {
		r := make([]rune, len(b))
		for i, c := range b {
			r[i] = rune(c)
		}
		text = string(r)
		if strings.Contains(strings.ToLower(text), "codepage=utf-8") {
			p.Add("warning", "Codepage", "of the %s is UTF-8, which it is not; it is read as Latin-1", what)
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	lower := strings.ToLower(first)
	if !strings.Contains(lower, "brain") || !strings.Contains(lower, "vision") || !strings.Contains(lower, what) {
		if len(first) > 60 {
			first = first[:60]
		}
		return nil, fmt.Errorf("the %s file begins with %q; \"Brain Vision Data Exchange %s%s File, Version 1.0\" is right", what, strings.TrimSpace(first), strings.ToUpper(what[:1]), what[1:])
	}
	out := sections{}
	var now map[string]string
	for _, line := range strings.Split(text, "\n")[1:] {
		line = strings.TrimRight(line, "\r")
		t := strings.TrimSpace(line)
		switch {
		case t == "" || t[0] == ';':
		case t[0] == '[' && t[len(t)-1] == ']':
			name := strings.ToLower(t[1 : len(t)-1])
			if name == "comment" {
				return out, nil
			}
			if out[name] == nil {
				out[name] = map[string]string{}
			}
			now = out[name]
		case now != nil:
			if k, v, ok := strings.Cut(line, "="); ok {
				now[strings.ToLower(strings.TrimSpace(k))] = strings.TrimSpace(v)
			}
		}
	}
	return out, nil
}

func readHeader(b []byte) (*header, error) {
	h := &header{}
	s, err := parse(b, &h.p, "header")
	if err != nil {
		return nil, err
	}
	common := s["common infos"]
	h.dataFile, h.markerFile = common["datafile"], common["markerfile"]
	switch v := strings.ToUpper(common["dataformat"]); v {
	case "BINARY", "":
	case "ASCII":
		return nil, fmt.Errorf("DataFormat is ASCII: samples written as text are not read; export them as BINARY")
	default:
		return nil, fmt.Errorf("DataFormat is %q; BINARY is read", v)
	}
	switch v := strings.ToUpper(common["dataorientation"]); v {
	case "MULTIPLEXED":
	case "VECTORIZED":
		h.vectorized = true
	default:
		h.p.Add("warning", "DataOrientation", "is %q; MULTIPLEXED is taken", v)
	}
	if v := strings.ToUpper(common["datatype"]); v != "" && v != "TIMEDOMAIN" {
		return nil, fmt.Errorf("DataType is %q; TIMEDOMAIN is read", v)
	}
	n, err := strconv.Atoi(common["numberofchannels"])
	if err != nil || n < 1 || n > mostChannels {
		return nil, fmt.Errorf("NumberOfChannels is %q; 1 to %d are allowed", common["numberofchannels"], mostChannels)
	}
	interval, ok := number(common["samplinginterval"])
	if !ok || interval <= 0 {
		return nil, fmt.Errorf("SamplingInterval is %q; a number of us above 0 is needed", common["samplinginterval"])
	}
	h.fs = 1e6 / interval
	if !(h.fs > 1e-6) || h.fs > 1e9 {
		return nil, fmt.Errorf("SamplingInterval is %g us; 0.001 to 1e12 are allowed", interval)
	}
	h.points, _ = number(common["datapoints"])
	h.format = strings.ToUpper(s["binary infos"]["binaryformat"])
	switch h.format {
	case "INT_16", "UINT_16":
		h.width = 2
	case "INT_32", "IEEE_FLOAT_32":
		h.width = 4
	default:
		return nil, fmt.Errorf("BinaryFormat is %q; INT_16, UINT_16, INT_32 and IEEE_FLOAT_32 are read", h.format)
	}
	if strings.EqualFold(s["binary infos"]["usebigendianorder"], "yes") {
		return nil, fmt.Errorf("UseBigEndianOrder is YES; samples of little endian are read")
	}
	h.describe(s, n)
	return h, nil
}

// describe reads what the header says of each channel.
func (h *header) describe(s sections, n int) {
	missing := 0
	for c := 1; c <= n; c++ {
		key := "ch" + strconv.Itoa(c)
		line, ok := s["channel infos"][key]
		if !ok {
			missing++
		}
		f := append(strings.Split(line, ","), "", "", "", "")
		ch := eeg.Channel{Name: strings.ReplaceAll(strings.TrimSpace(f[0]), `\1`, ","), Reference: strings.ReplaceAll(strings.TrimSpace(f[1]), `\1`, ","), FS: h.fs}
		if ch.Name == "" {
			ch.Name = "Ch" + strconv.Itoa(c)
		}
		r, ok := 1.0, true
		if t := strings.TrimSpace(f[2]); t != "" {
			if r, ok = number(t); !ok || r == 0 {
				h.p.Add("warning", "Ch"+strconv.Itoa(c), "has the resolution %q; 1 is taken", t)
				r = 1
			}
		}
		ch.Unit = eeg.UnitOf(f[3])
		if strings.TrimSpace(f[3]) == "" {
			ch.Unit = "uV" // as the format says
		}
		ch.Kind = eeg.KindOf(ch.Name, ch.Unit)
		switch h.format {
		case "INT_16":
			ch.Lo, ch.Hi, ch.Step = -32768*math.Abs(r), 32767*math.Abs(r), math.Abs(r)
		case "INT_32", "UINT_16":
			ch.Step = math.Abs(r)
		}
		ch.Position = position(s["coordinates"][key])
		h.channels, h.resolution = append(h.channels, ch), append(h.resolution, r)
	}
	if missing > 0 {
		h.p.Add("warning", "Channel Infos", "does not have %d of %d channels; they are called by their numbers, in uV", missing, n)
	}
}

// position reads spherical coordinates: radius, inclination from the vertex and azimuth
// from the right ear, in degrees. A radius of 0 tells that the place is not known.
func position(line string) []float64 {
	f := strings.Split(line, ",")
	if len(f) < 3 {
		return nil
	}
	r, ok1 := number(f[0])
	theta, ok2 := number(f[1])
	phi, ok3 := number(f[2])
	if !ok1 || !ok2 || !ok3 || r <= 0 {
		return nil
	}
	st, ct := vec.Sincos(float64(theta*math.Pi) / 180)
	sp, cp := vec.Sincos(float64(phi*math.Pi) / 180)
	return []float64{float64(r * st * cp), float64(r * st * sp), float64(r * ct)}
}

func number(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// recording makes the recording of a header, markers and a file of size bytes.
func (h *header) recording(marks []byte, size int64, open func() (io.ReaderAt, func(), error)) (*eeg.Recording, error) {
	frame := int64(h.width) * int64(len(h.channels))
	n := size / frame
	if n == 0 {
		return nil, fmt.Errorf("the file of samples is cut off: %d channels of %d bytes need %d for each time, %d are there", len(h.channels), h.width, frame, size)
	}
	if size%frame != 0 {
		if h.vectorized {
			return nil, fmt.Errorf("the file of samples has %d bytes, which %d vectorized channels of %d bytes do not divide: where each begins is not known", size, len(h.channels), h.width)
		}
		h.p.Add("warning", "", "%d bytes follow the last whole sample of all channels; they are left out", size%frame)
	}
	if h.points != 0 && h.points != float64(n) {
		h.p.Add("warning", "DataPoints", "is %g; the file has %d, which are read", h.points, n)
	}
	dur := float64(n) / h.fs
	rec := eeg.Recording{Format: "BrainVision", Channels: h.channels, Segments: []eeg.Segment{{Start: 0, Dur: dur}}}
	if marks != nil {
		h.markers(marks, &rec, n)
	}
	rec.Problems = h.p
	return eeg.From(rec, &source{h: h, n: n, open: open})
}

// markers reads the annotations.
func (h *header) markers(b []byte, rec *eeg.Recording, n int64) {
	s, err := parse(b, &h.p, "marker")
	if err != nil {
		h.p.Add("warning", "MarkerFile", "%v; there are no markers", err)
		return
	}
	type entry struct {
		number int
		line   string
	}
	var list []entry
	for k, v := range s["marker infos"] {
		i, err := strconv.Atoi(strings.TrimPrefix(k, "mk"))
		if err != nil || !strings.HasPrefix(k, "mk") {
			continue
		}
		list = append(list, entry{i, v})
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].number < list[j].number || list[i].number == list[j].number && list[i].line < list[j].line
	})
	pauses := 0
	for _, e := range list {
		f := append(strings.Split(e.line, ","), "", "", "", "", "", "")
		field := fmt.Sprintf("Mk%d", e.number)
		at, ok := number(f[2])
		if !ok || math.Abs(at) > 1e15 {
			h.p.Add("warning", field, "is at %q, which is no number of a sample; it is left out", f[2])
			continue
		}
		if at < 1 || at > float64(n) {
			h.p.Add("warning", field, "is at sample %g; there are 1 to %d", at, n)
		}
		size, ok := number(f[3])
		if !ok || size < 0 || size > 1e15 {
			size = 0
		}
		a := eeg.Annotation{Kind: strings.ReplaceAll(f[0], `\1`, ","), Text: strings.ReplaceAll(f[1], `\1`, ","), Onset: (at - 1) / h.fs, Dur: size / h.fs}
		if c, ok := number(f[4]); ok && c >= 1 && c <= float64(len(rec.Channels)) {
			a.Channel = rec.Channels[int(c)-1].Name
		}
		if a.Kind == "New Segment" {
			if at == 1 {
				if rec.Start.IsZero() {
					rec.Start = date(f[5])
				}
				continue
			}
			pauses++
		}
		rec.Annotations = append(rec.Annotations, a)
	}
	if pauses > 0 {
		h.p.Add("note", "", "the recorder paused %d times (New Segment); times count without the pauses", pauses)
	}
	sort.SliceStable(rec.Annotations, func(i, j int) bool { return rec.Annotations[i].Onset < rec.Annotations[j].Onset })
}

// date reads YYYYMMDDhhmmssuuuuuu; zero where it is none.
func date(s string) time.Time {
	s = strings.TrimSpace(s)
	if len(s) != 20 {
		return time.Time{}
	}
	t, err := time.Parse("20060102150405", s[:14])
	us, err2 := strconv.Atoi(s[14:])
	if err != nil || err2 != nil || us < 0 || strings.Trim(s, "0") == "" {
		return time.Time{}
	}
	return t.Add(time.Duration(us) * time.Microsecond)
}
