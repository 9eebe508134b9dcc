package lower

import (
	"go/ast"
	"go/token"
	"maps"
)

// Syntax parses a cell without checking it: its imports and declarations, then
// its statements, with positions in fset by line and column of the text. What
// does not parse is left out, and errs says why.
func Syntax(fset *token.FileSet, name, text string) (decls []ast.Decl, stmts []ast.Stmt, errs Errors) {
	p, errs := parse(fset, name, text)
	return p.decls, p.stmts, errs
}

// Declared are the variables that a statement of a cell declares for later
// cells.
func Declared(st ast.Stmt) []*ast.Ident { return declared(st) }

// DeclaredBy are the names that a declaration declares; a method has the name
// of its type.
func DeclaredBy(d ast.Decl) []string { return declNames(d) }

// From returns the name and the text of the cell that declared the object last.
func (o *Object) From() (cell, text string) { return o.from.name, o.from.cell }

// Uses are the names of the session in the object's declaration.
func (o *Object) Uses() []string { return o.uses }

// Methods lists the methods of a type with the names and texts of the cells
// that declared them.
func (o *Object) Methods() []Method {
	out := make([]Method, len(o.methods))
	for i, m := range o.methods {
		out[i] = Method{m.name, m.from.name, m.from.cell}
	}
	return out
}

// A Method of a type that cells declared.
type Method struct{ Name, Cell, Text string }

// Imports are the packages that cells imported themselves, by the names that
// stand for them.
func (s *Scope) Imports() map[string]string { return maps.Clone(s.imports) }

// IsType tells whether an expression on the path is a type.
func (v *View) IsType(x ast.Expr) bool { return v.info.Types[x].IsType() }
