package lower

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A chunk is a part of a cell that is checked as one: declarations, then
// statements. Most cells are one chunk; a cell whose functions use
// variables that its own statements declare is several.
type chunk struct {
	imports []*ast.GenDecl
	decls   []ast.Decl
	stmts   []ast.Stmt
}

// Cell parses and checks a cell. The scope does not change before the unit's
// Commit. The name stands in positions.
func (s *Scope) Cell(name, text string) (*Unit, Errors) {
	first, errs := parse(token.NewFileSet(), name, text)
	if len(errs) > 0 {
		return nil, errs
	}
	s.parsed = nil
	clear(s.origins)
	b := s.checked(name, text, first, false)
	if len(b.errs) > 0 && first.onlyVars() {
		// Variables of a program, in any order: their first values may depend
		// on functions that use other variables.
		if whole := s.checked(name, text, first, true); len(whole.errs) == 0 {
			b = whole
		}
	}
	if len(b.errs) == 0 {
		b.assemble()
	}
	if len(b.errs) > 0 {
		s.forgetFiles()
		return nil, b.sortedErrors()
	}
	b.unit.files, s.parsed = s.parsed, nil
	return b.unit, nil
}

// forgetFiles takes the texts of a check that is over from the file set.
func (s *Scope) forgetFiles() {
	for _, f := range s.parsed {
		s.opts.Fset.RemoveFile(f)
	}
	s.parsed = nil
}

// checkAll checks a cell chunk by chunk, with declarations of earlier cells
// that must be made again.
func (b *builder) checkAll(p *parsed, again []ast.Decl) {
	p.decls = append(p.decls, again...)
	b.chunks = order(p)
	for i := range b.chunks {
		c := &b.chunks[i]
		b.prepare(c)
		b.checkChunk(*c, i == len(b.chunks)-1)
	}
}

// entry is the function that holds the statements of a cell; no name of a user
// can be the same.
const entry = "·cell"

// assemble makes one file of the chunks and fills the unit.
func (b *builder) assemble() {
	u := b.unit
	b.repoint()
	body := &ast.BlockStmt{}
	var decls []ast.Decl
	for i, c := range b.chunks {
		decls = append(decls, c.decls...)
		list := b.toGlobals(c.stmts)
		if i == len(b.chunks)-1 {
			list = b.showLast(list)
		}
		body.List = append(body.List, list...)
	}
	if len(body.List) > 0 {
		body.Lbrace, body.Rbrace = body.List[0].Pos(), body.List[len(body.List)-1].End()
	}
	name := &ast.Ident{Name: entry, NamePos: body.Lbrace}
	u.entry = types.NewFunc(body.Lbrace, b.pkg, entry, types.NewSignatureType(nil, nil, nil, nil, nil, false))
	b.info.Defs[name] = u.entry
	run := &ast.FuncDecl{Name: name, Type: &ast.FuncType{Func: body.Lbrace, Params: &ast.FieldList{}}, Body: body}
	for _, d := range append(decls, run) {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				u.keeps = true
			case *ast.FuncDecl:
				u.keeps = u.keeps || n != run
			}
			return !u.keeps
		})
	}
	all, err := b.link(append(decls, run))
	if err != nil {
		b.errs.Add(token.Position{Filename: b.name}, err.Error())
		return
	}
	file := &ast.File{Name: ast.NewIdent("main"), Decls: all}
	b.info.FileVersions[file] = goVersion
	u.Types, u.Files, u.Info, u.Entry = b.pkg, []*ast.File{file}, b.info, entry
	b.remember(decls)
}

// remember notes what the unit's Commit does.
func (b *builder) remember(decls []ast.Decl) {
	s, u := b.scope, b.unit
	for n, o := range b.names {
		if old := s.names[n]; (old == nil || old.obj != o.obj) && (o.Kind == "variable" || o.Kind == "function") {
			u.fresh = append(u.fresh, o.obj)
		}
	}
	made := map[*types.Func]*generic{}
	for _, d := range decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			if obj, ok := b.info.Defs[f.Name].(*types.Func); ok && isGeneric(obj) {
				made[obj] = cut(b.info, obj, f)
			}
		}
	}
	u.commit = append(u.commit, func() {
		replaced := func(n string) {
			if o := s.names[n]; o != nil && (b.names[n] == nil || b.names[n].obj != o.obj) {
				u.gone = append(u.gone, o.obj)
			}
		}
		for n := range b.gone {
			replaced(n)
			delete(s.names, n)
		}
		for n, o := range b.names {
			replaced(n)
			s.names[n] = o
			delete(s.imports, n)
		}
		for n, path := range b.imports {
			s.imports[n] = path
		}
		for f, g := range made {
			s.generics[f] = g
		}
		if len(u.gone) > 0 {
			u.gone = s.unreachable(u.gone)
		}
	})
}

// A builder checks one cell.
type builder struct {
	scope   *Scope
	unit    *Unit
	name    string
	text    string
	errs    Errors
	chunks  []chunk
	names   map[string]*Object // declared by this cell
	gone    map[string]bool    // session names that an import of this cell replaces
	imports map[string]string  // by this cell
	moved   map[*types.Var]*types.Var
	bad     []token.Pos // where the checker found errors
	info    *types.Info
	pkg     *types.Package
}

func (s *Scope) builder(name, text string) *builder {
	return &builder{
		scope: s, unit: &Unit{scope: s}, name: name, text: text, names: map[string]*Object{}, imports: map[string]string{},
		gone: map[string]bool{}, moved: map[*types.Var]*types.Var{}, info: newInfo(),
	}
}

func (b *builder) object(name string) *Object {
	if o, ok := b.names[name]; ok {
		return o
	}
	if b.gone[name] {
		return nil
	}
	return b.scope.names[name]
}

func (b *builder) errorf(pos token.Pos, format string, args ...any) {
	b.errs.Add(b.scope.opts.Fset.Position(pos), fmt.Sprintf(format, args...))
}

// prepare notes the imports of a chunk, and lets a program pasted into a cell
// run.
func (b *builder) prepare(c *chunk) {
	for _, g := range c.imports {
		for _, sp := range g.Specs {
			b.userImport(sp.(*ast.ImportSpec))
		}
	}
	for _, d := range c.decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "main" {
			call := &ast.ExprStmt{X: &ast.CallExpr{Fun: &ast.Ident{Name: "main", NamePos: f.Name.Pos()}}}
			c.stmts = append(c.stmts[:len(c.stmts):len(c.stmts)], call)
		}
	}
}

// checkChunk checks a chunk and makes what it declares known to the next. It
// is true when there were errors.
func (b *builder) checkChunk(c chunk, last bool) (bad bool) {
	// What the checker sees: imports that are needed, the declarations, and
	// the statements as the body of a function.
	body := &ast.FuncDecl{Name: ast.NewIdent(entry), Type: &ast.FuncType{Params: &ast.FieldList{}}, Body: &ast.BlockStmt{List: c.stmts}}
	if n := len(c.stmts); n > 0 {
		body.Body.Lbrace, body.Body.Rbrace = c.stmts[0].Pos(), c.stmts[n-1].End()
	}
	file := &ast.File{Name: ast.NewIdent("main")}
	mine := map[string]bool{}
	for _, d := range c.decls {
		for _, n := range declNames(d) {
			if f, ok := d.(*ast.FuncDecl); !ok || f.Recv == nil {
				mine[n] = true
			}
		}
	}
	file.Decls = append(file.Decls, b.neededImports(c, mine)...)
	file.Decls = append(file.Decls, c.decls...)
	file.Decls = append(file.Decls, body)

	b.pkg = b.scope.newPackage()
	for name := range c.names() { // not all: a session may have thousands
		if o := b.object(name); o != nil && !mine[name] {
			b.pkg.Scope().Insert(o.obj)
		}
	}
	var shown ast.Expr
	if n := len(c.stmts); last && n > 0 {
		if es, ok := c.stmts[n-1].(*ast.ExprStmt); ok {
			shown = es.X
		}
	}
	bad = b.check([]*ast.File{file}, func(e types.Error) bool {
		// Unused variables are a session's daily bread, and the last
		// expression is shown.
		return e.Soft && (strings.HasPrefix(e.Msg, "declared and not used") || !e.Pos.IsValid()) ||
			shown != nil && e.Pos == shown.Pos() && strings.HasSuffix(e.Msg, "is not used")
	})
	b.adopt(c)
	return bad
}

// check runs the type checker. It is true when there were errors other than
// those that skip leaves out.
func (b *builder) check(files []*ast.File, skip func(types.Error) bool) (bad bool) {
	if b.pkg == nil {
		b.pkg = b.scope.newPackage()
	}
	conf := types.Config{
		Importer: b.scope, GoVersion: goVersion,
		Error: func(err error) {
			e := err.(types.Error)
			if skip(e) {
				return
			}
			bad = true
			b.bad = append(b.bad, e.Pos)
			b.errs.Add(e.Fset.Position(e.Pos), b.suggest(earlierType(strings.ReplaceAll(e.Msg, "\n\t", " "))))
		},
	}
	_ = types.NewChecker(&conf, b.scope.opts.Fset, b.pkg, b.info).Files(files) // errors went to conf.Error
	return bad
}

func (b *builder) sortedErrors() Errors {
	sort.Sort(b.errs)
	b.errs = slices.CompactFunc(b.errs, func(x, y *scanner.Error) bool { return x.Pos == y.Pos && x.Msg == y.Msg })
	return b.errs
}

// userImport notes an import of the user's own, which wins over everything of
// the same name.
func (b *builder) userImport(sp *ast.ImportSpec) {
	path, err := strconv.Unquote(sp.Path.Value)
	if err != nil {
		b.errorf(sp.Pos(), "invalid import path %s", sp.Path.Value)
		return
	}
	p, err := b.scope.Import(path)
	if err != nil {
		b.errorf(sp.Path.Pos(), "%v", err)
		return
	}
	name := p.Name()
	if sp.Name != nil {
		name = sp.Name.Name
	}
	switch name {
	case "_":
		return
	case ".":
		b.errorf(sp.Pos(), "import . %q is not possible in a cell; name the package", path)
		return
	}
	b.imports[name] = path
	b.gone[name] = true
	delete(b.names, name)
}

func (b *builder) packagePath(name string) (string, bool) {
	if path, ok := b.imports[name]; ok {
		return path, true
	}
	if b.object(name) != nil {
		return "", false
	}
	return b.scope.PackagePath(name)
}

// names lists the identifiers in a chunk.
func (c chunk) names() map[string]bool {
	names := map[string]bool{}
	find := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name] = true
		}
		return true
	}
	for _, d := range c.decls {
		ast.Inspect(d, find)
	}
	for _, st := range c.stmts {
		ast.Inspect(st, find)
	}
	return names
}

// neededImports declares the packages whose names stand before a dot.
func (b *builder) neededImports(c chunk, mine map[string]bool) []ast.Decl {
	names := map[string]bool{}
	find := func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				names[id.Name] = true
			}
		}
		return true
	}
	for _, d := range c.decls {
		ast.Inspect(d, find)
	}
	for _, st := range c.stmts {
		ast.Inspect(st, find)
	}
	var sorted []string
	for n := range names {
		if path, ok := b.packagePath(n); ok && !mine[n] && path != "" {
			sorted = append(sorted, n)
		}
	}
	sort.Strings(sorted)
	var out []ast.Decl
	for _, n := range sorted {
		path, _ := b.packagePath(n)
		out = append(out, importDecl(n, path))
	}
	return out
}

func importDecl(name, path string) *ast.GenDecl {
	return &ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{&ast.ImportSpec{
		Name: ast.NewIdent(name), Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(path)},
	}}}
}

// adopt makes what a chunk declares known to the next chunk of the cell.
func (b *builder) adopt(c chunk) {
	for _, d := range c.decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" {
				b.adoptName(d.Name, "function", d)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					b.adoptName(sp.Name, "type", d)
				case *ast.ValueSpec:
					for _, id := range sp.Names {
						if d.Tok == token.VAR {
							b.adoptName(id, "variable", nil)
						} else {
							b.adoptName(id, "constant", d)
						}
					}
				}
			}
		}
	}
	for _, d := range c.decls { // methods belong to their types
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			continue
		}
		if id := Receiver(f); id != nil {
			if o := b.names[id.Name]; o != nil && o.Kind == "type" {
				o.methods = append(o.methods, method{f.Name.Name, b.origin(f)})
				o.uses = append(o.uses, b.sessionNames(f)...)
			}
		}
	}
	for _, st := range c.stmts {
		for _, id := range declared(st) {
			b.adoptName(id, "variable", nil)
		}
	}
}

func (b *builder) adoptName(id *ast.Ident, kind string, decl ast.Decl) {
	obj := b.info.Defs[id]
	if obj == nil || id.Name == "_" {
		return
	}
	o := &Object{Name: id.Name, Type: obj.Type(), Kind: kind, obj: obj, from: source{b.scope.opts.Fset, b.name, b.text}}
	if decl != nil {
		o.from = b.origin(decl)
		o.Source = o.from.text(decl)
		o.uses = b.sessionNames(decl)
	}
	old := b.object(id.Name)
	if v, ok := obj.(*types.Var); ok && !packageLevel(v) {
		// A local variable of the checked body becomes the session's. What
		// uses an old one of the same type sees the new value.
		to := types.NewVar(v.Pos(), b.pkg, v.Name(), v.Type())
		if old != nil && types.Identical(old.Type, v.Type()) {
			if was, ok := old.obj.(*types.Var); ok {
				to = was
			}
		}
		o.obj, b.moved[v] = to, to
	}
	if old == nil {
		if path, ok := b.packagePath(id.Name); ok {
			b.unit.Notes = append(b.unit.Notes, fmt.Sprintf("%s is now your %s, not the package; to get the package back: import %q", id.Name, kind, path))
			delete(b.imports, id.Name)
		}
	}
	b.names[id.Name] = o
}

// source is where a declaration was written.
type source struct {
	fset *token.FileSet
	name string // of its cell
	cell string // text of its cell
}

func (b *builder) origin(d ast.Decl) source {
	if o, ok := b.scope.origins[d]; ok {
		return o
	}
	return source{b.scope.opts.Fset, b.name, b.text}
}

// text returns a node as the user wrote it.
func (s source) text(n ast.Node) string {
	f := s.fset.File(n.Pos())
	if f == nil {
		return ""
	}
	// The parsed text has a head of its own before the user's.
	from, to := f.Offset(n.Pos())-len(declHead), f.Offset(n.End())-len(declHead)
	if from < 0 || to > len(s.cell) {
		return ""
	}
	return s.cell[from:to]
}

// sessionNames lists the names of the session that a declaration uses.
func (b *builder) sessionNames(n ast.Node) []string {
	var out []string
	seen := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || seen[id.Name] {
			return true
		}
		if o := b.info.Uses[id]; o != nil && o.Pkg() == b.pkg && packageLevel(o) {
			seen[id.Name] = true
			out = append(out, id.Name)
		}
		return true
	})
	return out
}
