package vm

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// noteLocals remembers for the types that an instance of a generic function
// declares what the type arguments are: they belong to the types' names.
func (f *compiler) noteLocals() {
	var args []types.Type
	for fn := f.fn; fn != nil; fn = fn.Parent() {
		if fn.Origin() != nil && len(fn.TypeArgs()) > 0 {
			args = fn.TypeArgs()
		}
	}
	if len(args) == 0 {
		return
	}
	seen := map[types.Type]bool{}
	var visit func(t types.Type)
	visit = func(t types.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if obj := t.Origin().Obj(); obj.Parent() == nil && obj.Pkg() != nil {
				if _, ok := f.m.around.LoadOrStore(obj, args); !ok {
					visit(t.Underlying())
				}
			}
			for a := range t.TypeArgs().Types() {
				visit(a)
			}
		case *types.Pointer:
			visit(t.Elem())
		case *types.Slice:
			visit(t.Elem())
		case *types.Array:
			visit(t.Elem())
		case *types.Chan:
			visit(t.Elem())
		case *types.Map:
			visit(t.Key())
			visit(t.Elem())
		case *types.Signature:
			visit(t.Params())
			visit(t.Results())
		case *types.Tuple:
			for v := range t.Variables() {
				visit(v.Type())
			}
		case *types.Struct:
			for v := range t.Fields() {
				visit(v.Type())
			}
		}
	}
	var operands []*ssa.Value
	for _, blk := range f.fn.Blocks {
		for _, in := range blk.Instrs {
			if v, ok := in.(ssa.Value); ok {
				visit(v.Type())
			}
			if a, ok := in.(*ssa.TypeAssert); ok {
				visit(a.AssertedType)
			}
			operands = in.Operands(operands[:0])
			for _, o := range operands {
				if *o != nil {
					visit((*o).Type())
				}
			}
		}
	}
}

// typesAround answers rtype.
func (m *Machine) typesAround(obj *types.TypeName) []types.Type {
	if v, ok := m.around.Load(obj); ok {
		return v.([]types.Type)
	}
	return nil
}
