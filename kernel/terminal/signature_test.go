package terminal

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/kernel/assist"
	"github.com/neurorepl/neurorepl/kernel/session"
)

// call makes a call of a label whose parameters stand between bars.
func call(label string, active int) session.Call {
	c := session.Call{Active: active}
	for i, part := range strings.Split(label, "|") {
		if i%2 == 1 {
			c.Params = append(c.Params, assist.Span{Start: len(c.Label), End: len(c.Label) + len(part)})
		}
		c.Label += part
	}
	return c
}

func TestCallLine(t *testing.T) {
	const label = "signal.Welch(|x []float64|, |fs float64|, |o signal.WelchOptions|) (*signal.Spectrum, error)"
	for _, test := range []struct {
		active, columns int
		want            string
	}{
		{0, 100, "signal.Welch(x []float64, fs float64, o signal.WelchOptions) (*signal.Spectrum, error)"},
		{0, 40, "signal.Welch(x []float64, fs float64, …"},
		{2, 60, "signal.Welch(…s float64, o signal.WelchOptions) (*signal.S…"},
		{2, 40, "signal.Welch(…o signal.WelchOptions) (…"},
		{-1, 20, "signal.Welch(x []f…"},
		{7, 20, "signal.Welch(x []f…"}, // a parameter that there is none of
	} {
		got := callLine(call(label, test.active), test.columns, false)
		if got != test.want {
			t.Errorf("parameter %d in %d columns:\n%s\nwant\n%s", test.active, test.columns, got, test.want)
		}
	}
	got := callLine(call("f(|a int|) bool", 0), 80, true)
	if want := "\x1b[2mf(\x1b[0;1;4ma int\x1b[0m\x1b[2m) bool\x1b[0m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever the call, it takes one row and never the last column, where a
// terminal would wrap.
func TestCallLineFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.StringOf(rapid.RuneFrom([]rune("ab(), 電µé\n"))).Draw(t, "label")
		c := session.Call{Label: label, Active: rapid.IntRange(-1, 3).Draw(t, "active")}
		for range rapid.IntRange(0, 3).Draw(t, "params") {
			// Spans at random, in the middle of characters too.
			c.Params = append(c.Params, assist.Span{
				Start: rapid.IntRange(-1, len(label)+2).Draw(t, "start"),
				End:   rapid.IntRange(-1, len(label)+2).Draw(t, "end"),
			})
		}
		columns := rapid.IntRange(1, 60).Draw(t, "columns")
		line := callLine(c, columns, false)
		if strings.Contains(line, "\n") || uniseg.StringWidth(line) > columns-1 && columns > 1 {
			t.Fatalf("%q takes %d of %d columns", line, uniseg.StringWidth(line), columns)
		}
	})
}

// The line below follows the cursor: old answers are never shown for a new
// line once that has been looked up, and nothing is looked up after the line
// was sent.
func TestCallHint(t *testing.T) {
	drawn := make(chan bool, 10)
	h := &callHint{redraw: func() { drawn <- true }, look: func(text string, cursor int) (session.Call, bool) {
		return session.Call{Label: text[:cursor]}, true
	}}
	if _, ok := h.at("f(", 2); ok {
		t.Error("known before it was looked up")
	}
	<-drawn
	if c, ok := h.at("f(", 2); !ok || c.Label != "f(" {
		t.Errorf("%v %v after it was looked up", c, ok)
	}
	h.at("f(a", 3)
	h.at("f(ab", 4)
	<-drawn
	if c, ok := h.at("f(ab", 4); !ok || c.Label != "f(ab" {
		t.Errorf("%v %v for the second line", c, ok)
	}
	if _, ok := h.at("x", 1); ok {
		t.Error("a call where there is no bracket")
	}
	h.at("f(c", 3)
	h.rest()
	h.find("f(c", 3)
	if len(drawn) > 0 {
		t.Error("a line that was sent is drawn again")
	}
}
