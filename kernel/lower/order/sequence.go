package order

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A late operation that has not been done yet.
type late uint8

const (
	reads  late = 1 << iota // what a call may change
	panics                  // or may panic
)

// A sequence is the expressions of one statement, in the order in which go/ssa
// evaluates them. They are walked once to see whether something must move, and
// if so again, to move it.
type sequence struct {
	moving  bool
	pending late // what go/ssa has done by now and the compiler has not
	index   int  // of early operations
	last    int  // the last of those that must come first
	at      map[ast.Expr]int
	out     []ast.Stmt
}

// ordered walks expressions by f and returns the statements that must come
// before them. F must do the same twice.
func (o *orderer) ordered(f func()) []ast.Stmt {
	o.sequence = sequence{}
	f()
	if o.last == 0 {
		return nil
	}
	o.sequence = sequence{moving: true, last: o.last, at: o.at}
	f()
	out := o.out
	o.sequence = sequence{}
	return out
}

// disordered tells whether f walks expressions of which something must move.
func (o *orderer) disordered(f func()) bool {
	o.sequence = sequence{}
	f()
	bad := o.last > 0
	o.sequence = sequence{}
	return bad
}

// What an early operation may do.
type effect uint8

const (
	nothing effect = iota
	fails          // it may panic
	acts           // it may change anything
)

// early is called at an early operation, when its operands are walked. Outer is
// what was pending before them.
func (o *orderer) early(e ast.Expr, outer late, k effect) ast.Expr {
	if !o.count(outer, k) {
		return e
	}
	return o.temporary(e)
}

// count counts an early operation and tells whether it must move.
func (o *orderer) count(outer late, k effect) bool {
	o.index++
	o.pending = outer
	if o.moving {
		return o.index <= o.last
	}
	if outer != 0 && k == acts || outer&panics != 0 && k == fails {
		o.last = o.index
	}
	return false
}

// temporary evaluates e now and returns a name for it.
func (o *orderer) temporary(e ast.Expr) ast.Expr {
	if id, ok := e.(*ast.Ident); ok && o.isMade(id) {
		return e
	}
	id, v := o.variable(e.Pos(), o.typeOf(e))
	o.define([]ast.Expr{id}, e)
	return o.use(e.Pos(), v)
}

func (o *orderer) isMade(id *ast.Ident) bool {
	v, ok := o.info.Uses[id].(*types.Var)
	if !ok {
		return false
	}
	_, ok = o.owner[v].(*ast.Ident)
	return ok
}

func (o *orderer) define(names []ast.Expr, e ast.Expr) {
	o.out = append(o.out, &ast.AssignStmt{Lhs: names, TokPos: e.Pos(), Tok: token.DEFINE, Rhs: []ast.Expr{e}})
}

// temporaries evaluates e, which has several values, now; blank ones are not
// kept.
func (o *orderer) temporaries(e ast.Expr, t *types.Tuple, blank func(int) bool) []ast.Expr {
	var names, uses []ast.Expr
	for i := range t.Len() {
		if blank(i) {
			names = append(names, &ast.Ident{Name: "_", NamePos: e.Pos()})
			uses = append(uses, nil)
			continue
		}
		id, v := o.variable(e.Pos(), t.At(i).Type())
		names = append(names, id)
		uses = append(uses, o.use(e.Pos(), v))
	}
	o.define(names, e)
	return uses
}

// logical walks && and ||, whose right side may not be evaluated at all.
func (o *orderer) logical(e *ast.BinaryExpr) ast.Expr {
	outer := o.pending
	if !o.moving {
		o.expr(e.X)
		o.pending = outer
		last := o.last
		o.expr(e.Y)
		o.nest(e, outer, o.last != last)
		return e
	}
	if o.at[e] > o.last {
		e.X = o.expr(e.X)
		e.Y = o.expr(e.Y)
		o.index++
		return e
	}
	x := o.expr(e.X)
	id, v := o.variable(e.Pos(), o.typeOf(e))
	o.define([]ast.Expr{id}, x)
	before := o.out
	o.out = nil
	y := o.expr(e.Y)
	pos := e.Y.Pos()
	body := &ast.BlockStmt{Lbrace: pos, Rbrace: e.End()}
	body.List = append(o.out, &ast.AssignStmt{Lhs: []ast.Expr{o.use(pos, v)}, TokPos: pos, Tok: token.ASSIGN, Rhs: []ast.Expr{y}})
	branch := &ast.IfStmt{If: pos, Cond: o.use(pos, v), Body: body}
	if e.Op == token.LOR {
		branch.Body, branch.Else = &ast.BlockStmt{Lbrace: pos, Rbrace: pos}, body
	}
	o.out = append(before, branch)
	o.index++
	return o.use(e.Pos(), v)
}

// nest counts an early operation within which something must move or not.
func (o *orderer) nest(e ast.Expr, outer late, moves bool) {
	o.index++
	if o.at == nil {
		o.at = map[ast.Expr]int{}
	}
	o.at[e] = o.index
	if moves {
		o.last = o.index
	}
	o.pending = outer
}
