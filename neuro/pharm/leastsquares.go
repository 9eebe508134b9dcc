package pharm

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A CurveFit is a curve fitted to samples by least squares: what the fits of
// binding, kinetics and concentration curves have in common.
type CurveFit struct {
	Model    string    // what was fitted, such as "saturation binding"
	Names    []string  // of the parameters
	Units    []string  // of the parameters; may be empty texts
	Estimate []float64 // of the parameters
	SE       []float64 // standard errors from first derivatives (Gauss-Newton), as R's nls
	// SEObserved are those from the second derivatives at the samples, as R's drc.
	SEObserved []float64

	Sigma      float64 // residual standard deviation, unit of Y
	RSS        float64 // residual sum of squares
	DF         int     // samples less parameters
	Iterations int

	X, Y           []float64 // the samples
	W              []float64 // their weights; nil: all 1
	XLabel, YLabel string    // of the axes
	XUnit, YUnit   string
	at             func(q []float64, x float64) float64
	logX           bool
	positive       []bool
	cov            [][]float64 // of the parameters, Gauss-Newton
}

// At returns the fitted curve at x.
func (f *CurveFit) At(x float64) float64 { return f.at(f.Estimate, x) }

// Table returns the parameters with standard errors and 95% intervals (Student's
// distribution with DF degrees of freedom).
func (f *CurveFit) Table() table.Table {
	t := studentQuantile(0.975, f.DF)
	lo, hi := make([]float64, len(f.SE)), make([]float64, len(f.SE))
	for i, v := range f.Estimate {
		lo[i], hi[i] = v-float64(t*f.SE[i]), v+float64(t*f.SE[i])
	}
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "parameter", Text: f.Names}, {Name: "estimate", Num: f.Estimate}, {Name: "SE", Num: f.SE},
		{Name: "95% from", Num: lo}, {Name: "to", Num: hi}, {Name: "unit", Text: f.Units},
	}}
}

// String names the parameters with their standard errors.
func (f *CurveFit) String() string {
	var parts []string
	for i, n := range f.Names {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %.4g ± %.2g %s", n, f.Estimate[i], f.SE[i], f.Units[i])))
	}
	return fmt.Sprintf("%s: %s (SE); %d samples", f.Model, strings.Join(parts, ", "), len(f.X))
}

// Plot draws samples and curve.
func (f *CurveFit) Plot() *figure.Figure {
	x := curveGrid(f.logX, f.X)
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f.At(v)
	}
	return &figure.Figure{Width: 12, Height: 8, Panels: []figure.Panel{{
		Title: f.Model,
		X:     figure.Axis{Label: f.XLabel, Unit: f.XUnit, Log: f.logX},
		Y:     figure.Axis{Label: f.YLabel, Unit: f.YUnit},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: x, Y: y, Color: "blue"},
			{Kind: figure.Points, X: f.X, Y: f.Y, Color: "black"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (f *CurveFit) Show() display.Bundle {
	b := f.Plot().Show()
	b.Data[display.TypeText] = f.String()
	return b
}

// problem states the fit for lsq.
func (f *CurveFit) problem(who string, positive []bool) *lsq {
	root := make([]float64, len(f.Y))
	size := 0.0
	for i, y := range f.Y {
		root[i] = 1
		if f.W != nil {
			root[i] = math.Sqrt(f.W[i])
		}
		size += float64(y * y * root[i] * root[i])
	}
	return &lsq{who: who, model: f.Model, names: f.Names, n: len(f.Y), size: size, positive: positive, residuals: func(q, r []float64) {
		for i, x := range f.X {
			r[i] = float64((f.Y[i] - f.at(q, x)) * root[i])
		}
	}}
}

// fit estimates the parameters from q. Parameters with positive set are searched
// by their logarithm.
func (f *CurveFit) fit(who string, q []float64, positive []bool) error {
	p := f.problem(who, positive)
	p.task = display.Start("pharm."+who, "", 0)
	defer p.task.End()
	m, err := p.fit(q)
	if err != nil {
		return err
	}
	f.Estimate, f.RSS, f.DF, f.Iterations = m.q, m.rss, len(f.Y)-len(q), m.iterations
	f.Sigma = math.Sqrt(m.rss / float64(f.DF))
	f.SE, f.SEObserved = m.se, p.observed(m)
	for k := range f.SE {
		f.SE[k] *= f.Sigma
		f.SEObserved[k] *= f.Sigma
	}
	f.positive = positive
	f.cov = m.cov
	for i := range f.cov {
		for j := range f.cov {
			f.cov[i][j] *= f.Sigma * f.Sigma
		}
	}
	return nil
}

// Profile returns intervals of the parameters by profile likelihood, in a table of
// parameter, estimate, and ends.
//
// An end is the value at which the residual sum of squares, the other parameters
// fitted again, is RSS (1 + t²/DF), where t is the quantile of Student's
// distribution with DF degrees of freedom; level is 0.95 for the usual interval. It
// needs no curve to be nearly a plane, as intervals from standard errors do. An end
// that the samples do not set is infinite, or 0 for what cannot be negative. A level
// outside 0 to 1 is an error. Source: Bates and Watts 1988, chapter 6. Checked
// against R's confint.
func (f *CurveFit) Profile(level float64) (table.Table, error) {
	if !(level > 0 && level < 1) {
		return table.Table{}, fmt.Errorf("pharm: Profile: level is %g, it must lie between 0 and 1", level)
	}
	p := f.problem("Profile", f.positive)
	p.task = display.Start("pharm.Profile", "parameters", len(f.Names))
	defer p.task.End()
	return p.profiles(&lsqResult{q: f.Estimate, rss: f.RSS, se: f.SE}, f.Units, f.Sigma, f.DF, level)
}

// profiles makes the table of Profile; the standard errors of m are those of Sigma.
func (p *lsq) profiles(m *lsqResult, units []string, sigma float64, df int, level float64) (table.Table, error) {
	own := *m
	own.se = make([]float64, len(m.se))
	for k, v := range m.se {
		own.se[k] = v / sigma
	}
	t := studentQuantile(0.5+float64(level/2), df)
	count := len(m.q)
	cols := [3][]float64{append([]float64(nil), m.q...), make([]float64, count), make([]float64, count)}
	for k := range count {
		cols[1][k], cols[2][k] = m.q[k], m.q[k]
		if p.fixed != nil && p.fixed[k] || !(sigma > 0) {
			continue
		}
		var err error
		if cols[1][k], cols[2][k], err = p.profile(&own, k, df, t); err != nil {
			return table.Table{}, err
		}
		p.task.Add(1)
	}
	return table.Table{Title: fmt.Sprintf("%g%% intervals by profile likelihood", 100*level), Cols: []table.Col{
		{Name: "parameter", Text: p.names}, {Name: "estimate", Num: cols[0]}, {Name: "from", Num: cols[1]}, {Name: "to", Num: cols[2]}, {Name: "unit", Text: units},
	}}, nil
}

// scaled returns a with rows and columns divided by the roots of its diagonal.
func scaled(a [][]float64) [][]float64 {
	s := make([][]float64, len(a))
	for i := range a {
		s[i] = make([]float64, len(a))
		for j := range a {
			s[i][j] = a[i][j] / math.Sqrt(a[i][i]) / math.Sqrt(a[j][j])
		}
		s[i][i] = 1
	}
	return s
}

// damped solves (jj + damp diag(jj)) x = g.
func damped(jj [][]float64, g []float64, damp float64) ([]float64, bool) {
	s := scaled(jj)
	for i := range s {
		s[i][i] = 1 + damp
	}
	inv, ok := optim.InversePositive(s)
	if !ok {
		return nil, false
	}
	x := make([]float64, len(g))
	for i := range x {
		for j := range g {
			x[i] += float64(inv[i][j] * g[j] / math.Sqrt(jj[j][j]))
		}
		x[i] /= math.Sqrt(jj[i][i])
		if math.IsNaN(x[i]) || math.IsInf(x[i], 0) {
			return nil, false
		}
	}
	return x, true
}

// checkSamples tests that x and y are as many, more than p, finite, and x not negative.
func checkSamples(who, xName, yName string, x, y []float64, p int) error {
	if len(x) != len(y) {
		return fmt.Errorf("pharm: %s: %s has %d values and %s has %d, they must be as many", who, xName, len(x), yName, len(y))
	}
	seen := map[float64]bool{}
	for i := range x {
		if !(x[i] >= 0) || math.IsInf(x[i], 0) {
			return fmt.Errorf("pharm: %s: %s[%d] is %g, it must be finite and 0 or more", who, xName, i, x[i])
		}
		if math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			return fmt.Errorf("pharm: %s: %s[%d] is %g, it must be finite; leave missing samples out", who, yName, i, y[i])
		}
		seen[x[i]] = true
	}
	if p > 1 && flat(y) && y[0] != 0 {
		return fmt.Errorf("pharm: %s: all %d values of %s are %g, a flat course sets no curve", who, len(y), yName, y[0])
	}
	if len(x) <= p || len(seen) < p {
		return fmt.Errorf("pharm: %s: %s has %d samples at %d different values for %d parameters, at least %d at %d are needed", who, xName, len(x), len(seen), p, p+1, p)
	}
	return nil
}

// flat reports whether two or more values are all the same.
func flat(y []float64) bool {
	for _, v := range y {
		if v != y[0] {
			return false
		}
	}
	return len(y) > 1
}

// positives returns an error unless all values are above 0 and finite.
func positives(who string, names []string, values ...float64) error {
	for i, v := range values {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("pharm: %s: %s is %g, it must be above 0 and finite", who, names[i], v)
		}
	}
	return nil
}

// most returns the largest value.
func most(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = math.Max(m, v)
	}
	return m
}

// curveGrid returns where a curve through samples at x is drawn: over their whole range, and from 0
// where the axis is linear.
func curveGrid(logX bool, x []float64) []float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range x {
		if v > 0 || !logX {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if logX {
		return logSpace(lo/2, hi*2, 201)
	}
	grid := make([]float64, 201)
	for i := range grid {
		grid[i] = math.Min(lo, 0) + float64((hi-math.Min(lo, 0))*float64(i))/200
	}
	return grid
}
