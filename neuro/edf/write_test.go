package edf_test

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestWriteAgain writes files that were read, and reads them: samples to a rounding,
// rates, annotations, start and gaps are the same.
func TestWriteAgain(t *testing.T) {
	s := plain()
	s.reserved = "EDF+D"
	s.tals = []string{"+0.25\x14\x14\x00+0.75\x150.5\x14blink\x14\x00", "+1.25\x14\x14\x00", "+4.25\x14\x14\x00+5\x14a\x14b\x14\x00"}
	gaps, err := decode(s.make3())
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]*eeg.Recording{"gaps": gaps}
	for _, name := range []string{"packaged/pyedflib/test_utf8.edf", "packaged/pyedflib/test_subsecond.edf", "packaged/pyedflib/test_generator.bdf", "packaged/pyedflib/test_generator_datarec_generator_2.bdf",
		"fetched/mne-python/edf/test.edf", "fetched/mne-python/edf/test.bdf", "fetched/mne-python/edf/test_uneven_samp.edf", "fetched/mne-python/edf/test_bdf_stim_channel.bdf", "fetched/mne-python/edf/test_edf_stim_channel.edf"} {
		r, err := edf.Read(golden.Shared(t, "data/"+name))
		if err != nil {
			t.Fatal(err)
		}
		cases[name] = r
	}
	for name, r := range cases {
		o := edf.WriteOptions{}
		if r.Format[:3] == "BDF" {
			o.Format = "BDF+"
		}
		path := filepath.Join(t.TempDir(), "again.edf")
		if err := edf.Write(path, r, o); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		g, err := edf.Read(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !g.Start.Equal(r.Start) || fmt.Sprint(g.Segments) != fmt.Sprint(r.Segments) || len(g.Channels) != len(r.Channels) || len(g.Annotations) != len(r.Annotations) || g.Problems.Count("warning") > 0 {
			t.Errorf("%s: %v at %v, %v; was %v at %v, %v; %v", name, g, g.Start, g.Segments, r, r.Start, r.Segments, g.Problems)
			continue
		}
		for i, a := range r.Annotations {
			if b := g.Annotations[i]; math.Abs(a.Onset-b.Onset) > 1e-8 || math.Abs(a.Dur-b.Dur) > 1e-8 || a.Text != b.Text {
				t.Errorf("%s: annotation %v, was %v", name, b, a)
			}
		}
		a, err1 := r.Read(0, math.Inf(1))
		b, err2 := g.Read(0, math.Inf(1))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		for c, ch := range r.Channels {
			if h := g.Channels[c]; h.Name != ch.Name || h.Unit != ch.Unit || math.Abs(h.FS/ch.FS-1) > 1e-12 || len(a.X[c]) != len(b.X[c]) || h.Kind != ch.Kind {
				t.Errorf("%s: %+v, was %+v", name, h, ch)
				continue
			}
			for i, v := range a.X[c] {
				// the step was known and is that of before
				if w := b.X[c][i]; !(math.Abs(v-w) <= 1e-9*(1+math.Abs(v))) && !(math.IsNaN(v) && math.IsNaN(w)) {
					t.Errorf("%s: %s: sample %d is %.17g, was %.17g", name, ch.Name, i, w, v)
					break
				}
			}
		}
	}
}

// TestWriteNew writes samples of memory in every format and reads them: to half a step.
func TestWriteNew(t *testing.T) {
	for _, format := range []string{"", "EDF", "EDF+", "BDF", "BDF+"} {
		for _, c := range []struct {
			fs float64
			n  int
		}{{250, 1000}, {250, 1}, {250, 997}, {1017.25, 4069}, {12.8, 640}, {200.0 / 3, 500}, {1000, 1009}} {
			x := make([]float64, c.n)
			for i := range x {
				x[i] = 1e-4 * math.Sin(float64(i*i)/7)
			}
			r, err := eeg.New([]eeg.Channel{{Name: "Pz", Unit: "V", FS: c.fs}}, [][]float64{x})
			if err != nil {
				t.Fatal(err)
			}
			r.Annotations = []eeg.Annotation{{Onset: 0.5 / c.fs, Dur: 0.1, Text: "größer", Kind: "Comment"}}
			path := filepath.Join(t.TempDir(), "new.edf")
			if err := edf.Write(path, r, edf.WriteOptions{Format: format}); err != nil {
				t.Errorf("%s %g Hz: %v", format, c.fs, err)
				continue
			}
			g, err := edf.Read(path)
			if err != nil || g.Problems.Count("warning") > 0 || math.Abs(g.Channels[0].FS/c.fs-1) > 1e-6 || g.Samples(0) < c.n {
				t.Errorf("%s %g Hz: %v, %v, %v", format, c.fs, g, err, g.Problems)
				continue
			}
			y := make([]float64, c.n)
			if err := g.Fill([][]float64{y}, []int{0}, []int{0}); err != nil {
				t.Fatal(err)
			}
			step := 2e2 / 65535.0
			if strings.HasPrefix(format, "BDF") {
				step = 2e2 / 16777215.0
			}
			for i, v := range x {
				if c.n > 1 && math.Abs(y[i]-v*1e6) > 0.51*step+1e-9 {
					t.Errorf("%s %g Hz: sample %d is %g uV, was %g", format, c.fs, i, y[i], v*1e6)
					break
				}
			}
			if strings.HasSuffix(format, "+") {
				if a := g.Annotations[0]; a.Text != "Comment/größer" || math.Abs(a.Onset-0.5/c.fs) > 1e-8 {
					t.Errorf("annotation %v", a)
				}
				padded := g.Samples(0) > c.n
				if told := len(g.Annotations) > 1; told != padded {
					t.Errorf("%g Hz: %d samples of %d, annotations %v", c.fs, g.Samples(0), c.n, g.Annotations)
				}
			}
			if !g.Start.IsZero() && strings.HasSuffix(format, "+") {
				t.Errorf("the start is %v; it is not known", g.Start)
			}
		}
	}
}

// TestWriteErrors wants an error that says what cannot be written, and no file.
// Sensors of MEG keep their values in units that the format has room for.
func TestWriteMEG(t *testing.T) {
	mag, grad := make([]float64, 500), make([]float64, 500)
	for i := range mag {
		mag[i], grad[i] = 3e-13*math.Sin(float64(i)/9), 8e-12*math.Cos(float64(i)/7)
	}
	rec, err := eeg.New([]eeg.Channel{{Name: "MEG 001", Kind: "MEG", Unit: "T", FS: 500}, {Name: "MEG 002", Kind: "MEG", Unit: "T/m", FS: 500}}, [][]float64{mag, grad})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "meg.bdf")
	if err := edf.Write(path, rec, edf.WriteOptions{Format: "BDF+"}); err != nil {
		t.Fatal(err)
	}
	back, err := edf.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := back.Read(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for c, w := range []struct {
		x      []float64
		factor float64
		unit   string
	}{{mag, 1e15, "fT"}, {grad, 1e13, "fT/cm"}} {
		if ch := back.Channels[c]; ch.Unit != w.unit || ch.Kind != "MEG" {
			t.Errorf("%+v, want %s", ch, w.unit)
		}
		for i, x := range p.X[c] {
			if math.Abs(x-w.x[i]*w.factor) > back.Channels[c].Step {
				t.Fatalf("channel %d, sample %d: %g, want %g", c, i, x, w.x[i]*w.factor)
			}
		}
	}
}

func TestWriteErrors(t *testing.T) {
	one := func(ch eeg.Channel, x ...float64) *eeg.Recording {
		if ch.FS == 0 {
			ch.FS = 2
		}
		r, err := eeg.New([]eeg.Channel{ch}, [][]float64{x})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	two, err := eeg.New([]eeg.Channel{{Name: "a channel of one name", FS: 1}, {Name: "a channel of one number", FS: 1}}, [][]float64{{1}, {2}})
	if err != nil {
		t.Fatal(err)
	}
	gaps := one(eeg.Channel{Name: "a"}, 1, 2)
	gaps.Segments = []eeg.Segment{{Start: 0, Dur: 0.5}, {Start: 3, Dur: 0.5}}
	for _, c := range []struct {
		r    *eeg.Recording
		o    edf.WriteOptions
		text string
	}{
		{one(eeg.Channel{Name: "a"}, 1, math.NaN()), edf.WriteOptions{}, "NaN"},
		{one(eeg.Channel{Name: "a", Unit: "uV"}, 1, 2), edf.WriteOptions{Format: "GDF"}, "not known"},
		{one(eeg.Channel{Name: "a", Unit: "picoampere"}, 1, 2), edf.WriteOptions{}, "up to 8 characters"},
		{one(eeg.Channel{Name: "a", Unit: "A"}, 1e-13, 2e-13), edf.WriteOptions{}, "smaller unit"},
		{one(eeg.Channel{Name: "a", Unit: "uV"}, 1e10, 2), edf.WriteOptions{}, "larger unit"},
		{one(eeg.Channel{Name: "Status", Kind: "trigger"}, 1, 70000), edf.WriteOptions{}, "codes"},
		{one(eeg.Channel{Name: "a"}, 1, 2), edf.WriteOptions{Record: 0.3}, "no record"},
		{two, edf.WriteOptions{}, "rename one"},
		{gaps, edf.WriteOptions{Format: "EDF"}, "gaps"},
	} {
		dir := t.TempDir()
		err := edf.Write(filepath.Join(dir, "x.edf"), c.r, c.o)
		if err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v; want %q", err, c.text)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
			t.Errorf("%q leaves %v", c.text, left)
		}
	}
	stop := errors.New("enough")
	if err := one(eeg.Channel{Name: "a"}, 1, 2).Each(0.5, func(*eeg.Piece) error { return stop }); err != stop {
		t.Errorf("Each: %v", err)
	}
}

// TestCheck tells of channels that are cut off and that never change.
func TestCheck(t *testing.T) {
	n := 1000
	x := [][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i := range n {
		x[0][i] = math.Max(-50, math.Min(50, 80*math.Sin(float64(i))))
		x[1][i] = 7
		x[2][i] = 20 * math.Sin(float64(i))
	}
	ch := func(name string) eeg.Channel {
		return eeg.Channel{Name: name, Unit: "uV", FS: 100, Lo: -50, Hi: 50, Step: 0.01}
	}
	r, err := eeg.New([]eeg.Channel{ch("cut"), ch("flat"), ch("good")}, x)
	if err != nil {
		t.Fatal(err)
	}
	r.Start = time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "c.edf")
	if err := edf.Write(path, r, edf.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	p, err := edf.Check(path)
	if err != nil || len(p) != 2 || !strings.Contains(p[0].Text, `"cut" reaches an end of its range`) || !strings.Contains(p[1].Text, `"flat" is 7`) {
		t.Errorf("%v (%v)", p, err)
	}
	if _, err := edf.Check(filepath.Join(t.TempDir(), "no")); err == nil {
		t.Error("a file that is not there is checked")
	}
}
