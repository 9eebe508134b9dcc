package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// An agonist with an EC50 of 50 nM at three concentrations.
func ExampleHill() {
	for _, c := range []float64{0, 50, 500} {
		fmt.Printf("%3g nM: %5.1f%%\n", c, pharm.Hill(c, 100, 50, 1.5))
	}
	// Output:
	//   0 nM:   0.0%
	//  50 nM:  50.0%
	// 500 nM:  96.9%
}

func ExampleHillCurve() {
	c, err := pharm.HillCurve(100, 50, 1.5, 1, 1000)
	c.CUnit, c.EUnit = "nM", "%"
	n := len(c.C)
	fmt.Printf("%d points, from %.1f%% at %g nM to %.1f%% at %g nM, %v\n", n, c.E[0], c.C[0], c.E[n-1], c.C[n-1], err)
	// Output: 201 points, from 0.3% at 1 nM to 98.9% at 1000 nM, <nil>
}
