package stats

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// JointTests are the tests of the terms of a model.
type JointTests struct {
	Formula string
	DF      string // the method of the degrees of freedom
	Tests   []JointTest
	Notes   []string
}

// ANOVA returns the test of each fixed term beside all others, by [MixedFit.Joint]: sums of squares of type III,
// for which a factor's hypothesis is that its means, over all levels of other factors in equal parts
// and with covariates at 0, do not differ. Centre covariates that interact with a factor.
//
// Errors: no fixed terms but the constant. Checked against lmerTest's anova with both kinds of degrees of freedom.
func (m *MixedFit) ANOVA() (*JointTests, error) {
	const call = "MixedFit.ANOVA"
	f, d := m.model.formula, *m.model.frame
	if len(f.fixed) == 0 {
		return nil, fmt.Errorf("stats: %s: %q has no fixed terms but the constant", call, m.Formula)
	}
	// Coefficients of columns that sum to 0 over the levels of factors are what these hypotheses are about.
	_, x, _ := d.matrix(f.constant, f.fixed)
	d.sums = true
	_, sums, of := d.matrix(f.constant, f.fixed)
	qr, err := linalg.NewQR(linalg.Transposed(x), nil)
	if err != nil {
		return nil, fmt.Errorf("stats: %s: %w", call, err)
	}
	b, _ := qr.Solve(linalg.Transposed(sums), nil)
	unit := linalg.Zeros(len(x))
	for i := range unit {
		unit[i][i] = 1
	}
	l, ok := linalg.SolveMany(b, unit)
	if !ok {
		return nil, fmt.Errorf("stats: %s: %q has terms that cannot be told apart", call, m.Formula)
	}
	r := &JointTests{Formula: m.Formula, DF: m.DF, Notes: m.Notes()}
	for k, t := range f.fixed {
		var contrasts [][]float64
		for i, at := range of {
			if at == k {
				contrasts = append(contrasts, l[i])
			}
		}
		x, err := m.Joint(strings.Join(t, ":"), contrasts...)
		if err != nil {
			return nil, err
		}
		r.Tests = append(r.Tests, x)
	}
	return r, nil
}

// Test returns the test of a term, such as "group" or "group:day".
func (r *JointTests) Test(name string) (JointTest, error) {
	var names []string
	for _, x := range r.Tests {
		if x.Name == name {
			return x, nil
		}
		names = append(names, x.Name)
	}
	return JointTest{}, fmt.Errorf("stats: JointTests.Test: no term %q; there are %s", name, strings.Join(names, ", "))
}

// Table returns a row for each term.
func (r *JointTests) Table() table.Table {
	t := jointTable(r.Tests)
	t.Title = fmt.Sprintf("%s, degrees of freedom of %s", r.Formula, titleOf(r.DF))
	for _, n := range r.Notes {
		t.Title += "; " + n
	}
	return t
}

// titleOf writes a method as its authors' names.
func titleOf(df string) string {
	if df == kenwardRogerName {
		return "Kenward and Roger"
	}
	return "Satterthwaite"
}

func jointTable(tests []JointTest) table.Table {
	var names []string
	num := make([][]float64, 4)
	for _, x := range tests {
		names = append(names, x.Name)
		for k, v := range []float64{x.F, x.DF1, x.DF2, x.P} {
			num[k] = append(num[k], v)
		}
	}
	return table.Table{Cols: []table.Col{{Name: "term", Text: names}, {Name: "F", Num: num[0], Style: "%.2f"}, {Name: "df1", Num: num[1], Style: "%.4g"},
		{Name: "df2", Num: num[2], Style: "%.4g"}, {Name: "p", Num: num[3], Style: "p"}}}
}

// String returns the table as text.
func (r *JointTests) String() string { return r.Table().String() }

// Show shows the table.
func (r *JointTests) Show() display.Bundle { return r.Table().Show() }

// Table returns the test as a row.
func (x JointTest) Table() table.Table { return jointTable([]JointTest{x}) }

// String returns the test as a paper reports it.
func (x JointTest) String() string {
	return fmt.Sprintf("%s: F(%s, %s) = %.2f, %s", x.Name, degrees(x.DF1), degrees(x.DF2), x.F, pText(x.P))
}

// Show shows the table.
func (x JointTest) Show() display.Bundle { return x.Table().Show() }
