package stats

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// An ICC is an intraclass correlation.
type ICC struct {
	// Name is that of Shrout and Fleiss 1979: ICC1 (each target has its own raters), ICC2 (raters are a
	// sample, and agree), ICC3 (these raters, and are consistent), with k for the mean of all raters.
	// McGraw and Wong's names stand in Also: ICC(1,1), ICC(A,1), ICC(C,1), ICC(1,k), ...
	Name, Also string
	R          float64
	Lo, Hi     float64 // 95 % interval
	F          float64 // against 0
	DF1, DF2   float64
	P          float64
}

// ICCs are the six intraclass correlations of one set of ratings.
type ICCs struct {
	Types           []ICC
	Targets, Raters int
}

// IntraclassCorrelations returns the six intraclass correlations of ratings.
//
// ratings[i][j] is that of target i by rater j. Errors: fewer than 2 targets or raters, rows of
// unequal lengths, NaN or infinite values, targets that do not differ at all. Shrout and Fleiss
// 1979, Psychol Bull 86:420; McGraw and Wong 1996, Psychol Methods 1:30. Checked against psych's
// ICC and pingouin's intraclass_corr.
func IntraclassCorrelations(ratings [][]float64) (*ICCs, error) {
	const call = "IntraclassCorrelations"
	n, k, err := grid(call, "ratings", ratings)
	if err != nil {
		return nil, err
	}
	a, b := float64(n), float64(k)
	grand := 0.0
	rows, columns := make([]float64, n), make([]float64, k)
	for i, r := range ratings {
		for j, v := range r {
			rows[i] += v / b
			columns[j] += v / a
			grand += v / (a * b)
		}
	}
	var between, raters, all float64
	for _, m := range rows {
		between += float64(b * float64((m-grand)*(m-grand)))
	}
	for _, m := range columns {
		raters += float64(a * float64((m-grand)*(m-grand)))
	}
	for _, r := range ratings {
		for _, v := range r {
			all += float64((v - grand) * (v - grand))
		}
	}
	if all == 0 || between <= 1e-24*all {
		return nil, fmt.Errorf("stats: %s: the targets have the same mean rating: nothing tells them apart", call)
	}
	within := math.Max(0, all-between)
	rest := math.Max(0, within-raters)
	msb, msw := between/(a-1), within/(a*(b-1))
	msj, mse := raters/(b-1), rest/((a-1)*(b-1))
	f1, f3 := msb/msw, msb/mse
	d1, d1w, d3 := a-1, a*(b-1), (a-1)*(b-1)
	out := &ICCs{Targets: n, Raters: k}
	add := func(name, also string, r, lo, hi, f, df2 float64) {
		out.Types = append(out.Types, ICC{Name: name, Also: also, R: r, Lo: lo, Hi: hi, F: f, DF1: d1, DF2: df2, P: dist.FSF(f, d1, df2)})
	}
	one := msb + float64((b-1)*msw)
	// limit is the end of an interval from that of F, which has no end where ratings agree wholly.
	limit := func(f float64) float64 {
		if math.IsInf(f, 1) {
			return 1
		}
		return (f - 1) / (f + b - 1)
	}
	lo1, hi1 := f1/dist.FQuantileSF(0.025, d1, d1w), float64(f1*dist.FQuantileSF(0.025, d1w, d1))
	add("ICC1", "ICC(1,1)", (msb-msw)/one, limit(lo1), limit(hi1), f1, d1w)

	two := msb + float64((b-1)*mse) + float64(b*(msj-mse))/a
	r2 := (msb - mse) / two
	// Satterthwaite's degrees of freedom of the interval (Shrout and Fleiss, p. 424).
	fj := msj / mse
	num := float64(b*r2*fj) + float64(a*(1+float64((b-1)*r2))) - float64(b*r2)
	v := float64((a-1)*(b-1)*float64(num*num)) / (float64((a-1)*float64(b*b)*float64(r2*r2)*float64(fj*fj)) +
		float64(float64((float64(a*(1+float64((b-1)*r2)))-float64(b*r2))*(float64(a*(1+float64((b-1)*r2)))-float64(b*r2)))))
	if mse == 0 {
		v = b - 1 // where fj has no end
	}
	up, down := dist.FQuantileSF(0.025, d1, v), dist.FQuantileSF(0.025, v, d1)
	mixed := float64(b*msj) + float64((float64(b*a)-b-a)*mse)
	lo2 := float64(a*(msb-float64(up*mse))) / (float64(up*mixed) + float64(a*msb))
	hi2 := float64(a*(float64(down*msb)-mse)) / (mixed + float64(a*float64(down*msb)))
	add("ICC2", "ICC(A,1)", r2, lo2, hi2, f3, d3)

	lo3, hi3 := f3/dist.FQuantileSF(0.025, d1, d3), float64(f3*dist.FQuantileSF(0.025, d3, d1))
	add("ICC3", "ICC(C,1)", (msb-mse)/(msb+float64((b-1)*mse)), limit(lo3), limit(hi3), f3, d3)

	add("ICC1k", "ICC(1,k)", (msb-msw)/msb, 1-1/lo1, 1-1/hi1, f1, d1w)
	spearmanBrown := func(r float64) float64 { return float64(b*r) / (1 + float64((b-1)*r)) }
	add("ICC2k", "ICC(A,k)", (msb-mse)/(msb+(msj-mse)/a), spearmanBrown(lo2), spearmanBrown(hi2), f3, d3)
	add("ICC3k", "ICC(C,k)", (msb-mse)/msb, 1-1/lo3, 1-1/hi3, f3, d3)
	return out, nil
}

// Table returns a row for each type.
func (r ICCs) Table() table.Table {
	t := table.Table{Title: fmt.Sprintf("intraclass correlations of %d targets and %d raters", r.Targets, r.Raters)}
	var name, also []string
	var lo, hi []float64
	num := make([][]float64, 5)
	for _, x := range r.Types {
		name, also, lo, hi = append(name, x.Name), append(also, x.Also), append(lo, x.Lo), append(hi, x.Hi)
		for i, v := range []float64{x.R, x.F, x.DF1, x.DF2, x.P} {
			num[i] = append(num[i], v)
		}
	}
	t.Cols = []table.Col{{Name: "type", Text: name}, {Name: "also", Text: also}, {Name: "ICC", Num: num[0], Style: "%.3f"}, {Name: "95% low", Num: lo, Style: "%.3f"}, {Name: "95% high", Num: hi, Style: "%.3f"},
		{Name: "F", Num: num[1], Style: "%.2f"}, {Name: "df1", Num: num[2], Style: "%.4g"}, {Name: "df2", Num: num[3], Style: "%.4g"}, {Name: "p", Num: num[4], Style: "p"}}
	return t
}

// String returns the correlations as a paper reports them, a line for each type.
func (r ICCs) String() string {
	var lines []string
	for _, x := range r.Types {
		lines = append(lines, fmt.Sprintf("%s = %.2f [%.2f, %.2f], F(%s, %s) = %.2f, %s", x.Also, x.R, x.Lo, x.Hi, degrees(x.DF1), degrees(x.DF2), x.F, pText(x.P)))
	}
	return strings.Join(lines, "\n")
}

// Show shows the table.
func (r ICCs) Show() display.Bundle { return r.Table().Show() }

// An Alpha is Cronbach's alpha.
type Alpha struct {
	Alpha  float64
	Lo, Hi float64   // 95 % interval (Feldt, Woodruff and Salih 1987)
	If     []float64 // alpha without each item; NaN with two items
	Items  int
	People int
}

// CronbachAlpha returns Cronbach's alpha of a test: how far its items go together. It takes items to be equally good;
// [McDonaldOmega] does not.
//
// answers[i][j] is that of person i to item j. Errors: fewer than 2 people or items, rows of
// unequal lengths, NaN or infinite values, total scores that do not differ. Cronbach 1951,
// Psychometrika 16:297. Checked against pingouin's cronbach_alpha (with rows that lack an answer
// left out, its nan_policy "listwise").
func CronbachAlpha(answers [][]float64) (*Alpha, error) {
	const call = "CronbachAlpha"
	n, k, err := grid(call, "answers", answers)
	if err != nil {
		return nil, err
	}
	of := func(without int) float64 {
		total := make([]float64, n)
		sum, items := 0.0, 0.0
		for j := range k {
			if j == without {
				continue
			}
			column := make([]float64, n)
			for i := range n {
				column[i] = answers[i][j]
				total[i] += answers[i][j]
			}
			_, v := moments(column)
			sum, items = sum+v, items+1
		}
		_, v := moments(total)
		if items < 2 {
			return math.NaN()
		}
		return items / (items - 1) * (1 - sum/v)
	}
	a := &Alpha{Alpha: of(-1), Items: k, People: n}
	if math.IsNaN(a.Alpha) || math.IsInf(a.Alpha, 0) {
		return nil, fmt.Errorf("stats: %s: all %d people have the same total", call, n)
	}
	d1, d2 := float64(n-1), float64((n-1)*(k-1))
	a.Lo = 1 - float64((1-a.Alpha)*dist.FQuantileSF(0.025, d1, d2))
	a.Hi = 1 - (1-a.Alpha)/dist.FQuantileSF(0.025, d2, d1)
	for j := range k {
		a.If = append(a.If, of(j))
	}
	return a, nil
}

// String returns alpha with its interval.
func (a Alpha) String() string {
	return fmt.Sprintf("alpha = %.2f [%.2f, %.2f], %d items, %d people", a.Alpha, a.Lo, a.Hi, a.Items, a.People)
}

// grid checks a matrix of 2 x 2 values or more.
func grid(call, name string, x [][]float64) (n, k int, err error) {
	if len(x) < 2 || len(x[0]) < 2 {
		k := 0
		if len(x) > 0 {
			k = len(x[0])
		}
		return 0, 0, fmt.Errorf("stats: %s: %s has %d rows and %d columns; 2 or more of each are needed", call, name, len(x), k)
	}
	for i, r := range x {
		if len(r) != len(x[0]) {
			return 0, 0, fmt.Errorf("stats: %s: %s[%d] has %d columns and %s[0] %d", call, name, i, len(r), name, len(x[0]))
		}
		if err := finite(call, fmt.Sprintf("%s[%d]", name, i), r, 0); err != nil {
			return 0, 0, err
		}
	}
	return len(x), len(x[0]), nil
}
