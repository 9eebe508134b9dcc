package stats

import (
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestComparisons holds comparisons of pairs and Welch's analysis to pingouin's and R's.
func TestComparisons(t *testing.T) {
	var want []struct {
		Name    string
		Table   map[string][]any
		Order   []string
		Factors Factors
		Groups  [][]float64
		Levels  []string
		Rows    []map[string]any
	}
	golden.JSON(t, golden.Path(t, "stats/anova.json"), &want)
	var mixed table.Table
	factors := Factors{}
	seen := 0
	for _, c := range want {
		var r *Comparisons
		var err error
		switch c.Name {
		case "mixed":
			mixed, factors = tableOf(c.Order, c.Table), c.Factors
			continue
		case "welch":
			x, err := WelchANOVA(c.Groups...)
			if err != nil {
				t.Fatal(err)
			}
			for key, v := range map[string]float64{"ddof1": x.DF1, "ddof2": x.DF2, "F": x.F, "p_unc": x.P, "np2": x.Partial} {
				near(t, "Welch "+key, v, c.Rows[0][key].(float64), 1e-9)
			}
			seen++
			continue
		case "tukey":
			r, err = Tukey(c.Levels, c.Groups...)
		case "gameshowell":
			r, err = GamesHowell(c.Levels, c.Groups...)
		case "pairwise time":
			r, err = Pairwise(mixed, factors, "Time", "", "")
		case "pairwise group at time":
			c.Rows = c.Rows[4:]
			r, err = Pairwise(mixed, factors, "Group", "Time", "holm")
		default:
			continue
		}
		seen++
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if len(r.Pairs) != len(c.Rows) {
			t.Fatalf("%s: %d pairs, want %d", c.Name, len(r.Pairs), len(c.Rows))
		}
		for i, row := range c.Rows {
			x := r.Pairs[i]
			if x.A != row["A"] || x.B != row["B"] {
				t.Fatalf("%s: %s against %s, want %v against %v", c.Name, x.A, x.B, row["A"], row["B"])
			}
			for key, v := range map[string]float64{"diff": x.Diff, "se": x.SE, "T": x.T, "df": x.DF, "dof": x.DF,
				"p_tukey": x.PAdj, "pval": x.PAdj, "p_unc": x.P, "p_corr": x.PAdj} {
				if w, ok := row[key].(float64); ok {
					near(t, c.Name+" "+x.A+" "+x.B+" "+key, v, w, 1e-9)
				}
			}
		}
	}
	if seen != 5 {
		t.Fatalf("%d of 5 comparisons", seen)
	}

	var byR struct {
		Three struct {
			A []string
			Y []float64
		}
		Tukey struct {
			Pair            []string
			Diff, Lo, Hi, P []float64
		}
	}
	golden.JSON(t, golden.Path(t, "stats/anova_r.json"), &byR)
	groups := map[string][]float64{}
	for i, a := range byR.Three.A {
		groups[a] = append(groups[a], byR.Three.Y[i])
	}
	r, err := Tukey([]string{"x", "y", "z"}, groups["x"], groups["y"], groups["z"])
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range r.Pairs {
		if byR.Tukey.Pair[i] != x.B+"-"+x.A {
			t.Fatalf("pair %s", byR.Tukey.Pair[i])
		}
		near(t, "diff", -x.Diff, byR.Tukey.Diff[i], 1e-11)
		near(t, "lo", -x.Hi, byR.Tukey.Lo[i], 1e-6) // R's qtukey is good to some 1e-7
		near(t, "hi", -x.Lo, byR.Tukey.Hi[i], 1e-6)
		near(t, "p", x.PAdj, byR.Tukey.P[i], 1e-8)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(Tukey([]string{"a"}, []float64{1})), "1 groups"},
		{second(Tukey([]string{"a", "b"}, []float64{1}, []float64{2})), "do not vary"},
		{second(GamesHowell([]string{"a", "b"}, []float64{1}, []float64{2, 3})), "a has 1 values"},
		{second(WelchANOVA([]float64{1, 1}, []float64{2, 3})), "all values of group 0 are 1"},
		{second(Pairwise(mixed, factors, "time", "", "")), `"time" is neither`},
		{second(Pairwise(mixed, factors, "Time", "Time", "")), "both"},
		{second(Pairwise(mixed, factors, "Time", "", "none at all")), "unknown method"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%v, want it to say %q", c.err, c.want)
		}
	}
}
