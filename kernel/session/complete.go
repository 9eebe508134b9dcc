package session

import (
	"go/scanner"
	"go/token"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// Complete returns the ways to go on at a byte offset of the text.
func (s *Session) Complete(text string, cursor int) Completions {
	return Completions{Start: cursor, End: cursor}
}

// Inspect documents the name at a byte offset of the text.
func (s *Session) Inspect(text string, cursor, detail int) (display.Bundle, bool) {
	return display.Bundle{}, false
}

// Completeness tells whether text is a whole cell, so that a terminal knows
// when to run it. Text that has an error in its middle is invalid; text that
// only lacks its end is incomplete.
func (s *Session) Completeness(text string) Completeness {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || strings.HasPrefix(trimmed, "!") || strings.HasPrefix(trimmed, "%") || strings.HasSuffix(trimmed, "?") {
		return Completeness{Status: "complete"}
	}
	depth, open := nesting(text)
	if open || depth > 0 {
		return Completeness{Status: "incomplete", Indent: strings.Repeat("\t", max(0, depth))}
	}
	switch lower.Parse(text) {
	case lower.Whole:
		return Completeness{Status: "complete"}
	case lower.Cut:
		return Completeness{Status: "incomplete"}
	}
	return Completeness{Status: "invalid"}
}

// nesting counts the brackets that are open at the end of the text; open tells
// that it ends within a raw string or a comment.
func nesting(text string) (depth int, open bool) {
	var sc scanner.Scanner
	fset := token.NewFileSet()
	sc.Init(fset.AddFile("", -1, len(text)), []byte(text), func(_ token.Position, msg string) {
		open = open || strings.Contains(msg, "not terminated") && (strings.Contains(msg, "raw string") || strings.Contains(msg, "comment"))
	}, 0)
	for {
		_, tok, _ := sc.Scan()
		switch tok {
		case token.LBRACE, token.LPAREN, token.LBRACK:
			depth++
		case token.RBRACE, token.RPAREN, token.RBRACK:
			depth--
		case token.EOF:
			return depth, open
		}
	}
}
