package behavior

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// LearningFitOptions are the options of LearningModel.Fit.
type LearningFitOptions struct {
	MAP    bool // maximise likelihood times prior instead of the likelihood
	Starts int  // searches, from the best of eight times as many places; 0 is 8
}

// LearningFit is a LearningModel fitted to the choices of one subject.
type LearningFit struct {
	Model        LearningModel
	MAP          bool      // maximum a posteriori; otherwise maximum likelihood
	Estimate     []float64 // in the order of Model.Parameters
	SE           []float64 // standard errors; NaN at a bound and where undetermined
	AtBound      []string  // parameters whose best value is a bound of theirs
	Undetermined []string  // parameters that the choices do not place
	LogLik       float64
	LogPrior     float64 // of the estimate; 0 for maximum likelihood
	AIC, BIC     float64 // of LogLik
	PseudoR2     float64 // 1 - LogLik/(log likelihood of choosing at random)
	Choices      int     // that have a probability
	Missing      int     // trials without a response, left out
	Converged    bool    // a maximum was found: flat, or rising beyond the bounds

	data   Choices
	places []float64   // of the estimate on the line without ends
	fixed  []float64   // the bound at which a parameter is; NaN elsewhere
	cov    [][]float64 // of the places
}

// Fit estimates the parameters of a model from the choices of one subject.
//
// The search (quasi-Newton, on a scale without ends) runs from several places,
// of which the best end counts. Where the likelihood rises, or stays level, up to
// a bound, the estimate is that bound and AtBound names the parameter: choices that follow
// the values without error put the inverse temperature there, and choices at
// random put it to 0, which leaves the learning rate undetermined. With MAP the
// priors of the parameters count, as densities of the parameters themselves.
// Standard errors are from the observed information.
//
// Choices that no model can read, none with a response, and a model without
// LogLik or with wrong bounds or priors are errors. A search that finds no
// maximum is a fit with Converged false, and String says so.
//
// Source: Daw 2011, "Trial-by-trial data analysis using computational models",
// in Decision Making, Affect, and Learning. Checked against SciPy's best of many
// starts on the same likelihoods.
func (m LearningModel) Fit(c Choices, o LearningFitOptions) (*LearningFit, error) {
	task := display.Start("behavior.LearningModel.Fit", "", 0)
	defer task.End()
	f, err := m.fit(c, o, task.Err)
	if err == nil {
		err = task.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("behavior: LearningModel.Fit: %w", err)
	}
	return f, nil
}

func (m LearningModel) fit(c Choices, o LearningFitOptions, stop func() error) (*LearningFit, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	f := &LearningFit{Model: m, MAP: o.MAP, data: c}
	var chance float64
	if f.Choices, f.Missing, chance = c.count(); f.Choices == 0 {
		return nil, fmt.Errorf("none of the %d trials has a response", len(c.Choice))
	}
	if o.Starts == 0 {
		o.Starts = 8
	}
	if o.Starts < 1 {
		return nil, fmt.Errorf("Starts is %d; at least one is needed", o.Starts)
	}
	if err := m.reads(c); err != nil {
		return nil, err
	}
	b := box{parameters: m.Parameters, f: f.objective, stop: stop}
	r := b.search(o.Starts)
	f.Estimate, f.places, f.fixed, f.Converged = b.values(r.u, r.fixed), r.u, r.fixed, r.converged
	f.LogLik = m.logLik(f.Estimate, c, nil)
	if o.MAP {
		f.LogPrior = m.logPrior(f.Estimate)
	}
	f.errors(r.hessian)
	k := float64(len(m.Parameters))
	f.AIC, f.BIC = 2*k-2*f.LogLik, float64(k*vec.Log(float64(f.Choices)))-float64(2*f.LogLik)
	f.PseudoR2 = 1 - f.LogLik/chance
	return f, nil
}

// reads returns an error where the model has no likelihood for the choices, such as for those
// between more options than it knows.
func (m LearningModel) reads(c Choices) error {
	x := make([]float64, len(m.Parameters))
	for i, p := range m.Parameters {
		x[i] = p.value(0)
	}
	if v := m.logLik(x, c, nil); math.IsNaN(v) {
		return fmt.Errorf("the model %q has no likelihood for these choices between %d options: is it one for fewer, or for another task?", m.Name, c.options())
	}
	return nil
}

func (m LearningModel) logPrior(x []float64) float64 {
	sum := 0.0
	for i, p := range m.Parameters {
		sum += p.logPrior(x[i])
	}
	return sum
}

// objective is what the fit makes small.
func (f *LearningFit) objective(x []float64) float64 {
	v := -f.Model.logLik(x, f.data, nil)
	if f.MAP {
		v -= f.Model.logPrior(x)
	}
	return v
}

// errors sets standard errors from the curvature in the places of the free
// parameters.
func (f *LearningFit) errors(hessian [][]float64) {
	f.cov = nil
	var free []int
	f.SE = make([]float64, len(f.Estimate))
	k := 0
	for i, at := range f.fixed {
		f.SE[i] = math.NaN()
		if !math.IsNaN(at) {
			f.AtBound = append(f.AtBound, f.Model.Parameters[i].Name)
			continue
		}
		// A standard error of ten is the whole range.
		if hessian[k][k] < 0.01 {
			f.Undetermined = append(f.Undetermined, f.Model.Parameters[i].Name)
		} else {
			free = append(free, k)
		}
		k++
	}
	h := make([][]float64, len(free))
	for a, i := range free {
		for _, j := range free {
			h[a] = append(h[a], hessian[i][j])
		}
	}
	cov, ok := optim.InversePositive(h)
	if !ok && len(free) > 0 {
		if cov, ok = inverseOfRidge(h); !ok {
			f.Converged = false
			return
		}
	}
	k = 0
	a := 0
	f.cov = cov
	for i, at := range f.fixed {
		if !math.IsNaN(at) {
			continue
		}
		if a < len(free) && free[a] == k {
			if s := math.Sqrt(cov[a][a]); s < 10 {
				f.SE[i] = float64(f.Model.Parameters[i].slope(f.Estimate[i]) * s)
			} else {
				f.Undetermined = append(f.Undetermined, f.Model.Parameters[i].Name)
			}
			a++
		}
		k++
	}
}

// inverseOfRidge is the inverse of a curvature that has no direction bending
// down, but flat ones: along these the variance is large. ok is false where one
// bends down.
func inverseOfRidge(h [][]float64) (cov [][]float64, ok bool) {
	values, vectors, ok := linalg.Symmetric(h)
	if !ok {
		return nil, false
	}
	cov = linalg.Matrix(len(h), len(h))
	for k, v := range values {
		if v < -1e-3 {
			return nil, false
		}
		variance := 1 / math.Max(v, 1e-4)
		for i := range cov {
			for j := range cov {
				cov[i][j] += float64(variance * vectors[k][i] * vectors[k][j])
			}
		}
	}
	return cov, true
}

func (f *LearningFit) index(name string) (int, error) {
	var names []string
	for i, p := range f.Model.Parameters {
		if p.Name == name {
			return i, nil
		}
		names = append(names, p.Name)
	}
	return 0, fmt.Errorf("the model has no parameter %q; it has %s", name, strings.Join(names, ", "))
}

// Value returns the estimate of a parameter; a name that the model does not have
// is an error.
func (f *LearningFit) Value(name string) (float64, error) {
	i, err := f.index(name)
	if err != nil {
		return math.NaN(), fmt.Errorf("behavior: LearningFit.Value: %w", err)
	}
	return f.Estimate[i], nil
}

// CI returns the profile likelihood interval of a parameter: the values at which
// twice the log likelihood, with the other parameters at their best, has fallen
// by the χ² quantile of level, such as 0.95, with one degree of freedom. An end
// that the likelihood does not reach within the bounds is the bound. Each end is
// looked at from several starts, so that it holds where the others have other
// places that are better. After MAP it is the posterior density that falls.
//
// Another name, and a level outside 0 to 1, are errors. Source: Venzon and
// Moolgavkar 1988.
func (f *LearningFit) CI(name string, level float64) (lo, hi float64, err error) {
	fail := func(err error) (float64, float64, error) {
		return math.NaN(), math.NaN(), fmt.Errorf("behavior: LearningFit.CI: %w", err)
	}
	i, err := f.index(name)
	if err != nil {
		return fail(err)
	}
	if !(level > 0 && level < 1) {
		return fail(fmt.Errorf("level is %g, it must lie between 0 and 1", level))
	}
	task := display.Start("behavior.LearningFit.CI", "", 0)
	defer task.End()
	b := box{parameters: f.Model.Parameters, f: f.objective, stop: task.Err}
	drop := dist.ChiSquareQuantile(level, 1) / 2
	lo, hi = b.profile(f.places, f.fixed, i, drop, -1), b.profile(f.places, f.fixed, i, drop, 1)
	if err := task.Err(); err != nil {
		return fail(err)
	}
	return lo, hi, nil
}

// Table returns the parameters with their standard errors and what is to be said
// of them.
func (f *LearningFit) Table() table.Table {
	name, note := []string{}, []string{}
	for i, p := range f.Model.Parameters {
		name = append(name, p.Name)
		switch {
		case slices.Contains(f.AtBound, p.Name):
			note = append(note, fmt.Sprintf("at its bound %g", f.Estimate[i]))
		case slices.Contains(f.Undetermined, p.Name):
			note = append(note, "undetermined")
		default:
			note = append(note, "")
		}
	}
	return table.Table{Title: f.title(), Cols: []table.Col{
		{Name: "parameter", Text: name}, {Name: "estimate", Num: f.Estimate}, {Name: "SE", Num: f.SE}, {Name: "note", Text: note},
	}}
}

func (f *LearningFit) title() string {
	how := "maximum likelihood"
	if f.MAP {
		how = "maximum a posteriori"
	}
	t := fmt.Sprintf("%s, %d choices, %s: log likelihood %.2f, BIC %.2f, pseudo-R² %.2f", f.Model.Name, f.Choices, how, f.LogLik, f.BIC, f.PseudoR2)
	if f.Missing > 0 {
		t += fmt.Sprintf("; %s without a response left out", spell.Count(f.Missing, "trial"))
	}
	if !f.Converged {
		t += "; NOT CONVERGED"
	}
	return t
}

// String gives the estimates with their standard errors.
func (f *LearningFit) String() string {
	var parts []string
	for i, p := range f.Model.Parameters {
		s := fmt.Sprintf("%s %.3f ± %.3f", p.Name, f.Estimate[i], f.SE[i])
		switch {
		case slices.Contains(f.AtBound, p.Name):
			s = fmt.Sprintf("%s %.3g (at its bound)", p.Name, f.Estimate[i])
		case slices.Contains(f.Undetermined, p.Name):
			s = p.Name + " undetermined"
		}
		parts = append(parts, s)
	}
	return f.title() + "\n" + strings.Join(parts, ", ")
}

// Plot draws the probability that the fitted model gives to each choice, and its
// mean over ten trials.
func (f *LearningFit) Plot() *figure.Figure {
	each := make([]float64, len(f.data.Choice))
	f.Model.logLik(f.Estimate, f.data, each)
	var x, y, mean []float64
	for i, l := range each {
		if !f.data.answered(i) {
			continue
		}
		x, y = append(x, float64(i+1)), append(y, vec.Exp(l))
	}
	for i := range y {
		lo, hi := max(i-5, 0), min(i+5, len(y))
		mean = append(mean, meanOf(y[lo:hi]))
	}
	chance := 1 / float64(f.data.options())
	if f.data.Second != nil {
		chance /= 2
	}
	return &figure.Figure{Title: strings.SplitN(f.title(), ":", 2)[0], Width: 14, Height: 7, Panels: []figure.Panel{{
		X: figure.Axis{Label: "trial", Min: 0.5, Max: float64(len(each)) + 0.5}, Y: figure.Axis{Label: "P(choice | model)", Min: 0, Max: 1.02},
		Layers: []figure.Layer{
			{Kind: figure.Points, Name: "trial", X: x, Y: y, Color: "grey"},
			{Kind: figure.Line, Name: "mean of 10", X: x, Y: mean, Color: "blue", Width: 1.5},
			{Kind: figure.HLine, Name: "chance", Y: []float64{chance}, Color: "black", Dash: true},
		},
	}}}
}

// Show draws the figure under the table of the parameters.
func (f *LearningFit) Show() display.Bundle {
	return figure.Under(f.Plot(), "probability of the choices", f.Table().Show())
}
