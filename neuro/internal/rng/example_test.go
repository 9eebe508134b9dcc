package rng_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// The noise of cells 100 to 103 at step 7 is the same whichever block they are
// in.
func ExampleSource_NormBlock() {
	s := rng.New(1, 0)
	noise := make([]float64, 4)
	s.NormBlock(noise, 100, 7)
	fmt.Printf("%.4f\n", noise)
	s.NormBlock(noise[:2], 102, 7)
	fmt.Printf("%.4f\n", noise[:2])
	// Output:
	// [0.3787 -1.1169 1.0918 -0.3031]
	// [1.0918 -0.3031]
}
