package neuron

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Show returns the parameters with their units as a table.
func (m HH) Show() display.Bundle { return table.Parameters("HH", m).Show() }

// Show returns the parameters with their units as a table.
func (m LIF) Show() display.Bundle { return table.Parameters("LIF", m).Show() }

// Show returns the state as a table of one row.
func (s HHState) Show() display.Bundle {
	return table.Table{Cols: []table.Col{
		{Name: "V", Unit: "mV", Num: []float64{s.V}},
		{Name: "n", Num: []float64{s.N}},
		{Name: "m", Num: []float64{s.M}},
		{Name: "h", Num: []float64{s.H}},
	}}.Show()
}
