package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// GapJunction is an electrical synapse: a current G (V1 - V2) flows from one cell to
// the other. With Slope above 0 its steady conductance falls where the potentials
// differ, as Spray, Harris and Bennett 1981, J Gen Physiol 77:77, found:
//
//	G(dV) = G (Rest + (1 - Rest)/(1 + exp(Slope (|dV| - Half))))
type GapJunction struct {
	G     float64 `unit:"nS"` // conductance, nS
	Rest  float64 // share of G that is left at large differences
	Slope float64 `unit:"1/mV"` // how steeply it falls, 1/mV; 0 means that G is constant
	Half  float64 `unit:"mV"`   // difference at which half of the rest is lost, mV
}

// NewGapJunction returns a junction of 0.5 nS, of the size that interneurons of cortex
// have (Galarreta and Hestrin 1999, Nature 402:72), that does not depend on potential.
func NewGapJunction() GapJunction { return GapJunction{G: 0.5} }

// Conductance returns the steady conductance (nS) at the difference dv (mV).
func (s GapJunction) Conductance(dv float64) float64 {
	if s.Slope == 0 {
		return s.G
	}
	return s.G * (s.Rest + (1-s.Rest)/(1+vec.Exp(s.Slope*(math.Abs(dv)-s.Half))))
}

// Current returns the current (pA) that leaves the cell with the potential v1 (mV)
// for one with v2.
func (s GapJunction) Current(v1, v2 float64) float64 { return s.Conductance(v1-v2) * (v1 - v2) }

// Currents returns the current (pA) that leaves the cell of v1 for that of v2, over
// time. The traces must have the same samples. Other traces are an error.
func (s GapJunction) Currents(v1, v2 neuro.Trace) (neuro.Trace, error) {
	i := neuro.Trace{Name: "I", Unit: "pA", T0: v1.T0, Dt: v1.Dt}
	if err := s.Check(); err != nil {
		return i, err
	}
	if len(v1.Y) != len(v2.Y) || v1.Dt != v2.Dt || v1.T0 != v2.T0 {
		return i, fmt.Errorf("synapse: GapJunction.Currents: v1 has %d samples at steps of %g ms from %g ms, v2 %d at %g from %g; they must be the same", len(v1.Y), v1.Dt, v1.T0, len(v2.Y), v2.Dt, v2.T0)
	}
	for k, v := range v1.Y {
		i.Y = append(i.Y, s.Current(v, v2.Y[k]))
	}
	return i, nil
}

// Coupling returns the coupling coefficient: how far a passive cell of the leak gl
// (nS) and the capacitance c (pF) follows another whose potential is made to
// oscillate at hz (Hz; 0 is the steady coefficient G/(G + gl)),
//
//	G / sqrt((G + gl)^2 + (2 pi hz c)^2)
//
// and by how much it lags, in radians. A junction is a low-pass filter: coefficients
// fall above (G + gl)/(2 pi c). Bennett 1977, in Handbook of Physiology, The Nervous
// System I, p. 357. Checked against two cells in small steps.
func (s GapJunction) Coupling(gl, c, hz float64) (coefficient, lag float64) {
	b := 2 * math.Pi * hz * c / 1000 // pF/s to nS
	g := s.G + gl
	return s.G / math.Sqrt(float64(g*g)+float64(b*b)), vec.Atan2(b, g)
}

// Show returns the parameters.
func (s GapJunction) Show() display.Bundle { return table.Parameters("gap junction", s).Show() }

// Check returns an error that names the first parameter that makes no sense.
func (s GapJunction) Check() error {
	if s.Rest > 1 {
		return fmt.Errorf("synapse: GapJunction: Rest is %g; it is a share, from 0 to 1", s.Rest)
	}
	return sound("GapJunction", "NewGapJunction", []parameter{{"G", s.G, true}, {"Rest", s.Rest, true}, {"Slope", s.Slope, true}, {"Half", s.Half, true}})
}

// A parameter is one that Check looks at.
type parameter struct {
	name string
	v    float64
	zero bool // it may be 0
}

// sound returns an error that names the first parameter that is not finite and
// positive (or 0 where it may be).
func sound(who, usual string, list []parameter) error {
	for _, c := range list {
		if !(c.v > 0 || c.zero && c.v == 0) || math.IsInf(c.v, 0) {
			return fmt.Errorf("synapse: %s: %s is %g; it must be finite and positive (%s gives the usual values)", who, c.name, c.v, usual)
		}
	}
	return nil
}
