package session

import (
	"go/scanner"
	"go/token"
	"reflect"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// Complete returns the ways to go on at a byte offset of the text. It runs
// nothing and changes nothing.
func (s *Session) Complete(text string, cursor int) (c Completions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c = Completions{Start: cursor, End: cursor}
	defer func() { _ = recover() }() // half a cell may be too much for the checker
	menu := assist.Complete(s.known(), text, cursor)
	c.Start, c.End = menu.Start, menu.End
	for _, it := range menu.Items {
		c.Items = append(c.Items, Completion{Text: it.Text, Kind: it.Kind, Type: it.Type})
	}
	return c
}

// Inspect documents the name at a byte offset of the text, or the function
// whose arguments stand there. With detail above 0 what cells declared comes
// with its source.
func (s *Session) Inspect(text string, cursor, detail int) (b display.Bundle, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if recover() != nil {
			b, ok = display.Bundle{}, false
		}
	}()
	doc, ok := assist.Inspect(s.known(), text, cursor, detail)
	if !ok {
		return display.Bundle{}, false
	}
	return display.Text(doc), true
}

// A Call describes the function whose arguments stand at the cursor.
type Call struct {
	// Label is the function's name with its parameters and results.
	Label string
	// Params are the parameters within the label, in bytes.
	Params []assist.Span
	// Active is the index of the parameter that the cursor gives, -1 for none.
	Active int
	// Doc is the function's documentation.
	Doc string
}

// Signature describes the call whose parentheses a byte offset of the text is
// in.
func (s *Session) Signature(text string, cursor int) (c Call, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if recover() != nil {
			c, ok = Call{}, false
		}
	}()
	call, ok := assist.Signature(s.known(), text, cursor)
	return Call{Label: call.Label, Params: call.Params, Active: call.Active, Doc: call.Doc}, ok
}

// known is what the session knows, for those who help to write cells.
func (s *Session) known() assist.World { return assist.World{Scope: s.scope, Value: s.summary} }

// summary describes what a variable holds, in a line. It calls no methods, and
// looks at nothing while goroutines of cells may change it.
func (s *Session) summary(o *lower.Object) string {
	if s.machine.Goroutines() > 0 {
		return ""
	}
	v, ok := s.machine.Value(o.Checked())
	if !ok || v.Kind() == reflect.Func {
		return ""
	}
	return summarize(v, 0)
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
