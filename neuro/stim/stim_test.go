package stim_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"pgregory.net/rapid"
)

var nan, inf = math.NaN(), math.Inf(1)

func fill(s stim.Stimulus, n int, t0, dt float64) []float64 {
	dst := make([]float64, n)
	for i := range dst {
		dst[i] = nan // what was there before must not matter
	}
	s.Fill(dst, t0, dt)
	return dst
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		name   string
		s      stim.Stimulus
		t0, dt float64
		want   []float64
	}{
		{"Const", stim.Const(2.5), -1, 1, []float64{2.5, 2.5, 2.5}},
		{"Step", stim.Step(3, 2, 4), 0, 1, []float64{0, 0, 3, 3, 0, 0}},
		{"Step between samples", stim.Step(3, 1.5, 3.5), 0, 1, []float64{0, 0, 3, 3, 0}},
		{"Step from a later time", stim.Step(3, 2, 4), 3, 0.5, []float64{3, 3, 0, 0}},
		{"Step without end", stim.Step(3, 2, inf), 0, 1, []float64{0, 0, 3, 3, 3}},
		{"Step without beginning", stim.Step(3, -inf, 2), 0, 1, []float64{3, 3, 0, 0}},
		{"Step of no length", stim.Step(3, 2, 2), 0, 1, []float64{0, 0, 0, 0}},
		{"Ramp", stim.Ramp(1, 3, 1, 5), 0, 1, []float64{0, 1, 1.5, 2, 2.5, 0, 0}},
		{"Ramp down", stim.Ramp(2, -2, 0, 4), 0, 1, []float64{2, 1, 0, -1, 0}},
		{"Pulses", stim.Pulses(5, 2, 1, 6), 0, 1, []float64{0, 5, 5, 0, 0, 0, 5, 5, 0}},
		{"Pulses that overlap", stim.Pulses(5, 3, 1, 2), 0, 1, []float64{0, 5, 5, 5, 5, 0}},
		{"no Pulses", stim.Pulses(5, 3), 0, 1, []float64{0, 0}},
		{"Sine", stim.Sine(2, 250, 0), 0, 1, []float64{0, 2, 0, -2, 0}},
		{"Sine with a phase", stim.Sine(2, 250, math.Pi/2), 0, 1, []float64{2, 0, -2, 0}},
		{"Sine later", stim.Sine(1, 10, 0), 1e9 + 25, 25, []float64{1, 0, -1}},
		{"Func", stim.Func(func(t float64) float64 { return t * t }), 1, 0.5, []float64{1, 2.25, 4}},
		{"Sum", stim.Sum(stim.Const(1), stim.Step(2, 1, 2), stim.Pulses(3, 1, 1)), 0, 1, []float64{1, 6, 1}},
		{"Sum of Sums", stim.Sum(stim.Sum(stim.Const(1), stim.Const(2)), stim.Sum()), 0, 1, []float64{3, 3}},
		{"no Sum", stim.Sum(), 0, 1, []float64{0, 0}},
		{"nothing", stim.Step(3, 2, 4), 0, 1, nil},
	} {
		if err := stim.Check(c.s); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got := fill(c.s, len(c.want), c.t0, c.dt)
		for i, w := range c.want {
			if math.Abs(got[i]-w) > 1e-14*math.Max(1, math.Abs(w)) {
				t.Errorf("%s = %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// TestEdges wants as many samples in a step as its length says, although i*dt
// is rounded, for every beginning and step of time.
func TestEdges(t *testing.T) {
	for _, dt := range []float64{0.1, 0.01, 0.025, 0.3, 1.0 / 3} {
		for on := 0; on < 200; on++ {
			off := on + 70
			s := stim.Step(1, float64(on)*10*dt, float64(off)*10*dt)
			y := fill(s, 3000, 0, dt)
			for i, v := range y {
				if (v == 1) != (i >= 10*on && i < 10*off) {
					t.Fatalf("dt = %g: a step from sample %d to %d is %g at sample %d", dt, 10*on, 10*off, v, i)
				}
			}
		}
	}
}

// TestBlocks wants the same values in whatever blocks they are filled.
func TestBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dt := rapid.SampledFrom([]float64{0.1, 0.01, 0.3}).Draw(t, "dt")
		start := rapid.IntRange(-9000, 9000).Draw(t, "start")
		for name, make := range map[string]func() stim.Stimulus{
			"Step":   func() stim.Stimulus { return stim.Step(2, 3, 50) },
			"Ramp":   func() stim.Stimulus { return stim.Ramp(1, 5, -10, 50) },
			"Pulses": func() stim.Stimulus { return stim.Pulses(2, 0.9, -30, 0, 3, 8.7) },
			"OU":     func() stim.Stimulus { return stim.OU(1, 2, 5, 3) },
			"Sum":    func() stim.Stimulus { return stim.Sum(stim.OU(1, 2, 5, 3), stim.Step(2, 3, 50)) },
		} {
			s := make()
			n := rapid.IntRange(1, 9000).Draw(t, "n")
			whole := fill(make(), n, float64(start)*dt, dt)
			// forward or from anywhere, with the same stimulus
			for k := 0; k < 5; k++ {
				i := rapid.IntRange(0, n-1).Draw(t, "i")
				j := rapid.IntRange(i+1, n).Draw(t, "j")
				part := fill(s, j-i, float64(start+i)*dt, dt)
				for m := range part {
					if part[m] != whole[i+m] && (name != "Ramp" || math.Abs(part[m]-whole[i+m]) > 1e-9) {
						t.Fatalf("%s: sample %d is %g in a block from %d and %g in the whole", name, start+i+m, part[m], start+i, whole[i+m])
					}
				}
			}
		}
	})
}

// TestOU holds mean, variance and autocovariance at time 0 and later against
// their closed forms, over many seeds, for a fine and a coarse step.
func TestOU(t *testing.T) {
	const mean, sigma, tau, seeds = 3.0, 2.0, 5.0, 20000
	for _, dt := range []float64{0.5, 12} {
		lags := []int{0, 1, 4}
		at := []int{0, 1, 7}
		sum := make([]float64, len(at))
		cov := make([][]float64, len(at))
		for seed := uint64(0); seed < seeds; seed++ {
			y := fill(stim.OU(mean, sigma, tau, seed), 12, 0, dt)
			for a, k := range at {
				sum[a] += (y[k] - mean) / seeds
				if cov[a] == nil {
					cov[a] = make([]float64, len(lags))
				}
				for l, lag := range lags {
					cov[a][l] += (y[k] - mean) * (y[k+lag] - mean) / seeds
				}
			}
		}
		for a, k := range at {
			// five standard errors: sigma/sqrt(n), and sqrt(2) sigma^2/sqrt(n)
			if math.Abs(sum[a]) > 5*sigma/math.Sqrt(seeds) {
				t.Errorf("dt = %g: mean at step %d is off by %g", dt, k, sum[a])
			}
			for l, lag := range lags {
				want := sigma * sigma * math.Exp(-float64(lag)*dt/tau)
				if math.Abs(cov[a][l]-want) > 5*math.Sqrt2*sigma*sigma/math.Sqrt(seeds) {
					t.Errorf("dt = %g: covariance of steps %d and %d is %g, want %g", dt, k, k+lag, cov[a][l], want)
				}
			}
		}
	}
	// along time, and across time 0
	y := fill(stim.OU(mean, sigma, tau, 1), 400001, -10000, 0.05)
	var m, v, c float64
	for _, x := range y {
		m += (x - mean) / float64(len(y))
	}
	for i := range y[100:] {
		v += (y[i] - mean) * (y[i] - mean) / float64(len(y))
		c += (y[i] - mean) * (y[i+100] - mean) / float64(len(y))
	}
	// 20 s hold 2000 independent stretches of 2 tau
	if math.Abs(m) > 5*sigma/math.Sqrt(2000) || math.Abs(v-4) > 5*math.Sqrt2*4/math.Sqrt(2000) || math.Abs(c-4*math.Exp(-1)) > 5*math.Sqrt2*4/math.Sqrt(2000) {
		t.Errorf("along time: mean %g, variance %g, covariance at tau %g; want 0, 4, 1.47", m, v, c)
	}
}

func TestOUSeeds(t *testing.T) {
	a, b := fill(stim.OU(0, 1, 5, 1), 1000, 0, 0.1), fill(stim.OU(0, 1, 5, 1), 1000, 0, 0.1)
	if !reflect.DeepEqual(a, b) {
		t.Error("equal seeds give different noise")
	}
	other := fill(stim.OU(0, 1, 5, 2), 1000, 0, 0.1)
	same := 0
	for i := range a {
		if a[i] == other[i] {
			same++
		}
	}
	if same > 0 {
		t.Errorf("seeds 1 and 2 share %d of 1000 values", same)
	}
	scaled := fill(stim.OU(5, 3, 5, 1), 1000, 0, 0.1)
	for i := range a {
		if math.Abs(scaled[i]-(5+3*a[i])) > 1e-12 {
			t.Fatalf("mean and sigma do not just shift and scale: %g, %g", scaled[i], a[i])
		}
	}
	if y := fill(stim.OU(4, 0, 5, 1), 10, 0, 0.1); y[0] != 4 || y[9] != 4 {
		t.Errorf("without sigma: %v", y)
	}
	if y := fill(stim.OU(4, 1, 5, 1), 2, 1e300, 0.1); !math.IsNaN(y[0]) {
		t.Errorf("out of reach: %v", y)
	}
}

// TestOUShared fills one stimulus from several goroutines (run with -race).
func TestOUShared(t *testing.T) {
	s := stim.OU(0, 1, 5, 1)
	want := fill(stim.OU(0, 1, 5, 1), 20000, 0, 0.1)
	done := make(chan bool)
	for g := 0; g < 4; g++ {
		go func() {
			ok := true
			for k := g * 1000; k < 20000; k += 1000 {
				y := fill(s, 1000, float64(k)*0.1, 0.1)
				ok = ok && reflect.DeepEqual(y, want[k:k+1000])
				fill(s, 100, 0, 0.2+0.1*float64(k%7000)) // other grids come and go
			}
			done <- ok
		}()
	}
	for g := 0; g < 4; g++ {
		if !<-done {
			t.Error("goroutines see different noise")
		}
	}
}

// own is a stimulus of one's own with a check.
type own struct{ err error }

func (o own) Fill(dst []float64, t0, dt float64) {}
func (o own) Check() error                       { return o.err }

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		s    stim.Stimulus
		want string
	}{
		{nil, "stim: Check: the stimulus is nil"},
		{stim.Const(nan), "stim: Const: amp is NaN; it must be finite"},
		{stim.Step(inf, 0, 1), "stim: Step: amp is +Inf"},
		{stim.Step(1, nan, 1), "stim: Step: on is NaN ms"},
		{stim.Step(1, inf, inf), "stim: Step: on is +Inf ms"},
		{stim.Step(1, 0, nan), "stim: Step: off is NaN ms"},
		{stim.Step(1, 20, 10), "stim: Step: off (10 ms) is before on (20 ms)"},
		{stim.Ramp(nan, 1, 0, 1), "stim: Ramp: from is NaN"},
		{stim.Ramp(0, nan, 0, 1), "stim: Ramp: to is NaN"},
		{stim.Ramp(0, 1, 0, inf), "stim: Ramp: off is +Inf ms"},
		{stim.Ramp(0, 1, 5, 5), "stim: Ramp: on and off are both 5 ms"},
		{stim.Ramp(0, 1, 5, 4), "stim: Ramp: off (4 ms) is before on (5 ms)"},
		{stim.Sine(nan, 1, 0), "stim: Sine: amp is NaN"},
		{stim.Sine(1, inf, 0), "stim: Sine: hz is +Inf"},
		{stim.Sine(1, -5, 0), "stim: Sine: hz is -5 Hz"},
		{stim.Sine(1, 5, nan), "stim: Sine: phase is NaN"},
		{stim.OU(nan, 1, 1, 1), "stim: OU: mean is NaN"},
		{stim.OU(0, -1, 1, 1), "stim: OU: sigma is -1"},
		{stim.OU(0, 1, 0, 1), "stim: OU: tau is 0 ms; it must be positive"},
		{stim.OU(0, 1, nan, 1), "stim: OU: tau is NaN ms"},
		{stim.Pulses(nan, 1, 1), "stim: Pulses: amp is NaN"},
		{stim.Pulses(1, -1, 1), "stim: Pulses: width is -1 ms"},
		{stim.Pulses(1, 0, 1), "stim: Pulses: width is 0 ms"},
		{stim.Pulses(1, 1, 5, nan), "stim: Pulses: at[1] is NaN"},
		{stim.Pulses(1, 1, 5, 4), "stim: Pulses: at[1] = 4 ms comes after 5 ms"},
		{stim.Func(nil), "stim: Func: the function is nil"},
		{stim.Sum(stim.Const(1), nil), "stim: Sum: stimulus 1 is nil"},
		{stim.Sum(stim.Const(1), stim.Sum(stim.Step(1, 2, 1))), "stim: Step: off (1 ms) is before on (2 ms)"},
	} {
		if err := stim.Check(c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
		if s, ok := c.s.(display.Shower); ok && !strings.Contains(s.Show().Text(), c.want) {
			t.Errorf("shows %q, want %q", s.Show().Text(), c.want)
		}
	}
	if err := stim.Check(own{}); err != nil {
		t.Error(err)
	}
	if err := stim.Check(own{strings.NewReader("").UnreadByte()}); err == nil {
		t.Error("a stimulus's own check is not asked")
	}
}

func TestShow(t *testing.T) {
	for _, s := range []stim.Stimulus{
		stim.Const(1), stim.Step(1, 10, 20), stim.Step(1, 10, inf), stim.Step(1, -inf, inf), stim.Step(1, 5, 5), stim.Ramp(0, 1, 10, 20), stim.Sine(1, 8, 0), stim.Sine(1, 0, 0), stim.Sine(1, 1e-300, 0),
		stim.OU(0, 1, 5, 1), stim.OU(0, 1, 1e300, 1), stim.Pulses(1, 2, 10, 20), stim.Pulses(1, 2), stim.Pulses(1, 1e300), stim.Func(math.Sin), stim.Sum(stim.Const(1), stim.Step(1, 10, 300)),
	} {
		b := s.(display.Shower).Show()
		if png, ok := b.Data[display.TypePNG].([]byte); !ok || len(png) < 1000 {
			t.Errorf("%#v shows %v", s, b.Text())
		}
	}
}

func BenchmarkOU(b *testing.B) {
	s := stim.OU(0, 1, 5, 1)
	dst := make([]float64, 1024)
	for i := 0; i < b.N; i++ {
		s.Fill(dst, float64(i%10000)*102.4, 0.1)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/value")
}

// TestPulseTrains holds pulses against the definition, for each sample, in
// blocks of any length and wherever they begin.
func TestPulseTrains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SliceOfN(rapid.Float64Range(-20, 80), 0, 40).Draw(t, "at")
		if rapid.Bool().Draw(t, "sort") {
			slices.Sort(at)
		}
		width := rapid.SampledFrom([]float64{0.01, 0.3, 2, 200}).Draw(t, "width")
		dt := rapid.SampledFrom([]float64{0.07, 0.5, 9}).Draw(t, "dt")
		t0 := rapid.Float64Range(-50, 100).Draw(t, "t0")
		y := fill(stim.Pulses(2, width, at...), rapid.IntRange(0, 300).Draw(t, "n"), t0, dt)
		for i, v := range y {
			x, want, near := t0+float64(i)*dt, 0.0, false
			for _, p := range at {
				// as far as edges may be moved
				near = near || math.Abs(x-p) < 2e-9 || math.Abs(x-p-width) < 2e-9
				if x >= p && x < p+width {
					want = 2
				}
			}
			if v != want && !near {
				t.Fatalf("value %g at %.17g ms, want %g", v, x, want)
			}
		}
	})
}

// TestJumps wants the times at which a stimulus jumps, which simulations ask
// for, and none of a smooth one.
func TestJumps(t *testing.T) {
	jumps := func(s stim.Stimulus) []float64 {
		if e, ok := s.(interface{ Edges() []float64 }); ok {
			return e.Edges()
		}
		return nil
	}
	for _, c := range []struct {
		s    stim.Stimulus
		want []float64
	}{
		{stim.Const(1), nil},
		{stim.OU(0, 1, 5, 1), nil},
		{stim.Sine(1, 10, 0), nil},
		{stim.Func(math.Sqrt), nil},
		{stim.Step(1, 2, 3.5), []float64{2, 3.5}},
		{stim.Ramp(1, 2, 3, 4.5), []float64{3, 4.5}},
		{stim.Pulses(1, 0.5, 7, 9), []float64{7, 7.5, 9, 9.5}},
		{stim.Sum(stim.Const(1), stim.Step(1, 2, 3), stim.Sum(stim.OU(0, 1, 5, 1), stim.Pulses(1, 1, 2))), []float64{2, 3, 2, 3}},
		{stim.Sum(), nil},
	} {
		if got := jumps(c.s); !slices.Equal(got, c.want) {
			t.Errorf("%v jumps at %v, want %v", c.s, got, c.want)
		}
	}
}
