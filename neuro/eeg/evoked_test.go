package eeg

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// demo is a P1-N1-P3 over 19 electrodes: components with a place, a time and a width.
func demo() *Evoked {
	e := &Evoked{Comment: "target", Kind: "average", N: 40, FS: 250, T0: -0.2}
	for _, name := range strings.Fields("Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 O2") {
		e.Channels = append(e.Channels, Channel{Name: name, Kind: "EEG", Unit: "uV", FS: 250})
		at, _ := place(Channel{Name: name})
		x := make([]float64, 251)
		for k := range x {
			t := -0.2 + float64(k)/250
			for _, c := range []struct {
				p       [3]float64
				t, w, a float64
			}{{[3]float64{0, -0.9, 0.3}, 0.11, 0.015, 4}, {[3]float64{-0.7, -0.7, 0}, 0.172, 0.02, -6}, {[3]float64{0, -0.3, 0.9}, 0.36, 0.07, 8}} {
				d := 0.0
				for i := range 3 {
					d += (at[i] - c.p[i]) * (at[i] - c.p[i])
				}
				x[k] += c.a * vec.Exp(-d/0.8) * vec.Exp(-(t-c.t)*(t-c.t)/(2*c.w*c.w))
			}
		}
		e.X = append(e.X, x)
	}
	return e
}

func TestEvoked(t *testing.T) {
	e := demo()
	times := e.Times()
	if times[50] != 0 || times[0] != -0.2 || math.Abs(times[250]-0.8) > 1e-15 {
		t.Errorf("times %v", times[:3])
	}
	if k, err := e.Index(0.1013); err != nil || k != 75 {
		t.Errorf("index %d, %v", k, err)
	}
	if _, err := e.Index(0.81); err == nil {
		t.Error("a time outside has an index")
	}
	p, err := e.Peak("abs", 0.25, 0.5)
	if err != nil || p.Channel != "Pz" || math.Abs(p.Time-0.36) > 1e-12 {
		t.Errorf("peak %v, %v", p, err)
	}
	if p, err = e.Peak("neg", 0, math.Inf(1)); err != nil || p.Channel != "P7" || p.String() != "P7: -5.1 uV at 172 ms" {
		t.Errorf("peak %v, %v", p, err)
	}
	if _, err = e.Peak("neg", 0.5, 0.8, "Pz"); err == nil {
		t.Error("there is a negative peak of a positive wave")
	}
	if _, err = e.Peak("up", 0, 1); err == nil {
		t.Error("mode up")
	}
	b, err := e.Baseline(0.36, 0.36) // one sample
	if err != nil || b.X[3][140] != 0 || b.X[3][0] != e.X[3][0]-e.X[3][140] {
		t.Errorf("baseline %v", err)
	}
	for _, w := range [][2]float64{{-0.3, 0}, {0, 0.9}, {0.1, 0}, {math.NaN(), 0}, {0.9, 1}} {
		if _, err := e.Baseline(w[0], w[1]); err == nil {
			t.Errorf("baseline %v", w)
		}
	}
	c, err := e.Crop(0.1, 0.2)
	if err != nil || c.Samples() != 26 || math.Abs(c.T0-0.1) > 1e-12 || c.X[2][0] != e.X[2][75] {
		t.Errorf("crop %v, %v", c, err)
	}
	// Field power: by hand, not changed by another reference, and without bad channels.
	g, err := e.GFP("Fz", "Cz")
	if want := math.Abs(e.X[4][140]-e.X[9][140]) / 2; err != nil || math.Abs(g[140]-want) > 1e-12 {
		t.Errorf("GFP %v, want %g, %v", g[140], want, err)
	}
	all, _ := e.GFP()
	for _, x := range e.X {
		for k := range x {
			x[k] += 5 * math.Sin(float64(k))
		}
	}
	again, _ := e.GFP()
	for k := range all {
		if math.Abs(all[k]-again[k]) > 1e-12 {
			t.Fatalf("GFP at %d: %g and with another reference %g", k, all[k], again[k])
		}
	}
	r, err := e.RMS("Fz", "Cz")
	if want := math.Sqrt((e.X[4][9]*e.X[4][9] + e.X[9][9]*e.X[9][9]) / 2); err != nil || math.Abs(r[9]-want) > 1e-12 {
		t.Errorf("RMS %v, %v", r[9], err)
	}
	e.Channels[0].Bad = true
	if o, err := e.Of("EEG"); err != nil || len(o.X) != 18 {
		t.Errorf("%v, %v", o, err)
	}
	if _, err := e.Of("MEG"); err == nil {
		t.Error("there is MEG")
	}
	e.Channels[1].Unit = "mV"
	if _, err := e.GFP("Fp2", "Fz"); err == nil || !strings.Contains(err.Error(), "one unit") {
		t.Errorf("%v", err)
	}
	if _, err := e.GFP("Fz"); err == nil {
		t.Error("one channel has field power")
	}
	if _, err := e.Pick("Fx"); err == nil {
		t.Error("Fx is there")
	}
	// A first sample between samples of the event's clock.
	e.T0 = -0.2006
	if k, err := e.Index(0); err != nil || k != 50 {
		t.Errorf("index %d, %v", k, err)
	}
	if b, err := e.Baseline(math.Inf(-1), 0); err != nil || math.Abs(mean(b.X[0][:51])) > 1e-12 {
		t.Errorf("%v", err)
	}
}

// Pictures are written where EEG_FIGURES says, to be looked at.
func picture(t *testing.T, name string, f interface{ Save(string) error }, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	dir := os.Getenv("EEG_FIGURES")
	if dir == "" {
		dir = t.TempDir()
	}
	if err := f.Save(dir + "/" + name + ".png"); err != nil {
		t.Error(err)
	}
}

func TestEvokedPlot(t *testing.T) {
	e := demo()
	f, err := e.Plot()
	picture(t, "evoked", f, err)
	if s := e.String(); s != "target: evoked of 40 trials, 19 channels from -200 to 800 ms at 250 Hz" {
		t.Error(s)
	}
	if _, err := (&Evoked{FS: 1}).Plot(); err == nil {
		t.Error("nothing was drawn")
	}
	(&Evoked{FS: 1}).Show()
}
