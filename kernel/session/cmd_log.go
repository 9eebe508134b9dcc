package session

import (
	"context"
	"fmt"

	"github.com/neurorepl/neurorepl/kernel/lower"
)

// A cellLog is what commands keep: the cells that ran, for %save, and the
// folder that %cd left last.
type cellLog struct {
	scope  *lower.Scope // in which the cells ran
	cells  []loggedCell
	parts  []part // of the cell that runs
	other  bool   // the cell that runs is no plain Go
	folder string
}

// A loggedCell is a cell that ran.
type loggedCell struct {
	name   string
	silent bool
	parts  []part
}

// A part of a cell is a command, which a program has as a comment, or Go that
// ran to its end.
type part struct {
	command string
	text    string
}

// note keeps a command.
func (l *cellLog) note(command string) { l.parts = append(l.parts, part{command: command}) }

// logged runs Go that belongs to a command, and keeps it when it did not fail.
func (s *Session) logged(ctx context.Context, name, text string, res *Result) {
	s.goText(ctx, name, text, res)
	if res.Err == nil {
		s.log.parts = append(s.log.parts, part{text: text})
	}
}

// record keeps a cell that ran.
func (s *Session) record(c Cell, r *Result) {
	l := &s.log
	if l.scope != s.scope { // all was forgotten
		l.cells, l.scope = nil, s.scope
	}
	parts, plain := l.parts, !l.other
	l.parts, l.other = nil, false
	if plain && r.Err == nil {
		parts = []part{{text: c.Text}}
	}
	if len(parts) == 0 {
		return
	}
	name := c.Name
	if name == "" {
		name = fmt.Sprintf("cell [%d]", r.Count)
	}
	l.cells = append(l.cells, loggedCell{name, c.Silent, parts})
}
