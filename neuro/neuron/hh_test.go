package neuron_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"pgregory.net/rapid"
)

// TestHHReference holds simulations against SciPy's DOP853 at 1e-13, whose
// values testdata/neuron/hh_reference.py makes.
func TestHHReference(t *testing.T) {
	var cases []struct {
		I, Dur, C, GNa, GK, Every float64
		State                     [][]float64 // V, n, m, h every Every ms
		Spikes                    []float64
	}
	golden.JSON(t, golden.Path(t, "neuron/hh.json"), &cases)
	if len(cases) < 9 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		m := neuron.NewHH()
		m.C, m.GNa, m.GK = c.C, c.GNa, c.GK
		// The method is of order 4, but the linear interpolation of a crossing
		// is of order 2 and rules the error of spike times.
		for _, o := range []struct{ dt, v, gate, spike float64 }{
			{0.05, 5e-3, 3e-5, 2e-3}, // taken in steps of 0.025 ms
			{0.01, 1e-4, 1e-6, 8e-5},
			{0.002, 2e-7, 2e-9, 4e-6},
		} {
			r, err := m.Simulate(stim.Const(c.I), c.Dur, o.dt)
			if err != nil {
				t.Fatal(err)
			}
			if r.Count() != len(c.Spikes) {
				t.Errorf("I = %g, dt = %g: %d spikes, want %d", c.I, o.dt, r.Count(), len(c.Spikes))
				continue
			}
			off := 0.0
			for i, s := range c.Spikes {
				off = math.Max(off, math.Abs(r.Spikes[i]-s))
			}
			if off > o.spike {
				t.Errorf("I = %g, dt = %g: spike times are off by %.2g ms, allowed %g", c.I, o.dt, off, o.spike)
			}
			every := int(math.Round(c.Every / o.dt))
			offV, offGate := 0.0, 0.0
			for k, s := range c.State {
				offV = math.Max(offV, math.Abs(r.V.Y[k*every]-s[0]))
				for g := range r.States {
					offGate = math.Max(offGate, math.Abs(r.States[g].Y[k*every]-s[g+1]))
				}
			}
			if offV > o.v || offGate > o.gate {
				t.Errorf("I = %g, dt = %g: V is off by %.2g mV (allowed %g), gates by %.2g (allowed %g)", c.I, o.dt, offV, o.v, offGate, o.gate)
			}
			t.Logf("I %4g dt %5g: V %.1e mV, gates %.1e, spikes %.1e ms", c.I, o.dt, offV, offGate, off)
		}
	}
}

// TestHHOrder measures the order of the method: halving the step divides the
// error by 16.
func TestHHOrder(t *testing.T) {
	m := neuron.NewHH()
	run := func(n int) float64 {
		s := m.SteadyState(-65)
		for i := 0; i < n; i++ {
			s = m.Step(s, 3/float64(n), 10)
		}
		return s.V
	}
	want := run(12000)
	if ratio := (run(300) - want) / (run(600) - want); ratio < 12 || ratio > 20 {
		t.Errorf("halving the step divides the error by %.3g, want about 16", ratio)
	}
}

func TestHHSevenSpikes(t *testing.T) {
	m := neuron.NewHH()
	before := m
	var counts []int
	for _, dt := range []float64{0.001, 0.01, 0.02, 0.025, 0.05, 0.1, 0.3, 2, 30, 200} {
		r, err := m.Simulate(stim.Const(10), 100, dt)
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, r.Count())
		if got := r.Rate(); got != float64(r.Count())*10 {
			t.Errorf("dt = %g: Rate = %g Hz", dt, got)
		}
		if n := int(100/dt+1e-6) + 1; len(r.V.Y) != n || len(r.States[0].Y) != n || r.V.Dt != dt {
			t.Errorf("dt = %g: %d samples, want %d", dt, len(r.V.Y), n)
		}
	}
	if !reflect.DeepEqual(counts, []int{7, 7, 7, 7, 7, 7, 7, 7, 7, 7}) {
		t.Errorf("spikes in 100 ms at 10 uA/cm2: %v, want 7 at every step", counts)
	}
	a, _ := m.Simulate(stim.Const(10), 100, 0.01)
	b, _ := m.Simulate(stim.Const(10), 100, 0.01)
	if !reflect.DeepEqual(a, b) || m != before {
		t.Error("a second simulation gives another result, or changed the model")
	}
}

// TestHHRates holds the rates against their formulas, and wants them smooth
// where these are 0/0.
func TestHHRates(t *testing.T) {
	m := neuron.NewHH()
	for _, c := range []struct {
		name string
		f    func(float64) float64
		want func(v float64) float64
	}{
		{"AlphaN", m.AlphaN, func(v float64) float64 { return 0.01 * (v + 55) / (1 - math.Exp(-(v+55)/10)) }},
		{"BetaN", m.BetaN, func(v float64) float64 { return 0.125 * math.Exp(-(v+65)/80) }},
		{"AlphaM", m.AlphaM, func(v float64) float64 { return 0.1 * (v + 40) / (1 - math.Exp(-(v+40)/10)) }},
		{"BetaM", m.BetaM, func(v float64) float64 { return 4 * math.Exp(-(v+65)/18) }},
		{"AlphaH", m.AlphaH, func(v float64) float64 { return 0.07 * math.Exp(-(v+65)/20) }},
		{"BetaH", m.BetaH, func(v float64) float64 { return 1 / (1 + math.Exp(-(v+35)/10)) }},
	} {
		for v := -120.3; v < 80; v += 0.7 { // never closer than 0.1 mV to -55 and -40
			if got, want := c.f(v), c.want(v); math.Abs(got-want) > 1e-12*want {
				t.Errorf("%s(%g) = %.17g, want %.17g", c.name, v, got, want)
			}
		}
		if !math.IsNaN(c.f(math.NaN())) {
			t.Errorf("%s(NaN) is not NaN", c.name)
		}
	}
	for _, c := range []struct {
		name           string
		f              func(float64) float64
		at, want, rise float64 // value and slope at the singularity
	}{
		{"AlphaN", m.AlphaN, -55, 0.1, 0.005},
		{"AlphaM", m.AlphaM, -40, 1, 0.05},
	} {
		if got := c.f(c.at); got != c.want {
			t.Errorf("%s(%g) = %g, want %g", c.name, c.at, got, c.want)
		}
		for e := -14.0; e < -3; e += 0.37 {
			for _, d := range []float64{math.Pow(10, e), -math.Pow(10, e)} {
				v := c.at + d
				d = v - c.at // as rounded
				if got, want := c.f(v), c.want+c.rise*d+c.want*d*d/1200; math.Abs(got-want) > 4e-16*c.want {
					t.Errorf("%s(%g + %g) = %.17g, want %.17g", c.name, c.at, d, got, want)
				}
			}
		}
	}
}

// TestHHSteadyState wants gates at rest where the derivatives are 0.
func TestHHSteadyState(t *testing.T) {
	m := neuron.NewHH()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-120, 60).Draw(t, "v")
		s := m.SteadyState(v)
		if s.V != v {
			t.Fatalf("SteadyState(%g).V = %g", v, s.V)
		}
		for _, g := range []struct{ a, b, x float64 }{
			{m.AlphaN(v), m.BetaN(v), s.N}, {m.AlphaM(v), m.BetaM(v), s.M}, {m.AlphaH(v), m.BetaH(v), s.H},
		} {
			if d := g.a*(1-g.x) - g.b*g.x; math.Abs(d) > 1e-13*(g.a+g.b) {
				t.Fatalf("at %g mV a gate moves by %g /ms", v, d)
			}
		}
	})
	// Hodgkin and Huxley's resting gates
	s := m.SteadyState(-65)
	golden.Close(t, "gates at -65 mV", []float64{s.N, s.M, s.H}, []float64{0.3176769140606974, 0.05293248525724958, 0.5961207535084603}, 1e-14)
	if near := m.SteadyState(-55 + 1e-13); math.Abs(near.N-m.SteadyState(-55).N) > 1e-13 {
		t.Error("SteadyState jumps at -55 mV")
	}
}

// TestHHGates wants gates between 0 and 1 and V within the reversal potentials
// when no current flows, from any state.
func TestHHGates(t *testing.T) {
	m := neuron.NewHH()
	unit := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		s := neuron.HHState{V: rapid.Float64Range(-77, 50).Draw(t, "v"), N: unit.Draw(t, "n"), M: unit.Draw(t, "m"), H: unit.Draw(t, "h")}
		dt := rapid.Float64Range(0.001, 0.2).Draw(t, "dt")
		for i := 0; i < 200; i++ {
			s = m.Step(s, dt, 0)
			const e = 1e-3 // of the error of a step
			if !(s.V > -77-e && s.V < 50+e && s.N > -e && s.N < 1+e && s.M > -e && s.M < 1+e && s.H > -e && s.H < 1+e) {
				t.Fatalf("after %d steps of %g ms the state is %+v", i+1, dt, s)
			}
		}
	})
}

// TestHHPassive holds the axon without channels against the closed form of a
// resistor and a capacitor.
func TestHHPassive(t *testing.T) {
	m := neuron.NewHH()
	m.GNa, m.GK, m.EL, m.V0 = 0, 0, -65, -70
	r, err := m.Simulate(stim.Step(2, 10, 30), 50, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	tau := m.C / m.GL
	for k, v := range r.V.Y {
		x := r.V.At(k)
		want := -65 - 5*math.Exp(-x/tau)
		if x > 10 {
			want += 2 / m.GL * (1 - math.Exp(-(math.Min(x, 30)-10)/tau)) * math.Exp(-math.Max(x-30, 0)/tau)
		}
		if math.Abs(v-want) > 1e-9 {
			t.Fatalf("V(%g ms) = %.12g, want %.12g", x, v, want)
		}
	}
}

// TestHHHyperpolarised goes where the rates are a thousand times faster than a
// step.
func TestHHHyperpolarised(t *testing.T) {
	for _, dt := range []float64{0.01, 0.05, 0.5} {
		r, err := neuron.NewHH().Simulate(stim.Const(-30), 200, dt)
		if err != nil {
			t.Fatal(err)
		}
		// only the leak is left
		if got, want := r.V.Y[len(r.V.Y)-1], -54.387-30/0.3; math.Abs(got-want) > 0.01 {
			t.Errorf("dt = %g: V ends at %g mV, want %g", dt, got, want)
		}
	}
	_, err := neuron.NewHH().Simulate(stim.Const(-1000), 100, 0.01)
	if err == nil || !strings.Contains(err.Error(), "range of the model") || !strings.Contains(err.Error(), "-1000 uA/cm2") {
		t.Errorf("-1000 uA/cm2: %v", err)
	}
	if s := neuron.NewHH().Step(neuron.HHState{V: math.NaN()}, 0.01, 0); !math.IsNaN(s.V) {
		t.Errorf("Step of NaN: %v", s)
	}
}

func BenchmarkHH(b *testing.B) {
	for i := 0; i < b.N; i++ {
		if _, err := neuron.NewHH().Simulate(stim.Const(10), 100, 0.01); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/step")
}
