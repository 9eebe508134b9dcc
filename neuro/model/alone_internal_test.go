package model

import (
	"fmt"
	"math"
	"testing"
)

// TestAlone wants a cell alone to have the bits of the first of several, for every
// function, with noise, refractory times of both kinds, resets and events.
func TestAlone(t *testing.T) {
	everything := "dv/dt = (0.1*sin(3*x) - v + 1.2 + 0.3*xi*ms**0.5)/(5*ms) : 1 (unless refractory)\ndx/dt = 1/(10*ms) : 1\nf = x"
	for _, name := range sortedKeys(functions) {
		if functions[name].args == 1 && name != "poisson" && name != "int" {
			everything += fmt.Sprintf(" + 0.001*%s(0.01*x)", name)
		}
	}
	everything += " + clip(x, -1, 1)%0.3 + x//2 + int(x > 0.5 and not (v < 0.2) or x == 2) + 2**x + x**1.5 + rand() + randn() + poisson(x) + i + abs(v) - (3 - x)*v : 1\ndz/dt = f/ms : 1"
	for _, o := range []Options{
		{Refractory: "2*ms"}, {Refractory: "v > 0.1"}, {},
	} {
		o.Threshold, o.Reset, o.Method = "v > 0.9", "v = -0.1*rand(); z *= 0.5", "heun"
		o.Events = map[string]Event{"turn": {"x > 3", "x = 0.5"}}
		o.Initial = map[string]string{"x": "1"}
		m, err := Parse(everything, o)
		if err != nil {
			t.Fatal(err)
		}
		one, err := m.Population(1, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		many, err := m.Population(9, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		spikes := 0
		for k := range 2000 {
			one.Step()
			many.Step()
			fires := len(many.Spikes()) > 0 && many.Spikes()[0] == 0
			if (len(one.Spikes()) == 1) != fires {
				t.Fatalf("%q: at step %d the cell alone fires %v, among others %v", o.Refractory, k, one.Spikes(), many.Spikes())
			}
			spikes += len(one.Spikes())
			for _, name := range m.Variables() {
				a, err := one.State(name)
				if err != nil {
					t.Fatal(err)
				}
				b, err := many.State(name)
				if err != nil {
					t.Fatal(err)
				}
				if math.Float64bits(a[0]) != math.Float64bits(b[0]) || math.IsNaN(a[0]) || math.IsInf(a[0], 0) {
					t.Fatalf("%q: at step %d %s is %v alone, %v among others", o.Refractory, k, name, a[0], b[0])
				}
			}
		}
		if spikes < 10 {
			t.Errorf("%q: %d spikes", o.Refractory, spikes)
		}
	}
}
