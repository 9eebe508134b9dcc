package flat_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/flat"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type sound struct {
	What, File string
	FS         float64
	Values     [][]float64
}

func sounds(t testing.TB) (all []sound) {
	t.Helper()
	data, err := os.ReadFile(golden.Path(t, "flat/wav.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s sound) bytes() []byte {
	b, _ := base64.StdEncoding.DecodeString(s.File)
	return b
}

func samples(t *testing.T, what string, rec *eeg.Recording, want [][]float64) {
	t.Helper()
	p, err := rec.Read(0, math.Inf(1))
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if len(p.X) != len(want) {
		t.Errorf("%s: %d channels, want %d", what, len(p.X), len(want))
		return
	}
	for c := range want {
		if len(p.X[c]) != len(want[c]) {
			t.Errorf("%s: channel %d has %d samples, want %d", what, c, len(p.X[c]), len(want[c]))
			continue
		}
		for i, x := range p.X[c] {
			if x != want[c][i] && !(math.IsNaN(x) && math.IsNaN(want[c][i])) {
				t.Errorf("%s: channel %d, sample %d is %g, want %g", what, c, i, x, want[c][i])
				break
			}
		}
	}
}

// TestWAV holds samples against SciPy.
func TestWAV(t *testing.T) {
	for _, s := range sounds(t) {
		b := s.bytes()
		rec, err := flat.DecodeWAV(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Errorf("%s: %v", s.What, err)
			continue
		}
		if rec.Channels[0].FS != s.FS || len(rec.Problems) > 0 {
			t.Errorf("%s: %g Hz, want %g; %v", s.What, rec.Channels[0].FS, s.FS, rec.Problems)
		}
		samples(t, s.What, rec, s.Values)
	}
}

func chunk(name string, b []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(b)))
	return append(out, b...)
}

func TestWAVOdd(t *testing.T) {
	format := []byte{1, 0, 1, 0, 0xe8, 3, 0, 0, 0xd0, 7, 0, 0, 2, 0, 16, 0}
	data := []byte{1, 0, 2, 0, 3, 0, 4, 0}
	file := func(parts ...[]byte) []byte {
		return append([]byte("RIFF\x00\x00\x00\x00WAVE"), bytes.Join(parts, nil)...)
	}
	cue := append([]byte{1, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0}, append([]byte("data"), 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0)...)
	b := file(chunk("fmt ", format), chunk("cue ", cue), chunk("LIST", append([]byte("adtl"), chunk("labl", []byte("\x09\x00\x00\x00go\x00"))...)), []byte{0}, chunk("data", data))
	rec, err := flat.DecodeWAV(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(rec.Annotations) != 1 || rec.Annotations[0].Text != "go" || rec.Annotations[0].Onset != 0.002 {
		t.Errorf("cue: %+v, %v", rec, err)
	}
	for what, b := range map[string][]byte{"cut off": file(chunk("fmt ", format), chunk("data", data))[:48], "does not tell": file(chunk("fmt ", format), append([]byte("data\xff\xff\xff\xff"), data[:6]...)[:14])} {
		rec, err := flat.DecodeWAV(bytes.NewReader(b), int64(len(b)))
		if err != nil || len(rec.Problems) != 1 || !strings.Contains(rec.Problems[0].Text, what) || rec.Samples(0) < 2 {
			t.Errorf("%s: %v, %v", what, rec, err)
		}
	}
	adpcm := bytes.Clone(format)
	adpcm[0] = 2
	wide := bytes.Clone(format)
	wide[12], wide[14] = 5, 40
	none := bytes.Clone(format)
	none[2] = 0
	for want, b := range map[string][]byte{"is not WAV": []byte("hello"), "no format": file(chunk("data", data)), "no samples": file(chunk("fmt ", format)), "ADPCM": file(chunk("fmt ", adpcm), chunk("data", data)),
		"40 bits": file(chunk("fmt ", wide), chunk("data", data)), "0 channels": file(chunk("fmt ", none)), "16 at least": file(chunk("fmt ", format[:4])), "has no samples": file(chunk("fmt ", format), chunk("data", data[:1]))} {
		if _, err := flat.DecodeWAV(bytes.NewReader(b), int64(len(b))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestText reads files written in many ways.
func TestText(t *testing.T) {
	nan := math.NaN()
	x := [][]float64{{1, 2, 3, 4}, {-1.5, 0, 1e3, 2.5}}
	comment := flat.TextOptions{FS: 100}
	for what, f := range map[string]struct {
		text  string
		o     flat.TextOptions
		fs    float64
		names string
		want  [][]float64
	}{
		"CSV with times and units": {"time (s),Fz (uV),Cz [µV]\n0,1,-1.5\n0.004,2,0\n0.008,3,1e3\n0.012,4,2.5\n", flat.TextOptions{}, 250, "Fz uV, Cz uV", x},
		"CRLF, BOM, quotes":        {"\ufeff\"time (ms)\",\"a, b\",\"c\"\r\n0,1,-1.5\r\n4,2,0\r\n8,3,1e3\r\n12,4,2.5", flat.TextOptions{}, 250, "a, b , c ", x},
		"TSV without names":        {"1\t-1.5\n2\t0\n3\t1e3\n4\t2.5\n", comment, 100, "Ch1 , Ch2 ", x},
		"blanks":                   {"  1  -1.5\n  2   0.0\n\n  3   1000\n  4   2.5\n\n", flat.TextOptions{FS: 100, Unit: "mV"}, 100, "Ch1 mV, Ch2 mV", x},
		"decimal commas":           {"t;a;b\n0,000;1;-1,5\n0,001;2;0\n0,002;3;1000\n0,003;4;2,5\n", flat.TextOptions{}, 1000, "a , b ", x},
		"savetxt":                  {"# a b\n1 -1.5\n2 0\n3 1e3\n4 2.5\n", comment, 100, "a , b ", x},
		"OpenBCI":                  {"%Sample Rate = 250.0 Hz\n1, -1.5\n2, 0\n3, 1e3\n4, 2.5\n", flat.TextOptions{}, 250, "Ch1 , Ch2 ", x},
		"a delimiter at the end":   {"a,b,\n1,-1.5,\n2,0,\n3,1e3,\n4,2.5,\n", comment, 100, "a , b , Ch3 ", [][]float64{x[0], x[1], {nan, nan, nan, nan}}},
		"missing, and words":       {"a,what,b\n1,rest,-1.5\nn/a,rest,\n3,go,NaN\n4,go,2.5\n", comment, 100, "a , b ", [][]float64{{1, nan, 3, 4}, {-1.5, nan, nan, 2.5}}},
		"times that are not asked": {"time,a\n5,1\n6,2\n", flat.TextOptions{FS: 3, Time: "-"}, 3, "time , a ", [][]float64{{5, 6}, {1, 2}}},
		"times of another name":    {"stamp,a\n5,1\n5.5,2\n", flat.TextOptions{Time: "stamp"}, 2, "a ", [][]float64{{1, 2}}},
		"a third of a kHz":         {"time,a\n0,1\n0.003,2\n0.006,3\n", flat.TextOptions{}, 1 / 0.003, "a ", [][]float64{{1, 2, 3}}},
		"times without a name":     {"0.0,1\n0.5,2\n1.0,3\n", flat.TextOptions{}, 2, "Ch2 ", [][]float64{{1, 2, 3}}},
	} {
		rec, err := flat.DecodeText(strings.NewReader(f.text), int64(len(f.text)), f.o)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		var names []string
		for _, c := range rec.Channels {
			names = append(names, c.Name+" "+c.Unit)
		}
		if rec.Channels[0].FS != f.fs || strings.Join(names, ", ") != f.names || len(rec.Segments) != 1 {
			t.Errorf("%s: %g Hz, %q, want %g, %q; %v", what, rec.Channels[0].FS, names, f.fs, f.names, rec.Segments)
		}
		samples(t, what, rec, f.want)
	}
}

// Long files are read from the marks; times that are rounded give the rate that was meant,
// and a gap where there is one.
func TestTextLong(t *testing.T) {
	var b strings.Builder
	b.WriteString("time,a,b\n")
	const n = 12345
	want := [][]float64{make([]float64, n), make([]float64, n)}
	for i := range n {
		at := float64(i) / 256
		if i >= 7000 {
			at += 2
		}
		want[0][i], want[1][i] = float64(i), math.Sin(float64(i))
		fmt.Fprintf(&b, "%.3f,%v,%v\n", 10+at, want[0][i], want[1][i])
	}
	text := b.String()
	rec, err := flat.DecodeText(strings.NewReader(text), int64(len(text)), flat.TextOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Channels[0].FS != 256 || len(rec.Segments) != 2 || math.Abs(rec.Segments[1].Start-7000./256-2) > 0.001 || rec.Samples(0) != n {
		t.Errorf("%g Hz, %v, %d samples; %v", rec.Channels[0].FS, rec.Segments, rec.Samples(0), rec.Problems)
	}
	for _, at := range [][2]int{{0, 10}, {1020, 1030}, {1024, 2048}, {5000, 12345}, {12344, 12345}} {
		dst := [][]float64{make([]float64, at[1]-at[0]), make([]float64, at[1]-at[0])}
		if err := rec.Fill(dst, []int{at[0], at[0]}, []int{1, 0}); err != nil {
			t.Fatal(err)
		}
		for i := range dst[0] {
			if dst[0][i] != want[1][at[0]+i] || dst[1][i] != want[0][at[0]+i] {
				t.Fatalf("sample %d: %g and %g", at[0]+i, dst[0][i], dst[1][i])
			}
		}
	}
	if _, err := rec.Read(28, 28.5); err != nil { // within the gap
		t.Error(err)
	}
}

// Numbers are read as strconv reads them, to the bit.
func TestNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	var want []float64
	for k := range 20000 {
		v := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(18)))
		s := strconv.FormatFloat(v, "fge"[k%3], r.IntN(17), 64)
		if k%7 == 0 {
			s = strconv.Itoa(r.IntN(1 << 60))
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, v)
		fmt.Fprintf(&b, "%s\n", s)
	}
	b.WriteString("-0\n.5\n5.\n+3\n000.1\n")
	want = append(want, math.Copysign(0, -1), 0.5, 5, 3, 0.1)
	rec, err := flat.DecodeText(strings.NewReader(b.String()), int64(b.Len()), flat.TextOptions{FS: 1})
	if err != nil {
		t.Fatal(err)
	}
	p, err := rec.Read(0, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		if math.Float64bits(p.X[0][i]) != math.Float64bits(w) {
			t.Fatalf("line %d: %v, want %v", i+1, p.X[0][i], w)
		}
	}
}

func TestTextErrors(t *testing.T) {
	fs := flat.TextOptions{FS: 10}
	for _, f := range []struct {
		text, want string
		o          flat.TextOptions
	}{
		{"", "no line of numbers", fs}, {"a,b\n", "names of columns and no numbers", fs}, {"1,2\n3,4\n", "give FS", flat.TextOptions{}}, {"a,b\nx,y\n", "no column of numbers", fs},
		{"time,a\n0,1\n2,2\n1,3\n", "go back", flat.TextOptions{}}, {"time,a\n1,1\n1,2\n1,3\n", "times stay", flat.TextOptions{}}, {"a,b,c\n1,2\n", "3 names of columns and 2 fields", fs},
		{"\xff\xfea\x00", "UTF-16", fs}, {"a\x00b", "not text", fs}, {"1,2\n", "Delimiter", flat.TextOptions{FS: 1, Delimiter: "|"}}, {"1,2\n", "FS is -1", flat.TextOptions{FS: -1}},
		{"a,b\n1,2\n", `no column "t"`, flat.TextOptions{FS: 1, Time: "t"}}, {"time,a\n0,1\nx,2\n", "words", flat.TextOptions{Time: "time"}},
	} {
		_, err := flat.DecodeText(strings.NewReader(f.text), int64(len(f.text)), f.o)
		if err == nil || !strings.Contains(err.Error(), f.want) {
			t.Errorf("%q: %v, want %q", f.text, err, f.want)
		}
	}
	long := "a,b\n" + strings.Repeat("1,2\n", 300)
	for bad, want := range map[string]string{"1,x\n": `line of numbers 301 has "x" in column 2`, "1\n": "301 has 1 columns", "1,2,3\n": "301 has 3 columns"} {
		rec, err := flat.DecodeText(strings.NewReader(long+bad), int64(len(long+bad)), fs)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rec.Read(0, 1); err != nil {
			t.Error(err)
		}
		if _, err := rec.Read(0, math.Inf(1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
	text := "time,a\n0,1\n1,2\n1.1,3\n3,4\n"
	if rec, err := flat.DecodeText(strings.NewReader(text), int64(len(text)), flat.TextOptions{}); err != nil || rec.Channels[0].FS != 1 || rec.Problems.Count("warning") != 1 {
		t.Errorf("uneven times: %v, %v", rec, err)
	}
}

// TestBOLD reads the series of regions of nitime as a recording of a TR of 1.89 s.
func TestBOLD(t *testing.T) {
	rec, err := flat.ReadText(golden.Shared(t, "data/packaged/nitime/fmri_timeseries.csv"), flat.TextOptions{FS: 1 / 1.89})
	if err != nil || len(rec.Channels) != 31 || rec.Samples(0) != 250 || rec.Channels[0].Name != "WM" {
		t.Errorf("%v, %v", rec, err)
	}
}

func TestBinary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.dat")
	b := []byte{9, 9}
	want := [][]float64{nil, nil}
	for i := range 50 {
		for c := range 2 {
			v := int16(100*i - 1000*c)
			b = binary.BigEndian.AppendUint16(b, uint16(v))
			want[c] = append(want[c], float64(v)*0.5+1)
		}
	}
	if err := os.WriteFile(path, append(b, 1), 0o644); err != nil {
		t.Fatal(err)
	}
	o := flat.BinaryOptions{Names: []string{"CA1", "CA3"}, FS: 1250, Big: true, Skip: 2, Gain: 0.5, Offset: 1, Unit: "µV"}
	rec, err := flat.ReadBinary(path, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Problems) != 1 || rec.Channels[1].Unit != "uV" || rec.Channels[1].Name != "CA3" {
		t.Errorf("%v, %v", rec.Problems, rec.Channels)
	}
	samples(t, "binary", rec, want)
	for want, f := range map[string]func(o *flat.BinaryOptions){
		"FS is 0": func(o *flat.BinaryOptions) { o.FS = 0 }, "Channels is 0": func(o *flat.BinaryOptions) { o.Names = nil }, "Type is": func(o *flat.BinaryOptions) { o.Type = "int" },
		"2 Names for 3": func(o *flat.BinaryOptions) { o.Channels = 3 }, "Skip": func(o *flat.BinaryOptions) { o.Skip = 1000 }, "Gain": func(o *flat.BinaryOptions) { o.Gain = math.NaN() },
		"each channel begins": func(o *flat.BinaryOptions) { o.Planar = true }, "need 4 bytes": func(o *flat.BinaryOptions) { o.Skip = 202 },
	} {
		bad := o
		f(&bad)
		if _, err := flat.ReadBinary(path, bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func FuzzDecodeWAV(f *testing.F) {
	for _, s := range sounds(f) {
		f.Add(s.bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if rec, err := flat.DecodeWAV(bytes.NewReader(b), int64(len(b))); err == nil {
			_, _ = rec.Read(0, rec.Dur())
		}
	})
}

func FuzzDecodeText(f *testing.F) {
	for _, s := range []string{"time (s),Fz (uV)\n0,1\n0.5,2\n2,3\n", "%Sample Rate = 250 Hz\n1\t2\n3\t4,5\n", "1 2\n3 4\n", "t;\"a;b\"\n0;1\n,5;n/a\n"} {
		f.Add([]byte(s), 0.0)
		f.Add([]byte(s), 250.0)
	}
	f.Fuzz(func(t *testing.T, b []byte, fs float64) {
		rec, err := flat.DecodeText(bytes.NewReader(b), int64(len(b)), flat.TextOptions{FS: fs})
		if err == nil {
			for s := range rec.Segments {
				_, _ = rec.Read(rec.Segments[s].Start, math.Min(rec.Segments[s].End(), rec.Dur()))
			}
		}
	})
}
