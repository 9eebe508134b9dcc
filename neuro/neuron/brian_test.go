package neuron_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// TestBrian holds cells against Brian2 with the same method and step, whose
// values testdata/neuron/cells_brian.py makes: V to 1e-9 until the first spike,
// after which the exponentials of spikes amplify rounding, and spikes in the same step.
func TestBrian(t *testing.T) {
	var cases []struct {
		Name      string
		I, Dt     float64
		Dur       float64
		Every     int
		V, Spikes []float64
	}
	golden.JSON(t, golden.Path(t, "neuron/cells.json"), &cases)
	if len(cases) < 37 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		m := named(t, c.Name)
		r, err := parse(t, m).Simulate(stim.Const(c.I), c.Dur, c.Dt)
		if err != nil {
			t.Fatal(err)
		}
		off, first := 0.0, c.Dur
		if len(c.Spikes) > 0 {
			first = c.Spikes[0]
		}
		for k, v := range c.V {
			if r.V.At(k*c.Every) <= first {
				off = math.Max(off, math.Abs(r.V.Y[k*c.Every]-v)/math.Abs(v))
			}
		}
		if off > 1e-9 {
			t.Errorf("%s at %g: V is off by %.2g", c.Name, c.I, off)
		}
		if r.Count() != len(c.Spikes) {
			t.Errorf("%s at %g: %d spikes, want %d", c.Name, c.I, r.Count(), len(c.Spikes))
			continue
		}
		late := 0.0
		for k, s := range c.Spikes {
			late = math.Max(late, math.Abs(s-r.Spikes[k]))
		}
		if late > 1e-9 {
			t.Errorf("%s at %g: spikes are off by %g ms", c.Name, c.I, late)
		}
		t.Logf("%s at %g: V %.1e, %d spikes %.1e ms", c.Name, c.I, off, r.Count(), late)
	}
}

// named returns a cell by the name that the reference gives it.
func named(t *testing.T, name string) neuron.Cell {
	t.Helper()
	for _, c := range catalogue() {
		if c.Name() == name {
			return c
		}
	}
	family, set, _ := strings.Cut(name, " ")
	switch family {
	case "MAT":
		if m, err := neuron.MATSet(set); err == nil {
			return m
		}
	case "Pospischil":
		if m, err := neuron.PospischilSet(set); err == nil {
			return m
		}
	case "GLIF":
		for _, p := range neuron.GLIFPatterns() {
			if p.Letter == set {
				return p.Cell
			}
		}
	}
	if m, err := neuron.IzhikevichSet(name); err == nil {
		return m
	}
	if m, err := neuron.TraubMilesSet(name); err == nil {
		return m
	}
	if m, err := neuron.MorrisLecarSet(name); err == nil {
		return m
	}
	m, _, err := neuron.AdExSet(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestCatalogueBits wants a cell of a population of the text to have the bits of
// Simulate.
func TestCatalogueBits(t *testing.T) {
	for _, name := range []string{"AdEx", "RS", "Olufsen 2003", "Wang-Buzsaki"} {
		c := named(t, name)
		r, err := c.Simulate(stim.Const(0), 5, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parse(t, c).Population(300, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			p.Step()
		}
		v, err := p.State(r.V.Name)
		if err != nil {
			t.Fatal(err)
		}
		for k, x := range v {
			if x != r.V.Y[100] {
				t.Fatalf("%s: cell %d is at %v, Simulate at %v", name, k, x, r.V.Y[100])
			}
		}
	}
}
