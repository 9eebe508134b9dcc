package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// lowerGo makes a goroutine report its panic to the session:
//
//	go f(x, y)  becomes  go func(f T, a X, b Y) { defer ...; f(a, b) }(f, x, y)
//
// so that function, receiver and arguments are still evaluated at the go
// statement.
func (b *builder) lowerGo(g *ast.GoStmt) ast.Stmt {
	pos := g.Go
	id := func(name string) *ast.Ident { return &ast.Ident{Name: name, NamePos: pos} }
	guard := func() []ast.Stmt {
		// defer func() { if p := recover(); p != nil { cell.Panicked(p) } }()
		return []ast.Stmt{
			&ast.ExprStmt{X: b.call("Enter", pos)},
			&ast.DeferStmt{Defer: pos, Call: &ast.CallExpr{Fun: &ast.FuncLit{
				Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{}},
				Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.IfStmt{
					If:   pos,
					Init: &ast.AssignStmt{Lhs: []ast.Expr{id("p·")}, Tok: token.DEFINE, TokPos: pos, Rhs: []ast.Expr{&ast.CallExpr{Fun: id("recover")}}},
					Cond: &ast.BinaryExpr{X: id("p·"), OpPos: pos, Op: token.NEQ, Y: id("nil")},
					Body: &ast.BlockStmt{Lbrace: pos, Rbrace: pos, List: []ast.Stmt{&ast.ExprStmt{X: b.call("Panicked", pos, id("p·"))}}},
				}, &ast.ExprStmt{X: b.call("Leave", pos)}}},
			}}},
		}
	}
	spawn := func(g *ast.GoStmt) ast.Stmt {
		return &ast.BlockStmt{Lbrace: pos, List: []ast.Stmt{&ast.ExprStmt{X: b.call("Spawn", pos)}, g}, Rbrace: pos}
	}
	if lit, ok := g.Call.Fun.(*ast.FuncLit); ok {
		lit.Body.List = append(guard(), lit.Body.List...)
		return spawn(g)
	}
	var params []*ast.Field
	var args, inner []ast.Expr
	pass := func(x ast.Expr, t types.Type) (ast.Expr, bool) {
		typ, ok := b.typeExpr(t, pos)
		if !ok {
			return nil, false
		}
		name := "a·" + strconv.Itoa(len(params))
		params = append(params, &ast.Field{Names: []*ast.Ident{id(name)}, Type: typ})
		args = append(args, x)
		return id(name), true
	}
	call := *g.Call
	sig, _ := b.signature(g.Call.Fun)
	if sig != nil { // not a builtin
		switch fun := ast.Unparen(g.Call.Fun).(type) {
		case *ast.Ident:
			if _, ok := b.info.Uses[fun].(*types.Func); !ok {
				x, ok := pass(fun, sig)
				if !ok {
					return nil
				}
				call.Fun = x
			}
		case *ast.SelectorExpr:
			sel := b.info.Selections[fun]
			if sel == nil { // a function of a package
				break
			}
			recv, rt := fun.X, b.info.Types[fun.X].Type
			if sel.Kind() == types.FieldVal {
				x, ok := pass(fun, sig)
				if !ok {
					return nil
				}
				call.Fun = x
				break
			}
			f := sel.Obj().(*types.Func)
			if r := f.Signature().Recv(); r != nil {
				if _, ptr := r.Type().(*types.Pointer); ptr && len(sel.Index()) == 1 {
					if _, isPtr := rt.Underlying().(*types.Pointer); !isPtr {
						recv, rt = &ast.UnaryExpr{OpPos: pos, Op: token.AND, X: recv}, types.NewPointer(rt)
					}
				}
			}
			x, ok := pass(recv, rt)
			if !ok {
				return nil
			}
			call.Fun = &ast.SelectorExpr{X: x, Sel: fun.Sel}
		default:
			x, ok := pass(fun, sig)
			if !ok {
				return nil
			}
			call.Fun = x
		}
	}
	for i, a := range g.Call.Args {
		tv := b.info.Types[a]
		if tv.Type == nil || tv.Value != nil || tv.IsNil() || tv.IsType() {
			inner = append(inner, a)
			continue
		}
		t := paramType(sig, i, tv.Type, g.Call.Ellipsis.IsValid())
		x, ok := pass(a, t)
		if !ok {
			return nil
		}
		inner = append(inner, x)
	}
	call.Args = inner
	return spawn(&ast.GoStmt{Go: pos, Call: &ast.CallExpr{
		Fun: &ast.FuncLit{
			Type: &ast.FuncType{Func: pos, Params: &ast.FieldList{Opening: pos, List: params, Closing: pos}},
			Body: &ast.BlockStmt{Lbrace: pos, List: append(guard(), &ast.ExprStmt{X: &call}), Rbrace: pos},
		},
		Lparen: pos, Args: args, Rparen: pos,
	}})
}
