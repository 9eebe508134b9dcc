package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"pgregory.net/rapid"
)

// tol is the agreement with the peers: sums of up to some hundred terms in
// another order, and exponentials that differ in the last place.
const tol = 1e-9

type reference struct {
	T0, T1      float64
	Trains      []neuro.Spikes
	Long        []int
	CV, LV, CV2 []float64
	Fano        float64
	VP          []struct {
		Cost float64
		D    [][]float64
	}
	VR []struct {
		Tau float64
		D   [][]float64
	}
	STTC []struct {
		DT   float64
		C    [][]float64
		Peer [][]bool
	}
	Rate []struct {
		Train       int
		Bin, T0, T1 float64
		Rate        []float64
	}
	FS     float64   `json:"detect_fs"`
	X      []float64 `json:"detect_x"`
	Sigma  float64   `json:"detect_sigma"`
	Detect []struct {
		Threshold float64
		Peaks     []int
	}
}

func load(t testing.TB) reference {
	var r reference
	golden.JSON(t, golden.Path(t, "spikes/spikes.json"), &r)
	if len(r.Trains) < 10 || len(r.VP) < 5 || len(r.Detect) < 3 {
		t.Fatal("the reference file is not whole")
	}
	return r
}

// one compares two numbers to tol of the larger of want and 1.
func one(t testing.TB, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
		t.Errorf("%s = %.17g, want %.17g", what, got, want)
	}
}

func TestIntervalsAreElephants(t *testing.T) {
	r := load(t)
	for k, i := range r.Long {
		for _, c := range []struct {
			name string
			f    func(neuro.Spikes) (float64, error)
			want float64
		}{{"CV", CV, r.CV[k]}, {"LV", LV, r.LV[k]}, {"CV2", CV2, r.CV2[k]}} {
			got, err := c.f(r.Trains[i])
			if err != nil {
				t.Fatal(err)
			}
			one(t, fmt.Sprintf("%s of train %d", c.name, i), got, c.want)
		}
	}
	f, err := Fano(r.Trains, r.T0, r.T1)
	if err != nil {
		t.Fatal(err)
	}
	one(t, "Fano", f, r.Fano)
}

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

func TestSharedTrains(t *testing.T) {
	var ref struct {
		Trains      []neuro.Spikes
		CV, LV, CV2 []float64
		Fano        float64
		VP20        [][]float64 `json:"vp_q20"`
		VP0         [][]float64 `json:"vp_q0"`
		VR          [][]float64 `json:"vr_tau20ms"`
		STTC        [][]float64 `json:"sttc_dt5ms"`
		CCH         []float64   `json:"cch_5ms_0_1"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/spikes.json"), &ref)
	for _, s := range ref.Trains {
		for k := range s {
			s[k] *= 1000
		}
	}
	for i, a := range ref.Trains {
		cv, _ := CV(a)
		lv, _ := LV(a)
		cv2, _ := CV2(a)
		one(t, "CV", cv, ref.CV[i])
		one(t, "LV", lv, ref.LV[i])
		one(t, "CV2", cv2, ref.CV2[i])
		for j, b := range ref.Trains {
			one(t, "VictorPurpura 20/s", VictorPurpura(a, b, 0.02), ref.VP20[i][j])
			one(t, "VictorPurpura 0", VictorPurpura(a, b, 0), ref.VP0[i][j])
			one(t, "VanRossum 20 ms", VanRossum(a, b, 20), ref.VR[i][j])
			c, err := STTC(a, b, 5, 0, 10000)
			if err != nil {
				t.Fatal(err)
			}
			// Elephant widens the 5 ms by 1e-5 of the time, up to 0.1 ms here,
			// where times have 0.1 ms: one pair more may be near, of some 60.
			if math.Abs(c-ref.STTC[i][j]) > 0.03 {
				t.Errorf("STTC(%d, %d) = %g, want %g", i, j, c, ref.STTC[i][j])
			}
		}
	}
	f, err := Fano(ref.Trains, 0, 10000)
	if err != nil {
		t.Fatal(err)
	}
	one(t, "Fano", f, ref.Fano)
}

func TestRateIsNumPysHistogram(t *testing.T) {
	r := load(t)
	for _, c := range r.Rate {
		tr, err := Rate(r.Trains[c.Train], c.Bin, c.T0, c.T1)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("rate in %g ms from %g to %g", c.Bin, c.T0, c.T1), tr.Y, c.Rate, 1e-14)
		if tr.T0 != c.T0 || tr.Dt != c.Bin || tr.Unit != "Hz" {
			t.Errorf("trace begins at %g in steps of %g, in %q", tr.T0, tr.Dt, tr.Unit)
		}
	}
}

func TestRateEdges(t *testing.T) {
	for _, c := range []struct {
		name        string
		s           neuro.Spikes
		bin, t0, t1 float64
		want        []float64 // counts
	}{
		{"half-open, last closed", neuro.Spikes{0, 10, 20, 30}, 10, 0, 30, []float64{1, 1, 2}},
		{"outside", neuro.Spikes{-1, 5, 31}, 10, 0, 30, []float64{1, 0, 0}},
		{"none", nil, 10, 0, 30, []float64{0, 0, 0}},
		{"one bin", neuro.Spikes{0, 30}, 30, 0, 30, []float64{2}},
		{"negative times", neuro.Spikes{-20, -10.5, -10, -0.5, 0}, 10, -20, 0, []float64{2, 3}},
		{"decimal edges", neuro.Spikes{0.1, 0.2, 0.3, 0.6, 0.7}, 0.1, 0, 1, []float64{0, 1, 1, 1, 0, 0, 1, 1, 0, 0}},
		{"burst on an edge", neuro.Spikes{10, 10, 10}, 10, 0, 20, []float64{0, 3}},
	} {
		tr, err := Rate(c.s, c.bin, c.t0, c.t1)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for i := range c.want {
			c.want[i] *= 1000 / c.bin
		}
		golden.Close(t, c.name, tr.Y, c.want, 1e-14)
	}
}

// Every spike of the window is in the bin whose edges enclose it, at any
// window, bin and time.
func TestHistogramProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		t0 := rapid.Float64Range(-1000, 1000).Draw(t, "t0")
		t1 := t0 + rapid.Float64Range(0.1, 1000).Draw(t, "length")
		n := rapid.IntRange(1, 300).Draw(t, "n")
		s := neuro.Spikes(rapid.SliceOf(rapid.Float64Range(t0-10, t1+10)).Draw(t, "s"))
		for i := 0; i < n; i += 1 + n/5 {
			s = append(s, edge(i, n, t0, t1))
		}
		s = append(s, t1)
		sort.Float64s(s)
		want := make([]float64, n)
		for _, v := range s {
			for i := 0; i < n; i++ {
				lo, hi := edge(i, n, t0, t1), edge(i+1, n, t0, t1)
				if v >= lo && (v < hi || i == n-1 && v <= hi) {
					want[i]++
				}
			}
		}
		got := histogram(s, n, t0, t1)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("bin %d holds %g spikes, want %g", i, got[i], want[i])
			}
		}
	})
}

func TestPSTH(t *testing.T) {
	trials := []neuro.Spikes{{1, 11, 12}, {2}, {3, 13}}
	p, err := PSTH(trials, 10, 0, 20)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "rate", p.Rate.Y, []float64{100, 100}, 1e-14)
	// Counts 1, 1, 1 and 2, 0, 1: standard errors 0 and 1/√3, per 10 ms.
	golden.Close(t, "SE", p.SE, []float64{0, 100 / math.Sqrt(3)}, 1e-14)
	whole, err := Rate(trials[0], 10, 0, 20)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = PSTH(trials[:1], 10, 0, 20); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "one trial", p.Rate.Y, whole.Y, 1e-14)
	if !math.IsNaN(p.SE[0]) {
		t.Errorf("one trial has a standard error of %g", p.SE[0])
	}
}

func TestISIHistogram(t *testing.T) {
	s := neuro.Spikes{0, 5, 10, 20, 50, 150}
	h, err := ISIHistogram(s, 5, 30)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "edges", h.Edges, []float64{0, 5, 10, 15, 20, 25, 30}, 1e-15)
	golden.Close(t, "counts", h.Y, []float64{0, 2, 1, 0, 0, 1}, 0)
	if h.Beyond != 1 {
		t.Errorf("%d intervals beyond, want 1", h.Beyond)
	}
	if h, err = ISIHistogram(s, 5, 0); err != nil {
		t.Fatal(err)
	}
	if len(h.Y) != 20 || h.Y[19] != 1 || h.Beyond != 0 {
		t.Errorf("whole histogram has %d bins, %g in the last, %d beyond", len(h.Y), h.Y[len(h.Y)-1], h.Beyond)
	}
	if !strings.Contains(h.Title, "5 intervals, mean 30 ms") {
		t.Errorf("title is %q", h.Title)
	}
}

// Closed forms.
func TestKnownValues(t *testing.T) {
	clock := make(neuro.Spikes, 100)
	for i := range clock {
		clock[i] = 12.5 * float64(i)
	}
	for name, f := range map[string]func(neuro.Spikes) (float64, error){"CV": CV, "LV": LV, "CV2": CV2} {
		if v, err := f(clock); err != nil || v != 0 {
			t.Errorf("%s of a clock is %g (%v)", name, v, err)
		}
	}
	// Intervals 1, 3: CV 1/2, LV 3/4, CV2 1.
	s := neuro.Spikes{0, 1, 4}
	cv, _ := CV(s)
	lv, _ := LV(s)
	cv2, _ := CV2(s)
	golden.Close(t, "CV, LV, CV2", []float64{cv, lv, cv2}, []float64{0.5, 0.75, 1}, 1e-15)
	golden.Close(t, "ISI", ISI(s), []float64{1, 3}, 0)
	if len(ISI(nil)) != 0 || len(ISI(neuro.Spikes{3})) != 0 {
		t.Error("a train of one spike has intervals")
	}
	if v := ISI(neuro.Spikes{0, math.NaN(), 2}); len(v) != 2 || !math.IsNaN(v[0]) {
		t.Errorf("NaN does not pass through ISI: %v", v)
	}
	// A Poisson process has CV, LV and CV2 of 1.
	r := rand.New(rand.NewPCG(1, 2))
	poisson, now := make(neuro.Spikes, 200000), 0.0
	for i := range poisson {
		now += r.ExpFloat64()
		poisson[i] = now
	}
	for name, f := range map[string]func(neuro.Spikes) (float64, error){"CV": CV, "LV": LV, "CV2": CV2} {
		// Standard errors of about 0.002 to 0.003 at this length.
		if v, err := f(poisson); err != nil || math.Abs(v-1) > 0.01 {
			t.Errorf("%s of a Poisson process is %g (%v)", name, v, err)
		}
	}

	f, err := Fano([]neuro.Spikes{{1}, {1, 2, 3}}, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "Fano of counts 1 and 3", []float64{f}, []float64{0.5}, 1e-15)
	if f, _ = Fano([]neuro.Spikes{{0, 1}, {1, 2, 30}}, 0, 10); f != 0 {
		t.Errorf("Fano counts spikes outside of the window: %g", f)
	}

	// D² of two spikes d apart is 2 (1 - exp(-d/tau)) (van Rossum 2001, with
	// one spike against none at 1).
	for _, d := range []float64{0, 0.001, 3, 1e5} {
		want := math.Sqrt(-2 * math.Expm1(-d/7))
		golden.Close(t, "VanRossum of a pair", []float64{VanRossum(neuro.Spikes{100}, neuro.Spikes{100 + d}, 7), 1}, []float64{want, 1}, 1e-12)
	}
	one(t, "VanRossum of one against none", VanRossum(neuro.Spikes{5}, nil, 20), 1)
	one(t, "VanRossum, tau endless", VanRossum(neuro.Spikes{5, 6, 7}, neuro.Spikes{99}, math.Inf(1)), 2)
	one(t, "VanRossum, tau 0", VanRossum(neuro.Spikes{5, 6, 7}, neuro.Spikes{7, 99}, 0), math.Sqrt(3))
	one(t, "VictorPurpura of a near pair", VictorPurpura(neuro.Spikes{100}, neuro.Spikes{103}, 0.5), 1.5)
	one(t, "VictorPurpura of a far pair", VictorPurpura(neuro.Spikes{100}, neuro.Spikes{105}, 0.5), 2)
	one(t, "VictorPurpura, cost endless", VictorPurpura(neuro.Spikes{1, 2, 3}, neuro.Spikes{2, 3.5}, math.Inf(1)), 3)
	for name, d := range map[string]float64{
		"VP NaN cost": VictorPurpura(clock, clock, math.NaN()), "VP negative": VictorPurpura(clock, clock, -1),
		"VP NaN time": VictorPurpura(neuro.Spikes{math.NaN()}, clock, 1), "VR NaN tau": VanRossum(clock, clock, math.NaN()),
		"VR negative": VanRossum(clock, clock, -1), "VR infinite time": VanRossum(clock, neuro.Spikes{math.Inf(1)}, 1),
	} {
		if !math.IsNaN(d) {
			t.Errorf("%s: distance %g, want NaN", name, d)
		}
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
		{"overlap", neuro.Spikes{40, 44}, neuro.Spikes{35}, 5, 0, 100, ((0.5-0.1)/(1-0.5*0.1) + (1-0.14)/(1-0.14)) / 2},
		{"everything tiled", neuro.Spikes{50}, neuro.Spikes{60}, 100, 0, 100, 1},
		{"one train tiles all", neuro.Spikes{10, 30, 50, 70, 90}, neuro.Spikes{50}, 10, 0, 100, (0 + 1) / 2.0},
		{"exactly dt apart in decimals", neuro.Spikes{0.3}, neuro.Spikes{0.1}, 0.2, 0, 1, ((1-0.3)/(1-0.3) + (1-0.4)/(1-0.4)) / 2},
		{"spikes outside do not count", neuro.Spikes{-5, 25, 300}, neuro.Spikes{75}, 5, 0, 100, -0.1},
	} {
		got, err := STTC(c.a, c.b, c.dt, c.t0, c.t1)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.name == "one train tiles all" {
			// TA = 1, PA = 1/5 (50 itself; 40 and 60 are no spikes), PB = 1.
			c.want = ((0.2-0.2)/(1-0.2*0.2) + 1) / 2
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

func TestSTA(t *testing.T) {
	// A stimulus that is its own sample number: the mean at lag k is the mean
	// spike sample plus k.
	x := make([]float64, 1000)
	for i := range x {
		x[i] = float64(i)
	}
	r, err := STA(x, 2000, neuro.Spikes{1, 100, 200.1, 200.3, 499}, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	// Samples 2 (skipped: it needs 4 before), 200, 400, 401, 998 (skipped).
	if r.Spikes != 3 || r.Skipped != 2 {
		t.Errorf("%d spikes and %d skipped, want 3 and 2", r.Spikes, r.Skipped)
	}
	golden.Close(t, "lags", r.Lag, []float64{-2, -1.5, -1, -0.5, 0, 0.5, 1}, 1e-15)
	m := 1001 / 3.0
	golden.Close(t, "mean", r.Y, []float64{m - 4, m - 3, m - 2, m - 1, m, m + 1, m + 2}, 1e-14)
	sd := math.Sqrt(((200-m)*(200-m) + (400-m)*(400-m) + (401-m)*(401-m)) / 2)
	golden.Close(t, "standard error", r.SE[:1], []float64{sd / math.Sqrt(3)}, 1e-12)
	if lag, v := r.Peak(); lag != 1 || v != r.Y[6] {
		t.Errorf("peak at %g ms (%g)", lag, v)
	}
	if r, err = STA(x, 2000, neuro.Spikes{250}, 0, 0); err != nil || len(r.Y) != 1 || r.Y[0] != 500 || !math.IsNaN(r.SE[0]) {
		t.Errorf("a window of one sample gives %+v (%v)", r, err)
	}
}

func TestBadInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := neuro.Spikes{1, 2, 4, 8}
	x := make([]float64, 100)
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	hole := append([]float64(nil), x...)
	hole[7] = nan
	for _, c := range []struct {
		name string
		call func() (any, error)
		want string
	}{
		{"detect empty", func() (any, error) { return Detect(nil, 1000, NewDetect()) }, "Detect: x is empty"},
		{"detect NaN", func() (any, error) { return Detect(hole, 1000, NewDetect()) }, "Detect: x[7] is NaN"},
		{"detect rate", func() (any, error) { return Detect(x, 0, NewDetect()) }, "Detect: sampling rate fs is 0 Hz|above 0"},
		{"detect rate NaN", func() (any, error) { return Detect(x, nan, NewDetect()) }, "fs is NaN Hz"},
		{"detect noise", func() (any, error) { return Detect(x, 1000, DetectOptions{Noise: "sd"}) }, `Noise "sd" is not known; allowed are mad, std`},
		{"detect threshold", func() (any, error) { return Detect(x, 1000, DetectOptions{Threshold: nan}) }, "Threshold is NaN"},
		{"detect refractory", func() (any, error) { return Detect(x, 1000, DetectOptions{Refractory: nan}) }, "Refractory is NaN"},
		{"detect flat", func() (any, error) { return Detect(make([]float64, 9), 1000, NewDetect()) }, `noise of x by "mad" is 0`},
		{"detect flat std", func() (any, error) { return Detect([]float64{3, 3, 3}, 1000, DetectOptions{Noise: "std"}) }, "x is constant (3)"},

		{"rate unsorted", func() (any, error) { return Rate(neuro.Spikes{3, 1}, 1, 0, 10) }, "Rate: s: spike 1 at 1 ms comes after one at 3 ms"},
		{"rate NaN", func() (any, error) { return Rate(neuro.Spikes{nan}, 1, 0, 10) }, "Rate: s: spike 0 is at NaN ms"},
		{"rate bin 0", func() (any, error) { return Rate(good, 0, 0, 10) }, "Rate: bin is 0 ms; it must be above 0"},
		{"rate bin negative", func() (any, error) { return Rate(good, -1, 0, 10) }, "bin is -1 ms"},
		{"rate backward", func() (any, error) { return Rate(good, 1, 10, 0) }, "t1 is 0 ms with t0 10 ms"},
		{"rate t1 infinite", func() (any, error) { return Rate(good, 1, 0, inf) }, "t1 is +Inf ms"},
		{"rate t0 NaN", func() (any, error) { return Rate(good, 1, nan, 1) }, "t0 is NaN ms"},
		{"rate partial", func() (any, error) { return Rate(good, 3, 0, 10) }, "holds 3.33333 bins of 3 ms|t1 = 9 ms or bin = 3.333333333 ms"},
		{"rate long bin", func() (any, error) { return Rate(good, 11, 0, 10) }, "bin 11 ms is longer than the window from 0 to 10 ms"},
		{"rate huge", func() (any, error) { return Rate(good, 1e-9, 0, 1e6) }, "bins|at most"},
		{"psth none", func() (any, error) { return PSTH(nil, 1, 0, 10) }, "PSTH: trials is empty"},
		{"psth trial", func() (any, error) { return PSTH([]neuro.Spikes{good, {nan}}, 1, 0, 10) }, "PSTH: trials[1]: spike 0"},
		{"psth bin", func() (any, error) { return PSTH([]neuro.Spikes{good}, 3, 0, 10) }, "PSTH: the window"},

		{"cv few", func() (any, error) { return CV(neuro.Spikes{1, 2}) }, "CV: s holds 2 spikes; 3 or more"},
		{"cv empty", func() (any, error) { return CV(nil) }, "CV: s holds 0 spikes"},
		{"cv unsorted", func() (any, error) { return CV(neuro.Spikes{1, 3, 2}) }, "CV: s: spike 2"},
		{"cv equal", func() (any, error) { return CV(neuro.Spikes{1, 1, 1}) }, "CV: all 3 spikes of s are at 1 ms"},
		{"lv equal", func() (any, error) { return LV(neuro.Spikes{0, 1, 1, 1}) }, "LV: spikes 1 to 3 of s are all at 1 ms"},
		{"lv few", func() (any, error) { return LV(good[:2]) }, "LV: s holds 2"},
		{"cv2 few", func() (any, error) { return CV2(good[:1]) }, "CV2: s holds 1"},
		{"isi few", func() (any, error) { return ISIHistogram(good[:1], 1, 10) }, "ISIHistogram: s holds 1"},
		{"isi bin", func() (any, error) { return ISIHistogram(good, 0, 10) }, "bin is 0 ms"},
		{"isi longest", func() (any, error) { return ISIHistogram(good, 1, -10) }, "longest is -10 ms"},
		{"isi partial", func() (any, error) { return ISIHistogram(good, 3, 10) }, "3.33333 bins of 3 ms"},

		{"fano one", func() (any, error) { return Fano([]neuro.Spikes{good}, 0, 10) }, "Fano: trials holds 1 trials; 2 or more"},
		{"fano silent", func() (any, error) { return Fano([]neuro.Spikes{good, nil}, 10, 20) }, "no trial has a spike between 10 and 20 ms"},
		{"fano NaN", func() (any, error) { return Fano([]neuro.Spikes{good, {nan}}, 0, 10) }, "Fano: trials[1]"},
		{"fano window", func() (any, error) { return Fano([]neuro.Spikes{good, good}, 5, 5) }, "t1 is 5 ms with t0 5 ms"},

		{"sttc dt", func() (any, error) { return STTC(good, good, 0, 0, 10) }, "STTC: dt is 0 ms"},
		{"sttc dt negative", func() (any, error) { return STTC(good, good, -1, 0, 10) }, "dt is -1 ms"},
		{"sttc empty", func() (any, error) { return STTC(good, nil, 1, 0, 10) }, "STTC: b has no spike between 0 and 10 ms"},
		{"sttc outside", func() (any, error) { return STTC(neuro.Spikes{11}, good, 1, 0, 10) }, "STTC: a has no spike"},
		{"sttc unsorted", func() (any, error) { return STTC(neuro.Spikes{3, 1}, good, 1, 0, 10) }, "STTC: a: spike 1"},
		{"sttc window", func() (any, error) { return STTC(good, good, 1, 10, 0) }, "t1 is 0 ms"},

		{"sta empty", func() (any, error) { return STA(nil, 1000, good, 1, 1) }, "STA: stimulus is empty"},
		{"sta NaN", func() (any, error) { return STA(hole, 1000, good, 1, 1) }, "STA: stimulus[7] is NaN"},
		{"sta rate", func() (any, error) { return STA(x, -1, good, 1, 1) }, "fs is -1 Hz"},
		{"sta spikes", func() (any, error) { return STA(x, 1000, neuro.Spikes{2, 1}, 1, 1) }, "STA: s: spike 1"},
		{"sta seconds", func() (any, error) { return STA(x, 1000, neuro.Spikes{2, 5000}, 1, 1) }, "spike 1 of s at 5000 ms is outside of the stimulus, which lasts from 0 to 100 ms"},
		{"sta before", func() (any, error) { return STA(x, 1000, good, -1, 1) }, "before is -1 ms"},
		{"sta after", func() (any, error) { return STA(x, 1000, good, 1, nan) }, "after is NaN ms"},
		{"sta long", func() (any, error) { return STA(x, 1000, good, inf, 1) }, "before is +Inf ms, longer than the stimulus"},
		{"sta none", func() (any, error) { return STA(x, 1000, good, 50, 1) }, "none of the 4 spikes"},
		{"sta no spikes", func() (any, error) { return STA(x, 1000, nil, 5, 1) }, "none of the 0 spikes"},
		{"correlogram", func() (any, error) { return CrossCorrelogram(good, nil, 1, 10) }, "CrossCorrelogram: b is empty"},
		{"correlogram window", func() (any, error) { return CrossCorrelogram(good, good, 3, 10) }, "window is 10 ms|whole number of bins"},
		{"autocorrelogram", func() (any, error) { return AutoCorrelogram(neuro.Spikes{2, 1}, 1, 10) }, "AutoCorrelogram: s: spike 1"},
		{"autocorrelogram bin", func() (any, error) { return AutoCorrelogram(good, nan, 10) }, "bin is NaN ms"},
	} {
		_, err := c.call()
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, part := range strings.Split("spikes: |"+c.want, "|") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", c.name, err, part)
			}
		}
	}
}

func TestFigures(t *testing.T) {
	s := neuro.Spikes{1, 2, 4, 8, 9}
	x := make([]float64, 100)
	rate, _ := Rate(s, 1, 0, 10)
	psth, _ := PSTH([]neuro.Spikes{s, s}, 1, 0, 10)
	isi, _ := ISIHistogram(s, 1, 0)
	sta, _ := STA(x, 1000, s, 1, 1)
	cross, _ := CrossCorrelogram(s, s, 1, 5)
	for _, v := range []display.Shower{rate, psth, *psth, isi, *isi, sta, *sta, cross} {
		if len(v.Show().Data) == 0 {
			t.Errorf("%T shows nothing", v)
		}
	}
	if f := psth.Figure(); len(f.Panels) != 2 || f.Panels[1].Y.Unit != "Hz" || f.Panels[0].Y.Label != "trial" {
		t.Errorf("peri-stimulus figure is %+v", f)
	}
	if p := isi.Figure().Panels[0]; p.X.Unit != "ms" || p.Y.Label != "count" {
		t.Errorf("interval figure is %+v", p)
	}
	sta.Unit = "dB"
	if p := sta.Figure().Panels[0]; p.X.Unit != "ms" || p.Y.Unit != "dB" {
		t.Errorf("figure of the average is %+v", p)
	}
}
