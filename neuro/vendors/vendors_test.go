package vendors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// A reference is what MNE reads in a file.
type reference struct {
	FS          float64
	Names       []string
	Types       []string
	At          []int
	X           [][]float64
	Mean, Std   []float64
	N           int
	Loc         [][]*float64
	Start       float64
	Annotations [][3]any
	Filter      [2]float64
}

func references(t testing.TB) map[string]reference {
	t.Helper()
	all := map[string]reference{}
	data, err := os.ReadFile(golden.Path(t, "vendors/readers.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// formats are the files and their readers; scale leads from MNE's volts to the unit here.
var formats = map[string]struct {
	read  func(string) (*eeg.Recording, error)
	scale float64
}{
	"kit/test.sqd": {ReadKIT, 1}, "egi/test_egi.raw": {ReadEGI, 1e6}, "nicolet/test_nicolet_raw.data": {ReadNicolet, 1e6}, "bti/test_pdf_linux": {ReadBTi, 1},
}

var kinds = map[string]string{"mag": "MEG", "ref_meg": "MEG reference", "misc": "other", "eeg": "EEG", "stim": "trigger", "eog": "EOG", "emg": "EMG", "ecg": "ECG"}

func shared(t testing.TB, name string) string {
	return golden.Shared(t, "data/fetched/mne-python/"+name)
}

// TestMNE holds every channel against MNE.
func TestMNE(t *testing.T) {
	for name, w := range references(t) {
		f := formats[name]
		if f.read == nil { // TestHeadShape
			continue
		}
		rec, err := f.read(shared(t, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !slices.Equal(rec.Names(), w.Names) || rec.Samples(0) != w.N || rec.Problems.Count("warning") > 0 {
			t.Errorf("%s: %d channels of %d samples, want %d of %d; %v", name, len(rec.Channels), rec.Samples(0), len(w.Names), w.N, rec.Problems)
			continue
		}
		if got := float64(rec.Start.Unix()); got != w.Start {
			t.Errorf("%s: begins at %v, want %g", name, rec.Start, w.Start)
		}
		if len(rec.Annotations) != len(w.Annotations) {
			t.Errorf("%s: %d annotations, want %d", name, len(rec.Annotations), len(w.Annotations))
		}
		for i, a := range w.Annotations {
			if g := rec.Annotations[i]; g.Onset != a[0].(float64) || g.Text != a[2].(string) || g.Dur != 0 {
				t.Errorf("%s: annotation %+v, want %v", name, g, a)
			}
		}
		p, err := rec.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		for c, ch := range rec.Channels {
			scale := f.scale
			if ch.Kind == "trigger" {
				scale = 1
			}
			if ch.FS != w.FS || ch.Kind != kinds[w.Types[c]] && !(ch.Kind == "trigger" && strings.HasPrefix(name, "kit")) {
				t.Errorf("%s: %s is %s of %g Hz, want %s of %g Hz", name, ch.Name, ch.Kind, ch.FS, w.Types[c], w.FS)
			}
			sum, squares, size := 0.0, 0.0, 0.0
			for _, x := range p.X[c] {
				sum += x
				size = math.Max(size, math.Abs(x))
			}
			mean := sum / float64(len(p.X[c]))
			for _, x := range p.X[c] {
				squares += (x - mean) * (x - mean)
			}
			for k, at := range w.At {
				if got, want := p.X[c][at], w.X[c][k]*scale; math.Abs(got-want) > 1e-12*math.Abs(want) { // gains are multiplied in another order
					t.Errorf("%s: %s, sample %d is %g, want %g", name, ch.Name, at, got, want)
				}
			}
			std := math.Sqrt(squares / float64(len(p.X[c])))
			if math.Abs(mean-w.Mean[c]*scale) > 1e-12*size || math.Abs(std-w.Std[c]*scale) > 1e-12*size {
				t.Errorf("%s: %s has mean %g, deviation %g, want %g, %g", name, ch.Name, mean, std, w.Mean[c]*scale, w.Std[c]*scale)
			}
			places(t, name, ch, w.Loc[c])
		}
	}
}

// places holds the place of a sensor against MNE's, which are in m; those of KIT are turned
// there already.
func places(t *testing.T, name string, ch eeg.Channel, loc []*float64) {
	t.Helper()
	if !strings.HasPrefix(ch.Kind, "MEG") {
		return
	}
	var want [2][]float64
	for k, from := range []int{0, 9} {
		v := [3]float64{*loc[from], *loc[from+1], *loc[from+2]}
		if strings.HasPrefix(name, "kit") {
			want[k] = v[:]
		} else {
			want[k] = []float64{-v[1], v[0], v[2]}
		}
	}
	for i := range 3 {
		if math.Abs(ch.Position[i]-1000*want[0][i]) > 1e-4 || math.Abs(ch.Normal[i]-want[1][i]) > 1e-6 { // MNE keeps float32
			t.Errorf("%s: %s is at %v along %v, want %v along %v", name, ch.Name, ch.Position, ch.Normal, want[0], want[1])
			return
		}
	}
}

// TestExpected holds KIT's first samples against the values of the collection.
func TestExpected(t *testing.T) {
	var all map[string]struct {
		First []float64 `json:"ch0_first5_SI"`
	}
	data, err := os.ReadFile(golden.Shared(t, "data/expected_readers.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	rec, err := ReadKIT(shared(t, "kit/test.sqd"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := rec.Read(0, 0.005, rec.Channels[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range all["fetched/mne-python/kit/test.sqd"].First {
		if math.Abs(p.X[0][i]-want) > 1e-12*math.Abs(want) {
			t.Errorf("sample %d is %g, want %g", i, p.X[0][i], want)
		}
	}
	if ch := rec.Channels[0]; ch.Filter != "LP:200 Hz N:60 Hz" || ch.Coil != "axial gradiometer" {
		t.Errorf("%+v", ch)
	}
}

// TestHeadShape holds the points of 4D/BTi against MNE.
func TestHeadShape(t *testing.T) {
	w := references(t)["bti/test_hs_linux"]
	p, err := ReadBTiHeadShape(shared(t, "bti/test_hs_linux"))
	if err != nil || len(p) != 5+w.N {
		t.Fatal(len(p), err)
	}
	mean := make([]float64, 3)
	for _, x := range p[5:] {
		for i := range mean {
			mean[i] += x.Position[i] / float64(w.N)
		}
	}
	for k, got := range append(append(append([]fif.Point{}, p[:6]...), p[len(p)-1]), fif.Point{Position: mean}) {
		l := w.Loc[k]
		for i, want := range []float64{-*l[1], *l[0], *l[2]} {
			if math.Abs(got.Position[i]-1000*want) > 1e-9 {
				t.Errorf("point %d is at %v, want %v", k, got.Position, want)
			}
		}
	}
	if p[0].Name != "LPA" || p[2].Name != "nasion" || p[3].Kind != "HPI" || p[5].Kind != "head shape" || p[5].Number != 1 {
		t.Errorf("%+v", p[:6])
	}
	if _, err := ReadBTiHeadShape(shared(t, "bti/test_pdf_linux")); err == nil {
		t.Error("samples are read as a head shape")
	}
}

// Pieces of any channels are those of the whole.
func TestPieces(t *testing.T) {
	for name, f := range formats {
		rec, err := f.read(shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := rec.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		last := len(rec.Channels) - 1
		at := 0
		err = rec.Each(rec.Dur()/7, func(p *eeg.Piece) error {
			for k, c := range []int{last, 3} {
				if !slices.Equal(p.X[k], whole.X[c][p.First[k]:p.First[k]+len(p.X[k])]) {
					return fmt.Errorf("%s: a piece from %g s on differs", name, p.From)
				}
			}
			at += len(p.X[0])
			return nil
		}, rec.Channels[last].Name, rec.Channels[3].Name)
		if err != nil || at != rec.Samples(0) {
			t.Errorf("%v, %d of %d samples", err, at, rec.Samples(0))
		}
	}
}

// files are the bytes of a format, for tests that break them.
func load(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func opened(b []byte) opener {
	return func() (io.ReaderAt, func(), error) { return bytes.NewReader(b), func() {}, nil }
}

// Files that are cut off, or of another format, are refused or read as far as they go.
func TestCutOff(t *testing.T) {
	sensors, err := btiConfig(bytes.NewReader(load(t, "bti/test_config_linux")))
	if err != nil {
		t.Fatal(err)
	}
	head := load(t, "nicolet/test_nicolet_raw.head")
	decoders := map[string]func(b []byte) (*eeg.Recording, error){
		"kit/test.sqd":                  func(b []byte) (*eeg.Recording, error) { return decodeKIT(bytes.NewReader(b), int64(len(b)), opened(b)) },
		"egi/test_egi.raw":              func(b []byte) (*eeg.Recording, error) { return decodeEGI(bytes.NewReader(b), int64(len(b)), opened(b)) },
		"nicolet/test_nicolet_raw.data": func(b []byte) (*eeg.Recording, error) { return decodeNicolet(head, int64(len(b)), opened(b)) },
		"bti/test_pdf_linux": func(b []byte) (*eeg.Recording, error) {
			return decodeBTi(bytes.NewReader(b), int64(len(b)), opened(b), sensors)
		},
	}
	for name, decode := range decoders {
		b := load(t, name)
		whole, err := decode(b)
		if err != nil {
			t.Fatal(err)
		}
		short := 0
		for _, n := range []int{0, 1, 10, 35, 100, 1000, 5000, 20000, len(b) / 2, len(b) - 1000, len(b) - 1} {
			rec, err := decode(b[:n])
			if err != nil {
				if strings.Contains(err.Error(), "EOF") {
					t.Errorf("%s, %d bytes: %v", name, n, err)
				}
				continue
			}
			short++
			// Behind the samples of KIT there is more.
			if rec.Samples(0) == whole.Samples(0) && strings.HasPrefix(name, "kit") {
				continue
			}
			if rec.Samples(0) >= whole.Samples(0) || rec.Problems.Count("warning") == 0 {
				t.Errorf("%s, %d bytes: %d of %d samples, %v", name, n, rec.Samples(0), whole.Samples(0), rec.Problems)
			}
			if _, err := rec.Read(0, math.Inf(1)); err != nil {
				t.Errorf("%s, %d bytes: %v", name, n, err)
			}
		}
		if short == 0 && !strings.HasPrefix(name, "bti") { // whose header is at the end
			t.Errorf("%s: nothing is read of a file that is cut off", name)
		}
		for other := range formats {
			if other != name && !strings.HasPrefix(name, "nicolet") { // which has no header of its own
				if _, err := decode(load(t, other)); err == nil {
					t.Errorf("%s is read as %s", other, name)
				}
			}
		}
	}
	if _, err := btiConfig(bytes.NewReader(load(t, "bti/test_pdf_linux"))); err == nil {
		t.Error("samples are read as a config")
	}
}

// TestNicoletHeader reads headers that are odd.
func TestNicoletHeader(t *testing.T) {
	good := "start_ts=2015-01-01 12:00:00.500\nnum_samples=10\nsample_freq=256\nconversion_factor=0.5\nnum_channels=2\nelec_names=[FZ,CZ]\nsample_bytes=2\n"
	data := make([]byte, 40)
	data[0], data[5] = 4, 1
	rec, err := decodeNicolet([]byte(good), 40, opened(data))
	if err != nil || rec.Start.Nanosecond() != 5e8 {
		t.Fatal(rec, err)
	}
	if p, err := rec.Read(0, rec.Dur()); err != nil || p.X[0][0] != 2 || p.X[0][1] != 128 {
		t.Errorf("%v, %v", p, err)
	}
	for from, to := range map[string]string{"num_channels=2": "num_channels=x", "sample_freq=256": "sample_freq=0", "factor=0.5": "factor=NaN", "sample_bytes=2": "sample_bytes=4"} {
		if _, err := decodeNicolet([]byte(strings.Replace(good, from, to, 1)), 40, opened(data)); err == nil || !strings.Contains(err.Error(), to[:8]) && !strings.Contains(err.Error(), "factor") {
			t.Errorf("%s: %v", to, err)
		}
	}
	if rec, err = decodeNicolet([]byte(strings.Replace(good, "[FZ,CZ]", "[FZ]", 1)), 30, opened(data)); err != nil || rec.Problems.Count("warning") != 2 || rec.Channels[1].Name != "Ch2" {
		t.Errorf("%v, %v", rec, err)
	}
	dir := t.TempDir()
	for _, name := range []string{"x.e", "x.data"} {
		path := filepath.Join(dir, name)
		_ = os.WriteFile(path, data, 0o644)
		if _, err := ReadNicolet(path); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	_ = os.WriteFile(filepath.Join(dir, "x.head"), []byte(good), 0o644)
	for _, name := range []string{"x.data", "x.head"} {
		if rec, err := ReadNicolet(filepath.Join(dir, name)); err != nil || rec.Path != filepath.Join(dir, "x.data") {
			t.Error(err)
		}
	}
	if _, err := ReadEGI("s1.mff/"); err == nil || !strings.Contains(err.Error(), "simple binary") {
		t.Errorf("MFF: %v", err)
	}
	for _, f := range formats {
		if _, err := f.read(filepath.Join(dir, "none.data")); err == nil || !strings.HasPrefix(err.Error(), "vendors: Read") {
			t.Errorf("no file: %v", err)
		}
	}
}

// whole reads what a file that a fuzzer made has.
func whole(rec *eeg.Recording, err error) {
	if err == nil {
		_, _ = rec.Read(0, math.Min(rec.Dur(), 4096/rec.Channels[0].FS/float64(len(rec.Channels))))
	}
}

// seed adds the beginning of a real file, where it is there.
func seed(f *testing.F, name string, most int) {
	root := filepath.Join(golden.Root(f), "..", "shared", "data", "fetched", "mne-python", filepath.FromSlash(name))
	if b, err := os.ReadFile(root); err == nil {
		f.Add(b[:min(most, len(b))])
	} else if !errors.Is(err, os.ErrNotExist) {
		f.Fatal(err)
	}
}

func FuzzKIT(f *testing.F) {
	seed(f, "kit/test.sqd", 60000)
	f.Add([]byte{0, 0, 0, 0, 16, 0, 0, 0, 30, 0, 0, 0, 30, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) { whole(decodeKIT(bytes.NewReader(b), int64(len(b)), opened(b))) })
}

func FuzzEGI(f *testing.F) {
	seed(f, "egi/test_egi.raw", 5000)
	f.Add([]byte{0, 0, 0, 4})
	f.Fuzz(func(t *testing.T, b []byte) { whole(decodeEGI(bytes.NewReader(b), int64(len(b)), opened(b))) })
}

func FuzzNicolet(f *testing.F) {
	f.Add([]byte("num_samples=10\nsample_freq=256\nconversion_factor=0.5\nnum_channels=2\nelec_names=[FZ,CZ]\n"))
	data := make([]byte, 4096)
	f.Fuzz(func(t *testing.T, b []byte) { whole(decodeNicolet(b, int64(len(data)), opened(data))) })
}

func FuzzBTi(f *testing.F) {
	var sensors map[int]btiSensor
	root := filepath.Join(golden.Root(f), "..", "shared", "data", "fetched", "mne-python", "bti")
	if b, err := os.ReadFile(filepath.Join(root, "test_config_linux")); err == nil {
		sensors, _ = btiConfig(bytes.NewReader(b))
	}
	if b, err := os.ReadFile(filepath.Join(root, "test_pdf_linux")); err == nil {
		f.Add(b[len(b)-40000:]) // its header, and some samples
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole(decodeBTi(bytes.NewReader(b), int64(len(b)), opened(b), sensors))
		_, _ = btiConfig(bytes.NewReader(b))
		_, _ = btiHeadShape(bytes.NewReader(b), int64(len(b)))
	})
}
