package stats

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestReliability(t *testing.T) {
	var want struct {
		ICC []struct {
			X                           [][]float64
			ICC, F, DF1, DF2, P, Lo, Hi []float64
		}
		Power []struct {
			Test                    string
			N, Effect, Power, Alpha float64
			One                     bool
			Groups, DF              int
		}
	}
	golden.JSON(t, golden.Path(t, "stats/reliability.json"), &want)
	for _, c := range want.ICC {
		r, err := IntraclassCorrelations(c.X)
		if err != nil {
			t.Fatal(err)
		}
		for k, x := range r.Types {
			for _, v := range [][2]float64{{x.R, c.ICC[k]}, {x.F, c.F[k]}, {x.DF1, c.DF1[k]}, {x.DF2, c.DF2[k]}, {x.P, c.P[k]}, {x.Lo, c.Lo[k]}, {x.Hi, c.Hi[k]}} {
				near(t, x.Name, v[0], v[1], 1e-8)
			}
		}
	}
	for _, c := range want.Power {
		plan := PowerTest{Test: c.Test, N: c.N, Effect: c.Effect, Alpha: c.Alpha, OneSided: c.One, Groups: c.Groups, DF: c.DF}
		got, err := plan.Solve()
		if err != nil {
			t.Fatal(err)
		}
		tol := 1e-9
		if c.Test == "anova" { // R's noncentral F is good to some 1e-9 of small values
			tol = 2e-8
		}
		near(t, c.Test, got.Power, c.Power, tol)
		if got.Power > 0.999999 || got.Power < c.Alpha+1e-9 || c.Test == "correlation" && c.N < 10 { // fewer pairs may do there
			continue
		}
		// The other two from the third.
		back := plan
		back.N, back.Power = 0, got.Power
		if n, err := back.Solve(); err != nil || math.Abs(n.N-c.N) > 1e-6*c.N {
			t.Errorf("%s: N %g from its power, want %g: %v", c.Test, n.N, c.N, err)
		}
		back = plan
		back.Effect, back.Power = 0, got.Power
		if e, err := back.Solve(); err != nil || math.Abs(e.Effect-c.Effect) > 1e-6 {
			t.Errorf("%s: effect %g from its power, want %g: %v", c.Test, e.Effect, c.Effect, err)
		}
	}
	var alpha []struct {
		X     [][]float64
		Alpha float64
		CI    []float64
	}
	golden.JSON(t, golden.Path(t, "stats/alpha.json"), &alpha)
	for _, c := range alpha {
		a, err := CronbachAlpha(c.X)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "alpha", a.Alpha, c.Alpha, 1e-11)
		// pingouin rounds its interval to three places.
		if math.Abs(a.Lo-c.CI[0]) > 6e-4 || math.Abs(a.Hi-c.CI[1]) > 6e-4 {
			t.Errorf("alpha %v, want %v", a, c.CI)
		}
	}
	if len(want.ICC) != 9 || len(want.Power) != 72 || len(alpha) != 3 {
		t.Fatalf("%d, %d and %d cases", len(want.ICC), len(want.Power), len(alpha))
	}
}

// TestBootstrap holds intervals to the rate they name: of 400 samples of a skewed distribution some
// 95 % hold its mean. The binomial interval of 400 draws is 92.5 to 97.5 %; BCa with 40 values
// loses some 1 %, percentile more.
func TestBootstrap(t *testing.T) {
	held := map[string]int{}
	for s := range 400 {
		r := rng.New(7, uint64(s))
		x := make([]float64, 40)
		for i := range x {
			x[i] = -math.Log(r.Positive())
		}
		mean := func(rows []int) (m float64) {
			for _, i := range rows {
				m += x[i]
			}
			return m / float64(len(rows))
		}
		for _, method := range []string{"BCa", "percentile", "basic"} {
			b, err := Bootstrap(len(x), mean, BootstrapOptions{Draws: 499, Method: method, Seed: uint64(s)})
			if err != nil {
				t.Fatal(err)
			}
			if b.Lo <= 1 && 1 <= b.Hi {
				held[method]++
			}
			if s == 0 {
				again, _ := Bootstrap(len(x), mean, BootstrapOptions{Draws: 499, Method: method, Seed: 0})
				if again.Lo != b.Lo || again.Hi != b.Hi || again.SE != b.SE {
					t.Errorf("%s: not the same twice", method)
				}
			}
		}
	}
	t.Log(held)
	if held["BCa"] < 366 || held["BCa"] > 392 || held["percentile"] < 355 || held["basic"] < 345 {
		t.Errorf("of 400 intervals %v hold the mean", held)
	}
}

func TestPlansRefused(t *testing.T) {
	nan := func([]int) float64 { return math.NaN() }
	one := func([]int) float64 { return 1 }
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(IntraclassCorrelations([][]float64{{1, 2}})), "1 rows and 2 columns"},
		{second(IntraclassCorrelations([][]float64{{1, 2}, {1, math.NaN()}})), "ratings[1][1] is NaN"},
		{second(IntraclassCorrelations([][]float64{{1, 2}, {1, 2}})), "same mean rating"},
		{second(CronbachAlpha([][]float64{{1, 2}, {2, 1}})), "same total"},
		{second(CronbachAlpha([][]float64{{1, 2}, {2}})), "has 1 columns"},
		{second(PowerTest{Test: "t", N: 10, Effect: 1}.Solve()), `unknown test "t"`},
		{second(PowerTest{Test: "anova", N: 10}.Solve()), "exactly one"},
		{second(PowerTest{Test: "anova", N: 1, Effect: 1}.Solve()), "N is 1"},
		{second(PowerTest{Test: "correlation", N: 10, Effect: 1}.Solve()), "Effect is 1"},
		{second(PowerTest{Test: "anova", Power: 0.01, Effect: 1}.Solve()), "Power is 0.01"},
		{second(Bootstrap(1, one, BootstrapOptions{})), "1 rows"},
		{second(Bootstrap(5, nan, BootstrapOptions{})), "is NaN"},
		{second(Bootstrap(5, one, BootstrapOptions{Method: "bca"})), `unknown method "bca"`},
		{second(Bootstrap(5, func(r []int) float64 { return float64(len(r) - 5) }, BootstrapOptions{Draws: 20})), ""},
	} {
		if c.want == "" && c.err != nil || c.want != "" && (c.err == nil || !strings.Contains(c.err.Error(), c.want)) {
			t.Errorf("%v, want it to say %q", c.err, c.want)
		}
	}
}
