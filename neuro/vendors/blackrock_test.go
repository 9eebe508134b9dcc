package vendors

import (
	"bytes"
	"encoding/base64"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/spikefile"
)

type nsxFile struct {
	Files   map[string][]byte
	Rate    float64
	Names   []string
	Unit    []string
	Signals []struct {
		Start float64
		X     [][]float64
	}
}

func nsxFiles(t testing.TB) map[string]nsxFile {
	t.Helper()
	var all map[string]nsxFile
	golden.JSON(t, golden.Path(t, "spikefile/blackrock.json"), &all)
	return all
}

// TestReadNSx reads what neo reads. neo leaves out the last sample of files of 2.1, and
// segments of one sample.
func TestReadNSx(t *testing.T) {
	n := 0
	for kind, want := range nsxFiles(t) {
		dir := t.TempDir()
		signals := ""
		for name, b := range want.Files {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(name, ".ns") {
				signals = path
			}
		}
		if signals == "" {
			continue
		}
		n++
		rec, err := ReadNSx(signals)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		for c, ch := range rec.Channels {
			if ch.Name != want.Names[c] || ch.Unit != want.Unit[c] || ch.FS != want.Rate {
				t.Errorf("%s: channel %+v, want %q in %s at %g Hz", kind, ch, want.Names[c], want.Unit[c], want.Rate)
			}
		}
		p, err := rec.Read(0, math.Inf(1))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if kind == "2.1" { // of 60 ms in which the inputs are none: they are 2 s long
			if !strings.Contains(rec.Problems.String(), "inputs and comments lie outside") {
				t.Errorf("2.1: problems %v", rec.Problems)
			}
		}
		begin := want.Signals[0].Start
		if got := float64(rec.FirstSample) / want.Rate; math.Abs(got-begin) > 1e-6*(1+begin) {
			t.Errorf("%s: the first sample is at %g s, want %g", kind, got, begin)
		}
		for k, s := range want.Signals {
			at := int(math.Round((s.Start - begin) * want.Rate))
			for c, x := range s.X {
				for i, v := range x {
					if got := p.X[c][at+i]; math.Abs(got-v) > 1e-9*(1+math.Abs(v)) {
						t.Fatalf("%s: segment %d: sample %d of channel %d is %g, want %g", kind, k, i, c, got, v)
					}
				}
			}
			if k > 0 && !math.IsNaN(p.X[0][at-1]) {
				t.Errorf("%s: before segment %d is %g instead of a gap", kind, k, p.X[0][at-1])
			}
		}
	}
	if n < 5 {
		t.Errorf("%d files were read", n)
	}
}

// TestReadNSxEvents takes the inputs and comments of a .nev file for annotations.
func TestReadNSxEvents(t *testing.T) {
	all := nsxFiles(t)
	dir := t.TempDir()
	signals := filepath.Join(dir, "x.ns3")
	for path, b := range map[string][]byte{signals: all["2.3s"].Files["x.ns3"], filepath.Join(dir, "x.nev"): all["2.3"].Files["x.nev"]} {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	n, err := spikefile.ReadNEV(filepath.Join(dir, "x.nev"), spikefile.NEVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := ReadNSx(signals)
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	for _, e := range n.Events {
		if e.Time > 1000*rec.Dur() {
			continue
		}
		a := rec.Annotations[k]
		if math.Abs(a.Onset-e.Time/1000) > 1e-9 || a.Kind != e.Kind || e.Kind == "comment" && a.Text != e.Text {
			t.Errorf("annotation %+v of %+v", a, e)
		}
		k++
	}
	if k == 0 || k != len(rec.Annotations) {
		t.Errorf("%d annotations, want %d", len(rec.Annotations), k)
	}
	if want := "2021-03-16 13:45:07.25 +0000 UTC"; rec.Start.String() != want {
		t.Errorf("it starts at %v, want %s", rec.Start, want)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.nev"), []byte("NEURALEV"), 0o644); err != nil {
		t.Fatal(err)
	}
	if rec, err = ReadNSx(signals); err != nil || !strings.Contains(rec.Problems.String(), "is not used") {
		t.Errorf("a broken .nev: %v, %v", rec, err)
	}
}

// TestReadNSxRecorded reads a recorded file of 1 kHz.
func TestReadNSxRecorded(t *testing.T) {
	path := golden.Shared(t, "data/fetched/NDR/example_2.ns2")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the recording is not there")
	}
	rec, err := ReadNSx(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Channels) != 6 || rec.Channels[0].FS != 1000 {
		t.Errorf("%d channels at %g Hz, want 6 at 1000", len(rec.Channels), rec.Channels[0].FS)
	}
	p, err := rec.Read(0, 3.64)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, x := range p.X {
		for _, v := range x {
			sum += v
		}
	}
	if sum != 59342354 { // neo's
		t.Errorf("3640 samples have the sum %.9g, want 59342354", sum)
	}
	if n := rec.Samples(0); n != 3641 { // 43748 bytes less 56 of the header, 12 each; neo leaves the last out
		t.Errorf("%d samples, want 3641", n)
	}
}

// TestNSxBroken changes headers and blocks.
func TestNSxBroken(t *testing.T) {
	all := nsxFiles(t)
	pause := all["2.3s"].Files["x.ns3"]
	for _, c := range []struct {
		name string
		f    func(b []byte) []byte
		err  string // "": it is read with a warning
		want string
	}{
		{"cut header", func(b []byte) []byte { return b[:200] }, "cut off", ""},
		{"period", func(b []byte) []byte { copy(b[286:], []byte{0, 0, 0, 0}); return b }, "period of 0", ""},
		{"channels", func(b []byte) []byte { copy(b[310:], []byte{0, 0, 0, 0x7f}); return b }, "channels", ""},
		{"cut block", func(b []byte) []byte { return b[:len(b)-8] }, "", "ends after 51"},
		{"odd end", func(b []byte) []byte { return b[:len(b)-1] }, "", "ends after 52"},
		{"no length", func(b []byte) []byte { k := len(b) - 53*4 - 4; copy(b[k:], []byte{0, 0, 0, 0}); return b }, "", "has no length"},
		{"set back", func(b []byte) []byte { k := len(b) - 53*4 - 8; copy(b[k:], []byte{1, 0, 0, 0}); return b }, "", "set back"},
		{"garbage", func(b []byte) []byte { b[len(b)-53*4-9] = 7; return b }, "", "instead of 1"},
	} {
		b := c.f(bytes.Clone(pause))
		rec, err := decodeNSx(bytes.NewReader(b), int64(len(b)), func() (io.ReaderAt, func(), error) { return bytes.NewReader(b), func() {}, nil }, func() (*spikefile.NEV, error) { return nil, nil })
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.err)
		case c.err == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.err == "" && !strings.Contains(rec.Problems.String(), c.want):
			t.Errorf("%s: problems %v, want one with %q", c.name, rec.Problems, c.want)
		case c.err == "":
			if _, err := rec.Read(0, math.Inf(1)); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func FuzzNSx(f *testing.F) {
	for _, k := range nsxFiles(f) {
		for name, b := range k.Files {
			if strings.Contains(name, ".ns") {
				f.Add(b)
			}
		}
	}
	f.Add([]byte("NEURALCD"))
	b, _ := base64.StdEncoding.DecodeString("TkVVUkFMU0c=")
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		rec, err := decodeNSx(bytes.NewReader(b), int64(len(b)), func() (io.ReaderAt, func(), error) { return bytes.NewReader(b), func() {}, nil }, func() (*spikefile.NEV, error) { return nil, nil })
		if err != nil {
			return
		}
		for c := range rec.Channels {
			n := rec.Samples(c)
			if n*2 > len(b) {
				t.Fatalf("%d samples in %d bytes", n, len(b))
			}
			if err := rec.Fill([][]float64{make([]float64, n)}, []int{0}, []int{c}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
