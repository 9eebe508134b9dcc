package signal

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

func TestAperiodicIsFooofs(t *testing.T) {
	var g struct {
		Cases []struct {
			Freqs []float64
			Power []float64   `json:"log10_power"`
			Line  []float64   `json:"aperiodic_params"`
			Peaks [][]float64 `json:"peak_params"`
			R2    float64     `json:"r_squared"`
			Error float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/aperiodic.json"), &g)
	for i, c := range g.Cases {
		checkAperiodic(t, fmt.Sprint("shared ", i), c.Freqs, c.Power, c.Line, c.Peaks, c.R2, c.Error,
			AperiodicOptions{MaxPeaks: 6, MinHeight: 0.1, Width: [2]float64{1, 8}}, 1e-3)
	}
	var own struct {
		Cases []struct {
			Mode      string
			F, P      []float64
			Aperiodic []float64
			Peaks     [][]float64
			R2, Error float64
		}
	}
	golden.JSON(t, golden.Path(t, "signal/aperiodic.json"), &own)
	for i, c := range own.Cases {
		checkAperiodic(t, fmt.Sprint(c.Mode, i), c.F, c.P, c.Aperiodic, c.Peaks, c.R2, c.Error,
			AperiodicOptions{Mode: c.Mode, MaxPeaks: 6, MinHeight: 0.1, Width: [2]float64{1, 12}}, 1e-3)
	}
}

func checkAperiodic(t *testing.T, what string, f, log, line []float64, peaks [][]float64, r2, mae float64, o AperiodicOptions, tol float64) {
	t.Helper()
	p := make([]float64, len(log))
	for k, v := range log {
		p[k] = vec.Pow(10, v)
	}
	r, err := Aperiodic(&Spectrum{F: f, P: p}, o)
	if err != nil {
		t.Fatal(what, err)
	}
	want := []float64{line[0], line[len(line)-1]}
	overlap := false
	for i := 1; i < len(peaks); i++ {
		overlap = overlap || peaks[i][0]-peaks[i-1][0] < peaks[i][2]
	}
	if overlap {
		// One bump as two Gaussians: many pairs fit it equally well.
		tol, peaks, r.Peaks = 0.01, nil, nil
	}
	golden.Close(t, what+": offset and exponent", []float64{r.Offset, r.Exponent}, want, tol)
	if o.Mode == "knee" && math.Abs(r.Knee-line[1]) > 0.01*(1+math.Abs(line[1])) {
		t.Errorf("%s: knee %g, want %g", what, r.Knee, line[1])
	}
	if len(r.Peaks) != len(peaks) {
		t.Fatalf("%s: peaks %v, want %v", what, r.Peaks, peaks)
	}
	for i, w := range peaks {
		golden.Close(t, what+": peak", []float64{r.Peaks[i].F, r.Peaks[i].Height, r.Peaks[i].Width}, w, tol)
	}
	golden.Close(t, what+": R² and error", []float64{r.R2, r.Error}, []float64{r2, mae}, tol)
	r.Plot().Show()
}

// Whatever the exponent of a spectrum without noise, it is found.
func TestAperiodicExponents(t *testing.T) {
	for _, exponent := range []float64{0, 0.5, 1, 2, 3.5} {
		var s Spectrum
		for k := 0; k < 100; k++ {
			f := float64(k) / 2
			s.F = append(s.F, f)
			s.P = append(s.P, 7*math.Pow(f, -exponent))
		}
		s.P[0] = 0
		r, err := Aperiodic(&s, NewAperiodic())
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.Exponent-exponent) > 1e-9 || len(r.Peaks) > 0 && r.Peaks[0].Height > 1e-9 {
			t.Errorf("exponent %g, want %g; peaks %v", r.Exponent, exponent, r.Peaks)
		}
	}
	ok := &Spectrum{F: []float64{1, 2, 3, 4, 5, 6}, P: []float64{1, 1, 1, 1, 1, 1}}
	for _, o := range []AperiodicOptions{{Mode: "x"}, {Threshold: -1}, {MaxPeaks: -2}, {MinHeight: -1}, {Width: [2]float64{2, 1}}, {Lo: 3}} {
		if _, err := Aperiodic(ok, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	ok.P[3] = 0
	if _, err := Aperiodic(ok, AperiodicOptions{}); err == nil {
		t.Error("a power of 0 is allowed")
	}
}

func TestLombScargle(t *testing.T) {
	var g struct{ T, X, Freq, Lomb []float64 }
	golden.JSON(t, golden.Path(t, "signal/aperiodic.json"), &g)
	s, err := LombScargle(g.T, g.X, g.Freq)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "Lomb-Scargle", s.P, g.Lomb, 1e-9)
	for i, f := range []func() error{
		func() error { _, err := LombScargle(g.T, g.X[:5], g.Freq); return err },
		func() error { _, err := LombScargle(g.T, g.X, nil); return err },
		func() error { _, err := LombScargle(g.T, g.X, []float64{0}); return err },
		func() error { _, err := LombScargle([]float64{1, 2, 3}, []float64{1, 1, 1}, g.Freq); return err },
		func() error {
			_, err := LombScargle([]float64{1, 2, math.NaN()}, []float64{1, 1, 1}, g.Freq)
			return err
		},
	} {
		if f() == nil {
			t.Errorf("case %d: no error", i)
		}
	}
}

func TestRelativeBandPower(t *testing.T) {
	x := channels(1, 5000)[0]
	whole, part := 0.0, 0.0
	for _, b := range [][2]float64{{0, 25}, {25, 50}, {50, 125}} {
		v, err := RelativeBandPower(x, 250, b[0], b[1], 0, 125)
		if err != nil {
			t.Fatal(err)
		}
		whole, part = whole+v, v
	}
	if math.Abs(whole-1) > 0.02 || !(part > 0.5) {
		t.Errorf("the shares sum to %g", whole)
	}
	if _, err := RelativeBandPower(x, 250, 10, 60, 20, 50); err == nil {
		t.Error("a band outside is allowed")
	}
}
