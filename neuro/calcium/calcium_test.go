package calcium_test

import (
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/calcium"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

type oracle struct {
	Baseline []struct {
		Y, Maximin, Sliding, Median []float64
		FS, Window, Sigma           float64
		Constant, Percentile        float64
	}
	Exact []struct {
		Y, S, C []float64
		G, Lam  float64
		Free    bool
	}
	Suite2p []struct {
		Y, S    []float64
		FS, Tau float64
	}
}

func load(t testing.TB) (o oracle) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "calcium/calcium.json"), &o)
	return o
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol) {
			t.Fatalf("%s: value %d is %.17g, want %.17g", what, i, got[i], want[i])
		}
	}
}

// TestBaseline equals SciPy's filters.
func TestBaseline(t *testing.T) {
	for k, c := range load(t).Baseline {
		for _, m := range []struct {
			name string
			o    calcium.BaselineOptions
			want []float64
		}{
			{"", calcium.BaselineOptions{}, c.Maximin},
			{"constant", calcium.BaselineOptions{Method: "constant"}, []float64{c.Constant}},
			{"percentile", calcium.BaselineOptions{Method: "percentile"}, []float64{c.Percentile}},
			{"sliding", calcium.BaselineOptions{Method: "sliding"}, c.Sliding},
			{"median", calcium.BaselineOptions{Method: "sliding", Percentile: 50}, c.Median},
		} {
			m.o.Window, m.o.Sigma = c.Window, c.Sigma
			got, err := calcium.Baseline(c.Y, c.FS, m.o)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.want) == 1 {
				for len(m.want) < len(c.Y) {
					m.want = append(m.want, m.want[0])
				}
			}
			near(t, fmt.Sprintf("%d %s", k, m.name), got, m.want, 1e-12)
		}
	}
}

// TestDeconvolve equals the exact solution of the problem and suite2p's pools.
func TestDeconvolve(t *testing.T) {
	o := load(t)
	for k, c := range o.Exact {
		got, err := calcium.Deconvolve(c.Y, 10, calcium.DeconvolveOptions{Tau: -1 / (10 * math.Log(c.G)), Lambda: c.Lam, Free: c.Free})
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint(k, " calcium"), got.Calcium, c.C, 1e-10)
		near(t, fmt.Sprint(k, " events"), got.Events[1:], c.S[1:], 1e-10)
	}
	for k, c := range o.Suite2p {
		f0, err := calcium.Baseline(c.Y, c.FS, calcium.BaselineOptions{})
		if err != nil {
			t.Fatal(err)
		}
		y := make([]float64, len(c.Y))
		for i, v := range c.Y {
			y[i] = v - f0[i]
		}
		got, err := calcium.Deconvolve(y, c.FS, calcium.DeconvolveOptions{Tau: c.Tau, Free: true})
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint(k, " suite2p"), got.Events, c.S, 1e-10)
	}
}

// TestOptimal holds the conditions of Karush, Kuhn and Tucker: no event can be added,
// moved or taken away at a gain.
func TestOptimal(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-3, 5), 1, 200).Draw(r, "y")
		g := rapid.Float64Range(.05, .99).Draw(r, "g")
		lambda := rapid.SampledFrom([]float64{0, .1, 1, 5}).Draw(r, "lambda")
		free := rapid.Bool().Draw(r, "free")
		d, err := calcium.Deconvolve(y, 1, calcium.DeconvolveOptions{Tau: -1 / math.Log(g), Lambda: lambda, Free: free})
		if err != nil {
			r.Fatal(err)
		}
		g = math.Exp(-1 / d.Tau)
		gradient := 0.0
		for k := len(y) - 1; k >= 0; k-- {
			gradient = d.Calcium[k] - y[k] + g*gradient
			s, slope := d.Calcium[k], gradient+lambda
			if k > 0 {
				s -= g * d.Calcium[k-1]
			} else if free {
				slope -= lambda
				if math.Abs(slope) > 1e-9 {
					r.Fatalf("the slope of a free start is %g", slope)
				}
				continue
			}
			if s < -1e-12 || slope < -1e-9 || s*slope > 1e-9 {
				r.Fatalf("frame %d: event %g has slope %g", k, s, slope)
			}
		}
	})
}

// TestNoiseConstrained finds the penalty whose residuals are the noise.
func TestNoiseConstrained(t *testing.T) {
	y := simulated(t, 1, 60, 30, calcium.SimulateOptions{F0: 1, Seed: 3})
	for i := range y {
		y[i]--
	}
	for _, noise := range []float64{.08, .1, .2, 10} {
		d, err := calcium.Deconvolve(y, 30, calcium.DeconvolveOptions{Tau: .7, Lambda: -1, Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		sum, all, events := 0.0, 0.0, 0.0
		for i, v := range y {
			sum += (v - d.Calcium[i]) * (v - d.Calcium[i])
			all += v * v
			events += d.Events[i]
		}
		sd := math.Sqrt(sum / float64(len(y)))
		if noise < 1 && math.Abs(sd-noise) > 1e-6 && d.Lambda > 0 {
			t.Errorf("residuals of %g for noise of %g", sd, noise)
		}
		if noise == 10 && events != 0 {
			t.Errorf("noise of 10 leaves events of %g", events)
		}
	}
}

// simulated returns the fluorescence of Poisson spikes of some rate, Hz.
func simulated(t testing.TB, rate, dur, fs float64, o calcium.SimulateOptions) []float64 {
	t.Helper()
	f, err := calcium.Simulate(poisson(t, rate, dur, o.Seed), dur, fs, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func poisson(t testing.TB, rate, dur float64, seed uint64) neuro.Spikes {
	t.Helper()
	s, err := spikes.Poisson(rate, 0, dur*1000, 0, seed+100)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRecovers takes simulated spikes through fluorescence and back: noise and decay are
// estimated, and events follow the spikes better than ΔF/F does.
func TestRecovers(t *testing.T) {
	const dur, fs = 300, 30
	for seed := range uint64(4) {
		o := calcium.SimulateOptions{Seed: seed, Drift: .1}
		f := simulated(t, .5, dur, fs, o)
		d, err := calcium.DFF(f, fs, calcium.BaselineOptions{Method: "sliding", Window: 30, Percentile: 20})
		if err != nil {
			t.Fatal(err)
		}
		noise, err := calcium.Noise(d.DFF, fs)
		if err != nil || math.Abs(noise-.1) > .01 {
			t.Errorf("noise is %g, want 0.1 (%v)", noise, err)
		}
		tau, err := calcium.DecayTime(d.DFF, fs, noise)
		if err != nil || tau < .5 || tau > .9 {
			t.Errorf("tau is %g, want 0.7 (%v)", tau, err)
		}
		e, err := calcium.Deconvolve(d.DFF, fs, calcium.DeconvolveOptions{Tau: .7, Lambda: -1})
		if err != nil {
			t.Fatal(err)
		}
		truth := make([]float64, len(f))
		for _, s := range poisson(t, .5, dur, seed) {
			truth[int(s*fs/1000)]++
		}
		const bin = 3 // frames of 100 ms
		found, raw := correlation(e.Events, truth, bin), correlation(d.DFF, truth, bin)
		if found < .8 || found < raw+.3 {
			t.Errorf("seed %d: events correlate by %.3f with spikes, ΔF/F by %.3f", seed, found, raw)
		}
	}
}

// correlation is Pearson's, of sums over bins of frames.
func correlation(x, y []float64, bin int) float64 {
	var n, sx, sy, sxx, syy, sxy float64
	for i := 0; i+bin <= len(x); i += bin {
		a, b := 0.0, 0.0
		for k := range bin {
			a, b = a+x[i+k], b+y[i+k]
		}
		n, sx, sy, sxx, syy, sxy = n+1, sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
	}
	return (sxy - sx*sy/n) / math.Sqrt((sxx-sx*sx/n)*(syy-sy*sy/n))
}

// TestMinEvent keeps events large.
func TestMinEvent(t *testing.T) {
	f := simulated(t, 1, 60, 30, calcium.SimulateOptions{F0: 1, Seed: 9})
	d, err := calcium.Deconvolve(f, 30, calcium.DeconvolveOptions{Tau: .7, MinEvent: .2, Baseline: 1})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, s := range d.Events {
		if s != 0 && s < .2-1e-12 {
			t.Errorf("the event of frame %d is %g", i, s)
		}
		if s > 0 {
			n++
		}
	}
	truth := len(poisson(t, 1, 60, 9))
	if math.Abs(float64(n-truth)) > .2*float64(truth) || len(d.Spikes(0)) != n || len(d.Spikes(1e9)) != 0 {
		t.Errorf("%d events for %d spikes", n, truth)
	}
}

// TestSuite2pRecording deconvolves a recording as suite2p did, whose numbers have 24 bits:
// 0.7 of the neuropil, maximin, 10 frames a second and a decay of 1 s, its defaults.
func TestSuite2pRecording(t *testing.T) {
	dir := golden.Shared(t, "data/fetched/pynapple")
	if _, err := os.Stat(filepath.Join(dir, "suite2p_iscell.npy")); err != nil {
		t.Skip("the recording is not there")
	}
	to := t.TempDir()
	for _, name := range []string{"F", "Fneu", "spks"} {
		r, err := os.Open(filepath.Join(dir, "suite2p_"+name+".npy.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		a, err := npy.Decode(z, name)
		if err == nil {
			err = npy.Write(filepath.Join(to, name+".npy"), a)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(filepath.Join(dir, "suite2p_iscell.npy"))
	if err == nil {
		err = os.WriteFile(filepath.Join(to, "iscell.npy"), is, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := calcium.ReadSuite2p(to, 10)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.String(); got != "219 traces of 2000 frames at 10 Hz, 20 of cells, with neuropil" {
		t.Error(got)
	}
	if c, err := s.Cells(); err != nil || len(c.F) != 20 || len(c.Events) != 20 {
		t.Error(err)
	}
	compared, worst := 0, 0.0
	for i := range s.F {
		f, err := calcium.Correct(s.F[i], s.Neuropil[i], .7)
		if err != nil {
			t.Fatal(err)
		}
		f0, err := calcium.Baseline(f, s.FS, calcium.BaselineOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for k := range f {
			f[k] -= f0[k]
		}
		d, err := calcium.Deconvolve(f, s.FS, calcium.DeconvolveOptions{Tau: 1, Free: true})
		if err != nil {
			t.Fatal(err)
		}
		largest := 0.0
		for _, v := range s.Events[i] {
			largest = math.Max(largest, v)
		}
		for k, v := range d.Events {
			worst = math.Max(worst, math.Abs(v-s.Events[i][k])/largest)
		}
		compared++
	}
	t.Logf("%d regions: the largest difference is %.2g of the largest event of its region", compared, worst)
	if worst > 1e-4 {
		t.Errorf("events differ from suite2p's by %g of the largest", worst)
	}
}

// TestRefuses holds errors.
func TestRefuses(t *testing.T) {
	nan := []float64{1, math.NaN()}
	ok := make([]float64, 64)
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{func() error { _, err := calcium.Correct(ok, ok[:3], .7); return err }, "neuropil 3"},
		{func() error { _, err := calcium.Correct(ok, ok, 1.7); return err }, "coefficient is 1.7"},
		{func() error { _, err := calcium.Correct(nan, nan, .7); return err }, "f[1] is NaN"},
		{func() error { _, err := calcium.Baseline(nil, 30, calcium.BaselineOptions{}); return err }, "no frames"},
		{func() error { _, err := calcium.Baseline(ok, 0, calcium.BaselineOptions{}); return err }, "fs is 0"},
		{func() error { _, err := calcium.Baseline(ok, 30, calcium.BaselineOptions{Method: "mode"}); return err }, `"mode"`},
		{func() error { _, err := calcium.Baseline(ok, 30, calcium.BaselineOptions{Window: .01}); return err }, "a frame or more"},
		{func() error { _, err := calcium.Baseline(ok, 30, calcium.BaselineOptions{Sigma: -3}); return err }, "Sigma"},
		{func() error { _, err := calcium.Baseline(ok, 30, calcium.BaselineOptions{Percentile: 101}); return err }, "Percentile"},
		{func() error { _, err := calcium.DFF(ok, 30, calcium.BaselineOptions{}); return err }, "baseline at frame 0 is 0"},
		{func() error { _, err := calcium.Deconvolve(ok, 30, calcium.DeconvolveOptions{Tau: -1}); return err }, "Tau"},
		{func() error { _, err := calcium.Deconvolve(ok, 30, calcium.DeconvolveOptions{}); return err }, "give Tau"},
		{func() error { _, err := calcium.DecayTime(ok, 30, 0); return err }, "does not change"},
		{func() error { _, err := calcium.Baseline(ok, 30, calcium.BaselineOptions{Sigma: 1e12}); return err }, "below 1e6"},
		{func() error { _, err := calcium.Deconvolve(ok[:9], 30, calcium.DeconvolveOptions{}); return err }, "32"},
		{func() error {
			_, err := calcium.Deconvolve(ok, 30, calcium.DeconvolveOptions{Tau: 1, Lambda: -2})
			return err
		}, "Lambda"},
		{func() error {
			_, err := calcium.DeconvolveAll([][]float64{ok, nan}, 30, calcium.DeconvolveOptions{Tau: 1})
			return err
		}, "trace 1"},
		{func() error {
			_, err := calcium.Simulate(neuro.Spikes{5000}, 5, 30, calcium.SimulateOptions{})
			return err
		}, "spike 0"},
		{func() error { _, err := calcium.Simulate(nil, 0, 30, calcium.SimulateOptions{}); return err }, "no recording"},
		{func() error { _, err := calcium.ReadSuite2p(t.TempDir(), 30); return err }, "F.npy"},
		{func() error { _, err := calcium.ReadSuite2p(t.TempDir(), 0); return err }, "fs is 0"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestRead reads traces of tables and arrays.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "t.csv")
	if err := os.WriteFile(csv, []byte("frame,a,b\n0,1,2\n1,3,4\n2,5,6\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	array := filepath.Join(dir, "t.npy")
	if err := npy.Write(array, npy.FromMatrix([][]float64{{1, 2}, {3, 4}, {5, 6}})); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path    string
		columns bool
		want    string
	}{
		{csv, false, "[[1 3 5] [2 4 6]] [a b]"},
		{array, true, "[[1 3 5] [2 4 6]] [0 1]"},
		{array, false, "[[1 2] [3 4] [5 6]] [0 1 2]"},
	} {
		x, err := calcium.Read(c.path, 30, c.columns)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(x.F, x.Names); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	if err := os.WriteFile(csv, []byte("unit,time\n1,0.5\n2,0.7\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := calcium.Read(csv, 30, false); err == nil || !strings.Contains(err.Error(), `column "unit" names units`) {
		t.Errorf("spike times by unit: %v", err)
	}
	if err := os.WriteFile(csv, []byte("a\n1\n\n3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := calcium.Read(csv, 30, false); err == nil || !strings.Contains(err.Error(), "trace 0 is NaN at frame 1") {
		t.Errorf("a missing value: %v", err)
	}
}

func ExampleDeconvolve() {
	truth := neuro.Spikes{1000, 2500, 2600, 4200, 7000}
	f, err := calcium.Simulate(truth, 10, 30, calcium.SimulateOptions{Tau: 0.5, Size: 0.5, Noise: 0.05, Seed: 1})
	if err != nil {
		panic(err)
	}
	d, err := calcium.DFF(f, 30, calcium.BaselineOptions{Method: "percentile", Percentile: 20})
	if err != nil {
		panic(err)
	}
	e, err := calcium.Deconvolve(d.DFF, 30, calcium.DeconvolveOptions{Tau: 0.5, Lambda: -1})
	if err != nil {
		panic(err)
	}
	fmt.Printf("spikes %.0f ms\n", truth)
	fmt.Printf("events %.0f ms\n", e.Spikes(0.25))
	// Output:
	// spikes [1000 2500 2600 4200 7000] ms
	// events [1000 2500 2600 4200 7000] ms
}

// TestFigures draws what results show.
func TestFigures(t *testing.T) {
	f := simulated(t, .4, 20, 30, calcium.SimulateOptions{})
	d, err := calcium.DFF(f, 30, calcium.BaselineOptions{Window: 10})
	if err != nil {
		t.Fatal(err)
	}
	e, err := calcium.Deconvolve(d.DFF, 30, calcium.DeconvolveOptions{Tau: .7})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i, err := range []error{
		d.Plot().Save(filepath.Join(dir, "d.svg")), e.Plot().Save(filepath.Join(dir, "e.svg")),
		(&calcium.Traces{F: [][]float64{f, make([]float64, 600)}, Names: []string{"a", "b"}, FS: 30}).Plot().Save(filepath.Join(dir, "t.svg")),
	} {
		if err != nil {
			t.Errorf("figure %d: %v", i, err)
		}
	}
}
