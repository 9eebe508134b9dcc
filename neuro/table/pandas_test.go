package table

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type goldenCol struct {
	Name string
	Num  []*float64
	Text []string
}

func tableOf(cols []goldenCol) (t Table) {
	for _, c := range cols {
		k := Col{Name: c.Name}
		if c.Text != nil {
			k.Text = c.Text
		} else {
			k.Num = []float64{}
			for _, v := range c.Num {
				if v == nil {
					k.Num = append(k.Num, nan)
				} else {
					k.Num = append(k.Num, *v)
				}
			}
		}
		t.Cols = append(t.Cols, k)
	}
	return t
}

// near compares numbers to 1e-12 of their size: means and deviations are summed in another order.
var near = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(a))
})}

// TestPandas compares groups, joins, orders and shapes of random tables with pandas.
func TestPandas(t *testing.T) {
	var g struct {
		Cases []map[string][]goldenCol
		Texts []struct {
			Text    string
			Options struct {
				Sep, Decimal, Comment string
				Missing, Text         []string
				Skip                  int
			}
			Want []goldenCol
		}
	}
	golden.JSON(t, golden.Path(t, "table/pandas.json"), &g)
	if len(g.Cases) < 30 || len(g.Texts) < 9 {
		t.Fatalf("%d cases, %d texts", len(g.Cases), len(g.Texts))
	}
	for k, c := range g.Cases {
		tab := tableOf(c["table"])
		compare := func(name string, got Table, err error, want Table) {
			t.Helper()
			if err != nil {
				t.Errorf("case %d, %s: %v", k, name, err)
				return
			}
			if d := cmp.Diff(want.Cols, got.Cols, near); d != "" {
				t.Errorf("case %d, %s: %s", k, name, d)
			}
		}
		s, err := tab.Summarise([]string{"g", "h"}, Count("x"), Mean("x"), Sum("x"), SD("x"), SE("x"), Median("x"), Min("x"), Max("x"), Quantile("x", 0.3))
		want := tableOf(c["summary"])
		missing, has := s.Col("x_missing")
		if has == nil { // what pandas does not say
			n, _ := s.Col("n")
			count, _ := s.Col("x_count")
			for i := range missing.Num {
				if missing.Num[i] != n.Num[i]-count.Num[i] {
					t.Errorf("case %d: %g missing of %g with %g there", k, missing.Num[i], n.Num[i], count.Num[i])
				}
			}
			s, err = s.Drop("x_missing")
		}
		for j := range want.Cols {
			if n := want.Cols[j].Name; j > 2 {
				want.Cols[j].Name = "x_" + map[string]string{"count": "count", "mean": "mean", "sum": "sum", "std": "sd", "sem": "se", "median": "median", "min": "min", "max": "max", "q": "q0.3"}[n]
			}
		}
		compare("Summarise", s, err, want)
		for _, kind := range []string{"left", "inner", "right", "anti"} {
			j, m, err := tab.Join(tableOf(c["unique"]), JoinOptions{Kind: kind, On: []string{"g", "h"}})
			compare(kind, j, err, tableOf(c[kind]))
			if inner := len(c["inner"][2].Num); m.Pairs != inner || m.LeftOnly != len(c["anti"][2].Num) {
				t.Errorf("case %d, %s: %v, want %d pairs", k, kind, m, inner)
			}
			if kind == "anti" {
				continue
			}
			j, _, err = tab.Join(tableOf(c["other"]), JoinOptions{Kind: kind, On: []string{"g", "h"}, ManyToMany: true})
			compare(kind+" many", j, err, tableOf(c[kind+"_many"]))
		}
		sorted, err := tab.Sort("h", "-x")
		compare("Sort", sorted, err, tableOf(c["sorted"]))
		wide, err := tableOf(c["long"]).Wider("h", "x")
		if err == nil {
			wide, err = wide.Sort("g")
		}
		w := tableOf(c["wide"])
		for j := range w.Cols { // pandas sorts the names and writes them with a point
			w.Cols[j].Name = strings.TrimSuffix(w.Cols[j].Name, ".0")
			if w.Cols[j].Name == "-0" {
				w.Cols[j].Name = "0"
			}
		}
		if err == nil {
			for j := range wide.Cols {
				if wide.Cols[j].Name == "-0" {
					wide.Cols[j].Name = "0"
				}
			}
			wide, err = wide.Select(w.Names()...)
		}
		compare("Wider", wide, err, w)
		long, err := tab.Longer("what", "value", "x", "y")
		m := tableOf(c["melted"])
		if err == nil { // pandas puts the columns below each other, here the rows stand together
			row := Col{Name: "row"}
			for i := range long.Rows() {
				row.Num = append(row.Num, float64(i/2))
			}
			long, _ = long.With(row)
			long, err = long.Sort("what", "row")
		}
		if err == nil {
			long, err = long.Select(m.Names()...)
		}
		compare("Longer", long, err, m)
	}
	for _, c := range g.Texts {
		o := ReadOptions{Missing: c.Options.Missing, Text: c.Options.Text, Skip: c.Options.Skip}
		for _, r := range []struct {
			to   *rune
			from string
		}{{&o.Sep, c.Options.Sep}, {&o.Decimal, c.Options.Decimal}, {&o.Comment, c.Options.Comment}} {
			if r.from != "" {
				*r.to = rune(r.from[0])
			}
		}
		got, err := DecodeWith(strings.NewReader(c.Text), "t", o)
		if err != nil {
			t.Errorf("%q: %v", c.Text, err)
			continue
		}
		if d := cmp.Diff(tableOf(c.Want).Cols, got.Cols, same); d != "" {
			t.Errorf("%q with %+v: %s", c.Text, c.Options, d)
		}
	}
}

// TestFull: a full join is a left one with the rows of the right that met nothing.
func TestFull(t *testing.T) {
	l := Table{Cols: []Col{num("k", 1, 2, nan, 3), text("a", "p", "q", "r", "s")}}
	r := Table{Cols: []Col{num("id", 3, 4, nan, 1), text("a", "w", "x", "y", "z"), num("b", 30, 40, 50, 10)}}
	got, m, err := l.Join(r, JoinOptions{Kind: "full", On: []string{"k"}, RightOn: []string{"id"}})
	want := []Col{num("k", 1, 2, nan, 3, 4, nan), text("a", "p", "q", "r", "s", "", ""),
		text("a_right", "z", "", "", "w", "x", "y"), num("b", 10, nan, nan, 30, 40, 50)}
	if d := cmp.Diff(want, got.Cols, same); d != "" || err != nil {
		t.Error(err, d)
	}
	if fmt.Sprint(m) != "2 pairs; 2 rows of the left table and 2 of the right without a partner" {
		t.Error(m)
	}
}
