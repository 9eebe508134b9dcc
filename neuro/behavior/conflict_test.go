package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/table"
)

func conflictTable(condition []string, rt, correct []float64) table.Table {
	return table.Table{Cols: []table.Col{{Name: "condition", Text: condition}, {Name: "rt", Num: rt}, {Name: "correct", Num: correct}}}
}

func TestConflict(t *testing.T) {
	nan := math.NaN()
	c, i := "congruent", "incongruent"
	r, err := ScoreConflict(conflictTable(
		[]string{c, i, i, c, c, i, "neutral", i, c},
		[]float64{0.4, 0.6, 0.5, 0.45, nan, 0.7, 0.5, 0.55, 3},
		[]float64{1, 1, 1, 1, nan, 0, 1, 1, 1}), ConflictOptions{Slow: 2, Bins: 2})
	if err != nil {
		t.Fatal(err)
	}
	s := r.Subjects[0]
	within(t, "congruent", s.RT[0], 0.425, 1e-15)
	within(t, "incongruent", s.RT[1], 0.55, 1e-15)
	within(t, "accuracy", s.Accuracy[1], 0.75, 1e-15)
	within(t, "efficiency", s.Efficiency[1], 0.55/0.75, 1e-15)
	within(t, "neutral", s.Neutral, 0.5, 1e-15)
	if s.Missing != 1 || s.Errors != 1 || s.Outliers != 1 || s.Trials != 9 {
		t.Errorf("%+v", s)
	}
	within(t, "cI", s.After[0][1], 0.6, 1e-15)
	within(t, "iI", s.After[1][1], 0.5, 1e-15)
	within(t, "iC", s.After[1][0], 0.45, 1e-15)
	if !math.IsNaN(s.After[0][0]) || !math.IsNaN(s.Gratton) {
		t.Error("no congruent trial after a congruent one")
	}
	// Bins of 1.5 incongruent times: 0.5, 0.55 | 0.55, 0.6.
	golden.Close(t, "delta", s.Delta, []float64{(0.5+0.55/2)/1.5 - 0.4, (0.6+0.55/2)/1.5 - 0.45}, 1e-12)
}

// Perfect, all-wrong and constant performance.
func TestConflictExtremes(t *testing.T) {
	c, i := "congruent", "incongruent"
	cond := []string{c, i, c, i}
	for _, test := range []struct {
		name             string
		rt, correct      []float64
		effect, accuracy float64
	}{
		{"perfect", []float64{0.4, 0.5, 0.4, 0.5}, []float64{1, 1, 1, 1}, 0.1, 1},
		{"all equal", []float64{0.4, 0.4, 0.4, 0.4}, []float64{1, 1, 1, 1}, 0, 1},
		{"all wrong", []float64{0.4, 0.5, 0.4, 0.5}, []float64{1, 0, 1, 0}, math.NaN(), 0},
	} {
		r, err := ScoreConflict(conflictTable(cond, test.rt, test.correct), ConflictOptions{SD: 2.5})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		s := r.Subjects[0]
		if math.IsNaN(test.effect) != math.IsNaN(s.Effect) || math.Abs(s.Effect-test.effect) > 1e-12 || s.Accuracy[1] != test.accuracy || s.Outliers != 0 {
			t.Errorf("%s: %+v", test.name, s)
		}
	}
	for want, f := range map[string]table.Table{
		"row 1 has the condition": conflictTable([]string{c, "odd"}, []float64{1, 1}, []float64{1, 1}),
		"1 congruent and 0":       conflictTable([]string{c}, []float64{1}, []float64{1}),
		"response time of 0":      conflictTable([]string{c, i}, []float64{1, 0}, []float64{1, 1}),
		"it must be 0 or 1":       conflictTable([]string{c, i}, []float64{1, 1}, []float64{1, 2}),
	} {
		if _, err := ScoreConflict(f, ConflictOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// Subjects and conditions with different numbers of trials count as they are:
// each subject's mean is of its own trials.
func TestConflictUnbalanced(t *testing.T) {
	c, i := "congruent", "incongruent"
	d := conflictTable([]string{c, c, c, i, c, i, i}, []float64{0.4, 0.5, 0.6, 0.7, 0.3, 0.5, math.NaN()}, []float64{1, 1, 1, 1, 1, 1, math.NaN()})
	d.Cols = append(d.Cols, table.Col{Name: "who", Text: []string{"a", "a", "a", "a", "b", "b", "b"}})
	r, err := ScoreConflict(d, ConflictOptions{Subject: "who"})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "effects", []float64{r.Subjects[0].Effect, r.Subjects[1].Effect}, []float64{0.2, 0.2}, 1e-12)
	if r.Subjects[1].Missing != 1 || r.Subjects[1].Trials != 3 || len(r.Subjects[0].Delta) != 0 {
		t.Errorf("%+v", r.Subjects)
	}
}
