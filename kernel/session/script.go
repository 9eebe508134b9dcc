package session

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// RunFile runs a script, an ordinary Go program of one file, in a session of
// its own declarations: what cells declared is not there, and what the script
// declares is gone afterwards. It returns nil when function main returned, an
// Error of KindExit with the status given to os.Exit, of KindPanic with the
// trace that Go would print, or of KindCompile with one line FILE:LINE:COL:
// message per error.
func (s *Session) RunFile(ctx context.Context, path string) *Error {
	text, err := os.ReadFile(path)
	if err != nil {
		return &Error{Kind: KindCompile, Message: strings.TrimPrefix(err.Error(), "open ")}
	}
	return s.RunProgram(ctx, path, string(text))
}

// RunProgram runs the text of a script; name stands in positions.
func (s *Session) RunProgram(ctx context.Context, name, text string) (failed *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			failed = &Error{Kind: KindPanic, Message: fmt.Sprintf("%s: the interpreter failed: %v", name, p)}
		}
	}()
	before, scope, imported := s.interp, s.scope, s.imported
	if err := s.reset(); err != nil {
		return &Error{Kind: KindCompile, Message: err.Error()}
	}
	defer func() { s.interp, s.scope, s.imported = before, scope, imported }()
	s.scope = lower.NewScope(lower.Options{Fset: s.interp.FileSet(), Types: symbols.Types, Distance: symbols.Distance, Unknown: unknownImport})
	if strings.HasPrefix(text, "#!") {
		text = "//" + text[2:]
	}
	unit, errs := s.scope.Script(name+suffix, text)
	if len(errs) > 0 {
		return &Error{Kind: KindCompile, Message: messages(errs)}
	}
	_, failed = s.execute(ctx, name, unit)
	if failed != nil && failed.Kind == KindPanic {
		goTrace(failed, name)
	}
	return failed
}

// goTrace writes a panic as `go run` does: the value alone, then the frames.
func goTrace(e *Error, name string) {
	e.Message = strings.TrimPrefix(e.Message, "in a goroutine: ")
	if rest, ok := strings.CutPrefix(e.Message, name+":"); ok {
		if _, msg, ok := strings.Cut(rest, ": "); ok {
			e.Message = msg
		}
	}
	trace := []string{"goroutine 1 [running]:"}
	for _, t := range e.Trace {
		at, fn, _ := strings.Cut(t, "in ")
		trace = append(trace, "main."+strings.ReplaceAll(fn, "a function literal of ", "func in ")+"(...)")
		if at = strings.TrimSpace(at); at != "" {
			trace = append(trace, "\t"+at)
		}
	}
	e.Trace = trace
}
