package neuron_test

import (
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// parse returns a cell of the catalogue as package model runs it.
func parse(t testing.TB, c neuron.Cell) *model.Model {
	t.Helper()
	m, err := model.Parse(c.Equations())
	if err != nil {
		t.Fatalf("%s: %v", c.Name(), err)
	}
	return m
}

// TestHHEquations wants the spikes of the text in the steps in which HH.Simulate
// interpolates them; their traces have the same bits (TestCatalogueBits).
func TestHHEquations(t *testing.T) {
	for _, temp := range []float64{0, 18.5} {
		m := neuron.NewHH()
		m.Temp = temp
		want, err := m.Simulate(stim.Step(25, 5, 40), 50, 0.01)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse(t, m).Simulate(stim.Step(25, 5, 40), 50, 0.01)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range got.V.Y {
			if v != want.V.Y[k] {
				t.Fatalf("%g degrees: V is %.17g at %g ms, Simulate has %.17g", temp, v, float64(k)*0.01, want.V.Y[k])
			}
		}
		within(t, got.Spikes, want.Spikes, 0.01)
	}
}

// TestLIFEquations wants spikes on the grid within one step of the exact ones,
// of which each interval is rounded up to the grid.
func TestLIFEquations(t *testing.T) {
	m := neuron.NewLIF()
	m.TauRef = 0
	want, err := m.Simulate(stim.Const(2.5), 200, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse(t, m).Simulate(stim.Const(2.5), 200, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	if got.Count() != want.Count() || got.Count() < 5 {
		t.Fatalf("%d spikes, want %d", got.Count(), want.Count())
	}
	for i, s := range got.Spikes {
		if d := s - want.Spikes[i]; d < -0.01-1e-9 || d > 0.01*float64(i+1) {
			t.Errorf("spike %d at %g ms, the exact one at %g", i, s, want.Spikes[i])
		}
	}
}

// within wants the spikes of a grid within a step before the exact ones.
func within(t *testing.T, got, want []float64, dt float64) {
	t.Helper()
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d spikes, want %d", len(got), len(want))
	}
	for i, s := range got {
		if x := want[i]; !(s <= x+1e-9 && x <= s+dt+1e-9) {
			t.Errorf("spike %d at %g ms, want %g", i, s, x)
		}
	}
}

func TestFICurveOfText(t *testing.T) {
	fi, err := neuron.FICurve(parse(t, neuron.NewHH()), []float64{0, 10}, 100, 0.01)
	if err != nil || fi.Rate[0] != 0 || fi.Rate[1] != 70 {
		t.Errorf("f-I curve %+v (%v)", fi, err)
	}
}
