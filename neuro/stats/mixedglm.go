package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A MixedGLMFit is a generalised linear mixed model that was fitted.
type MixedGLMFit struct {
	Formula          string
	Family, Link     string
	N                int // rows that took part
	MissingRows      int // rows with a missing value, which were left out
	Success          string
	Fixed            []Coefficient
	Random           []Variance
	Groups           []Group
	LogLik, AIC, BIC float64
	Deviance         float64 // -2 LogLik

	Fitted, Residuals []float64 // means, with the random effects, and the responses less them
	Converged         bool
	Singular          bool // a variance is 0, or a correlation 1 in size
	Separated         bool // see [GLMFit]

	model   *fitted
	effects map[string]table.Table
}

// MixedGLM fits a generalised linear mixed model: accuracies (0 or 1) or counts of several
// subjects and items.
//
//	fit, err := stats.MixedGLM(trials, "correct ~ condition + (1 | subject) + (1 | item)", stats.GLMOptions{})
//
// The formula is that of [Mixed], families are "binomial" (also "") and "poisson" with their links and Trials as in
// [GLM]. The likelihood is Laplace's approximation: the integral over random effects is that of the
// normal density around the most probable ones, found by penalised iteratively reweighted least
// squares (Bates et al. 2015; Breslow and Clayton 1993, J Am Stat Assoc 88:9). Standard errors are
// from its curvature at the largest value, tests are Wald's z. Laplace's approximation takes variances
// too small where levels have few binary rows.
//
// Rows with a missing value are left out and counted. Errors: those of [Mixed] and [GLM]. Checked
// against lme4's glmer.
func MixedGLM(t table.Table, formula string, o GLMOptions) (*MixedGLMFit, error) {
	const call = "MixedGLM"
	fail := func(format string, args ...any) (*MixedGLMFit, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	if o.Family == "" {
		o.Family = "binomial"
	}
	if o.Family != "binomial" && o.Family != "poisson" {
		return fail(`Family is %q; it must be "binomial" or "poisson" (Mixed fits gaussian responses)`, o.Family)
	}
	f, d, err := readModel(call, t, formula, o.Trials)
	if err != nil {
		return nil, err
	}
	if len(f.random) == 0 {
		return fail("%q has no random term such as (1 | subject); GLM fits it", formula)
	}
	if d.n < 3 {
		return fail("%d rows are whole; 3 or more are needed", d.n)
	}
	r, err := responseOf(call, d, f.response, o)
	if err != nil {
		return nil, err
	}
	names, x, rows, err := d.design(call, f)
	if err != nil {
		return nil, err
	}
	list, err := d.groupings(f.random, len(x))
	if err != nil {
		return nil, err
	}
	m := &MixedGLMFit{Formula: formula, Family: r.family.name, Link: r.family.link, N: d.n, MissingRows: d.missing, Success: r.success}
	for _, g := range list {
		m.Groups = append(m.Groups, Group{strings.Join(g.name, ":"), len(g.names)})
	}
	slices.SortStableFunc(list, func(a, b *grouping) int {
		return len(b.names)*len(b.columns) - len(a.names)*len(a.columns)
	})
	start, _, _, err := r.reweighted(x, names)
	if err != nil {
		return fail("%w", err)
	}
	// Columns of the fixed effects that are orthogonal and of root mean square 1.
	qr, err := linalg.NewQR(rows, nil)
	if err != nil {
		return fail("%s", dependentColumns(err, names))
	}
	q, upper := qr.Q()
	scale := math.Sqrt(float64(d.n))
	for j := range q {
		for i := range q[j] {
			q[j][i] *= scale
		}
	}
	task := display.Start("generalised mixed model", "", 0)
	defer task.End()
	l := newLaplace(r, list, q)
	at := make([]float64, l.params+len(q)) // theta, then coefficients of q
	for _, g := range list {
		for i := range g.theta {
			at[g.theta[i][i]] = 1
		}
	}
	for i := range q {
		for j := i; j < len(q); j++ {
			at[l.params+i] += float64(upper[i][j]*start.values[j]) / scale
		}
	}
	best := optim.Minimize(l.deviance, at, optim.Options{Tol: 1e-12, Stop: task.Err})
	if err := task.Err(); err != nil {
		return nil, fmt.Errorf("stats: %s: %w", call, err)
	}
	m.Deviance = l.deviance(best.X)
	if math.IsInf(m.Deviance, 0) || math.IsNaN(m.Deviance) {
		return fail("the likelihood of %q could not be computed", formula)
	}
	m.Converged = best.Converged
	m.LogLik = -m.Deviance / 2
	k := float64(len(best.X))
	m.AIC, m.BIC = m.Deviance+float64(2*k), m.Deviance+float64(k*vec.Log(float64(d.n)))
	// beta = R⁻¹ gamma √n, and its covariance from the curvature.
	gamma := make([]float64, len(q))
	for j := range gamma {
		gamma[j] = best.X[l.params+j] * scale
	}
	beta := back(upper, gamma)
	curvature := optim.Hessian(l.deviance, best.X, l.deviance(best.X))
	inverse := inverseCurvature(curvature)
	l.deviance(best.X)
	half := linalg.Matrix(len(q), len(q))
	vcov := linalg.Matrix(len(q), len(q))
	for j := range q {
		column := make([]float64, len(q))
		for i := range q {
			column[i] = 2 * inverse[l.params+i][l.params+j] * float64(d.n)
		}
		for i, v := range back(upper, column) {
			half[i][j] = v
		}
	}
	for i := range q {
		copy(vcov[i], back(upper, half[i]))
	}
	m.model = &fitted{call: call, frame: d, formula: f, names: names, beta: beta, vcov: vcov, family: r.family,
		df: func([]float64) float64 { return math.Inf(1) }}
	m.Fixed = m.model.coefficients()
	m.Fitted, m.Residuals = make([]float64, d.n), make([]float64, d.n)
	steep := 0.0
	for i, e := range l.eta {
		m.Fitted[i], _ = r.family.mean(e)
		m.Residuals[i] = r.y[i] - m.Fitted[i]
		steep = math.Max(steep, math.Abs(e))
	}
	for j, c := range m.Fixed {
		size := 0.0
		for _, v := range x[j] {
			size = math.Max(size, math.Abs(v))
		}
		m.Separated = m.Separated || r.family.name == "binomial" && steep > 12 && !(c.SE*size < 50)
	}
	m.Converged = m.Converged && !m.Separated
	m.Random, m.Singular = variancesOf(m.Groups, list, best.X, 1)
	m.effects = map[string]table.Table{}
	for k, b := range l.system.effects() {
		name, e := list[k].effects(b)
		m.effects[name] = e
	}
	return m, nil
}

// inverseCurvature returns the inverse of second derivatives; directions along which they are
// flat or fall are left out.
func inverseCurvature(h [][]float64) [][]float64 {
	if inverse, ok := optim.InversePositive(h); ok {
		return inverse
	}
	values, vectors, ok := linalg.Symmetric(h)
	if !ok {
		bad := linalg.Matrix(len(h), len(h))
		for i := range bad {
			for j := range bad {
				bad[i][j] = math.NaN()
			}
		}
		return bad
	}
	largest := slices.Max(values)
	return linalg.Spectral(values, vectors, func(v float64) float64 {
		if v < 1e-8*largest {
			return 0
		}
		return 1 / v
	})
}

// A laplace is the approximate likelihood of a generalised mixed model, as a function of theta and of
// the coefficients of orthogonal columns.
type laplace struct {
	r        *response
	list     []*grouping
	weighted []*grouping // with the columns of the working model
	q        [][]float64
	params   int
	u        [][][]float64 // spherical random effects, from which the next search starts
	eta, mu  []float64
	offset   []float64
	z        []float64
	system   *mixedSystem
}

func newLaplace(r *response, list []*grouping, q [][]float64) *laplace {
	n := len(r.y)
	l := &laplace{r: r, list: list, q: q, eta: make([]float64, n), mu: make([]float64, n), offset: make([]float64, n), z: make([]float64, n)}
	for _, g := range list {
		w := *g
		w.columns = linalg.Matrix(len(g.columns), n)
		l.weighted = append(l.weighted, &w)
		u := linalg.Matrix(len(g.names), len(g.columns))
		l.u = append(l.u, u)
	}
	// The places of theta.
	s := newMixedSystem(l.weighted, nil, l.z, false, 0)
	l.params = s.params
	for k, g := range list {
		g.theta = l.weighted[k].theta
	}
	return l
}

// objective returns the penalised deviance at spherical effects, and sets the predictors.
func (l *laplace) objective(lambdas [][][]float64, u [][][]float64) float64 {
	copy(l.eta, l.offset)
	sum := 0.0
	for k, g := range l.list {
		for _, v := range u[k] {
			sum += squareSum(v)
		}
		b := make([][]float64, len(u[k]))
		for at, v := range u[k] {
			b[at] = spread(lambdas[k], v)
		}
		for c, column := range g.columns {
			for i, at := range g.row {
				l.eta[i] += float64(column[i] * b[at][c])
			}
		}
	}
	for i, e := range l.eta {
		l.mu[i], _ = l.r.family.mean(e)
		sum += float64(l.r.weight[i] * l.r.family.deviance(l.r.y[i], l.mu[i]))
	}
	return sum
}

// deviance returns -2 log of Laplace's approximation to the likelihood.
func (l *laplace) deviance(x []float64) float64 {
	theta, gamma := x[:l.params], x[l.params:]
	for i := range l.offset {
		l.offset[i] = 0
		for j, c := range l.q {
			l.offset[i] += float64(c[i] * gamma[j])
		}
	}
	lambdas := make([][][]float64, len(l.list))
	for k, g := range l.list {
		lambdas[k] = g.lambda(theta)
	}
	last := l.objective(lambdas, l.u)
	if !(last < math.Inf(1)) {
		for k := range l.u {
			for _, v := range l.u[k] {
				clear(v)
			}
		}
		if last = l.objective(lambdas, l.u); !(last < math.Inf(1)) {
			return math.Inf(1)
		}
	}
	// The last turn takes the curvature at the end of the search.
	const steps = 100
	before := make([]float64, len(l.eta))
	for step, done := 0, false; ; step++ {
		for i, e := range l.eta {
			m, slope := l.r.family.mean(e)
			w := math.Sqrt(l.r.weight[i] * slope * slope / l.r.family.variance(m))
			l.z[i] = float64(w * (e - l.offset[i] + (l.r.y[i]-m)/slope))
			for k, g := range l.list {
				for c, column := range g.columns {
					l.weighted[k].columns[c][i] = float64(w * column[i])
				}
			}
		}
		l.system = newMixedSystem(l.weighted, nil, l.z, false, 0)
		if !l.system.factor(theta) && !(l.system.pwrss >= 0) {
			return math.Inf(1)
		}
		if done || step == steps {
			break
		}
		copy(before, l.eta)
		next := l.system.spherical()
		value := l.objective(lambdas, next)
		for half := 0; !(value <= last+float64(1e-10*math.Abs(last))) && half < 30; half++ {
			for k := range next {
				for at := range next[k] {
					for c := range next[k][at] {
						next[k][at][c] = (next[k][at][c] + l.u[k][at][c]) / 2
					}
				}
			}
			value = l.objective(lambdas, next)
		}
		l.u, last = next, value
		moved := 0.0
		for i, e := range l.eta {
			moved = math.Max(moved, math.Abs(e-before[i])/(1+math.Abs(e)))
		}
		done = moved < 1e-9
	}
	// The log likelihood of the rows, the penalty and the curvature.
	penalty := 0.0
	for k := range l.u {
		for _, v := range l.u[k] {
			penalty += squareSum(v)
		}
	}
	return penalty + l.system.logL - float64(2*l.r.family.logLik(l.r.y, l.r.weight, l.mu, 0))
}

// Effects returns the random effects of a factor, their most probable values: a row for each level.
func (m *MixedGLMFit) Effects(group string) (table.Table, error) {
	return randomOf("MixedGLMFit", m.effects, m.Groups, group)
}

// Coefficient returns the fixed effect of a name.
func (m *MixedGLMFit) Coefficient(name string) (Coefficient, error) {
	return coefficientOf("MixedGLMFit", m.Fixed, name)
}

// Means returns the marginal means at the levels of one or more factors, with random effects at 0.
// Errors: a name that is no factor among the fixed effects.
func (m *MixedGLMFit) Means(by ...string) (*MarginalMeans, error) {
	return m.model.marginal("MixedGLMFit.Means", m.Notes(), by)
}

// Notes says what a reader has to know of the fit.
func (m *MixedGLMFit) Notes() (out []string) {
	switch {
	case m.Separated:
		out = append(out, "separated: rows are told apart without error, coefficients have no end")
	case !m.Converged:
		out = append(out, "the search did not converge: estimates are where it ended")
	}
	if m.Singular {
		out = append(out, "singular: a variance is 0 or a correlation 1 in size; the data do not hold so many random effects")
	}
	if m.MissingRows > 0 {
		out = append(out, fmt.Sprintf("%d rows with missing values were left out", m.MissingRows))
	}
	return out
}

// Table returns the fixed effects, a row each.
func (m *MixedGLMFit) Table() table.Table {
	title := fmt.Sprintf("%s, %d rows; %s, link %s; log likelihood %.2f, AIC %.1f", m.Formula, m.N, m.Family, m.Link, m.LogLik, m.AIC)
	if m.Success != "" {
		title += fmt.Sprintf("; 1 is %q", m.Success)
	}
	return coefficientTable(title, "fixed effect", m.Fixed, m.Notes(), m.model.family)
}

// Variances returns the random effects, a row each.
func (m *MixedGLMFit) Variances() table.Table { return varianceTable(m.Random) }

// String returns both tables as text.
func (m *MixedGLMFit) String() string { return m.Table().String() + "\n" + m.Variances().String() }

// Show shows both tables.
func (m *MixedGLMFit) Show() display.Bundle { return showTwo(m.Table(), m.Variances()) }
