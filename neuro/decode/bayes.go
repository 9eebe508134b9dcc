package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// NaiveBayes takes features as normal and independent within each class. It is a
// Model for CrossValidate.
type NaiveBayes struct {
	// Smoothing is added to all variances, as a part of the largest variance of
	// a feature over all samples; 0 means 1e-9.
	Smoothing float64
}

// NewNaiveBayes returns the classifier of scikit-learn's GaussianNB.
func NewNaiveBayes() NaiveBayes { return NaiveBayes{Smoothing: 1e-9} }

// A NaiveBayesFit is a fitted NaiveBayes.
type NaiveBayesFit struct {
	Classes []int       // the labels, ascending
	Prior   []float64   // share of the training samples
	Mean    [][]float64 // [class][feature]
	Var     [][]float64 // variance within the class, with what Smoothing adds

	constant []float64 // of each class: log prior - Σ log(2 π var)/2
}

// Fit takes the means and the variances of each class, divided by the number of
// its samples.
//
//	log p(k | x) = log(n_k/n) - Σ_j [log(2π v_kj) + (x_j - m_kj)²/v_kj]/2 + const
//
// x is [sample][feature], y the label of each sample. No samples or features,
// rows of unequal length, NaN, Inf, values above 1e100 in size, a single class,
// features that are all constant, and a Smoothing that is negative or not finite
// are errors.
//
// Checked against scikit-learn 1.9.1's GaussianNB.
func (b NaiveBayes) Fit(x [][]float64, y []int) (*NaiveBayesFit, error) {
	const caller = "NaiveBayes.Fit"
	smoothing := b.Smoothing
	if smoothing == 0 {
		smoothing = 1e-9
	}
	if !(smoothing > 0) || math.IsInf(smoothing, 0) {
		return nil, fmt.Errorf("decode: %s: Smoothing is %g, it must be above 0 and finite", caller, b.Smoothing)
	}
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	d := len(x[0])
	_, _, sd := centre(x)
	largest := 0.0
	for _, s := range sd {
		largest = max(largest, float64(s*s))
	}
	if largest == 0 {
		return nil, fmt.Errorf("decode: %s: no feature varies over the %d samples", caller, len(x))
	}
	f := &NaiveBayesFit{Classes: t.classes, Mean: t.means(x)}
	for k := range t.classes {
		v := make([]float64, d)
		for i, row := range x {
			if t.index[i] == k {
				for j, value := range row {
					c := value - f.Mean[k][j]
					v[j] += float64(c * c)
				}
			}
		}
		prior := float64(t.count[k]) / float64(len(x))
		constant := vec.Log(prior)
		for j := range v {
			v[j] = v[j]/float64(t.count[k]) + float64(smoothing*largest)
			constant -= float64(vec.Log(2*math.Pi*v[j]) / 2)
		}
		f.Var, f.Prior, f.constant = append(f.Var, v), append(f.Prior, prior), append(f.constant, constant)
	}
	return f, nil
}

// FitPredict fits x and y and returns the predicted labels of test; with it a
// NaiveBayes is a Model.
func (b NaiveBayes) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	fit, err := b.Fit(x, y)
	if err != nil {
		return nil, err
	}
	return fit.Predict(test), nil
}

// joint returns log p(k, x) of each class.
func (f *NaiveBayesFit) joint(caller string, i int, x []float64) []float64 {
	z := append([]float64(nil), f.constant...)
	for k, mean := range f.Mean {
		if len(x) != len(mean) {
			panic(fmt.Sprintf("decode: %s: x[%d] has %d features, the fit has %d", caller, i, len(x), len(mean)))
		}
		sum := 0.0
		for j, m := range mean {
			c := x[j] - m
			sum += float64(c*c) / f.Var[k][j]
		}
		z[k] -= float64(sum / 2)
	}
	return z
}

// Proba returns the probability of each class for each row of x: [sample][class]
// in the order of Classes. A row with NaN gives NaN. It panics when a row has
// another number of features than the fit.
func (f *NaiveBayesFit) Proba(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		out[i] = f.joint("Proba", i, row)
		softmax(out[i])
	}
	return out
}

// Predict returns the most probable class of each row of x, of equal ones the
// first. It panics when a row has another number of features than the fit, or
// holds a NaN: that has no class.
func (f *NaiveBayesFit) Predict(x [][]float64) []int { return f.predict("Predict", x) }

func (f *NaiveBayesFit) predict(caller string, x [][]float64) []int {
	out := make([]int, len(x))
	for i, row := range x {
		best := 0
		z := f.joint(caller, i, row)
		for k, v := range z {
			if math.IsNaN(v) {
				panic(noClass(caller, i))
			}
			if v > z[best] {
				best = k
			}
		}
		out[i] = f.Classes[best]
	}
	return out
}

// Score returns the fraction of rows of x whose predicted class is that in y,
// NaN when there are none. It panics when x and y have unequal lengths, and
// where Predict does.
func (f *NaiveBayesFit) Score(x [][]float64, y []int) float64 {
	return shareRight(f.predict("Score", x), y)
}

// Table returns one row per feature with its mean and standard deviation in each
// class.
func (f *NaiveBayesFit) Table() table.Table {
	t := table.Table{Title: f.String(), Cols: make([]table.Col, 1)}
	t.Cols[0].Name = "feature"
	for j := range f.Mean[0] {
		t.Cols[0].Text = append(t.Cols[0].Text, fmt.Sprintf("x[%d]", j))
	}
	for k, label := range f.Classes {
		sd := make([]float64, len(f.Var[k]))
		for j, v := range f.Var[k] {
			sd[j] = math.Sqrt(v)
		}
		t.Cols = append(t.Cols, table.Col{Name: fmt.Sprintf("mean, class %d", label), Num: append([]float64(nil), f.Mean[k]...)},
			table.Col{Name: fmt.Sprintf("SD, class %d", label), Num: sd})
	}
	return t
}

// String says what was fitted.
func (f *NaiveBayesFit) String() string {
	return fmt.Sprintf("Gaussian naive Bayes: %d features, %d classes", len(f.Mean[0]), len(f.Classes))
}

// Show shows the means and standard deviations as a table.
func (f *NaiveBayesFit) Show() display.Bundle { return f.Table().Show() }
