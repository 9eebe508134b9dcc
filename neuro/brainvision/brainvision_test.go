package brainvision_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/brainvision"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestReaders holds the recordings against what MNE 1.13.2 read: names, markers, and of
// each channel samples, the mean and the standard deviation.
func TestReaders(t *testing.T) {
	var want map[string]struct {
		FS          float64
		Names       []string
		At          []int
		X           [][]float64
		Mean, Std   []float64
		N           int
		Annotations [][3]any
	}
	golden.JSON(t, golden.Path(t, "eeg/readers.json"), &want)
	files := 0
	for name, w := range want {
		if filepath.Ext(name) != ".vhdr" {
			continue
		}
		files++
		r, err := brainvision.Read(golden.Shared(t, "data/"+name))
		if err != nil {
			t.Error(err)
			continue
		}
		p, err := r.Read(0, math.Inf(1))
		if err != nil {
			t.Error(err)
			continue
		}
		if fmt.Sprint(r.Names()) != fmt.Sprint(w.Names) || len(r.Annotations) != len(w.Annotations) || r.Start.IsZero() {
			t.Errorf("%s: %v, %d markers, start %v; want %v, %d", name, r.Names(), len(r.Annotations), r.Start, w.Names, len(w.Annotations))
			continue
		}
		for k, a := range r.Annotations {
			if g := w.Annotations[k]; math.Abs(a.Onset-g[0].(float64)) > 1e-9 || math.Abs(a.Dur-g[1].(float64)) > 1e-9 || a.Kind+"/"+a.Text != g[2] {
				t.Errorf("%s: marker %v, want %v", name, a, g)
			}
		}
		for c, ch := range r.Channels {
			scale := 1.0
			if ch.Unit[0] == 'u' {
				scale = 1e-6
			}
			x := p.X[c]
			if len(x) != w.N || ch.FS != w.FS {
				t.Errorf("%s: %s has %d samples at %g Hz, want %d at %g", name, ch.Name, len(x), ch.FS, w.N, w.FS)
				continue
			}
			mean, ss, most := 0.0, 0.0, 0.0
			for _, v := range x {
				mean += v * scale / float64(len(x))
				most = max(most, math.Abs(v*scale))
			}
			for _, v := range x {
				ss += (v*scale - mean) * (v*scale - mean) / float64(len(x))
			}
			for i, at := range w.At {
				if math.Abs(x[at]*scale-w.X[c][i]) > 4e-16*most {
					t.Errorf("%s: %s: sample %d is %.17g, want %.17g", name, ch.Name, at, x[at]*scale, w.X[c][i])
				}
			}
			if math.Abs(mean-w.Mean[c]) > 1e-12*most || math.Abs(math.Sqrt(ss)-w.Std[c]) > 1e-12*most {
				t.Errorf("%s: %s: mean %g, sd %g; want %g, %g", name, ch.Name, mean, math.Sqrt(ss), w.Mean[c], w.Std[c])
			}
		}
	}
	if files != 2 {
		t.Errorf("%d files", files)
	}
}

const head = `Brain Vision Data Exchange Header File Version 1.0
[Common Infos]
DataFile=x.eeg
MarkerFile=x.vmrk
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels=3
SamplingInterval=4000
[Binary Infos]
BinaryFormat=INT_16
[Channel Infos]
Ch1=Fp1,,0.5,µV
Ch2=a\1b,REF,2
Ch3=VEOG,,0.1,mV
[Coordinates]
Ch1=1,-90,-72
Ch2=0,0,0
[Comment]
Ch1=wrong
`

const marks = `Brain Vision Data Exchange Marker File, Version 1.0
[Marker Infos]
Mk1=New Segment,,1,1,0,20240102030405250000
Mk3=Response,R\1 1,4,2,2
Mk2=Stimulus,S  1,2,1,0
`

// samples returns four samples of three channels: 0 to 3, 10 to 13 and -20 to -23.
func samples(format string, vectorized bool) []byte {
	var b bytes.Buffer
	put := func(c, i int) {
		v := []int{i, 10 + i, -20 - i}[c]
		switch format {
		case "INT_16":
			binary.Write(&b, binary.LittleEndian, int16(v))
		case "UINT_16":
			binary.Write(&b, binary.LittleEndian, uint16(v))
		case "INT_32":
			binary.Write(&b, binary.LittleEndian, int32(v))
		default:
			binary.Write(&b, binary.LittleEndian, float32(v))
		}
	}
	for k := range 12 {
		if vectorized {
			put(k/4, k%4)
		} else {
			put(k%3, k/3)
		}
	}
	return b.Bytes()
}

func decode(h, m string, data []byte) (*eeg.Recording, error) {
	return brainvision.Decode([]byte(h), []byte(m), bytes.NewReader(data), int64(len(data)))
}

func TestFormats(t *testing.T) {
	for _, format := range []string{"INT_16", "UINT_16", "INT_32", "IEEE_FLOAT_32"} {
		for _, vectorized := range []bool{false, true} {
			h := strings.Replace(head, "INT_16", format, 1)
			if vectorized {
				h = strings.Replace(h, "MULTIPLEXED", "VECTORIZED", 1)
			}
			r, err := decode(h, marks, samples(format, vectorized))
			if err != nil || len(r.Problems) > 0 {
				t.Fatal(err, r)
			}
			p, err := r.Read(0.004, 0.012, "a,b", "Fp1")
			if err != nil || fmt.Sprint(p.X) != "[[22 24] [0.5 1]]" {
				t.Errorf("%s, vectorized %v: %v (%v)", format, vectorized, p, err)
			}
			if p, err = r.Read(0, math.Inf(1), "VEOG"); format != "UINT_16" && (err != nil || fmt.Sprint(p.X) != "[[-2 -2.1 -2.2 -2.3000000000000003]]") {
				t.Errorf("%s, vectorized %v: %v (%v)", format, vectorized, p.X, err)
			}
			if got := fmt.Sprint(r.Annotations); got != "[{0.004 0.004 Stimulus S  1 } {0.012 0.008 Response R, 1 a,b}]" {
				t.Errorf("markers %s", got)
			}
			if want := time.Date(2024, 1, 2, 3, 4, 5, 250e6, time.UTC); !r.Start.Equal(want) {
				t.Errorf("start %v", r.Start)
			}
			c := r.Channels
			if c[0].Unit != "uV" || c[1].Unit != "uV" || c[2].Unit != "mV" || c[2].Kind != "EOG" || c[1].Reference != "REF" || c[0].FS != 250 {
				t.Errorf("channels %+v", c)
			}
			// Fp1 is in front, to the left, on the equator
			if at := c[0].Position; len(at) != 3 || math.Abs(at[0]+0.309017) > 1e-6 || math.Abs(at[1]-0.951057) > 1e-6 || math.Abs(at[2]) > 1e-12 || c[1].Position != nil {
				t.Errorf("positions %v, %v", at, c[1].Position)
			}
		}
	}
}

func TestOdd(t *testing.T) {
	for _, c := range []struct{ old, new, text string }{
		{"SamplingInterval=4000", "SamplingInterval=4000\nDataPoints=9", "DataPoints: is 9"},
		{"MULTIPLEXED", "", "MULTIPLEXED is taken"},
		{"0.5,", "x,", "1 is taken"},
		{"Ch3=VEOG,,0.1,mV", "", "does not have 1 of 3 channels"},
		{"Ch2=a\\1b", "Ch2=Fp1", `called "Fp1-1"`},
	} {
		r, err := decode(strings.Replace(head, c.old, c.new, 1), marks, samples("INT_16", false))
		if err != nil || r.Problems.Count("warning") != 1 || !strings.Contains(r.Problems.String(), c.text) || r.Samples(0) != 4 {
			t.Errorf("%s: %v %v; want %q", c.new, err, r, c.text)
		}
	}
	for _, c := range []struct{ old, new, text string }{
		{"S  1,2,", "S  1,99,", "is at sample 99"}, {"S  1,2,", "S  1,x,", "no number of a sample"}, {"Marker File", "Table", "no markers"},
		{"Mk2=Stimulus,S  1", "Mk2=New Segment,", "paused 1 times"},
	} {
		r, err := decode(head, strings.Replace(marks, c.old, c.new, 1), samples("INT_16", false))
		if err != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems.String(), c.text) {
			t.Errorf("%s: %v %v; want %q", c.new, err, r.Problems, c.text)
		}
	}
	if r, err := decode(head, marks, samples("INT_16", false)[:23]); err != nil || r.Samples(0) != 3 || !strings.Contains(r.Problems.String(), "5 bytes follow") {
		t.Errorf("a sample that is cut off: %v", err)
	}
	for _, c := range []struct{ old, new, text string }{
		{"Brain Vision", "MATLAB", "begins with"}, {"NumberOfChannels=3", "NumberOfChannels=999999999", "NumberOfChannels"}, {"NumberOfChannels=3", "NumberOfChannels=-1", "NumberOfChannels"},
		{"4000", "0", "SamplingInterval"}, {"4000", "1e-300", "SamplingInterval"}, {"INT_16", "INT_24", "BinaryFormat"}, {"BINARY", "ASCII", "export them as BINARY"},
		{"NumberOfChannels=3", "NumberOfChannels=60000", "cut off"}, {"[Common", "[Common Infos]\nDataType=FREQUENCYDOMAIN\n[Common", "TIMEDOMAIN"},
	} {
		if _, err := decode(strings.Replace(head, c.old, c.new, 1), marks, samples("INT_16", false)); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v; want %q", c.new, err, c.text)
		}
	}
	if _, err := decode(strings.Replace(head, "MULTIPLEXED", "VECTORIZED", 1), marks, samples("INT_16", true)[:23]); err == nil {
		t.Error("vectorized samples that are cut off are read")
	}
}

// TestBeside finds files that were renamed, by any of the three names, and tells of those
// that are missing.
func TestBeside(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("s1.vhdr", head)
	if _, err := brainvision.Read(filepath.Join(dir, "s1.vhdr")); err == nil || !strings.Contains(err.Error(), `"x.eeg", which is not beside it`) {
		t.Errorf("no samples: %v", err)
	}
	write("s1.eeg", string(samples("INT_16", false)))
	r, err := brainvision.Read(filepath.Join(dir, "s1.eeg"))
	if err != nil || len(r.Annotations) != 0 || r.Problems.Count("warning") != 2 {
		t.Fatalf("%v: %v", err, r)
	}
	write("x.vmrk", marks)
	write("s2.vhdr", strings.Replace(head, "x.eeg", `C:\data\$b.eeg`, 1))
	write("s2.eeg", string(samples("INT_16", false)))
	if r, err = brainvision.Read(filepath.Join(dir, "s2.vhdr")); err != nil || len(r.Annotations) != 2 || r.Problems.Count("warning") != 0 {
		t.Fatalf("%v: %v", err, r.Problems)
	}
	write("s2.eeg", "")
	if _, err := r.Read(0, 0.004); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("samples that changed: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(head, marks, samples("INT_16", false))
	f.Add(strings.Replace(head, "MULTIPLEXED", "VECTORIZED", 1), "", samples("INT_16", true))
	f.Add(strings.Replace(head, "INT_16", "IEEE_FLOAT_32", 1), marks, samples("IEEE_FLOAT_32", true))
	f.Fuzz(func(t *testing.T, h, m string, data []byte) {
		r, err := decode(h, m, data)
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
		p, err := r.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		for c, x := range p.X {
			if len(x) != r.Samples(c) {
				t.Fatalf("%d samples of %d are read", len(x), r.Samples(c))
			}
		}
	})
}
