package rtype

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"
)

// shape returns a type that has the memory of typ: its size, its alignment,
// where it has pointers, whether and how it compares. It is made of what typ
// contains by value alone, so that it can be had while the types that typ
// points to are not there yet.
func (t *Types) shape(typ types.Type) reflect.Type {
	switch typ := types.Unalias(typ).(type) {
	case *types.Basic:
		if rt, ok := basics[typ.Kind()]; ok {
			return rt
		}
	case *types.Named:
		return t.ofNamed(typ).asType()
	case *types.Pointer:
		return reflect.TypeFor[*int]()
	case *types.Slice:
		return reflect.TypeFor[[]int]()
	case *types.Chan:
		return reflect.TypeFor[chan int]()
	case *types.Map:
		return reflect.TypeFor[map[int]int]()
	case *types.Signature:
		return reflect.TypeFor[func()]()
	case *types.Interface:
		if typ.NumMethods() == 0 {
			return reflect.TypeFor[any]()
		}
		return reflect.TypeFor[interface{ M() }]()
	case *types.Array:
		return reflect.ArrayOf(int(typ.Len()), t.shape(typ.Elem()))
	case *types.Struct:
		parts := make([]reflect.Type, typ.NumFields())
		for i := range parts {
			parts[i] = t.shape(typ.Field(i).Type())
		}
		return layout(typ, parts)
	}
	panic(fmt.Sprintf("rtype: %s (%T) has no run-time type; only types that a variable can have do", typ, typ))
}

// layout lays out a struct's fields. Names matter only as far as a blank field
// is not compared.
func layout(st *types.Struct, parts []reflect.Type) reflect.Type {
	fields := make([]reflect.StructField, len(parts))
	for i, part := range parts {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: part}
		if st.Field(i).Name() == "_" {
			fields[i].Name, fields[i].PkgPath = "_", "main"
		}
	}
	return reflect.StructOf(fields)
}

// regular reports whether values of a shape are equal when their bytes are.
// Package reflect's own flag says no for every struct of several fields.
func regular(shape reflect.Type) bool {
	switch shape.Kind() {
	case reflect.Array:
		return shape.Comparable() && (shape.Len() == 0 || regular(shape.Elem()))
	case reflect.Struct:
		end := uintptr(0)
		for i := range shape.NumField() {
			f := shape.Field(i)
			if f.Name == "_" || f.Offset != end || !regular(f.Type) {
				return false
			}
			end += f.Type.Size()
		}
		return end == shape.Size()
	}
	return recordOf(shape).flags&flagRegular != 0
}

type equalFunc = func(p, q unsafe.Pointer) bool

// equal returns the function that compares values of a type, nil if they do
// not compare. The shape is that of the type. Package reflect's own function
// for structs compares blank fields, too.
func (t *Types) equal(typ types.Type, shape reflect.Type) equalFunc {
	r := recordOf(shape)
	if r.equal == nil {
		return nil
	}
	switch typ := types.Unalias(typ).(type) {
	case *types.Struct:
		if regular(shape) {
			return equalBytes(r.size)
		}
		type part struct {
			offset uintptr
			equal  equalFunc
		}
		var parts []part
		for i := range typ.NumFields() {
			if f := shape.Field(i); typ.Field(i).Name() != "_" {
				parts = append(parts, part{f.Offset, t.equal(typ.Field(i).Type(), f.Type)})
			}
		}
		return func(p, q unsafe.Pointer) bool {
			for _, part := range parts {
				if !part.equal(unsafe.Add(p, part.offset), unsafe.Add(q, part.offset)) {
					return false
				}
			}
			return true
		}
	case *types.Array:
		if regular(shape) {
			return equalBytes(r.size)
		}
		n, size, equal := int(typ.Len()), shape.Elem().Size(), t.equal(typ.Elem(), shape.Elem())
		return func(p, q unsafe.Pointer) bool {
			for i := range n {
				off := uintptr(i) * size
				if !equal(unsafe.Add(p, off), unsafe.Add(q, off)) {
					return false
				}
			}
			return true
		}
	}
	return r.equal
}

func equalBytes(size uintptr) equalFunc {
	return func(p, q unsafe.Pointer) bool {
		return unsafe.String((*byte)(p), size) == unsafe.String((*byte)(q), size)
	}
}
