package signal_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

type timefreq struct {
	X, F, T        []float64
	FS             float64
	P              [][]float64
	Chi2, Quantile []struct{ DF, X, P float64 }
}

func TestSpectrogram(t *testing.T) {
	var g timefreq
	golden.JSON(t, golden.Path(t, "signal/timefreq.json"), &g)
	s, err := signal.Spectrogram(g.X, g.FS, signal.WelchOptions{SegmentLen: 32, Overlap: 16})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "F", s.F, g.F, 1e-12)
	golden.Close(t, "T", s.T, g.T, 1e-12)
	for k := range s.P {
		golden.Close(t, "P", s.P[k], g.P[k], 1e-9)
	}
	// Its mean over time is Welch's spectrum, which has as many segments.
	w, err := signal.Welch(g.X, g.FS, signal.WelchOptions{SegmentLen: 32, Overlap: 16})
	if err != nil {
		t.Fatal(err)
	}
	for k, row := range s.P {
		sum := 0.0
		for _, v := range row {
			sum += v
		}
		if d := math.Abs(sum/float64(len(row)) - w.P[k]); d > 1e-12*w.P[k] {
			t.Errorf("at %g Hz the mean is %g, Welch has %g", s.F[k], sum/float64(len(row)), w.P[k])
		}
	}
	if _, err := signal.Spectrogram(g.X, g.FS, signal.WelchOptions{Average: "median"}); err == nil {
		t.Error("a median is allowed")
	}
	(signal.TimeFrequency{}).Plot().Show()
}

func TestScalogram(t *testing.T) {
	var g struct {
		X      []float64
		FS     float64
		Morlet struct{ Re, Im [][]float64 } `json:"mne_morlet_ncyc5_f6_10_20_40_complex_every10"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/filters.json"), &g)
	s, err := signal.Scalogram(g.X, g.FS, []float64{6, 10, 20, 40}, 5)
	if err != nil {
		t.Fatal(err)
	}
	for k, row := range s.P {
		for i, re := range g.Morlet.Re[k] {
			im := g.Morlet.Im[k][i]
			if want := re*re + im*im; math.Abs(row[10*i]-want) > 1e-9*(1+want) {
				t.Fatalf("%g Hz, sample %d: %g, mne has %g", s.F[k], 10*i, row[10*i], want)
			}
		}
	}
	for want, c := range map[string]struct {
		f      []float64
		cycles float64
	}{"frequencies is empty": {nil, 7}, "must ascend": {[]float64{10, 9}, 7}, "cycles is 0": {[]float64{10}, 0}, "longer signal": {[]float64{0.01}, 7}} {
		if _, err := signal.Scalogram(g.X, g.FS, c.f, c.cycles); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", c, err, want)
		}
	}
	if y := s.Plot().Panels[0].Y; y.Unit != "Hz" || len(y.Ticks) > 0 {
		t.Errorf("frequencies of uneven spacing have the axis %+v", y)
	}
}

func TestChiSquare(t *testing.T) {
	var g timefreq
	golden.JSON(t, golden.Path(t, "signal/timefreq.json"), &g)
	for _, c := range g.Chi2 {
		if got := dist.ChiSquareCDF(c.X, c.DF); math.Abs(got-c.P) > 1e-13 {
			t.Errorf("P(%g, %g) is %g, scipy has %g", c.X, c.DF, got, c.P)
		}
	}
	for _, c := range g.Quantile {
		if got := dist.ChiSquareQuantile(c.P, c.DF); math.Abs(got-c.X) > 1e-9*c.X {
			t.Errorf("quantile %g of %g degrees is %g, scipy has %g", c.P, c.DF, got, c.X)
		}
	}
	for _, v := range []float64{dist.ChiSquareQuantile(0, 2), dist.ChiSquareQuantile(0.5, 0), dist.ChiSquareCDF(1, -1), dist.ChiSquareCDF(math.NaN(), 1)} {
		if !math.IsNaN(v) {
			t.Errorf("%g is not NaN", v)
		}
	}
}

// Without overlap there are two degrees of freedom to a segment; with half
// overlapping Hann windows a correlation of 1/36 to each neighbour.
func TestSpectrumCI(t *testing.T) {
	x := make([]float64, 1280)
	for i := range x {
		x[i] = float64(i * i % 97)
	}
	s, err := signal.Welch(x, 100, signal.WelchOptions{SegmentLen: 128, Overlap: 0, Detrend: "constant"})
	if err != nil || math.Abs(s.DOF-20) > 1e-12 {
		t.Errorf("%g degrees of freedom, want 20 (%v)", s.DOF, err)
	}
	lo, hi, err := s.CI(0.95)
	if err != nil || math.Abs(lo[5]/s.P[5]-20/34.16960690283833) > 1e-9 || math.Abs(hi[5]/s.P[5]-20/9.590777392264865) > 1e-9 { // scipy.stats.chi2.ppf
		t.Errorf("band %g to %g around %g (%v)", lo[5], hi[5], s.P[5], err)
	}
	s, err = signal.Welch(x, 100, signal.WelchOptions{SegmentLen: 128, Overlap: -1})
	if want := 2 * 19 / (1 + 2*18.0/19/36); err != nil || math.Abs(s.DOF-want) > 1e-3*want {
		t.Errorf("%g degrees of freedom, want %g (%v)", s.DOF, want, err)
	}
	if _, _, err := s.CI(1); err == nil {
		t.Error("a level of 1 is allowed")
	}
	s.DOF = 0
	if _, _, err := s.CI(0.9); err == nil {
		t.Error("a spectrum without degrees of freedom has an interval")
	}
}

func TestComodulogram(t *testing.T) {
	var g struct {
		FS float64
		X  []float64
		MI float64 `json:"mi_tort"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/pac.json"), &g)
	c, err := signal.Comodulogram(g.X, g.FS, [][2]float64{{4, 8}, {12, 16}}, [][2]float64{{60, 100}})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(c.V[0][0]-g.MI) > 1e-6 {
		t.Errorf("index %.8f, tensorpac has %.8f", c.V[0][0], g.MI)
	}
	if c.V[0][1] > 0.1*c.V[0][0] {
		t.Errorf("index %g at a phase that is not there", c.V[0][1])
	}
	for _, bad := range [][2]float64{{0, 4}, {8, 4}, {100, 300}} {
		if _, err := signal.Comodulogram(g.X, g.FS, [][2]float64{bad}, [][2]float64{{60, 100}}); err == nil || !strings.Contains(err.Error(), "Comodulogram: phase band") {
			t.Errorf("band %v: %v", bad, err)
		}
	}
	(signal.Comodulation{}).Plot().Show()
}

// A potential that is quadratic in depth has the same density everywhere, and
// one that is linear none.
func TestCSD(t *testing.T) {
	var lfp [][]float64
	for k := range 6 {
		z := 0.1 * float64(k) // mm
		lfp = append(lfp, []float64{3 * z * z, 2*z + 1})
	}
	r, err := signal.CSD(lfp, 1000, 0.1, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	for k := range r.CSD {
		if math.Abs(r.CSD[k][0]+1.8) > 1e-10 || math.Abs(r.CSD[k][1]) > 1e-10 { // -0.3 · 6
			t.Errorf("row %d: %v", k, r.CSD[k])
		}
	}
	if len(r.CSD) != 4 || r.Depth[0] != 0.1 || r.T[1] != 0.001 {
		t.Errorf("%d rows, depth %v, time %v", len(r.CSD), r.Depth, r.T)
	}
	for _, f := range []func() error{
		func() error { _, err := signal.CSD(lfp[:2], 1000, 0.1, 0.3); return err },
		func() error { _, err := signal.CSD(lfp, 1000, 0, 0.3); return err },
		func() error { _, err := signal.CSD([][]float64{{1}, {1}, {1, 2}}, 1000, 0.1, 0.3); return err },
		func() error { _, err := signal.CSD([][]float64{{1}, {math.NaN()}, {2}}, 1000, 0.1, 0.3); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "signal: CSD: ") {
			t.Errorf("error %v", err)
		}
	}
	(signal.Laminar{}).Plot().Show()
	r.Plot().Show()
}
