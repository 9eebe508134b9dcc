package fmri

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/table"
)

// OneSample returns the design of a one-sample test of n maps: one column of
// ones, "mean". A paired test is one of differences; see also [Paired]. It
// panics when n is below 2.
func OneSample(n int) *Design {
	if n < 2 {
		panic(fmt.Sprintf("fmri: OneSample: n is %d; a test needs 2 maps or more", n))
	}
	d := &Design{Names: []string{"mean"}}
	for range n {
		d.X = append(d.X, []float64{1})
	}
	return d
}

// TwoSample returns the design of a comparison of groups: one column for each,
// its mean, named by the group. group holds that of each map. Contrasts are
// written with these names: "patient - control". With three groups or more it is
// a one-way analysis of variance, whose effect is called "group" in
// [GLM.FContrast]. Fewer than two groups are an error.
func TwoSample(group []string) (*Design, error) {
	d, err := groupDesign(table.Table{Cols: []table.Col{{Name: "group", Text: group}}}, []string{"group"})
	if err == nil && len(d.Names) < 2 {
		err = fmt.Errorf("all maps are of group %q; OneSample tests one", group[0])
	}
	if err != nil {
		return nil, fmt.Errorf("fmri: TwoSample: %w", err)
	}
	return d, nil
}

// GroupDesign returns the design of a study from a table with a row for each
// map: columns of words are factors, columns of numbers are covariates.
//
// A factor gives a column for the mean of each of its levels, named by the
// level; several give one for each combination that the data have, named
// "level.level" in the order of the factors. Without a factor there is the
// column "mean". Covariates are centred.
//
// Means are compared by their names ("patient - control") in [GLM.Contrast];
// [GLM.FContrast] knows each factor's main effect by the factor's name and each
// interaction by "factor:factor", averaged over the other factors with equal
// weights (type III).
//
// It is an error when columns is not in t, a covariate is constant or holds a
// missing number, or a combination of levels has no map.
func GroupDesign(t table.Table, columns ...string) (*Design, error) {
	d, err := groupDesign(t, columns)
	if err != nil {
		return nil, fmt.Errorf("fmri: GroupDesign: %w", err)
	}
	return d, nil
}

// A factor is a column of words as numbers of levels.
type factorColumn struct {
	name   string
	levels []string
	of     []int
}

func groupDesign(t table.Table, columns []string) (*Design, error) {
	n := t.Rows()
	if n < 2 {
		return nil, fmt.Errorf("the table has %d rows; a test needs 2 maps or more", n)
	}
	var factors []factorColumn
	d := &Design{X: make([][]float64, n), effects: map[string][][]float64{}}
	var names []string
	var covariates [][]float64
	for _, name := range columns {
		c, err := t.Col(name)
		if err != nil {
			return nil, err
		}
		if c.Len() != n {
			return nil, fmt.Errorf("column %q has %d values and the table %d rows", name, c.Len(), n)
		}
		if c.Text != nil {
			factors = append(factors, newFactor(name, c.Text))
			continue
		}
		mean := 0.0
		for i, v := range c.Num {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("column %q is %g in row %d; a covariate must be finite (Table.Complete drops rows)", name, v, i)
			}
			mean += v / float64(n)
		}
		centred := make([]float64, n)
		varies := false
		for i, v := range c.Num {
			centred[i] = v - mean
			varies = varies || v != c.Num[0]
		}
		if !varies {
			return nil, fmt.Errorf("column %q is %g in all rows; leave it out", name, c.Num[0])
		}
		names, covariates = append(names, name), append(covariates, centred)
	}
	if err := d.cells(factors); err != nil {
		return nil, err
	}
	d.Names = append(d.Names, names...)
	for i := range d.X {
		for _, c := range covariates {
			d.X[i] = append(d.X[i], c[i])
		}
	}
	for name, rows := range d.effects {
		for k := range rows {
			d.effects[name][k] = append(rows[k], make([]float64, len(covariates))...)
		}
	}
	for i, name := range d.Names {
		if slices.Contains(d.Names[:i], name) {
			return nil, fmt.Errorf("two columns of the design are called %q; rename a level or a covariate", name)
		}
	}
	return d, nil
}

func newFactor(name string, text []string) factorColumn {
	f := factorColumn{name: name}
	for _, s := range text {
		if !slices.Contains(f.levels, s) {
			f.levels = append(f.levels, s)
		}
	}
	slices.Sort(f.levels)
	for _, s := range text {
		f.of = append(f.of, slices.Index(f.levels, s))
	}
	return f
}

// cells gives the design a column for each combination of levels, and the
// contrasts of all effects.
func (d *Design) cells(factors []factorColumn) error {
	if len(factors) == 0 {
		d.Names = []string{"mean"}
		for i := range d.X {
			d.X[i] = []float64{1}
		}
		return nil
	}
	count := 1
	for _, f := range factors {
		if count *= len(f.levels); count > len(d.X) {
			return fmt.Errorf("the factors have more combinations of levels than there are maps (%d); leave one out", len(d.X))
		}
	}
	filled := make([]bool, count)
	for i := range d.X {
		cell := 0
		for _, f := range factors {
			cell = cell*len(f.levels) + f.of[i]
		}
		d.X[i] = make([]float64, count)
		d.X[i][cell], filled[cell] = 1, true
	}
	levels := make([][]int, count) // of each cell
	for cell := range count {
		parts, rest := make([]string, len(factors)), cell
		levels[cell] = make([]int, len(factors))
		for k := len(factors) - 1; k >= 0; k-- {
			size := len(factors[k].levels)
			levels[cell][k], rest = rest%size, rest/size
			parts[k] = factors[k].levels[levels[cell][k]]
		}
		d.Names = append(d.Names, strings.Join(parts, "."))
		if !filled[cell] {
			return fmt.Errorf("no map has the combination %q; leave a factor out or join levels", d.Names[cell])
		}
	}
	for set := 1; set < 1<<len(factors); set++ {
		rows := [][]float64{make([]float64, count)}
		for cell := range rows[0] {
			rows[0][cell] = 1
		}
		var name []string
		for k, f := range factors {
			last := len(f.levels) - 1
			if set>>k&1 == 0 {
				for _, r := range rows {
					for cell := range r {
						r[cell] /= float64(last + 1)
					}
				}
				continue
			}
			name = append(name, f.name)
			var next [][]float64
			for level := range last {
				for _, r := range rows {
					c := make([]float64, count)
					for cell := range c {
						switch levels[cell][k] {
						case level:
							c[cell] = r[cell]
						case last:
							c[cell] = -r[cell]
						}
					}
					next = append(next, c)
				}
			}
			rows = next
		}
		if len(rows) > 0 {
			d.effects[strings.Join(name, ":")] = rows
		}
	}
	return nil
}

// Paired returns the design of repeated measures: a column for the mean of each
// condition, named by it, and one for each subject but the first. subject and
// condition hold those of each map. Two conditions make a paired test, more an
// analysis of variance within subjects, whose effect is called "condition" in
// [GLM.FContrast]. Permutations exchange the maps of a subject with each other.
//
// It is an error when the lists differ in length, or a subject lacks a
// condition or has it twice.
func Paired(subject, condition []string) (*Design, error) {
	fail := func(format string, args ...any) (*Design, error) {
		return nil, fmt.Errorf("fmri: Paired: "+format, args...)
	}
	if len(subject) != len(condition) {
		return fail("subject has %d values and condition %d; there must be as many", len(subject), len(condition))
	}
	d, err := groupDesign(table.Table{Cols: []table.Col{{Name: "condition", Text: condition}}}, []string{"condition"})
	if err != nil {
		return fail("%w", err)
	}
	if len(d.Names) < 2 {
		return fail("all maps are of condition %q; there must be two or more", condition[0])
	}
	s := newFactor("subject", subject)
	seen := map[string]bool{}
	for i := range subject {
		key := subject[i] + "\x00" + condition[i]
		if seen[key] {
			return fail("subject %q has condition %q twice; average its maps first", subject[i], condition[i])
		}
		seen[key] = true
	}
	if want := len(s.levels) * len(d.Names); len(seen) != want {
		return fail("%d subjects with %d conditions need %d maps, and there are %d; leave out subjects that lack a condition", len(s.levels), len(d.Names), want, len(seen))
	}
	d.blocks = s.of
	for k, level := range s.levels[1:] {
		d.Names = append(d.Names, "subject "+level)
		for i := range d.X {
			v := 0.0
			switch s.of[i] {
			case k + 1:
				v = 1
			case 0:
				v = -1 // so that conditions stay means over subjects
			}
			d.X[i] = append(d.X[i], v)
		}
	}
	for _, rows := range d.effects {
		for k := range rows {
			rows[k] = append(rows[k], make([]float64, len(s.levels)-1)...)
		}
	}
	return d, nil
}
