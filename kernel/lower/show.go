package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// HelperPath is the import path of the package through which a cell hands its
// values to the session. It has the functions
//
//	func Value(v any)      // the value of the last expression
//	func Text(text string) // what stands for a value that has no text
//	func Fail(err error)   // an error that a call returned, nil or not
const HelperPath = "neurorepl/cell"

var helpers = func() map[string]*types.Func {
	pkg := types.NewPackage(HelperPath, "cell")
	out := map[string]*types.Func{}
	for name, t := range map[string]types.Type{
		"Value": types.NewInterfaceType(nil, nil), "Text": types.Typ[types.String], "Fail": types.Universe.Lookup("error").Type(),
	} {
		params := types.NewTuple(types.NewParam(token.NoPos, pkg, "x", t))
		f := types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(nil, nil, nil, params, nil, false))
		pkg.Scope().Insert(f)
		out[name] = f
	}
	pkg.MarkComplete()
	return out
}()

// help makes a call of a helper.
func (b *builder) help(name string, arg ast.Expr) ast.Stmt {
	f := helpers[name]
	call := &ast.CallExpr{Fun: b.ident(name, arg.Pos(), f), Lparen: arg.Pos(), Args: []ast.Expr{arg}, Rparen: arg.End()}
	b.info.Types[call] = types.TypeAndValue{Type: types.NewTuple()}
	return &ast.ExprStmt{X: call}
}

// literal makes a string literal.
func (b *builder) literal(s string, pos token.Pos) ast.Expr {
	lit := &ast.BasicLit{ValuePos: pos, Kind: token.STRING}
	b.info.Types[lit] = types.TypeAndValue{Type: types.Typ[types.String], Value: constant.MakeString(s)}
	return lit
}

// showLast replaces the last expression of a cell by calls that hand its
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
	out := stmts[: len(stmts)-1 : len(stmts)-1]
	b.unit.Shows = true
	_, isCall := ast.Unparen(es.X).(*ast.CallExpr)
	tuple, ok := tv.Type.(*types.Tuple)
	if !ok {
		return append(out, b.show(es.X, tv.Type, isCall)...)
	}
	set := &ast.AssignStmt{TokPos: pos, Tok: token.DEFINE, Rhs: []ast.Expr{es.X}}
	var shows []ast.Stmt
	for i := range tuple.Len() {
		t := tuple.At(i).Type()
		v := types.NewVar(pos, b.pkg, fmt.Sprint("value·", i), t)
		id := &ast.Ident{Name: v.Name(), NamePos: pos}
		b.info.Defs[id] = v
		set.Lhs = append(set.Lhs, id)
		shows = append(shows, b.show(b.ident(v.Name(), pos, v), t, true)...)
	}
	return append(append(out, set), shows...)
}

// show shows one value; fails tells that an error is not a value but why the
// cell failed.
func (b *builder) show(x ast.Expr, t types.Type, fails bool) []ast.Stmt {
	switch u := t.Underlying().(type) {
	case *types.Signature:
		name := types.TypeString(t, Qualify)
		if id, ok := x.(*ast.Ident); ok && !strings.Contains(id.Name, "·") {
			name = "func " + id.Name + strings.TrimPrefix(name, "func")
		}
		eval := &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_", NamePos: x.Pos()}}, TokPos: x.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{x}}
		return []ast.Stmt{eval, b.help("Text", b.literal(name, x.Pos()))}
	case *types.Basic:
		if u.Info()&types.IsUntyped != 0 {
			if c := b.info.Types[x].Value; c != nil && !fits(c, u) {
				return []ast.Stmt{b.help("Text", b.literal(c.ExactString(), x.Pos()))}
			}
			b.typed(x, u)
		}
	}
	if fails && types.Identical(t, types.Universe.Lookup("error").Type()) {
		return []ast.Stmt{b.help("Fail", x)}
	}
	return []ast.Stmt{b.help("Value", x)}
}

// fits tells whether a constant can have its default type.
func fits(c constant.Value, u *types.Basic) bool {
	switch u.Kind() {
	case types.UntypedInt:
		_, ok := constant.Int64Val(constant.ToInt(c))
		return ok
	case types.UntypedFloat:
		f, _ := constant.Float64Val(c)
		return f-f == 0 // not infinite
	}
	return true
}

// typed gives an expression that was left untyped its default type, as an
// assignment would.
func (b *builder) typed(x ast.Expr, u *types.Basic) {
	tv := b.info.Types[x]
	if basic, ok := tv.Type.(*types.Basic); !ok || basic.Info()&types.IsUntyped == 0 {
		return
	}
	tv.Type = types.Default(u)
	if u.Kind() == types.UntypedNil {
		tv.Type = types.NewInterfaceType(nil, nil)
	}
	b.info.Types[x] = tv
	switch x := x.(type) {
	case *ast.ParenExpr:
		b.typed(x.X, u)
	case *ast.UnaryExpr:
		b.typed(x.X, u)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ: // the operands have types
		case token.SHL, token.SHR:
			b.typed(x.X, u)
		default:
			b.typed(x.X, u)
			b.typed(x.Y, u)
		}
	}
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
