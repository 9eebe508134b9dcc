package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// Two mixtures that do more and less than additive drugs.
func ExampleCombine() {
	a, b := pharm.MedianEffect{Dm: 2, M: 1.2}, pharm.MedianEffect{Dm: 6, M: 1.5}
	c, err := pharm.Combine([]float64{1, 1}, []float64{2, 3}, []float64{0.75, 0.4}, a, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range c.CI {
		fmt.Printf("effect %.2f (Bliss %.2f, Loewe %.2f): index %.2f\n", c.Effect[i], c.Bliss[i], c.Loewe[i], c.CI[i])
	}
	// Output:
	// effect 0.75 (Bliss 0.42, Loewe 0.44): index 0.36
	// effect 0.40 (Bliss 0.49, Loewe 0.50): index 1.36
}
