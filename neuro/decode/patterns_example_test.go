package decode_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// runs returns the patterns of faces and houses in eight voxels and six runs, two of
// each in a run. Voxels 2 to 4 answer to faces.
func runs() (x [][]float64, mask *nifti.Image, y, run []int) {
	mask, err := nifti.New([]int{8, 1, 1}, [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}, []float64{1, 1, 1, 1, 1, 1, 1, 1})
	if err != nil {
		panic(err)
	}
	for i := range 24 {
		row := make([]float64, 8)
		for j := range row {
			row[j] = 100 + 2*math.Sin(float64((8*i+j)*(8*i+j)))
			if j >= 2 && j <= 4 {
				row[j] += 3 * float64(i%2)
			}
		}
		x, y, run = append(x, row), append(y, i%2), append(run, i/4)
	}
	return x, mask, y, run
}

// Where in the brain can faces be told from houses?
func ExampleSearchlight() {
	x, mask, y, run := runs()
	light, err := decode.Searchlight(x, mask, y, run, 4, decode.SearchlightOptions{Permutations: 999, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(light)
	for _, i := range []int{0, 2, 6} {
		fmt.Printf("voxel %d: accuracy %.2f, corrected p = %.3f\n", light.Voxels[i], light.Accuracy[i], light.PMax[i])
	}
	// Output:
	// searchlight of 4 mm at 8 voxels: accuracy up to 0.875 at (1, 0, 0) over 6 groups left out in turn (chance 0.500); 4 voxels with corrected p <= 0.05 (999 permutations)
	// voxel 0: accuracy 0.71, corrected p = 0.282
	// voxel 2: accuracy 0.88, corrected p = 0.003
	// voxel 6: accuracy 0.38, corrected p = 0.999
}

func ExampleSVM_Fit() {
	x, y := trials()
	fit, err := decode.NewSVM().Fit(x, y)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit)
	fmt.Printf("weights %.3f, intercept %.3f\n", fit.Coef[0], fit.Intercept[0])
	// Output:
	// support vector machine: 40 samples, 3 features, 2 classes
	// weights [0.496 -0.679 0.384], intercept -0.952
}

// Patterns in odd runs against those in even ones.
func ExampleSplitHalf() {
	x, _, y, run := runs()
	half := make([]int, len(run))
	for i, r := range run {
		half[i] = r % 2
	}
	s, err := decode.SplitHalf(x, y, half)
	fmt.Println(s, err)
	// Output:
	// patterns of 2 classes: r = 0.71 within, −0.71 between; 100 % of comparisons identify the class (50 % by chance) <nil>
}

func ExamplePermutationTestGroups() {
	x, _, y, run := runs()
	fmt.Println(decode.PermutationTestGroups(decode.NewLDA(), x, y, run, 999, 1))
	// Output:
	// accuracy 0.958 over 6 groups left out in turn, p = 0.001 (999 permutations, chance 0.500) <nil>
}
