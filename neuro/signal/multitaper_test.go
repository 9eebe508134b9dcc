package signal

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestDPSSAreSciPys(t *testing.T) {
	var g struct {
		Ratios []float64   `json:"dpss_256_NW4_K7_ratios"`
		Tapers [][]float64 `json:"dpss_first3"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/spectral.json"), &g)
	v, ratios, err := DPSS(256, 4, 7)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "ratios", ratios, g.Ratios, 1e-9)
	for i, want := range g.Tapers {
		golden.Close(t, "taper", v[i], want, 1e-9)
	}
}

// Tapers are orthonormal and concentrated as their ratios say, at any length.
func TestDPSSProperties(t *testing.T) {
	for _, c := range []struct {
		n  int
		nw float64
		k  int
	}{{2, 0.5, 2}, {3, 1, 3}, {17, 2.5, 5}, {101, 4, 8}, {1000, 2, 4}, {5003, 6, 12}, {30000, 4, 8}} {
		v, ratios, err := DPSS(c.n, c.nw, c.k)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v {
			for j := range i + 1 {
				dot, want := 0.0, 0.0
				for k := range v[i] {
					dot += v[i][k] * v[j][k]
				}
				if i == j {
					want = 1
				}
				if math.Abs(dot-want) > 1e-8 {
					t.Errorf("%+v: tapers %d and %d have the product %g", c, i, j, dot)
				}
			}
			if !(ratios[i] > 0 && ratios[i] < 1+1e-12) || i > 0 && ratios[i] > ratios[i-1]+1e-12 {
				t.Errorf("%+v: ratios %v", c, ratios)
			}
		}
	}
	for _, c := range []struct {
		n  int
		nw float64
		k  int
	}{{0, 1, 1}, {10, 0, 1}, {10, 5, 1}, {10, 2, 0}, {10, 2, 11}} {
		if _, _, err := DPSS(c.n, c.nw, c.k); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

func TestMultitaperIsMNEs(t *testing.T) {
	var g struct {
		X        []float64
		FS       float64
		P        []float64 `json:"mne_multitaper_bw4_psd"`
		Adaptive []float64 `json:"mne_multitaper_bw4_adaptive_psd"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/filters.json"), &g)
	s, err := Multitaper(g.X, g.FS, MultitaperOptions{Bandwidth: 4})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "power", s.P, g.P, 1e-9)
	if s, err = Multitaper(g.X, g.FS, MultitaperOptions{Bandwidth: 4, Adaptive: true}); err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "adaptive power", s.P, g.Adaptive, 1e-7)
}

// The spectrum of several signals is that of each, and sums to the variance.
func TestMultitaperEach(t *testing.T) {
	for _, n := range []int{1, 2, 9, 97, 100, 256} {
		x := channels(5, n)
		o := MultitaperOptions{Unit: "mV"}
		if n < 9 {
			if n == 2 {
				o.Bandwidth = 50
			}
			o.MaxTapers = 1
		}
		each, err := MultitaperEach(x, 100, o)
		if err != nil {
			t.Fatal(n, err)
		}
		for i := range x {
			one, err := Multitaper(x[i], 100, o)
			if err != nil {
				t.Fatal(err)
			}
			for k := range one.P {
				if one.P[k] != each[i].P[k] {
					t.Fatalf("%d samples: value %d is %g alone and %g with others", n, k, one.P[k], each[i].P[k])
				}
			}
			if one.Unit != "mV²/Hz" {
				t.Errorf("unit %q", one.Unit)
			}
		}
	}
	for _, o := range []MultitaperOptions{{Bandwidth: -1}, {Bandwidth: 0.5}, {Bandwidth: 100}, {MaxTapers: -1}, {Bandwidth: 2, Adaptive: true}} {
		if _, err := Multitaper(channels(1, 100)[0], 100, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// In noise the test finds as much as it says; a sine is found with its amplitude.
func TestFTest(t *testing.T) {
	x := channels(1, 4000)[0]
	found, count := 0, 0
	for i := 0; i < 4000; i += 200 {
		r, err := FTest(x[i:i+200], 100, MultitaperOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for k := 10; k < 90; k += 8 { // farther apart than the bandwidth
			count++
			if r.P[k] < 0.05 {
				found++
			}
		}
	}
	if p := float64(found) / float64(count); p > 0.05+3*math.Sqrt(0.05*0.95/float64(count)) {
		t.Errorf("%d of %d tests of noise are significant at 0.05", found, count)
	}
	y := make([]float64, 1000)
	for i := range y {
		y[i] = 0.3*x[i] + 0.5*math.Cos(2*math.Pi*20*float64(i)/100+1)
	}
	r, err := FTest(y, 100, MultitaperOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r.P[200] > 1e-6 || math.Abs(r.Amplitude[200]-0.5) > 0.02 || math.Abs(r.Phase[200]-1) > 0.1 {
		t.Errorf("the sine has p = %g, amplitude %g and phase %g", r.P[200], r.Amplitude[200], r.Phase[200])
	}
	if n := len(r.Plot().Panels[0].Layers); n != 2 {
		t.Errorf("the figure has %d layers", n)
	}
	(LineTest{}).Plot().Show()
}

func TestMorletTrials(t *testing.T) {
	x := channels(5, 603) // five trials of one channel
	var trials [][][]float64
	for _, s := range x {
		trials = append(trials, [][]float64{s, x[0]})
	}
	f, cycles := []float64{6, 10, 20, 33}, []float64{2, 3, 4, 7}
	got, err := MorletPower(trials, 100, f, cycles)
	if err != nil {
		t.Fatal(err)
	}
	itc, err := MorletLocking(trials, 100, f, cycles)
	if err != nil {
		t.Fatal(err)
	}
	for k := range f {
		want := make([]float64, 603)
		for _, s := range x {
			one, err := Scalogram(s, 100, f[k:k+1], cycles[k])
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range one.P[0] {
				want[i] += v / 5
			}
		}
		golden.Close(t, "power", got[0].P[k], want, 1e-11)
		// The direct convolution.
		w, reach := wavelet(100, f[k], cycles[k])
		for _, i := range []int{0, 17, 300, 602} {
			mean, sum := 0.0, complex(0, 0)
			for _, s := range x {
				z := complex(0, 0)
				for j, v := range w {
					if at := i + reach - j; at >= 0 && at < len(s) {
						z += v * complex(s[at], 0)
					}
				}
				a := math.Hypot(real(z), imag(z))
				mean += a * a / 5
				sum += complex(real(z)/a/5, imag(z)/a/5)
			}
			if math.Abs(got[0].P[k][i]-mean) > 1e-12*(1+mean) {
				t.Errorf("%g Hz, sample %d: power %g, want %g", f[k], i, got[0].P[k][i], mean)
			}
			if a := math.Hypot(real(sum), imag(sum)); math.Abs(itc[0].P[k][i]-a) > 1e-12 {
				t.Errorf("%g Hz, sample %d: locking %g, want %g", f[k], i, itc[0].P[k][i], a)
			}
			if math.Abs(itc[1].P[k][i]-1) > 1e-12 {
				t.Errorf("the same signal in all trials has a locking of %g", itc[1].P[k][i])
			}
		}
	}
	if _, err := MorletPower(nil, 100, f, cycles); err == nil {
		t.Error("no trials are allowed")
	}
	if _, err := MorletPower(append(trials, trials[0][:1]), 100, f, cycles); err == nil {
		t.Error("trials of different channels are allowed")
	}
	if _, err := MorletPower(trials, 100, f, cycles[:2]); err == nil {
		t.Error("two numbers of cycles for four frequencies are allowed")
	}
}

// TestMorletRounds has room for few wavelets at a time, which changes no bit.
func TestMorletRounds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	trials := make([][][]float64, 3)
	for i := range trials {
		trials[i] = rows(2, 501)
		for _, x := range trials[i] {
			for k := range x {
				x[k] = r.NormFloat64()
			}
		}
	}
	frequencies := make([]float64, 21) // two rounds of 8 and one of 5
	for i := range frequencies {
		frequencies[i] = 5 + float64(i)
	}
	want, err := MorletPower(trials, 250, frequencies, []float64{5})
	if err != nil {
		t.Fatal(err)
	}
	defer func(n int) { waveletRoom = n }(waveletRoom)
	waveletRoom = 1
	got, err := MorletPower(trials, 250, frequencies, []float64{5})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("power in rounds of 8 wavelets differs from that at once")
	}
}
