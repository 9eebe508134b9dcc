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
	if got, want := h.Sum64(), uint64(0xe14660915c87a2f8); got != want {
		t.Errorf("the results hash to %#x, want %#x", got, want)
	}
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
