package rtype

import (
	"cmp"
	"go/types"
	"reflect"
	"slices"
	"sync"
	"unsafe"
)

// newType allocates the record of a type that may have methods, and that of
// the pointer to it, which may have more. The function that is returned fills
// in the methods.
func (t *Types) newType(typ types.Type, shape reflect.Type, args int, name string, exported bool) (blank, func()) {
	var own, ptrs []*types.Selection
	if _, ok := typ.Underlying().(*types.Interface); !ok {
		own = methodsOf(typ)
		if _, ok := typ.Underlying().(*types.Pointer); !ok {
			ptrs = methodsOf(types.NewPointer(typ))
		}
	}
	ownStubs, ptrStubs := t.countStubs(own, 2), t.countStubs(ptrs, 1)
	stub, ok := reserve(ownStubs + ptrStubs)
	if !ok {
		t.full = true
		own, ptrs = nil, nil
	}

	b := newRecord(shape, args, len(own))
	b.setString(name, exported)
	b.flags &^= flagRegular
	if regular(shape) {
		b.flags |= flagRegular
	}
	if len(own) > 0 {
		b.flags |= flagUncommon
	}
	if len(ptrs) == 0 {
		return b, func() { t.fillMethods(b, typ, own, stub) }
	}
	p := newRecord(reflect.TypeFor[*int](), 0, len(ptrs))
	p.setString("*"+name, exported)
	p.flags |= flagUncommon
	(*elemRecord)(unsafe.Pointer(p.record)).elem = b.record
	b.pointer = addReflectOff(unsafe.Pointer(p.record))
	ptr := types.NewPointer(typ)
	t.source[p.record] = ptr
	t.undo = append(t.undo, func() { delete(t.source, p.record) })
	return b, func() {
		t.fillMethods(b, typ, own, stub)
		p.more.pkgPath = b.more.pkgPath
		t.fillMethods(p, ptr, ptrs, stub+ownStubs)
	}
}

// countStubs tells how many stubs methods need: one that takes the receiver as
// an interface has it and, with two for each exported method, one that takes
// the value, as the functions of reflect.Type.Method do. An unexported method
// of the session is called by nobody but the session.
func (t *Types) countStubs(list []*types.Selection, each int) (n int) {
	for _, sel := range list {
		switch {
		case sel.Obj().Exported():
			n += each
		case t.foreign(sel.Obj()):
			n++
		}
	}
	return n
}

// fillMethods writes the methods of a type; its stubs start with the given one.
func (t *Types) fillMethods(b blank, recv types.Type, list []*types.Selection, stub int) {
	b.more.count = uint16(len(list))
	for i, sel := range list {
		obj := sel.Obj()
		im := &implementation{recv: recv, sel: sel, typ: b.asType(), sig: t.ofSignature(sel.Type().(*types.Signature))}
		m := method{
			typ: addReflectOff(unsafe.Pointer(recordOf(im.sig))),
			ifn: unreachable,
			tfn: unreachable,
		}
		name := newMethodName(obj.Name(), pathOf(obj.Pkg()))
		switch {
		case obj.Exported():
			b.more.exported++
			name = newName(obj.Name(), "", nameExported)
			im.make = t.conf.Method
			m.ifn = addReflectOff(bind(stub, im.byWord(t.conf.Direct)))
			stub++
			m.tfn = m.ifn
			if b.reflectKind() != reflect.Pointer {
				m.tfn = addReflectOff(bind(stub, im.byValue()))
				stub++
			}
		case t.foreign(obj):
			im.make = func(types.Type, *types.Selection) func([]reflect.Value) []reflect.Value { return im.forward }
			m.ifn = addReflectOff(bind(stub, im.byWord(nil)))
			stub++
		}
		m.name = addReflectOff(unsafe.Pointer(name.bytes))
		b.methods[i] = m
	}
}

// An implementation is what the stubs of a method run.
type implementation struct {
	recv types.Type
	sel  *types.Selection
	typ  reflect.Type // of the receiver
	sig  reflect.Type // without receiver
	make func(types.Type, *types.Selection) func([]reflect.Value) []reflect.Value
	once sync.Once
	run  func([]reflect.Value) []reflect.Value
}

func (im *implementation) call(args []reflect.Value) []reflect.Value {
	im.once.Do(func() { im.run = im.make(im.recv, im.sel) })
	return im.run(args)
}

// byWord returns the closure that takes the data word of an interface value:
// the receiver, or its address if it is not pointer-shaped.
func (im *implementation) byWord(makeDirect func(types.Type, *types.Selection, reflect.Type) reflect.Value) unsafe.Pointer {
	fn := withReceiver(reflect.TypeFor[unsafe.Pointer](), im.sig)
	if makeDirect != nil {
		if f := makeDirect(im.recv, im.sel, fn); f.IsValid() {
			return closureOf(f)
		}
	}
	direct := recordOf(im.typ).flags&flagDirect != 0
	return closureOf(reflect.MakeFunc(fn, func(args []reflect.Value) []reflect.Value {
		word := args[0].UnsafePointer()
		if direct {
			args[0] = reflect.NewAt(im.typ, unsafe.Pointer(&word)).Elem()
		} else {
			args[0] = reflect.New(im.typ).Elem()
			args[0].Set(reflect.NewAt(im.typ, word).Elem())
		}
		return im.call(args)
	}))
}

// byValue returns the closure that takes the receiver itself.
func (im *implementation) byValue() unsafe.Pointer {
	return closureOf(reflect.MakeFunc(withReceiver(im.typ, im.sig), im.call))
}

func withReceiver(recv, sig reflect.Type) reflect.Type {
	in := []reflect.Type{recv}
	for p := range sig.Ins() {
		in = append(in, p)
	}
	return reflect.FuncOf(in, slices.Collect(sig.Outs()), sig.IsVariadic())
}

// closureOf returns the closure that a function value is a pointer to.
func closureOf(f reflect.Value) unsafe.Pointer {
	p := reflect.New(f.Type())
	p.Elem().Set(f)
	return *(*unsafe.Pointer)(p.UnsafePointer())
}

// methodsOf returns a method set in the order of the runtime.
func methodsOf(typ types.Type) []*types.Selection {
	set := types.NewMethodSet(typ)
	list := make([]*types.Selection, set.Len())
	for i := range list {
		list[i] = set.At(i)
	}
	slices.SortFunc(list, func(a, b *types.Selection) int { return compareObjects(a.Obj(), b.Obj()) })
	return list
}

// compareObjects orders methods: exported ones by name, then the others by
// name and package.
func compareObjects(a, b types.Object) int {
	if a.Exported() != b.Exported() {
		if a.Exported() {
			return -1
		}
		return 1
	}
	if c := cmp.Compare(a.Name(), b.Name()); c != 0 || a.Exported() {
		return c
	}
	return cmp.Compare(pathOf(a.Pkg()), pathOf(b.Pkg()))
}
