package terminal

import (
	"fmt"
	"os"
	"strings"
)

// placed is where the cursor was when the line was drawn last.
type placed struct {
	before  string // the line up to the cursor
	columns int    // of the window then; 0: not drawn yet
}

// row returns how many rows the cursor is below the row of the prompt.
func (p placed) row(prompt, columns int) int {
	row := 0
	for i, l := range strings.Split(p.before, "\n") {
		if i > 0 {
			row++
		}
		row += (prompt + width(strings.ReplaceAll(l, "\t", "     "))) / max(columns, 1)
	}
	return row
}

// reflow makes up for a window whose width has changed. Nearly all terminals
// then break long lines anew, which moves the cursor up or down, while the line
// editor goes up as many rows as the line had before: it would write over what
// is above, or leave half a line there. xterm breaks nothing.
func (e *editor) reflow() {
	now := e.columns()
	if e.placed.columns == 0 || e.placed.columns == now || os.Getenv("XTERM_VERSION") != "" {
		return
	}
	prompt := len(e.plainPrompt())
	switch moved := e.placed.row(prompt, now) - e.placed.row(prompt, e.placed.columns); {
	case moved > 0:
		fmt.Fprintf(os.Stdout, "\x1b[%dA", moved)
	case moved < 0:
		fmt.Fprint(os.Stdout, strings.Repeat("\x1bD", -moved))
	}
	e.placed.columns = now
}
