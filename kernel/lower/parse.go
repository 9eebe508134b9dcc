// Package lower turns the text of a cell into the Go that the interpreter
// runs right. It parses the cell, checks it with go/types against everything
// that the session declared before, so that every error is known before
// anything runs, and rewrites what yaegi would run wrong.
//
//	scope := lower.NewScope(lower.Options{...})
//	unit, errs := scope.Cell("cell [4]", "x := 2\nx * 21")
//	// run unit.Steps, then unit.Commit()
package lower

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
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

// blank replaces all text outside of the chosen items by spaces, so that what
// is left keeps its positions.
func blank(text string, items []item) string {
	out := make([]byte, len(text))
	for i := range out {
		if out[i] = ' '; text[i] == '\n' {
			out[i] = '\n'
		}
	}
	for _, it := range items {
		copy(out[it.start:it.end], text[it.start:it.end])
		if it.end < len(out) && text[it.end] == ';' {
			out[it.end] = ';'
		}
	}
	return string(out)
}

// What stands before and behind the text of a cell when it is parsed.
const (
	declHead = "package main\n"
	stmtHead = "package main\nfunc _() {\n"
	stmtTail = "\n}"
)

func tailOf(head string) int {
	if head == stmtHead {
		return len(stmtTail)
	}
	return 0
}

// A parsed cell: package-level declarations and statements, with positions as
// in the text.
type parsed struct {
	decls []ast.Decl
	stmts []ast.Stmt
	// comments of both, for those who read them.
	comments []*ast.CommentGroup
}

// parse reads a cell. Errors are in the order of the text.
func parse(fset *token.FileSet, name, text string) (*parsed, scanner.ErrorList) {
	items := split(text)
	var decls, stmts []item
	var errs scanner.ErrorList
	for _, it := range items {
		switch {
		case it.tok == token.PACKAGE: // a program pasted into a cell
		case it.decl:
			decls = append(decls, it)
		default:
			stmts = append(stmts, it)
		}
	}
	p := &parsed{}
	if len(decls) > 0 {
		f, err := parseAs(fset, name, declHead, blank(text, decls), "")
		errs = append(errs, err...)
		if f != nil {
			p.decls, p.comments = f.Decls, f.Comments
		}
	}
	if len(stmts) > 0 {
		f, err := parseAs(fset, name, stmtHead, blank(text, stmts), stmtTail)
		errs = append(errs, err...)
		if f != nil && len(f.Decls) > 0 {
			if fn, ok := f.Decls[0].(*ast.FuncDecl); ok && fn.Body != nil {
				p.stmts = fn.Body.List
			}
			if len(f.Decls) > 1 && len(err) == 0 {
				errs.Add(fset.Position(f.Decls[1].Pos()), "unexpected }")
			}
		}
	}
	sort.Sort(errs)
	errs.RemoveMultiples()
	return p, errs
}

// parseAs parses text between a head and a tail, with the positions of text
// alone.
func parseAs(fset *token.FileSet, name, head, text, tail string) (*ast.File, scanner.ErrorList) {
	before := fset.Base()
	f, err := parser.ParseFile(fset, name, head+text+tail, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	if file := fset.File(token.Pos(before)); file != nil {
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
			e.Msg = strings.Replace(e.Msg, "found '}'", "found the end of the cell", 1)
		}
	}
	return f, list
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
