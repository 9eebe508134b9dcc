package decode

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func TestPositionPeer(t *testing.T) {
	var cases []struct {
		T       []float64
		X       [][]float64
		Cells   []neuro.Spikes
		Bins    []int
		Range   [][2]float64
		Epochs  [][2]float64
		Decoded []struct {
			Bin             float64
			Flat            bool
			Time            []float64
			Best, Posterior [][]float64
		}
	}
	golden.JSON(t, golden.Path(t, "spikes/curves.json"), &cases)
	compared := 0
	for i, c := range cases {
		curves, err := spikes.TuningCurves(c.T, c.X, c.Cells, spikes.CurvesOptions{Bins: c.Bins, Range: c.Range, Epochs: c.Epochs})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range c.Decoded {
			what := fmt.Sprintf("case %d, bins of %g ms", i, w.Bin)
			o := PositionOptions{Bin: w.Bin, Posterior: true}
			if !w.Flat {
				o.Prior = "occupancy"
			}
			d, err := Position(curves, c.Cells, 10000, 20000, o)
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, what+" time", d.Time, w.Time, 1e-9)
			golden.Close(t, what+" positions", flat(d.Best), flat(w.Best), 1e-9)
			for k, want := range w.Posterior {
				for b, p := range want {
					if got := float64(d.Posterior[7*k][b]); math.Abs(got-p) > 1e-6 {
						t.Fatalf("%s: probability %g at time bin %d, place %d, want %g", what, got, 7*k, b, p)
					}
				}
				compared++
			}
		}
	}
	if compared < 20 {
		t.Errorf("%d posteriors were compared", compared)
	}
}

// track simulates a run up and down a track of 100 cm, or round a circle, for n s at
// 50 samples/s, and place cells along it.
func track(n, cells int, circular bool, seed uint64) (t, x []float64, trains []neuro.Spikes) {
	r := rng.New(seed, 0)
	for i := range n * 50 {
		at := float64(i) / 50
		phase := at / 10
		p := 100 * math.Abs(2*(phase-math.Floor(phase))-1)
		if circular {
			p = 2 * math.Pi * (phase - math.Floor(phase))
		}
		t, x = append(t, at*1000), append(x, p)
	}
	for c := range cells {
		var s neuro.Spikes
		for i := range x {
			u := (x[i] - 100*(float64(c)+0.5)/float64(cells)) / 10
			rate := 0.3 + 20*math.Exp(-u*u/2)
			if circular {
				rate = 0.3 + 20*math.Exp(8*(math.Cos(x[i]-2*math.Pi*float64(c)/float64(cells))-1))
			}
			if r.Float64() < rate/50 {
				s = append(s, t[i]+20*r.Float64())
			}
		}
		trains = append(trains, s)
	}
	return t, x, trains
}

// TestValidatePosition: a simulated animal is found with place cells, better with
// continuity, on the circle too; with trains that were moved in time it is not.
func TestValidatePosition(t *testing.T) {
	for _, circular := range []bool{false, true} {
		at, x, cells := track(120, 20, circular, 3)
		o := spikes.CurvesOptions{Bins: []int{40}, Circular: circular, Sigma: 1}
		plain, err := ValidatePosition(at, [][]float64{x}, cells, 4, o, PositionOptions{Bin: 200})
		if err != nil {
			t.Fatal(err)
		}
		spread := 10.0
		if circular {
			spread = 0.4
		}
		steady, err := ValidatePosition(at, [][]float64{x}, cells, 4, o, PositionOptions{Bin: 200, Spread: spread, Posterior: true})
		if err != nil {
			t.Fatal(err)
		}
		if !(plain.Median < plain.Chance/4) || plain.P > 0.05 || !(steady.Mean < plain.Mean) {
			t.Errorf("circular %v: %v; with continuity %v (mean %g, %g)", circular, plain, steady, plain.Mean, steady.Mean)
		}
		for i, p := range steady.Decoded.Posterior {
			sum := 0.0
			for _, v := range p {
				sum += float64(v)
			}
			if math.Abs(sum-1) > 1e-5 {
				t.Fatalf("posterior %d adds up to %g", i, sum)
			}
		}
		if !strings.Contains(plain.String(), "4 blocks of time") {
			t.Errorf("%q does not say how it was validated", plain)
		}
	}
}

// TestPositionNull: trains that know nothing of the position are not decoded more
// often than chance has it.
func TestPositionNull(t *testing.T) {
	low := 0
	const n = 200
	for k := range n {
		r := rng.New(uint64(k), 9)
		var at, x []float64
		p := 50.0
		for i := range 800 {
			if p += 4 * r.Norm(); p < 0 || p > 100 {
				p = math.Abs(100 - math.Abs(p-100))
				p = math.Max(0, math.Min(100, p))
			}
			at, x = append(at, float64(i)*50), append(x, p)
		}
		cells := make([]neuro.Spikes, 6)
		for c := range cells {
			for i := range 800 {
				if r.Float64() < 0.2 {
					cells[c] = append(cells[c], float64(i)*50)
				}
			}
		}
		s, err := ValidatePosition(at, [][]float64{x}, cells, 4, spikes.CurvesOptions{Bins: []int{10}}, PositionOptions{Bin: 400})
		if err != nil {
			t.Fatal(err)
		}
		if s.P <= 0.05 {
			low++
		}
	}
	// Binomial of 200 at 0.05: 99.9 % below 20.
	if low > 20 {
		t.Errorf("%d of %d p at most 0.05", low, n)
	}
}

// TestPositionPieces: the time bins of a window are those of its parts.
func TestPositionPieces(t *testing.T) {
	at, x, cells := track(60, 8, false, 5)
	c, err := spikes.TuningCurves(at, [][]float64{x}, cells, spikes.CurvesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := Position(c, cells, 0, 60000, PositionOptions{Bin: 50})
	if err != nil {
		t.Fatal(err)
	}
	part, err := Position(c, cells, 20000, 40000, PositionOptions{Bin: 50})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range part.Best[0] {
		if p != all.Best[0][i+400] || part.Entropy[i] != all.Entropy[i+400] || part.Spikes[i] != all.Spikes[i+400] {
			t.Fatalf("time bin %d: %g, in the whole %g", i, p, all.Best[0][i+400])
		}
	}
	// No spikes leave the prior less what silence says.
	none, err := Position(c, make([]neuro.Spikes, 8), 0, 1000, PositionOptions{Bin: 1e-6 * 1000})
	if err != nil || math.Abs(none.Entropy[0]-math.Log2(20)) > 1e-3 {
		t.Errorf("%v: entropy %g of a flat posterior, want log2 20", err, none.Entropy[0])
	}
}

func TestPositionErrors(t *testing.T) {
	at, x, cells := track(10, 3, false, 1)
	c, err := spikes.TuningCurves(at, [][]float64{x}, cells, spikes.CurvesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	broken := *c
	broken.Rate = [][]float64{c.Rate[0], c.Rate[1], append([]float64{-1}, c.Rate[2][1:]...)}
	for want, err := range map[string]error{
		"c has no curves":         second(Position(nil, cells, 0, 1000, PositionOptions{})),
		"cells has 2 trains":      second(Position(c, cells[:2], 0, 1000, PositionOptions{})),
		"cells[0]":                second(Position(c, []neuro.Spikes{{2, 1}, nil, nil}, 0, 1000, PositionOptions{})),
		"holds no bin of 100 ms":  second(Position(c, cells, 0, 99, PositionOptions{})),
		"Bin is -1":               second(Position(c, cells, 0, 1000, PositionOptions{Bin: -1})),
		"Spread is -1":            second(Position(c, cells, 0, 1000, PositionOptions{Spread: -1})),
		"Prior is \"hunch\"":      second(Position(c, cells, 0, 1000, PositionOptions{Prior: "hunch"})),
		"cell 2 at place 0 is -1": second(Position(&broken, cells, 0, 1000, PositionOptions{})),
		"folds is 1":              second(ValidatePosition(at, [][]float64{x}, cells, 1, spikes.CurvesOptions{}, PositionOptions{})),
		"Epochs are set":          second(ValidatePosition(at, [][]float64{x}, cells, 2, spikes.CurvesOptions{Epochs: [][2]float64{{0, 1}}}, PositionOptions{})),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
}
