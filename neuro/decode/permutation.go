package decode

import (
	"fmt"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// A Permutation compares a cross-validated accuracy with those of shuffled
// labels.
type Permutation struct {
	Scores *Scores   // with the labels as given
	Null   []float64 // mean accuracy with each shuffling of the labels
	P      float64   // chance of an accuracy this high or higher without any relation
}

// PermutationTest tells whether a model predicts better than chance.
//
//	p = (1 + number of shufflings at least as accurate) / (1 + number of shufflings)
//
// The labels are shuffled among the samples, permutations times, and each time
// the model is cross-validated as by CrossValidate; m, x, y, folds and seed
// are as there. The smallest p is 1/(permutations+1): 999 is usual. It takes
// permutations+1 cross-validations. Shuffling needs samples that are
// exchangeable: of trials, not of successive scans.
//
// permutations below 1 and the errors of CrossValidate are errors.
//
// Source: Ojala and Garriga 2010, test 1. Checked by the distribution of p on
// unrelated labels.
func PermutationTest(m Model, x [][]float64, y []int, folds, permutations int, seed uint64) (*Permutation, error) {
	const caller = "PermutationTest"
	if permutations < 1 {
		return nil, fmt.Errorf("decode: %s: permutations is %d, at least 1 is needed (999 is usual)", caller, permutations)
	}
	provenance.Random("decode."+caller, seed)
	task := display.Start("decode."+caller, "permutations", permutations+1)
	defer task.End()
	s, err := crossValidate(caller, m, x, y, folds, seed, 0)
	if err != nil {
		return nil, err
	}
	t := &Permutation{Scores: s}
	observed, reached := s.Mean(), 0
	shuffled := make([]int, len(y))
	for i := 0; i < permutations; i++ {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		stream := uint64(i)*2 + 1
		for to, from := range rng.New(seed, stream).Perm(len(y)) {
			shuffled[to] = y[from]
		}
		s, err := crossValidate(caller, m, x, shuffled, folds, seed, stream+1)
		if err != nil {
			return nil, fmt.Errorf("%w (with labels shuffled for the %d. time)", err, i+1)
		}
		t.Null = append(t.Null, s.Mean())
		// Equal accuracies can differ by the rounding of their mean.
		if s.Mean() >= observed-1e-12 {
			reached++
		}
	}
	t.P = float64(1+reached) / float64(1+permutations)
	return t, nil
}

// PermutationTestGroups tells whether a model predicts groups that it was not
// trained on better than chance. It is [PermutationTest] with the
// cross-validation of [LeaveOneGroupOut]: labels change places within their
// groups (runs, blocks, subjects), which keeps what the samples of a group have in
// common. Where there are no more ways than permutations all are taken, and p is
// their share that is at least as accurate, the labels as given among them.
//
// Models of this package run on all processors, others one call after the other.
//
// permutations below 1, labels that cannot change (each group of one class), and
// the errors of LeaveOneGroupOut are errors.
//
// Source: Ojala and Garriga 2010, test 1; Winkler et al. 2014, NeuroImage 92:381,
// for exchangeability within blocks.
func PermutationTestGroups(m Model, x [][]float64, y, group []int, permutations int, seed uint64) (*Permutation, error) {
	const caller = "PermutationTestGroups"
	if permutations < 1 {
		return nil, fmt.Errorf("decode: %s: permutations is %d, at least 1 is needed (999 is usual)", caller, permutations)
	}
	provenance.Random("decode."+caller, seed)
	s, err := LeaveOneGroupOut(m, x, y, group)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	shuffled, exact, err := shuffleWithin(y, group, permutations, seed)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	groups, err := checkGroups(x, y, group)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	t := &Permutation{Scores: s, Null: make([]float64, len(shuffled))}
	task := display.Start("decode."+caller, "permutations", len(shuffled))
	defer task.End()
	workers := 1
	if steady(m) {
		workers = min(runtime.GOMAXPROCS(0), len(shuffled))
	}
	failed, first := make([]error, workers), make([]int, workers)
	linalg.Parallel(workers, func(w int) {
		l := &light{x: x, groups: groups, model: m, task: task}
		work := l.newSphere()
		work.rows, work.accuracy = x, make([]float64, 1)
		for k := w; k < len(shuffled) && failed[w] == nil; k += workers {
			l.shuffled = shuffled[k : k+1]
			if err := work.validate(); err != nil {
				failed[w], first[w] = fmt.Errorf("%w (with labels shuffled for the %d. time)", err, k+1), k
			}
			t.Null[k] = work.accuracy[0]
			task.Add(1)
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	if err := earliest(failed, first); err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	t.P = stats.PermutationP([]float64{s.Mean()}, t.Null, exact)[0]
	return t, nil
}

// String says the accuracy, how it was validated, and the p value.
func (t Permutation) String() string {
	return fmt.Sprintf("accuracy %.3f over %s, p = %.3g (%d permutations, chance %.3f)", t.Scores.Mean(), t.Scores.how(), t.P, len(t.Null), t.Scores.Chance)
}

// Plot draws the histogram of accuracies with shuffled labels and a line at
// the accuracy with the labels as given.
func (t Permutation) Plot() *figure.Figure {
	const bins = 40
	edges, count := make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = float64(i) / bins
	}
	for _, a := range t.Null {
		count[min(int(a*bins), bins-1)]++
	}
	return &figure.Figure{Title: t.String(), Width: 12, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "accuracy", Min: 0, Max: 1},
		Y: figure.Axis{Label: "permutations"},
		Layers: []figure.Layer{
			{Kind: figure.Bars, Name: "shuffled labels", X: edges, Y: count, Color: "grey"},
			{Kind: figure.VLine, Name: "labels as given", X: []float64{t.Scores.Mean()}, Color: "red"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (t Permutation) Show() display.Bundle {
	b := t.Plot().Show()
	b.Data[display.TypeText] = t.String()
	return b
}
