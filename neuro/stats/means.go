package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MarginalMeans are means that a model estimates at levels of its factors: with other factors at all
// their levels in equal parts and covariates at their means (Searle, Speed and Milliken 1980, Am
// Stat 34:216), as emmeans has them.
type MarginalMeans struct {
	By    []string
	Means []MarginalMean
	Link  string // of a generalised model, whose Mean is on its scale
	Notes []string

	weights [][]float64 // of the coefficients, for each mean
	model   *fitted
}

// A MarginalMean is one of them.
type MarginalMean struct {
	Levels   []string // of the factors named by, in their order
	Mean, SE float64
	DF       float64 // infinite where tests are of z
	Lo, Hi   float64 // 95 % interval of this mean
	// Response, with its interval, is the mean on the scale of the response: a probability or a rate.
	Response, ResponseLo, ResponseHi float64
}

// Means returns the marginal means at the levels of one or more factors.
//
// Errors: a name that is no factor of the model. Checked against matrix algebra on the fits of R's lm
// and glm.
func (m *GLMFit) Means(by ...string) (*MarginalMeans, error) {
	return m.model.marginal("GLMFit.Means", m.Notes(), by)
}

// Means returns the marginal means at the levels of one or more factors, with random effects at 0
// and standard errors and degrees of freedom of the method of the fit. Errors: a name that is no factor
// among the fixed effects. Checked against matrix algebra on the fits of lme4, and emmeans.
func (m *MixedFit) Means(by ...string) (*MarginalMeans, error) {
	return m.model.marginal("MixedFit.Means", m.Notes(), by)
}

// EstimatedMeans returns the marginal means of an analysis of variance with factors within and between
// subjects, by the multivariate model of [ANOVA]: the means of cells between have the covariance of
// the cells within, pooled over the cells between, whose degrees of freedom they have. Sphericity is
// not assumed.
//
// Errors: those of [ANOVA] for the table; covariates, which [Linear] takes; a name that is no factor;
// cells between without subjects. Checked against emmeans' formulas on R's multivariate lm.
func EstimatedMeans(t table.Table, f Factors, by ...string) (*MarginalMeans, error) {
	const call = "EstimatedMeans"
	if len(f.Covariates) > 0 {
		return nil, fmt.Errorf("stats: %s: with covariates take Linear and its Means", call)
	}
	d, err := newLayout(call, t, f)
	if err != nil {
		return nil, err
	}
	names := append(append([]string{}, f.Between...), f.Within...)
	levels := append(append([][]string{}, d.between...), d.within...)
	groups := 1
	for _, l := range d.between {
		groups *= len(l)
	}
	number := make([]float64, groups)
	sum := make([]float64, groups*d.cells)
	of := make([]int, len(d.y))
	for s, y := range d.y {
		for k, l := range d.between {
			of[s] = of[s]*len(l) + d.group[s][k]
		}
		number[of[s]]++
		for c, v := range y {
			sum[of[s]*d.cells+c] += v
		}
	}
	for g, n := range number {
		if n == 0 {
			return nil, d.dependent(errFewSubjects)
		}
		for c := range d.cells {
			sum[g*d.cells+c] /= n
		}
	}
	df := float64(len(d.y) - groups)
	if df < 1 {
		return nil, fmt.Errorf("stats: %s: %d subjects for %d cells between: no degrees of freedom are left for the error", call, len(d.y), groups)
	}
	pooled := make([][]float64, d.cells)
	for i := range pooled {
		pooled[i] = make([]float64, d.cells)
	}
	for s, y := range d.y {
		for i := range y {
			a := y[i] - sum[of[s]*d.cells+i]
			for j := range y {
				pooled[i][j] += float64(a * (y[j] - sum[of[s]*d.cells+j]))
			}
		}
	}
	m := &fitted{call: call, beta: sum, df: func([]float64) float64 { return df }, family: family{name: "gaussian", link: "identity"}}
	m.value, _ = t.Col(f.Value)
	m.vcov = make([][]float64, len(sum))
	for a := range m.vcov {
		m.vcov[a] = make([]float64, len(sum))
		for c := range d.cells {
			g := a / d.cells
			m.vcov[a][g*d.cells+c] = pooled[a%d.cells][c] / df / number[g]
		}
	}
	unit := func(at []int) []float64 {
		k := 0
		for f, l := range levels {
			k = k*len(l) + at[f]
		}
		w := make([]float64, len(sum))
		w[k] = 1
		return w
	}
	return m.averages(call, names, levels, unit, AnovaResult{MissingRows: d.missing, LeftOut: d.leftOut}.notes(), by)
}

// marginal returns the means of a model of a formula.
func (f *fitted) marginal(call string, notes, by []string) (*MarginalMeans, error) {
	d := f.frame
	var names []string
	var levels [][]string
	used := func(n string) bool {
		return slices.ContainsFunc(f.formula.fixed, func(p product) bool { return slices.Contains(p, n) })
	}
	for n := range d.levels {
		if used(n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		levels = append(levels, d.levels[n])
	}
	// One row of a design at these levels, with covariates at their means.
	row := func(at []int) []float64 {
		g := &frame{n: 1, num: map[string][]float64{}, text: map[string][]string{}, levels: d.levels}
		for n, v := range d.num {
			mean, _ := moments(v)
			g.num[n] = []float64{mean}
		}
		for k, n := range names {
			g.text[n] = []string{levels[k][at[k]]}
		}
		_, x, _ := g.matrix(f.formula.constant, f.formula.fixed)
		out := make([]float64, len(x))
		for j, c := range x {
			out[j] = c[0]
		}
		return out
	}
	return f.averages(call, names, levels, row, notes, by)
}

// averages returns means over all levels of factors that are not named.
func (f *fitted) averages(call string, names []string, levels [][]string, row func(at []int) []float64, notes, by []string) (*MarginalMeans, error) {
	if len(by) == 0 {
		return nil, fmt.Errorf("stats: %s: name one or more of the factors %s", call, strings.Join(names, ", "))
	}
	where := make([]int, len(by))
	for k, n := range by {
		if where[k] = slices.Index(names, n); where[k] < 0 || slices.Contains(by[:k], n) {
			return nil, fmt.Errorf("stats: %s: %q is no factor of the model, or named twice; there are %s", call, n, strings.Join(names, ", "))
		}
	}
	m := &MarginalMeans{By: slices.Clone(by), Notes: notes, model: f}
	if f.family.link != "identity" {
		m.Link = f.family.link
	}
	cells := 1
	for _, l := range levels {
		if cells *= len(l); cells > 1<<16 {
			return nil, fmt.Errorf("stats: %s: the factors have more than %d cells", call, 1<<16)
		}
	}
	groups := 1
	for _, k := range where {
		groups *= len(levels[k])
	}
	m.weights, m.Means = make([][]float64, groups), make([]MarginalMean, groups)
	at := make([]int, len(levels))
	for c := range cells {
		rest := c
		for k := len(levels) - 1; k >= 0; k-- {
			at[k] = rest % len(levels[k])
			rest /= len(levels[k])
		}
		g := 0
		for _, k := range where {
			g = g*len(levels[k]) + at[k]
		}
		w := row(at)
		if m.weights[g] == nil {
			m.weights[g] = make([]float64, len(w))
			for _, k := range where {
				m.Means[g].Levels = append(m.Means[g].Levels, levels[k][at[k]])
			}
		}
		for j, v := range w {
			m.weights[g][j] += v / float64(cells/groups)
		}
	}
	for g := range m.Means {
		x := &m.Means[g]
		x.Mean, x.SE = f.estimate(m.weights[g])
		x.DF = f.df(m.weights[g])
		half := float64(waldQuantile(0.95, x.DF) * x.SE)
		x.Lo, x.Hi = x.Mean-half, x.Mean+half
		x.Response, _ = f.family.mean(x.Mean)
		x.ResponseLo, _ = f.family.mean(x.Lo)
		x.ResponseHi, _ = f.family.mean(x.Hi)
		if x.ResponseLo > x.ResponseHi {
			x.ResponseLo, x.ResponseHi = x.ResponseHi, x.ResponseLo
		}
	}
	return m, nil
}

// Pairs compares all pairs of the means, at each level of other factors where at names some of them.
//
// adjust is "tukey" (also ""), against the studentised range, or a method of [Adjust]; it is of
// the pairs at one level of the others. Intervals are of this pair alone but for Tukey's, which are of
// all at once. D is NaN: a difference of a model has no one deviation to be over.
//
// Errors: a name in at that the means are not by, an unknown method. Checked against R's TukeyHSD.
func (m *MarginalMeans) Pairs(adjust string, at ...string) (*Comparisons, error) {
	const call = "MarginalMeans.Pairs"
	if adjust == "" {
		adjust = "tukey"
	}
	fixed := make([]bool, len(m.By))
	for _, n := range at {
		k := slices.Index(m.By, n)
		if k < 0 {
			return nil, fmt.Errorf("stats: %s: the means are not by %q but by %s", call, n, strings.Join(m.By, ", "))
		}
		fixed[k] = true
	}
	label := func(g int, want bool) string {
		var parts []string
		for k, l := range m.Means[g].Levels {
			if fixed[k] == want {
				parts = append(parts, l)
			}
		}
		return strings.Join(parts, " ")
	}
	r := &Comparisons{Name: "marginal means, " + adjust, Notes: slices.Clone(m.Notes)}
	if m.Link != "" {
		r.Name += ", on the scale of the " + m.Link
	}
	var farOf [3]float64 // means, degrees of freedom and the range of 5 %
	var order []string
	families := map[string][]int{}
	for g := range m.Means {
		k := label(g, true)
		if families[k] == nil {
			order = append(order, k)
		}
		families[k] = append(families[k], g)
	}
	for _, name := range order {
		list := families[name]
		if len(list) < 2 {
			return nil, fmt.Errorf("stats: %s: there is one mean at %q: no pairs", call, name)
		}
		var p []float64
		from := len(r.Pairs)
		for i, a := range list {
			for _, b := range list[i+1:] {
				c := diff(m.weights[a], m.weights[b])
				x := Comparison{At: name, A: label(a, false), B: label(b, false), DF: m.model.df(c), D: math.NaN(), DLo: math.NaN(), DHi: math.NaN()}
				x.Diff, x.SE = m.model.estimate(c)
				if adjust == "tukey" {
					if k := float64(len(list)); k != farOf[0] || x.DF != farOf[1] {
						farOf = [3]float64{k, x.DF, dist.StudentizedRangeQuantileSF(0.05, k, x.DF)}
					}
					x.fill(farOf[0], farOf[2])
				} else {
					x.T = x.Diff / x.SE
					half := float64(waldQuantile(0.95, x.DF) * x.SE)
					x.Lo, x.Hi = x.Diff-half, x.Diff+half
				}
				x.P = waldP(x.T, x.DF)
				r.Pairs = append(r.Pairs, x)
				p = append(p, x.P)
			}
		}
		if adjust == "tukey" {
			continue
		}
		p, err := Adjust(p, adjust)
		if err != nil {
			return nil, err
		}
		for i, v := range p {
			r.Pairs[from+i].PAdj = v
		}
	}
	return r, nil
}

// A Contrast is a weighted sum of marginal means.
type Contrast struct {
	Name     string
	Estimate float64
	SE       float64
	T, DF, P float64
	Lo, Hi   float64 // 95 % interval
}

// Contrast tests a weighted sum of the means, in their order, against 0: weights that sum to 0
// compare, such as {-1, 0, 1} a linear trend over three levels. Errors: a number of weights other than that of means.
func (m *MarginalMeans) Contrast(name string, weights ...float64) (Contrast, error) {
	if len(weights) != len(m.Means) {
		return Contrast{}, fmt.Errorf("stats: MarginalMeans.Contrast: %d weights for %d means", len(weights), len(m.Means))
	}
	c := make([]float64, len(m.model.beta))
	for g, w := range weights {
		for j, v := range m.weights[g] {
			c[j] += float64(w * v)
		}
	}
	x := Contrast{Name: name, DF: m.model.df(c)}
	x.Estimate, x.SE = m.model.estimate(c)
	x.T = x.Estimate / x.SE
	x.P = waldP(x.T, x.DF)
	half := float64(waldQuantile(0.95, x.DF) * x.SE)
	x.Lo, x.Hi = x.Estimate-half, x.Estimate+half
	return x, nil
}

// String returns the contrast as a paper reports it.
func (c Contrast) String() string {
	letter := fmt.Sprintf("t(%s)", degrees(c.DF))
	if math.IsInf(c.DF, 1) {
		letter = "z"
	}
	return fmt.Sprintf("%s: %.4g [%.4g, %.4g], %s = %.2f, %s", c.Name, c.Estimate, c.Lo, c.Hi, letter, c.T, pText(c.P))
}

// Table returns the contrast as a row.
func (c Contrast) Table() table.Table {
	return table.Table{Cols: []table.Col{{Name: "contrast", Text: []string{c.Name}}, {Name: "estimate", Num: []float64{c.Estimate}},
		{Name: "SE", Num: []float64{c.SE}}, {Name: "95% low", Num: []float64{c.Lo}}, {Name: "95% high", Num: []float64{c.Hi}},
		{Name: "t", Num: []float64{c.T}, Style: "%.2f"}, {Name: "df", Num: []float64{c.DF}, Style: "%.4g"}, {Name: "p", Num: []float64{c.P}, Style: "p"}}}
}

// Show shows the table.
func (c Contrast) Show() display.Bundle { return c.Table().Show() }

// Table returns a row for each mean.
func (m *MarginalMeans) Table() table.Table {
	t := table.Table{Title: "marginal means by " + strings.Join(m.By, ", ")}
	if m.Link != "" {
		t.Title += ", on the scale of the " + m.Link + " and of the response"
	}
	for _, n := range m.Notes {
		t.Title += "; " + n
	}
	for k, n := range m.By {
		c := table.Col{Name: n, Text: []string{}}
		for _, x := range m.Means {
			c.Text = append(c.Text, x.Levels[k])
		}
		t.Cols = append(t.Cols, c)
	}
	for k, head := range []string{"mean", "SE", "df", "95% low", "95% high", "response", "response low", "response high"} {
		if k > 4 && m.Link == "" || k == 2 && math.IsInf(m.Means[0].DF, 1) {
			continue
		}
		c := table.Col{Name: head}
		switch {
		case k == 2:
			c.Style = "%.4g"
		case k > 4:
			c.Style = "%.3g"
		}
		for _, x := range m.Means {
			c.Num = append(c.Num, []float64{x.Mean, x.SE, x.DF, x.Lo, x.Hi, x.Response, x.ResponseLo, x.ResponseHi}[k])
		}
		t.Cols = append(t.Cols, c)
	}
	return t
}

// String returns the table as text.
func (m *MarginalMeans) String() string { return m.Table().String() }

// Show shows the table.
func (m *MarginalMeans) Show() display.Bundle { return m.Table().Show() }
