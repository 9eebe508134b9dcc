package decode

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A LinearFit is a fitted classifier that compares weighted sums of the
// features: of [SVM], [LDA] and [Ridge].
type LinearFit struct {
	Method  string
	Classes []int // the labels, ascending
	// Coef is [row][feature]. Two classes have one row, above 0 for the second;
	// more have one row per class, of which the largest wins, or, with Pairs, one
	// per pair of classes.
	Coef      [][]float64
	Intercept []float64 // one per row of Coef
	// Pairs holds the two classes that each row tells apart, by their place in
	// Classes: a value above 0 is a vote for the second. nil for other fits.
	Pairs   [][2]int
	Samples int // number of training samples
}

// Decision returns w·x + b of each row of weights for each row of x:
// [sample][row of Coef]. It panics when a row of x has another number of
// features than the fit.
func (f *LinearFit) Decision(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		out[i] = f.decision("Decision", i, row)
	}
	return out
}

func (f *LinearFit) decision(caller string, i int, x []float64) []float64 {
	z := make([]float64, len(f.Coef))
	for k, w := range f.Coef {
		if len(x) != len(w) {
			panic(fmt.Sprintf("decode: %s: x[%d] has %d features, the fit has %d", caller, i, len(x), len(w)))
		}
		z[k] = dot(w, x) + f.Intercept[k]
	}
	return z
}

// Predict returns the class of each row of x: that of the largest Decision, and
// of fits of pairs the one with most votes; of equal ones the first. It panics
// when a row has another number of features than the fit, or holds a NaN: that
// has no class.
func (f *LinearFit) Predict(x [][]float64) []int { return f.predict("Predict", x) }

func (f *LinearFit) predict(caller string, x [][]float64) []int {
	out := make([]int, len(x))
	for i, row := range x {
		z := f.decision(caller, i, row)
		for _, v := range z {
			if math.IsNaN(v) {
				panic(noClass(caller, i))
			}
		}
		best := 0
		switch {
		case f.Pairs != nil:
			votes := make([]int, len(f.Classes))
			for k, pair := range f.Pairs {
				if z[k] > 0 {
					votes[pair[1]]++
				} else {
					votes[pair[0]]++
				}
			}
			for k, v := range votes {
				if v > votes[best] {
					best = k
				}
			}
		case len(z) == 1:
			if z[0] > 0 {
				best = 1
			}
		default:
			for k, v := range z {
				if v > z[best] {
					best = k
				}
			}
		}
		out[i] = f.Classes[best]
	}
	return out
}

func noClass(caller string, i int) string {
	return fmt.Sprintf("decode: %s: x[%d] has a value that is not finite, which has no class; leave the sample out", caller, i)
}

// Score returns the fraction of rows of x whose predicted class is that in y,
// NaN when there are none. On the training data it says little; see
// CrossValidate. It panics when x and y have unequal lengths, and where Predict
// does.
func (f *LinearFit) Score(x [][]float64, y []int) float64 {
	return shareRight(f.predict("Score", x), y)
}

// shareRight returns the fraction of predicted labels that are those of y.
func shareRight(predicted, y []int) float64 {
	if len(predicted) != len(y) {
		panic(fmt.Sprintf("decode: Score: x has %d samples and y has %d, they must have the same length", len(predicted), len(y)))
	}
	right := 0
	for i, label := range predicted {
		if label == y[i] {
			right++
		}
	}
	return float64(right) / float64(len(y))
}

// rowName says what a row of weights speaks for.
func (f *LinearFit) rowName(k int) string {
	switch {
	case f.Pairs != nil:
		return fmt.Sprintf("class %d against %d", f.Classes[f.Pairs[k][1]], f.Classes[f.Pairs[k][0]])
	case len(f.Coef) == 1:
		return fmt.Sprintf("class %d against %d", f.Classes[1], f.Classes[0])
	}
	return fmt.Sprintf("class %d", f.Classes[k])
}

// Table returns one row per feature and one column of weights per row of Coef;
// the last row holds the intercepts.
func (f *LinearFit) Table() table.Table {
	var names []string
	for j := range f.Coef[0] {
		names = append(names, fmt.Sprintf("x[%d]", j))
	}
	t := table.Table{Title: f.String(), Cols: []table.Col{{Name: "feature", Text: append(names, "intercept")}}}
	for k, w := range f.Coef {
		t.Cols = append(t.Cols, table.Col{Name: f.rowName(k), Num: append(append([]float64(nil), w...), f.Intercept[k])})
	}
	return t
}

// String says what was fitted.
func (f *LinearFit) String() string {
	return fmt.Sprintf("%s: %d samples, %d features, %d classes", f.Method, f.Samples, len(f.Coef[0]), len(f.Classes))
}

// Show shows the weights as a table.
func (f *LinearFit) Show() display.Bundle { return f.Table().Show() }

// training is checked training data: the classes and the place of each sample's
// label among them.
type training struct {
	classes, index, count []int
}

// newTraining checks the data of a fit.
func newTraining(caller string, x [][]float64, y []int) (*training, error) {
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	t := &training{classes: labels(y), index: make([]int, len(y))}
	if len(t.classes) < 2 {
		return nil, fmt.Errorf("decode: %s: all %d samples have label %d, at least two classes are needed", caller, len(y), t.classes[0])
	}
	t.count = make([]int, len(t.classes))
	for i, v := range y {
		t.index[i] = sort.SearchInts(t.classes, v)
		t.count[t.index[i]]++
	}
	return t, nil
}

// means returns the mean of each class, [class][feature].
func (t *training) means(x [][]float64) [][]float64 {
	out := make([][]float64, len(t.classes))
	for k := range out {
		out[k] = make([]float64, len(x[0]))
	}
	for i, row := range x {
		m := out[t.index[i]]
		for j, v := range row {
			m[j] += v
		}
	}
	for k, m := range out {
		for j := range m {
			m[j] /= float64(t.count[k])
		}
	}
	return out
}

// watch begins to count a fit that may take seconds, so that a user can end it;
// short ones, of which a searchlight makes millions, are not counted (nil).
func watch(caller string, samples, features int) *display.Counter {
	if float64(samples)*float64(features) < 1e5 {
		return nil
	}
	return display.Start("decode."+caller, "steps", 0)
}

// strength returns a penalty of which 0 means 1.
func strength(caller, name string, v float64) (float64, error) {
	if v == 0 {
		return 1, nil
	}
	if !(v > 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("decode: %s: %s is %g, it must be above 0 and finite", caller, name, v)
	}
	return v, nil
}
