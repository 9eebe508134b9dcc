// Package lower turns the text of a cell into what the engine compiles. It
// parses the cell, checks it with go/types against everything that the session
// declared before, so that every error is known before anything runs, and makes
// one package of it, in the form that golang.org/x/tools/go/ssa takes: the
// variables that its statements declare become the package's, what it uses of
// earlier cells is declared, and generic functions of compiled packages are
// those of kernel/lower/std.
//
//	scope := lower.NewScope(lower.Options{Fset: fset, Types: symbols.Types})
//	unit, errs := scope.Cell("cell [4]", "x := 2\nx * 21")
//	// compile and run the function unit.Entry, then unit.Commit()
package lower

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"sort"
	"strings"
)

// An item is one import, declaration or statement at the top level of a cell.
type item struct {
	start, end int // byte offsets into the text
	tok        token.Token
	decl       bool // belongs at package level: import, const, type, func
	method     bool // a func with a receiver
}

// split finds the top-level items of a cell. It goes by brackets and
// semicolons alone, so it never fails: what is no Go is left to the parser.
func split(text string) []item {
	var items []item
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	type lexeme struct {
		off int
		tok token.Token
		lit string
	}
	var cur []lexeme
	depth := 0
	flush := func(end int) {
		if len(cur) == 0 {
			return
		}
		it := item{start: cur[0].off, end: end, tok: cur[0].tok}
		switch it.tok {
		case token.IMPORT, token.CONST, token.TYPE, token.PACKAGE:
			it.decl = true
		case token.FUNC:
			// func name( and func (receiver) name( are declarations;
			// func(...) at the start of a statement is a literal.
			at := 1
			if at < len(cur) && cur[at].tok == token.LPAREN {
				for level := 0; at < len(cur); at++ {
					if cur[at].tok == token.LPAREN {
						level++
					} else if cur[at].tok == token.RPAREN {
						if level--; level == 0 {
							at++
							break
						}
					}
				}
				it.method = true
			}
			it.decl = at+1 < len(cur) && cur[at].tok == token.IDENT && (cur[at+1].tok == token.LPAREN || !it.method && cur[at+1].tok == token.LBRACK)
			it.method = it.method && it.decl
		}
		items = append(items, it)
		cur = cur[:0]
	}
	for {
		pos, tok, lit := s.Scan()
		off := file.Offset(pos)
		if tok == token.EOF {
			flush(len(text))
			return items
		}
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth = max(0, depth-1)
		case token.SEMICOLON:
			if depth == 0 {
				flush(off)
				continue
			}
		}
		cur = append(cur, lexeme{off, tok, lit})
	}
}

// blank replaces text by spaces, so that what is left keeps its positions:
// all text outside of the items, or with inside that of the items.
func blank(text string, items []item, inside bool) string {
	out := []byte(text)
	at := 0
	erase := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	for _, it := range items {
		if inside {
			erase(it.start, it.end)
			continue
		}
		erase(at, it.start)
		if at = it.end; at < len(text) && text[at] == ';' {
			at++
		}
	}
	if !inside {
		erase(at, len(text))
	}
	return string(out)
}

// What stands before and behind the text of a cell when it is parsed.
const (
	declHead = "package main\n"
	stmtHead = "package main\nfunc _() {\n"
	stmtTail = "\n}"
)

// A parsed cell: package-level declarations and statements, with positions as
// in the text.
type parsed struct {
	decls []ast.Decl
	stmts []ast.Stmt
	files []*token.File
}

// parse reads a cell. Errors are in the order of the text.
func parse(fset *token.FileSet, name, text string) (*parsed, scanner.ErrorList) {
	var imports, decls, outside []item
	stmts := false
	for _, it := range split(text) {
		switch {
		case it.tok == token.PACKAGE: // a program pasted into a cell
		case it.tok == token.IMPORT:
			imports = append(imports, it)
		case it.decl:
			decls = append(decls, it)
		default:
			stmts = true
			continue
		}
		outside = append(outside, it)
	}
	p := &parsed{}
	var errs scanner.ErrorList
	if pos, tok, ok := unopened(text); ok {
		errs.Add(token.Position{Filename: name, Offset: pos, Line: 1 + strings.Count(text[:pos], "\n"), Column: pos - strings.LastIndexByte(text[:pos], '\n')},
			"unexpected "+tok.String())
	}
	for _, part := range [][]item{imports, decls} {
		if len(part) == 0 {
			continue
		}
		f, at, err := parseAs(fset, name, declHead, blank(text, part, false), "")
		errs = append(errs, err...)
		p.files = append(p.files, at)
		if f != nil {
			p.decls = append(p.decls, f.Decls...)
		}
	}
	if stmts {
		f, at, err := parseAs(fset, name, stmtHead, blank(text, outside, true), stmtTail)
		errs = append(errs, err...)
		p.files = append(p.files, at)
		if f != nil && len(f.Decls) > 0 {
			if fn, ok := f.Decls[0].(*ast.FuncDecl); ok && fn.Body != nil {
				p.stmts = fn.Body.List
			}
		}
	}
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].Pos.Line < errs[j].Pos.Line })
	errs = slices.CompactFunc(errs, func(x, y *scanner.Error) bool { return x.Pos.Line == y.Pos.Line })
	return p, errs
}

// unopened finds a closing bracket that nothing opened.
func unopened(text string) (offset int, tok token.Token, ok bool) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	depth := 0
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if depth--; depth < 0 {
				return file.Offset(pos), tok, true
			}
		case token.EOF:
			return 0, 0, false
		}
	}
}

// parseAs parses text between a head and a tail, with the positions of text
// alone.
func parseAs(fset *token.FileSet, name, head, text, tail string) (*ast.File, *token.File, scanner.ErrorList) {
	before := fset.Base()
	f, err := parser.ParseFile(fset, name, head+text+tail, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	file := fset.File(token.Pos(before))
	if file != nil {
		file.AddLineColumnInfo(len(head), name, 1, 1)
	}
	list, ok := err.(scanner.ErrorList)
	if err != nil && !ok {
		list.Add(token.Position{Filename: name}, err.Error())
	}
	// The parser reported positions before the line information was there.
	headLines := strings.Count(head, "\n")
	textLines := strings.Count(text, "\n") + 1
	for _, e := range list {
		e.Pos.Line -= headLines
		e.Pos.Offset -= len(head)
		if e.Pos.Line > textLines { // found only behind the end
			e.Pos.Line, e.Pos.Column = textLines, len(text)-strings.LastIndex(text, "\n")
			e.Msg = strings.NewReplacer("found '}'", "found the end of the cell", "found 'EOF'", "found the end of the cell").Replace(e.Msg)
		}
	}
	return f, file, list
}

// What Parse finds.
const (
	Whole   = iota // a cell that parses
	Cut            // the start of one: its only error is at the end
	Invalid        // neither
)

// Parse tells whether text is a whole cell.
func Parse(text string) int {
	_, errs := parse(token.NewFileSet(), "", text)
	if len(errs) == 0 {
		return Whole
	}
	end := len(strings.TrimRight(text, " \t\r\n"))
	for _, e := range errs {
		if e.Pos.Offset < end {
			return Invalid
		}
	}
	return Cut
}
