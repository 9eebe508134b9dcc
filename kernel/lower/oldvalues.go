package lower

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// oldValues tells of the variables that keep values of types which the cell
// declares anew, also by giving them methods.
func (b *builder) oldValues() (notes []string) {
	for n, o := range b.names {
		old := b.scope.names[n]
		if o.Kind != "type" || old == nil || old.Kind != "type" || old.obj == o.obj {
			continue
		}
		var vars []string
		for _, v := range b.scope.names {
			if v.Kind == "variable" && b.names[v.Name] == nil && !b.gone[v.Name] && madeOf(v.Type, old.obj, map[types.Type]bool{}) {
				vars = append(vars, v.Name)
			}
		}
		if len(vars) == 0 {
			continue
		}
		slices.Sort(vars)
		verb := "keeps"
		if len(vars) > 1 {
			verb = "keep"
		}
		notes = append(notes, fmt.Sprintf("%s %s the earlier type %s; run what made them again", strings.Join(vars, ", "), verb, n))
	}
	slices.Sort(notes)
	return notes
}

// madeOf tells whether a named type is part of a type.
func madeOf(t types.Type, name types.Object, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	in := func(t types.Type) bool { return madeOf(t, name, seen) }
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return t.Obj() == name || slices.ContainsFunc(slices.Collect(t.TypeArgs().Types()), in) || t.Obj().Pkg() == name.Pkg() && in(t.Underlying())
	case *types.Pointer:
		return in(t.Elem())
	case *types.Slice:
		return in(t.Elem())
	case *types.Array:
		return in(t.Elem())
	case *types.Chan:
		return in(t.Elem())
	case *types.Map:
		return in(t.Key()) || in(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if in(f.Type()) {
				return true
			}
		}
	}
	return false
}
