package signal

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

var slowBand, fastBand = [][2]float64{{4, 8}}, [][2]float64{{60, 100}}

// nested returns trials whose amplitude at 80 Hz follows the phase at 6 Hz by so
// much, with noise; phases differ from trial to trial.
func nested(trials, samples int, fs, depth float64, seed uint64) [][]float64 {
	x := rows(trials, samples)
	for i := range x {
		r := rng.New(seed, uint64(i))
		start := 2 * math.Pi * r.Float64()
		for k := range x[i] {
			t := float64(k) / fs
			slow := math.Sin(2*math.Pi*6*t + start)
			x[i][k] = slow + 0.4*(1+depth*slow)*math.Sin(2*math.Pi*80*t+start) + 0.5*r.Norm()
		}
	}
	return x
}

func TestPACIsTensorpac(t *testing.T) {
	var g struct {
		FS             float64
		X              []float64
		Tort           float64 `json:"mi_tort"`
		Canolty        float64 `json:"mvl_canolty"`
		Heights        float64 `json:"heights_ratio"`
		NDPac, PLV, GC float64
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/pac.json"), &g)
	for name, want := range map[string]float64{"tort": g.Tort, "canolty": g.Canolty, "heights": g.Heights, "ozkurt": g.NDPac, "plv broad": g.PLV, "copula": g.GC} {
		c, err := PhaseAmplitude([][]float64{g.X}, g.FS, slowBand, fastBand, PACOptions{Measure: name})
		if err != nil {
			t.Fatal(err)
		}
		near(t, name, c.V[0][0], want, 1e-9)
	}
	// The linear model by its own equations, and the phase: the rhythm is a sine
	// whose peaks carry the fast one.
	c, err := PhaseAmplitude([][]float64{g.X}, g.FS, slowBand, fastBand, PACOptions{Measure: "glm"})
	if err != nil {
		t.Fatal(err)
	}
	slow, _ := Butter(3, "band", g.FS, 4, 8)
	fast, _ := Butter(3, "band", g.FS, 60, 100)
	y, _ := slow.FiltFilt(g.X)
	z, _ := fast.FiltFilt(g.X)
	phase, _ := Phase(y)
	amp, _ := Envelope(z)
	design, target := make([][]float64, len(phase)), make([][]float64, len(phase))
	total, m := 0.0, mean(amp)
	for i, v := range phase {
		design[i], target[i] = []float64{1, math.Cos(v), math.Sin(v)}, []float64{amp[i]}
		total += (amp[i] - m) * (amp[i] - m)
	}
	q, err := linalg.NewQR(design, nil)
	if err != nil {
		t.Fatal(err)
	}
	beta, rss := q.Solve(target, nil)
	near(t, "glm", c.V[0][0], math.Sqrt(1-rss[0]/total), 1e-9)
	near(t, "glm angle", c.Angle[0][0], math.Atan2(beta[2][0], beta[1][0]), 1e-9)
	slowAmp, _ := slow.FiltFilt(amp)
	other, _ := Phase(slowAmp)
	re, im := 0.0, 0.0
	for i, v := range phase {
		re += math.Cos(v - other[i])
		im += math.Sin(v - other[i])
	}
	if c, err = PhaseAmplitude([][]float64{g.X}, g.FS, slowBand, fastBand, PACOptions{Measure: "plv"}); err != nil {
		t.Fatal(err)
	}
	near(t, "plv", c.V[0][0], math.Hypot(re, im)/float64(len(phase)), 1e-9)
	for _, name := range pacMeasures {
		c, err := PhaseAmplitude([][]float64{g.X}, g.FS, slowBand, fastBand, PACOptions{Measure: name})
		if err != nil {
			t.Fatal(err)
		}
		if name != "plv broad" && math.Abs(c.Angle[0][0]) > 0.2 {
			t.Errorf("%s: the amplitude is largest at %.2f rad, want the peak", name, c.Angle[0][0])
		}
	}
}

// TestPACFindsNesting: every measure with every kind of surrogate finds what is
// there, and a weak one, over trials.
func TestPACFindsNesting(t *testing.T) {
	x := nested(10, 1500, 500, 0.8, 4)
	// With the phase the same in all trials, shuffling them leaves it as it is.
	locked := make([][]float64, 10)
	for i := range locked {
		r := rng.New(9, uint64(i))
		locked[i] = slices.Clone(x[0])
		for k := range locked[i] {
			locked[i][k] += 0.1 * r.Norm()
		}
	}
	for _, name := range pacMeasures {
		for _, shuffle := range pacShuffles {
			o := PACOptions{Measure: name, Shuffle: shuffle, Surrogates: 99, Seed: 2, Edge: 0.2}
			c, err := PhaseAmplitude(x, 500, slowBand, fastBand, o)
			if err != nil {
				t.Fatal(err)
			}
			if c.P[0][0] != 0.01 || !(c.Z[0][0] > 3) {
				t.Errorf("%s, %s: p = %g, z = %g", name, shuffle, c.P[0][0], c.Z[0][0])
			}
			c.Show()
		}
	}
	c, err := PhaseAmplitude(locked, 500, slowBand, fastBand, PACOptions{Shuffle: "trials", Surrogates: 99})
	if err != nil {
		t.Fatal(err)
	}
	if c.P[0][0] < 0.05 {
		t.Errorf("what is locked to trials has p = %g when they are shuffled", c.P[0][0])
	}
	// Another channel's amplitude.
	c, err = PhaseAmplitude(x, 500, slowBand, fastBand, PACOptions{Amplitude: nested(10, 1500, 500, 0, 5), Surrogates: 99})
	if err != nil {
		t.Fatal(err)
	}
	if c.P[0][0] < 0.01 || c.V[0][0] > 0.005 {
		t.Errorf("the amplitude of a channel without nesting: index %g, p %g", c.V[0][0], c.P[0][0])
	}
	var phases, amps [][2]float64
	for f := 3.0; f < 14; f += 2 {
		phases = append(phases, [2]float64{f - 1, f + 1})
	}
	for f := 40.0; f < 130; f += 20 {
		amps = append(amps, [2]float64{f - 15, f + 15})
	}
	c, err = PhaseAmplitude(x, 500, phases, amps, PACOptions{Surrogates: 99})
	if err != nil {
		t.Fatal(err)
	}
	if c.PMax[2][1] > 0.02 || c.PMax[0][5] < 0.05 {
		t.Errorf("p over all pairs: %v", c.PMax)
	}
	c.Show()
	if c.Table().Rows() != 30 {
		t.Errorf("%d rows", c.Table().Rows())
	}
}

// TestPACOfFewSamples: a measure taken over moves is that of the moved amplitude.
func TestPACMoves(t *testing.T) {
	x := nested(3, 501, 500, 0.5, 8)
	for _, name := range pacMeasures {
		for _, shuffle := range pacShuffles {
			p, err := newPAC("PhaseAmplitude", x, 500, slowBand, fastBand, PACOptions{Measure: name, Shuffle: shuffle, Surrogates: 5, Blocks: 3, MinShift: 0.1})
			if err != nil {
				t.Fatal(err)
			}
			moves, err := p.surrogates(500, func() error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			slow, err := p.phase(slowBand[0])
			if err != nil {
				t.Fatal(err)
			}
			amp, err := p.amplitude(fastBand[0])
			if err != nil {
				t.Fatal(err)
			}
			c, err := p.pair(&slow, amp, slowBand[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, move := range moves {
				n := len(amp.a)
				b := *amp
				other := *c
				other.amp = &b
				order := make([]int, n)
				for _, m := range move {
					for k := range m.n {
						order[m.at+k] = m.from + k
					}
				}
				seen := make([]bool, n)
				take := func(v []float64) []float64 {
					if v == nil {
						return nil
					}
					out := make([]float64, n)
					for i, k := range order {
						out[i] = v[k]
						seen[k] = true
					}
					return out
				}
				b.a = take(amp.a)
				other.cos, other.sin = take(c.cos), take(c.sin)
				if b.sums != nil {
					b.sums = make([]float64, n+1)
					for i, v := range b.a {
						b.sums[i+1] = b.sums[i] + v
					}
				}
				if slices.Contains(seen, false) {
					t.Fatalf("%s: a sample of amplitude is lost", shuffle)
				}
				got, _ := c.value(move)
				want, _ := other.value(p.whole)
				near(t, name+" of "+shuffle, got, want, 1e-9)
			}
		}
	}
}

func TestPACErrorsAndThreads(t *testing.T) {
	x := nested(3, 501, 500, 0.5, 8)
	flat := [][]float64{x[0], make([]float64, 501), x[2]}
	gap := [][]float64{x[0], append(slices.Clone(x[1][:500]), math.NaN()), x[2]}
	for _, c := range []struct {
		x    [][]float64
		o    PACOptions
		want string
	}{
		{nil, PACOptions{}, "no signals"},
		{gap, PACOptions{}, "x[1][500] is NaN"},
		{flat, PACOptions{}, "x[1] is flat"},
		{x, PACOptions{Measure: "kl"}, "Measure"},
		{x, PACOptions{Shuffle: "phase"}, "Shuffle"},
		{x, PACOptions{Surrogates: 1}, "Surrogates is 1"},
		{x, PACOptions{Surrogates: -5}, "Surrogates is -5"},
		{x, PACOptions{Bins: 1}, "Bins is 1"},
		{x, PACOptions{Blocks: 1}, "Blocks is 1"},
		{x, PACOptions{Edge: 0.5}, "leave 1"},
		{x, PACOptions{Edge: -1}, "Edge -1"},
		{x, PACOptions{MinShift: 0.6, Surrogates: 9}, "no lag"},
		{x, PACOptions{Amplitude: x[:2]}, "Amplitude has 2 trials"},
		{x[:1], PACOptions{Shuffle: "trials", Surrogates: 9}, "1 trial"},
		{x, PACOptions{Shuffle: "blocks", Blocks: 400, Surrogates: 9}, "400 Blocks"},
		{[][]float64{x[0][:20]}, PACOptions{}, "36 or more"},
	} {
		if _, err := PhaseAmplitude(c.x, 500, slowBand, fastBand, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one with %q", c.o, err, c.want)
		}
	}
	if _, err := PhaseAmplitude(x, 500, slowBand, nil, PACOptions{}); err == nil {
		t.Error("no error without bands")
	}
	if _, err := PhaseAmplitude(x, 500, slowBand, [][2]float64{{200, 300}}, PACOptions{}); err == nil || !strings.Contains(err.Error(), "amplitude band 200 to 300 Hz") {
		t.Errorf("a band above half the rate: %v", err)
	}
	run := func() string {
		c, err := PhaseAmplitude(x, 500, [][2]float64{{4, 8}, {8, 12}}, [][2]float64{{60, 100}, {100, 140}, {30, 60}}, PACOptions{Surrogates: 20, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x", *c)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := run()
	for _, n := range []int{2, 5} {
		runtime.GOMAXPROCS(n)
		if run() != want {
			t.Errorf("results with %d threads differ", n)
		}
	}
}

// TestPACNull: noise without coupling has p <= 0.05 as often as it says, within the
// binomial interval of 99.9 %. notebooks/bench/nulls_signal.go does this with 1000.
func TestPACNull(t *testing.T) {
	const sets = 120
	for _, shuffle := range pacShuffles {
		found := 0
		for k := range sets {
			found += nullPAC(t, shuffle, "tort", uint64(k))
		}
		if found > 15 { // 6 are expected
			t.Errorf("%s: %d of %d", shuffle, found, sets)
		}
	}
}

func nullPAC(t *testing.T, shuffle, measure string, seed uint64) int {
	x := rows(6, 500)
	for i := range x {
		r := rng.New(seed, uint64(i))
		v := 0.0
		for k := range x[i] {
			v = 0.9*v + r.Norm()
			x[i][k] = v
		}
	}
	c, err := PhaseAmplitude(x, 250, slowBand, [][2]float64{{40, 80}}, PACOptions{Measure: measure, Shuffle: shuffle, Surrogates: 39, Seed: seed + 1000})
	if err != nil {
		t.Fatal(err)
	}
	if c.P[0][0] <= 0.05 {
		return 1
	}
	return 0
}
