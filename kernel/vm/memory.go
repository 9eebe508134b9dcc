package vm

import (
	"go/token"
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// An address is an operation that gives the place of a variable.
type address = func(fp unsafe.Pointer) unsafe.Pointer

func (f *compiler) alloc(in *ssa.Alloc) op {
	d := f.slot(in).off
	elem := in.Type().Underlying().(*types.Pointer).Elem()
	rt := f.rtype(elem)
	if in.Heap {
		if size := typeOf(rt).Size(); size > 1<<20 {
			m, at, slice := f.m, f.at, in.Comment == "makeslice"
			return func(fp unsafe.Pointer) {
				hdr(fp).at = at
				if size > 1<<47 && slice {
					panicLen()
				}
				m.reserve(1, size)
				*reg[unsafe.Pointer](fp, d) = unsafeNew(rt)
			}
		}
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, d) = unsafeNew(rt) }
	}
	box := f.b.temps[in][0].off
	t := typeOf(rt)
	size := t.Size()
	switch {
	case size == 8 && !hasPointers(rt):
		return func(fp unsafe.Pointer) {
			p := *reg[unsafe.Pointer](fp, box)
			*(*uint64)(p) = 0
			*reg[unsafe.Pointer](fp, d) = p
		}
	case !hasPointers(rt):
		return func(fp unsafe.Pointer) {
			p := *reg[unsafe.Pointer](fp, box)
			clear(unsafe.Slice((*byte)(p), size))
			*reg[unsafe.Pointer](fp, d) = p
		}
	}
	return func(fp unsafe.Pointer) {
		p := *reg[unsafe.Pointer](fp, box)
		memclrHasPointers(p, size)
		*reg[unsafe.Pointer](fp, d) = p
	}
}

// addressOf compiles an address for a load or store: a register, or the
// instruction that makes the address when only this one uses it.
func (f *compiler) addressOf(v ssa.Value) address {
	switch in := v.(type) {
	case *ssa.FieldAddr:
		if f.inline(in) {
			return f.fieldAddress(in)
		}
	case *ssa.IndexAddr:
		if f.inline(in) {
			return f.indexAddress(in)
		}
	}
	s := f.slot(v).off
	return func(fp unsafe.Pointer) unsafe.Pointer { return *reg[unsafe.Pointer](fp, s) }
}

// inline tells whether an address is made where it is used: it has one user,
// a load right behind it or a store in the same block. (The compiler of Go
// also looks at bounds when it stores, after the right side is evaluated.)
func (f *compiler) inline(in ssa.Instruction) bool {
	v := in.(ssa.Value)
	refs := *v.Referrers()
	if len(refs) != 1 || refs[0].Block() != in.Block() {
		return false
	}
	switch r := refs[0].(type) {
	case *ssa.Store:
		return r.Addr == v && r.Val != v
	case *ssa.UnOp:
		list := in.Block().Instrs
		for i, x := range list {
			if x == in {
				return i+1 < len(list) && list[i+1] == ssa.Instruction(r)
			}
		}
	}
	return false
}

func (f *compiler) load(in *ssa.UnOp, d, x slot) op {
	at := f.at
	o := d.off
	if f.onlyLength(in) {
		return nil
	}
	if ia, ok := in.X.(*ssa.IndexAddr); ok && f.inline(ia) {
		if fast := f.loadIndexed(ia, d); fast != nil {
			return fast
		}
	}
	if g, ok := in.X.(*ssa.Global); ok {
		p := f.p.global(g)
		switch d.cls {
		case c8:
			return func(fp unsafe.Pointer) { *reg[uint64](fp, o) = *(*uint64)(p) }
		case cPtr:
			return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, o) = *(*unsafe.Pointer)(p) }
		case cSlice:
			return func(fp unsafe.Pointer) { *reg[[]byte](fp, o) = *(*[]byte)(p) }
		}
	}
	var plain bool
	switch a := in.X.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr:
		plain = !f.inline(a.(ssa.Instruction))
	default:
		plain = true
	}
	if plain {
		a := f.slot(in.X).off
		switch d.cls {
		case c8:
			return func(fp unsafe.Pointer) {
				hdr(fp).at = at
				*reg[uint64](fp, o) = **reg[*uint64](fp, a)
			}
		case cPtr:
			return func(fp unsafe.Pointer) {
				hdr(fp).at = at
				*reg[unsafe.Pointer](fp, o) = **reg[*unsafe.Pointer](fp, a)
			}
		}
	}
	a := f.addressOf(in.X)
	var rt unsafe.Pointer
	if d.cls == cBox {
		rt = f.rtype(d.typ)
	}
	switch d.cls {
	case c1:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[uint8](fp, o) = *(*uint8)(a(fp))
		}
	case c2:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[uint16](fp, o) = *(*uint16)(a(fp))
		}
	case c4:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[uint32](fp, o) = *(*uint32)(a(fp))
		}
	case c8:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[uint64](fp, o) = *(*uint64)(a(fp))
		}
	case c16:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[complex128](fp, o) = *(*complex128)(a(fp))
		}
	case cPtr:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[unsafe.Pointer](fp, o) = *(*unsafe.Pointer)(a(fp))
		}
	case cString:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[string](fp, o) = *(*string)(a(fp))
		}
	case cSlice:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[[]byte](fp, o) = *(*[]byte)(a(fp))
		}
	case cIface:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*reg[iface](fp, o) = *(*iface)(a(fp))
		}
	case cBox:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			p := a(fp)
			if p == nil {
				nilDeref()
			}
			typedmemmove(rt, *reg[unsafe.Pointer](fp, o), p)
		}
	}
	f.fail(in.Pos(), "load of %s", in.Type())
	return nil
}

// onlyLength tells whether a load is that of the array of a range whose length
// alone is wanted: `for i := range *p` does not look at *p, which ssa loads all
// the same.
func (f *compiler) onlyLength(in *ssa.UnOp) bool {
	if _, ok := in.Type().Underlying().(*types.Array); !ok || len(*in.Referrers()) > 0 {
		return false
	}
	if _, ok := in.X.(*ssa.Call); ok {
		return false
	}
	list := in.Block().Instrs
	n := len(list)
	_, jump := list[n-1].(*ssa.Jump)
	return jump && n > 1 && list[n-2] == ssa.Instruction(in) && in.Block().Succs[0].Comment == "rangeindex.loop"
}

func (f *compiler) store(in *ssa.Store) op {
	at := f.at
	v := f.slot(in.Val)
	x := v.off
	if fa, ok := in.Addr.(*ssa.FieldAddr); ok {
		st := fa.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		if st.Field(fa.Field).Name() == "_" { // stays zero
			return nil
		}
	}
	if ia, ok := in.Addr.(*ssa.IndexAddr); ok && f.inline(ia) {
		if fast := f.storeIndexed(ia, v); fast != nil {
			return fast
		}
	}
	if g, ok := in.Addr.(*ssa.Global); ok {
		p := f.p.global(g)
		switch v.cls {
		case c8:
			return func(fp unsafe.Pointer) { *(*uint64)(p) = *reg[uint64](fp, x) }
		case cPtr:
			return func(fp unsafe.Pointer) { *(*unsafe.Pointer)(p) = *reg[unsafe.Pointer](fp, x) }
		}
	}
	a := f.addressOf(in.Addr)
	switch v.cls {
	case c1:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*uint8)(a(fp)) = *reg[uint8](fp, x)
		}
	case c2:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*uint16)(a(fp)) = *reg[uint16](fp, x)
		}
	case c4:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*uint32)(a(fp)) = *reg[uint32](fp, x)
		}
	case c8:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*uint64)(a(fp)) = *reg[uint64](fp, x)
		}
	case c16:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*complex128)(a(fp)) = *reg[complex128](fp, x)
		}
	case cPtr:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*unsafe.Pointer)(a(fp)) = *reg[unsafe.Pointer](fp, x)
		}
	case cString:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*string)(a(fp)) = *reg[string](fp, x)
		}
	case cSlice:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*[]byte)(a(fp)) = *reg[[]byte](fp, x)
		}
	case cIface:
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*iface)(a(fp)) = *reg[iface](fp, x)
		}
	case cBox:
		rt := f.rtype(v.typ)
		return func(fp unsafe.Pointer) {
			hdr(fp).at = at
			p := a(fp)
			if p == nil {
				nilDeref()
			}
			typedmemmove(rt, p, *reg[unsafe.Pointer](fp, x))
		}
	}
	f.fail(in.Pos(), "store of %s", in.Val.Type())
	return nil
}

// fieldOffset is where a field lies in its struct.
func (f *compiler) fieldOffset(st types.Type, i int) uintptr {
	return f.m.types.Of(st).Field(i).Offset
}

func (f *compiler) fieldAddress(in *ssa.FieldAddr) address {
	x := f.slot(in.X).off
	off := f.fieldOffset(in.X.Type().Underlying().(*types.Pointer).Elem(), in.Field)
	at := f.at
	return func(fp unsafe.Pointer) unsafe.Pointer {
		p := *reg[unsafe.Pointer](fp, x)
		if p == nil {
			hdr(fp).at = at
			nilDeref()
		}
		return unsafe.Add(p, off)
	}
}

func (f *compiler) fieldAddr(in *ssa.FieldAddr) op {
	if f.inline(in) {
		return nil
	}
	d, a := f.slot(in).off, f.fieldAddress(in)
	return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, d) = a(fp) }
}

func (f *compiler) field(in *ssa.Field) op {
	x, d := f.slot(in.X), f.slot(in)
	off := f.fieldOffset(in.X.Type(), in.Field)
	return f.copyFrom(d, func(fp unsafe.Pointer) unsafe.Pointer { return unsafe.Add(x.at(fp), off) })
}

// copyFrom copies a value at an address, which is not nil, to a register.
func (f *compiler) copyFrom(d slot, a address) op {
	o := d.off
	switch d.cls {
	case c1:
		return func(fp unsafe.Pointer) { *reg[uint8](fp, o) = *(*uint8)(a(fp)) }
	case c2:
		return func(fp unsafe.Pointer) { *reg[uint16](fp, o) = *(*uint16)(a(fp)) }
	case c4:
		return func(fp unsafe.Pointer) { *reg[uint32](fp, o) = *(*uint32)(a(fp)) }
	case c8:
		return func(fp unsafe.Pointer) { *reg[uint64](fp, o) = *(*uint64)(a(fp)) }
	case c16:
		return func(fp unsafe.Pointer) { *reg[complex128](fp, o) = *(*complex128)(a(fp)) }
	case cPtr:
		return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, o) = *(*unsafe.Pointer)(a(fp)) }
	case cString:
		return func(fp unsafe.Pointer) { *reg[string](fp, o) = *(*string)(a(fp)) }
	case cSlice:
		return func(fp unsafe.Pointer) { *reg[[]byte](fp, o) = *(*[]byte)(a(fp)) }
	case cIface:
		return func(fp unsafe.Pointer) { *reg[iface](fp, o) = *(*iface)(a(fp)) }
	}
	rt := f.rtype(d.typ)
	return func(fp unsafe.Pointer) { typedmemmove(rt, *reg[unsafe.Pointer](fp, o), a(fp)) }
}

// index reads an index register of any integer kind and stops when it is out
// of range.
func (f *compiler) indexer(v ssa.Value) func(fp unsafe.Pointer, n int) int {
	s, at := f.slot(v).off, f.at
	switch kindOf(v.Type()) {
	case types.Int8:
		return checked[int8](s, at)
	case types.Int16:
		return checked[int16](s, at)
	case types.Int32:
		return checked[int32](s, at)
	case types.Uint8:
		return checked[uint8](s, at)
	case types.Uint16:
		return checked[uint16](s, at)
	case types.Uint32:
		return checked[uint32](s, at)
	case types.Uint, types.Uint64, types.Uintptr:
		return checked[uint64](s, at)
	}
	return checked[int](s, at)
}

func checked[I integer](s uintptr, at token.Pos) func(fp unsafe.Pointer, n int) int {
	return func(fp unsafe.Pointer, n int) int {
		i := *reg[I](fp, s)
		if uint64(i) >= uint64(n) {
			hdr(fp).at = at
			badIndex(i, n)
		}
		return int(i)
	}
}

func isInt(t types.Type) bool {
	k := kindOf(t)
	return k == types.Int || k == types.Int64
}

func (f *compiler) indexAddress(in *ssa.IndexAddr) address {
	x := f.slot(in.X).off
	at := f.at
	switch t := in.X.Type().Underlying().(type) {
	case *types.Slice:
		size := f.m.types.Of(t.Elem()).Size()
		if isInt(in.Index.Type()) {
			s := f.slot(in.Index).off
			return func(fp unsafe.Pointer) unsafe.Pointer {
				h, i := reg[sliceHeader](fp, x), *reg[int](fp, s)
				if uint(i) >= uint(h.n) {
					hdr(fp).at = at
					badIndex(i, h.n)
				}
				return unsafe.Add(h.p, uintptr(i)*size)
			}
		}
		index := f.indexer(in.Index)
		return func(fp unsafe.Pointer) unsafe.Pointer {
			h := reg[sliceHeader](fp, x)
			return unsafe.Add(h.p, uintptr(index(fp, h.n))*size)
		}
	case *types.Pointer:
		arr := t.Elem().Underlying().(*types.Array)
		n := int(arr.Len())
		size := f.m.types.Of(arr.Elem()).Size()
		index := f.indexer(in.Index)
		return func(fp unsafe.Pointer) unsafe.Pointer {
			p := *reg[unsafe.Pointer](fp, x)
			if p == nil {
				hdr(fp).at = at
				nilDeref()
			}
			return unsafe.Add(p, uintptr(index(fp, n))*size)
		}
	}
	f.fail(in.Pos(), "index of %s", in.X.Type())
	return nil
}

func (f *compiler) indexAddr(in *ssa.IndexAddr) op {
	if f.inline(in) {
		return nil
	}
	d, a := f.slot(in).off, f.indexAddress(in)
	return func(fp unsafe.Pointer) { *reg[unsafe.Pointer](fp, d) = a(fp) }
}

// loadIndexed is s[i] for a slice and an int, in one.
func (f *compiler) loadIndexed(in *ssa.IndexAddr, d slot) op {
	if _, ok := in.X.Type().Underlying().(*types.Slice); !ok || !isInt(in.Index.Type()) {
		return nil
	}
	x, s, at := f.slot(in.X).off, f.slot(in.Index).off, f.at
	o := d.off
	switch d.cls {
	case c1:
		return indexLoad[uint8](o, x, s, at)
	case c4:
		return indexLoad[uint32](o, x, s, at)
	case c8:
		return indexLoad[uint64](o, x, s, at)
	case cPtr:
		return indexLoad[unsafe.Pointer](o, x, s, at)
	case cString:
		return indexLoad[string](o, x, s, at)
	case cSlice:
		return indexLoad[[]byte](o, x, s, at)
	}
	return nil
}

func indexLoad[T any](o, x, s uintptr, at token.Pos) op {
	return func(fp unsafe.Pointer) {
		a, i := *reg[[]T](fp, x), *reg[int](fp, s)
		if uint(i) >= uint(len(a)) {
			hdr(fp).at = at
			badIndex(i, len(a))
		}
		*reg[T](fp, o) = a[i]
	}
}

// storeIndexed is s[i] = v for a slice and an int.
func (f *compiler) storeIndexed(in *ssa.IndexAddr, v slot) op {
	if _, ok := in.X.Type().Underlying().(*types.Slice); !ok || !isInt(in.Index.Type()) {
		return nil
	}
	x, s, at := f.slot(in.X).off, f.slot(in.Index).off, f.at
	switch v.cls {
	case c1:
		return indexStore[uint8](v.off, x, s, at)
	case c4:
		return indexStore[uint32](v.off, x, s, at)
	case c8:
		return indexStore[uint64](v.off, x, s, at)
	case cPtr:
		return indexStore[unsafe.Pointer](v.off, x, s, at)
	case cString:
		return indexStore[string](v.off, x, s, at)
	}
	return nil
}

func indexStore[T any](v, x, s uintptr, at token.Pos) op {
	return func(fp unsafe.Pointer) {
		a, i := *reg[[]T](fp, x), *reg[int](fp, s)
		if uint(i) >= uint(len(a)) {
			hdr(fp).at = at
			badIndex(i, len(a))
		}
		a[i] = *reg[T](fp, v)
	}
}

// index is the element of an array value or a byte of a string.
func (f *compiler) index(in *ssa.Index) op {
	x, d := f.slot(in.X), f.slot(in)
	index := f.indexer(in.Index)
	if x.cls == cString {
		o, a := d.off, x.off
		return func(fp unsafe.Pointer) {
			s := *reg[string](fp, a)
			*reg[byte](fp, o) = s[index(fp, len(s))]
		}
	}
	arr := in.X.Type().Underlying().(*types.Array)
	n, size := int(arr.Len()), f.m.types.Of(arr.Elem()).Size()
	return f.copyFrom(d, func(fp unsafe.Pointer) unsafe.Pointer {
		return unsafe.Add(x.at(fp), uintptr(index(fp, n))*size)
	})
}
