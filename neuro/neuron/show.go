package neuron

import (
	"reflect"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Show returns the parameters with their units as a table.
func (m HH) Show() display.Bundle { return parameters("HH", m).Show() }

// Show returns the parameters with their units as a table.
func (m LIF) Show() display.Bundle { return parameters("LIF", m).Show() }

// Show returns the state as a table of one row.
func (s HHState) Show() display.Bundle {
	return table.Table{Cols: []table.Col{
		{Name: "V", Unit: "mV", Num: []float64{s.V}},
		{Name: "n", Num: []float64{s.N}},
		{Name: "m", Num: []float64{s.M}},
		{Name: "h", Num: []float64{s.H}},
	}}.Show()
}

// parameters lists the fields of a model, whose tags hold their units.
func parameters(title string, model any) table.Table {
	name, value, unit := table.Col{Name: "parameter"}, table.Col{Name: "value"}, table.Col{Name: "unit"}
	v := reflect.ValueOf(model)
	for i := range v.NumField() {
		name.Text = append(name.Text, v.Type().Field(i).Name)
		x := 0.0
		switch f := v.Field(i); {
		case f.CanFloat():
			x = f.Float()
		case f.Bool():
			x = 1
		}
		value.Num = append(value.Num, x)
		unit.Text = append(unit.Text, v.Type().Field(i).Tag.Get("unit"))
	}
	return table.Table{Title: title, Cols: []table.Col{name, value, unit}}
}
