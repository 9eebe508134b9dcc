package model_test

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

func Example() {
	m, err := model.Parse(`
		dv/dt = (El - v + R*I)/tau : volt (unless refractory)
		I : amp
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -70*mV", Refractory: "2*ms",
		Params:  map[string]string{"El": "-65 mV", "R": "100 Mohm", "tau": "10 ms"},
		Initial: map[string]string{"v": "-65 mV"},
	})
	if err != nil {
		log.Fatal(err)
	}
	r, err := m.Simulate(stim.Const(200), 100, 0.1) // pA, ms
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d spikes, the first at %.1f ms\n", r.Count(), r.Spikes[0])
	why, _ := m.Explain()
	fmt.Println(why)

	_, err = model.Parse("dv/dt = (El - v + I)/tau : volt", model.Options{
		Params: map[string]string{"El": "-65 mV", "I": "200 pA", "tau": "10 ms"},
	})
	fmt.Println(err)
	// Output:
	// 5 spikes, the first at 13.8 ms
	// method: exact, because all equations are linear with constant coefficients
	// exact for v
	// one step of a block of cells: 2 operations in 1 register
	// parameters without a value: I
	// model: equations 1:9: El - v is a voltage (V) and I is a current (A); they cannot be added
	//     dv/dt = (El - v + I)/tau : volt
	//             ^^^^^^^^^^^^
	//     multiply I by a resistance (ohm), or divide it by a conductance (S)
}
