package vm

import (
	"go/types"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// native compiles the methods of compiled generic types, which have no
// compiled form for types of interpreted code: those of
// sync/atomic.Pointer[T], whose last word is the pointer.
func (f *compiler) native(fn *ssa.Function, args, results []slot) op {
	origin := fn
	if o := fn.Origin(); o != nil {
		origin = o
	}
	obj, _ := origin.Object().(*types.Func)
	if obj == nil || obj.Pkg() == nil || fn.Blocks != nil || obj.Pkg().Path() != "sync/atomic" || len(args) == 0 {
		return nil
	}
	ptr, ok := args[0].typ.Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	if !ok || named.Obj().Name() != "Pointer" || named.TypeArgs().Len() != 1 {
		return nil
	}
	at := f.at
	off := f.m.types.Of(named).Size() - 8
	place := func(fp unsafe.Pointer) *unsafe.Pointer {
		p := *reg[unsafe.Pointer](fp, args[0].off)
		if p == nil {
			hdr(fp).at = at
			nilDeref()
		}
		return (*unsafe.Pointer)(unsafe.Add(p, off))
	}
	word := func(fp unsafe.Pointer, i int) unsafe.Pointer { return *reg[unsafe.Pointer](fp, args[i].off) }
	out := func(fp, p unsafe.Pointer) {
		if len(results) > 0 && results[0].cls != cNone && results[0].off != 0 {
			*reg[unsafe.Pointer](fp, results[0].off) = p
		}
	}
	switch obj.Name() {
	case "Load":
		return func(fp unsafe.Pointer) { out(fp, atomic.LoadPointer(place(fp))) }
	case "Store":
		return func(fp unsafe.Pointer) { atomic.StorePointer(place(fp), word(fp, 1)) }
	case "Swap":
		return func(fp unsafe.Pointer) { out(fp, atomic.SwapPointer(place(fp), word(fp, 1))) }
	case "CompareAndSwap":
		return func(fp unsafe.Pointer) {
			ok := atomic.CompareAndSwapPointer(place(fp), word(fp, 1), word(fp, 2))
			if len(results) > 0 && results[0].off != 0 {
				*reg[bool](fp, results[0].off) = ok
			}
		}
	}
	return nil
}
