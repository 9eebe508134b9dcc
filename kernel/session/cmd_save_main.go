package session

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"github.com/neurorepl/neurorepl/symbols"
)

// statements writes the statements of a piece as the body of a program has
// them: variables of functions are assigned and not declared, a variable that
// is there already is not declared again, and the last expression is shown.
func (c *composer) statements(n int) string {
	p := c.pieces[n]
	var edits []edit
	for _, d := range p.decls {
		from, to := p.span(d)
		edits = append(edits, edit{from, to, ""})
	}
	edits = append(edits, p.clauses()...)
	w := &mainWriter{c: c, piece: n, p: p, wrap: leaves(p.stmts)}
	for _, st := range p.stmts {
		edits = append(edits, c.renames(n, st)...)
		edits = append(edits, c.labelled(n, st)...)
		w.statement(st, p.offset(st.Pos()))
	}
	edits = append(edits, w.edits...)
	if last := p.last(); last != nil && p.shown != nil && !p.silent {
		open := c.show(last, p.shown)
		edits = append(edits, edit{p.offset(last.Pos()), p.offset(last.Pos()), open}, edit{p.offset(last.End()), p.offset(last.End()), ")"})
	}
	text := strings.Trim(apply(p.text, 0, len(p.text), edits), "\n\r")
	var before, after []string
	for _, d := range p.decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
			switch f.Name.Name {
			case "init":
				before = append(before, c.inits[spot{n, p.offset(f.Name.Pos())}]+"()\n")
			case "main":
				after = append(after, "\n"+c.mains[n]+"()")
			}
		}
	}
	text = strings.Join(before, "") + text + strings.Join(after, "")
	if w.wrap {
		text = strings.Join(w.declared, "") + "func() {\n" + text + "\n}()"
	}
	return strings.TrimSpace(text)
}

// clauses are the edits that take away what the parser does not report as a
// declaration: the package clause of a program that was pasted into a cell.
func (p *piece) clauses() []edit {
	var (
		sc   scanner.Scanner
		file = token.NewFileSet().AddFile("", -1, len(p.text))
	)
	sc.Init(file, []byte(p.text), func(token.Position, string) {}, 0)
	pos, tok, _ := sc.Scan()
	if tok != token.PACKAGE {
		return nil
	}
	name, _, lit := sc.Scan()
	return []edit{{file.Offset(pos), file.Offset(name) + len(lit), ""}}
}

// leaves tells whether statements have a return or a defer of their own, which
// end with their cell.
func leaves(list []ast.Stmt) (yes bool) {
	for _, st := range list {
		ast.Inspect(st, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt, *ast.DeferStmt:
				yes = true
			}
			return true
		})
	}
	return yes
}

// labelled renames labels that another piece has, too.
func (c *composer) labelled(n int, st ast.Stmt) (out []edit) {
	p := c.pieces[n]
	renamed := map[types.Object]string{}
	ast.Inspect(st, func(x ast.Node) bool {
		if l, ok := x.(*ast.LabeledStmt); ok {
			o := c.at[spot{n, p.offset(l.Label.Pos())}]
			if c.labels[l.Label.Name] && o != nil {
				renamed[o] = c.fresh(l.Label.Name)
			}
			c.labels[l.Label.Name] = true
		}
		return true
	})
	ast.Inspect(st, func(x ast.Node) bool {
		if id, ok := x.(*ast.Ident); ok {
			if name := renamed[c.at[spot{n, p.offset(id.Pos())}]]; name != "" {
				out = append(out, edit{p.offset(id.Pos()), p.offset(id.End()), name})
			}
		}
		return true
	})
	return out
}

// show is what to write before the last expression of a cell. Calls that may
// fail end the program, as they ended the cell.
func (c *composer) show(x ast.Expr, t types.Type) string {
	display := c.imported(symbols.Module+"neuro/display", "display")
	_, call := ast.Unparen(x).(*ast.CallExpr)
	_, several := t.(*types.Tuple)
	if call && (several || types.Identical(t, types.Universe.Lookup("error").Type())) {
		c.helper = true
		c.imported("fmt", "fmt")
		c.imported("os", "os")
		return "show("
	}
	return display + ".Show("
}

// showHelper shows what the last call of a cell gives, as a session does.
func (c *composer) showHelper() string {
	if !c.helper {
		return ""
	}
	r := strings.NewReplacer("FMT", c.imported("fmt", "fmt"), "OS", c.imported("os", "os"), "DISPLAY", c.imported(symbols.Module+"neuro/display", "display"))
	return r.Replace(`// show shows the results of a call. An error ends the program.
func show(results ...any) {
	for i, r := range results {
		if err, failed := r.(error); failed && i == len(results)-1 {
			FMT.Fprintln(OS.Stderr, err)
			OS.Exit(1)
		}
		if i < len(results)-1 || r != nil {
			DISPLAY.Show(r)
		}
	}
}
`)
}

// A mainWriter turns declarations of variables into what the body of the
// program has in their place.
type mainWriter struct {
	c        *composer
	piece    int
	p        *piece
	wrap     bool     // the statements become those of a function literal
	declared []string // variables, before it
	edits    []edit
}

func (w *mainWriter) object(id *ast.Ident) types.Object {
	return w.c.at[spot{w.piece, w.p.offset(id.Pos())}]
}

// known tells whether a variable is there already, of the package or of main.
func (w *mainWriter) known(o types.Object) bool { return w.c.global[o] || w.c.have[o] }

// declare writes the declaration of a variable alone.
func (w *mainWriter) declare(id *ast.Ident, o types.Object) string {
	w.c.have[o] = true
	return "var " + w.c.name(w.piece, id, o) + " " + w.c.typeText(o.Type()) + "\n"
}

func (w *mainWriter) insert(at int, text string) { w.edits = append(w.edits, edit{at, at, text}) }

// ahead declares variables before the statement at an offset.
func (w *mainWriter) ahead(at int, text string) {
	if w.wrap {
		w.declared = append(w.declared, text)
	} else if text != "" {
		w.insert(at, text)
	}
}

// statement notes the edits of one at the top level of a cell; what has to come
// before it is inserted at an offset.
func (w *mainWriter) statement(st ast.Stmt, at int) {
	switch st := st.(type) {
	case *ast.LabeledStmt:
		w.statement(st.Stmt, at)
	case *ast.AssignStmt:
		if st.Tok == token.DEFINE {
			w.define(st, at)
		}
	case *ast.DeclStmt:
		if g, ok := st.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			w.variables(g, at)
		}
	}
}

func (w *mainWriter) define(st *ast.AssignStmt, at int) {
	var ids []*ast.Ident
	global, fresh := w.wrap, false
	for _, l := range st.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok || id.Name == "_" {
			continue
		}
		o := w.object(id)
		if o == nil {
			continue
		}
		global = global || w.c.global[o]
		if !w.known(o) {
			fresh = true
			ids = append(ids, id)
		}
	}
	if fresh && !global {
		for _, id := range ids {
			w.c.have[w.object(id)] = true
		}
		return
	}
	text := ""
	for _, id := range ids {
		text += w.declare(id, w.object(id))
	}
	w.ahead(at, text)
	tok := w.p.offset(st.TokPos)
	w.edits = append(w.edits, edit{tok, tok + len(":="), "="})
}

// variables rewrites a var statement of which a variable is there already.
func (w *mainWriter) variables(g *ast.GenDecl, at int) {
	old := w.wrap
	for _, sp := range g.Specs {
		for _, id := range sp.(*ast.ValueSpec).Names {
			if o := w.object(id); o != nil && w.known(o) {
				old = true
			}
		}
	}
	if !old {
		for _, sp := range g.Specs {
			for _, id := range sp.(*ast.ValueSpec).Names {
				if o := w.object(id); o != nil {
					w.c.have[o] = true
				}
			}
		}
		return
	}
	p := w.p
	first := g.Specs
	if len(first) == 0 {
		return
	}
	// The word var, and the parentheses of a group.
	w.edits = append(w.edits, edit{p.offset(g.Pos()), p.offset(g.Pos()) + len("var"), ""})
	if g.Lparen.IsValid() {
		w.edits = append(w.edits, edit{p.offset(g.Lparen), p.offset(g.Lparen) + 1, ""}, edit{p.offset(g.Rparen), p.offset(g.Rparen) + 1, ""})
	}
	for _, sp := range g.Specs {
		v := sp.(*ast.ValueSpec)
		zero, text := "", ""
		for _, id := range v.Names {
			o := w.object(id)
			if o == nil {
				continue
			}
			if !w.known(o) {
				text += w.declare(id, o)
			}
			if len(v.Values) == 0 {
				zero += w.c.name(w.piece, id, o) + " = " + w.c.zero(o.Type()) + "\n"
			}
		}
		w.ahead(at, text)
		from, to := p.offset(v.Pos()), p.offset(v.End())
		if len(v.Values) == 0 {
			w.edits = append(w.edits, edit{from, to, strings.TrimSpace(zero)})
		} else if v.Type != nil {
			w.edits = append(w.edits, edit{p.offset(v.Type.Pos()), p.offset(v.Type.End()), ""})
		}
	}
}

// zero writes the zero value of a type.
func (c *composer) zero(t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Kind() == types.UnsafePointer:
			return "nil"
		}
		return "0"
	case *types.Struct, *types.Array:
		return c.typeText(t) + "{}"
	}
	return "nil"
}
