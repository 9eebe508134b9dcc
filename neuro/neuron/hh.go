// Package neuron holds models of single neurons, with the parameters of their
// papers, and what one asks of them: f-I and V-I curves, rheobase and chronaxie,
// adaptation, phase planes, equilibria and their bifurcations, impedance, phase
// response curves, features of a trace, and the noise of conductances and channels.
//
//	r, err := neuron.NewHH().Simulate(stim.Const(10), 100, 0.01)
//	// r.Count() is 7; r shows its membrane potential
//
//	fi, err := neuron.FICurve(neuron.NewLIF(), []float64{1.5, 2, 2.5, 3}, 1000, 0.1)
//
//	cell, amp, err := neuron.AdExSet("regular bursting")
//	r, err = cell.Simulate(stim.Const(amp), 500, 0.05)
//
// Integrate-and-fire neurons are LIF, QIF, EIF, AdEx, Izhikevich, MAT (adaptive
// threshold), GLIF and GIF; HH, TraubMiles, WangBuzsaki, ConnorStevens, Pospischil,
// PinskyRinzel (two compartments), Thalamocortical and Reticular have ion channels;
// MorrisLecar, FitzHughNagumo and HindmarshRose are reductions to two or three
// variables. A model is a struct of parameters; change its fields to change the neuron.
// Simulating never changes it. Times are in ms, potentials in mV, currents are positive
// when they depolarise the cell.
//
// Every model is also text, model.Parse(m.Equations()), for populations and to build on,
// and is simulated from that text, on the grid of the time step: a population of the text
// has the same bits. LIF is exact, off the grid, and HH divides steps in which a
// stimulus jumps or the rates are fast, and interpolates the times of spikes.
package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// HH is the Hodgkin-Huxley model of the squid giant axon, in the modern sign
// convention: depolarisation is positive, and the axon rests at -65 mV.
//
//	C dV/dt = I - GNa m^3 h (V - ENa) - GK n^4 (V - EK) - GL (V - EL)
//	dx/dt   = phi (alpha_x(V) (1 - x) - beta_x(V) x)    for x = n, m, h
//	phi     = 3^((Temp - 6.3)/10)
//
// Hodgkin and Huxley 1952, J Physiol 117:500, equations 7 and 26, with V = -65
// mV - (their V). A conductance of 0 blocks its channel.
type HH struct {
	C    float64 `unit:"uF/cm2"` // membrane capacitance, uF/cm2
	GNa  float64 `unit:"mS/cm2"` // largest sodium conductance, mS/cm2
	GK   float64 `unit:"mS/cm2"` // largest potassium conductance, mS/cm2
	GL   float64 `unit:"mS/cm2"` // leak conductance, mS/cm2
	ENa  float64 `unit:"mV"`     // sodium reversal potential, mV
	EK   float64 `unit:"mV"`     // potassium reversal potential, mV
	EL   float64 `unit:"mV"`     // leak reversal potential, mV
	V0   float64 `unit:"mV"`     // potential at time 0, with the gates at their steady state, mV; 0 means -65
	Temp float64 `unit:"°C"`     // temperature, °C; 0 means 6.3. All rates grow by 3 in 10 degrees
}

// HHState is the state of the model: the membrane potential and the gates.
type HHState struct {
	V float64 `unit:"mV"` // membrane potential, mV
	N float64 // activation of potassium channels, 0 to 1
	M float64 // activation of sodium channels, 0 to 1
	H float64 // inactivation of sodium channels (1: none), 0 to 1
}

// NewHH returns the axon at 6.3 °C: C 1 uF/cm2, GNa 120, GK 36 and GL 0.3
// mS/cm2, ENa 50, EK -77 and EL -54.387 mV.
func NewHH() HH {
	return HH{C: 1, GNa: 120, GK: 36, GL: 0.3, ENa: 50, EK: -77, EL: -54.387, V0: -65}
}

// Name returns "HH".
func (m HH) Name() string { return "HH" }

// CurrentUnit returns "µA/cm²", the unit of stimuli.
func (m HH) CurrentUnit() string { return "µA/cm²" }

// SteadyState returns the state with the potential v (mV) and every gate x at
// its steady state, alpha_x(v) / (alpha_x(v) + beta_x(v)).
func (m HH) SteadyState(v float64) HHState {
	a, b := rates(v)
	return HHState{V: v, N: a.n / (a.n + b.n), M: a.m / (a.m + b.m), H: a.h / (a.h + b.h)}
}

// Step returns the state a time dt (ms) after s under the constant current i
// (uA/cm2).
//
// It takes one step of the classical Runge-Kutta method of order 4, or several
// equal ones when dt is longer than 0.025 ms or than the shortest time constant
// of the moment. At dt = 0.01 ms V is right to 1e-4 mV after 100 ms of firing.
// The state is NaN after one that is not finite, and where the rates exceed
// 4e5 /ms.
func (m HH) Step(s HHState, dt, i float64) HHState {
	n, h := parts(dt)
	phi := m.phi()
	for ; n > 0; n-- {
		s = m.advance(s, h, i, phi)
	}
	return s
}

// parts divides a step into n equal ones of h, at most longest.
func parts(dt float64) (n int, h float64) {
	switch {
	case dt > longest*1e9:
		return 1, math.NaN()
	case dt > longest:
		n = int(math.Ceil(dt/longest - 1e-9))
		return n, dt / float64(n)
	}
	return 1, dt
}

// phi is how many times faster the gates are than at 6.3 degrees.
func (m HH) phi() float64 {
	if m.Temp == 0 || m.Temp == 6.3 {
		return 1
	}
	return vec.Exp((m.Temp - 6.3) * (ln3 / 10))
}

// longest is the longest step that is taken at once, ms, and finest the largest
// number of parts of it.
const (
	longest = 0.025
	finest  = 10000
	ln3     = 1.09861228866810969 // log(3)
)

var nowhere = HHState{math.NaN(), math.NaN(), math.NaN(), math.NaN()}

// advance is Step for dt up to longest.
func (m *HH) advance(s HHState, dt, i, phi float64) HHState {
	k, fastest := m.slope(s, i, phi)
	n := 1.0
	if x := dt * fastest; !(x <= 1) {
		if !(x <= finest) {
			return nowhere
		}
		n = math.Ceil(x)
		dt /= n
	}
	for {
		k2, _ := m.slope(s.plus(k, 0.5*dt), i, phi)
		k3, _ := m.slope(s.plus(k2, 0.5*dt), i, phi)
		k4, _ := m.slope(s.plus(k3, dt), i, phi)
		s.V = rungeKutta(s.V, dt, k.V, k2.V, k3.V, k4.V)
		s.N = rungeKutta(s.N, dt, k.N, k2.N, k3.N, k4.N)
		s.M = rungeKutta(s.M, dt, k.M, k2.M, k3.M, k4.M)
		s.H = rungeKutta(s.H, dt, k.H, k2.H, k3.H, k4.H)
		if n--; n <= 0 {
			return s
		}
		k, _ = m.slope(s, i, phi)
	}
}

func rungeKutta(x, dt, k1, k2, k3, k4 float64) float64 {
	return math.FMA(dt/6, (k1+k4)+float64(2*(k2+k3)), x)
}

// plus returns s + dt*k.
func (s HHState) plus(k HHState, dt float64) HHState {
	return HHState{math.FMA(k.V, dt, s.V), math.FMA(k.N, dt, s.N), math.FMA(k.M, dt, s.M), math.FMA(k.H, dt, s.H)}
}

// slope returns the derivatives of the state under the current i, per ms, and
// the larger of the rates at which V and m relax.
func (m *HH) slope(s HHState, i, phi float64) (d HHState, fastest float64) {
	a, b := rates(s.V)
	n2 := s.N * s.N
	na := float64(m.GNa * (s.M * s.M * s.M * s.H))
	k := float64(m.GK * (n2 * n2))
	ionic := math.FMA(na, s.V-m.ENa, math.FMA(k, s.V-m.EK, float64(m.GL*(s.V-m.EL))))
	d.V = (i - ionic) / m.C
	d.N = phi * math.FMA(-(a.n+b.n), s.N, a.n)
	d.M = phi * math.FMA(-(a.m+b.m), s.M, a.m)
	d.H = phi * math.FMA(-(a.h+b.h), s.H, a.h)
	return d, math.Max(phi*(a.m+b.m), (na+k+m.GL)/m.C)
}

// Simulate runs the axon for dur (ms) from the state SteadyState(V0), under the
// stimulus in (uA/cm2), with the time step dt (ms), by the Runge-Kutta method of
// order 4. The stimulus is constant during a step, with its value at the beginning; a
// step in which a stim.Step, Ramp or Pulses jumps is divided there, and steps that are
// too long as Step divides them. Whole steps have the bits of the model as text.
//
// The result holds V and, as States, n, m and h. A spike is an upward crossing
// of 0 mV; its time is interpolated linearly in the step, which at dt = 0.01 ms
// is right to 5e-5 ms. An error names a parameter, an argument or a stimulus
// that makes no sense, or the time when an input drives the membrane out of the
// range of the model.
//
// Checked against SciPy's DOP853 at tolerances of 1e-13.
func (m HH) Simulate(in stim.Stimulus, dur, dt float64) (*Result, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	p, err := newPlan("HH", in, dur, dt, 4)
	if err != nil {
		return nil, err
	}
	if dur/longest > 1e10 {
		return nil, fmt.Errorf("neuron: HH.Simulate: dur is %g ms; at most %g ms can be simulated", dur, 1e10*longest)
	}
	v, gn, gm, gh := p.trace("V", "mV"), p.trace("n", ""), p.trace("m", ""), p.trace("h", "")
	r := &Result{Dur: dur, Model: "HH", In: in, InUnit: m.CurrentUnit()}
	grid, err := m.grid(dt)
	if err != nil {
		return nil, err
	}
	s, phi := grid.state(), m.phi()
	v.Y[0], gn.Y[0], gm.Y[0], gh.Y[0] = s.V, s.N, s.M, s.H
	err = p.run(func(q piece) error {
		n, h := parts(q.h)
		for j := 0; j < n; j++ {
			before := s.V
			if _, fastest := m.slope(s, q.i, phi); q.h == dt && n == 1 && dt*fastest <= 1 {
				s = grid.step(s, q.i)
			} else {
				s = m.advance(s, h, q.i, phi)
			}
			t := q.begin + float64(float64(j)*h)
			if !(math.Abs(s.V) < 1e6) {
				return fmt.Errorf("neuron: HH.Simulate: V leaves the range of the model after %.3g mV at %.6g ms, under an input of %g uA/cm2; use a weaker input, or check GNa, GK, GL and C", before, t, q.i)
			}
			if before < 0 && s.V >= 0 {
				r.Spikes = append(r.Spikes, t+float64(h*(before/(before-s.V))))
			}
		}
		if k := q.k + 1; q.last {
			v.Y[k], gn.Y[k], gm.Y[k], gh.Y[k] = s.V, s.N, s.M, s.H
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.V, r.States = v, []neuro.Trace{gn, gm, gh}
	return r, nil
}

// A grid runs the text of the axon one step at a time, so that what is on the grid of
// the time step has the bits of a network of the same text.
type grid struct {
	p             *model.Population
	v, n, m, h, i []float64
}

func (m HH) grid(dt float64) (*grid, error) {
	text, err := parse(m)
	if err != nil {
		return nil, err
	}
	p, err := text.Population(1, dt)
	if err != nil {
		return nil, err
	}
	g := &grid{p: p}
	for name, to := range map[string]*[]float64{"V": &g.v, "n": &g.n, "m": &g.m, "h": &g.h, "I": &g.i} {
		if *to, err = p.State(name); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (g *grid) state() HHState { return HHState{V: g.v[0], N: g.n[0], M: g.m[0], H: g.h[0]} }

// step returns the state a step after s under the current i.
func (g *grid) step(s HHState, i float64) HHState {
	g.v[0], g.n[0], g.m[0], g.h[0] = s.V, s.N, s.M, s.H
	g.i[0] = i
	g.p.Step()
	return g.state()
}

// Check returns an error that names the first parameter that makes no sense.
func (m HH) Check() error {
	return first(
		positive("HH", "C", m.C, "uF/cm2"),
		notNegative("HH", "GNa", m.GNa, "mS/cm2"),
		notNegative("HH", "GK", m.GK, "mS/cm2"),
		notNegative("HH", "GL", m.GL, "mS/cm2"),
		finite("HH", "ENa", m.ENa, "mV"),
		finite("HH", "EK", m.EK, "mV"),
		finite("HH", "EL", m.EL, "mV"),
		finite("HH", "V0", m.V0, "mV"),
		finite("HH", "Temp", m.Temp, "°C"),
	)
}
