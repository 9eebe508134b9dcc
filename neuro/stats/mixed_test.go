package stats

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestMixedAgainstLme4 holds fits to lme4's. The criterion must not be above lme4's; where a search
// ends moves deviations by the root of what it leaves of the criterion, so these are held to 1e-4.
func TestMixedAgainstLme4(t *testing.T) {
	var want []struct {
		Name, Formula  string
		ML, Singular   bool
		Table          map[string][]any
		Columns, Names []string
		Criterion      float64
		Fixef, SE, SD  []float64
		Group          []string
		LogLik         float64
		AIC, BIC       float64
		N              int
		Ranefs         map[string]struct {
			Level []string
			Value [][]float64
		}
		Resid []float64
	}
	golden.JSON(t, golden.Path(t, "stats/mixed.json"), &want)
	if len(want) != 12 {
		t.Fatalf("%d fits", len(want))
	}
	for _, c := range want {
		m, err := Mixed(tableOf(c.Columns, c.Table), c.Formula, MixedOptions{ML: c.ML})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		if m.Criterion > c.Criterion+1e-9*math.Abs(c.Criterion) || m.Criterion < c.Criterion-1e-4 {
			t.Errorf("%s: criterion %.12g, want %.12g or a little less", c.Name, m.Criterion, c.Criterion)
		}
		if !m.Converged {
			t.Errorf("%s: not converged", c.Name)
		}
		near(t, c.Name+" log likelihood", m.LogLik, c.LogLik, 1e-7)
		near(t, c.Name+" AIC", m.AIC, c.AIC, 1e-7)
		near(t, c.Name+" BIC", m.BIC, c.BIC, 1e-7)
		if m.N != c.N {
			t.Errorf("%s: %d rows, want %d", c.Name, m.N, c.N)
		}
		for j, name := range c.Names {
			x, err := m.Coefficient(name)
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			near(t, c.Name+" "+name, x.Estimate, c.Fixef[j], 1e-5)
			near(t, c.Name+" SE of "+name, x.SE, c.SE[j], 1e-4)
			if !(x.DF > 0.5) {
				t.Errorf("%s: %s has %g degrees of freedom", c.Name, name, x.DF)
			}
		}
		// Variances come factor by factor; lme4 sorts its factors by size and splits apart terms.
		sd := map[string][]float64{}
		for k, g := range c.Group {
			g = strings.TrimSuffix(strings.TrimSuffix(g, ".1"), ".2")
			parts := strings.Split(g, ":")
			if len(parts) == 2 && c.Name == "nested" { // cask:batch is batch:cask here
				g = parts[1] + ":" + parts[0]
			}
			sd[g] = append(sd[g], c.SD[k])
		}
		for _, v := range m.Random {
			if len(sd[v.Group]) == 0 {
				t.Fatalf("%s: %s is not in lme4's %v", c.Name, v.Group, c.Group)
			}
			if w := sd[v.Group][0]; math.Abs(v.SD-w) > 1e-4*math.Max(w, m.Sigma) {
				t.Errorf("%s: deviation of %s %s %.8g, want %.8g", c.Name, v.Group, v.Name, v.SD, w)
			}
			sd[v.Group] = sd[v.Group][1:]
		}
		near(t, c.Name+" sigma", m.Sigma, c.SD[len(c.SD)-1], 1e-4)
		for g, w := range c.Ranefs {
			if c.Name == "nested" && g == "cask:batch" {
				continue // other names of levels
			}
			e, err := m.Effects(g)
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			at := map[string]int{}
			for i, l := range e.Cols[0].Text {
				at[l] = i
			}
			for i, l := range w.Level {
				for k, v := range w.Value[i] {
					if got := e.Cols[k+1].Num[at[l]]; math.Abs(got-v) > 1e-4*m.Sigma {
						t.Errorf("%s: effect %d of %s %s: %.8g, want %.8g", c.Name, k, g, l, got, v)
					}
				}
			}
		}
		for i, v := range c.Resid {
			if math.Abs(m.Residuals[i]-v) > 1e-4*m.Sigma {
				t.Errorf("%s: residual %d %.8g, want %.8g", c.Name, i, m.Residuals[i], v)
			}
		}
		switch c.Name {
		case "slopes":
			// Each subject has all days: a slope has the degrees of freedom of its 18 subjects.
			for _, x := range m.Fixed {
				near(t, "degrees of freedom of "+x.Name, x.DF, 17, 1e-5)
			}
		case "boundary", "crossed slopes":
			if !m.Singular || !strings.Contains(m.String(), "singular") {
				t.Errorf("%s: a variance of 0 is not told", c.Name)
			}
		case "missing":
			if m.MissingRows != 39 && m.MissingRows != 40 && m.MissingRows != 38 || !strings.Contains(m.Table().Title, "left out") {
				t.Errorf("%d missing rows; %s", m.MissingRows, m.Table().Title)
			}
		}
		if m.Singular != c.Singular {
			t.Errorf("%s: singular %v, lme4 says %v", c.Name, m.Singular, c.Singular)
		}
	}
}

// TestMixedBalanced holds a fit to closed forms: in a balanced design of one factor the estimates are
// those of the analysis of variance.
func TestMixedBalanced(t *testing.T) {
	const groups, each = 7, 5
	d := table.Table{Cols: []table.Col{{Name: "g"}, {Name: "y"}}}
	means := make([]float64, groups)
	within := 0.0
	for g := range groups {
		var v []float64
		for k := range each {
			v = append(v, 3*math.Sin(float64(g*g+1))+math.Cos(float64(17*g+5*k*k)))
		}
		m, s := moments(v)
		means[g], within = m, within+s*(each-1)
		for _, x := range v {
			d.Cols[0].Num, d.Cols[1].Num = append(d.Cols[0].Num, float64(g)), append(d.Cols[1].Num, x)
		}
	}
	within /= groups * (each - 1)
	grand, between := moments(means)
	m, err := Mixed(d, "y ~ 1 + (1 | g)", MixedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sigma", m.Sigma, math.Sqrt(within), 1e-6)
	near(t, "deviation of groups", m.Random[0].SD, math.Sqrt(between-within/each), 1e-6)
	near(t, "mean", m.Fixed[0].Estimate, grand, 1e-11)
	near(t, "its error", m.Fixed[0].SE, math.Sqrt(between/groups), 1e-6)
	near(t, "its degrees of freedom", m.Fixed[0].DF, groups-1, 1e-5)
	ml, err := Mixed(d, "y ~ 1 + (1 | g)", MixedOptions{ML: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "deviation of groups by ML", ml.Random[0].SD, math.Sqrt(between*(groups-1)/groups-within/each), 1e-6)
}

func TestFormula(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "ends where the response"},
		{"y", `ends where "~"`},
		{"y ~", "ends where a column"},
		{"y ~ x +", "ends where a column"},
		{"y ~ log(x) + (1|g)", "function log(...)"},
		{"y ~ x + (1|g", `ends where ")"`},
		{"y ~ x + (|g)", "a column"},
		{"y ~ x + (0|g)", "nothing before its |"},
		{"y ~ x^2 + (1|g)", `the sign "^"`},
		{"y ~ x + (1|)", "names groups"},
		{"y ~ x - (1|g)", "cannot be taken away"},
		{"y ~ `x + (1|g)", "none closes it"},
		{"y ~ x x + (1|g)", `has "x" where +`},
		{"y ~ x", ""},
		{"y ~ a*b*c - a:b:c + (1 + a || g/h) + (0 + b | i)", ""},
		{"`reaction time` ~ (a + b):c + (1|`the subject`)", ""},
	} {
		f, err := parseFormula(c.text)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v, want it to say %q", c.text, err, c.want)
		}
		if strings.HasPrefix(c.text, "y ~ a*b*c") {
			if len(f.fixed) != 6 || len(f.random) != 3 || !f.random[0].apart || len(f.random[1].group) != 2 || f.random[2].constant {
				t.Errorf("%q: %+v", c.text, f)
			}
		}
	}
}

func FuzzFormula(f *testing.F) {
	f.Add("y ~ a*b - 1 + (x || g/h)")
	f.Add("`a b` ~ 0 + (1|g)")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parseFormula(s); err == nil && p.response == "" {
			t.Errorf("%q has no response", s)
		}
	})
}

func TestMixedRefusals(t *testing.T) {
	d := func() table.Table {
		return table.Table{Cols: []table.Col{
			{Name: "y", Num: []float64{1, 3, 2, 5, 4, 3.5}},
			{Name: "x", Num: []float64{1, 2, 3, 1, 2, 3}},
			{Name: "g", Text: []string{"a", "a", "a", "b", "b", "b"}},
			{Name: "s", Text: []string{"1", "2", "3", "4", "5", "6"}},
			{Name: "one", Text: []string{"k", "k", "k", "k", "k", "k"}},
		}}
	}
	for _, c := range []struct{ formula, want string }{
		{"y ~ x", "no random term"},
		{"y ~ z + (1|g)", `"z"`},
		{"g ~ x + (1|s)", "holds words"},
		{"y ~ x + (1|s)", "6 random effects of s for 6 rows"},
		{"y ~ x + (1|one)", "has one level"},
		{"y ~ one + (1|g)", `all rows have one "k"`},
		{"y ~ x + x:x + g + (1|g) + ", "ends where"},
		{"y ~ s + (1|g)", "6 fixed effects for 6 rows"},
		{"y ~ x*g + s + (1|g)", "fixed effects for 6 rows"},
	} {
		_, err := Mixed(d(), c.formula, MixedOptions{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want it to say %q", c.formula, err, c.want)
		}
	}
	twice := d()
	twice.Cols = append(twice.Cols, table.Col{Name: "x2", Num: []float64{2, 4, 6, 2, 4, 6}})
	if _, err := Mixed(twice, "y ~ x + x2 + (1|g)", MixedOptions{}); err == nil || !strings.Contains(err.Error(), "x2 follows from x") {
		t.Errorf("a column twice: %v", err)
	}
	inf := d()
	inf.Cols[0].Num[1] = math.Inf(1)
	if _, err := Mixed(inf, "y ~ x + (1|g)", MixedOptions{}); err == nil || !strings.Contains(err.Error(), "y of row 2 is +Inf") {
		t.Errorf("an infinite value: %v", err)
	}
}

func BenchmarkMixed(b *testing.B) {
	var want []struct {
		Table   map[string][]any
		Columns []string
		Formula string
		Name    string
	}
	golden.JSON(b, golden.Path(b, "stats/mixed.json"), &want)
	for _, c := range want {
		d := tableOf(c.Columns, c.Table)
		b.Run(c.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Mixed(d, c.Formula, MixedOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
