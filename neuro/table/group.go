package table

import (
	"fmt"
	"math"
	"slices"
	"sort"

	numbered "github.com/neurorepl/neurorepl/neuro/internal/codes"
)

// A grouping numbers the combinations of values of some columns.
type grouping struct {
	keys  []Col
	code  []int32 // of each row
	n     int
	first []int // a row of each group
}

// codes numbers the values of columns of one kind, row after row through all of them, from 0. In
// order, numbers follow the values, with what is missing last; otherwise they follow the rows in
// which values come first.
func codes(inOrder bool, parts ...Col) (code []int32, n int) {
	if len(parts) == 0 {
		return nil, 0
	}
	if parts[0].Text == nil {
		rows := 0
		for _, c := range parts {
			rows += c.Len()
		}
		if code = make([]int32, rows); rows == 0 {
			return code, 0
		}
		return code, numberCodes(code, parts)
	}
	lists := make([][]string, len(parts))
	for k, c := range parts {
		lists[k] = c.Text
	}
	code, words := numbered.Words(lists...)
	n = len(words)
	if !inOrder {
		return code, n
	}
	order := make([]int, n)
	for k := range order {
		order[k] = k
	}
	sort.Slice(order, func(a, b int) bool { return words[order[a]] < words[order[b]] })
	rank := make([]int32, n)
	for r, k := range order {
		rank[k] = int32(r)
	}
	for i, k := range code {
		code[i] = rank[k]
	}
	return code, n
}

// numberCodes numbers numbers in order: whole ones that lie close by a list, others by sorting.
func numberCodes(code []int32, parts []Col) (n int) {
	lo, hi, small := math.Inf(1), math.Inf(-1), true
	for _, c := range parts {
		for _, v := range c.Num {
			if v != math.Trunc(v) || math.Abs(v) > 1<<40 {
				small = false
				break
			}
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if small && hi-lo < float64(4*len(code))+65536 {
		rank := make([]int32, int(hi-lo)+1)
		for _, c := range parts {
			for _, v := range c.Num {
				rank[int(v-lo)] = 1
			}
		}
		total := int32(0)
		for k, there := range rank {
			rank[k] = total
			total += there
		}
		at := 0
		for _, c := range parts {
			for _, v := range c.Num {
				code[at] = rank[int(v-lo)]
				at++
			}
		}
		return int(total)
	}
	keys := make([]rowKey, 0, len(code))
	for _, c := range parts {
		for _, v := range c.Num {
			keys = append(keys, rowKey{orderBits(v), int32(len(keys))})
		}
	}
	keys = radix(keys)
	for i, k := range keys {
		if i > 0 && k.bits != keys[i-1].bits {
			n++
		}
		code[k.row] = int32(n)
	}
	return n + 1
}

type rowKey struct {
	bits uint64
	row  int32
}

// orderBits returns bits that are ordered as numbers are, NaN last; -0 is 0.
func orderBits(v float64) uint64 {
	switch {
	case math.IsNaN(v):
		return math.MaxUint64
	case v == 0:
		return 1 << 63
	}
	b := math.Float64bits(v)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

// radix sorts keys by counting, 11 bits at a time from the last on; equal ones keep their order.
func radix(keys []rowKey) []rowKey {
	const width = 11
	if len(keys) < 1024 {
		slices.SortStableFunc(keys, func(a, b rowKey) int {
			switch {
			case a.bits < b.bits:
				return -1
			case a.bits > b.bits:
				return 1
			}
			return 0
		})
		return keys
	}
	next := make([]rowKey, len(keys))
	var count [6][1 << width]int32
	for _, k := range keys {
		for d := range count {
			count[d][k.bits>>(width*d)&(1<<width-1)]++
		}
	}
	for d := range count {
		c := &count[d]
		if int(c[keys[0].bits>>(width*d)&(1<<width-1)]) == len(keys) {
			continue // all have the same
		}
		at := int32(0)
		for i, n := range c {
			c[i] = at
			at += n
		}
		for _, k := range keys {
			p := &c[k.bits>>(width*d)&(1<<width-1)]
			next[*p] = k
			*p++
		}
		keys, next = next, keys
	}
	return keys
}

// together numbers the combinations of codes of rows; the numbers follow theirs. A column may
// come in several parts.
func together(rows int, inOrder bool, cols [][]Col) *grouping {
	g := &grouping{code: make([]int32, rows), n: min(1, rows)}
	for at, parts := range cols {
		code, n := codes(inOrder, parts...)
		if at == 0 {
			g.code, g.n = code, n
			continue
		}
		// The pairs that there are, numbered in order.
		pairs := int64(g.n) * int64(n)
		if pairs <= int64(4*rows)+65536 {
			rank := make([]int32, pairs)
			for i, k := range code {
				rank[int(g.code[i])*n+int(k)] = 1
			}
			total := int32(0)
			for p, there := range rank {
				rank[p] = total
				total += there
			}
			for i, k := range code {
				g.code[i] = rank[int(g.code[i])*n+int(k)]
			}
			g.n = int(total)
			continue
		}
		all := make([]int64, rows)
		for i, k := range code {
			all[i] = int64(g.code[i])*int64(n) + int64(k)
		}
		distinct := slices.Clone(all)
		slices.Sort(distinct)
		distinct = slices.Compact(distinct)
		rank := make(map[int64]int32, len(distinct))
		for r, p := range distinct {
			rank[p] = int32(r)
		}
		for i, p := range all {
			g.code[i] = rank[p]
		}
		g.n = len(distinct)
	}
	g.first = make([]int, g.n)
	for i := rows - 1; i >= 0; i-- {
		g.first[g.code[i]] = i
	}
	return g
}

// sizes returns the number of rows of each group.
func (g *grouping) sizes() []int {
	n := make([]int, g.n)
	for _, k := range g.code {
		n[k]++
	}
	return n
}

// rows returns the rows of all groups, group by group in their order, and where each begins.
func (g *grouping) rows() (rows []int32, start []int) {
	start = make([]int, g.n+1)
	for _, k := range g.code {
		start[k+1]++
	}
	for k := range g.n {
		start[k+1] += start[k]
	}
	at := slices.Clone(start[:g.n])
	rows = make([]int32, len(g.code))
	for i, k := range g.code {
		rows[at[k]] = int32(i)
		at[k]++
	}
	return rows, start
}

// group returns the grouping by named columns.
func (t Table) group(call string, by []string) (*grouping, []bool, error) {
	if err := t.check(call); err != nil {
		return nil, nil, err
	}
	if t.Rows() > math.MaxInt32 {
		return nil, nil, fmt.Errorf("table: %s: %d rows; %d at most", call, t.Rows(), math.MaxInt32)
	}
	isKey := make([]bool, len(t.Cols))
	var keys []Col
	for _, name := range by {
		j, err := t.find(call, name)
		if err != nil {
			return nil, nil, err
		}
		if isKey[j] {
			return nil, nil, fmt.Errorf("table: %s: column %q is named twice", call, name)
		}
		isKey[j] = true
		keys = append(keys, t.Cols[j])
	}
	g := together(t.Rows(), true, each(keys))
	g.keys = keys
	return g, isKey, nil
}

// each returns columns as parts of their own.
func each(cols []Col) [][]Col {
	out := make([][]Col, len(cols))
	for j := range cols {
		out[j] = cols[j : j+1]
	}
	return out
}

// heads returns the values of the keys, a row for each group.
func (g *grouping) heads() []Col { return Table{Cols: g.keys}.take(g.first).Cols }

// GroupMean returns one row for each combination of values in the columns
// named by: their values, the number of rows "n", and the mean of every other
// column of numbers. Columns of text that are not named are left out. Groups
// stand in the order of their values, numbers before missing ones. A missing
// value makes the mean of its group missing: take Complete first to leave such
// rows out, or [Table.Summarise], which leaves them out and counts them.
//
// No name, a name that no column has, and columns of unequal length are errors.
func (t Table) GroupMean(by ...string) (Table, error) {
	if len(by) == 0 {
		return Table{}, fmt.Errorf("table: GroupMean: no column to group by; name at least one of %s", quoted(t.Names()))
	}
	g, isKey, err := t.group("GroupMean", by)
	if err != nil {
		return Table{}, err
	}
	counts := make([]float64, g.n)
	for k, n := range g.sizes() {
		counts[k] = float64(n)
	}
	out := Table{Title: t.Title, Cols: append(g.heads(), Col{Name: "n", Num: counts})}
	for j, c := range t.Cols {
		if isKey[j] || c.Text != nil {
			continue
		}
		mean := Col{Name: c.Name, Unit: c.Unit, Num: make([]float64, g.n)}
		for i, v := range c.Num {
			mean.Num[g.code[i]] += v
		}
		for k := range mean.Num {
			mean.Num[k] /= counts[k]
		}
		out.Cols = append(out.Cols, mean)
	}
	return out, nil
}
