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
		return e.Soft && (strings.Contains(e.Msg, "declared and not used") || !e.Pos.IsValid()) ||
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
			if more, ok := strings.CutPrefix(e.Msg, "\t"); ok && len(b.errs) > 0 { // belongs to the one before
				at := e.Fset.Position(e.Pos)
				b.errs[len(b.errs)-1].Msg += fmt.Sprintf(" (%s at %d:%d)", more, at.Line, at.Column)
				return
			}
			b.errs.Add(e.Fset.Position(e.Pos), b.suggestMember(files, e.Pos, b.suggest(earlierType(strings.ReplaceAll(e.Msg, "\n\t", " ")))))
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
