package terminal

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"
	"golang.org/x/term"

	"github.com/neurorepl/neurorepl/kernel/highlight"
	"github.com/neurorepl/neurorepl/kernel/session"
)

// editor reads cells of one or more lines.
type editor struct {
	shell *readline.Shell
	past  *history
	fold  folder
	// engine returns the session, waiting for its start if need be.
	engine func() Engine
	colour bool
	count  int // number of the cell being typed
	hint   callHint
	hinted bool // there is a call in the row below the line
	placed placed
}

func newEditor(engine func() Engine, past *history, able Abilities) *editor {
	e := &editor{past: past, engine: engine, colour: able.Colours > 0, count: 1}
	e.fold.rows = able.Rows
	sh := readline.NewShell(inputrc.WithName("neurorepl"))
	e.shell = sh
	past.shown, past.typed = e.fold.hide, e.fold.reveal
	sh.History.Delete()
	sh.History.Add("cells", past)
	sh.Prompt.Primary(e.prompt)
	sh.Prompt.Secondary(func() string { return "" })
	sh.Completer = e.complete
	sh.PasteTransformer = e.pasted
	sh.SyntaxHighlighter = e.drawn
	e.hint.redraw, e.hint.look = sh.Keys.RequestRefresh, e.lookUp
	sh.Hint.SetProvider(e.below)
	for name, value := range map[string]any{
		"enable-bracketed-paste": true,
		// The probe loses keys that arrive together with the terminal's answer:
		// whoever types or pastes fast loses text. See drawn.
		"cursor-position-probe":     false,
		"completion-ignore-case":    true,
		"usage-hint-always":         true,
		"completion-list-separator": `"  "`,
		// The first Tab completes as far as all agree and shows the rest, the
		// next one chooses.
		"menu-complete-display-prefix": true,
		"multiline-column":             false,
		"blink-matching-paren":         false,
		"convert-meta":                 false,
		"input-meta":                   true,
		"output-meta":                  true,
		"history-autosuggest":          false,
		"echo-control-characters":      true,
		"bell-style":                   "none",
		"colored-completion-prefix":    true,
		// The editor paints comments by a pattern of its own, which paints what
		// is none; this one matches nothing.
		"comment-begin": `[^\s\S]`,
	} {
		sh.Config.Set(name, value)
	}
	e.bindKeys()
	return e
}

// read returns the next cell. The error is io.EOF when the user leaves and
// readline.ErrInterrupt when the line was given up.
func (e *editor) read() (string, error) {
	e.placed = placed{}
	line, err := e.shell.Readline()
	e.hint.rest()
	return e.fold.reveal(line), err
}

func (e *editor) plainPrompt() string { return fmt.Sprintf("In [%d]: ", e.count) }

func (e *editor) prompt() string {
	e.reflow()
	if e.colour {
		return "\x1b[32m" + e.plainPrompt() + "\x1b[0m"
	}
	return e.plainPrompt()
}

// enter runs the cell if it is whole, and otherwise begins a new line that is
// indented as Go is.
func (e *editor) enter() {
	line, cursor := e.shell.Line(), e.shell.Cursor()
	text := string(*line)
	before := string((*line)[:cursor.Pos()])
	last := !strings.Contains(string((*line)[cursor.Pos():]), "\n")
	whole := session.Completeness{Status: "complete"}
	if strings.TrimSpace(text) != "" {
		whole = e.engine().Completeness(e.fold.reveal(text))
	}
	// Two empty lines at the end run whatever is there, so that an unfinished
	// cell can be seen to be wrong.
	forced := strings.HasSuffix(strings.ReplaceAll(text, "\t", ""), "\n\n") && strings.TrimSpace(text) != ""
	if last && (whole.Status != "incomplete" || forced) {
		e.shell.Keymap.Commands()["accept-line"]()
		return
	}
	indent := whole.Indent
	if whole.Status != "incomplete" || !last || indent == "" {
		indent = indentAfter(before)
	}
	cursor.InsertAt([]rune("\n" + indent)...)
	e.foldTall()
}

// abort gives the line up. The editor's own command takes a key that was typed
// right after Ctrl-C for a part of it.
func (e *editor) abort() {
	e.shell.Display.AcceptLine()
	e.shell.History.Accept(false, false, readline.ErrInterrupt)
}

// newline begins a new line without running the cell.
func (e *editor) newline() {
	before := string((*e.shell.Line())[:e.shell.Cursor().Pos()])
	e.shell.Cursor().InsertAt([]rune("\n" + indentAfter(before))...)
	e.foldTall()
}

// indentAfter returns the white space that a line after text begins with: that
// of the line before it, and one more after an opening bracket.
func indentAfter(text string) string {
	line := text[strings.LastIndexByte(text, '\n')+1:]
	indent := line[:len(line)-len(strings.TrimLeft(line, "\t "))]
	code := strings.TrimRight(line, " \t")
	if code != "" && strings.ContainsRune("{([", rune(code[len(code)-1])) {
		indent += "\t"
	}
	return indent
}

// tab completes, or indents where there is nothing to complete.
func (e *editor) tab() {
	before := string((*e.shell.Line())[:e.shell.Cursor().Pos()])
	if strings.TrimSpace(before[strings.LastIndexByte(before, '\n')+1:]) == "" {
		e.shell.Cursor().InsertAt('\t')
		return
	}
	e.shell.Keymap.Commands()["menu-complete"]()
}

// brace closes a block, one step to the left when it begins its line.
func (e *editor) brace() {
	line, cursor := e.shell.Line(), e.shell.Cursor()
	before := string((*line)[:cursor.Pos()])
	if i := strings.LastIndexByte(before, '\n'); i >= 0 && strings.TrimSpace(before[i:]) == "" && strings.HasSuffix(before, "\t") {
		line.CutRune(cursor.Pos() - 1)
		cursor.Dec()
	}
	cursor.InsertAt('}')
}

func (e *editor) pasted(text string) string {
	text = strings.Trim(text, "\n")
	return e.fold.hide(strings.Map(printable, text))
}

// printable takes control characters out of pasted text; they would move the
// cursor when the line is drawn.
func printable(r rune) rune {
	if r == '\n' || r == '\t' || r >= ' ' && r != 0x7f && !(r >= 0x80 && r < 0xa0) {
		return r
	}
	return -1
}

// foldTall folds the upper lines of a cell that has grown taller than the
// window, which the line editor could not draw.
func (e *editor) foldTall() {
	line, cursor := e.shell.Line(), e.shell.Cursor()
	text := string(*line)
	lines := strings.Split(text, "\n")
	if len(lines) <= e.fold.most() || cursor.Pos() != line.Len() {
		return
	}
	keep := e.fold.most() / 2
	upper := strings.Join(lines[:len(lines)-keep], "\n")
	line.Set([]rune(e.fold.store(e.fold.reveal(upper)) + "\n" + strings.Join(lines[len(lines)-keep:], "\n"))...)
	cursor.Set(line.Len())
}

// unfold opens the cell in the user's editor, whole.
func (e *editor) unfold() {
	line, cursor := e.shell.Line(), e.shell.Cursor()
	line.Set([]rune(e.fold.reveal(string(*line)))...)
	cursor.Set(line.Len())
	e.shell.Keymap.Commands()["edit-command-line"]()
	line, cursor = e.shell.Line(), e.shell.Cursor()
	line.Set([]rune(e.fold.hide(strings.TrimRight(string(*line), "\n")))...)
	cursor.Set(line.Len())
}

// complete asks the session how to go on at the cursor.
func (e *editor) complete(line []rune, cursor int) readline.Completions {
	shown := string(line)
	at := len(string(line[:cursor]))
	text, moved := e.fold.revealUpTo(shown, at)
	c := e.engine().Complete(text, moved)
	if c.Start < 0 || c.Start > c.End || c.End > len(text) || c.Start > moved || len(c.Items) == 0 {
		return readline.Completions{}
	}
	start := at - (moved - c.Start) // in the line as shown
	if start < 0 {
		return readline.Completions{}
	}
	// The editor replaces a prefix, which it counts in bytes and takes for a
	// word up to the last space when it is empty: give it all that stands
	// before the cursor without a space, as far as that is ASCII.
	base := at
	for base > 0 && shown[base-1] > ' ' && shown[base-1] < utf8.RuneSelf {
		base--
	}
	if base > start {
		return readline.Completions{}
	}
	head := shown[base:start]
	list, described := e.fitting(c.Items, strings.Count(shown, "\n"))
	items := make([]readline.Completion, 0, len(list))
	same := map[string]int{}
	for _, it := range list {
		item := readline.Completion{Value: head + it.Text, Display: it.Text}
		if described {
			// The editor puts entries with equal descriptions on one row; spaces
			// keep them apart.
			d := describe(it)
			item.Description = d + strings.Repeat(" ", same[d])
			same[d]++
		}
		items = append(items, item)
	}
	out := readline.CompleteRaw(items).NoSort()
	if described && len(items) > 1 {
		out = out.DisplayList()
	}
	if more := len(c.Items) - len(list); more > 0 {
		out = out.Usage("and %d more: type on", more)
	}
	out.PREFIX = shown[base:at]
	return out
}

// below returns the row below the line: the call that the cursor is in.
func (e *editor) below(line []rune, cursor int) []rune {
	before := string(line[:min(cursor, len(line))])
	e.placed = placed{before: before, columns: e.columns()}
	text, at := e.fold.revealUpTo(string(line), len(before))
	c, ok := e.hint.at(text, at)
	e.hinted = ok
	if !ok {
		return nil
	}
	return []rune(callLine(c, e.columns(), e.colour))
}

// lookUp asks the session for the call at a place.
func (e *editor) lookUp(text string, cursor int) (session.Call, bool) {
	if s, ok := e.engine().(signer); ok {
		return s.Signature(text, cursor)
	}
	return session.Call{}, false
}

// fitting returns the completions that the window has room for below a cell of
// some lines, one per row with its description, or in columns without.
func (e *editor) fitting(list []session.Completion, lines int) (fit []session.Completion, described bool) {
	rows := max(e.fold.rows-lines-6, 4)
	columns, longest, n := e.columns(), 1, 0
	if len(list) <= rows {
		for _, c := range list {
			longest = max(longest, width(c.Text))
		}
		return list, longest+16 <= columns // else a description would be three dots on a row of their own
	}
	for n < len(list) {
		longest = max(longest, width(list[n].Text))
		if n++; n > rows*max(columns/(longest+2), 1) {
			n--
			break
		}
	}
	return list[:n], false
}

// describe says what a completion is, in the width of a menu.
func describe(c session.Completion) string {
	kind := c.Kind
	switch {
	case c.Type == "" || c.Type == c.Kind:
		return kind
	case strings.HasPrefix(c.Type, "func"):
		return c.Type
	}
	if kind == "constant" && len(c.Type) > 24 { // pi to 60 digits
		return kind + " " + c.Type[:24] + "..."
	}
	return strings.TrimSpace(kind + " " + c.Type)
}

// codes are the terminal's colours of the parts of Go.
var codes = map[highlight.Class]string{
	highlight.Keyword:  "35",
	highlight.Builtin:  "36",
	highlight.Package:  "34",
	highlight.Function: "33",
	highlight.Text:     "32",
	highlight.Number:   "36",
	highlight.Comment:  "90",
	highlight.Command:  "35",
}

// drawn returns the line as it is put on the screen: with colours, and after
// moves that make room for it. The line editor, which does not know where on
// the screen it is, needs one free row below the line: ESC D goes down a row
// and scrolls at the bottom, CSI A comes back.
func (e *editor) drawn(line []rune) string {
	text := string(line)
	rows := 0
	columns := max(e.columns(), 1)
	for _, l := range strings.Split(text, "\n") {
		rows += 1 + (width(strings.ReplaceAll(l, "\t", "     "))+len(e.plainPrompt()))/columns
	}
	if e.hinted {
		rows++
	}
	room := strings.Repeat("\x1bD", rows) + fmt.Sprintf("\x1b[%dA", rows)
	if !e.colour {
		return room + text
	}
	return room + paintGo(text)
}

// columns returns the width of the window now.
func (e *editor) columns() int {
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		return w
	}
	return 80
}

// paintGo returns Go source with terminal colours.
func paintGo(src string) string {
	var b strings.Builder
	for {
		mark := foldMark.FindStringIndex(src)
		if mark == nil {
			return b.String() + paintPart(src)
		}
		b.WriteString(paintPart(src[:mark[0]]) + "\x1b[90m" + src[mark[0]:mark[1]] + "\x1b[0m")
		src = src[mark[1]:]
	}
}

func paintPart(src string) string {
	var b strings.Builder
	at := 0
	for _, s := range highlight.Spans(src) {
		code := codes[s.Class]
		if code == "" || s.Start < at {
			continue
		}
		b.WriteString(src[at:s.Start])
		// The editor erases to the end of each line, so colours end with it.
		for i, part := range strings.Split(src[s.Start:s.End], "\n") {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString("\x1b[" + code + "m" + part + "\x1b[0m")
		}
		at = s.End
	}
	b.WriteString(src[at:])
	return b.String()
}
