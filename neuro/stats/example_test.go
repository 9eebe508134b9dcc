package stats_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/stats"
)

// Ten voxels: four pass 0.05 alone, and the correction says how many of these to
// believe.
func ExampleFDR() {
	p := []float64{0.001, 0.008, 0.039, 0.041, 0.27, 0.32, 0.55, 0.61, 0.74, 0.92}
	threshold, reject := stats.FDR(p, 0.05)
	fmt.Println("threshold", threshold)
	for i, r := range reject {
		if r {
			fmt.Println("voxel", i, "p", p[i])
		}
	}
	// Output:
	// threshold 0.008
	// voxel 0 p 0.001
	// voxel 1 p 0.008
}

func ExampleFDRAdjust() {
	fmt.Printf("%.3f\n", stats.FDRAdjust([]float64{0.01, 0.04, 0.03, 0.5}))
	// Output:
	// [0.040 0.053 0.053 0.500]
}

func ExampleBonferroni() {
	threshold, reject := stats.Bonferroni([]float64{0.001, 0.008, 0.039, 0.041}, 0.05)
	fmt.Println(threshold, reject)
	// Output:
	// 0.0125 [true true false false]
}
