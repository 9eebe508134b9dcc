package rtype

import (
	"go/types"
	"reflect"
	"unsafe"
)

// typesByString returns the compiled unnamed types that are written so, except
// interfaces.
//
//go:linkname typesByString reflect.typesByString
func typesByString(s string) []*record

//go:linkname typelinks reflect.typelinks
func typelinks() (sections []unsafe.Pointer, offsets [][]int32)

// compiledNamed finds the compiled type of a name: the one that the
// configuration knows, or, for an unexported one and an instance of a generic
// type, which no table has, the one that the program has a pointer type of.
func (t *Types) compiledNamed(n *types.Named) (reflect.Type, bool) {
	obj := n.Origin().Obj()
	if n.TypeArgs().Len() == 0 && t.conf.Named != nil {
		if rt, ok := t.conf.Named(obj); ok {
			return rt, true
		}
	}
	if obj.Parent() != obj.Pkg().Scope() || t.interpreted(n) {
		return nil, false
	}
	var found reflect.Type
	for _, r := range typesByString("*" + t.nameOf(n)) {
		rt := r.asType()
		if rt.Kind() != reflect.Pointer || rt.Name() != "" || rt.Elem().PkgPath() != obj.Pkg().Path() {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = rt.Elem()
	}
	return found, found != nil
}

// interpreted reports whether a type is of the session or has a part that is.
func (t *Types) interpreted(typ types.Type) bool {
	switch typ := types.Unalias(typ).(type) {
	case *types.Named:
		if pkg := typ.Origin().Obj().Pkg(); pkg != nil && t.session(pkg) {
			return true
		}
		for arg := range typ.TypeArgs().Types() {
			if t.interpreted(arg) {
				return true
			}
		}
	case interface{ Elem() types.Type }:
		if m, ok := typ.(*types.Map); ok && t.interpreted(m.Key()) {
			return true
		}
		return t.interpreted(typ.Elem())
	case *types.Signature:
		return t.anyInterpreted(typ.Params()) || t.anyInterpreted(typ.Results())
	case *types.Struct:
		for f := range typ.Fields() {
			if t.interpreted(f.Type()) {
				return true
			}
		}
	case *types.Interface:
		for f := range typ.Methods() {
			if t.interpreted(f.Type()) {
				return true
			}
		}
	}
	return false
}

func (t *Types) anyInterpreted(tuple *types.Tuple) bool {
	for v := range tuple.Variables() {
		if t.interpreted(v.Type()) {
			return true
		}
	}
	return false
}

// compiledInterfaces has the compiled interface literals by how they are
// written. The runtime has no list of them, so the types that it does list
// are searched for them when the first one is asked for.
type compiledInterfaces struct {
	found map[string][]reflect.Type
	seen  map[reflect.Type]bool
}

func (t *Types) compiledInterface(text string, list []*types.Func, sigs []reflect.Type) (reflect.Type, bool) {
	if t.host == nil {
		t.host = findInterfaces()
	}
	for _, rt := range t.host.found[text] {
		if sameInterface(rt, list, sigs) {
			return rt, true
		}
	}
	return nil, false
}

func sameInterface(rt reflect.Type, list []*types.Func, sigs []reflect.Type) bool {
	if rt.NumMethod() != len(list) {
		return false
	}
	for i, f := range list {
		m := rt.Method(i)
		path := ""
		if !f.Exported() {
			path = pathOf(f.Pkg())
		}
		if m.Name != f.Name() || m.PkgPath != path || m.Type != sigs[i] {
			return false
		}
	}
	return true
}

func findInterfaces() *compiledInterfaces {
	c := &compiledInterfaces{map[string][]reflect.Type{}, map[reflect.Type]bool{}}
	sections, offsets := typelinks()
	for i, list := range offsets {
		for _, off := range list {
			c.visit((*record)(unsafe.Add(sections[i], off)).asType())
		}
	}
	c.seen = nil
	return c
}

func (c *compiledInterfaces) visit(rt reflect.Type) {
	switch rt.Kind() {
	default:
		return
	case reflect.Array, reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice, reflect.Struct:
	}
	if c.seen[rt] {
		return
	}
	c.seen[rt] = true
	switch rt.Kind() {
	case reflect.Map:
		c.visit(rt.Key())
		c.visit(rt.Elem())
	case reflect.Array, reflect.Chan, reflect.Pointer, reflect.Slice:
		c.visit(rt.Elem())
	case reflect.Func:
		for p := range rt.Ins() {
			c.visit(p)
		}
		for p := range rt.Outs() {
			c.visit(p)
		}
	case reflect.Struct:
		for i := range rt.NumField() {
			c.visit(rt.Field(i).Type)
		}
	case reflect.Interface:
		for i := range rt.NumMethod() {
			c.visit(rt.Method(i).Type)
		}
		if rt.Name() == "" && rt.NumMethod() > 0 {
			c.found[rt.String()] = append(c.found[rt.String()], rt)
		}
	}
}
