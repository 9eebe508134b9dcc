package behavior

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PsychometricBayesOptions say which model FitPsychometricBayes fits. The zero
// value is a normal curve for two alternatives with lapses and overdispersion
// unknown.
type PsychometricBayesOptions struct {
	// Shape is "normal" (the default), "logistic", "gumbel", "rgumbel" (the
	// Gumbel curve reversed), "student" (heavy tails, one degree of freedom) or
	// "weibull", which is the Gumbel curve of log level.
	Shape string
	// Task is "2AFC" (the default), "3AFC" and so on, with the guess rate at one
	// over the number; "yes/no", with guess and lapse rate unknown; or "equal
	// asymptote", where both are the same unknown.
	Task string
	// Falling is for probabilities that fall with the level.
	Falling bool
	// Guess fixes the guess rate of a yes/no task. 0 leaves it unknown; -1 means none.
	Guess float64
	// Lapse fixes the lapse rate. 0 leaves it unknown; -1 means none.
	Lapse float64
	// Eta fixes the overdispersion, from 0 to 1. 0 leaves it unknown; -1 means
	// none, which is the binomial model.
	Eta float64
	// Range says where the curve may lie, in the unit of the levels; zeros mean
	// from the lowest to the highest level. Adaptive procedures need it.
	Range [2]float64
	// Confidence of the intervals shown. 0 means 0.95.
	Confidence float64
	// Unit labels the levels, such as "% contrast"; may be empty.
	Unit string
}

// PsychometricParams are the parameters of
//
//	p(x) = Guess + (1 - Guess - Lapse) F(x)
//
// with F(Threshold) = 0.5. A response is beta-binomial: the probability of a
// block has standard deviation Eta √(p (1-p)).
type PsychometricParams struct {
	Threshold float64 // level halfway up
	Width     float64 // distance from F = 0.05 to F = 0.95, in the unit of the levels; of their natural logarithms for "weibull"
	Guess     float64
	Lapse     float64
	Eta       float64 // 0 is a binomial observer, 1 one who decides once for a whole block
}

// PsychometricPosterior is what the responses say about the parameters.
type PsychometricPosterior struct {
	Shape, Task string
	Falling     bool
	MAP         PsychometricParams // the most probable parameters
	Mean        PsychometricParams // the posterior means; of log level for a Weibull threshold
	Confidence  float64
	Lo, Hi      PsychometricParams // the credible interval of each
	Marginals   []PsychometricMarginal
	Notes       []string // what to know before using the fit

	Level          []float64 // the data
	Correct, Total []int
	Unit           string

	model *psychBayes
	grid  psychGrid
	cells []psychCell
}

// PsychometricMarginal is the posterior of one parameter.
type PsychometricMarginal struct {
	Name    string    // "threshold", "width", "guess", "lapse" or "eta"
	Value   []float64 // grid; one value where the parameter is fixed
	Density []float64 // of the posterior; nil where the parameter is fixed
	Prior   []float64 // density of the prior on the same grid; nil where the parameter is fixed
	mass    []float64
}

// psychCell is a place of the grid, without Eta, and its posterior mass.
type psychCell struct {
	threshold, width, guess, lapse, mass float64
}

// FitPsychometricBayes computes the posterior of threshold, width, lapse rate,
// guess rate and overdispersion of a psychometric function on a grid.
//
// level, correct and total hold one value per block: the stimulus, the number
// of correct (or "yes") responses and that of trials.
//
//	F(x): normal Φ(z), logistic 1/(1+exp(-z)), gumbel 1-exp(-exp(z)),
//	      rgumbel exp(-exp(-z)), student 1/2 + atan(z)/π
//	likelihood of a block: beta-binomial with a = p (1/Eta² - 1), b = (1-p)(1/Eta² - 1)
//
// The priors are those of Schütt et al. 2016: threshold flat over the levels and
// falling as a cosine over half their range on both sides; width flat from twice
// the smallest distance of levels to their range, falling to 0 at half and three
// times that; lapse, guess and overdispersion Beta(1, 10). A coarse grid over
// their support finds where the posterior is, a finer one (40 thresholds and
// widths, 20 of each other) computes it. MAP is the maximum itself, not of the grid.
//
// No responses are too few and none too good: at chance, without an error, or
// all the same, the posterior is as wide as the priors, and Notes say where they and
// not the data bound it. Fewer than two different levels, unequal lengths, values
// that are not finite, counts that do not fit together, and options outside what
// they allow are errors.
//
// Source: Schütt, Harmeling, Macke and Wichmann 2016, Vision Res 122:105. Checked
// against psignifit 4.3, whose "weibull" is "gumbel" here: there the user takes
// logarithms of the levels, here "weibull" does.
func FitPsychometricBayes(level []float64, correct, total []int, o PsychometricBayesOptions) (*PsychometricPosterior, error) {
	m, err := newPsychBayes(level, correct, total, o)
	if err != nil {
		return nil, err
	}
	m.task = display.Start("behavior.FitPsychometricBayes", "", 0)
	defer m.task.End()
	coarse := [5]int{25, 30, 10, 10, 15}
	if m.axes[aGuess].fixed || m.equal {
		coarse = [5]int{30, 40, 1, 10, 20}
	}
	g := m.evaluate(m.places(m.support, coarse))
	if m.task.Err() == nil {
		g = m.evaluate(m.places(g.narrow(m.support), [5]int{40, 40, 20, 20, 20}))
	}
	r := &PsychometricPosterior{
		Shape: m.shape, Task: m.taskName, Falling: o.Falling, Confidence: o.Confidence, Unit: o.Unit, model: m, grid: g,
		Level: slices.Clone(level), Correct: slices.Clone(correct), Total: slices.Clone(total),
	}
	if m.task.Err() == nil {
		r.MAP = m.outside(m.climb(g))
	}
	if err := m.task.Err(); err != nil {
		return nil, fmt.Errorf("behavior: FitPsychometricBayes: %w", err)
	}
	if r.Confidence == 0 {
		r.Confidence = 0.95
	}
	r.describe()
	return r, nil
}

// describe fills means, intervals, marginals and notes from the grid.
func (r *PsychometricPosterior) describe() {
	m := r.model
	var mean, lo, hi [5]float64
	for a, name := range axisNames {
		mass, at := r.grid.margin[a], r.grid.at[a]
		marginal := PsychometricMarginal{Name: name, Value: slices.Clone(at), mass: mass}
		for i, v := range at {
			mean[a] += float64(mass[i] * v)
		}
		if len(at) == 1 {
			mean[a] = at[0]
		}
		lo[a], hi[a] = massQuantile(at, mass, float64((1-r.Confidence)/2)), massQuantile(at, mass, float64((1+r.Confidence)/2))
		if len(at) > 1 {
			marginal.Density, marginal.Prior = make([]float64, len(at)), make([]float64, len(at))
			weight := trapezoid(at)
			for i, v := range at {
				marginal.Density[i], marginal.Prior[i] = mass[i]/weight[i], m.prior(a, v)
			}
			scaleTo1(at, marginal.Density)
			scaleTo1(at, marginal.Prior)
			r.note(a, mass)
		}
		if a == aThreshold && m.shape == "weibull" {
			for i, v := range marginal.Value {
				marginal.Value[i] = vec.Exp(v)
				if marginal.Density != nil { // of the level, not of its logarithm
					marginal.Density[i] /= marginal.Value[i]
					marginal.Prior[i] /= marginal.Value[i]
				}
			}
		}
		r.Marginals = append(r.Marginals, marginal)
	}
	if m.equal {
		mean[aGuess], lo[aGuess], hi[aGuess] = mean[aLapse], lo[aLapse], hi[aLapse]
		r.Marginals[aGuess] = r.Marginals[aLapse]
		r.Marginals[aGuess].Name = "guess"
	}
	r.Mean, r.Lo, r.Hi = m.outside(mean), m.outside(lo), m.outside(hi)
	if len(r.Level) >= 25 && m.o.Range == [2]float64{} {
		r.Notes = append(r.Notes, "25 blocks or more: if levels were chosen adaptively, give Range, for the prior takes the levels for the range of the curve")
	}
	r.cells = r.grid.cells(m.equal)
}

// note says where the prior and not the data end the posterior of threshold or
// width.
func (r *PsychometricPosterior) note(a int, mass []float64) {
	m, at := r.model, r.grid.at[a]
	if a > aWidth {
		return
	}
	below, above := 0.0, 0.0
	for i, w := range mass {
		switch {
		case a == aThreshold && at[i] < m.lo:
			below += w
		case a == aThreshold && at[i] > m.hi, a == aWidth && at[i] > 2*(m.hi-m.lo):
			above += w
		}
	}
	const much = 0.025
	switch {
	case a == aThreshold && below > much:
		r.Notes = append(r.Notes, fmt.Sprintf("the threshold lies below %.3g, the lowest level, with probability %.2g: there the prior bounds it and not the data", m.outsideAxis(a, m.lo), below))
	case a == aWidth && above > much:
		r.Notes = append(r.Notes, fmt.Sprintf("the width is above twice the range of the levels with probability %.2g: there the prior bounds it and not the data", above))
	}
	if a == aThreshold && above > much {
		r.Notes = append(r.Notes, fmt.Sprintf("the threshold lies above %.3g, the highest level, with probability %.2g: there the prior bounds it and not the data", m.outsideAxis(a, m.hi), above))
	}
}

// scaleTo1 makes the integral of y over x, by the trapezoid rule, 1.
func scaleTo1(x, y []float64) {
	sum := 0.0
	for i := 1; i < len(x); i++ {
		sum += float64((x[i] - x[i-1]) * (y[i] + y[i-1]) / 2)
	}
	for i := range y {
		y[i] /= sum
	}
}

// massQuantile interpolates the values where the running sum of masses is q, as
// psignifit does.
func massQuantile(at, mass []float64, q float64) float64 {
	sum, before := 0.0, 0.0
	for i, w := range mass {
		before = sum
		sum += w
		if sum >= q {
			if i == 0 {
				return at[0]
			}
			return at[i-1] + float64(float64((at[i]-at[i-1])*(q-before))/w)
		}
	}
	return at[len(at)-1]
}

// newPsychBayes checks data and options.
func newPsychBayes(level []float64, correct, total []int, o PsychometricBayesOptions) (*psychBayes, error) {
	fail := func(format string, args ...any) (*psychBayes, error) {
		return nil, fmt.Errorf("behavior: FitPsychometricBayes: "+format, args...)
	}
	m := &psychBayes{shape: o.Shape, taskName: o.Task, o: o}
	if m.shape == "" {
		m.shape = "normal"
	}
	if !slices.Contains([]string{"normal", "logistic", "gumbel", "rgumbel", "student", "weibull"}, m.shape) {
		return fail("Shape is %q, it must be \"normal\", \"logistic\", \"gumbel\", \"rgumbel\", \"student\" or \"weibull\"", o.Shape)
	}
	if m.taskName == "" {
		m.taskName = "2AFC"
	}
	guess, choices := 0.0, 0
	if n, ok := strings.CutSuffix(m.taskName, "AFC"); ok {
		choices, _ = strconv.Atoi(n)
		if choices < 2 {
			return fail("Task is %q, a forced choice has two alternatives or more, as \"2AFC\"", o.Task)
		}
		guess = 1 / float64(choices)
	} else if m.taskName != "yes/no" && m.taskName != "equal asymptote" {
		return fail("Task is %q, it must be \"2AFC\", \"3AFC\" and so on, \"yes/no\" or \"equal asymptote\"", o.Task)
	}
	m.equal = m.taskName == "equal asymptote"
	if o.Guess != 0 && m.taskName != "yes/no" {
		return fail("Guess is %g with the task %q, only a yes/no task leaves it open", o.Guess, m.taskName)
	}
	if !(o.Confidence >= 0 && o.Confidence < 1) {
		return fail("Confidence is %g, it must lie between 0 and 1 (0 means 0.95)", o.Confidence)
	}
	if len(level) != len(correct) || len(level) != len(total) {
		return fail("level has %d values, correct %d and total %d, they must be as many", len(level), len(correct), len(total))
	}
	for i, l := range level {
		if math.IsNaN(l) || math.IsInf(l, 0) {
			return fail("level[%d] is %g, levels must be finite", i, l)
		}
		if m.shape == "weibull" && !(l > 0) {
			return fail("level[%d] is %g, a Weibull curve is fitted to levels above 0", i, l)
		}
		if total[i] < 1 {
			return fail("total[%d] is %d, each level needs at least one trial", i, total[i])
		}
		if correct[i] < 0 || correct[i] > total[i] {
			return fail("correct[%d] is %d of %d trials, it must lie between 0 and the number of trials", i, correct[i], total[i])
		}
		c := correct[i]
		if o.Falling {
			c = total[i] - c
		}
		m.add(m.inside(l), c, total[i])
	}
	lo, hi, gap := math.Inf(1), math.Inf(-1), math.Inf(1)
	sorted := slices.Sorted(slices.Values(m.t))
	for i, t := range sorted {
		lo, hi = math.Min(lo, t), math.Max(hi, t)
		if i > 0 && t > sorted[i-1] {
			gap = math.Min(gap, t-sorted[i-1])
		}
	}
	if !(hi > lo) {
		return fail("there are fewer than two different levels in %d, a curve needs two or more", len(level))
	}
	if r := o.Range; r != [2]float64{} {
		if !(r[0] < r[1]) || math.IsInf(r[0], 0) || math.IsInf(r[1], 0) || m.shape == "weibull" && !(r[0] > 0) {
			return fail("Range is %g to %g, it must rise and be finite (above 0 for a Weibull curve)", r[0], r[1])
		}
		lo, hi = m.inside(r[0]), m.inside(r[1])
		gap = (hi - lo) / 100
	}
	m.lo, m.hi, m.gap = lo, hi, gap
	spread := hi - lo
	m.support = [5][2]float64{{lo - float64(spread/2), hi + float64(spread/2)}, {gap, 3 * spread}, {0, 0.5}, {0, 0.5}, {0, 1 - 1e-10}}
	for _, f := range []struct {
		axis    int
		name    string
		v, most float64
	}{{aGuess, "Guess", o.Guess, 0.999}, {aLapse, "Lapse", o.Lapse, 0.999}, {aEta, "Eta", o.Eta, 1 - 1e-10}} {
		switch {
		case f.v == 0:
			continue
		case f.v == -1:
			f.v = 0
		case !(f.v > 0 && f.v <= f.most):
			return fail("%s is %g, it must lie between 0 and 1 (0 leaves it unknown, -1 means none)", f.name, f.v)
		}
		m.fix(f.axis, f.v)
	}
	if choices > 0 {
		m.fix(aGuess, guess)
	} else if m.equal {
		m.support[aGuess] = [2]float64{}
	}
	if g, l := m.support[aGuess][0], m.support[aLapse][0]; g+l >= 1 {
		return fail("guess rate %g and Lapse %g leave nothing between them, their sum must be below 1", g, l)
	}
	return m, nil
}
