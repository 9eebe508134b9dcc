package behavior

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// at returns the probability of a response at t, a level of the curve's axis.
func (m *psychBayes) at(t, threshold, width, guess, lapse float64) float64 {
	p := guess + float64((1-guess-lapse)*m.curve(t, threshold, width))
	if m.o.Falling {
		return 1 - p
	}
	return p
}

// At returns the probability of a correct response at a level, with the most
// probable parameters.
func (r *PsychometricPosterior) At(level float64) float64 {
	m, q := r.model, r.MAP
	if m.shape == "weibull" && level <= 0 {
		return m.at(math.Inf(-1), 0, 1, q.Guess, q.Lapse)
	}
	return m.at(m.inside(level), m.inside(q.Threshold), q.Width, q.Guess, q.Lapse)
}

// Threshold returns the level at which the probability of a correct response is
// prob with the most probable parameters, and its credible interval from the
// joint posterior of all parameters: cells whose curve never reaches prob count
// as levels above all others (below, where the curve starts higher). NaN unless
// prob lies on the most probable curve.
func (r *PsychometricPosterior) Threshold(prob float64) (level, lo, hi float64) {
	if level = r.place(prob, r.model.inside(r.MAP.Threshold), r.MAP.Width, r.MAP.Guess, r.MAP.Lapse); math.IsNaN(level) || math.IsInf(level, 0) || level == 0 && r.Shape == "weibull" {
		return math.NaN(), math.NaN(), math.NaN()
	}
	lo, hi = r.interval(func(c psychCell) float64 { return r.place(prob, c.threshold, c.width, c.guess, c.lapse) })
	return level, lo, hi
}

// place is where a curve reaches prob; infinite where it does not.
func (r *PsychometricPosterior) place(prob, threshold, width, guess, lapse float64) float64 {
	m := r.model
	if m.o.Falling {
		prob = 1 - prob
	}
	f := (prob - guess) / (1 - guess - lapse)
	switch {
	case math.IsNaN(f):
		return f
	case f <= 0 && m.shape == "weibull":
		return 0
	case f <= 0:
		return math.Inf(-1)
	case f >= 1:
		return math.Inf(1)
	}
	return m.outsideAxis(aThreshold, threshold+float64(width*(m.inverse(f)-m.inverse(0.5))/(m.inverse(0.95)-m.inverse(0.05))))
}

// Slope returns the slope of the most probable curve at a level, probability per
// unit of the levels, and its credible interval from the joint posterior.
func (r *PsychometricPosterior) Slope(level float64) (slope, lo, hi float64) {
	m := r.model
	step := float64((m.hi - m.lo) * 1e-5)
	at := func(threshold, width, guess, lapse float64) float64 {
		t := m.inside(level)
		d := (m.at(t+step, threshold, width, guess, lapse) - m.at(t-step, threshold, width, guess, lapse)) / (2 * step)
		if m.shape == "weibull" {
			d /= level
		}
		return d
	}
	slope = at(m.inside(r.MAP.Threshold), r.MAP.Width, r.MAP.Guess, r.MAP.Lapse)
	lo, hi = r.interval(func(c psychCell) float64 { return at(c.threshold, c.width, c.guess, c.lapse) })
	return slope, lo, hi
}

// interval returns the credible interval of a function of the parameters.
func (r *PsychometricPosterior) interval(f func(psychCell) float64) (lo, hi float64) {
	v := make([]float64, len(r.cells))
	order := make([]int, len(r.cells))
	total := 0.0
	for i, c := range r.cells {
		v[i], order[i] = f(c), i
		total += c.mass
	}
	sort.SliceStable(order, func(a, b int) bool { return v[order[a]] < v[order[b]] })
	lo = math.NaN()
	sum := 0.0
	for _, i := range order {
		sum += r.cells[i].mass / total
		if math.IsNaN(lo) && sum >= (1-r.Confidence)/2 {
			lo = v[i]
		}
		if sum >= (1+r.Confidence)/2 {
			return lo, v[i]
		}
	}
	return lo, v[order[len(order)-1]]
}

// Table returns the parameters: most probable value, mean and credible interval.
func (r *PsychometricPosterior) Table() table.Table {
	values := func(p PsychometricParams) []float64 {
		return []float64{p.Threshold, p.Width, p.Guess, p.Lapse, p.Eta}
	}
	width := r.Unit
	if r.Shape == "weibull" {
		width = "log"
	}
	return table.Table{Title: r.String(), Cols: []table.Col{
		{Name: "parameter", Text: axisNames[:]},
		{Name: "MAP", Num: values(r.MAP)},
		{Name: "mean", Num: values(r.Mean)},
		{Name: fmt.Sprintf("%.3g%% from", 100*r.Confidence), Num: values(r.Lo)},
		{Name: "to", Num: values(r.Hi)},
		{Name: "unit", Text: []string{r.Unit, width, "", "", ""}},
	}}
}

// String names threshold and width with their credible intervals.
func (r *PsychometricPosterior) String() string {
	unit := ""
	if r.Unit != "" {
		unit = " " + r.Unit
	}
	s := fmt.Sprintf("%s psychometric function, %s: threshold %.3g%s (%.3g to %.3g), width %.3g (%.3g to %.3g), lapse %.2g, overdispersion %.2g",
		r.Shape, r.Task, r.MAP.Threshold, unit, r.Lo.Threshold, r.Hi.Threshold, r.MAP.Width, r.Lo.Width, r.Hi.Width, r.MAP.Lapse, r.MAP.Eta)
	if len(r.Notes) > 0 {
		s += "\nnote: " + strings.Join(r.Notes, "\nnote: ")
	}
	return s
}

// Band returns the credible interval of the probability at each of several
// levels, from 500 evenly weighted places of the posterior.
func (r *PsychometricPosterior) Band(level []float64) (lo, hi []float64) {
	const n = 500
	total, sum := 0.0, 0.0
	for _, c := range r.cells {
		total += c.mass
	}
	var drawn []psychCell
	for _, c := range r.cells {
		sum += c.mass / total
		for len(drawn) < n && (float64(len(drawn))+0.5)/n <= sum {
			drawn = append(drawn, c)
		}
	}
	p := make([]float64, len(drawn))
	for _, x := range level {
		for i, c := range drawn {
			p[i] = r.model.at(r.model.inside(math.Max(x, math.SmallestNonzeroFloat64)), c.threshold, c.width, c.guess, c.lapse)
			if r.Shape != "weibull" {
				p[i] = r.model.at(x, c.threshold, c.width, c.guess, c.lapse)
			}
		}
		slices.Sort(p)
		k := int((1 - r.Confidence) / 2 * float64(len(p)))
		lo, hi = append(lo, p[k]), append(hi, p[len(p)-1-k])
	}
	return lo, hi
}

// Plot draws the data with the most probable curve and its credible band, and
// the marginal posteriors of threshold, width and what else was unknown, with
// their priors.
func (r *PsychometricPosterior) Plot() *figure.Figure {
	from, to := slices.Min(r.Level), slices.Max(r.Level)
	log := from > 0 && to > 10*from
	const n = 160
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = from + float64((to-from)*float64(i)/(n-1))
		if log {
			x[i] = from * math.Pow(to/from, float64(i)/(n-1))
		}
		y[i] = r.At(x[i])
	}
	lo, hi := r.Band(x)
	data := figure.Layer{Kind: figure.Points, Name: "observed", Color: "black"}
	for i, l := range r.Level {
		data.X, data.Y = append(data.X, l), append(data.Y, float64(r.Correct[i])/float64(r.Total[i]))
	}
	what := "proportion correct"
	if r.Task == "yes/no" {
		what = "proportion \"yes\""
	}
	panels := []figure.Panel{{
		X:      figure.Axis{Label: "stimulus level", Unit: r.Unit, Log: log},
		Y:      figure.Axis{Label: what, Min: 0, Max: 1.03, Ticks: []float64{0, 0.25, 0.5, 0.75, 1}},
		Legend: "lower right",
		Layers: []figure.Layer{
			{Kind: figure.Area, Name: fmt.Sprintf("%.3g%% credible", 100*r.Confidence), X: x, Y: hi, Y2: lo, Color: "blue", Alpha: 0.25},
			{Kind: figure.Line, Name: "most probable", X: x, Y: y, Color: "blue", Width: 1.5},
			data,
		},
	}}
	for a, marginal := range r.Marginals {
		if marginal.Density == nil || a == aGuess && r.model.equal {
			continue
		}
		unit := ""
		if a == aThreshold || a == aWidth && r.Shape != "weibull" {
			unit = r.Unit
		}
		label := marginal.Name
		if a == aLapse && r.model.equal {
			label = "guess and lapse"
		}
		panels = append(panels, figure.Panel{
			X: figure.Axis{Label: label, Unit: unit}, Y: figure.Axis{Label: "density"},
			Layers: []figure.Layer{
				{Kind: figure.Line, Name: "prior", X: marginal.Value, Y: marginal.Prior, Color: "grey", Dash: true},
				{Kind: figure.Line, Name: "posterior", X: marginal.Value, Y: marginal.Density, Color: "blue", Width: 1.5},
			},
		})
	}
	title, _, _ := strings.Cut(r.String(), ": ")
	return &figure.Figure{Title: title, Width: 18, Height: 14, Cols: 2, Panels: panels}
}

// Show draws the figure; its text is String.
func (r *PsychometricPosterior) Show() display.Bundle { return showRT(r.Plot(), r.String()) }
