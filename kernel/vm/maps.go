package vm

import (
	"go/types"
	"reflect"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func (f *compiler) makeMap(in *ssa.MakeMap) op {
	d := f.slot(in).off
	t := f.m.types.Of(in.Type())
	n := f.intValue(in.Reserve)
	m, at := f.m, f.at
	perEntry := t.Key().Size() + t.Elem().Size() + 1
	return func(fp unsafe.Pointer) {
		size := 0
		if n != nil {
			size = max(0, n(fp))
			hdr(fp).at = at
			m.reserve(uintptr(size), perEntry)
		}
		*reg[unsafe.Pointer](fp, d) = reflect.MakeMapWithSize(t, size).UnsafePointer()
	}
}

// lookup is m[k].
func (f *compiler) lookup(in *ssa.Lookup) op {
	x, k, at := f.slot(in.X).off, f.slot(in.Index), f.at
	if _, ok := in.X.Type().Underlying().(*types.Map); !ok {
		d := f.slot(in).off
		index := f.indexer(in.Index)
		return func(fp unsafe.Pointer) {
			s := *reg[string](fp, x)
			*reg[byte](fp, d) = s[index(fp, len(s))]
		}
	}
	mt := f.rtype(in.X.Type())
	elem := f.m.types.Of(in.X.Type().Underlying().(*types.Map).Elem())
	ert := rtypeOf(elem)
	var d slot
	var okOff uintptr
	if in.CommaOk {
		d, okOff = f.b.tuples[in][0], f.b.tuples[in][1].off
	} else {
		d = f.slot(in)
	}
	comma := in.CommaOk
	cls, o := d.cls, d.off
	return f.m.onMap(x, false, func(fp unsafe.Pointer) {
		hdr(fp).at = at
		p, ok := mapaccess2(mt, *reg[unsafe.Pointer](fp, x), k.at(fp))
		if comma {
			*reg[bool](fp, okOff) = ok
		}
		if !ok {
			switch cls {
			case c1, c2, c4, c8:
				*reg[uint64](fp, o) = 0
			case cNone:
			default:
				valueAt(elem, d.at(fp)).SetZero()
			}
			return
		}
		switch cls {
		case c8:
			*reg[uint64](fp, o) = *(*uint64)(p)
		case cPtr:
			*reg[unsafe.Pointer](fp, o) = *(*unsafe.Pointer)(p)
		case cNone:
		default:
			typedmemmove(ert, d.at(fp), p)
		}
	})
}

func (f *compiler) mapUpdate(in *ssa.MapUpdate) op {
	x, k, v, at := f.slot(in.Map).off, f.slot(in.Key), f.slot(in.Value), f.at
	mt := f.rtype(in.Map.Type())
	ert := f.rtype(in.Map.Type().Underlying().(*types.Map).Elem())
	if v.cls == c8 {
		o := v.off
		return f.m.onMap(x, true, func(fp unsafe.Pointer) {
			hdr(fp).at = at
			*(*uint64)(mapassign(mt, *reg[unsafe.Pointer](fp, x), k.at(fp))) = *reg[uint64](fp, o)
		})
	}
	return f.m.onMap(x, true, func(fp unsafe.Pointer) {
		hdr(fp).at = at
		typedmemmove(ert, mapassign(mt, *reg[unsafe.Pointer](fp, x), k.at(fp)), v.at(fp))
	})
}

// A mapIter is the state of a range over a map.
type mapIter struct {
	*reflect.MapIter
	m unsafe.Pointer
}

// A stringIter is the state of a range over a string.
type stringIter struct {
	s string
	i int
}

func (f *compiler) rangeOver(in *ssa.Range) op {
	d, x := f.slot(in).off, f.slot(in.X).off
	if b, ok := in.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		return func(fp unsafe.Pointer) { *reg[*stringIter](fp, d) = &stringIter{s: *reg[string](fp, x)} }
	}
	t := f.m.types.Of(in.X.Type())
	return func(fp unsafe.Pointer) {
		// The iterator keeps the map, whatever becomes of the register.
		m := reflect.New(t)
		*(*unsafe.Pointer)(m.UnsafePointer()) = *reg[unsafe.Pointer](fp, x)
		*reg[*mapIter](fp, d) = &mapIter{m.Elem().MapRange(), *reg[unsafe.Pointer](fp, x)}
	}
}

func (f *compiler) next(in *ssa.Next) op {
	it := f.slot(in.Iter).off
	out := f.b.tuples[in]
	ok, k, v := out[0].off, out[1], out[2]
	if in.IsString {
		return func(fp unsafe.Pointer) {
			s := *reg[*stringIter](fp, it)
			if s.i >= len(s.s) {
				*reg[bool](fp, ok) = false
				return
			}
			r, n := utf8.DecodeRuneInString(s.s[s.i:])
			if k.cls != cNone {
				*reg[int](fp, k.off) = s.i
			}
			if v.cls != cNone {
				*reg[rune](fp, v.off) = r
			}
			s.i += n
			*reg[bool](fp, ok) = true
		}
	}
	var kt, vt reflect.Type
	if k.cls != cNone {
		kt = f.m.types.Of(k.typ)
	}
	if v.cls != cNone {
		vt = f.m.types.Of(v.typ)
	}
	m := f.m
	return func(fp unsafe.Pointer) {
		i := *reg[*mapIter](fp, it)
		if m.shared.Load() && i.m != nil {
			guard := enterMap(fp, i.m, false)
			defer guard.leave(false)
		}
		if !i.Next() {
			*reg[bool](fp, ok) = false
			return
		}
		if kt != nil {
			valueAt(kt, k.at(fp)).SetIterKey(i.MapIter)
		}
		if vt != nil {
			valueAt(vt, v.at(fp)).SetIterValue(i.MapIter)
		}
		*reg[bool](fp, ok) = true
	}
}
