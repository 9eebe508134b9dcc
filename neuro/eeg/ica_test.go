package eeg

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

type icaGolden struct {
	Names           []string
	EOG, ECG        []float64
	Eyes, Samples   int
	Sensors         []float64
	Clean           [][]float64
	Coef, Regressed [][]float64
	Blinks          []float64
	SSP             [][]float64
	Explained       []float64
}

// icaRecording is the simulated one of testdata: blinks, a heart, alpha and noise.
func icaRecording(t testing.TB) (*Recording, icaGolden) {
	t.Helper()
	var g icaGolden
	golden.JSON(t, golden.Path(t, "eeg/ica.json"), &g)
	shape, v := golden.NPY(t, golden.Path(t, "eeg/ica.npy"))
	var channels []Channel
	var x [][]float64
	for c, name := range append(append([]string(nil), g.Names...), "EOG", "ECG") {
		kind := "EEG"
		if c >= len(g.Names) {
			kind = name
		}
		channels = append(channels, Channel{Name: name, Kind: kind, Unit: "uV", FS: 100})
		row := make([]float64, shape[1])
		for i := range row {
			row[i] = v[c*shape[1]+i] / 10
		}
		x = append(x, row)
	}
	r, err := New(channels, x)
	if err != nil {
		t.Fatal(err)
	}
	r.Annotations = []Annotation{{Onset: 20, Dur: 5, Text: "BAD_move"}}
	return r, g
}

// TestICAAgainstMNE fits, finds and removes as MNE does, whose filter is run twice.
func TestICAAgainstMNE(t *testing.T) {
	r, g := icaRecording(t)
	a, err := r.ICA(ICAOptions{Fit: signal.ICAOptions{Tol: 1e-13, MaxIter: 2000}})
	if err != nil {
		t.Fatal(err)
	}
	if a.Samples != g.Samples || a.Left != 5 || a.Step != 1 {
		t.Errorf("%d samples at step %d, %g s left out; MNE has %d", a.Samples, a.Step, a.Left, g.Samples)
	}
	eyes, err := a.FindEOG(r, MatchOptions{Threshold: 2.5})
	if err != nil {
		t.Fatal(err)
	}
	heart, err := a.FindECG(r, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(eyes.Components) != g.Eyes {
		t.Fatalf("found %v; MNE finds %d", eyes.Components, g.Eyes)
	}
	for _, c := range []struct {
		what      string
		got, want []float64
	}{{"EOG", eyes.R[0], g.EOG}, {"ECG", heart.R[0], g.ECG}} {
		var got []float64
		most := 0
		for i, v := range c.got {
			got = append(got, math.Abs(v))
			if got[i] > got[most] {
				most = i
			}
		}
		if c.what == "ECG" {
			heart.Components = []int{most}
		}
		sort.Sort(sort.Reverse(sort.Float64Slice(got)))
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 0.04 {
				t.Errorf("correlations with %s are %.3f; MNE has %.3f", c.what, got, c.want)
				break
			}
		}
	}
	if none, err := a.FindEOG(r, MatchOptions{}); err != nil || len(none.Components) > 0 || !strings.Contains(none.String(), "cannot pass 2.85") {
		t.Errorf("of 10 components none can have z = 3: %v, %v", none, err)
	}
	out := append(eyes.Components, heart.Components...)
	clean, err := a.Apply(r, out...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := clean.Read(0, 50)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := r.Read(0, 50)
	for c := range g.Names {
		golden.Close(t, "clean", every(p.X[c], 97), g.Clean[c], 1e-5)
	}
	for _, c := range []int{10, 11} {
		for i, v := range raw.X[c] {
			if p.X[c][i] != v {
				t.Fatalf("channel %s changed", p.Channels[c].Name)
			}
		}
	}
	// Pieces are the whole, to the bit, for any channels.
	for _, c := range [][2]float64{{0, 0.01}, {3.17, 9.5}, {49.9, 50}} {
		q, err := clean.Read(c[0], c[1], "Oz", "ECG", "Fp1")
		if err != nil {
			t.Fatal(err)
		}
		for k, ch := range []int{9, 11, 0} {
			for i, v := range q.X[k] {
				if math.Float64bits(v) != math.Float64bits(p.X[ch][q.First[k]+i]) {
					t.Fatalf("from %g s, %s: sample %d differs", c[0], q.Channels[k].Name, i)
				}
			}
		}
	}
	sources, err := a.SourcesOf(r)
	if err != nil {
		t.Fatal(err)
	}
	q, err := sources.Read(0, 50)
	if err != nil {
		t.Fatal(err)
	}
	want, err := a.Sources(raw.X[:10])
	if err != nil {
		t.Fatal(err)
	}
	for k := range want {
		golden.Close(t, "sources", q.X[k], want[k], 1e-12)
	}
	if s := fmt.Sprint(eyes.Show().Data); !strings.Contains(s, "stand out") {
		t.Error("the match does not say what it found")
	}
	if f, err := a.PlotComponent(r, eyes.Components[0], 0); err != nil || len(f.Panels) != 3 {
		t.Errorf("a component's figure: %v", err)
	}
	if f := a.Plot(); len(f.Panels) != 10 || !strings.Contains(f.Title, "without 5 s annotated as bad") {
		t.Errorf("%d maps under %q", len(f.Panels), f.Title)
	}
}

func every(x []float64, step int) (out []float64) {
	for i := 0; i < len(x); i += step {
		out = append(out, x[i])
	}
	return out
}

// TestICAScales: channels of another kind and unit do not change what others are made of.
func TestICAScales(t *testing.T) {
	r, _ := icaRecording(t)
	p, _ := r.Read(0, 50)
	channels := append([]Channel(nil), r.Channels...)
	for c := 5; c < 10; c++ {
		channels[c].Kind, channels[c].Unit = "MEG", "fT"
		for i := range p.X[c] {
			p.X[c][i] *= 1000
		}
	}
	q, err := New(channels, p.X)
	if err != nil {
		t.Fatal(err)
	}
	a, err := q.ICA(ICAOptions{Channels: q.Names("EEG", "MEG"), Step: 1, KeepBad: true})
	if err != nil {
		t.Fatal(err)
	}
	clean, err := a.Apply(q)
	if err != nil {
		t.Fatal(err)
	}
	y, _ := clean.Read(0, 50)
	for c := range y.X {
		golden.Close(t, "nothing removed", y.X[c], p.X[c], 1e-12)
	}
	s, err := a.SourcesOf(q)
	if err != nil {
		t.Fatal(err)
	}
	z, _ := s.Read(0, 50)
	for k, x := range z.X {
		v := 0.0
		for _, y := range x {
			v += y * y / float64(len(x))
		}
		if math.Abs(v-1) > 1e-9 {
			t.Errorf("component %d has variance %g", k, v)
		}
	}
}

func TestICARecordingErrors(t *testing.T) {
	r, _ := icaRecording(t)
	a, err := r.ICA(NewICA())
	if err != nil {
		t.Fatal(err)
	}
	alone, _ := r.Pick("Fp1", "Fp2")
	volts, _ := New(append([]Channel(nil), r.Channels...), func() [][]float64 { p, _ := r.Read(0, 50); return p.X }())
	volts.Channels[2].Unit = "V"
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{func() error { _, err := r.ICA(ICAOptions{Channels: []string{"Fp1"}}); return err }, "1 channel"},
		{func() error { _, err := r.ICA(ICAOptions{Channels: []string{"Fp1", "Fp1"}}); return err }, "named twice"},
		{func() error { _, err := r.ICA(ICAOptions{Channels: []string{"Fp1", "Fp9"}}); return err }, "no channel"},
		{func() error { _, err := r.ICA(ICAOptions{From: 60}); return err }, "from 60 to 50 s"},
		{func() error { _, err := r.ICA(ICAOptions{Step: 1000}); return err }, "more samples than channels"},
		{func() error { _, err := a.Apply(r, 10); return err }, "component 10"},
		{func() error { _, err := a.Apply(alone); return err }, "no channel"},
		{func() error { _, err := a.Apply(volts); return err }, `is in "V"`},
		{func() error { _, err := a.FindEOG(alone, MatchOptions{}); return err }, "no channel"},
		{func() error { _, err := a.FindEOG(r, MatchOptions{Lo: 5, Hi: 2}); return err }, "ascend"},
		{func() error { _, err := a.FindEOG(r, MatchOptions{Channels: []string{"x"}}); return err }, "no channel"},
		{func() error { _, err := new(ICA).Apply(r); return err }, "no fit"},
		{func() error { _, err := a.PlotComponent(r, -1, 0); return err }, "component -1"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// TestICAOfEpochs: epochs of the cleaned recording are the cleaned epochs, and so are
// averages.
func TestICAOfEpochs(t *testing.T) {
	r, g := icaRecording(t)
	a, err := r.ICA(NewICA())
	if err != nil {
		t.Fatal(err)
	}
	clean, err := a.Apply(r, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	o := EpochOptions{TMin: -0.2, TMax: 0.2, NoBaseline: true, Events: eventsAt(g.Blinks)}
	want, err := clean.Epochs(o)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := r.Epochs(o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.ApplyEpochs(raw, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	for k := range want.X {
		for c := range want.X[k] {
			golden.Close(t, "epochs", got.X[k][c], want.X[k][c], 1e-12)
		}
	}
	mean, err := raw.Average()
	if err != nil {
		t.Fatal(err)
	}
	if mean, err = a.ApplyEvoked(mean, 0, 3); err != nil {
		t.Fatal(err)
	}
	wanted, _ := want.Average()
	for c := range wanted.X {
		golden.Close(t, "average", mean.X[c], wanted.X[c], 1e-10)
	}
	if _, err := a.ApplyEpochs(raw, 10); err == nil {
		t.Error("component 10 of 10 is taken")
	}
	if _, err := a.ApplyEvoked(&Evoked{}); err == nil {
		t.Error("an average without channels is taken")
	}
}

func eventsAt(times []float64) (out []Event) {
	for _, t := range times {
		out = append(out, Event{Time: t, Name: "blink"})
	}
	return out
}

// TestProjectorsAgainstMNE holds directions of blinks to MNE's, but for their sign.
func TestProjectorsAgainstMNE(t *testing.T) {
	raw, g := icaRecording(t)
	r, err := raw.Rereference()
	if err != nil {
		t.Fatal(err)
	}
	r.Annotations = nil
	ep, err := r.Epochs(EpochOptions{TMin: -0.2, TMax: 0.2, NoBaseline: true, Events: eventsAt(g.Blinks)})
	if err != nil {
		t.Fatal(err)
	}
	all, err := ep.Projectors(2)
	if err != nil {
		t.Fatal(err)
	}
	mean, err := ep.Average()
	if err != nil {
		t.Fatal(err)
	}
	one, err := mean.Projectors(1)
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range append(all, one...) {
		sign := 1.0
		if p.Vectors[0][0]*g.SSP[k][0] < 0 {
			sign = -1
		}
		for c, v := range p.Vectors[0] {
			if math.Abs(sign*v-g.SSP[k][c]) > 1e-8 {
				t.Errorf("vector %d is %v, want %v", k, p.Vectors[0], g.SSP[k])
				break
			}
		}
		if math.Abs(p.Explained-g.Explained[k]) > 1e-9 {
			t.Errorf("vector %d explains %g, want %g", k, p.Explained, g.Explained[k])
		}
	}
	clean, err := r.Project(all)
	if err != nil {
		t.Fatal(err)
	}
	left, err := clean.Regression(RegressionOptions{KeepBad: true})
	if err != nil {
		t.Fatal(err)
	}
	if left.Share[0] > 0.05 {
		t.Errorf("after projection the eyes still explain %g of Fp1", left.Share[0])
	}
	for _, n := range []int{0, 10} {
		if _, err := ep.Projectors(n); err == nil {
			t.Errorf("%d vectors of 10 channels are given", n)
		}
	}
	if _, err := new(Epochs).Projectors(1); err == nil {
		t.Error("no epochs give directions")
	}
}
