package decode

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Scores is what cross-validation says about a model, and how it was asked.
type Scores struct {
	// Method says how the samples were divided, such as "5 stratified folds".
	Method    string
	Accuracy  []float64 // fraction of right predictions in each fold
	Chance    float64   // accuracy of always naming the most frequent class
	Classes   []int     // labels, ascending: those of y and any others that were predicted
	Confusion [][]int   // samples by [true class][predicted class], in the order of Classes
	Predicted []int     // predicted label of each sample, when it was not trained on
	Fold      []int     // fold that tested each sample
	// Score is what speaks for each class, [sample][class], by the model that was
	// not trained on the sample: probabilities, votes or distances from the
	// boundary. Nil where the model has none; NaN for a class that was not in the
	// training samples.
	Score [][]float64
	// Chosen is the candidate that each fold took, where the model is a Tuned.
	Chosen []int
	// Names, where set, are those of Classes in the table and the figure.
	Names []string

	truth []int // place of each sample's label in Classes
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
	s.truth = make([]int, len(y))
	for i, label := range y {
		s.truth[i] = sort.SearchInts(s.Classes, label)
		s.Confusion[s.truth[i]][sort.SearchInts(s.Classes, s.Predicted[i])]++
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

// String says the accuracy, how it was validated, and what chance would give.
func (s Scores) String() string {
	return fmt.Sprintf("accuracy %.3f ± %.3f (SD over %s), chance %.3f", s.Mean(), s.SD(), s.how(), s.Chance)
}

// how says how the samples were divided.
func (s Scores) how() string {
	if s.Method == "" {
		return fmt.Sprintf("%d folds", len(s.Accuracy))
	}
	return s.Method
}

// ROC returns the receiver operating characteristic of one class against all
// others, from the scores of all samples together. Scores of different folds come
// from models of their own: where these differ in scale the area of all together
// is smaller than that within folds, which AUC gives.
//
// A model without scores, such as a Func, and a class that is not in Classes are
// errors. Checked against scikit-learn's roc_curve.
func (s Scores) ROC(class int) (*behavior.ROCCurve, error) {
	const caller = "Scores.ROC"
	at := sort.SearchInts(s.Classes, class)
	if at == len(s.Classes) || s.Classes[at] != class {
		return nil, fmt.Errorf("decode: %s: class is %d; the classes are %v", caller, class, s.Classes)
	}
	if s.Score == nil || len(s.truth) != len(s.Score) {
		return nil, fmt.Errorf("decode: %s: the model gives labels and no scores; take one that does, such as NewLogistic()", caller)
	}
	in, out := s.scores(at, -1)
	r, err := behavior.ROC(in, out)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: class %d: %w", caller, class, err)
	}
	return r, nil
}

// scores returns those for class at of the samples that are in it and of the
// others, in one fold or all (-1).
func (s Scores) scores(at, fold int) (in, out []float64) {
	for i, row := range s.Score {
		if fold >= 0 && s.Fold[i] != fold || math.IsNaN(row[at]) {
			continue
		}
		if s.truth[i] == at {
			in = append(in, row[at])
		} else {
			out = append(out, row[at])
		}
	}
	return in, out
}

// AUC returns the area under the receiver operating characteristic: 0.5 by
// chance, however unequal the classes are. It is the mean over the folds in which
// it can be told; with more than two classes the mean over classes, each against
// all others. NaN where the model gives no scores. Checked against scikit-learn's
// roc_auc_score.
func (s Scores) AUC() float64 {
	if s.Score == nil || len(s.truth) != len(s.Score) {
		return math.NaN()
	}
	sum, n := 0.0, 0.0
	first := 0
	if len(s.Classes) == 2 {
		first = 1
	}
	for f := range s.Accuracy {
		for k := first; k < len(s.Classes); k++ {
			if r, err := behavior.ROC(s.scores(k, f)); err == nil {
				sum += r.AUC
				n++
			}
		}
	}
	return sum / n
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
			confusion.Layers = append(confusion.Layers, figure.Layer{Kind: figure.Note, X: []float64{float64(j)}, Y: []float64{float64(i)}, Text: fmt.Sprint(c), Align: 0.5, Color: ink})
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
