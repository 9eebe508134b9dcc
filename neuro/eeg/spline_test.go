package eeg

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// Interpolated channels and current source densities are MNE's, of recordings, epochs and
// evoked responses.
func TestSplineMNE(t *testing.T) {
	var g struct {
		Cases []struct {
			At, X, Fixed, CSD [][]float64
			Bad               []int
			Origin            []float64
			Radius, Smooth    float64
			Order, Terms      int
		}
	}
	golden.JSON(t, golden.Path(t, "eeg/spline.json"), &g)
	if len(g.Cases) < 4 {
		t.Fatal("cases are missing")
	}
	for _, w := range g.Cases {
		var channels []Channel
		for c, p := range w.At {
			channels = append(channels, Channel{Name: fmt.Sprintf("E%d", c), Kind: "EEG", Unit: "uV", FS: 100, Position: p})
		}
		rec, err := New(channels, w.X)
		if err != nil {
			t.Fatal(err)
		}
		e := &Evoked{FS: 100, Channels: channels, X: w.X}
		ep := &Epochs{FS: 100, Channels: channels, X: [][][]float64{w.X}}
		check := func(what string, got, want [][]float64) {
			t.Helper()
			size := 0.0
			for c := range want {
				for _, v := range want[c] {
					size = math.Max(size, math.Abs(v))
				}
			}
			for c := range want {
				for k, v := range want[c] {
					if !(math.Abs(got[c][k]-v) <= 1e-9*size) {
						t.Fatalf("%d channels, %s: channel %d sample %d is %.15g, mne has %.15g", len(w.X), what, c, k, got[c][k], v)
					}
				}
			}
		}
		o := SplineOptions{Origin: w.Origin, Radius: w.Radius, Smooth: w.Smooth, Order: w.Order, Terms: w.Terms}
		d, err := rec.CSD(o)
		check("CSD", whole(t, d, err), w.CSD)
		if d.Channels[0].Kind != "CSD" || d.Channels[0].Unit != "uV/m²" || rec.Channels[0].Kind != "EEG" {
			t.Errorf("%v", d.Channels[0])
		}
		de, err := e.CSD(o)
		if err != nil {
			t.Fatal(err)
		}
		check("CSD of evoked", de.X, w.CSD)
		dp, err := ep.CSD(o)
		if err != nil {
			t.Fatal(err)
		}
		check("CSD of epochs", dp.X[0], w.CSD)
		for _, b := range w.Bad {
			rec.Channels[b].Bad, channels[b].Bad = true, true
		}
		if _, err := rec.CSD(o); err == nil {
			t.Error("bad channels have a CSD")
		}
		o = SplineOptions{Origin: w.Origin}
		fixed, err := rec.Interpolate(o)
		x := whole(t, fixed, err)
		fe, err := e.Interpolate(o)
		if err != nil {
			t.Fatal(err)
		}
		fp, err := ep.Interpolate(o)
		if err != nil {
			t.Fatal(err)
		}
		for k, b := range w.Bad {
			check("interpolated", x[b:b+1], w.Fixed[k:k+1])
			check("interpolated evoked", fe.X[b:b+1], w.Fixed[k:k+1])
			check("interpolated epochs", fp.X[0][b:b+1], w.Fixed[k:k+1])
		}
		if len(fixed.Bad()) != 0 || len(rec.Bad()) != len(w.Bad) || fe.Channels[w.Bad[0]].Bad || fp.Channels[w.Bad[0]].Bad {
			t.Error("bad channels are bad still, or the recording changed")
		}
		for c := range x {
			if !channels[c].Bad && !sameBits(x[c], w.X[c]) {
				t.Errorf("good channel %d changed", c)
			}
		}
	}
}

// A smooth field is restored where a channel is missing, a NaN there does not spread, the
// density does not depend on the reference and is 0 for equal potentials, and pieces have
// the bits of the whole.
func TestSplineProperties(t *testing.T) {
	e := demo()
	truth := append([]float64(nil), e.X[9]...)
	e.Channels[9].Bad = true // Cz
	for k := range e.X[9] {
		e.X[9][k] = math.NaN()
	}
	fixed, err := e.Interpolate(SplineOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range truth {
		if math.Abs(fixed.X[9][k]-v) > 0.9 {
			t.Fatalf("Cz at %d: %g, it was %g", k, fixed.X[9][k], v)
		}
	}
	e = demo()
	a, err := e.CSD(SplineOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for c := range e.X {
		for k := range e.X[c] {
			e.X[c][k] += 100
		}
	}
	b, _ := e.CSD(SplineOptions{})
	for c := range a.X {
		for k := range a.X[c] {
			if math.Abs(a.X[c][k]-b.X[c][k]) > 1e-7 {
				t.Fatalf("another reference changes the density from %g to %g", a.X[c][k], b.X[c][k])
			}
		}
	}
	f, err := a.Topomaps(0.172)
	picture(t, "csd", f, err)
	rec := noise(t, "Fz Cz Pz C3 C4 VEOG Oz", 100, 4001)
	rec.Channels[1].Bad, rec.Channels[5].Bad = true, true
	v, err := rec.Interpolate(SplineOptions{})
	all := whole(t, v, err)
	at := 0
	if err := v.Each(1.7, func(p *Piece) error {
		if !sameBits(p.X[1], all[1][at:at+len(p.X[1])]) {
			t.Errorf("the piece from %g s differs", p.From)
		}
		at += len(p.X[1])
		return nil
	}); err != nil {
		t.Error(err)
	}
	if !v.Channels[5].Bad || v.Channels[1].Bad {
		t.Error("other kinds than EEG are mended, or EEG is not")
	}
}

func TestSplineOdd(t *testing.T) {
	rec := noise(t, "Fz Cz Pz C3 E9 VEOG", 100, 100)
	if u := rec.SetMontage(); len(u) != 1 || u[0] != "E9" || rec.Channels[0].Position[1] < 0.5 || rec.Channels[5].Position != nil {
		t.Errorf("%v, %v", u, rec.Channels)
	}
	for what, c := range map[string]struct {
		f    func() error
		want string
	}{
		"unknown":     {func() error { _, err := rec.CSD(SplineOptions{}); return err }, "the place of E9 is not known"},
		"order":       {func() error { _, err := rec.CSD(SplineOptions{Order: 1}); return err }, "Order is 1"},
		"radius":      {func() error { _, err := rec.CSD(SplineOptions{Radius: -1}); return err }, "above 0"},
		"origin":      {func() error { _, err := rec.Interpolate(SplineOptions{Origin: []float64{1}}); return err }, "three coordinates"},
		"few":         {func() error { r, _ := rec.Pick("Fz", "Cz"); _, err := r.CSD(SplineOptions{}); return err }, "3 or more"},
		"no channels": {func() error { _, err := (&Recording{}).CSD(SplineOptions{}); return err }, "no samples"},
		"few good": {func() error {
			r, _ := rec.Pick("Fz", "Cz", "Pz")
			r.SetBad("Cz")
			_, err := r.Interpolate(SplineOptions{})
			return err
		}, "3 or more"},
		"no place":  {func() error { return rec.SetPositions(map[string][]float64{"Q": {1, 2, 3}}) }, `"Q"`},
		"bad place": {func() error { return rec.SetPositions(map[string][]float64{"Fz": {1, 2}}) }, `"Fz"`},
		"same": {func() error {
			r, _ := rec.Pick("Fz", "Cz", "Pz", "C3")
			if err := r.SetPositions(map[string][]float64{"C3": r.Channels[0].Position}); err != nil {
				return err
			}
			_, err := r.CSD(SplineOptions{Smooth: -1})
			return err
		}, "the same"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
	if err := rec.SetPositions(map[string][]float64{"E9": {0, 0.7, 0.7}}); err != nil {
		t.Fatal(err)
	}
	if _, err := rec.CSD(SplineOptions{}); err != nil {
		t.Error(err)
	}
}
