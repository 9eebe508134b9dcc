// Package order settles what the Go specification leaves open: when a variable
// is read that a call in the same expression changes. In
//
//	x + f()
//
// golang.org/x/tools/go/ssa reads x first, and Go's compiler calls f first.
// Cells mean what `go run` prints, so the checked syntax is rewritten, before
// go/ssa sees it, to say what the compiler does:
//
//	order·1 := f()
//	x + order·1
//
// The compiler knows two kinds of operations. Early ones take their place in
// the order of the text: calls, receives, slices, len, append and their like,
// && and ||, type assertions that copy, map literals, and values that an
// interface cannot hold in a word. All others, variables, fields, elements,
// dereferences and arithmetic, are late: they wait until the early ones of
// their statement are done, on the left of an assignment, too. A late operation
// may also panic, and does so after the calls.
//
// Only statements in which this can be seen are touched: a late operation that
// memory shared with others decides, or that may panic, before an early one
// that may change it. The names that are made live in registers, so that
// nothing becomes slower.
package order

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"runtime"
)

// Decls rewrites declarations of a package, and the first values of its
// variables, in place; info learns about the syntax that is made. What was
// rewritten before may come again.
func Decls(info *types.Info, pkg *types.Package, decls []ast.Decl) {
	o := &orderer{
		info: info, pkg: pkg, sizes: types.SizesFor("gc", runtime.GOARCH), owner: map[*types.Var]ast.Node{},
		shared: map[*types.Var]bool{}, onHeap: map[*types.Var]bool{}, gotos: map[types.Object][]*ast.BranchStmt{},
	}
	var bodies []func()
	for _, d := range decls {
		o.stays = o.staying(d)
		o.look(d, d)
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if f, ok := info.Defs[n.Name].(*types.Func); ok && n.Body != nil {
					bodies = append(bodies, func() { o.body(n, n.Body, f.Signature()) })
				}
			case *ast.FuncLit:
				if sig, ok := o.typeOf(n).(*types.Signature); ok {
					bodies = append(bodies, func() { o.body(n, n.Body, sig) })
				}
			}
			return true
		})
	}
	for _, f := range bodies {
		f()
	}
	for _, d := range decls {
		o.firstValues(d)
	}
}

type orderer struct {
	info  *types.Info
	pkg   *types.Package
	sizes types.Sizes
	// owner is the function that declares a local variable.
	owner map[*types.Var]ast.Node
	// shared are the local variables that a call may change: another function
	// uses them, or they have an address.
	shared map[*types.Var]bool
	// onHeap are the shared variables of which the compiler takes an address, as
	// far as the syntax tells: those that only functions share that are called
	// and go nowhere are not.
	onHeap map[*types.Var]bool
	// stays are the functions that are called and go nowhere.
	stays map[*ast.FuncLit]bool
	// fn is the function whose body is looked at.
	fn    ast.Node
	gotos map[types.Object][]*ast.BranchStmt
	// results are those of the function whose body is looked at.
	results *types.Tuple
	made    int
	sequence
}

// look notes which local variables are shared. Fn is the function around n.
func (o *orderer) look(n, fn ast.Node) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			if m != n {
				o.look(m, m)
				return false
			}
		case *ast.Ident:
			if v, ok := o.info.Defs[m].(*types.Var); ok && !v.IsField() && !o.global(v) {
				o.owner[v] = fn
			}
			if v, ok := o.info.Uses[m].(*types.Var); ok && o.owner[v] != nil && o.owner[v] != fn {
				o.shared[v] = true
				if lit, ok := fn.(*ast.FuncLit); !ok || !o.stays[lit] {
					o.onHeap[v] = true
				}
			}
		case *ast.CaseClause:
			if v, ok := o.info.Implicits[m].(*types.Var); ok {
				o.owner[v] = fn
			}
		case *ast.UnaryExpr:
			if m.Op == token.AND {
				o.address(m.X)
			}
		case *ast.SliceExpr:
			if _, ok := o.typeOf(m.X).Underlying().(*types.Array); ok {
				o.address(m.X)
			}
		case *ast.SelectorExpr:
			if o.takesAddress(m) {
				o.address(m.X)
			}
		case *ast.BranchStmt:
			if m.Tok == token.GOTO && m.Label != nil {
				l := o.info.Uses[m.Label]
				o.gotos[l] = append(o.gotos[l], m)
			}
		}
		return true
	})
}

// global tells a package-level variable.
func (o *orderer) global(v *types.Var) bool {
	return v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// address notes that the variable that e is a part of has an address.
func (o *orderer) address(e ast.Expr) {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			if v, ok := o.info.Uses[x].(*types.Var); ok {
				o.shared[v], o.onHeap[v] = true, true
			}
			return
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			return
		}
		if isPointer(o.typeOf(e)) {
			return
		}
	}
}

// staying finds the functions that are called and go nowhere: called where they
// stand, or held by a local variable that is only called.
func (o *orderer) staying(d ast.Decl) map[*ast.FuncLit]bool {
	stays := map[*ast.FuncLit]bool{}
	holds := map[types.Object][]*ast.FuncLit{}
	called := map[*ast.Ident]bool{}
	held := func(name, value ast.Expr) {
		id, ok := name.(*ast.Ident)
		lit, isLit := value.(*ast.FuncLit)
		if !ok || !isLit {
			return
		}
		if v := o.info.ObjectOf(id); v != nil {
			holds[v] = append(holds[v], lit)
			called[id] = true // this use is none that lets it go
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if lit, ok := n.Call.Fun.(*ast.FuncLit); ok {
				stays[lit] = false
			}
		case *ast.CallExpr:
			switch f := ast.Unparen(n.Fun).(type) {
			case *ast.FuncLit:
				if _, seen := stays[f]; !seen {
					stays[f] = true
				}
			case *ast.Ident:
				called[f] = true
			}
		case *ast.AssignStmt:
			if len(n.Lhs) == len(n.Rhs) {
				for i := range n.Lhs {
					held(n.Lhs[i], n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, v := range n.Values {
				if i < len(n.Names) {
					held(n.Names[i], v)
				}
			}
		}
		return true
	})
	if len(holds) == 0 {
		return stays
	}
	gone := map[types.Object]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !called[id] {
			if v := o.info.Uses[id]; v != nil {
				gone[v] = true
			}
		}
		return true
	})
	for v, lits := range holds {
		if local, ok := v.(*types.Var); !ok || gone[v] || o.global(local) || local.Parent() == nil {
			continue
		}
		for _, lit := range lits {
			stays[lit] = true
		}
	}
	return stays
}

// takesAddress tells whether a method is taken of the address of a variable.
func (o *orderer) takesAddress(e *ast.SelectorExpr) bool {
	sel := o.info.Selections[e]
	if sel == nil || sel.Kind() != types.MethodVal || isPointer(sel.Recv()) {
		return false
	}
	return isPointer(sel.Obj().(*types.Func).Signature().Recv().Type())
}

// changes tells whether a call may change a variable.
func (o *orderer) changes(v *types.Var) bool {
	return !v.IsField() && (o.owner[v] == nil || o.shared[v])
}

func (o *orderer) typeOf(e ast.Expr) types.Type {
	if t := o.info.TypeOf(e); t != nil {
		return t
	}
	return types.Typ[types.Invalid]
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// variable makes a local variable: the name that declares it.
func (o *orderer) variable(pos token.Pos, t types.Type) (*ast.Ident, *types.Var) {
	o.made++
	v := types.NewVar(pos, o.pkg, fmt.Sprintf("order·%d", o.made), types.Default(t))
	id := &ast.Ident{Name: v.Name(), NamePos: pos}
	o.info.Defs[id] = v
	o.owner[v] = id // its own: nobody shares it
	return id, v
}

// use makes a use of a variable.
func (o *orderer) use(pos token.Pos, v types.Object) *ast.Ident {
	id := &ast.Ident{Name: v.Name(), NamePos: pos}
	o.info.Uses[id] = v
	return id
}

// firstValues rewrites the values that package-level variables begin with. There
// is no place for statements there but a function's.
func (o *orderer) firstValues(d ast.Decl) {
	g, ok := d.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return
	}
	for _, sp := range g.Specs {
		sp := sp.(*ast.ValueSpec)
		for i, e := range sp.Values {
			next := o.inFunction(e)
			if next == e {
				continue
			}
			sp.Values[i] = next
			for _, init := range o.info.InitOrder {
				if init.Rhs == e {
					init.Rhs = next
				}
			}
		}
	}
}

// inFunction returns e, or when its order needs statements, a call of a function
// with them.
func (o *orderer) inFunction(e ast.Expr) ast.Expr {
	if _, ok := o.typeOf(e).(*types.Tuple); ok {
		return e
	}
	x := e
	before := o.ordered(func() { x = o.expr(e) })
	if len(before) == 0 {
		return e
	}
	t := types.Default(o.typeOf(e))
	sig := types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewParam(token.NoPos, o.pkg, "", t)), false)
	pos := e.Pos()
	result := &ast.Ident{Name: "result", NamePos: pos} // go/ssa asks the signature for the type
	typ := &ast.FuncType{Func: pos, Params: &ast.FieldList{}, Results: &ast.FieldList{List: []*ast.Field{{Type: result}}}}
	lit := &ast.FuncLit{Type: typ, Body: &ast.BlockStmt{Lbrace: pos, List: append(before, &ast.ReturnStmt{Return: pos, Results: []ast.Expr{x}}), Rbrace: e.End()}}
	call := &ast.CallExpr{Fun: lit, Lparen: pos, Rparen: e.End()}
	o.info.Types[typ] = types.TypeAndValue{Type: sig}
	o.info.Types[lit] = types.TypeAndValue{Type: sig}
	o.info.Types[call] = types.TypeAndValue{Type: t}
	return call
}
