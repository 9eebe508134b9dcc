package table

import "reflect"

// Parameters returns the numbers among the fields of a struct as a table of
// parameter, value and unit, which is the field's tag "unit". A bool counts as 0
// or 1; other fields are left out.
func Parameters(title string, s any) Table {
	name, value, unit := Col{Name: "parameter"}, Col{Name: "value"}, Col{Name: "unit"}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		x := 0.0
		switch f := v.Field(i); {
		case f.CanFloat():
			x = f.Float()
		case f.Kind() != reflect.Bool:
			continue
		case f.Bool():
			x = 1
		}
		name.Text = append(name.Text, v.Type().Field(i).Name)
		value.Num = append(value.Num, x)
		unit.Text = append(unit.Text, v.Type().Field(i).Tag.Get("unit"))
	}
	return Table{Title: title, Cols: []Col{name, value, unit}}
}
