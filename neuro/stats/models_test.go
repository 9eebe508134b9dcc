package stats

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

type goldenMeans struct {
	By                               []string
	Level                            []string
	Mean, SE, Diff, DSE, Tukey, Holm []float64
	Groups, GSE                      []float64
	DF                               float64
}

type goldenModel struct {
	Name, Kind, Formula, Family, Link, Trials                    string
	Table                                                        map[string]json.RawMessage
	Columns, Names                                               []string
	Beta, SE, P                                                  []float64
	Deviance, Null, Dispersion, LogLik, AIC, BIC, R2, Adj, F, PF float64
	N, Missing                                                   int
	Group, Effect                                                []string
	SD, Corr                                                     []float64
	Singular                                                     bool
	Means                                                        json.RawMessage
	Y                                                            [][]float64
	Grp                                                          []string
}

func (g goldenModel) table(t *testing.T) (out table.Table) {
	for _, n := range g.Columns {
		c := table.Col{Name: n}
		var v []any
		if err := json.Unmarshal(g.Table[n], &v); err != nil {
			t.Fatal(err)
		}
		words := slices.ContainsFunc(v, func(x any) bool { _, ok := x.(string); return ok })
		for _, x := range v {
			switch x := x.(type) {
			case string:
				c.Text = append(c.Text, x)
			case float64:
				c.Num = append(c.Num, x)
			case nil:
				if words {
					c.Text = append(c.Text, "")
				} else {
					c.Num = append(c.Num, math.NaN())
				}
			}
		}
		out.Cols = append(out.Cols, c)
	}
	return out
}

func readModels(t *testing.T) (out []goldenModel) {
	golden.JSON(t, golden.Path(t, "stats/models.json"), &out)
	return out
}

func checkMeans(t *testing.T, name string, raw json.RawMessage, tol float64, of func(by ...string) (*MarginalMeans, error)) {
	t.Helper()
	if raw == nil {
		return
	}
	var list []goldenMeans
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
			t.Errorf("%s: %s is %.12g, want %.12g", name, what, got, want)
		}
	}
	for _, w := range list {
		m, err := of(w.By...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(m.Means) != len(w.Mean) {
			t.Errorf("%s: %d means, want %d", name, len(m.Means), len(w.Mean))
			continue
		}
		for i, x := range m.Means {
			if got := strings.Join(x.Levels, "|"); got != w.Level[i] {
				t.Errorf("%s: mean %d is of %s, want %s", name, i, got, w.Level[i])
			}
			near("mean of "+w.Level[i], x.Mean, w.Mean[i])
			near("error of "+w.Level[i], x.SE, w.SE[i])
		}
		for _, adjust := range []string{"tukey", "holm"} {
			p, err := m.Pairs(adjust)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			want := w.Tukey
			if adjust == "holm" {
				want = w.Holm
			}
			for i, x := range p.Pairs {
				near("difference", x.Diff, w.Diff[i])
				near("its error", x.SE, w.DSE[i])
				if want != nil {
					near(adjust+" p", x.PAdj, want[i])
				}
			}
		}
	}
}

// TestModels compares linear and generalised models, and marginal means, with R.
func TestModels(t *testing.T) {
	seen := 0
	for _, g := range readModels(t) {
		if g.Kind != "glm" {
			continue
		}
		seen++
		o := GLMOptions{Family: g.Family, Link: g.Link, Trials: g.Trials}
		tab := g.table(t)
		fit, err := GLM(tab, g.Formula, o)
		if g.Family == "gaussian" {
			fit, err = Linear(tab, g.Formula)
		}
		if err != nil {
			t.Errorf("%s: %v", g.Name, err)
			continue
		}
		near := func(what string, got, want, tol float64) {
			t.Helper()
			if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
				t.Errorf("%s: %s is %.12g, want %.12g", g.Name, what, got, want)
			}
		}
		if len(fit.Coefficients) != len(g.Names) || !fit.Converged || fit.Separated || fit.N != g.N || fit.MissingRows != g.Missing {
			t.Errorf("%s: %d coefficients, converged %v, separated %v, %d rows, %d missing", g.Name, len(fit.Coefficients), fit.Converged, fit.Separated, fit.N, fit.MissingRows)
			continue
		}
		for j, c := range fit.Coefficients {
			if c.Name != g.Names[j] {
				t.Errorf("%s: coefficient %q, want %q", g.Name, c.Name, g.Names[j])
			}
			near(c.Name, c.Estimate, g.Beta[j], 1e-8)
			near("error of "+c.Name, c.SE, g.SE[j], 1e-7)
			near("p of "+c.Name, c.P, g.P[j], 1e-7)
		}
		near("deviance", fit.Deviance, g.Deviance, 1e-10)
		near("null deviance", fit.NullDeviance, g.Null, 1e-10)
		near("dispersion", fit.Dispersion, g.Dispersion, 1e-7)
		if g.Family != "gamma" {
			near("log likelihood", fit.LogLik, g.LogLik, 1e-10)
			near("AIC", fit.AIC, g.AIC, 1e-10)
			near("BIC", fit.BIC, g.BIC, 1e-10)
		}
		if g.Family == "gaussian" && g.Name != "no constant" {
			near("R2", fit.R2, g.R2, 1e-10)
			near("adjusted R2", fit.AdjustedR2, g.Adj, 1e-10)
			near("F", fit.F, g.F, 1e-9)
			near("p of F", fit.P, g.PF, 1e-9)
		}
		checkMeans(t, g.Name, g.Means, 1e-7, fit.Means)
	}
	if seen < 10 {
		t.Errorf("%d models", seen)
	}
}

// TestMixedGLM compares generalised mixed models with glmer. Where its search ends above
// ours in deviance, ours has the better likelihood.
func TestMixedGLM(t *testing.T) {
	seen := 0
	for _, g := range readModels(t) {
		if g.Kind != "glmm" {
			continue
		}
		seen++
		fit, err := MixedGLM(g.table(t), g.Formula, GLMOptions{Family: g.Family, Link: g.Link, Trials: g.Trials})
		if err != nil {
			t.Errorf("%s: %v", g.Name, err)
			continue
		}
		near := func(what string, got, want, tol float64) {
			t.Helper()
			if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
				t.Errorf("%s: %s is %.10g, want %.10g", g.Name, what, got, want)
			}
		}
		t.Logf("%s: log likelihood %.9f, glmer %.9f, difference %.2g", g.Name, fit.LogLik, g.LogLik, fit.LogLik-g.LogLik)
		if !fit.Converged || fit.Singular != g.Singular || fit.N != g.N {
			t.Errorf("%s: converged %v, singular %v, %d rows", g.Name, fit.Converged, fit.Singular, fit.N)
		}
		if fit.LogLik < g.LogLik-1e-7 || fit.LogLik > g.LogLik+1e-4 {
			t.Errorf("%s: log likelihood %.10g, want %.10g", g.Name, fit.LogLik, g.LogLik)
		}
		near("AIC", fit.AIC, g.AIC, 1e-6)
		near("BIC", fit.BIC, g.BIC, 1e-6)
		for j, c := range fit.Fixed {
			if c.Name != g.Names[j] {
				t.Errorf("%s: coefficient %q, want %q", g.Name, c.Name, g.Names[j])
			}
			near(c.Name, c.Estimate, g.Beta[j], 1e-3)
			near("error of "+c.Name, c.SE, g.SE[j], 2e-3)
		}
		for j, v := range fit.Random {
			k := -1
			for at, n := range g.Group {
				if (n == v.Group || strings.HasPrefix(n, v.Group+".")) && g.Effect[at] == v.Name {
					k = at
				}
			}
			if k >= 0 && len(v.Corr) == 0 {
				near("deviation of "+v.Group+" "+v.Name, v.SD, g.SD[k], 2e-3)
			}
			if len(v.Corr) == 1 && len(g.Corr) == 1 {
				near("deviation", v.SD, g.SD[j], 2e-3)
				near("correlation", v.Corr[0], g.Corr[0], 5e-3)
			}
		}
		checkMeans(t, g.Name, g.Means, 3e-3, fit.Means)
	}
	if seen < 6 {
		t.Errorf("%d models", seen)
	}
}

// TestEstimatedMeans compares marginal means of mixed models and of repeated measures with R.
func TestEstimatedMeans(t *testing.T) {
	for _, g := range readModels(t) {
		switch g.Kind {
		case "lmm":
			m, err := Mixed(g.table(t), g.Formula, MixedOptions{})
			if err != nil {
				t.Fatal(err)
			}
			checkMeans(t, g.Name, g.Means, 1e-6, m.Means)
			mm, err := m.Means("part")
			if err != nil {
				t.Fatal(err)
			}
			if df := mm.Means[0].DF; !(df > 17 && df < 40) {
				t.Errorf("%g degrees of freedom of a mean over 18 subjects", df)
			}
		case "repeated":
			var w goldenMeans
			if err := json.Unmarshal(g.Means, &w); err != nil {
				t.Fatal(err)
			}
			tab := table.Table{Cols: []table.Col{{Name: "s"}, {Name: "g"}, {Name: "c"}, {Name: "y"}}}
			for s, row := range g.Y {
				for c, v := range row {
					for k, l := range []string{"s" + string(rune('a'+s)), g.Grp[s], "c" + string(rune('0'+c))} {
						tab.Cols[k].Text = append(tab.Cols[k].Text, l)
					}
					tab.Cols[3].Num = append(tab.Cols[3].Num, v)
				}
			}
			f := Factors{Value: "y", Subject: "s", Within: []string{"c"}, Between: []string{"g"}}
			m, err := EstimatedMeans(tab, f, "c")
			if err != nil {
				t.Fatal(err)
			}
			near := func(what string, got, want float64) {
				if math.Abs(got-want) > 1e-9 {
					t.Errorf("%s is %.12g, want %.12g", what, got, want)
				}
			}
			for i, x := range m.Means {
				near("mean", x.Mean, w.Mean[i])
				near("error", x.SE, w.SE[i])
				near("degrees of freedom", x.DF, w.DF)
			}
			p, err := m.Pairs("")
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range p.Pairs {
				near("difference", x.Diff, w.Diff[i])
				near("its error", x.SE, w.DSE[i])
			}
			trend, err := m.Contrast("linear", -1, 0, 1)
			if err != nil || math.Abs(trend.Estimate+p.Pairs[1].Diff) > 1e-12 || math.Abs(trend.P-p.Pairs[1].P) > 1e-12 {
				t.Errorf("%v, %v; the difference of the ends is %+v", trend, err, p.Pairs[1])
			}
			groups, err := EstimatedMeans(tab, f, "g")
			if err != nil {
				t.Fatal(err)
			}
			for i, x := range groups.Means {
				near("mean of a group", x.Mean, w.Groups[i])
				near("its error", x.SE, w.GSE[i])
			}
			cells, err := EstimatedMeans(tab, f, "g", "c")
			if err != nil {
				t.Fatal(err)
			}
			at, err := cells.Pairs("holm", "g")
			if err != nil || len(at.Pairs) != 6 || at.Pairs[0].At != "g" || at.Pairs[5].At != "h" {
				t.Errorf("%v, %v", at, err)
			}
		}
	}
}

func TestModelErrors(t *testing.T) {
	tab := table.Table{Cols: []table.Col{
		{Name: "y", Num: []float64{0, 1, 0, 1, 1, 0}}, {Name: "x", Num: []float64{1, 2, 3, 4, 5, 6}}, {Name: "n", Num: []float64{2, 2, 2, 2, 2, 2}},
		{Name: "g", Text: []string{"a", "b", "c", "a", "b", "c"}}, {Name: "one", Text: []string{"a", "a", "a", "a", "a", "a"}},
		{Name: "same", Num: []float64{1, 1, 1, 1, 1, 1}}, {Name: "twice", Num: []float64{2, 4, 6, 8, 10, 12}}}}
	glm := func(f string, o GLMOptions) func() error {
		return func() error { _, err := GLM(tab, f, o); return err }
	}
	linear := func(f string) func() error { return func() error { _, err := Linear(tab, f); return err } }
	for _, c := range []struct {
		call func() error
		want string
	}{
		{linear("y"), `ends where "~" is expected`},
		{linear("y ~ z"), `no column "z"`},
		{linear("g ~ x"), `column "g" holds words`},
		{linear("y ~ x + (1 | g)"), "has a random term; take Mixed or MixedGLM"},
		{linear("same ~ x"), "same is 1 in all rows: there is nothing to explain"},
		{linear("y ~ x + twice"), "twice follows from x"},
		{linear("y ~ one"), `all rows have one "a"`},
		{linear("y ~ g * x"), "6 coefficients for 6 rows"},
		{linear("y ~ 0"), "neither a constant nor a column"},
		{glm("x ~ y", GLMOptions{}), "x of whole row 2 is 2; a binomial response is 0 or 1"},
		{glm("g ~ x", GLMOptions{}), `g has the words ["a" "b" "c"]; a binomial response has two`},
		{glm("x ~ y", GLMOptions{Trials: "n"}), "x of row 3 is 3 of 2 trials"},
		{glm("y ~ x", GLMOptions{Trials: "g"}), `column "g" of Trials holds words`},
		{glm("y ~ x", GLMOptions{Family: "beta"}), `Family is "beta"`},
		{glm("y ~ x", GLMOptions{Link: "log"}), `Link is "log"; of binomial it must be one of`},
		{glm("y ~ x", GLMOptions{Family: "gamma"}), "y of whole row 1 is 0; a gamma response is above 0"},
		{func() error { _, err := MixedGLM(tab, "y ~ x", GLMOptions{}); return err }, "GLM fits it"},
		{func() error { _, err := MixedGLM(tab, "y ~ (1 | g)", GLMOptions{Family: "gamma"}); return err }, `must be "binomial" or "poisson"`},
		{func() error {
			m, err := Linear(tab, "y ~ g")
			if err == nil {
				_, err = m.Means("x")
			}
			return err
		}, `"x" is no factor of the model`},
		{func() error {
			m, err := Linear(tab, "y ~ g")
			if err != nil {
				return err
			}
			mm, err := m.Means("g")
			if err == nil {
				_, err = mm.Contrast("c", 1, -1)
			}
			return err
		}, "2 weights for 3 means"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}

// TestSeparated: rows that are told apart without error are said to be so.
func TestSeparated(t *testing.T) {
	tab := table.Table{Cols: []table.Col{{Name: "y", Num: []float64{0, 0, 0, 0, 1, 1, 1, 1}}, {Name: "x", Num: []float64{1, 2, 3, 4, 5, 6, 7, 8}},
		{Name: "w", Text: []string{"no", "no", "yes", "no", "yes", "yes", "yes", "no"}}}}
	m, err := GLM(tab, "y ~ x", GLMOptions{})
	if err != nil || !m.Separated || m.Converged || !strings.Contains(m.String(), "separated: rows are told apart") {
		t.Errorf("%v, %v", m, err)
	}
	// Words are read as 0 and 1, the second in alphabetical order being 1.
	m, err = GLM(tab, "w ~ x", GLMOptions{})
	if err != nil || m.Separated || !m.Converged || m.Success != "yes" {
		t.Errorf("%v, %v", m, err)
	}
	// No variance between groups: at the bound, and said to be.
	same := table.Table{Cols: []table.Col{{Name: "y"}, {Name: "g"}}}
	for i := range 80 {
		same.Cols[0].Num = append(same.Cols[0].Num, float64(i/8%2))
		same.Cols[1].Text = append(same.Cols[1].Text, string(rune('a'+i%8)))
	}
	g, err := MixedGLM(same, "y ~ 1 + (1 | g)", GLMOptions{})
	if err != nil || !g.Singular || math.Abs(g.Fixed[0].Estimate) > 1e-6 {
		t.Errorf("%v, %v", g, err)
	}
}

// TestMeansFigure: a line for each level of the first factor over those of the last, with the numbers of the table.
func TestMeansFigure(t *testing.T) {
	d := table.Table{Cols: []table.Col{{Name: "who"}, {Name: "group"}, {Name: "load"}, {Name: "rt"}}}
	for s := range 8 {
		for k, load := range []string{"low", "high"} {
			d.Cols[0].Num = append(d.Cols[0].Num, float64(s))
			d.Cols[1].Text = append(d.Cols[1].Text, []string{"young", "old"}[s/4])
			d.Cols[2].Text = append(d.Cols[2].Text, load)
			d.Cols[3].Num = append(d.Cols[3].Num, 500+float64(20*k)+float64(50*(s/4))+float64((s*7+k*3)%5))
		}
	}
	m, err := EstimatedMeans(d, Factors{Value: "rt", Subject: "who", Within: []string{"load"}, Between: []string{"group"}}, "group", "load")
	if err != nil {
		t.Fatal(err)
	}
	p := m.Plot().Panels[0]
	if p.X.Label != "load" || p.Y.Label != "rt" || len(p.X.Names) != 2 || len(p.Layers) != 6 {
		t.Fatalf("%+v", p)
	}
	bars, points := p.Layers[1], p.Layers[5]
	if points.Name != "old" || points.Y[0] != m.Means[2].Mean || bars.Y[1] != m.Means[1].Lo || bars.Y2[1] != m.Means[1].Hi {
		t.Errorf("%v, %v; means %+v", points, bars, m.Means)
	}
	one, err := EstimatedMeans(d, Factors{Value: "rt", Subject: "who", Within: []string{"load"}, Between: []string{"group"}}, "load")
	if err != nil || len(one.Plot().Panels[0].Layers) != 3 {
		t.Errorf("one factor: %v", err)
	}
}
