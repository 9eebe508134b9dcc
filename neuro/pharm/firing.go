package pharm

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Firing is how a drug changes the firing of a cell: the rate at every
// concentration and input current.
type Firing struct {
	C    []float64   // concentrations, ascending, in CUnit
	Amp  []float64   // input currents, in AmpUnit
	Rate [][]float64 `unit:"Hz"` // mean rates, [concentration][current], Hz

	Drug, Model, CUnit, AmpUnit string // label the figure
}

// Firing simulates a cell at every concentration c of the drug and every current of
// amps, constant for dur (ms) with the time step dt (ms), and returns the mean rates
// over dur: dose becomes firing rate. The concentrations must ascend; 0 is the cell
// without the drug.
//
//	f, err := pharm.TTX().Firing(neuron.NewHH(), []float64{0, 0.5, 1, 2, 4}, []float64{5, 10, 20}, 1000, 0.01)
//
// The cell is at its steady state with the drug: it has acted long before the current
// comes on. Errors are those of Cell and [neuron.FICurve], and concentrations that do
// not ascend.
func (d Drug) Firing(m neuron.Model, c, amps []float64, dur, dt float64) (*Firing, error) {
	if len(c) == 0 {
		return nil, fmt.Errorf("pharm: Drug.Firing: no concentration is given; such as []float64{0, 1, 10}, with 0 for the cell without the drug")
	}
	for i := 1; i < len(c); i++ {
		if !(c[i] > c[i-1]) {
			return nil, fmt.Errorf("pharm: Drug.Firing: concentration %d is %g after %g; they must ascend", i, c[i], c[i-1])
		}
	}
	f := &Firing{C: slices.Clone(c), Amp: slices.Clone(amps), Drug: d.Name, CUnit: d.Unit}
	task := display.Start("pharm.Drug.Firing", "concentrations", len(c))
	defer task.End()
	for i, x := range c {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("pharm: Drug.Firing: %w", task.Err())
		}
		under, err := d.Cell(m, x)
		if err != nil {
			return nil, err
		}
		fi, err := neuron.FICurve(under, amps, dur, dt)
		if err != nil {
			return nil, fmt.Errorf("pharm: Drug.Firing: at %s: %w", quantity(x, d.Unit), err)
		}
		f.Rate = append(f.Rate, fi.Rate)
		f.Model, f.AmpUnit = fi.Model, fi.AmpUnit
	}
	return f, nil
}

// At returns the rate (Hz) at the concentration c under the current amp, which must
// be one of Amp: linear between the simulated concentrations, and NaN beyond them.
func (f *Firing) At(c, amp float64) float64 {
	k := slices.Index(f.Amp, amp)
	if k < 0 || !(c >= f.C[0]) || c > f.C[len(f.C)-1] {
		return math.NaN()
	}
	i, found := slices.BinarySearch(f.C, c)
	if found {
		return f.Rate[i][k]
	}
	share := (c - f.C[i-1]) / (f.C[i] - f.C[i-1])
	return f.Rate[i-1][k] + float64(share*(f.Rate[i][k]-f.Rate[i-1][k]))
}

// Half returns the concentration at which the rate under the current amp, one of
// Amp, is half of that at the first concentration, linear between the simulated ones:
// the first such concentration, NaN where there is none.
func (f *Firing) Half(amp float64) float64 {
	k := slices.Index(f.Amp, amp)
	if k < 0 || !(f.Rate[0][k] > 0) {
		return math.NaN()
	}
	half := float64(f.Rate[0][k] / 2)
	for i := 1; i < len(f.C); i++ {
		if a, b := f.Rate[i-1][k], f.Rate[i][k]; a > half && b <= half {
			return f.C[i-1] + float64((a-half)/(a-b)*(f.C[i]-f.C[i-1]))
		}
	}
	return math.NaN()
}

// Over returns the firing rate while the concentration of the drug changes slowly, as
// plasma does by [Compartments]: an effect in Hz, by At at each concentration. c must be
// in the unit of the drug. An error names a concentration beyond the simulated ones and
// a current that is none of Amp.
func (f *Firing) Over(c *Concentration, amp float64) (*Effect, error) {
	if !slices.Contains(f.Amp, amp) {
		return nil, fmt.Errorf("pharm: Firing.Over: the current %g is none of those simulated, %v", amp, f.Amp)
	}
	e := &Effect{T: slices.Clone(c.T), C: slices.Clone(c.C), E: make([]float64, len(c.C)), TUnit: c.TUnit, CUnit: f.CUnit, EUnit: "Hz"}
	for i, x := range c.C {
		if e.E[i] = f.At(x, amp); math.IsNaN(e.E[i]) {
			return nil, fmt.Errorf("pharm: Firing.Over: the concentration is %s at the time %g; the simulated ones reach from %g to %g",
				quantity(x, f.CUnit), c.T[i], f.C[0], f.C[len(f.C)-1])
		}
	}
	return e, nil
}

// Table returns the rates: a row for each concentration and a column for each current.
func (f *Firing) Table() table.Table {
	t := table.Table{Title: "Firing of " + f.Model + " under " + f.Drug, Cols: []table.Col{{Name: "concentration", Unit: f.CUnit, Num: f.C}}}
	for k, a := range f.Amp {
		col := table.Col{Name: "rate at " + quantity(a, f.AmpUnit), Unit: "Hz"}
		for i := range f.C {
			col.Num = append(col.Num, f.Rate[i][k])
		}
		t.Cols = append(t.Cols, col)
	}
	return t
}

// String returns the table.
func (f *Firing) String() string { return f.Table().String() }

// Plot draws the f-I curve at every concentration, and the rate over the
// concentration for every current.
func (f *Firing) Plot() *figure.Figure {
	left := figure.Panel{X: figure.Axis{Label: "input current", Unit: f.AmpUnit}, Y: figure.Axis{Label: "firing rate", Unit: "Hz"}, Legend: "beside"}
	for i, c := range f.C {
		left.Layers = append(left.Layers, figure.Layer{Kind: figure.Line, X: f.Amp, Y: f.Rate[i], Name: quantity(c, f.CUnit)})
	}
	right := figure.Panel{X: figure.Axis{Label: f.Drug, Unit: f.CUnit}, Y: figure.Axis{Label: "firing rate", Unit: "Hz"}, Legend: "beside"}
	for k, a := range f.Amp {
		y := make([]float64, len(f.C))
		for i := range y {
			y[i] = f.Rate[i][k]
		}
		right.Layers = append(right.Layers, figure.Layer{Kind: figure.Line, X: f.C, Y: y, Name: quantity(a, f.AmpUnit)})
	}
	panels := []figure.Panel{left, right}
	switch {
	case len(f.Amp) < 2:
		panels = panels[1:]
	case len(f.C) < 2:
		panels = panels[:1]
	}
	return &figure.Figure{Title: f.Drug + " on " + f.Model, Width: 11 * float64(len(panels)), Height: 7, Cols: len(panels), Panels: panels}
}

// Show draws the figure of Plot.
func (f *Firing) Show() display.Bundle { return f.Plot().Show() }
