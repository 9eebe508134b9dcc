package pharm_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/pharm"
)

// A tablet of 100 mg twice a day: after the first and at steady state.
func ExampleCompartments() {
	m := pharm.Compartments{CL: 5, V: 50, Ka: 1.2, F: 0.8} // L/h, L, 1/h
	tablet := pharm.Dose{Amount: 100, Oral: true, Every: 12}
	t := []float64{1, 2, 4, 12} // h
	first, err := m.Concentration(t, tablet)
	if err != nil {
		fmt.Println(err)
		return
	}
	steady, _ := m.SteadyState(t, tablet)
	for i := range t {
		fmt.Printf("%2g h: %.2f, later %.2f mg/L\n", t[i], first.C[i], steady.C[i])
	}
	// Output:
	//  1 h: 1.05, later 1.73 mg/L
	//  2 h: 1.27, later 1.89 mg/L
	//  4 h: 1.16, later 1.66 mg/L
	// 12 h: 0.53, later 0.75 mg/L
}

// Plasma peaks at once, the effect later.
func ExampleEffectCompartment() {
	m := pharm.Compartments{CL: 5, V: 50}
	e, err := pharm.EffectCompartment{Ke0: 0.3, Emax: 100, EC50: 0.8, N: 2}.Response(m, []float64{0.5, 2, 8, 24}, pharm.Dose{Amount: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range e.T {
		fmt.Printf("%4g h: plasma %.2f mg/L, effect %.0f%%\n", t, e.C[i], e.E[i])
	}
	// Output:
	//  0.5 h: plasma 1.90 mg/L, effect 10%
	//    2 h: plasma 1.64 mg/L, effect 51%
	//    8 h: plasma 0.90 mg/L, effect 64%
	//   24 h: plasma 0.18 mg/L, effect 10%
}

// A drug that inhibits how a response is made: it falls slowly, and returns.
func ExampleIndirectResponse() {
	m := pharm.Compartments{CL: 5, V: 50}
	r := pharm.IndirectResponse{Model: 1, Kin: 10, Kout: 0.5, Max: 0.9, C50: 0.5}
	e, err := r.Response(m, []float64{0, 1, 4, 24, 72}, pharm.Dose{Amount: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, t := range e.T {
		fmt.Printf("%2g h: %.1f\n", t, e.E[i])
	}
	// Output:
	//  0 h: 20.0
	//  1 h: 14.4
	//  4 h: 8.3
	// 24 h: 14.4
	// 72 h: 19.9
}
