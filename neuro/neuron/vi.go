package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// VI is a V-I curve: the potential that a cell settles at under constant currents.
type VI struct {
	Amp    []float64 // currents, in AmpUnit
	Steady []float64 `unit:"mV"` // mean potential over the last tenth, mV
	Lowest []float64 `unit:"mV"` // lowest potential, mV: below Steady where the cell sags
	Fires  []bool    // whether the cell fires

	// Resistance is the slope of Steady over Amp (least squares) where the cell
	// does not fire, in mV per AmpUnit: mV/pA is GOhm, mV/(uA/cm2) kOhm cm2. NaN
	// with fewer than two such currents.
	Resistance     float64
	Model, AmpUnit string
}

// VICurve simulates the model once for every current of amps, constant for dur (ms)
// from its initial state on, with the time step dt (ms). The error is one of the
// arguments, or the first of the simulations.
//
// Checked against the closed form of LIF, and FindEquilibria.
func VICurve(m Model, amps []float64, dur, dt float64) (*VI, error) {
	if err := checkCurrents("VICurve", m, amps); err != nil {
		return nil, err
	}
	vi := &VI{Amp: append([]float64(nil), amps...)}
	vi.Model, vi.AmpUnit = labels(m)
	task := display.Start("neuron.VICurve", "currents", len(amps))
	defer task.End()
	var x, y []float64
	for i, a := range amps {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("neuron: VICurve: %w", task.Err())
		}
		r, err := m.Simulate(stim.Const(a), dur, dt)
		if err != nil {
			return nil, fmt.Errorf("neuron: VICurve: at the current %g: %w", a, err)
		}
		v := r.V.Y
		low, sum, n := math.Inf(1), 0.0, 0
		for k, u := range v {
			low = math.Min(low, u)
			if 10*k >= 9*(len(v)-1) {
				sum += u
				n++
			}
		}
		vi.Steady, vi.Lowest, vi.Fires = append(vi.Steady, sum/float64(n)), append(vi.Lowest, low), append(vi.Fires, r.Count() > 0)
		if r.Count() == 0 {
			x, y = append(x, a), append(y, sum/float64(n))
		}
	}
	_, vi.Resistance = straight(x, y)
	return vi, nil
}

// checkCurrents returns an error for a model or currents that make no sense.
func checkCurrents(name string, m Model, amps []float64) error {
	if m == nil {
		return fmt.Errorf("neuron: %s: the model is nil; NewHH() and NewLIF() are models", name)
	}
	if len(amps) == 0 {
		return fmt.Errorf("neuron: %s: amps is empty; it must hold one current or more", name)
	}
	for i, a := range amps {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return fmt.Errorf("neuron: %s: amps[%d] is %g; it must be finite", name, i, a)
		}
	}
	return nil
}

// labels returns the name of a model and the unit of its current, empty when it does
// not tell.
func labels(m Model) (name, unit string) {
	if n, ok := m.(interface{ Name() string }); ok {
		name = n.Name()
	}
	if u, ok := m.(interface{ CurrentUnit() string }); ok {
		unit = u.CurrentUnit()
	}
	return name, unit
}

// straight returns the least-squares line a + b x through points, NaN with fewer than
// two different x.
func straight(x, y []float64) (a, b float64) {
	n := float64(len(x))
	mx, my := 0.0, 0.0
	for i := range x {
		mx, my = mx+x[i], my+y[i]
	}
	mx, my = mx/n, my/n
	xx, xy := 0.0, 0.0
	for i := range x {
		xx += float64((x[i] - mx) * (x[i] - mx))
		xy += float64((x[i] - mx) * (y[i] - my))
	}
	b = xy / xx
	return my - float64(b*mx), b
}

// Show draws the figure of Plot.
func (v *VI) Show() display.Bundle { return v.Plot().Show() }

// Plot returns the figure of the potentials over the currents, those of a cell that
// fires in grey.
func (v *VI) Plot() *figure.Figure {
	rest := figure.Layer{Kind: figure.Points, Name: "steady", Color: "blue", Size: 3}
	fires := figure.Layer{Kind: figure.Points, Name: "mean while firing", Color: "grey", Size: 3}
	low := figure.Layer{Kind: figure.Line, Name: "lowest", Color: "orange", X: v.Amp, Y: v.Lowest}
	for i, f := range v.Fires {
		l := &rest
		if f {
			l = &fires
		}
		l.X, l.Y = append(l.X, v.Amp[i]), append(l.Y, v.Steady[i])
	}
	p := figure.Panel{X: figure.Axis{Label: "input current", Unit: v.AmpUnit}, Y: figure.Axis{Label: "V", Unit: "mV"}, Layers: []figure.Layer{low, rest}}
	if len(fires.X) > 0 {
		p.Layers = append(p.Layers, fires)
	}
	return &figure.Figure{Title: fmt.Sprintf("%s: slope %s mV per %s", v.Model, display.Number(v.Resistance), v.AmpUnit), Panels: []figure.Panel{p}}
}
