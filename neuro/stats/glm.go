package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// GLMOptions say which generalised linear model is fitted.
type GLMOptions struct {
	// Family of the response: "binomial" (also ""), "poisson", "gamma" or "gaussian".
	Family string
	// Link of the mean: "" is "logit" for binomial (also "probit", "cloglog"), "log" for poisson (also
	// "identity") and gamma (also "identity", "inverse"), "identity" for gaussian (also "log").
	Link string
	// Trials names the column with how many trials a row of a binomial response counts successes of;
	// "" is one, and the response is 0 or 1, or words, of which the second in alphabetical order is 1.
	Trials string
}

// A GLMFit is a linear or generalised linear model that was fitted.
type GLMFit struct {
	Formula      string
	Family, Link string
	N            int // rows that took part
	MissingRows  int // rows with a missing value, which were left out
	Success      string
	Coefficients []Coefficient
	// Dispersion is the variance of a gaussian response, 1/shape of a gamma one, 1 otherwise.
	Dispersion             float64
	Deviance, NullDeviance float64
	DF                     float64 // of the residuals
	LogLik, AIC, BIC       float64
	Fitted, Residuals      []float64 // means of the rows that took part, and the responses less them

	// Of linear models: the share of variance, adjusted for the columns, and the test of all
	// columns but the constant. NaN for others.
	R2, AdjustedR2 float64
	F, DF1, P      float64

	Converged bool
	// Separated: some rows are told apart without error, so that coefficients have no end; those of
	// Firth or of a prior would.
	Separated bool

	model *fitted
}

// Linear fits a linear regression by least squares.
//
// The formula is that of R, "y ~ dose * group"; see [Mixed] for its language, without random terms.
// Coefficients have t tests; F is the test of all of them but the constant. Rows with a
// missing value are left out and counted.
//
// Errors: a formula that cannot be read or has random terms, columns that are missing, a response of
// words, columns that depend on each other, no more rows than columns, a response that is constant. Checked
// against R's lm.
func Linear(t table.Table, formula string) (*GLMFit, error) {
	return fitGLM("Linear", t, formula, GLMOptions{Family: "gaussian"})
}

// GLM fits a generalised linear model by maximum likelihood, such as a logistic or a Poisson
// regression.
//
//	fit, err := stats.GLM(trials, "correct ~ coherence * drug", stats.GLMOptions{})
//	fit, err := stats.GLM(cells, "count ~ group", stats.GLMOptions{Family: "poisson"})
//
// The formula is that of R; see [Mixed]. Coefficients are found by iteratively reweighted least
// squares (Nelder and Wedderburn 1972, J R Stat Soc A 135:370); their tests are Wald's z, or
// t where the dispersion is estimated, by Pearson's statistic. Rows with a missing value are left out
// and counted.
//
// Where a column tells rows apart without error, coefficients have no end: the fit is returned, says
// Separated and did not converge. Errors: those of [Linear], another family or link, a response
// out of its range (binomial 0 to 1 or up to Trials, poisson whole and not negative, gamma above 0), words of more
// than two kinds. Checked against R's glm.
func GLM(t table.Table, formula string, o GLMOptions) (*GLMFit, error) {
	if o.Family == "" {
		o.Family = "binomial"
	}
	return fitGLM("GLM", t, formula, o)
}

// A response is the left side of a generalised model.
type response struct {
	family  family
	y       []float64 // proportions of trials
	weight  []float64 // trials, or 1
	success string    // the word that is 1
}

// responseOf reads and checks the left side.
func responseOf(call string, d *frame, name string, o GLMOptions) (*response, error) {
	fail := func(format string, args ...any) (*response, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	f, err := familyOf(o.Family, o.Link)
	if err != nil {
		return fail("%w", err)
	}
	r := &response{family: f, y: slices.Clone(d.num[name]), weight: make([]float64, d.n)}
	for i := range r.weight {
		r.weight[i] = 1
	}
	if words := d.text[name]; words != nil {
		levels := d.levels[name]
		switch {
		case f.name != "binomial":
			return fail("column %q holds words, not numbers", name)
		case len(levels) != 2:
			return fail("%s has the words %q; a binomial response has two", name, levels)
		}
		r.y, r.success = make([]float64, d.n), levels[1]
		for i, w := range words {
			if w == levels[1] {
				r.y[i] = 1
			}
		}
	}
	if o.Trials != "" {
		switch {
		case f.name != "binomial":
			return fail("Trials go with a binomial response, not with %s", f.name)
		case d.num[o.Trials] == nil:
			return fail("column %q of Trials holds words", o.Trials)
		}
		for i, m := range d.num[o.Trials] {
			if m != math.Trunc(m) || m < 1 {
				return fail("%s of row %d is %g; Trials are whole numbers from 1", o.Trials, i+1, m)
			}
			if y := r.y[i]; y < 0 || y > m || y != math.Trunc(y) {
				return fail("%s of row %d is %g of %g trials; it must be a whole number from 0 to them", name, i+1, y, m)
			}
			r.y[i] /= m
			r.weight[i] = m
		}
	}
	for i, y := range r.y {
		switch {
		case f.name == "binomial" && o.Trials == "" && y != 0 && y != 1:
			return fail("%s of whole row %d is %g; a binomial response is 0 or 1, or the successes of Trials", name, i+1, y)
		case f.name == "poisson" && (y < 0 || y != math.Trunc(y)):
			return fail("%s of whole row %d is %g; a poisson response is a whole number from 0", name, i+1, y)
		case f.name == "gamma" && y <= 0:
			return fail("%s of whole row %d is %g; a gamma response is above 0", name, i+1, y)
		case f.link == "log" && f.name == "gaussian" && y <= 0:
			return fail("%s of whole row %d is %g; with the link log it must be above 0", name, i+1, y)
		}
	}
	if allSame(r.y) {
		return fail("%s is %g in all rows: there is nothing to explain", name, r.y[0])
	}
	return r, nil
}

// readModel reads a formula and the rows of a table that have all it names.
func readModel(call string, t table.Table, text string, more ...string) (*formula, *frame, error) {
	f, err := parseFormula(text)
	if err != nil {
		return nil, nil, fmt.Errorf("stats: %s: %w", call, err)
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
	for _, m := range more {
		if m != "" {
			use(&names, product{m})
		}
	}
	d, err := newFrame(call, t, names, groups)
	return f, d, err
}

func fitGLM(call string, t table.Table, formula string, o GLMOptions) (*GLMFit, error) {
	fail := func(format string, args ...any) (*GLMFit, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	f, d, err := readModel(call, t, formula, o.Trials)
	if err != nil {
		return nil, err
	}
	if len(f.random) > 0 {
		return fail("%q has a random term; take Mixed or MixedGLM", formula)
	}
	if d.n < 2 {
		return fail("%d rows are whole; 2 or more are needed", d.n)
	}
	r, err := responseOf(call, d, f.response, o)
	if err != nil {
		return nil, err
	}
	names, x, _, err := d.design(call, f)
	if err != nil {
		return nil, err
	}
	m := &GLMFit{Formula: formula, Family: r.family.name, Link: r.family.link, N: d.n, MissingRows: d.missing, Success: r.success,
		R2: math.NaN(), AdjustedR2: math.NaN(), F: math.NaN(), P: math.NaN()}
	beta, covariance, mu, err := r.reweighted(x, names)
	if err != nil {
		return fail("%w", err)
	}
	m.Converged = beta.converged
	m.Fitted, m.Residuals = mu, make([]float64, d.n)
	pearson := 0.0
	for i, v := range r.y {
		m.Residuals[i] = v - mu[i]
		m.Deviance += float64(r.weight[i] * r.family.deviance(v, mu[i]))
		pearson += float64(r.weight[i]*float64(m.Residuals[i]*m.Residuals[i])) / r.family.variance(mu[i])
	}
	m.DF = float64(d.n - len(x))
	m.Dispersion = 1
	df := math.Inf(1)
	if !r.family.fixed {
		m.Dispersion, df = pearson/m.DF, m.DF
	}
	m.NullDeviance = r.null(f.constant)
	extra := 0.0
	if !r.family.fixed {
		extra = 1
	}
	m.LogLik = r.family.logLik(r.y, r.weight, mu, m.Deviance)
	m.AIC = float64(2*(float64(len(x))+extra)) - 2*m.LogLik
	m.BIC = float64((float64(len(x))+extra)*vec.Log(float64(d.n))) - 2*m.LogLik
	for i := range covariance {
		for j := range covariance {
			covariance[i][j] *= m.Dispersion
		}
	}
	m.model = &fitted{call: call, frame: d, formula: f, names: names, beta: beta.values, vcov: covariance, family: r.family,
		df: func([]float64) float64 { return df }}
	m.Coefficients = m.model.coefficients()
	steep := 0.0
	for _, v := range mu {
		steep = math.Max(steep, math.Abs(r.family.predictor(v)))
	}
	for j := range x {
		size := 0.0
		for _, v := range x[j] {
			size = math.Max(size, math.Abs(v))
		}
		m.Separated = m.Separated || r.family.name == "binomial" && steep > 12 && m.Coefficients[j].SE*size > 50
	}
	m.Converged = m.Converged && !m.Separated
	if r.family.name == "gaussian" && r.family.link == "identity" {
		m.R2 = 1 - m.Deviance/m.NullDeviance
		k := float64(len(x))
		if f.constant {
			k--
		}
		m.AdjustedR2 = 1 - float64((1-m.R2)*(m.DF+k)/m.DF)
		if k > 0 {
			m.DF1 = k
			m.F = (m.NullDeviance - m.Deviance) / k / m.Dispersion
			m.P = dist.FSF(m.F, k, m.DF)
		}
	}
	return m, nil
}

// design returns the fixed columns of a model, [column][row].
func (d *frame) design(call string, f *formula) (names []string, x [][]float64, rows [][]float64, err error) {
	for n, l := range d.levels {
		if len(l) < 2 && slices.ContainsFunc(f.fixed, func(p product) bool { return slices.Contains(p, n) }) {
			return nil, nil, nil, fmt.Errorf("stats: %s: all rows have %s %q: a factor needs 2 levels or more", call, n, l[0])
		}
	}
	names, x, _ = d.matrix(f.constant, f.fixed)
	switch {
	case len(x) == 0:
		return nil, nil, nil, fmt.Errorf("stats: %s: the model has neither a constant nor a column", call)
	case len(x) >= d.n:
		return nil, nil, nil, fmt.Errorf("stats: %s: %d coefficients for %d rows", call, len(x), d.n)
	}
	rows = linalg.Matrix(d.n, len(x))
	for j, c := range x {
		for i, v := range c {
			rows[i][j] = v
		}
	}
	return names, x, rows, nil
}

type coefficients struct {
	values    []float64
	converged bool
}

// reweighted fits coefficients by iteratively reweighted least squares, and returns (X'WX)⁻¹ and the means.
func (r *response) reweighted(x [][]float64, names []string) (c coefficients, covariance [][]float64, mu []float64, err error) {
	n, p := len(r.y), len(x)
	eta, mu := make([]float64, n), make([]float64, n)
	for i, y := range r.y {
		eta[i] = r.family.predictor(r.family.start(y, r.weight[i]))
	}
	rows, z := linalg.Matrix(n, p), linalg.Matrix(n, 1)
	deviance := func(beta []float64) (float64, bool) {
		sum, ok := 0.0, true
		for i := range eta {
			eta[i] = 0
			for j := range x {
				eta[i] += float64(x[j][i] * beta[j])
			}
			mu[i], _ = r.family.mean(eta[i])
			ok = ok && r.family.allows(mu[i])
			if ok {
				sum += float64(r.weight[i] * r.family.deviance(r.y[i], mu[i]))
			}
		}
		return sum, ok && !math.IsNaN(sum)
	}
	last := math.Inf(1)
	var qr *linalg.QR
	for step := 0; ; step++ {
		for i := range eta {
			m, slope := r.family.mean(eta[i])
			w := math.Sqrt(r.weight[i] * slope * slope / r.family.variance(m))
			for j := range x {
				rows[i][j] = float64(w * x[j][i])
			}
			z[i][0] = float64(w * (eta[i] + (r.y[i]-m)/slope))
		}
		if qr, err = linalg.NewQR(rows, nil); err != nil {
			return c, nil, nil, fmt.Errorf("%s", dependentColumns(err, names))
		}
		solution, _ := qr.Solve(z, nil)
		next := make([]float64, p)
		for j := range next {
			next[j] = solution[j][0]
		}
		dev, ok := deviance(next)
		for half := 0; c.values != nil && (!ok || dev > last+float64(1e-8*(math.Abs(last)+1))) && half < 40; half++ {
			for j := range next {
				next[j] = (next[j] + c.values[j]) / 2
			}
			dev, ok = deviance(next)
		}
		if !ok {
			return c, nil, nil, fmt.Errorf("the fit left the range of %s means with the link %s", r.family.name, r.family.link)
		}
		c.values = next
		if math.Abs(dev-last) <= 1e-13*(math.Abs(dev)+0.1) || r.family.name == "gaussian" && r.family.link == "identity" {
			c.converged = true
			break
		}
		if last = dev; step >= 60 {
			break
		}
	}
	_, upper := qr.Q()
	return c, inverseOf(upper), mu, nil
}

// inverseOf returns (R'R)⁻¹ of an upper triangle.
func inverseOf(r [][]float64) [][]float64 {
	p := len(r)
	inverse := make([][]float64, p) // columns of R⁻¹
	for j := range p {
		e := make([]float64, p)
		e[j] = 1
		inverse[j] = back(r, e)
	}
	out := linalg.Zeros(p)
	for i := range p {
		for j := range p {
			for k := range p {
				out[i][j] += float64(inverse[k][i] * inverse[k][j])
			}
		}
	}
	return out
}

// null returns the deviance of the mean alone, or of a predictor of 0.
func (r *response) null(constant bool) float64 {
	mu, _ := r.family.mean(0)
	if constant {
		sum, all := 0.0, 0.0
		for i, y := range r.y {
			sum += float64(r.weight[i] * y)
			all += r.weight[i]
		}
		mu = sum / all
	}
	d := 0.0
	for i, y := range r.y {
		d += float64(r.weight[i] * r.family.deviance(y, mu))
	}
	return d
}

// Coefficient returns the coefficient of a name, such as "dose" or "grouptreated".
func (m *GLMFit) Coefficient(name string) (Coefficient, error) {
	return coefficientOf("GLMFit", m.Coefficients, name)
}

// Notes says what a reader has to know of the fit.
func (m *GLMFit) Notes() (out []string) {
	switch {
	case m.Separated:
		out = append(out, "separated: rows are told apart without error, coefficients have no end")
	case !m.Converged:
		out = append(out, "the search did not converge")
	}
	if m.MissingRows > 0 {
		out = append(out, fmt.Sprintf("%d rows with missing values were left out", m.MissingRows))
	}
	return out
}

// Table returns the coefficients, a row each.
func (m *GLMFit) Table() table.Table {
	title := fmt.Sprintf("%s, %d rows; ", m.Formula, m.N)
	if math.IsNaN(m.R2) {
		title += fmt.Sprintf("%s, link %s; deviance %.2f of %.2f, AIC %.1f", m.Family, m.Link, m.Deviance, m.NullDeviance, m.AIC)
	} else {
		title += fmt.Sprintf("R² %.3f, adjusted %.3f", m.R2, m.AdjustedR2)
		if m.DF1 > 0 {
			title += fmt.Sprintf("; F(%s, %s) = %.2f, %s", degrees(m.DF1), degrees(m.DF), m.F, pText(m.P))
		}
	}
	if m.Success != "" {
		title += fmt.Sprintf("; 1 is %q", m.Success)
	}
	return coefficientTable(title, "coefficient", m.Coefficients, m.Notes(), m.model.family)
}

// String returns the table as text.
func (m *GLMFit) String() string { return m.Table().String() }

// Show shows the table.
func (m *GLMFit) Show() display.Bundle { return m.Table().Show() }
