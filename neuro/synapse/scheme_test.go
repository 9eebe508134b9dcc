package synapse_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/synapse"
	"pgregory.net/rapid"
)

var nan = math.NaN()

// potassium is the channel of Hodgkin and Huxley with four gates, as five states.
func potassium() synapse.Scheme {
	hh := neuron.NewHH()
	s := synapse.Scheme{Name: "potassium channel", Input: "potential", InputUnit: "mV", Open: []string{"n4"}}
	names := []string{"n0", "n1", "n2", "n3", "n4"}
	for k := range 4 {
		s.Transitions = append(s.Transitions,
			synapse.Transition{From: names[k], To: names[k+1], Of: func(v float64) float64 { return float64(4-k) * hh.AlphaN(v) }},
			synapse.Transition{From: names[k+1], To: names[k], Of: func(v float64) float64 { return float64(k+1) * hh.BetaN(v) }})
	}
	return s
}

func held(values ...float64) neuro.Trace {
	x := neuro.Trace{Dt: 0.25}
	for _, v := range values {
		for range 200 {
			x.Y = append(x.Y, v)
		}
	}
	return x
}

// TestPotassium holds five states against the gate n of Hodgkin and Huxley in closed
// form: shares are binomial, the open one n^4, at rest and under steps.
func TestPotassium(t *testing.T) {
	hh, s := neuron.NewHH(), potassium()
	ninf := func(v float64) float64 { return hh.AlphaN(v) / (hh.AlphaN(v) + hh.BetaN(v)) }
	x := held(-65, -20, 15, -80)
	k, err := s.Simulate(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := ninf(-65)
	choose := []float64{1, 4, 6, 4, 1}
	for i, v := range x.Y {
		for m := range 5 {
			want := choose[m] * math.Pow(n, float64(m)) * math.Pow(1-n, float64(4-m))
			if got := k.P[m].Y[i]; math.Abs(got-want) > 1e-12 {
				t.Fatalf("at %g ms n%d has the share %.14g, want %.14g", x.At(i), m, got, want)
			}
		}
		n = ninf(v) + (n-ninf(v))*math.Exp(-(hh.AlphaN(v)+hh.BetaN(v))*x.Dt)
	}
	for _, v := range []float64{-120, -65, 40} {
		p, err := s.SteadyState(v)
		if want := math.Pow(ninf(v), 4); err != nil || math.Abs(p[4]-want) > 1e-13*want {
			t.Errorf("at %g mV n4 has %.15g (%v), want %.15g", v, p[4], err, want)
		}
	}
}

// drawScheme draws a scheme in which every state leads to its neighbours.
func drawScheme(t *rapid.T) synapse.Scheme {
	n := rapid.IntRange(2, 6).Draw(t, "states")
	names := []string{"A", "B", "C", "D", "E", "F"}
	rate := rapid.Float64Range(1e-6, 50)
	s := synapse.Scheme{Name: "any", Open: names[:1]}
	for i := range n {
		j := (i + 1) % n
		s.Transitions = append(s.Transitions, synapse.Transition{From: names[i], To: names[j], Rate: rate.Draw(t, "rate"), Bind: rapid.Bool().Draw(t, "bind")})
		if n > 2 && rapid.Bool().Draw(t, "back") {
			s.Transitions = append(s.Transitions, synapse.Transition{From: names[j], To: names[i], Rate: rate.Draw(t, "rate")})
		}
	}
	return s
}

// TestSchemeProperties: probabilities stay within 0 and 1 and add up; two short steps
// are a long one; the steady state stays and is where long times lead; small steps
// follow dP/dt = P Q.
func TestSchemeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScheme(t)
		x := rapid.Float64Range(0.01, 10).Draw(t, "x")
		dt := rapid.Float64Range(0, 3).Draw(t, "dt")
		get := func(dt float64) [][]float64 {
			p, err := s.Propagator(x, dt)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		q, err := s.Rates(x)
		steady, err2 := s.SteadyState(x)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		whole, half, tiny, long := get(dt), get(dt/2), get(1e-9), get(1e45) // six slow steps in a row, against the fast ones
		most := 0.0                                                         // what leaves a state
		for i := range q {
			out := 0.0
			for _, r := range q[i] {
				out += r
			}
			most = math.Max(most, out)
		}
		for i := range whole {
			sum, stays := 0.0, 0.0
			for j, v := range whole[i] {
				if !(v >= 0 && v <= 1+1e-15) {
					t.Fatalf("probability %g", v)
				}
				sum += v
				twice := 0.0
				for k := range half {
					twice += half[i][k] * half[k][j]
				}
				if math.Abs(twice-v) > 1e-12 {
					t.Fatalf("two halves %.15g, whole %.15g", twice, v)
				}
				if i != j && math.Abs(tiny[i][j]/1e-9-q[i][j]) > 1e-9*most*most+1e-6 {
					t.Fatalf("the rate from %d to %d is %g, want %g", i, j, tiny[i][j]/1e-9, q[i][j])
				}
				stays += steady[j] * whole[j][i]
			}
			if math.Abs(sum-1) > 1e-13 {
				t.Fatalf("a row adds up to %.15g", sum)
			}
			if math.Abs(stays-steady[i]) > 1e-11 || math.Abs(long[0][i]-steady[i]) > 1e-12 {
				t.Fatalf("the steady share %.15g becomes %.15g, and %.15g is reached", steady[i], stays, long[0][i])
			}
		}
	})
}

// TestChannelNoise holds both stochastic methods against the binomial mean, variance
// and exponential autocovariance of two-state channels, and single channels' dwell
// times against their exponentials.
func TestChannelNoise(t *testing.T) {
	s := synapse.NewAMPA().Scheme()
	const conc, n = 0.3, 200
	a, b := 1.1*conc, 0.19
	p := a / (a + b)
	x := neuro.Trace{Dt: 2, Y: make([]float64, 10000)}
	for i := range x.Y {
		x.Y[i] = conc
	}
	cov, err := s.Autocovariance(conc, []float64{0, 2, 7})
	if err != nil {
		t.Fatal(err)
	}
	for k, lag := range []float64{0, 2, 7} {
		if want := p * (1 - p) * math.Exp(-(a+b)*lag); math.Abs(cov[k]-want) > 1e-14 {
			t.Errorf("autocovariance at %g ms %.15g, want %.15g", lag, cov[k], want)
		}
	}
	for name, run := range map[string]func() (*synapse.Kinetics, error){
		"Channels":  func() (*synapse.Kinetics, error) { return s.Channels(x, n, nil, 1) },
		"Gillespie": func() (*synapse.Kinetics, error) { return s.Gillespie(x, n, nil, 2) },
	} {
		k, err := run()
		if err != nil {
			t.Fatal(err)
		}
		mean, variance, lagged := 0.0, 0.0, 0.0
		for _, v := range k.Open.Y {
			mean += v / float64(len(x.Y))
		}
		for i, v := range k.Open.Y {
			variance += (v - mean) * (v - mean) / float64(len(x.Y))
			if i > 0 {
				lagged += (v - mean) * (k.Open.Y[i-1] - mean) / float64(len(x.Y))
			}
			if k.P[0].Y[i]+k.P[1].Y[i] != n {
				t.Fatalf("%s: channels are lost", name)
			}
		}
		// samples 2 ms apart are correlated by r, so that fewer are independent
		r := math.Exp(-(a + b) * 2)
		many := float64(len(x.Y)) * (1 - r) / (1 + r)
		sd := math.Sqrt(n * p * (1 - p))
		if math.Abs(mean-n*p) > 4*sd/math.Sqrt(many) || math.Abs(variance/(sd*sd)-1) > 4*math.Sqrt(2/many) || math.Abs(lagged/(sd*sd)-r) > 4/math.Sqrt(many) {
			t.Errorf("%s: mean %.2f, variance %.2f, lagged %.3f, want %.2f, %.2f, %.3f", name, mean, variance, lagged/(sd*sd), n*p, sd*sd, r)
		}
	}
	k, err := s.Gillespie(x, 1, nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	open, shut := k.Dwell()
	for _, d := range []struct {
		name  string
		times []float64
		mean  float64
	}{{"open", open, 1 / b}, {"shut", shut, 1 / a}} {
		sum, late := 0.0, 0.0
		for _, v := range d.times {
			sum += v
			if v > d.mean {
				late++
			}
		}
		m := float64(len(d.times))
		if math.Abs(sum/m-d.mean) > 4*d.mean/math.Sqrt(m) || math.Abs(late/m-1/math.E) > 4*math.Sqrt(0.24/m) {
			t.Errorf("%s times: mean %.3f of %g, %.3f longer than it, want %.3f and %.3f", d.name, sum/m, m, late/m, d.mean, 1/math.E)
		}
	}
}

// TestChannelsStep holds random channels with a changing input against the shares.
func TestChannelsStep(t *testing.T) {
	s, x := potassium(), held(-65, 0, -40)
	want, err := s.Simulate(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	const n = 20000
	k, err := s.Channels(x, n, nil, 5)
	g, err2 := s.Gillespie(x, 2000, nil, 6)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for i := range x.Y {
		p := want.Open.Y[i]
		if d := math.Abs(k.Open.Y[i]/n - p); d > 4.5*math.Sqrt(p*(1-p)/n) {
			t.Fatalf("at %g ms %.4f are open, want %.4f", x.At(i), k.Open.Y[i]/n, p)
		}
		if d := math.Abs(g.Open.Y[i]/2000 - p); d > 4.5*math.Sqrt(p*(1-p)/2000) {
			t.Fatalf("Gillespie: at %g ms %.4f are open, want %.4f", x.At(i), g.Open.Y[i]/2000, p)
		}
	}
}

// TestReceptorScheme holds two states against Receptor, and the detailed receptors
// under lasting glutamate against detailed balance; AMPA opens within milliseconds and
// loses half of it by desensitization, NMDA opens within tens of milliseconds.
func TestReceptorScheme(t *testing.T) {
	r := synapse.NewAMPA()
	g, err := r.Conductance(neuro.Spikes{5}, 50, 0.25)
	x := neuro.Trace{Dt: 0.25, Y: make([]float64, len(g.Y))}
	for i := 20; i < 24; i++ {
		x.Y[i] = 1
	}
	k, err2 := r.Scheme().Simulate(x, nil)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for i, v := range g.Y {
		if math.Abs(k.Open.Y[i]-v) > 1e-13 {
			t.Fatalf("at %g ms %g, want %g", x.At(i), k.Open.Y[i], v)
		}
	}
	x = neuro.Trace{Dt: 0.05, Y: make([]float64, 4000)}
	for i := range x.Y {
		x.Y[i] = 1
	}
	for _, c := range []struct {
		s                           synapse.Scheme
		early, late                 float64 // peak, ms
		c1c0, c2c1, oc2, d2c2, d1c1 float64 // shares of neighbours
	}{
		{synapse.NewAMPAScheme(), 1, 5, 13 / 0.0059, 13 / 86.0, 2.7 / 0.2, 0.9 / 0.064, 0.9 / 0.064},
		{synapse.NewNMDAScheme(), 10, 80, 5 / 0.0129, 5 / 0.0129, 0.0465 / 0.0738, 0.0084 / 0.0068, 0},
	} {
		k, err := c.s.Simulate(x, append([]float64{1}, make([]float64, len(c.s.States())-1)...))
		p, err2 := c.s.SteadyState(1)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		peak, at := 0.0, 0.0
		for i, v := range k.Open.Y {
			if v > peak {
				peak, at = v, x.At(i)
			}
		}
		o := c.oc2 / (1 + c.oc2 + c.d2c2 + (1+c.d1c1+1/c.c1c0)/c.c2c1)
		steady := p[slices.Index(c.s.States(), "O")]
		if math.Abs(steady-o) > 1e-13 || at < c.early || at > c.late || peak < 1.4*o {
			t.Errorf("%s: peak %.3f at %.2f ms, steady %.12f, want %.12f", c.s.Name, peak, at, steady, o)
		}
	}
}

func TestSchemeErrors(t *testing.T) {
	x := held(1)
	two := func(f func(*synapse.Scheme)) synapse.Scheme { s := synapse.NewAMPA().Scheme(); f(&s); return s }
	fine := two(func(*synapse.Scheme) {})
	steady := func(s synapse.Scheme) func() error {
		return func() error { _, err := s.SteadyState(1); return err }
	}
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{steady(synapse.Scheme{}), "has no transitions"},
		{steady(two(func(s *synapse.Scheme) { s.Transitions[0].To = "C" })), `transition 0 leads from "C" to "C"`},
		{steady(two(func(s *synapse.Scheme) { s.Transitions[1].Rate = -1 })), "transition 1 (O to C) has the rate -1/ms"},
		{steady(two(func(s *synapse.Scheme) { s.Transitions[1].Of = math.Sin })), "has a function and a rate"},
		{steady(two(func(s *synapse.Scheme) {
			s.Transitions[1] = synapse.Transition{From: "O", To: "C", Of: func(float64) float64 { return nan }}
		})), "the rate from O to C is NaN/ms at the input 1"},
		{steady(two(func(s *synapse.Scheme) { s.Open = []string{"X"} })), `open state "X" is in no transition; states are C, O`},
		{steady(two(func(s *synapse.Scheme) { s.Transitions = s.Transitions[:1] })), "state O does not lead back"},
		{func() error { _, err := fine.SteadyState(-1); return err }, "is -1.1/ms at the input -1"},
		{func() error { _, err := fine.Simulate(x, []float64{1}); return err }, "start has 1 shares"},
		{func() error { _, err := fine.Simulate(x, []float64{2, -1}); return err }, "share -1"},
		{func() error { _, err := fine.Simulate(neuro.Trace{}, nil); return err }, "0 samples"},
		{func() error { _, err := fine.Channels(x, 0, nil, 1); return err }, "n is 0 channels"},
		{func() error { _, err := fine.Gillespie(x, 0, nil, 1); return err }, "n is 0 channels"},
		{func() error { _, err := fine.Propagator(1, -1); return err }, "dt is -1 ms"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
