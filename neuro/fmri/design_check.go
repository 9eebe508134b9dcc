package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Efficiency returns how precisely a design estimates contrasts,
//
//	1 / trace(C (X'X)⁻¹ C'),
//
// for noise of variance 1 that is independent in time. The contrasts are written
// as in [GLM.FContrast]. It compares designs of the same columns: the larger the
// better. A contrast that cannot be read, and columns that depend on each other
// (which are named), are errors.
//
// Dale (1999), Human Brain Mapping 8:109.
func (d *Design) Efficiency(contrasts ...string) (float64, error) {
	q, err := factor(d.X, d.Names, nil)
	if err != nil {
		return 0, fmt.Errorf("fmri: Efficiency: %w", err)
	}
	rows, err := d.combinations(contrasts)
	if err != nil {
		return 0, fmt.Errorf("fmri: Efficiency: %w", err)
	}
	sum := 0.0
	for _, c := range rows {
		sum += q.Variance(c)
	}
	return 1 / sum, nil
}

// Collinearity returns a row for each column of the design: its variance inflation
// factor, 1/(1-R²) for the R² of its regression on all others, and the other
// column that it is most correlated with. A factor of 5 or 10 makes standard
// errors twice or three times as large as they would be alone. Constant columns
// have none. Columns that depend on each other are an error that names them.
//
// Marquardt (1970), Technometrics 12:591.
func (d *Design) Collinearity() (table.Table, error) {
	q, err := factor(d.X, d.Names, nil)
	if err != nil {
		return table.Table{}, fmt.Errorf("fmri: Collinearity: %w", err)
	}
	n, p := len(d.X), len(d.Names)
	centred, size := make([][]float64, p), make([]float64, p)
	for j := range centred {
		centred[j] = column(d.X, j)
		mean := 0.0
		for _, v := range centred[j] {
			mean += v / float64(n)
		}
		largest := 0.0
		for t := range centred[j] {
			largest = math.Max(largest, math.Abs(centred[j][t]))
			centred[j][t] -= mean
		}
		if size[j] = maxstat.Length(centred[j]); size[j] <= 1e-12*largest*math.Sqrt(float64(n)) {
			size[j] = 0
		}
	}
	out := table.Table{Title: "Collinearity", Cols: []table.Col{{Name: "column", Text: slices.Clone(d.Names)}, {Name: "VIF"}, {Name: "correlation"}, {Name: "with"}}}
	unit := make([]float64, p)
	for j := range p {
		vif, most, with := math.NaN(), math.NaN(), ""
		if size[j] > 0 {
			unit[j] = 1
			vif = float64(size[j] * size[j] * q.Variance(unit))
			unit[j] = 0
			for k := range p {
				if k == j || size[k] == 0 {
					continue
				}
				r := 0.0
				for t, v := range centred[j] {
					r += float64(v * centred[k][t])
				}
				r /= float64(size[j] * size[k])
				if !(math.Abs(r) <= math.Abs(most)) {
					most, with = r, d.Names[k]
				}
			}
		}
		out.Cols[1].Num, out.Cols[2].Num, out.Cols[3].Text = append(out.Cols[1].Num, vif), append(out.Cols[2].Num, most), append(out.Cols[3].Text, with)
	}
	return out, nil
}

// Modulate returns events with further ones for a parametric modulation: for each
// event of a condition one of type "condition x name" whose weight is its value
// less the mean of all values, and up to order 1, 2 ... also its powers,
// "condition x name^2", each with what the lower powers explain taken out. The
// condition's own column then keeps the mean response.
//
// values holds one for each event of the condition, in their order. It is an
// error when there are not as many, one is not finite, all are equal, or order
// is not 1 to 5 or more than values tell apart.
//
// Büchel et al. (1998), NeuroImage 8:140.
func Modulate(events []Event, condition, name string, values []float64, order int) ([]Event, error) {
	fail := func(format string, args ...any) ([]Event, error) {
		return nil, fmt.Errorf("fmri: Modulate: "+format, args...)
	}
	var of []Event
	for _, e := range named(events) {
		if e.Type == condition {
			of = append(of, e)
		}
	}
	if len(of) == 0 || len(of) != len(values) {
		return fail("there are %d events of condition %q and %d values; there must be one for each", len(of), condition, len(values))
	}
	if order < 1 || order > 5 {
		return fail("order is %d; it is 1 to 5", order)
	}
	basis := make([][]float64, 1)
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fail("values[%d] is %g; it must be finite", i, v)
		}
		basis[0] = append(basis[0], 1/math.Sqrt(float64(len(values))))
	}
	out := slices.Clone(events)
	before := slices.Clone(values)
	maxstat.Project(before, basis)
	power := slices.Clone(before)
	for k := 1; k <= order; k++ {
		if k > 1 {
			for i := range power {
				power[i] *= before[i]
			}
		}
		w := slices.Clone(power)
		maxstat.Project(w, basis)
		if size := maxstat.Length(w); size <= 1e-9*maxstat.Length(power) || size == 0 {
			return fail("the values do not tell order %d from lower ones (%d values, some equal); use a lower order", k, len(values))
		}
		basis = maxstat.Extend(basis, w)
		label := fmt.Sprintf("%s x %s", condition, name)
		if k > 1 {
			label = fmt.Sprintf("%s^%d", label, k)
		}
		for i, e := range of {
			e.Type, e.Weight, e.Off = label, w[i], w[i] == 0
			out = append(out, e)
		}
	}
	return out, nil
}
