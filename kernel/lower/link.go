package lower

import (
	"go/ast"
	"go/types"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
)

// go/ssa builds one package from one set of syntax, and a cell uses what other
// cells declared. A function of an earlier cell becomes a declaration without
// a body and a variable one without a value; both carry the object that the
// checker knows, by which the engine finds what it has. Methods need nothing,
// as go/ssa makes them from their objects. A generic function or method comes
// with its whole syntax, for it is instantiated where it is used.

// A generic is the syntax of a generic function or method with what the
// checker knows of it.
type generic struct {
	obj  *types.Func
	decl *ast.FuncDecl
	info *types.Info
}

// A linker finds what of earlier cells and of packages a unit refers to.
type linker struct {
	scope   *Scope
	info    *types.Info // of the unit
	pkg     *types.Package
	own     map[types.Object]bool // what the unit declares itself
	vars    []*types.Var
	decls   []ast.Decl
	imports map[*types.Package]bool
	seen    map[types.Object]bool
	types   map[types.Type]bool
	waiting []*generic
}

// link adds to the unit what its syntax refers to.
func (b *builder) link(decls []ast.Decl) ([]ast.Decl, error) {
	lib := b.scope.companions()
	if _, err := lib.Patch(b.info); err != nil {
		return nil, err
	}
	l := &linker{
		scope: b.scope, info: b.info, pkg: b.pkg, own: map[types.Object]bool{}, imports: map[*types.Package]bool{},
		seen: map[types.Object]bool{}, types: map[types.Type]bool{},
	}
	for _, o := range b.info.Defs {
		if o != nil {
			l.own[o] = true
		}
	}
	for _, p := range b.pkg.Imports() {
		l.imports[p] = true
	}
	l.visit(b.info)
	for len(l.waiting) > 0 {
		g := l.waiting[0]
		l.waiting = l.waiting[1:]
		l.decls = append(l.decls, g.decl)
		merge(b.info, g.info)
		l.visit(g.info)
	}
	u := b.unit
	have := map[*std.Package]bool{}
	companion := map[*types.Package]bool{}
	for p := range l.imports {
		for _, c := range lib.Packages(p) {
			if strings.HasPrefix(p.Path(), std.Prefix) && !have[c] {
				have[c], companion[c.Types] = true, true
				u.Library = append(u.Library, c)
			}
		}
	}
	for _, p := range compiledImports(u.Library) {
		l.imports[p] = true
	}
	for p := range l.imports {
		if p != b.pkg && !companion[p] {
			u.Imports = append(u.Imports, p)
		}
	}
	sort.Slice(u.Imports, func(i, j int) bool { return u.Imports[i].Path() < u.Imports[j].Path() })
	return append(append(b.declareVars(l.vars), l.decls...), decls...), nil
}

// visit looks at what syntax uses.
func (l *linker) visit(info *types.Info) {
	for _, o := range info.Uses {
		l.use(o)
	}
	for _, tv := range info.Types {
		l.typ(tv.Type)
	}
}

func (l *linker) use(o types.Object) {
	if o == nil || o.Pkg() == nil {
		return
	}
	if f, ok := o.(*types.Func); ok {
		o = f.Origin()
	}
	if l.seen[o] {
		return
	}
	l.seen[o] = true
	if o.Pkg() != l.pkg {
		if o.Parent() == o.Pkg().Scope() {
			l.imports[o.Pkg()] = true
		}
		return
	}
	if l.own[o] {
		return
	}
	switch o := o.(type) {
	case *types.Func:
		if o.Signature().Recv() != nil {
			return // by its type
		}
		if g := l.scope.generics[o]; g != nil {
			l.waiting = append(l.waiting, g)
			return
		}
		id := &ast.Ident{Name: o.Name(), NamePos: o.Pos()}
		l.info.Defs[id] = o
		l.decls = append(l.decls, &ast.FuncDecl{Name: id, Type: &ast.FuncType{Func: o.Pos(), Params: &ast.FieldList{}}})
	case *types.Var:
		if packageLevel(o) {
			l.vars = append(l.vars, o)
		}
	}
}

// packageLevel tells the names of cells from those within functions, fields
// and methods.
func packageLevel(o types.Object) bool {
	switch o := o.(type) {
	case *types.Var:
		if o.IsField() {
			return false
		}
	case *types.Func:
		if o.Signature().Recv() != nil {
			return false
		}
	}
	return o.Parent() == nil || o.Parent().Parent() == types.Universe
}

// typ finds the generic methods of the types that a type is made of.
func (l *linker) typ(t types.Type) {
	if t == nil || l.types[t] {
		return
	}
	l.types[t] = true
	switch t := t.(type) {
	case *types.Alias:
		l.typ(types.Unalias(t))
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			l.typ(a)
		}
		if t.Obj().Pkg() != l.pkg {
			return
		}
		for m := range t.Origin().Methods() {
			l.typ(m.Type())
			if g := l.scope.generics[m]; g != nil && !l.own[m] && !l.seen[m] {
				l.seen[m] = true
				l.waiting = append(l.waiting, g)
			}
		}
		l.typ(t.Underlying())
	case *types.Pointer:
		l.typ(t.Elem())
	case *types.Slice:
		l.typ(t.Elem())
	case *types.Array:
		l.typ(t.Elem())
	case *types.Chan:
		l.typ(t.Elem())
	case *types.Map:
		l.typ(t.Key())
		l.typ(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			l.typ(f.Type())
		}
	case *types.Tuple:
		for v := range t.Variables() {
			l.typ(v.Type())
		}
	case *types.Signature:
		l.typ(t.Params())
		l.typ(t.Results())
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			l.typ(m.Type())
		}
		for e := range t.EmbeddedTypes() {
			l.typ(e)
		}
	case *types.Union:
		for i := range t.Len() {
			l.typ(t.Term(i).Type())
		}
	}
}

// merge adds what is known of one piece of syntax to what is known of
// another.
func merge(to, from *types.Info) {
	add(to.Types, from.Types)
	add(to.Defs, from.Defs)
	add(to.Uses, from.Uses)
	add(to.Selections, from.Selections)
	add(to.Implicits, from.Implicits)
	add(to.Instances, from.Instances)
}

func add[K comparable, V any](to, from map[K]V) {
	for k, v := range from {
		to[k] = v
	}
}

// cut takes from info what belongs to a declaration.
func cut(info *types.Info, obj *types.Func, d *ast.FuncDecl) *generic {
	g := &generic{obj, d, newInfo()}
	ast.Inspect(d, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		take(g.info.Implicits, info.Implicits, n)
		if x, ok := n.(ast.Expr); ok {
			take(g.info.Types, info.Types, x)
		}
		switch n := n.(type) {
		case *ast.Ident:
			take(g.info.Defs, info.Defs, n)
			take(g.info.Uses, info.Uses, n)
			take(g.info.Instances, info.Instances, n)
		case *ast.SelectorExpr:
			take(g.info.Selections, info.Selections, n)
		}
		return true
	})
	return g
}

func take[K comparable, V any](to, from map[K]V, k K) {
	if v, ok := from[k]; ok {
		to[k] = v
	}
}

// isGeneric tells whether a function or method has type parameters.
func isGeneric(f *types.Func) bool {
	sig := f.Signature()
	return sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0
}

// unreachable drops generic declarations that nothing can instantiate any more
// and returns those of the replaced objects that no other can use.
func (s *Scope) unreachable(replaced []types.Object) (gone []types.Object) {
	if len(s.generics) > 0 {
		l := &linker{scope: s, info: newInfo(), pkg: s.pkg, seen: map[types.Object]bool{}, types: map[types.Type]bool{}}
		for _, o := range s.names {
			l.use(o.obj)
			l.typ(o.Type)
		}
		keep := map[*types.Func]*generic{}
		for len(l.waiting) > 0 {
			g := l.waiting[0]
			l.waiting = l.waiting[1:]
			keep[g.obj] = g
			l.visit(g.info)
		}
		s.generics = keep
		for _, o := range replaced {
			if l.seen[o] {
				continue
			}
			gone = append(gone, o)
		}
		replaced, gone = gone, nil
	}
	for _, o := range replaced {
		switch o.(type) {
		case *types.Var, *types.Func:
			gone = append(gone, o)
		}
	}
	return gone
}
