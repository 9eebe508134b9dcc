package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

// lowerDefers repairs the deferred calls of one function body.
//
// While yaegi runs deferred calls it holds the lock of the function's frame,
// and a function literal takes the lock of the frame that made it: a deferred
// call that reaches a literal of the same function would wait for ever. So in
// a function that defers, literals are made in a frame of their own.
//
// yaegi also evaluates the arguments of a deferred call when it runs, not at
// the defer statement: they go through variables that nothing changes. In a
// loop, where one variable would serve all iterations, the calls are collected
// as closures and run by one deferred function.
func (b *builder) lowerDefers(body *ast.BlockStmt) {
	if body == nil || !defers(body) {
		return
	}
	b.ownFrames(body)
	all := loopDefers(body) // then all go through the list, for their order
	list, at := "", -1
	var out []ast.Stmt
	for _, st := range body.List {
		lowered := b.deferStmt(st, all, &list)
		if list != "" && at < 0 {
			at = len(out)
		}
		out = append(out, lowered...)
	}
	body.List = out
	if list == "" {
		return
	}
	pos := body.Lbrace
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	k := b.invent("k")
	// var list []func()
	// defer func() { for k := len(list)-1; k >= 0; k-- { list[k]() } }()
	runner := []ast.Stmt{
		&ast.DeclStmt{Decl: &ast.GenDecl{Tok: token.VAR, TokPos: pos, Specs: []ast.Spec{&ast.ValueSpec{
			Names: []*ast.Ident{id(list)}, Type: &ast.ArrayType{Lbrack: pos, Elt: &ast.FuncType{Func: pos, Params: &ast.FieldList{}}},
		}}}},
		&ast.DeferStmt{Defer: pos, Call: &ast.CallExpr{Fun: &ast.FuncLit{
			Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}},
			Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ForStmt{
				For: pos,
				Init: &ast.AssignStmt{Lhs: []ast.Expr{id(k)}, Tok: token.DEFINE, TokPos: pos, Rhs: []ast.Expr{&ast.BinaryExpr{
					X: &ast.CallExpr{Fun: id("len"), Args: []ast.Expr{id(list)}}, OpPos: pos, Op: token.SUB,
					Y: &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: "1"}}}},
				Cond: &ast.BinaryExpr{X: id(k), OpPos: pos, Op: token.GEQ, Y: &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: "0"}},
				Post: &ast.IncDecStmt{X: id(k), TokPos: pos, Tok: token.DEC},
				Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{
					Fun: &ast.IndexExpr{X: id(list), Lbrack: pos, Index: id(k)}}}}},
			}}},
		}}},
	}
	body.List = slices.Insert(body.List, at, runner...)
}

// loopDefers tells whether a function body defers within a loop.
func loopDefers(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt:
			found = found || defers(n.Body)
		case *ast.RangeStmt:
			found = found || defers(n.Body)
		}
		return !found
	})
	return found
}

// recovers tells whether a deferred function calls recover, which works only
// in one that is deferred itself.
func (b *builder) recovers(d *ast.DeferStmt) bool {
	found := false
	ast.Inspect(d.Call.Fun, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "recover" {
			_, builtin := b.info.Uses[id].(*types.Builtin)
			found = found || builtin
		}
		return !found
	})
	return found
}

// defers tells whether a function body has defer statements of its own.
func defers(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}

// ownFrames replaces the function literals of a body, unless they are called
// on the spot, by func() T { return literal }().
func (b *builder) ownFrames(body *ast.BlockStmt) {
	called := map[*ast.FuncLit]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if l, ok := c.Fun.(*ast.FuncLit); ok {
				called[l] = true
			}
		}
		return true
	})
	for i, st := range body.List {
		body.List[i] = apply(st, func(n ast.Node) ast.Node {
			l, ok := n.(*ast.FuncLit)
			if !ok || called[l] {
				return nil
			}
			pos := l.Pos()
			return &ast.CallExpr{Lparen: pos, Rparen: pos, Fun: &ast.FuncLit{
				Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}, Results: &ast.FieldList{List: []*ast.Field{{Type: l.Type}}}},
				Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ReturnStmt{Return: pos, Results: []ast.Expr{l}}}},
			}}
		}).(ast.Stmt)
	}
}

func (b *builder) deferList(list []ast.Stmt, all bool, collect *string) []ast.Stmt {
	var out []ast.Stmt
	for _, st := range list {
		out = append(out, b.deferStmt(st, all, collect)...)
	}
	return out
}

func (b *builder) deferBlock(block *ast.BlockStmt, all bool, collect *string) {
	if block != nil {
		block.List = b.deferList(block.List, all, collect)
	}
}

func (b *builder) deferStmt(st ast.Stmt, all bool, collect *string) []ast.Stmt {
	switch st := st.(type) {
	case *ast.DeferStmt:
		if all && !b.recovers(st) {
			return b.collectDefer(st, collect)
		}
		return b.fixDefer(st)
	case *ast.BlockStmt:
		b.deferBlock(st, all, collect)
	case *ast.IfStmt:
		b.deferBlock(st.Body, all, collect)
		if st.Else != nil {
			st.Else = b.deferStmt(st.Else, all, collect)[0]
		}
	case *ast.LabeledStmt:
		if in := b.deferStmt(st.Stmt, all, collect); len(in) > 0 {
			st.Stmt = in[0]
			return append([]ast.Stmt{st}, in[1:]...)
		}
	case *ast.ForStmt:
		b.deferBlock(st.Body, all, collect)
	case *ast.RangeStmt:
		b.deferBlock(st.Body, all, collect)
	case *ast.SwitchStmt:
		b.deferBlock(st.Body, all, collect)
	case *ast.TypeSwitchStmt:
		b.deferBlock(st.Body, all, collect)
	case *ast.SelectStmt:
		b.deferBlock(st.Body, all, collect)
	case *ast.CaseClause:
		st.Body = b.deferList(st.Body, all, collect)
	case *ast.CommClause:
		st.Body = b.deferList(st.Body, all, collect)
	}
	return []ast.Stmt{st}
}

// fixed tells whether an expression has one value for ever.
func (b *builder) fixed(x ast.Expr) bool {
	tv := b.info.Types[x]
	_, literal := x.(*ast.FuncLit)
	return tv.Value != nil || tv.IsNil() || tv.IsType() || literal
}

// fixDefer evaluates the arguments of a deferred call before it.
func (b *builder) fixDefer(d *ast.DeferStmt) []ast.Stmt {
	var out []ast.Stmt
	for i, a := range d.Call.Args {
		tv, known := b.info.Types[a]
		if !known || tv.Type == nil || b.fixed(a) {
			continue
		}
		if _, tuple := tv.Type.(*types.Tuple); tuple {
			continue
		}
		id := &ast.Ident{Name: b.invent("d"), NamePos: a.Pos()}
		out = append(out, define(id, a))
		d.Call.Args[i] = &ast.Ident{Name: id.Name, NamePos: a.Pos()}
	}
	return append(out, d)
}

// collectDefer appends the deferred call to the list of those of loops:
//
//	list = append(list, func(a A) func() { return func() { f(a) } }(x))
func (b *builder) collectDefer(d *ast.DeferStmt, collect *string) []ast.Stmt {
	if *collect == "" {
		*collect = b.invent("defers")
	}
	pos := d.Defer
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	var params []*ast.Field
	var args []ast.Expr
	call := *d.Call
	call.Args = append([]ast.Expr(nil), d.Call.Args...)
	sig, _ := b.signature(d.Call.Fun)
	for i, a := range d.Call.Args {
		tv, known := b.info.Types[a]
		if !known || tv.Type == nil || b.fixed(a) {
			continue
		}
		typ, ok := b.typeExpr(paramType(sig, i, tv.Type, d.Call.Ellipsis.IsValid()), pos)
		if !ok {
			continue
		}
		name := "a·" + strconv.Itoa(i)
		params = append(params, &ast.Field{Names: []*ast.Ident{id(name)}, Type: typ})
		args = append(args, a)
		call.Args[i] = id(name)
	}
	inner := &ast.FuncLit{Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}},
		Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ExprStmt{X: &call}}}}
	outer := &ast.FuncLit{
		Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{List: params}, Results: &ast.FieldList{List: []*ast.Field{
			{Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}}}}}},
		Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ReturnStmt{Return: pos, Results: []ast.Expr{inner}}}},
	}
	return []ast.Stmt{&ast.AssignStmt{Lhs: []ast.Expr{id(*collect)}, Tok: token.ASSIGN, TokPos: pos, Rhs: []ast.Expr{
		&ast.CallExpr{Fun: id("append"), Args: []ast.Expr{id(*collect), &ast.CallExpr{Fun: outer, Args: args}}}}}}
}

// signature is the type of a called function, nil for a built-in one.
func (b *builder) signature(fun ast.Expr) (*types.Signature, bool) {
	t := b.info.Types[fun].Type
	if t == nil {
		return nil, false
	}
	sig, ok := t.Underlying().(*types.Signature)
	return sig, ok
}

// paramType is the type that an argument is passed as.
func paramType(sig *types.Signature, i int, t types.Type, ellipsis bool) types.Type {
	if sig != nil {
		switch {
		case sig.Variadic() && i >= sig.Params().Len()-1 && !ellipsis:
			return sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice).Elem()
		case i < sig.Params().Len():
			return sig.Params().At(i).Type()
		}
	}
	return types.Default(t)
}
