package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"pgregory.net/rapid"
)

// trainsReference holds the values of testdata/spikes/trains.py.
type trainsReference struct {
	T0, T1 float64
	Trains []neuro.Spikes
	LvR    []struct {
		Train int
		R, V  float64
	}
	Kernel []struct {
		Kernel            string
		Train             int
		DT, Sigma, Cutoff float64
		Onset, Corrected  bool
		Rate              []float64
	}
	Bandwidth []struct {
		Train int
		W     float64
	}
	Bins []struct {
		Trials []int
		Cost   []float64
	}
	Adaptive []struct {
		Train     int
		DT, Sigma float64
		Rate      []float64
	}
	Correlation []struct {
		Bin float64
		V   [][]*float64
	}
	CCH []struct {
		A, B              int
		Bin               float64
		Lags              float64
		Counts, Corrected []float64
		Coefficient       []*float64
	}
	ISI, Spike, Sync [][]*float64
	Distances        peerDistances
	Fano             float64
	Intervals        []peerIntervals
	Long             struct {
		peerDistances
		Trains           []neuro.Spikes
		Intervals        []peerIntervals
		ISI, Spike, Sync float64
		STTC             []struct{ DT, C float64 }
	}
}

type peerDistances struct {
	VP []struct {
		Cost float64
		D    [][]float64
	}
	VR []struct { // squared
		Tau float64
		D   [][]float64
	}
}

type peerIntervals struct {
	Train       int
	CV, CV2, LV *float64
}

// check compares intervals with the peer's, whose nil is NaN: three spikes at one time.
func (p peerIntervals) check(t *testing.T, s neuro.Spikes) {
	t.Helper()
	for _, c := range []struct {
		name string
		f    func(neuro.Spikes) (float64, error)
		want *float64
	}{{"CV", CV, p.CV}, {"CV2", CV2, p.CV2}, {"LV", LV, p.LV}} {
		got, err := c.f(s)
		if (err != nil) != (c.want == nil) {
			t.Errorf("%s of %d spikes: %v", c.name, len(s), err)
		} else if err == nil {
			one(t, c.name, got, *c.want)
		}
	}
}

func (p peerDistances) check(t *testing.T, trains []neuro.Spikes) {
	t.Helper()
	for i, a := range trains {
		for j, b := range trains {
			for _, c := range p.VP {
				one(t, fmt.Sprintf("VictorPurpura(%d, %d, %g)", i, j, c.Cost), VictorPurpura(a, b, c.Cost), c.D[i][j])
			}
			for _, c := range p.VR {
				d := VanRossum(a, b, c.Tau)
				// The peer's is a difference of sums that grow with the spikes.
				if math.Abs(d*d-c.D[i][j]) > tol*float64(1+len(a)+len(b)) {
					t.Errorf("VanRossum(%d, %d, %g)² = %g, want %g", i, j, c.Tau, d*d, c.D[i][j])
				}
			}
		}
	}
}

func loadTrains(t testing.TB) trainsReference {
	var r trainsReference
	golden.JSON(t, golden.Path(t, "spikes/trains.json"), &r)
	if len(r.Trains) < 15 || len(r.Kernel) < 70 || len(r.Sync) != len(r.Trains) {
		t.Fatal("the reference file is not whole")
	}
	return r
}

func TestLvRIsElephants(t *testing.T) {
	r := loadTrains(t)
	for _, c := range r.LvR {
		got, err := LvR(r.Trains[c.Train], c.R)
		if err != nil {
			t.Fatal(err)
		}
		one(t, fmt.Sprintf("LvR of train %d, R %g", c.Train, c.R), got, c.V)
		if lv, _ := LV(r.Trains[c.Train]); c.R == 0 && math.Abs(lv-got) > 1e-12 {
			t.Errorf("LvR with R 0 is %g, LV %g", got, lv)
		}
	}
}

func TestKernelRateIsElephants(t *testing.T) {
	r := loadTrains(t)
	for _, c := range r.Kernel {
		o := KernelOptions{Kernel: c.Kernel, Sigma: c.Sigma, Cutoff: c.Cutoff, AtOnset: c.Onset}
		if c.Corrected {
			o.Ends = "corrected"
		}
		got, err := KernelRate(r.Trains[c.Train], c.DT, r.T0, r.T1, o)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%s of train %d", c.Kernel, c.Train), got.Y, c.Rate, 1e-9)
	}
}

// The integral of a rate is the number of spikes, by both ways of convolving.
func TestKernelRateIntegral(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := make(neuro.Spikes, 3000)
	for i := range s {
		s[i] = 4000 + 12000*r.Float64()
	}
	sort.Float64s(s)
	for _, k := range shapes {
		for _, sigma := range []float64{7, 700} {
			got, err := KernelRate(s, 1, 0, 20000, KernelOptions{Kernel: k.name, Sigma: sigma, Cutoff: 20})
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for _, v := range got.Y {
				sum += v / 1000
			}
			// A kernel with a jump or an edge loses by being sampled.
			if math.Abs(sum-3000) > 3*sigma/7 && k.name == "gaussian" || math.Abs(sum-3000) > 240 {
				t.Errorf("%s, sigma %g: the integral is %g", k.name, sigma, sum)
			}
		}
	}
	var at []int
	var count []float64
	for i, c := range histogram(s, 20000, 0, 20000) {
		if c > 0 {
			at, count = append(at, i), append(count, c)
		}
	}
	w := make([]float64, 6001)
	for i := range w {
		w[i] = math.Exp(-math.Abs(float64(i-2900)) / 500)
	}
	direct := convolved(at, count, 20000, w, math.Inf(1), nil)
	transformed := convolved(at, count, 20000, w, 0, nil)
	golden.Close(t, "convolution by transforms", transformed, direct, 1e-11)
}

func TestBandwidths(t *testing.T) {
	r := loadTrains(t)
	for _, c := range r.Bandwidth {
		got, err := Bandwidth(r.Trains[c.Train])
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-c.W) > 1e-3*c.W {
			t.Errorf("bandwidth of train %d is %g ms, want %g", c.Train, got, c.W)
		}
	}
	for _, c := range r.Bins {
		var trials []neuro.Spikes
		for _, i := range c.Trials {
			trials = append(trials, r.Trains[i])
		}
		got, err := OptimalBin(trials, r.T0, r.T1, len(c.Cost)+1)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "cost of bins", got.Cost, c.Cost, 1e-9)
	}
	for _, c := range r.Adaptive {
		got, err := AdaptiveRate(r.Trains[c.Train], c.DT, r.T0, r.T1, c.Sigma)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "adaptive rate", got.Y, c.Rate, 1e-9)
	}
}

// values compares a matrix with the peer's, whose nil is NaN.
func values(t *testing.T, what string, got [][]float64, want [][]*float64) {
	t.Helper()
	for i, row := range want {
		for j, w := range row {
			switch {
			case w == nil && !math.IsNaN(got[i][j]):
				t.Errorf("%s[%d][%d] = %g, want NaN", what, i, j, got[i][j])
			case w != nil:
				one(t, fmt.Sprintf("%s[%d][%d]", what, i, j), got[i][j], *w)
			}
		}
	}
}

func TestMatricesArePeers(t *testing.T) {
	r := loadTrains(t)
	all := neuro.Raster{Trains: r.Trains, T0: r.T0, T1: r.T1}
	for _, c := range []struct {
		measure string
		want    [][]*float64
		f       func(a, b neuro.Spikes, t0, t1 float64) (float64, error)
	}{{"isi", r.ISI, ISIDistance}, {"spike", r.Spike, SpikeDistance}, {"spike-sync", r.Sync, SpikeSync}} {
		m, err := Matrix(all, c.measure, 0)
		if err != nil {
			t.Fatal(err)
		}
		if c.measure != "spike-sync" {
			zero := 0.0
			c.want[3][3] = &zero // pyspike divides 0 by 0 for one spike at t1
		}
		values(t, c.measure, m.V, c.want)
		for i, a := range r.Trains {
			for j, b := range r.Trains {
				v, err := c.f(a, b, r.T0, r.T1)
				if err != nil || math.Abs(v-m.V[i][j]) > 1e-14 {
					t.Errorf("%s of trains %d and %d is %g alone and %g in the matrix (%v)", c.measure, i, j, v, m.V[i][j], err)
				}
			}
		}
	}
	for _, c := range r.Correlation {
		m, err := CountCorrelation(all, c.Bin)
		if err != nil {
			t.Fatal(err)
		}
		// Elephant's bins leave out spikes at the end of the window, which Rate counts.
		for i, a := range r.Trains {
			for j := range r.Trains {
				if last := func(s neuro.Spikes) bool { return len(s) > 0 && s[len(s)-1] == r.T1 }; last(a) || last(r.Trains[j]) {
					c.V[i][j] = &m.V[i][j]
					if math.IsNaN(m.V[i][j]) {
						c.V[i][j] = nil
					}
				}
			}
		}
		values(t, "correlation", m.V, c.V)
	}
	for _, c := range []struct {
		measure string
		scale   float64
		f       func(a, b neuro.Spikes) float64
	}{
		{"victor-purpura", 0.05, func(a, b neuro.Spikes) float64 { return VictorPurpura(a, b, 0.05) }},
		{"van-rossum", 20, func(a, b neuro.Spikes) float64 { return VanRossum(a, b, 20) }},
		{"sttc", 10, func(a, b neuro.Spikes) float64 {
			v, err := STTC(a, b, 10, r.T0, r.T1)
			if err != nil {
				return math.NaN()
			}
			return v
		}},
	} {
		m, err := Matrix(all, c.measure, c.scale)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range r.Trains {
			for j, b := range r.Trains {
				if want := c.f(a, b); math.Float64bits(m.V[i][j]) != math.Float64bits(want) && math.Abs(m.V[i][j]-want) > 1e-12 {
					t.Errorf("%s of trains %d and %d is %g in the matrix and %g alone", c.measure, i, j, m.V[i][j], want)
				}
			}
		}
	}
}

func TestCorrelogramsAreElephants(t *testing.T) {
	r := loadTrains(t)
	for _, c := range r.CCH {
		get := func(norm string) []float64 {
			h, err := Correlogram(r.Trains[c.A], r.Trains[c.B], CorrelogramOptions{Bin: c.Bin, Window: c.Lags * c.Bin, Norm: norm, Binned: true, T0: r.T0, T1: r.T1})
			if err != nil {
				t.Fatal(err)
			}
			return h.Y
		}
		golden.Close(t, "counts", get("counts"), c.Counts, 0)
		golden.Close(t, "corrected", get("corrected"), c.Corrected, 1e-12)
		values(t, "coefficient", [][]float64{get("coefficient")}, [][]*float64{c.Coefficient})
	}
}

func TestOddAndLongTrainsArePeers(t *testing.T) {
	r := loadTrains(t)
	r.Distances.check(t, r.Trains)
	for _, c := range r.Intervals {
		c.check(t, r.Trains[c.Train])
	}
	f, err := Fano(r.Trains, r.T0, r.T1)
	if err != nil {
		t.Fatal(err)
	}
	one(t, "Fano", f, r.Fano)

	l := r.Long
	l.check(t, l.Trains)
	for i, c := range l.Intervals {
		c.check(t, l.Trains[i])
	}
	for _, c := range []struct {
		name string
		f    func(a, b neuro.Spikes, t0, t1 float64) (float64, error)
		want float64
	}{{"ISIDistance", ISIDistance, l.ISI}, {"SpikeDistance", SpikeDistance, l.Spike}, {"SpikeSync", SpikeSync, l.Sync}} {
		got, err := c.f(l.Trains[0], l.Trains[1], 0, 60000)
		if err != nil {
			t.Fatal(err)
		}
		one(t, c.name, got, c.want)
	}
	for _, c := range l.STTC {
		got, err := STTC(l.Trains[0], l.Trains[1], c.DT, 0, 60000)
		if err != nil {
			t.Fatal(err)
		}
		// Elephant's dt grows to dt + 1e-5 t, by up to 0.6 ms here.
		if math.Abs(got-c.C) > 0.03 || math.Abs(got-c.C) < 1e-9 {
			t.Errorf("STTC, dt %g, is %g, elephant's %g", c.DT, got, c.C)
		}
	}
}

// Distances are symmetric, 0 for equal trains and the same for trains that are moved or
// mirrored together.
func TestDistancesHold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) neuro.Spikes {
			n := rapid.SliceOfN(rapid.IntRange(0, 256), 0, 20).Draw(rt, name)
			s := make(neuro.Spikes, len(n))
			for i, v := range n {
				s[i] = float64(v) / 4 // sums and differences are exact
			}
			sort.Float64s(s)
			return s
		}
		a, b := draw("a"), draw("b")
		mirrored := func(s neuro.Spikes) neuro.Spikes {
			out := make(neuro.Spikes, len(s))
			for i, t := range s {
				out[len(s)-1-i] = 64 - t
			}
			return out
		}
		moved := func(s neuro.Spikes) neuro.Spikes {
			out := make(neuro.Spikes, len(s))
			for i, t := range s {
				out[i] = t + 1024
			}
			return out
		}
		for name, f := range map[string]func(a, b neuro.Spikes, t0, t1 float64) (float64, error){
			"isi": ISIDistance, "spike": SpikeDistance, "sync": SpikeSync,
		} {
			v, err := f(a, b, 0, 64)
			back, _ := f(b, a, 0, 64)
			self, _ := f(a, a, 0, 64)
			later, _ := f(moved(a), moved(b), 1024, 1088)
			mirror, _ := f(mirrored(a), mirrored(b), 0, 64)
			same := 0.0
			if name == "sync" {
				same = 1
			}
			// A single spike at the beginning counts as one at both ends, one at the end does
			// not, as in pyspike.
			edge := len(once(a)) == 1 && math.Mod(a[0], 64) == 0 || len(once(b)) == 1 && math.Mod(b[0], 64) == 0
			switch {
			case err != nil || !(v >= 0 && v <= 1):
				rt.Fatalf("%s is %g (%v)", name, v, err)
			case math.Abs(v-back) > 1e-12 || self != same:
				rt.Fatalf("%s is %g one way and %g the other, %g with itself", name, v, back, self)
			case math.Abs(v-later) > 1e-12:
				rt.Fatalf("%s is %g and later %g", name, v, later)
			case math.Abs(v-mirror) > 1e-12 && !edge:
				rt.Fatalf("%s is %g and mirrored %g", name, v, mirror)
			}
		}
		if len(a) > 0 {
			if v, err := STTC(a, a, 1, 0, 64); err != nil || v != 1 {
				rt.Fatalf("STTC of a train with itself is %g (%v)", v, err)
			}
		}
	})
}

// The shared values: four trains of ten seconds.
func TestSharedRatesAndDistances(t *testing.T) {
	var ref struct {
		Trains []neuro.Spikes
		LvR    []float64   `json:"lvr_R5ms"`
		Rate   []float64   `json:"rate_gauss50ms_dt10ms_train0"`
		Width  float64     `json:"shimazaki_optw_train0_s"`
		Corr   [][]float64 `json:"corrcoef_5ms"`
		ISI    [][]float64 `json:"isi_distance"`
		Spike  [][]float64 `json:"spike_distance"`
		Sync   [][]float64 `json:"spike_sync"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/spikes.json"), &ref)
	for i, s := range ref.Trains {
		for k := range s {
			s[k] = math.Round(s[k]*1e4) / 10 // 0.1 ms, as they were written
		}
		v, err := LvR(s, 5)
		if err != nil {
			t.Fatal(err)
		}
		one(t, "LvR", v, ref.LvR[i])
	}
	all := neuro.Raster{Trains: ref.Trains, T1: 10000}
	rate, err := KernelRate(ref.Trains[0], 10, 0, 10000, KernelOptions{Sigma: 50})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "rate", rate.Y, ref.Rate, 1e-9)
	if w, err := Bandwidth(ref.Trains[0]); err != nil || math.Abs(w-1000*ref.Width) > ref.Width {
		t.Errorf("bandwidth %g ms, want %g s (%v)", w, ref.Width, err)
	}
	for _, c := range []struct {
		measure string
		scale   float64
		want    [][]float64
	}{{"isi", 0, ref.ISI}, {"spike", 0, ref.Spike}, {"spike-sync", 0, ref.Sync}, {"correlation", 5, ref.Corr}} {
		m, err := Matrix(all, c.measure, c.scale)
		if err != nil {
			t.Fatal(err)
		}
		for i := range m.V {
			golden.Close(t, c.measure, m.V[i], c.want[i], 1e-9)
		}
	}
}

func TestSplit(t *testing.T) {
	r, ids, err := Split([]float64{5, 1, 3, 3, -2}, []int{7, 2, 7, 7, 2})
	if err != nil || fmt.Sprint(r, ids) != "{[[-2 1] [3 3 5]] -2 5} [2 7]" {
		t.Errorf("Split gives %v %v (%v)", r, ids, err)
	}
	// Numbers far apart.
	r, ids, err = Split([]float64{5, 1, 3}, []int{1 << 62, -1 << 62, 9})
	if err != nil || fmt.Sprint(r.Trains, ids) != fmt.Sprint([]neuro.Spikes{{1}, {3}, {5}}, []int{-1 << 62, 9, 1 << 62}) {
		t.Errorf("Split gives %v %v (%v)", r, ids, err)
	}
	// Trains do not run into each other when one grows.
	r, _, _ = Split([]float64{1, 2}, []int{0, 1})
	_ = append(r.Trains[0], 99)
	if r.Trains[1][0] != 2 {
		t.Error("trains share room")
	}
	if r, ids, err = Split(nil, nil); err != nil || r.Trains == nil || len(ids) != 0 {
		t.Errorf("Split of nothing gives %v %v (%v)", r, ids, err)
	}
}

func BenchmarkSplit(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	times, units := make([]float64, 400000), make([]int, 400000)
	for i := range times {
		times[i], units[i] = float64(i)/400, r.IntN(20000)
	}
	for b.Loop() {
		if _, _, err := Split(times, units); err != nil {
			b.Fatal(err)
		}
	}
}
