package display

import (
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// firstLog is when the first line about a call goes to a log; the next follow
// when the call has taken twice as long as at the one before.
const firstLog = 10 * time.Second

// A BarWriter shows bars on a file, which is standard error as a rule. On a
// terminal it draws one line in place and takes it away at the end; NO_COLOR
// takes its colours. Elsewhere, as in the log of a batch job, it writes a line
// now and then, the first after 10 s.
type BarWriter struct {
	f *os.File

	mu     sync.Mutex
	drawn  int // characters of the line that is on the terminal; 0 for none
	id     string
	logged time.Duration // when the call was last written to the log
}

// NewBarWriter returns a BarWriter on f.
func NewBarWriter(f *os.File) *BarWriter { return &BarWriter{f: f} }

// ShowBar draws or logs a bar.
func (w *BarWriter) ShowBar(b Bar) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if name := os.Getenv("TERM"); !term.IsTerminal(int(w.f.Fd())) || name == "dumb" {
		return w.log(b)
	}
	columns := w.columns()
	erase := w.erase(columns)
	switch b.State {
	case BarDone:
		_, err := w.f.WriteString(erase)
		return err
	case BarLeft:
		_, err := fmt.Fprintln(w.f, erase+b.Line(columns-1, false))
		return err
	}
	plain := b.Line(columns-1, false)
	text := plain
	if os.Getenv("NO_COLOR") == "" {
		text = b.Line(columns-1, true)
	}
	w.drawn = len([]rune(plain))
	_, err := w.f.WriteString(erase + text)
	return err
}

// Hide takes the line away until the next bar comes, so that something else
// can be written to the terminal.
func (w *BarWriter) Hide() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.drawn > 0 {
		_, _ = w.f.WriteString(w.erase(w.columns()))
	}
}

func (w *BarWriter) columns() int {
	if n, _, err := term.GetSize(int(w.f.Fd())); err == nil && n > 1 {
		return n
	}
	return 80
}

// erase returns what takes the line away. A terminal that has become narrower
// has broken it into several.
func (w *BarWriter) erase(columns int) string {
	if w.drawn == 0 {
		return ""
	}
	s := "\r"
	if up := (w.drawn - 1) / columns; up > 0 {
		s += fmt.Sprintf("\x1b[%dA", up)
	}
	w.drawn = 0
	return s + "\x1b[J"
}

// log writes a line when enough time has passed. A call that was never written
// about ends without a word.
func (w *BarWriter) log(b Bar) error {
	if b.ID != w.id {
		w.id, w.logged = b.ID, 0
	}
	switch {
	case b.State == BarLeft, b.State == BarDone && w.logged > 0:
	case b.State == BarRuns && b.Elapsed >= max(firstLog, 2*w.logged):
		w.logged = b.Elapsed
	default:
		return nil
	}
	_, err := fmt.Fprintln(w.f, b.String())
	return err
}

// standardError is where programs outside the front ends show bars.
var standardError = NewBarWriter(os.Stderr)

// HideBar takes the bar of a script from the terminal until the next one comes.
// Whoever prints to a terminal on behalf of a script calls it first.
func HideBar() { standardError.Hide() }

// ShowBar shows bars on standard error: the output of a script is the same
// whether it took long or not.
func (f *Files) ShowBar(b Bar) error { return standardError.ShowBar(b) }

// ShowBar shows the bar as a display that is replaced.
func (g *gonb) ShowBar(b Bar) error { return g.Update(b.Show()) }

// barSink returns where bars are seen now, nil for nowhere. A program that has
// shown nothing yet has no sink: its figures will go to a folder named by what
// calls Show, which only that call can tell.
func barSink() BarSink {
	current.Lock()
	defer current.Unlock()
	switch {
	case current.sink != nil:
		s, _ := current.sink.(BarSink)
		return s
	case current.latest > 0: // a front end, between cells
		return nil
	case os.Getenv(gonbPipe) != "" && os.Getenv(gonbPipeBack) != "":
		s, err := openGoNB()
		if err != nil {
			return nil
		}
		current.sink = s
		return s.(BarSink)
	}
	return standardError
}
