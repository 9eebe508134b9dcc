package stats_test

import (
	"fmt"
	"log"

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

// Ten patients under two drugs (Student 1908).
func ExamplePairedT() {
	x := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2}
	y := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	t, err := stats.PairedT(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t)
	w, err := stats.Wilcoxon(x, y)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v; %d difference of 0 left out\n", w, w.Zeros)
	// Output:
	// t(9) = -4.06, p = .003, d = -1.28 [-2.12, -0.41], BF10 = 17.3
	// V = 0, p = .009, rank-biserial r = -1.00; 1 difference of 0 left out
}
