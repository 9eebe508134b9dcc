package spikes

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
)

// TestBits wants the same bits as on every other platform. The constant
// changes only when a method does.
func TestBits(t *testing.T) {
	h := fnv.New64a()
	put := func(v float64, err error) {
		if err != nil {
			t.Fatal(err)
		}
		binary.Write(h, binary.LittleEndian, math.Float64bits(v))
	}
	all := func(v []float64) {
		for _, x := range v {
			put(x, nil)
		}
	}
	state := uint64(1)
	uniform := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	trains := make([]neuro.Spikes, 6)
	for i := range trains {
		now := 0.0
		for range 20 * (i + 1) {
			now += 0.1 + float64(3*uniform()*uniform()) // not fused in the test either
			trains[i] = append(trains[i], now)
		}
	}
	x := make([]float64, 3001)
	for i := range x {
		x[i] = uniform() + uniform() + uniform() + uniform() - 2
	}
	for i, a := range trains {
		put(CV(a))
		put(LV(a))
		put(CV2(a))
		for _, b := range trains[:i+1] {
			put(VictorPurpura(a, b, 0.3), nil)
			put(VanRossum(a, b, 7.7), nil)
			put(STTC(a, b, 0.6, 0, 300))
			c, err := CrossCorrelogram(a, b, 0.7, 7)
			all(c.Y)
			put(0, err)
		}
		r, err := Rate(a, 0.3, 0, 30)
		put(0, err)
		all(r.Y)
		s, err := STA(x, 10000, a[:20], 3.1, 7.7)
		put(0, err)
		all(s.Y)
		all(s.SE)
	}
	put(Fano(trains, 0, 25))
	p, err := PSTH(trains, 0.3, 0, 30)
	put(0, err)
	all(p.SE)
	for _, noise := range []string{"mad", "std"} {
		s, err := Detect(x, 24414.0625, DetectOptions{Threshold: -2, Noise: noise})
		put(0, err)
		all(s)
	}
	if got, want := h.Sum64(), uint64(0xbb3272cd7e279a31); got != want {
		t.Errorf("the results hash to %#x, want %#x", got, want)
	}
}
