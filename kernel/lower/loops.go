package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// lowerRange turns a range over an integer into a loop of three clauses.
func (b *builder) lowerRange(r *ast.RangeStmt) ast.Stmt {
	b.rangeVars(r)
	t := b.info.Types[r.X].Type
	if t == nil {
		return nil
	}
	if sig, ok := t.Underlying().(*types.Signature); ok && sig != nil {
		b.errorf(r.X.Pos(), "range over a function is not supported here yet; call it: f(func(v T) bool { ...; return true })")
		return nil
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsInteger == 0 {
		return nil
	}
	t = types.Default(t)
	if r.Key != nil && r.Tok == token.DEFINE {
		if id, ok := r.Key.(*ast.Ident); ok {
			if obj := b.info.Defs[id]; obj != nil {
				t = obj.Type()
			}
		}
	} else if r.Key != nil {
		if tv, ok := b.info.Types[r.Key]; ok && tv.Type != nil {
			t = tv.Type
		}
	}
	pos := r.For
	typ := func() ast.Expr { x, _ := b.typeExpr(t, pos); return x }
	if typ() == nil {
		return nil
	}
	i, end := b.invent("i"), b.invent("n")
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	body := r.Body
	if k, ok := r.Key.(*ast.Ident); r.Key != nil && !(ok && k.Name == "_") {
		body = &ast.BlockStmt{Lbrace: r.Body.Lbrace, Rbrace: r.Body.Rbrace,
			List: append([]ast.Stmt{&ast.AssignStmt{Lhs: []ast.Expr{r.Key}, Tok: r.Tok, TokPos: pos, Rhs: []ast.Expr{id(i)}}}, r.Body.List...)}
	}
	return &ast.ForStmt{
		For: pos,
		Init: &ast.AssignStmt{Lhs: []ast.Expr{id(i), id(end)}, Tok: token.DEFINE, TokPos: pos, Rhs: []ast.Expr{
			&ast.CallExpr{Fun: typ(), Args: []ast.Expr{&ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: "0"}}},
			&ast.CallExpr{Fun: typ(), Args: []ast.Expr{r.X}},
		}},
		Cond: &ast.BinaryExpr{X: id(i), OpPos: pos, Op: token.LSS, Y: id(end)},
		Post: &ast.IncDecStmt{X: id(i), TokPos: pos, Tok: token.INC},
		Body: body,
	}
}

// invent makes a name that nobody wrote.
func (b *builder) invent(prefix string) string {
	b.unit.serial++
	return prefix + "·" + strconv.Itoa(b.unit.serial)
}

// rangeVars gives each iteration of a range its own variables where a function
// literal or a pointer may keep them: yaegi has one for all.
func (b *builder) rangeVars(r *ast.RangeStmt) {
	if r.Tok != token.DEFINE {
		return
	}
	var first []ast.Stmt
	for _, x := range []*ast.Expr{&r.Key, &r.Value} {
		id, ok := (*x).(*ast.Ident)
		if !ok || id.Name == "_" {
			continue
		}
		obj := b.info.Defs[id]
		if obj == nil || !b.kept(obj, r.Body) {
			continue
		}
		hidden := &ast.Ident{Name: b.invent(id.Name), NamePos: id.Pos()}
		first = append(first, define(id, hidden))
		*x = hidden
	}
	r.Body.List = append(first, r.Body.List...)
}

func define(id *ast.Ident, x ast.Expr) ast.Stmt {
	return &ast.AssignStmt{Lhs: []ast.Expr{id}, Tok: token.DEFINE, TokPos: id.Pos(), Rhs: []ast.Expr{x}}
}

// kept tells whether a function literal in a body uses a variable, or the body
// takes its address.
func (b *builder) kept(obj types.Object, body ast.Node) bool {
	found := false
	var depth int
	var walk func(n ast.Node) bool
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			depth++
			ast.Inspect(n.Body, walk)
			depth--
			return false
		case *ast.UnaryExpr:
			if n.Op == token.AND && b.root(n.X) == obj {
				found = true
			}
		case *ast.SliceExpr: // of an array takes its address
			if b.root(n.X) == obj {
				found = true
			}
		case *ast.SelectorExpr: // a method value may too
			if s := b.info.Selections[n]; s != nil && s.Kind() == types.MethodVal && b.root(n.X) == obj {
				found = true
			}
		case *ast.Ident:
			if depth > 0 && b.info.Uses[n] == obj {
				found = true
			}
		}
		return !found
	}
	ast.Inspect(body, walk)
	return found
}

// root is the variable of which an expression is a part.
func (b *builder) root(x ast.Expr) types.Object {
	for {
		switch y := x.(type) {
		case *ast.ParenExpr:
			x = y.X
		case *ast.SelectorExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.Ident:
			return b.info.Uses[y]
		default:
			return nil
		}
	}
}

// loopVars gives each iteration of a loop of three clauses its own variables,
// where they may be kept:
//
//	for i := a; c(i); p(i) { body }
//	for h := a; c(h); p(h) { i := h; body; h = i }
//
// with the copy back also before each continue.
func (b *builder) loopVars(f *ast.ForStmt, label string) {
	init, ok := f.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE {
		return
	}
	var first, last []ast.Stmt
	for k, l := range init.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" {
			continue
		}
		obj := b.info.Defs[id]
		if obj == nil || !b.kept(obj, f.Body) {
			continue
		}
		name := b.invent(id.Name)
		hidden := func() *ast.Ident { return &ast.Ident{Name: name, NamePos: id.Pos()} }
		inner := &ast.Ident{Name: id.Name, NamePos: id.Pos()}
		first = append(first, define(inner, hidden()))
		last = append(last, &ast.AssignStmt{Lhs: []ast.Expr{hidden()}, Tok: token.ASSIGN, TokPos: id.Pos(), Rhs: []ast.Expr{&ast.Ident{Name: id.Name, NamePos: id.Pos()}}})
		init.Lhs[k] = hidden()
		rename := func(n ast.Node) {
			if n == nil {
				return
			}
			ast.Inspect(n, func(n ast.Node) bool {
				if u, ok := n.(*ast.Ident); ok && b.info.Uses[u] == obj {
					u.Name = name
				}
				return true
			})
		}
		if f.Cond != nil {
			rename(f.Cond)
		}
		if f.Post != nil {
			rename(f.Post)
		}
	}
	if len(first) == 0 {
		return
	}
	f.Body.List = append(append(first, copyBack(f.Body.List, last, label, true)...), last...)
}

// copyBack puts statements before each continue that belongs to a loop.
func copyBack(list []ast.Stmt, last []ast.Stmt, label string, direct bool) []ast.Stmt {
	out := make([]ast.Stmt, len(list))
	for i, st := range list {
		out[i] = copyBackStmt(st, last, label, direct)
	}
	return out
}

func copyBackStmt(st ast.Stmt, last []ast.Stmt, label string, direct bool) ast.Stmt {
	switch st := st.(type) {
	case *ast.BranchStmt:
		if st.Tok == token.CONTINUE && (st.Label == nil && direct || st.Label != nil && st.Label.Name == label) {
			return &ast.BlockStmt{Lbrace: st.Pos(), List: append(append([]ast.Stmt(nil), last...), st), Rbrace: st.End()}
		}
	case *ast.BlockStmt:
		st.List = copyBack(st.List, last, label, direct)
	case *ast.IfStmt:
		st.Body.List = copyBack(st.Body.List, last, label, direct)
		if st.Else != nil {
			st.Else = copyBackStmt(st.Else, last, label, direct)
		}
	case *ast.LabeledStmt:
		st.Stmt = copyBackStmt(st.Stmt, last, label, direct)
	case *ast.ForStmt:
		st.Body.List = copyBack(st.Body.List, last, label, false)
	case *ast.RangeStmt:
		st.Body.List = copyBack(st.Body.List, last, label, false)
	case *ast.SwitchStmt:
		st.Body.List = copyBack(st.Body.List, last, label, direct)
	case *ast.TypeSwitchStmt:
		st.Body.List = copyBack(st.Body.List, last, label, direct)
	case *ast.SelectStmt:
		st.Body.List = copyBack(st.Body.List, last, label, direct)
	case *ast.CaseClause:
		st.Body = copyBack(st.Body, last, label, direct)
	case *ast.CommClause:
		st.Body = copyBack(st.Body, last, label, direct)
	}
	return st
}
