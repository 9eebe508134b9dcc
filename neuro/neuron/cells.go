package neuron

import (
	"reflect"
	"slices"
	"strings"
)

// parameters returns the fields of a cell as parameters of its text: the number of
// each with the unit of its tag.
func parameters(cell any) map[string]string {
	out := map[string]string{}
	eachField(cell, func(name, unit string, x float64) { out[name] = quantity(x, unit) })
	return out
}

func eachField(cell any, do func(name, unit string, x float64)) {
	v := reflect.ValueOf(cell)
	for i := range v.NumField() {
		if f := v.Field(i); f.CanFloat() {
			do(v.Type().Field(i).Name, v.Type().Field(i).Tag.Get("unit"), f.Float())
		}
	}
}

// sound returns an error that names the first field of a cell that makes no sense:
// one of the positive ones, separated by spaces, that is not, a conductance (G...)
// or one of notNegative that is, or one that is not finite.
func sound(cell any, isPositive, isNotNegative string) (err error) {
	name := reflect.TypeOf(cell).Name()
	above, from := strings.Fields(isPositive), strings.Fields(isNotNegative)
	eachField(cell, func(field, unit string, x float64) {
		if err != nil {
			return
		}
		switch {
		case slices.Contains(above, field):
			err = positive(name, field, x, unit)
		case slices.Contains(from, field), field[0] == 'G' && strings.Contains(unit, "S"):
			err = notNegative(name, field, x, unit)
		default:
			err = finite(name, field, x, unit)
		}
	})
	return err
}

// refractory returns a refractory time (ms) for a text, none if it is 0.
func refractory(tau float64) string {
	if tau == 0 {
		return ""
	}
	return quantity(tau, "") + "*ms"
}
