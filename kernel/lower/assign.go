package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// splitAssign replaces an assignment of several values to as many operands,
// as in
//
//	x, z = 7, []int{1, 2}
//
// where yaegi may leave x as it was, by one assignment each, with the values
// evaluated first. Plain exchanges such as a, b = b, a are right as they are.
func (b *builder) splitAssign(st ast.Stmt) []ast.Stmt {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if len(st.Lhs) < 2 || len(st.Lhs) != len(st.Rhs) || st.Tok != token.ASSIGN && st.Tok != token.DEFINE || b.plain(st.Rhs) {
			break
		}
		var first, last []ast.Stmt
		for i, x := range st.Rhs {
			value := x
			if tv, ok := b.info.Types[x]; !ok || tv.Value == nil && !tv.IsNil() {
				t := &ast.Ident{Name: b.invent("t"), NamePos: x.Pos()}
				first = append(first, define(t, x))
				value = &ast.Ident{Name: t.Name, NamePos: x.Pos()}
			}
			tok := token.ASSIGN
			if id, ok := st.Lhs[i].(*ast.Ident); st.Tok == token.DEFINE && ok && b.info.Defs[id] != nil {
				tok = token.DEFINE
			}
			last = append(last, &ast.AssignStmt{Lhs: []ast.Expr{st.Lhs[i]}, Tok: tok, TokPos: st.TokPos, Rhs: []ast.Expr{value}})
		}
		return append(first, last...)
	case *ast.DeclStmt:
		g, ok := st.Decl.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			break
		}
		b.splitSpecs(g)
	case *ast.LabeledStmt:
		if in := b.splitAssign(st.Stmt); len(in) > 1 {
			st.Stmt = in[0]
			return append([]ast.Stmt{st}, in[1:]...)
		}
	}
	return []ast.Stmt{st}
}

// splitSpecs gives every variable of a declaration with several values its own
// specification, unless a value uses a variable of the same name from outside.
func (b *builder) splitSpecs(g *ast.GenDecl) {
	var out []ast.Spec
	for _, sp := range g.Specs {
		v, ok := sp.(*ast.ValueSpec)
		if !ok || len(v.Names) < 2 || len(v.Names) != len(v.Values) || b.plain(v.Values) || usesNames(v) {
			out = append(out, sp)
			continue
		}
		for i, id := range v.Names {
			out = append(out, &ast.ValueSpec{Names: []*ast.Ident{id}, Type: v.Type, Values: []ast.Expr{v.Values[i]}})
		}
	}
	g.Specs = out
}

func usesNames(v *ast.ValueSpec) bool {
	found := false
	for _, x := range v.Values {
		ast.Inspect(x, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				for _, name := range v.Names {
					found = found || id.Name == name.Name
				}
			}
			return !found
		})
	}
	return found
}

// plain tells whether all values are variables, constants and what operators
// make of them.
func (b *builder) plain(values []ast.Expr) bool {
	ok := true
	for _, x := range values {
		ast.Inspect(x, func(n ast.Node) bool {
			switch n := n.(type) {
			case nil, *ast.Ident, *ast.BasicLit, *ast.BinaryExpr, *ast.ParenExpr, *ast.SelectorExpr:
			case *ast.UnaryExpr:
				ok = ok && n.Op != token.AND && n.Op != token.ARROW
			case *ast.IndexExpr:
				t := b.info.Types[n.X].Type
				if t == nil {
					ok = false
					break
				}
				_, isMap := t.Underlying().(*types.Map)
				ok = ok && !isMap
			default:
				ok = false
			}
			return ok
		})
	}
	return ok
}

// splitList splits the assignments of a list of statements.
func (b *builder) splitList(list []ast.Stmt) []ast.Stmt {
	out := make([]ast.Stmt, 0, len(list))
	for _, st := range list {
		out = append(out, b.splitAssign(st)...)
	}
	return out
}
