package synapse_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// TestVesicleRelease holds trials against mean and variance in closed form.
func TestVesicleRelease(t *testing.T) {
	pre := neuro.Spikes{0, 20, 40, 45, 300, 1500}
	for _, s := range []synapse.VesicleRelease{
		synapse.NewVesicleRelease(),
		{N: 12, U: 0.08, TauRec: 150, TauFacil: 800, Q: -7, CV: 0},
		{N: 1, U: 1, TauRec: 300, Q: 2, CV: 0.5},
	} {
		const n = 20000
		x, err := s.Trials(pre, n, 1)
		mean, variance, err2 := s.Moments(pre)
		whole, err3 := s.Mean().Responses(pre)
		if err != nil || err2 != nil || err3 != nil {
			t.Fatal(err, err2, err3)
		}
		for k := range pre {
			m, v := 0.0, 0.0
			for i := range x {
				m += x[i][k] / n
			}
			for i := range x {
				v += (x[i][k] - m) * (x[i][k] - m) / (n - 1)
			}
			// the variance of a variance is at most (kurtosis - 1)/n; sites of few quanta have a large one
			q := math.Abs(s.Q) * (1 + 2*s.CV)
			if math.Abs(m-mean[k]) > 4*math.Sqrt(variance[k]/n) || math.Abs(v-variance[k]) > 4*math.Sqrt(2*variance[k]*variance[k]/n+variance[k]*q*q/n) || math.Abs(whole[k]-mean[k]) > 1e-12 {
				t.Errorf("%+v, spike %d: mean %.4f and variance %.4f, want %.4f and %.4f", s, k, m, v, mean[k], variance[k])
			}
		}
	}
}

// TestMeanVariance holds the parabola of exact moments, and that of trials.
func TestMeanVariance(t *testing.T) {
	ps := []float64{0.05, 0.2, 0.4, 0.7, 0.9}
	for _, c := range []struct{ n, q, cv float64 }{{8, -15, 0}, {30, 4, 0.4}} {
		var mean, variance []float64
		for _, p := range ps {
			mean = append(mean, c.n*p*c.q)
			variance = append(variance, c.n*c.q*c.q*(p*(1-p)+p*c.cv*c.cv))
		}
		f, err := synapse.MeanVariance(mean, variance, nil, c.cv)
		if err != nil || math.Abs(f.N-c.n) > 1e-9 || math.Abs(f.Q-c.q) > 1e-10 {
			t.Fatalf("%+v: %v (%v)", c, f, err)
		}
		for i, p := range ps {
			if math.Abs(f.P[i]-p) > 1e-10 {
				t.Errorf("P %g, want %g", f.P[i], p)
			}
		}
	}
	r := rng.New(8, 0)
	var mean, variance []float64
	var trials []int
	for _, p := range ps {
		const n = 400
		var x [n]float64
		m, v := 0.0, 0.0
		for i := range x {
			x[i] = 5 * float64(r.Binomial(10, p))
			m += x[i] / n
		}
		for _, y := range x {
			v += (y - m) * (y - m) / (n - 1)
		}
		mean, variance, trials = append(mean, m), append(variance, v), append(trials, n)
	}
	f, err := synapse.MeanVariance(mean, variance, trials, 0)
	if err != nil || math.Abs(f.N-10) > 4*f.NSE+0.5 || math.Abs(f.Q-5) > 4*f.QSE+0.3 || f.NSE > 2 {
		t.Errorf("of trials: %v (%v)", f, err)
	}
}

// TestFitQuantal wants back what responses were made of, and a likelihood that no
// neighbour exceeds, without and with variation of quanta, of either sign.
func TestFitQuantal(t *testing.T) {
	r := rng.New(3, 0)
	for _, c := range []struct {
		n               int
		p, q, noise, cv float64
		known           bool
	}{{5, 0.4, 10, 2, 0, false}, {3, 0.7, -12, 1.5, 0.15, true}, {8, 0.25, 6, 1, 0, true}} {
		var x []float64
		for range 800 {
			k := float64(r.Binomial(c.n, c.p))
			x = append(x, k*c.q+c.noise*r.Norm()+math.Sqrt(k)*c.q*c.cv*r.Norm())
		}
		o := synapse.NewQuantal()
		o.MaxN, o.CV = 12, c.cv
		if c.known {
			o.Noise = c.noise
		}
		f, err := synapse.FitQuantal(x, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(f)
		if c.n <= 5 && f.N != c.n || f.LogLik-f.Profile[c.n-1] > 2 {
			t.Errorf("%v, want N %d: %v", f, c.n, f.Profile)
		}
		if f.N != c.n { // 7 of 8 sites are as likely; the product is what is known
			if math.Abs(float64(f.N)*f.P/(float64(c.n)*c.p)-1) > 0.03 {
				t.Errorf("%v, want N P %g", f, float64(c.n)*c.p)
			}
			continue
		}
		if math.Abs(f.P-c.p) > 0.04 || math.Abs(f.Q/c.q-1) > 0.03 || math.Abs(f.Noise/c.noise-1) > 0.1 {
			t.Errorf("%v, want N %d, P %g, Q %g, noise %g", f, c.n, c.p, c.q, c.noise)
		}
		at := func(p, q float64) float64 {
			l := 0.0
			g := *f
			g.P, g.Q = p, q
			for _, v := range x {
				l += math.Log(g.Density(v))
			}
			return l
		}
		best := at(f.P, f.Q)
		if math.Abs(best-f.LogLik) > 1e-6 || at(f.P+0.002, f.Q) > best+1e-6 || at(f.P-0.002, f.Q) > best+1e-6 || at(f.P, f.Q*1.001) > best+1e-6 || at(f.P, f.Q*0.999) > best+1e-6 {
			t.Errorf("%v: %.6f is not the largest likelihood", f, f.LogLik)
		}
		if len(f.Profile) != 12 || f.Profile[c.n-1] != f.LogLik {
			t.Errorf("profile %v", f.Profile)
		}
	}
}

// TestCalciumSensor holds the closed form of binding against the scheme's steady
// state, its ends against the papers' (0.2 per second and 1000 vesicles without
// calcium; 6000 per second when all sites are bound), and a step of calcium against
// small steps of the equations.
func TestCalciumSensor(t *testing.T) {
	for _, s := range []synapse.CalciumSensor{synapse.NewCalciumSensor(), synapse.NewFiveSiteSensor()} {
		still := s
		still.Fuse = 0
		m := still.Scheme()
		for i := range m.Transitions { // without fusion nothing may lead there, so that there is a steady state
			if m.Transitions[i].To == "fused" {
				m.Transitions = m.Transitions[:i]
				m.Open = nil
				break
			}
		}
		for _, ca := range []float64{0.05, 3, 40} {
			p, err := m.SteadyState(ca)
			if err != nil {
				t.Fatal(err)
			}
			for k, want := range s.Bound(ca) {
				if math.Abs(p[k]-want) > 1e-13*(want+1e-3) {
					t.Errorf("at %g uM %d ions with %.14g, want %.14g", ca, k, p[k], want)
				}
			}
		}
		if top := s.Rate(1e7); math.Abs(top*1000-6000) > 30 {
			t.Errorf("at most %g/s, want 6000", top*1000)
		}
		ca := neuro.Trace{Dt: 0.05, Y: make([]float64, 80)}
		for i := range ca.Y {
			ca.Y[i] = 0.05
			if i >= 20 {
				ca.Y[i] = 12
			}
		}
		r, err := s.Release(ca)
		if err != nil {
			t.Fatal(err)
		}
		p := append(s.Bound(0.05), 0)
		const h = 1e-4
		for i := range 80 {
			rate := 0.0
			for k := range 6 {
				rate += p[k] * s.FuseRate(k)
			}
			if math.Abs(r.Rate.Y[i]-rate) > 2e-6*(1+rate) || math.Abs(r.Released.Y[i]-p[6]) > 2e-6 {
				t.Fatalf("at %g ms rate %.9g and released %.9g, want %.9g and %.9g", ca.At(i), r.Rate.Y[i], r.Released.Y[i], rate, p[6])
			}
			flow := func(p []float64) []float64 {
				d := make([]float64, 7)
				off := s.KOff
				for k := range 5 {
					up, down := float64(5-k)*s.KOn*ca.Y[i]*p[k], float64(k+1)*off*p[k+1]
					d[k] += down - up
					d[k+1] += up - down
					off *= s.B
				}
				for k := range 6 {
					d[k] -= s.FuseRate(k) * p[k]
					d[6] += s.FuseRate(k) * p[k]
				}
				return d
			}
			for range 500 {
				d := flow(p)
				mid := make([]float64, 7)
				for k := range p {
					mid[k] = p[k] + h/2*d[k]
				}
				for k, v := range flow(mid) {
					p[k] += h * v
				}
			}
		}
	}
	if r := synapse.NewCalciumSensor().Rate(0); math.Abs(r-2e-7) > 1e-20 {
		t.Errorf("without calcium %g/ms", r)
	}
	// around 1 to 10 uM release rises with the third to fifth power of calcium
	s := synapse.NewFiveSiteSensor()
	if slope := math.Log(s.Rate(6)/s.Rate(3)) / math.Log(2); slope < 3.5 || slope > 5 {
		t.Errorf("release rises with the power %.2f", slope)
	}
}

// TestGapJunction holds the coefficient against two cells in small steps.
func TestGapJunction(t *testing.T) {
	s := synapse.NewGapJunction()
	for _, hz := range []float64{0, 10, 80} {
		gl, c := 5.0, 100.0
		v, least, most := 0.0, 0.0, 0.0
		const h = 0.001
		for k := range 400000 {
			drive := math.Cos(2 * math.Pi * hz / 1000 * h * (float64(k) + 0.5))
			v += h / c * (-s.Current(v, drive) - gl*v)
			if k > 200000 {
				least, most = math.Min(least, v), math.Max(most, v)
			}
		}
		if got, _ := s.Coupling(gl, c, hz); math.Abs(got-most) > 1e-5 {
			t.Errorf("at %g Hz %.6f, want %.6f", hz, got, most)
		}
	}
	s = synapse.GapJunction{G: 2, Rest: 0.2, Slope: 0.1, Half: 30}
	for dv, want := range map[float64]float64{30: 2 * 0.6, -30: 2 * 0.6, 1e4: 0.4} {
		if g := s.Conductance(dv); math.Abs(g-want) > 1e-12 {
			t.Errorf("at %g mV %g nS, want %g", dv, g, want)
		}
	}
	a, b := neuro.Trace{Dt: 1, Y: []float64{-60, -20}}, neuro.Trace{Dt: 1, Y: []float64{-65, -60}}
	i, err := s.Currents(a, b)
	j, err2 := s.Currents(b, a)
	if err != nil || err2 != nil || i.Y[0] <= 0 || i.Y[0] != -j.Y[0] || i.Y[1] != -j.Y[1] {
		t.Errorf("currents %v and %v (%v %v)", i.Y, j.Y, err, err2)
	}
}

func TestReleaseErrors(t *testing.T) {
	many := make([]float64, 30)
	for i := range many {
		many[i] = float64(i)
	}
	for _, c := range []struct {
		f    func() error
		want string
	}{
		{func() error { _, err := (synapse.VesicleRelease{}).Trials(nil, 1, 1); return err }, "N is 0 release sites"},
		{func() error { _, err := (synapse.VesicleRelease{N: 1}).Trials(nil, 1, 1); return err }, "U is 0"},
		{func() error { _, err := synapse.NewVesicleRelease().Trials(nil, 0, 1); return err }, "n is 0 trials"},
		{func() error { _, _, err := synapse.NewVesicleRelease().Moments(neuro.Spikes{2, 1}); return err }, "times must ascend"},
		{func() error { _, err := synapse.MeanVariance([]float64{1, 2}, []float64{1, 2}, nil, 0); return err }, "2 conditions"},
		{func() error { _, err := synapse.MeanVariance([]float64{1, 2, 3}, []float64{1, 2}, nil, 0); return err }, "3 means, 2 variances"},
		{func() error {
			_, err := synapse.MeanVariance([]float64{1, 2, 3}, []float64{1, 3, 9}, nil, 0)
			return err
		}, "does not bend down"},
		{func() error {
			_, err := synapse.MeanVariance([]float64{1, 2, 3}, []float64{1, 2, -1}, nil, 0)
			return err
		}, "condition 2 has the mean 3 and the variance -1"},
		{func() error { _, err := synapse.FitQuantal(many[:5], synapse.NewQuantal()); return err }, "5 responses"},
		{func() error { _, err := synapse.FitQuantal(make([]float64, 30), synapse.NewQuantal()); return err }, "variance 0"},
		{func() error { _, err := synapse.FitQuantal(many, synapse.QuantalOptions{MaxN: -1}); return err }, "MaxN is -1"},
		{func() error {
			_, err := synapse.NewCalciumSensor().Release(neuro.Trace{Dt: 1, Y: []float64{-1}})
			return err
		}, "ca is -1 uM at 0 ms"},
		{func() error { _, err := (synapse.CalciumSensor{}).Release(neuro.Trace{}); return err }, "there are 0 sites"},
		{func() error { return (synapse.GapJunction{G: -1}).Check() }, "G is -1"},
		{func() error { return (synapse.GapJunction{Rest: 2}).Check() }, "Rest is 2"},
		{func() error {
			_, err := synapse.NewGapJunction().Currents(neuro.Trace{Dt: 1, Y: many}, neuro.Trace{Dt: 1})
			return err
		}, "v1 has 30 samples"},
	} {
		if err := c.f(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestShow wants figures of results, and tables of parameters.
func TestShow(t *testing.T) {
	x := neuro.Trace{Dt: 1, Y: []float64{0, 1, 1, 0}}
	kinetics, err := synapse.NewNMDAScheme().Gillespie(x, 5, []float64{1, 0, 0, 0, 0}, 1)
	if err != nil {
		t.Fatal(err)
	}
	release, err := synapse.NewFiveSiteSensor().Release(x)
	if err != nil {
		t.Fatal(err)
	}
	parabola, err := synapse.MeanVariance([]float64{1, 5, 9}, []float64{0.9, 2.5, 0.9}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	many := make([]float64, 30)
	for i := range many {
		many[i] = float64(i % 3)
	}
	quantal, err := synapse.FitQuantal(many, synapse.QuantalOptions{MaxN: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []display.Shower{kinetics, release, parabola, quantal} {
		if b := s.Show(); len(b.Data[display.TypePNG].([]byte)) < 1000 {
			t.Errorf("%T shows %v", s, b.Data)
		}
	}
	for _, s := range []display.Shower{synapse.NewAMPAScheme(), synapse.NewGapJunction(), synapse.NewCalciumSensor(), synapse.NewVesicleRelease()} {
		if text, ok := s.Show().Data[display.TypeText].(string); !ok || len(text) < 50 {
			t.Errorf("%T shows %q", s, text)
		}
	}
}
