package synapse_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

func Example() {
	pre := neuro.Spikes{10, 30, 50, 70, 90}
	for _, s := range []synapse.TsodyksMarkram{synapse.NewDepressing(), synapse.NewFacilitating()} {
		r, err := s.Responses(pre)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.3f\n", r)
	}
	// Output:
	// [0.500 0.256 0.137 0.079 0.051]
	// [0.040 0.075 0.103 0.123 0.137]
}

func ExampleNewNMDA() {
	nmda := synapse.NewNMDA()
	g, err := nmda.Conductance(neuro.Spikes{10}, 200, 0.1) // ms
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range []float64{-65, -40, -20} { // mV
		fmt.Printf("%g mV: %.2f pA\n", v, nmda.Current(g, v).Y[120])
	}
	// Output:
	// -65 mV: -0.27 pA
	// -40 mV: -0.63 pA
	// -20 mV: -0.70 pA
}
