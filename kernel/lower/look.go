package lower

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"sort"
)

// A View is a cell that is still being written, as far as it can be
// understood. Looking at a cell runs nothing and changes nothing.
type View struct {
	// Path is the chain of nodes around the cursor, the innermost first.
	Path []ast.Node
	// Names are the variables, functions, types and constants that can be used
	// at the cursor, the innermost scope first.
	Names []types.Object

	pkg   *types.Package
	info  *types.Info
	scope *Scope

	builder *builder
}

// Placeholder is the name that Look puts at the cursor where Go needs one.
const Placeholder = "cursorˑ"

// Look checks the text before the cursor, with what is missing behind it
// filled in.
func (s *Scope) Look(before string) *View {
	copied := *s
	copied.opts.Fset = token.NewFileSet()
	s = &copied
	text := before + Placeholder + closers(before)
	p, _ := parse(s.opts.Fset, "", text)
	copied.origins = map[ast.Decl]source{}
	b := s.builder("", text)
	v := &View{scope: s}
	var pos token.Pos
	find := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && len(id.Name) >= len(Placeholder) && id.Name[len(id.Name)-len(Placeholder):] == Placeholder {
			pos = id.Pos()
		}
		return pos == token.NoPos
	}
	for _, d := range p.decls {
		ast.Inspect(d, find)
	}
	for _, st := range p.stmts {
		ast.Inspect(st, find)
	}
	p.decls = append(p.decls, s.withMethods(p)...)
	parts := chunks(p)
	var tops []ast.Node
	for i, c := range parts {
		b.prepare(&c)
		b.checkChunk(c, i == len(parts)-1)
		for _, d := range c.decls {
			tops = append(tops, d)
		}
		for _, st := range c.stmts {
			tops = append(tops, st)
		}
	}
	v.pkg, v.info = b.pkg, b.info
	for _, n := range tops {
		if pos.IsValid() && n.Pos() <= pos && pos < n.End() {
			v.Path = pathTo(n, pos)
		}
	}
	seen := map[string]bool{}
	add := func(o types.Object) {
		if o != nil && !seen[o.Name()] && o.Name() != "_" && o.Name() != "main" {
			seen[o.Name()] = true
			v.Names = append(v.Names, o)
		}
	}
	for _, n := range v.Path { // locals around the cursor
		sc := v.info.Scopes[n]
		if f, ok := n.(*ast.FuncDecl); ok && sc == nil {
			sc = v.info.Scopes[f.Type]
		}
		if f, ok := n.(*ast.FuncLit); ok && sc == nil {
			sc = v.info.Scopes[f.Type]
		}
		if sc == nil {
			continue
		}
		for _, name := range sc.Names() {
			if o := sc.Lookup(name); o.Pos() < pos {
				add(o)
			}
		}
	}
	var names []string
	for n := range b.names {
		names = append(names, n)
	}
	for n := range s.names {
		if !b.gone[n] {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for _, n := range names {
		if o := b.object(n); o != nil && o.obj.Type() != nil {
			add(o.obj)
		}
	}
	v.builder = b
	return v
}

// Packages maps the names that stand for packages at the cursor to their
// import paths.
func (v *View) Packages() map[string]string {
	out := map[string]string{}
	for _, m := range []map[string]string{v.scope.opts.Auto, v.scope.imports, v.builder.imports} {
		for n, path := range m {
			out[n] = path
		}
	}
	for _, o := range v.Names {
		delete(out, o.Name())
	}
	return out
}

// Type returns the type of an expression on the path, nil when it has none.
func (v *View) Type(x ast.Expr) types.Type {
	if tv, ok := v.info.Types[x]; ok && tv.Type != nil && tv.Type != types.Typ[types.Invalid] {
		return tv.Type
	}
	if id, ok := x.(*ast.Ident); ok {
		if o := v.Object(id); o != nil {
			return o.Type()
		}
	}
	return nil
}

// Object returns what an identifier stands for, nil when nobody knows.
func (v *View) Object(id *ast.Ident) types.Object {
	if o := v.info.Uses[id]; o != nil {
		return o
	}
	return v.info.Defs[id]
}

// Package is where unexported fields can be seen.
func (v *View) Package() *types.Package { return v.pkg }

func pathTo(root ast.Node, pos token.Pos) []ast.Node {
	var path []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil || n.Pos() > pos || pos > n.End() {
			return false
		}
		path = append([]ast.Node{n}, path...)
		return true
	})
	return path
}

// closers are the brackets that text leaves open, closed.
func closers(text string) string {
	var sc scanner.Scanner
	fset := token.NewFileSet()
	sc.Init(fset.AddFile("", -1, len(text)), []byte(text), func(token.Position, string) {}, 0)
	var stack []byte
	for {
		_, tok, _ := sc.Scan()
		switch tok {
		case token.LBRACE:
			stack = append(stack, '}')
		case token.LPAREN:
			stack = append(stack, ')')
		case token.LBRACK:
			stack = append(stack, ']')
		case token.RBRACE, token.RPAREN, token.RBRACK:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		case token.EOF:
			out := make([]byte, 0, len(stack)+1)
			for i := len(stack) - 1; i >= 0; i-- {
				if stack[i] == '}' && len(out) == 0 {
					out = append(out, '\n')
				}
				out = append(out, stack[i])
			}
			return string(out)
		}
	}
}
