package npy_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/npy"
)

// TestRecording reads every matrix that NumPy wrote as a recording, and its pieces.
func TestRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	read := 0
	for k, f := range files(t).Arrays {
		if err := os.WriteFile(path, f.bytes(t), 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := npy.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := npy.ReadRecording(path, 10)
		if len(a.Values) == 0 || len(a.Shape) < 1 || len(a.Shape) > 2 || a.Type == "float16" {
			if err == nil {
				t.Errorf("%d: %v %s is read", k, a.Shape, a.Type)
			}
			continue
		}
		if err != nil {
			t.Errorf("%d: %v", k, err)
			continue
		}
		read++
		want := a.Matrix()
		if len(want) > len(want[0]) {
			turned := make([][]float64, len(want[0]))
			for c := range turned {
				for i := range want {
					turned[c] = append(turned[c], want[i][c])
				}
			}
			want = turned
		}
		p, err := rec.Read(0, math.Inf(1))
		if err != nil || len(p.X) != len(want) {
			t.Errorf("%d: %d channels, want %d; %v", k, len(p.X), len(want), err)
			continue
		}
		for c := range want {
			if !equal(p.X[c], want[c]) {
				t.Errorf("%d, %v %s: channel %d is %v, want %v", k, a.Shape, a.Type, c, p.X[c], want[c])
			}
		}
		last := len(want) - 1
		if q, err := rec.Read(0.1, rec.Dur(), rec.Channels[last].Name); err != nil || !equal(q.X[0], want[last][min(1, len(want[last])):]) {
			t.Errorf("%d: a piece: %v, %v", k, q, err)
		}
	}
	if read < 50 {
		t.Errorf("%d recordings", read)
	}
}

// TestWriteRecording writes recordings, with and without gaps, and reads them again.
func TestWriteRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	for _, n := range []int{1, 7, 100_003} {
		x := [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
		var ch []eeg.Channel
		for c := range x {
			ch = append(ch, eeg.Channel{Name: string(rune('a' + c)), FS: 512})
			for i := range x[c] {
				x[c][i] = float64(float32(math.Sin(float64(i * (c + 1)))))
			}
		}
		x[1][n/2] = math.NaN()
		rec, err := eeg.New(ch, x)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"", "float64", "float32"} {
			if err := npy.WriteRecording(path, rec, kind); err != nil {
				t.Fatal(err)
			}
			a, err := npy.Read(path)
			if err != nil || a.Shape[0] != 3 || a.Shape[1] != n {
				t.Fatal(a, err)
			}
			for c := range x {
				if !equal(a.Matrix()[c], x[c]) {
					t.Errorf("%d samples, %s: channel %d differs", n, kind, c)
				}
			}
			if n < 4 {
				continue
			}
			back, err := npy.ReadRecording(path, 512)
			if err != nil {
				t.Fatal(err)
			}
			if p, err := back.Read(2/512., 4/512., "Ch3"); err != nil || !equal(p.X[0], x[2][2:4]) {
				t.Errorf("%v, %v", p, err)
			}
		}
	}
	gaps := eeg.Recording{Channels: []eeg.Channel{{Name: "a", FS: 2}}, Segments: []eeg.Segment{{Start: 0, Dur: 1}, {Start: 2, Dur: 1.5}}}
	rec, err := eeg.From(gaps, counter{})
	if err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteRecording(path, rec, ""); err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	if a, err := npy.Read(path); err != nil || !equal(a.Values, []float64{0, 1, nan, nan, 2, 3, 4}) {
		t.Errorf("%v, %v", a, err)
	}
	uneven, _ := eeg.New([]eeg.Channel{{Name: "a", FS: 2}, {Name: "b", FS: 4}}, [][]float64{{1, 2}, {1, 2, 3, 4}})
	large, _ := eeg.New([]eeg.Channel{{Name: "a", FS: 2}}, [][]float64{{1e300}})
	for _, f := range []struct {
		rec              *eeg.Recording
		path, kind, want string
	}{{nil, path, "", "no channels"}, {uneven, path, "", "4 Hz"}, {large, path, "float32", "beyond float32"}, {rec, path, "int16", "float64 and float32"}, {rec, "x.txt", "", "must end in .npy"}, {&eeg.Recording{Channels: gaps.Channels}, path, "", "no samples"}} {
		if err := npy.WriteRecording(f.path, f.rec, f.kind); err == nil || !strings.Contains(err.Error(), f.want) {
			t.Errorf("%v, want %q", err, f.want)
		}
	}
	if _, err := npy.ReadRecording(path, 0); err == nil {
		t.Error("a rate of 0 is taken")
	}
	b, _ := os.ReadFile(path)
	_ = os.WriteFile(path, b[:len(b)-1], 0o644)
	if _, err := npy.ReadRecording(path, 1); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("cut off: %v", err)
	}
	if !bytes.Contains(b, []byte("'fortran_order': True")) {
		t.Error("channels of a time are not together")
	}
}

// counter has samples that are their numbers.
type counter struct{}

func (counter) Fill(dst [][]float64, from, _ []int) error {
	for k := range dst {
		for i := range dst[k] {
			dst[k][i] = float64(from[k] + i)
		}
	}
	return nil
}
