package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/vm"
)

// RunFile runs a script, an ordinary Go program of one file, in a session of
// its own declarations: what cells declared is not there, and what the script
// declares is gone afterwards. It returns nil when function main returned, an
// Error of KindExit with the status given to os.Exit, of KindPanic or KindFatal
// with the text and the trace that Go would print, or of KindCompile with one
// line FILE:LINE:COL: message per error.
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
			failed = &Error{Kind: KindPanic, Message: fmt.Sprintf("%s: neurorepl itself failed: %v", name, p)}
		}
	}()
	before := s.world
	s.world = s.newWorld(nil)
	defer func() {
		s.stop() // as the end of function main does
		s.world = before
	}()
	if strings.HasPrefix(text, "#!") {
		text = "//" + text[2:]
	}
	s.rec.Script(name, text)
	unit, errs := s.scope.Script(name, text)
	if len(errs) > 0 {
		return &Error{Kind: KindCompile, Message: messages(errs)}
	}
	_, failed = s.execute(ctx, name, unit, s.scriptEnding)
	return failed
}

// scriptEnding says why a script ended early, as `go run` does.
func (s *Session) scriptEnding(r *run, err error) *Error {
	var (
		p    *vm.Panic
		lock *vm.Deadlock
	)
	switch {
	case errors.As(err, &p):
		return s.goTrace(p)
	case errors.As(err, &lock):
		return &Error{Kind: KindFatal, Message: lock.Error(), Trace: s.goFrames(lock.Trace, "waiting")}
	}
	return s.ending(r, err)
}
