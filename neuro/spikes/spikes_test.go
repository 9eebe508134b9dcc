package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
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
	// Windows that begin with the first sample and end with the last.
	if r, err = STA(x, 2000, neuro.Spikes{2, 498.5}, 2, 1); err != nil || r.Spikes != 2 {
		t.Errorf("whole windows at the ends give %+v (%v)", r, err)
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

func TestPlots(t *testing.T) {
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
	if f := psth.Plot(); len(f.Panels) != 2 || f.Panels[1].Y.Unit != "Hz" || f.Panels[0].Y.Label != "trial" {
		t.Errorf("peri-stimulus figure is %+v", f)
	}
	if p := isi.Plot().Panels[0]; p.X.Unit != "ms" || p.Y.Label != "count" {
		t.Errorf("interval figure is %+v", p)
	}
	sta.Unit = "dB"
	if p := sta.Plot().Panels[0]; p.X.Unit != "ms" || p.Y.Unit != "dB" {
		t.Errorf("figure of the average is %+v", p)
	}
}
