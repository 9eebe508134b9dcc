package lower

import (
	"go/ast"
	"go/token"
)

// chunks sorts a cell into chunks: every declaration as early as possible, but
// after the statements that declare the variables it uses.
func chunks(p *parsed) []chunk {
	// after[name] is the number of the statement, from 1, that declares name.
	after := map[string]int{}
	for i, st := range p.stmts {
		for _, id := range declared(st) {
			if _, ok := after[id.Name]; !ok {
				after[id.Name] = i + 1
			}
		}
	}
	type dep struct {
		decl  ast.Decl
		names []string
		uses  map[string]bool
		at    int
	}
	var deps []*dep
	var first chunk
	owner := map[string]*dep{}
	methods := map[string][]*dep{} // by their type
	for _, d := range p.decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			first.imports = append(first.imports, g)
			continue
		}
		e := &dep{decl: d, uses: freeNames(d)}
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
			if id := Receiver(f); id != nil {
				methods[id.Name] = append(methods[id.Name], e)
			}
		} else {
			e.names = declNames(d)
			for _, n := range e.names {
				owner[n] = e
			}
		}
		for n := range e.uses {
			e.at = max(e.at, after[n])
		}
		deps = append(deps, e)
	}
	for changed := true; changed; { // a user of a late declaration is late too
		changed = false
		for _, e := range deps {
			for n := range e.uses {
				if o := owner[n]; o != nil && o.at > e.at {
					e.at, changed = o.at, true
				}
			}
		}
		for t, list := range methods { // a type and its methods are one
			o := owner[t]
			if o == nil {
				continue
			}
			for _, m := range list {
				if m.at != o.at {
					m.at, o.at, changed = max(m.at, o.at), max(m.at, o.at), true
				}
			}
		}
	}
	chunks := []chunk{first}
	from := 0
	for at := 0; at <= len(p.stmts); at++ {
		var here []ast.Decl
		for _, e := range deps {
			if e.at == at {
				here = append(here, e.decl)
			}
		}
		if len(here) == 0 {
			continue
		}
		if at > from {
			last := &chunks[len(chunks)-1]
			last.stmts = p.stmts[from:at]
			from = at
			chunks = append(chunks, chunk{})
		}
		last := &chunks[len(chunks)-1]
		last.decls = append(last.decls, here...)
	}
	chunks[len(chunks)-1].stmts = p.stmts[from:]
	return chunks
}

// freeNames are the names that a declaration uses and does not declare within.
func freeNames(d ast.Decl) map[string]bool {
	uses, own := map[string]bool{}, map[string]bool{}
	declare := func(l *ast.FieldList) {
		if l == nil {
			return
		}
		for _, f := range l.List {
			for _, n := range f.Names {
				own[n.Name] = true
			}
		}
	}
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			declare(n.Recv)
			declare(n.Type.Params)
			declare(n.Type.Results)
		case *ast.FuncLit:
			declare(n.Type.Params)
			declare(n.Type.Results)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						own[id.Name] = true
					}
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				for _, l := range []ast.Expr{n.Key, n.Value} {
					if id, ok := l.(*ast.Ident); ok {
						own[id.Name] = true
					}
				}
			}
		case *ast.DeclStmt:
			for _, name := range declNames(n.Decl) {
				own[name] = true
			}
		case *ast.SelectorExpr:
			ast.Inspect(n.X, walk)
			return false
		case *ast.KeyValueExpr:
			ast.Inspect(n.Value, walk)
			if _, field := n.Key.(*ast.Ident); !field {
				ast.Inspect(n.Key, walk)
			}
			return false
		case *ast.Ident:
			uses[n.Name] = true
		}
		return true
	}
	ast.Inspect(d, walk)
	for n := range own {
		delete(uses, n)
	}
	return uses
}

// declNames are the names that a package-level declaration declares; a method
// declares its type anew.
func declNames(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			if id := Receiver(d); id != nil {
				names = append(names, id.Name)
			}
			break
		}
		names = append(names, d.Name.Name)
	case *ast.GenDecl:
		for _, sp := range d.Specs {
			switch sp := sp.(type) {
			case *ast.TypeSpec:
				names = append(names, sp.Name.Name)
			case *ast.ValueSpec:
				for _, n := range sp.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// Receiver returns the name of a method's type, nil for a function.
func Receiver(d *ast.FuncDecl) *ast.Ident {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return nil
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x
		default:
			return nil
		}
	}
}

// declared are the variables that a top-level statement declares for the
// session.
func declared(st ast.Stmt) []*ast.Ident {
	var out []*ast.Ident
	switch st := st.(type) {
	case *ast.AssignStmt:
		if st.Tok == token.DEFINE {
			for _, l := range st.Lhs {
				if id, ok := l.(*ast.Ident); ok && id.Name != "_" {
					out = append(out, id)
				}
			}
		}
	case *ast.DeclStmt:
		if g, ok := st.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, sp := range g.Specs {
				for _, id := range sp.(*ast.ValueSpec).Names {
					if id.Name != "_" {
						out = append(out, id)
					}
				}
			}
		}
	case *ast.LabeledStmt:
		return declared(st.Stmt)
	}
	return out
}
