package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// JoinOptions say how two tables are joined.
type JoinOptions struct {
	// Kind is "left" (also ""), all rows of the left table; "inner", rows that both have; "right", all
	// of the right one, in its order; "full", all of both, those of the right alone at the end; "anti",
	// rows of the left one that the right has not, without columns of the right.
	Kind string
	// On names the columns that rows have in common; nil is all names that both tables have.
	On []string
	// RightOn are the names of the same columns in the right table, where they differ.
	RightOn []string
	// ManyToMany allows a key that stands in several rows of both tables: all pairs are rows then.
	ManyToMany bool
	// Suffix follows the name of a column of the right table that the left has too: "_right".
	Suffix string
}

// Matches says how many rows of two tables met.
type Matches struct {
	Pairs     int // rows that hold a row of each
	LeftOnly  int // rows of the left table without a partner
	RightOnly int
}

// String says how many.
func (m Matches) String() string {
	return fmt.Sprintf("%d pairs; %d rows of the left table and %d of the right without a partner", m.Pairs, m.LeftOnly, m.RightOnly)
}

// Join puts the rows of two tables side by side that have the same key, and says how many met,
// whether or not the kind of join keeps the others.
//
//	both, m, err := trials.Join(people, table.JoinOptions{On: []string{"subject"}})
//
// What a row without a partner lacks is missing: NaN, or "" in text. A missing key meets nothing,
// as in SQL. Rows stand in the order of the left table, partners of one row in that of the right.
// Columns of the left table whose rows are all there once are not copied.
//
// Errors: another kind, no common column, a name that no column has, keys of which one is text
// and the other numbers, or of two units, and a key that stands in several rows of both tables
// unless ManyToMany allows it. Checked against pandas.
func (t Table) Join(right Table, o JoinOptions) (Table, Matches, error) {
	fail := func(format string, args ...any) (Table, Matches, error) {
		return Table{}, Matches{}, fmt.Errorf("table: Join: "+format, args...)
	}
	kind := o.Kind
	if kind == "" {
		kind = "left"
	}
	if !slices.Contains([]string{"left", "inner", "right", "full", "anti"}, kind) {
		return fail(`Kind is %q; it must be "left", "inner", "right", "full" or "anti"`, o.Kind)
	}
	for _, u := range []Table{t, right} {
		if err := u.check("Join"); err != nil {
			return Table{}, Matches{}, err
		}
	}
	on := o.On
	if on == nil {
		for _, c := range t.Cols {
			if slices.Contains(right.Names(), c.Name) {
				on = append(on, c.Name)
			}
		}
	}
	other := o.RightOn
	if other == nil {
		other = on
	}
	switch {
	case len(on) == 0:
		return fail("the tables have no column in common (%s; %s); name them by On and RightOn", quoted(t.Names()), quoted(right.Names()))
	case len(other) != len(on):
		return fail("On has %d names and RightOn %d", len(on), len(other))
	}
	isKey, isRightKey := map[int]int{}, map[int]bool{} // of the left: which of the right
	var keys [][]Col
	nl, nr := t.Rows(), right.Rows()
	lost := make([]bool, nl+nr)
	for k := range on {
		i, err := t.find("Join", on[k])
		if err != nil {
			return Table{}, Matches{}, err
		}
		j, err := right.find("Join", other[k])
		if err != nil {
			return Table{}, Matches{}, fmt.Errorf("%w (in the right table)", err)
		}
		a, b := t.Cols[i], right.Cols[j]
		switch {
		case (a.Text != nil) != (b.Text != nil):
			return fail("%q holds words in one table and numbers in the other", on[k])
		case a.Unit != b.Unit:
			return fail("%q is in %q in the left table and in %q in the right", on[k], a.Unit, b.Unit)
		}
		isKey[i], isRightKey[j] = j, true
		for r := range nl {
			lost[r] = lost[r] || a.missing(r)
		}
		for r := range nr {
			lost[nl+r] = lost[nl+r] || b.missing(r)
		}
		keys = append(keys, []Col{a, b})
	}
	if nl+nr > math.MaxInt32 {
		return fail("%d rows; %d at most", nl+nr, math.MaxInt32)
	}
	g := together(nl+nr, false, keys)
	ofRight := &grouping{code: g.code[nl:], n: g.n}
	rows, start := ofRight.rows()
	var m Matches
	times := make([]int32, g.n)
	for i, k := range g.code[:nl] {
		if lost[i] {
			continue
		}
		if times[k]++; times[k] == 2 && start[k+1]-start[k] > 1 && !o.ManyToMany && kind != "anti" {
			var name []string
			for _, key := range keys {
				name = append(name, key[0].cell(i))
			}
			return fail("%s %s stands in several rows of both tables; set ManyToMany to have all pairs of them", strings.Join(on, ", "), strings.Join(name, ", "))
		}
	}
	left, partner := make([]int, 0, nl), make([]int, 0, nl)
	met := make([]bool, nr)
	for i, k := range g.code[:nl] {
		found := 0
		if !lost[i] {
			found = start[k+1] - start[k]
		}
		m.Pairs += found
		if found == 0 {
			m.LeftOnly++
			if kind == "left" || kind == "full" || kind == "anti" {
				left, partner = append(left, i), append(partner, -1)
			}
			continue
		}
		for _, r := range rows[start[k]:start[k+1]] {
			met[r] = true
			if kind == "left" || kind == "full" || kind == "inner" {
				left, partner = append(left, i), append(partner, int(r))
			}
		}
	}
	for r := range nr {
		if !met[r] {
			m.RightOnly++
			if kind == "full" {
				left, partner = append(left, -1), append(partner, r)
			}
		}
	}
	if kind == "right" {
		ofLeft := &grouping{code: g.code[:nl], n: g.n}
		rows, start := ofLeft.rows()
		for r, k := range g.code[nl:] {
			if !met[r] {
				left, partner = append(left, -1), append(partner, r)
				continue
			}
			for _, i := range rows[start[k]:start[k+1]] {
				left, partner = append(left, int(i)), append(partner, r)
			}
		}
	}
	out := Table{Title: t.Title, Cols: slices.Clone(t.Cols)}
	for i, row := range left {
		if i != row || len(left) != nl {
			out = t.pick(left)
			break
		}
	}
	if len(left) == 0 {
		out = t.pick(left)
	}
	if kind == "anti" {
		return out, m, nil
	}
	suffix := o.Suffix
	if suffix == "" {
		suffix = "_right"
	}
	taken := map[string]bool{}
	for i := range out.Cols {
		taken[out.Cols[i].Name] = true
		j, ok := isKey[i]
		if !ok {
			continue
		}
		for row, r := range partner {
			if left[row] < 0 { // the key of the right
				if out.Cols[i].Text != nil {
					out.Cols[i].Text[row] = right.Cols[j].Text[r]
				} else {
					out.Cols[i].Num[row] = right.Cols[j].Num[r]
				}
			}
		}
	}
	for j, c := range right.Cols {
		if isRightKey[j] {
			continue
		}
		c = Table{Cols: []Col{c}}.pick(partner).Cols[0]
		if taken[c.Name] {
			c.Name += suffix
			if taken[c.Name] {
				return fail("both tables have %q, and %q is taken too; give another Suffix", strings.TrimSuffix(c.Name, suffix), c.Name)
			}
		}
		taken[c.Name] = true
		out.Cols = append(out.Cols, c)
	}
	return out, m, nil
}

// pick is take with missing values for rows that are -1.
func (t Table) pick(rows []int) Table {
	out := Table{Title: t.Title, Cols: make([]Col, len(t.Cols))}
	for j, c := range t.Cols {
		n := Col{Name: c.Name, Unit: c.Unit, Style: c.Style}
		if c.Text != nil {
			n.Text = make([]string, len(rows))
			for to, from := range rows {
				if from >= 0 {
					n.Text[to] = c.Text[from]
				}
			}
		} else {
			n.Num = make([]float64, len(rows))
			for to, from := range rows {
				if from >= 0 {
					n.Num[to] = c.Num[from]
				} else {
					n.Num[to] = math.NaN()
				}
			}
		}
		out.Cols[j] = n
	}
	return out
}

func nans(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}
