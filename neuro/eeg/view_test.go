package eeg

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// noise is a recording of named channels with a gap, of n samples in all.
func noise(t testing.TB, names string, fs float64, n int, segments ...Segment) *Recording {
	t.Helper()
	r := rng.New(7, 0)
	var rec Recording
	var x memory
	for _, name := range strings.Fields(names) {
		kind := KindOf(name, "uV")
		rec.Channels = append(rec.Channels, Channel{Name: name, Kind: kind, Unit: "uV", FS: fs})
		y := make([]float64, n)
		for i := range y {
			y[i] = 10 * r.Norm()
		}
		x = append(x, y)
	}
	rec.Segments = segments
	if segments == nil {
		rec.Segments = []Segment{{0, float64(n) / fs}}
	}
	out, err := From(rec, x)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func whole(t testing.TB, r *Recording, err error) [][]float64 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Read(0, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	return p.X
}

func sameBits(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

// Pieces of every view have the bits of the whole, whatever their length, over gaps too.
func TestViewPieces(t *testing.T) {
	rec := noise(t, "Fz Cz Pz VEOG O1", 100, 40001, Segment{0, 200}, Segment{205.5, 200.01})
	rec.Channels[4].Bad = true
	views := map[string]func() (*Recording, error){
		"pick":           func() (*Recording, error) { return rec.Pick("Pz", "Fz") },
		"of":             func() (*Recording, error) { return rec.Of("EEG") },
		"average":        func() (*Recording, error) { return rec.Rereference() },
		"linked":         func() (*Recording, error) { return rec.Rereference("Cz", "O1") },
		"bipolar":        func() (*Recording, error) { return rec.Bipolar([]string{"Fz", "Cz"}, []string{"Cz", "Pz"}) },
		"crop":           func() (*Recording, error) { return rec.Crop(3.333, 300) },
		"crop after gap": func() (*Recording, error) { return rec.Crop(202, 400.5) },
		"mix": func() (*Recording, error) {
			return rec.Mix([]Channel{{Name: "a"}, {Name: "b"}}, [][]float64{{0.5, 0.25, 0}, {0, 0, 0}}, "Fz", "Pz", "O1")
		},
		"reference": func() (*Recording, error) { return rec.AddReference("FCz") },
	}
	for name, f := range views {
		v, err := f()
		all := whole(t, v, err)
		for _, seconds := range []float64{0.37, 7, 171} {
			at := make([]int, len(all))
			err := v.Each(seconds, func(p *Piece) error {
				for c, x := range p.X {
					if !sameBits(x, all[c][at[c]:at[c]+len(x)]) {
						t.Errorf("%s: a piece of %g s from %g s differs", name, seconds, p.From)
					}
					at[c] += len(x)
				}
				return nil
			})
			if err != nil || at[0] != len(all[0]) {
				t.Errorf("%s in pieces of %g s: %d of %d samples, %v", name, seconds, at[0], len(all[0]), err)
			}
		}
	}
	crop, err := rec.Crop(3.333, 300)
	x, y := whole(t, crop, err), whole(t, rec, nil)
	if !sameBits(x[1], y[1][334:30000]) || crop.Segments[1].Start != 205.5-3.34 {
		t.Errorf("cropped from 3.34 s: %d samples, %v", len(x[1]), crop.Segments)
	}
}

func TestReference(t *testing.T) {
	rec := noise(t, "Fz Cz Pz VEOG O1", 100, 1001)
	if err := rec.SetBad("O1"); err != nil || rec.Bad()[0] != "O1" {
		t.Error(err)
	}
	if s := rec.String(); s != "5 channels (4 EEG, 1 EOG) at 100 Hz, 1 bad, 10.01 s" {
		t.Error(s)
	}
	if c := rec.Table().Cols; c[len(c)-1].Text[4] != "bad" || c[len(c)-1].Text[0] != "" {
		t.Errorf("%v", c[len(c)-1])
	}
	raw := whole(t, rec, nil)
	v, err := rec.Rereference()
	x := whole(t, v, err)
	for k := range x[0] {
		m := (raw[0][k] + raw[1][k] + raw[2][k]) / 3
		for c := range x {
			want := raw[c][k] - m
			if c == 3 {
				want = raw[c][k]
			}
			if math.Abs(x[c][k]-want) > 1e-12 {
				t.Fatalf("channel %d at %d: %g, want %g", c, k, x[c][k], want)
			}
		}
	}
	if v.Channels[0].Reference != "common average" || v.Channels[3].Reference != "" || rec.Channels[0].Reference != "" {
		t.Errorf("%v", v.Channels)
	}
	// The common average does not depend on the reference before, a bad channel's aside.
	before, err := rec.Rereference("Pz")
	if err != nil {
		t.Fatal(err)
	}
	again, err := before.Rereference()
	for c, y := range whole(t, again, err) {
		for k := range y {
			if math.Abs(y[k]-x[c][k]) > 1e-12 {
				t.Fatalf("another way to the common average gives %g at channel %d, want %g", y[k], c, x[c][k])
			}
		}
	}
	// The electrode that the recording was against comes back.
	added, err := rec.AddReference("FCz")
	if err != nil {
		t.Fatal(err)
	}
	added, err = added.Rereference()
	back := whole(t, added, err)
	if d := back[5][9] + (raw[0][9]+raw[1][9]+raw[2][9])/4; math.Abs(d) > 1e-12 {
		t.Errorf("the reference's own signal is %g off", d)
	}
	bip, err := rec.Bipolar([]string{"Fz", "Pz"}, []string{"Cz", "O1"})
	b := whole(t, bip, err)
	if bip.Channels[0].Name != "Fz-Cz" || len(b) != 3 || b[0][5] != raw[0][5]-raw[1][5] || !bip.Channels[1].Bad || b[2][3] != raw[3][3] {
		t.Errorf("%v", bip)
	}
	rec.Channels[1].Unit = "mV"
	for name, f := range map[string]func() (*Recording, error){
		"a unit":        func() (*Recording, error) { return rec.Rereference() },
		"no channel":    func() (*Recording, error) { return rec.Rereference("Fx") },
		"twice":         func() (*Recording, error) { return rec.Rereference("Fz", "Fz") },
		"pair of units": func() (*Recording, error) { return rec.Bipolar([]string{"Fz"}, []string{"Cz"}) },
		"pair of one":   func() (*Recording, error) { return rec.Bipolar([]string{"Fz"}, []string{"Fz"}) },
		"no pairs":      func() (*Recording, error) { return rec.Bipolar(nil, nil) },
		"there":         func() (*Recording, error) { return rec.AddReference("Fz") },
		"none of kind":  func() (*Recording, error) { return rec.Of("MEG") },
		"nothing":       func() (*Recording, error) { return rec.Pick() },
		"pick twice":    func() (*Recording, error) { return rec.Pick("Fz", "Fz") },
		"crop":          func() (*Recording, error) { return rec.Crop(5, 5) },
		"crop before":   func() (*Recording, error) { return rec.Crop(-1, 5) },
		"weights":       func() (*Recording, error) { return rec.Mix([]Channel{{Name: "a"}}, [][]float64{{1, 2}}, "Fz") },
		"weight":        func() (*Recording, error) { return rec.Mix([]Channel{{Name: "a"}}, [][]float64{{math.NaN()}}, "Fz") },
		"of nothing":    func() (*Recording, error) { return (&Recording{}).Crop(0, 1) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := rec.SetBad("Fx"); err == nil || len(rec.Bad()) != 1 {
		t.Errorf("%v, %v", err, rec.Bad())
	}
}

// Cropped recordings keep what lies within, on their own clock; of several rates they
// begin where all have a sample.
func TestCrop(t *testing.T) {
	a := make([]float64, 1000)
	b := make([]float64, 30)
	for i := range a {
		a[i] = float64(i)
	}
	for i := range b {
		b[i] = float64(i)
	}
	rec, err := New([]Channel{{Name: "a", FS: 100}, {Name: "b", FS: 3}}, [][]float64{a, b})
	if err != nil {
		t.Fatal(err)
	}
	rec.Annotations = []Annotation{{Onset: 1.5, Text: "before"}, {Onset: 3, Text: "within"}, {Onset: 9, Text: "after"}}
	c, err := rec.Crop(1.2, 7)
	if err != nil {
		t.Fatal(err)
	}
	x := whole(t, c, nil)
	if x[0][0] != 200 || x[1][0] != 6 || len(x[0]) != 500 || len(x[1]) != 15 || len(c.Annotations) != 1 || c.Annotations[0].Onset != 1 {
		t.Errorf("%v %v %v", x[0][0], x[1][0], c.Annotations)
	}
	if _, err := rec.Crop(1.2, 1.9); err == nil {
		t.Error("there is no common sample, and no error")
	}
}
