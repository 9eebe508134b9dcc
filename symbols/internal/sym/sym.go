// Package sym holds the form in which generated symbol tables are written:
// plain data that the linker lays out, so that a table costs nothing before
// somebody asks for it.
package sym

import "reflect"

// A Package is the table of one package.
type Package struct {
	Path, Name string
	// Values are functions, and a nil pointer for each type.
	Values []Entry
	// Vars are pointers to package variables.
	Vars []Entry
}

// An Entry is one exported name.
type Entry struct {
	Name  string
	Value any
}

// Table returns the symbols by name: a function as itself, a variable
// addressable, a type as a nil pointer to it.
func (p *Package) Table() map[string]reflect.Value {
	t := make(map[string]reflect.Value, len(p.Values)+len(p.Vars))
	for _, e := range p.Values {
		t[e.Name] = reflect.ValueOf(e.Value)
	}
	for _, e := range p.Vars {
		t[e.Name] = reflect.ValueOf(e.Value).Elem()
	}
	return t
}
