package rtype

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// ofStruct returns the type of a struct literal. Package reflect makes it
// unless it has embedded fields, which may bring methods, or blank ones, which
// reflect would compare.
func (t *Types) ofStruct(st *types.Struct) reflect.Type {
	parts := make([]reflect.Type, st.NumFields())
	plain := true
	for i := range parts {
		f := st.Field(i)
		parts[i] = t.of(f.Type())
		plain = plain && !f.Embedded() && f.Name() != "_"
	}
	if plain {
		fields := make([]reflect.StructField, len(parts))
		for i := range fields {
			f := st.Field(i)
			fields[i] = reflect.StructField{Name: f.Name(), Type: parts[i], Tag: reflect.StructTag(st.Tag(i))}
			if !f.Exported() {
				fields[i].PkgPath = pathOf(f.Pkg())
			}
		}
		return reflect.StructOf(fields)
	}

	key := structKey(st, parts)
	if r, ok := t.structs[key]; ok {
		return r.asType()
	}
	text := structString(st, parts)
	for _, r := range typesByString(text) {
		if sameStruct(r.asType(), st, parts) {
			t.structs[key] = r
			return r.asType()
		}
	}
	shape := layout(st, parts)
	b, fillMethods := t.newType(st, shape, 0, text, false)
	b.equal = t.equal(st, shape)
	b.setStruct(st, shape)
	t.structs[key] = b.record
	t.undo = append(t.undo, func() { delete(t.structs, key) })
	t.todo = append(t.todo, fillMethods)
	return b.asType()
}

func structKey(st *types.Struct, parts []reflect.Type) string {
	var key strings.Builder
	for i, part := range parts {
		f := st.Field(i)
		fmt.Fprintf(&key, "%s %t %q %p;", idOf(f), f.Embedded(), st.Tag(i), recordOf(part))
	}
	return key.String()
}

func structString(st *types.Struct, parts []reflect.Type) string {
	fields := make([]string, len(parts))
	for i, part := range parts {
		f := st.Field(i)
		s := " " + part.String()
		if !f.Embedded() {
			s = " " + f.Name() + s
		}
		if tag := st.Tag(i); tag != "" {
			s += " " + strconv.Quote(tag)
		}
		fields[i] = s
	}
	return "struct {" + strings.Join(fields, ";") + " }"
}

// sameStruct reports whether a compiled type is that of a struct literal.
func sameStruct(rt reflect.Type, st *types.Struct, parts []reflect.Type) bool {
	if rt.Kind() != reflect.Struct || rt.NumField() != len(parts) {
		return false
	}
	for i, part := range parts {
		f, g := rt.Field(i), st.Field(i)
		path := ""
		if !g.Exported() {
			path = pathOf(g.Pkg())
		}
		if f.Type != part || f.Name != g.Name() || f.PkgPath != path || string(f.Tag) != st.Tag(i) || f.Anonymous != g.Embedded() {
			return false
		}
	}
	return true
}

// ofInterface returns the type of an interface literal. Package reflect makes
// none. The methods come first: the language has no literal that contains
// itself.
func (t *Types) ofInterface(typ *types.Interface) reflect.Type {
	if typ.NumMethods() == 0 {
		return reflect.TypeFor[any]()
	}
	list := sortedMethods(typ)
	sigs := make([]reflect.Type, len(list))
	for i, f := range list {
		sigs[i] = t.of(f.Type())
	}
	key := interfaceKey(list, sigs)
	if r, ok := t.ifaces[key]; ok {
		return r.asType()
	}
	text := interfaceString(list, sigs)
	if rt, ok := t.compiledInterface(text, list, sigs); ok {
		t.ifaces[key] = recordOf(rt)
		return rt
	}
	b := newRecord(reflect.TypeFor[interface{ M() }](), 0, 0)
	b.setString(text, false)
	t.fillInterface((*interfaceRecord)(unsafe.Pointer(b.record)), list, "")
	t.ifaces[key] = b.record
	return b.asType()
}

func interfaceKey(list []*types.Func, sigs []reflect.Type) string {
	var key strings.Builder
	for i, f := range list {
		fmt.Fprintf(&key, "%s %p;", idOf(f), recordOf(sigs[i]))
	}
	return key.String()
}

// fillInterface writes the methods of an interface of the given package, "" for
// a literal.
func (t *Types) fillInterface(r *interfaceRecord, list []*types.Func, pkg string) {
	r.methods = make([]interfaceMethod, len(list))
	for i, f := range list {
		var n name
		switch {
		case f.Exported():
			n = newName(f.Name(), "", nameExported)
		case pathOf(f.Pkg()) == pkg:
			n = newName(f.Name(), "", 0)
		default:
			n = newMethodName(f.Name(), pathOf(f.Pkg()))
		}
		r.methods[i] = interfaceMethod{
			name: addReflectOff(unsafe.Pointer(n.bytes)),
			typ:  addReflectOff(unsafe.Pointer(recordOf(t.of(f.Type())))),
		}
	}
}

func sortedMethods(typ *types.Interface) []*types.Func {
	list := slices.Collect(typ.Methods())
	slices.SortFunc(list, func(a, b *types.Func) int { return compareObjects(a, b) })
	return list
}

// interfaceString is how the compiler writes an interface literal.
func interfaceString(list []*types.Func, sigs []reflect.Type) string {
	parts := make([]string, len(list))
	for i, f := range list {
		name := f.Name()
		if !f.Exported() {
			name = f.Pkg().Name() + "." + name
		}
		parts[i] = " " + name + strings.TrimPrefix(sigs[i].String(), "func")
	}
	return "interface {" + strings.Join(parts, ";") + " }"
}
