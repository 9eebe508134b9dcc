package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

var keywords = []string{
	"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto", "if",
	"import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var",
}

// names lists what can stand alone: what is in scope, packages, and Go's own
// words.
func (p *place) names(m *Menu) {
	hidden := map[string]bool{} // Go's own names that are something else here
	for _, o := range p.Names {
		hidden[o.Name()] = true
		if strings.HasSuffix(o.Name(), lower.Placeholder) {
			continue
		}
		it := Item{Text: o.Name(), Kind: kindOf(o), Type: typeText(o.Type()), group: session}
		if local(o, p.Package()) {
			it.group = locals
		}
		if it.Kind != "type" {
			it.fit = p.fit(o.Type())
		} else {
			it.fit = p.fit(nil)
		}
		m.add(it)
	}
	p.wanted(m)
	for name, path := range p.Packages() {
		it := Item{Text: name, Kind: "package", fit: p.fit(nil), group: packages, rank: 1}
		if strings.HasPrefix(path, symbols.Module) {
			it.rank = 0
		}
		if match(name, m.typed) != no {
			if page, ok := symbols.Doc(path); ok {
				it.Type = synopsis(page.Doc)
			}
			m.add(it)
		}
	}
	for _, n := range types.Universe.Names() {
		if hidden[n] {
			continue
		}
		o := types.Universe.Lookup(n)
		m.add(Item{Text: n, Kind: kindOf(o), Type: builtinType(o), group: words})
	}
	for _, k := range keywords {
		m.add(Item{Text: k, Kind: "keyword", group: words, rank: 1})
	}
	p.unqualified(m)
}

// unqualified lists the library's names that start with what is typed, without
// regard to case, with their packages: signal.Welch for wel. They stand in only
// when no name in scope starts so.
func (p *place) unqualified(m *Menu) {
	const least = 3 // letters: fewer would start too many names
	if len(m.typed) < least {
		return
	}
	for _, it := range m.Items {
		if it.match <= anyCase {
			return
		}
	}
	for name, path := range p.Packages() {
		if !strings.HasPrefix(path, symbols.Module) {
			continue
		}
		page, ok := symbols.Doc(path)
		if !ok {
			continue
		}
		for _, it := range page.Items {
			if it.Kind != "method" && hasPrefixFold(it.Name, m.typed) {
				rank := 2
				if it.Kind != "function" {
					rank = 3
				}
				m.Items = append(m.Items, Item{Text: name + "." + it.Name, Kind: it.Kind, Type: signature(it), match: within, fit: p.fit(nil), group: packages, rank: rank})
			}
		}
	}
}

// local tells the names within functions from the session's.
func local(o types.Object, pkg *types.Package) bool {
	return o.Parent() != nil && o.Parent() != types.Universe && (pkg == nil || o.Parent() != pkg.Scope())
}

// wanted lists the ways to make a value of the struct that the place wants: a
// literal, in which its fields can be completed, and the functions of its
// package that return one.
func (p *place) wanted(m *Menu) {
	named, ok := types.Unalias(indirect(p.want)).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.TypeArgs().Len() > 0 {
		return
	}
	if _, ok := named.Underlying().(*types.Struct); !ok {
		return
	}
	prefix, path := "", named.Obj().Pkg().Path()
	if named.Obj().Pkg() != p.Package() {
		if prefix = p.nameOf(path); prefix == "" || !named.Obj().Exported() {
			return
		}
	}
	address := ""
	if _, isPointer := under(p.want).(*types.Pointer); isPointer {
		address = "&"
	}
	m.add(Item{Text: address + prefix + named.Obj().Name() + "{", Kind: "type", Type: "struct", group: packages, rank: -1})
	page, ok := symbols.Doc(path)
	if !ok {
		return
	}
	for _, it := range page.Items {
		if it.Kind == "function" && Makes(it.Decl, named.Obj().Name()) && strings.HasPrefix(it.Name, "New") {
			m.add(Item{Text: prefix + it.Name, Kind: "function", Type: signature(it), group: packages, rank: -2})
		}
	}
}

// nameOf is what stands before the names of a package, as "signal.", empty when
// nothing stands for it.
func (p *place) nameOf(path string) string {
	best := ""
	for name, at := range p.Packages() {
		if at == path && (best == "" || name < best) {
			best = name
		}
	}
	if best == "" {
		return ""
	}
	return best + "."
}

// labels lists the labels that a statement can name.
func (p *place) labels(m *Menu) {
	add := func(l *ast.LabeledStmt) {
		for _, it := range m.Items {
			if it.Text == l.Label.Name {
				return
			}
		}
		m.add(Item{Text: l.Label.Name, Kind: "label"})
	}
	for _, n := range p.Path {
		switch n := n.(type) {
		case *ast.LabeledStmt:
			add(n)
		case *ast.FuncLit, *ast.FuncDecl:
			if p.label.Tok == token.GOTO {
				ast.Inspect(n, func(in ast.Node) bool {
					if l, ok := in.(*ast.LabeledStmt); ok {
						add(l)
					}
					_, nested := in.(*ast.FuncLit)
					return !nested || in == n
				})
			}
			return
		}
	}
}

// fields lists the fields that a struct literal does not have yet; it is false
// when the literal is not of a struct.
func (p *place) fields(m *Menu) bool {
	t := indirect(p.Type(p.lit))
	st, ok := under(t).(*types.Struct)
	if !ok {
		return false
	}
	given := keysAhead(p.after)
	for _, e := range p.lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				given[id.Name] = true
			}
		}
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if given[f.Name()] || !f.Exported() && f.Pkg() != p.Package() {
			continue
		}
		m.add(Item{Text: f.Name(), Kind: "field", Type: withUnit(typeText(f.Type()), st.Tag(i)), rank: i})
	}
	return true
}

// keysAhead are the keys of the literal that the cursor is in and that stand
// behind it.
func keysAhead(after string) map[string]bool {
	keys := map[string]bool{}
	depth := 0
	list := lexemes(after)
	for i, l := range list {
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if depth--; depth < 0 {
				return keys
			}
		case token.COLON:
			if depth == 0 && i > 0 && list[i-1].tok == token.IDENT && list[i-1].off > 0 {
				keys[list[i-1].lit] = true
			}
		}
	}
	return map[string]bool{} // the literal does not end: what follows is not its own
}

func builtinType(o types.Object) string {
	if _, ok := o.(*types.Builtin); ok {
		return "built in"
	}
	return typeText(o.Type())
}

func kindOf(o types.Object) string {
	switch o.(type) {
	case *types.Func, *types.Builtin:
		return "function"
	case *types.TypeName:
		return "type"
	case *types.Const:
		return "constant"
	case *types.PkgName:
		return "package"
	}
	return "variable"
}

// typeText writes types as a user does.
func typeText(t types.Type) string {
	if t == nil || invalid(t) {
		return ""
	}
	return types.TypeString(t, lower.Qualify)
}
