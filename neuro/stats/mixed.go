package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MixedOptions say how a mixed model is fitted. The zero value is restricted maximum likelihood.
type MixedOptions struct {
	ML bool // maximum likelihood, for comparing models that differ in fixed effects
	// DF names how tests of fixed effects allow for variances being estimates: "satterthwaite" (also
	// "") or "kenward-roger", which is for REML. With few subjects take the latter: see [Mixed].
	DF string
}

// A MixedFit is a linear mixed model that was fitted.
type MixedFit struct {
	Formula string
	Method  string // "REML" or "ML"
	DF      string // of tests: "satterthwaite" or "kenward-roger"
	N       int    // rows that took part
	Fixed   []Coefficient
	Random  []Variance
	Sigma   float64 // standard deviation of the residuals
	// Criterion is the REML criterion, or the deviance, -2 log likelihood, with ML.
	Criterion        float64
	LogLik, AIC, BIC float64 // of the restricted likelihood with REML, as lme4 has them
	// R² of the fixed effects alone and with the random ones (Nakagawa and Schielzeth 2013, with
	// Johnson's 2014 extension to slopes).
	R2Marginal, R2Conditional float64
	Fitted, Residuals         []float64 // of the rows that took part

	Converged   bool // the criterion is flat where the search ended
	Singular    bool // a variance is 0, or a correlation 1 in size: the data do not hold it
	MissingRows int  // rows with a missing value, which were left out
	Groups      []Group

	params int
	fit    *mixedSystem
	psi    []float64
	names  []string
	r      [][]float64 // triangle of the fixed columns
	vcov   [][]float64
	// curvature is the covariance of the parameters of the variances.
	curvature [][]float64
	kr        *kenwardRoger // nil with Satterthwaite's tests
	effects   map[string]table.Table
	model     *fitted
}

// A Coefficient is a fixed effect.
type Coefficient struct {
	Name     string
	Estimate float64
	SE       float64
	DF       float64 // Satterthwaite's, or Kenward and Roger's
	T, P     float64
	Lo, Hi   float64 // 95 % interval, from t
}

// A Variance is a random effect of a factor.
type Variance struct {
	Group string
	Name  string
	SD    float64
	// Corr holds the correlations with the effects of the same term before it; nil for the first.
	Corr []float64
}

// A Group is a factor of random effects and how many levels it has.
type Group struct {
	Name   string
	Levels int
}

// Mixed fits a linear mixed model, which keeps subjects that lack some values.
//
// The formula is that of R's lme4: "rt ~ days + (days | subject)". Left of ~ stands what was
// measured; fixed effects are columns, a*b (both and their interaction), a:b (the interaction
// alone), 0 (no intercept). Columns of words are factors, coded against their first level in
// alphabetical order. A random term (1 + x | g) gives each level of g its own intercept and slope,
// with their correlation; (x || g) without it. Several of them cross: (1 | subject) + (1 | item);
// (1 | school/class) nests, and is (1 | school) + (1 | school:class). Names with other signs stand
// between backquotes. Functions are not known: add the values as a column.
//
// Rows with a missing value in a column of the model are left out and counted. Estimates are where
// the profiled criterion is least (Bates et al. 2015, J Stat Softw 67:1); standard errors come from
// it, degrees of freedom are Satterthwaite's (as lmerTest, Kuznetsova et al. 2017).
//
// Both take estimated variances for true ones in part. With few subjects, random slopes and incomplete rows
// tests of differences between subjects then find too much: of a difference that is 0, 9.4, 7.5, 6.6
// and 5.9 % at 5 % with 3, 6, 9 and 12 subjects in each of two groups. DF "kenward-roger" (1997, Biometrics
// 53:983) corrects standard errors and degrees of freedom: 4.4, 5.4, 5.1 and 4.9 % (13,000 sets each, of which
// 4.6 to 5.4 % is within chance). Effects within subjects it tests more cautiously: 1.9 and 3.9 % with 3 and 6.
// In balanced designs its tests are those of the analysis of variance. [MixedFit.ANOVA] and
// [MixedFit.Joint] test several effects at once, [MixedFit.Means] compares groups, all by the same method.
//
// Errors: a formula that cannot be read, columns that are missing, a response of words, no random
// term, a factor of random effects with one level or one for each row, columns that depend on
// each other, an unknown DF, "kenward-roger" with ML. A fit that did not converge, or ends where a
// variance is 0, says so and is no error. Checked against lme4, pbkrtest and lmerTest.
func Mixed(t table.Table, formula string, o MixedOptions) (*MixedFit, error) {
	const call = "Mixed"
	f, err := parseFormula(formula)
	if err != nil {
		return nil, fmt.Errorf("stats: %s: %w", call, err)
	}
	fail := func(format string, args ...any) (*MixedFit, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	df, err := o.degrees()
	if err != nil {
		return nil, err
	}
	if len(f.random) == 0 {
		return fail("%q has no random term such as (1 | subject); Linear fits it", formula)
	}
	names, groups := []string{f.response}, []string{}
	use := func(list *[]string, terms ...product) {
		for _, p := range terms {
			for _, n := range p {
				if !slices.Contains(*list, n) {
					*list = append(*list, n)
				}
			}
		}
	}
	use(&names, f.fixed...)
	for _, r := range f.random {
		use(&names, r.terms...)
		use(&groups, r.group)
	}
	d, err := newFrame(call, t, names, groups)
	if err != nil {
		return nil, err
	}
	y := d.num[f.response]
	switch {
	case d.text[f.response] != nil:
		return fail("column %q holds words, not numbers", f.response)
	case d.n < 3:
		return fail("%d rows are whole; 3 or more are needed", d.n)
	case allSame(y):
		return fail("all values of %s are %g", f.response, y[0])
	}
	m := &MixedFit{Formula: formula, Method: "REML", DF: df, N: d.n, MissingRows: d.missing}
	if o.ML {
		m.Method = "ML"
	}
	x, err := m.fixedColumns(d, f)
	if err != nil {
		return nil, err
	}
	list, err := d.groupings(f.random, len(x))
	if err != nil {
		return nil, err
	}
	for _, g := range list {
		m.Groups = append(m.Groups, Group{strings.Join(g.name, ":"), len(g.names)})
	}
	// The factor with the most random effects is eliminated level by level.
	slices.SortStableFunc(list, func(a, b *grouping) int {
		return len(b.names)*len(b.columns) - len(a.names)*len(a.columns)
	})
	// Orthonormal fixed columns, and what they leave of the response.
	rows := make([][]float64, d.n)
	for i := range rows {
		for _, c := range x {
			rows[i] = append(rows[i], c[i])
		}
	}
	beta0 := make([]float64, len(x))
	rest := append([]float64(nil), y...)
	var q [][]float64
	logX := 0.0
	if len(x) > 0 {
		qr, err := linalg.NewQR(rows, nil)
		if err != nil {
			return fail("%s", dependentColumns(err, m.names))
		}
		q, m.r = qr.Q()
		for j := range m.r {
			logX += 2 * vec.Log(math.Abs(m.r[j][j]))
		}
		rest = leave(qr, y)
		b, _ := qr.Solve(columnOf(y), nil)
		for j := range b {
			beta0[j] = b[j][0]
		}
	}
	s := newMixedSystem(list, q, rest, !o.ML, logX)
	m.fit = s
	task := display.Start("mixed model", "", 0)
	defer task.End()
	start := make([]float64, s.params)
	for _, g := range list {
		for i := range g.theta {
			start[g.theta[i][i]] = 1
		}
	}
	best := optim.Minimize(s.deviance, start, optim.Options{Tol: 1e-13, Stop: task.Err})
	if err := task.Err(); err != nil {
		return nil, fmt.Errorf("stats: %s: %w", call, err)
	}
	m.Converged = best.Converged
	m.Criterion = s.deviance(best.X)
	if math.IsInf(m.Criterion, 0) {
		return fail("the equations of %q have no solution: random terms leave no residual", formula)
	}
	theta := best.X
	m.Sigma = math.Sqrt(s.pwrss / s.free())
	m.psi = append(append([]float64(nil), theta...), vec.Log(m.Sigma))
	m.variances(theta)
	gamma, inverse := s.fixed()
	fits := m.effectsOf(d, list, y)
	if df == kenwardRogerName && len(x) > 0 {
		if m.kr, err = m.kenwardRoger(q, task.Err); err != nil {
			return nil, fmt.Errorf("stats: %s: %w", call, err)
		}
	}
	m.coefficients(beta0, gamma, inverse, theta)
	m.model = &fitted{call: call, frame: d, formula: f, names: m.names, vcov: m.vcov, family: family{name: "gaussian", link: "identity"},
		df: m.degrees}
	for _, c := range m.Fixed {
		m.model.beta = append(m.model.beta, c.Estimate)
	}
	for i := range m.Fitted {
		v := fits[i]
		for j, c := range x {
			v += float64(c[i] * m.Fixed[j].Estimate)
		}
		m.Fitted[i], m.Residuals[i] = v, y[i]-v
	}
	m.params = len(x) + s.params + 1
	m.LogLik = -m.Criterion / 2
	m.AIC = m.Criterion + float64(2*m.params)
	m.BIC = m.Criterion + float64(float64(m.params)*vec.Log(float64(d.n)))
	m.explained(x, list)
	return m, nil
}

func columnOf(y []float64) [][]float64 {
	c := make([][]float64, len(y))
	for i, v := range y {
		c[i] = []float64{v}
	}
	return c
}

func dependentColumns(err error, names []string) string {
	d, ok := err.(*linalg.Dependent)
	if !ok {
		return err.Error()
	}
	if len(d.With) == 0 {
		return fmt.Sprintf("%s is 0 in all rows", names[d.Col])
	}
	var with []string
	for _, k := range d.With {
		with = append(with, names[k])
	}
	return fmt.Sprintf("%s follows from %s: a cell may be empty, or a column stand there twice", names[d.Col], strings.Join(with, ", "))
}

// fixedColumns returns the columns of the fixed effects.
func (m *MixedFit) fixedColumns(d *frame, f *formula) ([][]float64, error) {
	for n, l := range d.levels {
		if len(l) < 2 && slices.ContainsFunc(f.fixed, func(p product) bool { return slices.Contains(p, n) }) {
			return nil, fmt.Errorf("stats: Mixed: all rows have %s %q: a fixed effect needs 2 levels or more", n, l[0])
		}
	}
	var x [][]float64
	m.names, x, _ = d.matrix(f.constant, f.fixed)
	if len(x) >= d.n {
		return nil, fmt.Errorf("stats: Mixed: %d fixed effects for %d rows", len(x), d.n)
	}
	return x, nil
}

// groupings returns the factors of random effects.
func (d *frame) groupings(random []randomTerm, p int) (list []*grouping, err error) {
	block := 0
	for _, r := range random {
		var g *grouping
		for _, o := range list {
			if sameColumns(o.name, r.group) {
				g = o
			}
		}
		if g == nil {
			g = &grouping{name: r.group, row: make([]int, d.n)}
			index := map[string]int{}
			for i, l := range d.labels(r.group) {
				at, ok := index[l]
				if !ok {
					at = len(g.names)
					index[l] = at
					g.names = append(g.names, l)
				}
				g.row[i] = at
			}
			list = append(list, g)
		}
		names, columns, of := d.matrix(r.constant, r.terms)
		for j, c := range columns {
			size := 0.0
			for _, v := range c {
				size += float64(v * v)
			}
			if size = math.Sqrt(size / float64(len(c))); size == 0 {
				return nil, fmt.Errorf("stats: Mixed: %s, before | %s, is 0 in all rows", names[j], strings.Join(r.group, ":"))
			}
			scaled := make([]float64, len(c))
			for i, v := range c {
				scaled[i] = v / size
			}
			g.columns, g.scale, g.heads = append(g.columns, scaled), append(g.scale, size), append(g.heads, names[j])
			at := block
			if r.apart { // columns of one factor stay together
				at += of[j] + 1
			}
			g.block = append(g.block, at)
		}
		block += len(r.terms) + 2
	}
	for _, g := range list {
		name := strings.Join(g.name, ":")
		switch {
		case len(g.names) < 2:
			return nil, fmt.Errorf("stats: Mixed: %s has one level, %q: random effects need 2 or more, and 5 to be worth it", name, g.names[0])
		case len(g.names)*len(g.columns) >= d.n:
			return nil, fmt.Errorf("stats: Mixed: %d random effects of %s for %d rows: they cannot be told from the residuals", len(g.names)*len(g.columns), name, d.n)
		}
	}
	return list, nil
}

// variances fills the deviations and correlations of random effects.
func (m *MixedFit) variances(theta []float64) {
	m.Random, m.Singular = variancesOf(m.Groups, m.fit.groups, theta, m.Sigma)
}

// variancesOf returns the deviations and correlations of random effects whose Λ is of multiples of
// sigma, and whether some are at their bounds.
func variancesOf(groups []Group, list []*grouping, theta []float64, sigma float64) (out []Variance, singular bool) {
	for _, group := range groups {
		for _, g := range list {
			if strings.Join(g.name, ":") != group.Name {
				continue
			}
			l := g.lambda(theta)
			for i := range l {
				length := math.Sqrt(squareSum(l[i]))
				v := Variance{Group: group.Name, Name: g.heads[i], SD: sigma * length / g.scale[i]}
				for j := range i {
					if g.block[j] != g.block[i] {
						continue
					}
					dot := 0.0
					for k := range j + 1 {
						dot += float64(l[i][k] * l[j][k])
					}
					v.Corr = append(v.Corr, dot/length/math.Sqrt(squareSum(l[j])))
				}
				out = append(out, v)
			}
			for i := range l {
				singular = singular || math.Abs(l[i][i]) < 1e-4*math.Max(1e-4, math.Sqrt(squareSum(l[i]))) || math.Abs(l[i][i]) < 1e-4
			}
		}
	}
	return out, singular
}

func squareSum(v []float64) (sum float64) {
	for _, x := range v {
		sum += float64(x * x)
	}
	return sum
}

// effectsOf fills the tables of random effects and returns their part of each row.
func (m *MixedFit) effectsOf(d *frame, list []*grouping, y []float64) []float64 {
	m.Fitted, m.Residuals = make([]float64, d.n), make([]float64, d.n)
	part := make([]float64, d.n)
	m.effects = map[string]table.Table{}
	for f, b := range m.fit.effects() {
		g := list[f]
		name, t := g.effects(b)
		for c := range g.heads {
			for i, l := range g.row {
				part[i] += float64(g.columns[c][i] * b[l][c])
			}
		}
		m.effects[name] = t
	}
	return part
}

// coefficients fills the fixed effects.
func (m *MixedFit) coefficients(beta0, gamma []float64, inverse [][]float64, theta []float64) {
	p := len(beta0)
	change := back(m.r, gamma)
	if m.kr != nil {
		m.vcov = m.kr.adjusted
	} else {
		m.vcov = m.covariance(inverse, m.Sigma)
		m.curvature = m.varianceOfParameters()
	}
	for j := range p {
		c := Coefficient{Name: m.names[j], Estimate: beta0[j] + change[j], SE: math.Sqrt(m.vcov[j][j])}
		contrast := make([]float64, p)
		contrast[j] = 1
		c.DF = m.degrees(contrast)
		c.T = c.Estimate / c.SE
		c.P = twoSided(c.T, c.DF)
		half := float64(dist.StudentQuantileSF(0.025, c.DF) * c.SE)
		c.Lo, c.Hi = c.Estimate-half, c.Estimate+half
		m.Fixed = append(m.Fixed, c)
	}
	m.fit.factor(theta)
}

// back solves r x = v for an upper triangle.
func back(r [][]float64, v []float64) []float64 {
	x := append([]float64(nil), v...)
	for i := len(x) - 1; i >= 0; i-- {
		for j := i + 1; j < len(x); j++ {
			x[i] -= float64(r[i][j] * x[j])
		}
		x[i] /= r[i][i]
	}
	return x
}

// covariance returns that of the fixed effects: σ² R⁻¹ inverse R⁻ᵀ.
func (m *MixedFit) covariance(inverse [][]float64, sigma float64) [][]float64 {
	p := len(inverse)
	half := linalg.Zeros(p)
	for j := range p {
		column := make([]float64, p)
		for i := range p {
			column[i] = inverse[i][j]
		}
		for i, v := range back(m.r, column) {
			half[i][j] = v
		}
	}
	out := linalg.Zeros(p)
	for i := range p {
		for j, v := range back(m.r, half[i]) {
			out[i][j] = float64(v * float64(sigma*sigma))
		}
	}
	return out
}

// explained fills R² of the fixed and of all effects.
func (m *MixedFit) explained(x [][]float64, list []*grouping) {
	fixed := make([]float64, m.N)
	for i := range fixed {
		for j, c := range x {
			fixed[i] += float64(c[i] * m.Fixed[j].Estimate)
		}
	}
	_, vf := moments(fixed)
	vf = float64(vf * (float64(m.N-1) / float64(m.N)))
	random := 0.0
	for f, g := range list {
		l := m.fit.lambdas[f]
		for i := range m.N { // z ΛΛ' z' σ²
			for k := range l {
				sum := 0.0
				for j := k; j < len(l); j++ {
					sum += float64(g.columns[j][i] * l[j][k])
				}
				random += float64(sum * sum)
			}
		}
	}
	s2 := float64(m.Sigma * m.Sigma)
	random = float64(random * (s2 / float64(m.N)))
	m.R2Marginal = vf / (vf + random + s2)
	m.R2Conditional = (vf + random) / (vf + random + s2)
}

// CompareMixed returns the likelihood ratio test of two models of the same rows, one of which holds
// the other: twice the difference of their log likelihoods, its degrees of freedom and P from χ².
//
// Models that differ in fixed effects have to be fitted by ML. P of a variance against 0 is too
// large, up to twice (Self and Liang 1987). Errors: unequal rows or methods, models with as many
// parameters, fixed effects compared by REML.
func CompareMixed(small, large *MixedFit) (chi, df, p float64, err error) {
	fail := func(format string, args ...any) (float64, float64, float64, error) {
		return 0, 0, 0, fmt.Errorf("stats: CompareMixed: "+format, args...)
	}
	if small.params > large.params {
		small, large = large, small
	}
	switch {
	case small.N != large.N:
		return fail("%q has %d rows and %q %d", small.Formula, small.N, large.Formula, large.N)
	case small.Method != large.Method:
		return fail("one model is fitted by %s and the other by %s", small.Method, large.Method)
	case small.params == large.params:
		return fail("both models have %d parameters", small.params)
	case small.Method == "REML" && !slices.Equal(small.names, large.names):
		return fail("REML criteria of models with different fixed effects do not compare; fit both with ML")
	}
	chi, df = math.Max(0, small.Criterion-large.Criterion), float64(large.params-small.params)
	return chi, df, dist.ChiSquareSF(chi, df), nil
}
