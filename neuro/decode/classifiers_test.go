package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type peerLinear struct {
	Coef      [][]float64
	Intercept []float64
	Predict   []int
}

type peerCase struct {
	Name    string
	C       float64
	X, New  [][]float64
	Y       []int
	Squared peerLinear  `json:"squared hinge"`
	Hinge   peerLinear  `json:"hinge"`
	Ridge   peerLinear  `json:"ridge"`
	Auto    peerLinear  `json:"lda auto"`
	Fixed   peerLinear  `json:"lda 0.3"`
	None    *peerLinear `json:"lda none"`
	Bayes   struct {
		Mean, Var, Proba [][]float64
		Predict          []int
	}
	Correlation []int
}

func peerCases(t *testing.T) (cases []peerCase) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "decode/classifiers.json"), &cases)
	if len(cases) < 8 {
		t.Fatalf("%d cases", len(cases))
	}
	return cases
}

func TestClassifiersPeer(t *testing.T) {
	for _, c := range peerCases(t) {
		check := func(what string, fit *LinearFit, err error, want *peerLinear, tol float64) {
			t.Helper()
			if err != nil {
				t.Errorf("%s: %s: %v", c.Name, what, err)
				return
			}
			coef, intercept := flat(want.Coef), want.Intercept
			golden.Close(t, c.Name+": "+what+" weights", flat(fit.Coef), coef, tol)
			golden.Close(t, c.Name+": "+what+" intercepts", fit.Intercept, intercept, tol)
			if got := fit.Predict(c.New); fmt.Sprint(got) != fmt.Sprint(want.Predict) {
				t.Errorf("%s: %s predicts %v, want %v", c.Name, what, got, want.Predict)
			}
		}
		// LinearSVC stops within 1e-7 of the optimum.
		fit, err := SVM{C: c.C}.Fit(c.X, c.Y)
		check("squared hinge", fit, err, &c.Squared, 1e-6)
		fit, err = SVM{C: c.C, Loss: "hinge"}.Fit(c.X, c.Y)
		check("hinge", fit, err, &c.Hinge, 1e-8)
		fit, err = Ridge{Alpha: c.C}.Fit(c.X, c.Y)
		check("ridge", fit, err, &c.Ridge, 1e-10)
		fit, err = NewLDA().Fit(c.X, c.Y)
		check("LDA, shrinkage of Ledoit and Wolf", fit, err, &c.Auto, 1e-9)
		fit, err = LDA{Shrinkage: 0.3}.Fit(c.X, c.Y)
		check("LDA, shrinkage 0.3", fit, err, &c.Fixed, 1e-9)
		fit, err = LDA{Shrinkage: -1}.Fit(c.X, c.Y)
		if c.None != nil {
			check("LDA without shrinkage", fit, err, c.None, 1e-9)
		} else if err == nil || !strings.Contains(err.Error(), "cannot be inverted") {
			t.Errorf("%s: LDA without shrinkage of %d samples and %d features: %v", c.Name, len(c.X), len(c.X[0]), err)
		}
		b, err := NewNaiveBayes().Fit(c.X, c.Y)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		golden.Close(t, c.Name+": means", flat(b.Mean), flat(c.Bayes.Mean), 1e-12)
		golden.Close(t, c.Name+": variances", flat(b.Var), flat(c.Bayes.Var), 1e-12)
		golden.Close(t, c.Name+": probabilities", flat(b.Proba(c.New)), flat(c.Bayes.Proba), 1e-10)
		if got := b.Predict(c.New); fmt.Sprint(got) != fmt.Sprint(c.Bayes.Predict) {
			t.Errorf("%s: naive Bayes predicts %v, want %v", c.Name, got, c.Bayes.Predict)
		}
		got, err := NewCorrelation().FitPredict(c.X, c.Y, c.New)
		if len(c.X[0]) == 1 {
			if err == nil {
				t.Errorf("%s: correlation of one feature was accepted", c.Name)
			}
		} else if err != nil || fmt.Sprint(got) != fmt.Sprint(c.Correlation) {
			t.Errorf("%s: correlation predicts %v, %v, want %v", c.Name, got, err, c.Correlation)
		}
	}
}

func TestSharedLDA(t *testing.T) {
	var g struct {
		X         [][]float64
		Y         []int       `json:"y"`
		Shrunk    [][]float64 `json:"lda_ledoitwolf_coef"`
		ShrunkB   []float64   `json:"lda_ledoitwolf_intercept"`
		Unshrunk  [][]float64 `json:"lda_svd_coef"`
		UnshrunkB []float64   `json:"lda_svd_intercept"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/stats.json"), &g)
	for _, c := range []struct {
		shrinkage float64
		coef      [][]float64
		b         []float64
	}{{0, g.Shrunk, g.ShrunkB}, {-1, g.Unshrunk, g.UnshrunkB}} {
		f, err := LDA{Shrinkage: c.shrinkage}.Fit(g.X, g.Y)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, "weights", flat(f.Coef), flat(c.coef), 1e-8)
		golden.Close(t, "intercept", f.Intercept, c.b, 1e-8)
	}
}

// TestSquaredHingeOptimum holds the gradient of the objective against 0 on data
// that are hard for it: large values, many features, classes that are apart.
func TestSquaredHingeOptimum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		n, d        int
		c, at, size float64
		apart       float64
	}{{40, 33, 1, 1000, 12, 0}, {30, 33, 1, 1000, 12, 0}, {90, 10, 1e-4, 0, 1, 1}, {12, 400, 1, 0, 1, 1}, {2, 1, 1, 5, 1, 3}, {97, 3, 1e6, 0, 1, 4}, {97, 3, 1e6, 0, 1, 0.3}} {
		var x [][]float64
		var y []int
		for i := range c.n {
			row := make([]float64, c.d)
			for j := range row {
				row[j] = c.at + c.size*(r.NormFloat64()+c.apart*float64(i%2))
			}
			x, y = append(x, row), append(y, i%2)
		}
		f, err := SVM{C: c.c}.Fit(x, y)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		gradient := append(append([]float64(nil), f.Coef[0]...), f.Intercept[0])
		scale := 0.0
		for i, row := range x {
			s := float64(2*y[i] - 1)
			if m := 1 - s*f.Decision([][]float64{row})[0][0]; m > 0 {
				for j, v := range append(append([]float64(nil), row...), 1) {
					gradient[j] -= 2 * c.c * s * m * v
					scale = math.Max(scale, math.Abs(2*c.c*m*v))
				}
			}
		}
		worst := 0.0
		for _, g := range gradient {
			worst = math.Max(worst, math.Abs(g))
		}
		size := math.Sqrt(dot(f.Coef[0], f.Coef[0]))
		// The part of a gradient that rounding of w·x leaves: C Σ|x| eps |w||x|.
		allow := 1e-9*(scale+size) + 1e-13*c.c*float64(c.n)*size*math.Pow(math.Abs(c.at)+5*c.size, 2)*float64(c.d)
		if worst > allow {
			t.Errorf("%+v: gradient %.2g, allowed %.2g (weights %.2g)", c, worst, allow, size)
		}
	}
}

// TestHingeOptimum holds the gap between the objective and its dual against 0.
func TestHingeOptimum(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		n, d     int
		c, at    float64
		separate float64
	}{{60, 5, 1, 0, 0.5}, {40, 33, 1, 100, 0}, {12, 100, 1, 0, 1}, {50, 2, 100, 3, 1}, {2, 1, 1, 0, 5}} {
		var x [][]float64
		var y []int
		for i := range c.n {
			row := make([]float64, c.d)
			for j := range row {
				row[j] = c.at + r.NormFloat64() + c.separate*float64(i%2)
			}
			x, y = append(x, row), append(y, i%2)
		}
		f, err := SVM{C: c.c, Loss: "hinge"}.Fit(x, y)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		objective := func(w []float64, b float64) float64 {
			sum := dot(w, w) / 2
			for i, row := range x {
				sum += c.c * math.Max(0, 1-float64(2*y[i]-1)*(dot(w, row)+b))
			}
			return sum
		}
		best := objective(f.Coef[0], f.Intercept[0])
		for range 200 { // the least in every direction
			w := append([]float64(nil), f.Coef[0]...)
			db := 0.0
			for j := range w {
				d := 1e-4 * r.NormFloat64()
				w[j] += d
				db -= d * c.at // what keeps the mean decision, and more
			}
			if v := objective(w, f.Intercept[0]+db+1e-4*r.NormFloat64()); v < best-1e-9*math.Abs(best) {
				t.Errorf("%+v: objective %.12g falls to %.12g", c, best, v)
				break
			}
		}
	}
}

func TestClassifierErrors(t *testing.T) {
	x, y := [][]float64{{1, 2}, {2, 1}, {3, 5}, {4, 1}}, []int{0, 1, 0, 1}
	for _, c := range []struct {
		want string
		fit  func() error
	}{
		{"decode: SVM.Fit: C is -1, it must be above 0 and finite", func() error { _, err := SVM{C: -1}.Fit(x, y); return err }},
		{`decode: SVM.Fit: Loss is "l1"; allowed are "squared hinge" and "hinge"`, func() error { _, err := SVM{Loss: "l1"}.Fit(x, y); return err }},
		{"decode: SVM.Fit: all 4 samples have label 7, at least two classes are needed", func() error { _, err := NewSVM().Fit(x, []int{7, 7, 7, 7}); return err }},
		{"decode: LDA.Fit: Shrinkage is 1.5; it must be 0 to 1, 0 being chosen from the data, or -1 for none", func() error { _, err := LDA{Shrinkage: 1.5}.Fit(x, y); return err }},
		{"decode: Ridge.Fit: Alpha is NaN, it must be above 0 and finite", func() error { _, err := Ridge{Alpha: math.NaN()}.Fit(x, y); return err }},
		{"decode: NaiveBayes.Fit: no feature varies over the 2 samples", func() error { _, err := NewNaiveBayes().Fit([][]float64{{1}, {1}}, []int{0, 1}); return err }},
		{"decode: Ridge.Fit: x[1][0] is NaN, values must be finite and at most 1e100 in size", func() error { _, err := NewRidge().Fit([][]float64{{1}, {math.NaN()}}, []int{0, 1}); return err }},
		{"decode: Correlation.FitPredict: test[0] has 1 features, x has 2", func() error { _, err := NewCorrelation().FitPredict(x, y, [][]float64{{1}}); return err }},
	} {
		if err := c.fit(); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func BenchmarkSVM(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, at := range []float64{0, 1000} {
		var x [][]float64
		var y []int
		for i := range 30 {
			row := make([]float64, 33)
			for j := range row {
				row[j] = at + 12*r.NormFloat64()
			}
			x, y = append(x, row), append(y, i%2)
		}
		for _, m := range []Model{NewSVM(), SVM{Loss: "hinge"}, NewLDA(), NewRidge(), NewNaiveBayes(), NewCorrelation(), NewLogistic()} {
			b.Run(fmt.Sprintf("%T%v at %g", m, m, at), func(b *testing.B) {
				for b.Loop() {
					if _, err := m.FitPredict(x, y, x[:10]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
