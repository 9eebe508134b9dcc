package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// scattered returns n spikes anywhere in a window.
func scattered(r *rand.Rand, n int, t0, t1 float64) neuro.Spikes {
	s := make(neuro.Spikes, n)
	for i := range s {
		s[i] = t0 + (t1-t0)*r.Float64()
	}
	sort.Float64s(s)
	return s
}

// What each surrogate keeps.
func TestSurrogatesKeep(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range []neuro.Spikes{nil, {5}, {5, 5}, {0, 1000}, {10, 10, 10, 400, 1000}, scattered(r, 37, 0, 1000), scattered(r, 400, 0, 1000)} {
		for _, method := range surrogateMethods {
			for seed := range uint64(5) {
				o := SurrogateOptions{Method: method, Width: 30, Bin: 2, T1: 1000, Seed: seed}
				got, err := Surrogate(s, o)
				if err != nil {
					t.Fatal(err)
				}
				again, _ := Surrogate(s, o)
				if fmt.Sprint(got) != fmt.Sprint(again) {
					t.Errorf("%s is not the same twice", method)
				}
				if err := got.Check(method); err != nil || len(got) != len(s) {
					t.Errorf("%s of %d spikes has %d (%v)", method, len(s), len(got), err)
				}
				if len(within(got, 0, 1000)) != len(got) {
					t.Errorf("%s leaves the window: %v", method, got)
				}
				windows := func(s neuro.Spikes) []float64 { return histogram(s, 34, 0, 1020) }
				switch method {
				case "jitter", "bin-shuffle":
					golden.Close(t, method+" counts", windows(got), windows(s), 0)
				case "shuffle-isi":
					a, b := ISI(append(neuro.Spikes{0}, s...)), ISI(append(neuro.Spikes{0}, got...))
					sort.Float64s(a)
					sort.Float64s(b)
					golden.Close(t, "intervals", b, a, 1e-12)
				case "joint-isi":
					for i := range s {
						// Every other spike moves first: a spike and its neighbours.
						if math.Abs(got[i]-s[i]) > 30+1e-9 {
							t.Errorf("joint-isi moves a spike by %g", got[i]-s[i])
						}
					}
				case "shift":
					if n := len(s); n > 2 {
						// One interval is cut and one is closed: all others stay.
						a, b := ISI(s), ISI(got)
						sort.Float64s(a)
						sort.Float64s(b)
						for k, same := 0, 0; k < len(a); k++ {
							i := sort.SearchFloat64s(b, a[k]-1e-9)
							if i < len(b) && b[i] < a[k]+1e-9 {
								same++
							}
							if k == len(a)-1 && same < len(a)-1 {
								t.Errorf("shift keeps %d of %d intervals", same, len(a))
							}
						}
					}
				}
			}
		}
	}
	// Refractory times stay.
	s := scattered(r, 200, 0, 1000)
	for i := range s {
		s[i] = float64(i)*4 + 1 + 2*r.Float64()
	}
	got, err := Surrogate(s, SurrogateOptions{Method: "dither", Width: 5, Refractory: 1.5, T1: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range ISI(got) {
		if d < 1.5-1e-9 {
			t.Errorf("interval %d is %g ms", i, d)
		}
	}
	// The window without one given: no spike is lost before 0.
	early := neuro.Spikes{-40.5, -3, 12}
	for _, method := range surrogateMethods {
		if got, err := Surrogate(early, SurrogateOptions{Method: method}); err != nil || len(got) != 3 {
			t.Errorf("%s of %v is %v (%v)", method, early, got, err)
		}
	}
	if h, err := Correlogram(early, early, CorrelogramOptions{Binned: true, Bin: 2}); err != nil || h.Y[50] != 3 {
		t.Errorf("a correlogram loses spikes before 0: %v", err)
	}
	trials := []neuro.Spikes{{1, 2, 3}, {10, 20}, {}}
	moved, err := SurrogateTrials(trials, SurrogateOptions{T1: 100})
	if err != nil || len(moved[0]) != 3 || len(moved[1]) != 2 || moved[0][0] == 1 {
		t.Errorf("trial-shift gives %v (%v)", moved, err)
	}
	moved, err = SurrogateTrials(trials, SurrogateOptions{Method: "trial-shuffle", T1: 100, Seed: 2})
	if err != nil || len(moved[0])+len(moved[1])+len(moved[2]) != 5 {
		t.Errorf("trial-shuffle gives %v (%v)", moved, err)
	}
}

// near1000 says whether a share of tests below .05 is within the binomial interval
// of 99.8 %.
func nominal(t *testing.T, what string, below, of int) {
	t.Helper()
	sd := math.Sqrt(0.05 * 0.95 * float64(of))
	if d := float64(below) - 0.05*float64(of); d > 3.1*sd {
		t.Errorf("%s: %d of %d null sets have P <= .05", what, below, of)
	}
}

func TestSurrogateTestsOnNullData(t *testing.T) {
	const sets = 300
	for _, method := range surrogateMethods {
		below := 0
		for set := range uint64(sets) {
			r := rand.New(rand.NewPCG(set, 7))
			a, b := scattered(r, 60, 0, 2000), scattered(r, 60, 0, 2000)
			// How near spikes of both are, without ties.
			near := func(s neuro.Spikes) float64 {
				sum := 0.0
				for _, t := range a {
					i := sort.SearchFloat64s(s, t)
					for _, j := range []int{i - 1, i} {
						if j >= 0 && j < len(s) {
							sum += math.Exp(-math.Abs(s[j]-t) / 5)
						}
					}
				}
				return sum
			}
			res, err := SurrogateTest(b, near, SurrogateOptions{Method: method, Width: 20, Bin: 1, T1: 2000, N: 39, Seed: set})
			if err != nil {
				t.Fatal(err)
			}
			if res.P <= 0.05 {
				below++
			}
		}
		nominal(t, method, below, sets)
	}
}

func TestCorrelogramTest(t *testing.T) {
	below, bins, points := 0, 0, 0
	const sets = 300
	for set := range uint64(sets) {
		r := rand.New(rand.NewPCG(set, 8))
		a, b := scattered(r, 150, 0, 3000), scattered(r, 150, 0, 3000)
		res, err := CorrelogramTest(a, b, 1, 10, 0, SurrogateOptions{Width: 20, T1: 3000, N: 99, Seed: set})
		if err != nil {
			t.Fatal(err)
		}
		if res.PAny <= 0.05 {
			below++
		}
		beyond := false
		for i, c := range res.Counts {
			if c < res.Lo[i] || c > res.Hi[i] {
				points++
			}
			beyond = beyond || c < res.SimLo[i]-1e-9 || c > res.SimHi[i]+1e-9
			bins++
		}
		if beyond && res.PAny > 0.05 {
			t.Errorf("a lag is beyond the simultaneous band and P is %g", res.PAny)
		}
	}
	nominal(t, "any lag", below, sets)
	nominal(t, "lags", points, bins)

	// Planted synchrony at 3 ms.
	r := rand.New(rand.NewPCG(9, 9))
	a := scattered(r, 200, 0, 10000)
	b := scattered(r, 150, 0, 10000)
	for _, t := range a[:60] {
		b = append(b, t+3)
	}
	sort.Float64s(b)
	b = within(b, 0, 10000)
	res, err := CorrelogramTest(a, b, 1, 10, 0.01, SurrogateOptions{T1: 10000, N: 999})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range res.Counts {
		if (c > res.SimHi[i]) != (res.Lag[i] == 3) {
			t.Errorf("%g pairs at %g ms with the band up to %g", c, res.Lag[i], res.SimHi[i])
		}
	}
	if res.PAny != 0.001 || res.PHigh[13] != 0.001 {
		t.Errorf("P is %g and %g, want 1/1000", res.PAny, res.PHigh[13])
	}
}

func TestCorrelogramNorms(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	a, b := scattered(r, 300, 0, 5000), scattered(r, 200, 0, 5000)
	get := func(norm string) []float64 {
		h, err := Correlogram(a, b, CorrelogramOptions{Bin: 2, Window: 20, Norm: norm, T1: 5000})
		if err != nil {
			t.Fatal(err)
		}
		return h.Y
	}
	counts := get("counts")
	rate, _ := CrossCorrelogram(a, b, 2, 20)
	golden.Close(t, "rate", get("rate"), rate.Y, 1e-12)
	for i, c := range counts {
		one(t, "probability", get("probability")[i], c/300)
		one(t, "ratio", get("ratio")[i], c*2500/(300*200))
		one(t, "corrected", get("corrected")[i], c*2500/(2500-math.Abs(float64(i-10))))
	}
	self, err := Correlogram(a, a, CorrelogramOptions{Bin: 2, Window: 20, Self: true, T1: 5000})
	if err != nil {
		t.Fatal(err)
	}
	auto, _ := AutoCorrelogram(a, 2, 20)
	for i, v := range self.Y {
		one(t, "self", v*1000/2/300, auto.Y[i])
	}

	// By hand: two trials.
	p, err := ShiftPredictor([]neuro.Spikes{{10}, {20, 40}}, []neuro.Spikes{{11, 21}, {41}}, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "raw", p.Raw, []float64{0, 0, 0, 1, 0}, 1e-15)
	golden.Close(t, "predictor", p.Predictor, []float64{0, 0, 0, 0.5, 0}, 1e-15)
	golden.Close(t, "corrected", p.Corrected, []float64{0, 0, 0, 0.5, 0}, 1e-15)
}

// The shared correlogram: bins of 5 ms.
func TestSharedCorrelogram(t *testing.T) {
	var ref struct {
		Trains []neuro.Spikes
		CCH    []float64 `json:"cch_5ms_0_1"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/spikes.json"), &ref)
	for _, s := range ref.Trains {
		for k := range s {
			s[k] = math.Round(s[k]*1e4) / 10
		}
	}
	h, err := Correlogram(ref.Trains[0], ref.Trains[1], CorrelogramOptions{Bin: 5, Window: 100, Binned: true, T1: 10000})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "correlogram", h.Y, ref.CCH, 0)
}
