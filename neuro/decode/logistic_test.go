package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestPeer(t *testing.T) {
	var cases []struct {
		Name         string
		C, Score     float64
		X, Coef, New [][]float64
		Proba        [][]float64
		Y, Classes   []int
		Intercept    []float64
		Predict      []int
	}
	golden.JSON(t, golden.Path(t, "decode/logistic.json"), &cases)
	for _, c := range cases {
		f, err := Logistic{C: c.C}.Fit(c.X, c.Y)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		// scikit-learn's lbfgs stops up to 1e-6 away from the optimum.
		const tol = 1e-5
		if fmt.Sprint(f.Classes) != fmt.Sprint(c.Classes) || len(f.Coef) != len(c.Coef) {
			t.Errorf("%s: classes %v, %d rows", c.Name, f.Classes, len(f.Coef))
		}
		golden.Close(t, c.Name+" weights", flat(f.Coef), flat(c.Coef), tol)
		golden.Close(t, c.Name+" intercepts", f.Intercept, c.Intercept, tol)
		golden.Close(t, c.Name+" probabilities", flat(f.Proba(c.New)), flat(c.Proba), tol)
		if fmt.Sprint(f.Predict(c.New)) != fmt.Sprint(c.Predict) || f.Score(c.X, c.Y) != c.Score {
			t.Errorf("%s: predicts %v with score %g, want %v and %g", c.Name, f.Predict(c.New), f.Score(c.X, c.Y), c.Predict, c.Score)
		}
	}
}

func TestSharedPeer(t *testing.T) {
	var g struct {
		X    [][]float64
		Y    []int       `json:"y"`
		Coef [][]float64 `json:"logreg_C1_coef"`
		B    []float64   `json:"logreg_C1_intercept"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/stats.json"), &g)
	f, err := NewLogistic().Fit(g.X, g.Y)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "weights", flat(f.Coef), flat(g.Coef), 1e-5)
	golden.Close(t, "intercept", f.Intercept, g.B, 1e-5)
}

func flat(x [][]float64) []float64 {
	var out []float64
	for _, row := range x {
		out = append(out, row...)
	}
	return out
}

// gradient evaluates the objective's gradient at a fit from its definition, in
// the features as given. It returns the largest component, each divided by C
// times the root mean square of its feature where that is above 1.
func gradient(f *LogisticFit, c float64, x [][]float64, y []int) float64 {
	proba := f.Proba(x)
	largest := 0.0
	for k, w := range f.Coef {
		class := k
		if len(f.Coef) == 1 {
			class = 1
		}
		for j := 0; j <= len(w); j++ {
			g, size := 0.0, 0.0
			for i := range x {
				v := 1.0
				if j < len(w) {
					v = x[i][j]
				}
				r := proba[i][class]
				if y[i] == f.Classes[class] {
					r = 0
					for other, p := range proba[i] {
						if other != class {
							r -= p
						}
					}
				}
				g += c * r * v
				size += v * v / float64(len(x))
			}
			if j < len(w) {
				g += w[j]
			}
			largest = math.Max(largest, math.Abs(g)/math.Max(1, c*math.Sqrt(size)))
		}
	}
	return largest
}

// sample draws n samples of d features in k classes whose means are apart by
// some standard deviations. Feature j is multiplied by scale(j).
func sample(r *rand.Rand, n, d, k int, apart float64, scale func(j int) float64) ([][]float64, []int) {
	x, y := make([][]float64, n), make([]int, n)
	for i := range x {
		y[i] = i % k
		x[i] = make([]float64, d)
		for j := range x[i] {
			x[i][j] = r.NormFloat64()
			if j%k == y[i] {
				x[i][j] += apart
			}
			x[i][j] *= scale(j)
		}
	}
	return x, y
}

// TestOptimum checks by the gradient that Fit gives the optimum: few and many
// samples, more features than samples, classes that overlap and that are
// separable, weak and strong penalties, features of equal and of very
// different scales.
func TestOptimum(t *testing.T) {
	r := rand.New(rand.NewPCG(1958, 1))
	scales := map[string]func(int) float64{
		"equal":  func(int) float64 { return 1 },
		"1:1e6":  func(j int) float64 { return []float64{1, 1e6}[j%2] },
		"ladder": func(j int) float64 { return math.Pow(10, float64(j%9)-4) },
	}
	fits := 0
	for _, n := range []int{8, 50, 211} {
		for _, d := range []int{1, 2, 7, 50, 500} {
			for _, k := range []int{2, 3, 8} {
				for _, c := range []float64{1e-3, 1, 1e3} {
					for _, apart := range []float64{0, 1, 30} {
						for name, scale := range scales {
							if n*d*k > 30000 || testing.Short() && n > 50 {
								continue
							}
							x, y := sample(r, n, d, k, apart, scale)
							f, err := Logistic{C: c}.Fit(x, y)
							what := fmt.Sprintf("n %d, d %d, k %d, C %g, %g apart, scales %s", n, d, k, c, apart, name)
							if err != nil {
								t.Errorf("%s: %v", what, err)
								continue
							}
							if g := gradient(f, c, x, y); !(g < 1e-9) {
								t.Errorf("%s: gradient %g (reported %g after %d iterations)", what, g, f.Gradient, f.Iterations)
							}
							fits++
						}
					}
				}
			}
		}
	}
	t.Logf("%d fits", fits)
}

// TestOptimumPlain holds the plain gradient, not divided by anything, under
// 1e-9 for features of ordinary size.
func TestOptimumPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(1958, 2))
	for _, shape := range [][3]int{{2, 1, 2}, {3, 1, 3}, {5, 3, 2}, {50, 500, 2}, {50, 500, 5}, {97, 13, 2}, {101, 11, 7}, {300, 40, 3}} {
		for _, apart := range []float64{0, 0.5, 3, 10} {
			n, d, k := shape[0], shape[1], shape[2]
			x, y := sample(r, n, d, k, apart, func(j int) float64 { return 1 })
			f, err := NewLogistic().Fit(x, y)
			if err != nil {
				t.Fatal(err)
			}
			proba := f.Proba(x)
			for k, w := range f.Coef {
				class := k
				if len(f.Coef) == 1 {
					class = 1
				}
				for j := 0; j <= d; j++ {
					g := 0.0
					for i := range x {
						v := 1.0
						if j < d {
							v = x[i][j]
						}
						target := 0.0
						if y[i] == class {
							target = 1
						}
						g += (proba[i][class] - target) * v
					}
					if j < d {
						g += w[j]
					}
					// What is left is the rounding of a sum of n terms.
					if math.Abs(g) > 1e-12 {
						t.Fatalf("%v, %g apart: component %d of row %d is %g", shape, apart, j, k, g)
					}
				}
			}
		}
	}
}

func TestAwkwardFeatures(t *testing.T) {
	r := rand.New(rand.NewPCG(1958, 3))
	x, y := sample(r, 60, 3, 2, 1, func(int) float64 { return 1 })
	plain, err := NewLogistic().Fit(x, y)
	if err != nil {
		t.Fatal(err)
	}
	with := func(more func(i int, row []float64) []float64) [][]float64 {
		out := make([][]float64, len(x))
		for i, row := range x {
			out[i] = append(append([]float64(nil), row...), more(i, row)...)
		}
		return out
	}
	t.Run("constant", func(t *testing.T) {
		f, err := NewLogistic().Fit(with(func(int, []float64) []float64 { return []float64{0.1, 1e9} }), y)
		if err != nil {
			t.Fatal(err)
		}
		if f.Coef[0][3] != 0 || f.Coef[0][4] != 0 {
			t.Errorf("constant features weigh %g and %g", f.Coef[0][3], f.Coef[0][4])
		}
		golden.Close(t, "other weights", f.Coef[0][:3], plain.Coef[0], 1e-12)
	})
	t.Run("duplicate", func(t *testing.T) {
		// The penalty shares the weight out equally.
		f, err := NewLogistic().Fit(with(func(_ int, row []float64) []float64 { return row[:1] }), y)
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(f.Coef[0][0] - f.Coef[0][3]); d > 1e-12 {
			t.Errorf("equal features weigh %g and %g", f.Coef[0][0], f.Coef[0][3])
		}
	})
	t.Run("duplicate, large", func(t *testing.T) {
		f, err := NewLogistic().Fit(with(func(_ int, row []float64) []float64 { return []float64{1e6 * row[0], 1e6 * row[0]} }), y)
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(f.Coef[0][3] - f.Coef[0][4]); d > 1e-6*math.Abs(f.Coef[0][3]) {
			t.Errorf("equal features weigh %g and %g", f.Coef[0][3], f.Coef[0][4])
		}
	})
	t.Run("far from 0", func(t *testing.T) {
		f, err := NewLogistic().Fit(with(func(i int, _ []float64) []float64 { return []float64{1e6 + float64(i%5)} }), y)
		if err != nil {
			t.Fatal(err)
		}
		g, err := NewLogistic().Fit(with(func(i int, _ []float64) []float64 { return []float64{float64(i % 5)} }), y)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "weights", f.Coef[0], g.Coef[0], 1e-9)
	})
	t.Run("all constant", func(t *testing.T) {
		f, err := NewLogistic().Fit([][]float64{{1}, {1}, {1}, {1}}, []int{0, 0, 0, 1})
		if err != nil {
			t.Fatal(err)
		}
		if p := f.Proba([][]float64{{1}})[0][1]; math.Abs(p-0.25) > 1e-15 {
			t.Errorf("probability %g, want the class's share 0.25", p)
		}
	})
	t.Run("all constant, three classes, many features", func(t *testing.T) {
		f, err := NewLogistic().Fit([][]float64{{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}}, []int{5, 6, 7, 7})
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "probabilities", f.Proba([][]float64{{1, 2, 3, 4, 5}})[0], []float64{.25, .25, .5}, 1e-14)
	})
}

func TestScale(t *testing.T) {
	r := rand.New(rand.NewPCG(1958, 4))
	x, y := sample(r, 60, 4, 3, 1, func(j int) float64 { return math.Pow(10, float64(3*j-3)) })
	z := make([][]float64, len(x))
	_, mean, sd := centre(x)
	for i, row := range x {
		for j, v := range row {
			z[i] = append(z[i], (v-mean[j])/sd[j])
		}
	}
	a, err := Logistic{Scale: true}.Fit(x, y)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewLogistic().Fit(z, y)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "probabilities", flat(a.Proba(x)), flat(b.Proba(z)), 1e-12)
}

// TestSumsToZero checks the convention for more than two classes.
func TestSumsToZero(t *testing.T) {
	r := rand.New(rand.NewPCG(1958, 5))
	x, y := sample(r, 60, 4, 5, 1, func(int) float64 { return 1 })
	f, err := NewLogistic().Fit(x, y)
	if err != nil {
		t.Fatal(err)
	}
	for j := 0; j < 4; j++ {
		sum := 0.0
		for _, w := range f.Coef {
			sum += w[j]
		}
		if math.Abs(sum) > 1e-14 {
			t.Errorf("weights of feature %d add up to %g", j, sum)
		}
	}
}

func TestFitErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	ok := [][]float64{{1, 2}, {3, 4}}
	for _, c := range []struct {
		name string
		m    Logistic
		x    [][]float64
		y    []int
		want string
	}{
		{"C", Logistic{C: -1}, ok, []int{0, 1}, "decode: Logistic.Fit: C is -1, it must be above 0"},
		{"C NaN", Logistic{C: nan}, ok, []int{0, 1}, "C is NaN"},
		{"C Inf", Logistic{C: inf}, ok, []int{0, 1}, "C is +Inf"},
		{"empty", NewLogistic(), nil, nil, "x is empty"},
		{"unequal", NewLogistic(), ok, []int{0}, "x has 2 samples and y has 1"},
		{"no features", NewLogistic(), [][]float64{{}, {}}, []int{0, 1}, "x[0] has no features"},
		{"ragged", NewLogistic(), [][]float64{{1, 2}, {3}}, []int{0, 1}, "x[1] has 1 features and x[0] has 2"},
		{"NaN", NewLogistic(), [][]float64{{1, 2}, {3, nan}}, []int{0, 1}, "x[1][1] is NaN"},
		{"Inf", NewLogistic(), [][]float64{{-inf, 2}, {3, 4}}, []int{0, 1}, "x[0][0] is -Inf"},
		{"huge", NewLogistic(), [][]float64{{1e200, 2}, {3, 4}}, []int{0, 1}, "x[0][0] is 1e+200"},
		{"one class", NewLogistic(), ok, []int{4, 4}, "all 2 samples have label 4"},
	} {
		if _, err := c.m.Fit(c.x, c.y); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
	}
	if err := checkSize(1<<20, 1<<20, 2); err == nil || !strings.Contains(err.Error(), "are too many") {
		t.Errorf("2^20 samples of 2^20 features: %v", err)
	}
}

func TestPanics(t *testing.T) {
	f, err := NewLogistic().Fit([][]float64{{1, 2}, {3, 4}}, []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		call func()
	}{
		{"decode: Predict: x[1] has 1 features, the fit has 2", func() { f.Predict([][]float64{{1, 2}, {3}}) }},
		{"decode: Proba: x[0] has 3 features", func() { f.Proba([][]float64{{1, 2, 3}}) }},
		{"decode: Score: x has 1 samples and y has 2", func() { f.Score([][]float64{{1, 2}}, []int{0, 1}) }},
		{"decode: Score: x[0] has a value that is not finite", func() { f.Score([][]float64{{1, math.NaN()}}, []int{0}) }},
	} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.Contains(r, c.want) {
					t.Errorf("panic %q, want %q", r, c.want)
				}
			}()
			c.call()
		}()
	}
	if p := f.Proba([][]float64{{1, math.NaN()}})[0]; !math.IsNaN(p[0]) || !math.IsNaN(p[1]) {
		t.Errorf("probabilities %v of a sample with NaN", p)
	}
	if s := f.Score(nil, nil); !math.IsNaN(s) {
		t.Errorf("score %g of no samples", s)
	}
}

func TestFitShow(t *testing.T) {
	f, err := NewLogistic().Fit([][]float64{{1, 2}, {3, 4}}, []int{5, 8})
	if err != nil {
		t.Fatal(err)
	}
	var s display.Shower = f
	text := s.Show().Text()
	for _, want := range []string{"2 samples, 2 features, 2 classes", "class 8 against 5", "x[1]", "intercept"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range [][3]int{{200, 50, 2}, {50, 500, 2}, {200, 5000, 2}, {864, 500, 8}} {
		x, y := sample(r, s[0], s[1], s[2], 0.5, func(int) float64 { return 1 })
		b.Run(fmt.Sprintf("n%d_d%d_k%d", s[0], s[1], s[2]), func(b *testing.B) {
			for b.Loop() {
				if _, err := NewLogistic().Fit(x, y); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
