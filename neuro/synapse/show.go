package synapse

import (
	"reflect"

	"github.com/neurorepl/neurorepl/neuro/table"
)

// parameters lists the numbers of a synapse, whose tags hold their units.
func parameters(title string, s any) table.Table {
	name, value, unit := table.Col{Name: "parameter"}, table.Col{Name: "value"}, table.Col{Name: "unit"}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if !v.Field(i).CanFloat() {
			continue
		}
		name.Text = append(name.Text, v.Type().Field(i).Name)
		value.Num = append(value.Num, v.Field(i).Float())
		unit.Text = append(unit.Text, v.Type().Field(i).Tag.Get("unit"))
	}
	return table.Table{Title: title, Cols: []table.Col{name, value, unit}}
}
