package neuron

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// An IzhikevichPattern is one of the twenty neuro-computational features that
// a single neuron can have, with the cell and the input that show it.
type IzhikevichPattern struct {
	Letter string // of the figure, "A" to "T"
	Name   string // such as "tonic spiking"
	Cell   Izhikevich
	In     stim.Stimulus
	Dur    float64 `unit:"ms"` // ms
	Dt     float64 `unit:"ms"` // step of the published program, ms
}

// Published runs the pattern as the author's program did: Euler steps of Dt in
// which u already sees the new v. Steps this coarse move spikes, and three
// patterns exist with them only: converged, "bistability" is not switched off,
// "depolarizing after-potential" fires on, and "inhibition-induced bursting"
// does not end. Cell.Simulate with a dt of 0.05 ms is the converged one.
func (p IzhikevichPattern) Published() (*Result, error) {
	plan, err := newPlan("IzhikevichPattern", p.In, p.Dur, p.Dt, 2)
	if err != nil {
		return nil, err
	}
	m := p.Cell.full()
	v, u := plan.trace("v", "mV"), plan.trace("u", "mV")
	v.Y[0], u.Y[0] = m.V0, m.U0
	in := make([]float64, len(v.Y))
	p.In.Fill(in, 0, p.Dt)
	r := &Result{Dur: p.Dur, Model: p.Name, In: p.In}
	a, b := m.V0, m.U0
	for k := range in[1:] {
		dv, _ := m.slope(a, b, in[k])
		a += float64(p.Dt * dv)
		_, du := m.slope(a, b, in[k])
		b += float64(p.Dt * du)
		if a > 30 {
			a = m.C
			b += m.D
			r.Spikes = append(r.Spikes, v.At(k))
		}
		v.Y[k+1], u.Y[k+1] = a, b
	}
	r.V, r.States = v, []neuro.Trace{u}
	return r, nil
}

// IzhikevichPatterns returns the twenty patterns of figure 1 of Izhikevich 2004,
// IEEE Trans Neural Netw 15:1063, with the parameters, initial values and inputs
// of the program that the author published beside it.
func IzhikevichPatterns() []IzhikevichPattern {
	cell := func(a, b, c, d, v float64) Izhikevich {
		return Izhikevich{A: a, B: b, C: c, D: d, K1: 5, K0: 140, V0: v}
	}
	class1 := cell(0.02, -0.1, -55, 6, -60) // and the integrator
	class1.K1, class1.K0 = 4.1, 108
	accommodation := cell(0.02, 1, -55, 4, -65)
	accommodation.V1, accommodation.U0, accommodation.NoDecay = -65, -16, true
	step := func(amp, on float64) stim.Stimulus { return stim.Step(amp, on, 1e4) }
	pulse := func(amp, on, width float64) stim.Stimulus { return stim.Step(amp, on, on+width) }
	inhibited := stim.Sum(stim.Const(80), stim.Step(-5, 50, 250))
	return []IzhikevichPattern{
		{"A", "tonic spiking", cell(0.02, 0.2, -65, 6, -70), step(14, 10), 100, 0.25},
		{"B", "phasic spiking", cell(0.02, 0.25, -65, 6, -64), step(0.5, 20), 200, 0.25},
		{"C", "tonic bursting", cell(0.02, 0.2, -50, 2, -70), step(15, 22), 220, 0.25},
		{"D", "phasic bursting", cell(0.02, 0.25, -55, 0.05, -64), step(0.6, 20), 200, 0.2},
		{"E", "mixed mode", cell(0.02, 0.2, -55, 4, -70), step(10, 16), 160, 0.25},
		{"F", "spike frequency adaptation", cell(0.01, 0.2, -65, 8, -70), step(30, 8.5), 85, 0.25},
		{"G", "class 1 excitable", class1, stim.Func(func(t float64) float64 { return 0.075 * math.Max(t-30, 0) }), 300, 0.25},
		{"H", "class 2 excitable", cell(0.2, 0.26, -65, 0, -64), stim.Func(func(t float64) float64 { return float64(0.015*math.Max(t-30, 0)) - 0.5 }), 300, 0.25},
		{"I", "spike latency", cell(0.02, 0.2, -65, 6, -70), pulse(7.04, 10, 3), 100, 0.2},
		{"J", "subthreshold oscillations", cell(0.05, 0.26, -60, 0, -62), pulse(2, 20, 5), 200, 0.25},
		{"K", "resonator", cell(0.1, 0.26, -60, -1, -62), stim.Pulses(0.65, 4, 40, 60, 280, 320), 400, 0.25},
		{"L", "integrator", class1, stim.Pulses(9, 2, 100.0/11, 100.0/11+5, 70, 80), 100, 0.25},
		{"M", "rebound spike", cell(0.03, 0.25, -60, 4, -64), pulse(-15, 20, 5), 200, 0.2},
		{"N", "rebound burst", cell(0.03, 0.25, -52, 0, -64), pulse(-15, 20, 5), 200, 0.2},
		{"O", "threshold variability", cell(0.03, 0.25, -60, 4, -64), stim.Sum(pulse(1, 10, 5), pulse(-6, 70, 5), pulse(1, 80, 5)), 100, 0.25},
		{"P", "bistability", cell(0.1, 0.26, -60, 0, -61), stim.Sum(stim.Const(0.24), stim.Pulses(1, 5, 37.5, 216)), 300, 0.25},
		{"Q", "depolarizing after-potential", cell(1, 0.2, -60, -21, -70), pulse(20, 9, 2), 50, 0.1},
		{"R", "accommodation", accommodation, stim.Func(func(t float64) float64 {
			switch {
			case t < 200:
				return t / 25
			case t >= 300 && t < 312.5:
				return (t - 300) / 12.5 * 4
			}
			return 0
		}), 400, 0.5},
		{"S", "inhibition-induced spiking", cell(-0.02, -1, -60, 8, -63.8), inhibited, 350, 0.5},
		{"T", "inhibition-induced bursting", cell(-0.026, -1, -45, -2, -63.8), inhibited, 350, 0.5},
	}
}
