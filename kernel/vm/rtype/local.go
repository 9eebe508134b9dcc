package rtype

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
)

// A local is a type that is declared in a function. Where such types are type
// arguments the compiler tells them apart by their number in the package, from
// 1 in the order of the text.
type local struct {
	obj    *types.TypeName
	number int
}

// localOf finds a local type by where it is declared: go/ssa makes new type
// names for the instances of a generic function, at the same place.
func (t *Types) localOf(obj *types.TypeName) (local, bool) {
	if obj.Pkg() == nil || obj.Parent() == obj.Pkg().Scope() || !obj.Pos().IsValid() {
		return local{}, false
	}
	known, ok := t.locals[obj.Pkg()]
	if !ok {
		known = localsOf(obj.Pkg())
		t.locals[obj.Pkg()] = known
	}
	l, ok := known[obj.Pos()]
	return l, ok
}

func localsOf(pkg *types.Package) map[token.Pos]local {
	var list []*types.TypeName
	collectLocals(pkg.Scope(), &list)
	slices.SortFunc(list, func(a, b *types.TypeName) int { return cmp.Compare(a.Pos(), b.Pos()) })
	locals := map[token.Pos]local{}
	for i, obj := range list {
		locals[obj.Pos()] = local{obj, i + 1}
	}
	return locals
}

func collectLocals(scope *types.Scope, list *[]*types.TypeName) {
	for child := range scope.Children() {
		for _, name := range child.Names() {
			if obj, ok := child.Lookup(name).(*types.TypeName); ok && !obj.IsAlias() {
				if _, ok := obj.Type().(*types.Named); ok {
					*list = append(*list, obj)
				}
			}
		}
		collectLocals(child, list)
	}
}

// argsAround returns the type arguments of the generic function that a type is
// declared in.
func (t *Types) argsAround(obj *types.TypeName) []types.Type {
	args, ok := t.around[obj]
	if ok || t.conf.Around == nil || obj.Parent() != nil {
		return args
	}
	if _, ok := t.localOf(obj); !ok {
		return nil
	}
	args = t.conf.Around(obj)
	t.around[obj] = args
	return args
}
