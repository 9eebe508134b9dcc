package model

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

const fileText = `
# leaky integrate-and-fire
dv/dt = (El - v + R*I)/tau : mV (unless refractory)
I : pA
n : integer
@param El = -65 mV
@param tau = 10 ms
@param R = 100 Mohm
@initial v = -65 mV
@threshold v > -50*mV
@reset v = -70*mV
@refractory 2*ms
@event high : v > -60*mV : n += 1
`

// TestFile wants a file to be the model that Parse makes of the same texts.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lif.model")
	if err := os.WriteFile(path, []byte(fileText), 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := m.Simulate(stim.Const(200), 100, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := lif(t).Simulate(stim.Const(200), 100, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name() != "lif" || len(a.Spikes) == 0 || len(a.Spikes) != len(b.Spikes) {
		t.Errorf("%s: %d spikes, want %d", m.Name(), len(a.Spikes), len(b.Spikes))
	}
}

// TestRun wants the parts of a recording to agree with each other: cells with more
// current fire more, the event counts what it says, and samples lie on the grid.
func TestRun(t *testing.T) {
	m, err := Decode(fileText)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Population(3, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Drive("I", stim.Const(0), stim.Const(200), stim.Step(400, 50, 100)); err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(100, RecordOptions{Variables: []string{"v", "n"}, Cells: []int{1, 2}, Every: 1})
	if err != nil {
		t.Fatal(err)
	}
	if a, b, c := len(r.Raster.Trains[0]), len(r.Raster.Trains[1]), len(r.Raster.Trains[2]); a != 0 || b != 5 || c < b || r.Raster.Trains[2][0] < 50 {
		t.Errorf("%d, %d and %d spikes", a, b, c)
	}
	if len(r.Traces) != 2 || len(r.Traces[0][1].Y) != 101 || r.Traces[0][0].Unit != "mV" || r.Traces[0][0].Dt != 1 {
		t.Errorf("traces %v", r.Traces)
	}
	if n := r.Traces[1][0].Y[100]; n == 0 || n != float64(len(r.Events["high"].Trains[1])) {
		t.Errorf("the event happened %d times and counted to %g", len(r.Events["high"].Trains[1]), n)
	}
	for _, o := range []RecordOptions{{Variables: []string{"w"}}, {Cells: []int{3}}, {Every: -1}} {
		if _, err := p.Run(1, o); err == nil {
			t.Errorf("no error for %+v", o)
		}
	}
}

// TestRK45 wants the error to follow the tolerance, where the solution is known:
// z' = z^2 cos t has 1/z = 1/z0 - sin t. A step may be off by 1 + |z| < 2 times the
// tolerance, about 12 steps are taken, and an early error grows with (z/z0)^2 < 4.
func TestRK45(t *testing.T) {
	for _, tolerance := range []float64{1e-4, 1e-7, 1e-10} {
		m, err := Parse("dz/dt = z**2/ms*cos(t/ms) : 1", Options{Method: "rk45", Tolerance: tolerance, Initial: map[string]string{"z": "-0.5"}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Population(1, 5)
		if err != nil {
			t.Fatal(err)
		}
		p.Step()
		z, _ := p.State("z")
		if want := 1 / (-2 - math.Sin(5)); !(math.Abs(z[0]-want) < 96*tolerance) {
			t.Errorf("tolerance %g: z is %.12g, want %.12g", tolerance, z[0], want)
		}
	}
}

// TestCheck wants the estimate to be within a factor 3 of the error of forward
// Euler on an exponential, and small for the exact method.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		method string
		low    float64
		high   float64
	}{{"euler", 1e-3, 1e-2}, {"exact", 0, 1e-12}, {"rk4", 0, 1e-8}} {
		m, err := Parse("dx/dt = -x/(10*ms) : 1", Options{Method: c.method, Initial: map[string]string{"x": "1"}})
		if err != nil {
			t.Fatal(err)
		}
		a, err := m.Check(0.2)
		if err != nil {
			t.Fatal(err)
		}
		// Euler is off by about dt/(2 tau) t/tau exp(-t/tau), at most 0.0037.
		if e := a.States[0].Error; !(e >= c.low && e <= c.high) {
			t.Errorf("%s: the error is %g", c.method, e)
		}
	}
}

func TestLaTeX(t *testing.T) {
	m, err := Parse("dv/dt = -g_L*(v - El)**2/tau_m + (a - b)/c : mV", Options{Threshold: "v > 3*mV and not v > 4*mV", Reset: "v = exp(-1)*mV; v -= 1*mV",
		Params: map[string]string{"g_L": "3/mV", "El": "1 mV", "tau_m": "3 ms", "a": "1 mV", "b": "1 mV", "c": "1 ms"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`\frac{\mathrm{d}v}{\mathrm{d}t}`, `\frac{-g_{\mathrm{L}}\,{\left(v - E_{\mathrm{l}}\right)}^{2}}{\tau_{\mathrm{m}}}`, `\frac{a - b}{c}`, `\land \lnot`, `v \leftarrow v - 1\,\mathrm{mV}`} {
		if got := string(m.LaTeX()); !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if s := string(m.LaTeX()); strings.Count(s, "{") != strings.Count(s, "}") {
		t.Errorf("braces do not match: %s", m.LaTeX())
	}
}

// TestHeterogeneous wants each cell to be the cell that has its values for itself.
func TestHeterogeneous(t *testing.T) {
	text := strings.Replace(lifText, "I : amp", "I : amp\ntau : second", 1)
	o := lif(t).Options()
	o.Params = map[string]string{"El": "-65 mV", "R": "100 Mohm", "tau": "10 ms"}
	m, err := Parse(text, o)
	if err != nil {
		t.Fatal(err)
	}
	many, err := m.Population(3, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	taus := []float64{5, 10, 20}
	if err := many.Set("tau", taus...); err != nil {
		t.Fatal(err)
	}
	if err := many.Set("I", 200); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		many.Step()
	}
	v, _ := many.State("v")
	for i, tau := range taus {
		one, err := m.Population(1, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		if err := one.Set("tau", tau); err != nil {
			t.Fatal(err)
		}
		if err := one.Set("I", 200); err != nil {
			t.Fatal(err)
		}
		for range 300 {
			one.Step()
		}
		w, _ := one.State("v")
		if v[i] != w[0] {
			t.Errorf("cell %d is at %v, alone at %v", i, v[i], w[0])
		}
	}
	if many.Set("tau", 1, 2) == nil || many.Set("nothing", 1) == nil || many.Set("tau", math.NaN()) == nil {
		t.Error("no error for values that make no sense")
	}
}

// TestNoiseInSubexpression: noise of a subexpression is that of the equation into
// which it is written, to the last bit, whether it is a summand, a factor, or shared.
func TestNoiseInSubexpression(t *testing.T) {
	for _, c := range []struct{ with, without string }{
		{"dv/dt = (E - v)/tau + (noise + I)/C : mV\nnoise = mu + sigma*sqrt(1*ms)*xi_pop : pA\nmu : pA\nsigma : pA\nI : pA",
			"dv/dt = (E - v)/tau + (mu + sigma*sqrt(1*ms)*xi_pop + I)/C : mV\nmu : pA\nsigma : pA\nI : pA"},
		{"dv/dt = -v/tau + 0.3*v*n : mV\nn = m : Hz\nm = xi*ms**-0.5 : Hz", "dv/dt = -v/tau + 0.3*v*(xi*ms**-0.5) : mV"},
		{"dv/dt = -v/tau + 2*mV*n : mV\ndw/dt = -w/tau + 1*mV*n : mV\nn = xi_1*ms**-0.5 : Hz", "dv/dt = -v/tau + 2*mV*(xi_1*ms**-0.5) : mV\ndw/dt = -w/tau + 1*mV*(xi_1*ms**-0.5) : mV"},
	} {
		var want []float64
		for _, text := range []string{c.without, c.with} {
			m, err := Parse(text, Options{Params: map[string]string{"E": "-70 mV", "tau": "10 ms", "C": "250 pF"}, Initial: map[string]string{"v": "1*mV"}})
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.Population(20, 0.1)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"mu", "sigma"} {
				if m.byName[name] != nil {
					if err := p.Set(name, 100); err != nil {
						t.Fatal(err)
					}
				}
			}
			for range 50 {
				p.Step()
			}
			v, err := p.State("v")
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = append(want, v...)
				continue
			}
			for i := range v {
				if v[i] != want[i] || v[i] == v[(i+1)%len(v)] {
					t.Fatalf("cell %d has %g, want %g (and no two alike)\n%s", i, v[i], want[i], text)
				}
			}
		}
	}
}

// TestQuantitiesBesideNames wants a number with a unit to be a quantity also where the
// unit's name is a variable's.
func TestQuantitiesBesideNames(t *testing.T) {
	m, err := Parse("dV/dt = a - V/tau : mV", Options{Params: map[string]string{"a": "10 V/s", "tau": "2 ms"}, Initial: map[string]string{"V": "-0.005 V"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Population(1, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	p.Step()
	v, err := p.State("V")
	if want := 20 - 25*vec.Exp(-0.25); err != nil || math.Abs(v[0]-want) > 1e-12 {
		t.Errorf("V is %g mV after a step, want %g (%v)", v[0], want, err)
	}
}
