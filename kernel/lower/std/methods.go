package std

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// Method returns the function that stands for a method of a compiled package's
// generic type: its type parameters are the type's, and its first parameter is
// the receiver. Obj may be the method of an instance.
func (l *Library) Method(obj *types.Func) (*types.Func, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, _, err := l.method(obj)
	return f, err == nil && f != nil
}

func (l *Library) method(obj *types.Func) (*types.Func, *Package, error) {
	obj = obj.Origin()
	named := receiver(obj)
	if named == nil || named.TypeParams().Len() == 0 {
		return nil, nil, nil
	}
	p, err := l.companion(obj.Pkg().Path())
	if err != nil || p == nil {
		return nil, nil, err
	}
	f, _ := p.Types.Scope().Lookup(named.Obj().Name() + "_" + obj.Name()).(*types.Func)
	return f, p, nil
}

// receiver is the named type that a method belongs to.
func receiver(obj *types.Func) *types.Named {
	recv := obj.Signature().Recv()
	if recv == nil || obj.Pkg() == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// Instance returns a package with one function, Call, that calls the function
// standing for obj with type arguments: a generic function of a compiled
// package, or a method of a generic type, whose receiver is then Call's first
// parameter. It comes after the companions that it needs.
//
// With it an engine gets the body of a method that no cell calls by name, as
// when an atomic.Pointer[T] becomes an interface value: go/ssa makes instances
// only of what it finds called.
func (l *Library) Instance(obj *types.Func, targs []types.Type) ([]*Package, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, p, err := l.function(obj)
	if err == nil && f == nil {
		f, p, err = l.method(obj)
	}
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fmt.Errorf("std: Instance: %s has no companion", obj.FullName())
	}
	inst, err := types.Instantiate(nil, f.Type(), targs, true)
	if err != nil {
		return nil, fmt.Errorf("std: Instance: %s: %w", obj.FullName(), err)
	}
	sig := inst.(*types.Signature)
	l.instances++
	pkg := types.NewPackage(fmt.Sprintf("%sinstance/%d", Prefix, l.instances), "instance")
	stand := types.NewFunc(token.NoPos, pkg, "Companion", f.Signature())
	pkg.Scope().Insert(stand)
	file, err := l.call(pkg, targs, sig)
	if err != nil {
		return nil, fmt.Errorf("std: Instance: %s: %w", obj.FullName(), err)
	}
	shim, err := l.check(pkg, []*ast.File{file})
	if err != nil {
		return nil, fmt.Errorf("std: Instance: %s: %w", obj.FullName(), err)
	}
	for id, o := range shim.Info.Uses {
		if o == stand { // a function of this package only for the check
			shim.Info.Uses[id] = f
		}
	}
	shim.needs = []*Package{p}
	return shim.appendTo(nil), nil
}

// call returns the source of a function that calls Companion, and enters names
// for the types of its signature in the package's scope: what they are called
// elsewhere may be local to a function, or not exported. So instances with as
// many parameters share their source.
func (l *Library) call(pkg *types.Package, targs []types.Type, sig *types.Signature) (*ast.File, error) {
	name := func(letter string, i int, t types.Type) string {
		id := fmt.Sprintf("%s%d", letter, i)
		pkg.Scope().Insert(types.NewTypeName(token.NoPos, pkg, id, t))
		return id
	}
	var args, params, results, values []string
	for i, t := range targs {
		args = append(args, name("T", i, t))
	}
	for i := range sig.Params().Len() {
		params = append(params, fmt.Sprintf("a%d %s", i, name("P", i, sig.Params().At(i).Type())))
		values = append(values, fmt.Sprintf("a%d", i))
	}
	for i := range sig.Results().Len() {
		results = append(results, name("R", i, sig.Results().At(i).Type()))
	}
	spread, back := "", ""
	if sig.Variadic() {
		spread = "..."
	}
	if len(results) > 0 {
		back = "return "
	}
	src := fmt.Sprintf("package instance\n\nfunc Call(%s) (%s) { %sCompanion[%s](%s%s) }\n",
		strings.Join(params, ", "), strings.Join(results, ", "), back, strings.Join(args, ", "), strings.Join(values, ", "), spread)
	if file, ok := l.calls[src]; ok {
		return file, nil
	}
	file, err := parser.ParseFile(l.fset, Prefix+"instance/call.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	l.calls[src] = file
	return file, nil
}
