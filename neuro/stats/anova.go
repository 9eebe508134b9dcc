package stats

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Factors say which columns of a table an analysis of variance reads.
type Factors struct {
	Value   string   // the column of what was measured
	Subject string   // the column that names subjects; with none each row is a subject of its own
	Within  []string // factors whose levels each subject went through
	Between []string // factors of which a subject has one level
	// Covariates are columns of numbers that go with the factors between subjects, without
	// interactions. They are for designs without factors within.
	Covariates []string
	// Observed names the factors that were not manipulated, such as sex: their variance counts in
	// generalised η² (Olejnik and Algina 2003).
	Observed []string
	// Type of the sums of squares: 3 (also 0), each effect beside all others, as SPSS, JASP and afex;
	// 2, beside those that do not hold it, as pingouin; 1, in the order of the factors, as R's aov.
	// They differ where groups are not equally large.
	Type int
}

// An AnovaResult is a table of effects.
type AnovaResult struct {
	Factors  Factors
	Effects  []Effect
	Subjects int // that took part
	Cells    int // of the factors within

	// What did not take part: rows with a missing value or factor, and the subjects that then lack a
	// cell. A mixed model keeps these.
	MissingRows int
	LeftOut     []string
	// Averaged is how many rows went into means, where a subject has several of a cell.
	Averaged int
}

// An Effect is a line of an analysis of variance.
type Effect struct {
	Name     string // "group", "group:time"
	SS       float64
	DF1, DF2 float64
	ErrorSS  float64
	F, P     float64 // P assumes sphericity

	// Partial is partial η², SS/(SS + ErrorSS); Lo and Hi are its 90 % interval, which leaves out 0
	// where P is below .05 (Smithson 2001). Generalized is η² over all variance that is not of
	// other effects (Olejnik and Algina 2003, Psychol Methods 8:434), which compares between designs.
	Partial, Lo, Hi float64
	Generalized     float64

	// For effects of factors within with more than two levels; otherwise GG and HF are 1, W and its
	// P NaN. W is Mauchly's; GG and HF are the epsilon of Greenhouse and Geisser (1959) and of Huynh
	// and Feldt (1976, with Lecoutre's 1991 correction), at most 1, with the P of degrees of freedom
	// times epsilon.
	W, PW    float64
	GG, PGG  float64
	HF, PHF  float64
	InWithin bool // the effect holds a factor within subjects
}

// ANOVA returns the analysis of variance of any number of factors within and between subjects.
//
// t is in the long form: a row for each value, with columns for the subject and the factors.
// Values of one subject and cell are averaged first. Rows with a missing value are left out and
// counted, and so are subjects that lack a cell, by name: see [AnovaResult].
//
// For an effect with factors within, scores of each subject on orthonormal contrasts of the cells
// are a multivariate linear model of the factors between; SS and ErrorSS are the traces of its
// matrices of sums of squares (as afex and car do).
//
// Errors: columns that are missing or no numbers, a factor with one level, a subject with two
// levels of a factor between, an empty cell between subjects, no degrees of freedom left, no
// variance. Checked against pingouin and R's aov, and car's definition by hand.
func ANOVA(t table.Table, f Factors) (*AnovaResult, error) {
	d, err := newLayout("ANOVA", t, f)
	if err != nil {
		return nil, err
	}
	r := &AnovaResult{Factors: f, Subjects: len(d.subjects), Cells: d.cells, MissingRows: d.missing, LeftOut: d.leftOut, Averaged: d.averaged}
	full, err := d.factor(d.columns(nil))
	if err != nil {
		return nil, d.dependent(err)
	}
	dfError := float64(len(d.subjects) - full.Cols)
	if dfError < 1 {
		return nil, fmt.Errorf("stats: ANOVA: %d subjects for %d cells and covariates between: no degrees of freedom are left for the error", len(d.subjects), full.Cols)
	}
	errorSS := 0.0 // of all strata
	for w := range 1 << len(f.Within) {
		scores := d.scores(w)
		e := rests(full, scores)
		errorSS += trace(e)
		terms := d.terms
		if w != 0 { // the factors within alone: the constant
			terms = append([]term{{}}, terms...)
		}
		for k, tm := range terms {
			h, err := d.hypothesis(k-len(terms)+len(d.terms), tm, scores, e)
			if err != nil {
				return nil, err
			}
			size := float64(len(e))
			x := Effect{Name: d.name(w, tm), SS: trace(h), ErrorSS: trace(e), InWithin: w != 0,
				DF1: float64(float64(tm.df(d)) * size), DF2: dfError * size, GG: 1, HF: 1, W: math.NaN(), PW: math.NaN()}
			if x.ErrorSS <= 1e-24*(x.SS+d.total) {
				return nil, fmt.Errorf("stats: ANOVA: within the cells of %s values do not vary: there is no error to compare with", x.Name)
			}
			x.F = x.SS / x.DF1 / (x.ErrorSS / x.DF2)
			x.P = dist.FSF(x.F, x.DF1, x.DF2)
			x.Partial = x.SS / (x.SS + x.ErrorSS)
			x.Lo, x.Hi = partialEta(x.F, x.DF1, x.DF2, 0.9)
			if len(e) > 1 {
				x.sphericity(e, dfError)
			}
			x.PGG = dist.FSF(x.F, x.DF1*x.GG, x.DF2*x.GG)
			x.PHF = dist.FSF(x.F, x.DF1*x.HF, x.DF2*x.HF)
			r.Effects = append(r.Effects, x)
		}
	}
	if len(f.Within) > 0 && len(f.Between)+len(f.Covariates) == 0 {
		// The stratum of subjects has no effect of its own, but is part of all variance.
		slices.SortStableFunc(r.Effects, func(a, b Effect) int { return strings.Count(a.Name, ":") - strings.Count(b.Name, ":") })
	}
	observed := 0.0
	isObserved := func(x Effect) bool {
		return slices.ContainsFunc(strings.Split(x.Name, ":"), func(s string) bool { return slices.Contains(f.Observed, s) })
	}
	for _, x := range r.Effects {
		if isObserved(x) {
			observed += x.SS
		}
	}
	for i := range r.Effects {
		x := &r.Effects[i]
		x.Generalized = x.SS / (x.SS + observed + errorSS)
		if isObserved(*x) {
			x.Generalized = x.SS / (observed + errorSS)
		}
	}
	return r, nil
}

// sphericity fills Mauchly's test and both epsilon from the error matrix of the contrasts.
func (x *Effect) sphericity(e [][]float64, df float64) {
	d := float64(len(e))
	sum, squares := trace(e), 0.0
	for _, row := range e {
		for _, v := range row {
			squares += float64(v * v)
		}
	}
	x.GG = float64(sum*sum) / float64(d*squares)
	x.HF = math.Min(1, (float64((df+1)*d*x.GG)-2)/float64(d*(df-float64(d*x.GG))))
	if df <= float64(d*x.GG) {
		x.HF = 1
	}
	if df < d {
		return // the determinant is 0 whatever the data
	}
	values, _, ok := linalg.Symmetric(e)
	if !ok {
		return
	}
	log := 0.0
	for _, v := range values {
		log += vec.Log(math.Max(v, 0) / (sum / d))
	}
	x.W = vec.Exp(log)
	// Box's approximation to the second order (Anderson 1958). R's mauchly.test has the same
	// but for one term, which counts conditions where contrasts belong: some 1e-5 of p.
	rho := 1 - (float64(2*d*d)+d+2)/float64(6*d*df)
	chi, free := -float64(df*rho*log), float64(d*(d+1)/2)-1
	second := float64((d+2)*(d-1)*(d-2)*(float64(2*d*d*d)+float64(6*d*d)+float64(3*d)+2)) / float64(288*float64(d*d)*float64(df*df)*float64(rho*rho))
	first := dist.ChiSquareSF(chi, free)
	x.PW = math.Min(1, math.Max(0, first+float64(second*(dist.ChiSquareSF(chi, free+4)-first))))
}

// hypothesis returns the matrix of sums of squares of term k of the factors between: -1 is the
// constant.
func (d *layout) hypothesis(k int, tm term, scores, e [][]float64) ([][]float64, error) {
	with, without := func(int) bool { return true }, func(i int) bool { return i != k }
	rest := e
	switch {
	case d.kind == 3 || d.kind == 0:
	case k < 0: // before all
		with = func(i int) bool { return i == -1 }
		without = func(int) bool { return false }
		rest = nil
	case d.kind == 2:
		// Beside the terms that do not hold this one.
		with = func(i int) bool { return i < 0 || i == k || !d.terms[i].holds(tm) }
		without = func(i int) bool { return i != k && with(i) }
		rest = nil
	default:
		with = func(i int) bool { return i <= k }
		without = func(i int) bool { return i < k }
		rest = nil
	}
	sums := func(keep func(int) bool) ([][]float64, error) {
		columns := d.columns(keep)
		if len(columns[0]) == 0 {
			return products(scores), nil
		}
		qr, err := d.factor(columns)
		if err != nil {
			return nil, d.dependent(err)
		}
		return rests(qr, scores), nil
	}
	if rest == nil {
		var err error
		if rest, err = sums(with); err != nil {
			return nil, err
		}
	}
	h, err := sums(without)
	if err != nil {
		return nil, err
	}
	for i := range h {
		for j := range h[i] {
			h[i][j] -= rest[i][j]
		}
	}
	return h, nil
}

// rests returns the matrix of sums of squares and products of what a design leaves of scores,
// [subject][contrast].
func rests(qr *linalg.QR, scores [][]float64) [][]float64 {
	left := linalg.Matrix(len(scores), len(scores[0]))
	column := make([]float64, len(scores))
	q, _ := qr.Q()
	for j := range scores[0] {
		for i := range column {
			column[i] = scores[i][j]
		}
		takeOut(q, column)
		for i, v := range column {
			left[i][j] = v
		}
	}
	return products(left)
}

// products returns x'x.
func products(x [][]float64) [][]float64 {
	p := linalg.Zeros(len(x[0]))
	for _, row := range x {
		for i, a := range row {
			to := p[i][:i+1]
			for j, b := range row[:i+1] {
				to[j] += float64(a * b)
			}
		}
	}
	for i := range p {
		for j := range i {
			p[j][i] = p[i][j]
		}
	}
	return p
}

func trace(a [][]float64) (sum float64) {
	for i := range a {
		sum += a[i][i]
	}
	return sum
}

// scores returns the values of subjects on orthonormal contrasts of the factors within that are in
// the set w, averaged over the others so that sums of squares are those of single values.
func (d *layout) scores(w int) [][]float64 {
	weights := [][]float64{make([]float64, d.cells)}
	for c := range weights[0] {
		weights[0][c] = 1
	}
	stride := d.cells
	for f, levels := range d.within {
		stride /= len(levels)
		var next [][]float64
		for _, row := range weights {
			for _, contrast := range helmert(len(levels), w>>f&1 == 1) {
				r := make([]float64, d.cells)
				for c := range r {
					r[c] = row[c] * contrast[c/stride%len(levels)]
				}
				next = append(next, r)
			}
		}
		weights = next
	}
	out := linalg.Matrix(len(d.y), len(weights))
	for s, y := range d.y {
		for k, row := range weights {
			sum := 0.0
			for c, v := range y {
				sum += float64(row[c] * v)
			}
			out[s][k] = sum
		}
	}
	return out
}

// helmert returns n-1 orthonormal contrasts of n levels, or the constant of length 1.
func helmert(n int, contrasts bool) [][]float64 {
	if !contrasts {
		row := make([]float64, n)
		for i := range row {
			row[i] = 1 / math.Sqrt(float64(n))
		}
		return [][]float64{row}
	}
	var out [][]float64
	for k := 1; k < n; k++ {
		row := make([]float64, n)
		for i := range k {
			row[i] = 1 / math.Sqrt(float64(k*(k+1)))
		}
		row[k] = -float64(k) / math.Sqrt(float64(k*(k+1)))
		out = append(out, row)
	}
	return out
}

// String returns a line for each effect as a paper reports it, with the correction of Greenhouse
// and Geisser where sphericity matters.
func (r AnovaResult) String() string {
	var b strings.Builder
	for i, x := range r.Effects {
		if i > 0 {
			b.WriteByte('\n')
		}
		p, df1, df2 := x.P, x.DF1, x.DF2
		if x.GG < 1 {
			p, df1, df2 = x.PGG, x.DF1*x.GG, x.DF2*x.GG
		}
		fmt.Fprintf(&b, "%s: F(%s, %s) = %.2f, %s, partial η² = %.3f [%.3f, %.3f]", x.Name, degrees(df1), degrees(df2), x.F, pText(p), x.Partial, x.Lo, x.Hi)
	}
	for _, note := range r.notes() {
		b.WriteString("\n" + note)
	}
	return b.String()
}

func (r AnovaResult) notes() (out []string) {
	if r.MissingRows > 0 {
		out = append(out, fmt.Sprintf("%d rows with missing values were left out", r.MissingRows))
	}
	if len(r.LeftOut) > 0 {
		out = append(out, fmt.Sprintf("subjects left out for a missing cell: %s", strings.Join(r.LeftOut, ", ")))
	}
	if r.Averaged > 0 {
		out = append(out, fmt.Sprintf("%d rows were averaged within subjects and cells", r.Averaged))
	}
	return out
}

// Table returns a row for each effect.
func (r AnovaResult) Table() table.Table {
	n := len(r.Effects)
	name := make([]string, n)
	title := fmt.Sprintf("ANOVA of %s, %d subjects", r.Factors.Value, r.Subjects)
	if notes := r.notes(); len(notes) > 0 {
		title += "; " + strings.Join(notes, "; ")
	}
	cols := []table.Col{{Name: "effect", Text: name}}
	add := func(head, style string, of func(Effect) float64) {
		c := table.Col{Name: head, Num: make([]float64, n), Style: style}
		for i, x := range r.Effects {
			c.Num[i] = of(x)
		}
		cols = append(cols, c)
	}
	sphericity := false
	for i, x := range r.Effects {
		name[i] = x.Name
		sphericity = sphericity || x.GG < 1
	}
	add("SS", "", func(x Effect) float64 { return x.SS })
	add("df1", "%.4g", func(x Effect) float64 { return x.DF1 })
	add("df2", "%.4g", func(x Effect) float64 { return x.DF2 })
	add("F", "%.2f", func(x Effect) float64 { return x.F })
	add("p", "p", func(x Effect) float64 { return x.P })
	if sphericity {
		add("ε GG", "%.3f", func(x Effect) float64 { return x.GG })
		add("p GG", "p", func(x Effect) float64 { return x.PGG })
		add("ε HF", "%.3f", func(x Effect) float64 { return x.HF })
		add("p HF", "p", func(x Effect) float64 { return x.PHF })
		add("Mauchly p", "p", func(x Effect) float64 { return x.PW })
	}
	add("partial η²", "%.3f", func(x Effect) float64 { return x.Partial })
	add("90% low", "%.3f", func(x Effect) float64 { return x.Lo })
	add("90% high", "%.3f", func(x Effect) float64 { return x.Hi })
	add("generalised η²", "%.3f", func(x Effect) float64 { return x.Generalized })
	return table.Table{Title: title, Cols: cols}
}

// Show shows the table.
func (r AnovaResult) Show() display.Bundle { return r.Table().Show() }

// Effect returns the effect of a name, such as "group:time", its factors in any order.
func (r AnovaResult) Effect(name string) (Effect, error) {
	want := strings.Split(name, ":")
	slices.Sort(want)
	var names []string
	for _, x := range r.Effects {
		parts := strings.Split(x.Name, ":")
		slices.Sort(parts)
		if slices.Equal(parts, want) {
			return x, nil
		}
		names = append(names, x.Name)
	}
	return Effect{}, fmt.Errorf("stats: AnovaResult.Effect: no effect %q; there are %s", name, strings.Join(names, ", "))
}

// A term is a set of factors between, or a covariate.
type term struct {
	set       int // of factors
	covariate int // 1 + its number; 0 for none
}

// holds reports whether t is an interaction that o is a part of.
func (t term) holds(o term) bool {
	return t != o && t.covariate == 0 && o.covariate == 0 && t.set&o.set == o.set
}

// code writes the columns of a term between for a subject to dst, and returns how many.
func (t term) code(dst []float64, group []int, between [][]string) int {
	dst[0] = 1
	n := 1
	for f, levels := range between {
		if t.set>>f&1 == 0 {
			continue
		}
		m := len(levels) - 1
		for i := n - 1; i >= 0; i-- { // from behind: what is read lies before what is written
			v := dst[i]
			for l := m - 1; l >= 0; l-- {
				code := 0.0
				switch group[f] {
				case l:
					code = 1
				case m:
					code = -1
				}
				dst[i*m+l] = v * code
			}
		}
		n *= m
	}
	return n
}

// df returns the degrees of freedom of a term between.
func (t term) df(d *layout) int {
	n := 1
	for f, levels := range d.between {
		if t.set>>f&1 == 1 {
			n *= len(levels) - 1
		}
	}
	return n
}

// termsOf returns all sets of n factors, those of fewer factors first.
func termsOf(n, covariates int) (out []term) {
	for c := range covariates {
		out = append(out, term{covariate: c + 1})
	}
	for size := 1; size <= n; size++ {
		for set := 1; set < 1<<n; set++ {
			if bits.OnesCount(uint(set)) == size {
				out = append(out, term{set: set})
			}
		}
	}
	return out
}
