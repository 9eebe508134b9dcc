package plasticity_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"pgregory.net/rapid"
)

func poisson(r *rng.Source, hz, dur float64) (s neuro.Spikes) {
	for t := 0.0; ; {
		t -= math.Log(r.Positive()) * 1000 / hz
		if t > dur {
			return s
		}
		s = append(s, t)
	}
}

// TestInhibitorySTDP holds the traces against the sum over pairs, and independent
// trains against the mean change in closed form, which is 0 at the target.
func TestInhibitorySTDP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pre, post := drawTrain(t, "pre"), drawTrain(t, "post")
		p := plasticity.NewInhibitorySTDP()
		p.WMin, p.WMax = 0, 0
		same := 0
		want := 1.0 - p.Eta*p.Alpha()*float64(len(pre))
		for _, a := range pre {
			for _, b := range post {
				want += p.Eta * math.Exp(-math.Abs(a-b)/p.Tau)
				if a == b {
					same++
				}
			}
		}
		got, err := p.Run(1, pre, post)
		if err != nil || math.Abs(got-want) > 1e-12*float64(1+len(pre)*len(post)) {
			t.Fatalf("%.15g, want %.15g (%v; %d at the same time)", got, want, err, same)
		}
	})
	p := plasticity.NewInhibitorySTDP()
	p.WMin, p.WMax = 0, 0
	r := rng.New(4, 0)
	const s = 20000.0 // s
	for _, c := range []struct{ pre, post float64 }{{20, 3}, {10, 8}, {15, 0.5}} {
		got, err := p.Run(0, poisson(r, c.pre, 1000*s), poisson(r, c.post, 1000*s))
		// each presynaptic spike sees y of variance post Tau/2, and the number of spikes varies
		sd := p.Eta * math.Sqrt(s*c.pre*c.post*p.Tau/1000*(1+2*p.Tau/1000*(c.pre+c.post)+4*c.pre*p.Tau/1000))
		if want := s * p.Drift(c.pre, c.post); err != nil || math.Abs(got-want) > 5*sd {
			t.Errorf("%g and %g Hz: changes by %.3f (%v), want %.3f, standard deviation %.3f", c.pre, c.post, got, err, want, sd)
		}
	}
	if d := p.Drift(20, p.Target); math.Abs(d) > 1e-15 {
		t.Errorf("at the target the drift is %g", d)
	}
}

// TestRewardSTDP holds single pairs and rewards against their integrals, and a
// long history against small steps.
func TestRewardSTDP(t *testing.T) {
	p := plasticity.NewRewardSTDP()
	p.Tonic, p.WMin, p.WMax = 0, 0, 0
	for _, c := range []struct{ pre, post, reward float64 }{{100, 110, 600}, {110, 100, 600}, {100, 105, 3000}, {500, 510, 100}} {
		got, err := p.Learn(1, neuro.Spikes{c.pre}, neuro.Spikes{c.post}, []plasticity.Reward{{T: c.reward, Amount: 0.05}})
		size := p.APlus * math.Exp((c.pre-c.post)/p.TauPlus)
		if c.post < c.pre {
			size = -p.AMinus * math.Exp((c.post-c.pre)/p.TauMinus)
		}
		second := math.Max(c.pre, c.post)
		// eligibility at the reward, or dopamine at the pair
		left := math.Exp(-(c.reward - second) / p.TauC)
		if second > c.reward {
			left = math.Exp(-(second - c.reward) / p.TauD)
		}
		if want := 1 + size*0.05*left/(1/p.TauC+1/p.TauD); err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("%+v: %.14g (%v), want %.14g", c, got, err, want)
		}
	}
	if w, err := p.Run(1, neuro.Spikes{100}, neuro.Spikes{110}); err != nil || w != 1 {
		t.Errorf("without reward the weight is %g (%v)", w, err)
	}
	p.Tonic = 0.0002
	if w, err := p.Run(1, neuro.Spikes{100}, neuro.Spikes{110}); err != nil || math.Abs(w-1-0.1*math.Exp(-0.5)*0.2) > 1e-14 {
		t.Errorf("by Tonic alone the weight is %g (%v)", w, err)
	}

	p.Nearest, p.Tonic = false, -0.01
	pre, post := neuro.Spikes{10, 12, 40, 300, 310}, neuro.Spikes{15, 38, 40, 305}
	rewards := []plasticity.Reward{{T: 30, Amount: 0.05}, {T: 200, Amount: -0.02}, {T: 320, Amount: 0.1}}
	r, err := p.Traces(1, pre, post, rewards, 600, 1)
	if err != nil || len(r.W.Y) != 601 {
		t.Fatal(err)
	}
	const h = 0.005
	var x, y, c, d float64
	w := 1.0
	in := func(s []float64, k int) bool {
		for _, t := range s {
			if int(math.Round(t/h)) == k {
				return true
			}
		}
		return false
	}
	for k := 0; k <= int(600/h); k++ {
		for _, q := range rewards {
			if int(math.Round(q.T/h)) == k {
				d += q.Amount
			}
		}
		isPre, isPost := in(pre, k), in(post, k)
		if isPost {
			c += p.APlus * x
		}
		if isPre {
			c -= p.AMinus * y
			x++
		}
		if isPost {
			y++
		}
		if k%200 == 0 && (math.Abs(r.W.Y[k/200]-w) > 1e-6 || math.Abs(r.Eligibility.Y[k/200]-c) > 1e-9 || math.Abs(r.Dopamine.Y[k/200]-d) > 1e-9) {
			t.Fatalf("at %d ms weight %.9g, eligibility %.9g, dopamine %.9g, want %.9g, %.9g, %.9g", k/200, r.W.Y[k/200], r.Eligibility.Y[k/200], r.Dopamine.Y[k/200], w, c, d)
		}
		f, g := math.Exp(-h/p.TauC/2), math.Exp(-h/p.TauD/2)
		w += h * c * f * (d*g + p.Tonic)
		c *= f * f
		d *= g * g
		x *= math.Exp(-h / p.TauPlus)
		y *= math.Exp(-h / p.TauMinus)
	}
}

// TestSynapticScaling holds the events against small steps, and a cell whose rate
// is proportional to the weight against the goal.
func TestSynapticScaling(t *testing.T) {
	p := plasticity.NewSynapticScaling()
	p.Tau, p.Beta, p.Gamma = 2, 0.003, 0.0004
	post := neuro.Spikes{100, 130, 500, 2100, 2100, 6000}
	w, a, err := p.Traces(0.7, 4, post, 10000, 100)
	if err != nil || len(w.Y) != 101 {
		t.Fatal(err)
	}
	const h = 1e-4 // s
	x, e, v := 4.0, 0.0, 0.7
	for k := 0; k <= 100000; k++ {
		for _, s := range post {
			if int(math.Round(s/1000/h)) == k {
				x += 1 / p.Tau
			}
		}
		if k%1000 == 0 && (math.Abs(w.Y[k/1000]/v-1) > 1e-7 || math.Abs(a.Y[k/1000]-x) > 1e-8) {
			t.Fatalf("at %g s weight %.10g and sensor %.10g, want %.10g and %.10g", float64(k)*h, w.Y[k/1000], a.Y[k/1000], v, x)
		}
		mid := x * math.Exp(-h/2/p.Tau)
		v *= math.Exp(h * (p.Beta*(p.Goal-mid) + p.Gamma*(e+h/2*(p.Goal-mid))))
		e += h * (p.Goal - mid)
		x *= math.Exp(-h / p.Tau)
	}

	// At the goal nothing changes but by the sensor's ripple; above it the weight falls.
	p = plasticity.NewSynapticScaling()
	for _, c := range []struct{ hz, lo, hi float64 }{{10, 0.9999, 1.0001}, {20, 0, 0.8}, {5, 1.1, 9}} {
		got, err := p.Run(1, nil, plasticity.Regular(int(c.hz*900), c.hz))
		if err != nil || got < c.lo || got > c.hi {
			t.Errorf("15 min at %g Hz: weight %.5f (%v), want within %g and %g", c.hz, got, err, c.lo, c.hi)
		}
	}
}

func TestModulatedErrors(t *testing.T) {
	change := func(f func(*plasticity.RewardSTDP)) plasticity.RewardSTDP {
		p := plasticity.NewRewardSTDP()
		f(&p)
		return p
	}
	run := func(r plasticity.Rule) func() error {
		return func() error { _, err := r.Run(1, neuro.Spikes{1}, neuro.Spikes{2}); return err }
	}
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{run(plasticity.InhibitorySTDP{}), "InhibitorySTDP: Tau is 0; it must be finite and positive (NewInhibitorySTDP gives"},
		{run(plasticity.InhibitorySTDP{Tau: 1, Eta: nan}), "Eta is NaN"},
		{run(plasticity.SynapticScaling{}), "Tau is 0"},
		{run(plasticity.SynapticScaling{Tau: 1, Beta: -1}), "Beta is -1"},
		{run(change(func(p *plasticity.RewardSTDP) { p.TauC = 0 })), "TauC is 0"},
		{run(change(func(p *plasticity.RewardSTDP) { p.WMax = -1 })), "WMax must be above WMin"},
		{func() error {
			_, err := plasticity.NewRewardSTDP().Learn(1, nil, nil, []plasticity.Reward{{T: 5}, {T: 3}})
			return err
		}, "reward 1 at 3 ms comes after one at 5 ms"},
		{func() error {
			_, err := plasticity.NewRewardSTDP().Traces(1, nil, nil, nil, -1, 1)
			return err
		}, "dur is -1"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestRulesShow wants figures, and of parameters tables.
func TestRulesShow(t *testing.T) {
	reward, err := plasticity.NewRewardSTDP().Traces(1, neuro.Spikes{10}, neuro.Spikes{20}, []plasticity.Reward{{T: 50, Amount: 1}}, 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := plasticity.NewTagTriggerConsolidation().Run(2, 5, 0.2, nil, 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []display.Shower{plasticity.NewGraupnerBrunel(), plasticity.GraupnerBrunel{}, plasticity.NewInhibitorySTDP(), reward, tags} {
		if b := s.Show(); len(b.Data[display.TypePNG].([]byte)) < 1000 {
			t.Errorf("%T shows %v", s, b.Data)
		}
	}
	for _, s := range []display.Shower{plasticity.NewRewardSTDP(), plasticity.NewSynapticScaling(), plasticity.NewTagTriggerConsolidation()} {
		if text, ok := s.Show().Data[display.TypeText].(string); !ok || !strings.Contains(text, "Tau") {
			t.Errorf("%T shows %q", s, text)
		}
	}
}
