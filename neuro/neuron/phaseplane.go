package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A PhasePlane is the flow of a cell of two variables under a constant current.
type PhasePlane struct {
	V     []float64 `unit:"mV"` // potentials, mV
	NullV []float64 // where dV/dt = 0: the second variable at each V
	NullW []float64 // where that of the second variable is 0
	Fixed []FixedPoint

	Model, WName string
	I            float64 // the current
	IUnit        string
}

// A FixedPoint is a state in which the cell stays.
type FixedPoint struct {
	V, W float64
	Re   [2]float64 // real parts of the eigenvalues, 1/ms
	Im   [2]float64 // imaginary parts, rad/ms
	Kind string     // "stable node", "stable focus", "saddle", "unstable node" or "unstable focus"
}

// NewPhasePlane returns the nullclines and fixed points of a cell of two
// variables, such as AdEx and Izhikevich, under the constant current i, for
// potentials from vLo to vHi (mV). Nullclines are exact, since both derivatives
// are linear in the second variable; fixed points are bisected to 1e-10 mV
// between neighbours of 2000 potentials, so that of two that lie closer than a
// step, as at a saddle-node bifurcation, neither is found. plot.PhasePlane draws
// the plane of any two equations, with the flow. Errors: no cell or one with
// other than two variables, a current that is not finite, a range that does not
// ascend.
func NewPhasePlane(c Dynamics, i, vLo, vHi float64) (*PhasePlane, error) {
	switch {
	case c == nil:
		return nil, fmt.Errorf("neuron: NewPhasePlane: the cell is nil; NewAdEx() is one")
	case math.IsNaN(i) || math.IsInf(i, 0):
		return nil, fmt.Errorf("neuron: NewPhasePlane: the current is %g; it must be finite", i)
	case !(vLo < vHi) || math.IsInf(vLo, 0) || math.IsInf(vHi, 0):
		return nil, fmt.Errorf("neuron: NewPhasePlane: the range of V is %g to %g mV; it must ascend and be finite", vLo, vHi)
	}
	flow, err := NewFlow(c)
	if err != nil {
		return nil, err
	}
	if n := len(flow.Variables); n != 2 {
		return nil, fmt.Errorf("neuron: NewPhasePlane: %s has %d variables (%q); a phase plane has two", c.Name(), n, flow.Variables)
	}
	p := &PhasePlane{Model: c.Name(), WName: flow.Variables[1], I: i, IUnit: c.CurrentUnit()}
	// null returns w where the derivative of a variable is 0 at v.
	null := func(v float64, of int) float64 {
		f0, f1 := flow.Slope([]float64{v, 0}, i)[of], flow.Slope([]float64{v, 1}, i)[of]
		return f0 / (f0 - f1)
	}
	gap := func(v float64) float64 { return null(v, 0) - null(v, 1) }
	const n = 2000
	for k := 0; k <= n; k++ {
		v := vLo + (vHi-vLo)*float64(k)/n
		p.V, p.NullV, p.NullW = append(p.V, v), append(p.NullV, null(v, 0)), append(p.NullW, null(v, 1))
		if k == 0 {
			continue
		}
		lo, hi := p.V[k-1], v
		a, b := p.NullV[k-1]-p.NullW[k-1], p.NullV[k]-p.NullW[k]
		if a == 0 && k == 1 {
			p.Fixed = append(p.Fixed, fixed(flow, lo, p.NullW[k-1], i))
		}
		if b == 0 {
			p.Fixed = append(p.Fixed, fixed(flow, hi, p.NullW[k], i))
		}
		if !(a*b < 0) {
			continue
		}
		for hi-lo > 1e-10 {
			mid := lo + float64(0.5*(hi-lo))
			if gap(mid)*a > 0 {
				lo = mid
			} else {
				hi = mid
			}
		}
		v0 := lo + float64(0.5*(hi-lo))
		p.Fixed = append(p.Fixed, fixed(flow, v0, null(v0, 1), i))
	}
	return p, nil
}

// fixed returns the fixed point at (v, w) with its stability.
func fixed(c *Flow, v, w, i float64) FixedPoint {
	f := FixedPoint{V: v, W: w}
	re, im := linalg.Eigenvalues(c.jacobian([]float64{v, w}, i))
	copy(f.Re[:], re)
	copy(f.Im[:], im)
	shape := "node"
	if f.Im[0] != 0 {
		shape = "focus"
	}
	switch {
	case f.Re[0] > 0 && f.Re[1] < 0:
		f.Kind = "saddle"
	case f.Re[0] > 0:
		f.Kind = "unstable " + shape
	default:
		f.Kind = "stable " + shape
	}
	return f
}

// Show draws the figure of Plot.
func (p *PhasePlane) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the nullclines and fixed points, filled where they
// are stable. To add a run, append a line of r.States[0].Y over r.V.Y.
func (p *PhasePlane) Plot() *figure.Figure {
	panel := figure.Panel{
		X: figure.Axis{Label: "V", Unit: "mV"}, Y: figure.Axis{Label: p.WName},
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "dV/dt = 0", X: p.V, Y: p.NullV, Color: "blue"},
			{Kind: figure.Line, Name: "d" + p.WName + "/dt = 0", X: p.V, Y: p.NullW, Color: "orange"},
		},
	}
	for _, stable := range []bool{true, false} {
		l := figure.Layer{Kind: figure.Points, Name: "unstable", Color: "red", Size: 4}
		if stable {
			l.Name, l.Color = "stable", "green"
		}
		for _, f := range p.Fixed {
			if (f.Re[0] < 0) == stable {
				l.X, l.Y = append(l.X, f.V), append(l.Y, f.W)
			}
		}
		if len(l.X) > 0 {
			panel.Layers = append(panel.Layers, l)
		}
	}
	return &figure.Figure{Title: fmt.Sprintf("%s: phase plane at %s %s", p.Model, display.Number(p.I), p.IUnit), Panels: []figure.Panel{panel}}
}
