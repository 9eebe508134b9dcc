package fif_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// sets is what MNE reads of files that hold no recording.
type sets struct {
	Evoked map[string][]struct {
		Comment, Kind string
		N             int
		FS, T0        float64
		Names, Kinds  []string
		Bads          []string
		Samples       int
		At            []int
		X             [][]float64
		Std           map[string]float64
		Peak          *struct {
			MS, GFP    float64
			Names      []string
			Topography []float64
		}
	}
	Events      map[string][][3]int
	Annotations map[string][][3]any
	Projectors  map[string][]struct {
		Name      string
		Kind      int
		Active    bool
		Names     []string
		Vectors   [][]float64
		Explained *float64
	}
	Covariances map[string]struct {
		Names      []string
		Free       int
		Diagonal   bool
		Bads       []string
		I, J       []int
		X          []float64
		Sum, Trace float64
		Projectors []string
	}
	Epochs map[string]struct {
		Events [][3]int
		IDs    map[string]int
		T0, FS float64
		Names  []string
		X      [][][]float64
	}
	Projected struct {
		X, Data [][]float64
	}
	Compensation []struct {
		Kind          int
		Rows, Columns []string
		Sum           float64
		X             [][]float64
	}
}

func read(t *testing.T) sets {
	t.Helper()
	var s sets
	golden.JSON(t, golden.Path(t, "fif/sets.json"), &s)
	return s
}

// TestReadEvoked holds averages against MNE's: values, and for the auditory and visual
// responses of the collection when the field of the magnetometers is strongest, and its
// topography there.
func TestReadEvoked(t *testing.T) {
	want := read(t).Evoked
	if len(want) != 3 {
		t.Fatalf("%d files", len(want))
	}
	for name, sets := range want {
		t.Run(filepath.Base(name), func(t *testing.T) {
			got, err := fif.ReadEvoked(sample(t, name))
			if err != nil || len(got) != len(sets) {
				t.Fatalf("%d averages, %v", len(got), err)
			}
			for k, w := range sets {
				e := got[k]
				kind := map[string]string{"average": "average", "standard_error": "standard error"}[w.Kind]
				if w.Comment == "No comment" { // MNE's word for none
					w.Comment = ""
				}
				if e.Comment != w.Comment || e.Kind != kind || e.N != w.N || e.FS != w.FS || math.Abs(e.T0-w.T0) > 1e-12 || fmt.Sprint(e.Names()) != fmt.Sprint(w.Names) || e.Samples() != w.Samples {
					t.Errorf("%v from %.17g s at %g Hz, want %s, %s, %d, %.17g, %g", e, e.T0, e.FS, w.Comment, w.Kind, w.N, w.T0, w.FS)
				}
				step := 1
				if len(e.X) >= 20 {
					step = 37
				}
				for i := range w.X {
					for j, at := range w.At {
						// Projectors are computed in another order; nothing else is.
						if v := e.X[i*step][at]; v != w.X[i][j] && !(len(e.X) > 20 && math.Abs(v-w.X[i][j]) < 1e-12*w.Std[w.Kinds[i*step]]) {
							t.Errorf("%s: sample %d is %.17g, want %.17g", e.Channels[i*step].Name, at, v, w.X[i][j])
						}
					}
				}
				for c, ch := range e.Channels {
					if ch.Bad != contains(w.Bads, ch.Name) || ch.Kind != kinds[w.Kinds[c]] || ch.FS != e.FS {
						t.Errorf("%+v", ch)
					}
				}
				for kind, std := range w.Std {
					var sum, square, n float64
					for c, ch := range w.Kinds {
						if ch == kind {
							for _, v := range e.X[c] {
								sum, n = sum+v, n+1
							}
						}
					}
					for c, ch := range w.Kinds {
						if ch == kind {
							for _, v := range e.X[c] {
								square += (v - sum/n) * (v - sum/n)
							}
						}
					}
					if sd := math.Sqrt(square / n); math.Abs(sd-std) > 1e-12*std {
						t.Errorf("%s: standard deviation of %s is %g, want %g", e.Comment, kind, sd, std)
					}
				}
				if w.Peak == nil {
					continue
				}
				m, err := e.Of("magnetometer")
				if err == nil {
					m, err = m.Baseline(math.Inf(-1), 0)
				}
				if err != nil {
					t.Fatal(err)
				}
				g, err := m.GFP()
				if err != nil {
					t.Fatal(err)
				}
				best := -1
				for i, at := range m.Times() {
					if at >= 0.05 && at <= 0.3 && (best < 0 || g[i] > g[best]) {
						best = i
					}
				}
				if ms := 1000 * m.Times()[best]; math.Abs(ms-w.Peak.MS) > 1e-9 || math.Abs(g[best]-w.Peak.GFP) > 1e-12*g[best] || fmt.Sprint(m.Names()) != fmt.Sprint(w.Peak.Names) {
					t.Errorf("%s: field power is largest at %g ms with %g T, want %g ms, %g T", e.Comment, ms, g[best], w.Peak.MS, w.Peak.GFP)
				}
				largest := 0.0
				for _, v := range w.Peak.Topography {
					largest = max(largest, math.Abs(v))
				}
				for c, v := range w.Peak.Topography {
					if math.Abs(m.X[c][best]-v) > 1e-12*largest { // 1e-9 was asked for
						t.Errorf("%s: %s is %g at the peak, want %g", e.Comment, m.Channels[c].Name, m.X[c][best], v)
					}
				}
			}
		})
	}
	// The oracle of the collection's README, by hand.
	for k, ms := range []float64{181.5, 93.2, 174.8, 173.2} {
		if w := want["fetched/mne-python/fif/test-ave.fif.gz"][k].Peak.MS; math.Abs(w-ms) > 0.05 {
			t.Errorf("peak %d at %g ms, want %g", k, w, ms)
		}
	}
}

// TestStored reads values without the projectors of the file taken out, and takes them out
// by hand.
func TestStored(t *testing.T) {
	path := golden.Shared(t, "data/fetched/mne-python/fif/test-ave.fif.gz")
	stored, err := fif.ReadEvokedWith(path, fif.ReadOptions{Stored: true})
	if err != nil {
		t.Fatal(err)
	}
	read, err := fif.ReadEvoked(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := fif.ReadProjectors(path)
	if err != nil || len(p) != 4 || p[3].Kind != "average reference" || p[0].Active {
		t.Fatal(p, err)
	}
	for k, e := range stored {
		if math.Abs(e.X[2][100]-read[k].X[2][100]) < 1e-15 {
			t.Errorf("%s: nothing was taken out", e.Comment)
		}
		e, err := e.Project(p)
		if err != nil {
			t.Fatal(err)
		}
		for c := range e.X {
			for i, v := range e.X[c] {
				if v != read[k].X[c][i] {
					t.Fatalf("%s: %s: %g, want %g", e.Comment, e.Channels[c].Name, v, read[k].X[c][i])
				}
			}
		}
	}
}

// TestReadProjectors holds projectors, and what they do, against MNE's.
func TestReadProjectors(t *testing.T) {
	s := read(t)
	if len(s.Projectors) != 2 {
		t.Fatalf("%d files", len(s.Projectors))
	}
	for name, want := range s.Projectors {
		t.Run(filepath.Base(name), func(t *testing.T) {
			got, err := fif.ReadProjectors(sample(t, name))
			if err != nil || len(got) != len(want) {
				t.Fatal(got, err)
			}
			for k, w := range want {
				p := got[k]
				kind := map[int]string{1: "SSP", 10: "average reference"}[w.Kind]
				if p.Name != w.Name || p.Kind != kind || p.Active != w.Active || fmt.Sprint(p.Channels) != fmt.Sprint(w.Names) || fmt.Sprint(p.Vectors) != fmt.Sprint(w.Vectors) {
					t.Errorf("%+v, want %+v", p, w)
				}
				if (w.Explained == nil) != (p.Explained == 0) || w.Explained != nil && math.Abs(*w.Explained-p.Explained) > 1e-7 {
					t.Errorf("%s explains %g", p.Name, p.Explained)
				}
			}
		})
	}
	rec, err := fif.Read(sample(t, "short_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := fif.ReadProjectors(sample(t, "made-proj.fif"))
	if err != nil {
		t.Fatal(err)
	}
	e := &eeg.Evoked{FS: 100.5, Channels: rec.Channels, X: s.Projected.Data}
	out, err := e.Project(p)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for c, x := range out.X {
		for i, v := range x {
			w := s.Projected.X[c][i]
			if math.Abs(v-w) > 1e-12*math.Abs(s.Projected.Data[c][i])+1e-22 {
				t.Errorf("%s: sample %d is %g, want %g", rec.Channels[c].Name, i, v, w)
			}
			if v != s.Projected.Data[c][i] {
				changed++
			}
		}
	}
	if changed < 31 {
		t.Errorf("%d samples were changed", changed)
	}
}

// TestReadEvents reads events of both forms.
func TestReadEvents(t *testing.T) {
	want := read(t).Events
	if len(want) != 4 {
		t.Fatalf("%d files", len(want))
	}
	for name, w := range want {
		t.Run(filepath.Base(name), func(t *testing.T) {
			got, err := fif.ReadEvents(sample(t, name))
			if err != nil || len(got) != len(w) {
				t.Fatalf("%d events, %v; want %d", len(got), err, len(w))
			}
			for k, e := range got {
				if (e != fif.Event{Sample: w[k][0], Before: w[k][1], Code: w[k][2]}) {
					t.Errorf("event %d is %v, want %v", k, e, w[k])
				}
			}
		})
	}
	rec, err := fif.Read(sample(t, "short_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	events, err := fif.ReadEvents(sample(t, "made-eve.fif"))
	if err != nil {
		t.Fatal(err)
	}
	got := events.Triggers(rec)
	want2, err := rec.Triggers("STI 014", 0)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want2) {
		t.Errorf("%v of the file, %v of the channel (%v)", got, want2, err)
	}
	if got := (fif.Events{{Sample: 3, Code: 1}, {Sample: 321, Code: 1}, {Sample: 321 + 1009, Code: 1}}).Triggers(rec); len(got) != 1 || got[0].Sample != 0 {
		t.Errorf("%v", got)
	}
}

// TestReadAnnotations reads annotations from a file of their own onto the clock of the
// recording, whose own are the same.
func TestReadAnnotations(t *testing.T) {
	w := read(t).Annotations["made-annot.fif"]
	stored, err := fif.ReadAnnotations(sample(t, "made-annot.fif"), nil)
	if err != nil || len(stored) != len(w)+1 { // one is about two channels
		t.Fatal(stored, err)
	}
	for _, x := range w {
		found := false
		for _, a := range stored {
			found = found || math.Abs(a.Onset-x[0].(float64)) < 1e-6 && math.Abs(a.Dur-x[1].(float64)) < 1e-6 && a.Text == x[2]
		}
		if !found {
			t.Errorf("%v is not among %v", x, stored)
		}
	}
	rec, err := fif.Read(sample(t, "short_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := fif.ReadAnnotations(sample(t, "made-annot.fif"), rec)
	if err != nil || len(got) != len(rec.Annotations) {
		t.Fatal(got, err)
	}
	for k, a := range got {
		b := rec.Annotations[k]
		if math.Abs(a.Onset-b.Onset) > 1e-6 || math.Abs(a.Dur-b.Dur) > 1e-6 || a.Text != b.Text || a.Channel != b.Channel {
			t.Errorf("%v, want %v", a, b)
		}
	}
}

// TestTopomaps draws a map of each kind of sensor, and of planar gradiometers one value for
// the two at each place.
func TestTopomaps(t *testing.T) {
	sets, err := fif.ReadEvoked(golden.Shared(t, "data/fetched/mne-python/fif/test-ave.fif.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for kind, sensors := range map[string]int{"magnetometer": 102, "planar gradiometer": 102, "EEG": 60} {
		e, err := sets[0].Of(kind)
		if err != nil {
			t.Fatal(err)
		}
		f, err := e.Topomaps(0.1815)
		if err != nil {
			t.Fatal(err)
		}
		p := f.Panels[0]
		if dots := p.Layers[len(p.Layers)-1]; len(dots.X) != sensors || p.ColorBar.Unit != e.Channels[0].Unit {
			t.Errorf("%s: %d sensors in %s, want %d", kind, len(dots.X), p.ColorBar.Unit, sensors)
		}
		if image := p.Layers[0]; (kind == "planar gradiometer") != (image.Lo == 0) {
			t.Errorf("%s: colours from %g to %g", kind, image.Lo, image.Hi)
		}
	}
}

// TestReadCovariance holds covariances against MNE's.
func TestReadCovariance(t *testing.T) {
	want := read(t).Covariances
	if len(want) != 3 {
		t.Fatalf("%d files", len(want))
	}
	for name, w := range want {
		t.Run(filepath.Base(name), func(t *testing.T) {
			c, err := fif.ReadCovariance(sample(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(c.Channels) != fmt.Sprint(w.Names) || c.Free != max(w.Free, 0) || c.Diagonal != w.Diagonal || fmt.Sprint(c.Bad) != fmt.Sprint(w.Bads) || len(c.Projectors) != len(w.Projectors) {
				t.Errorf("%d channels, %d free, diagonal %v, bad %v, %d projectors; want %d, %d, %v, %v, %v", len(c.Channels), c.Free, c.Diagonal, c.Bad, len(c.Projectors), len(w.Names), w.Free, w.Diagonal, w.Bads, w.Projectors)
			}
			for k, v := range w.X {
				if got := c.Matrix[w.I[k]][w.J[k]]; got != v {
					t.Errorf("[%d][%d] is %g, want %g", w.I[k], w.J[k], got, v)
				}
			}
			sum, trace := 0.0, 0.0
			for i := range c.Matrix {
				for j, v := range c.Matrix[i] {
					sum += v
					if v != c.Matrix[j][i] {
						t.Fatalf("[%d][%d] is %g, the other way round %g", i, j, v, c.Matrix[j][i])
					}
				}
				trace += c.Matrix[i][i]
			}
			if math.Abs(sum-w.Sum) > 1e-12*w.Trace || math.Abs(trace-w.Trace) > 1e-12*w.Trace {
				t.Errorf("sum %g, trace %g; want %g, %g", sum, trace, w.Sum, w.Trace)
			}
		})
	}
}

// TestReadInfo reads what files tell beside their values.
func TestReadInfo(t *testing.T) {
	want := read(t).Compensation
	in, err := fif.ReadInfo(golden.Shared(t, "data/fetched/mne-python/fif/test_ctf_comp_raw.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if in.Grade != 3 || len(in.Compensation) != len(want) || len(in.Points) != 3 || in.Points[0].Kind != "HPI" || in.HighPass != 1 || in.LowPass != 45 || in.DeviceToHead == nil {
		t.Errorf("grade %d, %d compensations, points %v, %g to %g Hz", in.Grade, len(in.Compensation), in.Points, in.HighPass, in.LowPass)
	}
	for k, w := range want {
		c := in.Compensation[k]
		if c.Grade != w.Kind || fmt.Sprint(c.Channels) != fmt.Sprint(w.Rows) || fmt.Sprint(c.References) != fmt.Sprint(w.Columns) {
			t.Errorf("grade %d of %d channels by %d, want %d", c.Grade, len(c.Channels), len(c.References), w.Kind)
			continue
		}
		sum := 0.0
		for i, row := range c.Weights {
			for j, v := range row {
				sum += v
				if i%50 == 0 && j%5 == 0 && math.Abs(v-w.X[i/50][j/5]) > 1e-15*math.Abs(v) {
					t.Errorf("weight [%d][%d] is %g, want %g", i, j, v, w.X[i/50][j/5])
				}
			}
		}
		if math.Abs(sum-w.Sum) > 1e-12*math.Abs(w.Sum)+1e-12 {
			t.Errorf("sum of weights %g, want %g", sum, w.Sum)
		}
	}
	in, err = fif.ReadInfo(golden.Shared(t, "data/fetched/mne-python/fif/test-ave.fif.gz"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, p := range in.Points {
		count[p.Kind]++
	}
	if len(in.Points) != 146 || count["fiducial"] != 3 || count["HPI"] != 4 || count["EEG"] != 61 || count["head shape"] != 78 || in.Points[1].Name != "nasion" {
		t.Errorf("%d points: %v, %s", len(in.Points), count, in.Points[1].Name)
	}
	if len(in.Projectors) != 4 || in.FS != 600.614990234375 || in.Date.Format("2006-01-02 15:04:05") != "2002-12-03 19:01:10" {
		t.Errorf("%d projectors, %g Hz, %v", len(in.Projectors), in.FS, in.Date)
	}
}

// TestReadEpochs holds epochs against MNE's.
func TestReadEpochs(t *testing.T) {
	w := read(t).Epochs["made-epo.fif"]
	ep, err := fif.ReadEpochs(sample(t, "made-epo.fif"))
	if err != nil {
		t.Fatal(err)
	}
	if ep.FS != w.FS || math.Abs(ep.T0-w.T0) > 1e-12 || fmt.Sprint(ep.Names()) != fmt.Sprint(w.Names) || len(ep.X) != len(w.X) || len(ep.Events) != len(w.Events) {
		t.Fatalf("%v, want %d epochs from %g s at %g Hz", ep, len(w.X), w.T0, w.FS)
	}
	names := map[int]string{}
	for name, code := range w.IDs {
		names[code] = name
	}
	for k, e := range w.Events {
		if got := ep.Events[k]; got.Name != names[e[2]] || got.Time != float64(e[0])/w.FS {
			t.Errorf("event %v, want %v", got, e)
		}
		for c := range w.X[k] {
			for i, v := range w.X[k][c] {
				if ep.X[k][c][i] != v {
					t.Fatalf("epoch %d, channel %d, sample %d: %g, want %g", k, c, i, ep.X[k][c][i], v)
				}
			}
		}
	}
	if n, trials := ep.Conditions(); fmt.Sprint(n, trials) != "[face/left car] [2 1]" && fmt.Sprint(n, trials) != "[car face/left] [1 2]" {
		t.Errorf("%v %v", n, trials)
	}
	if _, err := fif.ReadEpochs(sample(t, "made-ave.fif")); err == nil || !strings.Contains(err.Error(), "it holds averages, which ReadEvoked reads") {
		t.Error(err)
	}
}
