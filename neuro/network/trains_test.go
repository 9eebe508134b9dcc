package network

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// TestTrains holds made trains to what their distributions have in closed form.
func TestTrains(t *testing.T) {
	for _, shape := range []int{1, 4, 20} {
		trains, err := GammaTrains(200, 20, shape, 20000, 3)
		if err != nil {
			t.Fatal(err)
		}
		n, early, sum := 0, 0, 0.0
		for _, s := range trains {
			n += len(s)
			for _, x := range s {
				if x < 25 {
					early++
				}
			}
			cv, err := spikes.CV(s)
			if err != nil {
				t.Fatal(err)
			}
			sum += cv / 200
		}
		if want := 80000.0; math.Abs(float64(n)-want) > 4*math.Sqrt(want/float64(shape)) {
			t.Errorf("shape %d: %d spikes, expected %g", shape, n, want)
		}
		if math.Abs(float64(early)-100) > 40 { // the beginning is as the rest
			t.Errorf("shape %d: %d spikes in the first 25 ms, expected 100", shape, early)
		}
		if want := 1 / math.Sqrt(float64(shape)); math.Abs(sum-want) > 0.01 {
			t.Errorf("shape %d: CV %g, want %g", shape, sum, want)
		}
	}
	for _, c := range []float64{0, 0.2, 1} {
		trains, err := CorrelatedTrains(20, 30, c, 0, 100000, 5)
		if err != nil {
			t.Fatal(err)
		}
		r := &Result{T1: 100000, Dt: 0.1, pops: []recorded{record(trains, 0.1, 1_000_000)}}
		got, _, err := r.Correlation("", 20, 10, 0)
		if err != nil || math.Abs(got-c) > 0.02 {
			t.Errorf("correlation %g, want %g (%v)", got, c, err)
		}
	}
	trains, err := PulsePackets(100, []float64{100, 300}, 50, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum, squares := 0.0, 0.0
	for _, s := range trains {
		if len(s) != 100 || s[49] > 200 || s[50] < 200 {
			t.Fatalf("%d spikes, %g and %g", len(s), s[49], s[50])
		}
		for _, x := range s[:50] {
			sum += x - 100
			squares += (x - 100) * (x - 100)
		}
	}
	if mean, sd := sum/5000, math.Sqrt(squares/5000); math.Abs(mean) > 4*5/math.Sqrt(5000) || math.Abs(sd-5) > 0.2 {
		t.Errorf("packets are at %g with %g ms", mean, sd)
	}
	for _, bad := range []func() error{
		func() error { _, err := PulsePackets(0, nil, 1, 1, 0); return err }, func() error { _, err := PulsePackets(1, []float64{-1}, 1, 1, 0); return err },
		func() error { _, err := GammaTrains(1, 0, 1, 1, 0); return err }, func() error { _, err := GammaTrains(1, 5, 0, 1, 0); return err },
		func() error { _, err := CorrelatedTrains(1, 5, 2, 1, 1, 0); return err }, func() error { _, err := GammaTrains(1e6, 1e6, 1, 1e6, 0); return err },
	} {
		if err := bad(); err == nil || !strings.HasPrefix(err.Error(), "network: ") {
			t.Errorf("%v", err)
		}
	}
}

// record makes the record of trains.
func record(trains []neuro.Spikes, dt float64, steps int) recorded {
	s := &sources{hi: len(trains)}
	s.trains(trains, dt)
	r := recorded{name: "trains", n: len(trains)}
	for k := range steps {
		now, _ := s.fire(nil, uint64(k))
		r.add(now)
	}
	return r
}
