package order

import (
	"go/ast"
	"go/token"
	"go/types"
)

// loop rewrites a for statement. What comes before its condition does so in
// every turn.
func (o *orderer) loop(s *ast.ForStmt) (before []ast.Stmt) {
	if s.Init != nil {
		before, s.Init = o.stmt(s.Init)
	}
	var first []ast.Stmt
	if s.Cond != nil {
		first = o.ordered(func() { s.Cond = o.expr(s.Cond) })
	}
	s.Post = o.one(s.Post)
	s.Body.List = o.list(s.Body.List)
	if len(first) > 0 {
		pos := s.Cond.Pos()
		leave := &ast.BlockStmt{Lbrace: pos, List: []ast.Stmt{&ast.BranchStmt{TokPos: pos, Tok: token.BREAK}}, Rbrace: pos}
		first = append(first, &ast.IfStmt{If: pos, Cond: s.Cond, Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos}, Else: leave})
		s.Cond = nil
		s.Body.List = append(first, s.Body.List...)
	}
	return before
}

// guard walks what a type switch looks at.
func (o *orderer) guard(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		if x, ok := ast.Unparen(s.X).(*ast.TypeAssertExpr); ok {
			x.X = o.expr(x.X)
		}
	case *ast.AssignStmt:
		if x, ok := ast.Unparen(s.Rhs[0]).(*ast.TypeAssertExpr); ok {
			x.X = o.expr(x.X)
		}
	}
}

// choice rewrites an expression switch. When the order of a case matters, the
// cases become conditions, one after another.
func (o *orderer) choice(s *ast.SwitchStmt) (before []ast.Stmt, next ast.Stmt) {
	before = o.init(&s.Init, func() []ast.Stmt { return o.ordered(func() { s.Tag = o.expr(s.Tag) }) })
	var disordered, falls bool
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		for _, e := range c.List {
			disordered = disordered || o.disordered(func() { o.expr(e) })
		}
		if n := len(c.Body); n > 0 {
			b, ok := c.Body[n-1].(*ast.BranchStmt)
			falls = falls || ok && b.Tok == token.FALLTHROUGH
		}
	}
	if disordered && !falls {
		if s.Init != nil {
			before, s.Init = append(before, s.Init), nil
		}
		return o.chain(s, before)
	}
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		for i, e := range c.List {
			if disordered {
				c.List[i] = o.inFunction(e)
			}
		}
		c.Body = o.list(c.Body)
	}
	return before, s
}

// chain makes the cases of a switch conditions within a switch that has but one
// case, so that breaks still leave it.
func (o *orderer) chain(s *ast.SwitchStmt, before []ast.Stmt) ([]ast.Stmt, ast.Stmt) {
	tag := s.Tag
	if tag != nil && o.info.Types[tag].Value == nil {
		id, v := o.variable(tag.Pos(), o.typeOf(tag))
		before = append(before, &ast.AssignStmt{Lhs: []ast.Expr{id}, TokPos: tag.Pos(), Tok: token.DEFINE, Rhs: []ast.Expr{tag}})
		tag = o.use(tag.Pos(), v)
	}
	var first, other ast.Stmt
	link := &first
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		body := &ast.BlockStmt{Lbrace: c.Colon, List: c.Body, Rbrace: c.End()}
		if c.List == nil {
			other = body
			continue
		}
		var cond ast.Expr
		for _, e := range c.List {
			x := e
			if tag != nil {
				x = o.boolean(&ast.BinaryExpr{X: tag, OpPos: e.Pos(), Op: token.EQL, Y: e})
			}
			if cond != nil {
				x = o.boolean(&ast.BinaryExpr{X: cond, OpPos: e.Pos(), Op: token.LOR, Y: x})
			}
			cond = x
		}
		branch := &ast.IfStmt{If: c.Case, Cond: cond, Body: body}
		*link = branch
		link = &branch.Else
	}
	*link = other
	var list []ast.Stmt
	if first != nil {
		list = o.list([]ast.Stmt{first})
	}
	clause := &ast.CaseClause{Case: s.Body.Lbrace, Colon: s.Body.Lbrace, Body: list}
	s.Tag, s.Body = nil, &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: []ast.Stmt{clause}, Rbrace: s.Body.Rbrace}
	return before, s
}

func (o *orderer) boolean(e *ast.BinaryExpr) ast.Expr {
	o.info.Types[e] = types.TypeAndValue{Type: types.Typ[types.Bool]}
	return e
}

// selection rewrites a select statement. Its channels and values are looked at
// one after another.
func (o *orderer) selection(s *ast.SelectStmt) (before []ast.Stmt) {
	var operands []*ast.Expr
	disordered := false
	for _, c := range s.Body.List {
		c := c.(*ast.CommClause)
		c.Body = o.list(c.Body)
		switch m := c.Comm.(type) {
		case *ast.SendStmt:
			operands = append(operands, &m.Chan, &m.Value)
		case *ast.ExprStmt:
			operands = append(operands, received(m.X))
		case *ast.AssignStmt:
			operands = append(operands, received(m.Rhs[0]))
		}
	}
	for _, at := range operands {
		disordered = disordered || o.disordered(func() { o.expr(*at) })
	}
	if !disordered {
		return nil
	}
	for _, at := range operands {
		if o.info.Types[*at].Value != nil || o.info.Types[*at].IsNil() {
			continue
		}
		before = append(before, o.ordered(func() { *at = o.expr(*at) })...)
		id, v := o.variable((*at).Pos(), o.typeOf(*at))
		before = append(before, &ast.AssignStmt{Lhs: []ast.Expr{id}, TokPos: (*at).Pos(), Tok: token.DEFINE, Rhs: []ast.Expr{*at}})
		*at = o.use((*at).Pos(), v)
	}
	return before
}

// received is the operand of a receive operation.
func received(e ast.Expr) *ast.Expr {
	return &ast.Unparen(e).(*ast.UnaryExpr).X
}
