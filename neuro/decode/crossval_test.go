package decode

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// majorityOf is a model that names the most frequent training label.
var majorityOf = Func(func(_ [][]float64, y []int, test [][]float64) ([]int, error) {
	count := map[int]int{}
	best := y[0]
	for _, label := range y {
		count[label]++
		if count[label] > count[best] || count[label] == count[best] && label < best {
			best = label
		}
	}
	out := make([]int, len(test))
	for i := range out {
		out[i] = best
	}
	return out, nil
})

// TestFolds checks that each sample is tested once by a model that has not
// seen it, that folds have the classes in equal proportion, and that the
// scores are those of the predictions.
func TestFolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folds := rapid.IntRange(2, 7).Draw(t, "folds")
		classes := rapid.IntRange(2, 5).Draw(t, "classes")
		var y []int
		for k := 0; k < classes; k++ {
			for range rapid.IntRange(folds, 3*folds+2).Draw(t, "samples") {
				y = append(y, 10*k-7)
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		x := make([][]float64, len(y))
		for i := range x {
			x[i] = []float64{float64(i)} // a sample's feature is its index
		}
		tested := map[int]int{}
		spy := Func(func(train [][]float64, labels []int, test [][]float64) ([]int, error) {
			seen := map[int]bool{}
			for i, row := range train {
				seen[int(row[0])] = true
				if labels[i] != y[int(row[0])] {
					t.Fatalf("sample %g came with label %d, its own is %d", row[0], labels[i], y[int(row[0])])
				}
				row[0] = -1 // a model may use its data as it likes
			}
			var out []int
			for _, row := range test {
				i := int(row[0])
				if seen[i] {
					t.Fatalf("sample %d was trained on", i)
				}
				tested[i]++
				out = append(out, y[i]*(i%2)) // right for odd samples
			}
			if len(train)+len(test) != len(y) {
				t.Fatalf("%d for training and %d for testing of %d", len(train), len(test), len(y))
			}
			return out, nil
		})
		s, err := CrossValidate(spy, x, y, folds, seed)
		if err != nil {
			t.Fatal(err)
		}
		sizes := make([]int, folds)
		byClass := map[[2]int]int{}
		right := make([]int, folds)
		for i, f := range s.Fold {
			if tested[i] != 1 || x[i][0] != float64(i) {
				t.Fatalf("sample %d was tested %d times and is now %g", i, tested[i], x[i][0])
			}
			sizes[f]++
			byClass[[2]int{f, y[i]}]++
			if s.Predicted[i] == y[i] {
				right[f]++
			}
		}
		for f := range sizes {
			if sizes[f] < len(y)/folds || sizes[f] > (len(y)+folds-1)/folds {
				t.Fatalf("folds have %v samples", sizes)
			}
			if s.Accuracy[f] != float64(right[f])/float64(sizes[f]) {
				t.Fatalf("fold %d: accuracy %g, %d of %d right", f, s.Accuracy[f], right[f], sizes[f])
			}
			for _, label := range labels(y) {
				n := 0
				for _, l := range y {
					if l == label {
						n++
					}
				}
				if c := byClass[[2]int{f, label}]; c < n/folds || c > (n+folds-1)/folds {
					t.Fatalf("fold %d has %d of the %d samples of class %d", f, c, n, label)
				}
			}
		}
		total := 0
		for _, row := range s.Confusion {
			for _, c := range row {
				total += c
			}
		}
		if total != len(y) {
			t.Fatalf("%d samples in the confusion matrix", total)
		}
		again, _ := CrossValidate(majorityOf, x, y, folds, seed)
		if !reflect.DeepEqual(again.Fold, s.Fold) {
			t.Fatal("the same seed gave other folds")
		}
	})
}

// TestChance: labels that have nothing to do with the features are predicted
// at chance, however well the training data are fitted.
func TestChance(t *testing.T) {
	r := rand.New(rand.NewPCG(1974, 1))
	x, _ := sample(r, 100, 200, 2, 0, func(int) float64 { return 1 })
	mean := 0.0
	const repeats = 20
	for seed := range repeats {
		y := make([]int, len(x))
		for i, j := range r.Perm(len(y)) {
			y[j] = i % 2
		}
		fit, err := NewLogistic().Fit(x, y)
		if err != nil {
			t.Fatal(err)
		}
		if s := fit.Score(x, y); s != 1 {
			t.Errorf("training score %g, 200 features should separate 100 samples", s)
		}
		s, err := CrossValidate(NewLogistic(), x, y, 5, uint64(seed))
		if err != nil {
			t.Fatal(err)
		}
		if s.Chance != 0.5 {
			t.Fatalf("chance %g", s.Chance)
		}
		mean += s.Mean() / repeats
	}
	// 2000 predictions: a standard error of 0.011, a little more for the folds'
	// dependence.
	if math.Abs(mean-0.5) > 0.05 {
		t.Errorf("mean accuracy %g of unrelated labels, want 0.5", mean)
	}
}

func TestScores(t *testing.T) {
	x := make([][]float64, 10)
	y := []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1}
	for i := range x {
		x[i] = []float64{float64(i)}
	}
	s, err := CrossValidate(majorityOf, x, y, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.Mean() != 0.6 || s.SD() != 0 || s.Chance != 0.6 || s.Balanced() != 0.5 {
		t.Errorf("mean %g, SD %g, chance %g, balanced %g of naming the majority", s.Mean(), s.SD(), s.Chance, s.Balanced())
	}
	if fmt.Sprint(s.Confusion) != "[[6 0] [4 0]]" {
		t.Errorf("confusion %v", s.Confusion)
	}
	// Labels that y does not have.
	s, err = CrossValidate(Func(func(_ [][]float64, _ []int, test [][]float64) ([]int, error) { return make([]int, len(test)), nil }), x, []int{3, 3, 3, 3, 3, 5, 5, 5, 5, 5}, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.Mean() != 0 || fmt.Sprint(s.Classes) != "[0 3 5]" || fmt.Sprint(s.Confusion) != "[[0 0 0] [5 0 0] [5 0 0]]" || s.Balanced() != 0 {
		t.Errorf("mean %g, balanced %g, classes %v, confusion %v", s.Mean(), s.Balanced(), s.Classes, s.Confusion)
	}
	if sd := (Scores{Accuracy: []float64{0.5, 0.7, 0.9}}).SD(); math.Abs(sd-0.2) > 1e-15 {
		t.Errorf("SD %g, want 0.2", sd)
	}
}

func TestScoresShow(t *testing.T) {
	r := rand.New(rand.NewPCG(1974, 2))
	x, y := sample(r, 60, 5, 3, 2, func(int) float64 { return 1 })
	s, err := CrossValidate(NewLogistic(), x, y, 5, 7)
	if err != nil {
		t.Fatal(err)
	}
	var shower display.Shower = s
	b := shower.Show()
	if want := fmt.Sprintf("accuracy %.3f ± %.3f (SD over 5 stratified folds), chance 0.333", s.Mean(), s.SD()); b.Text() != want {
		t.Errorf("shown as %q, want %q", b.Text(), want)
	}
	if _, ok := b.Data[display.TypePNG]; !ok {
		t.Error("no picture")
	}
	tab := s.Table()
	if tab.Rows() != 3 || len(tab.Cols) != 5 {
		t.Errorf("table of %d rows and %d columns", tab.Rows(), len(tab.Cols))
	}
}

func TestCrossValidateErrors(t *testing.T) {
	nan := math.NaN()
	x := [][]float64{{1}, {2}, {3}, {4}, {5}}
	y := []int{0, 0, 1, 1, 1}
	broken := errors.New("out of clay")
	for _, c := range []struct {
		name  string
		m     Model
		x     [][]float64
		y     []int
		folds int
		want  string
	}{
		{"nil model", nil, x, y, 2, "decode: CrossValidate: m is nil"},
		{"unequal", NewLogistic(), x, y[:4], 2, "x has 5 samples and y has 4"},
		{"empty", NewLogistic(), nil, nil, 2, "x is empty"},
		{"NaN", NewLogistic(), [][]float64{{1}, {nan}, {3}, {4}, {5}}, y, 2, "x[1][0] is NaN"},
		{"no folds", NewLogistic(), x, y, 0, "folds is 0, at least 2"},
		{"one fold", NewLogistic(), x, y, 1, "folds is 1, at least 2"},
		{"negative folds", NewLogistic(), x, y, -5, "folds is -5"},
		{"too many folds", NewLogistic(), x, y, 3, "class 0 has 2 samples, fewer than the 3 folds; take at most 2 folds"},
		{"one class", NewLogistic(), x, []int{1, 1, 1, 1, 1}, 2, "all 5 samples have label 1"},
		{"model's error", Func(func([][]float64, []int, [][]float64) ([]int, error) { return nil, broken }), x, y, 2, "fold 1 of 2: out of clay"},
		{"too few predictions", Func(func([][]float64, []int, [][]float64) ([]int, error) { return []int{1}, nil }), x, y, 2, "predicted 1 labels for"},
		{"nil Func", Func(nil), x, y, 2, "the function is nil"},
		{"bad C", Logistic{C: -1}, x, y, 2, "C is -1"},
	} {
		_, err := CrossValidate(c.m, c.x, c.y, c.folds, 1)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
		if c.name == "model's error" && !errors.Is(err, broken) {
			t.Errorf("the model's error is not kept")
		}
	}
}

// TestLeaveOneGroupOut: samples of a group are equal, and their labels have nothing
// to do with them. Folds that split groups find the label of a sample's twin;
// whole groups leave nothing to find.
func TestLeaveOneGroupOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1974, 3))
	var x [][]float64
	var y, group []int
	for g := range 40 {
		row := []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		label := r.IntN(2)
		for range 6 {
			x, y, group = append(x, row), append(y, label), append(group, 100-g)
		}
	}
	nearest := Func(func(x [][]float64, y []int, test [][]float64) ([]int, error) {
		out := make([]int, len(test))
		for i, row := range test {
			best := math.Inf(1)
			for j, other := range x {
				d := 0.0
				for k := range row {
					d += math.Abs(row[k] - other[k])
				}
				if d < best {
					best, out[i] = d, y[j]
				}
			}
		}
		return out, nil
	})
	split, err := CrossValidate(nearest, x, y, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := LeaveOneGroupOut(nearest, x, y, group)
	if err != nil {
		t.Fatal(err)
	}
	if split.Mean() < 0.95 || whole.Mean() > 0.75 { // 40 coins: standard deviation 0.08
		t.Errorf("accuracy %g with groups split, %g with groups left out", split.Mean(), whole.Mean())
	}
	if len(whole.Accuracy) != 40 {
		t.Fatalf("%d folds", len(whole.Accuracy))
	}
	for i, f := range whole.Fold {
		if f != group[i]-61 {
			t.Fatalf("group %d is fold %d", group[i], f)
		}
	}
	for _, c := range []struct {
		m     Model
		y     []int
		group []int
		want  string
	}{
		{nil, y, group, "decode: LeaveOneGroupOut: m is nil"},
		{nearest, y[:3], group, "x has 240 samples and y has 3"},
		{nearest, y, group[:3], "y has 240 samples and group has 3"},
		{nearest, make([]int, 240), group, "all 240 samples have label 0"},
		{nearest, y, make([]int, 240), "all 240 samples are in group 0"},
		{NewLogistic(), y, y, "decode: LeaveOneGroupOut: fold 1 of 2: decode: Logistic.Fit: all"},
	} {
		if _, err := LeaveOneGroupOut(c.m, x, c.y, c.group); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}
