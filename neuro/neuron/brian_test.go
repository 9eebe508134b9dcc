package neuron_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
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

// TestCatalogueBits wants the same bits of every cell of the catalogue from its
// Simulate, from its text under a stimulus for all cells, and from its text under a
// stimulus for each of many. LIF, which is exact off the grid, has TestLIFEquations.
func TestCatalogueBits(t *testing.T) {
	currents := map[string]float64{"HH": 10, "AdEx": 700, "Izhikevich": 10, "Traub-Miles": 3, "Wang-Buzsaki": 2, "QIF": 200, "EIF": 1,
		"MAT": 600, "GLIF": 2, "GIF": 300, "Morris-Lecar": 300, "FitzHugh-Nagumo": 0.5, "Hindmarsh-Rose": 2, "Connor-Stevens": 15, "Pospischil": 3,
		"Pinsky-Rinzel": 2, "thalamocortical": 3, "reticular": 2}
	const dt, steps, n = 0.02, 2500, 300
	for _, c := range catalogue() {
		i, ok := currents[c.Name()]
		if !ok {
			if c.Name() != "LIF" {
				t.Errorf("no current for %s", c.Name())
			}
			continue
		}
		want, err := c.Simulate(stim.Const(i), dt*steps, dt)
		if err != nil {
			t.Fatal(err)
		}
		if want.Count() == 0 {
			t.Errorf("%s does not fire", c.Name())
		}
		m := parse(t, c)
		got, err := m.Simulate(stim.Const(i), dt*steps, dt)
		if err != nil {
			t.Fatal(err)
		}
		for k, w := range append([]neuro.Trace{want.V}, want.States...) {
			g := append([]neuro.Trace{got.V}, got.States...)[k]
			if g.Name != w.Name || !slices.Equal(g.Y, w.Y) {
				t.Errorf("%s: %s of the text has other bits than Simulate's", c.Name(), w.Name)
			}
		}
		if c.Name() != "HH" && !slices.Equal(got.Spikes, want.Spikes) || got.Count() != want.Count() {
			t.Errorf("%s: spikes of the text at %v, of Simulate at %v", c.Name(), got.Spikes, want.Spikes)
		}
		if c.Name() == "GIF" {
			continue // each cell of a population has a chance of its own
		}
		p, err := m.Population(n, dt)
		if err != nil {
			t.Fatal(err)
		}
		in := make([]stim.Stimulus, n)
		for k := range in {
			in[k] = stim.Const(i)
		}
		if err := p.Drive("I", in...); err != nil {
			t.Fatal(err)
		}
		for range steps {
			p.Step()
		}
		v, err := p.State(want.V.Name)
		if err != nil {
			t.Fatal(err)
		}
		for k, x := range v {
			if x != want.V.Y[steps] {
				t.Fatalf("%s: cell %d is at %v, Simulate at %v", c.Name(), k, x, want.V.Y[steps])
			}
		}
	}
}
