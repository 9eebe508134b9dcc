package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/table"
)

// A frame is the rows of a table that a model takes.
type frame struct {
	n       int
	missing int                  // rows left out
	num     map[string][]float64 // columns of numbers
	text    map[string][]string  // columns of words
	levels  map[string][]string  // of words, in alphabetical order: the first is the baseline
	sums    bool                 // code words by what sums to 0 over levels, not against the first
}

// newFrame takes the rows of t that have all the columns that are named.
func newFrame(call string, t table.Table, names []string, groups []string) (*frame, error) {
	f := &frame{num: map[string][]float64{}, text: map[string][]string{}, levels: map[string][]string{}}
	cols := map[string]table.Col{}
	for _, n := range append(slices.Clone(groups), names...) {
		c, err := t.Col(n)
		if err != nil {
			return nil, fmt.Errorf("stats: %s: %w", call, err)
		}
		if !slices.Contains(names, n) {
			c = table.Col{Name: n, Text: Labels(c)} // numbers name levels too
		}
		cols[n] = c
	}
	order := make([]string, 0, len(cols))
	for n := range cols {
		order = append(order, n)
	}
	slices.Sort(order)
	for i := range t.Rows() {
		whole := true
		for _, n := range order {
			c := cols[n]
			whole = whole && (c.Num == nil || !math.IsNaN(c.Num[i])) && (c.Text == nil || c.Text[i] != "")
		}
		if !whole {
			f.missing++
			continue
		}
		f.n++
		for _, n := range order {
			if c := cols[n]; c.Num != nil {
				if math.IsInf(c.Num[i], 0) {
					return nil, fmt.Errorf("stats: %s: %s of row %d is %g; values must be finite", call, n, i+1, c.Num[i])
				}
				f.num[n] = append(f.num[n], c.Num[i])
			} else {
				f.text[n] = append(f.text[n], c.Text[i])
			}
		}
	}
	for _, n := range order {
		if words := f.text[n]; words != nil {
			l := slices.Clone(words)
			slices.Sort(l)
			f.levels[n] = slices.Compact(l)
		}
	}
	return f, nil
}

// labels returns the values of a product of columns as words.
func (f *frame) labels(p product) []string {
	out := make([]string, f.n)
	for i := range out {
		var parts []string
		for _, n := range p {
			if words := f.text[n]; words != nil {
				parts = append(parts, words[i])
			} else {
				parts = append(parts, Labels(table.Col{Num: f.num[n][i : i+1]})[0])
			}
		}
		out[i] = strings.Join(parts, ":")
	}
	return out
}

// matrix returns the columns of a model, [column][row], with their names and the term that each
// comes from, -1 for the constant. Words are coded against their first level, or by all levels
// where the model without that column would lack what the baseline stands for, as R does.
func (f *frame) matrix(constant bool, terms []product) (names []string, columns [][]float64, of []int) {
	if constant {
		one := make([]float64, f.n)
		for i := range one {
			one[i] = 1
		}
		names, columns, of = []string{"(Intercept)"}, [][]float64{one}, []int{-1}
	}
	order := make([]int, len(terms)) // those of fewer columns first
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(terms[a]) - len(terms[b]) })
	for _, k := range order {
		t := terms[k]
		part := []string{""}
		values := [][]float64{nil}
		for _, n := range t {
			words := f.text[n]
			var heads []string
			var cols [][]float64
			if words == nil {
				heads, cols = []string{n}, [][]float64{f.num[n]}
			} else {
				// Against the baseline where the term without this column is in the model.
				rest := slices.DeleteFunc(slices.Clone(t), func(m string) bool { return m == n })
				levels, base := f.levels[n], ""
				if len(rest) == 0 && constant || len(rest) > 0 && holds(terms, rest) {
					base, levels = levels[0], levels[1:]
				}
				for _, l := range levels {
					c := make([]float64, f.n)
					for i, w := range words {
						if w == l {
							c[i] = 1
						} else if f.sums && w == base {
							c[i] = -1
						}
					}
					heads, cols = append(heads, n+l), append(cols, c)
				}
			}
			// In the order of R: the first column varies fastest.
			var nextNames []string
			var next [][]float64
			for j, c := range cols {
				for i, v := range values {
					product := c
					if v != nil {
						product = make([]float64, f.n)
						for r := range product {
							product[r] = v[r] * c[r]
						}
					}
					head := heads[j]
					if part[i] != "" {
						head = part[i] + ":" + head
					}
					nextNames, next = append(nextNames, head), append(next, product)
				}
			}
			part, values = nextNames, next
		}
		for i, v := range values {
			names, columns, of = append(names, part[i]), append(columns, v), append(of, k)
		}
	}
	return names, columns, of
}
