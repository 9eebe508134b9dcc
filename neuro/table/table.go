// Package table holds rows and columns: what a fit reports, what a CSV or TSV
// file contains. A Table shows itself as HTML in a notebook and as aligned text
// in a terminal.
//
//	t := table.Table{Cols: []table.Col{
//		{Name: "subject", Text: []string{"s1", "s2"}},
//		{Name: "threshold", Unit: "dB", Num: []float64{12.5, 14.1}},
//	}}
package table

import (
	"html"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A Table is a list of columns of equal length.
type Table struct {
	Title string
	Cols  []Col
}

// A Col is one column: Num for numbers, or Text for words; one of them is nil.
type Col struct {
	Name string
	Unit string
	Num  []float64
	Text []string
}

// Len returns the number of values in the column.
func (c Col) Len() int { return max(len(c.Num), len(c.Text)) }

// head returns "name (unit)".
func (c Col) head() string {
	if c.Unit == "" {
		return c.Name
	}
	return c.Name + " (" + c.Unit + ")"
}

// cell returns value i as shown: a missing number is "n/a", as in BIDS.
func (c Col) cell(i int) string {
	if c.Text != nil {
		if i < len(c.Text) {
			return c.Text[i]
		}
		return ""
	}
	if i >= len(c.Num) {
		return ""
	}
	if math.IsNaN(c.Num[i]) {
		return "n/a"
	}
	return display.Number(c.Num[i])
}

// Rows returns the number of rows.
func (t Table) Rows() int {
	n := 0
	for _, c := range t.Cols {
		n = max(n, c.Len())
	}
	return n
}

// shown is how many rows Show prints; half of a longer table comes from its
// start and half from its end.
const shown = 20

// Show returns the table as HTML and as text. A long table is shortened.
func (t Table) Show() display.Bundle {
	return display.Bundle{Data: map[string]any{
		display.TypeHTML: t.html(),
		display.TypeText: t.String(),
	}}
}

// rows returns the indexes of the rows to show, -1 for a gap.
func (t Table) rows() []int {
	n := t.Rows()
	var out []int
	for i := 0; i < n; i++ {
		if n > shown && i == shown/2 {
			out = append(out, -1)
			i = n - shown/2
		}
		out = append(out, i)
	}
	return out
}

// String returns the table as aligned text.
func (t Table) String() string {
	rows := t.rows()
	cells := make([][]string, len(rows)+1)
	widths := make([]int, len(t.Cols))
	for j, c := range t.Cols {
		cells[0] = append(cells[0], c.head())
		widths[j] = utf8.RuneCountInString(c.head())
		for i, r := range rows {
			s := "..."
			if r >= 0 {
				s = c.cell(r)
			}
			cells[i+1] = append(cells[i+1], s)
			widths[j] = max(widths[j], utf8.RuneCountInString(s))
		}
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString(t.Title + "\n")
	}
	for i, row := range cells {
		if i > 0 {
			b.WriteByte('\n')
		}
		var line strings.Builder
		for j, s := range row {
			if j > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(s))
			if t.Cols[j].Text != nil {
				line.WriteString(s + pad)
			} else {
				line.WriteString(pad + s)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
	}
	return b.String()
}

func (t Table) html() string {
	var b strings.Builder
	b.WriteString("<table>")
	if t.Title != "" {
		b.WriteString("<caption>" + html.EscapeString(t.Title) + "</caption>")
	}
	b.WriteString("<thead><tr>")
	for _, c := range t.Cols {
		b.WriteString("<th>" + html.EscapeString(c.head()) + "</th>")
	}
	b.WriteString("</tr></thead><tbody>")
	for _, r := range t.rows() {
		b.WriteString("<tr>")
		for _, c := range t.Cols {
			s := "&#8942;"
			if r >= 0 {
				s = html.EscapeString(c.cell(r))
			}
			align := "right"
			if c.Text != nil {
				align = "left"
			}
			b.WriteString(`<td style="text-align:` + align + `">` + s + "</td>")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	return b.String()
}
