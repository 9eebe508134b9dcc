package signal_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/signal"
)

// A sink at 0.5 mm with its source below, seen by contacts that are 0.1 mm apart.
func ExampleICSD() {
	lfp := [][]float64{{-0.011}, {-0.024}, {-0.058}, {-0.095}, {-0.046}, {0.031}, {0.052}, {0.027}}
	depth := []float64{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}
	r, err := signal.ICSD(lfp, 1000, signal.ICSDOptions{Method: "step", Depth: depth})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, row := range r.CSD {
		fmt.Printf("%.1f mm %6.2f µA/mm³\n", r.Depth[k], row[0])
	}
	// Output:
	// 0.2 mm   0.28 µA/mm³
	// 0.3 mm   0.52 µA/mm³
	// 0.4 mm   0.12 µA/mm³
	// 0.5 mm  -3.97 µA/mm³
	// 0.6 mm  -1.20 µA/mm³
	// 0.7 mm   2.31 µA/mm³
	// 0.8 mm   2.00 µA/mm³
	// 0.9 mm  -0.48 µA/mm³
}
