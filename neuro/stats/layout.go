package stats

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/codes"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A layout is a table that was sorted into subjects and cells.
type layout struct {
	call     string
	f        Factors
	kind     int // of sums of squares
	subjects []string
	within   [][]string // levels of each factor, in the order in which they came
	between  [][]string
	cells    int         // of the factors within
	y        [][]float64 // [subject][cell]
	group    [][]int     // [subject][factor between]: level
	covar    [][]float64 // [subject][covariate], each less its mean
	terms    []term      // of factors between and covariates
	missing  int
	leftOut  []string
	averaged int
	total    float64 // sum of squares of all values
}

func newLayout(call string, t table.Table, f Factors) (*layout, error) {
	d := &layout{call: call, f: f, kind: f.Type}
	fail := func(format string, args ...any) (*layout, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	if f.Type < 0 || f.Type > 3 {
		return fail("Type is %d; it must be 1, 2 or 3", f.Type)
	}
	if len(f.Within)+len(f.Between)+len(f.Covariates) == 0 {
		return fail("there are neither factors Within nor Between")
	}
	if len(f.Within)+len(f.Between) > 8 {
		return fail("%d factors; 8 at most", len(f.Within)+len(f.Between))
	}
	if len(f.Within) > 0 && f.Subject == "" {
		return fail("factors within subjects need the column of Subject")
	}
	if len(f.Within) > 0 && len(f.Covariates) > 0 {
		return fail("Covariates go with factors between only; a mixed model takes both")
	}
	columns := append(append([]string{f.Value}, f.Within...), f.Between...)
	seen := map[string]bool{}
	for _, n := range append(append(columns, f.Covariates...), f.Subject) {
		if n != "" && seen[n] {
			return fail("column %q is named for two parts, of Value, Subject, Within, Between and Covariates; each has columns of its own", n)
		}
		seen[n] = true
	}
	number := func(name string) ([]float64, error) {
		c, err := t.Col(name)
		if err != nil {
			return nil, fmt.Errorf("stats: %s: %w", call, err)
		}
		if c.Num == nil {
			return nil, fmt.Errorf("stats: %s: column %q holds words, not numbers", call, name)
		}
		return c.Num, nil
	}
	value, err := number(f.Value)
	if err != nil {
		return nil, err
	}
	var covariates [][]float64
	for _, name := range f.Covariates {
		c, err := number(name)
		if err != nil {
			return nil, err
		}
		covariates = append(covariates, c)
	}
	labels := func(name string) ([]string, error) {
		c, err := t.Col(name)
		if err != nil {
			return nil, fmt.Errorf("stats: %s: %w", call, err)
		}
		return Labels(c), nil
	}
	var factors [][]string // of within, then between
	for _, name := range append(append([]string{}, f.Within...), f.Between...) {
		l, err := labels(name)
		if err != nil {
			return nil, err
		}
		factors = append(factors, l)
	}
	subject := make([]string, len(value))
	if f.Subject != "" {
		if subject, err = labels(f.Subject); err != nil {
			return nil, err
		}
	} else {
		for i := range subject {
			subject[i] = strconv.Itoa(i + 1)
		}
	}

	// Levels, from rows that are whole.
	whole := func(i int) bool {
		ok := !math.IsNaN(value[i]) && subject[i] != ""
		for _, l := range factors {
			ok = ok && l[i] != ""
		}
		for _, c := range covariates {
			ok = ok && !math.IsNaN(c[i])
		}
		return ok
	}
	levels := make([][]string, len(factors))
	index := make([][]int, len(factors)) // of a code: the level and 1
	code := make([][]int32, len(factors))
	for k, l := range factors {
		var words []string
		code[k], words = codes.Words(l)
		index[k] = make([]int, len(words))
	}
	rows := make([]int32, 0, len(value)) // that are whole
	for i := range value {
		if !whole(i) {
			d.missing++
			continue
		}
		rows = append(rows, int32(i))
		if math.IsInf(value[i], 0) {
			return fail("%s of row %d is %g; values must be finite", f.Value, i+1, value[i])
		}
		for k, l := range factors {
			if at := &index[k][code[k][i]]; *at == 0 {
				levels[k] = append(levels[k], l[i])
				*at = len(levels[k])
			}
		}
	}
	for k, l := range levels {
		if len(l) < 2 {
			only := "no level"
			if len(l) == 1 {
				only = fmt.Sprintf("the level %q alone", l[0])
			}
			return fail("factor %q has %s in the rows that are whole; 2 levels or more are needed", columns[k+1], only)
		}
	}
	d.within, d.between = levels[:len(f.Within)], levels[len(f.Within):]
	d.cells = 1
	for _, l := range d.within {
		d.cells *= len(l)
		if d.cells > 4096 {
			return fail("the factors within have more than 4096 cells")
		}
	}

	// Subjects.
	type one struct {
		sum   []float64
		count []float64
		group []int
		covar []float64
	}
	subjectCode, names := codes.Words(subject)
	all, order := make([]*one, len(names)), make([]int32, 0, len(names))
	ones, both, groups := make([]one, len(names)), make([]float64, 2*d.cells*len(names)), make([]int, len(d.between)*len(names))
	for _, row := range rows {
		i := int(row)
		s := all[subjectCode[i]]
		if s == nil {
			s = &ones[len(order)]
			n, g := 2*d.cells*len(order), len(d.between)*len(order)
			s.sum, s.count = both[n:n+d.cells:n+d.cells], both[n+d.cells:n+2*d.cells]
			s.group = groups[g : g+len(d.between) : g+len(d.between)]
			for k := range s.group {
				s.group[k] = index[len(d.within)+k][code[len(d.within)+k][i]] - 1
			}
			for _, c := range covariates {
				s.covar = append(s.covar, c[i])
			}
			all[subjectCode[i]] = s
			order = append(order, subjectCode[i])
		}
		for k, g := range s.group {
			if now := index[len(d.within)+k][code[len(d.within)+k][i]] - 1; now != g {
				return fail("subject %q is in %s %q and %q: a factor between has one level for a subject", subject[i], f.Between[k], d.between[k][g], d.between[k][now])
			}
		}
		for k, c := range covariates {
			if c[i] != s.covar[k] {
				return fail("subject %q has the %s %g and %g: a covariate has one value for a subject", subject[i], f.Covariates[k], s.covar[k], c[i])
			}
		}
		cell := 0
		for k := range d.within {
			cell = cell*len(d.within[k]) + index[k][code[k][i]] - 1
		}
		s.sum[cell] += value[i]
		s.count[cell]++
		d.total += float64(value[i] * value[i])
	}
	d.subjects, d.y = make([]string, 0, len(order)), make([][]float64, 0, len(order))
	d.group, d.covar = make([][]int, 0, len(order)), make([][]float64, 0, len(order))
	for _, which := range order {
		s, name := all[which], names[which]
		lacks := false
		for c, n := range s.count {
			lacks = lacks || n == 0
			s.sum[c] /= n
		}
		if lacks {
			d.leftOut = append(d.leftOut, name)
			continue
		}
		for _, n := range s.count {
			if n > 1 {
				d.averaged += int(n)
			}
		}
		d.subjects, d.y = append(d.subjects, name), append(d.y, s.sum)
		d.group, d.covar = append(d.group, s.group), append(d.covar, s.covar)
	}
	if len(d.subjects) < 2 {
		why := ""
		if len(order) > 1 {
			why = "; a factor of which each subject has one level stands in Between, and a mixed model keeps subjects that lack a cell"
		}
		return fail("%d of %d subjects have all cells of %s; 2 or more are needed%s", len(d.subjects), len(order), strings.Join(f.Within, " and "), why)
	}
	for k := range f.Covariates {
		mean := 0.0
		for _, c := range d.covar {
			mean += c[k]
		}
		for _, c := range d.covar {
			c[k] -= mean / float64(len(d.covar))
		}
	}
	d.terms = termsOf(len(d.between), len(f.Covariates))
	return d, nil
}

// columns returns the design of the constant, which is term -1, and of the terms that are kept,
// [subject][column]. Factors are coded so that their columns sum to 0.
func (d *layout) columns(keep func(int) bool) [][]float64 {
	n := 0
	for k, t := range d.terms {
		if keep == nil || keep(k) {
			n += t.df(d)
		}
	}
	constant := keep == nil || keep(-1)
	if constant {
		n++
	}
	x := linalg.Matrix(len(d.subjects), n)
	for s, row := range x {
		at := 0
		if constant {
			row[0], at = 1, 1
		}
		for k, t := range d.terms {
			switch {
			case keep != nil && !keep(k):
			case t.covariate > 0:
				row[at] = d.covar[s][t.covariate-1]
				at++
			default:
				at += t.code(row[at:], d.group[s], d.between)
			}
		}
	}
	return x
}

var errFewSubjects = errors.New("fewer subjects than cells")

func (d *layout) factor(columns [][]float64) (*linalg.QR, error) {
	if len(columns) < len(columns[0]) {
		return nil, errFewSubjects
	}
	return linalg.NewQR(columns, nil)
}

// without names the subjects that were left out, for an error.
func (d *layout) without() string {
	if len(d.leftOut) == 0 {
		return ""
	}
	return fmt.Sprintf(" (left out for a missing cell of %s: %s)", strings.Join(d.f.Within, " and "), strings.Join(d.leftOut, ", "))
}

// dependent says which cell between is empty.
func (d *layout) dependent(err error) error {
	if errors.Is(err, errFewSubjects) {
		return fmt.Errorf("stats: %s: %d subjects are fewer than the cells between%s", d.call, len(d.subjects), d.without())
	}
	full := map[string]bool{}
	for _, g := range d.group {
		full[fmt.Sprint(g)] = true
	}
	at := make([]int, len(d.between))
	for {
		if len(at) > 0 && !full[fmt.Sprint(at)] {
			var names []string
			for k, l := range at {
				names = append(names, d.f.Between[k]+" "+d.between[k][l])
			}
			return fmt.Errorf("stats: %s: there is no subject of %s: effects cannot be told apart%s", d.call, strings.Join(names, ", "), d.without())
		}
		k := len(at) - 1
		for k >= 0 {
			if at[k]++; at[k] < len(d.between[k]) {
				break
			}
			at[k] = 0
			k--
		}
		if k < 0 {
			return fmt.Errorf("stats: %s: covariates depend on each other or on the factors: %w", d.call, err)
		}
	}
}

// name returns the name of an effect: factors between, then those within.
func (d *layout) name(w int, t term) string {
	if t.covariate > 0 {
		return d.f.Covariates[t.covariate-1]
	}
	var parts []string
	for k, n := range d.f.Between {
		if t.set>>k&1 == 1 {
			parts = append(parts, n)
		}
	}
	for k, n := range d.f.Within {
		if w>>k&1 == 1 {
			parts = append(parts, n)
		}
	}
	return strings.Join(parts, ":")
}

// Labels returns the values of a column as words, which is how factors and names of subjects are
// read: numbers in the shortest form, "" for what is missing.
func Labels(c table.Col) []string {
	if c.Num == nil {
		return c.Text
	}
	out := make([]string, len(c.Num))
	for i, v := range c.Num {
		if !math.IsNaN(v) {
			out[i] = strconv.FormatFloat(v, 'g', -1, 64)
		}
	}
	return out
}
