package fif_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/brainvision"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// sample returns the path of a file that make.py wrote, or of one of the collection.
func sample(t testing.TB, name string) string {
	if strings.HasPrefix(name, "fetched/") {
		return golden.Shared(t, "data/"+name)
	}
	return golden.Path(t, "fif/"+name)
}

// kinds are MNE's words for kinds of channels, and those here.
var kinds = map[string]string{
	"mag": "MEG", "grad": "MEG", "ref_meg": "MEG reference", "eeg": "EEG", "eog": "EOG", "stim": "trigger", "resp": "respiration", "misc": "other",
}

// TestRead holds recordings of every encoding, compressed, with gaps, and those of the
// collection against what MNE reads of them.
func TestRead(t *testing.T) {
	var want map[string]struct {
		FS            float64
		Names, Kinds  []string
		N, First      int
		At            []int
		X             [][]float64
		Sum           []float64
		Skips         [][2]float64
		Annotations   [][4]any
		Bads          []string
		Place, Normal [][]float64
		Grade         int
		Date          float64
	}
	golden.JSON(t, golden.Path(t, "fif/raw.json"), &want)
	if len(want) != 7 {
		t.Fatalf("%d files", len(want))
	}
	for name, w := range want {
		t.Run(filepath.Base(name), func(t *testing.T) {
			rec, err := fif.Read(sample(t, name))
			if err != nil {
				t.Fatal(err)
			}
			p, err := rec.Read(0, math.Inf(1))
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(rec.Names()) != fmt.Sprint(w.Names) || rec.FirstSample != w.First || len(rec.Gaps()) != len(w.Skips) || len(rec.Problems) > 0 && w.Grade == 0 {
				t.Errorf("%v, first %d, %d gaps, problems %v; want %v, %d, %v", rec.Names(), rec.FirstSample, len(rec.Gaps()), rec.Problems, w.Names, w.First, w.Skips)
			}
			for c, ch := range rec.Channels {
				if ch.Kind != kinds[w.Kinds[c]] || (w.Kinds[c] == "grad") != (ch.Unit == "T/m") || ch.FS != w.FS {
					t.Errorf("%s: %s in %q at %g Hz, want %s at %g", ch.Name, ch.Kind, ch.Unit, ch.FS, w.Kinds[c], w.FS)
				}
				if ch.Bad != contains(w.Bads, ch.Name) {
					t.Errorf("%s: bad is %v", ch.Name, ch.Bad)
				}
				if !near(ch.Position, w.Place[c], 1e-9) || !near(ch.Normal, w.Normal[c], 1e-12) {
					t.Errorf("%s: at %v along %v, want %v, %v", ch.Name, ch.Position, ch.Normal, w.Place[c], w.Normal[c])
				}
				if len(p.X[c]) != w.N {
					t.Errorf("%s: %d samples, want %d", ch.Name, len(p.X[c]), w.N)
					continue
				}
				sum := 0.0
				for i, v := range p.X[c] {
					gap := false
					for _, g := range rec.Gaps() {
						at := float64(i) / ch.FS
						gap = gap || at > g.Start-1e-6 && at < g.End()-1e-6
					}
					if math.IsNaN(v) != gap {
						t.Fatalf("%s: sample %d is %g", ch.Name, i, v)
					}
					if !gap {
						sum += v
					}
				}
				for k, i := range w.At {
					if v := p.X[c][i]; v != w.X[c][k] && !(math.IsNaN(v) && w.X[c][k] == 0) {
						t.Errorf("%s: sample %d is %.17g, want %.17g", ch.Name, i, v, w.X[c][k])
					}
				}
				if math.Abs(sum-w.Sum[c]) > 1e-12*math.Abs(sum)+1e-18 {
					t.Errorf("%s: sum %g, want %g", ch.Name, sum, w.Sum[c])
				}
			}
			for k, g := range rec.Gaps() {
				if math.Abs(g.Start-w.Skips[k][0]) > 1e-6 || math.Abs(g.Dur-w.Skips[k][1]) > 1e-6 {
					t.Errorf("gap %v, want %v", g, w.Skips[k])
				}
			}
			var marks []string
			for _, a := range rec.Annotations {
				marks = append(marks, fmt.Sprintf("%.6f %.6f %s", a.Onset, a.Dur, a.Text)+a.Channel)
			}
			k := 0
			for _, a := range w.Annotations {
				channels := a[3].([]any)
				if len(channels) == 0 {
					channels = []any{""}
				}
				for _, c := range channels {
					if s := fmt.Sprintf("%.6f %.6f %s", a[0], a[1], a[2]) + c.(string); !contains(marks, s) {
						t.Errorf("there is no annotation %s in %v", s, marks)
					}
					k++
				}
			}
			if k != len(marks) {
				t.Errorf("%d annotations, want %d", len(marks), k)
			}
			if w.Date > 1.5e9 {
				start := w.Date + float64(w.First)/w.FS
				if math.Abs(float64(rec.Start.Sub(time.Unix(0, 0)).Nanoseconds())*1e-9-start) > 1e-5 {
					t.Errorf("start %v, want %g", rec.Start, start)
				}
				if rec.Subject != "made up" || rec.Session != "FIFF of Müller and 東" || rec.Channels[3].Filter != "high-pass 0.1 Hz, low-pass 40 Hz" {
					t.Errorf("%q %q %q", rec.Subject, rec.Session, rec.Channels[3].Filter)
				}
			}
		})
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func near(a, b []float64, tol float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= tol*(1+math.Abs(b[i]))) {
			return false
		}
	}
	return true
}

// TestBrainVision reads the same recording in two formats.
func TestBrainVision(t *testing.T) {
	a, err := fif.Read(golden.Shared(t, "data/fetched/mne-python/brainvision/test_bin_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := brainvision.Read(golden.Shared(t, "data/fetched/mne-python/brainvision/test.vhdr"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Read(0, 7.9, a.Names("EEG")...)
	if err != nil {
		t.Fatal(err)
	}
	q, err := b.Read(0, 7.9)
	if err != nil {
		t.Fatal(err)
	}
	for c := range 26 { // the file of the other format has 26 channels of EEG in microvolts first
		if q.Channels[c].Unit != "uV" {
			t.Fatalf("%+v", q.Channels[c])
		}
		for i, v := range q.X[c] {
			if math.Abs(v*1e-6-p.X[c][i]) > 1e-8*math.Abs(p.X[c][i])+1e-13 {
				t.Fatalf("channel %d, sample %d: %g uV and %g V", c, i, v, p.X[c][i])
			}
		}
	}
}

// TestPieces reads pieces that make the whole, of one channel and of all.
func TestPieces(t *testing.T) {
	for _, name := range []string{"short_raw.fif", "int_raw.fif.gz", "skip_raw.fif"} {
		rec, err := fif.Read(sample(t, name))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := rec.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, seconds := range []float64{0.011, 0.7, 3.3} {
			n := 0
			err := rec.Each(seconds, func(p *eeg.Piece) error {
				one, err := rec.Read(p.From, p.To, rec.Channels[2].Name)
				if err != nil {
					return err
				}
				for i, v := range p.X[2] {
					w := whole.X[2][p.First[2]+i]
					if math.Float64bits(v) != math.Float64bits(w) || math.Float64bits(one.X[0][i]) != math.Float64bits(w) {
						return fmt.Errorf("sample %d is %g and %g, want %g", p.First[2]+i, v, one.X[0][i], w)
					}
					n++
				}
				return nil
			})
			if err != nil || n != len(whole.X[2]) {
				t.Errorf("%s in pieces of %g s: %d samples, %v", name, seconds, n, err)
			}
		}
	}
}

// TestTriggers finds codes on the trigger channel.
func TestTriggers(t *testing.T) {
	rec, err := fif.Read(sample(t, "short_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := rec.Triggers("STI 014", 0)
	if err != nil || fmt.Sprint(got) != fmt.Sprintf("[{%g 100 3} {%g 500 5} {%g 700 3}]", 100/100.5, 500/100.5, 700/100.5) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestRefused tells why a file is not read.
func TestRefused(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.fif")
	if err := os.WriteFile(bad, []byte("no such thing"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, want string }{
		{sample(t, "complex_raw.fif"), "has complex samples, which are not read"},
		{bad, "is not a FIFF file"},
		{filepath.Join(t.TempDir(), "none.fif"), "no such file"},
	} {
		if _, err := fif.Read(test.path); err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "fif: Read: "+test.path) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}

// TestCutOff reads what is there of files that end too early.
func TestCutOff(t *testing.T) {
	b, err := os.ReadFile(sample(t, "short_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	full, err := fif.Decode(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for n := 0; n < len(b); n += 211 {
		rec, err := fif.Decode(bytes.NewReader(b[:n]), int64(n))
		if err != nil {
			continue
		}
		read++
		p, err := rec.Read(0, math.Inf(1), "Fz")
		if err != nil {
			t.Fatal(err)
		}
		q, err := full.Read(0, rec.Dur(), "Fz")
		if err != nil || len(q.X[0]) != len(p.X[0]) {
			t.Fatal(err, len(q.X[0]), len(p.X[0]))
		}
		for i, v := range p.X[0] {
			if v != q.X[0][i] {
				t.Fatalf("cut at %d: sample %d is %g, want %g", n, i, v, q.X[0][i])
			}
		}
		if rec.Problems.Count("warning") == 0 {
			t.Errorf("cut at %d bytes: no warning", n)
		}
	}
	if read < 60 {
		t.Errorf("%d cut files were read", read)
	}
}
