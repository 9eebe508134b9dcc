package signal

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// tol is the agreement with SciPy: both sum some hundred terms in other
// orders, which costs a few 1e-15 of the largest; filters with poles near the
// unit circle amplify it, up to about 1e-10 in the cases here.
const tol = 1e-9

type reference struct {
	X, Y    []float64
	Windows []struct {
		Name string
		N    int
		W    []float64
	}
	Welch, Coherence []struct {
		Len                               int
		FS                                float64
		Window, Detrend, Scaling, Average string
		SegLen, Overlap                   int
		F, P                              []float64
	}
	BandPower []struct {
		Len               int
		FS, Lo, Hi, Power float64
	}
	Filters []struct {
		Order int
		Kind  string
		FS    float64
		Cut   []float64
		SOS   [][6]float64
		Runs  []struct {
			Len              int
			FiltFilt, Filter []float64
		}
		F, Gain []float64
	}
	Hilbert []struct {
		Len int
		Im  []float64
	}
}

func load(t testing.TB) reference {
	var r reference
	golden.JSON(t, golden.Path(t, "signal/signal.json"), &r)
	if len(r.Welch) < 50 || len(r.Filters) < 40 || len(r.Hilbert) < 10 {
		t.Fatalf("reference file holds %d, %d, %d cases", len(r.Welch), len(r.Filters), len(r.Hilbert))
	}
	return r
}

func TestWindow(t *testing.T) {
	for _, c := range load(t).Windows {
		w, err := Window(c.Name, c.N)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%s of %d", c.Name, c.N), w, c.W, 1e-14)
	}
	// Windows are one period: even about n/2, to the bit.
	for _, name := range windowNames {
		for _, n := range []int{2, 17, 1000} {
			w, _ := Window(name, n)
			for j := 1; j < n; j++ {
				if w[j] != w[n-j] {
					t.Fatalf("%s of %d: w[%d] = %g but w[%d] = %g", name, n, j, w[j], n-j, w[n-j])
				}
			}
		}
	}
}

func TestWelchIsSciPys(t *testing.T) {
	r := load(t)
	for _, c := range r.Welch {
		what := fmt.Sprintf("Welch of %d, %s %d/%d, %s, %s, %s", c.Len, c.Window, c.SegLen, c.Overlap, c.Detrend, c.Scaling, c.Average)
		s, err := Welch(r.X[:c.Len], c.FS, WelchOptions{Window: c.Window, SegmentLen: c.SegLen, Overlap: c.Overlap, Detrend: c.Detrend, Scaling: c.Scaling, Average: c.Average})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		golden.Close(t, what+": F", s.F, c.F, 1e-14)
		closeSpectrum(t, what, s.P, c.P, r.X[:c.Len], c.FS)
	}
}

// closeSpectrum compares bin by bin, which is more than golden.Close asks:
// each bin must agree to tol of itself, except for the rounding noise that
// removing a mean leaves in bins that are 0 in exact arithmetic.
func closeSpectrum(t *testing.T, what string, got, want, x []float64, fs float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	largest := 0.0
	for _, v := range x {
		largest = math.Max(largest, math.Abs(v))
	}
	noise := math.Pow(largest*1e-14, 2) * float64(len(x))
	for k, w := range want {
		if d := math.Abs(got[k] - w); !(d <= tol*w+noise*math.Max(1, 1/fs)) {
			t.Errorf("%s: P[%d] = %.17g, want %.17g", what, k, got[k], w)
		}
	}
}

func TestCoherenceIsSciPys(t *testing.T) {
	r := load(t)
	for _, c := range r.Coherence {
		what := fmt.Sprintf("Coherence of %d, %s %d/%d, %s", c.Len, c.Window, c.SegLen, c.Overlap, c.Detrend)
		s, err := Coherence(r.X[:c.Len], r.Y[:c.Len], 200, WelchOptions{Window: c.Window, SegmentLen: c.SegLen, Overlap: c.Overlap, Detrend: c.Detrend})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		golden.Close(t, what+": F", s.F, c.F, 1e-14)
		golden.Close(t, what, s.P, c.P, tol)
		if c.Len < c.SegLen && s.Segments != 1 {
			t.Errorf("%s: %d segments", what, s.Segments)
		}
	}
}

func TestBandPowerIsTheTrapezoid(t *testing.T) {
	r := load(t)
	for _, c := range r.BandPower {
		got, err := BandPower(r.X[:c.Len], c.FS, c.Lo, c.Hi)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("power of %d samples at %g Hz, %g to %g", c.Len, c.FS, c.Lo, c.Hi), []float64{got}, []float64{c.Power}, tol)
	}
}

// A frequency that lies on a limit of the band belongs to it, also where
// fs/n is not a number of float64: 300 Hz over 25 samples are steps of 12 Hz.
func TestBandEdgesBelongToTheBand(t *testing.T) {
	x := load(t).X
	for _, c := range []struct {
		n      int
		fs     float64
		lo, hi float64
		bins   []int
	}{
		{25, 300, 12, 24, []int{1, 2}},
		{25, 300, 12, 36, []int{1, 2, 3}},
		{25, 300, 12.001, 36.001, []int{2, 3}},
		{18, 300, 50, 150, []int{3, 4, 5, 6, 7, 8, 9}},
		{500, 250, 8, 8.5, []int{16, 17}},
		{10, 100, 0, 50, []int{0, 1, 2, 3, 4, 5}},
	} {
		s, err := Welch(x[:c.n], c.fs, NewWelch())
		if err != nil {
			t.Fatal(err)
		}
		want := 0.0
		for i := 1; i < len(c.bins); i++ {
			want += (s.P[c.bins[i]] + s.P[c.bins[i-1]]) / 2 * c.fs / float64(c.n)
		}
		got, err := BandPower(x[:c.n], c.fs, c.lo, c.hi)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%g to %g Hz of %d samples", c.lo, c.hi, c.n), []float64{got}, []float64{want}, 1e-13)
	}
}

// Parseval: with a rectangular window and nothing removed, the power density
// summed over frequencies is the mean square of the signal.
func TestWelchKeepsThePower(t *testing.T) {
	x := load(t).X
	for _, n := range []int{1, 2, 3, 10, 97, 500, 997} {
		s, err := Welch(x[:n], 123.5, WelchOptions{Window: "boxcar", Detrend: "none"})
		if err != nil {
			t.Fatal(err)
		}
		var got, want float64
		for _, p := range s.P {
			got += p * 123.5 / float64(n)
		}
		for _, v := range x[:n] {
			want += v * v / float64(n)
		}
		golden.Close(t, fmt.Sprintf("power of %d samples", n), []float64{got}, []float64{want}, 1e-13)
	}
}

// A signal against a delayed copy of itself is coherent everywhere; against
// independent noise it is not, to the known bias of 1/segments.
func TestCoherenceLimits(t *testing.T) {
	n := 1 << 15
	state := uint64(1)
	uniform := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11)/(1<<53) - 0.5
	}
	x, y, z := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], z[i] = uniform(), uniform()
		y[i] = 1e-100 * x[i] // any unit
	}
	o := WelchOptions{SegmentLen: 256}
	same, err := Coherence(x, y, 1000, o)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range same.P {
		if math.Abs(c-1) > 1e-12 {
			t.Fatalf("coherence of a signal with itself is %g at bin %d", c, k)
		}
	}
	other, err := Coherence(x, z, 1000, o)
	if err != nil {
		t.Fatal(err)
	}
	if m := mean(other.P); math.Abs(m-1.0/128) > 0.002 {
		t.Errorf("mean coherence of independent noise is %g, want about 1/128 = %g", m, 1.0/128)
	}
}

func TestLFPFeatures(t *testing.T) {
	// A sine of amplitude a has power a²/2, all of it in its own band; at
	// 2500 Hz and above segments of 1024 samples could not tell delta.
	for _, fs := range []float64{500, 2500, 30000} {
		for i, f := range []float64{2.5, 6, 10, 20, 60} {
			x := make([]float64, int(10*fs))
			for j := range x {
				x[j] = 3 * math.Sin(2*math.Pi*f*float64(j)/fs)
			}
			b, err := LFPFeatures(x, fs)
			if err != nil {
				t.Fatal(err)
			}
			// The trapezoid over 3 Hz in steps of 1 Hz misses the tails of a
			// sine near a limit: up to a tenth of its power.
			p := []float64{b.Delta, b.Theta, b.Alpha, b.Beta, b.Gamma}
			if math.Abs(p[i]-4.5) > 0.5 || fs == 500 && math.Abs(p[i]-4.5) > 0.1 || p[i]/b.Total() < 0.9 {
				t.Errorf("sine of %g Hz at %g Hz: powers %.3g, want 4.5 in %s", f, fs, p, bandNames[i])
			}
		}
	}
	x := load(t).X
	b, err := LFPFeatures(x, 150)
	if err != nil {
		t.Fatal(err)
	}
	if b.Limits[4] != [2]float64{30, 75} {
		t.Errorf("at 150 Hz gamma is %v Hz", b.Limits[4])
	}
	alpha, _ := BandPower(x, 150, 8, 13)
	if b.Alpha != alpha {
		t.Errorf("alpha is %g, BandPower gives %g", b.Alpha, alpha)
	}
}

func TestHilbertIsSciPys(t *testing.T) {
	r := load(t)
	for _, c := range r.Hilbert {
		z, err := Hilbert(r.X[:c.Len])
		if err != nil {
			t.Fatal(err)
		}
		im := make([]float64, len(z))
		for i, v := range z {
			im[i] = imag(v)
			if real(v) != r.X[i] {
				t.Fatalf("length %d: the real part is not the signal", c.Len)
			}
		}
		golden.Close(t, fmt.Sprintf("Hilbert of %d", c.Len), im, c.Im, 1e-12)
	}
	// A modulated cosine with whole periods has a known amplitude and phase.
	n := 1000
	x := make([]float64, n)
	am, ph := make([]float64, n), make([]float64, n)
	for i := range x {
		a := 2 * math.Pi * float64(i) / float64(n)
		am[i] = 2 + math.Cos(3*a)
		ph[i] = math.Mod(50*a+1+math.Pi, 2*math.Pi) - math.Pi
		x[i] = am[i] * math.Cos(ph[i])
	}
	got, err := Envelope(x)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "amplitude", got, am, 1e-12)
	if got, err = Phase(x); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "phase", got, ph, 1e-11)
}

func TestBadInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	ok := make([]float64, 2000)
	for i := range ok {
		ok[i] = math.Sin(float64(i))
	}
	bad := func(i int, v float64) []float64 {
		x := append([]float64(nil), ok...)
		x[i] = v
		return x
	}
	flat := make([]float64, 300)
	low, err := Butter(3, "low", 1000, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		call func() (any, error)
		want string // parts, separated by |
	}{
		{"NaN", func() (any, error) { return Welch(bad(7, nan), 1000, NewWelch()) }, "signal: Welch: x[7] is NaN|finite"},
		{"Inf", func() (any, error) { return Welch(bad(0, -inf), 1000, NewWelch()) }, "x[0] is -Inf"},
		{"empty", func() (any, error) { return Welch(nil, 1000, NewWelch()) }, "signal: Welch: x is empty"},
		{"rate 0", func() (any, error) { return Welch(ok, 0, NewWelch()) }, "fs is 0 Hz|above 0"},
		{"rate negative", func() (any, error) { return Welch(ok, -5, NewWelch()) }, "fs is -5 Hz"},
		{"rate NaN", func() (any, error) { return Welch(ok, nan, NewWelch()) }, "fs is NaN Hz"},
		{"rate infinite", func() (any, error) { return Welch(ok, inf, NewWelch()) }, "fs is +Inf Hz"},
		{"segment", func() (any, error) { return Welch(ok, 1, WelchOptions{SegmentLen: -3}) }, "SegmentLen is -3"},
		{"overlap = segment", func() (any, error) { return Welch(ok, 1, WelchOptions{SegmentLen: 64, Overlap: 64}) }, "Overlap is 64|below the segment's 64"},
		{"overlap > short signal", func() (any, error) { return Welch(ok[:20], 1, WelchOptions{SegmentLen: 64, Overlap: 32}) }, "Overlap is 32|below the segment's 20"},
		{"overlap -2", func() (any, error) { return Welch(ok, 1, WelchOptions{Overlap: -2}) }, "Overlap is -2"},
		{"window", func() (any, error) { return Welch(ok, 1, WelchOptions{Window: "hanning"}) }, `window "hanning" is not known|hann, hamming, blackman`},
		{"detrend", func() (any, error) { return Welch(ok, 1, WelchOptions{Detrend: "mean"}) }, `Detrend "mean"|constant, linear, none`},
		{"scaling", func() (any, error) { return Welch(ok, 1, WelchOptions{Scaling: "power"}) }, `Scaling "power"|density, spectrum`},
		{"average", func() (any, error) { return Welch(ok, 1, WelchOptions{Average: "max"}) }, `Average "max"|mean, median`},
		{"window length", func() (any, error) { return Window("hann", 0) }, "signal: Window: window of 0 samples"},

		{"unequal", func() (any, error) { return Coherence(ok, ok[:9], 1000, NewWelch()) }, "signal: Coherence: x has 2000 samples and y 9"},
		{"y NaN", func() (any, error) { return Coherence(ok, bad(3, nan), 1000, NewWelch()) }, "signal: Coherence: y[3] is NaN"},
		{"both empty", func() (any, error) { return Coherence(nil, nil, 1000, NewWelch()) }, "signal: Coherence: x is empty"},
		{"flat", func() (any, error) { return Coherence(ok[:300], flat, 1000, NewWelch()) }, "y is constant (0)"},
		{"one sample", func() (any, error) { return BandPower([]float64{1}, 100, 8, 13) }, "BandPower: the spectrum has 1 frequency|longer signal"},
		{"no spectrum", func() (any, error) { return Spectrum{}.Power(8, 13) }, "Spectrum.Power: the spectrum has 0 frequencies"},
		{"median", func() (any, error) { return Coherence(ok, ok, 1, WelchOptions{Average: "median"}) }, `Average is "median"`},

		{"band order", func() (any, error) { return BandPower(ok, 1000, 13, 8) }, "signal: BandPower: hi is 8 Hz with lo 13 Hz"},
		{"band negative", func() (any, error) { return BandPower(ok, 1000, -1, 8) }, "lo is -1 Hz"},
		{"band NaN", func() (any, error) { return BandPower(ok, 1000, nan, 8) }, "lo is NaN Hz"},
		{"band above", func() (any, error) { return BandPower(ok, 1000, 8, 501) }, "hi 501 Hz is above half the sampling rate (500 Hz)"},
		{"band narrow", func() (any, error) { return BandPower(ok, 1024, 8.1, 9.9) }, "holds 1 of the frequencies, which are 1 Hz apart|2 are needed|1.11 s"},
		{"band x NaN", func() (any, error) { return BandPower(bad(3, nan), 1000, 8, 9) }, "signal: BandPower: x[3] is NaN"},
		{"band rate", func() (any, error) { return BandPower(ok, 0, 8, 9) }, "signal: BandPower: sampling rate fs is 0"},
		{"spectrum above", func() (any, error) { return Spectrum{F: []float64{0, 1, 2}, P: []float64{1, 1, 1}}.Power(1, 9) }, "hi 9 Hz is above the spectrum"},
		{"spectrum unequal", func() (any, error) { return Spectrum{F: []float64{0, 1, 2}}.Power(1, 2) }, "3 frequencies in F and 0 values in P"},
		{"features rate", func() (any, error) { return LFPFeatures(ok, 50) }, "signal: LFPFeatures: sampling rate fs is 50 Hz|60 Hz"},
		{"features fast", func() (any, error) { return LFPFeatures(ok, 20000) }, "band 1 to 4 Hz|10 Hz apart|(delta)"},
		{"features NaN", func() (any, error) { return LFPFeatures(bad(1, nan), 1000) }, "signal: LFPFeatures: x[1] is NaN"},

		{"order 0", func() (any, error) { return Butter(0, "low", 1000, 100) }, "signal: Butter: order is 0"},
		{"order 65", func() (any, error) { return Butter(65, "low", 1000, 100) }, "order is 65; 1 to 64"},
		{"kind", func() (any, error) { return Butter(2, "lowpass", 1000, 100) }, `kind "lowpass" is not known; allowed are low, high, band, stop`},
		{"no cut", func() (any, error) { return Butter(2, "low", 1000) }, "a low filter takes one cut, got 0"},
		{"one cut", func() (any, error) { return Butter(2, "band", 1000, 100) }, "a band filter takes two cuts, got 1 100"},
		{"cut above", func() (any, error) { return Butter(2, "low", 1000, 600) }, "signal: Butter: cut 600 Hz is above half the sampling rate (500 Hz)"},
		{"cut at", func() (any, error) { return Butter(2, "low", 1000, 500) }, "cut 500 Hz is at half"},
		{"cut 0", func() (any, error) { return Butter(2, "high", 1000, 0) }, "cut 0 Hz; it must be above 0"},
		{"cut NaN", func() (any, error) { return Butter(2, "high", 1000, nan) }, "cut NaN Hz"},
		{"cuts equal", func() (any, error) { return Butter(2, "band", 1000, 8, 8) }, "cuts 8 and 8 Hz"},
		{"cuts descend", func() (any, error) { return Butter(2, "band", 1000, 13, 8) }, "cuts 13 and 8 Hz"},
		{"design rate", func() (any, error) { return Butter(2, "low", inf, 8) }, "signal: Butter: sampling rate"},
		{"too sharp", func() (any, error) { return Butter(8, "low", 1e9, 1e-9) }, "beyond the precision"},

		{"filter short", func() (any, error) { return low.FiltFilt(ok[:12]) }, "x has 12 samples; this filter needs 13 or more"},
		{"filter NaN", func() (any, error) { return low.FiltFilt(bad(5, nan)) }, "signal: SOS.FiltFilt: x[5] is NaN"},
		{"filter empty", func() (any, error) { return low.Filter(nil) }, "signal: SOS.Filter: x is empty"},
		{"no sections", func() (any, error) { return SOS{}.FiltFilt(ok) }, "no sections"},
		{"unstable", func() (any, error) { return SOS{Sections: [][6]float64{{1, 0, 0, 1, -2, 1}}}.Filter(ok) }, "section 0|not stable"},
		{"a0", func() (any, error) { return SOS{Sections: [][6]float64{{1, 0, 0, 2, 0, 0}}}.Filter(ok) }, "a0 of section 0 is 2"},
		{"coefficient", func() (any, error) { return SOS{Sections: [][6]float64{{1, nan, 0, 1, 0, 0}}}.Filter(ok) }, "coefficient 1 of section 0 is NaN"},
		{"hilbert NaN", func() (any, error) { return Hilbert(bad(2, nan)) }, "signal: Hilbert: x[2] is NaN"},
		{"hilbert empty", func() (any, error) { return Hilbert(nil) }, "signal: Hilbert: x is empty"},
		{"envelope", func() (any, error) { return Envelope(nil) }, "signal: Envelope: x is empty"},
		{"phase", func() (any, error) { return Phase(bad(2, inf)) }, "signal: Phase: x[2] is +Inf"},
	} {
		_, err := c.call()
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, part := range strings.Split("signal: |"+c.want, "|") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", c.name, err, part)
			}
		}
	}
}

func TestInputsStayAsTheyAre(t *testing.T) {
	x := append([]float64(nil), load(t).X...)
	before := append([]float64(nil), x...)
	s, _ := Butter(3, "band", 200, 8, 13)
	for _, call := range []func() error{
		func() error { _, err := Welch(x, 200, WelchOptions{SegmentLen: 64, Average: "median"}); return err },
		func() error { _, err := Coherence(x, x, 200, NewWelch()); return err },
		func() error { _, err := s.FiltFilt(x); return err },
		func() error { _, err := s.Filter(x); return err },
		func() error { _, err := Hilbert(x); return err },
	} {
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range x {
		if x[i] != before[i] {
			t.Fatalf("x[%d] was changed", i)
		}
	}
}

func TestPlots(t *testing.T) {
	x := load(t).X
	o := NewWelch()
	o.Unit = "mV"
	s, err := Welch(x, 200, o)
	if err != nil {
		t.Fatal(err)
	}
	p := s.Plot().Panels[0]
	if p.Y.Unit != "mV²/Hz" || !p.Y.Log || p.X.Unit != "Hz" || p.Y.Label != "power" {
		t.Errorf("spectrum's axes are %+v and %+v", p.X, p.Y)
	}
	c, err := Coherence(x, x, 200, NewWelch())
	if err != nil {
		t.Fatal(err)
	}
	p = c.Plot().Panels[0]
	if p.Y.Log || p.Y.Min != 0 || p.Y.Max != 1 || p.Y.Label != "coherence" || p.Y.Unit != "" || p.Title == "" {
		t.Errorf("coherence's axis is %+v, title %q", p.Y, p.Title)
	}
	for unit, want := range map[string]string{"": "1/Hz", "µV": "µV²/Hz", "fT/cm": "(fT/cm)²/Hz"} {
		o.Unit = unit
		if s, err = Welch(x, 200, o); err != nil || s.Unit != want {
			t.Errorf("signal in %q: spectrum in %q, want %q (%v)", unit, s.Unit, want, err)
		}
	}
	b, err := LFPFeatures(x, 200)
	if err != nil {
		t.Fatal(err)
	}
	b.Unit = "mV²"
	if text := b.Show().Text(); !strings.Contains(text, "power (mV²)") || !strings.Contains(text, "alpha") {
		t.Errorf("bands show as\n%s", text)
	}
	f, _ := Butter(4, "band", 200, 8, 13)
	for _, v := range []display.Shower{s, *s, b, f, &f} {
		if len(v.Show().Data) == 0 {
			t.Errorf("%T shows nothing", v)
		}
	}
}

// TestZeroOptions wants the options' zero value, with a unit or without, to
// stand for NewWelch, and every single field that is zero for its default.
func TestZeroOptions(t *testing.T) {
	x := make([]float64, 5000)
	for i := range x {
		x[i] = math.Sin(float64(i*i%997)) + 3
	}
	want, err := Welch(x, 500, NewWelch())
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(o *WelchOptions)) WelchOptions { o := NewWelch(); f(&o); return o }
	for name, o := range map[string]WelchOptions{
		"all":        {},
		"unit":       {Unit: "mV"},
		"Window":     change(func(o *WelchOptions) { o.Window = "" }),
		"SegmentLen": change(func(o *WelchOptions) { o.SegmentLen = 0 }),
		"Detrend":    change(func(o *WelchOptions) { o.Detrend = "" }),
		"Scaling":    change(func(o *WelchOptions) { o.Scaling = "" }),
		"Average":    change(func(o *WelchOptions) { o.Average = "" }),
	} {
		s, err := Welch(x, 500, o)
		if err != nil || !reflect.DeepEqual(s.P, want.P) || s.Segments != 8 {
			t.Errorf("%s: %d segments (%v), want %d", name, s.Segments, err, want.Segments)
		}
		c, err := Coherence(x, x, 500, o)
		if err != nil || c.Segments != 8 {
			t.Errorf("%s: coherence over %d segments (%v), want 8", name, c.Segments, err)
		}
	}
	// 0 of a field with others set is no overlap.
	s, err := Welch(x, 500, change(func(o *WelchOptions) { o.Overlap = 0 }))
	if err != nil || s.Segments != 4 {
		t.Errorf("without overlap: %d segments (%v), want 4", s.Segments, err)
	}
}

// TestCoherenceIsAtMostOne looks at two equal signals, where rounding alone
// decides.
func TestCoherenceIsAtMostOne(t *testing.T) {
	x, y := make([]float64, 4001), make([]float64, 4001)
	state := uint64(7)
	for i := range x {
		state = state*6364136223846793005 + 1442695040888963407
		x[i] = float64(state>>11)/(1<<53) - 0.5
		y[i] = -3 * x[i]
	}
	for _, n := range []int{1, 2, 3, 101, 256, 4001} {
		for _, o := range []WelchOptions{{SegmentLen: n, Detrend: "none"}, {SegmentLen: n, Overlap: -1, Window: "hamming", Detrend: "none"}} {
			s, err := Coherence(x, y, 1000, o)
			if err != nil {
				t.Fatal(err)
			}
			for k, c := range s.P {
				if c > 1 || c < 1-1e-9 {
					t.Errorf("segments of %d: coherence is 1%+g at bin %d", n, c-1, k)
				}
			}
		}
	}
}
