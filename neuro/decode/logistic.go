// Package decode reads stimuli, choices and states out of measured activity:
// classifiers, and the cross-validation that says how well they do on data
// that they have not seen.
//
//	m := decode.NewLogistic()
//	scores, err := decode.CrossValidate(m, x, y, 5, 1) // x[trial][neuron], y[trial]
//	scores.Mean()                                      // to be compared with scores.Chance
//
//	fit, err := m.Fit(x, y) // the weights, on all data
//	fit.Score(x, y)         // on the training data: says nothing about decoding
//
// Classifiers are [Logistic], [SVM], [LDA], [Ridge], [NaiveBayes], [Neighbours] and
// [Correlation]; a [Func] is one of one's own. Scaling and selection of features
// belong in a [Pipeline], which fits them within the folds, and a choice among
// models in a [Tuned]; [Validate] knows folds of whole groups and of blocks of
// time beside stratified ones.
//
// [PCA] and [FactorAnalysis] find what neurons share, and are steps too, and [GPFA]
// how it moves through a trial; [Generalise] asks how long a code lasts;
// [Dissimilarity] and [CompareModels] are for representational similarity.
//
// [Position] reads places out of spikes by Bayes's rule and [Kalman] movements;
// [ValidatePosition] and [ValidateKalman] say how well, on times that had no part in
// the decoder.
//
// Of images, a mask says what a pattern is:
//
//	x, err := decode.Patterns(betas, mask)                                   // [volume][voxel]
//	scores, err := decode.LeaveOneGroupOut(decode.NewSVM(), x, y, run)       // a region
//	test, err := decode.PermutationTestGroups(decode.NewSVM(), x, y, run, 999, 1)
//	light, err := decode.Searchlight(x, mask, y, run, 9, decode.SearchlightOptions{Permutations: 999})
//	rsa, err := decode.SplitHalf(x, y, half)                                 // which patterns come again
//
// Searchlights are here and not in package fmri because they are decoders that
// are moved about: they ask nothing of a voxel but its place.
package decode

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Logistic is logistic regression with a penalty on the squares of the
// weights. It is a Model for CrossValidate.
type Logistic struct {
	// C is the inverse strength of the penalty: larger fits the training data
	// more closely. 0 means 1.
	C float64
	// Scale divides each feature by its standard deviation over the training
	// samples, so that the penalty treats features of different units alike.
	// Weights are reported for the features as given.
	Scale bool
	// Tol ends the search: it is over when the largest component of the gradient, as
	// Fit reports it, is at most a quarter of Tol times C times the number of samples.
	// 0 goes on to rounding, and on large data (1e5 numbers and more), where steps
	// cost time, is 1e-9, which leaves weights of features with unit variance within
	// about 1e-9 of the optimum. 1e-4 is what scikit-learn stops at, with an objective
	// that is higher.
	Tol float64
}

// NewLogistic returns logistic regression with C = 1 on features as given, as
// scikit-learn's LogisticRegression.
func NewLogistic() Logistic { return Logistic{C: 1} }

// A LogisticFit is a fitted logistic regression.
type LogisticFit struct {
	Classes   []int       // the labels, ascending
	Coef      [][]float64 // weights [row][feature]: one row for two classes (of the second one), else one per class
	Intercept []float64   // one per row of Coef

	Samples    int     // number of training samples
	Iterations int     // Newton steps taken
	Gradient   float64 // what is left of the gradient at the solution, see Fit
	Loss       float64 // the objective at the solution
}

// Fit finds the weights that minimise the penalised loss.
//
//	Σ w²/2 + C Σ_i -log p(y_i | x_i)
//
// With two classes p(second | x) = 1/(1+exp(-(w·x+b))); with more,
// p(k | x) = exp(w_k·x+b_k) / Σ_j exp(w_j·x+b_j), one row of weights per class,
// which add up to zero over classes, as the intercepts do. Intercepts are not
// penalised.
//
// x is [sample][feature], y the label of each sample, of two classes or more.
// Features may outnumber samples, be constant or collinear, and classes may be
// separable: the penalty keeps the solution unique and finite.
//
// The solution is the optimum to rounding: Newton's method goes on until the
// gradient no longer falls; on large data, and with Tol, a quasi-Newton method ends
// as Tol says. Gradient reports its largest component, with respect to the weights
// of centred features and the intercepts; a component is divided by C times the feature's standard deviation where that is above
// 1. A value above 1e-9, and on large data above Tol C n, is an error (scales of
// features that differ by 1e8 and more can cause it; Scale helps).
//
// No samples or features, rows of unequal length, NaN, Inf, sizes above 1e100,
// a single class, and a C or Tol that is negative or not finite are errors.
//
// Source: Cox 1958; Newton steps by preconditioned conjugate gradients as in
// Lin, Weng and Keerthi 2008; L-BFGS of Nocedal 1980. Checked against scikit-learn's
// LogisticRegression and by the gradient itself.
func (l Logistic) Fit(x [][]float64, y []int) (*LogisticFit, error) {
	c := l.C
	if c == 0 {
		c = 1
	}
	if !(c > 0) || math.IsInf(c, 0) {
		return nil, fmt.Errorf("decode: Logistic.Fit: C is %g, it must be above 0 and finite", l.C)
	}
	if !(l.Tol >= 0) || math.IsInf(l.Tol, 0) {
		return nil, fmt.Errorf("decode: Logistic.Fit: Tol is %g, it must be above 0 and finite, or 0 for 1e-9", l.Tol)
	}
	if err := checkData("Logistic.Fit", x, y); err != nil {
		return nil, err
	}
	classes := labels(y)
	if len(classes) < 2 {
		return nil, fmt.Errorf("decode: Logistic.Fit: all %d samples have label %d, at least two classes are needed", len(y), classes[0])
	}
	rows := len(classes)
	if rows == 2 {
		rows = 1
	}
	n, d := len(x), len(x[0])
	if err := checkSize(n, d, rows); err != nil {
		return nil, err
	}

	index := make([]int, n)
	for i, v := range y {
		index[i] = sort.SearchInts(classes, v)
	}
	s, mean, ok := l.quick(x, index, len(classes), c)
	unit := make([]float64, d)
	if !ok {
		var data, sd []float64
		data, mean, sd = centre(x)
		if l.Scale {
			for j, s := range sd {
				if s == 0 {
					continue
				}
				unit[j] = s
				for i := 0; i < n; i++ {
					data[i*d+j] /= s
				}
			}
		}
		var err error
		if s, err = newProblem(data, n, d, index, len(classes), c).solve(); err != nil {
			return nil, err
		}
	}

	fit := &LogisticFit{Classes: classes, Samples: n, Iterations: s.iterations, Gradient: s.gradient, Loss: s.loss}
	for _, w := range s.coef {
		w, b := w[:d:d], w[d]
		for j := range w {
			if unit[j] > 0 {
				w[j] /= unit[j]
			}
			b -= float64(w[j] * mean[j])
		}
		fit.Coef, fit.Intercept = append(fit.Coef, w), append(fit.Intercept, b)
	}
	return fit, nil
}

// quick solves where there is much data and it goes well; weights are those of the
// features as given.
func (l Logistic) quick(x [][]float64, index []int, classes int, c float64) (s solution, mean []float64, ok bool) {
	tol := l.Tol
	if tol == 0 && float64(len(x))*float64(len(x[0])) < quickSize {
		return s, nil, false
	}
	if tol == 0 {
		tol = 1e-9
	}
	mean, sd := moments(x)
	q := newQuick(x, index, classes, c, tol, mean, sd, l.Scale)
	if q == nil {
		return s, nil, false
	}
	s, ok = q.fit()
	return s, mean, ok
}

// FitPredict fits x and y and returns the predicted labels of test; with it a
// Logistic is a Model.
func (l Logistic) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	fit, err := l.Fit(x, y)
	if err != nil {
		return nil, err
	}
	return fit.Predict(test), nil
}

// Proba returns the probability of each class for each row of x: [sample][class]
// in the order of Classes. A row with NaN gives NaN. It panics when a row has
// another number of features than the fit.
func (f *LogisticFit) Proba(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		z := f.scores("Proba", i, row)
		if len(z) == 1 {
			out[i] = []float64{sigmoid(-z[0]), sigmoid(z[0])}
			continue
		}
		softmax(z)
		out[i] = z
	}
	return out
}

// Predict returns the most probable class of each row of x. It panics when a
// row has another number of features than the fit, or holds a NaN: that has no
// class.
func (f *LogisticFit) Predict(x [][]float64) []int { return f.predict("Predict", x) }

func (f *LogisticFit) predict(caller string, x [][]float64) []int {
	out := make([]int, len(x))
	for i, row := range x {
		z := f.scores(caller, i, row)
		best := 0
		for k, v := range z {
			if math.IsNaN(v) {
				panic(fmt.Sprintf("decode: %s: x[%d] has a value that is not finite, which has no class; leave the sample out", caller, i))
			}
			if v > z[best] {
				best = k
			}
		}
		if len(z) == 1 && z[0] > 0 {
			best = 1
		}
		out[i] = f.Classes[best]
	}
	return out
}

// Score returns the fraction of rows of x whose predicted class is that in y,
// NaN when there are none. The score on the training data says little; see
// CrossValidate. It panics when x and y have unequal lengths, and where
// Predict does.
func (f *LogisticFit) Score(x [][]float64, y []int) float64 {
	if len(x) != len(y) {
		panic(fmt.Sprintf("decode: Score: x has %d samples and y has %d, they must have the same length", len(x), len(y)))
	}
	right := 0
	for i, label := range f.predict("Score", x) {
		if label == y[i] {
			right++
		}
	}
	return float64(right) / float64(len(y))
}

// scores returns w·x + b of each row of weights.
func (f *LogisticFit) scores(caller string, i int, x []float64) []float64 {
	z := make([]float64, len(f.Coef))
	for k, w := range f.Coef {
		if len(x) != len(w) {
			panic(fmt.Sprintf("decode: %s: x[%d] has %d features, the fit has %d", caller, i, len(x), len(w)))
		}
		z[k] = dot(w, x) + f.Intercept[k]
	}
	return z
}

func sigmoid(z float64) float64 {
	if z < 0 {
		e := vec.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + vec.Exp(-z))
}

// softmax replaces scores by probabilities.
func softmax(z []float64) {
	top := math.Inf(-1)
	for _, v := range z {
		top = math.Max(top, v)
	}
	sum := 0.0
	for k, v := range z {
		z[k] = vec.Exp(v - top)
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
}

// Table returns one row per feature and one column of weights per row of Coef;
// the last row holds the intercepts.
func (f *LogisticFit) Table() table.Table {
	names := []string{}
	for j := range f.Coef[0] {
		names = append(names, fmt.Sprintf("x[%d]", j))
	}
	t := table.Table{Title: f.String(), Cols: []table.Col{{Name: "feature", Text: append(names, "intercept")}}}
	for k, w := range f.Coef {
		name := fmt.Sprintf("class %d", f.Classes[k])
		if len(f.Coef) == 1 {
			name = fmt.Sprintf("class %d against %d", f.Classes[1], f.Classes[0])
		}
		t.Cols = append(t.Cols, table.Col{Name: name, Num: append(append([]float64(nil), w...), f.Intercept[k])})
	}
	return t
}

// String says what was fitted.
func (f *LogisticFit) String() string {
	return fmt.Sprintf("logistic regression: %d samples, %d features, %d classes; %d iterations to a gradient of %.1g",
		f.Samples, len(f.Coef[0]), len(f.Classes), f.Iterations, f.Gradient)
}

// Show shows the weights as a table.
func (f *LogisticFit) Show() display.Bundle { return f.Table().Show() }

// labels returns the different values of y, ascending.
func labels(y []int) []int {
	s := append([]int(nil), y...)
	sort.Ints(s)
	out := s[:0]
	for i, v := range s {
		if i == 0 || v != out[len(out)-1] {
			out = append(out, v)
		}
	}
	return out
}

func checkData(caller string, x [][]float64, y []int) error {
	if len(x) != len(y) {
		return fmt.Errorf("decode: %s: x has %d samples and y has %d, they must have the same length", caller, len(x), len(y))
	}
	if len(x) == 0 {
		return fmt.Errorf("decode: %s: x is empty, samples are needed", caller)
	}
	if len(x[0]) == 0 {
		return fmt.Errorf("decode: %s: x[0] has no features, at least one is needed", caller)
	}
	for i, row := range x {
		if len(row) != len(x[0]) {
			return fmt.Errorf("decode: %s: x[%d] has %d features and x[0] has %d, all samples must have the same number", caller, i, len(row), len(x[0]))
		}
		if dot(row, row) <= 1e200 {
			continue // no value above 1e100
		}
		for j, v := range row {
			if !(math.Abs(v) <= 1e100) {
				return fmt.Errorf("decode: %s: x[%d][%d] is %g, values must be finite and at most 1e100 in size", caller, i, j, v)
			}
		}
	}
	return nil
}

// checkSize refuses what would not fit into memory.
func checkSize(n, d, rows int) error {
	const most = 1 << 28 // numbers of 8 B in one array
	side := min(n, d) + 1
	for _, s := range []struct {
		what string
		a, b int
	}{{"samples x features", n, d}, {"samples x classes", n, rows}, {"features x classes", d, rows}, {"the smaller of samples and features, squared", side, side}} {
		if float64(s.a)*float64(s.b) > most {
			return fmt.Errorf("decode: Logistic.Fit: %d samples, %d features and %d rows of weights are too many: %s is %d x %d, at most %d fit", n, d, rows, s.what, s.a, s.b, most)
		}
	}
	return nil
}

// centre returns the features less their means, row after row, with the means
// and the standard deviations (over n). A constant feature comes out as
// exactly 0.
func centre(x [][]float64) (data, mean, sd []float64) {
	n, d := len(x), len(x[0])
	data, mean, sd = make([]float64, n*d), make([]float64, d), make([]float64, d)
	constant := make([]bool, d)
	for j := range constant {
		constant[j] = true
	}
	for _, row := range x {
		for j, v := range row {
			mean[j] += v / float64(n)
			constant[j] = constant[j] && v == x[0][j]
		}
	}
	for j, c := range constant {
		if c {
			mean[j] = x[0][j]
		}
	}
	for i, row := range x {
		for j, v := range row {
			c := v - mean[j]
			data[i*d+j] = c
			sd[j] += c * c / float64(n)
		}
	}
	for j := range sd {
		sd[j] = math.Sqrt(sd[j])
	}
	return data, mean, sd
}
