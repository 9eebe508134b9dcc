package terminal

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// A signer is an engine that can describe the call whose parentheses the
// cursor is in; *session.Session is one.
type signer interface {
	Signature(text string, cursor int) (session.Call, bool)
}

// settled is how long the line must rest before its call is looked up: who
// types fast, or pastes, does not wait for the checker.
const settled = 60 * time.Millisecond

// callHint keeps the line below the cell that shows the call being typed. The
// lookup runs in the background and asks the editor to draw again when it is
// done.
type callHint struct {
	redraw func()
	look   func(text string, cursor int) (session.Call, bool)

	mu      sync.Mutex
	text    string // the line that is looked up or known
	cursor  int    // in bytes
	timer   *time.Timer
	known   bool // call is that of text and cursor
	call    session.Call
	ok      bool
	waiting bool // for the user; nothing is looked up while a cell runs
}

// at returns the call at the cursor as far as it is known, and has it looked
// up when it is not.
func (h *callHint) at(text string, cursor int) (c session.Call, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = true
	if text == h.text && cursor == h.cursor {
		return h.call, h.known && h.ok
	}
	h.text, h.cursor, h.known = text, cursor, false
	if h.timer != nil {
		h.timer.Stop()
	}
	if !strings.ContainsRune(text[:cursor], '(') {
		h.known, h.ok = true, false
		return c, false
	}
	h.timer = time.AfterFunc(settled, func() { h.find(text, cursor) })
	// Until then the call of a moment ago is shown, so that the line below does
	// not flicker with each letter of an argument.
	return h.call, h.ok
}

func (h *callHint) find(text string, cursor int) {
	h.mu.Lock()
	wanted := h.waiting && text == h.text && cursor == h.cursor
	h.mu.Unlock()
	if !wanted {
		return
	}
	c, ok := h.look(text, cursor)
	h.mu.Lock()
	wanted = h.waiting && text == h.text && cursor == h.cursor
	if wanted {
		h.known, h.call, h.ok = true, c, ok
	}
	h.mu.Unlock()
	if wanted {
		h.redraw()
	}
}

// rest ends the lookups until the next line is typed.
func (h *callHint) rest() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting, h.text, h.cursor, h.known, h.ok = false, "", 0, true, false
	if h.timer != nil {
		h.timer.Stop()
	}
}

// callLine returns the call in one row of the window, the parameter that the
// cursor gives underlined. When the row is too short, the parameters far from
// that one are left out.
func callLine(c session.Call, columns int, colour bool) string {
	c.Label = strings.ReplaceAll(c.Label, "\n", " ")
	from, to := 0, 0
	if c.Active >= 0 && c.Active < len(c.Params) {
		from, to = c.Params[c.Active].Start, c.Params[c.Active].End
	}
	if from < 0 || from > to || to > len(c.Label) {
		from, to = 0, 0
	}
	before, active, after := c.Label[:from], c.Label[from:to], c.Label[to:]
	room := columns - 1 - uniseg.StringWidth(active)
	if over := uniseg.StringWidth(before) - room*2/3; over > 0 && uniseg.StringWidth(before+after) > room {
		name := before[:max(min(c.Params[0].Start, from), 0)]
		before = name + "…" + lastColumns(before[len(name):], max(room*2/3-uniseg.StringWidth(name)-1, 0))
	}
	before = firstColumns(before, columns-1)
	active = firstColumns(active, columns-1-uniseg.StringWidth(before))
	after = firstColumns(after, columns-1-uniseg.StringWidth(before+active))
	if !colour {
		return before + active + after
	}
	mark := ""
	if active != "" {
		mark = "\x1b[0;1;4m" + active + "\x1b[0m\x1b[2m"
	}
	return "\x1b[2m" + before + mark + after + "\x1b[0m"
}

// firstColumns returns the beginning of a text that takes at most n columns,
// with an ellipsis where something is left out.
func firstColumns(s string, n int) string {
	if uniseg.StringWidth(s) <= n {
		return s
	}
	for s != "" && uniseg.StringWidth(s)+1 > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	if n < 1 {
		return ""
	}
	return s + "…"
}

// lastColumns returns the end of a text that takes at most n columns.
func lastColumns(s string, n int) string {
	for s != "" && uniseg.StringWidth(s) > n {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return s
}
