package pharm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Series is one of several curves that are fitted together.
type Series struct {
	Name string
	// Level is what distinguishes the curves in models that need it: the
	// concentration of antagonist, modulator or ligand.
	Level float64
	X, Y  []float64 // dose or time, and response, one value per sample
}

// GlobalOptions say how several curves are fitted together.
type GlobalOptions struct {
	// Shared names the parameters that all curves have in common, where the
	// model leaves that open.
	Shared []string
	// Fixed keeps parameters at these values, by name, such as "Bottom": 0.
	Fixed map[string]float64
	// Weights is "" for equal ones, "1/y" or "1/y2" for a variance that grows with
	// the response or its square; responses must then be above 0.
	Weights      string
	XUnit, YUnit string // label dose or time, and response; may be empty
}

// A GlobalFit is several curves fitted together by least squares.
type GlobalFit struct {
	Model        string
	Names, Units []string // of the parameters; of a curve's own "EC50 (name)"
	Estimate     []float64
	SE           []float64 // standard errors from first derivatives; 0 for what is fixed
	SEObserved   []float64 // from second derivatives at the samples
	Fixed        []bool

	Sigma, RSS float64 // residual standard deviation and sum of squares, by the weights
	DF         int     // samples less fitted parameters
	AICc       float64 // of a normal likelihood; differences compare models of the same samples
	Iterations int

	Series []Series
	Weight [][]float64 // of the samples, [series][sample]; nil: all 1

	XLabel, YLabel, XUnit, YUnit string
	logX                         bool
	index                        [][]int // of each series' parameters among all
	at                           func(q []float64, level, x float64) float64
	positive                     []bool
	cov                          [][]float64 // of the parameters, Gauss-Newton, for a residual variance of 1
}

// A globalModel is a model of several curves.
type globalModel struct {
	who, name      string
	names, units   []string // of one curve's parameters
	positive       []bool
	shared         []bool
	at             func(q []float64, level, x float64) float64
	logX           bool
	xLabel, yLabel string
	starts         [][][]float64 // several, of each series' parameters; shared ones are averaged
}

// fitGlobal fits a model to all series.
func fitGlobal(m globalModel, series []Series, o GlobalOptions) (*GlobalFit, error) {
	f := &GlobalFit{Model: m.name, XLabel: m.xLabel, YLabel: m.yLabel, XUnit: o.XUnit, YUnit: o.YUnit, logX: m.logX, at: m.at}
	for name, v := range o.Fixed {
		if !slices.Contains(m.names, name) || math.IsNaN(v) || math.IsInf(v, 0) || m.positive[slices.Index(m.names, name)] && !(v > 0) {
			return nil, fmt.Errorf("pharm: %s: Fixed has %s at %g; the model has %s, and %s must be above 0", m.who, name, v, strings.Join(m.names, ", "), strings.Join(positiveNames(m), ", "))
		}
	}
	n := 0
	for _, s := range series {
		own := s
		own.X, own.Y = slices.Clone(s.X), slices.Clone(s.Y)
		f.Series = append(f.Series, own)
		n += len(s.X)
	}
	f.index = make([][]int, len(series))
	for i := range f.index {
		f.index[i] = make([]int, len(m.names))
	}
	for k, name := range m.names {
		_, fixed := o.Fixed[name]
		common := m.shared[k] || fixed || len(series) == 1
		for i, s := range series {
			if i > 0 && common {
				f.index[i][k] = f.index[0][k]
				continue
			}
			f.index[i][k] = len(f.Names)
			if !common {
				name = fmt.Sprintf("%s (%s)", m.names[k], s.Name)
			}
			f.Names, f.Units, f.positive, f.Fixed = append(f.Names, name), append(f.Units, m.units[k]), append(f.positive, m.positive[k]), append(f.Fixed, fixed)
		}
	}
	var err error
	if f.Weight, err = weights(m.who, series, o.Weights); err != nil {
		return nil, err
	}
	p := f.problem(m.who)
	free := len(p.free())
	if n <= free {
		return nil, fmt.Errorf("pharm: %s: there are %d samples for %d parameters, more are needed", m.who, n, free)
	}
	p.task = display.Start("pharm."+m.who, "", 0)
	defer p.task.End()
	var best *lsqResult
	for _, start := range m.starts {
		q := make([]float64, len(f.Names))
		count := make([]float64, len(f.Names))
		for i := range series {
			for k := range m.names {
				j := f.index[i][k]
				v := start[i][k]
				if m.positive[k] {
					v = vec.Log(math.Max(v, 1e-300))
				}
				q[j] += v
				count[j]++
			}
		}
		for j := range q {
			q[j] /= count[j]
			if f.positive[j] {
				q[j] = vec.Exp(q[j])
			}
		}
		for name, v := range o.Fixed {
			q[f.index[0][slices.Index(m.names, name)]] = v
		}
		r, e := p.fit(q)
		if e != nil {
			if err == nil {
				err = e
			}
			continue
		}
		if best == nil || r.rss < best.rss-float64(1e-9*best.rss) {
			best = r
		}
	}
	if best == nil {
		return nil, err
	}
	f.Estimate, f.SE, f.SEObserved, f.RSS, f.Iterations = best.q, best.se, p.observed(best), best.rss, best.iterations
	f.cov = best.cov
	f.DF = n - free
	f.Sigma = math.Sqrt(f.RSS / float64(f.DF))
	for k := range f.SE {
		f.SE[k] *= f.Sigma
		f.SEObserved[k] *= f.Sigma
	}
	f.AICc = math.NaN()
	if k := float64(free + 1); float64(n)-k-1 > 0 {
		f.AICc = float64(float64(n)*vec.Log(f.RSS/float64(n))) + float64(2*k) + 2*k*(k+1)/(float64(n)-k-1)
	}
	return f, nil
}

func positiveNames(m globalModel) (names []string) {
	for k, p := range m.positive {
		if p {
			names = append(names, m.names[k])
		}
	}
	return names
}

// weights returns those of the samples, nil where all are 1.
func weights(who string, series []Series, kind string) ([][]float64, error) {
	if kind == "" {
		return nil, nil
	}
	if kind != "1/y" && kind != "1/y2" {
		return nil, fmt.Errorf("pharm: %s: Weights is %q, known are \"\", \"1/y\" and \"1/y2\"", who, kind)
	}
	w := make([][]float64, len(series))
	for i, s := range series {
		for k, y := range s.Y {
			if !(y > 0) {
				return nil, fmt.Errorf("pharm: %s: sample %d of series %s is %g; weights of %s need values above 0", who, k, s.Name, y, kind)
			}
			v := 1 / y
			if kind == "1/y2" {
				v /= y
			}
			w[i] = append(w[i], v)
		}
	}
	return w, nil
}

// checkSeries tests names, lengths and values of the series.
func checkSeries(who string, series []Series, levels bool) error {
	if len(series) == 0 {
		return fmt.Errorf("pharm: %s: there are no series", who)
	}
	seen := map[string]bool{}
	for i, s := range series {
		if seen[s.Name] {
			return fmt.Errorf("pharm: %s: two series have the name %q, each needs its own", who, s.Name)
		}
		seen[s.Name] = true
		if len(s.X) != len(s.Y) || len(s.X) == 0 {
			return fmt.Errorf("pharm: %s: series %d has %d values of X and %d of Y, they must be as many, 1 or more", who, i, len(s.X), len(s.Y))
		}
		if levels && (!(s.Level >= 0) || math.IsInf(s.Level, 0)) {
			return fmt.Errorf("pharm: %s: series %d has the Level %g, it must be finite and 0 or more", who, i, s.Level)
		}
		for k := range s.X {
			if !(s.X[k] >= 0) || math.IsInf(s.X[k], 0) {
				return fmt.Errorf("pharm: %s: series %d: X[%d] is %g, it must be finite and 0 or more", who, i, k, s.X[k])
			}
			if !isFinite(s.Y[k]) {
				return fmt.Errorf("pharm: %s: series %d: Y[%d] is %g, it must be finite; leave missing samples out", who, i, k, s.Y[k])
			}
		}
	}
	return nil
}

// problem states the fit for lsq.
func (f *GlobalFit) problem(who string) *lsq {
	p := &lsq{who: who, model: f.Model, names: f.Names, positive: f.positive, fixed: f.Fixed}
	for i, s := range f.Series {
		p.n += len(s.Y)
		for k, y := range s.Y {
			p.size += float64(y * y * f.weight(i, k))
		}
	}
	own := make([]float64, len(f.index[0]))
	p.residuals = func(q, r []float64) {
		at := 0
		for i, s := range f.Series {
			for k, j := range f.index[i] {
				own[k] = q[j]
			}
			for k, x := range s.X {
				r[at] = float64((s.Y[k] - f.at(own, s.Level, x)) * math.Sqrt(f.weight(i, k)))
				at++
			}
		}
	}
	return p
}

func (f *GlobalFit) weight(i, k int) float64 {
	if f.Weight == nil {
		return 1
	}
	return f.Weight[i][k]
}

// At returns the fitted curve of a series at x.
func (f *GlobalFit) At(series int, x float64) float64 {
	own := make([]float64, len(f.index[series]))
	for k, j := range f.index[series] {
		own[k] = f.Estimate[j]
	}
	return f.at(own, f.Series[series].Level, x)
}

// Parameter returns the estimate of a parameter and its standard error, by its name
// among Names. A name that there is not is an error.
func (f *GlobalFit) Parameter(name string) (estimate, se float64, err error) {
	k := slices.Index(f.Names, name)
	if k < 0 {
		return 0, 0, fmt.Errorf("pharm: Parameter: there is no %q, but %s", name, strings.Join(f.Names, ", "))
	}
	return f.Estimate[k], f.SE[k], nil
}

// Ratio returns the ratio of two parameters with its interval, such as the relative potency of two
// formulations, a's value over b's.
//
//	potency, lo, hi, err := fit.Ratio("EC50 (capsule)", "EC50 (tablet)", 0.95)
//
// The interval is that of the logarithm, log a - log b ± t SE with Student's t of DF degrees of freedom and
// the covariance of both; level is 0.95 for the usual one. A name that there is not, one that is both,
// parameters that may be 0 or below, such as plateaus, and a level outside 0 to 1 are errors. Source: Finney
// 1978, on the logarithm. Checked against R's nls with the logarithm of the ratio as a parameter.
func (f *GlobalFit) Ratio(a, b string, level float64) (ratio, lo, hi float64, err error) {
	fail := func(format string, args ...any) (float64, float64, float64, error) {
		return 0, 0, 0, fmt.Errorf("pharm: Ratio: "+format, args...)
	}
	var at [2]int
	for k, name := range []string{a, b} {
		if at[k] = slices.Index(f.Names, name); at[k] < 0 {
			return fail("there is no %q, but %s", name, strings.Join(f.Names, ", "))
		}
		if !f.positive[at[k]] {
			return fail("%s may be 0 or below, and has no ratio with an interval", name)
		}
	}
	i, j := at[0], at[1]
	if i == j {
		return fail("both parameters are %s", a)
	}
	if !(level > 0 && level < 1) {
		return fail("level is %g, it must lie between 0 and 1", level)
	}
	x, y := f.Estimate[i], f.Estimate[j]
	v := f.cov[i][i]/(x*x) + f.cov[j][j]/(y*y) - 2*f.cov[i][j]/(x*y)
	half := studentQuantile(0.5+float64(level/2), f.DF) * f.Sigma * math.Sqrt(math.Max(v, 0))
	return x / y, x / y * vec.Exp(-half), x / y * vec.Exp(half), nil
}

// Profile returns intervals of the parameters by profile likelihood, as those of
// CurveFit; what is fixed has its value at both ends.
func (f *GlobalFit) Profile(level float64) (table.Table, error) {
	if !(level > 0 && level < 1) {
		return table.Table{}, fmt.Errorf("pharm: Profile: level is %g, it must lie between 0 and 1", level)
	}
	p := f.problem("Profile")
	p.task = display.Start("pharm.Profile", "parameters", len(f.Names))
	defer p.task.End()
	return p.profiles(&lsqResult{q: f.Estimate, rss: f.RSS, se: f.SE}, f.Units, f.Sigma, f.DF, level)
}

// Table returns the parameters with both standard errors and 95% intervals of the
// first (Student's distribution with DF degrees of freedom).
func (f *GlobalFit) Table() table.Table {
	t := studentQuantile(0.975, f.DF)
	lo, hi := make([]float64, len(f.SE)), make([]float64, len(f.SE))
	for i, v := range f.Estimate {
		lo[i], hi[i] = v-float64(t*f.SE[i]), v+float64(t*f.SE[i])
	}
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "parameter", Text: f.Names}, {Name: "estimate", Num: f.Estimate}, {Name: "SE", Num: f.SE},
		{Name: "SE observed", Num: f.SEObserved}, {Name: "95% from", Num: lo}, {Name: "to", Num: hi}, {Name: "unit", Text: f.Units},
	}}
}

// String names the parameters with their standard errors.
func (f *GlobalFit) String() string {
	var parts []string
	for i, n := range f.Names {
		if f.Fixed[i] {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %.4g %s", n, f.Estimate[i], f.Units[i]))+" (fixed)")
			continue
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %.4g ± %.2g %s", n, f.Estimate[i], f.SE[i], f.Units[i])))
	}
	return fmt.Sprintf("%s: %s (SE); %d curves, %d samples", f.Model, strings.Join(parts, ", "), len(f.Series), f.DF+len(f.problem("").free()))
}

// Plot draws the samples and curves of all series.
func (f *GlobalFit) Plot() *figure.Figure {
	var all []float64
	for _, s := range f.Series {
		all = append(all, s.X...)
	}
	x := curveGrid(f.logX, all)
	p := figure.Panel{Title: f.Model, X: figure.Axis{Label: f.XLabel, Unit: f.XUnit, Log: f.logX}, Y: figure.Axis{Label: f.YLabel, Unit: f.YUnit}}
	colors := []string{"blue", "orange", "green", "red", "purple", "brown", "pink", "sky", "grey", "black"}
	for i, s := range f.Series {
		y := make([]float64, len(x))
		for k, v := range x {
			y[k] = f.At(i, v)
		}
		at := slices.Clone(s.X)
		for k, v := range at {
			if f.logX && v == 0 {
				at[k] = x[0]
				p.X.Label = f.XLabel + " (0 at the left end)"
			}
		}
		c := colors[i%len(colors)]
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: s.Name, X: x, Y: y, Color: c}, figure.Layer{Kind: figure.Points, X: at, Y: s.Y, Color: c})
	}
	return &figure.Figure{Width: 14, Height: 9, Panels: []figure.Panel{p}}
}

// Show draws the figure; its text is String.
func (f *GlobalFit) Show() display.Bundle { return described(f.Plot(), f.String()) }

// A FitComparison is the F test of a fit against one with more parameters.
type FitComparison struct {
	F        float64
	DF1, DF2 int     // parameters more, and samples less parameters of the larger
	P        float64 // probability of so large an F where the smaller model holds
	AICc     float64 // that of the larger less that of the smaller: below 0 it is the better
}

// CompareFits tests whether a larger model fits better than one that is a case of it,
// such as one with a common EC50.
//
//	F = ((RSS small - RSS large)/(DF small - DF large)) / (RSS large/DF large)
//
// Both must have the same samples and weights, which is the caller's to see to; a
// larger model without more parameters and one that fits worse are errors. Source:
// Motulsky and Christopoulos 2004. Checked against R's anova of nls.
func CompareFits(small, large *GlobalFit) (FitComparison, error) {
	d := small.DF - large.DF
	if d < 1 || len(small.Series) != len(large.Series) {
		return FitComparison{}, fmt.Errorf("pharm: CompareFits: the fits have %d and %d degrees of freedom and %d and %d curves; large must have more parameters for the same samples", small.DF, large.DF, len(small.Series), len(large.Series))
	}
	if large.RSS > small.RSS*(1+1e-9) {
		return FitComparison{}, fmt.Errorf("pharm: CompareFits: the sum of squares of large is %g and of small %g; large fits worse, so small is no case of it", large.RSS, small.RSS)
	}
	c := FitComparison{DF1: d, DF2: large.DF, AICc: large.AICc - small.AICc}
	c.F = math.Max(small.RSS-large.RSS, 0) / float64(d) / (large.RSS / float64(large.DF))
	c.P = dist.FSF(c.F, float64(d), float64(large.DF))
	return c, nil
}

// String is the test as papers write it.
func (c FitComparison) String() string {
	return fmt.Sprintf("F(%d, %d) = %.4g, p = %.4g; AICc %+.3g for the larger model", c.DF1, c.DF2, c.F, c.P, c.AICc)
}
