package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSplit checks what each kind of fold promises: every sample is tested once,
// groups stay together, blocks are successive and keep their distance.
func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 80).Draw(t, "n")
		y := make([]int, n)
		x := make([][]float64, n)
		for i := range y {
			y[i], x[i] = i%2, []float64{float64(i)}
		}
		s := Split{Folds: rapid.IntRange(2, 5).Draw(t, "folds"), Seed: rapid.Uint64().Draw(t, "seed")}
		kind := rapid.SampledFrom([]string{"stratified", "grouped", "one group", "blocks"}).Draw(t, "kind")
		switch kind {
		case "grouped", "one group":
			s.Group = make([]int, n)
			for i := range s.Group {
				s.Group[i] = 7 - rapid.IntRange(0, 6).Draw(t, "group")
				if i < 14 {
					s.Group[i] = i / 2
				}
			}
			if kind == "one group" {
				s.Folds = 0
			}
		case "blocks":
			s.Blocks, s.Gap = true, rapid.IntRange(0, 3).Draw(t, "gap")
		}
		tested := make([]int, n)
		spy := Func(func(train [][]float64, labels []int, test [][]float64) ([]int, error) {
			out := make([]int, len(test))
			for _, row := range test {
				i := int(row[0])
				tested[i]++
				for _, other := range train {
					j := int(other[0])
					if s.Group != nil && s.Group[i] == s.Group[j] {
						t.Fatalf("samples %d and %d of group %d are on both sides", i, j, s.Group[i])
					}
					if s.Blocks && max(i-j, j-i) <= s.Gap {
						t.Fatalf("sample %d is tested, %d trained on, with a gap of %d", i, j, s.Gap)
					}
				}
			}
			if s.Blocks {
				for k := 1; k < len(test); k++ {
					if test[k][0] != test[k-1][0]+1 {
						t.Fatalf("block %v is not successive", test)
					}
				}
			}
			return out, nil
		})
		sc, err := Validate(spy, x, y, s)
		if err != nil {
			t.Fatal(err)
		}
		size := map[int]int{}
		for i, k := range tested {
			if k != 1 {
				t.Fatalf("sample %d was tested %d times", i, k)
			}
			size[sc.Fold[i]]++
		}
		if s.Group == nil {
			for f, k := range size {
				if k < n/s.Folds || k > (n+s.Folds-1)/s.Folds {
					t.Fatalf("fold %d of %d has %d of %d samples", f, s.Folds, k, n)
				}
			}
		}
		if !strings.Contains(sc.String(), sc.Method) || sc.Method == "" {
			t.Fatalf("%q does not say how it was validated", sc)
		}
	})
}

func TestSplitErrors(t *testing.T) {
	x := [][]float64{{1}, {2}, {3}, {4}, {5}, {6}}
	y := []int{0, 1, 0, 1, 0, 1}
	for _, c := range []struct {
		name string
		y    []int
		s    Split
		want string
	}{
		{"one class", []int{1, 1, 1, 1, 1, 1}, Split{}, "all 6 samples have label 1"},
		{"one fold", y, Split{Folds: 1}, "Folds is 1, at least 2"},
		{"default folds", y, Split{}, "class 0 has 3 samples, fewer than the 5 folds"},
		{"group length", y, Split{Group: []int{1}}, "Group has 1"},
		{"one group", y, Split{Group: make([]int, 6)}, "all 6 samples are in group 0"},
		{"folds of groups", y, Split{Folds: 4, Group: []int{1, 2, 3, 1, 2, 3}}, "Folds is 4 with 3 groups"},
		{"both", y, Split{Group: []int{1, 2, 3, 1, 2, 3}, Blocks: true}, "Group and Blocks are both set"},
		{"gap", y, Split{Folds: 2, Gap: 1}, "Gap is 1"},
		{"large gap", y, Split{Folds: 2, Blocks: true, Gap: 3}, "leaves none"},
		{"blocks", y, Split{Folds: 7, Blocks: true}, "Folds is 7 with 6 samples"},
	} {
		if _, err := Validate(NewLogistic(), x, c.y, c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
	}
}

// TestNoLeak: with noise alone, 2000 features and few samples, the best features
// chosen on all samples tell the classes of tested ones apart; in a pipeline they
// are chosen anew in each fold and cannot.
func TestNoLeak(t *testing.T) {
	const n, d = 40, 2000
	leaky, inside := 0.0, 0.0
	const repeats = 10
	for k := range repeats {
		r := rand.New(rand.NewPCG(3, uint64(k)))
		x, y := make([][]float64, n), make([]int, n)
		for i := range x {
			y[i], x[i] = i%2, make([]float64, d)
			for j := range x[i] {
				x[i][j] = r.NormFloat64()
			}
		}
		step, err := SelectBest{K: 10}.FitStep(x, y)
		if err != nil {
			t.Fatal(err)
		}
		chosen, err := step.Apply(x)
		if err != nil {
			t.Fatal(err)
		}
		a, err := CrossValidate(NewLogistic(), chosen, y, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := CrossValidate(Pipeline{[]Step{ZScore{}, SelectBest{K: 10}}, NewLogistic()}, x, y, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		leaky += a.Mean() / repeats
		inside += b.Mean() / repeats
	}
	if leaky < 0.85 {
		t.Errorf("the planted leak gives %.3f only: the test shows nothing", leaky)
	}
	// 400 predictions: 0.025, twice that for the dependence of folds.
	if math.Abs(inside-0.5) > 0.1 {
		t.Errorf("accuracy %.3f of noise through a pipeline, want 0.5", inside)
	}
}

// A spyStep notes what it learns from.
type spyStep struct{ seen *[][]float64 }

func (s spyStep) FitStep(x [][]float64, _ []int) (Transform, error) {
	*s.seen = append(*s.seen, []float64{float64(len(x))})
	for _, row := range x {
		(*s.seen)[len(*s.seen)-1] = append((*s.seen)[len(*s.seen)-1], row[0])
	}
	return identity{}, nil
}

type identity struct{}

func (identity) Apply(x [][]float64) ([][]float64, error) { return x, nil }

// TestStepsSeeTraining: no step is fitted on a sample that its fold tests, in
// nested folds of groups neither.
func TestStepsSeeTraining(t *testing.T) {
	const n = 36
	x, y, group := make([][]float64, n), make([]int, n), make([]int, n)
	for i := range x {
		x[i], y[i], group[i] = []float64{float64(i)}, i%2, i/6
	}
	var seen [][]float64
	p := Pipeline{[]Step{spyStep{&seen}}, NewLogistic()}
	sc, err := Validate(Tuned{Models: []Model{p, p}, Folds: 5}, x, y, Split{Group: group})
	if err != nil {
		t.Fatal(err)
	}
	if want := 6 * (2*5 + 1); len(seen) != want { // outer folds, models x inner folds, and the fit
		t.Fatalf("%d fits, want %d", len(seen), want)
	}
	for k, fit := range seen {
		fold := k / 11
		size := 24.0
		if k%11 == 10 {
			size = 30
		}
		if fit[0] != size {
			t.Fatalf("fit %d learned from %g samples, want %g", k, fit[0], size)
		}
		groups := map[int]int{}
		for _, v := range fit[1:] {
			if group[int(v)] == fold {
				t.Fatalf("fit %d of fold %d learned from sample %g, which it tests", k, fold, v)
			}
			groups[group[int(v)]]++
		}
		for g, c := range groups {
			if c != 6 {
				t.Fatalf("fit %d has %d of 6 samples of group %d", k, c, g)
			}
		}
	}
	if fmt.Sprint(sc.Chosen) != "[0 0 0 0 0 0]" {
		t.Errorf("chosen %v of equal models, want the first", sc.Chosen)
	}
}

// TestTuned: of a model that knows and one that guesses the first is taken; and on
// unrelated labels the nested accuracy is at chance while that of the choice is not.
func TestTuned(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var nested, chosen float64
	const repeats = 12
	for k := range repeats {
		x, y := make([][]float64, 40), make([]int, 40)
		for i := range x {
			y[i] = i % 2
			x[i] = make([]float64, 20)
			for j := range x[i] {
				x[i][j] = r.NormFloat64()
			}
		}
		tuned := Tuned{Seed: uint64(k)}
		for j := range 20 {
			tuned.Models = append(tuned.Models, Pipeline{[]Step{columns2{j}}, NewNeighbours()})
		}
		s, err := CrossValidate(tuned, x, y, 4, uint64(k))
		if err != nil {
			t.Fatal(err)
		}
		best, all, err := tuned.Choose(x, y, Split{})
		if err != nil {
			t.Fatal(err)
		}
		nested += s.Mean() / repeats
		chosen += all[best].Mean() / repeats
	}
	if math.Abs(nested-0.5) > 0.07 {
		t.Errorf("nested accuracy %.3f of unrelated labels", nested)
	}
	if chosen < 0.6 {
		t.Errorf("accuracy of the choice %.3f: the test shows nothing", chosen)
	}
}

// columns2 is a step that keeps one feature.
type columns2 struct{ j int }

func (c columns2) FitStep(x [][]float64, _ []int) (Transform, error) {
	return columns{len(x[0]), []int{c.j}}, nil
}

func TestPipelineErrors(t *testing.T) {
	x := [][]float64{{1}, {2}, {3}, {4}}
	y := []int{0, 1, 0, 1}
	for _, c := range []struct {
		m    Model
		want string
	}{
		{Pipeline{}, "Model is nil"},
		{Pipeline{Steps: []Step{nil}, Model: NewLDA()}, "step 1 is nil"},
		{Pipeline{Steps: []Step{SelectBest{K: -1}}, Model: NewLDA()}, "step 1 of the pipeline: decode: SelectBest: K is -1"},
		{Tuned{}, "Models is empty"},
		{Tuned{Models: []Model{nil}, Folds: 2}, "fewer than"},
		{Tuned{Models: []Model{NewLDA()}, Folds: 1}, "Folds is 1"},
		{Neighbours{K: 3}, "K is 3 with 2 training samples"},
		{Neighbours{K: -1}, "K is -1"},
	} {
		if _, err := CrossValidate(c.m, x, y, 2, 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v; want it to say %q", c.m, err, c.want)
		}
	}
}

// TestROCOfScores: a perfect model has an area of 1, scores unrelated to the
// labels 0.5, and labels without scores none.
func TestROCOfScores(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	x, y := make([][]float64, 60), make([]int, 60)
	for i := range x {
		y[i] = i % 3
		x[i] = []float64{10*float64(y[i]) + r.NormFloat64(), r.NormFloat64()}
	}
	for _, m := range []Model{NewLogistic(), NewLDA(), NewNaiveBayes(), NewNeighbours(), Pipeline{[]Step{ZScore{}}, NewLogistic()}} {
		s, err := CrossValidate(m, x, y, 4, 1)
		if err != nil {
			t.Fatal(err)
		}
		if a := s.AUC(); math.Abs(a-1) > 1e-12 {
			t.Errorf("%T: area %g, want 1", m, a)
		}
		for _, c := range s.Classes {
			roc, err := s.ROC(c)
			if err != nil || c != 1 && roc.AUC < 0.99 {
				t.Errorf("%T: class %d: %v %v", m, c, roc, err)
			}
		}
		if _, err := s.ROC(9); err == nil {
			t.Error("a class that is not there has a curve")
		}
	}
	s, err := CrossValidate(majorityOf, x, y, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ROC(0); err == nil || !math.IsNaN(s.AUC()) {
		t.Error("labels without scores have a curve")
	}
}
