package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// lowerTypeSwitch turns a type switch with cases of compiled interfaces, such
// as error and fmt.Stringer, which yaegi never takes, into assertions:
//
//	switch x := v.(type) { case error: A; case int, nil: B; default: C }
//	switch { default:
//		t := v
//		if x, ok := t.(error); ok { A } else if is int || is nil { x := t; B } else { x := t; C } }
//
// The switch around keeps the meaning of break.
func (b *builder) lowerTypeSwitch(sw *ast.TypeSwitchStmt) ast.Stmt {
	if !b.foreignCase(sw) {
		return nil
	}
	pos := sw.Switch
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	var name string
	var x ast.Expr
	switch a := sw.Assign.(type) {
	case *ast.AssignStmt:
		name = a.Lhs[0].(*ast.Ident).Name
		x = a.Rhs[0].(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	}
	t := b.invent("t")
	assert := func(typ ast.Expr) ast.Expr { return &ast.TypeAssertExpr{X: id(t), Lparen: pos, Type: typ, Rparen: pos} }
	assign := func(lhs []ast.Expr, x ast.Expr) ast.Stmt {
		return &ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, TokPos: pos, Rhs: []ast.Expr{x}}
	}
	block := func(c *ast.CaseClause, declare bool) *ast.BlockStmt {
		list := c.Body
		if declare && name != "" {
			list = append([]ast.Stmt{assign([]ast.Expr{id(name)}, id(t))}, list...)
		}
		return &ast.BlockStmt{Lbrace: c.Colon, List: list, Rbrace: c.End()}
	}
	isNil := func(x ast.Expr) bool { return b.info.Types[x].IsNil() }
	// is is true when the value has one of several types.
	is := func(list []ast.Expr) ast.Expr {
		var body []ast.Stmt
		yes := &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ReturnStmt{Return: pos, Results: []ast.Expr{id("true")}}}}
		for _, typ := range list {
			if isNil(typ) {
				body = append(body, &ast.IfStmt{If: pos, Cond: &ast.BinaryExpr{X: id(t), OpPos: pos, Op: token.EQL, Y: id("nil")}, Body: yes})
				continue
			}
			ok := b.invent("ok")
			body = append(body, &ast.IfStmt{If: pos, Init: assign([]ast.Expr{id("_"), id(ok)}, assert(typ)), Cond: id(ok), Body: yes})
		}
		body = append(body, &ast.ReturnStmt{Return: pos, Results: []ast.Expr{id("false")}})
		return &ast.CallExpr{Lparen: pos, Rparen: pos, Fun: &ast.FuncLit{
			Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}, Results: &ast.FieldList{List: []*ast.Field{{Type: id("bool")}}}},
			Body: &ast.BlockStmt{Lbrace: pos, List: body, Rbrace: pos},
		}}
	}
	var first, last *ast.IfStmt
	var otherwise *ast.BlockStmt
	for _, st := range sw.Body.List {
		c := st.(*ast.CaseClause)
		if c.List == nil {
			otherwise = block(c, true)
			continue
		}
		next := &ast.IfStmt{If: c.Case}
		if len(c.List) == 1 && b.ownInterface(c.List[0]) && name != "" {
			// yaegi's assertion fails here, its switch does not.
			next.Cond = is(c.List)
			next.Body = &ast.BlockStmt{Lbrace: c.Colon, Rbrace: c.End(), List: []ast.Stmt{&ast.TypeSwitchStmt{Switch: pos,
				Assign: assign([]ast.Expr{id(name)}, &ast.TypeAssertExpr{X: id(t), Lparen: pos, Rparen: pos}),
				Body:   &ast.BlockStmt{Lbrace: c.Colon, Rbrace: c.End(), List: []ast.Stmt{c}},
			}}}
		} else if len(c.List) == 1 && !isNil(c.List[0]) {
			ok := b.invent("ok")
			v := "_"
			if name != "" {
				v = name
			}
			next.Init, next.Cond, next.Body = assign([]ast.Expr{id(v), id(ok)}, assert(c.List[0])), id(ok), block(c, false)
		} else {
			next.Cond, next.Body = is(c.List), block(c, true)
		}
		if first == nil {
			first = next
		} else {
			last.Else = next
		}
		last = next
	}
	if otherwise != nil {
		last.Else = otherwise
	}
	body := []ast.Stmt{assign([]ast.Expr{id(t)}, x), first}
	if sw.Init != nil {
		body = append([]ast.Stmt{sw.Init}, body...)
	}
	return &ast.SwitchStmt{Switch: pos, Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.CaseClause{Case: pos, Colon: pos, Body: body}}}}
}

// ownInterface tells whether a type is an interface of the session's own.
func (b *builder) ownInterface(x ast.Expr) bool {
	t := b.info.Types[x].Type
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Interface)
	return ok && b.local(t)
}

// foreignCase tells whether a type switch has a case of an interface with
// methods that is not the session's own.
func (b *builder) foreignCase(sw *ast.TypeSwitchStmt) bool {
	for _, st := range sw.Body.List {
		for _, x := range st.(*ast.CaseClause).List {
			t := b.info.Types[x].Type
			if t == nil {
				continue
			}
			i, ok := t.Underlying().(*types.Interface)
			if !ok || i.NumMethods() == 0 {
				continue
			}
			if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != b.pkg {
				return true
			}
		}
	}
	return false
}
