package assist

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// An Item is one way to go on.
type Item struct {
	Text string // replaces the text from Start to End
	Kind string // "package", "function", "type", "variable", "constant", "field", "method", "keyword", "command", "file"
	Type string // signature or type
	rank int
}

// A Menu holds the ways to go on at a cursor, the likeliest first. Start and
// End are byte offsets into the text.
type Menu struct {
	Start, End int
	Items      []Item
}

// Commands are the session's commands with what they do.
var Commands = [][2]string{
	{"%help", "lists the commands"},
	{"%who", "lists what cells declared"},
	{"%time", "runs the rest of the line and tells how long it took"},
	{"%reset", "forgets what cells declared"},
}

var keywords = []string{
	"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto", "if",
	"import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var",
}

// Complete lists the ways to go on at a byte offset of a text, in a session
// that has declared what is in scope.
func Complete(scope *lower.Scope, text string, cursor int) Menu {
	cursor = boundary(text, cursor)
	before := text[:cursor]
	start := wordStart(before)
	prefix := before[start:]
	m := Menu{Start: start, End: wordEnd(text, cursor)}
	line := before[strings.LastIndexByte(before, '\n')+1:]
	if trimmed := strings.TrimSpace(before); strings.HasPrefix(trimmed, "%") && !strings.ContainsAny(trimmed, " \t\n") {
		m.Start = strings.IndexByte(before, '%')
		for _, c := range Commands {
			m.add(Item{Text: c[0], Kind: "command", Type: c[1]}, trimmed)
		}
		return m
	}
	switch where, at := lexical(before); where {
	case inComment:
		return m
	case inString:
		inside := before[at:]
		if importing(before[:at]) {
			m.Start = at
			m.End = stringEnd(text, cursor)
			for _, p := range symbols.Packages() {
				m.add(Item{Text: p.Path, Kind: "package", Type: p.Name}, inside)
			}
			m.sort(inside)
			return m
		}
		return files(text, cursor, at, inside)
	}
	if strings.HasPrefix(strings.TrimSpace(line), "!") {
		return files(text, cursor, start, prefix)
	}
	view := scope.Look(before)
	sel, lit := context(view)
	switch {
	case sel != nil:
		members(&m, view, sel, prefix)
	case lit != nil:
		if fields(&m, view, lit, prefix); len(m.Items) > 0 {
			break
		}
		names(&m, view, prefix)
	default:
		names(&m, view, prefix)
	}
	m.sort(prefix)
	return m
}

func boundary(text string, cursor int) int {
	cursor = max(0, min(cursor, len(text)))
	for cursor > 0 && cursor < len(text) && !utf8.RuneStart(text[cursor]) {
		cursor--
	}
	return cursor
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func wordStart(s string) int {
	i := len(s)
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if !isWord(r) {
			break
		}
		i -= n
	}
	return i
}

func wordEnd(s string, from int) int {
	for from < len(s) {
		r, n := utf8.DecodeRuneInString(s[from:])
		if !isWord(r) {
			break
		}
		from += n
	}
	return from
}

func stringEnd(s string, from int) int {
	for from < len(s) && s[from] != '"' && s[from] != '`' && s[from] != '\n' {
		from++
	}
	return from
}

func (m *Menu) add(it Item, prefix string) {
	if strings.HasPrefix(it.Text, prefix) {
		m.Items = append(m.Items, it)
		return
	}
	if strings.HasPrefix(strings.ToLower(it.Text), strings.ToLower(prefix)) {
		it.rank += 100
		m.Items = append(m.Items, it)
	}
}

func (m *Menu) sort(string) {
	sort.SliceStable(m.Items, func(i, j int) bool {
		a, b := m.Items[i], m.Items[j]
		if a.rank != b.rank {
			return a.rank < b.rank
		}
		return a.Text < b.Text
	})
}

const (
	inCode = iota
	inString
	inComment
)

// lexical tells where the end of a text is, and for a string where its content
// starts.
func lexical(text string) (where, at int) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var sc scanner.Scanner
	open := inCode
	sc.Init(file, []byte(text), func(p token.Position, msg string) {
		switch {
		case strings.Contains(msg, "comment not terminated"):
			open = inComment
		case strings.Contains(msg, "string literal not terminated"):
			if open == inCode {
				open, at = inString, p.Offset+1
			}
		}
	}, scanner.ScanComments)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			return open, at
		}
		off := file.Offset(pos)
		switch {
		case tok == token.COMMENT && strings.HasPrefix(lit, "//") && off+len(lit) >= len(text):
			return inComment, off
		case open == inString && tok == token.STRING && off+len(lit) < len(text):
			open = inCode // an earlier line's error
		}
	}
}

// importing tells whether a string that starts behind text is an import path.
func importing(text string) bool {
	i := strings.LastIndex(text, "import")
	if i < 0 {
		return false
	}
	rest := strings.TrimSpace(text[i+len("import") : max(i+len("import"), len(text)-1)])
	return !strings.Contains(rest, ")") && (strings.HasPrefix(rest, "(") || len(strings.Fields(rest)) <= 1)
}

// files lists the files whose path goes on from what stands before the cursor.
func files(text string, cursor, at int, inside string) Menu {
	base := at + strings.LastIndexAny(inside, "/\\") + 1
	m := Menu{Start: base, End: stringEnd(text, cursor)}
	if !strings.ContainsAny(text[cursor:m.End], " ,)") {
		m.End = wordEnd(text, cursor)
	}
	dir, prefix := text[at:base], text[base:cursor]
	from := dir
	if from == "" {
		from = "."
	}
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(from, "~/") {
		from = filepath.Join(home, from[2:])
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return m
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(prefix, ".") {
			continue
		}
		it := Item{Text: name, Kind: "file"}
		if e.IsDir() {
			it.Text += "/"
			it.Type = "folder"
		}
		m.add(it, prefix)
		if len(m.Items) == 1000 {
			break
		}
	}
	m.sort(prefix)
	return m
}

// context finds what the cursor is in: the selector whose member it names, or
// the composite literal whose field it may name.
func context(v *lower.View) (sel *ast.SelectorExpr, lit *ast.CompositeLit) {
	if len(v.Path) < 2 {
		return nil, nil
	}
	if s, ok := v.Path[1].(*ast.SelectorExpr); ok && s.Sel == v.Path[0] {
		return s, nil
	}
	switch n := v.Path[1].(type) {
	case *ast.CompositeLit:
		if n.Type != v.Path[0] {
			return nil, n
		}
	case *ast.KeyValueExpr:
		if l, ok := v.Path[min(2, len(v.Path)-1)].(*ast.CompositeLit); ok && n.Key == v.Path[0] {
			return nil, l
		}
	}
	return nil, nil
}

// qualify writes types as a user does.
func typeText(t types.Type) string {
	if t == nil {
		return ""
	}
	return types.TypeString(t, lower.Qualify)
}

// members lists what can stand behind the dot of a selector.
func members(m *Menu, v *lower.View, sel *ast.SelectorExpr, prefix string) {
	if id, ok := sel.X.(*ast.Ident); ok {
		_, isPkg := v.Object(id).(*types.PkgName)
		if path, ok := v.Packages()[id.Name]; ok && (isPkg || v.Object(id) == nil) {
			packageMembers(m, path, prefix)
			return
		}
	}
	t := v.Type(sel.X)
	if t == nil {
		return
	}
	seen := map[string]bool{}
	structFields(t, v.Package(), 0, func(f *types.Var, depth int) {
		if !seen[f.Name()] {
			seen[f.Name()] = true
			typ := typeText(f.Type())
			m.add(Item{Text: f.Name(), Kind: "field", Type: typ, rank: depth}, prefix)
		}
	})
	mt := t
	if _, isPtr := t.Underlying().(*types.Pointer); !isPtr {
		if _, isIface := t.Underlying().(*types.Interface); !isIface {
			mt = types.NewPointer(t)
		}
	}
	set := types.NewMethodSet(mt)
	for i := 0; i < set.Len(); i++ {
		f := set.At(i).Obj()
		if !f.Exported() && f.Pkg() != v.Package() || seen[f.Name()] {
			continue
		}
		m.add(Item{Text: f.Name(), Kind: "method", Type: typeText(f.Type()), rank: len(set.At(i).Index()) - 1}, prefix)
	}
}

// structFields visits the fields of a struct, those of embedded structs after
// its own.
func structFields(t types.Type, here *types.Package, depth int, visit func(*types.Var, int)) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 5 {
		return
	}
	for i := 0; i < st.NumFields(); i++ {
		if f := st.Field(i); f.Exported() || f.Pkg() == here {
			visit(f, depth)
		}
	}
	for i := 0; i < st.NumFields(); i++ {
		if f := st.Field(i); f.Embedded() {
			structFields(f.Type(), here, depth+1, visit)
		}
	}
}

// packageMembers lists what a package exports. In the library constructors and
// types come first: a model is what one looks for.
func packageMembers(m *Menu, path, prefix string) {
	page, ok := symbols.Doc(path)
	if !ok {
		return
	}
	own := strings.HasPrefix(path, symbols.Module)
	for _, it := range page.Items {
		if it.Kind == "method" {
			continue
		}
		out := Item{Text: it.Name, Kind: it.Kind, Type: signature(it)}
		if own {
			switch {
			case it.Kind == "function" && strings.HasPrefix(it.Name, "New"):
				out.rank = 0
			case it.Kind == "type" || it.Kind == "function":
				out.rank = 1
			default:
				out.rank = 2
			}
			if it.Kind == "type" && (strings.HasSuffix(it.Name, "Options") || strings.HasSuffix(it.Name, "Error")) {
				out.rank = 2
			}
		}
		m.add(out, prefix)
	}
}

// signature is the declaration of an item without its keyword and name.
func signature(it symbols.Item) string {
	switch it.Kind {
	case "function", "method":
		if i := strings.IndexByte(it.Decl, '('); i >= 0 {
			return "func" + it.Decl[i:]
		}
	case "type":
		line, _, more := strings.Cut(it.Decl, "\n")
		line = strings.TrimPrefix(line, "type "+it.Name+" ")
		if more {
			line = strings.TrimSuffix(strings.TrimSpace(line), "{")
		}
		return strings.TrimSpace(line)
	}
	line, _, _ := strings.Cut(it.Decl, "\n")
	for _, k := range []string{"var ", "const "} {
		line = strings.TrimPrefix(line, k)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, it.Name))
}

// fields lists the fields that a struct literal does not have yet.
func fields(m *Menu, v *lower.View, lit *ast.CompositeLit, prefix string) {
	t := v.Type(lit)
	if t == nil {
		return
	}
	given := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				given[id.Name] = true
			}
		}
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i := 0; i < st.NumFields(); i++ {
		f := st.Field(i)
		if given[f.Name()] || !f.Exported() && f.Pkg() != v.Package() {
			continue
		}
		m.add(Item{Text: f.Name(), Kind: "field", Type: typeText(f.Type()), rank: i}, prefix)
	}
}

// names lists what can stand alone: what is in scope, packages, and Go's own
// words.
func names(m *Menu, v *lower.View, prefix string) {
	for i, o := range v.Names {
		if strings.HasSuffix(o.Name(), lower.Placeholder) {
			continue
		}
		_ = i
		m.add(Item{Text: o.Name(), Kind: kindOf(o), Type: typeText(o.Type())}, prefix)
	}
	for name, path := range v.Packages() {
		rank := 2
		if strings.HasPrefix(path, symbols.Module) {
			rank = 1
		}
		synopsisOf := ""
		if page, ok := symbols.Doc(path); ok {
			synopsisOf = synopsis(page.Doc)
		}
		m.add(Item{Text: name, Kind: "package", Type: synopsisOf, rank: rank}, prefix)
	}
	for _, n := range types.Universe.Names() {
		o := types.Universe.Lookup(n)
		m.add(Item{Text: n, Kind: kindOf(o), Type: builtinType(o), rank: 3}, prefix)
	}
	for _, k := range keywords {
		m.add(Item{Text: k, Kind: "keyword", rank: 4}, prefix)
	}
}

func builtinType(o types.Object) string {
	if _, ok := o.(*types.Builtin); ok {
		return "built in"
	}
	return typeText(o.Type())
}

func kindOf(o types.Object) string {
	switch o.(type) {
	case *types.Func, *types.Builtin:
		return "function"
	case *types.TypeName:
		return "type"
	case *types.Const:
		return "constant"
	case *types.PkgName:
		return "package"
	}
	return "variable"
}
