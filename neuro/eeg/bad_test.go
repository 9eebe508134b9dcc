package eeg

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// faulty is the recording of testdata/eeg/bad.py.
func faulty(t *testing.T) (*Recording, [][]float64) {
	t.Helper()
	const c, n = 24, 30011
	state := uint64(99)
	draw := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(int((state>>44)%4001) - 2000)
	}
	slow := func() []float64 {
		y, last := make([]float64, n), 0
		for i := range y {
			last = (last*31)>>5 + int(draw())
			y[i] = float64(last)
		}
		return y
	}
	var source [6][]float64
	for s := range source {
		source[s] = slow()
	}
	x := make([][]float64, c)
	var channels []Channel
	for k := range x {
		channels = append(channels, Channel{Name: fmt.Sprint("E", k), Kind: "EEG", Unit: "uV", FS: 250})
		x[k] = make([]float64, n)
		for s := range source {
			d := max(k-4*s, 4*s-k)
			for i := range x[k] {
				x[k][i] += source[s][i] * float64(max(0, 8-min(d, c-d)))
			}
		}
		for i := range x[k] {
			x[k][i] = (x[k][i] + 4*draw()) / 4096
		}
	}
	for i := range n {
		x[3][i] *= 9
	}
	for i := range n {
		x[7][i] += draw() / 16
	}
	for i, v := range slow() {
		x[11][i] = v / 128
	}
	for i := 5000; i < 6000; i++ {
		x[15][i] = x[15][5000]
	}
	for i := range n {
		x[19][i] = 2.5
	}
	rec, err := New(channels, x)
	if err != nil {
		t.Fatal(err)
	}
	return rec, x
}

func TestFindBad(t *testing.T) {
	var g struct {
		Checksum                                float64
		Use                                     []int
		Deviation, Noise, Uncorrelated, Dropout []float64
	}
	golden.JSON(t, golden.Path(t, "eeg/bad.json"), &g)
	rec, x := faulty(t)
	sum := 0.0
	for c := range x {
		for _, v := range x[c] {
			sum += math.Abs(v)
		}
	}
	if math.Abs(sum/g.Checksum-1) > 1e-12 {
		t.Fatalf("the recording is another one: %.17g, want %.17g", sum, g.Checksum)
	}
	s, err := rec.FindBad(BadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range g.Use {
		for _, v := range []struct {
			what      string
			got, want float64
		}{{"deviation", s.Deviation[c], g.Deviation[i]}, {"noise", s.Noise[c], g.Noise[i]}, {"uncorrelated", s.Uncorrelated[c], g.Uncorrelated[i]}, {"dropout", s.Dropout[c], g.Dropout[i]}} {
			if !(math.Abs(v.got-v.want) <= 1e-9*math.Max(1, math.Abs(v.want))) {
				t.Errorf("%s of channel %d: %.15g, want %.15g", v.what, c, v.got, v.want)
			}
		}
	}
	if got := fmt.Sprint(s.Names()); got != "[E3 E7 E11 E15 E19]" {
		t.Errorf("%v", s)
	}
	for c, want := range map[int]string{3: "deviation", 7: "noise", 11: "correlation", 15: "dropout", 19: "flat"} {
		if !strings.Contains(s.Reasons[c], want) {
			t.Errorf("channel %d is bad for %q, want %q", c, s.Reasons[c], want)
		}
	}
	s.Show()
	// A channel with NaN is bad and spoils nothing.
	x[20][77] = math.NaN()
	again, err := rec.FindBad(BadOptions{})
	if err != nil || again.Reasons[20] != "not finite" || len(again.Names()) != 6 {
		t.Errorf("%v, %v", again, err)
	}
	// Errors.
	few, _ := rec.Pick("E0", "E1")
	for _, f := range []func() error{
		func() error { _, err := few.FindBad(BadOptions{}); return err },
		func() error { _, err := rec.FindBad(BadOptions{Share: -1}); return err },
		func() error { _, err := rec.FindBad(BadOptions{Window: 0.001}); return err },
		func() error { _, err := rec.FindBad(BadOptions{Window: 1000}); return err },
		func() error { _, err := (&Recording{}).FindBad(BadOptions{}); return err },
	} {
		if f() == nil {
			t.Error("no error")
		}
	}
	// All alike: nobody is bad. A low rate has no noise.
	quiet := noise(t, "Fz Cz Pz C3 C4", 80, 4000)
	if q, err := quiet.FindBad(BadOptions{Correlation: 1e-9}); err != nil || len(q.Names()) != 0 || !math.IsNaN(q.Noise[0]) || q.String() != "none of 5 channels is bad" {
		t.Errorf("%v, %v", q, err)
	}
}

// TestFindBadCoarse has channels most of which have one amplitude to the step of the recorder: the one
// that is a step off is no outlier without end.
func TestFindBadCoarse(t *testing.T) {
	var channels []Channel
	var x [][]float64
	for c := range 12 {
		channels = append(channels, Channel{Name: fmt.Sprint("c", c), Kind: "EEG", Unit: "uV", FS: 100})
		v := make([]float64, 1000)
		for i := range v {
			v[i] = math.Round(10*math.Sin(float64(i)/7)) + float64(i*(c+3)%2)/2
		}
		x = append(x, v)
	}
	for i := range x[5] {
		x[5][i] *= 1.05
	}
	rec, err := New(channels, x)
	if err != nil {
		t.Fatal(err)
	}
	s, err := rec.FindBad(BadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for c, z := range s.Deviation {
		if math.IsInf(z, 0) || math.IsNaN(z) {
			t.Errorf("channel %d: deviation %g", c, z)
		}
	}
}

// TestPlacesByName: names count where they are those of the 10-05 system as a whole.
func TestPlacesByName(t *testing.T) {
	var ten, abc []Channel
	for _, n := range []string{"Fz", "Cz", "Pz", "Oz", "A1", "left"} {
		ten = append(ten, Channel{Name: n, Kind: "EEG"})
	}
	for _, row := range "ABCDEF" {
		for k := range 16 {
			abc = append(abc, Channel{Name: fmt.Sprintf("%c%d", row, k+1), Kind: "EEG"})
		}
	}
	if _, ok := placer(ten)(ten[0]); !ok {
		t.Error("Fz has no place among names of the 10-05 system")
	}
	if _, ok := placer(abc)(Channel{Name: "F3", Kind: "EEG"}); ok {
		t.Error("F3 of a cap with rows A to F has the place of the 10-05 system")
	}
	if _, ok := placer(abc)(Channel{Name: "F3", Kind: "EEG", Position: []float64{0, 0, 1}}); !ok {
		t.Error("a position does not count")
	}
}
