package notebook

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// ConvertToScript writes a notebook as a Go program that `neurorepl run` and
// `go run` accept; see [Notebook.Script].
func ConvertToScript(from, to string) error {
	nb, err := Read(from)
	if err != nil {
		return err
	}
	src, err := nb.Script()
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return replace(to, src)
}

// ConvertToNotebook writes a Go program as a notebook; see [FromScript].
func ConvertToNotebook(from, to string) error {
	src, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	nb, err := FromScript(src)
	if err != nil {
		var list scanner.ErrorList
		if errors.As(err, &list) {
			return fmt.Errorf("%s:%w", from, list[0])
		}
		return fmt.Errorf("%s: %w", from, err)
	}
	return Write(to, nb)
}

// The marks of a script. Editors that know the percent format show the parts
// between them as cells.
const (
	markCode     = "// %%"
	markMarkdown = "// %% [markdown]"
	markRaw      = "// %% [raw]"
	markCommand  = "// %% [command]"
	markHelper   = "// %% [helper]"
)

// helper shows what the last call of a cell gives, as a session does.
const helper = `// show shows the results of a call. An error ends the program.
func show(results ...any) {
	for i, r := range results {
		if err, failed := r.(error); failed && i == len(results)-1 {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if r != nil {
			display.Show(r)
		}
	}
}`

// Script returns the notebook as a Go program. Markdown becomes comments; each
// cell is marked by a comment `// %%`. Functions, types and constants of cells
// move before function main, under a mark with the number of their cell; a
// function that uses variables of other cells stays in main as a function
// value. Packages that a session imports on its own are imported, the last
// expression of a cell is shown by display.Show, and a variable that nothing
// uses is assigned to the blank name.
//
// The error names the cell that a program cannot express: one that runs
// commands of the session, or declares what another cell has declared.
func (nb *Notebook) Script() ([]byte, error) {
	s := &script{imports: map[string]string{}, importer: map[string]int{}, local: map[string]bool{}, header: nb.header()}
	for i, c := range nb.Cells {
		if err := s.add(i+1, c); err != nil {
			return nil, fmt.Errorf("convert: cell %d: %w", i+1, err)
		}
	}
	if err := s.place(); err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	// Once to find out what the last expressions give and what is not used,
	// and once more with that known.
	for round := 0; ; round++ {
		text := s.compose()
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "script", text, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("convert: %w", s.blame(text, err))
		}
		if s.findImports(file) {
			continue
		}
		c := check(fset, file)
		if s.learn(fset, file, c) && round < 4 {
			continue
		}
		if len(c.errs) > 0 {
			return nil, fmt.Errorf("convert: %w", s.blameAt(fset.Position(c.errs[0].Pos), c.errs[0].Msg))
		}
		return format.Source([]byte(text)) // outdents labels
	}
}

// A part is what one cell puts into the script.
type part struct {
	cell    int
	comment string // mark of a cell that is all comment; empty for code
	text    string // of such a cell
	items   []*item
	tags    string // as its mark has them
}

// script is a program in the making.
type script struct {
	header   string
	parts    []*part
	imports  map[string]string // explicit imports, name to path; "_ path" and ". path" to path
	importer map[string]int    // path to the cell that imports it
	auto     []string          // names of automatic packages that are used
	local    map[string]bool   // names that exist only within main
	hoisted  map[*item]bool
	closure  map[*item]bool
	early    map[*item]bool // closures to declare before they are set
	shows    map[*item]result
	unused   map[*item][]string
	known    bool // shows is filled
	lines    []place
}

// A place tells which item the lines from one on come from.
type place struct {
	line int
	cell int
	it   *item
}

func (s *script) add(number int, c *Cell) error {
	if _, has := c.rest["attachments"]; has {
		return errors.New("it has files attached, which a script cannot hold")
	}
	p := &part{cell: number, text: c.Source, tags: c.markedTags()}
	s.parts = append(s.parts, p)
	switch {
	case c.Type == Markdown:
		p.comment = markMarkdown
		return nil
	case c.Type == Raw:
		p.comment = markRaw
		return nil
	case isQuestion(c.Source):
		p.comment = markCommand
		return nil
	}
	src := strings.ReplaceAll(withoutMark(c.Source), "\r\n", "\n")
	m := opens.FindStringSubmatch(src)
	if m == nil {
		if _, err := items(src); err != nil { // else it stands in a raw string
			m = noGo.FindStringSubmatch(src)
		}
	}
	if m != nil {
		return fmt.Errorf("`%s` is a command to the session; a script has none", strings.TrimSpace(m[1]))
	}
	list, err := items(src)
	if err != nil {
		return err
	}
	for _, it := range list {
		if it.kind == anImport {
			if err := s.addImport(number, it); err != nil {
				return err
			}
			continue
		}
		if it.kind == aFunction && it.names[0] == "main" {
			return errors.New("it declares function main, which a script has already")
		}
		it.text = mark.ReplaceAllString(it.text, "$1//  %%")
		p.items = append(p.items, it)
	}
	return nil
}

// mark matches what would look like the mark of a cell.
var mark = regexp.MustCompile(`(?m)^(\s*)// %%`)

func (s *script) addImport(cell int, it *item) error {
	for _, spec := range it.specs {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		name := packageName(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "_" || name == "." {
			name += " " + p
		}
		if have, ok := s.imports[name]; ok && have != p {
			return fmt.Errorf("it imports %s as %s, which is %s already; give one of them another name", p, name, have)
		}
		s.imports[name] = p
		if s.importer[p] == 0 {
			s.importer[p] = cell
		}
	}
	return nil
}

// place decides what moves before main and what becomes a function value.
func (s *script) place() error {
	s.hoisted, s.closure, s.early = map[*item]bool{}, map[*item]bool{}, map[*item]bool{}
	s.shows, s.unused = map[*item]result{}, map[*item][]string{}
	declared := map[string]int{}
	times := map[string]int{} // declarations of a variable
	owner := map[string]*item{}
	methods := map[string]bool{} // types that have some
	var work []*item
	for _, p := range s.parts {
		for _, it := range p.items {
			switch it.kind {
			case aStatement, aVariable:
				for _, n := range it.names {
					times[n]++
					owner[n] = it
				}
				continue
			case aComment:
				continue
			}
			for _, n := range it.names {
				if before, ok := declared[n]; ok && n != "init" {
					return fmt.Errorf("cell %d: %s is declared in cell %d already; a script can have one: rename one of them", p.cell, n, before)
				}
				declared[n] = p.cell
				owner[n] = it
			}
			if it.kind == aFunction || it.kind == aMethod {
				work = append(work, it)
			}
			if it.kind == aMethod {
				name, _, _ := strings.Cut(it.names[0], ".")
				methods[name] = true
			}
		}
	}
	for name := range methods {
		if it := owner[name]; it != nil {
			work = append(work, it)
		}
	}
	// Functions move before main, and with them what they use: types,
	// constants, and variables that are declared once and by var.
	for len(work) > 0 {
		it := work[len(work)-1]
		work = work[:len(work)-1]
		if s.hoisted[it] {
			continue
		}
		s.hoisted[it] = true
		for _, n := range it.free {
			o := owner[n]
			if o == nil || o.kind == aStatement || o.kind == aVariable && !once(o, times) {
				continue
			}
			work = append(work, o)
		}
	}
	for changed := true; changed; {
		changed = false
		s.local = map[string]bool{}
		for _, p := range s.parts {
			for _, it := range p.items {
				if !s.hoisted[it] {
					for _, n := range it.names {
						s.local[n] = true
					}
				}
			}
		}
		for _, p := range s.parts {
			for _, it := range p.items {
				if s.hoisted[it] && s.needsLocal(it) != "" {
					s.hoisted[it] = false
					changed = true
				}
			}
		}
	}
	for _, p := range s.parts {
		for i, it := range p.items {
			if s.hoisted[it] || it.kind != aFunction && it.kind != aMethod && it.kind != aType {
				continue
			}
			n := s.needsLocal(it)
			if it.kind == aMethod || it.generic {
				return fmt.Errorf("cell %d: %s uses %s, which exists only while the cells run; declare it in a cell by `var %s = ...`", p.cell, it.names[0], n, n)
			}
			if it.kind != aFunction {
				continue
			}
			s.closure[it] = true
			s.early[it] = it.recursive
			for _, earlier := range p.items[:i] {
				for _, used := range earlier.free {
					if s.closure[earlier] && used == it.names[0] {
						s.early[it] = true
					}
				}
			}
		}
	}
	return nil
}

// once tells whether each name of a variable's declaration has only that one.
func once(it *item, times map[string]int) bool {
	for _, n := range it.names {
		if times[n] != 1 {
			return false
		}
	}
	return true
}

// needsLocal returns a name that an item uses and that exists only in main.
func (s *script) needsLocal(it *item) string {
	for _, n := range it.free {
		if s.local[n] {
			return n
		}
	}
	return ""
}

// compose writes the program.
func (s *script) compose() string {
	var w writer
	w.place = &s.lines
	s.lines = nil
	rest := s.parts
	if s.header != "" {
		w.text(s.header) // and its last lines document the program
	} else {
		for len(rest) > 0 && rest[0].comment != "" {
			w.comment(rest[0].comment, rest[0].tags, rest[0].text, 0)
			w.blank()
			rest = rest[1:]
		}
	}
	w.line("package main")
	w.blank()
	s.writeImports(&w)
	plain := 0 // the place at which declarations need no mark; see merge
	if len(rest) > 0 && rest[0].comment == markMarkdown {
		plain = 1
	}
	for i, p := range rest {
		var text []string
		for _, it := range p.items {
			if s.hoisted[it] {
				text = append(text, it.text)
			}
		}
		if text == nil {
			continue
		}
		if i != plain || len(text) < len(p.items) || p.tags != "" {
			w.line(fmt.Sprintf("%s %d%s", markCode, p.cell, p.tags))
			w.blank()
		}
		w.from(p.cell, nil)
		w.text(formatted(strings.Join(text, "\n")))
		w.blank()
	}
	w.line("func main() {")
	body := &scope{s: s, w: &w, names: []map[string]bool{{}}}
	for i, p := range rest {
		if body.cell(p) && i < len(rest)-1 {
			w.blank()
		}
	}
	w.trim()
	for d := len(body.names) - 1; d > 0; d-- {
		w.line(strings.Repeat("\t", d) + "}")
	}
	w.line("}")
	if s.needsHelper() {
		w.blank()
		w.line(markHelper)
		w.blank()
		w.text(helper)
	}
	return w.b.String()
}

func (s *script) needsHelper() bool {
	for _, r := range s.shows {
		if r == withError {
			return true
		}
	}
	return false
}

func (s *script) writeImports(w *writer) {
	var std, other []string
	add := func(name, p string) {
		line := strconv.Quote(p)
		if rest, isBlank := strings.CutSuffix(name, " "+p); isBlank {
			line = rest + " " + line
		} else if name != packageName(p) {
			line = name + " " + line
		}
		if strings.Contains(strings.Split(p, "/")[0], ".") {
			other = append(other, line)
		} else {
			std = append(std, line)
		}
	}
	for name, p := range s.imports {
		if strings.Contains(name, " ") || s.uses(name) {
			add(name, p)
		}
	}
	table := automatic()
	for _, name := range s.auto {
		if s.imports[name] == "" {
			add(name, table[name])
		}
	}
	if len(std)+len(other) == 0 {
		return
	}
	path := func(l string) string { return l[strings.IndexByte(l, '"'):] }
	for _, list := range [][]string{std, other} {
		sort.Slice(list, func(i, j int) bool { return path(list[i]) < path(list[j]) })
	}
	w.line("import (")
	for _, l := range std {
		w.line("\t" + l)
	}
	if len(std) > 0 && len(other) > 0 {
		w.blank()
	}
	for _, l := range other {
		w.line("\t" + l)
	}
	w.line(")")
	w.blank()
}

func (s *script) uses(name string) bool {
	for _, n := range s.auto {
		if n == name {
			return true
		}
	}
	return false
}

// findImports notes the packages that a program names, and tells whether that
// has changed what compose writes.
func (s *script) findImports(file *ast.File) bool {
	if s.needsHelper() && s.imports["os"] == "" {
		s.imports["os"] = "os"
	}
	table := automatic()
	names := map[string]bool{}
	loose := map[*ast.Ident]bool{}
	for _, id := range file.Unresolved {
		loose[id] = true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && loose[id] && (table[id.Name] != "" || s.imports[id.Name] != "") {
				names[id.Name] = true
			}
		}
		return true
	})
	var list []string
	for n := range names {
		list = append(list, n)
	}
	sort.Strings(list)
	changed := strings.Join(list, " ") != strings.Join(s.auto, " ")
	s.auto = list
	return changed
}

// learn takes from a checked program what the last expressions give and which
// variables are not used, and tells whether any of it is new.
func (s *script) learn(fset *token.FileSet, file *ast.File, c *checked) bool {
	changed := false
	if !s.known {
		s.known, changed = true, true
		ast.Inspect(file, func(n ast.Node) bool {
			st, ok := n.(*ast.ExprStmt)
			if !ok {
				return true
			}
			it := s.itemAt(fset.Position(st.Pos()).Line)
			if it == nil || !it.expr || !s.isLast(it) {
				return true
			}
			if _, done := s.shows[it]; !done {
				s.shows[it] = c.resultOf(st.X)
			}
			return false
		})
	}
	for _, e := range c.unused {
		it := s.itemAt(fset.Position(e.Pos).Line)
		_, name, ok := strings.Cut(e.Msg, ": ")
		if it == nil || !ok || !contains(it.names, name) || contains(s.unused[it], name) {
			c.errs = append(c.errs, e) // within a block of the user's own
			continue
		}
		s.unused[it] = append(s.unused[it], name)
		changed = true
	}
	return changed
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// isLast tells whether an item is the last of its cell, whose value is shown.
func (s *script) isLast(it *item) bool {
	for _, p := range s.parts {
		if n := len(p.items); n > 0 && p.items[n-1] == it {
			return true
		}
	}
	return false
}

func (s *script) placeAt(line int) (place, bool) {
	i := sort.Search(len(s.lines), func(i int) bool { return s.lines[i].line > line })
	if i == 0 {
		return place{}, false
	}
	return s.lines[i-1], true
}

func (s *script) itemAt(line int) *item {
	p, _ := s.placeAt(line)
	return p.it
}

// blame says in which cell an error is.
func (s *script) blame(text string, err error) error {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		return s.blameAt(list[0].Pos, list[0].Msg)
	}
	return err
}

func (s *script) blameAt(pos token.Position, message string) error {
	if rest, ok := strings.CutPrefix(message, "could not import "); ok {
		path, _, _ := strings.Cut(rest, " ")
		return fmt.Errorf("cell %d: %s", s.importer[path], message)
	}
	if p, ok := s.placeAt(pos.Line); ok && p.cell > 0 {
		return fmt.Errorf("cell %d: %s", p.cell, message)
	}
	return errors.New(message)
}
