package table

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// Col returns the column of a name, which may be followed by its unit:
// "rate" or "rate (Hz)". A name that no column has is an error that suggests
// the nearest ones.
func (t Table) Col(name string) (Col, error) {
	j, err := t.find("Col", name)
	if err != nil {
		return Col{}, err
	}
	return t.Cols[j], nil
}

// Names returns the names of the columns.
func (t Table) Names() []string {
	names := make([]string, len(t.Cols))
	for j, c := range t.Cols {
		names[j] = c.Name
	}
	return names
}

// Select returns a table of the named columns, in that order. A name that no
// column has is an error.
func (t Table) Select(names ...string) (Table, error) {
	out := Table{Title: t.Title}
	for _, name := range names {
		j, err := t.find("Select", name)
		if err != nil {
			return Table{}, err
		}
		out.Cols = append(out.Cols, t.Cols[j])
	}
	return out, nil
}

// Filter returns a table of the rows for which keep is true; keep is given
// the number of the row, from 0. Columns of unequal length are an error.
//
//	dose, _ := t.Col("dose")
//	high, err := t.Filter(func(i int) bool { return dose.Num[i] > 1 })
func (t Table) Filter(keep func(row int) bool) (Table, error) {
	if err := t.check("Filter"); err != nil {
		return Table{}, err
	}
	var rows []int
	for i := 0; i < t.Rows(); i++ {
		if keep(i) {
			rows = append(rows, i)
		}
	}
	return t.take(rows), nil
}

// Where returns the rows in which a column has a value: for a column of
// numbers the value is compared as a number ("1" finds 1.0, "n/a" what is
// missing), for text as it stands. A name that no column has, and a value that
// is no number for a column of numbers, are errors.
func (t Table) Where(name, value string) (Table, error) {
	j, err := t.find("Where", name)
	if err != nil {
		return Table{}, err
	}
	c := t.Cols[j]
	if c.Text != nil {
		return t.Filter(func(i int) bool { return c.Text[i] == value })
	}
	x, ok := parse(strings.TrimSpace(value))
	if !ok {
		return Table{}, fmt.Errorf("table: Where: %q is no number, and column %q holds numbers", value, name)
	}
	return t.Filter(func(i int) bool { return c.Num[i] == x || math.IsNaN(x) && math.IsNaN(c.Num[i]) })
}

// Complete returns the rows without missing values in the named columns (in all,
// when none is named): NaN among numbers, "", "n/a" or "NA" in text.
func (t Table) Complete(names ...string) (Table, error) {
	if len(names) == 0 {
		names = t.Names()
	}
	var cols []Col
	for _, name := range names {
		j, err := t.find("Complete", name)
		if err != nil {
			return Table{}, err
		}
		cols = append(cols, t.Cols[j])
	}
	return t.Filter(func(i int) bool {
		for _, c := range cols {
			if c.missing(i) {
				return false
			}
		}
		return true
	})
}

func (c Col) missing(i int) bool {
	if c.Text == nil {
		return math.IsNaN(c.Num[i])
	}
	return isMissing(c.Text[i])
}

// take returns the table of the given rows.
func (t Table) take(rows []int) Table {
	out := Table{Title: t.Title, Cols: make([]Col, len(t.Cols))}
	for j, c := range t.Cols {
		n := Col{Name: c.Name, Unit: c.Unit, Style: c.Style}
		if c.Text != nil {
			n.Text = make([]string, len(rows))
		} else {
			n.Num = make([]float64, len(rows))
		}
		for to, from := range rows {
			if c.Text != nil {
				n.Text[to] = c.Text[from]
			} else {
				n.Num[to] = c.Num[from]
			}
		}
		out.Cols[j] = n
	}
	return out
}

// check returns an error unless all columns have the same length.
func (t Table) check(caller string) error {
	for _, c := range t.Cols {
		if c.Len() != t.Rows() || c.Text != nil && len(c.Text) != t.Rows() {
			return fmt.Errorf("table: %s: column %q has %d values and another has %d, all must have the same number", caller, c.Name, c.Len(), t.Rows())
		}
	}
	return nil
}

func (t Table) find(caller, name string) (int, error) {
	for j, c := range t.Cols {
		if c.Name == name || c.head() == name {
			return j, nil
		}
	}
	if len(t.Cols) == 0 {
		return 0, fmt.Errorf("table: %s: no column %q, the table has no columns", caller, name)
	}
	return 0, fmt.Errorf("table: %s: no column %q; did you mean %s?", caller, name, quoted(t.nearest(name)))
}

// nearest returns up to three names that are most like name: those that equal
// it but for case, contain it, or need the fewest edits.
func (t Table) nearest(name string) []string {
	names := t.Names()
	low := strings.ToLower(strings.TrimSpace(name))
	cost := make(map[string]int, len(names))
	for _, n := range names {
		l := strings.ToLower(n)
		switch {
		case l == low:
			cost[n] = 0
		case low != "" && strings.Contains(l, low):
			cost[n] = 1
		default:
			cost[n] = 1 + spell.Distance(l, low)
		}
	}
	sort.SliceStable(names, func(a, b int) bool { return cost[names[a]] < cost[names[b]] })
	if len(names) > 3 {
		names = names[:3]
	}
	return names
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = strconv.Quote(n)
	}
	return strings.Join(q, ", ")
}
