package rtype

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// pathOf is the path of a package as the runtime has it. Each cell is a
// package of its own to the checker and all are main to the program.
func pathOf(pkg *types.Package) string {
	if pkg == nil {
		return ""
	}
	if pkg.Name() == "main" {
		return "main"
	}
	return pkg.Path()
}

// idOf tells the names of fields and methods apart: unexported ones of
// different packages are different.
func idOf(obj types.Object) string {
	if obj.Exported() {
		return obj.Name()
	}
	return pathOf(obj.Pkg()) + "." + obj.Name()
}

// nameOf is what reflect.Type.String gives for a defined type: the package's
// name, and type arguments with their packages' paths.
func (t *Types) nameOf(n *types.Named) string {
	obj := n.Origin().Obj()
	return obj.Pkg().Name() + "." + obj.Name() + t.typeArgs(n)
}

func (t *Types) typeArgs(n *types.Named) string {
	s := ""
	for _, arg := range t.argsAround(n.Origin().Obj()) {
		s += "," + t.linkName(arg)
	}
	between := ","
	if s != "" {
		between = ";"
	}
	for arg := range n.TypeArgs().Types() {
		s += between + t.linkName(arg)
		between = ","
	}
	if s == "" {
		return ""
	}
	return "[" + s[1:] + "]"
}

// linkName is how the compiler writes a type argument.
func (t *Types) linkName(typ types.Type) string {
	switch typ := types.Unalias(typ).(type) {
	case *types.Named:
		obj := typ.Origin().Obj()
		if obj.Pkg() == nil {
			return obj.Name()
		}
		name := pathOf(obj.Pkg()) + "." + obj.Name() + t.typeArgs(typ)
		if l, ok := t.localOf(obj); ok {
			name += "·" + strconv.Itoa(l.number)
		}
		return name
	case *types.Pointer:
		return "*" + t.linkName(typ.Elem())
	case *types.Slice:
		return "[]" + t.linkName(typ.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", typ.Len(), t.linkName(typ.Elem()))
	case *types.Map:
		return "map[" + t.linkName(typ.Key()) + "]" + t.linkName(typ.Elem())
	case *types.Chan:
		elem := t.linkName(typ.Elem())
		switch typ.Dir() {
		case types.SendOnly:
			return "chan<- " + elem
		case types.RecvOnly:
			return "<-chan " + elem
		}
		if strings.HasPrefix(elem, "<-") {
			return "chan (" + elem + ")"
		}
		return "chan " + elem
	case *types.Signature:
		return "func" + t.linkSignature(typ)
	case *types.Struct:
		return t.linkStruct(typ)
	case *types.Interface:
		return t.linkInterface(typ)
	case *types.Basic:
		return basics[typ.Kind()].String()
	}
	return typ.String()
}

func (t *Types) linkSignature(sig *types.Signature) string {
	list := func(tuple *types.Tuple, variadic bool) string {
		parts := make([]string, tuple.Len())
		for i := range parts {
			parts[i] = t.linkName(tuple.At(i).Type())
			if variadic && i == len(parts)-1 {
				parts[i] = "..." + strings.TrimPrefix(parts[i], "[]")
			}
		}
		return strings.Join(parts, ", ")
	}
	s := "(" + list(sig.Params(), sig.Variadic()) + ")"
	switch sig.Results().Len() {
	case 0:
		return s
	case 1:
		return s + " " + list(sig.Results(), false)
	}
	return s + " (" + list(sig.Results(), false) + ")"
}

func (t *Types) linkStruct(st *types.Struct) string {
	if st.NumFields() == 0 {
		return "struct {}"
	}
	fields := make([]string, st.NumFields())
	for i := range fields {
		f := st.Field(i)
		typ := t.linkName(f.Type())
		switch {
		case !f.Embedded():
			fields[i] = " " + idOf(f) + " " + typ
		case embeddedName(f.Type()) == f.Name():
			fields[i] = " " + typ
		default: // by an alias
			fields[i] = " " + idOf(f) + " = " + typ
		}
		if tag := st.Tag(i); tag != "" {
			fields[i] += " " + strconv.Quote(tag)
		}
	}
	return "struct {" + strings.Join(fields, ";") + " }"
}

// embeddedName is the name of a field that embeds a type by its own name.
func embeddedName(typ types.Type) string {
	typ = types.Unalias(typ)
	if p, ok := typ.(*types.Pointer); ok {
		typ = types.Unalias(p.Elem())
	}
	if n, ok := typ.(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func (t *Types) linkInterface(typ *types.Interface) string {
	if typ.NumMethods() == 0 {
		return "interface {}"
	}
	list := sortedMethods(typ)
	parts := make([]string, len(list))
	for i, f := range list {
		parts[i] = " " + idOf(f) + t.linkSignature(f.Type().(*types.Signature))
	}
	return "interface {" + strings.Join(parts, ";") + " }"
}
