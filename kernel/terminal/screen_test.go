package terminal

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
)

func newScreen(out *bytes.Buffer) *screen {
	return &screen{out: out, able: Abilities{Pictures: Blocks, Colours: 256, Columns: 20, Rows: 10}, editing: true}
}

// What goroutines print while a line is typed comes before the next output.
func TestHeld(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out)
	s.Write([]byte("early\n"))
	s.Display(display.Text("shown"))
	if out.Len() > 0 {
		t.Fatalf("it tore the line: %q", out.String())
	}
	s.begin()
	s.Write([]byte("late"))
	s.end()
	if got := out.String(); got != "early\nshown\nlate\n" {
		t.Errorf("%q", got)
	}
	out.Reset()
	s.Write(bytes.Repeat([]byte("x"), mostHeld+1))
	s.begin()
	if !strings.Contains(out.String(), "it is lost") || len(s.held) > 0 {
		t.Error("more than the limit is kept without a word")
	}
}

func TestCursor(t *testing.T) {
	for text, want := range map[string][2]int{
		"":                                       {0, 0},
		"abc":                                    {0, 3},
		"abc\n":                                  {1, 0},
		strings.Repeat("x", 20):                  {0, 20}, // waits at the edge
		strings.Repeat("x", 21):                  {1, 1},
		strings.Repeat("x", 41) + "\n":           {3, 0},
		"日本語":                                    {0, 6},
		"a\rb":                                   {0, 1},
		"\x1b[31mred\x1b[0m":                     {0, 3},
		"\x1b]8;;file:///x\x1b\\a\x1b]8;;\x1b\\": {0, 1},
	} {
		var out bytes.Buffer
		s := newScreen(&out)
		s.begin()
		s.Write([]byte(text))
		if got := [2]int{s.rows, s.column}; got != want {
			t.Errorf("%q: row and column %v, want %v", text, got, want)
		}
	}
}

// An update replaces what was shown last, and comes below it otherwise.
func TestUpdate(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out)
	s.begin()
	b := display.Text("one\ntwo")
	b.ID = "a"
	s.Display(b)
	out.Reset()
	b = display.Text("three")
	b.ID = "a"
	s.Update(b)
	if got := out.String(); got != "\x1b[2A\r\x1b[Jthree\n" {
		t.Errorf("%q", got)
	}
	s.Write([]byte("between\n"))
	out.Reset()
	s.Update(b)
	if got := out.String(); got != "three\n" {
		t.Errorf("%q", got)
	}
}

func TestClear(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out)
	s.begin()
	s.Write([]byte("a\nb\n"))
	s.Clear(true)
	if strings.Contains(out.String(), "\x1b[J") {
		t.Error("cleared before anything came")
	}
	out.Reset()
	s.Write([]byte("c\n"))
	if got := out.String(); got != "\x1b[2A\r\x1b[Jc\n" {
		t.Errorf("%q", got)
	}
	// What has scrolled out of the window cannot be cleared.
	s.Write([]byte(strings.Repeat("x\n", 30)))
	out.Reset()
	s.Clear(false)
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
}

// Pictures drawn with characters also name a file that holds the original.
func TestPictureFile(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out)
	s.dir = t.TempDir()
	s.begin()
	png := encoded(t, figure(40, 20))
	b := display.PNG(png)
	b.Data[display.TypeText] = "V over time"
	if err := s.Display(b); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	i := strings.Index(text, s.dir)
	if i < 0 || !strings.Contains(text, "V over time") {
		t.Fatalf("no file is named: %q", text[max(0, len(text)-200):])
	}
	data, err := os.ReadFile(s.dir + "/figure_01.png")
	if err != nil || !bytes.Equal(data, png) {
		t.Errorf("the file differs (%v)", err)
	}
	// A picture that is none says so and is saved all the same.
	out.Reset()
	if err := s.Display(display.PNG([]byte("nonsense"))); err != nil || !strings.Contains(out.String(), "cannot be read") {
		t.Errorf("%v %q", err, out.String())
	}
}

func TestFold(t *testing.T) {
	f := &folder{rows: 24}
	short := strings.Repeat("x\n", 10)
	if f.hide(short) != short {
		t.Error("a short text is folded")
	}
	tall := strings.Repeat("x\n", 300)
	mark := f.hide(tall)
	if strings.Count(mark, "\n") > 0 || f.reveal(mark) != tall {
		t.Errorf("mark %q", mark)
	}
	text := "a := 1\n" + mark + "\nb"
	if got := f.reveal(text); got != "a := 1\n"+tall+"\nb" {
		t.Errorf("%.60q", got)
	}
	if got, at := f.revealUpTo(text, len(text)-1); at != len(got)-1 {
		t.Errorf("the cursor went to %d of %d", at, len(got))
	}
	// A mark that nobody stored is plain text.
	if got := f.reveal("⟦5 lines #99⟧"); got != "⟦5 lines #99⟧" {
		t.Errorf("%q", got)
	}
}

func TestIndentAfter(t *testing.T) {
	for before, want := range map[string]string{
		"":                "",
		"x := 1":          "",
		"for {":           "\t",
		"for {\n\tif x {": "\t\t",
		"for {\n\tx()":    "\t",
		"f(":              "\t",
		"  y":             "  ",
		"a {\n}":          "",
		"日本 {":            "\t",
	} {
		if got := indentAfter(before); got != want {
			t.Errorf("%q: %q, want %q", before, got, want)
		}
	}
}
