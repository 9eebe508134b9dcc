package stats

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// near reports a value that is not within tol of what it should be, relative to its size.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Max(1e-3, math.Abs(want))) {
		t.Errorf("%s: %.15g, want %.15g", what, got, want)
	}
}

// TestAgainstR holds t tests, rank tests, correlations and adjusted p-values to R's.
func TestAgainstR(t *testing.T) {
	type tt struct {
		T, DF, P float64
		CI       []float64
	}
	var want struct {
		T []struct {
			X, Y, Z                     []float64
			Welch, Student, Paired, One tt
			Greater                     float64
		}
		Rank []struct{ X, Y, Z, MW, SR, KW, FR []float64 }
		Cor  []struct {
			X, Y, Pearson, CI, Kendall []float64
			Spearman                   float64
		}
		Adjust []map[string][]float64
	}
	golden.JSON(t, golden.Path(t, "stats/tests.json"), &want)
	for _, c := range want.T {
		for _, k := range []struct {
			name string
			f    func() (*TTest, error)
			want tt
		}{
			{"Welch", func() (*TTest, error) { return WelchT(c.X, c.Y) }, c.Welch},
			{"Student", func() (*TTest, error) { return StudentT(c.X, c.Y) }, c.Student},
			{"paired", func() (*TTest, error) { return PairedT(c.X, c.Z) }, c.Paired},
			{"one sample", func() (*TTest, error) { return OneSampleT(c.X, 0.7) }, c.One},
		} {
			got, err := k.f()
			if err != nil {
				t.Fatalf("%s: %v", k.name, err)
			}
			near(t, k.name+" t", got.T, k.want.T, 1e-11)
			near(t, k.name+" df", got.DF, k.want.DF, 1e-11)
			near(t, k.name+" p", got.P, k.want.P, 1e-10)
			lo, hi := k.want.CI[0], k.want.CI[1]
			if k.name == "one sample" { // R's interval is of the mean
				lo, hi = lo-0.7, hi-0.7
			}
			near(t, k.name+" lo", got.Lo, lo, 1e-10)
			near(t, k.name+" hi", got.Hi, hi, 1e-10)
			if k.name == "Welch" {
				near(t, "greater", got.PGreater(), c.Greater, 1e-10)
				near(t, "less", got.PLess(), 1-c.Greater, 1e-10)
			}
		}
	}
	for _, c := range want.Rank {
		rows := make([][]float64, len(c.X))
		for i := range rows {
			rows[i] = []float64{c.X[i], c.Z[i], (c.X[i] + c.Z[i]) * (c.X[i] + c.Z[i])}
		}
		for _, k := range []struct {
			name string
			f    func() (*RankTest, error)
			want []float64
		}{
			{"Mann-Whitney", func() (*RankTest, error) { return MannWhitney(c.X, c.Y) }, c.MW},
			{"Wilcoxon", func() (*RankTest, error) { return Wilcoxon(c.X, c.Z) }, c.SR},
			{"Kruskal-Wallis", func() (*RankTest, error) { return KruskalWallis(c.X, c.Y, c.Z) }, c.KW},
			{"Friedman", func() (*RankTest, error) { return Friedman(rows) }, c.FR},
		} {
			got, err := k.f()
			if err != nil {
				t.Fatalf("%s: %v", k.name, err)
			}
			near(t, k.name+" statistic", got.Statistic, k.want[0], 1e-11)
			near(t, k.name+" p", got.P, k.want[1], 1e-10)
		}
	}
	for _, c := range want.Cor {
		p, err := Pearson(c.X, c.Y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "r", p.R, c.Pearson[0], 1e-12)
		near(t, "p of r", p.P, c.Pearson[1], 1e-9)
		if len(c.CI) == 2 {
			near(t, "lo of r", p.Lo, c.CI[0], 1e-11)
			near(t, "hi of r", p.Hi, c.CI[1], 1e-11)
		}
		s, err := Spearman(c.X, c.Y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "rho", s.R, c.Spearman, 1e-12)
		k, err := Kendall(c.X, c.Y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "tau", k.R, c.Kendall[0], 1e-12)
		near(t, "p of tau", k.P, c.Kendall[1], 1e-10)
	}
	for _, c := range want.Adjust {
		for name, w := range c {
			if name == "p" {
				continue
			}
			got, err := Adjust(append([]float64{math.NaN()}, c["p"]...), name)
			if err != nil {
				t.Fatal(err)
			}
			if !math.IsNaN(got[0]) {
				t.Errorf("%s: NaN became %g", name, got[0])
			}
			for i := range w {
				near(t, name, got[i+1], w[i], 1e-13)
			}
		}
	}
	if len(want.T) < 10 || len(want.Rank) < 10 || len(want.Cor) < 8 || len(want.Adjust) < 8 {
		t.Fatal("the reference is not whole")
	}
}

func TestAgainstPingouin(t *testing.T) {
	var want struct {
		BFT []struct{}  `json:"-"`
		BFR [][]float64 `json:"bf_r"`
		D   []struct {
			X, Y, CI []float64
			D        float64
			Hedges   float64 `json:"hedges_approx"`
		}
		Partial []struct {
			X, Y          []float64
			C             [][]float64
			Partial, Semi []float64
		}
		RM struct {
			X, Y     []float64
			Subject  []string
			R, DF, P float64
		}
	}
	path := golden.Path(t, "stats/pingouin_tests.json")
	golden.JSON(t, path, &want)
	var bft struct {
		BFT [][]any `json:"bf_t"`
	}
	golden.JSON(t, path, &bft)
	for _, c := range bft.BFT {
		var n []int
		for _, v := range c[2].([]any) {
			n = append(n, int(v.(float64)))
		}
		// Beyond 1e6 SciPy's quadrature, to 1e-8 absolute of a small integral, has few digits.
		tol, w := 1e-6, c[3].(float64)
		if w < 1e-3 || w > 1e5 {
			tol = 1e-4
		}
		near(t, "BF10 of t", TBayesFactor(c[0].(float64), c[1].(float64), n...), w, tol)
	}
	for _, c := range want.BFR {
		near(t, "BF10 of r", PearsonBayesFactor(c[0], int(c[1])), c[2], 1e-11)
	}
	for _, c := range want.D {
		d, lo, hi, err := CohenD(c.X, c.Y, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "d", d, c.D, 1e-12)
		near(t, "lo of d", lo, c.CI[0], 1e-9)
		near(t, "hi of d", hi, c.CI[1], 1e-9)
		s, _ := StudentT(c.X, c.Y)
		near(t, "Hedges", s.Hedges, c.Hedges, 0.01) // pingouin's is the approximation 1 - 3/(4 n - 9)
	}
	for _, c := range want.Partial {
		p, err := PartialCorrelation(c.X, c.Y, c.C...)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "partial r", p.R, c.Partial[0], 1e-11)
		near(t, "partial p", p.P, c.Partial[1], 1e-10)
		if p, err = SemipartialCorrelation(c.X, c.Y, c.C...); err != nil {
			t.Fatal(err)
		}
		near(t, "semipartial r", p.R, c.Semi[0], 1e-11)
		near(t, "semipartial p", p.P, c.Semi[1], 1e-10)
	}
	c, err := RepeatedCorrelation(want.RM.X, want.RM.Y, want.RM.Subject)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "repeated r", c.R, want.RM.R, 1e-11)
	near(t, "repeated p", c.P, want.RM.P, 1e-10)
	near(t, "repeated df", c.DF, want.RM.DF, 0)
}

// TestRefusals holds what is said of data that have no test.
func TestRefusals(t *testing.T) {
	nan, three := math.NaN(), []float64{1, 2, 4}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"NaN", second(WelchT([]float64{1, nan}, three)), "stats: WelchT: x[1] is NaN"},
		{"one value", second(WelchT(three, []float64{1})), "y has 1 values; 2 or more"},
		{"constant", second(StudentT([]float64{2, 2}, []float64{3, 3, 3})), "all values of x are 2 and all of y 3"},
		{"constant differences", second(PairedT(three, []float64{0, 1, 3})), "all 3 values of x - y are 1"},
		{"lengths", second(PairedT(three, three[:2])), "x has 3 values and y 2"},
		{"mu", second(OneSampleT(three, nan)), "mu[0] is NaN"},
		{"same ranks", second(MannWhitney([]float64{1, 1}, []float64{1})), "their order says nothing"},
		{"no sample", second(MannWhitney(nil, three)), "x has 0 values"},
		{"no differences", second(Wilcoxon(three, three)), "none of the 3 differences"},
		{"one group", second(KruskalWallis(three)), "1 groups"},
		{"rows", second(Friedman([][]float64{{1, 2}, {1, 2, 3}})), "x[1] has 3 conditions"},
		{"flat rows", second(Friedman([][]float64{{1, 1}, {2, 2}})), "no subject"},
		{"constant x", second(Pearson([]float64{1, 1, 1}, three)), "all 3 values of x are 1"},
		{"few", second(Spearman(three[:2], three[:2])), "3 or more"},
		{"covariate", second(PartialCorrelation(append(three, 3), append(three, 5), []float64{1, 1, 1, 1})), "covariates depend"},
		{"explained", second(PartialCorrelation([]float64{1, 2, 3, 4}, []float64{2, 1, 4, 3}, []float64{1, 2, 3, 4})), "wholly"},
		{"subjects", second(RepeatedCorrelation(three, three, []string{"a", "b", "c"})), "leave -1 degrees"},
		{"method", second(Adjust(nil, "holms")), `unknown method "holms"`},
		{"p", second(Adjust([]float64{2}, "holm")), "p[0] is 2"},
		{"level", fourth(CohenD(three, three, 1)), "level is 1"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: %v, want it to say %q", c.name, c.err, c.want)
		}
	}
}

func second[T any](_ T, err error) error       { return err }
func fourth[T any](_, _, _ T, err error) error { return err }

// TestExactRanks counts all arrangements of small samples.
func TestExactRanks(t *testing.T) {
	for n := 1; n <= 5; n++ {
		for m := 1; m <= 4; m++ {
			counts, all := rankSumCounts(n, m)
			seen := make([]float64, n*m+1)
			for set := range 1 << (n + m) {
				ones, u := 0, 0
				for k := range n + m {
					if set>>k&1 == 1 {
						ones++
						u += k + 1 - ones // those of y below
					}
				}
				if ones == n {
					seen[u]++
				}
			}
			sum := 0.0
			for k := range seen {
				sum += seen[k]
				if counts[k] != seen[k] {
					t.Errorf("%d and %d values: U = %d in %g arrangements, want %g", n, m, k, counts[k], seen[k])
				}
			}
			if all != sum {
				t.Errorf("%d and %d: %g arrangements, want %g", n, m, all, sum)
			}
		}
		counts := signedRankCounts(n)
		for v := range counts {
			want := 0.0
			for set := range 1 << n {
				s := 0
				for k := range n {
					if set>>k&1 == 1 {
						s += k + 1
					}
				}
				if s == v {
					want++
				}
			}
			if counts[v] != want {
				t.Errorf("%d values: V = %d in %g arrangements, want %g", n, v, counts[v], want)
			}
		}
	}
}
