package decode_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/decode"
)

// Rates are brought to like scales within the training samples of each fold.
func ExamplePipeline() {
	x, y := trials()
	p := decode.Pipeline{Steps: []decode.Step{decode.ZScore{}, decode.PCA{Components: 2}}, Model: decode.NewLDA()}
	scores, err := decode.Validate(p, x, y, decode.Split{Folds: 4, Blocks: true, Gap: 1})
	fmt.Println(scores, err)
	fmt.Printf("area under the ROC %.2f\n", scores.AUC())
	// Output:
	// accuracy 0.800 ± 0.082 (SD over 4 folds of successive samples, 1 left out on both sides), chance 0.500 <nil>
	// area under the ROC 0.92
}

// The number of neighbours is chosen within the training samples of each fold.
func ExampleTuned() {
	x, y := trials()
	t := decode.Tuned{Models: []decode.Model{decode.Neighbours{K: 1}, decode.Neighbours{K: 5}, decode.Neighbours{K: 15}}}
	scores, err := decode.Validate(t, x, y, decode.Split{Folds: 5, Seed: 1})
	fmt.Println(scores, err)
	fmt.Println("chosen", scores.Chosen)
	// Output:
	// accuracy 0.825 ± 0.143 (SD over 5 stratified folds), chance 0.500 <nil>
	// chosen [2 2 0 2 0]
}

func ExampleCompareModels() {
	// Faces and houses, two of each, in two subjects.
	category, err := decode.ModelRDM("category", [][]float64{{0, 0, 1, 1}, {0, 0, 1, 1}, {1, 1, 0, 0}, {1, 1, 0, 0}})
	fmt.Println(err)
	var subjects []*decode.RDM
	for s := range 2 {
		patterns := [][]float64{{3, 1, 0, 1}, {2, 1, 1, 0}, {0, 1, 3, 2}, {1, 0, 2, float64(2 + s)}}
		d, err := decode.Dissimilarity(patterns, []int{0, 1, 2, 3}, decode.RDMOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		subjects = append(subjects, d)
	}
	a, err := decode.CompareModels(subjects, []*decode.RDM{category}, decode.RSAOptions{Permutations: -1})
	fmt.Println(a, err)
	// Output:
	// <nil>
	// category agrees best: spearman 0.834; noise ceiling 0.928 to 0.978 (2 subjects) <nil>
}
