package decode

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAllAtChance: every decoder is at chance on labels that were shuffled, in every
// kind of fold, with more features than samples too, alone and behind steps.
func TestAllAtChance(t *testing.T) {
	models := map[string]Model{
		"logistic": NewLogistic(), "svm": NewSVM(), "lda": NewLDA(), "ridge": NewRidge(), "bayes": NewNaiveBayes(), "correlation": NewCorrelation(), "neighbours": NewNeighbours(),
		"pca": Pipeline{[]Step{ZScore{}, PCA{Components: 5}}, NewLDA()}, "factors": Pipeline{[]Step{FactorAnalysis{Factors: 1}}, NewLDA()},
		"best": Pipeline{[]Step{SelectBest{K: 3}, ZScore{}}, NewLogistic()}, "tuned": Tuned{Models: []Model{Neighbours{K: 1}, Neighbours{K: 5}}, Folds: 3},
	}
	const n, repeats = 48, 12
	for name, m := range models {
		for kind, split := range map[string]Split{"stratified": {Folds: 4}, "groups": {Group: make([]int, n)}, "blocks": {Folds: 4, Blocks: true, Gap: 2}} {
			for _, d := range []int{6, 80} {
				if name == "factors" && d == 80 {
					continue // slow, and there are fewer samples than it takes
				}
				mean := 0.0
				for k := range repeats {
					r := rand.New(rand.NewPCG(77, uint64(k)))
					x, y := sample(r, n, d, 2, 1, func(int) float64 { return 1 })
					r.Shuffle(n, func(i, j int) { y[i], y[j] = y[j], y[i] })
					split.Seed = uint64(k)
					for i := range split.Group {
						split.Group[i] = i / 8
					}
					s, err := Validate(m, x, y, split)
					if err != nil {
						t.Fatalf("%s, %s, %d features: %v", name, kind, d, err)
					}
					mean += s.Balanced() / repeats
				}
				// 576 predictions: a standard error of 0.021, and more for the dependence
				// of folds. Leaving samples out of balanced labels pulls below chance.
				if mean > 0.59 || math.IsNaN(mean) || mean < 0.36 {
					t.Errorf("%s, %s, %d features: balanced accuracy %.3f on shuffled labels", name, kind, d, mean)
				}
			}
		}
	}
}
