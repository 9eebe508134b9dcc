package decode

import (
	"fmt"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// A Permutation compares a cross-validated accuracy with those of shuffled
// labels.
type Permutation struct {
	Scores *Scores   // with the labels as given
	Null   []float64 // mean accuracy with each shuffling of the labels
	P      float64   // chance of an accuracy this high or higher without any relation
	// Exchanged says what changed places: "labels", "labels within groups", "labels
	// of whole groups" or "shifts in time".
	Exchanged string
}

// PermutationTest tells whether a model predicts better than chance, with the
// samples divided as s says.
//
//	p = (1 + number of shufflings at least as accurate) / (1 + number of shufflings)
//
// The model is cross-validated as by [Validate] with the labels as given and
// permutations times with labels that changed places; m, x, y and s are as there.
// What may change places without a relation between x and y follows from s:
//
//   - Stratified folds say that samples are independent of each other: labels
//     change places among all of them, and folds are dealt out anew.
//   - With Group samples of a group share something: labels change places within
//     their group. Where each group has one label (patients and controls, with
//     Group the person), nothing can: then groups change labels as wholes.
//   - With Blocks neighbours are alike, in x and perhaps in y: labels keep their
//     order and are moved along the samples together, those that leave at the end
//     coming in at the beginning. Of n samples there are n-1 such shifts; all count,
//     as short ones are as likely as others. The test holds where labels or samples
//     behave alike throughout, such as a random order of stimuli; what both share
//     with the clock is found as a relation.
//
// Where there are no more ways than permutations all are taken, and p is the share
// that is at least as accurate, the labels as given among them: of 40 samples in
// Blocks p is 1/40 or more. Otherwise the smallest p is 1/(permutations+1): 999 is
// usual. Whole groups and shifts that would leave one class only to learn from are
// passed over where the labels as given do not.
//
// Models of this package run on all processors, others one call after the other.
//
// permutations below 1, blocks whose shifts all leave one class only to learn from, and
// the errors of Validate are errors.
//
// Sources: Ojala and Garriga 2010, J. Mach. Learn. Res. 11:1833, test 1; Winkler et
// al. 2014, NeuroImage 92:381 (exchangeability in groups and of whole groups);
// Harris 2021, bioRxiv 2020.11.29.402719 (shifts). Checked by the distribution of p
// on unrelated labels: notebooks/bench/nulls_decode.go.
func PermutationTest(m Model, x [][]float64, y []int, s Split, permutations int) (*Permutation, error) {
	return permute("PermutationTest", m, x, y, s, permutations)
}

// PermutationTestGroups tells whether a model predicts groups that it was not
// trained on better than chance: [PermutationTest] with the cross-validation of
// [LeaveOneGroupOut], Split{Group: group, Seed: seed}.
func PermutationTestGroups(m Model, x [][]float64, y, group []int, permutations int, seed uint64) (*Permutation, error) {
	const caller = "PermutationTestGroups"
	if len(group) != len(y) {
		return nil, fmt.Errorf("decode: %s: y has %d samples and group has %d, they must have the same length", caller, len(y), len(group))
	}
	return permute(caller, m, x, y, Split{Group: group, Seed: seed}, permutations)
}

func permute(caller string, m Model, x [][]float64, y []int, s Split, permutations int) (*Permutation, error) {
	if permutations < 1 {
		return nil, fmt.Errorf("decode: %s: permutations is %d, at least 1 is needed (999 is usual)", caller, permutations)
	}
	if m == nil {
		return nil, noModel(caller)
	}
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	p, err := s.plan(caller, y, 0)
	if err != nil {
		return nil, err
	}
	provenance.Random("decode."+caller, s.Seed)
	ways, err := p.relabel(caller, y, permutations)
	if err != nil {
		return nil, err
	}
	task := display.Start("decode."+caller, "permutations", ways.n+1)
	defer task.End()
	sc, err := score(caller, m, x, y, p)
	if err != nil {
		return nil, err
	}
	t := &Permutation{Scores: sc, Null: make([]float64, ways.n), Exchanged: ways.what}
	workers := 1
	if steady(m) {
		workers = min(runtime.GOMAXPROCS(0), ways.n)
	}
	failed, first := make([]error, workers), make([]int, workers)
	linalg.Parallel(workers, func(w int) {
		for k := w; k < ways.n && failed[w] == nil; k += workers {
			task.Add(1)
			labels, p, err := ways.at(k)
			if err == nil {
				t.Null[k], err = p.accuracy(m, x, labels, task)
			}
			if err != nil {
				failed[w], first[w] = fmt.Errorf("%w (with labels shuffled for the %d. time)", err, k+1), k
			}
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	if err := earliest(failed, first); err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	t.P = stats.PermutationP([]float64{sc.Mean()}, t.Null, ways.all)[0]
	return t, nil
}

// accuracy returns the mean accuracy over the folds of p. Models that leave their
// arguments alone see the samples themselves, others copies.
func (p *plan) accuracy(m Model, x [][]float64, y []int, task *display.Counter) (float64, error) {
	sum := 0.0
	for f := range p.folds {
		if task.Err() != nil {
			return 0, task.Err()
		}
		var j job
		var at []int
		if steady(m) {
			train, test := p.parts(f)
			for _, i := range train {
				j.x, j.y = append(j.x, x[i]), append(j.y, y[i])
			}
			for _, i := range test {
				j.test = append(j.test, x[i])
			}
			at = test
		} else {
			j, at = p.job(x, y, f)
		}
		var predicted []int
		var err error
		if steady(m) {
			predicted, err = m.FitPredict(j.x, j.y, j.test)
		} else {
			var r result
			r, err = j.run(m)
			predicted = r.predicted
		}
		if err == nil && len(predicted) != len(at) {
			err = fmt.Errorf("the model predicted %d labels for %d samples, it must predict one for each", len(predicted), len(at))
		}
		if err != nil {
			return 0, fmt.Errorf("fold %d of %d: %w", f+1, p.folds, err)
		}
		right := 0
		for k, i := range at {
			if predicted[k] == y[i] {
				right++
			}
		}
		sum += float64(right) / float64(len(at))
	}
	return sum / float64(p.folds), nil
}

// String says the accuracy, how it was validated, and the p value.
func (t Permutation) String() string {
	what := "permutations"
	switch t.Exchanged {
	case inTime:
		what = t.Exchanged
	case wholeGroups:
		what = "permutations of " + t.Exchanged
	}
	return fmt.Sprintf("accuracy %.3f over %s, p = %.3g (%d %s, chance %.3f)", t.Scores.Mean(), t.Scores.how(), t.P, len(t.Null), what, t.Scores.Chance)
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
		Legend: "beside",
	}}}
}

// Show draws the figure; its text is String.
func (t Permutation) Show() display.Bundle {
	b := t.Plot().Show()
	b.Data[display.TypeText] = t.String()
	return b
}
