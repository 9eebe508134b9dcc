package network_test

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

// A million cells with a thousand synapses each, counted before they are built: stored, and
// drawn again for each spike.
func ExampleProjection_procedural() {
	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV", model.Options{Threshold: "v > 20*mV", Reset: "v = 10*mV"})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Populations: []network.Population{{Name: "E", N: 1_000_000, Cell: cell}},
		Projections: []network.Projection{{From: "E", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "0.1*mV", Delay: "1.5*ms"}},
	}
	for _, procedural := range []bool{false, true} {
		net.Projections[0].Procedural = procedural
		count, err := net.Count()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("procedural %v: %.3g synapses, %.3g MB\n", procedural, count.Total, count.Bytes/1e6)
	}
	// Output:
	// procedural false: 1e+09 synapses, 2e+03 MB
	// procedural true: 1e+09 synapses, 68 MB
}
