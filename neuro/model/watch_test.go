package model

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/stim"
)

// TestWatch looks at formulas between steps, beside the same of the variables by hand.
func TestWatch(t *testing.T) {
	m, err := Parse(`
		dv/dt = (El - v + R*(I(t) + Is))/tau : mV (unless refractory)
		dg/dt = -g/(5*ms) : nS
		Is = g*(0*mV - v) : pA
		tau : ms
		Er : mV
		w : nS (shared)
	`, Options{Threshold: "v > -50*mV", Reset: "v = El", Refractory: "3*ms", Inputs: map[string]string{"I": "nA"},
		Params:  map[string]string{"El": "-70 mV", "Er": "-70 mV", "R": "100*Mohm", "w": "2*nS"},
		Initial: map[string]string{"v": "El + 15*mV*rand()", "g": "3*nS + i*0.01*nS", "tau": "10*ms + 10*ms*rand()"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 7, 256, 300, 601} {
		p, err := m.Population(n, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		drive := stim.Ramp(0, 0.3, 0, 20)
		if err := p.Drive("I", drive); err != nil {
			t.Fatal(err)
		}
		before := p.Snapshot()
		watch := func(formula string, cells ...int) *Watch {
			w, err := p.Watch(formula, cells)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		current, slope, shared, last := watch("Is"), watch("(Er - v)/tau"), watch("abs(w*(v - El)) + 0*pA*t/ms"), watch("I*R + 0*v", n-1)
		if after := p.Snapshot(); len(after.Names) != len(before.Names) {
			t.Errorf("%d cells: watching has added to the cells: %v", n, after.Names)
		}
		v, _ := p.State("v")
		g, _ := p.State("g")
		tau, _ := p.State("tau")
		for k := range 150 {
			if k == 70 {
				if _, err := p.State("Er"); err != nil { // which has a value for each cell from here
					t.Fatal(err)
				}
			}
			a, b, c, d := current.Values(), slope.Values(), shared.Values(), last.Values()
			for i := range n {
				for _, x := range []struct{ got, want float64 }{{a[i], g[i] * (0 - v[i])}, {b[i], (-70 - v[i]) / tau[i]}, {c[i], math.Abs(2 * (v[i] + 70))}} {
					if x.got != x.want {
						t.Fatalf("%d cells, step %d, cell %d: %g, want %g", n, k, i, x.got, x.want)
					}
				}
			}
			in := []float64{0}
			drive.Fill(in, float64(k)*0.1, 0.1)
			if want := in[0] * 100; math.Abs(d[n-1]-want) > 1e-9 {
				t.Fatalf("%d cells, step %d: the input makes %g mV, want %g", n, k, d[n-1], want)
			}
			p.Step()
		}
	}
	if unit, size, err := m.FormulaUnit("g*(0*mV - v)/(10*nS)"); unit != "mV" || size != 1 || err != nil {
		t.Errorf("the unit is %q of size %g, %v", unit, size, err)
	}
	if unit, _, err := m.FormulaUnit("v/(1*mV)"); unit != "" || err != nil {
		t.Errorf("the unit of a plain number is %q, %v", unit, err)
	}
	if unit, size, err := m.FormulaUnit("v**2"); unit == "" || size == 0 || err != nil {
		t.Errorf("the unit of a square is %q of size %g, %v", unit, size, err)
	}
	for _, c := range []struct{ formula, want string }{
		{"", "formula"}, {"v + g", "voltage"}, {"u", "not known"}, {"rand()", "rand()"}, {"v > -50*mV", "condition"},
		{"xi*v", "xi"}, {"not_refractory", "not_refractory"}, {"lastspike", "lastspike"}, {"v +", "formula"},
	} {
		if _, _, err := m.FormulaUnit(c.formula); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.formula, err, c.want)
		}
	}
	p, _ := m.Population(3, 0.1)
	if _, err := p.Watch("v", []int{3}); err == nil {
		t.Error("cell 3 of 3 is watched")
	}
}
