package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Summary is one number of the values of a column: [Mean], [SD], [Quantile] and others return one.
type Summary struct {
	Of   string                    // the column
	Name string                    // of the column of results; "" is Of and the kind, "rt_mean"
	F    func(x []float64) float64 // is given the values that are not missing, in the order of the rows; it may change them

	kind string
	unit bool // the result has the unit of the column
}

// Apply is a summary of the user's own: f is given the values of a group that are not missing, and
// may be given none.
func Apply(of, name string, f func(x []float64) float64) Summary {
	return Summary{Of: of, Name: name, F: f}
}

// Mean is the arithmetic mean.
func Mean(of string) Summary { return Summary{Of: of, F: mean, kind: "mean", unit: true} }

// Sum is the sum; 0 of nothing.
func Sum(of string) Summary {
	return Summary{Of: of, F: func(x []float64) float64 { return sum(x) }, kind: "sum", unit: true}
}

// SD is the standard deviation over n-1.
func SD(of string) Summary { return Summary{Of: of, F: deviation, kind: "sd", unit: true} }

// SE is the standard error of the mean, SD/√n.
func SE(of string) Summary {
	f := func(x []float64) float64 { return deviation(x) / math.Sqrt(float64(len(x))) }
	return Summary{Of: of, F: f, kind: "se", unit: true}
}

// Median is the median.
func Median(of string) Summary {
	return Summary{Of: of, F: func(x []float64) float64 { return quantile(x, 0.5) }, kind: "median", unit: true}
}

// Quantile is the quantile at p, 0 to 1, linear between ranks (type 7 of Hyndman and Fan 1996, that
// of R, NumPy and pandas). NaN for another p.
func Quantile(of string, p float64) Summary {
	f := func(x []float64) float64 { return quantile(x, p) }
	return Summary{Of: of, F: f, kind: "q" + strconv.FormatFloat(p, 'g', -1, 64), unit: true}
}

// Min is the least value.
func Min(of string) Summary {
	return Summary{Of: of, F: func(x []float64) float64 { return quantile(x, 0) }, kind: "min", unit: true}
}

// Max is the largest value.
func Max(of string) Summary {
	return Summary{Of: of, F: func(x []float64) float64 { return quantile(x, 1) }, kind: "max", unit: true}
}

// Count is the number of values that are not missing.
func Count(of string) Summary {
	return Summary{Of: of, F: func(x []float64) float64 { return float64(len(x)) }, kind: "count"}
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

// mean returns the mean, NaN of nothing.
func mean(x []float64) float64 { return sum(x) / float64(len(x)) }

func deviation(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	m, squares, rest := mean(x), 0.0, 0.0
	same := true
	for _, v := range x {
		d := v - m
		squares += float64(d * d)
		rest += d
		same = same && v == x[0]
	}
	if same {
		return 0
	}
	n := float64(len(x))
	return math.Sqrt((squares - float64(rest*rest)/n) / (n - 1))
}

func quantile(x []float64, p float64) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	switch p {
	case 0:
		return slices.Min(x)
	case 1:
		return slices.Max(x)
	}
	at := float64(p * float64(len(x)-1))
	k := int(at)
	lo := vec.Rank(x, k)
	if at == float64(k) {
		return lo
	}
	hi := slices.Min(x[k+1:])
	if lo == hi {
		return lo
	}
	return lo + float64((at-float64(k))*(hi-lo))
}

// Summarise returns one row for each combination of values in the columns named by: their values,
// the number of rows "n", and a column for each summary, which is of the values that are there.
//
//	s, err := t.Summarise([]string{"subject", "condition"}, table.Mean("rt"), table.SE("rt"))
//
// Missing values are left out and counted: where a column lacks some, "rt_missing" says how many of
// each group. Without values a mean, deviation or quantile is NaN. Groups stand in the order of their values,
// numbers before missing ones; a missing key is a group of its own. by may be nil: the whole table is one group.
//
// Errors: a name that no column has, a summary of a column of text, two results of one name,
// columns of unequal length. Checked against pandas.
func (t Table) Summarise(by []string, s ...Summary) (Table, error) {
	const call = "Summarise"
	g, _, err := t.group(call, by)
	if err != nil {
		return Table{}, err
	}
	if len(by) == 0 && t.Rows() == 0 {
		g.n, g.first = 1, []int{}
	}
	rows, start := g.rows()
	out := Table{Title: t.Title, Cols: g.heads()}
	add := func(c Col) error {
		for _, o := range out.Cols {
			if o.Name == c.Name {
				return fmt.Errorf("table: %s: two columns of the result are called %q; give a Summary another Name", call, c.Name)
			}
		}
		out.Cols = append(out.Cols, c)
		return nil
	}
	n := Col{Name: "n", Num: make([]float64, g.n)}
	for k := range n.Num {
		n.Num[k] = float64(start[k+1] - start[k])
	}
	if err := add(n); err != nil {
		return Table{}, err
	}
	told := map[int]bool{}
	values := make([]float64, 0, t.Rows())
	var scratch []float64
	ends := make([]int, g.n+1)
	gathered := -1
	for _, one := range s {
		j, err := t.find(call, one.Of)
		if err != nil {
			return Table{}, err
		}
		c := t.Cols[j]
		if c.Text != nil {
			return Table{}, fmt.Errorf("table: %s: column %q holds words; a summary is of numbers", call, one.Of)
		}
		if one.F == nil {
			return Table{}, fmt.Errorf("table: %s: the summary of %q has no function F; take table.Mean(%q) or one of its kind", call, one.Of, one.Of)
		}
		if gathered != j {
			values = values[:0]
			for k := range g.n {
				for _, i := range rows[start[k]:start[k+1]] {
					if v := c.Num[i]; !math.IsNaN(v) {
						values = append(values, v)
					}
				}
				ends[k+1] = len(values)
			}
			gathered = j
		}
		if len(values) < t.Rows() && !told[j] {
			told[j] = true
			missing := Col{Name: c.Name + "_missing", Num: make([]float64, g.n)}
			for k := range missing.Num {
				missing.Num[k] = n.Num[k] - float64(ends[k+1]-ends[k])
			}
			if err := add(missing); err != nil {
				return Table{}, err
			}
		}
		r := Col{Name: one.Name, Num: make([]float64, g.n)}
		if r.Name == "" {
			r.Name = c.Name + "_" + one.kind
		}
		if one.unit {
			r.Unit = c.Unit
		}
		for k := range r.Num {
			scratch = append(scratch[:0], values[ends[k]:ends[k+1]]...)
			r.Num[k] = one.F(scratch)
		}
		if err := add(r); err != nil {
			return Table{}, err
		}
	}
	return out, nil
}

// Describe returns a row for each column of numbers: how many values it has and how many are
// missing, mean, standard deviation and quartiles. Columns of text have their two counts.
func (t Table) Describe() (Table, error) {
	if err := t.check("Describe"); err != nil {
		return Table{}, err
	}
	name, unit := Col{Name: "column", Text: []string{}}, Col{Name: "unit", Text: []string{}}
	heads := []string{"n", "missing", "mean", "sd", "min", "q0.25", "median", "q0.75", "max"}
	cols := make([]Col, len(heads))
	for k, h := range heads {
		cols[k].Name, cols[k].Num = h, []float64{}
	}
	for _, c := range t.Cols {
		name.Text, unit.Text = append(name.Text, c.Name), append(unit.Text, c.Unit)
		var x []float64
		there := 0
		for i := range c.Len() {
			if c.missing(i) {
				continue
			}
			there++
			if c.Text == nil {
				x = append(x, c.Num[i])
			}
		}
		for k, v := range []float64{float64(there), float64(c.Len() - there), mean(x), deviation(x),
			quantile(x, 0), quantile(x, 0.25), quantile(x, 0.5), quantile(x, 0.75), quantile(x, 1)} {
			cols[k].Num = append(cols[k].Num, v)
		}
	}
	return Table{Title: t.Title, Cols: append([]Col{name, unit}, cols...)}, nil
}
