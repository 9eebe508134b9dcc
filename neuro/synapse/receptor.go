package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Receptor is a channel that a pulse of transmitter opens, by the two-state
// kinetics of Destexhe, Mainen and Sejnowski 1994, Neural Comput 6:14:
//
//	dr/dt = Alpha T (1 - r) - Beta r,    g = G r B(V)
//
// where the concentration T is TMax for the time TDur after each spike, and 0
// else. With magnesium (NMDA) the open channel is blocked at negative potentials
// by the factor of Jahr and Stevens 1990, J Neurosci 10:3178:
//
//	B(V) = 1/(1 + exp(-0.062 V) Mg/3.57)
type Receptor struct {
	Name  string
	G     float64 `unit:"nS"`      // conductance with all channels open, nS
	Alpha float64 `unit:"1/mM/ms"` // binding, 1/(mM ms)
	Beta  float64 `unit:"1/ms"`    // unbinding, 1/ms
	E     float64 `unit:"mV"`      // reversal potential, mV
	TMax  float64 `unit:"mM"`      // concentration of transmitter in a pulse, mM
	TDur  float64 `unit:"ms"`      // length of a pulse, ms
	Mg    float64 `unit:"mM"`      // magnesium outside, mM; 0 for channels that it does not block
}

// NewAMPA returns AMPA receptors as Destexhe, Mainen and Sejnowski fitted them
// (1998, in Koch and Segev, Methods in Neuronal Modeling, p. 1): Alpha 1.1, Beta
// 0.19, E 0, with pulses of 1 mM for 1 ms, and 1 nS.
func NewAMPA() Receptor {
	return Receptor{Name: "AMPA", G: 1, Alpha: 1.1, Beta: 0.19, E: 0, TMax: 1, TDur: 1}
}

// NewNMDA returns NMDA receptors from the same source: Alpha 0.072, Beta 0.0066,
// E 0, magnesium 1 mM.
func NewNMDA() Receptor {
	return Receptor{Name: "NMDA", G: 1, Alpha: 0.072, Beta: 0.0066, E: 0, TMax: 1, TDur: 1, Mg: 1}
}

// NewGABAA returns GABA-A receptors from the same source: Alpha 5, Beta 0.18, E
// -80.
func NewGABAA() Receptor {
	return Receptor{Name: "GABA-A", G: 1, Alpha: 5, Beta: 0.18, E: -80, TMax: 1, TDur: 1}
}

// Block returns B(v), the part of the channels that magnesium leaves open at the
// potential v (mV): 1 without magnesium.
func (s Receptor) Block(v float64) float64 {
	if s.Mg == 0 {
		return 1
	}
	return 1 / (1 + float64(vec.Exp(-0.062*v)*(s.Mg/3.57)))
}

// Conductance returns G r (nS), before the block by magnesium, at 0, dt, ... dur
// under the spikes pre (ms), from all channels closed. A spike within a pulse
// makes the pulse longer. An error names what makes no sense.
func (s Receptor) Conductance(pre neuro.Spikes, dur, dt float64) (neuro.Trace, error) {
	g, err := empty("Receptor", pre, dur, dt)
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		return g, err
	}
	p := pulse{tMax: s.TMax, tDur: s.TDur, end: math.Inf(-1)}
	r := 0.0
	p.each(pre, g, func(d, conc float64) { r = bound(r, d, float64(s.Alpha*conc), s.Beta) }, func(k int) { g.Y[k] = s.G * r })
	return g, nil
}

// bound returns r after the time d with transmitter: it relaxes to a/(a+b).
func bound(r, d, a, b float64) float64 {
	rest := a / (a + b)
	return rest + float64((r-rest)*vec.Exp(-(a+b)*d))
}

// Current returns the current (pA, outward positive) through the conductance g
// (nS) at the potential v (mV): g B(v) (v - E).
func (s Receptor) Current(g neuro.Trace, v float64) neuro.Trace {
	return driven(g, float64(s.Block(v)*(v-s.E)))
}

// Show returns the parameters.
func (s Receptor) Show() display.Bundle { return table.Parameters(s.Name+" receptor", s).Show() }

// Check returns an error that names the first parameter that makes no sense.
func (s Receptor) Check() error {
	for _, c := range []struct {
		name string
		v    float64
		zero bool
	}{{"G", s.G, true}, {"Alpha", s.Alpha, false}, {"Beta", s.Beta, false}, {"TMax", s.TMax, false}, {"TDur", s.TDur, false}, {"Mg", s.Mg, true}} {
		if !(c.v > 0 || c.zero && c.v == 0) || math.IsInf(c.v, 0) {
			return fmt.Errorf("synapse: Receptor: %s is %g; it must be finite and positive (NewAMPA, NewNMDA and NewGABAA give the usual values)", c.name, c.v)
		}
	}
	return nil
}

// GABAB is the metabotropic receptor of Destexhe and Sejnowski 1995, PNAS
// 92:9515: bound receptors r activate a G-protein s, of which four open a
// potassium channel:
//
//	dr/dt = K1 T (1 - r) - K2 r,    ds/dt = K3 r - K4 s,    g = G s^4/(s^4 + Kd)
type GABAB struct {
	G      float64 `unit:"nS"`      // conductance with all channels open, nS
	K1     float64 `unit:"1/mM/ms"` // binding, 1/(mM ms)
	K2     float64 `unit:"1/ms"`    // unbinding, 1/ms
	K3, K4 float64 `unit:"1/ms"`    // production (uM/ms) and decay (1/ms) of the G-protein
	Kd     float64 `unit:"uM4"`     // half activation, uM^4
	E      float64 `unit:"mV"`      // reversal potential of potassium, mV
	TMax   float64 `unit:"mM"`      // concentration of transmitter in a pulse, mM
	TDur   float64 `unit:"ms"`      // length of a pulse, ms
}

// NewGABAB returns the fit of Destexhe, Mainen and Sejnowski 1998: K1 0.09, K2
// 0.0012, K3 0.18, K4 0.034, Kd 100, E -95. Single spikes hardly open it.
func NewGABAB() GABAB {
	return GABAB{G: 1, K1: 0.09, K2: 0.0012, K3: 0.18, K4: 0.034, Kd: 100, E: -95, TMax: 0.5, TDur: 0.3}
}

// Conductance returns the conductance (nS) at 0, dt, ... dur under the spikes
// pre (ms). An error names what makes no sense.
func (s GABAB) Conductance(pre neuro.Spikes, dur, dt float64) (neuro.Trace, error) {
	g, err := empty("GABAB", pre, dur, dt)
	for _, v := range []float64{s.K1, s.K2, s.K3, s.K4, s.Kd, s.TMax, s.TDur} {
		if err == nil && (!(v > 0) || math.IsInf(v, 0)) {
			err = fmt.Errorf("synapse: GABAB: a rate, Kd or pulse is %g; all must be positive and finite (NewGABAB gives the usual values)", v)
		}
	}
	if err != nil {
		return g, err
	}
	p := pulse{tMax: s.TMax, tDur: s.TDur, end: math.Inf(-1)}
	r, protein := 0.0, 0.0
	p.each(pre, g, func(d, conc float64) {
		// r = rest + c exp(-b t) drives the linear equation of the protein.
		a := float64(s.K1 * conc)
		rest, b := a/(a+s.K2), a+s.K2
		c := r - rest
		f := vec.Exp(-s.K4 * d)
		protein = float64(protein*f) + float64(s.K3*rest/s.K4*(1-f))
		if b == s.K4 {
			protein += float64(s.K3 * c * d * f)
		} else {
			protein += float64(s.K3 * c / (s.K4 - b) * (vec.Exp(-b*d) - f))
		}
		r = bound(r, d, a, s.K2)
	}, func(k int) {
		p2 := protein * protein
		p4 := float64(p2 * p2)
		g.Y[k] = s.G * p4 / (p4 + s.Kd)
	})
	return g, nil
}

// Current returns the current (pA, outward positive) through the conductance g
// (nS) at the potential v (mV): g (v - E).
func (s GABAB) Current(g neuro.Trace, v float64) neuro.Trace { return driven(g, v-s.E) }

// Show returns the parameters.
func (s GABAB) Show() display.Bundle { return table.Parameters("GABA-B receptor", s).Show() }

// A pulse is the transmitter in the cleft.
type pulse struct {
	tMax, tDur float64
	end        float64 // of the pulse at hand, ms
	last       float64
}

// each moves through time from spike to end of pulse to sample, calling step for
// every stretch of constant concentration, and sample.
func (p *pulse) each(pre neuro.Spikes, g neuro.Trace, step func(d, conc float64), sample func(k int)) {
	move := func(t float64) {
		if p.end > p.last {
			until := math.Min(p.end, t)
			step(until-p.last, p.tMax)
			p.last = until
		}
		if t > p.last {
			step(t-p.last, 0)
			p.last = t
		}
	}
	for len(pre) > 0 && pre[0] < 0 { // before the beginning
		pre = pre[1:]
	}
	each(pre, g, func(t float64) { move(t); p.end = t + p.tDur }, func(k int, t float64) { move(t); sample(k) })
}
