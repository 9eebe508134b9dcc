package table

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A longer table is shown by its first and last rows, a wider one by its first
// and last columns; a line then says how large it is.
const (
	shownRows = 20
	shownCols = 16
)

// Show returns the table as HTML and as text. A large table is shortened.
func (t Table) Show() display.Bundle {
	return display.Bundle{Data: map[string]any{
		display.TypeHTML: t.html(),
		display.TypeText: t.String(),
	}}
}

// Show returns the column as a table of its own.
func (c Col) Show() display.Bundle { return Table{Cols: []Col{c}}.Show() }

// shorten returns the indexes below n to show, -1 for a gap.
func shorten(n, most int) []int {
	var out []int
	for i := 0; i < n; i++ {
		if n > most && i == most/2 {
			out = append(out, -1)
			i = n - most/2
		}
		out = append(out, i)
	}
	return out
}

// cells returns what is shown, the heads first, and for each column whether it
// is text, which stands on the left.
func (t Table) cells(gap string) (rows [][]string, left []bool) {
	shown := shorten(t.Rows(), shownRows)
	rows = make([][]string, 1+len(shown))
	for _, j := range shorten(len(t.Cols), shownCols) {
		if j < 0 {
			for i := range rows {
				rows[i] = append(rows[i], gap)
			}
			left = append(left, true)
			continue
		}
		c := t.Cols[j]
		rows[0] = append(rows[0], oneLine(c.head()))
		for i, r := range shown {
			s := gap
			if r >= 0 {
				s = oneLine(c.cell(r))
			}
			rows[i+1] = append(rows[i+1], s)
		}
		left = append(left, c.Text != nil)
	}
	return rows, left
}

// oneLine keeps a value on the line of its row.
func oneLine(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(s)
}

// size says how large a table is that is not shown whole, else "".
func (t Table) size() string {
	if t.Rows() <= shownRows && len(t.Cols) <= shownCols {
		return ""
	}
	return fmt.Sprintf("%d rows, %d columns", t.Rows(), len(t.Cols))
}

// String returns the table as aligned text.
func (t Table) String() string {
	rows, left := t.cells("...")
	widths := make([]int, len(left))
	for _, row := range rows {
		for j, s := range row {
			widths[j] = max(widths[j], utf8.RuneCountInString(s))
		}
	}
	var lines []string
	if t.Title != "" {
		lines = append(lines, t.Title)
	}
	for _, row := range rows {
		var line strings.Builder
		for j, s := range row {
			if j > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(s))
			if left[j] {
				line.WriteString(s + pad)
			} else {
				line.WriteString(pad + s)
			}
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	if s := t.size(); s != "" {
		lines = append(lines, s)
	}
	return strings.Join(lines, "\n")
}

func (t Table) html() string {
	var b strings.Builder
	b.WriteString("<table>")
	if t.Title != "" {
		b.WriteString("<caption>" + html.EscapeString(t.Title) + "</caption>")
	}
	rows, left := t.cells("\u22ee")
	for i, row := range rows {
		tag := "td"
		switch i {
		case 0:
			tag = "th"
			b.WriteString("<thead>")
		case 1:
			b.WriteString("<tbody>")
		}
		b.WriteString("<tr>")
		for j, s := range row {
			align := "right"
			if left[j] {
				align = "left"
			}
			b.WriteString("<" + tag + ` style="text-align:` + align + `">` + html.EscapeString(s) + "</" + tag + ">")
		}
		b.WriteString("</tr>")
		if i == 0 {
			b.WriteString("</thead>")
		}
	}
	if len(rows) > 1 {
		b.WriteString("</tbody>")
	}
	b.WriteString("</table>")
	if s := t.size(); s != "" {
		b.WriteString("<p>" + s + "</p>")
	}
	return b.String()
}
