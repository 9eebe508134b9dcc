package stats

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestDegenerate gives every test of samples values that do not vary, missing ones and too few:
// each says what is wrong with which value, or has a stated result, and none is silent.
func TestDegenerate(t *testing.T) {
	nan := math.NaN()
	one := func(f func(x, y []float64) error) func(x, y []float64) error { return f }
	calls := map[string]func(x, y []float64) error{
		"OneSampleT":     one(func(x, _ []float64) error { _, err := OneSampleT(x, 0); return err }),
		"PairedT":        one(func(x, y []float64) error { _, err := PairedT(x, y); return err }),
		"StudentT":       one(func(x, y []float64) error { _, err := StudentT(x, y); return err }),
		"WelchT":         one(func(x, y []float64) error { _, err := WelchT(x, y); return err }),
		"CohenD":         one(func(x, y []float64) error { _, _, _, err := CohenD(x, y, 0.95); return err }),
		"MannWhitney":    one(func(x, y []float64) error { _, err := MannWhitney(x, y); return err }),
		"Wilcoxon":       one(func(x, y []float64) error { _, err := Wilcoxon(x, y); return err }),
		"Sign":           one(func(x, y []float64) error { _, err := Sign(x, y); return err }),
		"KruskalWallis":  one(func(x, y []float64) error { _, err := KruskalWallis(x, y); return err }),
		"Friedman":       one(func(x, y []float64) error { _, err := Friedman([][]float64{x, y}); return err }),
		"Tukey":          one(func(x, y []float64) error { _, err := Tukey([]string{"x", "y"}, x, y); return err }),
		"GamesHowell":    one(func(x, y []float64) error { _, err := GamesHowell([]string{"x", "y"}, x, y); return err }),
		"WelchANOVA":     one(func(x, y []float64) error { _, err := WelchANOVA(x, y); return err }),
		"Pearson":        one(func(x, y []float64) error { _, err := Pearson(x, y); return err }),
		"Spearman":       one(func(x, y []float64) error { _, err := Spearman(x, y); return err }),
		"Kendall":        one(func(x, y []float64) error { _, err := Kendall(x, y); return err }),
		"PercentageBend": one(func(x, y []float64) error { _, err := PercentageBend(x, y, 0); return err }),
		"Shepherd":       one(func(x, y []float64) error { _, err := Shepherd(x, y, 0); return err }),
		"PartialCorrelation": one(func(x, y []float64) error {
			_, err := PartialCorrelation(x, y, []float64{1, 2, 4, 3, 5, 7}[:min(6, len(x))])
			return err
		}),
		"IntraclassCorrelations": one(func(x, y []float64) error { _, err := IntraclassCorrelations([][]float64{x, y}); return err }),
		"CronbachAlpha":          one(func(x, y []float64) error { _, err := CronbachAlpha([][]float64{x, y}); return err }),
	}
	for name, call := range calls {
		for _, c := range []struct {
			what string
			x, y []float64
		}{
			{"the same in both", []float64{3, 3, 3, 3, 3, 3}, []float64{3, 3, 3, 3, 3, 3}},
			{"a missing value", []float64{1, 2, nan, 4, 5, 6}, []float64{2, 1, 4, 3, 6, 5}},
			{"an infinite value", []float64{1, 2, 3, 4, 5, 6}, []float64{2, 1, 4, math.Inf(1), 6, 5}},
			{"nothing", nil, nil},
		} {
			err := call(c.x, c.y)
			if name == "OneSampleT" && c.what == "an infinite value" {
				continue // it is in y
			}
			if err == nil {
				t.Errorf("%s of %s gives no error", name, c.what)
				continue
			}
			if !strings.HasPrefix(err.Error(), "stats: ") || len(err.Error()) < 25 {
				t.Errorf("%s of %s: %q", name, c.what, err)
			}
			if c.what == "a missing value" && !strings.Contains(err.Error(), "NaN") || c.what == "an infinite value" && !strings.Contains(err.Error(), "Inf") {
				t.Errorf("%s of %s does not say so: %v", name, c.what, err)
			}
		}
		// Values that vary are taken.
		if err := call([]float64{1, 2, 3, 5, 4, 7}, []float64{2, 4, 3, 6, 8, 9}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLeftOut: what fits a table says how many rows were left out, in numbers and in print.
func TestLeftOut(t *testing.T) {
	tab := table.Table{Cols: []table.Col{{Name: "s"}, {Name: "c"}, {Name: "g"}, {Name: "y"}, {Name: "hit"}}}
	for s := range 12 {
		for c := range 3 {
			y := math.Mod(float64(s*3+c)*0.618034, 1) + float64(c)/5
			hit := float64((s*7 + c*5) % 3 / 2)
			if s == 4 && c == 1 || s == 9 && c == 0 {
				y, hit = math.NaN(), math.NaN()
			}
			for k, w := range []string{fmt.Sprint("s", s), fmt.Sprint("c", c), []string{"a", "b"}[s%2]} {
				tab.Cols[k].Text = append(tab.Cols[k].Text, w)
			}
			tab.Cols[3].Num, tab.Cols[4].Num = append(tab.Cols[3].Num, y), append(tab.Cols[4].Num, hit)
		}
	}
	f := Factors{Value: "y", Subject: "s", Within: []string{"c"}, Between: []string{"g"}}
	a, err := ANOVA(tab, f)
	if err != nil || a.MissingRows != 2 || len(a.LeftOut) != 2 || a.Subjects != 10 {
		t.Errorf("ANOVA: %+v, %v", a, err)
	}
	check := func(name, printed string, err error, rows, want int) {
		t.Helper()
		if err != nil || rows != want || !strings.Contains(printed, "2 rows with missing values were left out") {
			t.Errorf("%s: %d rows, want %d; %v\n%s", name, rows, want, err, printed)
		}
	}
	check("ANOVA", a.String(), err, a.Subjects, 10)
	check("its table", a.Table().String(), err, a.Subjects, 10)
	p, err := Pairwise(tab, f, "c", "", "")
	check("Pairwise", p.String(), err, len(p.Pairs), 3)
	e, err := EstimatedMeans(tab, f, "c")
	check("EstimatedMeans", e.String(), err, len(e.Means), 3)
	m, err := Mixed(tab, "y ~ c + g + (1 | s)", MixedOptions{})
	check("Mixed", m.String(), err, m.N, 34)
	l, err := Linear(tab, "y ~ c + g")
	check("Linear", l.String(), err, l.N, 34)
	lm, err := l.Means("g")
	check("means of Linear", lm.String(), err, len(lm.Means), 2)
	g, err := GLM(tab, "hit ~ c", GLMOptions{})
	check("GLM", g.String(), err, g.N, 34)
	gm, err := MixedGLM(tab, "hit ~ c + (1 | s)", GLMOptions{})
	check("MixedGLM", gm.String(), err, gm.N, 34)

	// All responses the same.
	same, _ := tab.Derive("y", "", func(int) float64 { return 2 })
	for name, call := range map[string]func() error{
		"ANOVA":    func() error { _, err := ANOVA(same, f); return err },
		"Mixed":    func() error { _, err := Mixed(same, "y ~ c + (1 | s)", MixedOptions{}); return err },
		"Linear":   func() error { _, err := Linear(same, "y ~ c"); return err },
		"GLM":      func() error { _, err := GLM(same, "y ~ c", GLMOptions{Family: "poisson"}); return err },
		"MixedGLM": func() error { _, err := MixedGLM(same, "y ~ c + (1 | s)", GLMOptions{Family: "poisson"}); return err },
		"Pairwise": func() error { _, err := Pairwise(same, f, "c", "", ""); return err },
	} {
		if err := call(); err == nil || !strings.HasPrefix(err.Error(), "stats: "+name) {
			t.Errorf("%s of values that are all the same: %v", name, err)
		}
	}
}
