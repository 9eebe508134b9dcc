package behavior

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// PsychometricOptions say which curve FitPsychometric fits.
type PsychometricOptions struct {
	// Shape is "weibull" (the default), "logistic" or "normal".
	Shape string
	// Guess is the proportion correct without any signal: 0.5 with two
	// alternatives. 0 means 0.5; -1 means none, as for yes-no tasks.
	Guess float64
	// Lapse is the proportion of errors however strong the signal. 0 means
	// 0.02; -1 means none.
	Lapse float64
	// FreeGuess and FreeLapse fit the rates too, from 0 to MaxGuess and MaxLapse;
	// Guess and Lapse then say nothing.
	FreeGuess, FreeLapse bool
	// MaxGuess and MaxLapse bound fitted rates. 0 means 0.5 and 0.1: without a
	// bound a shallow curve with many lapses is as likely as a steep one without.
	MaxGuess, MaxLapse float64
	// Unit labels the levels, such as "% contrast"; may be empty.
	Unit string
}

// NewPsychometric returns the options of a two-alternative task: a Weibull
// curve from 0.5 with 2% lapses.
func NewPsychometric() PsychometricOptions {
	return PsychometricOptions{Shape: "weibull", Guess: 0.5, Lapse: 0.02}
}

// Psychometric is a fitted psychometric function
//
//	p(x) = Guess + (1 - Guess - Lapse) F(x)
//
//	weibull:  F = 1 - exp(-(x/Alpha)^Beta)
//	logistic: F = 1/(1 + exp(-(x-Alpha)/Beta))
//	normal:   F = Φ((x-Alpha)/Beta)
type Psychometric struct {
	Shape        string
	Alpha        float64 // position of the curve, in the unit of the levels
	Beta         float64 // steepness of a Weibull curve (no unit), else width in the unit of the levels
	Guess, Lapse float64 // as used, or fitted

	SEAlpha, SEBeta  float64 // standard errors from the expected information; the observed one with fitted rates
	SEGuess, SELapse float64 // 0 where fixed, NaN where fitted to an end of its range
	LogLik           float64 // log likelihood, without the binomial coefficients
	Deviance         float64 // from the data's own proportions; about DF where the curve holds
	DF               int     // levels less fitted parameters
	Iterations       int

	Level          []float64 // the data
	Correct, Total []int
	Unit           string

	fit psychometric
	at  [2]float64 // the maximum, in the parameters of fit
}

// FitPsychometric fits the probability of a correct (or "yes") response against
// stimulus level by maximum likelihood.
//
// level, correct and total hold one value per level: the stimulus, the number
// of correct responses, and the number of trials. Levels need no order, and one
// may occur twice. Position and steepness are fitted, Guess and Lapse are as in
// the options, or fitted with FreeGuess and FreeLapse. The search starts from the best of a grid and goes on by
// Fisher's scoring until the likelihood is flat to rounding.
//
// Unequal lengths, NaN, Inf, negative levels of a Weibull curve, fewer than two
// different levels (above 0 for Weibull), counts that do not fit together,
// another shape, Guess or Lapse outside 0 to 1, and responses that determine no
// rising curve (a step between neighbouring levels, or no rise) are errors.
//
// Source: Wichmann and Hill 2001. Checked against SciPy's maximum of the same
// likelihood.
func FitPsychometric(level []float64, correct, total []int, o PsychometricOptions) (*Psychometric, error) {
	m, err := newPsychometric(level, correct, total, o)
	if err != nil {
		return nil, err
	}
	m.task = display.Start("behavior.FitPsychometric", "", 0)
	search := m.maximise
	if m.free() > 0 {
		search = m.maximiseFree
	}
	q, steps, err := search()
	givenUp := m.task.Err()
	m.task.End()
	m.task = nil
	if givenUp != nil {
		return nil, fmt.Errorf("behavior: FitPsychometric: %w", givenUp)
	}
	if err != nil {
		return nil, err
	}
	k := vec.Exp(q[1])
	r := &Psychometric{
		Shape: m.shape, Alpha: q[0], Beta: 1 / k, Guess: m.guess, Lapse: m.lapse,
		LogLik: m.loglik(q), DF: len(level) - 2 - m.free(), Iterations: steps,
		Level: append([]float64(nil), level...), Correct: append([]int(nil), correct...), Total: append([]int(nil), total...),
		Unit: o.Unit, fit: *m, at: q,
	}
	r.SEAlpha, r.SEBeta = math.NaN(), math.NaN()
	cov, guess, lapse := m.covariance(q)
	for _, v := range []struct {
		se   *float64
		free bool
		at   int
	}{{&r.SEGuess, m.freeGuess, guess}, {&r.SELapse, m.freeLapse, lapse}} {
		switch {
		case v.free && (v.at < 0 || cov == nil):
			*v.se = math.NaN()
		case v.free:
			*v.se = math.Sqrt(cov[v.at][v.at])
		}
	}
	if cov != nil {
		r.SEAlpha, r.SEBeta = math.Sqrt(cov[0][0]), math.Sqrt(cov[1][1])
	}
	if m.shape == "weibull" {
		r.Alpha, r.Beta = vec.Exp(q[0]), k
		r.SEAlpha *= r.Alpha
	}
	r.SEBeta *= r.Beta
	r.Deviance = m.deviance(q)
	return r, nil
}

// deviance is twice the log likelihood ratio of the data's own proportions and
// the curve's.
func (m *psychometric) deviance(q [2]float64) (sum float64) {
	for i, c := range m.correct {
		p, no := m.probability(i, q)
		sum += 2 * (entropyTerm(c, m.total[i]*p) + entropyTerm(m.total[i]-c, m.total[i]*no))
	}
	return sum
}

// entropyTerm returns n log(n/expected), 0 for n = 0.
func entropyTerm(n, expected float64) float64 {
	if n == 0 {
		return 0
	}
	return n * vec.Log(n/expected)
}

// At returns the fitted probability of a correct response at a level.
func (p *Psychometric) At(level float64) float64 {
	t := level
	if p.Shape == "weibull" {
		if level <= 0 {
			return p.Guess
		}
		t = vec.Log(level)
	}
	f, _, _ := p.fit.curve(vec.Exp(p.at[1]) * (t - p.at[0]))
	return p.Guess + float64((1-p.Guess-p.Lapse)*f)
}

// Threshold returns the level at which the probability of a correct response
// is prob, such as 0.75; NaN unless prob lies between Guess and 1 - Lapse.
func (p *Psychometric) Threshold(prob float64) float64 {
	z, ok := p.fit.quantile(prob)
	if !ok {
		return math.NaN()
	}
	return p.level(p.at[0] + float64(z*vec.Exp(-p.at[1])))
}

// level returns the stimulus level of a value on the curve's own axis.
func (p *Psychometric) level(t float64) float64 {
	if p.Shape == "weibull" {
		return vec.Exp(t)
	}
	return t
}

// CI returns the confidence interval of Threshold(prob) from the profile of the
// likelihood: the levels that, made the threshold with the best steepness for
// each (and the best rates, where they are fitted), lower twice the log likelihood by less than the quantile of χ² with one
// degree of freedom. confidence is 0.95 for the usual interval. An end that the
// data do not bound is infinite (0 for the lower end of a Weibull curve).
//
// Source: Cox and Hinkley 1974; Wichmann and Hill 2001.
func (p *Psychometric) CI(prob, confidence float64) (lo, hi float64) {
	z, ok := p.fit.quantile(prob)
	if !ok || !(confidence > 0 && confidence < 1) {
		return math.NaN(), math.NaN()
	}
	c := vec.NormQuantile(0.5 + float64(confidence/2))
	best := p.at[0] + float64(z*vec.Exp(-p.at[1]))
	if p.fit.free() > 0 {
		return p.level(p.fit.boundFree(p.at, prob, best, c*c, -1)), p.level(p.fit.boundFree(p.at, prob, best, c*c, 1))
	}
	return p.level(p.fit.bound(p.at, z, best, c*c, -1)), p.level(p.fit.bound(p.at, z, best, c*c, 1))
}

// Table returns position, steepness and the 75% threshold (halfway between
// Guess and 1 - Lapse where 75% is not on the curve).
func (p *Psychometric) Table() table.Table {
	prob := p.middle()
	lo, hi := p.CI(prob, 0.95)
	nan := math.NaN()
	unit := ""
	if p.Shape != "weibull" {
		unit = p.Unit
	}
	t := table.Table{Title: p.String(), Cols: []table.Col{
		{Name: "parameter", Text: []string{"Alpha", "Beta", fmt.Sprintf("threshold at %.3g", prob)}},
		{Name: "estimate", Num: []float64{p.Alpha, p.Beta, p.Threshold(prob)}},
		{Name: "SE", Num: []float64{p.SEAlpha, p.SEBeta, nan}},
		{Name: "95% from", Num: []float64{nan, nan, lo}},
		{Name: "to", Num: []float64{nan, nan, hi}},
		{Name: "unit", Text: []string{p.Unit, unit, p.Unit}},
	}}
	for _, v := range []struct {
		name     string
		fitted   bool
		rate, se float64
	}{{"Guess", p.fit.freeGuess, p.Guess, p.SEGuess}, {"Lapse", p.fit.freeLapse, p.Lapse, p.SELapse}} {
		if !v.fitted {
			continue
		}
		t.Cols[0].Text, t.Cols[5].Text = append(t.Cols[0].Text, v.name), append(t.Cols[5].Text, "")
		for i, x := range []float64{v.rate, v.se, nan, nan} {
			t.Cols[1+i].Num = append(t.Cols[1+i].Num, x)
		}
	}
	return t
}

// middle is the probability at which a threshold is shown.
func (p *Psychometric) middle() float64 {
	if p.Guess < 0.75 && p.Guess >= 0.4 && p.Lapse < 0.2 {
		return 0.75
	}
	return (p.Guess + 1 - p.Lapse) / 2
}

// String names the threshold and the quality of the fit.
func (p *Psychometric) String() string {
	return fmt.Sprintf("%s psychometric function: %s; deviance %.1f with %d degrees of freedom", p.Shape, p.threshold(), p.Deviance, p.DF)
}

func (p *Psychometric) threshold() string {
	prob := p.middle()
	s := fmt.Sprintf("threshold %.3g", p.Threshold(prob))
	if p.Unit != "" {
		s += " " + p.Unit
	}
	return s + fmt.Sprintf(" at %.3g correct", prob)
}

// Plot draws proportions and curve, with the threshold and its 95% interval.
func (p *Psychometric) Plot() *figure.Figure {
	var x, y []float64
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, l := range p.Level {
		x, y = append(x, l), append(y, float64(p.Correct[i])/float64(p.Total[i]))
		lo, hi = math.Min(lo, l), math.Max(hi, l)
	}
	const n = 200
	cx, cy := make([]float64, n), make([]float64, n)
	for i := range cx {
		cx[i] = lo + float64((hi-lo)*float64(i))/(n-1)
		cy[i] = p.At(cx[i])
	}
	if lo > 0 && hi > 10*lo {
		for i := range cx {
			cx[i] = vec.Exp(vec.Log(lo) + float64(vec.Log(hi/lo)*float64(i))/(n-1))
			cy[i] = p.At(cx[i])
		}
	}
	prob := p.middle()
	panel := figure.Panel{
		X: figure.Axis{Label: "stimulus level", Unit: p.Unit, Log: lo > 0 && hi > 10*lo},
		Y: figure.Axis{Label: "proportion correct", Min: 0, Max: 1.03, Ticks: []float64{0, 0.25, 0.5, 0.75, 1}},
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: strings.Replace(p.Shape, "weibull", "Weibull", 1), X: cx, Y: cy, Color: "blue"},
			{Kind: figure.Points, Name: "observed", X: x, Y: y, Color: "black"},
			{Kind: figure.VLine, X: []float64{p.Threshold(prob)}, Color: "orange", Dash: true},
		},
	}
	if a, b := p.CI(prob, 0.95); !math.IsInf(a, 0) && !math.IsInf(b, 0) {
		panel.Layers = append(panel.Layers, figure.Layer{Kind: figure.VSpan, Name: "threshold, 95% interval", X: []float64{a, b}, Color: "orange", Alpha: 0.2})
	}
	return &figure.Figure{Title: p.threshold(), Width: 14, Height: 9, Panels: []figure.Panel{panel}}
}

// Show draws the figure; its text is String.
func (p *Psychometric) Show() display.Bundle {
	b := p.Plot().Show()
	b.Data[display.TypeText] = p.String()
	return b
}
