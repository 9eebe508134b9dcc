// Package synapse holds the conductances that presynaptic spikes open, how
// transmission changes with the history of spikes, and what transmission is made
// of: kinetic schemes, vesicles, quanta.
//
//	ampa := synapse.NewAMPA()
//	g, err := ampa.Conductance(neuro.Spikes{10, 20, 30}, 100, 0.1) // ms; g is in nS
//	i := ampa.Current(g, -65)                                      // pA, inward negative
//
// Exponential, Alpha and DoubleExp are shapes that add up from spike to spike;
// Receptor (AMPA, NMDA, GABA-A) and GABAB are kinetic and saturate;
// TsodyksMarkram is short-term depression and facilitation. All are exact at the
// samples, for spikes on or off the grid: shapes are checked against the sums of their
// definitions, receptors against small Runge-Kutta steps, and the steady state of
// TsodyksMarkram against long trains. GapJunction is an electrical synapse.
//
// Scheme is any channel or receptor given by the table of its transitions, with
// shares or numbers of channels over time. VesicleRelease is release site by site,
// CalciumSensor what lets a vesicle fuse; MeanVariance and FitQuantal find sites,
// probability and quantal size in recorded responses.
//
// Times are in ms, conductances in nS, potentials in mV, currents in pA.
package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Exponential is a conductance that jumps by G at each spike and decays:
// g(t) = G exp(-t/Tau).
type Exponential struct {
	G   float64 `unit:"nS"` // conductance of one spike, nS
	Tau float64 `unit:"ms"` // decay, ms
	E   float64 `unit:"mV"` // reversal potential, mV
}

// Alpha is Rall's alpha function, g(t) = G (t/Tau) exp(1 - t/Tau), with its peak
// G at the time Tau after a spike (Rall 1967, J Neurophysiol 30:1138).
type Alpha struct {
	G   float64 `unit:"nS"` // peak conductance of one spike, nS
	Tau float64 `unit:"ms"` // time to the peak, ms
	E   float64 `unit:"mV"` // reversal potential, mV
}

// DoubleExp is a difference of exponentials, scaled so that one spike has the
// peak G: g(t) = G f (exp(-t/TauDecay) - exp(-t/TauRise)).
type DoubleExp struct {
	G        float64 `unit:"nS"` // peak conductance of one spike, nS
	TauRise  float64 `unit:"ms"` // rise, ms
	TauDecay float64 `unit:"ms"` // decay, ms; it must differ from TauRise
	E        float64 `unit:"mV"` // reversal potential, mV
}

// NewExponential returns an excitatory synapse: 1 nS, 5 ms, 0 mV.
func NewExponential() Exponential { return Exponential{G: 1, Tau: 5, E: 0} }

// NewAlpha returns an excitatory synapse: 1 nS, 2 ms to the peak, 0 mV.
func NewAlpha() Alpha { return Alpha{G: 1, Tau: 2, E: 0} }

// NewDoubleExp returns an excitatory synapse: 1 nS, 0.5 ms rise, 5 ms decay, 0 mV.
func NewDoubleExp() DoubleExp { return DoubleExp{G: 1, TauRise: 0.5, TauDecay: 5, E: 0} }

// Conductance returns the conductance (nS) at 0, dt, ... dur under the spikes
// pre (ms). An error names what makes no sense.
func (s Exponential) Conductance(pre neuro.Spikes, dur, dt float64) (neuro.Trace, error) {
	g, err := empty("Exponential", pre, dur, dt, "Tau", s.Tau)
	if err != nil {
		return g, err
	}
	for k, x := range summed(pre, g, s.Tau) {
		g.Y[k] = s.G * x
	}
	return g, nil
}

// Conductance returns the conductance (nS) at 0, dt, ... dur under the spikes
// pre (ms). An error names what makes no sense.
func (s Alpha) Conductance(pre neuro.Spikes, dur, dt float64) (neuro.Trace, error) {
	g, err := empty("Alpha", pre, dur, dt, "Tau", s.Tau)
	if err != nil {
		return g, err
	}
	// a is the sum of exponentials, b that of t/Tau times them.
	a, b, last := 0.0, 0.0, 0.0
	move := func(t float64) {
		d := (t - last) / s.Tau
		f := vec.Exp(-d)
		b = float64(f * math.FMA(a, d, b))
		a *= f
		last = t
	}
	each(pre, g, func(t float64) { move(t); a++ }, func(k int, t float64) {
		move(t)
		g.Y[k] = s.G * math.E * b
	})
	return g, nil
}

// Conductance returns the conductance (nS) at 0, dt, ... dur under the spikes
// pre (ms). An error names what makes no sense.
func (s DoubleExp) Conductance(pre neuro.Spikes, dur, dt float64) (neuro.Trace, error) {
	g, err := empty("DoubleExp", pre, dur, dt, "TauRise", s.TauRise, "TauDecay", s.TauDecay)
	if err == nil && s.TauRise == s.TauDecay {
		err = fmt.Errorf("synapse: DoubleExp: TauRise and TauDecay are both %g ms; they must differ (Alpha is their limit)", s.TauRise)
	}
	if err != nil {
		return g, err
	}
	peak := float64(s.TauRise * s.TauDecay / (s.TauDecay - s.TauRise) * vec.Log(s.TauDecay/s.TauRise))
	f := s.G / (vec.Exp(-peak/s.TauDecay) - vec.Exp(-peak/s.TauRise))
	rise, decay := summed(pre, g, s.TauRise), summed(pre, g, s.TauDecay)
	for k := range g.Y {
		g.Y[k] = f * (decay[k] - rise[k])
	}
	return g, nil
}

// Current returns the current (pA, outward positive) through the conductance g
// (nS) at the potential v (mV): g (v - E).
func (s Exponential) Current(g neuro.Trace, v float64) neuro.Trace { return driven(g, v-s.E) }

// Current returns the current (pA, outward positive) through the conductance g
// (nS) at the potential v (mV): g (v - E).
func (s Alpha) Current(g neuro.Trace, v float64) neuro.Trace { return driven(g, v-s.E) }

// Current returns the current (pA, outward positive) through the conductance g
// (nS) at the potential v (mV): g (v - E).
func (s DoubleExp) Current(g neuro.Trace, v float64) neuro.Trace { return driven(g, v-s.E) }

// Show returns the parameters.
func (s Exponential) Show() display.Bundle { return table.Parameters("exponential synapse", s).Show() }

// Show returns the parameters.
func (s Alpha) Show() display.Bundle { return table.Parameters("alpha synapse", s).Show() }

// Show returns the parameters.
func (s DoubleExp) Show() display.Bundle {
	return table.Parameters("double exponential synapse", s).Show()
}

func driven(g neuro.Trace, force float64) neuro.Trace {
	i := neuro.Trace{Name: "I", Unit: "pA", T0: g.T0, Dt: g.Dt, Y: make([]float64, len(g.Y))}
	for k, x := range g.Y {
		i.Y[k] = x * force
	}
	return i
}

// most is how many samples a conductance may have: 3.2 GB.
const most = 400_000_000

// empty returns a trace for a duration, or an error that names what makes no
// sense; taus are names and values of time constants.
func empty(who string, pre neuro.Spikes, dur, dt float64, taus ...any) (neuro.Trace, error) {
	g := neuro.Trace{Name: "g", Unit: "nS", Dt: dt}
	switch {
	case !(dur > 0) || math.IsInf(dur, 0) || !(dt > 0) || math.IsInf(dt, 0):
		return g, fmt.Errorf("synapse: %s.Conductance: dur is %g ms and dt %g ms; both must be positive and finite", who, dur, dt)
	case dur/dt > most:
		return g, fmt.Errorf("synapse: %s.Conductance: dur/dt is %.3g steps; at most %d can be recorded", who, dur/dt, most)
	}
	for i := 0; i < len(taus); i += 2 {
		if tau := taus[i+1].(float64); !(tau > 0) || math.IsInf(tau, 0) {
			return g, fmt.Errorf("synapse: %s: %s is %g ms; it must be positive and finite (New%s gives the usual values)", who, taus[i], tau, who)
		}
	}
	if err := pre.Check("synapse: " + who + ".Conductance: pre"); err != nil {
		return g, err
	}
	g.Y = make([]float64, int(dur/dt+float64(1e-9*math.Max(dur/dt, 1)))+1)
	return g, nil
}

// each calls spike and sample in the order of time; a spike at the time of a
// sample comes first.
func each(pre neuro.Spikes, g neuro.Trace, spike func(t float64), sample func(k int, t float64)) {
	for k := range g.Y {
		t := g.At(k)
		for len(pre) > 0 && pre[0] <= t {
			spike(pre[0])
			pre = pre[1:]
		}
		sample(k, t)
	}
}

// summed returns the sum of exp(-(t - s)/tau) over the spikes s up to each sample.
func summed(pre neuro.Spikes, g neuro.Trace, tau float64) []float64 {
	out := make([]float64, len(g.Y))
	x, last := 0.0, 0.0
	move := func(t float64) {
		if x != 0 {
			x *= vec.Exp(-(t - last) / tau)
		}
		last = t
	}
	each(pre, g, func(t float64) { move(t); x++ }, func(k int, t float64) { move(t); out[k] = x })
	return out
}
