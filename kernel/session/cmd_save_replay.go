package session

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// To save a session its cells are checked again, one after the other, so that
// it is known of each name in their texts what it stands for. A name's place is
// its key: the syntax that the checker saw is rewritten on its way to the engine.

// A spot is a byte of the text of a piece.
type spot struct{ piece, off int }

// A piece is Go of a cell that ran to its end, or a command.
type piece struct {
	cell    string
	silent  bool
	command string
	text    string
	lines   []int // where they start
	fset    *token.FileSet
	decls   []ast.Decl
	stmts   []ast.Stmt
	// shown is the type of the last expression if the session shows it.
	shown types.Type
}

// A replay is what is known of the cells of a session.
type replay struct {
	scope  *lower.Scope
	pieces []*piece
	at     map[spot]types.Object // what names stand for
	decl   map[types.Object]spot // where functions, types and constants are declared
	top    map[spot]bool         // where names of the session are declared that are no variables
	vars   map[types.Object]bool // variables of the session
	words  map[string]bool       // all names in the texts
}

func replayed(cells []loggedCell) *replay {
	fset := token.NewFileSet()
	r := &replay{
		scope: lower.NewScope(lower.Options{Fset: fset, Types: symbols.Types, Auto: Auto()}),
		at:    map[spot]types.Object{}, decl: map[types.Object]spot{}, top: map[spot]bool{}, vars: map[types.Object]bool{}, words: map[string]bool{},
	}
	for _, c := range cells {
		for _, part := range c.parts {
			p := &piece{cell: c.name, silent: c.silent, command: part.command}
			r.pieces = append(r.pieces, p)
			if part.command == "" {
				r.run(fset, p, withoutMain(part.text))
			}
		}
	}
	return r
}

// run checks a piece and notes what its names stand for.
func (r *replay) run(fset *token.FileSet, p *piece, text string) {
	n := len(r.pieces) - 1
	name := pieceName(n)
	unit, errs := r.scope.Cell(name, text)
	if len(errs) > 0 {
		return // it ran, so this is hardly possible
	}
	p.text, p.fset = text, token.NewFileSet()
	p.lines = []int{0}
	for i := range text {
		if text[i] == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	p.decls, p.stmts, _ = lower.Syntax(p.fset, name, text)
	for _, d := range p.decls {
		for _, id := range declaredNames(d) {
			r.top[spot{n, p.offset(id.Pos())}] = true
		}
	}
	place := func(pos token.Pos) (spot, bool) {
		at := fset.Position(pos)
		var k int
		if _, err := fmt.Sscanf(at.Filename, pieceFormat, &k); err != nil || k < 0 || k >= len(r.pieces) || at.Line < 1 || at.Line > len(r.pieces[k].lines) {
			return spot{}, false
		}
		return spot{k, r.pieces[k].lines[at.Line-1] + at.Column - 1}, true
	}
	for _, names := range []map[*ast.Ident]types.Object{unit.Info.Defs, unit.Info.Uses} {
		for id, o := range names {
			at, ok := place(id.Pos())
			// What was put into the syntax has the place of what it was put before.
			if ok && o != nil && at.off <= len(r.pieces[at.piece].text) && strings.HasPrefix(r.pieces[at.piece].text[at.off:], id.Name) {
				r.at[at] = o
				if r.top[at] {
					r.decl[o] = at
				}
			}
		}
	}
	if last := p.last(); last != nil && unit.Shows {
		from, to := p.offset(last.Pos()), p.offset(last.End())
		for x, tv := range unit.Info.Types {
			a, ok := place(x.Pos())
			b, ok2 := place(x.End())
			if ok && ok2 && a == (spot{n, from}) && b == (spot{n, to}) && tv.Type != nil {
				p.shown = tv.Type
			}
		}
	}
	unit.Commit()
	for _, st := range p.stmts {
		for _, id := range lower.Declared(st) {
			at := spot{n, p.offset(id.Pos())}
			// The place of a declaration without a value has the variable that
			// gives it one.
			if o, ok := r.scope.Object(id.Name); ok && o.Kind == "variable" && (r.at[at] == nil || r.at[at].Parent() != nil) {
				r.at[at] = o.Checked()
			}
			if o := r.at[at]; o != nil {
				r.vars[o] = true
			}
		}
		r.collect(st)
	}
	for _, d := range p.decls {
		r.collect(d)
	}
}

const pieceFormat = "piece %d"

func pieceName(n int) string { return fmt.Sprintf(pieceFormat, n) }

func (r *replay) collect(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			r.words[id.Name] = true
		}
		return true
	})
}

// offset is the byte of a piece's text at a position of its own syntax.
func (p *piece) offset(pos token.Pos) int {
	at := p.fset.Position(pos)
	if at.Line < 1 || at.Line > len(p.lines) {
		return len(p.text)
	}
	return min(p.lines[at.Line-1]+at.Column-1, len(p.text))
}

// last is the expression that a piece ends with, nil when it ends otherwise.
func (p *piece) last() ast.Expr {
	if len(p.stmts) == 0 {
		return nil
	}
	es, ok := p.stmts[len(p.stmts)-1].(*ast.ExprStmt)
	if !ok {
		return nil
	}
	return es.X
}

// declaredNames are the names of functions, types and constants that a
// declaration declares; a method declares none.
func declaredNames(d ast.Decl) []*ast.Ident {
	var out []*ast.Ident
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			out = append(out, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				out = append(out, s.Name)
			case *ast.ValueSpec:
				out = append(out, s.Names...)
			}
		}
	}
	return out
}

// fresh returns a name that nothing has, like one that something has.
func (r *replay) fresh(like string) string {
	like = strings.TrimRight(like, "0123456789")
	for i := 2; ; i++ {
		if name := fmt.Sprint(like, i); !r.words[name] {
			r.words[name] = true
			return name
		}
	}
}
