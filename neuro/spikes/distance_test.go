package spikes

import (
	"fmt"
	"math"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"pgregory.net/rapid"
)

func TestDistancesAreElephants(t *testing.T) {
	r := load(t)
	for i, a := range r.Trains {
		for j, b := range r.Trains {
			for _, c := range r.VP {
				one(t, fmt.Sprintf("VictorPurpura(%d, %d, %g)", i, j, c.Cost), VictorPurpura(a, b, c.Cost), c.D[i][j])
			}
			for _, c := range r.VR {
				// Elephant takes a root of a difference of sums, so that its
				// square is what agrees where trains are alike.
				d := VanRossum(a, b, c.Tau)
				one(t, fmt.Sprintf("VanRossum(%d, %d, %g)²", i, j, c.Tau), d*d, c.D[i][j]*c.D[i][j])
			}
		}
	}
}

func TestTilingIsElephants(t *testing.T) {
	r := load(t)
	same := 0
	for _, c := range r.STTC {
		for i, a := range r.Trains {
			for j, b := range r.Trains {
				got, err := STTC(a, b, c.DT, r.T0, r.T1)
				if err != nil {
					t.Fatal(err)
				}
				one(t, fmt.Sprintf("STTC(%d, %d, %g)", i, j, c.DT), got, c.C[i][j])
				if c.Peer[i][j] {
					same++
				}
			}
		}
	}
	if all := len(r.STTC) * len(r.Trains) * len(r.Trains); same < all*98/100 {
		t.Errorf("elephant agrees with %d of %d values only", same, all)
	}
}

// Tiling by hand: Cutts and Eglen's cases at the ends and with overlap.
func TestTilingByHand(t *testing.T) {
	for _, c := range []struct {
		name       string
		a, b       neuro.Spikes
		dt, t0, t1 float64
		want       float64
	}{
		{"identical", neuro.Spikes{10, 50, 90}, neuro.Spikes{10, 50, 90}, 5, 0, 100, 1},
		// TA = TB = .1, PA = PB = 0.
		{"far apart", neuro.Spikes{25}, neuro.Spikes{75}, 5, 0, 100, -0.1},
		// TA = .05 (cut at 0), TB = .1.
		{"cut at the start", neuro.Spikes{0}, neuro.Spikes{50}, 5, 0, 100, -(0.1 + 0.05) / 2},
		{"cut at the end", neuro.Spikes{100}, neuro.Spikes{50}, 5, 0, 100, -(0.1 + 0.05) / 2},
		// TA: 14 of 100 (overlapping tiles), PB = 1, PA = .5.
		{"overlap", neuro.Spikes{40, 44}, neuro.Spikes{35}, 5, 0, 100, ((0.5-0.1)/(1-0.5*0.1) + 1) / 2},
		{"everything tiled", neuro.Spikes{50}, neuro.Spikes{60}, 100, 0, 100, 1},
		// TA = 1, PB = 1 (that term is 1); TB = .2, PA = 1/5 (50 itself; 40 and 60 are no spikes).
		{"one train tiles all", neuro.Spikes{10, 30, 50, 70, 90}, neuro.Spikes{50}, 10, 0, 100, 0.5},
		// All near: both terms are 1.
		{"exactly dt apart in decimals", neuro.Spikes{0.3}, neuro.Spikes{0.1}, 0.2, 0, 1, 1},
		{"spikes outside do not count", neuro.Spikes{-5, 25, 300}, neuro.Spikes{75}, 5, 0, 100, -0.1},
	} {
		got, err := STTC(c.a, c.b, c.dt, c.t0, c.t1)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
}

// slowDistance is the textbook recursion, O(nm).
func slowDistance(a, b neuro.Spikes, cost float64) float64 {
	g := make([][]float64, len(a)+1)
	for i := range g {
		g[i] = make([]float64, len(b)+1)
		for j := range g[i] {
			switch {
			case i == 0:
				g[i][j] = float64(j)
			case j == 0:
				g[i][j] = float64(i)
			default:
				g[i][j] = math.Min(math.Min(g[i-1][j]+1, g[i][j-1]+1), g[i-1][j-1]+cost*math.Abs(a[i-1]-b[j-1]))
			}
		}
	}
	return g[len(a)][len(b)]
}

// slowVanRossum is the double sum over all pairs.
func slowVanRossum(a, b neuro.Spikes, tau float64) float64 {
	sum := func(a, b neuro.Spikes) (s float64) {
		for _, x := range a {
			for _, y := range b {
				s += math.Exp(-math.Abs(x-y) / tau)
			}
		}
		return s
	}
	return sum(a, a) + sum(b, b) - 2*sum(a, b)
}

func drawTrain(t *rapid.T, name string) neuro.Spikes {
	s := neuro.Spikes(rapid.SliceOfN(rapid.Float64Range(0, 100), 0, 40).Draw(t, name))
	if rapid.Bool().Draw(t, name+" on a grid") {
		for i := range s {
			s[i] = math.Round(s[i] / 4) // ties and coincidences
		}
	}
	sort.Float64s(s)
	return s
}

func TestDistancesAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawTrain(t, "a"), drawTrain(t, "b"), drawTrain(t, "c")
		cost := rapid.SampledFrom([]float64{0, 0.003, 0.02, 0.1, 0.5, 2, 100}).Draw(t, "cost")
		tau := rapid.SampledFrom([]float64{0.01, 1, 10, 1000}).Draw(t, "tau")
		if got, want := VictorPurpura(a, b, cost), slowDistance(a, b, cost); math.Abs(got-want) > 1e-10 {
			t.Fatalf("VictorPurpura = %.15g, want %.15g", got, want)
		}
		d := VanRossum(a, b, tau)
		if want := slowVanRossum(a, b, tau); math.Abs(d*d-want) > 1e-10*(1+float64(len(a)+len(b))) {
			t.Fatalf("VanRossum² = %.15g, want %.15g", d*d, want)
		}
		for name, f := range map[string]func(a, b neuro.Spikes) float64{
			"VictorPurpura": func(a, b neuro.Spikes) float64 { return VictorPurpura(a, b, cost) },
			"VanRossum":     func(a, b neuro.Spikes) float64 { return VanRossum(a, b, tau) },
		} {
			if f(a, a) != 0 {
				t.Fatalf("%s of a train and itself is %g", name, f(a, a))
			}
			if math.Abs(f(a, b)-f(b, a)) > 1e-12*(1+f(a, b)) {
				t.Fatalf("%s is not symmetric: %g and %g", name, f(a, b), f(b, a))
			}
			if f(a, c) > f(a, b)+f(b, c)+1e-9 {
				t.Fatalf("%s breaks the triangle: %g > %g + %g", name, f(a, c), f(a, b), f(b, c))
			}
			back := append(neuro.Spikes(nil), b...)
			sort.Sort(sort.Reverse(sort.Float64Slice(back)))
			if f(a, back) != f(a, b) {
				t.Fatalf("%s depends on the order of the times", name)
			}
		}
	})
}

func TestTilingAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTrain(t, "a"), drawTrain(t, "b")
		if len(a) == 0 || len(b) == 0 {
			t.Skip()
		}
		dt := rapid.SampledFrom([]float64{0.25, 1, 5, 30, 200}).Draw(t, "dt")
		tiled := func(s neuro.Spikes) float64 {
			// The union of the tiles, on a line.
			sum, end := 0.0, 0.0
			for _, v := range s {
				lo, hi := math.Max(end, v-dt), math.Min(100, v+dt)
				if hi > lo {
					sum, end = sum+hi-lo, hi
				}
			}
			return sum / 100
		}
		near := func(a, b neuro.Spikes) float64 {
			n := 0
			for _, u := range a {
				for _, v := range b {
					if math.Abs(u-v) <= dt+1e-13 {
						n++
						break
					}
				}
			}
			return float64(n) / float64(len(a))
		}
		term := func(p, t float64) float64 {
			if p == 1 && t > 1-1e-12 {
				return 1
			}
			return (p - t) / (1 - p*t)
		}
		want := (term(near(a, b), tiled(b)) + term(near(b, a), tiled(a))) / 2
		got, err := STTC(a, b, dt, 0, 100)
		if err != nil || math.Abs(got-want) > 1e-9 {
			t.Fatalf("STTC = %.15g (%v), want %.15g", got, err, want)
		}
		if back, _ := STTC(b, a, dt, 0, 100); back != got {
			t.Fatalf("STTC is not symmetric: %g and %g", got, back)
		}
	})
}
