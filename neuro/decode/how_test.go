package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// TestScoresSayHow: no score is told or shown without how it was validated.
func TestScoresSayHow(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	x, y := sample(r, 24, 3, 2, 2, func(int) float64 { return 1 })
	group, half := make([]int, 24), make([]int, 24)
	var times [][][]float64
	for i := range group {
		group[i], half[i] = i/6, i/12
		times = append(times, [][]float64{x[i]})
	}
	scores, err := Validate(NewLDA(), x, y, Split{Folds: 4, Blocks: true, Gap: 1})
	if err != nil {
		t.Fatal(err)
	}
	permuted, err := PermutationTest(NewLDA(), x, y, Split{Group: group}, 9)
	if err != nil {
		t.Fatal(err)
	}
	general, err := Generalise(NewLDA(), times, y, Split{Folds: 3})
	if err != nil {
		t.Fatal(err)
	}
	tuned, err := Validate(Tuned{Models: []Model{Neighbours{K: 1}, Neighbours{K: 3}}, Folds: 2}, x, y, Split{Group: group})
	if err != nil {
		t.Fatal(err)
	}
	trials, _ := planted(t, 6, 4)
	dims, err := GPFA{Rounds: 3}.Dimensions(trials, []int{1, 2}, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	// A cell that fires where the animal is, and a state that counts follow.
	const n = 600
	at, place := make([]float64, n), make([]float64, n)
	cells := make([]neuro.Spikes, 3)
	var state, counts [][]float64
	for i := range n {
		at[i], place[i] = float64(i)*100, 50+50*math.Sin(float64(i)/20)
		row := make([]float64, len(cells))
		for c := range cells {
			if math.Abs(place[i]-50*float64(c)) < 30 && r.Float64() < 0.8 {
				cells[c] = append(cells[c], at[i]+20)
				row[c]++
			}
		}
		state, counts = append(state, []float64{place[i]}), append(counts, row)
	}
	position, err := ValidatePosition(at, [][]float64{place}, cells, 3, spikes.CurvesOptions{Bins: []int{10}}, PositionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	kalman, err := ValidateKalman(state, counts, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		score display.Shower
		how   string
	}{
		{scores, "4 folds of successive samples, 1 left out on both sides"},
		{permuted, "4 groups left out in turn"},
		{tuned, "4 groups left out in turn"},
		{general, "3 stratified folds"},
		{dims, "3 folds of trials"},
		{position, "3 blocks of time"},
		{kalman, "3 blocks of time"},
	} {
		text := fmt.Sprint(c.score)
		if !strings.Contains(text, c.how) {
			t.Errorf("%T says %q, and not %q", c.score, text, c.how)
		}
		if shown := c.score.Show().Text(); !strings.Contains(shown, c.how) {
			t.Errorf("%T shows %q, and not %q", c.score, shown, c.how)
		}
	}
}
