package stats

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestPermutationSciPy holds exact tests to scipy.stats.permutation_test 1.15, n_resamples infinite.
func TestPermutationSciPy(t *testing.T) {
	x := []float64{-0.65, -0.17, 1.66, 0.66, -1.64}
	y := []float64{0.99, 0.19, 1.19, -1.09, 1.31, 1.31}
	z := []float64{0.34, 0.02, 2.85, -0.43, -0.33}
	median := func(x, y []float64) float64 {
		of := func(v []float64) float64 {
			v = slices.Sorted(slices.Values(v))
			return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
		}
		return of(x) - of(y)
	}
	for _, c := range []struct {
		kind      string
		y         []float64
		statistic func(x, y []float64) float64
		value     float64
		n         int
		p         [3]float64 // two-sided, greater, less
	}{
		{"independent", y, nil, -0.678, 462, [3]float64{0.329004329004329, 0.8376623376623377, 0.1645021645021645}},
		{"independent", y, median, -1.26, 462, [3]float64{0.26406926406926406, 0.9069264069264069, 0.13203463203463203}},
		{"paired", z, nil, -0.518, 32, [3]float64{0.25, 0.90625, 0.125}},
		{"pairings", z, nil, 0.709467819863768, 120, [3]float64{0.23333333333333334, 0.11666666666666667, 0.8916666666666667}},
	} {
		for k, alternative := range []string{"", "greater", "less"} {
			r, err := PermutationTest(x, c.y, PermutationOptions{Kind: c.kind, Statistic: c.statistic, Alternative: alternative})
			if err != nil {
				t.Fatal(err)
			}
			if !r.All || r.N != c.n || math.Abs(r.Value-c.value) > 1e-12 || math.Abs(r.P-c.p[k]) > 1e-12 {
				t.Errorf("%s, %s: %v, %.16g; want %g with %d and p %.16g", c.kind, alternative, r, r.P, c.value, c.n, c.p[k])
			}
		}
	}
}

// TestPermutationRandom: random rearrangements come near the exact p, and a shift is found.
func TestPermutationRandom(t *testing.T) {
	s := rng.New(5, 0)
	x, y := make([]float64, 10), make([]float64, 10)
	for i := range x {
		x[i], y[i] = s.Norm(), s.Norm()+0.8
	}
	exact, err := PermutationTest(x, y, PermutationOptions{N: 200_000})
	if err != nil || !exact.All || exact.N != 184756 {
		t.Fatal(exact, err)
	}
	drawn, err := PermutationTest(x, y, PermutationOptions{Seed: 3})
	if err != nil || drawn.All || drawn.N != 9999 || math.Abs(drawn.P-exact.P) > 0.02 {
		t.Errorf("%v, %v beside %v", drawn, err, exact)
	}
	again, _ := PermutationTest(x, y, PermutationOptions{Seed: 3})
	if !slices.Equal(drawn.Null, again.Null) {
		t.Error("another null distribution the second time")
	}
	if w, _ := StudentT(x, y); math.Abs(w.P-exact.P) > 0.02 {
		t.Errorf("t test %v beside %v", w, exact)
	}
	if exact.Show().Data["text/plain"] != exact.String() {
		t.Error("Show has another text than String")
	}
}

func TestPermutationRefusals(t *testing.T) {
	x, y := []float64{1, 2, 3}, []float64{2, 2, 5}
	nan := math.NaN()
	for _, c := range []struct {
		x, y []float64
		o    PermutationOptions
		want string
	}{
		{x[:1], y, PermutationOptions{}, "x has 1 values"},
		{x, []float64{1, nan}, PermutationOptions{}, "y[1] is NaN"},
		{x, y[:2], PermutationOptions{Kind: "paired"}, "x has 3 values and y 2"},
		{x, x, PermutationOptions{Kind: "paired"}, "all 3 pairs have equal values"},
		{y[:2], y[:2], PermutationOptions{}, "all 4 values are 2"},
		{x[:2], y[:2], PermutationOptions{Kind: "pairings"}, "nothing can go with them"},
		{x, y, PermutationOptions{Kind: "two-sample"}, `Kind is "two-sample"`},
		{x, y, PermutationOptions{Alternative: "both"}, `Alternative is "both"`},
		{x, y, PermutationOptions{N: -1}, "N is -1"},
		{x, y, PermutationOptions{Statistic: func(x, y []float64) float64 { return nan }}, "statistic of the data is NaN"},
		{x, y, PermutationOptions{Statistic: func(x, y []float64) float64 { return math.Sqrt(x[2] - 3) }}, "the statistic of rearrangement"},
	} {
		if _, err := PermutationTest(c.x, c.y, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}

// TestPowerRepeated: pingouin's power_rm_anova for "within" in one group; the noncentral F of SciPy with the
// formulas of Faul et al. 2007 for the rest.
func TestPowerRepeated(t *testing.T) {
	for _, c := range []struct {
		p    PowerTest
		want float64
	}{
		{PowerTest{Test: "within", Effect: 0.22941573387056177, N: 20, Measures: 3}, 0.5713000333387069},
		{PowerTest{Test: "within", Effect: 1. / 3, N: 15, Measures: 4, Rho: 0.3, Epsilon: 0.8}, 0.6189098297317136},
		{PowerTest{Test: "within", Effect: 1. / 7, N: 60, Rho: 0.7}, 0.8024459337698032},
		{PowerTest{Test: "within", Effect: 0.2, N: 12, Groups: 2, Measures: 3, Rho: 0.4}, 0.45893351478724653},
		{PowerTest{Test: "between", Effect: 0.25, N: 24, Measures: 3}, 0.5465781613619632},
		{PowerTest{Test: "interaction", Effect: 0.15, N: 24, Measures: 3}, 0.604356669984916},
		{PowerTest{Test: "interaction", Effect: 0.2, N: 10, Groups: 3, Measures: 4, Rho: 0.2, Epsilon: 0.7}, 0.3030848399767955},
	} {
		r, err := c.p.Solve()
		if err != nil || math.Abs(r.Power-c.want) > 1e-9 {
			t.Errorf("%+v: %v, %v; want %.10g", c.p, r, err, c.want)
			continue
		}
		back := c.p
		back.N, back.Power = 0, r.Power
		if n, err := back.Solve(); err != nil || math.Abs(n.N-c.p.N) > 1e-6 {
			t.Errorf("%v: N %v, %v", c.p, n, err)
		}
	}
	for _, bad := range []PowerTest{{Test: "within", Rho: 1}, {Test: "interaction", Rho: -0.6, Measures: 3}, {Test: "between", Epsilon: 2}, {Test: "within", Measures: 1}, {Test: "within", Epsilon: 0.4, Measures: 3}} {
		bad.Effect, bad.N = 0.2, 20
		if _, err := bad.Solve(); err == nil || !strings.Contains(err.Error(), "Measures is") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// TestPowerSimulated: the share of simulated experiments whose interaction is found is the power.
func TestPowerSimulated(t *testing.T) {
	const n, measures, rho, f, studies = 24, 3, 0.5, 0.15, 1500
	plan, err := PowerTest{Test: "interaction", Effect: f, N: n, Measures: measures, Rho: rho}.Solve()
	if err != nil {
		t.Fatal(err)
	}
	a := f / math.Sqrt(2./3) // interactions a, 0, -a in one group and their opposite in the other
	tab := table.Table{Cols: []table.Col{{Name: "s"}, {Name: "g"}, {Name: "k"}, {Name: "y"}}}
	for s := range 2 * n {
		for k := range measures {
			for c, v := range []float64{float64(s), float64(s % 2), float64(k), 0} {
				tab.Cols[c].Num = append(tab.Cols[c].Num, v)
			}
		}
	}
	found := 0
	for study := range studies {
		r := rng.New(11, uint64(study))
		for s := range 2 * n {
			own := math.Sqrt(rho) * r.Norm()
			for k := range measures {
				tab.Cols[3].Num[s*measures+k] = own + math.Sqrt(1-rho)*r.Norm() + a*float64(1-k)*float64(1-2*(s%2))
			}
		}
		x, err := ANOVA(tab, Factors{Value: "y", Subject: "s", Within: []string{"k"}, Between: []string{"g"}})
		if err != nil {
			t.Fatal(err)
		}
		if e, _ := x.Effect("g:k"); e.P < 0.05 {
			found++
		}
	}
	if share := float64(found) / studies; math.Abs(share-plan.Power) > 0.04 {
		t.Errorf("%.3f of the studies find it, the power is %.3f", share, plan.Power)
	}
}

// TestPerfect: what agrees wholly has intervals that end at 1.
func TestPerfect(t *testing.T) {
	r, err := IntraclassCorrelations([][]float64{{1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {5, 5, 5}})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Types {
		if x.R != 1 || x.Lo != 1 || x.Hi != 1 {
			t.Errorf("%+v", x)
		}
	}
	if s := r.String(); !strings.HasPrefix(s, "ICC(1,1) = 1.00 [1.00, 1.00], F(3, 8) = +Inf, p < .001\n") {
		t.Error(s)
	}
	r, err = IntraclassCorrelations([][]float64{{1, 2, 4}, {2, 3, 5}, {3, 4, 6}, {5, 6, 8}}) // raters differ by constants
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Types {
		one := strings.HasPrefix(x.Name, "ICC3")
		if one != (x.R == 1) || one && (x.Lo != 1 || x.Hi != 1) || !(x.Lo <= x.R && x.R <= x.Hi) {
			t.Errorf("%+v", x)
		}
	}
	for _, y := range [][]float64{{1, 2, 3, 5}, {-1, -2, -3, -5}} {
		c, err := Pearson([]float64{1, 2, 3, 5}, y)
		if err != nil || c.Lo != c.R || c.Hi != c.R || math.Abs(c.R) != 1 {
			t.Error(c, err)
		}
	}
}

// TestPairsOfD: d of pairs of groups has the interval of a t test of the two, and Tukey's that of all groups.
func TestPairsOfD(t *testing.T) {
	groups := [][]float64{{3, 5, 4, 6, 2}, {5, 7, 6, 9}, {4, 4, 5, 3, 6, 5}}
	names := []string{"a", "b", "c"}
	g, err := GamesHowell(names, groups...)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := WelchT(groups[0], groups[1])
	if p := g.Pairs[0]; p.D != w.D || p.DLo != w.DLo || p.DHi != w.DHi {
		t.Errorf("%+v beside %+v", p, w)
	}
	two, err := Tukey(names[:2], groups[:2]...)
	s, _ := StudentT(groups[0], groups[1])
	if p := two.Pairs[0]; err != nil || math.Abs(p.D-s.D) > 1e-12 || math.Abs(p.DLo-s.DLo) > 1e-9 || math.Abs(p.DHi-s.DHi) > 1e-9 {
		t.Errorf("%+v, %v beside %+v", p, err, s)
	}
	tk, _ := Tukey(names, groups...)
	for _, p := range tk.Pairs {
		if !(p.DLo < p.D && p.D < p.DHi) {
			t.Errorf("%+v", p)
		}
	}
	level, err := Tukey(names[:2], []float64{1, 2, 3}, []float64{1, 2, 3})
	if p := level.Pairs[0]; err != nil || p.D != 0 || !(p.DLo < 0) || math.Abs(p.DLo+p.DHi) > 1e-9 {
		t.Errorf("%+v, %v", p, err)
	}
}
