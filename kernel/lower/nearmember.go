package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// suggestMember adds the nearest field or method to an error about one that a
// type does not have, at a position of the files being checked.
func (b *builder) suggestMember(files []*ast.File, pos token.Pos, msg string) string {
	if b.scope.opts.Distance == nil || !strings.Contains(msg, " undefined (type ") && !strings.HasPrefix(msg, "unknown field ") ||
		strings.Contains(msg, "but does have") {
		return msg
	}
	var (
		owner ast.Expr
		name  string
	)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if n.Sel.Pos() == pos {
					owner, name = n.X, n.Sel.Name
				}
			case *ast.CompositeLit:
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Pos() == pos {
						if id, ok := kv.Key.(*ast.Ident); ok {
							owner, name = n, id.Name
						}
					}
				}
			}
			return owner == nil
		})
	}
	if owner == nil {
		return msg
	}
	_, literal := owner.(*ast.CompositeLit)
	t := b.info.Types[owner].Type
	if t == nil && literal { // not noted while the literal is checked
		if x := owner.(*ast.CompositeLit).Type; x != nil {
			t = b.info.Types[x].Type
		}
	}
	if t == nil {
		return msg
	}
	near := nearest(members(t, b.pkg, !literal), name, b.scope.opts.Distance)
	if len(near) == 0 {
		return msg
	}
	return msg + " (did you mean " + strings.Join(near, " or ") + "?)"
}

// members are the names of a type's fields, with those of embedded structs, and
// of its methods.
func members(t types.Type, here *types.Package, methods bool) []string {
	have := map[string]bool{}
	var fields func(t types.Type, depth int)
	fields = func(t types.Type, depth int) {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || depth > 4 {
			return
		}
		for f := range st.Fields() {
			if f.Exported() || f.Pkg() == here {
				have[f.Name()] = true
			}
			if f.Embedded() && methods {
				fields(f.Type(), depth+1)
			}
		}
	}
	fields(t, 0)
	if methods {
		switch t.Underlying().(type) {
		case *types.Pointer, *types.Interface:
		default:
			t = types.NewPointer(t)
		}
		for m := range types.NewMethodSet(t).Methods() {
			if m.Obj().Exported() || m.Obj().Pkg() == here {
				have[m.Obj().Name()] = true
			}
		}
	}
	out := make([]string, 0, len(have))
	for n := range have {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// nearest are those of the known names that differ least from one that nobody
// knows, up to three, and none that differs much.
func nearest(known []string, name string, distance func(a, b string) int) []string {
	best, limit := []string(nil), 1+len(name)/4
	if len(name) < 2 {
		return nil
	}
	for _, k := range known {
		switch d := distance(name, k); {
		case k == name || d > limit:
		case d < limit || best == nil:
			best, limit = []string{k}, d
		case len(best) < 3:
			best = append(best, k)
		}
	}
	return best
}
