package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Equilibria are the states in which a cell can stay under a constant current,
// as a curve that the potential runs along.
type Equilibria struct {
	V      []float64 `unit:"mV"` // potentials, ascending, mV
	I      []float64 // the current that holds each, in IUnit
	Stable []bool    // whether a small disturbance dies out

	Bifurcations []Bifurcation // in the order of V
	Model        string
	IUnit        string
}

// A Bifurcation is a point at which equilibria change their stability.
type Bifurcation struct {
	Kind string  // "Hopf" or "fold" (saddle-node)
	I    float64 // the current, in the unit of stimuli
	V    float64 `unit:"mV"` // mV
	Freq float64 `unit:"Hz"` // frequency of the oscillation at a Hopf point, Hz; 0 at a fold
}

// FindEquilibria follows the equilibria of a cell from the potential vLo to vHi
// (mV) in steps of 0.05 mV: at each, the other variables rest, and I follows
// from dV/dt = 0, in which it is linear. The stability comes from the
// eigenvalues of the Jacobian (central differences); where the real part of a
// pair changes its sign is a Hopf bifurcation, where I turns back a fold, both
// then bisected to 1e-9 mV.
//
// The equilibria of NewHH lose their stability at 9.78 uA/cm2 and get it back
// at 154.5 (Rinzel and Miller 1980, Math Biosci 49:27).
//
// Errors: no cell, a range that does not ascend, is not finite or is wider than
// 2000 mV.
func FindEquilibria(c Dynamics, vLo, vHi float64) (*Equilibria, error) {
	switch {
	case c == nil:
		return nil, fmt.Errorf("neuron: FindEquilibria: the cell is nil; NewHH() is one")
	case !(vLo < vHi) || math.IsInf(vLo, 0) || math.IsInf(vHi, 0):
		return nil, fmt.Errorf("neuron: FindEquilibria: the range of V is %g to %g mV; it must ascend and be finite", vLo, vHi)
	case vHi-vLo > 2000:
		return nil, fmt.Errorf("neuron: FindEquilibria: the range of V is %g mV wide; at most 2000 mV can be followed", vHi-vLo)
	}
	flow, err := NewFlow(c)
	if err != nil {
		return nil, err
	}
	e := &Equilibria{Model: c.Name(), IUnit: c.CurrentUnit()}
	n := int(math.Ceil((vHi - vLo) / 0.05))
	step := (vHi - vLo) / float64(n)
	var before point
	for k := 0; k <= n; k++ {
		p := at(flow, vLo+float64(float64(k)*step))
		if math.IsNaN(p.i) || math.IsNaN(p.re) {
			return nil, fmt.Errorf("neuron: FindEquilibria: %s has no equilibrium that can be computed at %g mV; narrow the range", c.Name(), p.v)
		}
		e.V, e.I, e.Stable = append(e.V, p.v), append(e.I, p.i), append(e.Stable, p.re < 0)
		if k > 0 {
			if (before.slope < 0) != (p.slope < 0) {
				q := bisect(flow, before.v, p.v, func(p point) bool { return p.slope < 0 })
				e.Bifurcations = append(e.Bifurcations, Bifurcation{Kind: "fold", I: q.i, V: q.v})
			}
			if (before.pair < 0) != (p.pair < 0) && before.freq > 0 && p.freq > 0 {
				q := bisect(flow, before.v, p.v, func(p point) bool { return p.pair < 0 })
				e.Bifurcations = append(e.Bifurcations, Bifurcation{Kind: "Hopf", I: q.i, V: q.v, Freq: q.freq})
			}
		}
		before = p
	}
	return e, nil
}

// A point is an equilibrium with what is known about its stability.
type point struct {
	v, i  float64
	slope float64 // dI/dV
	re    float64 // largest real part of all eigenvalues, 1/ms
	pair  float64 // largest real part of complex pairs, 1/ms; NaN without one
	freq  float64 // frequency of that pair, Hz; 0 without one
}

func at(c *Flow, v float64) point {
	p := point{v: v, i: holding(c, v), re: math.Inf(-1), pair: math.NaN()}
	const h = 1e-4
	p.slope = (holding(c, v+h) - holding(c, v-h)) / (2 * h)
	re, im := linalg.Eigenvalues(c.jacobian(c.Rest(v), p.i))
	for k := range re {
		p.re = math.Max(p.re, re[k])
		if math.IsNaN(re[k]) {
			p.re = re[k]
			return p
		}
		if im[k] > 0 && !(re[k] <= p.pair) {
			p.pair, p.freq = re[k], 1000*im[k]/(2*math.Pi)
		}
	}
	return p
}

// holding returns the current under which the cell rests at v.
func holding(c *Flow, v float64) float64 {
	x := c.Rest(v)
	f0, f1 := c.Slope(x, 0)[0], c.Slope(x, 1)[0]
	return -f0 / (f1 - f0)
}

// bisect finds where a property of the points between lo and hi changes.
func bisect(c *Flow, lo, hi float64, is func(point) bool) point {
	first := is(at(c, lo))
	for hi-lo > 1e-9 {
		mid := lo + float64(0.5*(hi-lo))
		if is(at(c, mid)) == first {
			lo = mid
		} else {
			hi = mid
		}
	}
	return at(c, lo+float64(0.5*(hi-lo)))
}

// Show draws the figure of Plot.
func (e *Equilibria) Show() display.Bundle { return e.Plot().Show() }

// Plot returns the figure of V over I, stable equilibria as a full line, with
// the bifurcations.
func (e *Equilibria) Plot() *figure.Figure {
	stable := figure.Layer{Kind: figure.Line, Name: "stable", Color: "blue"}
	unstable := figure.Layer{Kind: figure.Line, Name: "unstable", Color: "grey", Dash: true}
	for k, v := range e.V {
		s, u := e.I[k], e.I[k]
		if e.Stable[k] {
			u = math.NaN()
		} else {
			s = math.NaN()
		}
		stable.X, stable.Y = append(stable.X, s), append(stable.Y, v)
		unstable.X, unstable.Y = append(unstable.X, u), append(unstable.Y, v)
	}
	p := figure.Panel{X: figure.Axis{Label: "input current", Unit: e.IUnit}, Y: figure.Axis{Label: "V at rest", Unit: "mV"}, Layers: []figure.Layer{stable, unstable}}
	for _, kind := range []string{"Hopf", "fold"} {
		l := figure.Layer{Kind: figure.Points, Name: kind, Color: map[string]string{"Hopf": "red", "fold": "orange"}[kind], Size: 4}
		for _, b := range e.Bifurcations {
			if b.Kind == kind {
				l.X, l.Y = append(l.X, b.I), append(l.Y, b.V)
			}
		}
		if len(l.X) > 0 {
			p.Layers = append(p.Layers, l)
		}
	}
	return &figure.Figure{Title: e.Model + ": equilibria", Panels: []figure.Panel{p}}
}
