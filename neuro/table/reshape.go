package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Longer turns columns into rows: for each row and each of the named columns a row with the name of
// the column under name and its value under value, beside all columns that are not named.
//
//	long, err := t.Longer("condition", "rt", "congruent", "incongruent")
//
// Rows of one row stand together. Missing values stay. The column of values has the unit of the
// columns. Errors: no column, a name that no column has, columns of numbers and of text, or of
// several units; name or value that is a column that stays.
func (t Table) Longer(name, value string, columns ...string) (Table, error) {
	const call = "Longer"
	if err := t.check(call); err != nil {
		return Table{}, err
	}
	if len(columns) == 0 {
		return Table{}, fmt.Errorf("table: %s: no columns to turn into rows; name some of %s", call, quoted(t.Names()))
	}
	moved := make([]bool, len(t.Cols))
	var cols []Col
	for _, n := range columns {
		j, err := t.find(call, n)
		if err != nil {
			return Table{}, err
		}
		c := t.Cols[j]
		switch {
		case moved[j]:
			return Table{}, fmt.Errorf("table: %s: column %q is named twice", call, n)
		case len(cols) > 0 && (cols[0].Text != nil) != (c.Text != nil):
			return Table{}, fmt.Errorf("table: %s: of %q and %q one holds words and the other numbers", call, cols[0].Name, c.Name)
		case len(cols) > 0 && cols[0].Unit != c.Unit:
			return Table{}, fmt.Errorf("table: %s: %q is in %q and %q in %q", call, cols[0].Name, cols[0].Unit, c.Name, c.Unit)
		}
		moved[j] = true
		cols = append(cols, c)
	}
	rows := make([]int, 0, t.Rows()*len(cols))
	for i := range t.Rows() {
		for range cols {
			rows = append(rows, i)
		}
	}
	var kept Table
	for j, c := range t.Cols {
		if moved[j] {
			continue
		}
		if c.Name == name || c.Name == value {
			return Table{}, fmt.Errorf("table: %s: there is a column %q already; give another name", call, c.Name)
		}
		kept.Cols = append(kept.Cols, c)
	}
	if name == value {
		return Table{}, fmt.Errorf("table: %s: names and values are both to be called %q", call, name)
	}
	out := kept.take(rows)
	out.Title = t.Title
	heads, values := Col{Name: name, Text: make([]string, len(rows))}, Col{Name: value, Unit: cols[0].Unit}
	for k := range rows {
		heads.Text[k] = cols[k%len(cols)].Name
	}
	if cols[0].Text != nil {
		values.Text = make([]string, len(rows))
		for k, i := range rows {
			values.Text[k] = cols[k%len(cols)].Text[i]
		}
	} else {
		values.Num = make([]float64, len(rows))
		for k, i := range rows {
			values.Num[k] = cols[k%len(cols)].Num[i]
		}
	}
	out.Cols = append(out.Cols, heads, values)
	return out, nil
}

// Wider turns rows into columns: for each word (or number) in the column name a column of that
// name, with the values of the column value, and a row for each combination of all other columns.
//
//	wide, err := t.Wider("condition", "rt")
//
// Every other column tells rows apart, also counts such as the "n" and "rt_missing" of Summarise:
// select the three that matter first.
//
//	s, err = s.Select("subject", "condition", "rt_mean")
//	wide, err = s.Wider("condition", "rt_mean") // a row for each subject
//
// Rows and new columns stand in the order in which they come first. What has no row is missing.
//
// Errors: a name that no column has, two rows of one combination and name (summarise first, or
// select the columns that tell them apart), a missing name, a name that is a column that stays.
func (t Table) Wider(name, value string) (Table, error) {
	const call = "Wider"
	if err := t.check(call); err != nil {
		return Table{}, err
	}
	in, err := t.find(call, name)
	if err != nil {
		return Table{}, err
	}
	iv, err := t.find(call, value)
	if err != nil {
		return Table{}, err
	}
	if in == iv {
		return Table{}, fmt.Errorf("table: %s: names and values are both column %q", call, name)
	}
	var kept []Col
	var heads []string
	for j, c := range t.Cols {
		if j != in && j != iv {
			kept, heads = append(kept, c), append(heads, c.Name)
		}
	}
	rows := t.Rows()
	if rows > math.MaxInt32 {
		return Table{}, fmt.Errorf("table: %s: %d rows; %d at most", call, rows, math.MaxInt32)
	}
	g := inFirstOrder(together(rows, false, each(kept)), rows)
	names := inFirstOrder(together(rows, false, each(t.Cols[in:in+1])), rows)
	labels := make([]string, names.n)
	for k, i := range names.first {
		c := t.Cols[in]
		if c.missing(i) {
			return Table{}, fmt.Errorf("table: %s: %q of row %d is missing; a column needs a name", call, name, i+1)
		}
		if c.Text != nil {
			labels[k] = c.Text[i]
		} else {
			labels[k] = strconv.FormatFloat(c.Num[i], 'g', -1, 64)
		}
		if slices.Contains(heads, labels[k]) {
			return Table{}, fmt.Errorf("table: %s: %q of row %d is %q, and there is a column of that name already", call, name, i+1, labels[k])
		}
	}
	out := Table{Cols: kept}.take(g.first)
	out.Title = t.Title
	v := t.Cols[iv]
	from := len(out.Cols)
	for _, l := range labels {
		c := Col{Name: l, Unit: v.Unit}
		if v.Text != nil {
			c.Text = make([]string, g.n)
		} else {
			c.Num = nans(g.n)
		}
		out.Cols = append(out.Cols, c)
	}
	// Places that are taken: by the row that took them, plus 1, column after column.
	taken := make([][]int32, names.n)
	for i := range rows {
		column := taken[names.code[i]]
		if column == nil {
			column = make([]int32, g.n)
			taken[names.code[i]] = column
		}
		if first := int(column[g.code[i]]) - 1; first >= 0 {
			var which []string
			for _, c := range kept {
				which = append(which, c.Name+" "+c.cell(i))
			}
			return Table{}, fmt.Errorf("table: %s: rows %d and %d are both %q of %s; Summarise them first", call, first+1, i+1, labels[names.code[i]], strings.Join(which, ", "))
		}
		column[g.code[i]] = int32(i + 1)
		c := &out.Cols[from+int(names.code[i])]
		if v.Text != nil {
			c.Text[g.code[i]] = v.Text[i]
		} else {
			c.Num[g.code[i]] = v.Num[i]
		}
	}
	return out, nil
}

// inFirstOrder numbers groups by the rows in which they come first.
func inFirstOrder(g *grouping, rows int) *grouping {
	rank := make([]int32, g.n)
	first := make([]int, 0, g.n)
	for i := range rows {
		if g.first[g.code[i]] == i {
			rank[g.code[i]] = int32(len(first))
			first = append(first, i)
		}
	}
	for i := range g.code {
		g.code[i] = rank[g.code[i]]
	}
	g.first = first
	return g
}
