package abf_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/abf"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/neuron"
)

// TestReaders holds every file against what pyABF 2.3.8 read.
func TestReaders(t *testing.T) {
	var want map[string]struct {
		Reader   string
		Rate     float64
		Sweeps   int
		Channels int
		Units    []string
		First    []float64 `json:"sweep0_first5"`
		Mean     float64   `json:"sweep0_mean"`
		Std      float64   `json:"sweep0_std"`
	}
	golden.JSON(t, golden.Shared(t, "data/expected_readers.json"), &want)
	n := 0
	for name, w := range want {
		if filepath.Ext(name) != ".abf" {
			continue
		}
		n++
		r, err := abf.Read(golden.Shared(t, "data/"+name))
		if err != nil {
			t.Error(err)
			continue
		}
		// pyABF rounds the rate to whole Hz
		if math.Abs(r.FS-w.Rate) > 1 || r.Sweeps() != w.Sweeps || len(r.Channels) != w.Channels {
			t.Errorf("%s: %g Hz, %d sweeps, %d channels; want %g, %d, %d", name, r.FS, r.Sweeps(), len(r.Channels), w.Rate, w.Sweeps, w.Channels)
			continue
		}
		for c, u := range w.Units {
			if r.Channels[c].Unit != u {
				t.Errorf("%s: channel %d is in %q, want %q", name, c, r.Channels[c].Unit, u)
			}
		}
		y := r.Channels[0].Sweeps[0]
		mean, square := 0.0, 0.0
		for _, x := range y {
			mean += x / float64(len(y))
		}
		for _, x := range y {
			square += (x - mean) * (x - mean) / float64(len(y))
		}
		// pyABF computes in float32
		tol := 2e-6 * (math.Abs(w.Mean) + w.Std)
		for k, x := range w.First {
			if math.Abs(y[k]-x) > tol {
				t.Errorf("%s: sample %d is %g, want %g", name, k, y[k], x)
			}
		}
		if math.Abs(mean-w.Mean) > 10*tol || math.Abs(math.Sqrt(square)-w.Std) > 10*tol {
			t.Errorf("%s: mean %g, sd %g; want %g, %g", name, mean, math.Sqrt(square), w.Mean, w.Std)
		}
	}
	if n < 9 {
		t.Errorf("%d files", n)
	}
}

// TestFamilies counts the spikes of the two current-clamp families, and reads
// their commands.
func TestFamilies(t *testing.T) {
	for _, c := range []struct {
		file        string
		counts      []int
		first, step float64
	}{
		{"17o05028_ic_steps", []int{10, 11, 12, 12, 12, 16, 18, 20, 22, 25, 29, 32, 35, 39, 40, 42}, -50, 10},
		{"2019_07_24_0055_fsi", []int{2, 3, 2, 4, 16, 28, 37, 48, 55, 68, 76, 83, 91, 99, 105, 114, 117}, -100, 25},
	} {
		r, err := abf.Read(golden.Shared(t, "data/fetched/pyABF/"+c.file+".abf"))
		if err != nil {
			t.Fatal(err)
		}
		var counts []int
		for k := range r.Sweeps() {
			counts = append(counts, len(neuron.Crossings(r.Sweep(0, k), 0)))
			level, on, off, ok := r.Step(0, k)
			if want := c.first + float64(k)*c.step; !ok || level != want || r.Outputs[0].Unit != "pA" {
				t.Errorf("%s: sweep %d steps to %g %s (%v), want %g pA", c.file, k, level, r.Outputs[0].Unit, ok, want)
			}
			cmd := r.Command(0, k)
			if got := cmd.Y[int((on+off)/2/cmd.Dt)]; got != level || cmd.Y[0] != r.Outputs[0].Holding {
				t.Errorf("%s: the command of sweep %d is %g and %g", c.file, k, cmd.Y[0], got)
			}
		}
		if fmt.Sprint(counts) != fmt.Sprint(c.counts) {
			t.Errorf("%s: spikes %v, want %v", c.file, counts, c.counts)
		}
	}
}

// small returns the bytes of a file.
func small(t testing.TB, name string) []byte {
	data, err := os.ReadFile(golden.Shared(t, "data/fetched/pyABF/"+name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestTruncated wants an error that says so wherever a file ends too early.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"File_axon_7.abf", "pclamp11_4ch_abf1.abf"} {
		data := small(t, name)
		r, err := abf.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		samples := 0
		for _, c := range r.Channels {
			for _, s := range c.Sweeps {
				samples += len(s)
			}
		}
		for _, n := range []int{0, 3, 4, 50, 200, 511, 512, 513, 600, 1024, 2000, 5000} {
			if n > len(data)-2*samples {
				break // the samples may end before the file does
			}
			if _, err := abf.Decode(data[:n]); err == nil || !strings.Contains(err.Error(), "cut off") && !strings.Contains(err.Error(), "begins with") {
				t.Errorf("%s: %d bytes: error %v", name, n, err)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	// headers of real files with some of their samples
	f.Add(small(f, "File_axon_7.abf")[:12000])
	f.Add(small(f, "pclamp11_4ch_abf1.abf")[:8000])
	f.Add(tiny())
	f.Add([]byte{})
	for _, kind := range []byte{2, 3, 4, 5, 7} { // a train in a tiny file, a tag behind it
		b := append(tiny(), make([]byte, 64)...)
		b[2048+4], b[2048+22], b[2048+26], b[252], b[256], b[260] = kind, 2, 1, 5, 64, 1
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := abf.Decode(data)
		if (r == nil) == (err == nil) {
			t.Fatalf("recording %v with error %v", r, err)
		}
		if err != nil {
			return
		}
		total := 0
		for _, c := range r.Channels {
			for _, s := range c.Sweeps {
				total += len(s)
			}
		}
		if 2*total > len(data) {
			t.Fatalf("%d samples of %d bytes", total, len(data))
		}
		for o := range r.Outputs {
			if r.Sweeps() > 0 {
				r.Command(o, 0)
				r.Step(o, r.Sweeps()-1)
			}
		}
	})
}

// tiny returns a file of ABF2 with one channel, two sweeps of four samples, and a
// step.
func tiny() []byte {
	b := make([]byte, 512*5)
	put := binary.LittleEndian
	copy(b, "ABF2")
	section := func(at, block, size, n int) {
		put.PutUint32(b[at:], uint32(block))
		put.PutUint32(b[at+4:], uint32(size))
		put.PutUint32(b[at+8:], uint32(n))
	}
	float := func(at int, x float32) { put.PutUint32(b[at:], math.Float32bits(x)) }
	section(76, 1, 512, 1)
	section(92, 2, 128, 1)
	section(108, 3, 256, 1)
	section(156, 4, 48, 1)
	section(236, 4, 2, 8)
	p, a, o, e := 512, 1024, 1536, 2048
	put.PutUint16(b[p:], 5)
	float(p+2, 50)
	put.PutUint32(b[p+22:], 4)
	float(p+110, 10)
	put.PutUint32(b[p+118:], 32768)
	for _, at := range []int{28, 40, 48} {
		float(a+at, 1)
	}
	put.PutUint16(b[o+40:], 1)
	put.PutUint16(b[o+42:], 1)
	put.PutUint16(b[e+4:], 1)
	float(e+6, 5)
	float(e+10, 1)
	put.PutUint32(b[e+14:], 2)
	return b
}

func TestTiny(t *testing.T) {
	r, err := abf.Decode(tiny())
	if err != nil || r.Sweeps() != 2 || r.FS != 20000 {
		t.Fatalf("%+v (%v)", r, err)
	}
	if got := fmt.Sprint(r.Command(0, 1).Y); got != "[6 6 0 0]" {
		t.Errorf("command %s", got)
	}
	for n := range tiny() {
		if n < 2048+16 {
			if _, err := abf.Decode(tiny()[:n]); err == nil {
				t.Errorf("%d bytes of the file are read without an error", n)
			}
		}
	}
}

// TestCommands holds commands and tags against those that pyABF reads, of recordings as
// they are and with epochs and tags changed.
func TestCommands(t *testing.T) {
	var cases []struct {
		File     string
		Patches  [][2]any
		Append   string
		Tags     [][2]any
		Commands []struct {
			Output, Sweep, N int
			At               []int
			Y                []*float64
			Mean, Std        *float64
		}
	}
	golden.JSON(t, golden.Path(t, "abf/commands.json"), &cases)
	kinds := map[string]int{}
	for n, c := range cases {
		data := small(t, c.File)
		for _, p := range c.Patches {
			b, err := hex.DecodeString(p[1].(string))
			if err != nil {
				t.Fatal(err)
			}
			copy(data[int(p[0].(float64)):], b)
		}
		more, err := hex.DecodeString(c.Append)
		if err != nil {
			t.Fatal(err)
		}
		r, err := abf.Decode(append(data, more...))
		if err != nil {
			t.Fatalf("%d %s: %v", n, c.File, err)
		}
		if len(r.Tags) != len(c.Tags) {
			t.Errorf("%d %s: tags %v, want %v", n, c.File, r.Tags, c.Tags)
			continue
		}
		for k, w := range c.Tags {
			if g := r.Tags[k]; math.Abs(g.Time/1000-w[0].(float64)) > 1e-5 || g.Text != w[1] {
				t.Errorf("%d %s: tag %v, want %v", n, c.File, g, w)
			}
		}
		for _, w := range c.Commands {
			o := r.Outputs[w.Output]
			got := r.Command(w.Output, w.Sweep).Y
			if len(got) != w.N {
				t.Errorf("%d %s: %d samples, want %d", n, c.File, len(got), w.N)
				continue
			}
			for _, e := range o.Epochs {
				kinds[e.Kind]++
			}
			end := len(got) / 64
			for _, e := range o.Epochs {
				end += e.Len + w.Sweep*e.LenStep
			}
			differs := false
			for i, k := range w.At {
				// of ABF1, pyABF takes the level of an epoch for the holding level; the same
				// recording saved as ABF2 has the one that is read here
				if r.Version == 1 && (k < len(got)/64 || k >= end) {
					continue
				}
				// pyABF has no value behind the last triangle of a train
				if w.Y[i] != nil && math.Abs(got[k]-*w.Y[i]) > 1e-6*math.Max(1, math.Abs(*w.Y[i])) {
					differs = true
				}
			}
			mean, square := 0.0, 0.0
			for _, y := range got {
				mean += y / float64(len(got))
			}
			for _, y := range got {
				square += (y - mean) * (y - mean) / float64(len(got))
			}
			if w.Mean != nil && r.Version == 2 && (math.Abs(mean-*w.Mean) > 1e-5 || math.Abs(math.Sqrt(square)-*w.Std) > 1e-5) {
				differs = true
			}
			if differs {
				t.Errorf("%d %s: the command of output %d in sweep %d differs; mean %g", n, c.File, w.Output, w.Sweep, mean)
			}
		}
	}
	for _, kind := range []string{"step", "ramp", "pulse", "triangle", "cosine", "biphasic"} {
		if kinds[kind] == 0 {
			t.Errorf("there is no %s among the commands", kind)
		}
	}
}
