package assist

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// Inspect documents what stands at a byte offset of a text: the name there or,
// within the parentheses of a call, the function that is called. With detail
// above 0 a function or type of the session's own comes with its source.
func Inspect(scope *lower.Scope, text string, cursor, detail int) (string, bool) {
	cursor = boundary(text, cursor)
	if where, _ := lexical(text[:cursor]); where == inComment {
		return "", false
	}
	end := wordEnd(text, cursor)
	if name := dotted(text, end); name != "" {
		if out, ok := Name(scope, text[:end], name, detail); ok {
			return out, true
		}
	}
	if open := enclosing(text[:cursor]); open > 0 {
		if name := dotted(text, open); name != "" {
			return Name(scope, text[:open], name, detail)
		}
	}
	return "", false
}

// dotted returns the chain of names, as "hh.Simulate", that ends at an offset.
func dotted(text string, end int) string {
	start := end
	for {
		at := wordStart(text[:start])
		if at == start {
			break
		}
		start = at
		if start == 0 || text[start-1] != '.' {
			break
		}
		start--
	}
	return strings.TrimPrefix(text[start:end], ".")
}

// enclosing returns the offset of the parenthesis that is open at the end of a
// text, 0 when none is.
func enclosing(text string) int {
	depth := 0
	for i := len(text) - 1; i > 0; i-- {
		switch text[i] {
		case ')', ']', '}':
			depth++
		case '[', '{':
			depth--
		case '(':
			if depth == 0 {
				return i
			}
			depth--
		}
		if depth < 0 {
			depth = 0
		}
	}
	return 0
}

// Name documents a name such as "x", "signal.Welch" or "hh.Simulate"; before
// is the text that ends with it, for what it means there.
func Name(scope *lower.Scope, before, name string, detail int) (string, bool) {
	view := scope.Look(before)
	first, rest, isDotted := strings.Cut(name, ".")
	if o, ok := scope.Object(first); ok && !isDotted {
		out := o.Kind + " " + o.Name
		switch o.Kind {
		case "function":
			out = "func " + o.Name + strings.TrimPrefix(o.TypeString(), "func")
		case "variable":
			out = "var " + o.Name + " " + o.TypeString()
			if doc := typeDoc(o.Type); doc != "" {
				out += "\n\n" + doc
			}
		case "type":
			out = "type " + o.Name + " " + types.TypeString(o.Type.Underlying(), lower.Qualify)
		case "constant":
			out = "const " + o.Name + " " + o.TypeString()
		}
		if detail > 0 && o.Source != "" {
			out = o.Source
		}
		return out, true
	}
	if path, ok := view.Packages()[first]; ok {
		if !isDotted {
			return Doc(path)
		}
		return Doc(path + "." + rest)
	}
	if o := types.Universe.Lookup(name); o != nil && !isDotted {
		if _, ok := o.(*types.Builtin); ok {
			return "built-in function " + name, true
		}
		return "built-in " + kindOf(o) + " " + name, true
	}
	// The last name is a member of an expression, or a local variable.
	for i := len(view.Path) - 1; i >= 0; i-- {
		switch n := view.Path[i].(type) {
		case *ast.SelectorExpr:
			t := view.Type(n.X)
			member := strings.TrimSuffix(n.Sel.Name, lower.Placeholder)
			if t == nil || !strings.HasSuffix(name, member) {
				continue
			}
			if out, ok := memberText(t, member, view.Package()); ok {
				return out, true
			}
		}
	}
	if !isDotted {
		for _, o := range view.Names {
			if o.Name() == name {
				out := kindOf(o) + " " + name + " " + typeText(o.Type())
				if doc := typeDoc(o.Type()); doc != "" {
					out += "\n\n" + doc
				}
				return out, true
			}
		}
	}
	return "", false
}

// memberText documents a field or method.
func memberText(t types.Type, name string, here *types.Package) (string, bool) {
	obj, index, _ := types.LookupFieldOrMethod(t, true, here, name)
	if obj == nil {
		return "", false
	}
	switch o := obj.(type) {
	case *types.Func:
		if recv := o.Signature().Recv(); recv != nil && o.Pkg() != nil {
			if n, ok := deref(recv.Type()).(*types.Named); ok {
				if page, ok := symbols.Doc(o.Pkg().Path()); ok {
					if it, ok := page.Item(n.Obj().Name() + "." + name); ok {
						return itemText(page, it), true
					}
				}
			}
		}
		return "func " + name + strings.TrimPrefix(typeText(o.Type()), "func"), true
	case *types.Var:
		out := "field " + name + " " + typeText(o.Type())
		if unit := unitOf(t, index); unit != "" {
			out += " (" + unit + ")"
		}
		return out, true
	}
	return "", false
}

func deref(t types.Type) types.Type {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return t
}

// unitOf reads the unit tag of a field.
func unitOf(t types.Type, index []int) string {
	for k, i := range index {
		st, ok := deref(t).Underlying().(*types.Struct)
		if !ok {
			return ""
		}
		if k == len(index)-1 {
			_, rest, ok := strings.Cut(st.Tag(i), `unit:"`)
			if !ok {
				return ""
			}
			unit, _, _ := strings.Cut(rest, `"`)
			return unit
		}
		t = st.Field(i).Type()
	}
	return ""
}

// typeDoc documents the named type of a variable.
func typeDoc(t types.Type) string {
	n, ok := deref(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	page, ok := symbols.Doc(n.Obj().Pkg().Path())
	if !ok {
		return ""
	}
	it, ok := page.Item(n.Obj().Name())
	if !ok {
		return ""
	}
	return fmt.Sprint(itemText(page, it))
}
