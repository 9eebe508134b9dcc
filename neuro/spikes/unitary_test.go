package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestUnitaryEventsAreElephants(t *testing.T) {
	var ref struct {
		T1     float64
		Trials [][]neuro.Spikes
		Cases  []struct {
			Pattern           []int
			Method            string
			Bin, Window, Step float64
			Found, Expected   []float64
			J                 []*float64
			Rate              [][]float64
		}
		Surprise []struct {
			N       int
			Mean, S float64
		}
	}
	golden.JSON(t, golden.Path(t, "spikes/unitary.json"), &ref)
	var trials []neuro.Raster
	for _, s := range ref.Trials {
		trials = append(trials, neuro.Raster{Trains: s, T1: ref.T1})
	}
	if len(ref.Cases) < 12 {
		t.Fatal("the reference file is not whole")
	}
	for _, c := range ref.Cases {
		o := UnitaryOptions{Bin: c.Bin, Window: c.Window, Step: c.Step, Expected: "trial-by-trial"}
		if c.Method == "TrialAverage" {
			o.Expected = "trial-average"
		}
		for _, p := range c.Pattern {
			o.Pattern = append(o.Pattern, p == 1)
		}
		u, err := UnitaryEvents(trials, o)
		if err != nil {
			t.Fatal(err)
		}
		// The peer rounds to float32.
		golden.Close(t, "found", u.Found, c.Found, 0)
		golden.Close(t, "expected", u.Expected, c.Expected, 1e-6)
		for i := range u.Rate {
			golden.Close(t, "rate", u.Rate[i], c.Rate[i], 1e-6)
		}
		for i, j := range c.J {
			if j == nil {
				// Its P is 1 - gammaincc and ends at 1e-16.
				if u.Found[i] != 0 && u.J[i] < 15 {
					t.Errorf("J of window %d is %g with %g found", i, u.J[i], u.Found[i])
				}
				continue
			}
			if math.Abs(u.J[i]-*j) > 1e-5*math.Max(1, math.Abs(*j)) {
				t.Errorf("J of window %d is %g, want %g", i, u.J[i], *j)
			}
		}
	}
	for _, c := range ref.Surprise {
		one(t, fmt.Sprintf("surprise of %d, %g expected", c.N, c.Mean), surprise(c.N, c.Mean), c.S)
	}
}

// poissonTrials returns trials of cells whose rates rise together from trial to trial.
func poissonTrials(seed uint64, trials, cells int) []neuro.Raster {
	out := make([]neuro.Raster, trials)
	for i := range out {
		out[i] = neuro.Raster{T1: 500}
		for c := range cells {
			s, _ := Poisson(20+10*float64(i%3), 0, 500, 0, seed*1000+uint64(i*cells+c))
			out[i].Trains = append(out[i].Trains, s)
		}
	}
	return out
}

func TestUnitaryEventsOnNullData(t *testing.T) {
	const sets = 400
	for _, expected := range []string{"trial-by-trial", "surrogate"} {
		below := 0
		for k := range uint64(sets) {
			u, err := UnitaryEvents(poissonTrials(k, 20, 2), UnitaryOptions{Window: 500, Expected: expected, N: 99, Seed: k})
			if err != nil {
				t.Fatal(err)
			}
			if len(u.P) != 1 {
				t.Fatalf("%d windows", len(u.P))
			}
			if u.P[0] <= 0.05 {
				below++
			}
		}
		nominal(t, "unitary events, "+expected, below, sets)
		if below < sets/100 {
			t.Errorf("%s finds nothing: %d of %d", expected, below, sets)
		}
	}
	// Planted ones are found, in the window where they are.
	trials := poissonTrials(1, 20, 2)
	for i := range trials {
		for c := range trials[i].Trains {
			s := append(neuro.Spikes{}, trials[i].Trains[c]...)
			s = append(s, 222, 237, 262)
			sort.Float64s(s)
			trials[i].Trains[c] = s
		}
	}
	u, err := UnitaryEvents(trials, UnitaryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, from := range u.Start {
		if all := from <= 220 && from+100 >= 265; all && u.P[i] > 1e-6 {
			t.Errorf("P is %g in the window from %g ms", u.P[i], from)
		}
	}
	if len(u.Events) != 20 || len(within(u.Events[7], 220, 235)) < 2 {
		t.Errorf("the events of trial 7 are %v", u.Events[7])
	}
}

// Bursts that are planted are found by every method.
func TestPlantedBursts(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	var s neuro.Spikes
	var starts []float64
	now := 0.0
	for range 12 {
		for range 20 { // single spikes
			now += 400 + 800*r.Float64()
			s = append(s, now)
		}
		now += 900
		starts = append(starts, now)
		for range 8 {
			s = append(s, now)
			now += 4 + 4*r.Float64()
		}
		now += 400
	}
	for _, method := range []string{"max-interval", "log-isi", "poisson-surprise", "rank-surprise"} {
		b, err := FindBursts(s, BurstOptions{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Bursts) != len(starts) {
			t.Fatalf("%s finds %d bursts of %d", method, len(b.Bursts), len(starts))
		}
		for i, r := range b.Bursts {
			if r.Start != starts[i] || r.Spikes() != 8 || r.Last-r.First != 7 || s[r.Last] != r.End || !(r.Rate() > 120) {
				t.Errorf("%s: burst %d is %+v, want 8 spikes from %g ms", method, i, r, starts[i])
			}
		}
		if math.Abs(b.Share()-8.0/28) > 1e-12 || b.Table().Cols[0].Len() != 12 || b.Plot() == nil {
			t.Errorf("%s: share %g", method, b.Share())
		}
		// Trains without bursts, or nearly without spikes.
		clock := make(neuro.Spikes, 200)
		for i := range clock {
			clock[i] = 500 * float64(i)
		}
		for _, s := range []neuro.Spikes{nil, {1}, {1, 1}, {1, 1, 1}, clock} {
			if b, err := FindBursts(s, BurstOptions{Method: method}); err != nil || len(b.Bursts) > 0 {
				t.Errorf("%s finds %v in %d spikes (%v)", method, b.Bursts, len(s), err)
			}
		}
	}
	if _, err := FindBursts(s, BurstOptions{Method: "x"}); err == nil || !strings.Contains(err.Error(), "allowed are max-interval") {
		t.Error(err)
	}
}

func TestBurstsByHand(t *testing.T) {
	// 250 ms keeps a burst going but begins none; bursts 190 ms apart are one.
	s := neuro.Spikes{0, 250, 500, 600, 850, 2000, 2100, 2200, 2505, 2600, 2700, 5000, 5005, 5009}
	b, err := FindBursts(s, NewBursts())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range b.Bursts {
		got += fmt.Sprint(r.Start, "-", r.End, " ")
	}
	// The last run lasts 9 ms only.
	if got != "500-850 2000-2200 2505-2700 " {
		t.Errorf("bursts %s", got)
	}
	b, _ = FindBursts(s, BurstOptions{Gap: 310, MinDuration: -1})
	if len(b.Bursts) != 3 || b.Bursts[1].End != 2700 || b.Bursts[2].Spikes() != 3 {
		t.Errorf("bursts %+v", b.Bursts)
	}
}

// The distribution of a sum of ranks against counting.
func TestRankTail(t *testing.T) {
	const n = 7
	counts := map[int]float64{0: 1}
	for q := 1; q <= 6; q++ {
		next := map[int]float64{}
		for sum, c := range counts {
			for r := 1; r <= n; r++ {
				next[sum+r] += c / n
			}
		}
		counts = next
		total := 0.0
		for u := 0; u <= q*n; u++ {
			total += counts[u]
			if got := rankTail(q, float64(u), n); math.Abs(got-total) > 1e-10 {
				t.Errorf("P(sum of %d <= %d) = %g, want %g", q, u, got, total)
			}
		}
	}
	// The normal distribution goes on where the sum ends.
	for _, u := range []float64{1500, 1300, 1100} {
		a, b := rankTail(30, u, 100), rankTail(31, u+50, 100)
		if math.Abs(math.Log(a)-math.Log(b)) > 0.5 {
			t.Errorf("P is %g for 30 ranks and %g for 31", a, b)
		}
	}
}
