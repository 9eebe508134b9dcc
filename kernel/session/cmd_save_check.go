package session

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// program writes cells as a Go program: package main, what functions need
// before function main, and the statements of the cells within it. What does
// not fit what later cells declared is left out, and notes say so.
func program(cells []loggedCell) (text string, notes []string, err error) {
	r := replayed(cells)
	if !slices.ContainsFunc(r.pieces, func(p *piece) bool { return p.text != "" }) {
		return "", nil, errors.New("no cell has run yet")
	}
	out := map[string]string{}
	for range 2*len(r.pieces) + 100 { // each time something more is left out
		p := r.compose(out).write()
		if key, why := p.check(r); key != "" {
			out[key] = why
			continue
		}
		if p.failed != nil {
			return "", nil, p.failed
		}
		text, err := format.Source([]byte(p.text))
		if err != nil {
			return "", nil, fmt.Errorf("the program cannot be written: %w", err)
		}
		for i, piece := range r.pieces {
			if why, left := out[chunk{piece: i, decl: -1}.key()]; left {
				notes = append(notes, fmt.Sprintf("the statements of %s are left out: %s", piece.cell, why))
			}
		}
		return string(text), notes, nil
	}
	return "", nil, errors.New("the cells do not make a program")
}

// A draft is a program that may not compile yet.
type draft struct {
	head   string // up to the first chunk
	chunks []chunk
	text   string
	failed error
}

// write makes the program.
func (c *composer) write() *draft {
	d := &draft{}
	for _, ref := range c.ordered() {
		if text := c.declaration(ref); text != "" {
			d.chunks = append(d.chunks, chunk{piece: ref.piece, decl: ref.index, text: text})
		}
	}
	last := ""
	for i, p := range c.pieces {
		text := ""
		ck := chunk{piece: i, decl: -1}
		why, left := c.out[ck.key()]
		switch {
		case p.command != "":
			text = "// " + strings.ReplaceAll(p.command, "\n", " ")
		case left:
			text = "// left out: " + why + "\n// " + strings.ReplaceAll(strings.TrimSpace(p.text), "\n", "\n// ")
		default:
			text = c.statements(i)
		}
		if text == "" {
			continue
		}
		if p.cell != last && p.cell != "" {
			text = "// " + p.cell + "\n" + text
			last = p.cell
		}
		ck.text = text
		d.chunks = append(d.chunks, ck)
	}
	var b strings.Builder
	b.WriteString(saved + "\n\npackage main\n\n")
	globals := c.globals()
	helper := c.showHelper()
	if block := c.importBlock(); block != "" {
		b.WriteString(block + "\n")
	}
	b.WriteString(globals)
	d.head = b.String()
	d.join(helper)
	return d
}

// globals declares the variables that functions use.
func (c *composer) globals() string {
	var lines []string
	for o := range c.global {
		name := o.Name()
		if n, ok := c.names[o]; ok {
			name = n
		}
		lines = append(lines, "\t"+name+" "+c.typeText(o.Type())+"\n")
	}
	if len(lines) == 0 {
		return ""
	}
	slices.Sort(lines)
	return "// What functions use of the cells.\nvar (\n" + strings.Join(lines, "") + ")\n\n"
}

// join makes the text of the chunks.
func (d *draft) join(helper string) {
	var b strings.Builder
	b.WriteString(d.head)
	inMain := false
	for i := range d.chunks {
		c := &d.chunks[i]
		if c.decl < 0 && !inMain {
			b.WriteString(helper + "\nfunc main() {\n")
			inMain = true
		}
		c.at = b.Len()
		b.WriteString(c.text + "\n")
		if i+1 < len(d.chunks) {
			b.WriteString("\n")
		}
	}
	if !inMain {
		b.WriteString(helper + "\nfunc main() {\n")
	}
	b.WriteString("}\n")
	d.text = b.String()
}

// at returns the chunk at an offset of the program.
func (d *draft) at(off int) *chunk {
	for i := range d.chunks {
		if c := &d.chunks[i]; c.at <= off && off <= c.at+len(c.text) {
			return c
		}
	}
	return nil
}

// check compiles the program as far as a check goes. Variables that nothing
// uses are used; the result is the chunk to leave out, with the reason, "" when
// there is none.
func (d *draft) check(r *replay) (key, why string) {
	for range 20 {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "", d.text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return d.blame(err)
		}
		var hard error
		var unused []types.Error
		conf := types.Config{Importer: r.scope, Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) && strings.Contains(e.Msg, "declared and not used") {
				unused = append(unused, e)
			} else if hard == nil && !strings.HasSuffix(err.Error(), "imported and not used") {
				hard = err
			}
		}}
		_, _ = conf.Check("main", fset, []*ast.File{file}, nil)
		if hard != nil {
			return d.blame(hard)
		}
		if len(unused) == 0 {
			return "", ""
		}
		uses := make([]edit, len(unused))
		for i, e := range unused {
			off, text, ok := d.use(fset, file, e.Pos)
			if !ok {
				return d.blame(e)
			}
			uses[i] = edit{off, off, text}
		}
		slices.SortFunc(uses, func(a, b edit) int { return b.from - a.from })
		for _, u := range uses { // from the end, as offsets before it stay
			d.insert(u.from, u.text)
		}
	}
	d.failed = errors.New("the program cannot be written: variables stay unused")
	return "", ""
}

// blame finds the chunk that an error is in.
func (d *draft) blame(err error) (key, why string) {
	var (
		typed  types.Error
		syntax scanner.ErrorList
		off    = -1
		msg    = err.Error()
	)
	switch {
	case errors.As(err, &typed):
		off, msg = typed.Fset.Position(typed.Pos).Offset, typed.Msg
	case errors.As(err, &syntax) && len(syntax) > 0:
		off, msg = syntax[0].Pos.Offset, syntax[0].Msg
	}
	if c := d.at(off); c != nil {
		return c.key(), strings.Join(strings.Fields(msg), " ")
	}
	d.failed = fmt.Errorf("the program cannot be written: %s", msg)
	return "", ""
}

func (d *draft) insert(off int, text string) {
	d.text = d.text[:off] + text + d.text[off:]
	for i := range d.chunks {
		switch c := &d.chunks[i]; {
		case c.at > off:
			c.at += len(text)
		case off <= c.at+len(c.text):
			c.text = c.text[:off-c.at] + text + c.text[off-c.at:]
		}
	}
}

// use is what to insert so that the variable declared at a position is used.
func (d *draft) use(fset *token.FileSet, file *ast.File, pos token.Pos) (off int, text string, ok bool) {
	var path []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || n.Pos() > pos || pos >= n.End() {
			return false
		}
		path = append(path, n)
		return true
	})
	if len(path) == 0 {
		return 0, "", false
	}
	id, ok := path[len(path)-1].(*ast.Ident)
	if !ok {
		return 0, "", false
	}
	text = "\n_ = " + id.Name + "\n"
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	for i := len(path) - 2; i > 0; i-- {
		switch st := path[i].(type) {
		case *ast.RangeStmt:
			return at(st.Body.Lbrace) + 1, text, true
		case *ast.AssignStmt, *ast.DeclStmt:
			switch up := path[i-1].(type) {
			case *ast.IfStmt:
				return at(up.Body.Lbrace) + 1, text, true
			case *ast.ForStmt:
				return at(up.Body.Lbrace) + 1, text, true
			case *ast.SwitchStmt:
				return inCase(up.Body, at, text)
			case *ast.TypeSwitchStmt:
				return inCase(up.Body, at, text)
			case *ast.CommClause:
				if up.Comm == st {
					return at(up.Colon) + 1, text, true
				}
			}
			return behind(d.text, at(st.End()), "_ = "+id.Name)
		}
	}
	return 0, "", false
}

func inCase(body *ast.BlockStmt, at func(token.Pos) int, text string) (int, string, bool) {
	if len(body.List) == 0 {
		return 0, "", false
	}
	c, ok := body.List[0].(*ast.CaseClause)
	if !ok {
		return 0, "", false
	}
	return at(c.Colon) + 1, text, true
}

// behind inserts a statement behind the one that ends at an offset, on a line of
// its own if that has nothing else on it.
func behind(text string, off int, statement string) (int, string, bool) {
	line := text[off:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	if rest := strings.TrimSpace(line); rest == "" || strings.HasPrefix(rest, "//") {
		return off + len(line), "\n" + statement, true
	}
	return off, "; " + statement, true
}
