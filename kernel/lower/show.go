package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// Qualify writes package names as a user does.
func Qualify(p *types.Package) string {
	if p.Path() == "main" {
		return ""
	}
	return p.Name()
}

// showLast replaces the last expression of a cell by calls that take its
// values to the session.
func (b *builder) showLast(stmts []ast.Stmt) []ast.Stmt {
	if len(stmts) == 0 {
		return stmts
	}
	es, ok := stmts[len(stmts)-1].(*ast.ExprStmt)
	if !ok {
		return stmts
	}
	tv := b.info.Types[es.X]
	if tv.IsVoid() || tv.Type == nil || b.prints(es.X) {
		return stmts
	}
	pos := es.X.Pos()
	show := func(x ast.Expr, t types.Type, fails bool) ast.Stmt {
		name := types.TypeString(t, Qualify)
		switch {
		case fails && types.Identical(t, types.Universe.Lookup("error").Type()):
			return &ast.ExprStmt{X: b.call("Fail", pos, x)}
		case isFunc(t):
			if id, ok := x.(*ast.Ident); ok {
				name = "func " + id.Name + strings.TrimPrefix(name, "func")
			}
			return &ast.ExprStmt{X: b.call("Text", pos, text(name, pos))}
		case b.local(t):
			for _, m := range []string{"Show", "Error", "String"} {
				if b.hasMethod(t, m) {
					kind := "Value"
					if m == "Error" || m == "String" {
						kind = "Text"
					}
					return &ast.ExprStmt{X: b.call(kind, pos, &ast.CallExpr{Fun: &ast.SelectorExpr{X: x, Sel: ast.NewIdent(m)}})}
				}
			}
			return &ast.ExprStmt{X: b.call("Named", pos, text(name, pos), x)}
		}
		return &ast.ExprStmt{X: b.call("Value", pos, x)}
	}
	out := stmts[: len(stmts)-1 : len(stmts)-1]
	b.unit.Shows = true
	_, isCall := ast.Unparen(es.X).(*ast.CallExpr)
	tuple, ok := tv.Type.(*types.Tuple)
	if !ok {
		return append(out, show(es.X, tv.Type, isCall))
	}
	var lhs []ast.Expr
	var shows []ast.Stmt
	for i := 0; i < tuple.Len(); i++ {
		name := "value·" + strconv.Itoa(i)
		lhs = append(lhs, &ast.Ident{Name: name, NamePos: pos})
		shows = append(shows, show(&ast.Ident{Name: name, NamePos: pos}, tuple.At(i).Type(), true))
	}
	block := append([]ast.Stmt{&ast.AssignStmt{Lhs: lhs, TokPos: pos, Tok: token.DEFINE, Rhs: []ast.Expr{es.X}}}, shows...)
	return append(out, &ast.BlockStmt{Lbrace: pos, List: block, Rbrace: pos})
}

func isFunc(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Signature)
	return ok
}

// local tells whether a type is one of the session's own, or pointers, slices
// or arrays of one.
func (b *builder) local(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return t.Obj().Pkg() == b.pkg
	case *types.Pointer:
		return b.local(t.Elem())
	case *types.Slice:
		return b.local(t.Elem())
	case *types.Array:
		return b.local(t.Elem())
	}
	return false
}

func (b *builder) hasMethod(t types.Type, name string) bool {
	sel, _, _ := types.LookupFieldOrMethod(t, false, b.pkg, name)
	f, ok := sel.(*types.Func)
	if !ok || f.Signature().Params().Len() != 0 || f.Signature().Results().Len() != 1 {
		return false
	}
	res := f.Signature().Results().At(0).Type().String()
	if name == "Show" {
		return strings.HasSuffix(res, "neuro/display.Bundle")
	}
	return res == "string"
}

// prints tells whether an expression is a call of fmt's printing functions,
// whose results nobody wants to see.
func (b *builder) prints(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := b.info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != "fmt" {
		return false
	}
	switch f.Name() {
	case "Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln":
		return true
	}
	return false
}
