package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// lowerMethod repairs methods of the session's own types that are used as
// values. yaegi looks at the receiver of x.M when the value is called, not
// when it is made, and has no method expressions T.M:
//
//	x.M  becomes  func(r T) func(A) R { return func(a A) R { return r.M(a) } }(x)
//	T.M  becomes  func(r T, a A) R { return r.M(a) }
func (b *builder) lowerMethod(sel *ast.SelectorExpr, parent ast.Node) ast.Expr {
	s := b.info.Selections[sel]
	if s == nil || s.Kind() == types.FieldVal {
		return nil
	}
	if call, ok := parent.(*ast.CallExpr); ok && call.Fun == sel && s.Kind() == types.MethodVal {
		return nil
	}
	f, ok := s.Obj().(*types.Func)
	if !ok || f.Pkg() != b.pkg {
		return nil
	}
	pos := sel.Pos()
	sig := f.Signature()
	recvType := s.Recv()
	recv := sel.X
	if s.Kind() == types.MethodVal {
		_, isPtr := recvType.Underlying().(*types.Pointer)
		if p := sig.Recv(); p != nil && !isPtr {
			if _, wants := p.Type().(*types.Pointer); wants {
				recv, recvType = &ast.UnaryExpr{OpPos: pos, Op: token.AND, X: recv}, types.NewPointer(recvType)
			}
		}
	}
	rt, ok := b.typeExpr(recvType, pos)
	if !ok {
		return nil
	}
	signature, ok := b.typeExpr(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()), pos)
	if !ok {
		return nil
	}
	typ := signature.(*ast.FuncType)
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	r := b.invent("r")
	call := &ast.CallExpr{Fun: &ast.SelectorExpr{X: id(r), Sel: id(sel.Sel.Name)}, Lparen: pos, Rparen: pos}
	for i, p := range typ.Params.List {
		name := "a·" + strconv.Itoa(i)
		p.Names = []*ast.Ident{id(name)}
		call.Args = append(call.Args, id(name))
	}
	if sig.Variadic() {
		call.Ellipsis = pos
	}
	body := ast.Stmt(&ast.ExprStmt{X: call})
	if sig.Results().Len() > 0 {
		body = &ast.ReturnStmt{Return: pos, Results: []ast.Expr{call}}
	}
	block := &ast.BlockStmt{Lbrace: pos, List: []ast.Stmt{body}, Rbrace: pos}
	param := &ast.Field{Names: []*ast.Ident{id(r)}, Type: rt}
	if s.Kind() == types.MethodExpr {
		typ.Params.List = append([]*ast.Field{param}, typ.Params.List...)
		return &ast.FuncLit{Type: typ, Body: block}
	}
	result, _ := b.typeExpr(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()), pos)
	return &ast.CallExpr{Lparen: pos, Rparen: pos, Args: []ast.Expr{recv}, Fun: &ast.FuncLit{
		Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{List: []*ast.Field{param}}, Results: &ast.FieldList{List: []*ast.Field{{Type: result}}}},
		Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ReturnStmt{Return: pos, Results: []ast.Expr{&ast.FuncLit{Type: typ, Body: block}}}}},
	}}
}

// lowerErrorsAs writes out errors.As for a target of one of the session's own
// types, which package errors cannot see behind the interpreter's wrapper:
//
//	func(e error, t *T) bool {
//		for e != nil { if v, ok := e.(T); ok { *t = v; return true }; e = errors.Unwrap(e) }
//		return false
//	}(err, &target)
func (b *builder) lowerErrorsAs(call *ast.CallExpr) ast.Expr {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) != 2 {
		return nil
	}
	f, ok := b.info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != "errors" || f.Name() != "As" {
		return nil
	}
	ptr, ok := b.info.Types[call.Args[1]].Type.(*types.Pointer)
	if !ok || !b.local(ptr.Elem()) {
		return nil
	}
	pos := call.Pos()
	typ := func(t types.Type) ast.Expr { x, _ := b.typeExpr(t, pos); return x }
	if typ(ptr) == nil {
		return nil
	}
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	ret := func(v string) ast.Stmt { return &ast.ReturnStmt{Return: pos, Results: []ast.Expr{id(v)}} }
	e, t, v, found := b.invent("e"), b.invent("t"), b.invent("v"), b.invent("ok")
	return &ast.CallExpr{Lparen: pos, Rparen: pos, Args: call.Args, Fun: &ast.FuncLit{
		Type: &ast.FuncType{Func: pos,
			Params: &ast.FieldList{List: []*ast.Field{
				{Names: []*ast.Ident{id(e)}, Type: id("error")}, {Names: []*ast.Ident{id(t)}, Type: typ(ptr)},
			}},
			Results: &ast.FieldList{List: []*ast.Field{{Type: id("bool")}}},
		},
		Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{
			&ast.ForStmt{For: pos, Cond: &ast.BinaryExpr{X: id(e), OpPos: pos, Op: token.NEQ, Y: id("nil")},
				Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{
					&ast.IfStmt{If: pos,
						Init: &ast.AssignStmt{Lhs: []ast.Expr{id(v), id(found)}, Tok: token.DEFINE, TokPos: pos,
							Rhs: []ast.Expr{&ast.TypeAssertExpr{X: id(e), Lparen: pos, Type: typ(ptr.Elem()), Rparen: pos}}},
						Cond: id(found),
						Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{
							&ast.AssignStmt{Lhs: []ast.Expr{&ast.StarExpr{Star: pos, X: id(t)}}, Tok: token.ASSIGN, TokPos: pos, Rhs: []ast.Expr{id(v)}},
							ret("true"),
						}},
					},
					&ast.AssignStmt{Lhs: []ast.Expr{id(e)}, Tok: token.ASSIGN, TokPos: pos, Rhs: []ast.Expr{
						&ast.CallExpr{Fun: &ast.SelectorExpr{X: id(b.packageName("errors")), Sel: id("Unwrap")}, Args: []ast.Expr{id(e)}}}},
				}}},
			ret("false"),
		}},
	}}
}
