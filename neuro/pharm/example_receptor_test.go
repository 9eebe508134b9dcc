package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// A competitive antagonist of pA2 7.5 shifts an agonist's curve to the right.
func ExampleGaddum() {
	for _, b := range []float64{0, 1e-7, 1e-6} {
		fmt.Printf("%5g M: %.1f%%\n", b, pharm.Gaddum(1e-7, 100, 1e-7, 1, b, 7.5, 1))
	}
	// Output:
	//     0 M: 50.0%
	// 1e-07 M: 19.4%
	// 1e-06 M: 3.0%
}

// A partial agonist, and the same one where there are ten times the receptors.
func ExampleOperational() {
	few := pharm.Operational{Em: 100, KA: 1e-6, Tau: 0.8, N: 1}
	many := few
	many.Tau *= 10
	fmt.Println(few)
	fmt.Println(many)
	// Output:
	// operational model: KA 1e-06, τ 0.8, n 1; EC50 5.556e-07, Emax 44.44 of 100
	// operational model: KA 1e-06, τ 8, n 1; EC50 1.111e-07, Emax 88.89 of 100
}

// A positive modulator at its KB raises the ligand's affinity.
func ExampleAllosteric() {
	m := pharm.Allosteric{KA: 100, KB: 1000, Alpha: 10} // nM
	fmt.Printf("without %.0f nM, with %.1f nM\n", m.KApparent(0), m.KApparent(1000))
	// Output: without 100 nM, with 18.2 nM
}

// A channel of two sites that is rarely open without its ligand.
func ExampleMWC() {
	m := pharm.MWC{L: 1e4, KC: 100, KO: 1, N: 2} // μM
	fmt.Printf("open %.2g%% without ligand, %.0f%% at %.0f μM\n", 100*m.Open(0), 100*m.Open(300), 300.0)
	// Output: open 0.01% without ligand, 36% at 300 μM
}
