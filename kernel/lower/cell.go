package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/neurorepl/neurorepl/kernel/lower/order"
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
		return nil, advised(errs, text, ofSyntax)
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
		return nil, advised(b.sortedErrors(), text, ofTypes)
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
	b.chunks = chunks(p)
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
	order.Decls(b.info, b.pkg, append(decls, run))
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
	u.Notes = append(u.Notes, b.oldValues()...)
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
