package terminal

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// TestBarBesideText: a bar stands below a line that is begun, and what is
// printed next goes on where that line ended.
func TestBarBesideText(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, able: Abilities{Pictures: Files, Columns: 60, Rows: 24}}
	s.begin()
	s.Write([]byte("abc"))
	b := display.Bar{ID: "1", Label: "fit", Unit: "steps", Done: 1, Total: 4, Elapsed: time.Second}
	s.ShowBar(b)
	b.Done++
	s.ShowBar(b)
	s.Write([]byte("def\n"))
	s.ShowBar(b)
	b.State = display.BarDone
	s.ShowBar(b)
	s.Write([]byte("ghi"))
	s.end()
	got := out.String()
	if strings.Count(got, "fit ") != 3 || strings.Count(got, "━") == 0 {
		t.Errorf("%q", got)
	}
	if want := "abc\nde"; strings.HasPrefix(got, want) {
		t.Errorf("no bar: %q", got)
	}
	// On the screen only the text is left.
	if seen := onScreen(got, 60); seen != "abcdef\nghi\n" {
		t.Errorf("the screen holds %q after %q", seen, got)
	}
	s.ShowBar(b) // while the user edits
	if n := len(got); out.Len() != n {
		t.Errorf("drawn into the editor's line: %q", out.String()[n:])
	}
}

// TestBarLeftBehind: a cell that is interrupted keeps a line of how far it was.
func TestBarLeftBehind(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, able: Abilities{Pictures: Files, Columns: 60, Rows: 24}}
	s.begin()
	b := display.Bar{ID: "1", Label: "fit", Unit: "steps", Done: 1, Total: 4, Elapsed: time.Second}
	s.ShowBar(b)
	b.State = display.BarLeft
	s.ShowBar(b)
	s.end()
	if got, want := onScreen(out.String(), 60), "fit: 25%, 1/4 steps, 1/s, stopped after 1.0 s\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestBarNarrowed: a bar that a narrower window has broken into several lines
// is taken away whole.
func TestBarNarrowed(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, able: Abilities{Pictures: Files, Columns: 60, Rows: 24}}
	s.begin()
	s.ShowBar(display.Bar{ID: "1", Label: "fit", Unit: "steps", Done: 1, Total: 4, Elapsed: time.Second})
	s.resize(20, 24)
	out.Reset()
	s.Write([]byte("x"))
	if got, want := out.String(), "\x1b[2A\r\x1b[Jx"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// onScreen returns what a terminal shows of a text with the few sequences that bars
// use.
func onScreen(text string, columns int) string {
	lines, row, col := [][]rune{nil}, 0, 0
	for text != "" {
		switch {
		case strings.HasPrefix(text, "\x1b[J"):
			lines[row] = lines[row][:min(col, len(lines[row]))]
			lines = lines[:row+1]
			text = text[3:]
			continue
		case strings.HasPrefix(text, "\x1b[A"):
			row--
			text = text[3:]
			continue
		case strings.HasPrefix(text, "\x1b["):
			end := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' || r == 'm' })
			if text[end] == 'G' {
				col = 0
				for _, d := range text[2:end] {
					col = col*10 + int(d-'0')
				}
				col--
			}
			text = text[end+1:]
			continue
		}
		r := []rune(text)[0]
		text = text[len(string(r)):]
		switch r {
		case '\r':
			col = 0
		case '\n':
			row, col = row+1, 0
			if row == len(lines) {
				lines = append(lines, nil)
			}
		default:
			for len(lines[row]) <= col {
				lines[row] = append(lines[row], ' ')
			}
			lines[row][col] = r
			col++
		}
	}
	var out []string
	for _, l := range lines {
		out = append(out, string(l))
	}
	return strings.Join(out, "\n")
}
