package notebook

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
)

// The kinds of items that a cell is made of.
type kind int

const (
	aComment   kind = iota // nothing but comments
	anImport               // import
	aFunction              // func f
	aMethod                // func (r T) f
	aType                  // type
	aConstant              // const
	aVariable              // var
	aStatement             // anything else
)

// An item is a declaration or statement at the top level of a cell.
type item struct {
	kind  kind
	text  string   // with the comments before it and after it on its line
	names []string // declared by it; a method declares "T.f"
	free  []string // used by it and declared elsewhere
	expr  bool     // a statement that is an expression
	start int      // line in the cell, from 0
	// generic tells that a function has type parameters, recursive that it
	// calls itself.
	generic, recursive bool
	specs              []*ast.ImportSpec // of an import
}

// A positioned error says where in a cell, lines and columns from 1.
type positioned struct {
	line, column int
	message      string
}

func (p *positioned) Error() string {
	return fmt.Sprintf("%d:%d: %s", p.line, p.column, p.message)
}

// items cuts a cell into its declarations and statements.
func items(src string) ([]*item, error) {
	var out []*item
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, []byte(src), func(token.Position, string) {}, 0)
	begin, end, depth := 0, 0, 0
	empty := true
	flush := func(stop, next int) error {
		it, err := newItem(src[begin:stop], strings.Count(src[:begin], "\n"))
		if err != nil {
			return err
		}
		out = append(out, it)
		begin, empty = next, true
		return nil
	}
	for {
		pos, tok, lit := s.Scan()
		at := file.Offset(pos)
		if tok == token.EOF {
			break
		}
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.SEMICOLON:
			if depth > 0 {
				continue
			}
			if empty { // a lone semicolon
				begin = at + 1
				continue
			}
			stop, next := end, end
			if lit == ";" {
				// In the head of a for, if or switch it ends nothing.
				if _, err := newItem(src[begin:end], 0); err != nil {
					continue
				}
				next = at + 1
			}
			// A comment on the rest of the line belongs to the item.
			rest, _, _ := strings.Cut(src[next:], "\n")
			if t := strings.TrimSpace(rest); t == "" {
				next += len(rest)
			} else if strings.HasPrefix(t, "//") || strings.HasPrefix(t, "/*") && strings.Index(t, "*/") == len(t)-2 {
				next += len(rest)
				if lit == ";" {
					// Without the semicolon, which gofmt would drop.
					src = src[:at] + " " + src[at+1:]
				}
				stop = next
			}
			if err := flush(stop, next); err != nil {
				return nil, err
			}
			continue
		}
		empty = false
		length := len(lit)
		if length == 0 {
			length = len(tok.String())
		}
		end = min(at+length, len(src))
		if tok == token.STRING { // carriage returns are not counted in a raw string's text
			for end < len(src) && strings.Count(src[at:end], "\r") > end-at-length {
				end++
			}
		}
	}
	if !empty {
		return out, flush(len(src), len(src))
	}
	if tail := src[begin:]; strings.TrimSpace(tail) != "" {
		if n := len(out); n > 0 {
			out[n-1].text += tail
		} else {
			out = append(out, &item{kind: aComment, text: tail})
		}
	}
	return out, nil
}

// newItem parses one declaration or statement.
func newItem(text string, line int) (*item, error) {
	it := &item{text: text, start: line}
	fset := token.NewFileSet()
	const head = "package p\n"
	file, err := parser.ParseFile(fset, "", head+text, parser.ParseComments)
	before := 1
	if err != nil || len(file.Decls) == 0 {
		// As a statement; a label or a return needs the function around it.
		asStatement, serr := parser.ParseFile(fset, "", head+"func _() {\n"+text+"\n}", parser.ParseComments)
		if serr != nil {
			if !startsDeclaration(text) {
				err, before = serr, 2
			}
			if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
				at := min(max(list[0].Pos.Line-before, 1), 1+strings.Count(text, "\n"))
				return nil, &positioned{line + at, list[0].Pos.Column, list[0].Msg}
			}
			return nil, err
		}
		it.kind = aStatement
		it.free = unresolved(asStatement)
		body := asStatement.Decls[0].(*ast.FuncDecl).Body.List
		if len(body) > 0 {
			switch st := body[0].(type) {
			case *ast.ExprStmt:
				it.expr = true
			case *ast.AssignStmt:
				if st.Tok == token.DEFINE {
					for _, l := range st.Lhs {
						if id, ok := l.(*ast.Ident); ok && id.Name != "_" {
							it.names = append(it.names, id.Name)
						}
					}
				}
			}
		}
		return it, nil
	}
	it.free = unresolved(file)
	switch d := file.Decls[0].(type) {
	case *ast.FuncDecl:
		it.kind, it.names = aFunction, []string{d.Name.Name}
		it.generic = d.Type.TypeParams != nil
		if d.Body == nil {
			at := fset.Position(d.Pos())
			return nil, &positioned{line + at.Line - 1, at.Column, "function " + d.Name.Name + " has no body"}
		}
		if d.Recv != nil {
			owner := ""
			if id := lower.Receiver(d); id != nil {
				owner = id.Name
			}
			it.kind, it.names = aMethod, []string{owner + "." + d.Name.Name}
			break
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id != d.Name && id.Name == d.Name.Name {
				it.recursive = true
			}
			return true
		})
	case *ast.GenDecl:
		it.kind = map[token.Token]kind{token.IMPORT: anImport, token.TYPE: aType, token.CONST: aConstant, token.VAR: aVariable}[d.Tok]
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ImportSpec:
				it.specs = append(it.specs, s)
			case *ast.TypeSpec:
				it.names = append(it.names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.Name != "_" {
						it.names = append(it.names, n.Name)
					}
				}
			}
		}
	}
	return it, nil
}

func startsDeclaration(text string) bool {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", -1, len(text)), []byte(text), func(token.Position, string) {}, 0)
	switch _, tok, _ := s.Scan(); tok {
	case token.IMPORT, token.TYPE, token.CONST, token.VAR:
		return true
	case token.FUNC:
		_, next, _ := s.Scan()
		return next == token.IDENT
	}
	return false
}

// unresolved returns the names in a file that it does not declare itself.
func unresolved(f *ast.File) []string {
	var names []string
	seen := map[string]bool{}
	for _, id := range f.Unresolved {
		if !seen[id.Name] {
			seen[id.Name] = true
			names = append(names, id.Name)
		}
	}
	return names
}

// A command is a line to the session that is not Go.
var (
	question = regexp.MustCompile(`^\??\s*[\pL_][\pL\pN_.]*\s*\?{0,2}$`)
	noGo     = regexp.MustCompile(`(?m)^\s*([%!].*)$`)
	opens    = regexp.MustCompile(`^\s*([%!].*)`)
)

// isQuestion tells whether a cell asks for documentation: `name?`.
func isQuestion(src string) bool {
	s := strings.TrimSpace(src)
	return strings.Contains(s, "?") && question.MatchString(s)
}

// withoutMark takes GoNB's `%%` from the start of a cell.
func withoutMark(src string) string {
	first, rest, _ := strings.Cut(strings.TrimLeft(src, "\n"), "\n")
	if strings.TrimSpace(first) == "%%" || strings.TrimSpace(first) == "%main" {
		return rest
	}
	return src
}

// formatted returns declarations or statements as gofmt writes them.
func formatted(text string) string {
	text = strings.TrimSpace(text)
	if out, err := format.Source([]byte(text)); err == nil {
		text = string(out)
	}
	return strings.TrimRight(strings.Trim(text, "\n"), " \t\n")
}

// inside returns the lines, from 0, that begin within a raw string: moving
// them would change what it says.
func inside(text string) map[int]bool {
	lines := map[int]bool{}
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.STRING {
			first := strings.Count(text[:file.Offset(pos)], "\n")
			for i := 1; i <= strings.Count(lit, "\n"); i++ {
				lines[first+i] = true
			}
		}
	}
}

// shift moves the lines of a text by tabs to the right, or to the left when
// tabs is negative.
func shift(text string, tabs int) string {
	fixed := inside(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		switch {
		case fixed[i]:
		case tabs > 0 && strings.TrimSpace(l) != "":
			lines[i] = strings.Repeat("\t", tabs) + l
		case tabs < 0:
			for n := tabs; n < 0 && strings.HasPrefix(l, "\t"); n++ {
				l = l[1:]
			}
			lines[i] = l
		}
	}
	return strings.Join(lines, "\n")
}
