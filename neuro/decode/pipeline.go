package decode

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// A Step prepares the samples for a model: it learns from training samples how
// to, and what it learned is applied to them and to the tested ones. ZScore,
// SelectBest, PCA and FactorAnalysis are steps.
type Step interface {
	// FitStep learns from x, [sample][feature], and the labels y. It sees nothing
	// else.
	FitStep(x [][]float64, y []int) (Transform, error)
}

// A Transform maps samples onto the features that a step makes; it returns rows of
// its own.
type Transform interface {
	Apply(x [][]float64) ([][]float64, error)
}

// A Pipeline is a model behind steps. It is a Model itself, and its steps are
// fitted where the model is: on the training samples of each fold. Scaling or
// selection of features that has seen the tested samples, the commonest leak, is
// not possible in it.
//
//	p := decode.Pipeline{Steps: []decode.Step{decode.ZScore{}, decode.SelectBest{K: 50}}, Model: decode.NewSVM()}
//	scores, err := decode.Validate(p, x, y, decode.Split{Group: run})
type Pipeline struct {
	Steps []Step
	Model Model
}

// FitPredict fits the steps one after the other and the model on what they make
// of x, and returns the predicted labels of test.
func (p Pipeline) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	r, err := p.run(job{x: x, y: y, test: test})
	return r.predicted, err
}

func (p Pipeline) run(j job) (result, error) {
	if p.Model == nil {
		return result{}, errors.New("decode: Pipeline: Model is nil, a model such as NewLogistic() is needed")
	}
	if err := checkData("Pipeline", j.x, j.y); err != nil {
		return result{}, err
	}
	for i, s := range p.Steps {
		if s == nil {
			return result{}, fmt.Errorf("decode: Pipeline: step %d is nil", i+1)
		}
		t, err := s.FitStep(j.x, j.y)
		if err != nil {
			return result{}, fmt.Errorf("step %d of the pipeline: %w", i+1, err)
		}
		// A step sees its own copy of the labels' samples only: the tested ones
		// come after it has learned.
		if j.x, err = t.Apply(j.x); err == nil {
			j.test, err = t.Apply(j.test)
		}
		if err != nil {
			return result{}, fmt.Errorf("step %d of the pipeline: %w", i+1, err)
		}
	}
	return j.run(p.Model)
}

// ZScore takes the mean of each feature off and divides by its standard deviation
// (over n), both of the training samples. A constant feature becomes 0. As
// scikit-learn's StandardScaler.
type ZScore struct{}

// FitStep takes means and standard deviations.
func (ZScore) FitStep(x [][]float64, y []int) (Transform, error) {
	if err := checkData("ZScore", x, y); err != nil {
		return nil, err
	}
	_, mean, sd := centre(x)
	for j, s := range sd {
		if s == 0 {
			sd[j] = 1
		}
	}
	return affine{"ZScore", mean, sd}, nil
}

type affine struct {
	name     string
	mean, sd []float64
}

func (a affine) Apply(x [][]float64) ([][]float64, error) {
	out := make([][]float64, len(x))
	for i, row := range x {
		if len(row) != len(a.mean) {
			return nil, wrongWidth(a.name, i, len(row), len(a.mean))
		}
		out[i] = make([]float64, len(row))
		for j, v := range row {
			out[i][j] = (v - a.mean[j]) / a.sd[j]
		}
	}
	return out, nil
}

func wrongWidth(caller string, i, got, want int) error {
	return fmt.Errorf("decode: %s: x[%d] has %d features, those that were learned from have %d", caller, i, got, want)
}

// SelectBest keeps the features that differ most between the classes of the
// training samples, by the F of a one-way analysis of variance.
type SelectBest struct {
	// K is how many features are kept; 0 means 10, and all where there are fewer.
	K int
}

// FitStep ranks the features; of equal F the first one counts as better, and one that is
// constant as the worst. As scikit-learn's SelectKBest(f_classif).
func (s SelectBest) FitStep(x [][]float64, y []int) (Transform, error) {
	const caller = "SelectBest"
	if s.K < 0 {
		return nil, fmt.Errorf("decode: %s: K is %d, it must be 1 or more, or 0 for 10", caller, s.K)
	}
	k := s.K
	if k == 0 {
		k = 10
	}
	f, err := classF(caller, x, y)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(f))
	for j := range order {
		order[j] = j
	}
	sort.SliceStable(order, func(a, b int) bool { return f[order[a]] > f[order[b]] })
	keep := order[:min(k, len(order))]
	sort.Ints(keep)
	return columns{len(f), keep}, nil
}

// classF returns the F of each feature, -1 where it is constant.
func classF(caller string, x [][]float64, y []int) ([]float64, error) {
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	n, d, classes := len(x), len(x[0]), len(t.classes)
	if n <= classes {
		return nil, fmt.Errorf("decode: %s: %d samples of %d classes leave no variance within classes", caller, n, classes)
	}
	_, mean, _ := centre(x)
	means := t.means(x)
	within, between := make([]float64, d), make([]float64, d)
	for i, row := range x {
		m := means[t.index[i]]
		for j, v := range row {
			within[j] += float64((v - m[j]) * (v - m[j]))
		}
	}
	for k, m := range means {
		for j, v := range m {
			between[j] += float64(float64(t.count[k]) * float64((v-mean[j])*(v-mean[j])))
		}
	}
	f := make([]float64, d)
	for j := range f {
		switch {
		case within[j] > 0:
			f[j] = (between[j] / float64(classes-1)) / (within[j] / float64(n-classes))
		case between[j] > 0:
			f[j] = math.Inf(1)
		default:
			f[j] = -1
		}
	}
	return f, nil
}

// columns keeps some of width features.
type columns struct {
	width int
	keep  []int
}

func (c columns) Apply(x [][]float64) ([][]float64, error) {
	out := make([][]float64, len(x))
	for i, row := range x {
		if len(row) != c.width {
			return nil, wrongWidth("SelectBest", i, len(row), c.width)
		}
		out[i] = make([]float64, len(c.keep))
		for to, from := range c.keep {
			out[i][to] = row[from]
		}
	}
	return out, nil
}
