package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Comparisons are all pairs of groups or conditions.
type Comparisons struct {
	Name  string // "Tukey", "Games-Howell", or the test and how its p-values were adjusted
	Pairs []Comparison
	Notes []string // who was left out
}

// A Comparison is the difference of two means.
type Comparison struct {
	At     string // the level of the other factor, where pairs are compared at each of its levels
	A, B   string
	Diff   float64 // mean of A less mean of B
	SE     float64
	T, DF  float64
	Lo, Hi float64 // 95 % interval: of all pairs at once for Tukey and Games-Howell, of this pair otherwise
	P      float64 // of this pair alone; NaN for Tukey and Games-Howell
	PAdj   float64 // of all pairs
	// D is Cohen's d, DLo and DHi its 95 % interval, of this pair alone, as in [TTest]; Tukey's has the
	// deviation of all groups. NaN for marginal means.
	D, DLo, DHi float64
}

// Tukey returns Tukey's honestly significant differences of independent groups: all pairs with one
// pooled deviation, against the studentised range (Kramer's form for groups of unequal size).
//
// names[i] is the name of groups[i]. Errors: fewer than 2 groups, a name for each, a group
// without values, NaN or infinite ones, no variance. Tukey 1953; Kramer 1956, Biometrics
// 12:307. Checked against R's TukeyHSD and pingouin's pairwise_tukey.
func Tukey(names []string, groups ...[]float64) (*Comparisons, error) {
	means, vars, err := groupMoments("Tukey", names, groups, 1)
	if err != nil {
		return nil, err
	}
	ss, df := 0.0, 0.0
	for i, g := range groups {
		ss += float64(vars[i] * float64(len(g)-1))
		df += float64(len(g) - 1)
	}
	if df < 1 || ss == 0 {
		return nil, fmt.Errorf("stats: Tukey: within groups values do not vary: there is no error to compare with")
	}
	k := float64(len(groups))
	far := dist.StudentizedRangeQuantileSF(0.05, k, df)
	r := &Comparisons{Name: "Tukey"}
	for i := range groups {
		for j := i + 1; j < len(groups); j++ {
			x := Comparison{A: names[i], B: names[j], Diff: means[i] - means[j], DF: df, P: math.NaN()}
			x.SE = math.Sqrt(ss / df * (1/float64(len(groups[i])) + 1/float64(len(groups[j]))))
			x.fill(k, far)
			x.D = x.Diff / math.Sqrt(ss/df)
			scale := x.D / x.T // d = t √(1/n + 1/m)
			if x.T == 0 {
				scale = math.Sqrt(1/float64(len(groups[i])) + 1/float64(len(groups[j])))
			}
			lo, hi := noncentralT(x.T, df, 0.95)
			x.DLo, x.DHi = float64(lo*scale), float64(hi*scale)
			r.Pairs = append(r.Pairs, x)
		}
	}
	return r, nil
}

// GamesHowell returns the comparisons of Games and Howell of independent groups that may differ in
// deviation: Welch's t of each pair against the studentised range. Errors as [Tukey], groups of
// 2 values or more. Games and Howell 1976, J Educ Stat 1:113. Checked against pingouin's
// pairwise_gameshowell.
func GamesHowell(names []string, groups ...[]float64) (*Comparisons, error) {
	means, _, err := groupMoments("GamesHowell", names, groups, 2)
	if err != nil {
		return nil, err
	}
	k := float64(len(groups))
	r := &Comparisons{Name: "Games-Howell"}
	for i := range groups {
		for j := i + 1; j < len(groups); j++ {
			w, err := twoSample("GamesHowell", "Welch", groups[i], groups[j])
			if err != nil {
				return nil, err
			}
			x := Comparison{A: names[i], B: names[j], Diff: means[i] - means[j], DF: w.DF, SE: w.SE, P: math.NaN()}
			x.fill(k, dist.StudentizedRangeQuantileSF(0.05, k, w.DF))
			x.D, x.DLo, x.DHi = w.D, w.DLo, w.DHi
			r.Pairs = append(r.Pairs, x)
		}
	}
	return r, nil
}

// fill sets what follows from the difference and its error against the range of k means.
func (x *Comparison) fill(k, far float64) {
	x.T = x.Diff / x.SE
	x.PAdj = dist.StudentizedRangeSF(math.Abs(x.T)*math.Sqrt2, k, x.DF)
	half := float64(far / math.Sqrt2 * x.SE)
	x.Lo, x.Hi = x.Diff-half, x.Diff+half
}

// WelchANOVA returns Welch's analysis of variance of independent groups that may differ in
// deviation. ErrorSS and what follows from it is NaN but for Partial, which is from the ordinary
// sums of squares.
//
// Errors: fewer than 2 groups, a group of fewer than 2 values, or without variance, NaN or
// infinite values. Welch 1951, Biometrika 38:330. Checked against pingouin's welch_anova.
func WelchANOVA(groups ...[]float64) (*Effect, error) {
	const call = "WelchANOVA"
	names := make([]string, len(groups))
	for i := range names {
		names[i] = fmt.Sprint("group ", i)
	}
	means, vars, err := groupMoments(call, names, groups, 2)
	if err != nil {
		return nil, err
	}
	k, weight, mean := float64(len(groups)), 0.0, 0.0
	all, n, within := 0.0, 0.0, 0.0
	for i, g := range groups {
		if vars[i] == 0 {
			return nil, fmt.Errorf("stats: %s: all values of group %d are %g: its weight would have no end", call, i, g[0])
		}
		w := float64(len(g)) / vars[i]
		weight += w
		mean += float64(w * means[i])
		all += float64(means[i] * float64(len(g)))
		n += float64(len(g))
		within += float64(vars[i] * float64(len(g)-1))
	}
	mean /= weight
	between, lambda, ss := 0.0, 0.0, 0.0
	for i, g := range groups {
		m := float64(len(g))
		w := m / vars[i]
		between += float64(w * float64((means[i]-mean)*(means[i]-mean)))
		lambda += float64((1-w/weight)*(1-w/weight)) / (m - 1)
		d := means[i] - all/n
		ss += float64(m * float64(d*d))
	}
	x := &Effect{Name: "groups", DF1: k - 1, DF2: (float64(k*k) - 1) / float64(3*lambda), SS: ss, ErrorSS: math.NaN(), GG: 1, HF: 1,
		W: math.NaN(), PW: math.NaN(), Generalized: math.NaN()}
	x.F = between / (k - 1) / (1 + float64(2*(k-2)*lambda)/(float64(k*k)-1))
	x.P = dist.FSF(x.F, x.DF1, x.DF2)
	x.PGG, x.PHF = x.P, x.P
	x.Partial = ss / (ss + within)
	x.Lo, x.Hi = partialEta(x.F, x.DF1, x.DF2, 0.9)
	return x, nil
}

// String returns the effect as a paper reports it.
func (x Effect) String() string {
	return fmt.Sprintf("F(%s, %s) = %.2f, %s, partial η² = %.3f [%.3f, %.3f]", degrees(x.DF1), degrees(x.DF2), x.F, pText(x.P), x.Partial, x.Lo, x.Hi)
}

func groupMoments(call string, names []string, groups [][]float64, least int) (means, vars []float64, err error) {
	if len(groups) < 2 {
		return nil, nil, fmt.Errorf("stats: %s: %d groups; 2 or more are needed", call, len(groups))
	}
	if len(names) != len(groups) {
		return nil, nil, fmt.Errorf("stats: %s: %d names for %d groups", call, len(names), len(groups))
	}
	means, vars = make([]float64, len(groups)), make([]float64, len(groups))
	for i, g := range groups {
		if err := finite(call, names[i], g, least); err != nil {
			return nil, nil, err
		}
		means[i], vars[i] = moments(g)
	}
	return means, vars, nil
}

// Pairwise compares all pairs of levels of one factor of a table by t tests.
//
// factor is one of f.Within, whose levels are compared by paired tests of subjects' means over the
// other factors, or of f.Between, by Welch's test of subjects' means. at is "" or another
// factor, at each of whose levels the pairs are compared. Of all the comparisons together p is
// adjusted by the method of [Adjust]; "" is "holm".
//
// Errors: those of [ANOVA] for the table, a factor that is not in f, and those of the tests.
// Checked against pingouin's pairwise_tests.
func Pairwise(t table.Table, f Factors, factor, at, adjust string) (*Comparisons, error) {
	const call = "Pairwise"
	if adjust == "" {
		adjust = "holm"
	}
	d, err := newLayout(call, t, f)
	if err != nil {
		return nil, err
	}
	main, err := d.side(factor)
	if err != nil {
		return nil, err
	}
	other := side{levels: []string{""}}
	if at != "" {
		if other, err = d.side(at); err != nil {
			return nil, err
		}
		if at == factor {
			return nil, fmt.Errorf("stats: %s: factor and at are both %q", call, at)
		}
	}
	r := &Comparisons{Name: "paired t tests, " + adjust}
	if !main.within {
		r.Name = "Welch t tests, " + adjust
	}
	r.Notes = AnovaResult{MissingRows: d.missing, LeftOut: d.leftOut}.notes()
	// means returns the subjects that have a level of both factors, and their means of its cells.
	means := func(a, o int) (x []float64) {
		for s := range d.y {
			if !main.has(d, s, a) || at != "" && !other.has(d, s, o) {
				continue
			}
			sum, n := 0.0, 0.0
			for c, v := range d.y[s] {
				if (!main.within || d.level(c, main.at) == a) && (at == "" || !other.within || d.level(c, other.at) == o) {
					sum, n = sum+v, n+1
				}
			}
			x = append(x, sum/n)
		}
		return x
	}
	var p []float64
	for o, name := range other.levels {
		for i := range main.levels {
			for j := i + 1; j < len(main.levels); j++ {
				x, y := means(i, o), means(j, o)
				var tt *TTest
				if main.within {
					tt, err = single(call, "paired", "the difference", diff(x, y), 0)
				} else {
					tt, err = twoSample(call, "Welch", x, y)
				}
				if err != nil {
					return nil, fmt.Errorf("%w (%s against %s)", err, main.levels[i], main.levels[j])
				}
				r.Pairs = append(r.Pairs, Comparison{At: name, A: main.levels[i], B: main.levels[j], Diff: tt.Mean, SE: tt.SE, T: tt.T, DF: tt.DF,
					Lo: tt.Lo, Hi: tt.Hi, P: tt.P, D: tt.D, DLo: tt.DLo, DHi: tt.DHi})
				p = append(p, tt.P)
			}
		}
	}
	if p, err = Adjust(p, adjust); err != nil {
		return nil, err
	}
	for i := range p {
		r.Pairs[i].PAdj = p[i]
	}
	return r, nil
}

func diff(x, y []float64) []float64 {
	d := make([]float64, len(x))
	for i := range d {
		d[i] = x[i] - y[i]
	}
	return d
}

// A side is a factor of a layout.
type side struct {
	levels []string
	within bool
	at     int // among the factors of its kind
}

func (d *layout) side(name string) (side, error) {
	for k, n := range d.f.Within {
		if n == name {
			return side{d.within[k], true, k}, nil
		}
	}
	for k, n := range d.f.Between {
		if n == name {
			return side{d.between[k], false, k}, nil
		}
	}
	return side{}, fmt.Errorf("stats: %s: %q is neither a factor within nor between", d.call, name)
}

// has reports whether subject s has a level.
func (f side) has(d *layout, s, level int) bool { return f.within || d.group[s][f.at] == level }

// level returns the level of factor f within of cell c.
func (d *layout) level(c, f int) int {
	for k := len(d.within) - 1; k > f; k-- {
		c /= len(d.within[k])
	}
	return c % len(d.within[f])
}

// Table returns a row for each pair.
func (c Comparisons) Table() table.Table {
	t := table.Table{Title: c.Name}
	for _, n := range c.Notes {
		t.Title += "; " + n
	}
	var at, a, b []string
	num := make([][]float64, 11)
	for _, x := range c.Pairs {
		at, a, b = append(at, x.At), append(a, x.A), append(b, x.B)
		for i, v := range []float64{x.Diff, x.SE, x.T, x.DF, x.P, x.PAdj, x.D, x.Lo, x.Hi, x.DLo, x.DHi} {
			num[i] = append(num[i], v)
		}
	}
	if len(c.Pairs) > 0 && c.Pairs[0].At != "" {
		t.Cols = append(t.Cols, table.Col{Name: "at", Text: at})
	}
	t.Cols = append(t.Cols, table.Col{Name: "A", Text: a}, table.Col{Name: "B", Text: b}, table.Col{Name: "difference", Num: num[0]},
		table.Col{Name: "95% low", Num: num[7]}, table.Col{Name: "95% high", Num: num[8]}, table.Col{Name: "SE", Num: num[1]},
		table.Col{Name: "t", Num: num[2], Style: "%.2f"}, table.Col{Name: "df", Num: num[3], Style: "%.4g"})
	if len(c.Pairs) > 0 && !math.IsNaN(c.Pairs[0].P) {
		t.Cols = append(t.Cols, table.Col{Name: "p", Num: num[4], Style: "p"})
	}
	t.Cols = append(t.Cols, table.Col{Name: "p adjusted", Num: num[5], Style: "p"})
	if len(c.Pairs) > 0 && !math.IsNaN(c.Pairs[0].D) {
		t.Cols = append(t.Cols, table.Col{Name: "d", Num: num[6], Style: "%.2f"}, table.Col{Name: "d low", Num: num[9], Style: "%.2f"}, table.Col{Name: "d high", Num: num[10], Style: "%.2f"})
	}
	return t
}

// String returns the table as text.
func (c Comparisons) String() string { return c.Table().String() }

// Show shows the table.
func (c Comparisons) Show() display.Bundle { return c.Table().Show() }
