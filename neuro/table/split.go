package table

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Split returns a table for each combination of values in the columns named by, in the order of
// the values, numbers before missing ones: what a fit of each subject needs.
//
//	parts, err := trials.Split("subject", "condition")
//	for _, p := range parts {
//		rt, _ := p.Col("rt")
//		f, err := behavior.FitExGauss(rt.Num)
//		fmt.Println(p.Title, f, err) // s1, congruent ex-Gaussian: ...
//	}
//
// Each has all columns, its rows in their order, and the values as its title. A missing value is
// one of its own. No name, and a name that no column has, are errors.
func (t Table) Split(by ...string) ([]Table, error) {
	if len(by) == 0 {
		return nil, fmt.Errorf("table: Split: no column to split by; name at least one of %s", quoted(t.Names()))
	}
	g, _, err := t.group("Split", by)
	if err != nil {
		return nil, err
	}
	rows, start := g.rows()
	out := make([]Table, g.n)
	for k := range out {
		at := make([]int, 0, start[k+1]-start[k])
		for _, i := range rows[start[k]:start[k+1]] {
			at = append(at, int(i))
		}
		out[k] = t.take(at)
		values := make([]string, len(g.keys))
		for j, c := range g.keys {
			values[j] = c.cell(g.first[k])
		}
		out[k].Title = strings.Join(values, ", ")
	}
	return out, nil
}

// Distinct returns the first row of each combination of values in the named columns (in all, when
// none is named), in the order of the rows, and how many rows it left out: duplicates, such as trials
// that stand twice in a file.
//
//	t, twice, err := t.Distinct("subject", "trial")
//
// Missing values are equal to each other. A name that no column has is an error.
func (t Table) Distinct(names ...string) (Table, int, error) {
	if len(names) == 0 {
		names = t.Names()
	}
	g, _, err := t.group("Distinct", names)
	if err != nil {
		return Table{}, 0, err
	}
	rows := slices.Sorted(slices.Values(g.first))
	return t.take(rows), t.Rows() - len(rows), nil
}

// Recode returns the table with numbers in place of the words of a column, such as the 0 and 1 that
// tasks are scored from.
//
//	t, err = t.Recode("response", map[string]float64{"space": 1, "None": 0})
//
// What is missing stays missing unless "" is given a number. Numbers in the column are looked up
// with all their digits, "1" or "0.25". A name that no column has, and a value that has no number, are errors.
func (t Table) Recode(name string, to map[string]float64) (Table, error) {
	j, err := t.find("Recode", name)
	if err != nil {
		return Table{}, err
	}
	c := t.Cols[j]
	out := Col{Name: c.Name, Num: make([]float64, c.Len())}
	for i := range out.Num {
		word := c.cell(i)
		if c.Text == nil && !c.missing(i) {
			word = digits(c.Num[i])
		}
		v, ok := to[word]
		switch {
		case ok:
			out.Num[i] = v
		case c.missing(i):
			out.Num[i] = math.NaN()
			if v, ok := to[""]; ok {
				out.Num[i] = v
			}
		default:
			return Table{}, fmt.Errorf("table: Recode: row %d of column %q is %q, which has no number; given are %s", i, c.Name, word, given(to))
		}
	}
	return t.With(out)
}

// digits are all that a number has, as they are written by hand.
func digits(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func given(to map[string]float64) string {
	return quoted(slices.Sorted(maps.Keys(to)))
}

// Bools returns a column of 0 and 1, or of the words "true" and "false" in any case, as the fits of
// choices take it: rt.Num and correct.Bools for behavior.FitDDM. A missing value and any other is an
// error: Complete leaves such rows out, Recode makes 0 and 1 of other words.
func (c Col) Bools() ([]bool, error) {
	out := make([]bool, c.Len())
	for i := range out {
		switch {
		case c.missing(i):
			return nil, c.lacks("Bools", i)
		case c.Text == nil && (c.Num[i] == 0 || c.Num[i] == 1):
			out[i] = c.Num[i] == 1
		case c.Text != nil && (strings.EqualFold(c.Text[i], "true") || strings.EqualFold(c.Text[i], "false")):
			out[i] = strings.EqualFold(c.Text[i], "true")
		default:
			return nil, fmt.Errorf("table: Bools: row %d of column %q is %s; 0, 1, true and false are allowed, and Recode makes them of other words", i, c.Name, c.word(i))
		}
	}
	return out, nil
}

// Ints returns a column of whole numbers, as counts and choices are taken. A missing value (Complete
// leaves such rows out), a word and a number with a fraction are errors.
func (c Col) Ints() ([]int, error) {
	out := make([]int, c.Len())
	for i := range out {
		switch {
		case c.missing(i):
			return nil, c.lacks("Ints", i)
		case c.Text == nil && c.Num[i] == math.Trunc(c.Num[i]) && math.Abs(c.Num[i]) <= 1<<53:
			out[i] = int(c.Num[i])
		default:
			return nil, fmt.Errorf("table: Ints: row %d of column %q is %s, no whole number; Recode makes numbers of words", i, c.Name, c.word(i))
		}
	}
	return out, nil
}

func (c Col) lacks(caller string, i int) error {
	return fmt.Errorf("table: %s: row %d of column %q is missing; Complete(%q) leaves such rows out", caller, i, c.Name, c.Name)
}

// word is a value as an error names it.
func (c Col) word(i int) string {
	if c.Text != nil {
		return strconv.Quote(c.Text[i])
	}
	return digits(c.Num[i])
}
