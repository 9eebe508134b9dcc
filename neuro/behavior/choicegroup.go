package behavior

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/hier"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// LearningGroup is a LearningModel fitted to several subjects at once. Slices
// have one element per parameter, Subject one row per subject.
type LearningGroup struct {
	Model       LearningModel
	Names       []string    // of the subjects
	Typical     []float64   // the parameters at the mean of the population
	Lower       []float64   // 95% interval of Typical
	Upper       []float64   //
	Mean, SD    []float64   // of the population, on the scale without ends
	SEMean      []float64   // standard error of Mean
	Subject     [][]float64 // parameters of each subject, drawn toward the others as far as its choices are few
	LogMarginal float64     // log likelihood of all choices given the population (Laplace)
	IBIC        float64     // -2 LogMarginal + 2 parameters log(choices): to compare models
	Choices     int
	Missing     int      // trials without a response, left out
	Alike       []string // parameters in which the subjects differ by chance alone: SD is 0
	Converged   bool
}

// FitGroup fits a model to several subjects whose parameters vary around those
// of a population: empirical Bayes. On a scale u without ends (logit between two
// bounds, logarithm above one, the parameter itself without) they are normal,
//
//	u_s ~ N(Mean, SD²),  IBIC = -2 LogMarginal + 2 k log(choices)
//
// and Mean, SD and the subjects' parameters are found by expectation maximisation
// with Laplace's approximation. The priors of the parameters do not count: the
// population is the prior. Parameters that single subjects leave undetermined are
// held by the others. A model whose IBIC is lower by 10 or more is much better.
//
// Fewer than two subjects, choices that no model can read, subjects without a
// response and choices that place no population, such as those for rewards that
// are all equal, are errors. Source: Huys et al. 2011, PLoS Comput Biol 7:e1002028;
// Huys et al. 2012 (IBIC). Checked by recovery of a population.
func (m LearningModel) FitGroup(subjects []Choices) (*LearningGroup, error) {
	fail := func(format string, a ...any) (*LearningGroup, error) {
		return nil, fmt.Errorf("behavior: LearningModel.FitGroup: "+format, a...)
	}
	if err := m.check(); err != nil {
		return fail("%w", err)
	}
	if len(subjects) < 2 {
		return fail("there are %d subjects; a population needs two or more", len(subjects))
	}
	g := &LearningGroup{Model: m}
	for i := range subjects {
		c := &subjects[i]
		if err := c.check(); err != nil {
			return fail("subject %d: %w", i, err)
		}
		n, missing, _ := c.count()
		if n == 0 {
			return fail("subject %d: none of the %d trials has a response", i, len(c.Choice))
		}
		if err := m.reads(*c); err != nil {
			return fail("subject %d: %w", i, err)
		}
		g.Choices, g.Missing, g.Names = g.Choices+n, g.Missing+missing, append(g.Names, c.Subject)
	}
	values := func(u []float64) []float64 {
		x := make([]float64, len(u))
		for i, p := range m.Parameters {
			x[i] = p.value(u[i])
		}
		return x
	}
	task := display.Start("behavior.LearningModel.FitGroup", "", 0)
	defer task.End()
	// The population begins where one set of parameters for all would be.
	all := box{parameters: m.Parameters, stop: task.Err, f: func(x []float64) float64 {
		sum := 0.0
		for _, c := range subjects {
			sum -= m.logLik(x, c, nil)
		}
		for i, p := range m.Parameters { // away from the bounds
			sum -= p.logPrior(x[i])
		}
		return sum
	}}
	start := all.search(2).u
	for i := range start {
		start[i] = math.Max(-6, math.Min(6, start[i]))
	}
	loglik := func(s int, u []float64) float64 { return m.logLik(values(u), subjects[s], nil) }
	r, alike, err := fitGroup(loglik, len(subjects), start, task.Err)
	if err != nil {
		return fail("%w", err)
	}
	if math.IsNaN(r.LogMarginal) {
		return fail("the choices place no population: rewards may be all equal, or trials too few; there are %d choices of %d subjects", g.Choices, len(subjects))
	}
	for k, p := range m.Parameters {
		if r.Converged && (alike[k] || r.SD[k] < 0.02) {
			g.Alike, r.SD[k] = append(g.Alike, p.Name), 0
		}
	}
	g.Mean, g.SD, g.SEMean, g.LogMarginal, g.Converged = r.Mean, r.SD, r.SEMean, r.LogMarginal, r.Converged
	g.Typical = values(r.Mean)
	for i, p := range m.Parameters {
		half := float64(1.959963984540054 * r.SEMean[i])
		g.Lower, g.Upper = append(g.Lower, p.value(r.Mean[i]-half)), append(g.Upper, p.value(r.Mean[i]+half))
	}
	for _, u := range r.Subject {
		g.Subject = append(g.Subject, values(u))
	}
	g.IBIC = float64(2*float64(len(m.Parameters))*vec.Log(float64(g.Choices))) - float64(2*g.LogMarginal)
	return g, nil
}

// fitGroup is hier.Fit where standard deviations may be 0, which it reports.
//
// One that goes to 0 does so ever more slowly. Where the first steps do not end, those
// below the standard errors of their means are therefore set close to 0; they are 0 if they
// then fall farther, and if the likelihood is no lower there. Otherwise all steps are gone.
func fitGroup(loglik func(s int, u []float64) float64, subjects int, start []float64, stop func() error) (r *hier.Result, alike []bool, err error) {
	for _, steps := range []int{62, 500} {
		alike = make([]bool, len(start))
		r, err = hier.Fit(loglik, subjects, hier.Options{Start: start, Steps: steps, Stop: stop})
		if err != nil || r.Converged || math.IsNaN(r.LogMarginal) {
			return r, alike, err
		}
		spread, any := append([]float64(nil), r.SD...), false
		for k := range spread {
			if alike[k] = r.SD[k] < r.SEMean[k] && (steps == 500 || r.Fall[k] > 0); alike[k] {
				spread[k], any = 0.001, true
			}
		}
		if !any {
			continue
		}
		near, err := hier.Fit(loglik, subjects, hier.Options{Start: r.Mean, Spread: spread, Stop: stop})
		if err != nil {
			return nil, nil, err
		}
		zero := near.Converged && near.LogMarginal > r.LogMarginal-0.05
		for k := range alike {
			zero = zero && (steps == 500 || !alike[k] || near.Fall[k] > 0)
		}
		if zero {
			return near, alike, nil
		}
	}
	clear(alike)
	return r, alike, nil
}

// Table returns the population's parameters.
func (g *LearningGroup) Table() table.Table {
	var names []string
	for _, p := range g.Model.Parameters {
		names = append(names, p.Name)
	}
	return table.Table{Title: g.String(), Cols: []table.Col{
		{Name: "parameter", Text: names}, {Name: "typical", Num: g.Typical}, {Name: "95% from", Num: g.Lower}, {Name: "to", Num: g.Upper},
		{Name: "mean, without ends", Num: g.Mean}, {Name: "SE", Num: g.SEMean}, {Name: "SD between subjects", Num: g.SD},
	}}
}

// SubjectTable returns one row per subject with its parameters.
func (g *LearningGroup) SubjectTable() table.Table {
	t := table.Table{Cols: []table.Col{{Name: "subject", Text: g.Names}}}
	for k, p := range g.Model.Parameters {
		c := table.Col{Name: p.Name}
		for _, s := range g.Subject {
			c.Num = append(c.Num, s[k])
		}
		t.Cols = append(t.Cols, c)
	}
	return t
}

// String names the model and how well it fits.
func (g *LearningGroup) String() string {
	s := fmt.Sprintf("%s, %s, %s: log marginal likelihood %.2f, iBIC %.2f", g.Model.Name, spell.Count(len(g.Subject), "subject"), spell.Count(g.Choices, "choice"), g.LogMarginal, g.IBIC)
	if g.Missing > 0 {
		s += fmt.Sprintf("; %s without a response left out", spell.Count(g.Missing, "trial"))
	}
	if len(g.Alike) > 0 {
		s += "; no difference between subjects in " + strings.Join(g.Alike, ", ")
	}
	if !g.Converged {
		s += "; NOT CONVERGED"
	}
	return s
}

// Plot draws each subject's parameters and, in black, the population's with its
// 95% interval.
func (g *LearningGroup) Plot() *figure.Figure {
	f := &figure.Figure{Title: fmt.Sprintf("%s, %d subjects", g.Model.Name, len(g.Subject)), Cols: min(4, len(g.Typical))}
	for k, p := range g.Model.Parameters {
		var x, y []float64
		for i, s := range g.Subject {
			x, y = append(x, halton(i+1, 0)-0.5), append(y, s[k])
		}
		f.Panels = append(f.Panels, figure.Panel{
			Title: p.Name, X: figure.Axis{Min: -0.8, Max: 1.4, Hide: true}, Y: figure.Axis{},
			Layers: []figure.Layer{
				{Kind: figure.Points, X: x, Y: y, Color: "blue", Alpha: 0.6},
				{Kind: figure.Errors, X: []float64{1}, Y: g.Lower[k : k+1], Y2: g.Upper[k : k+1], Color: "black"},
				{Kind: figure.Points, X: []float64{1}, Y: g.Typical[k : k+1], Color: "black"},
			},
		})
	}
	f.Width, f.Height = 4.5*float64(f.Cols), 6*float64((len(f.Panels)+f.Cols-1)/f.Cols)
	return f
}

// Show draws the figure under the table.
func (g *LearningGroup) Show() display.Bundle {
	return figure.Under(g.Plot(), "parameters of the subjects", g.Table().Show())
}
