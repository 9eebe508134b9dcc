package stats

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestCounts compares tests of counts with R.
func TestCounts(t *testing.T) {
	var g struct {
		Chisq []struct {
			Table       [][]int
			Stat, DF, P float64
			Expected    [][]float64
		}
		Fisher []struct {
			Table           [][]int
			P, Odds, Lo, Hi float64
		}
		McNemar []struct {
			Table   [][]int
			Stat, P float64
		}
		Binom []struct {
			K, N                        int
			Chance, P, Lo, Hi, WLo, WHi float64
		}
		Fit []struct {
			Counts  []int
			Shares  []float64
			Stat, P float64
		}
	}
	golden.JSON(t, golden.Path(t, "stats/counts.json"), &g)
	if len(g.Chisq) < 5 || len(g.Fisher) < 6 || len(g.McNemar) < 5 || len(g.Binom) < 5 || len(g.Fit) < 2 {
		t.Fatal("cases are missing")
	}
	near := func(what string, got, want, tol float64) {
		t.Helper()
		if want == -1 { // infinite
			if !math.IsInf(got, 1) {
				t.Errorf("%s is %v, want infinity", what, got)
			}
			return
		}
		if !(math.Abs(got-want) <= tol*math.Max(1, math.Abs(want))) {
			t.Errorf("%s is %.12g, want %.12g", what, got, want)
		}
	}
	for _, c := range g.Chisq {
		r, err := ChiSquare(c.Table)
		if err != nil {
			t.Fatal(err)
		}
		near("χ²", r.Statistic, c.Stat, 1e-12)
		near("p", r.P, c.P, 1e-10)
		near("expected", r.Expected[1][1], c.Expected[1][1], 1e-12)
		if r.DF != c.DF || !(r.Lo <= r.Effect && r.Effect <= r.Hi) {
			t.Errorf("%+v", r)
		}
	}
	for _, c := range g.Fisher {
		r, err := FisherExact(c.Table)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint(c.Table)
		near(name+" p", r.P, c.P, 1e-9)
		// R searches the ratio, or 1 over it, between 0 and 1 to 1.3e-4.
		for _, v := range [][2]float64{{r.Effect, c.Odds}, {r.Lo, c.Lo}, {r.Hi, c.Hi}} {
			if v[1] > 1 {
				v[0], v[1] = 1/v[0], 1/v[1]
			}
			near(name+" odds ratio", v[0], v[1], 1.3e-4)
		}
	}
	for _, c := range g.McNemar {
		r, err := McNemar(c.Table)
		if err != nil {
			t.Fatal(err)
		}
		near("McNemar", r.Statistic, c.Stat, 1e-12)
		near("its p", r.P, c.P, 1e-10)
	}
	for _, c := range g.Binom {
		r, err := BinomialTest(c.K, c.N, c.Chance)
		if err != nil {
			t.Fatal(err)
		}
		near("binomial p", r.P, c.P, 1e-10)
		near("lo", r.Lo, c.Lo, 1e-9)
		near("hi", r.Hi, c.Hi, 1e-9)
		_, lo, hi := Proportion(c.K, c.N, 0.95)
		near("Wilson lo", lo, c.WLo, 1e-9)
		near("Wilson hi", hi, c.WHi, 1e-9)
	}
	for _, c := range g.Fit {
		r, err := ChiSquareFit(c.Counts, c.Shares)
		if err != nil {
			t.Fatal(err)
		}
		near("χ² of fit", r.Statistic, c.Stat, 1e-12)
		near("p of fit", r.P, c.P, 1e-10)
	}
	s, err := Sign([]float64{3, 2, 5, 1, 4, 4, 6, 9}, []float64{1, 2, 3, 2, 1, 0, 2, 3})
	if err != nil || s.Statistic != 6 || s.Zeros != 1 || math.Abs(s.P-0.125) > 1e-12 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestCountErrors(t *testing.T) {
	for _, c := range []struct {
		call func() error
		want string
	}{
		{func() error { _, err := ChiSquare([][]int{{1, 2}, {3}}); return err }, "row 1 has 1 counts and row 0 2"},
		{func() error { _, err := ChiSquare([][]int{{1, -2}, {3, 1}}); return err }, "count [0][1] is -2"},
		{func() error { _, err := ChiSquare([][]int{{0, 0}, {3, 1}}); return err }, "row 0 has no counts"},
		{func() error { _, err := ChiSquare([][]int{{0, 1}, {0, 1}}); return err }, "column 0 has no counts"},
		{func() error { _, err := FisherExact([][]int{{1, 2, 3}, {3, 4, 5}}); return err }, "2 rows of 2 counts"},
		{func() error { _, err := McNemar([][]int{{5, 0}, {0, 5}}); return err }, "none of the 10 pairs disagrees"},
		{func() error { _, err := BinomialTest(3, 2, 0.5); return err }, "3 successes of 2 trials"},
		{func() error { _, err := BinomialTest(1, 2, 1); return err }, "p is 1"},
		{func() error { _, err := ChiSquareFit([]int{1, 2}, []float64{1, 0}); return err }, "shares[1] is 0"},
		{func() error { _, err := Sign([]float64{1}, []float64{1}); return err }, "none of the 1 differences"},
	} {
		if err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
	if r, err := FisherExact([][]int{{0, 0}, {3, 4}}); err != nil || r.P != 1 || !math.IsNaN(r.Effect) || len(r.Notes) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := ChiSquare([][]int{{1, 2}, {2, 1}}); err != nil || len(r.Notes) != 1 {
		t.Errorf("no note of few counts: %+v, %v", r, err)
	}
}
