package synapse_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// TestShapes holds conductances against the sums of their definitions, for spikes
// on and off the grid and at the same time.
func TestShapes(t *testing.T) {
	pre := neuro.Spikes{-5, 3, 7.33, 7.33, 20}
	sum := func(f func(float64) float64) func(float64) float64 {
		return func(t float64) (g float64) {
			for _, s := range pre {
				if s <= t {
					g += f(t - s)
				}
			}
			return g
		}
	}
	tp := 0.5 * 5 / 4.5 * math.Log(10)
	peak := math.Exp(-tp/5) - math.Exp(-tp/0.5)
	for _, c := range []struct {
		name string
		s    interface {
			Conductance(neuro.Spikes, float64, float64) (neuro.Trace, error)
		}
		want func(float64) float64
	}{
		{"exponential", synapse.Exponential{G: 2, Tau: 5}, sum(func(t float64) float64 { return 2 * math.Exp(-t/5) })},
		{"alpha", synapse.Alpha{G: 2, Tau: 5}, sum(func(t float64) float64 { return 2 * t / 5 * math.Exp(1-t/5) })},
		{"double", synapse.NewDoubleExp(), sum(func(t float64) float64 { return (math.Exp(-t/5) - math.Exp(-t/0.5)) / peak })},
	} {
		g, err := c.s.Conductance(pre, 30, 0.1)
		if err != nil || len(g.Y) != 301 {
			t.Fatalf("%s: %d samples (%v)", c.name, len(g.Y), err)
		}
		for k, x := range g.Y {
			if want := c.want(g.At(k)); math.Abs(x-want) > 1e-13 {
				t.Errorf("%s at %g ms: %.15g, want %.15g", c.name, g.At(k), x, want)
				break
			}
		}
	}
}

// TestKinetics holds receptors against small Runge-Kutta steps of their equations.
func TestKinetics(t *testing.T) {
	pre := neuro.Spikes{1, 1.63, 10, 12, 14}
	conc := func(t, max, dur float64) float64 {
		for _, s := range pre {
			if t >= s && t < s+dur {
				return max
			}
		}
		return 0
	}
	// integrate steps from every 1/200 ms with the concentration held.
	integrate := func(f func(x [2]float64, c float64) [2]float64, max, dur float64, at func(k int, x [2]float64)) {
		x := [2]float64{}
		const h = 0.0025
		for n := 0; n <= 12000; n++ {
			if n%400 == 0 {
				at(n/400, x)
			}
			c := conc((float64(n)+0.5)*h, max, dur)
			add := func(k [2]float64, s float64) [2]float64 { return [2]float64{x[0] + s*k[0], x[1] + s*k[1]} }
			a := f(x, c)
			b := f(add(a, h/2), c)
			d := f(add(b, h/2), c)
			e := f(add(d, h), c)
			for i := range x {
				x[i] += h / 6 * (a[i] + 2*b[i] + 2*d[i] + e[i])
			}
		}
	}
	for _, s := range []synapse.Receptor{synapse.NewAMPA(), synapse.NewNMDA(), synapse.NewGABAA()} {
		g, err := s.Conductance(pre, 30, 1)
		if err != nil {
			t.Fatal(err)
		}
		integrate(func(x [2]float64, c float64) [2]float64 { return [2]float64{s.Alpha*c*(1-x[0]) - s.Beta*x[0]} }, s.TMax, s.TDur, func(k int, x [2]float64) {
			if math.Abs(g.Y[k]-x[0]) > 1e-9 {
				t.Errorf("%s at %d ms: %.12g, want %.12g", s.Name, k, g.Y[k], x[0])
			}
		})
	}
	b := synapse.NewGABAB()
	b.TDur = 1
	g, err := b.Conductance(pre, 30, 1)
	if err != nil {
		t.Fatal(err)
	}
	integrate(func(x [2]float64, c float64) [2]float64 {
		return [2]float64{b.K1*c*(1-x[0]) - b.K2*x[0], b.K3*x[0] - b.K4*x[1]}
	}, b.TMax, b.TDur, func(k int, x [2]float64) {
		s4 := math.Pow(x[1], 4)
		if want := s4 / (s4 + 100); math.Abs(g.Y[k]-want) > 1e-9 {
			t.Errorf("GABA-B at %d ms: %.12g, want %.12g", k, g.Y[k], want)
		}
	})
}

// TestMagnesium holds the block against numbers of Jahr and Stevens' equation.
func TestMagnesium(t *testing.T) {
	n := synapse.NewNMDA()
	for v, want := range map[float64]float64{0: 1 / (1 + 1/3.57), -65: 1 / (1 + math.Exp(0.062*65)/3.57)} {
		if b := n.Block(v); math.Abs(b-want) > 1e-14 {
			t.Errorf("at %g mV %g, want %g", v, b, want)
		}
	}
	if synapse.NewAMPA().Block(-65) != 1 {
		t.Error("AMPA is blocked")
	}
	g := neuro.Trace{Dt: 1, Y: []float64{2}}
	if i := n.Current(g, -65).Y[0]; math.Abs(i-2*n.Block(-65)*-65) > 1e-12 {
		t.Errorf("current %g", i)
	}
}

// TestSteadyState holds the closed form against long trains, and facilitation
// against the paper's peak frequency.
func TestSteadyState(t *testing.T) {
	for _, s := range []synapse.TsodyksMarkram{synapse.NewDepressing(), synapse.NewFacilitating(), {A: 3, U: 0.3, TauRec: 50, TauFacil: 300}} {
		for _, hz := range []float64{0.5, 5, 20, 70, 200} {
			pre := make(neuro.Spikes, 3000)
			for k := range pre {
				pre[k] = float64(k) * 1000 / hz
			}
			r, err := s.Responses(pre)
			if err != nil {
				t.Fatal(err)
			}
			_, _, want := s.SteadyState(hz)
			if got := r[len(r)-1]; math.Abs(got-want) > 1e-12*want {
				t.Errorf("%+v at %g Hz: %.14g, want %.14g", s, hz, got, want)
			}
			if math.Abs(r[0]-s.A*s.U) > 1e-15 {
				t.Errorf("the first response is %g, want A U", r[0])
			}
		}
	}
	s, best, at := synapse.NewFacilitating(), 0.0, 0.0
	for hz := 1.0; hz < 60; hz += 0.1 {
		if _, _, x := s.SteadyState(hz); x > best {
			best, at = x, hz
		}
	}
	if theta := s.PeakFrequency(); math.Abs(at-theta) > 0.12*theta {
		t.Errorf("most at %.1f Hz, the paper's approximation is %.1f", at, theta)
	}
	// responses fall as 1/f beyond the limiting frequency: A u R f tends to 1/TauRec
	if _, _, x := synapse.NewDepressing().SteadyState(500); math.Abs(x*500*0.8-1) > 0.01 {
		t.Errorf("at 500 Hz x f TauRec is %g, want 1", x*500*0.8)
	}
}

func TestErrors(t *testing.T) {
	good := neuro.Spikes{1}
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{func() error { _, err := synapse.Exponential{}.Conductance(good, 10, 0.1); return err }, "synapse: Exponential: Tau is 0 ms"},
		{func() error { _, err := synapse.NewAlpha().Conductance(good, 0, 0.1); return err }, "dur is 0 ms"},
		{func() error { _, err := synapse.NewAlpha().Conductance(neuro.Spikes{2, 1}, 1, 0.1); return err }, "pre: spike 1 at 1 ms comes after"},
		{func() error {
			_, err := synapse.DoubleExp{G: 1, TauRise: 2, TauDecay: 2}.Conductance(good, 1, 0.1)
			return err
		}, "must differ"},
		{func() error { _, err := synapse.Receptor{}.Conductance(good, 1, 0.1); return err }, "Alpha is 0"},
		{func() error { _, err := synapse.GABAB{}.Conductance(good, 1, 0.1); return err }, "NewGABAB"},
		{func() error { _, err := synapse.TsodyksMarkram{U: 2, TauRec: 1}.Responses(good); return err }, "U is 2"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
