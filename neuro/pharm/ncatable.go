package pharm

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/table"
)

// NCAColumns name the columns of a table of concentrations.
type NCAColumns struct {
	Time, Concentration string
	Dose                string   // what was given at time 0; one value for each curve
	By                  []string // what tells curves apart, such as subject and formulation
}

// NCATable analyses every concentration curve of a table by [NCA]: a row for each combination of values of
// c.By, in their order, with the results as columns.
//
//	t, err := table.ReadWith("pk.csv", table.ReadOptions{Values: map[string]float64{"BLQ": 0}})
//	all, err := pharm.NCATable(t, pharm.NCAColumns{Time: "time", Concentration: "conc", Dose: "dose", By: []string{"subject", "formulation"}}, pharm.NCAOptions{})
//
// Units are those of the columns where o has none. Rows that lack a time or a concentration are left out, and
// the column "missing" counts them. A curve without a terminal slope has the area, CMax and TMax alone, and
// one that cannot be analysed nothing; the column "note" says why.
//
// Errors: names that no column has, columns of words in place of numbers (the first of them is named), no
// name in By.
func NCATable(t table.Table, c NCAColumns, o NCAOptions) (table.Table, error) {
	fail := func(err error) (table.Table, error) { return table.Table{}, fmt.Errorf("pharm: NCATable: %w", err) }
	parts, err := t.Split(c.By...)
	if err != nil {
		return fail(err)
	}
	for _, col := range []struct {
		name string
		unit *string
	}{{c.Time, &o.TUnit}, {c.Concentration, &o.CUnit}, {c.Dose, &o.DoseUnit}} {
		if _, err := t.Numbers(col.name); err != nil {
			return fail(err)
		}
		if at, _ := t.Col(col.name); *col.unit == "" {
			*col.unit = at.Unit
		}
	}
	out := table.Table{Title: "non-compartmental analysis"}
	for _, name := range c.By {
		at, _ := t.Col(name)
		key := table.Col{Name: at.Name, Unit: at.Unit}
		for _, p := range parts {
			if v, _ := p.Col(name); v.Text != nil {
				key.Text = append(key.Text, v.Text[0])
			} else {
				key.Num = append(key.Num, v.Num[0])
			}
		}
		out.Cols = append(out.Cols, key)
	}
	missing, notes := make([]float64, len(parts)), make([]string, len(parts))
	var results []table.Col
	for k, p := range parts {
		whole, err := p.Complete(c.Time, c.Concentration)
		if err != nil {
			return fail(err)
		}
		missing[k] = float64(p.Rows() - whole.Rows())
		times, _ := whole.Numbers(c.Time)
		conc, _ := whole.Numbers(c.Concentration)
		doses, _ := p.Numbers(c.Dose)
		var r *NCAResult
		for _, d := range doses {
			if d != doses[0] {
				notes[k] = fmt.Sprintf("pharm: NCATable: %s is %g and %g in one curve", c.Dose, doses[0], d)
			}
		}
		if notes[k] == "" {
			if r, err = NCA(times, conc, doses[0], o); err != nil {
				notes[k] = err.Error()
				bare := o
				bare.NoTerminal = true
				r, _ = NCA(times, conc, doses[0], bare)
			}
		}
		if r == nil {
			r = &NCAResult{TUnit: o.TUnit, CUnit: o.CUnit, DoseUnit: o.DoseUnit}
		}
		row := r.Table()
		for j, name := range row.Cols[0].Text {
			if k == 0 {
				results = append(results, table.Col{Name: name, Unit: row.Cols[2].Text[j], Num: make([]float64, len(parts))})
			}
			if results[j].Num[k] = row.Cols[1].Num[j]; len(r.T) == 0 {
				results[j].Num[k] = math.NaN()
			}
		}
	}
	out.Cols = append(out.Cols, results...)
	out.Cols = append(out.Cols, table.Col{Name: "missing", Num: missing}, table.Col{Name: "note", Text: notes})
	return out, nil
}
