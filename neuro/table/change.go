package table

import (
	"fmt"
	"slices"
	"strings"
)

// With returns the table with a column more, or with the column of that name replaced. The values
// are not copied. A column of another length is an error.
func (t Table) With(c Col) (Table, error) {
	if err := t.check("With"); err != nil {
		return Table{}, err
	}
	if c.Name == "" {
		return Table{}, fmt.Errorf("table: With: the column has no name")
	}
	if len(t.Cols) > 0 && c.Len() != t.Rows() {
		return Table{}, fmt.Errorf("table: With: column %q has %d values and the table %d rows", c.Name, c.Len(), t.Rows())
	}
	cols := slices.Clone(t.Cols)
	for j := range cols {
		if cols[j].Name == c.Name {
			cols[j] = c
			return Table{Title: t.Title, Cols: cols}, nil
		}
	}
	return Table{Title: t.Title, Cols: append(cols, c)}, nil
}

// Derive returns the table with a column of numbers that f gives for each row, from 0.
//
//	rt, _ := t.Col("rt")
//	t, err = t.Derive("log_rt", "", func(i int) float64 { return math.Log(rt.Num[i]) })
//
// Errors: those of [Table.With].
func (t Table) Derive(name, unit string, f func(row int) float64) (Table, error) {
	c := Col{Name: name, Unit: unit, Num: make([]float64, t.Rows())}
	for i := range c.Num {
		c.Num[i] = f(i)
	}
	return t.With(c)
}

// Rename returns the table with a column called otherwise. A name that no column has, and a new one
// that another has, are errors.
func (t Table) Rename(from, to string) (Table, error) {
	j, err := t.find("Rename", from)
	if err != nil {
		return Table{}, err
	}
	for k, c := range t.Cols {
		if k != j && c.Name == to {
			return Table{}, fmt.Errorf("table: Rename: there is a column %q already", to)
		}
	}
	cols := slices.Clone(t.Cols)
	cols[j].Name = to
	return Table{Title: t.Title, Cols: cols}, nil
}

// Drop returns the table without the named columns. A name that no column has is an error.
func (t Table) Drop(names ...string) (Table, error) {
	gone := make([]bool, len(t.Cols))
	for _, name := range names {
		j, err := t.find("Drop", name)
		if err != nil {
			return Table{}, err
		}
		gone[j] = true
	}
	out := Table{Title: t.Title}
	for j, c := range t.Cols {
		if !gone[j] {
			out.Cols = append(out.Cols, c)
		}
	}
	return out, nil
}

// Sort returns the rows in the order of the named columns, the first one first; "-rt" is from large
// to small, unless a column has that name itself. Rows with the same values keep their order;
// missing numbers stand last in either direction. A name that no column has is an error.
func (t Table) Sort(by ...string) (Table, error) {
	if err := t.check("Sort"); err != nil {
		return Table{}, err
	}
	rows := make([]int, t.Rows())
	for i := range rows {
		rows[i] = i
	}
	// From the last key to the first: counting keeps the order of those behind.
	next := make([]int, len(rows))
	for k := len(by) - 1; k >= 0; k-- {
		name, down := by[k], false
		j, err := t.find("Sort", name)
		if err != nil && strings.HasPrefix(name, "-") {
			down = true
			j, err = t.find("Sort", name[1:])
		}
		if err != nil {
			return Table{}, err
		}
		c := t.Cols[j]
		code, n := codes(true, c)
		if down {
			values := n
			for i := range rows { // what is missing stays last
				if c.Text == nil && c.missing(i) {
					values = n - 1
					break
				}
			}
			for i := range code {
				if int(code[i]) < values {
					code[i] = int32(values-1) - code[i]
				}
			}
		}
		start := make([]int, n+1)
		for _, v := range code {
			start[v+1]++
		}
		for v := range n {
			start[v+1] += start[v]
		}
		for _, i := range rows {
			next[start[code[i]]] = i
			start[code[i]]++
		}
		rows, next = next, rows
	}
	return t.take(rows), nil
}

// Bind returns the rows of several tables below each other, columns going by their names. What a
// table lacks is missing there: NaN, or "" in text. Columns stand in the order in which they come first.
//
// Errors: a column of numbers in one table and of text in another, or of two units; two columns of
// one name in a table; columns of unequal length.
func Bind(tables ...Table) (Table, error) {
	var out Table
	at := map[string]int{}
	rows := 0
	for k, t := range tables {
		if err := t.check("Bind"); err != nil {
			return Table{}, err
		}
		seen := map[string]bool{}
		for _, c := range t.Cols {
			if seen[c.Name] {
				return Table{}, fmt.Errorf("table: Bind: table %d has two columns %q", k, c.Name)
			}
			seen[c.Name] = true
			j, ok := at[c.Name]
			if !ok {
				j = len(out.Cols)
				at[c.Name] = j
				n := Col{Name: c.Name, Unit: c.Unit}
				if c.Text != nil {
					n.Text = make([]string, rows)
				} else {
					n.Num = nans(rows)
				}
				out.Cols = append(out.Cols, n)
			}
			to := &out.Cols[j]
			switch {
			case (to.Text != nil) != (c.Text != nil):
				return Table{}, fmt.Errorf("table: Bind: column %q holds words in one table and numbers in table %d", c.Name, k)
			case to.Unit != c.Unit:
				return Table{}, fmt.Errorf("table: Bind: column %q is in %q and in %q in table %d", c.Name, to.Unit, c.Unit, k)
			case c.Text != nil:
				to.Text = append(to.Text, c.Text...)
			default:
				to.Num = append(to.Num, c.Num...)
			}
		}
		rows += t.Rows()
		for j := range out.Cols {
			c := &out.Cols[j]
			switch lacks := rows - c.Len(); {
			case lacks == 0:
			case c.Text != nil:
				c.Text = append(c.Text, make([]string, lacks)...)
			default:
				c.Num = append(c.Num, nans(lacks)...)
			}
		}
		if out.Title == "" {
			out.Title = t.Title
		}
	}
	return out, nil
}

// Missing returns a row for each column: how many of its values are missing, and of how many.
func (t Table) Missing() Table {
	name, missing, n := Col{Name: "column", Text: []string{}}, Col{Name: "missing", Num: []float64{}}, Col{Name: "n", Num: []float64{}}
	for _, c := range t.Cols {
		count := 0
		for i := range c.Len() {
			if c.missing(i) {
				count++
			}
		}
		name.Text, missing.Num, n.Num = append(name.Text, c.Name), append(missing.Num, float64(count)), append(n.Num, float64(c.Len()))
	}
	return Table{Title: t.Title, Cols: []Col{name, missing, n}}
}
