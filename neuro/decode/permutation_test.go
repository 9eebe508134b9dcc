package decode

import (
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
	p, err := PermutationTest(nearestMean, x, y, 5, 199, 3)
	if err != nil {
		t.Fatal(err)
	}
	if p.P != 1.0/200 || len(p.Null) != 199 {
		t.Errorf("p %g of %d shufflings, want the smallest, 1/200: accuracy %g", p.P, len(p.Null), p.Scores.Mean())
	}
	again, _ := PermutationTest(nearestMean, x, y, 5, 199, 3)
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
		p, err := PermutationTest(nearestMean, x, y, 3, 19, uint64(seed))
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
		if _, err := PermutationTest(NewLogistic(), x, y, c.folds, c.permutations, 1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
}
