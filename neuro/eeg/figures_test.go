package eeg

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// oddball are trials of demo's components in noise: a P3 after targets at a time that
// varies, which is returned.
func oddball() (*Epochs, []float64) {
	e := demo()
	r := rng.New(5, 0)
	ep := &Epochs{FS: 250, T0: -0.2, Channels: e.Channels}
	var when []float64
	for i := range 90 {
		target := i%3 == 0
		name, gain, late := "standard", 0.25, 0.0
		if target {
			name, gain, late = "target", 1, float64(int(15*r.Norm()))
		}
		x := make([][]float64, len(e.X))
		common := 0.0
		for c := range x {
			x[c] = make([]float64, 251)
			v := 0.0
			for k := range x[c] {
				v = 0.9*v + 1.5*r.Norm()
				common = 0
				from := k - int(late)
				if from >= 0 && from < 251 && k > 90 {
					common = gain * e.X[c][from]
				} else if k <= 90 {
					common = e.X[c][k] * 0.8
				}
				x[c][k] = common + v
			}
		}
		when = append(when, 0.36+late/250)
		ep.Events, ep.X = append(ep.Events, Event{float64(i) * 1.5, name}), append(ep.X, x)
	}
	return ep, when
}

func TestFigures(t *testing.T) {
	ep, when := oddball()
	var bands []*Band
	for _, name := range []string{"target", "standard"} {
		c, err := ep.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Band(BandOptions{})
		if err != nil {
			t.Fatal(err)
		}
		bands = append(bands, b)
	}
	f, err := PlotBands("Pz", bands...)
	picture(t, "bands", f, err)
	a, _ := ep.Of("target")
	s, _ := ep.Of("standard")
	d, err := DifferenceBand(a, s, BandOptions{Simultaneous: true, Draws: 500})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Plot("Pz", "Oz")
	if err == nil {
		t.Error("Oz was drawn")
	}
	f, err = d.Plot("Pz", "P7")
	picture(t, "difference", f, err)
	f, err = bands[0].Mean.Topomaps()
	picture(t, "topomaps", f, err)
	if os.Getenv("EEG_FIGURES") != "" {
		f, err = bands[0].Mean.Topomaps(0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
		picture(t, "topomaps9", f, err)
		f, err = bands[0].Mean.Topomaps(0.36)
		picture(t, "topomap1", f, err)
	}
	var rt []float64
	for i, e := range ep.Events {
		if e.Name == "target" {
			rt = append(rt, when[i])
		}
	}
	f, err = a.Image("Pz", rt...)
	picture(t, "image", f, err)
	f, err = ep.Image("Pz")
	picture(t, "image_plain", f, err)
	f, err = bands[0].Mean.Plot()
	picture(t, "butterfly", f, err)
	ep.Show()
	d.Show()
	if s := d.String(); s != "95% band (bootstrap, simultaneous), target - standard: evoked of 20 trials, 19 channels from -200 to 800 ms at 250 Hz" {
		t.Error(s)
	}
	for what, f := range map[string]func() error{
		"no bands":     func() error { _, err := PlotBands("Pz"); return err },
		"channel":      func() error { _, err := PlotBands("Px", d); return err },
		"by too few":   func() error { _, err := ep.Image("Pz", 1); return err },
		"by NaN":       func() error { rt[3] = math.NaN(); _, err := a.Image("Pz", rt...); return err },
		"image of":     func() error { _, err := a.Image("Px"); return err },
		"of none":      func() error { _, err := (&Epochs{}).Image("Pz"); return err },
		"time":         func() error { _, err := d.Mean.Topomaps(2); return err },
		"many":         func() error { _, err := d.Mean.Topomaps(make([]float64, 13)...); return err },
		"no positions": func() error { e := *d.Mean; e.Channels = make([]Channel, 19); _, err := e.Topomaps(0); return err },
	} {
		if f() == nil {
			t.Errorf("%s: no error", what)
		}
	}
	if _, err := (&Evoked{Channels: []Channel{{Name: "EEG 001", Kind: "EEG"}}, X: [][]float64{{1}}, FS: 1}).Topomaps(0); err == nil || !strings.Contains(err.Error(), "EEG 001") {
		t.Errorf("%v", err)
	}
}
