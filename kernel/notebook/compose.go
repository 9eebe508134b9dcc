package notebook

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// scope writes the body of main. A variable that is declared again opens a
// block, in which it is new, as it is in a session.
type scope struct {
	s     *script
	w     *writer
	names []map[string]bool // by depth of block
}

// cell writes what a cell leaves in main and tells whether that is anything.
func (b *scope) cell(p *part) bool {
	indent := strings.Repeat("\t", len(b.names))
	b.w.from(0, nil)
	if p.comment != "" {
		b.w.comment(p.comment, p.tags, p.text, len(b.names))
		return true
	}
	var here []*item
	for _, it := range p.items {
		if !b.s.hoisted[it] {
			here = append(here, it)
		}
	}
	if len(here) == 0 && len(p.items) > 0 {
		return false
	}
	title := markCode
	if len(here) < len(p.items) {
		title = fmt.Sprintf("%s %d", markCode, p.cell)
	}
	b.w.line(indent + title + p.tags)
	for _, it := range here { // functions that call each other are declared first
		if b.s.early[it] {
			b.declare(it.names)
			b.w.from(p.cell, it)
			b.emit(fmt.Sprintf("var %s %s", it.names[0], signature(it.text)))
		}
	}
	for i, it := range here {
		b.item(p, it, i == len(here)-1 && it == p.items[len(p.items)-1])
	}
	return true
}

func (b *scope) emit(text string) {
	b.w.text(shift(text, len(b.names)))
}

// declare notes names of the innermost block.
func (b *scope) declare(names []string) {
	for _, n := range names {
		b.names[len(b.names)-1][n] = true
	}
}

// again returns a name that keeps an item from the innermost block.
func (b *scope) again(it *item) string {
	inner := b.names[len(b.names)-1]
	known := ""
	for _, n := range it.names {
		if !inner[n] {
			if it.kind == aStatement {
				return "" // one new name is enough for :=
			}
			continue
		}
		if known == "" {
			known = n
		}
	}
	return known
}

func (b *scope) item(p *part, it *item, last bool) {
	text := strings.TrimRight(it.text, " \t\n")
	blank := strings.HasPrefix(strings.TrimLeft(it.text, " \t"), "\n\n")
	if blank && !b.w.afterMark() {
		b.w.blank()
	}
	if len(it.names) > 0 && !b.s.early[it] {
		if n := b.again(it); n != "" {
			b.w.line(strings.Repeat("\t", len(b.names)) + "{ // " + n + anew)
			b.names = append(b.names, map[string]bool{})
		}
		b.declare(it.names)
	}
	if b.s.closure[it] {
		text = asValue(text, b.s.early[it])
	}
	if last && it.expr {
		switch b.s.shows[it] {
		case oneValue:
			text = wrapped(text, "display.Show")
		case withError:
			text = wrapped(text, "show")
		}
	}
	b.w.from(p.cell, it)
	b.emit(formatted(text))
	for _, n := range b.s.unused[it] {
		b.emit("_ = " + n)
	}
	b.w.from(p.cell, nil)
}

const anew = " is declared anew"

// wrapped puts an expression, which may have comments around it, into a call.
func wrapped(text, call string) string {
	const head = "package p\nfunc _() {\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", head+text+"\n}", 0)
	if err != nil {
		return text
	}
	st, ok := file.Decls[0].(*ast.FuncDecl).Body.List[0].(*ast.ExprStmt)
	if !ok {
		return text
	}
	start, end := fset.Position(st.Pos()).Offset-len(head), fset.Position(st.End()).Offset-len(head)
	return text[:start] + call + "(" + text[start:end] + ")" + text[end:]
}

// asValue turns `func f(x int) int {...}` into `f := func(x int) int {...}`.
func asValue(text string, declared bool) string {
	const head = "package p\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", head+text, parser.ParseComments)
	if err != nil {
		return text
	}
	d, ok := file.Decls[0].(*ast.FuncDecl)
	if !ok {
		return text
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset - len(head) }
	op := " := func"
	if declared {
		op = " = func"
	}
	return text[:at(d.Type.Func)] + d.Name.Name + op + text[at(d.Name.End()):]
}

// signature returns the type of a function declaration.
func signature(text string) string {
	const head = "package p\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", head+text, 0)
	if err != nil {
		return "func()"
	}
	d := file.Decls[0].(*ast.FuncDecl)
	at := func(p token.Pos) int { return fset.Position(p).Offset - len(head) }
	return "func" + strings.TrimSpace(text[at(d.Name.End()):at(d.Body.Pos())])
}

// writer collects lines and notes where they come from.
type writer struct {
	b     bytes.Buffer
	n     int // lines so far
	place *[]place
}

func (w *writer) line(s string) {
	w.b.WriteString(s + "\n")
	w.n++
}

func (w *writer) text(s string) {
	w.b.WriteString(s + "\n")
	w.n += strings.Count(s, "\n") + 1
}

// from notes the origin of the lines that follow.
func (w *writer) from(cell int, it *item) {
	*w.place = append(*w.place, place{w.n + 1, cell, it})
}

// blank writes one empty line, never two.
func (w *writer) blank() {
	if !bytes.HasSuffix(w.b.Bytes(), []byte("\n\n")) {
		w.line("")
	}
}

// trim takes empty lines from the end.
func (w *writer) trim() {
	for bytes.HasSuffix(w.b.Bytes(), []byte("\n\n")) {
		w.b.Truncate(w.b.Len() - 1)
		w.n--
	}
}

// afterMark tells whether the last line is the mark of a cell.
func (w *writer) afterMark() bool {
	lines := bytes.Split(bytes.TrimRight(w.b.Bytes(), "\n"), []byte("\n"))
	return bytes.HasPrefix(bytes.TrimSpace(lines[len(lines)-1]), []byte(markCode))
}

// comment writes a cell that is all comment.
func (w *writer) comment(title, tags, text string, tabs int) {
	indent := strings.Repeat("\t", tabs)
	w.line(indent + title + tags)
	if text == "" {
		return
	}
	fenced := false
	for _, l := range strings.Split(text, "\n") {
		fenced = fenced != strings.HasPrefix(strings.TrimSpace(l), "```")
		breaks := strings.HasSuffix(l, "  ") && strings.TrimSpace(l) != "" && !fenced && title == markMarkdown
		// gofmt takes spaces from the ends of comments; two of them break a
		// line in Markdown, and so does a backslash.
		l = strings.TrimRight(l, " \t\r")
		if breaks {
			l += "\\"
		}
		switch {
		case l == "":
			w.line(indent + "//")
		case strings.HasPrefix(l, "%%"): // not a mark
			w.line(indent + "//" + l)
		default:
			w.line(indent + "// " + l)
		}
	}
}
