package assist

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"github.com/neurorepl/neurorepl/symbols"
)

// members lists what can stand behind the dot of a selector.
func (p *place) members(m *Menu) {
	if path, ok := p.packageOf(p.sel.X); ok {
		p.packageMembers(m, path)
		return
	}
	t := p.Type(p.sel.X)
	if t == nil {
		return
	}
	seen := map[string]bool{}
	structFields(t, p.Package(), 0, func(f *types.Var, tag string, depth int) {
		if !seen[f.Name()] {
			seen[f.Name()] = true
			m.add(Item{Text: f.Name(), Kind: "field", Type: withUnit(typeText(f.Type()), tag), rank: depth, fit: p.fit(f.Type())})
		}
	})
	mt := t
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
	default:
		mt = types.NewPointer(t)
	}
	for sel := range types.NewMethodSet(mt).Methods() {
		f := sel.Obj()
		if !f.Exported() && f.Pkg() != p.Package() || seen[f.Name()] {
			continue
		}
		m.add(Item{Text: f.Name(), Kind: "method", Type: typeText(sel.Type()), rank: len(sel.Index()) - 1, fit: p.fit(sel.Type())})
	}
}

// packageOf returns the import path of the package for which an expression
// stands.
func (p *place) packageOf(x ast.Expr) (string, bool) {
	id, ok := x.(*ast.Ident)
	if !ok {
		return "", false
	}
	switch p.Object(id).(type) {
	case nil, *types.PkgName:
		path, ok := p.Packages()[id.Name]
		return path, ok
	}
	return "", false
}

// structFields visits the fields of a struct, those of embedded structs after
// its own.
func structFields(t types.Type, here *types.Package, depth int, visit func(f *types.Var, tag string, depth int)) {
	st, ok := under(indirect(t)).(*types.Struct)
	if !ok || depth > 5 {
		return
	}
	for i := range st.NumFields() {
		if f := st.Field(i); f.Exported() || f.Pkg() == here {
			visit(f, st.Tag(i), depth)
		}
	}
	for f := range st.Fields() {
		if f.Embedded() {
			structFields(f.Type(), here, depth+1, visit)
		}
	}
}

// withUnit adds the unit of a field to its type.
func withUnit(typ, tag string) string {
	if unit := reflect.StructTag(tag).Get("unit"); unit != "" {
		return typ + " (" + unit + ")"
	}
	return typ
}

// packageMembers lists what a package exports. In the library constructors and
// types come first: a model is what one looks for. Elsewhere constants come last:
// math.S is the start of Sin and Sqrt.
func (p *place) packageMembers(m *Menu, path string) {
	page, ok := symbols.Doc(path)
	if !ok {
		return
	}
	var pkg *types.Package
	if p.want != nil {
		pkg, _ = p.scope.Import(path)
	}
	own := strings.HasPrefix(path, symbols.Module)
	for _, it := range page.Items {
		if it.Kind == "method" {
			continue
		}
		out := Item{Text: it.Name, Kind: it.Kind, Type: signature(it), fit: p.fit(nil)}
		if pkg != nil {
			if o := pkg.Scope().Lookup(it.Name); o != nil && it.Kind != "type" {
				if out.fit = p.fit(o.Type()); out.fit == 1 && strings.HasPrefix(it.Name, "New") {
					out.fit = 0
				}
			} else if o != nil && types.Identical(o.Type(), indirect(p.want)) {
				out.fit = 0
			}
		}
		if own {
			switch {
			case it.Kind == "function" && strings.HasPrefix(it.Name, "New"):
				out.rank = 0
			case it.Kind == "type" || it.Kind == "function":
				out.rank = 1
			default:
				out.rank = 2
			}
			if it.Kind == "type" && (strings.HasSuffix(it.Name, "Options") || strings.HasSuffix(it.Name, "Error")) {
				out.rank = 2
			}
		} else if it.Kind == "constant" {
			out.rank = 1
		}
		m.add(out)
	}
}

// signature is the declaration of an item without its keyword and name.
func signature(it symbols.Item) string {
	line, _, more := strings.Cut(it.Decl, "\n")
	switch it.Kind {
	case "function":
		if i := strings.IndexAny(it.Decl, "(["); i >= 0 {
			return "func" + it.Decl[i:]
		}
	case "type":
		line = strings.TrimPrefix(line, "type "+it.Name+" ")
		if more {
			line = strings.TrimSuffix(strings.TrimSpace(line), "{")
		}
		return strings.TrimSpace(line)
	}
	for _, k := range []string{"var ", "const "} {
		line = strings.TrimPrefix(line, k)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, it.Name))
}
