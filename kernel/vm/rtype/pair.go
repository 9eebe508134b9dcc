package rtype

import (
	"go/types"
	"reflect"
	"strings"
)

type pairKey struct {
	typ types.Type
	rt  reflect.Type
}

// Pair tells that a compiled value of type rt is of type typ to the checker.
// The two are walked side by side, and what no table has is noted: instances
// of generic types, unexported types and interface literals. Of returns the
// compiled ones from then on, so Pair must come before Of meets them. What
// does not go together is left alone.
//
// Of finds most of these by itself, among the types that the program lists;
// Pair is sure and cheaper.
func (t *Types) Pair(typ types.Type, rt reflect.Type) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.complete(func() reflect.Type {
		t.pair(typ, rt)
		return rt
	})
}

func (t *Types) pair(typ types.Type, rt reflect.Type) {
	typ = types.Unalias(typ)
	if key := (pairKey{typ, rt}); t.paired[key] {
		return
	} else if len(t.paired) >= maxSeen {
		clear(t.paired)
	} else {
		t.paired[key] = true
	}
	if n, ok := typ.(*types.Named); ok {
		t.pairNamed(n, rt)
		return
	}
	if rt.Name() != "" {
		return
	}
	t.pairParts(typ, rt)
}

func (t *Types) pairNamed(n *types.Named, rt reflect.Type) {
	obj := n.Origin().Obj()
	base, _, _ := strings.Cut(rt.Name(), "[")
	if obj.Pkg() == nil || obj.Pkg().Path() != rt.PkgPath() || obj.Name() != base || n.TypeParams().Len() != n.TypeArgs().Len() {
		return
	}
	t.pairParts(n.Underlying(), rt)
	if key := t.keyOf(n); t.named[key] == nil {
		t.named[key] = recordOf(rt)
	}
}

// pairParts goes on to the parts of a type that is not a defined one, or of
// what a defined one is made of.
func (t *Types) pairParts(typ types.Type, rt reflect.Type) {
	switch typ := typ.(type) {
	case *types.Map:
		if rt.Kind() == reflect.Map {
			t.pair(typ.Key(), rt.Key())
			t.pair(typ.Elem(), rt.Elem())
		}
	case *types.Pointer, *types.Slice, *types.Array, *types.Chan:
		switch rt.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
			t.pair(typ.(interface{ Elem() types.Type }).Elem(), rt.Elem())
		}
	case *types.Signature:
		if rt.Kind() == reflect.Func && rt.NumIn() == typ.Params().Len() && rt.NumOut() == typ.Results().Len() {
			for i := range rt.NumIn() {
				t.pair(typ.Params().At(i).Type(), rt.In(i))
			}
			for i := range rt.NumOut() {
				t.pair(typ.Results().At(i).Type(), rt.Out(i))
			}
		}
	case *types.Struct:
		if rt.Kind() == reflect.Struct && rt.NumField() == typ.NumFields() {
			t.pairStruct(typ, rt)
		}
	case *types.Interface:
		if rt.Kind() == reflect.Interface && rt.NumMethod() == typ.NumMethods() {
			t.pairInterface(typ, rt)
		}
	}
}

func (t *Types) pairStruct(typ *types.Struct, rt reflect.Type) {
	parts := make([]reflect.Type, rt.NumField())
	for i := range parts {
		parts[i] = rt.Field(i).Type
		t.pair(typ.Field(i).Type(), parts[i])
	}
	if rt.Name() != "" || !sameStruct(rt, typ, parts) {
		return
	}
	if key := structKey(typ, parts); t.structs[key] == nil {
		t.structs[key] = recordOf(rt)
	}
}

func (t *Types) pairInterface(typ *types.Interface, rt reflect.Type) {
	list := sortedMethods(typ)
	sigs := make([]reflect.Type, len(list))
	for i, f := range list {
		sigs[i] = rt.Method(i).Type
		t.pair(f.Type(), sigs[i])
	}
	if rt.Name() != "" || len(list) == 0 || !sameInterface(rt, list, sigs) {
		return
	}
	if key := interfaceKey(list, sigs); t.ifaces[key] == nil {
		t.ifaces[key] = recordOf(rt)
	}
}
