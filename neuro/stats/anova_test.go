package stats

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestAnovaAgainstPingouin holds analyses of its example tables to pingouin's. Its p of Mauchly's
// test lacks the term of second order that R's has; its epsilon of designs with groups is
// that of the pooled sample rather than of the error, and is not compared.
func TestAnovaAgainstPingouin(t *testing.T) {
	var want []struct {
		Name    string
		Table   map[string][]any
		Order   []string
		Factors Factors
		Rows    []map[string]any
	}
	golden.JSON(t, golden.Path(t, "stats/anova.json"), &want)
	done := 0
	for _, c := range want {
		if c.Table == nil {
			continue
		}
		done++
		r, err := ANOVA(tableOf(c.Order, c.Table), c.Factors)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		for _, row := range c.Rows {
			source := row["Source"].(string)
			if row["F"] == nil {
				continue
			}
			switch source {
			case "Within":
				source = c.Factors.Within[0]
			case "Interaction":
				source = c.Factors.Between[0] + ":" + c.Factors.Within[0]
			}
			x, err := r.Effect(strings.ReplaceAll(source, " * ", ":"))
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			for key, got := range map[string]float64{"SS": x.SS, "DF": x.DF1, "ddof1": x.DF1, "ddof2": x.DF2, "DF1": x.DF1, "DF2": x.DF2,
				"F": x.F, "p_unc": x.P, "np2": x.Partial, "ng2": x.Generalized, "eps": x.GG, "p_GG_corr": x.PGG, "W_spher": x.W} {
				w, ok := row[key].(float64)
				if !ok || len(c.Factors.Between) > 0 && len(c.Factors.Within) > 0 && (key == "eps" || key == "p_GG_corr" || key == "W_spher") {
					continue
				}
				near(t, c.Name+": "+x.Name+" "+key, got, w, 1e-9)
			}
		}
		if c.Name == "two within, missing" && (len(r.LeftOut) == 0 || !strings.Contains(r.Table().Title, "left out")) {
			t.Errorf("%s: nobody was left out, or it is not told: %v", c.Name, r.LeftOut)
		}
	}
	if done < 10 {
		t.Fatalf("%d tables", done)
	}
}

func tableOf(order []string, columns map[string][]any) (t table.Table) {
	for _, name := range order {
		c := table.Col{Name: name}
		for _, v := range columns[name] {
			switch v := v.(type) {
			case string:
				c.Text = append(c.Text, v)
			case float64:
				c.Num = append(c.Num, v)
			case nil:
				c.Num = append(c.Num, math.NaN())
			}
		}
		t.Cols = append(t.Cols, c)
	}
	return t
}

// TestAnovaAgainstR holds designs with several factors of both kinds, unbalanced groups and sums of
// squares of type III to R's.
func TestAnovaAgainstR(t *testing.T) {
	var want struct {
		Split struct {
			Table map[string][]any
			Y     []float64
			Rows  []struct {
				Name            string
				SS, DF1, DF2, F float64
				P               float64
			}
		}
		Unbalanced struct {
			G                               []string
			Y                               [][]float64
			F, P, DF1, DF2, PGG, PHF, W, PW float64
			GG                              []string
		}
		Three struct {
			A, B     []string
			Z, Y     []float64
			Name     []string
			SS, F, P []float64
		}
	}
	golden.JSON(t, golden.Path(t, "stats/anova_r.json"), &want)
	s := tableOf([]string{"a", "b", "c", "d", "s"}, want.Split.Table)
	s.Cols = append(s.Cols, table.Col{Name: "y", Num: want.Split.Y})
	r, err := ANOVA(s, Factors{Value: "y", Subject: "s", Within: []string{"c", "d"}, Between: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Effects) != 15 || len(want.Split.Rows) != 15 {
		t.Fatalf("%d effects, want 15", len(r.Effects))
	}
	for _, w := range want.Split.Rows {
		x, err := r.Effect(w.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range [][2]float64{{x.SS, w.SS}, {x.DF1, w.DF1}, {x.DF2, w.DF2}, {x.F, w.F}, {x.P, w.P}} {
			near(t, w.Name, v[0], v[1], 1e-9)
		}
	}

	u := want.Unbalanced
	long := table.Table{Cols: []table.Col{{Name: "g"}, {Name: "s"}, {Name: "t"}, {Name: "y"}}}
	for i, row := range u.Y {
		for j, v := range row {
			long.Cols[0].Text = append(long.Cols[0].Text, u.G[i])
			long.Cols[1].Num = append(long.Cols[1].Num, float64(i))
			long.Cols[2].Num = append(long.Cols[2].Num, float64(j))
			long.Cols[3].Num = append(long.Cols[3].Num, v)
		}
	}
	for kind := range 4 {
		r, err := ANOVA(long, Factors{Value: "y", Subject: "s", Within: []string{"t"}, Between: []string{"g"}, Type: kind})
		if err != nil {
			t.Fatal(err)
		}
		x, err := r.Effect("g:t")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range [][2]float64{{x.F, u.F}, {x.P, u.P}, {x.DF1, u.DF1}, {x.DF2, u.DF2}, {x.PGG, u.PGG}, {x.PHF, u.PHF}, {x.W, u.W}} {
			near(t, "unbalanced", v[0], v[1], 1e-9)
		}
		near(t, "Mauchly", x.PW, u.PW, 1e-4) // R counts conditions in a term of contrasts
		if !strings.Contains(strings.Join(u.GG, "\n"), fmt.Sprintf("Greenhouse-Geisser epsilon: %.4f", x.GG)) {
			t.Errorf("epsilon %g, want %q", x.GG, u.GG)
		}
	}

	h := want.Three
	r, err = ANOVA(table.Table{Cols: []table.Col{{Name: "a", Text: h.A}, {Name: "b", Text: h.B}, {Name: "z", Num: h.Z}, {Name: "y", Num: h.Y}}},
		Factors{Value: "y", Between: []string{"a", "b"}, Covariates: []string{"z"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range h.Name {
		x, err := r.Effect(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range [][2]float64{{x.SS, h.SS[i]}, {x.F, h.F[i]}, {x.P, h.P[i]}} {
			near(t, "type III "+name, v[0], v[1], 1e-9)
		}
	}
}

// TestAnovaRefusals holds what is said of tables that have no analysis.
func TestAnovaRefusals(t *testing.T) {
	base := func() table.Table {
		return table.Table{Cols: []table.Col{
			{Name: "s", Text: []string{"1", "1", "2", "2", "3", "3"}},
			{Name: "g", Text: []string{"a", "a", "a", "a", "b", "b"}},
			{Name: "t", Num: []float64{1, 2, 1, 2, 1, 2}},
			{Name: "y", Num: []float64{1, 3, 2, 5, 3, 3.5}},
			{Name: "age", Num: []float64{20, 20, 30, 30, 40, 40}},
		}}
	}
	within := Factors{Value: "y", Subject: "s", Within: []string{"t"}}
	for _, c := range []struct {
		name   string
		change func(t *table.Table, f *Factors)
		want   string
	}{
		{"no column", func(_ *table.Table, f *Factors) { f.Value = "rt" }, `"rt"`},
		{"words", func(_ *table.Table, f *Factors) { f.Value = "g" }, "holds words"},
		{"type", func(_ *table.Table, f *Factors) { f.Type = 4 }, "Type is 4"},
		{"nothing", func(_ *table.Table, f *Factors) { f.Within = nil }, "neither factors"},
		{"subject", func(_ *table.Table, f *Factors) { f.Subject = "" }, "column of Subject"},
		{"twice", func(_ *table.Table, f *Factors) { f.Between = []string{"t"} }, "two parts"},
		{"covariate", func(_ *table.Table, f *Factors) { f.Covariates = []string{"age"} }, "mixed model"},
		{"one level", func(t *table.Table, _ *Factors) { t.Cols[2].Num = []float64{1, 1, 1, 1, 1, 1} }, `"t" has the level "1" alone`},
		{"moved", func(_ *table.Table, f *Factors) { f.Between, f.Within = []string{"t"}, nil }, `subject "1" is in t "1" and "2"`},
		{"infinite", func(t *table.Table, _ *Factors) { t.Cols[3].Num[2] = math.Inf(1) }, "row 3 is +Inf"},
		{"all the same", func(t *table.Table, _ *Factors) { t.Cols[3].Num = []float64{1, 1, 1, 1, 1, 1} }, "no error to compare"},
		{"one subject", func(t *table.Table, _ *Factors) {
			t.Cols[3].Num[0], t.Cols[3].Num[3] = math.NaN(), math.NaN()
		}, "1 of 3 subjects have all cells"},
		{"no error", func(t *table.Table, f *Factors) {
			f.Between = []string{"g"}
			t.Cols[3].Num[0] = math.NaN()
		}, "no degrees of freedom"},
		{"empty cell", func(t *table.Table, f *Factors) {
			*f = Factors{Value: "y", Between: []string{"g", "h"}}
			t.Cols = append(t.Cols, table.Col{Name: "h", Text: []string{"u", "u", "v", "v", "u", "u"}})
		}, "no subject of g b, h v"},
		{"covariate of a subject", func(t *table.Table, f *Factors) {
			*f = Factors{Value: "y", Subject: "s", Between: []string{"g"}, Covariates: []string{"age"}}
			t.Cols[4].Num[1] = 21
		}, `subject "1" has the age 20 and 21`},
	} {
		x, f := base(), within
		c.change(&x, &f)
		_, err := ANOVA(x, f)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want it to say %q", c.name, err, c.want)
		}
	}
	r, err := ANOVA(base(), within)
	if err != nil {
		t.Fatal(err)
	}
	// Two levels: F is the square of the paired t.
	p, err := PairedT([]float64{1, 2, 3}, []float64{3, 5, 3.5})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "F against t²", r.Effects[0].F, p.T*p.T, 1e-12)
}

func BenchmarkAnova(b *testing.B) {
	t := table.Table{Cols: []table.Col{{Name: "s"}, {Name: "t"}, {Name: "y"}}}
	for s := range 100 {
		for k := range 4 {
			t.Cols[0].Num = append(t.Cols[0].Num, float64(s))
			t.Cols[1].Num = append(t.Cols[1].Num, float64(k))
			t.Cols[2].Num = append(t.Cols[2].Num, math.Sin(float64(7*s+3*k*k)))
		}
	}
	for b.Loop() {
		if _, err := ANOVA(t, Factors{Value: "y", Subject: "s", Within: []string{"t"}}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAveraged: the rows that went into means are counted, of the subjects that took part, and said.
func TestAveraged(t *testing.T) {
	tab := table.Table{Cols: []table.Col{{Name: "s"}, {Name: "k"}, {Name: "y"}}}
	add := func(s, k, y float64) {
		for c, v := range []float64{s, k, y} {
			tab.Cols[c].Num = append(tab.Cols[c].Num, v)
		}
	}
	for s := range 4 {
		add(float64(s), 1, float64(s*s))
		add(float64(s), 2, float64(3*s))
	}
	f := Factors{Value: "y", Subject: "s", Within: []string{"k"}}
	once, err := ANOVA(tab, f)
	if err != nil || once.Averaged != 0 || strings.Contains(once.String(), "averaged") {
		t.Error(once, err)
	}
	add(2, 1, 6) // a second and a third row of a cell
	add(2, 1, 5)
	add(9, 1, 1) // of a subject who is left out
	add(9, 1, 2)
	r, err := ANOVA(tab, f)
	if err != nil || r.Averaged != 3 || len(r.LeftOut) != 1 || !strings.Contains(r.Table().Title, "3 rows were averaged within subjects and cells") {
		t.Error(r, err)
	}
}
