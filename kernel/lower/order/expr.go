package order

import (
	"go/ast"
	"go/token"
	"go/types"
)

// expr walks an expression and returns what stands for it.
func (o *orderer) expr(e ast.Expr) ast.Expr {
	if e == nil {
		return e
	}
	if tv := o.info.Types[e]; tv.Value != nil || tv.IsType() {
		return e
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		if x := o.expr(e.X); x != e.X {
			return x
		}
	case *ast.Ident:
		if v, ok := o.info.Uses[e].(*types.Var); ok && o.changes(v) {
			o.pending |= reads
		}
	case *ast.CompositeLit:
		return o.literal(e)
	case *ast.SelectorExpr:
		o.selector(e)
	case *ast.IndexExpr:
		return o.element(e)
	case *ast.SliceExpr:
		outer := o.pending
		if _, ok := o.typeOf(e.X).Underlying().(*types.Array); ok {
			e.X = o.place(e.X)
		} else {
			e.X = o.expr(e.X)
		}
		e.Low, e.High, e.Max = o.expr(e.Low), o.expr(e.High), o.expr(e.Max)
		return o.early(e, outer, fails)
	case *ast.TypeAssertExpr:
		outer := o.pending
		e.X = o.expr(e.X)
		if t := o.typeOf(e); o.direct(t) || ofParameters(t) {
			o.pending |= panics
			return e
		}
		return o.early(e, outer, fails)
	case *ast.CallExpr:
		return o.call(e, false)
	case *ast.StarExpr:
		e.X = o.expr(e.X)
		o.pending |= reads | panics
	case *ast.UnaryExpr:
		return o.unary(e)
	case *ast.BinaryExpr:
		return o.binary(e)
	}
	return e
}

// value walks an expression whose value becomes one of type to. Values that an
// interface holds by their address are copied early, unless they are variables.
func (o *orderer) value(e ast.Expr, to types.Type) ast.Expr {
	outer := o.pending
	x := o.expr(e)
	if to == nil || !isInterface(to) {
		return x
	}
	if t := o.typeOf(x); isInterface(t) || isParameter(t) || o.inWord(t) {
		return x
	}
	return o.copied(x, outer)
}

// copied makes what is not a variable or constant an early value.
func (o *orderer) copied(e ast.Expr, outer late) ast.Expr {
	if tv := o.info.Types[e]; tv.Addressable() && !o.inRegisters(e) || o.static(e) {
		return e
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && o.isMade(id) {
		return e
	}
	return o.early(e, outer, nothing)
}

// inRegisters tells a part of a local variable that the compiler may keep in
// registers, so that taking its address would cost something.
func (o *orderer) inRegisters(e ast.Expr) bool {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			v, ok := o.info.Uses[x].(*types.Var)
			return ok && o.owner[v] == o.fn && !o.onHeap[v] && o.small(v.Type())
		case *ast.SelectorExpr:
			if sel := o.info.Selections[x]; sel == nil || sel.Indirect() {
				return false
			}
			e = x.X
		case *ast.IndexExpr:
			if _, ok := o.typeOf(x.X).Underlying().(*types.Array); !ok {
				return false
			}
			e = x.X
		default:
			return false
		}
	}
}

// small tells a type whose values the compiler can keep in registers.
func (o *orderer) small(t types.Type) bool {
	if ofParameters(t) || o.sizes.Sizeof(t) > 4*o.sizes.Sizeof(types.Typ[types.Uintptr]) {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return t.Len() == 0 || t.Len() == 1 && o.small(t.Elem())
	case *types.Struct:
		if t.NumFields() > 4 {
			return false
		}
		for f := range t.Fields() {
			if !o.small(f.Type()) {
				return false
			}
		}
	}
	return true
}

// place walks an expression of which only the address is taken.
func (o *orderer) place(e ast.Expr) ast.Expr {
	switch x := e.(type) {
	case *ast.Ident:
		return e
	case *ast.ParenExpr:
		x.X = o.place(x.X)
		return e
	case *ast.SelectorExpr:
		if sel := o.info.Selections[x]; sel == nil {
			return e
		} else if sel.Kind() == types.FieldVal && !sel.Indirect() {
			x.X = o.place(x.X)
			return e
		}
	}
	return o.expr(e)
}

func (o *orderer) selector(e *ast.SelectorExpr) {
	sel := o.info.Selections[e]
	switch {
	case sel == nil: // of a package
		if v, ok := o.info.Uses[e.Sel].(*types.Var); ok && o.changes(v) {
			o.pending |= reads
		}
	case sel.Kind() == types.FieldVal:
		e.X = o.expr(e.X)
		if sel.Indirect() || isPointer(sel.Recv()) {
			o.pending |= reads | panics
		}
	case sel.Kind() == types.MethodVal:
		if o.takesAddress(e) {
			e.X = o.place(e.X)
		} else {
			e.X = o.expr(e.X)
		}
		o.pending |= reads | panics
	}
}

func (o *orderer) element(e *ast.IndexExpr) ast.Expr {
	if o.info.Types[e.Index].IsType() {
		return e // an instance of a function
	}
	outer := o.pending
	switch t := o.typeOf(e.X).Underlying().(type) {
	case *types.Map:
		e.X = o.expr(e.X)
		bytes := o.fromBytes(e.Index)
		e.Index = o.key(e.Index, t)
		if o.pending |= reads; isInterface(t.Key()) {
			o.pending |= panics
		}
		if bytes {
			return o.early(e, outer, nothing)
		}
	case *types.Array:
		e.X, e.Index = o.expr(e.X), o.expr(e.Index)
		if o.info.Types[e.Index].Value == nil {
			o.pending |= panics
		}
	default:
		e.X, e.Index = o.expr(e.X), o.expr(e.Index)
		o.pending |= reads | panics
	}
	return e
}

// key walks the key of a map. Keys that the runtime takes by their address are
// copied early, unless they are variables.
func (o *orderer) key(e ast.Expr, m *types.Map) ast.Expr {
	outer := o.pending
	x := o.value(e, m.Key())
	if o.fastKey(m) {
		return x
	}
	return o.copied(x, outer)
}

// fromBytes tells a key that is made of bytes for the look-up alone.
func (o *orderer) fromBytes(e ast.Expr) bool {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(c.Args) != 1 || !o.info.Types[c.Fun].IsType() || o.info.Types[e].Value != nil {
		return false
	}
	s, ok := o.typeOf(c.Args[0]).Underlying().(*types.Slice)
	return ok && isString(o.typeOf(c)) && types.Identical(s.Elem().Underlying(), types.Typ[types.Byte])
}

func (o *orderer) unary(e *ast.UnaryExpr) ast.Expr {
	switch e.Op {
	case token.AND:
		if _, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			e.X = o.expr(e.X)
		} else {
			e.X = o.place(e.X)
		}
	case token.ARROW:
		outer := o.pending
		e.X = o.expr(e.X)
		return o.early(e, outer, acts)
	default:
		e.X = o.expr(e.X)
	}
	return e
}

func (o *orderer) binary(e *ast.BinaryExpr) ast.Expr {
	switch e.Op {
	case token.LAND, token.LOR:
		return o.logical(e)
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		x, y := o.typeOf(e.X), o.typeOf(e.Y)
		e.X, e.Y = o.compared(e.X, y), o.compared(e.Y, x)
		return e
	}
	e.X, e.Y = o.expr(e.X), o.expr(e.Y)
	switch e.Op {
	case token.QUO, token.REM, token.SHL, token.SHR:
		if b, ok := o.typeOf(e.Y).Underlying().(*types.Basic); o.info.Types[e.Y].Value == nil && (!ok || b.Info()&types.IsInteger != 0) {
			o.pending |= panics
		}
	}
	return e
}

// compared walks a side of a comparison with a value of type with.
func (o *orderer) compared(e ast.Expr, with types.Type) ast.Expr {
	switch o.typeOf(e).Underlying().(type) {
	case *types.Struct, *types.Array:
		outer := o.pending
		return o.copied(o.value(e, with), outer)
	}
	return o.value(e, with)
}

// literal walks a composite literal.
func (o *orderer) literal(e *ast.CompositeLit) ast.Expr {
	t := o.typeOf(e).Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	if m, ok := t.(*types.Map); ok {
		return o.mapLiteral(e, m)
	}
	for i, x := range e.Elts {
		var to types.Type
		kv, keyed := x.(*ast.KeyValueExpr)
		switch t := t.(type) {
		case *types.Struct:
			if !keyed {
				to = t.Field(i).Type()
			} else if id, ok := kv.Key.(*ast.Ident); ok {
				to = o.typeOf(id)
			}
		case *types.Array:
			to = t.Elem()
		case *types.Slice:
			to = t.Elem()
		}
		if keyed {
			kv.Value = o.value(kv.Value, to)
		} else {
			e.Elts[i] = o.value(x, to)
		}
	}
	return e
}

// mapLiteral walks the literal of a map. It is filled entry by entry, with the
// constant ones first.
func (o *orderer) mapLiteral(e *ast.CompositeLit, t *types.Map) ast.Expr {
	outer := o.pending
	if !o.moving {
		last, moves, dynamic := o.last, false, false
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			o.pending = outer
			o.key(kv.Key, t)
			o.value(kv.Value, t.Elem())
			constant := o.static(kv.Key) && o.static(kv.Value)
			moves = moves || constant && dynamic
			dynamic = dynamic || !o.static(kv.Key)
		}
		o.nest(e, outer, moves || o.last != last)
		return e
	}
	if o.at[e] > o.last {
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			kv.Key, kv.Value = o.key(kv.Key, t), o.value(kv.Value, t.Elem())
		}
		o.index++
		return e
	}
	id, m := o.variable(e.Pos(), o.typeOf(e))
	var constant []ast.Expr
	first := len(o.out)
	o.define([]ast.Expr{id}, e)
	for _, x := range e.Elts {
		kv := x.(*ast.KeyValueExpr)
		if o.static(kv.Key) && o.static(kv.Value) {
			constant = append(constant, kv)
			continue
		}
		k := o.key(kv.Key, t)
		v := o.value(kv.Value, t.Elem())
		entry := &ast.IndexExpr{X: o.use(kv.Pos(), m), Lbrack: kv.Pos(), Index: k, Rbrack: kv.Colon}
		o.info.Types[entry] = types.TypeAndValue{Type: t.Elem()}
		o.out = append(o.out, &ast.AssignStmt{Lhs: []ast.Expr{entry}, TokPos: kv.Colon, Tok: token.ASSIGN, Rhs: []ast.Expr{v}})
	}
	empty := *e
	empty.Elts = constant
	o.info.Types[&empty] = o.info.Types[e]
	o.out[first].(*ast.AssignStmt).Rhs[0] = &empty
	o.index++
	return o.use(e.Pos(), m)
}

// static tells a value that is known before the program runs.
func (o *orderer) static(e ast.Expr) bool {
	if tv := o.info.Types[e]; tv.Value != nil || tv.IsNil() {
		return true
	}
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return false
	}
	switch o.typeOf(lit).Underlying().(type) {
	case *types.Struct, *types.Array:
	default:
		return false
	}
	for _, x := range lit.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			x = kv.Value
		}
		if !o.static(x) {
			return false
		}
	}
	return true
}
