package notebook

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// FromScript returns a Go program as a notebook: comments under the mark
// `// %% [markdown]` become text, everything between other marks becomes code
// cells, and what [Notebook.Script] does is undone. A program without marks
// gives one cell with its declarations and one with the statements of main.
func FromScript(src []byte) (*Notebook, error) {
	text := strings.TrimPrefix(strings.ReplaceAll(string(src), "\r\n", "\n"), "\ufeff")
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	p := &program{text: text, fset: fset, file: file}
	if file.Name.Name != "main" {
		return nil, fmt.Errorf("it is package %s; a script is package main", file.Name.Name)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "main" {
			p.main = f
		}
	}
	if p.main == nil || p.main.Body == nil {
		return nil, fmt.Errorf("it has no function main")
	}
	body, err := p.body()
	if err != nil {
		return nil, err
	}
	list := merge(p.outside(), body)
	p.giveImports(list)
	nb := New()
	if p.header != "" {
		nb.Metadata[metadataKey] = map[string]any{"header": p.header}
	}
	for _, s := range list {
		if s.cellType() == Code && s.title == "" {
			s.text = formatted(s.text)
		}
		c := &Cell{Type: s.cellType(), Source: s.text, Metadata: map[string]any{}}
		if len(s.tags) > 0 {
			c.Metadata["tags"] = s.tags
		}
		nb.Cells = append(nb.Cells, c)
	}
	nb.identify()
	return nb, nil
}

// program is a script that is taken apart.
type program struct {
	text string
	fset *token.FileSet
	file *ast.File
	main *ast.FuncDecl
	// header is what stands before the package clause without a mark: how to
	// build the program and what it is. It has no cell and is kept aside.
	header string
}

// metadataKey is where a notebook's metadata keeps the header of its script,
// and what made its outputs.
const metadataKey = "neurorepl"

// header returns the header that a script of the notebook begins with.
func (nb *Notebook) header() string {
	m, _ := nb.Metadata[metadataKey].(map[string]any)
	h, _ := m["header"].(string)
	if !onlyComments(h) {
		return ""
	}
	return strings.TrimSpace(h)
}

func (p *program) at(pos token.Pos) int { return p.fset.Position(pos).Offset }

// A section is what stands under one mark.
type section struct {
	title  string // of the mark: "", "[markdown]", "[raw]", "[command]"
	number int    // of the cell, if the mark has one
	text   string
	before string // declarations of the cell that stood before main
	tags   []any
}

func (s *section) cellType() string {
	switch s.title {
	case "[markdown]":
		return Markdown
	case "[raw]":
		return Raw
	}
	return Code
}

var markLine = regexp.MustCompile(`^// %%(?:\s+(.*))?$`)

// newSection returns the section of a mark.
func newSection(comment string) *section {
	s := &section{}
	title, tags := cutTags(strings.TrimSpace(markLine.FindStringSubmatch(comment)[1]))
	s.tags = tags
	if n, err := strconv.Atoi(title); err == nil && n > 0 {
		s.number = n
	} else if title == "[markdown]" || title == "[raw]" || title == "[command]" || title == "[helper]" {
		s.title = title
	}
	return s
}

// marks returns the marks within [from, to), which begin their lines.
func (p *program) marks(from, to int, inStatement func(int) bool) []*ast.Comment {
	var list []*ast.Comment
	for _, g := range p.file.Comments {
		for _, c := range g.List {
			at := p.at(c.Pos())
			start := strings.LastIndexByte(p.text[:at], '\n') + 1
			if at >= from && at < to && markLine.MatchString(c.Text) && strings.TrimSpace(p.text[start:at]) == "" && !inStatement(at) {
				list = append(list, c)
			}
		}
	}
	return list
}

// cut is a stretch of the program without what [from, to) pairs leave out.
func (p *program) without(from, to int, out [][2]int) string {
	var b strings.Builder
	for _, o := range out {
		if o[1] <= from || o[0] >= to {
			continue
		}
		if o[0] > from {
			b.WriteString(p.text[from:o[0]])
		}
		from = min(max(from, o[1]), to)
	}
	b.WriteString(p.text[from:to])
	return b.String()
}

// outside returns the sections of what is not in main.
func (p *program) outside() []*section {
	lineEnd := func(at int) int {
		if i := strings.IndexByte(p.text[at:], '\n'); i >= 0 {
			return at + i + 1
		}
		return len(p.text)
	}
	start := func(doc *ast.CommentGroup, pos token.Pos) int {
		if doc != nil {
			return p.at(doc.Pos())
		}
		return p.at(pos)
	}
	out := [][2]int{{p.at(p.file.Package), lineEnd(p.at(p.file.Name.End()))}}
	var decls [][2]int
	for _, d := range p.file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				out = append(out, [2]int{start(d.Doc, d.Pos()), lineEnd(p.at(d.End()))})
				continue
			}
			decls = append(decls, [2]int{start(d.Doc, d.Pos()), p.at(d.End())})
		case *ast.FuncDecl:
			if d == p.main {
				out = append(out, [2]int{p.at(d.Pos()), lineEnd(p.at(d.End()))})
				if d.Doc != nil {
					out = append(out, [2]int{p.at(d.Doc.Pos()), p.at(d.Doc.End())})
				}
				continue
			}
			decls = append(decls, [2]int{start(d.Doc, d.Pos()), p.at(d.End())})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i][0] < out[j][0] })
	body := [2]int{p.at(p.main.Pos()), p.at(p.main.End())}
	inStatement := func(at int) bool {
		for _, d := range decls {
			// A mark just above a declaration is part of its comment.
			if at >= d[0] && at < d[1] && strings.TrimSpace(p.text[d[0]:at]) != "" {
				return true
			}
		}
		return at >= body[0] && at < body[1]
	}
	marks := p.marks(0, len(p.text), inStatement)
	var list []*section
	add := func(s *section, from, to int) {
		s.text = strings.Trim(p.without(from, to, out), "\n")
		if s.title != "" {
			s.text = uncomment(s.text)
		} else if strings.TrimSpace(s.text) == "" {
			return
		} else if onlyComments(s.text) {
			s.title, s.text = "[markdown]", uncomment(s.text)
		}
		list = append(list, s)
	}
	at := len(p.text)
	if len(marks) > 0 {
		at = p.at(marks[0].Pos())
	}
	if first := min(at, p.at(p.file.Package)); first > 0 {
		p.header = strings.TrimSpace(p.text[:first])
		add(&section{}, first, at)
	} else {
		add(&section{}, 0, at)
	}
	for i, m := range marks {
		end := len(p.text)
		if i+1 < len(marks) {
			end = p.at(marks[i+1].Pos())
		}
		s := newSection(m.Text)
		from := p.at(m.End())
		if s.title == "[helper]" {
			continue
		}
		if s.title != "" {
			// The comment ends with an empty line; declarations may follow.
			stop := commentEnd(p.text, from)
			if stop < end {
				add(s, from, stop)
				if pkg := p.at(p.file.Package); stop < pkg && pkg < end { // after marked text, the header
					p.header = strings.TrimSpace(p.header + "\n\n" + strings.TrimSpace(p.text[stop:pkg]))
					stop = pkg
				}
				add(&section{}, stop, end)
				continue
			}
		}
		add(s, from, end)
	}
	return list
}

// commentEnd returns where the comment lines that follow a mark end.
func commentEnd(text string, from int) int {
	at := from
	for at < len(text) {
		next := strings.IndexByte(text[at:], '\n')
		end := len(text)
		if next >= 0 {
			end = at + next + 1
		}
		if at > from || strings.TrimSpace(text[at:end]) != "" {
			if !strings.HasPrefix(strings.TrimLeft(text[at:end], " \t"), "//") {
				return at
			}
		}
		at = end
	}
	return at
}

// onlyComments tells whether a text has lines of comment and nothing else.
func onlyComments(text string) bool {
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "//") {
			return false
		}
	}
	return true
}

// uncomment returns the text of comment lines.
func uncomment(text string) string {
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		l, is := strings.CutPrefix(strings.TrimLeft(l, " \t"), "//")
		if is {
			lines = append(lines, strings.TrimPrefix(l, " "))
		} else if strings.TrimSpace(l) == "" && len(lines) > 0 {
			lines = append(lines, "")
		}
	}
	for n := len(lines); n > 0 && lines[n-1] == "" && strings.HasSuffix(text, "\n"); n = len(lines) {
		lines = lines[:n-1]
	}
	return strings.Join(lines, "\n")
}

// A block is one in which a variable is declared anew, and its opening line.
var anewLine = regexp.MustCompile(`^\{ // [\pL_][\pL\pN_]*` + anew + `$`)

// body returns the sections of main.
func (p *program) body() ([]*section, error) {
	open, shut := p.at(p.main.Body.Lbrace)+1, p.at(p.main.Body.Rbrace)
	// Statements, those of the blocks that Script opens among them.
	var out [][2]int
	stmts := p.main.Body.List
	var flat []ast.Stmt
	for len(stmts) > 0 {
		last := stmts[len(stmts)-1]
		flat = append(flat, stmts[:len(stmts)-1]...)
		block, ok := last.(*ast.BlockStmt)
		if ok {
			at := p.at(block.Lbrace)
			line, _, _ := strings.Cut(p.text[at:], "\n")
			ok = anewLine.MatchString(line)
			if ok {
				out = append(out, [2]int{strings.LastIndexByte(p.text[:at], '\n') + 1, at + len(line) + 1})
				end := p.at(block.Rbrace)
				out = append(out, [2]int{strings.LastIndexByte(p.text[:end], '\n') + 1, end + 1})
				stmts = block.List
				continue
			}
		}
		flat = append(flat, last)
		break
	}
	sort.Slice(out, func(i, j int) bool { return out[i][0] < out[j][0] })
	for _, st := range flat {
		if r, ok := st.(*ast.ReturnStmt); ok {
			return nil, fmt.Errorf("line %d: main returns early, which a cell cannot; put what follows into an if", p.fset.Position(r.Pos()).Line)
		}
	}
	inStatement := func(at int) bool {
		for _, st := range flat {
			if at >= p.at(st.Pos()) && at < p.at(st.End()) {
				return true
			}
		}
		return false
	}
	marks := p.marks(open, shut, inStatement)
	depth := func(at int) int {
		n := 1
		for _, o := range out {
			if o[1] <= at && strings.HasSuffix(strings.TrimRight(p.text[o[0]:o[1]], "\n"), anew) {
				n++
			}
		}
		return n
	}
	var list []*section
	add := func(s *section, from, to int) {
		// Each stretch between blocks moves left by its own depth.
		var b strings.Builder
		at := from
		for _, o := range append(out, [2]int{to, to}) {
			if o[0] < from || o[0] > to {
				continue
			}
			if at < o[0] {
				b.WriteString(shift(p.text[at:o[0]], -depth(at)))
			}
			at = max(at, min(o[1], to))
		}
		s.text = strings.Trim(b.String(), "\n")
		if s.title != "" {
			s.text = uncomment(s.text)
		} else {
			s.text = p.restored(strings.TrimRight(s.text, " \t\n"))
		}
		list = append(list, s)
	}
	first := shut
	if len(marks) > 0 {
		first = strings.LastIndexByte(p.text[:p.at(marks[0].Pos())], '\n') + 1
	}
	if strings.TrimSpace(p.text[open:first]) != "" {
		add(&section{}, open, first)
	}
	for i, m := range marks {
		end := shut
		if i+1 < len(marks) {
			end = strings.LastIndexByte(p.text[:p.at(marks[i+1].Pos())], '\n') + 1
		}
		s := newSection(m.Text)
		from := min(p.at(m.End())+1, end)
		if s.title != "" {
			stop := commentEnd(p.text, p.at(m.End()))
			if stop < end && strings.TrimSpace(p.without(stop, end, out)) != "" {
				add(s, from, stop)
				add(&section{}, stop, end)
				continue
			}
		}
		add(s, from, end)
	}
	return list, nil
}

// restored undoes what Script did to the statements of a cell.
func (p *program) restored(text string) string {
	list, err := items(text)
	if err != nil {
		return text
	}
	// `_ = x` just after the declaration of x.
	var kept []*item
	for i, it := range list {
		if m := blankUse.FindStringSubmatch(strings.TrimSpace(it.text)); m != nil && i > 0 {
			declares := false
			for j := i - 1; j >= 0 && !declares; j-- {
				declares = contains(list[j].names, m[1])
				if blankUse.FindString(strings.TrimSpace(list[j].text)) == "" {
					break
				}
			}
			if declares {
				continue
			}
		}
		kept = append(kept, it)
	}
	var b strings.Builder
	for i, it := range kept {
		t := it.text
		if i == len(kept)-1 {
			t = unwrapped(t)
		}
		b.WriteString(t)
	}
	return strings.Trim(strings.TrimRight(b.String(), " \t\n"), "\n")
}

var blankUse = regexp.MustCompile(`^_ = ([\pL_][\pL\pN_]*)$`)

// unwrapped takes the last expression of a cell out of the call that shows it.
func unwrapped(text string) string {
	const head = "package p\nfunc _() {\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", head+text+"\n}", 0)
	if err != nil {
		return text
	}
	list := file.Decls[0].(*ast.FuncDecl).Body.List
	if len(list) != 1 {
		return text
	}
	st, ok := list[0].(*ast.ExprStmt)
	if !ok {
		return text
	}
	call, ok := st.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || call.Ellipsis.IsValid() {
		return text
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		ok = f.Name == "show"
	case *ast.SelectorExpr:
		x, isName := f.X.(*ast.Ident)
		ok = isName && x.Name == "display" && f.Sel.Name == "Show"
	default:
		ok = false
	}
	if !ok {
		return text
	}
	at := func(pos token.Pos) int { return fset.Position(pos).Offset - len(head) }
	arg := call.Args[0]
	return text[:at(st.Pos())] + text[at(arg.Pos()):at(arg.End())] + text[at(st.End()):]
}

// merge puts the sections from outside and inside of main in the order of the
// cells.
func merge(outside, body []*section) []*section {
	inMain := map[int]*section{}
	for _, s := range body {
		if s.number > 0 {
			inMain[s.number] = s
		}
	}
	var head []*section
	alone := map[int]*section{}
	var numbers []int
	for _, s := range outside {
		switch {
		case s.number == 0:
			head = append(head, s)
		case inMain[s.number] != nil:
			m := inMain[s.number]
			if len(m.tags) == 0 {
				m.tags = s.tags
			}
			m.before = join(m.before, s.text)
		case alone[s.number] != nil:
			alone[s.number].text = join(alone[s.number].text, s.text)
		default:
			alone[s.number] = s
			numbers = append(numbers, s.number)
		}
	}
	sort.Ints(numbers)
	var list []*section
	// A title stays above the declarations that a program begins with.
	lead := 0
	for lead < len(head) && head[lead].title != "" {
		lead++
	}
	start := append([]*section(nil), head[:lead]...)
	if len(body) > 0 && body[0].title == "[markdown]" && lead < len(head) {
		start = append(start, body[0])
		body = body[1:]
	}
	body = append(append(start, head[lead:]...), body...)
	for len(body)+len(numbers) > 0 {
		if len(numbers) > 0 && (len(body) == 0 || numbers[0] <= len(list)+1) {
			list = append(list, alone[numbers[0]])
			numbers = numbers[1:]
			continue
		}
		body[0].text = join(body[0].before, body[0].text)
		list = append(list, body[0])
		body = body[1:]
	}
	return list
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}

// giveImports puts the imports that a session does not make on its own into
// the first cell that needs each.
func (p *program) giveImports(list []*section) {
	table := automatic()
	lines := map[*section][]string{}
	var first *section
	free := map[*section]map[string]bool{}
	for _, s := range list {
		if s.cellType() != Code || s.title != "" {
			continue
		}
		if first == nil {
			first = s
		}
		free[s] = map[string]bool{}
		if its, err := items(s.text); err == nil {
			for _, it := range its {
				for _, n := range it.free {
					free[s][n] = true
				}
			}
		}
	}
	for _, spec := range p.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name, line := packageName(path), spec.Path.Value
		if spec.Name != nil {
			name, line = spec.Name.Name, spec.Name.Name+" "+line
		}
		if table[name] == path {
			continue
		}
		var to *section
		if name == "_" || name == "." {
			to = first
		}
		for _, s := range list {
			if to == nil && free[s][name] {
				to = s
			}
		}
		if to != nil {
			lines[to] = append(lines[to], line)
		}
	}
	for s, l := range lines {
		text := "import " + l[0]
		if len(l) > 1 {
			text = "import (\n\t" + strings.Join(l, "\n\t") + "\n)"
		}
		s.text = join(text, s.text)
	}
}
