package decode

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// nearestMean is a model that is fast to fit.
var nearestMean = Func(func(x [][]float64, y []int, test [][]float64) ([]int, error) {
	classes := labels(y)
	out := make([]int, len(test))
	for i, row := range test {
		best := -1.0
		for _, k := range classes {
			mean, n, d := make([]float64, len(row)), 0.0, 0.0
			for j, v := range x {
				if y[j] == k {
					addTimes(mean, 1, v)
					n++
				}
			}
			for j := range mean {
				d += (row[j] - mean[j]/n) * (row[j] - mean[j]/n)
			}
			if best < 0 || d < best {
				best, out[i] = d, k
			}
		}
	}
	return out, nil
})

func TestPermutationTest(t *testing.T) {
	r := rand.New(rand.NewPCG(2010, 1))
	x, y := sample(r, 30, 3, 2, 2, func(int) float64 { return 1 })
	p, err := PermutationTest(nearestMean, x, y, Split{Folds: 5, Seed: 3}, 199)
	if err != nil {
		t.Fatal(err)
	}
	if p.P != 1.0/200 || len(p.Null) != 199 {
		t.Errorf("p %g of %d shufflings, want the smallest, 1/200: accuracy %g", p.P, len(p.Null), p.Scores.Mean())
	}
	again, _ := PermutationTest(nearestMean, x, y, Split{Folds: 5, Seed: 3}, 199)
	if !reflect.DeepEqual(again, p) {
		t.Error("the same seed gave another result")
	}
	var s display.Shower = p
	if text := s.Show().Text(); !strings.Contains(text, "p = 0.005 (199 permutations, chance 0.500)") {
		t.Errorf("shown as %q", text)
	}
}

// TestPermutationLevel: without any relation, p is at most α in a share α of
// experiments.
func TestPermutationLevel(t *testing.T) {
	r := rand.New(rand.NewPCG(2010, 2))
	small, tiny := 0, 0
	const experiments = 200
	for seed := range experiments {
		x, y := sample(r, 24, 2, 2, 0, func(int) float64 { return 1 })
		p, err := PermutationTest(nearestMean, x, y, Split{Folds: 3, Seed: uint64(seed)}, 19)
		if err != nil {
			t.Fatal(err)
		}
		if p.P <= 0.5 {
			small++
		}
		if p.P <= 0.05 {
			tiny++
		}
	}
	// At most α·200 are expected (ties make fewer); 3 standard deviations above
	// are 121 and 19. Far fewer than half would be a test without power.
	if small > 121 || small < 50 || tiny > 19 {
		t.Errorf("p <= 0.5 in %d and p <= 0.05 in %d of %d experiments", small, tiny, experiments)
	}
}

func TestPermutationErrors(t *testing.T) {
	x, y := [][]float64{{1}, {2}, {3}, {4}}, []int{0, 0, 1, 1}
	for _, c := range []struct {
		folds, permutations int
		want                string
	}{
		{2, 0, "decode: PermutationTest: permutations is 0"},
		{2, -1, "permutations is -1"},
		{3, 10, "decode: PermutationTest: class 0 has 2 samples, fewer than the 3 folds"},
	} {
		if _, err := PermutationTest(NewLogistic(), x, y, Split{Folds: c.folds, Seed: 1}, c.permutations); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}

// TestPermutationExchange: each kind of split has its labels change places as its
// samples allow, and p is what the definition gives.
func TestPermutationExchange(t *testing.T) {
	r := rand.New(rand.NewPCG(2010, 3))
	x, y := sample(r, 36, 2, 2, 0.7, func(int) float64 { return 1 })
	within, whole, byClass := make([]int, 36), make([]int, 36), make([]int, 36)
	for i := range within {
		within[i], whole[i] = i/6, i/4
		byClass[i] = whole[i] % 2
	}
	for _, c := range []struct {
		name, exchanged string
		y               []int
		s               Split
		n, ways         int
	}{
		{"groups", withinGroups, y, Split{Group: within, Seed: 2}, 99, 99},
		{"folds of groups", withinGroups, y, Split{Group: within, Folds: 3, Seed: 2}, 99, 99},
		{"whole groups", wholeGroups, byClass, Split{Group: whole, Seed: 2}, 99, 99},
		{"all of whole groups", wholeGroups, byClass, Split{Group: whole}, 500, 126}, // 9 over 4
		{"folds of whole groups", wholeGroups, byClass, Split{Group: whole, Folds: 4}, 50, 50},
		{"blocks", inTime, y, Split{Folds: 4, Blocks: true}, 20, 20},
		{"all shifts", inTime, y, Split{Folds: 4, Blocks: true, Gap: 2}, 99, 35},
	} {
		p, err := PermutationTest(nearestMean, x, c.y, c.s, c.n)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if p.Exchanged != c.exchanged || len(p.Null) != c.ways {
			t.Errorf("%s: %d of %q, want %d of %q", c.name, len(p.Null), p.Exchanged, c.ways, c.exchanged)
		}
		plan, _ := c.s.plan("", c.y, 0)
		ways, err := plan.relabel("", c.y, c.n)
		if err != nil {
			t.Fatal(err)
		}
		reached := 1
		if ways.all {
			reached = 0
		}
		for k := range ways.n {
			shuffled, _, err := ways.at(k)
			if err != nil {
				t.Fatal(err)
			}
			v, err := Validate(nearestMean, x, shuffled, c.s)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(v.Mean()-p.Null[k]) > 1e-12 {
				t.Errorf("%s: accuracy %d is %g, want %g", c.name, k, p.Null[k], v.Mean())
			}
			if v.Mean() >= p.Scores.Mean()-1e-12 {
				reached++
			}
			count := map[[2]int]int{} // of labels in each group
			for i, v := range shuffled {
				g := 0
				if c.exchanged == withinGroups {
					g = c.s.Group[i]
				}
				count[[2]int{g, v}]++
				g = 0
				if c.exchanged == withinGroups {
					g = c.s.Group[i]
				}
				count[[2]int{g, c.y[i]}]--
			}
			for at, n := range count {
				if n != 0 {
					t.Fatalf("%s: shuffling %d has %d more of label %d in group %d", c.name, k, n, at[1], at[0])
				}
			}
			if _, one := labelOfGroups(shuffled, c.s.Group); c.exchanged == wholeGroups && !one {
				t.Errorf("%s: shuffling %d has a group of two labels", c.name, k)
			}
		}
		want := float64(reached) / float64(ways.n+1)
		if ways.all {
			want = float64(reached) / float64(ways.n)
		}
		if math.Abs(p.P-want) > 1e-12 {
			t.Errorf("%s: p is %g, want %g", c.name, p.P, want)
		}
		// Models that run side by side give the same.
		a, err := PermutationTest(NewLDA(), x, c.y, c.s, c.n)
		if err != nil {
			t.Fatal(err)
		}
		b, err := PermutationTest(Func(NewLDA().FitPredict), x, c.y, c.s, c.n)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a.Null, b.Null) || a.P != b.P {
			t.Errorf("%s: one after the other gives something else", c.name)
		}
	}
}

// TestShiftsLearnable: shifts that leave one class to learn from do not count where the labels as given
// leave two.
func TestShiftsLearnable(t *testing.T) {
	x, y := make([][]float64, 12), []int{0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0} // class 1 on both sides of the middle
	for i := range x {
		x[i] = []float64{float64(i % 3)}
	}
	p, err := PermutationTest(nearestMean, x, y, Split{Folds: 2, Blocks: true}, 99)
	if err != nil {
		t.Fatal(err)
	}
	// Moved by 6 they are on both sides again, at the ends.
	if len(p.Null) != 1 {
		t.Errorf("%d shifts, want 1", len(p.Null))
	}
	if _, err := PermutationTest(NewLDA(), x, []int{0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}, Split{Folds: 2, Blocks: true}, 99); err == nil {
		t.Error("a fold without class 1 is no error")
	}
}
