// Package table holds rows and columns: what a fit reports, what a CSV or TSV
// file contains. A Table shows itself as HTML in a notebook and as aligned text
// in a terminal.
//
//	t, err := table.Read("sub-01_task-rest_events.tsv")
//	onset, err := t.Col("onset") // onset.Num
//	s, err := t.Summarise([]string{"trial_type"}, table.Mean("response_time"))
//
// Rows are selected by Filter, Where, Complete and Distinct, columns by Select and Drop; Derive adds a column and
// Recode makes numbers of words; Sort, Bind, Join, Longer and Wider arrange, Split gives a table of each subject,
// Samples the values of each group, Matrix those of several columns; Numbers, and Bools and Ints of a column, are
// what fits take. No call changes the table that it is given, and
// none leaves out what is missing without saying how much.
//
// Every result of the library becomes a table by [Of], and a file of text, JSON or NumPy by [Save]:
//
//	err = table.Save("fit.json", fit)
//
//	t = table.Table{Cols: []table.Col{
//		{Name: "subject", Text: []string{"s1", "s2"}},
//		{Name: "threshold", Unit: "dB", Num: []float64{12.5, 14.1}},
//	}}
package table

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A Table is a list of columns of equal length.
type Table struct {
	Title string // stands above the table when it is shown
	Cols  []Col
}

// A Col is one column: Num for numbers, or Text for words; one of them is nil.
type Col struct {
	Name string
	Unit string    // unit of Num, such as "ms"; stands behind the name
	Num  []float64 // NaN is a missing number
	Text []string
	// Style is how numbers are shown; files have all their digits. "p" is for probabilities as papers
	// print them, .034 and < .001; any other is a verb of fmt, such as "%.2f". "" shows six digits.
	Style string
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
	switch x := c.Num[i]; {
	case c.Style == "":
		return display.Number(x)
	case c.Style != "p":
		return fmt.Sprintf(c.Style, x)
	case x < 0.001:
		return "< .001"
	case x < 1:
		return strings.TrimPrefix(fmt.Sprintf("%.3f", x), "0")
	default:
		return display.Number(x)
	}
}

// Rows returns the number of rows.
func (t Table) Rows() int {
	n := 0
	for _, c := range t.Cols {
		n = max(n, c.Len())
	}
	return n
}
