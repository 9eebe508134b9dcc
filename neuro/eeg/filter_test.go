package eeg_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// noisy returns a recording of channels of noise with an offset and a trigger.
func noisy(t testing.TB, channels, n int, fs float64) (*eeg.Recording, [][]float64) {
	t.Helper()
	chs, x := make([]eeg.Channel, channels+1), make([][]float64, channels+1)
	for c := range x {
		r := rand.New(rand.NewPCG(uint64(c), 7))
		chs[c] = eeg.Channel{Name: fmt.Sprintf("E%d", c), Kind: "EEG", Unit: "uV", FS: fs}
		x[c] = make([]float64, n)
		v := 0.0
		for i := range x[c] {
			v = 0.95*v + r.NormFloat64()
			x[c][i] = 300 + 10*v
		}
	}
	chs[channels] = eeg.Channel{Name: "Status", Kind: "trigger", FS: fs}
	for i := range x[channels] {
		x[channels][i] = float64(i / 100 % 3)
	}
	rec, err := eeg.New(chs, x)
	if err != nil {
		t.Fatal(err)
	}
	return rec, x
}

// whole reads a recording in pieces of so many samples at most, some of several channels.
func whole(t testing.TB, r *eeg.Recording, step int) [][]float64 {
	t.Helper()
	out, index := make([][]float64, len(r.Channels)), make([]int, len(r.Channels))
	for c := range out {
		out[c], index[c] = make([]float64, r.Samples(c)), c
	}
	for at := 0; ; at += step {
		dst, from := make([][]float64, len(out)), make([]int, len(out))
		any := false
		for c := range out {
			from[c] = min(at, len(out[c]))
			dst[c] = out[c][from[c]:min(at+step, len(out[c]))]
			any = any || len(dst[c]) > 0
		}
		if !any {
			return out
		}
		if err := r.Fill(dst, from, index); err != nil {
			t.Fatal(err)
		}
	}
}

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d samples, want %d", what, len(got), len(want))
	}
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("%s: sample %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestFiltersInPieces wants recordings that are filtered in pieces of any size to have the
// bits of signals that are filtered whole.
func TestFiltersInPieces(t *testing.T) {
	const fs = 250
	band, low := must(signal.Butter(4, "band", fs, 1, 40)), must(signal.Butter(3, "low", fs, 30))
	fir, long := must(signal.NewFIR(101, "band", "", fs, 4, 30)), must(signal.NewFIR(1651, "high", "", fs, 0.5))
	for _, n := range []int{31, 1024, 1031, 5003} {
		for _, channels := range []int{1, 3, 6} {
			rec, x := noisy(t, channels, n, fs)
			for _, c := range []struct {
				name string
				made func() (*eeg.Recording, error)
				want func(x []float64) ([]float64, error)
			}{
				{"Filter", func() (*eeg.Recording, error) { return rec.Filter(band) }, band.Filter},
				{"FiltFilt", func() (*eeg.Recording, error) { return rec.FiltFilt(band) }, band.FiltFilt},
				{"FiltFilt of odd order", func() (*eeg.Recording, error) { return rec.FiltFilt(low) }, low.FiltFilt},
				{"ZeroPhase", func() (*eeg.Recording, error) { return rec.ZeroPhase(fir) }, fir.ZeroPhase},
				{"long ZeroPhase", func() (*eeg.Recording, error) { return rec.ZeroPhase(long) }, long.ZeroPhase},
			} {
				for _, step := range []int{1, 7, 997, 1024, n} {
					if step == 1 && n > 2000 {
						continue
					}
					f, err := c.made()
					if err != nil {
						t.Fatal(err)
					}
					got := whole(t, f, step)
					for k := range channels {
						want := must(c.want(x[k]))
						sameBits(t, fmt.Sprintf("%s of %d samples in pieces of %d", c.name, n, step), got[k], want)
					}
					sameBits(t, "the trigger", got[channels], x[channels])
				}
			}
		}
	}
}

// TestFiltersAnywhere reads a piece at the end first, then one in the middle, of some
// channels, on one processor and several.
func TestFiltersAnywhere(t *testing.T) {
	const fs = 250
	band, fir := must(signal.Butter(4, "band", fs, 1, 40)), must(signal.NewFIR(301, "low", "", fs, 40))
	rec, _ := noisy(t, 6, 9001, fs)
	for name, f := range map[string]func() *eeg.Recording{
		"Filter":    func() *eeg.Recording { return must(rec.Filter(band)) },
		"FiltFilt":  func() *eeg.Recording { return must(rec.FiltFilt(band)) },
		"ZeroPhase": func() *eeg.Recording { return must(rec.ZeroPhase(fir)) },
		"Resample":  func() *eeg.Recording { return must(rec.Resample(100)) },
		"chain":     func() *eeg.Recording { return must(must(must(rec.FiltFilt(band)).ZeroPhase(fir)).Resample(60)) },
	} {
		all := whole(t, f(), 1<<20)
		for _, threads := range []int{1, 2, 5} {
			before := runtime.GOMAXPROCS(threads)
			g := f()
			for _, span := range [][2]float64{{30, 36}, {8, 9}, {0, 3}, {8.5, 30}} {
				p, err := g.Read(span[0], span[1], "E4", "E1")
				if err != nil {
					t.Fatal(err)
				}
				for k, c := range []int{4, 1} {
					sameBits(t, name, p.X[k], all[c][p.First[k]:p.First[k]+len(p.X[k])])
				}
			}
			runtime.GOMAXPROCS(before)
		}
	}
}

// TestResample wants the samples of signal.Resample where the ends of the signal play no
// part, and ends that do not ring.
func TestResample(t *testing.T) {
	for _, c := range []struct{ fs, to float64 }{{250, 100}, {512, 250}, {1000, 250}, {100, 250}, {256, 256}} {
		rec, x := noisy(t, 2, 6007, c.fs)
		r, err := rec.Resample(c.to)
		if err != nil {
			t.Fatal(err)
		}
		if ch := r.Channels[0]; ch.FS != c.to || r.Channels[2].FS != c.fs {
			t.Errorf("rates %g and %g", ch.FS, r.Channels[2].FS)
		}
		got := whole(t, r, 1013)
		up, down := int(c.to), int(c.fs)
		want := must(signal.Resample(x[1], up, down))
		skip := int(25 * max(1, c.to/c.fs))
		sameBits(t, "Resample", got[1][skip:len(got[1])-skip], want[skip:len(got[1])-skip])
		for _, i := range []int{0, 1, len(got[1]) - 1} {
			if math.Abs(got[1][i]-300) > 150 {
				t.Errorf("%g to %g Hz: sample %d is %g", c.fs, c.to, i, got[1][i])
			}
		}
	}
}

// A gappy recording has segments and NaN nowhere but between them.
func gappy(t testing.TB, x [][]float64, fs float64, segments []eeg.Segment) *eeg.Recording {
	t.Helper()
	chs := make([]eeg.Channel, len(x))
	for c := range x {
		chs[c] = eeg.Channel{Name: fmt.Sprintf("E%d", c), Kind: "EEG", Unit: "uV", FS: fs}
	}
	rec, err := eeg.From(eeg.Recording{Channels: chs, Segments: segments}, samples(x))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

type samples [][]float64

func (s samples) Fill(dst [][]float64, from []int, channels []int) error {
	for k, c := range channels {
		copy(dst[k], s[c][from[k]:])
	}
	return nil
}

// TestGaps wants each segment to be filtered by itself.
func TestGaps(t *testing.T) {
	const fs = 100
	_, x := noisy(t, 2, 900, fs)
	rec := gappy(t, x[:2], fs, []eeg.Segment{{Start: 0, Dur: 2}, {Start: 5, Dur: 4}, {Start: 9, Dur: 3}})
	band, fir := must(signal.Butter(2, "band", fs, 1, 20)), must(signal.NewFIR(31, "low", "", fs, 20))
	for _, step := range []int{1, 130, 900} {
		both, zero := whole(t, must(rec.FiltFilt(band)), step), whole(t, must(rec.ZeroPhase(fir)), step)
		for _, s := range [][2]int{{0, 200}, {200, 600}, {600, 900}} {
			sameBits(t, "FiltFilt", both[1][s[0]:s[1]], must(band.FiltFilt(x[1][s[0]:s[1]])))
			sameBits(t, "ZeroPhase", zero[1][s[0]:s[1]], must(fir.ZeroPhase(x[1][s[0]:s[1]])))
		}
	}
	p, err := must(rec.FiltFilt(band)).Read(1.9, 5.1)
	if err != nil || !math.IsNaN(p.X[0][100]) || math.IsNaN(p.X[0][9]) || math.IsNaN(p.X[0][310]) {
		t.Errorf("a gap: %v", err)
	}
}

func TestFilterErrors(t *testing.T) {
	const fs = 250
	band, fir := must(signal.Butter(4, "band", fs, 1, 40)), must(signal.NewFIR(101, "low", "", fs, 40))
	rec, x := noisy(t, 2, 500, fs)
	slow := must(signal.Butter(2, "low", 100, 10))
	refused := func(_ *eeg.Recording, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	r, err := rec.Filter(slow)
	refused(r, err, `channel "E0" has 250 samples a second and the filter is made for 100`)
	r, err = rec.Filter(signal.SOS{FS: fs})
	refused(r, err, "no sections")
	r, err = rec.FiltFilt(band, "E7")
	refused(r, err, `"E7"`)
	r, err = rec.ZeroPhase(signal.FIR{FS: fs, Taps: []float64{1, 2}})
	refused(r, err, "symmetric")
	r, err = rec.Resample(math.Pi)
	refused(r, err, "whole numbers")
	r, err = rec.Resample(-1)
	refused(r, err, "above 0")
	short, _ := noisy(t, 1, 20, fs)
	r, err = short.FiltFilt(band)
	refused(r, err, "segment 0 has 20 samples")
	r, err = (&eeg.Recording{}).Filter(band)
	refused(r, err, "no samples")
	x[1][300] = math.NaN()
	for _, f := range []*eeg.Recording{must(rec.Filter(band)), must(rec.FiltFilt(band)), must(rec.ZeroPhase(fir)), must(rec.Resample(100))} {
		_, err := f.Read(1.5, 2)
		refused(nil, err, `sample 300 of channel "E1", at 1.2 s, is NaN`)
	}
	if _, err := must(rec.FiltFilt(band, "E0")).Read(0, 2); err != nil {
		t.Error(err) // the other channel is not filtered
	}
	if got := must(must(rec.FiltFilt(band)).ZeroPhase(fir)).Channels[0].Filter; got != "IIR of 4 sections, both ways; FIR of 101 taps, no lag" {
		t.Errorf("%q", got)
	}
}

// TestWriteFiltered writes a filtered recording as NumPy and as EDF, in pieces, and reads it
// again.
func TestWriteFiltered(t *testing.T) {
	const fs = 250
	rec, x := noisy(t, 3, 300_000, fs)
	clean := must(rec.FiltFilt(must(signal.Butter(4, "band", fs, 1, 40))))
	path := t.TempDir() + "/clean.npy"
	if err := npy.WriteRecording(path, clean, ""); err != nil {
		t.Fatal(err)
	}
	a := must(npy.Read(path))
	if fmt.Sprint(a.Shape) != "[4 300000]" {
		t.Fatalf("shape %v", a.Shape)
	}
	want := must(must(signal.Butter(4, "band", fs, 1, 40)).FiltFilt(x[2]))
	sameBits(t, "NumPy", a.Matrix()[2], want)
	path = t.TempDir() + "/clean.edf"
	if err := edf.Write(path, clean, edf.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	p := must(must(edf.Read(path)).Read(0, math.Inf(1), "E2"))
	for i, v := range p.X[0][:len(want)] {
		if math.Abs(v-want[i]) > p.Channels[0].Step {
			t.Fatalf("EDF: sample %d is %g, want %g", i, v, want[i])
		}
	}
}
