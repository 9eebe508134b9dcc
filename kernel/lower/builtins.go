package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// lowerBuiltin replaces min, max and clear, which yaegi does not have.
func (b *builder) lowerBuiltin(call *ast.CallExpr) ast.Expr {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return nil
	}
	if _, ok := b.info.Uses[id].(*types.Builtin); !ok {
		return nil
	}
	pos := call.Pos()
	switch id.Name {
	case "min", "max":
		tv := b.info.Types[call]
		t := types.Default(tv.Type)
		if tv.Value != nil {
			if x, ok := b.constant(tv.Value, t, pos); ok {
				return x
			}
			return nil
		}
		basic, ok := t.Underlying().(*types.Basic)
		if !ok {
			b.errorf(pos, "%s of type parameters is not supported here", id.Name)
			return nil
		}
		args := make([]ast.Expr, len(call.Args))
		for i, a := range call.Args {
			args[i] = &ast.CallExpr{Fun: &ast.Ident{Name: basic.Name(), NamePos: a.Pos()}, Args: []ast.Expr{a}}
		}
		name := strings.ToUpper(id.Name[:1]) + id.Name[1:] + strings.ToUpper(basic.Name()[:1]) + basic.Name()[1:]
		out := b.call(name, pos, args...)
		if types.Identical(t, basic) {
			return out
		}
		typ, ok := b.typeExpr(t, pos)
		if !ok {
			return nil
		}
		return &ast.CallExpr{Fun: typ, Args: []ast.Expr{out}}
	case "clear":
		return b.call("Clear", pos, call.Args...)
	case "print", "println":
		return b.call(strings.ToUpper(id.Name[:1])+id.Name[1:], pos, call.Args...)
	}
	return nil
}

// constant writes a constant as a conversion of a literal.
func (b *builder) constant(v constant.Value, t types.Type, pos token.Pos) (ast.Expr, bool) {
	var lit ast.Expr
	switch v.Kind() {
	case constant.String:
		lit = text(constant.StringVal(v), pos)
	case constant.Int:
		lit = &ast.BasicLit{ValuePos: pos, Kind: token.INT, Value: v.ExactString()}
	case constant.Float:
		f, _ := constant.Float64Val(v)
		lit = &ast.BasicLit{ValuePos: pos, Kind: token.FLOAT, Value: strconv.FormatFloat(f, 'e', -1, 64)}
	default:
		return nil, false
	}
	typ, ok := b.typeExpr(t, pos)
	return &ast.CallExpr{Fun: typ, Args: []ast.Expr{lit}}, ok
}

// lowerFatal replaces the methods of log.Logger that end the process.
func (b *builder) lowerFatal(sel *ast.SelectorExpr) ast.Expr {
	s := b.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || s.Obj().Pkg() == nil || s.Obj().Pkg().Path() != "log" {
		return nil
	}
	switch s.Obj().Name() {
	case "Fatal", "Fatalf", "Fatalln":
		x := sel.X
		if _, ok := b.info.Types[sel.X].Type.Underlying().(*types.Pointer); !ok {
			x = &ast.UnaryExpr{OpPos: sel.Pos(), Op: token.AND, X: x}
		}
		return b.call(s.Obj().Name(), sel.Pos(), x)
	}
	return nil
}
