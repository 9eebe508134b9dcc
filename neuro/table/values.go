package table

import (
	"fmt"
	"math"
	"strings"
)

// Numbers returns the values of a column of numbers, as functions of the library take them. They are
// the table's own: copy them before changing any.
//
//	dose, err := t.Numbers("dose")
//
// Missing values are NaN. Errors: a name that no column has, a column that holds words, with the first
// of them that is no number.
func (t Table) Numbers(name string) ([]float64, error) {
	j, err := t.numeric("Numbers", name)
	if err != nil {
		return nil, err
	}
	return t.Cols[j].Num, nil
}

// Matrix returns columns of numbers as rows, x[row][column]: what takes people by answers, targets by
// raters or observations by features.
//
//	ratings, err := wide.Matrix("rater 1", "rater 2", "rater 3")
//	icc, err := stats.IntraclassCorrelations(ratings)
//
// Without names it takes all columns. Missing values are NaN. Errors: those of [Table.Numbers], columns of
// unequal length.
func (t Table) Matrix(columns ...string) ([][]float64, error) {
	if err := t.check("Matrix"); err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		columns = t.Names()
	}
	x := make([][]float64, t.Rows())
	for i := range x {
		x[i] = make([]float64, len(columns))
	}
	for k, name := range columns {
		j, err := t.numeric("Matrix", name)
		if err != nil {
			return nil, err
		}
		for i, v := range t.Cols[j].Num {
			x[i][k] = v
		}
	}
	return x, nil
}

// Samples returns the values of one column for each level of another, and the levels: what tests of
// groups take.
//
//	groups, rt, err := t.Samples("rt", "drug")
//	test, err := stats.KruskalWallis(rt...)
//	pairs, err := stats.Tukey(groups, rt...)
//
// Levels stand in the order of their values, as in [Table.Summarise]; the values of a level in the order of
// the rows. Missing values are NaN: leave them out by Complete first. Errors: those of [Table.Numbers],
// a missing level, columns of unequal length.
func (t Table) Samples(value, by string) (levels []string, samples [][]float64, err error) {
	j, err := t.numeric("Samples", value)
	if err != nil {
		return nil, nil, err
	}
	g, _, err := t.group("Samples", []string{by})
	if err != nil {
		return nil, nil, err
	}
	if err := g.whole("Samples"); err != nil {
		return nil, nil, err
	}
	rows, start := g.rows()
	for k, i := range g.first {
		levels = append(levels, g.keys[0].cell(i))
		of := make([]float64, 0, start[k+1]-start[k])
		for _, r := range rows[start[k]:start[k+1]] {
			of = append(of, t.Cols[j].Num[r])
		}
		samples = append(samples, of)
	}
	return levels, samples, nil
}

// whole returns an error when a group has a missing key.
func (g *grouping) whole(call string) error {
	for _, first := range g.first {
		for _, c := range g.keys {
			if c.missing(first) {
				return fmt.Errorf("table: %s: %q of row %d is missing; leave such rows out by Complete(%q)", call, c.Name, first+1, c.Name)
			}
		}
	}
	return nil
}

// numeric finds a column of numbers.
func (t Table) numeric(call, name string) (int, error) {
	j, err := t.find(call, name)
	if err != nil {
		return 0, err
	}
	c := t.Cols[j]
	if c.Text == nil {
		return j, nil
	}
	for i, w := range c.Text {
		if _, ok := parse(strings.TrimSpace(w)); !ok {
			return 0, fmt.Errorf("table: %s: column %q holds words, %q in row %d; where it stands for a missing value or a number, name it in ReadOptions.Missing or Values", call, name, w, i+1)
		}
	}
	return 0, fmt.Errorf("table: %s: column %q holds words; a column of numbers is needed", call, name)
}

// valuesOf returns spellings without the blanks around them, and whether all stand for finite numbers.
func valuesOf(values map[string]float64) (map[string]float64, bool) {
	if len(values) == 0 {
		return nil, true
	}
	out := make(map[string]float64, len(values))
	for w, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, false
		}
		out[strings.TrimSpace(w)] = x
	}
	return out, true
}
