package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// adopt makes what a chunk declares known to the next chunk of the cell.
func (b *builder) adopt(c chunk) {
	for _, d := range c.decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" {
				b.adoptName(d.Name, "function", d)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					b.adoptName(sp.Name, "type", d)
				case *ast.ValueSpec:
					for _, id := range sp.Names {
						if d.Tok == token.VAR {
							b.adoptName(id, "variable", nil)
						} else {
							b.adoptName(id, "constant", d)
						}
					}
				}
			}
		}
	}
	for _, d := range c.decls { // methods belong to their types
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			continue
		}
		if id := Receiver(f); id != nil {
			if o := b.names[id.Name]; o != nil && o.Kind == "type" {
				o.methods = append(o.methods, method{f.Name.Name, b.origin(f)})
				o.uses = append(o.uses, b.sessionNames(f)...)
			}
		}
	}
	for _, st := range c.stmts {
		for _, id := range declared(st) {
			b.adoptName(id, "variable", nil)
		}
	}
}

func (b *builder) adoptName(id *ast.Ident, kind string, decl ast.Decl) {
	obj := b.info.Defs[id]
	if obj == nil || id.Name == "_" {
		return
	}
	o := &Object{Name: id.Name, Type: obj.Type(), Kind: kind, obj: obj, from: source{b.scope.opts.Fset, b.name, b.text}}
	if decl != nil {
		o.from = b.origin(decl)
		o.Source = o.from.text(decl)
		o.uses = b.sessionNames(decl)
	}
	old := b.object(id.Name)
	if v, ok := obj.(*types.Var); ok && !packageLevel(v) {
		// A local variable of the checked body becomes the session's. What
		// uses an old one of the same type sees the new value.
		to := types.NewVar(v.Pos(), b.pkg, v.Name(), v.Type())
		if old != nil && types.Identical(old.Type, v.Type()) {
			if was, ok := old.obj.(*types.Var); ok {
				to = was
			}
		}
		o.obj, b.moved[v] = to, to
	}
	if old == nil {
		if path, ok := b.packagePath(id.Name); ok {
			b.unit.Notes = append(b.unit.Notes, fmt.Sprintf("%s is now your %s, not the package; to get the package back: import %q", id.Name, kind, path))
			delete(b.imports, id.Name)
		}
	}
	b.names[id.Name] = o
}

// source is where a declaration was written.
type source struct {
	fset *token.FileSet
	name string // of its cell
	cell string // text of its cell
}

func (b *builder) origin(d ast.Decl) source {
	if o, ok := b.scope.origins[d]; ok {
		return o
	}
	return source{b.scope.opts.Fset, b.name, b.text}
}

// text returns a node as the user wrote it.
func (s source) text(n ast.Node) string {
	f := s.fset.File(n.Pos())
	if f == nil {
		return ""
	}
	// The parsed text has a head of its own before the user's.
	from, to := f.Offset(n.Pos())-len(declHead), f.Offset(n.End())-len(declHead)
	if from < 0 || to > len(s.cell) {
		return ""
	}
	return s.cell[from:to]
}

// sessionNames lists the names of the session that a declaration uses.
func (b *builder) sessionNames(n ast.Node) []string {
	var out []string
	seen := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || seen[id.Name] {
			return true
		}
		if o := b.info.Uses[id]; o != nil && o.Pkg() == b.pkg && packageLevel(o) {
			seen[id.Name] = true
			out = append(out, id.Name)
		}
		return true
	})
	return out
}
