// Package sym holds the form in which generated symbol tables are written:
// plain data that the linker lays out, so that a table costs nothing before
// somebody asks for it.
package sym

import (
	"go/constant"
	"go/token"
	"reflect"
)

// A Package is the table of one package.
type Package struct {
	Path, Name string
	// Values are functions, typed constants, and a nil pointer for each type.
	// A name that starts with "_" is the wrapper by which an interpreted value
	// implements the interface of that name.
	Values []Entry
	// Vars are pointers to package variables.
	Vars []Entry
	// Consts are untyped constants.
	Consts []Const
}

// An Entry is one exported name.
type Entry struct {
	Name  string
	Value any
}

// A Const is an untyped constant as a Go literal.
type Const struct {
	Name    string
	Kind    token.Token
	Literal string
}

// Key is the package's key in interp.Exports: its path, then its name.
func (p *Package) Key() string { return p.Path + "/" + p.Name }

// Table returns the symbols in the form of interp.Exports.
func (p *Package) Table() map[string]reflect.Value {
	t := make(map[string]reflect.Value, len(p.Values)+len(p.Vars)+len(p.Consts))
	for _, e := range p.Values {
		t[e.Name] = reflect.ValueOf(e.Value)
	}
	for _, e := range p.Vars {
		t[e.Name] = reflect.ValueOf(e.Value).Elem()
	}
	for _, c := range p.Consts {
		t[c.Name] = reflect.ValueOf(constant.MakeFromLiteral(c.Literal, c.Kind, 0))
	}
	return t
}
