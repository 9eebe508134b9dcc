package model

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

const lifText = `
dv/dt = (El - v + R*I)/tau : volt (unless refractory)
I : amp
`

func lif(t *testing.T) *Model {
	m, err := Parse(lifText, Options{Threshold: "v > -50*mV", Reset: "v = -70*mV", Refractory: "2*ms",
		Params: map[string]string{"El": "-65 mV", "R": "100 Mohm", "tau": "10 ms"}, Initial: map[string]string{"v": "-65 mV"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestLIF holds the grid against the closed form of the interval: the first
// spike lies in the step that holds tau*log(20/5), and intervals are tau*log(25/5)
// and the refractory time, each rounded up to the grid.
func TestLIF(t *testing.T) {
	r, err := lif(t).Simulate(stim.Const(200), 200, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	first := 10 * math.Log(4)
	if s := r.Spikes[0]; !(s <= first && first <= s+0.1) {
		t.Errorf("the first spike is in the step from %g ms; it should hold %g", s, first)
	}
	for i := 1; i < len(r.Spikes); i++ {
		if d := r.Spikes[i] - r.Spikes[i-1]; math.Abs(d-(2+10*math.Log(5))) > 0.1 {
			t.Errorf("interval %d is %g ms, want %g within a step", i, d, 2+10*math.Log(5))
		}
	}
	// The potential follows its exponential exactly.
	for k, v := range r.V.Y[:100] {
		if want := -65 + 20*(1-math.Exp(-float64(k)*0.01)); math.Abs(v-want) > 1e-12*65 {
			t.Fatalf("v is %.15g at step %d, want %.15g", v, k, want)
		}
	}
}

const hhText = `
dv/dt = (I - gNa*m**3*h*(v - ENa) - gK*n**4*(v - EK) - gL*(v - EL))/C : mV
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1
dn/dt = an*(1 - n) - bn*n : 1
am = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
bm = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
ah = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
bh = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
an = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
bn = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
I : uA*cm**-2
`

func hh(t testing.TB, method string) *Model {
	m, err := Parse(hhText, Options{Name: "HH", Method: method, Threshold: "v > 0*mV", Refractory: "v > 0*mV",
		Params: map[string]string{"C": "1 uF/cm2", "gNa": "120 mS/cm2", "gK": "36 mS/cm2", "gL": "0.3 mS/cm2",
			"ENa": "50 mV", "EK": "-77 mV", "EL": "-54.387 mV"},
		Initial: map[string]string{"v": "-65 mV", "m": "am/(am + bm)", "h": "ah/(ah + bh)", "n": "an/(an + bn)"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestPopulation wants each cell of many blocks to have the bits of one alone.
func TestPopulation(t *testing.T) {
	m := hh(t, "")
	one, err := m.Population(1, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	many, err := m.Population(block+3, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		one.Step()
		many.Step()
	}
	a, _ := one.State("v")
	b, _ := many.State("v")
	for i, v := range b {
		if v != a[0] {
			t.Fatalf("cell %d is at %v, one alone at %v", i, v, a[0])
		}
	}
}

func TestChoice(t *testing.T) {
	for _, c := range []struct {
		text, method string
	}{
		{"dv/dt = -v/(10*ms) : mV", "exact"},
		{"dv/dt = (w - v)/(10*ms) : mV\ndw/dt = -v/(5*ms) : mV", "exact"},
		{"dv/dt = -v*w/(10*ms) : mV\ndw/dt = -w/(5*ms) : 1", "exponential_euler"},
		{"dv/dt = v**2/(10*ms) : 1", "rk4"},
		{"dv/dt = -v/(10*ms) + 1*mV*xi*ms**-0.5 : mV", "exponential_euler"},
		{"dv/dt = -v/(10*ms) + v*xi*ms**-0.5 : 1", "milstein"},
		{"dv/dt = sin(v)/ms : 1", "rk4"},
		{"dv/dt = sin(t/ms)/ms - v/ms : 1", "exponential_euler"},
	} {
		m, err := Parse(c.text, Options{})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		p, err := m.Population(1, 0.1)
		if err != nil || p.plan.method != c.method {
			t.Errorf("%s: %v, want %s", c.text, err, c.method)
		}
	}
}

// TestInitialName wants the name of a parameter to mean the parameter, also where
// a unit is spelled alike.
func TestInitialName(t *testing.T) {
	m, err := Parse("dV/dt = (EL - V)/(10*ms) : mV", Options{Params: map[string]string{"EL": "-70 mV"}, Initial: map[string]string{"V": "EL"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Population(1, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := p.State("V"); v[0] != -70 {
		t.Errorf("V begins at %g mV, want EL, -70", v[0])
	}
}

// TestHeun wants the mean of geometric Brownian motion in the sense of Stratonovich
// from the methods for noise that depends on the state; in the sense of Itô it
// would stay 1.
func TestHeun(t *testing.T) {
	for _, method := range []string{"heun", "milstein"} {
		mean := func(dt float64, steps int) float64 {
			m, err := Parse("dx/dt = s*x*xi : 1\ns = 0.1*ms**-0.5 : Hz**0.5", Options{Method: method, Initial: map[string]string{"x": "1"}})
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.Population(2000, dt)
			if err != nil {
				t.Fatal(err)
			}
			for range steps {
				p.Step()
			}
			x, _ := p.State("x")
			sum := 0.0
			for _, v := range x {
				sum += v
			}
			return sum / float64(len(x))
		}
		// The mean is exp(sigma^2 t/2), 1.105 after 20 ms; its standard error is 0.011.
		if got := mean(0.1, 200); math.Abs(got-math.Exp(0.1)) > 0.04 {
			t.Errorf("%s: the mean is %g, want %g", method, got, math.Exp(0.1))
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"dv/dt = (v + 3)/ms : mV", "1:9: v is a voltage (V) and 3 is a plain number"},
		{"dv/dt = v : mV", "needs a voltage per time"},
		{"dv/dt = (v + I)/ms : mV\nI : amp", "multiply"},
		{"dv/dt = v/tau : mV", "tau is not known"},
		{"dv/dt = -v/ms", "unit of v is missing"},
		{"dv/dt = exp(v)/ms : mV", "exp takes a plain number"},
		{"dv/dt = (v/ms : mV", "not closed"},
		{"x = y : 1\ny = x : 1", "needs itself"},
		{"v : mV\nv : mV", "defined twice"},
		{"dv/dt = v^2/ms : 1", "a power is written **"},
		{"v : mX", "no unit"},
		{"v : mV (konstant)", "did you mean (constant)"},
	} {
		_, err := Parse(c.text, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v; it should say %q", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(lifText, "v > -50*mV", "v = -70*mV")
	f.Add(hhText, "v > 0*mV and not t < 3*ms", "v += 2*mV; x = 3")
	f.Add("x = clip(rand(), 0, int(2 > 1)) ** .5 // 3 % 2 : 1", "x <= 1 < 2", "")
	f.Fuzz(func(t *testing.T, text, threshold, reset string) {
		m, err := Parse(text, Options{Threshold: threshold, Reset: reset})
		if err != nil {
			_ = err.Error()
			return
		}
		if p, err := m.Population(2, 0.1); err == nil {
			p.Step()
		}
	})
}

func BenchmarkHH(b *testing.B) {
	p, err := hh(b, "exponential_euler").Population(1024, 0.01)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p.Step()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/cell-step")
}

func BenchmarkLIF(b *testing.B) {
	m, err := Parse(lifText, Options{Threshold: "v > -50*mV", Reset: "v = -70*mV", Refractory: "2*ms",
		Params:  map[string]string{"El": "-65 mV", "R": "100 Mohm", "tau": "10 ms"},
		Initial: map[string]string{"v": "-65*mV + 10*mV*rand()", "I": "100*pA + 100*pA*rand()"}})
	if err != nil {
		b.Fatal(err)
	}
	p, err := m.Population(4000, 0.1)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.Step()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4000, "ns/cell-step")
}

// TestNoAllocation wants a step to make nothing that is to be collected.
func TestNoAllocation(t *testing.T) {
	p, err := lif(t).Population(300, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Set("I", 300); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		p.Step()
	}
	if n := testing.AllocsPerRun(1000, p.Step); n != 0 {
		t.Errorf("a step allocates %g times", n)
	}
}

// TestThreads wants the same bits of any number of threads.
func TestThreads(t *testing.T) {
	run := func(threads int) ([]float64, int) {
		m, err := Parse("dv/dt = -v/(10*ms) + 0.5*xi*ms**-0.5 : 1 (unless refractory)", Options{Threshold: "v > 0.5", Reset: "v = -rand()", Refractory: "1*ms"})
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Population(5*block+7, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		p.Threads = threads
		n, sum := 0, 0
		for range 200 {
			p.Step()
			n += len(p.Spikes())
			for _, c := range p.Spikes() {
				sum += int(c) * n
			}
		}
		v, _ := p.State("v")
		return v, sum
	}
	a, n := run(1)
	for _, threads := range []int{2, 3, 9} {
		b, k := run(threads)
		if k != n || n == 0 {
			t.Errorf("spikes differ with %d threads", threads)
		}
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("cell %d is at %v with %d threads, %v with one", i, b[i], threads, a[i])
			}
		}
	}
}
