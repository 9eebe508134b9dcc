package rtype

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"
)

// A type that embeds one of a compiled package has that type's unexported
// methods, too, and the package may call them: struct{ types.Object } is a
// types.Object to go/types. No interpreter can call such a method by its name,
// so it is called by its code.

// resolveTextOff returns the address of the code at an offset of a record.
//
//go:linkname resolveTextOff reflect.resolveTextOff
func resolveTextOff(rtype unsafe.Pointer, off int32) unsafe.Pointer

// foreign reports whether a method is an unexported one of a compiled package.
func (t *Types) foreign(obj types.Object) bool { return !obj.Exported() && !t.session(obj.Pkg()) }

// forward calls an unexported method of a compiled package with the receiver
// and arguments of the promoted method.
func (im *implementation) forward(args []reflect.Value) []reflect.Value {
	p := reflect.New(args[0].Type())
	p.Elem().Set(args[0])
	v := p.Elem()
	path := im.sel.Index()
	for _, i := range path[:len(path)-1] {
		if v.Kind() == reflect.Pointer {
			_ = *(*byte)(v.UnsafePointer()) // panics as Go does
			v = reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Elem()
		}
		f := v.Type().Field(i)
		v = reflect.NewAt(f.Type, unsafe.Add(v.Addr().UnsafePointer(), f.Offset)).Elem()
	}
	word, code := receiverAndCode(v, im.sel.Obj())
	if code == nil {
		panic(fmt.Sprintf("rtype: the program does not contain the method %s of %s", im.sel.Obj().Name(), v.Type()))
	}
	fn := reflect.NewAt(withReceiver(reflect.TypeFor[unsafe.Pointer](), im.sig), unsafe.Pointer(new(&code))).Elem()
	args[0] = reflect.ValueOf(word)
	if im.sig.IsVariadic() {
		return fn.CallSlice(args)
	}
	return fn.Call(args)
}

// receiverAndCode finds a method of an addressable value of a compiled type:
// the receiver as an interface has it, and the code for calls by interface.
func receiverAndCode(v reflect.Value, obj types.Object) (word, code unsafe.Pointer) {
	if v.Kind() == reflect.Interface {
		value := (*struct {
			table *struct {
				inter, typ unsafe.Pointer
				hash       uint32
				code       [1 << 10]unsafe.Pointer
			}
			data unsafe.Pointer
		})(v.Addr().UnsafePointer())
		_ = value.table.typ // panics as Go does
		for i := range v.NumMethod() {
			if m := v.Type().Method(i); m.Name == obj.Name() && m.PkgPath == obj.Pkg().Path() {
				return value.data, value.table.code[i]
			}
		}
		return nil, nil
	}
	if code := codeOf(v.Type(), obj.Name()); code != nil {
		if recordOf(v.Type()).flags&flagDirect != 0 {
			return *(*unsafe.Pointer)(v.Addr().UnsafePointer()), code
		}
		return v.Addr().UnsafePointer(), code
	}
	return v.Addr().UnsafePointer(), codeOf(reflect.PointerTo(v.Type()), obj.Name())
}

// codeOf returns the code of an unexported method for calls by interface.
func codeOf(rt reflect.Type, name string) unsafe.Pointer {
	r := recordOf(rt)
	if r.flags&flagUncommon == 0 {
		return nil
	}
	u := r.uncommon()
	list := unsafe.Slice((*method)(unsafe.Add(unsafe.Pointer(u), u.methods)), u.count)
	for _, m := range list[u.exported:] {
		if nameAt(r, m.name).String() == name && m.ifn != unreachable {
			return resolveTextOff(unsafe.Pointer(r), m.ifn)
		}
	}
	return nil
}
