package spikes

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

func TestSort(t *testing.T) {
	s, err := SimulateRecording(SimulationOptions{Seed: 1, Channels: 8, Units: 4, Seconds: 20})
	if err != nil {
		t.Fatal(err)
	}
	o := SortOptions{Detect: ArrayOptions{Positions: s.Positions}}
	got, err := Sort(s.Recording, o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := CompareUnits(s.Truth, got.Units, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Well() != 4 || c.Extra() != 0 {
		t.Errorf("%v\n%v", c, c.Accuracy)
	}
	text := display.Of(got).Text()
	for _, want := range []string{"units with", "L-ratio", "short (Hill)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	q, err := got.Quality()
	if err != nil {
		t.Fatal(err)
	}
	for k, u := range q {
		// Cells have a dead time of 3 ms, and the smallest is 8 times its noise.
		if u.Short.Ratio > 0.05 || u.SNR < 8 || u.Presence < 0.99 {
			t.Errorf("unit %d: %+v", k, u)
		}
	}
	for i, u := range got.Unit {
		if u >= len(got.Units.IDs) || u < -1 {
			t.Fatalf("spike %d is of unit %d", i, u)
		}
	}
	old := runtime.GOMAXPROCS(3)
	again, err := Sort(s.Recording, o)
	runtime.GOMAXPROCS(old)
	if err != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("sorted again, on three threads: %v, %v", again, err)
	}
	if _, err := got.PlotFeatures(99); err == nil {
		t.Error("channel 99 is no error")
	}
	if _, err := Sort(s.Recording, SortOptions{MinSpikes: -1}); err == nil || !strings.Contains(err.Error(), "MinSpikes is -1") {
		t.Errorf("%v", err)
	}
}

// TestSortNoise sorts noise, at the usual threshold, beyond which it has about one spike, and at
// one that it often crosses.
func TestSortNoise(t *testing.T) {
	s, err := SimulateRecording(SimulationOptions{Seed: 3, Channels: 8, Units: -1, Seconds: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, threshold := range []float64{-5, -3.5} {
		got, err := Sort(s.Recording, SortOptions{Detect: ArrayOptions{Positions: s.Positions, Threshold: threshold}})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("threshold %g: %v", threshold, got)
		if threshold == -5 && len(got.Units.IDs) > 0 {
			t.Errorf("units in noise: %v", got)
		}
		q, err := got.Quality()
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range q { // crossings of noise look like a unit just above the threshold
			if u.SNR > 4.5 {
				t.Errorf("an isolated unit in noise: %+v", u)
			}
		}
	}
}

// TestSortFew sorts spikes that are all the same, and fewer than there are features.
func TestSortFew(t *testing.T) {
	for _, spikes := range []int{3, 90} {
		x := make([][]float64, 2)
		for c := range x {
			for i := range 10000 {
				x[c] = append(x[c], float64(i%2*2-1))
			}
			for k := range spikes {
				for j, v := range []float64{-4, -12, -30, -11, -2} {
					x[c][1000+100*k-2+j] += v / float64(c+1)
				}
			}
		}
		rec, err := InMemory(x, 30000, "uV")
		if err != nil {
			t.Fatal(err)
		}
		got, err := Sort(rec, SortOptions{Detect: ArrayOptions{Filtered: true, Positions: [][]float64{{0}, {20}}}, MinSpikes: 2})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Units.IDs) != 1 || len(got.Units.Trains[0]) != spikes || got.Units.Channel[0] != 0 {
			t.Errorf("%d spikes: %v", spikes, got)
		}
		if _, err := got.Quality(); err != nil {
			t.Error(err)
		}
		if b := display.Of(got); !strings.Contains(b.Text(), "1 unit with") {
			t.Errorf("shown as %s", b.Text())
		}
	}
}

// TestSortEchoes tells the echo of a large unit from a small unit that is on its own, among so many
// large ones that nearly every spike has one of them within a millisecond.
func TestSortEchoes(t *testing.T) {
	const seconds, large = 20, 40
	s := &Snippets{Trough: 1, Dt: 0.03}
	var units [][]int
	add := func(channel int, size float64, train neuro.Spikes) {
		var own []int
		for _, at := range train {
			own = append(own, len(s.X))
			s.Times, s.Channel, s.X = append(s.Times, at), append(s.Channel, channel), append(s.X, [][]float64{{0, -size, 0}})
		}
		units = append(units, own)
	}
	first := must(Poisson(30, 0, 1000*seconds, 3, 100))
	add(0, 100, first)
	for u := 1; u < large; u++ {
		add(u, 100, must(Poisson(30, 0, 1000*seconds, 3, uint64(100+u))))
	}
	add(large, 40, must(Poisson(10, 0, 1000*seconds, 3, 7)))
	var after neuro.Spikes
	for _, at := range first[:len(first)-1] {
		after = append(after, at+0.3)
	}
	add(large+1, 40, after)
	for c := range large + 2 {
		s.Near = append(s.Near, []int{c})
	}
	sorting := &Sorting{Snippets: s, Detected: &Detected{T1: 1000 * seconds}}
	if p := sorting.covered(len(s.Times)-len(units[large])-len(after), 1); p < 0.88 {
		t.Fatalf("only %g of the time is near a large spike", p)
	}
	kept, echoes := sorting.echoes(units)
	if echoes != 1 || len(kept) != large+1 || &kept[large][0] != &units[large][0] {
		t.Errorf("%d are echoes, %d are kept", echoes, len(kept))
	}
}
