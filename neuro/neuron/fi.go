package neuron

import (
	"fmt"
	"math"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// FI is an f-I curve: the firing rate of a neuron at several input currents.
type FI struct {
	Amp   []float64 // currents, in AmpUnit
	Rate  []float64 `unit:"Hz"` // mean firing rates, Hz
	Model string    // name of the model, such as "HH"

	AmpUnit string // unit of Amp, such as "µA/cm²"; empty when the model does not tell
}

// FICurve simulates the model once for every current of amps, constant for dur
// (ms), with the time step dt (ms), and returns the mean rates over dur. Cells given
// as equations, those of this package and a *model.Model, run as one population,
// with the same result as Simulate one after the other (where chance plays a part,
// each has its own); other models run one after the other.
//
// It returns an error when amps is empty or not finite, and the first error of
// the simulations.
func FICurve(m Model, amps []float64, dur, dt float64) (*FI, error) {
	if err := checkCurrents("FICurve", m, amps); err != nil {
		return nil, err
	}
	fi := &FI{Amp: append([]float64(nil), amps...), Rate: make([]float64, len(amps))}
	fi.Model, fi.AmpUnit = labels(m)
	again := make([]bool, len(amps)) // which currents Simulate is to run
	for i := range again {
		again[i] = true
	}
	if c, ok := m.(Dynamics); ok {
		if err := together(c, fi, again, dur, dt); err != nil {
			return nil, fmt.Errorf("neuron: FICurve: at the current %g: %w", amps[0], err)
		}
	}
	task := display.Start("neuron.FICurve", "currents", len(amps))
	defer task.End()
	for i, a := range amps {
		if !again[i] {
			continue
		}
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("neuron: FICurve: %w", task.Err())
		}
		r, err := m.Simulate(stim.Const(a), dur, dt)
		if err != nil {
			return nil, fmt.Errorf("neuron: FICurve: at the current %g: %w", a, err)
		}
		fi.Rate[i] = r.Rate()
	}
	return fi, nil
}

// together runs a cell as a population, with a current each, and fills in the rates of
// those for which that is what Simulate does; again says which are left.
func together(c Dynamics, fi *FI, again []bool, dur, dt float64) error {
	hh, squid := c.(HH)
	if _, exact := c.(LIF); exact || squid && dt > longest {
		return nil // they do not stay on the grid
	}
	if _, err := newPlan(c.Name(), stim.Const(0), dur, dt, 1); err != nil {
		return err
	}
	m, err := parse(c)
	if err != nil {
		return err
	}
	p, err := m.Population(len(fi.Amp), dt)
	if err != nil {
		return err
	}
	p.Threads = runtime.GOMAXPROCS(0)
	in := make([]stim.Stimulus, len(fi.Amp))
	for i, a := range fi.Amp {
		in[i] = stim.Const(a)
	}
	if err := p.Drive(m.Input(), in...); err != nil {
		return err
	}
	var states [][]float64
	for _, name := range m.Variables() {
		x, err := p.State(name)
		if err != nil {
			return err
		}
		states = append(states, x)
	}
	var keep *bounds
	if squid {
		keep = newBounds(hh, len(fi.Amp), states)
	}
	steps := int(dur/dt + float64(1e-9*math.Max(dur/dt, 1)))
	count := make([]int, len(fi.Amp))
	task := display.Start("neuron.FICurve", "steps", steps)
	defer task.End()
	for k := range steps {
		if k&255 == 0 {
			if task.Set(k); task.Err() != nil {
				return task.Err()
			}
		}
		p.Step()
		if squid {
			keep.step(count)
			continue
		}
		for _, i := range p.Spikes() {
			count[i]++
		}
	}
	for i := range count {
		again[i] = squid && !keep.holds(i, dt)
		for _, x := range states { // Simulate tells what went wrong, and when
			again[i] = again[i] || math.IsNaN(x[i]) || math.IsInf(x[i], 0)
		}
		fi.Rate[i] = 1000 * float64(count[i]) / dur
	}
	return nil
}

// bounds are the extremes of each axon of a population, from which it follows that
// HH.Simulate would have divided none of its steps.
type bounds struct {
	axon                HH
	v, n, m, h          []float64
	before, lo, hi, sum []float64 // V of the step before, extremes of V, largest conductance of the gates
}

func newBounds(axon HH, count int, states [][]float64) *bounds {
	b := &bounds{axon: axon, v: states[0], n: states[1], m: states[2], h: states[3]}
	b.sum = make([]float64, count)
	for _, x := range []*[]float64{&b.before, &b.lo, &b.hi} {
		*x = append([]float64(nil), b.v...)
	}
	return b
}

// step takes in a step, and counts crossings of 0 mV as HH.Simulate does.
func (b *bounds) step(count []int) {
	for i, v := range b.v {
		if b.before[i] < 0 && v >= 0 {
			count[i]++
		}
		b.before[i], b.lo[i], b.hi[i] = v, min(b.lo[i], v), max(b.hi[i], v)
		n2 := b.n[i] * b.n[i]
		g := float64(b.axon.GNa*(b.m[i]*b.m[i]*b.m[i]*b.h[i])) + float64(b.axon.GK*(n2*n2))
		b.sum[i] = max(b.sum[i], g)
	}
}

// holds reports whether the rates of an axon stayed below one per step. Those of m are
// convex in V, and so fastest at an end.
func (b *bounds) holds(i int, dt float64) bool {
	fastest := (b.sum[i] + b.axon.GL) / b.axon.C
	for _, v := range []float64{b.lo[i], b.hi[i]} {
		fastest = max(fastest, float64(b.axon.phi()*(float64(b.axon.AlphaM(v))+float64(b.axon.BetaM(v)))))
	}
	return dt*fastest < 0.999
}

// Show draws the figure of Plot.
func (f *FI) Show() display.Bundle { return f.Plot().Show() }

// Plot returns the figure of the rates over the currents.
func (f *FI) Plot() *figure.Figure {
	return &figure.Figure{Title: f.Model, Panels: []figure.Panel{{
		X: figure.Axis{Label: "input current", Unit: f.AmpUnit},
		Y: figure.Axis{Label: "firing rate", Unit: "Hz"},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: f.Amp, Y: f.Rate, Color: "blue"},
			{Kind: figure.Points, X: f.Amp, Y: f.Rate, Color: "blue", Size: 3},
		},
	}}}
}
