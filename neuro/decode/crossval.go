package decode

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
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
	return f(x, y, test)
}

// Scores is what cross-validation says about a model.
type Scores struct {
	Accuracy  []float64 // fraction of right predictions in each fold
	Chance    float64   // accuracy of always naming the most frequent class
	Classes   []int     // labels, ascending: those of y and any others that were predicted
	Confusion [][]int   // samples by [true class][predicted class], in the order of Classes
	Predicted []int     // predicted label of each sample, when it was not trained on
	Fold      []int     // fold that tested each sample
	// Names, where set, are those of Classes in the table and the figure.
	Names []string
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
		return nil, fmt.Errorf("decode: %s: m is nil, a model such as NewLogistic() is needed", caller)
	}
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	fold, err := deal(caller, y, folds, seed, stream)
	if err != nil {
		return nil, err
	}
	return score(caller, m, x, y, fold, folds)
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
		return nil, fmt.Errorf("decode: %s: m is nil, a model such as NewLogistic() is needed", caller)
	}
	if err := checkData(caller, x, y); err != nil {
		return nil, err
	}
	if len(group) != len(y) {
		return nil, fmt.Errorf("decode: %s: y has %d samples and group has %d, they must have the same length", caller, len(y), len(group))
	}
	if c := labels(y); len(c) < 2 {
		return nil, fmt.Errorf("decode: %s: all %d samples have label %d, at least two classes are needed", caller, len(y), c[0])
	}
	groups := labels(group)
	if len(groups) < 2 {
		return nil, fmt.Errorf("decode: %s: all %d samples are in group %d, at least two groups are needed", caller, len(y), groups[0])
	}
	fold := make([]int, len(y))
	for i, g := range group {
		fold[i] = sort.SearchInts(groups, g)
	}
	return score(caller, m, x, y, fold, len(groups))
}

// score predicts each fold by the model trained on the others.
func score(caller string, m Model, x [][]float64, y, fold []int, folds int) (*Scores, error) {
	s := &Scores{Fold: fold, Predicted: make([]int, len(y)), Chance: majority(y)}
	task := display.Start("cross-validation", "folds", folds)
	defer task.End()
	for f := 0; f < folds; f++ {
		if task.Set(f); task.Err() != nil {
			return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		var train, test [][]float64
		var labels, at []int
		for i, row := range x {
			row = append([]float64(nil), row...)
			if fold[i] == f {
				test, at = append(test, row), append(at, i)
			} else {
				train, labels = append(train, row), append(labels, y[i])
			}
		}
		predicted, err := m.FitPredict(train, labels, test)
		if err != nil {
			return nil, fmt.Errorf("decode: %s: fold %d of %d: %w", caller, f+1, folds, err)
		}
		if len(predicted) != len(test) {
			return nil, fmt.Errorf("decode: %s: fold %d of %d: the model predicted %d labels for %d samples, it must predict one for each", caller, f+1, folds, len(predicted), len(test))
		}
		right := 0
		for j, label := range predicted {
			s.Predicted[at[j]] = label
			if label == y[at[j]] {
				right++
			}
		}
		s.Accuracy = append(s.Accuracy, float64(right)/float64(len(test)))
	}
	s.count(y)
	return s, nil
}

// deal returns the fold of each sample.
func deal(caller string, y []int, folds int, seed, stream uint64) ([]int, error) {
	if folds < 2 {
		return nil, fmt.Errorf("decode: %s: folds is %d, at least 2 are needed", caller, folds)
	}
	classes := labels(y)
	if len(classes) < 2 {
		return nil, fmt.Errorf("decode: %s: all %d samples have label %d, at least two classes are needed", caller, len(y), classes[0])
	}
	members := make([][]int, len(classes))
	for i, label := range y {
		k := sort.SearchInts(classes, label)
		members[k] = append(members[k], i)
	}
	fold := make([]int, len(y))
	r := rng.New(seed, stream)
	next := 0
	for k, samples := range members {
		if len(samples) < folds {
			return nil, fmt.Errorf("decode: %s: class %d has %d samples, fewer than the %d folds; take at most %d folds or leave the class out", caller, classes[k], len(samples), folds, len(samples))
		}
		for _, j := range r.Perm(len(samples)) {
			fold[samples[j]] = next % folds
			next++
		}
	}
	return fold, nil
}

// majority returns the share of the most frequent label.
func majority(y []int) float64 {
	s := append([]int(nil), y...)
	sort.Ints(s)
	most, run := 0, 0
	for i := range s {
		if i == 0 || s[i] != s[i-1] {
			run = 0
		}
		run++
		most = max(most, run)
	}
	return float64(most) / float64(len(y))
}

func (s *Scores) count(y []int) {
	s.Classes = labels(append(append([]int(nil), y...), s.Predicted...))
	s.Confusion = make([][]int, len(s.Classes))
	for k := range s.Confusion {
		s.Confusion[k] = make([]int, len(s.Classes))
	}
	for i, label := range y {
		s.Confusion[sort.SearchInts(s.Classes, label)][sort.SearchInts(s.Classes, s.Predicted[i])]++
	}
}

// Mean returns the mean accuracy over folds.
func (s Scores) Mean() float64 {
	sum := 0.0
	for _, a := range s.Accuracy {
		sum += a
	}
	return sum / float64(len(s.Accuracy))
}

// SD returns the standard deviation of the accuracy over folds (n-1).
func (s Scores) SD() float64 {
	mean, sum := s.Mean(), 0.0
	for _, a := range s.Accuracy {
		sum += float64((a - mean) * (a - mean))
	}
	return math.Sqrt(sum / float64(len(s.Accuracy)-1))
}

// Balanced returns the balanced accuracy: the mean over classes of the
// fraction of their samples that were predicted right. Its chance level is one
// over the number of classes, however unequal they are.
func (s Scores) Balanced() float64 {
	sum, classes := 0.0, 0
	for k, row := range s.Confusion {
		total := 0
		for _, c := range row {
			total += c
		}
		if total > 0 {
			sum += float64(row[k]) / float64(total)
			classes++
		}
	}
	return sum / float64(classes)
}

// String says the accuracy and what chance would give.
func (s Scores) String() string {
	return fmt.Sprintf("accuracy %.3f ± %.3f (SD over %d folds), chance %.3f", s.Mean(), s.SD(), len(s.Accuracy), s.Chance)
}

func (s Scores) named() bool { return len(s.Names) == len(s.Classes) }

// className returns the name of a class, its number where there is none.
func (s Scores) className(k int) string {
	if s.named() {
		return s.Names[k]
	}
	return fmt.Sprint(s.Classes[k])
}

// Table returns the confusion matrix: one row per true class, with the
// fraction predicted right.
func (s Scores) Table() table.Table {
	t := table.Table{Title: s.String(), Cols: make([]table.Col, 1, len(s.Classes)+2)}
	t.Cols[0].Name = "true class"
	recall := table.Col{Name: "predicted right"}
	for k, label := range s.Classes {
		c := table.Col{Name: "as " + s.className(k)}
		total := 0
		for j := range s.Classes {
			c.Num = append(c.Num, float64(s.Confusion[j][k]))
			total += s.Confusion[k][j]
		}
		t.Cols = append(t.Cols, c)
		if s.named() {
			t.Cols[0].Text = append(t.Cols[0].Text, s.Names[k])
		} else {
			t.Cols[0].Num = append(t.Cols[0].Num, float64(label))
		}
		recall.Num = append(recall.Num, float64(s.Confusion[k][k])/float64(total))
	}
	t.Cols = append(t.Cols, recall)
	return t
}

// Plot draws the accuracy of each fold with the chance level, and the
// confusion matrix.
func (s Scores) Plot() *figure.Figure {
	n := len(s.Accuracy)
	edges := make([]float64, n+1)
	ticks, names := make([]float64, n), make([]string, n)
	for i := range edges {
		edges[i] = float64(i) + 0.5
	}
	for i := range ticks {
		ticks[i], names[i] = float64(i+1), fmt.Sprint(i+1)
	}
	folds := figure.Panel{
		X: figure.Axis{Label: "fold", Min: 0.5, Max: float64(n) + 0.5},
		Y: figure.Axis{Label: "accuracy", Min: 0, Max: 1},
		Layers: []figure.Layer{
			{Kind: figure.Bars, X: edges, Y: s.Accuracy, Color: "blue"},
			{Kind: figure.HLine, Name: "chance", Y: []float64{s.Chance}, Color: "black", Dash: true},
		},
		Legend: "lower right",
	}
	if n <= 20 {
		folds.X.Ticks, folds.X.Names = ticks, names
	}
	k := len(s.Classes)
	share := make([][]float64, k)
	classTicks, classNames := make([]float64, k), make([]string, k)
	for i, row := range s.Confusion {
		total := 0
		for _, c := range row {
			total += c
		}
		for _, c := range row {
			share[i] = append(share[i], float64(c)/float64(total))
		}
		classTicks[i], classNames[i] = float64(i), s.className(i)
	}
	side := []float64{-0.5, float64(k) - 0.5}
	axis := func(label string) figure.Axis {
		a := figure.Axis{Label: label, Min: side[0], Max: side[1]}
		if k <= 20 {
			a.Ticks, a.Names = classTicks, classNames
		}
		return a
	}
	confusion := figure.Panel{
		X: axis("predicted class"), Y: axis("true class"), Square: true,
		ColorBar: figure.Axis{Label: "share of the true class"},
		Layers:   []figure.Layer{{Kind: figure.Image, X: side, Y: side, Z: share, Lo: 0, Hi: 1}},
	}
	confusion.Y.Flip = true
	for i, row := range s.Confusion {
		for j, c := range row {
			if k > 8 || c == 0 {
				continue
			}
			ink := "#ffffff"
			if share[i][j] > 0.5 {
				ink = "black"
			}
			confusion.Layers = append(confusion.Layers, figure.Layer{Kind: figure.Note, X: []float64{float64(j)}, Y: []float64{float64(i)}, Text: fmt.Sprint(c), Color: ink})
		}
	}
	width, height := 18.0, 8.0
	if s.named() {
		width, height = 24, 11 // room for names
	}
	return &figure.Figure{Title: s.String(), Width: width, Height: height, Cols: 2, Panels: []figure.Panel{folds, confusion}}
}

// Show draws the figure; its text is String.
func (s Scores) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}
