package vm

import (
	"go/types"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// itabFor returns the first word of an interface of type it that holds a
// value of a type: the itab, or the type itself for an interface without
// methods. It is nil when the type lacks a method.
func itabFor(it, t reflect.Type) unsafe.Pointer {
	if it.NumMethod() == 0 {
		return rtypeOf(t)
	}
	if !t.Implements(it) {
		return nil
	}
	p := reflect.New(it)
	p.Elem().Set(reflect.Zero(t))
	return (*iface)(p.UnsafePointer()).tab
}

// dynamic is the type of the value in an interface; nil for none.
func dynamic(e *iface, methods bool) unsafe.Pointer {
	if methods && e.tab != nil {
		return (*itab)(e.tab).typ
	}
	return e.tab
}

func hasMethods(t types.Type) bool { return t.Underlying().(*types.Interface).NumMethods() > 0 }

func (f *compiler) makeInterface(in *ssa.MakeInterface) op {
	d, x := f.slot(in).off, f.slot(in.X)
	t := f.m.types.Of(in.X.Type())
	rt := rtypeOf(t)
	tab := itabFor(f.m.types.Of(in.Type()), t)
	if tab == nil {
		f.fail(in.Pos(), "%s has no runtime form with the methods of %s", in.X.Type(), in.Type())
	}
	o := x.off
	switch {
	case x.cls == cPtr:
		return func(fp unsafe.Pointer) { *reg[iface](fp, d) = iface{tab, *reg[unsafe.Pointer](fp, o)} }
	case isDirect(rt): // a struct or array that is one pointer
		return func(fp unsafe.Pointer) { *reg[iface](fp, d) = iface{tab, *(*unsafe.Pointer)(x.at(fp))} }
	case x.cls == c8 && t.Size() == 8:
		if c, ok := in.X.(*ssa.Const); ok && c != nil {
			// A constant needs no new variable each time.
			var data unsafe.Pointer
			var once sync.Once
			return func(fp unsafe.Pointer) {
				once.Do(func() {
					data = unsafeNew(rt)
					*(*uint64)(data) = *reg[uint64](fp, o)
				})
				*reg[iface](fp, d) = iface{tab, data}
			}
		}
		return func(fp unsafe.Pointer) {
			p := unsafeNew(rt)
			*(*uint64)(p) = *reg[uint64](fp, o)
			*reg[iface](fp, d) = iface{tab, p}
		}
	case x.cls == cString:
		return func(fp unsafe.Pointer) {
			p := unsafeNew(rt)
			*(*string)(p) = *reg[string](fp, o)
			*reg[iface](fp, d) = iface{tab, p}
		}
	}
	return func(fp unsafe.Pointer) {
		p := unsafeNew(rt)
		typedmemmove(rt, p, x.at(fp))
		*reg[iface](fp, d) = iface{tab, p}
	}
}

// tabs remembers the itabs of an interface type.
type tabs struct {
	it   reflect.Type
	last atomic.Pointer[tabEntry]
	all  sync.Map // rtype to *tabEntry
}

type tabEntry struct{ rt, tab unsafe.Pointer }

// find returns the first word for a dynamic type; nil when it does not
// implement the interface.
func (t *tabs) find(rt unsafe.Pointer) unsafe.Pointer {
	if e := t.last.Load(); e != nil && e.rt == rt {
		return e.tab
	}
	if v, ok := t.all.Load(rt); ok {
		t.last.Store(v.(*tabEntry))
		return v.(*tabEntry).tab
	}
	e := &tabEntry{rt, itabFor(t.it, typeOf(rt))}
	t.all.Store(rt, e)
	t.last.Store(e)
	return e.tab
}

func (f *compiler) changeInterface(in *ssa.ChangeInterface) op {
	d, x := f.slot(in).off, f.slot(in.X).off
	from, to := hasMethods(in.X.Type()), hasMethods(in.Type())
	if types.Identical(in.X.Type().Underlying(), in.Type().Underlying()) || !from && !to {
		return f.copyTo(f.slot(in), f.slot(in.X))
	}
	t := &tabs{it: f.m.types.Of(in.Type())}
	return func(fp unsafe.Pointer) {
		e := *reg[iface](fp, x)
		if e.tab == nil {
			*reg[iface](fp, d) = iface{}
			return
		}
		tab := t.find(dynamic(&e, from))
		if tab == nil {
			// Of x == y, where y has fewer methods than x: they differ.
			e.data = unsafe.Pointer(&zero)
		}
		*reg[iface](fp, d) = iface{tab, e.data}
	}
}

// checksBound tells whether an assertion is the one that ssa puts before a
// method value of an interface, which must not be nil.
func checksBound(in *ssa.TypeAssert) bool {
	if in.CommaOk || len(*in.Referrers()) > 0 || !types.Identical(in.X.Type(), in.AssertedType) {
		return false
	}
	list := in.Block().Instrs
	for i, x := range list {
		if x == ssa.Instruction(in) && i+1 < len(list) {
			c, ok := list[i+1].(*ssa.MakeClosure)
			return ok && len(c.Bindings) == 1 && c.Bindings[0] == in.X
		}
	}
	return false
}

func (f *compiler) typeAssert(in *ssa.TypeAssert) op {
	x, at := f.slot(in.X).off, f.at
	from := hasMethods(in.X.Type())
	inter := f.rtype(in.X.Type())
	want := f.m.types.Of(in.AssertedType)
	wrt := rtypeOf(want)
	var d, okSlot slot
	if in.CommaOk {
		d, okSlot = f.b.tuples[in][0], f.b.tuples[in][1]
	} else {
		d = f.slot(in)
	}
	done := func(fp unsafe.Pointer, ok bool) {
		if in.CommaOk {
			*reg[bool](fp, okSlot.off) = ok
		}
	}
	if checksBound(in) {
		return func(fp unsafe.Pointer) {
			e := *reg[iface](fp, x)
			if e.tab == nil {
				hdr(fp).at = at
				nilDeref()
			}
			*reg[iface](fp, d.off) = e
		}
	}
	if types.IsInterface(in.AssertedType) {
		t := &tabs{it: want}
		return func(fp unsafe.Pointer) {
			e := *reg[iface](fp, x)
			rt := dynamic(&e, from)
			if rt != nil {
				if tab := t.find(rt); tab != nil {
					*reg[iface](fp, d.off) = iface{tab, e.data}
					done(fp, true)
					return
				}
			}
			*reg[iface](fp, d.off) = iface{}
			if !in.CommaOk {
				hdr(fp).at = at
				missing := ""
				if rt != nil {
					missing = missingMethod(typeOf(rt), want)
				}
				assertionError(nil, rt, wrt, missing)
			}
			done(fp, false)
		}
	}
	direct := isDirect(wrt)
	size := want.Size()
	o := d.off
	return func(fp unsafe.Pointer) {
		e := reg[iface](fp, x)
		rt := dynamic(e, from)
		if rt == wrt {
			switch {
			case d.cls == cPtr:
				*reg[unsafe.Pointer](fp, o) = e.data
			case direct:
				*(*unsafe.Pointer)(d.at(fp)) = e.data
			case d.cls == cNone:
			default:
				typedmemmove(wrt, d.at(fp), e.data)
			}
			done(fp, true)
			return
		}
		if !in.CommaOk {
			hdr(fp).at = at
			assertionError(inter, rt, wrt, "")
		}
		if size > 0 && d.cls != cNone {
			valueAt(want, d.at(fp)).SetZero()
		}
		done(fp, false)
	}
}
