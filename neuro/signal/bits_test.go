package signal

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"
)

// TestBits wants the same bits as on every other platform. The constant
// changes only when a method does.
func TestBits(t *testing.T) {
	h := fnv.New64a()
	put := func(values ...float64) {
		for _, v := range values {
			binary.Write(h, binary.LittleEndian, math.Float64bits(v))
		}
	}
	x, y := make([]float64, 1009), make([]float64, 1009)
	state := uint64(1)
	for i := range x {
		state = state*6364136223846793005 + 1442695040888963407
		x[i] = float64(state>>11)/(1<<53) - 0.4
		y[i] = x[i] + x[i/2]
	}
	for _, n := range []int{1, 2, 60, 97, 101, 128, 1000, 1009} {
		for _, detrend := range []string{"constant", "linear"} {
			for _, name := range windowNames {
				s, err := Welch(x, 1234.5, WelchOptions{SegmentLen: n, Overlap: -1, Window: name, Detrend: detrend})
				if err != nil {
					t.Fatal(err)
				}
				put(s.P...)
			}
		}
		if n > 1 {
			c, err := Coherence(x, y, 1234.5, WelchOptions{SegmentLen: n, Overlap: -1})
			if err != nil {
				t.Fatal(err)
			}
			put(c.P[1:]...)
		}
		a, err := Envelope(x[:n])
		if err != nil {
			t.Fatal(err)
		}
		put(a...)
		if a, err = Phase(x[:n]); err != nil {
			t.Fatal(err)
		}
		put(a...)
	}
	for order := 1; order < 12; order++ {
		filterBits(t, put, x, order, "low", []float64{300})
		filterBits(t, put, x, order, "high", []float64{2})
		filterBits(t, put, x, order, "band", []float64{8, 13})
		filterBits(t, put, x, order, "stop", []float64{45, 400})
	}
	p, err := BandPower(x, 500, 4, 80)
	if err != nil {
		t.Fatal(err)
	}
	put(p)
	newerBits(t, put, x, y)
	if got, want := h.Sum64(), uint64(0x9361a3b230d34812); got != want {
		t.Errorf("the results hash to %#x, want %#x", got, want)
	}
}

// newerBits puts results of spectra over tapers, wavelets, designs and measures.
func newerBits(t *testing.T, put func(...float64), x, y []float64) {
	sos := func(s SOS, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.Sections {
			put(c[:]...)
		}
	}
	fir := func(h FIR, err error) FIR {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		put(h.Taps...)
		return h
	}
	values := func(v []float64, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		put(v...)
	}
	for order := 1; order < 8; order++ {
		for _, kind := range []string{"low", "high", "band", "stop"} {
			cut := []float64{90, 200}
			if kind == "low" || kind == "high" {
				cut = cut[:1]
			}
			sos(Cheby1(order, 0.5, kind, 1000, cut...))
			sos(Cheby2(order, 40, kind, 1000, cut...))
			sos(Ellip(order, 0.5, 40, kind, 1000, cut...))
			sos(Bessel(order, kind, 1000, cut...))
		}
	}
	sos(Notch(50, 30, 1000))
	h := fir(NewFIR(51, "band", "", 1000, 90, 200))
	fir(FIRLS(51, []float64{0, 100, 150, 500}, []float64{1, 1, 0, 0}, nil, 1000))
	fir(Remez(40, []float64{0, 100, 150, 500}, []float64{1, 0}, nil, 1000))
	values(h.ZeroPhase(x))
	values(Resample(x, 3, 7))
	values(ResampleFourier(x, 400))
	for _, n := range []int{97, 128, 1000} {
		for _, adaptive := range []bool{false, true} {
			s, err := Multitaper(x[:n], 1000, MultitaperOptions{Adaptive: adaptive})
			if err != nil {
				t.Fatal(err)
			}
			put(s.P...)
		}
		f, err := FTest(x[:n], 1000, MultitaperOptions{})
		if err != nil {
			t.Fatal(err)
		}
		put(f.Stat...)
		put(f.P...)
	}
	var trials [][][]float64
	for i := range 3 {
		trials = append(trials, [][]float64{x[300*i : 300*(i+1)], y[300*i : 300*(i+1)]})
	}
	for _, f := range []func([][][]float64, float64, []float64, []float64) ([]*TimeFrequency, error){MorletPower, MorletLocking} {
		r, err := f(trials, 1000, []float64{20, 50, 90}, []float64{3})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r[1].P {
			put(row...)
		}
	}
	over, err := ConnectivityOverTrials(trials, 1000, ConnectivityOptions{Measures: connectivityMeasures, Spectrum: "multitaper", Lo: 10, Hi: 400})
	if err != nil {
		t.Fatal(err)
	}
	time, err := ConnectivityOverTime([][]float64{x, y}, 1000, 30, 60, connectivityMeasures)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(over, time...) {
		put(c.V[0]...)
	}
	pairs, err := CoherencePairs([][]float64{x, y, y}, 1000, WelchOptions{SegmentLen: 64, Overlap: -1})
	if err != nil {
		t.Fatal(err)
	}
	put(pairs.V[0][1:]...)
	s, err := Welch(x, 1000, WelchOptions{SegmentLen: 128, Overlap: -1})
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []string{"fixed", "knee"} {
		a, err := Aperiodic(s, AperiodicOptions{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		put(a.Offset, a.Exponent, a.Knee)
	}
	l, err := LombScargle(x[:50], y[:50], []float64{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	put(l.P...)
}

func filterBits(t *testing.T, put func(...float64), x []float64, order int, kind string, cut []float64) {
	s, err := Butter(order, kind, 1000, cut...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Sections {
		put(c[:]...)
	}
	y, err := s.FiltFilt(x)
	if err != nil {
		t.Fatal(err)
	}
	put(y...)
	put(s.Gain(0), s.Gain(8), s.Gain(499))
}
