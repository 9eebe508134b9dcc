package neuron_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// moments returns the mean and the standard deviation over cells of a sum of states.
func moments(t *testing.T, p *model.Population, names ...string) (mean, sd float64) {
	t.Helper()
	sum := make([]float64, p.N())
	for _, n := range names {
		x, err := p.State(n)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range x {
			sum[i] += v
		}
	}
	square := 0.0
	for _, v := range sum {
		mean += v / float64(len(sum))
	}
	for _, v := range sum {
		square += (v - mean) * (v - mean) / float64(len(sum))
	}
	return mean, math.Sqrt(square)
}

// TestConductanceNoise wants the mean and the spread of both conductances from the
// beginning on, in cells of both kinds of unit.
func TestConductanceNoise(t *testing.T) {
	n := neuron.NewConductanceNoise()
	n.Seed = 5
	pyramid := neuron.NewPospischil()
	for _, c := range []neuron.Dynamics{neuron.NewAdEx(), pyramid} {
		m, err := n.Add(c)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Population(4000, 0.02)
		if err != nil {
			t.Fatal(err)
		}
		for _, steps := range []int{1, 500} {
			for range steps {
				p.Step()
			}
			for name, want := range map[string][2]float64{"ge_ou": {12.1, 3}, "gi_ou": {57.3, 6.6}} {
				mean, sd := moments(t, p, name)
				// 4 standard errors; Euler's steps of 0.02 of 2.7 ms widen by 0.4 %
				if math.Abs(mean-want[0]) > 4*want[1]/63 || math.Abs(sd/want[1]-1) > 4/math.Sqrt(8000)+0.005 {
					t.Errorf("%s: %s is %g +- %g nS, want %g +- %g", c.Name(), name, mean, sd, want[0], want[1])
				}
			}
		}
	}
	// a stimulus adds to the background, which at rest holds the cell near the mean
	// of its reversal potentials
	m, err := n.Add(pyramid)
	if err != nil {
		t.Fatal(err)
	}
	quiet, err := m.Simulate(stim.Const(0), 200, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	loud, err := m.Simulate(stim.Const(8), 200, 0.02)
	if err != nil || loud.Count() <= quiet.Count() {
		t.Errorf("%d spikes with a stimulus, %d without (%v)", loud.Count(), quiet.Count(), err)
	}
	if _, err := n.Add(neuron.NewIzhikevich()); err == nil || !strings.Contains(err.Error(), `is in ""`) {
		t.Error(err)
	}
	n.TauE = 0
	if _, err := n.Add(pyramid); err == nil || !strings.Contains(err.Error(), "TauE is 0 ms") {
		t.Error(err)
	}
}

// TestChannelNoise clamps the axon by a huge capacitance and holds the open fractions
// against those of independent channels, whose number open is binomial.
func TestChannelNoise(t *testing.T) {
	n := neuron.NewChannelNoise()
	n.Seed = 2
	for _, v := range []float64{-65, -30} {
		hh := neuron.NewHH()
		hh.V0, hh.C = v, 1e9
		m, err := n.Add(hh)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Population(1000, 0.005)
		if err != nil {
			t.Fatal(err)
		}
		for range 3000 { // 15 ms; the slowest time constant is 8.6 ms, after which the spread is there to 2 %
			p.Step()
		}
		s := hh.SteadyState(v)
		for _, c := range []struct {
			name   string
			open   float64
			n      float64
			states []string
		}{
			{"K", s.N * s.N * s.N * s.N, 1800, []string{"zK1", "zK2", "zK3", "zK4"}},
			{"Na", s.M * s.M * s.M * s.H, 6000, []string{"zNa01", "zNa10", "zNa11", "zNa20", "zNa21", "zNa30", "zNa31"}},
		} {
			_, sd := moments(t, p, c.states...)
			if want := math.Sqrt(c.open * (1 - c.open) / c.n); math.Abs(sd/want-1) > 4/math.Sqrt(2000)+0.02 {
				t.Errorf("%s at %g mV: the open fraction varies by %g, want %g", c.name, v, sd, want)
			}
		}
	}
	// few channels fire by chance without a stimulus, many do not
	spikes := func(area float64) int {
		n.Area = area
		m, err := n.Add(neuron.NewHH())
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Simulate(stim.Const(0), 300, 0.01)
		if err != nil {
			t.Fatal(err)
		}
		return r.Count()
	}
	if few, many := spikes(10), spikes(10_000); few < 3 || many > 0 {
		t.Errorf("%d spikes of 10 um2, %d of 10,000 um2", few, many)
	}
}
