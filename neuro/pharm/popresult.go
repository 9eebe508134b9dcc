package pharm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A PopulationFit is a compartment model fitted to a population.
type PopulationFit struct {
	PopulationModel // as estimated

	OFV      float64 // objective: minus twice the log likelihood, without samples × log 2π
	LogLik   float64 // with it
	AIC, BIC float64 // of LogLik; BIC with the number of samples
	Samples  int     // that count

	// Names are those of the parameters: typical values, "effect P~x" of covariates,
	// "ω P" the standard deviation of a random effect, "ρ P,Q" their correlation,
	// "σ add" and "σ prop" the residual.
	Names, Units []string
	Estimate     []float64
	SE           []float64 // of the sandwich R⁻¹SR⁻¹; NaN for a variance of 0
	SEHessian    []float64 // of R⁻¹

	Converged bool
	Notes     []string // what was left out, and what does not hold

	Individual [][]float64 // parameters of each subject, [subject] in the order of Parameters
	Parameters []string
	Eta        [][]float64 // most likely random effects, [subject] in the order of Random
	// Shrinkage is 1 - SD(η)/ω of each random effect, in percent, and
	// ResidualShrinkage 1 - SD of IWRES.
	Shrinkage         []float64
	ResidualShrinkage float64

	Subjects []Subject // whose samples count
	// Residuals holds a row per sample: subject, time, concentration, PRED, IPRED,
	// IWRES, WRES, CWRES and whether it is below the limit.
	Residuals table.Table

	TUnit, CUnit string
	cov          [][]float64 // of the search's values, by the sandwich
	lo, hi       []float64   // 95% intervals
}

// result makes the fit of the end of a search.
func (f *population) result(r optim.Result, at func([]float64) float64) (*PopulationFit, error) {
	p, q := len(f.names), len(f.at)
	x, value := r.X, r.F
	fit := &PopulationFit{
		PopulationModel: f.model, Samples: f.samples, Converged: r.Converged, Notes: f.notes,
		Parameters: f.names, TUnit: f.o.TUnit, CUnit: f.o.CUnit,
	}
	// A standard deviation may have either sign; one that the data do not need is 0.
	place := p + f.effects
	zero := make([]bool, len(x))
	diagonal := make([]int, q)
	for k := range q {
		if f.o.Full {
			place += k
		}
		diagonal[k] = place
		if small := slices.Clone(x); math.Abs(x[place]) < 0.02 && !f.o.Full {
			small[place] = 0
			if v := at(small); v <= value+1e-4 {
				x, value, zero[place] = small, v, true
				fit.Notes = append(fit.Notes, fmt.Sprintf("the random effect of %s has the variance 0: the subjects do not differ in it by more than the residual explains", f.model.Random[k]))
			}
		}
		place++
	}
	for k, d := range diagonal {
		if x[d] < 0 { // the column of the root changes its sign
			for i := k; i < q; i++ {
				if f.o.Full {
					x[diagonal[i]-i+k] = -x[diagonal[i]-i+k]
				} else if i == k {
					x[d] = -x[d]
				}
			}
			clearChords(f.subjects)
		}
	}
	if f.o.Residual == "combined" {
		x[len(x)-2], x[len(x)-1] = math.Abs(x[len(x)-2]), math.Abs(x[len(x)-1])
	}
	m := f.point(x)
	value, _ = objective(f.subjects, m)
	for _, s := range f.subjects {
		if !s.converged {
			fit.Converged = false
			fit.Notes = append(fit.Notes, "the most likely random effects of subject "+s.ID+" were not found")
		}
	}
	hessian := optim.Hessian(at, x, value)
	f.errors(fit, at, m, x, hessian, zero)
	fit.OFV = value
	exact := 0
	for _, s := range f.subjects {
		for i := range s.C {
			if s.censored == nil || !s.censored[i] {
				exact++
			}
		}
	}
	free := float64(len(x))
	twice := value + float64(float64(exact)*vec.Log(2*math.Pi))
	fit.LogLik = -twice / 2
	fit.AIC = twice + float64(2*free)
	fit.BIC = twice + float64(vec.Log(float64(exact))*free)
	// The model.
	fit.Typical = f.l.fromLog(m.typical)
	fit.Additive, fit.Proportional = m.a, m.b
	slot := 0
	fit.PopulationModel.Covariates = slices.Clone(f.model.Covariates)
	for i := range fit.PopulationModel.Covariates {
		if c := &fit.PopulationModel.Covariates[i]; !c.Fixed {
			c.Effect = m.effects[slot]
			slot++
		}
	}
	fit.Omega = linalg.Matrix(q, q)
	for a := range q {
		for b := range q {
			for k := range min(a, b) + 1 {
				fit.Omega[a][b] += float64(m.root[a][k] * m.root[b][k])
			}
		}
	}
	f.residuals(fit, m)
	if !fit.Converged {
		fit.Notes = append([]string{"the fit did not converge: the estimates are where the search ended"}, fit.Notes...)
	}
	return fit, nil
}

func clearChords(subjects []*popSubject) {
	for _, s := range subjects {
		s.chord = nil
		clear(s.z)
	}
}

// reported are the parameters of Names: a function of the search's values.
func (f *population) reported(x []float64) []float64 {
	m := f.point(x)
	var out []float64
	for _, v := range m.typical {
		out = append(out, vec.Exp(v))
	}
	out = append(out, m.effects...)
	q := len(m.root)
	cov := func(a, b int) float64 {
		sum := 0.0
		for k := range min(a, b) + 1 {
			sum += float64(m.root[a][k] * m.root[b][k])
		}
		return sum
	}
	for k := range q {
		out = append(out, math.Sqrt(cov(k, k)))
	}
	if f.o.Full {
		for k := range q {
			for j := range k {
				out = append(out, cov(k, j)/math.Sqrt(cov(k, k)*cov(j, j)))
			}
		}
	}
	if m.a != 0 || f.o.Residual != "proportional" {
		out = append(out, math.Abs(m.a))
	}
	if f.o.Residual != "additive" {
		out = append(out, math.Abs(m.b))
	}
	return out
}

// errors sets names, estimates, standard errors and intervals.
func (f *population) errors(fit *PopulationFit, at func([]float64) float64, m *popPoint, x []float64, hessian [][]float64, zero []bool) {
	fit.Estimate = f.reported(x)
	fit.Names = slices.Clone(f.names)
	kinds := make([]byte, 0, len(fit.Estimate)) // 'l' intervals on a logarithmic scale, 's' of standard deviations, 'r' of correlations, ' ' plain
	for range f.names {
		kinds = append(kinds, 'l')
	}
	for _, c := range f.model.Covariates {
		if !c.Fixed {
			fit.Names, kinds = append(fit.Names, "effect "+c.Parameter+"~"+c.Name), append(kinds, ' ')
		}
	}
	for _, r := range f.model.Random {
		fit.Names, kinds = append(fit.Names, "ω "+r), append(kinds, 's')
	}
	if f.o.Full {
		for k, r := range f.model.Random {
			for j := range k {
				fit.Names, kinds = append(fit.Names, "ρ "+f.model.Random[j]+","+r), append(kinds, 'r')
			}
		}
	}
	if f.o.Residual != "proportional" {
		fit.Names, kinds = append(fit.Names, "σ add"), append(kinds, 's')
	}
	if f.o.Residual != "additive" {
		fit.Names, kinds = append(fit.Names, "σ prop"), append(kinds, 's')
	}
	fit.Units = kineticUnits(fit.Names, f.o.DoseUnit, f.o.CUnit, f.o.TUnit)
	nan := math.NaN()
	count := len(fit.Names)
	fit.SE, fit.SEHessian, fit.lo, fit.hi = make([]float64, count), make([]float64, count), make([]float64, count), make([]float64, count)
	for i := range count {
		fit.SE[i], fit.SEHessian[i], fit.lo[i], fit.hi[i] = nan, nan, nan, nan
	}
	var keep []int
	for i := range x {
		if !zero[i] {
			keep = append(keep, i)
		}
	}
	half := linalg.Matrix(len(keep), len(keep))
	for a, i := range keep {
		for b, j := range keep {
			half[a][b] = hessian[i][j] / 2
		}
	}
	inverse, ok := optim.InversePositive(half)
	if !ok {
		fit.Converged = false
		fit.Notes = append(fit.Notes, "the curvature at the end is not positive: some parameters are not determined, and there are no standard errors")
		return
	}
	// S: squares of each subject's slopes.
	s := linalg.Matrix(len(keep), len(keep))
	slopes := make([][]float64, len(f.subjects))
	for i := range slopes {
		slopes[i] = make([]float64, len(keep))
	}
	for a, i := range keep {
		h := float64(1e-4 * math.Max(math.Abs(x[i]), 0.1))
		up, down := slices.Clone(x), slices.Clone(x)
		up[i], down[i] = x[i]+h, x[i]-h
		_, above := objective(f.subjects, f.point(up))
		_, below := objective(f.subjects, f.point(down))
		for k := range slopes {
			slopes[k][a] = (above[k] - below[k]) / (4 * h)
		}
	}
	objective(f.subjects, m)
	for _, g := range slopes {
		for a := range g {
			for b := range g {
				s[a][b] += float64(g[a] * g[b])
			}
		}
	}
	few, ok := f.newSmall(at, x, half, inverse, keep)
	if !ok {
		few = &small{means: len(f.names) + f.effects, cov: inverse, inner: linalg.Matrix(len(f.names)+f.effects, len(f.names)+f.effects), move: make([]float64, len(keep))}
	}
	objective(f.subjects, m)
	sandwich := linalg.Product(linalg.Product(inverse, s), inverse)
	// Derivatives of what is reported.
	by := linalg.Matrix(count, len(keep))
	for a, i := range keep {
		h := float64(1e-5 * math.Max(math.Abs(x[i]), 0.1))
		up, down := slices.Clone(x), slices.Clone(x)
		up[i], down[i] = x[i]+h, x[i]-h
		u, d := f.reported(up), f.reported(down)
		for k := range count {
			by[k][a] = (u[k] - d[k]) / float64(2*h)
		}
	}
	for k := range count {
		var v, w float64
		for a := range keep {
			for b := range keep {
				v += float64(by[k][a] * sandwich[a][b] * by[k][b])
				w += float64(by[k][a] * inverse[a][b] * by[k][b])
			}
		}
		if !(w > 0) {
			continue // a variance of 0
		}
		fit.SE[k], fit.SEHessian[k] = math.Sqrt(v), math.Sqrt(w)
		fit.lo[k], fit.hi[k] = few.interval(kinds[k], fit.Estimate[k], w, by[k])
	}
	fit.cov = sandwich
}

// residuals sets what the fit says of each subject and sample. The subjects are at
// their most likely effects.
func (f *population) residuals(fit *PopulationFit, m *popPoint) {
	q := len(f.at)
	var (
		ids                                              []string
		at, c, pred, ipred, iwres, wres, cwres, censored []float64
	)
	for _, s := range f.subjects {
		eta := make([]float64, q)
		for k := range q {
			for j := range k + 1 {
				eta[k] += float64(m.root[k][j] * s.z[j])
			}
		}
		mode := slices.Clone(s.z)
		own := make([]float64, len(f.names))
		s.predict(m, mode)
		for i, v := range s.p {
			own[i] = vec.Exp(v)
		}
		fit.Eta, fit.Individual = append(fit.Eta, eta), append(fit.Individual, own)
		individual := slices.Clone(s.c)
		conditional := s.decorrelated(m, mode, true)
		population := s.decorrelated(m, make([]float64, q), false)
		typical := slices.Clone(s.c)
		s.predict(m, mode)
		for i, y := range s.C {
			low := s.censored != nil && s.censored[i]
			part := m.b * individual[i]
			ids, at, c = append(ids, s.ID), append(at, s.T[i]), append(c, y)
			pred, ipred = append(pred, typical[i]), append(ipred, individual[i])
			iw := (y - individual[i]) / math.Sqrt(float64(m.a*m.a)+float64(part*part))
			below := 0.0
			if low {
				iw, below = math.NaN(), 1
			}
			iwres, wres, cwres, censored = append(iwres, iw), append(wres, population[i]), append(cwres, conditional[i]), append(censored, below)
		}
		fit.Subjects = append(fit.Subjects, s.Subject)
	}
	for k := range q {
		var v []float64
		for _, e := range fit.Eta {
			v = append(v, e[k])
		}
		w := math.Sqrt(fit.Omega[k][k])
		fit.Shrinkage = append(fit.Shrinkage, 100*(1-spread(v)/w))
	}
	fit.ResidualShrinkage = 100 * (1 - spread(iwres))
	fit.Residuals = table.Table{Cols: []table.Col{
		{Name: "subject", Text: ids}, {Name: "time", Unit: f.o.TUnit, Num: at}, {Name: "concentration", Unit: f.o.CUnit, Num: c},
		{Name: "PRED", Unit: f.o.CUnit, Num: pred}, {Name: "IPRED", Unit: f.o.CUnit, Num: ipred},
		{Name: "IWRES", Num: iwres}, {Name: "WRES", Num: wres}, {Name: "CWRES", Num: cwres},
	}}
	if f.o.BLQ == "M3" && f.o.LLOQ > 0 {
		fit.Residuals.Cols = append(fit.Residuals.Cols, table.Col{Name: "below LLOQ", Num: censored})
	}
}

// spread is the standard deviation, n-1, of what is not NaN.
func spread(v []float64) float64 {
	mean, n, sum := 0.0, 0.0, 0.0
	for _, x := range v {
		if !math.IsNaN(x) {
			mean, n = mean+x, n+1
		}
	}
	mean /= n
	for _, x := range v {
		if !math.IsNaN(x) {
			sum += float64((x - mean) * (x - mean))
		}
	}
	return math.Sqrt(sum / (n - 1))
}

// decorrelated returns the residuals of the model made linear at z, times the
// inverse root of their covariance: WRES at 0 and CWRES at the most likely effects.
// Censored samples have none.
func (s *popSubject) decorrelated(m *popPoint, z []float64, conditional bool) []float64 {
	s.predict(m, z)
	out := make([]float64, len(s.C))
	var use []int
	for i := range s.C {
		if out[i] = math.NaN(); s.censored == nil || !s.censored[i] {
			use = append(use, i)
		}
	}
	q := len(z)
	rows, e := linalg.Matrix(len(use), q), make([]float64, len(use))
	for a, i := range use {
		e[a] = s.C[i] - s.c[i]
		for k := range q {
			for j := k; j < q; j++ {
				rows[a][k] += float64(s.d[i][s.at[j]] * m.root[j][k])
			}
			e[a] += float64(rows[a][k] * z[k])
		}
	}
	cov := linalg.Matrix(len(use), len(use))
	for a, i := range use {
		for b := range use {
			for k := range q {
				cov[a][b] += float64(rows[a][k] * rows[b][k])
			}
		}
		part := m.b * s.c[i]
		cov[a][a] += float64(m.a*m.a) + float64(part*part)
	}
	values, vectors, ok := linalg.Symmetric(cov)
	if !ok {
		return out
	}
	root := linalg.Spectral(values, vectors, func(v float64) float64 { return 1 / math.Sqrt(math.Max(v, 1e-300)) })
	for a, i := range use {
		out[i] = 0
		for b := range use {
			out[i] += float64(root[a][b] * e[b])
		}
	}
	return out
}

// Table returns the parameters: estimate, the standard error of the sandwich and what it
// is of the estimate in percent, that of the curvature (SEHessian) with its 95% intervals,
// and the shrinkage of random effects. Without the unit of the dose clearances and
// volumes are in "dose" over those of concentration and time.
//
// Intervals allow for few subjects, as REML does: maximum likelihood has variances too
// low, since typical values and effects are fitted to the same subjects, and its
// standard errors with them. What the curvature by these says of each variance (Cox and
// Reid 1987) widens both. Intervals of typical values, on the scale of logarithms, and
// of effects are Student's with Satterthwaite's degrees of freedom, those of standard
// deviations are those of a variance as chi-square; of correlations on the scale of
// Fisher's z.
func (f *PopulationFit) Table() table.Table {
	rse, shrinkage := make([]float64, len(f.Names)), make([]float64, len(f.Names))
	for i, n := range f.Names {
		rse[i], shrinkage[i] = 100*f.SE[i]/math.Abs(f.Estimate[i]), math.NaN()
		if r, ok := strings.CutPrefix(n, "ω "); ok {
			shrinkage[i] = f.Shrinkage[slices.Index(f.Random, r)]
		}
	}
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "parameter", Text: f.Names}, {Name: "estimate", Num: f.Estimate}, {Name: "SE (sandwich)", Num: f.SE}, {Name: "RSE", Unit: "%", Num: rse},
		{Name: "SE (Hessian)", Num: f.SEHessian}, {Name: "95% from", Num: f.lo}, {Name: "to", Num: f.hi}, {Name: "shrinkage", Unit: "%", Num: shrinkage}, {Name: "unit", Text: f.Units},
	}}
}

// Individuals returns one row per subject with the subject's own parameters and
// random effects.
func (f *PopulationFit) Individuals() table.Table {
	cols := []table.Col{{Name: "subject"}}
	for _, s := range f.Subjects {
		cols[0].Text = append(cols[0].Text, s.ID)
	}
	add := func(name string, from [][]float64, k int) {
		c := table.Col{Name: name}
		for i := range from {
			c.Num = append(c.Num, from[i][k])
		}
		cols = append(cols, c)
	}
	for k, p := range f.Parameters {
		add(p, f.Individual, k)
	}
	for k, p := range f.Random {
		add("η "+p, f.Eta, k)
	}
	return table.Table{Cols: cols}
}

// String names the objective, the parameters and what does not hold.
func (f *PopulationFit) String() string {
	var parts []string
	for i, n := range f.Names {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %.4g %s", n, f.Estimate[i], f.Units[i])))
	}
	what := ""
	if f.Typical.Vmax > 0 {
		what = " with saturable elimination"
	}
	s := fmt.Sprintf("population of %d, %d samples, %d-compartment model%s by FOCEI: OFV %.2f; %s", len(f.Subjects), f.Samples, layoutOf(f.Typical).n, what, f.OFV, strings.Join(parts, ", "))
	if !f.Converged {
		s = "NOT CONVERGED: " + s
	}
	return s
}
