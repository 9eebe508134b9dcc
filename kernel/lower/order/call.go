package order

import (
	"go/ast"
	"go/types"
)

// call walks a call. At the top of a statement nothing is made of its result.
func (o *orderer) call(e *ast.CallExpr, top bool) ast.Expr {
	fun := ast.Unparen(e.Fun)
	if o.info.Types[fun].IsType() {
		return o.conversion(e)
	}
	if name := o.builtin(fun); name != "" {
		return o.builtinCall(e, name, top)
	}
	outer := o.pending
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		if sel := o.info.Selections[f]; sel != nil && sel.Kind() == types.MethodVal {
			o.receiver(f, sel)
		} else {
			o.selector(f)
		}
	default:
		e.Fun = o.expr(e.Fun)
	}
	o.arguments(e)
	if top {
		return e
	}
	if o.pure(fun) {
		return o.early(e, outer, nothing)
	}
	return o.early(e, outer, acts)
}

// receiver walks the value whose method is called.
func (o *orderer) receiver(f *ast.SelectorExpr, sel *types.Selection) {
	if o.takesAddress(f) {
		f.X = o.place(f.X)
		return
	}
	f.X = o.expr(f.X)
	recv := sel.Obj().(*types.Func).Signature().Recv().Type()
	if !isPointer(recv) && isPointer(sel.Recv()) && !isInterface(recv) {
		o.pending |= reads | panics
	}
}

// pure tells a function that gives the same result whenever it is called.
func (o *orderer) pure(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := o.info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Signature().Recv() != nil {
		return false
	}
	switch f.Pkg().Path() {
	case "math", "math/cmplx":
		return true
	}
	return false
}

func (o *orderer) arguments(e *ast.CallExpr) {
	sig, _ := o.typeOf(e.Fun).Underlying().(*types.Signature)
	if len(e.Args) == 1 {
		if t, ok := o.typeOf(e.Args[0]).(*types.Tuple); ok {
			outer := o.pending
			inner := o.call(ast.Unparen(e.Args[0]).(*ast.CallExpr), true)
			if o.count(outer, acts) {
				e.Args = o.temporaries(inner, t, func(int) bool { return false })
			}
			return
		}
	}
	for i, a := range e.Args {
		var to types.Type
		if sig != nil {
			n := sig.Params().Len()
			switch {
			case sig.Variadic() && i >= n-1:
				to = sig.Params().At(n - 1).Type()
				if s, ok := to.Underlying().(*types.Slice); ok && !e.Ellipsis.IsValid() {
					to = s.Elem()
				}
			case i < n:
				to = sig.Params().At(i).Type()
			}
		}
		e.Args[i] = o.value(a, to)
	}
}

// builtin is the name of a built-in function.
func (o *orderer) builtin(fun ast.Expr) string {
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	}
	if id != nil {
		if b, ok := o.info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

func (o *orderer) builtinCall(e *ast.CallExpr, name string, top bool) ast.Expr {
	outer := o.pending
	for i, a := range e.Args {
		switch {
		case o.info.Types[a].IsType():
		case name == "append" && i > 0 && !e.Ellipsis.IsValid():
			if s, ok := o.typeOf(e).Underlying().(*types.Slice); ok {
				e.Args[i] = o.value(a, s.Elem())
				continue
			}
			e.Args[i] = o.expr(a)
		case name == "panic":
			e.Args[i] = o.value(a, anyType)
		case name == "delete" && i == 1:
			if m, ok := o.typeOf(e.Args[0]).Underlying().(*types.Map); ok {
				e.Args[i] = o.key(a, m)
				continue
			}
			e.Args[i] = o.expr(a)
		default:
			e.Args[i] = o.expr(a)
		}
	}
	if top {
		return e
	}
	switch name {
	case "append", "copy", "recover":
		return o.early(e, outer, acts)
	case "make":
		return o.early(e, outer, fails)
	case "len", "cap", "complex", "real", "imag", "min", "max", "new":
		return o.early(e, outer, nothing)
	}
	return e // of unsafe
}

var anyType = types.NewInterfaceType(nil, nil)

func (o *orderer) conversion(e *ast.CallExpr) ast.Expr {
	outer := o.pending
	to := o.typeOf(e)
	e.Args[0] = o.value(e.Args[0], to)
	if _, ok := o.typeOf(e.Args[0]).Underlying().(*types.Slice); ok {
		switch to.Underlying().(type) {
		case *types.Slice:
		case *types.Basic:
			o.pending |= reads
		default:
			o.pending |= reads | panics
		}
		return e
	}
	if _, ok := to.Underlying().(*types.Slice); ok && isString(o.typeOf(e.Args[0])) {
		return o.early(e, outer, nothing)
	}
	return e
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isInterface(t types.Type) bool { return types.IsInterface(t) && !isParameter(t) }

func isParameter(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// ofParameters tells a type that a type parameter is part of.
func ofParameters(t types.Type) bool { return parameterWithin(t, 8) }

// parameterWithin looks so deep only, since a type declared in a function may
// refer to itself.
func parameterWithin(t types.Type, depth int) bool {
	if depth--; depth < 0 {
		return false
	}
	within := func(t types.Type) bool { return parameterWithin(t, depth) }
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if within(a) {
				return true
			}
		}
		o := t.Obj()
		return o.Pkg() != nil && o.Parent() != o.Pkg().Scope() && o.Parent() != nil && within(t.Underlying())
	case *types.Struct:
		for f := range t.Fields() {
			if within(f.Type()) {
				return true
			}
		}
	case *types.Pointer:
		return within(t.Elem())
	case *types.Slice:
		return within(t.Elem())
	case *types.Array:
		return within(t.Elem())
	case *types.Chan:
		return within(t.Elem())
	case *types.Map:
		return within(t.Key()) || within(t.Elem())
	}
	return false
}

// direct tells a type whose values are one pointer.
func (o *orderer) direct(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	case *types.Array:
		return t.Len() == 1 && o.direct(t.Elem())
	case *types.Struct:
		return t.NumFields() == 1 && o.direct(t.Field(0).Type())
	}
	return false
}

// inWord tells values that become an interface's without their address: numbers
// of two bytes and more, strings and slices.
func (o *orderer) inWord(t types.Type) bool {
	if t = types.Default(t); t == types.Typ[types.UntypedNil] || ofParameters(t) {
		return true
	}
	for {
		switch u := t.Underlying().(type) {
		case *types.Basic:
			if u.Info()&types.IsString != 0 {
				return true
			}
			switch o.sizes.Sizeof(u) {
			case 2, 4, 8:
				return u.Kind() != types.UnsafePointer && u.Kind() != types.Complex64
			}
			return false
		case *types.Slice:
			return true
		case *types.Struct:
			if u.NumFields() != 1 {
				return o.plainWord(u)
			}
			t = u.Field(0).Type()
		case *types.Array:
			if u.Len() != 1 {
				return o.plainWord(u)
			}
			t = u.Elem()
		default:
			return false
		}
	}
}

// plainWord tells a composite that has the size and alignment of a number, and
// no pointers.
func (o *orderer) plainWord(t types.Type) bool {
	size := o.sizes.Sizeof(t)
	return (size == 2 || size == 4 || size == 8) && o.sizes.Alignof(t) == size && !hasPointers(t)
}

func hasPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
	case *types.Array:
		return hasPointers(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if hasPointers(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// fastKey tells a map whose keys the runtime takes by their value.
func (o *orderer) fastKey(m *types.Map) bool {
	if ofParameters(m) {
		return true
	}
	if o.sizes.Sizeof(m.Elem()) > 128 {
		return false
	}
	switch k := m.Key().Underlying().(type) {
	case *types.Basic:
		if k.Info()&types.IsString != 0 {
			return true
		}
		size := o.sizes.Sizeof(k)
		return (k.Info()&types.IsInteger != 0 || k.Kind() == types.UnsafePointer) && (size == 4 || size == 8)
	case *types.Pointer, *types.Chan:
		return true
	}
	return false
}
