package signal

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestPhaseRandomized(t *testing.T) {
	for _, n := range []int{1, 2, 3, 17, 64, 101} {
		x := channels(1, n)[0]
		y, err := PhaseRandomized(x, 5)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := PhaseRandomized(x, 5)
		if !slices.Equal(y, again) {
			t.Errorf("%d samples: the same seed gives another signal", n)
		}
		if n > 2 && slices.Equal(x, y) {
			t.Errorf("%d samples: nothing changed", n)
		}
		near(t, "mean", mean(y), mean(x), 1e-12)
		// The autocovariance around a circle is that of x.
		for lag := range min(n, 5) {
			a, b := 0.0, 0.0
			for i := range x {
				a += x[i] * x[(i+lag)%n]
				b += y[i] * y[(i+lag)%n]
			}
			near(t, "autocovariance", b, a, 1e-10)
		}
	}
	if _, err := PhaseRandomized([]float64{math.NaN()}, 1); err == nil {
		t.Error("no error for NaN")
	}
}

func TestDirectedSurrogates(t *testing.T) {
	x, err := baccala(t, 200).Simulate(12, 200, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, shuffle := range []string{"trials", "phase"} {
		for _, measure := range []string{"granger", "gpdc", "dtf"} {
			r, err := DirectedSurrogates(x, 200, VAROptions{Order: 3}, measure, 10, 40, SurrogateOptions{Shuffle: shuffle, N: 39})
			if err != nil {
				t.Fatal(err)
			}
			if r.Order != 3 || r.P[1][0] != 1.0/40 || r.PMax[1][0] != 1.0/40 {
				t.Errorf("%s, %s: order %d, p from 0 to 1 %g, over all pairs %g", measure, shuffle, r.Order, r.P[1][0], r.PMax[1][0])
			}
			if r.P[0][2] < 0.05 && r.P[0][4] < 0.05 && r.P[1][3] < 0.05 {
				t.Errorf("%s, %s: ways that are not there: %v", measure, shuffle, r.P)
			}
			if r.Table().Rows() != 20 {
				t.Errorf("%d rows", r.Table().Rows())
			}
			r.Show()
		}
	}
	for want, o := range map[string]SurrogateOptions{"Shuffle": {Shuffle: "time"}, "N is": {N: -1}} {
		if _, err := DirectedSurrogates(x, 200, VAROptions{}, "pdc", 10, 40, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := DirectedSurrogates(x[:1], 200, VAROptions{}, "pdc", 10, 40, SurrogateOptions{}); err == nil || !strings.Contains(err.Error(), "1 trials") {
		t.Errorf("one trial: %v", err)
	}
	if _, err := DirectedSurrogates(x, 200, VAROptions{}, "pdc", 10, 400, SurrogateOptions{}); err == nil {
		t.Error("a band above half the rate")
	}
}

// TestGrangerNull: channels that have nothing to do with each other are found to by
// chance as often as the level says, within the binomial interval of 99.9 %.
func TestGrangerNull(t *testing.T) {
	const sets = 300
	f, lr := 0, 0
	for k := range sets {
		x := ownRhythms(2, 1, 300, uint64(k))
		m, err := FitVAR(x, 100, VAROptions{Order: 3})
		if err != nil {
			t.Fatal(err)
		}
		g, err := m.Granger("")
		if err != nil {
			t.Fatal(err)
		}
		if g.P[1][0] <= 0.05 {
			f++
		}
		if g.PLR[1][0] <= 0.05 {
			lr++
		}
	}
	if f < 4 || f > 30 || lr > 32 { // 15 are expected
		t.Errorf("F: %d of %d, likelihood ratio: %d", f, sets, lr)
	}
}

// ownRhythms returns trials of channels that each have a rhythm of their own.
func ownRhythms(n, trials, samples int, seed uint64) [][][]float64 {
	x := make([][][]float64, trials)
	for i := range x {
		x[i] = rows(n, samples)
		for c := range n {
			r := rng.New(seed, uint64(i*n+c))
			a, b := 0.0, 0.0
			for k := -100; k < samples; k++ {
				a, b = 1.2*a-0.7*b+r.Norm(), a
				if k >= 0 {
					x[i][c][k] = a
				}
			}
		}
	}
	return x
}
