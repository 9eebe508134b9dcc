package edf_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// A sketch is a file to be made: two signals, of 4 and 2 samples in a record, and
// annotations where there are TALs.
type sketch struct {
	version, reserved, records, dur, ns, bytes, date, clock string
	tals                                                    []string // of each record, 32 bytes
	pmin, pmax, dmin, dmax, n, label                        [2]string
	extra                                                   int
}

func plain() sketch {
	return sketch{version: "0", records: "3", dur: "1", date: "02.01.24", clock: "10.20.30",
		label: [2]string{"Fz", "Cz"}, pmin: [2]string{"-100", "-10"}, pmax: [2]string{"100", "10"},
		dmin: [2]string{"-100", "-100"}, dmax: [2]string{"100", "100"}, n: [2]string{"4", "2"}}
}

// make3 returns the bytes of three records: the samples of Fz are 0, 1, 2, ... and those
// of Cz 100, 99, 98, ...
func (s sketch) make3() []byte {
	var b bytes.Buffer
	put := func(w int, text string) { b.WriteString((text + strings.Repeat(" ", w))[:w]) }
	ns := 2
	if s.tals != nil {
		ns = 3
	}
	or := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	put(8, s.version)
	put(80, "X X X X")
	put(80, "Startdate 02-JAN-2024 X X X")
	put(8, s.date)
	put(8, s.clock)
	put(8, or(s.bytes, fmt.Sprint(256*(ns+1))))
	put(44, s.reserved)
	put(8, s.records)
	put(8, s.dur)
	put(4, or(s.ns, fmt.Sprint(ns)))
	column := func(w int, v [2]string, third string) {
		put(w, v[0])
		put(w, v[1])
		if ns == 3 {
			put(w, third)
		}
	}
	column(16, s.label, "EDF Annotations")
	column(80, [2]string{}, "")
	column(8, [2]string{"uV", "\xb5V"}, "")
	column(8, s.pmin, "-1")
	column(8, s.pmax, "1")
	column(8, s.dmin, "-32768")
	column(8, s.dmax, "32767")
	column(80, [2]string{"HP:0.1Hz", ""}, "")
	column(8, s.n, "16")
	column(32, [2]string{}, "")
	for k := range 3 {
		for i := range 4 {
			b.Write([]byte{byte(4*k + i), 0})
		}
		for i := range 2 {
			b.Write([]byte{byte(100 - 2*k - i), 0})
		}
		if ns == 3 {
			t := s.tals[k]
			b.WriteString(t + strings.Repeat("\x00", 32-len(t)))
		}
	}
	b.Write(make([]byte, s.extra))
	return b.Bytes()
}

func decode(b []byte) (*eeg.Recording, error) { return edf.Decode(bytes.NewReader(b), int64(len(b))) }

// TestOdd reads headers that are a little odd: the samples are the same, and a problem of
// the severity tells of each.
func TestOdd(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*sketch)
		severity string
		text     string
		fz, cz   string // samples
	}{
		{"right", func(s *sketch) {}, "", "", "[0 1 2 3 4 5 6 7 8 9 10 11]", "[10 9.9 9.8 9.7 9.6 9.5]"},
		{"-1 records", func(s *sketch) { s.records = "-1" }, "note", "number of records: is -1", "", ""},
		{"more records", func(s *sketch) { s.records = "9" }, "warning", "is 9 and the file has 3", "", ""},
		{"fewer records", func(s *sketch) { s.records = "2" }, "warning", "is 2 and the file has 3", "", ""},
		{"no number of records", func(s *sketch) { s.records = "?" }, "warning", `is "?`, "", ""},
		{"bytes left", func(s *sketch) { s.extra = 5 }, "warning", "5 bytes follow", "", ""},
		{"header size", func(s *sketch) { s.bytes = "12" }, "warning", "bytes of the header", "", ""},
		{"date", func(s *sketch) { s.date = "99.99.99"; s.reserved = "" }, "warning", "start: is", "", ""},
		{"zero duration", func(s *sketch) { s.dur = "0" }, "warning", "1 s is taken", "", ""},
		{"comma", func(s *sketch) { s.dur = "1,0" }, "warning", "decimal comma", "", ""},
		{"zero bytes", func(s *sketch) { s.version = "0\x00\x00\x00\x00\x00\x00\x00" }, "note", "version", "", ""},
		{"same limits", func(s *sketch) { s.pmax[1] = "-10" }, "warning", "has no scale", "", "[100 99 98 97 96 95]"},
		{"no limits", func(s *sketch) { s.dmin[1] = "abc" }, "warning", "is no number", "", "[100 99 98 97 96 95]"},
		{"inverted", func(s *sketch) { s.pmin[1], s.pmax[1] = "10", "-10" }, "note", "inverted", "", "[-10 -9.9 -9.8 -9.7 -9.6 -9.5]"},
		{"twice", func(s *sketch) { s.label[1] = "Fz" }, "warning", `called "Fz-1"`, "", ""},
		{"latin-1", func(s *sketch) { s.label[1] = "C\xe4" }, "note", "US-ASCII", "", ""},
		{"EDF+ without annotations", func(s *sketch) { s.reserved = "EDF+C" }, "warning", "no signal of annotations", "", ""},
	} {
		s := plain()
		c.change(&s)
		r, err := decode(s.make3())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		found := c.text == "" && len(r.Problems) == 0
		for _, p := range r.Problems {
			found = found || c.text != "" && p.Severity == c.severity && strings.Contains(p.String(), c.text)
		}
		if !found {
			t.Errorf("%s: %v; want a %s with %q", c.name, r.Problems, c.severity, c.text)
		}
		p, err := r.Read(0, math.Inf(1))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		fz, cz := c.fz, c.cz
		if fz == "" {
			fz = "[0 1 2 3 4 5 6 7 8 9 10 11]"
		}
		if cz == "" {
			cz = "[10 9.9 9.8 9.7 9.6 9.5]"
		}
		for i, x := range p.X[1] {
			p.X[1][i] = math.Round(x*1e9) / 1e9
		}
		if got := fmt.Sprint(p.X[0]); got != fz || r.Channels[0].FS != 4 || r.Channels[1].FS != 2 {
			t.Errorf("%s: Fz %s at %g Hz", c.name, got, r.Channels[0].FS)
		}
		if got := fmt.Sprint(p.X[1]); got != cz {
			t.Errorf("%s: Cz %s, want %s", c.name, got, cz)
		}
	}
}

// TestRefused wants an error that says what is wrong.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*sketch)
		text   string
	}{
		{func(s *sketch) { s.version = "RIFF" }, "begins with"},
		{func(s *sketch) { s.ns = "0" }, "number of signals"},
		{func(s *sketch) { s.ns = "-4" }, "number of signals"},
		{func(s *sketch) { s.ns = "9999" }, "cut off"},
		{func(s *sketch) { s.dur = "-1" }, "duration of a record"},
		{func(s *sketch) { s.dur = "NaN" }, "duration of a record"},
		{func(s *sketch) { s.n[0] = "x" }, "samples in a record"},
		{func(s *sketch) { s.n[0] = "99999999" }, "cut off: a record has 200000002 bytes"},
		{func(s *sketch) { s.n = [2]string{"0", "0"} }, "no signal has samples"},
	} {
		s := plain()
		c.change(&s)
		if _, err := decode(s.make3()); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v; want %q", err, c.text)
		}
	}
	b := plain().make3()
	for n := range 256*3 + 12 {
		if _, err := decode(b[:n]); n != 256*3 && (err == nil || !strings.Contains(err.Error(), "cut off") && !strings.Contains(err.Error(), "begins with")) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// TestGaps reads a discontinuous file: NaN between its segments, annotations in their
// places, a start within a second.
func TestGaps(t *testing.T) {
	s := plain()
	s.reserved = "EDF+D"
	s.tals = []string{"+0.25\x14\x14\x00+0.75\x150.5\x14blink\x14\x00", "+1.25\x14\x14\x00", "+4.25\x14\x14\x00+5\x14a\x14b\x14\x00"}
	r, err := decode(s.make3())
	if err != nil || len(r.Problems) > 0 {
		t.Fatal(err, r.Problems)
	}
	if got := fmt.Sprint(r.Segments, r.Gaps(), r.Dur(), r.Samples(0)); got != "[{0 2} {4 1}] [{2 2}] 5 12" {
		t.Errorf("segments %s", got)
	}
	if got := fmt.Sprint(r.Annotations); got != "[{0.5 0.5  blink } {4.75 0  a } {4.75 0  b }]" {
		t.Errorf("annotations %s", got)
	}
	if want := time.Date(2024, 1, 2, 10, 20, 30, 250e6, time.UTC); !r.Start.Equal(want) {
		t.Errorf("start %v, want %v", r.Start, want)
	}
	p, err := r.Read(1.5, 4.5, "Cz", "Fz")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.X[1], p.First); got != "[6 7 NaN NaN NaN NaN NaN NaN NaN NaN 8 9] [3 6]" {
		t.Errorf("Fz %s", got)
	}
	// pieces equal the whole
	whole, err := r.Read(0, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []float64{0.1, 0.25, 0.7, 1, 3, 5, 9} {
		var fz []float64
		if err := r.Each(step, func(p *eeg.Piece) error { fz = append(fz, p.X[0]...); return nil }); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(fz) != fmt.Sprint(whole.X[0]) {
			t.Errorf("pieces of %g s: %v", step, fz)
		}
	}
	for _, c := range [][2]float64{{-1, 2}, {0, 9}, {3, 2}, {math.NaN(), 1}} {
		if _, err := r.Read(c[0], c[1]); err == nil {
			t.Errorf("from %g to %g: no error", c[0], c[1])
		}
	}
	if _, err := r.Read(0, 1, "fz"); err == nil || !strings.Contains(err.Error(), `"Fz" meant`) {
		t.Errorf("fz: %v", err)
	}
	// a record years later is no reason to hold years
	s.tals[2] = "+900000000\x14\x14\x00"
	if r, err = decode(s.make3()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(0, math.Inf(1)); err == nil || !strings.Contains(err.Error(), "lie in gaps") {
		t.Errorf("years of gap: %v", err)
	}
	// a continuous file with a record elsewhere, one before its time, and TALs that are broken
	for _, c := range []struct{ reserved, tal, text string }{
		{"EDF+C", "+7\x14\x14\x00", "says that the file is continuous"},
		{"EDF+D", "+0.5\x14\x14\x00", "before the end of the one before"},
		{"EDF+D", "+x\x14\x14\x00", "no number with a sign"},
		{"EDF+D", "+2.25\x14\x14\x00+2.5\x15-1\x14z\x14\x00", "taken as 0"},
		{"EDF+D", "", "do not tell their time"},
		{"EDF+D", "+2.25\x14\x14\x00+3\x14cut", "ends within"},
	} {
		s.reserved, s.tals[2] = c.reserved, c.tal
		r, err := decode(s.make3())
		if err != nil || !strings.Contains(r.Problems.String(), c.text) {
			t.Errorf("%q: %v, %v; want %q", c.tal, err, r.Problems, c.text)
		}
		if len(r.Segments) != 1 || r.Dur() != 3 {
			t.Errorf("%q: segments %v", c.tal, r.Segments)
		}
	}
}

// TestMemory reads one channel of a long file and looks at what it holds.
func TestMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.edf")
	n := 64
	channels, x := make([]eeg.Channel, n), make([][]float64, n)
	for c := range channels {
		channels[c] = eeg.Channel{Name: fmt.Sprint("E", c), Unit: "uV", FS: 500, Kind: "EEG"}
		x[c] = make([]float64, 60000)
		for i := range x[c] {
			x[c][i] = float64(i%1000 + c)
		}
	}
	mem, err := eeg.New(channels, x)
	if err != nil {
		t.Fatal(err)
	}
	if err := edf.Write(path, mem, edf.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	x, mem = nil, nil
	r, err := edf.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	p, err := r.Read(20, 30, "E7")
	if err != nil || len(p.X[0]) != 5000 || math.Abs(p.X[0][3]-10) > 0.02 {
		t.Fatalf("%v %v", p.X[0][:4], err)
	}
	runtime.ReadMemStats(&b)
	if held := b.TotalAlloc - a.TotalAlloc; held > 200e3 {
		t.Errorf("10 s of one channel of %d took %d bytes; the samples are 40000", n, held)
	}
	if err := os.WriteFile(path, []byte("0"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(0, 1); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("a file that changed: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(plain().make3())
	s := plain()
	s.reserved = "EDF+D"
	s.tals = []string{"+0.25\x14\x14\x00+0.75\x150.5\x14blink\x14\x00", "+1.25\x14\x14\x00", "+4.25\x14\x14\x00+5\x14a\x14b\x14\x00"}
	f.Add(s.make3())
	s.version, s.reserved = "\xffBIOSEMI", "BDF+C"
	f.Add(s.make3())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decode(data)
		if (r == nil) == (err == nil) {
			t.Fatalf("recording %v with error %v", r, err)
		}
		if err != nil {
			return
		}
		total := 0
		for c := range r.Channels {
			total += r.Samples(c)
		}
		if 2*total > len(data) {
			t.Fatalf("%d samples of %d bytes", total, len(data))
		}
		for c, ch := range r.Channels { // all stored samples are there
			x := make([]float64, r.Samples(c))
			if err := r.Fill([][]float64{x}, []int{0}, []int{c}); err != nil {
				t.Fatalf("%s: %v", ch.Name, err)
			}
		}
		if p, err := r.Read(0, math.Inf(1)); err == nil {
			for c, x := range p.X {
				if len(x) < r.Samples(c) {
					t.Fatalf("%d samples of %d are read", len(x), r.Samples(c))
				}
			}
		} else if len(r.Gaps()) == 0 && len(r.Channels) > 0 {
			t.Fatal(err)
		}
	})
}
