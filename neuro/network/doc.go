// Package network simulates networks of spiking cells.
//
// A Network is a plain value: populations, how they project to each other, and
// background input. Cells are equations (package model) or those of the catalogue
// (package neuron). A projection adds its weight to a variable of the target cell,
// its receptor, after a delay:
//
//	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
//		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
//	net := network.Network{
//		Populations: []network.Population{{Name: "E", N: 10000, Cell: cell}, {Name: "I", N: 2500, Cell: cell}},
//		Projections: []network.Projection{
//			{From: "E", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "0.1*mV", Delay: "1.5*ms"},
//			{From: "I", Rule: network.FixedInDegree(250), Receptor: "v", Weight: "-0.5*mV", Delay: "1.5*ms"},
//		},
//		Background: []network.Background{{Receptor: "v", N: 1000, Rate: "20*Hz", Weight: "0.1*mV"}},
//	}
//	sim, err := net.Build()
//	r, err := sim.Run(1000, network.RecordOptions{}) // ms
//	r.Rate("E")                                      // Hz
//
// Weights, delays and probabilities are formulas with units, which may be random
// or depend on the distance of the cells: "87.8*pA + 8.78*pA*randn()",
// "0.3*exp(-distance/(200*um))". Params are constants for all of them. Parameters of
// cells may differ from cell to cell, and rates of sources with the time.
//
// Result.Groups and Result.Window look at some cells, and at a part of the time.
//
// # Time
//
// Everything happens on the grid of Dt. A spike of the step from t to t+Dt has the
// time t, as in Brian2; with a delay of d steps it is added to its targets at the end
// of the step from t + d Dt. A delay of 0 is at the end of the step of the spike
// itself. (NEST stamps the same spike t+Dt, and adds it d steps later before it looks
// at the threshold.)
//
// # Same bits
//
// A run gives the same spikes for any number of threads and after Save and Load:
// random numbers belong to the cell and the step, connections to the target cell, and
// what arrives in a cell is added in the order of the spikes' time and source. Sums of
// one step and receptor are in float32. Weights that are drawn at random are kept as one
// of 65,536 levels between the smallest and the largest; those of lists and matrices
// as float32, and constant ones once.
//
// # Theory
//
// Siegert is the rate of an integrate-and-fire cell with noise, and Transfer how it follows
// changes; MeanField the rates at which populations hold each other, whether these stay
// (Stability), and the spectra of the activity. BrunelMeanField is the network above, and
// BrunelPhases its phase diagram.
package network
