package spikes

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// walk returns the times (ms) and places (0 to 1) of an animal that goes to and fro, at 25
// samples a second.
func walk(seconds int, seed uint64) (t, x, y []float64) {
	r := rng.New(seed, 100)
	var at, v [2]float64
	at = [2]float64{r.Float64(), r.Float64()}
	for i := range 25 * seconds {
		for d := range at {
			v[d] = 0.95*v[d] + 0.004*r.Norm()
			at[d] += v[d]
			if at[d] < 0 || at[d] > 1 {
				v[d] = -v[d]
				at[d] = math.Min(math.Max(at[d], 0), 1)
			}
		}
		t, x, y = append(t, float64(40*i)), append(x, at[0]), append(y, at[1])
	}
	return t, x, y
}

// bursty returns a train of bursts at random times, which tell nothing.
func bursty(end float64, seed uint64) neuro.Spikes {
	r := rng.New(seed, 200)
	var s neuro.Spikes
	for at := 0.0; ; {
		at -= 2000 * math.Log(r.Positive())
		if at >= end-200 {
			return s
		}
		for k := range 1 + r.Intn(6) {
			s = append(s, at+8*float64(k))
		}
		at += 60
	}
}

// inPlace returns spikes where x is below 0.3.
func inPlace(t, x []float64, seed uint64) (s neuro.Spikes) {
	r := rng.New(seed, 300)
	for i, at := range t {
		if x[i] < 0.3 && r.Float64() < 0.2 {
			s = append(s, at)
		}
	}
	return s
}

// TestInformationTest: values are those of the curves and of the map, a cell with a place
// is found, a silent one has no P, and any number of threads gives the same bits.
func TestInformationTest(t *testing.T) {
	at, x, y := walk(600, 1)
	end := at[len(at)-1]
	cells := []neuro.Spikes{inPlace(at, x, 1), bursty(end, 2), nil}
	for _, o := range []CurvesOptions{{}, {Sigma: 1}, {Bins: []int{8, 8}, Sigma: 1}, {Epochs: [][2]float64{{0, 100000}, {200000, 450000}}}} {
		features := [][]float64{x}
		if o.Bins != nil {
			features = append(features, y)
		}
		c, err := TuningCurves(at, features, cells, o)
		if err != nil {
			t.Fatal(err)
		}
		second, spike := c.Information()
		var first *InformationResult
		for _, threads := range []int{1, 3} {
			old := runtime.GOMAXPROCS(threads)
			r, err := InformationTest(at, features, cells, o, SurrogateOptions{N: 99, Seed: 3})
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 2 {
				if math.Abs(r.PerSpike[i]-spike[i]) > 1e-12 || math.Abs(r.PerSecond[i]-second[i]) > 1e-12*second[i] {
					t.Errorf("%+v: cell %d tells %g, by its curve %g", o, i, r.PerSpike[i], spike[i])
				}
			}
			if r.P[0] != 0.01 || r.P[1] < 0.01 || !math.IsNaN(r.P[2]) || !math.IsNaN(r.PerSpike[2]) || len(r.Null[0]) != 99 {
				t.Errorf("%+v: P %v", o, r.P)
			}
			if got := r.Informative(0.05); len(got) == 0 || got[0] != 0 {
				t.Errorf("informative cells %v", got)
			}
			if first == nil {
				first = r
			}
			for k, v := range r.Null[1] {
				if v != first.Null[1][k] {
					t.Fatal("threads change the surrogates")
				}
			}
		}
	}
	m, err := PlaceField(at, x, y, cells[0], PlaceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := PlaceTest(at, x, y, cells[0], PlaceOptions{}, SurrogateOptions{N: 199})
	if err != nil || r.PerSpike[0] != m.Information || r.P[0] != 1.0/200 || r.Corrected[0] != r.PerSpike[0]-r.Mean[0] {
		t.Errorf("%v %v, want %g", r, err, m.Information)
	}
}

// TestInformationShift: a turn by whole samples of an animal on a fixed round gives counts
// that can be told: with a cell that fires at one of 4 places each surrogate tells 2 bits.
func TestInformationShift(t *testing.T) {
	var at, x []float64
	var s neuro.Spikes
	for i := range 400 {
		at, x = append(at, float64(10*i)), append(x, float64(i%4))
		if i%4 == 2 {
			s = append(s, float64(10*i))
		}
	}
	r, err := InformationTest(at, [][]float64{x}, []neuro.Spikes{s}, CurvesOptions{Bins: []int{4}}, SurrogateOptions{N: 50})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(r.PerSpike[0]-2) > 0.01 || math.Abs(r.SD[0]) > 1e-12 || r.P[0] != 1 {
		t.Errorf("%v, SD %g", r, r.SD[0])
	}
	// Spikes where the animal was not tracked count nowhere.
	for i := 200; i < 400; i++ {
		x[i] = math.NaN()
	}
	r, err = InformationTest(at, [][]float64{x}, []neuro.Spikes{s}, CurvesOptions{Bins: []int{4}}, SurrogateOptions{N: 50})
	if err != nil || r.Spikes[0] != 50 || r.P[0] != 1 {
		t.Errorf("%v %v: %d spikes", r, err, r.Spikes[0])
	}
}

// TestInformationLevel: bursty trains without a place, of an animal that stays about.
// Binomial limits of 95 %: of 100 sets 1 to 9 have P <= 0.05. Spikes that are scattered
// anywhere are no surrogates of bursts.
func TestInformationLevel(t *testing.T) {
	hits := map[string]int{}
	for k := range 100 {
		at, x, y := walk(300, uint64(k))
		s := bursty(at[len(at)-1], uint64(k))
		for _, method := range []string{"shift", "uniform"} {
			o := SurrogateOptions{Method: method, N: 39, Seed: uint64(k)}
			r, err := InformationTest(at, [][]float64{x}, []neuro.Spikes{s}, CurvesOptions{}, o)
			if err != nil {
				t.Fatal(err)
			}
			hits[method] += oneIf(r.P[0] <= 0.05)
			if r, err = PlaceTest(at, x, y, s, PlaceOptions{Bin: 0.1}, o); err != nil {
				t.Fatal(err)
			}
			hits[method+" place"] += oneIf(r.P[0] <= 0.05)
		}
	}
	t.Log(hits)
	if max(hits["shift"], hits["shift place"]) > 9 {
		t.Errorf("false positives %v", hits)
	}
	if hits["uniform"] < 40 {
		t.Errorf("scattered spikes keep the level, %v: what the documentation says of them is wrong", hits)
	}
}

func TestInformationRefuses(t *testing.T) {
	at, x, y := walk(10, 1)
	s := neuro.Spikes{10, 20, 30}
	nan := math.NaN()
	for want, f := range map[string]func() error{
		"InformationTest: t has 0 samples": func() error {
			_, err := InformationTest(nil, [][]float64{nil}, nil, CurvesOptions{}, SurrogateOptions{})
			return err
		},
		`InformationTest: Method "turn" is not known`: func() error {
			_, err := InformationTest(at, [][]float64{x}, []neuro.Spikes{s}, CurvesOptions{}, SurrogateOptions{Method: "turn"})
			return err
		},
		"N is -1": func() error {
			_, err := InformationTest(at, [][]float64{x}, []neuro.Spikes{s}, CurvesOptions{}, SurrogateOptions{N: -1})
			return err
		},
		"PlaceTest: s: spike 1 is at NaN": func() error {
			_, err := PlaceTest(at, x, y, neuro.Spikes{1, nan}, PlaceOptions{}, SurrogateOptions{})
			return err
		},
		"PlaceTest: t has 0, x 0 and y 0": func() error {
			_, err := PlaceTest(nil, nil, nil, s, PlaceOptions{}, SurrogateOptions{})
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want it to say %q", err, want)
		}
	}
}

// TestInformationShows: silent cells alone say so, and the axes hold the train and count cells.
func TestInformationShows(t *testing.T) {
	times, x := make([]float64, 400), make([]float64, 400)
	for i := range times {
		times[i], x[i] = float64(20*i), float64(i%20)
	}
	var cell neuro.Spikes
	for i := 5; i < 400; i += 20 {
		cell = append(cell, times[i]+1)
	}
	o := SurrogateOptions{N: 19}
	r := must(InformationTest(times, [][]float64{x}, []neuro.Spikes{{}, {}}, CurvesOptions{}, o))
	if want := "none of 2 cells has a spike that tells of the features"; r.String() != want || r.Plot().Title != want {
		t.Errorf("%v, %q", r, r.Plot().Title)
	}
	r = must(InformationTest(times, [][]float64{x}, []neuro.Spikes{cell}, CurvesOptions{}, SurrogateOptions{N: 19, Method: "uniform"}))
	if a := r.Plot().Panels[0].X; !(a.Max > r.PerSpike[0]) || !(a.Min < r.Null[0][0]) || a.Unit != "bit" {
		t.Errorf("%+v for %g among %g", a, r.PerSpike[0], r.Null[0])
	}
}
