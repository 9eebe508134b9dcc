package rtype

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"
)

// A namedKey tells defined types apart: the name's object, and the records of
// the type arguments.
type namedKey struct {
	obj  *types.TypeName
	args string
}

func (t *Types) keyOf(n *types.Named) namedKey {
	key := namedKey{obj: n.Origin().Obj()}
	if args := t.argsAround(key.obj); len(args) > 0 {
		l, _ := t.localOf(key.obj)
		key.obj = l.obj
		for _, arg := range args {
			key.args += fmt.Sprintf("%p;", recordOf(t.of(arg)))
		}
	}
	for arg := range n.TypeArgs().Types() {
		key.args += fmt.Sprintf("%p ", recordOf(t.of(arg)))
	}
	return key
}

// ofNamed returns the record of a defined type. Its memory is laid out when it
// returns; the rest may still be on the list of what is to be filled in.
func (t *Types) ofNamed(n *types.Named) *record {
	obj := n.Origin().Obj()
	if obj.Pkg() == nil {
		if obj.Name() == "error" {
			return recordOf(reflect.TypeFor[error]())
		}
		panic(fmt.Sprintf("rtype: %s has no run-time type; it is for constraints only", obj.Name()))
	}
	if n.TypeParams().Len() != n.TypeArgs().Len() {
		panic(fmt.Sprintf("rtype: the generic type %s has no run-time type; instantiate it", obj.Name()))
	}
	key := t.keyOf(n)
	if r, ok := t.named[key]; ok {
		return r
	}
	if rt, ok := t.compiledNamed(n); ok {
		t.named[key] = recordOf(rt)
		return recordOf(rt)
	}

	u := n.Underlying()
	args := 0
	if sig, ok := u.(*types.Signature); ok {
		args = sig.Params().Len() + sig.Results().Len()
	}
	shape := t.shape(u)
	b, fillMethods := t.newType(n, shape, args, t.nameOf(n), obj.Exported())
	b.flags |= flagNamed | flagUncommon
	b.more.pkgPath = nameOffset(pathOf(obj.Pkg()))
	b.equal = t.equal(u, shape)
	switch u := u.(type) {
	case *types.Struct:
		b.setStruct(u, shape)
	case *types.Array:
		r := (*arrayRecord)(unsafe.Pointer(b.record))
		r.elem, r.len = recordOf(shape.Elem()), uintptr(u.Len())
	}

	t.named[key] = b.record
	t.source[b.record] = n
	t.undo = append(t.undo, func() { delete(t.named, key); delete(t.source, b.record) })
	t.todo = append(t.todo, func() {
		t.fill(b, u, obj.Pkg())
		fillMethods()
	})
	return b.record
}

// setStruct names the fields and places them; their types are those of the
// shape until fill knows the true ones.
func (b blank) setStruct(st *types.Struct, shape reflect.Type) {
	r := (*structRecord)(unsafe.Pointer(b.record))
	r.fields = make([]field, st.NumFields())
	for i := range r.fields {
		v := st.Field(i)
		var flags byte
		if v.Exported() {
			flags |= nameExported
		} else if r.pkgPath.bytes == nil {
			r.pkgPath = newName(pathOf(v.Pkg()), "", 0)
		}
		if v.Embedded() {
			flags |= nameEmbedded
		}
		r.fields[i] = field{
			name:   newName(v.Name(), st.Tag(i), flags),
			typ:    recordOf(shape.Field(i).Type),
			offset: shape.Field(i).Offset,
		}
	}
}

// fill gives a record what is behind the layout of its type.
func (t *Types) fill(b blank, u types.Type, pkg *types.Package) {
	at := unsafe.Pointer(b.record)
	switch u := u.(type) {
	case *types.Struct:
		r := (*structRecord)(at)
		for i := range r.fields {
			r.fields[i].typ = recordOf(t.of(u.Field(i).Type()))
		}
	case *types.Array:
		r := (*arrayRecord)(at)
		elem := t.of(u.Elem())
		r.elem, r.slice = recordOf(elem), recordOf(reflect.SliceOf(elem))
	case *types.Pointer:
		(*elemRecord)(at).elem = recordOf(t.of(u.Elem()))
	case *types.Slice:
		(*elemRecord)(at).elem = recordOf(t.of(u.Elem()))
	case *types.Chan:
		r := (*chanRecord)(at)
		r.elem, r.dir = recordOf(t.of(u.Elem())), int(chanDirs[u.Dir()])
	case *types.Map:
		r := (*mapRecord)(at)
		common := r.record
		*r = *(*mapRecord)(unsafe.Pointer(recordOf(t.of(u))))
		r.record = common
	case *types.Signature:
		r := (*funcRecord)(at)
		like := (*funcRecord)(unsafe.Pointer(recordOf(t.of(u))))
		r.in, r.out = like.in, like.out
		for i, rt := range append(t.ofTuple(u.Params()), t.ofTuple(u.Results())...) {
			b.args[i] = recordOf(rt)
		}
	case *types.Interface:
		r := (*interfaceRecord)(at)
		r.pkgPath = newName(pathOf(pkg), "", 0)
		t.fillInterface(r, sortedMethods(u), pathOf(pkg))
	}
}
