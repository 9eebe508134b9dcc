package decode

import (
	"errors"
	"fmt"
)

// Tuned chooses among models by a cross-validation of its own, within the samples
// that it is given to learn from, and then fits the best on all of them. It is a
// Model: in a cross-validation the choice is made anew in each fold (nested
// cross-validation), and the accuracy is not that of the choice, which is too
// high.
//
//	t := decode.Tuned{Models: []decode.Model{decode.SVM{C: 0.01}, decode.SVM{C: 1}, decode.SVM{C: 100}}}
//	scores, err := decode.Validate(t, x, y, decode.Split{Group: run}) // scores.Chosen
//
// Source: Stone 1974; Varma and Simon 2006, BMC Bioinformatics 7:91.
type Tuned struct {
	Models []Model
	// Folds is the number of inner folds; 0 means 5, or as many as the samples
	// allow. They are of the kind of the outer ones: stratified, of whole groups,
	// or of successive samples; without outer ones they are stratified.
	Folds int
	// Seed shuffles the inner folds.
	Seed uint64
}

// FitPredict chooses, fits and predicts.
func (t Tuned) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	r, err := t.run(job{x: x, y: y, test: test})
	return r.predicted, err
}

// Choose returns the place of the model in Models whose accuracy in the inner
// folds is highest, of equal ones the first, and the scores of all. The score of
// the best is too high, having been chosen for it: validate the Tuned itself.
func (t Tuned) Choose(x [][]float64, y []int, s Split) (best int, scores []*Scores, err error) {
	if err := checkData("Tuned", x, y); err != nil {
		return 0, nil, err
	}
	return t.choose(job{x: x, y: y, inner: s})
}

func (t Tuned) choose(j job) (best int, scores []*Scores, err error) {
	if len(t.Models) == 0 {
		return 0, nil, errors.New("decode: Tuned: Models is empty, there is nothing to choose from")
	}
	if t.Folds < 0 || t.Folds == 1 {
		return 0, nil, fmt.Errorf("decode: Tuned: Folds is %d, at least 2 are needed, or 0 for 5", t.Folds)
	}
	s := j.inner
	s.Folds, s.Seed = t.Folds, t.Seed
	if s.Folds == 0 {
		s.Folds = min(5, t.most(j))
	}
	p, err := s.plan("Tuned", j.y, 0)
	if err != nil {
		return 0, nil, err
	}
	for i, m := range t.Models {
		if m == nil {
			return 0, nil, fmt.Errorf("decode: Tuned: model %d is nil", i)
		}
		sc, err := score("Tuned", m, j.x, j.y, p)
		if err != nil {
			return 0, nil, fmt.Errorf("model %d: %w", i, err)
		}
		scores = append(scores, sc)
		// Equal accuracies can differ by the rounding of their mean.
		if sc.Mean() > scores[best].Mean()+1e-12 {
			best = i
		}
	}
	return best, scores, nil
}

// most returns how many inner folds there can be.
func (t Tuned) most(j job) int {
	if j.inner.Group != nil {
		return len(labels(j.inner.Group))
	}
	if j.inner.Blocks {
		return len(j.y)
	}
	count := map[int]int{}
	for _, v := range j.y {
		count[v]++
	}
	least := len(j.y)
	for _, n := range count {
		least = min(least, n)
	}
	return max(least, 2)
}

func (t Tuned) run(j job) (result, error) {
	best, _, err := t.choose(j)
	if err != nil {
		return result{}, err
	}
	r, err := j.run(t.Models[best])
	r.tuned, r.chosen = true, best
	return r, err
}
