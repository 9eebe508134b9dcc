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
	ownStubs, ptrStubs := 2*countExported(own), countExported(ptrs)
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
		p.uncommon.pkgPath = b.uncommon.pkgPath
		t.fillMethods(p, ptr, ptrs, stub+ownStubs)
	}
}

// fillMethods writes the methods of a type; its stubs start with the given one.
func (t *Types) fillMethods(b blank, recv types.Type, list []*types.Selection, stub int) {
	b.uncommon.count = uint16(len(list))
	b.uncommon.exported = uint16(countExported(list))
	typ := b.asType()
	for i, sel := range list {
		obj := sel.Obj()
		sig := t.ofSignature(sel.Type().(*types.Signature))
		m := method{
			typ: addReflectOff(unsafe.Pointer(recordOf(sig))),
			ifn: unreachable,
			tfn: unreachable,
		}
		if obj.Exported() {
			m.name = addReflectOff(unsafe.Pointer(newName(obj.Name(), "", nameExported).bytes))
			im := &implementation{types: t, recv: recv, sel: sel, typ: typ, sig: sig}
			m.ifn = addReflectOff(bind(stub, im.byWord()))
			stub++
			m.tfn = m.ifn
			if b.reflectKind() != reflect.Pointer {
				m.tfn = addReflectOff(bind(stub, im.byValue()))
				stub++
			}
		} else {
			m.name = addReflectOff(unsafe.Pointer(newMethodName(obj.Name(), pathOf(obj.Pkg())).bytes))
		}
		b.methods[i] = m
	}
}

// An implementation is what the stubs of a method run.
type implementation struct {
	types *Types
	recv  types.Type
	sel   *types.Selection
	typ   reflect.Type // of the receiver
	sig   reflect.Type // without receiver
	once  sync.Once
	run   func([]reflect.Value) []reflect.Value
}

func (im *implementation) call(args []reflect.Value) []reflect.Value {
	im.once.Do(func() { im.run = im.types.conf.Method(im.recv, im.sel) })
	return im.run(args)
}

// byWord returns the closure that takes the data word of an interface value:
// the receiver, or its address if it is not pointer-shaped.
func (im *implementation) byWord() unsafe.Pointer {
	fn := withReceiver(reflect.TypeFor[unsafe.Pointer](), im.sig)
	if im.types.conf.Direct != nil {
		if f := im.types.conf.Direct(im.recv, im.sel, fn); f.IsValid() {
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

func countExported(list []*types.Selection) (n int) {
	for _, sel := range list {
		if sel.Obj().Exported() {
			n++
		}
	}
	return n
}
