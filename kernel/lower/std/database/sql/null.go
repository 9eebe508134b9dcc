// Package sql has functions for the methods of the generic type of the
// standard library's database/sql, for the engine to instantiate.
package sql

import (
	"database/sql"
	"database/sql/driver"
	"reflect"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

// Null_Scan is the method Scan of *Null.
func Null_Scan[T any](n *sql.Null[T], value any) error {
	if value == nil {
		*n = sql.Null[T]{}
		return nil
	}
	n.Valid = true
	return host.ConvertAssign(&n.V, value)
}

// Null_Value is the method Value of Null.
func Null_Value[T any](n sql.Null[T]) (driver.Value, error) {
	if !n.Valid {
		return nil, nil
	}
	var value any = n.V
	if v, ok := value.(driver.Valuer); ok {
		var err error
		if value, err = ask(v); err != nil {
			return value, err
		}
	}
	return driver.DefaultParameterConverter.ConvertValue(value)
}

// ask calls a Valuer, but not through a nil pointer to a type that is one
// itself: that is the value nil.
func ask(v driver.Valuer) (driver.Value, error) {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() &&
		r.Type().Elem().Implements(reflect.TypeFor[driver.Valuer]()) {
		return nil, nil
	}
	return v.Value()
}
