package decode

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A Model can be cross-validated: it learns from x and y and predicts the
// labels of test, one per row. Logistic is one; Func makes one of a function.
type Model interface {
	FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error)
}

// Func is a function as a Model, such as a classifier written in a cell:
//
//	decode.CrossValidate(decode.Func(nearestMean), x, y, 5, 1)
type Func func(x [][]float64, y []int, test [][]float64) ([]int, error)

// FitPredict calls f.
func (f Func) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	if f == nil {
		return nil, errors.New("decode: Func: the function is nil")
	}
	return f(x, y, test)
}

// CrossValidate estimates how well a model predicts samples that it was not
// trained on.
//
// The samples of each class are shuffled by seed and dealt out to the folds in
// turn, so that all folds have the classes in equal proportion and differ by
// one sample at most. Each fold is predicted by the model trained on all
// others. x is [sample][feature], y the label of each sample, folds at least
// 2; the same seed gives the same folds. The model sees copies: it may change
// what it is given.
//
// Neighbouring samples of one recording are alike; where folds separate them
// the accuracy is too high. LeaveOneGroupOut keeps blocks, runs or subjects
// together.
//
// Samples of unequal length, NaN, Inf, a single class, a class with fewer
// samples than folds, and an error of the model are errors.
//
// Source: Stone 1974; Kohavi 1995 (stratification). Checked by its properties:
// every sample is tested once, by a model that has not seen it.
func CrossValidate(m Model, x [][]float64, y []int, folds int, seed uint64) (*Scores, error) {
	provenance.Random("decode.CrossValidate", seed)
	return crossValidate("CrossValidate", m, x, y, folds, seed, 0)
}

func crossValidate(caller string, m Model, x [][]float64, y []int, folds int, seed, stream uint64) (*Scores, error) {
	if m == nil {
		return nil, noModel(caller)
	}
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	if folds < 2 {
		return nil, fmt.Errorf("decode: %s: folds is %d, at least 2 are needed", caller, folds)
	}
	p, err := Split{Folds: folds, Seed: seed}.plan(caller, y, stream)
	if err != nil {
		return nil, err
	}
	return score(caller, m, x, y, p)
}

func noModel(caller string) error {
	return fmt.Errorf("decode: %s: m is nil, a model such as NewLogistic() is needed", caller)
}

// LeaveOneGroupOut cross-validates by groups: the samples of each group (a run, a
// block, a subject) are predicted by the model trained on all other groups, so
// that what is alike within a group cannot help.
//
// group holds one label per sample, of two groups or more; folds of the result
// are the groups in ascending order of their labels. Everything else is as in
// CrossValidate, but that folds hold the classes as the groups do.
//
// Unequal lengths, NaN, Inf, a single class, a single group, and an error of
// the model (such as training groups with one class) are errors.
//
// Source: Stone 1974. Checked by its properties, as CrossValidate.
func LeaveOneGroupOut(m Model, x [][]float64, y, group []int) (*Scores, error) {
	const caller = "LeaveOneGroupOut"
	if m == nil {
		return nil, noModel(caller)
	}
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	if len(group) != len(y) {
		return nil, fmt.Errorf("decode: %s: y has %d samples and group has %d, they must have the same length", caller, len(y), len(group))
	}
	p, err := Split{Group: group}.plan(caller, y, 0)
	if err != nil {
		return nil, err
	}
	return score(caller, m, x, y, p)
}

// score predicts each fold by the model trained on the others.
func score(caller string, m Model, x [][]float64, y []int, p *plan) (*Scores, error) {
	s := &Scores{Method: p.method, Fold: p.fold, Predicted: make([]int, len(y)), Chance: majority(y)}
	classes := labels(y)
	task := display.Start("cross-validation", "folds", p.folds)
	defer task.End()
	for f := 0; f < p.folds; f++ {
		if task.Set(f); task.Err() != nil {
			return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		j, at := p.job(x, y, f)
		r, err := j.run(m)
		if err == nil && len(r.predicted) != len(at) {
			err = fmt.Errorf("the model predicted %d labels for %d samples, it must predict one for each", len(r.predicted), len(at))
		}
		if err != nil {
			return nil, fmt.Errorf("decode: %s: fold %d of %d: %w", caller, f+1, p.folds, err)
		}
		right := 0
		for i, label := range r.predicted {
			s.Predicted[at[i]] = label
			if label == y[at[i]] {
				right++
			}
		}
		s.Accuracy = append(s.Accuracy, float64(right)/float64(len(at)))
		if r.score != nil {
			if s.Score == nil {
				s.Score = make([][]float64, len(y))
			}
			for i, row := range r.score {
				s.Score[at[i]] = spreadScores(row, labels(j.y), classes)
			}
		}
		if r.tuned {
			s.Chosen = append(s.Chosen, r.chosen)
		}
	}
	s.count(y)
	return s, nil
}

// spreadScores gives each of all classes its score, NaN where it has none.
func spreadScores(row []float64, trained, all []int) []float64 {
	out := make([]float64, len(all))
	for k, c := range all {
		out[k] = math.NaN()
		if i := sort.SearchInts(trained, c); i < len(trained) && trained[i] == c {
			out[k] = row[i]
		}
	}
	return out
}
