package order

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (o *orderer) body(fn ast.Node, b *ast.BlockStmt, sig *types.Signature) {
	o.fn, o.results = fn, sig.Results()
	b.List = o.list(b.List)
}

// list rewrites statements.
func (o *orderer) list(in []ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	changed := false
	for i, s := range in {
		before, next := o.stmt(s)
		if !changed && (len(before) > 0 || next != s) {
			changed = true
			out = append(out, in[:i]...)
		}
		if changed {
			out = append(append(out, before...), next)
		}
	}
	if !changed {
		return in
	}
	return out
}

// one rewrites a statement where only one can stand.
func (o *orderer) one(s ast.Stmt) ast.Stmt {
	if s == nil {
		return nil
	}
	before, next := o.stmt(s)
	if len(before) == 0 {
		return next
	}
	return &ast.BlockStmt{Lbrace: s.Pos(), List: append(before, next), Rbrace: s.End()}
}

// stmt rewrites a statement and returns what must come before it. Names are
// objects by now, so a block around them is not needed.
func (o *orderer) stmt(s ast.Stmt) (before []ast.Stmt, next ast.Stmt) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return o.ordered(func() { o.top(s.X) }), s
	case *ast.GoStmt:
		return o.ordered(func() { o.top(s.Call) }), s
	case *ast.DeferStmt:
		return o.ordered(func() { o.top(s.Call) }), s
	case *ast.SendStmt:
		return o.ordered(func() { s.Chan, s.Value = o.expr(s.Chan), o.value(s.Value, elemOf(o.typeOf(s.Chan))) }), s
	case *ast.IncDecStmt:
		return o.ordered(func() { o.target(s.X) }), s
	case *ast.AssignStmt:
		return o.assign(s), s
	case *ast.ReturnStmt:
		return o.ordered(func() {
			for i, e := range s.Results {
				switch {
				case len(s.Results) != o.results.Len(): // one call
					o.top(e)
				default:
					s.Results[i] = o.value(e, o.results.At(i).Type())
				}
			}
		}), s
	case *ast.DeclStmt:
		return o.decl(s)
	case *ast.LabeledStmt:
		return o.labeled(s)
	case *ast.BlockStmt:
		s.List = o.list(s.List)
	case *ast.IfStmt:
		before = o.init(&s.Init, func() []ast.Stmt { return o.ordered(func() { s.Cond = o.expr(s.Cond) }) })
		s.Body.List = o.list(s.Body.List)
		s.Else = o.one(s.Else)
	case *ast.ForStmt:
		before = o.loop(s)
	case *ast.RangeStmt:
		before = o.ordered(func() { s.X = o.expr(s.X) })
		s.Body.List = o.list(s.Body.List)
	case *ast.SwitchStmt:
		return o.choice(s)
	case *ast.TypeSwitchStmt:
		before = o.init(&s.Init, func() []ast.Stmt { return o.ordered(func() { o.guard(s.Assign) }) })
		for _, c := range s.Body.List {
			c := c.(*ast.CaseClause)
			c.Body = o.list(c.Body)
		}
	case *ast.SelectStmt:
		before = o.selection(s)
	}
	return before, s
}

// top walks an expression at the top of a statement.
func (o *orderer) top(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		o.call(x, true)
	case *ast.UnaryExpr:
		x.X = o.expr(x.X)
	}
}

func elemOf(t types.Type) types.Type {
	if c, ok := t.Underlying().(*types.Chan); ok {
		return c.Elem()
	}
	return nil
}

// init rewrites the statement before a condition. When something must come
// before the condition, it comes out.
func (o *orderer) init(at *ast.Stmt, cond func() []ast.Stmt) []ast.Stmt {
	if *at == nil {
		return cond()
	}
	before, first := o.stmt(*at)
	*at = first
	if more := cond(); len(more) > 0 {
		*at = nil
		before = append(append(before, first), more...)
	}
	return before
}

// target walks the left side of an assignment: its operands are late, and so is
// the place itself.
func (o *orderer) target(e ast.Expr) {
	switch x := e.(type) {
	case *ast.ParenExpr:
		o.target(x.X)
	case *ast.IndexExpr:
		if m, ok := o.typeOf(x.X).Underlying().(*types.Map); ok {
			x.X = o.expr(x.X)
			x.Index = o.key(x.Index, m)
			return
		}
		o.place(x)
	case *ast.StarExpr:
		x.X = o.expr(x.X)
		o.pending |= panics
	case *ast.SelectorExpr:
		o.place(x)
	}
}

func (o *orderer) assign(s *ast.AssignStmt) []ast.Stmt {
	if len(s.Lhs) == len(s.Rhs) {
		before := o.ordered(func() {
			for _, l := range s.Lhs {
				o.target(l)
			}
			for i, r := range s.Rhs {
				s.Rhs[i] = o.value(r, o.targetType(s.Lhs[i]))
			}
		})
		o.operated(s)
		return before
	}
	// Several values of one expression, which is done before the places are
	// looked at.
	t, ok := o.typeOf(s.Rhs[0]).(*types.Tuple)
	if !ok || t.Len() != len(s.Lhs) {
		return nil
	}
	return o.ordered(func() {
		for _, l := range s.Lhs {
			o.target(l)
		}
		outer := o.pending
		o.several(s.Rhs[0])
		k := acts
		if _, ok := ast.Unparen(s.Rhs[0]).(*ast.IndexExpr); ok {
			k = nothing
		}
		if !o.count(outer, k) {
			return
		}
		values := o.temporaries(s.Rhs[0], t, func(i int) bool { return isBlank(s.Lhs[i]) })
		var left, right []ast.Expr
		for i, v := range values {
			if v != nil {
				left, right = append(left, s.Lhs[i]), append(right, v)
			}
		}
		s.Lhs, s.Rhs = left, right
	})
}

// several walks an expression with several values.
func (o *orderer) several(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		o.call(x, true)
	case *ast.UnaryExpr:
		x.X = o.expr(x.X)
	case *ast.TypeAssertExpr:
		x.X = o.expr(x.X)
	case *ast.IndexExpr:
		if m, ok := o.typeOf(x.X).Underlying().(*types.Map); ok {
			x.X = o.expr(x.X)
			x.Index = o.key(x.Index, m)
		}
	}
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// targetType is the type of what is assigned to; nil for a new variable, which
// has that of its value.
func (o *orderer) targetType(e ast.Expr) types.Type {
	if isBlank(e) {
		return nil
	}
	return o.info.TypeOf(e)
}

func (o *orderer) decl(s *ast.DeclStmt) (before []ast.Stmt, next ast.Stmt) {
	g, ok := s.Decl.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return nil, s
	}
	from := 0
	for i, sp := range g.Specs {
		sp := sp.(*ast.ValueSpec)
		if len(sp.Values) == 0 {
			continue
		}
		first := o.ordered(func() {
			if len(sp.Values) != len(sp.Names) {
				o.several(sp.Values[0])
				return
			}
			for k, e := range sp.Values {
				var to types.Type
				if v := o.info.Defs[sp.Names[k]]; v != nil {
					to = v.Type()
				}
				sp.Values[k] = o.value(e, to)
			}
		})
		if len(first) == 0 {
			continue
		}
		if i > from {
			before = append(before, &ast.DeclStmt{Decl: &ast.GenDecl{TokPos: g.TokPos, Tok: token.VAR, Specs: g.Specs[from:i]}})
		}
		before = append(before, first...)
		from = i
	}
	if from == 0 {
		return before, s
	}
	return before, &ast.DeclStmt{Decl: &ast.GenDecl{TokPos: g.TokPos, Tok: token.VAR, Specs: g.Specs[from:]}}
}

// labeled rewrites a statement with a label. A break or continue finds the
// statement; a goto must come to what is before it.
func (o *orderer) labeled(s *ast.LabeledStmt) (before []ast.Stmt, next ast.Stmt) {
	before, s.Stmt = o.stmt(s.Stmt)
	if len(before) == 0 {
		return nil, s
	}
	switch s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
	default:
		s.Stmt = &ast.BlockStmt{Lbrace: s.Stmt.Pos(), List: append(before, s.Stmt), Rbrace: s.Stmt.End()}
		return nil, s
	}
	old := o.info.Defs[s.Label]
	if len(o.gotos[old]) == 0 {
		return before, s
	}
	l := types.NewLabel(s.Pos(), o.pkg, s.Label.Name+"·")
	id := &ast.Ident{Name: l.Name(), NamePos: s.Pos()}
	o.info.Defs[id] = l
	for _, g := range o.gotos[old] {
		g.Label = o.use(g.Label.Pos(), l)
	}
	delete(o.gotos, old)
	return append([]ast.Stmt{&ast.LabeledStmt{Label: id, Colon: s.Colon, Stmt: &ast.EmptyStmt{Semicolon: s.Colon}}}, before...), s
}
