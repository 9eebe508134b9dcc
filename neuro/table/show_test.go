package table

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
)

func TestString(t *testing.T) {
	for _, c := range []struct {
		name string
		tab  Table
		want string
	}{
		{"nothing", Table{}, ""},
		{"only a title", Table{Title: "empty"}, "empty\n"},
		{"numbers right, words left", Table{Title: "T", Cols: []Col{
			text("cell", "a", "long name"),
			{Name: "rate", Unit: "Hz", Num: []float64{1.5, math.NaN()}},
			num("n", 10, -3),
		}}, "T\ncell       rate (Hz)   n\na                1.5  10\nlong name        n/a  -3"},
		{"letters of several bytes", Table{Cols: []Col{text("µ", "τ", "aa"), num("n", 1, 2)}}, "µ   n\nτ   1\naa  2"},
		{"lines and tabs in a value", Table{Cols: []Col{text("a", "x\ny\tz\r\nw")}}, "a\nx y z w"},
		{"uneven columns", Table{Cols: []Col{num("a", 1), text("b", "x", "y"), num("c", 1, 2)}}, "a  b  c\n1  x  1\n   y  2"},
		{"extreme numbers", Table{Cols: []Col{num("a", math.Inf(1), -1e300, 1e15, 123456.789, 0.1+0.2, math.Copysign(0, -1))}}, "      a\n   +Inf\n-1e+300\n  1e+15\n 123457\n    0.3\n      0"},
		{"no rows", Table{Cols: []Col{num("a"), text("b")}}, "a  b"},
	} {
		if got := c.tab.String(); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestShortened(t *testing.T) {
	tab := Table{}
	for j := range 40 {
		c := Col{Name: fmt.Sprintf("c%d", j)}
		for i := range 100 {
			c.Num = append(c.Num, float64(i))
		}
		tab.Cols = append(tab.Cols, c)
	}
	lines := strings.Split(tab.String(), "\n")
	if len(lines) != 1+20+1+1 || lines[11] != strings.TrimSpace(lines[11]) && !strings.Contains(lines[11], "...") {
		t.Fatalf("%d lines\n%s", len(lines), tab)
	}
	if got := strings.Fields(lines[0]); len(got) != 17 || got[7] != "c7" || got[8] != "..." || got[9] != "c32" || got[16] != "c39" {
		t.Errorf("heads %v", got)
	}
	if first, last := strings.Fields(lines[1])[0], strings.Fields(lines[21])[0]; first != "0" || last != "99" {
		t.Errorf("rows %s to %s", first, last)
	}
	if lines[22] != "100 rows, 40 columns" {
		t.Errorf("last line %q", lines[22])
	}
	// 20 rows are shown whole.
	short := Table{Cols: []Col{{Name: "a", Num: tab.Cols[0].Num[:20]}}}
	if s := short.String(); strings.Contains(s, "...") || strings.Count(s, "\n") != 20 {
		t.Errorf("20 rows:\n%s", s)
	}
}

func TestShow(t *testing.T) {
	tab := Table{Title: "a < b", Cols: []Col{text("<i>", "x & y"), num("n", 2)}}
	var s display.Shower = tab
	b := s.Show()
	want := `<table><caption>a &lt; b</caption><thead><tr><th style="text-align:left">&lt;i&gt;</th><th style="text-align:right">n</th></tr></thead>` +
		`<tbody><tr><td style="text-align:left">x &amp; y</td><td style="text-align:right">2</td></tr></tbody></table>`
	if b.Data[display.TypeHTML] != want {
		t.Errorf("%s\nwant\n%s", b.Data[display.TypeHTML], want)
	}
	if b.Text() != tab.String() {
		t.Errorf("text %q", b.Text())
	}
}

func TestShowCol(t *testing.T) {
	var s display.Shower = Col{Name: "rate", Unit: "Hz", Num: []float64{1.5, 20}}
	if got := s.Show().Text(); got != "rate (Hz)\n      1.5\n       20" {
		t.Errorf("%q", got)
	}
}
