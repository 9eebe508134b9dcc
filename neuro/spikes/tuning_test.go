package spikes_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func TestTuningCurve(t *testing.T) {
	c, err := spikes.TuningCurve([]float64{90, 0, 90, 0, 90, 45}, []float64{4, 10, 6, 14, 8, 3})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{0, 45, 90}, {12, 3, 6}, {2, math.NaN(), 2 / math.Sqrt(3)}} // s = 2√2 and 2
	for i, got := range [][]float64{c.Stimulus, c.Mean, c.SE} {
		for k := range got {
			if math.Abs(got[k]-want[i][k]) > 1e-14 || math.IsNaN(got[k]) != math.IsNaN(want[i][k]) {
				t.Errorf("%d: %v, want %v", i, got, want[i])
			}
		}
	}
	if c.Trials[0] != 2 || c.Trials[1] != 1 || c.Trials[2] != 3 {
		t.Errorf("trials %v", c.Trials)
	}
	for _, bad := range [][2][]float64{{nil, nil}, {{1}, {1, 2}}, {{1}, {math.NaN()}}} {
		if _, err := spikes.TuningCurve(bad[0], bad[1]); err == nil || !strings.HasPrefix(err.Error(), "spikes: TuningCurve: ") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	(&spikes.Tuning{}).Plot().Show()
}

func TestPopulationRate(t *testing.T) {
	r := neuro.Raster{Trains: []neuro.Spikes{{1, 12, 13}, {15, 29}}, T1: 30}
	p, err := spikes.PopulationRate(r, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{50, 150, 50} { // 1, 3 and 1 spikes of 2 cells in 10 ms
		if p.Rate.Y[i] != want {
			t.Errorf("bin %d: %g Hz, want %g", i, p.Rate.Y[i], want)
		}
	}
	// The sum over neighbours, by hand.
	p, err = spikes.PopulationRate(r, 10, 10)
	if err != nil {
		t.Fatal(err)
	}
	a, b := math.Exp(-0.5), math.Exp(-2)
	for i, want := range []float64{(50 + 150*a + 50*b) / (1 + a + b), (50*a + 150 + 50*a) / (1 + 2*a), (50*b + 150*a + 50) / (1 + a + b)} {
		if math.Abs(p.Rate.Y[i]-want) > 1e-12 {
			t.Errorf("smoothed bin %d: %g Hz, want %g", i, p.Rate.Y[i], want)
		}
	}
	for _, c := range []struct {
		r          neuro.Raster
		bin, sigma float64
	}{{neuro.Raster{T1: 10}, 1, 0}, {r, 10, -1}, {r, 7, 0}, {neuro.Raster{Trains: []neuro.Spikes{{2, 1}}, T1: 10}, 1, 0}} {
		if _, err := spikes.PopulationRate(c.r, c.bin, c.sigma); err == nil || !strings.HasPrefix(err.Error(), "spikes: PopulationRate: ") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// A cell that fires only in one of two places: rates are counts over times, and
// a spike tells as much as the share of time there.
func TestPlaceField(t *testing.T) {
	var at, x, y []float64
	for i := range 401 { // 40 s; a quarter of the time at x = 1, the rest at 0
		at = append(at, float64(100*i))
		x = append(x, math.Max(0, float64(i/100)-2))
		y = append(y, 0)
	}
	x[400] = 1
	s := neuro.Spikes{30100, 30200, 33000, 39900, 50000}
	m, err := spikes.PlaceField(at, x, y, s, spikes.PlaceOptions{Bin: 0.6, Sigma: -1})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Rate) != 1 || len(m.Rate[0]) != 2 {
		t.Fatalf("%d rows of %d bins", len(m.Rate), len(m.Rate[0]))
	}
	if m.Occupancy[0][0] < 29.99 || m.Occupancy[0][0] > 30.01 || m.Spikes[0][1] != 4 || math.Abs(m.Rate[0][1]-0.4) > 1e-12 || m.Rate[0][0] != 0 {
		t.Errorf("occupancy %v, spikes %v, rate %v", m.Occupancy, m.Spikes, m.Rate)
	}
	if math.Abs(m.Information-2) > 1e-9 { // log2 of a quarter
		t.Errorf("information %g bit, want 2", m.Information)
	}
	// Where the rate is the same everywhere, smoothing leaves it.
	var even neuro.Spikes
	for i := range 400 {
		even = append(even, float64(100*i)+50)
	}
	m, err = spikes.PlaceField(at, x, y, even, spikes.PlaceOptions{Bin: 0.6})
	if err != nil || math.Abs(m.Rate[0][0]-10) > 1e-9 || math.Abs(m.Rate[0][1]-10) > 1e-9 || math.Abs(m.Information) > 1e-9 {
		t.Errorf("even rate: %v, %g bit, %v", m.Rate, m.Information, err)
	}
	for _, o := range []spikes.PlaceOptions{{Bin: -1}, {Bin: 1e-6}, {Sigma: -2}} {
		if _, err := spikes.PlaceField(at, x, y, s, o); err == nil {
			t.Errorf("%+v is allowed", o)
		}
	}
	if _, err := spikes.PlaceField(at, x[1:], y, s, spikes.NewPlace()); err == nil {
		t.Error("positions of unequal number are allowed")
	}
	(spikes.RateMap{}).Plot().Show()
}
