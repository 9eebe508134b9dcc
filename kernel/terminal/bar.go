package terminal

import (
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// ShowBar draws how far a call is, in the line at the cursor or, when that has
// text, in the one below. Whatever is printed next takes its place.
func (s *screen) ShowBar(b display.Bar) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.editing {
		return nil
	}
	s.measure()
	s.unbar()
	columns := s.able.Columns - 1
	switch b.State {
	case display.BarDone:
		return nil
	case display.BarLeft:
		if s.column > 0 {
			s.write([]byte("\n"))
		}
		_, err := s.write([]byte(s.dim(b.Line(columns, false)) + "\n"))
		return err
	}
	if s.able.Columns < 2 {
		return nil
	}
	if s.column > 0 {
		io.WriteString(s.out, "\n")
	}
	line := b.Line(columns, false)
	s.bar = utf8.RuneCountInString(line)
	_, err := io.WriteString(s.out, b.Line(columns, s.able.Colours > 0))
	return err
}

// measure takes the window's size, which may change while a cell runs.
func (s *screen) measure() {
	if f, ok := s.out.(*os.File); ok {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
			s.able.Columns, s.able.Rows = w, h
		}
	}
}

// unbar takes the bar away and puts the cursor back to where the output ends. A
// window that has become narrower has broken the bar into several lines.
func (s *screen) unbar() {
	if s.bar == 0 {
		return
	}
	s.measure()
	up := (s.bar - 1) / s.able.Columns
	if up > 0 {
		fmt.Fprintf(s.out, "\x1b[%dA", up)
	}
	io.WriteString(s.out, "\r\x1b[J")
	s.bar = 0
	if s.column > 0 {
		fmt.Fprintf(s.out, "\x1b[A\x1b[%dG", min(s.column+1, s.able.Columns))
	}
}
