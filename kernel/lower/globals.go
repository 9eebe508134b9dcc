package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// The statements of a cell are checked as the body of a function, so that the
// rules of := and of unused labels are those that everybody knows. Then the
// variables that they declare become the package's, for later cells to use:
// each use is pointed to a new object, and the declaration turns into an
// assignment.

// toGlobals points the uses of the variables that the cell's statements
// declare to the session's variables, and returns the statements without
// declarations of them.
func (b *builder) toGlobals(list []ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for _, st := range list {
		out = append(out, b.toGlobal(st)...)
	}
	return out
}

// repoint follows the moves of variables in what the checker noted.
func (b *builder) repoint() {
	for id, obj := range b.info.Uses {
		if v, ok := obj.(*types.Var); ok {
			if to, ok := b.moved[v]; ok {
				b.info.Uses[id] = to
			}
		}
	}
}

func (b *builder) toGlobal(st ast.Stmt) []ast.Stmt {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if st.Tok == token.DEFINE {
			for _, l := range st.Lhs {
				b.assigned(l.(*ast.Ident))
			}
			st.Tok = token.ASSIGN
		}
	case *ast.DeclStmt:
		g, ok := st.Decl.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			break
		}
		var out []ast.Stmt
		for _, sp := range g.Specs {
			out = append(out, b.varSpec(sp.(*ast.ValueSpec))...)
		}
		return out
	case *ast.LabeledStmt:
		switch inner := b.toGlobal(st.Stmt); {
		case len(inner) == 1:
			st.Stmt = inner[0]
		default:
			st.Stmt = &ast.BlockStmt{Lbrace: st.Stmt.Pos(), List: inner, Rbrace: st.Stmt.End()}
		}
	}
	return []ast.Stmt{st}
}

// assigned makes the name of a declared variable that of an assigned one.
func (b *builder) assigned(id *ast.Ident) {
	v, ok := b.info.Defs[id].(*types.Var)
	if !ok {
		return
	}
	delete(b.info.Defs, id)
	if to := b.moved[v]; to != nil {
		b.info.Uses[id] = to
	}
}

func (b *builder) varSpec(sp *ast.ValueSpec) []ast.Stmt {
	if len(sp.Values) > 0 {
		set := &ast.AssignStmt{TokPos: sp.Pos(), Tok: token.ASSIGN, Rhs: sp.Values}
		for _, id := range sp.Names {
			b.assigned(id)
			set.Lhs = append(set.Lhs, id)
		}
		return []ast.Stmt{set}
	}
	// A variable without a value gets that of a local one that has none: the
	// cell may replace a variable of the same type that has one.
	set := &ast.AssignStmt{TokPos: sp.Pos(), Tok: token.ASSIGN}
	for _, id := range sp.Names {
		v, ok := b.info.Defs[id].(*types.Var)
		if !ok || b.moved[v] == nil {
			continue
		}
		set.Lhs = append(set.Lhs, b.ident(id.Name, sp.Pos(), b.moved[v]))
		set.Rhs = append(set.Rhs, b.ident(id.Name, sp.Pos(), v))
	}
	out := []ast.Stmt{&ast.DeclStmt{Decl: &ast.GenDecl{TokPos: sp.Pos(), Tok: token.VAR, Specs: []ast.Spec{sp}}}}
	if len(set.Lhs) > 0 {
		out = append(out, set)
	}
	return out
}

// ident makes a use of an object.
func (b *builder) ident(name string, pos token.Pos, obj types.Object) *ast.Ident {
	id := &ast.Ident{Name: name, NamePos: pos}
	b.info.Uses[id] = obj
	return id
}

// declareVars declares package-level variables, in the order of their names.
func (b *builder) declareVars(vars []*types.Var) []ast.Decl {
	if len(vars) == 0 {
		return nil
	}
	sort.Slice(vars, func(i, j int) bool {
		x, y := vars[i], vars[j]
		return x.Name() < y.Name() || x.Name() == y.Name() && x.Pos() < y.Pos()
	})
	g := &ast.GenDecl{Tok: token.VAR}
	for _, v := range vars {
		id := &ast.Ident{Name: v.Name(), NamePos: v.Pos()}
		b.info.Defs[id] = v
		g.Specs = append(g.Specs, &ast.ValueSpec{Names: []*ast.Ident{id}})
	}
	return []ast.Decl{g}
}

// onlyVars tells whether all statements of a cell declare variables.
func (p *parsed) onlyVars() bool {
	for _, st := range p.stmts {
		d, ok := st.(*ast.DeclStmt)
		if !ok {
			return false
		}
		if g, ok := d.Decl.(*ast.GenDecl); !ok || g.Tok != token.VAR {
			return false
		}
	}
	return len(p.stmts) > 0
}

// toProgram turns the statements of a cell, which declare variables, into
// declarations.
func (p *parsed) toProgram() {
	for _, st := range p.stmts {
		p.decls = append(p.decls, st.(*ast.DeclStmt).Decl)
	}
	p.stmts = nil
}
