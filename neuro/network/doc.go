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
// random numbers belong to the cell and the step, connections to the source and a block of
// targets, and what arrives in a cell is added in the order of the spikes' time and source. Sums of
// one step and receptor are in float32. Weights that are drawn at random are kept as one
// of 65,536 levels between the smallest and the largest that their formula can give; those of lists and matrices
// as float32, and constant ones once.
//
// # Synapses that change
//
// Projection.Plasticity is a rule of package plasticity, as a value, whose weights are in
// the natural unit of the receptor; the rules' own comments have their equations,
// units and papers. A synapse sees a spike of its source when it arrives, after the delay,
// and one of its target at once. It changes when something happens to it, not at every
// step, and takes, with its number of the target:
//
//	STDP, Weighted, InhibitorySTDP    6 bytes   all pairs or the nearest; additive to multiplicative
//	Triplet                           6 bytes
//	SpikingBCM                        6 bytes   rate and sliding threshold are the target's
//	Clopath                           6 bytes   and 4.5 kB for each target, whose potential (mV) is filtered in every step
//	GraupnerBrunel                    6 bytes   10 where the weights of DOWN synapses differ
//	RewardSTDP                       10 bytes   weight and eligibility
//
// besides 16 to 40 bytes for all synapses of a source with the same delay and 0.3 kB for
// each target. Spikes of a trace pair with all before them, STDP.Window or not. With
// GraupnerBrunel, Weight is that of a DOWN synapse, an UP one is B times as strong, and the
// share Beta of the synapses, drawn at random, begins DOWN; the noise of Sigma belongs to the
// synapse and its last event. With
// RewardSTDP, Projection.Dopamine says where rewards come from, and Simulation.Reward gives
// one between two runs; weights are bounded at spikes, and at least every four TauC.
//
// Projection.Scaling is homeostasis (SynapticScaling), alone or besides a rule: each cell
// scales all its synapses of the projection by its own rate, a hundred times in Tau. Give
// it to all projections onto a cell that it is to scale.
//
// Projection.ShortTerm is depression and facilitation (package synapse), alone or besides
// the others: the state belongs to the source and the delay, 12 bytes, so that a spike costs
// hardly more than without. Where ShortTermParams differ from synapse to synapse, each has
// its own parameters and state, 8 to 20 bytes more.
//
// Hebb's rule, BCM, Oja's and Sanger's are for the rates of linear units, and
// TagTriggerConsolidation for hours; they are not for projections.
//
// RecordOptions.Weights records weights over time, Simulation.Connections, Weights,
// MeanWeight and WeightMatrix return them as they are.
//
// # Recording
//
// Run keeps the spikes, and what RecordOptions asks for: States of cells or their mean,
// variables as well as formulas of them such as the current "ge*(0*mV - v)"; Weights over
// time; and LFP, proxies of the local field potential. Result.Plot draws them under each
// other, and Live does so while the network runs.
//
// # Beyond memory
//
// The synapses of a Projection that is Procedural are drawn again whenever their source
// fires, instead of being stored; spikes, Connections and checkpoints are the same to the bit.
// It takes 4 bytes for a source and a block of targets, of which there are 16 or a few more,
// and a multiple of the processor time of a stored synapse: 10 ns where weight and delay are
// constant, 40 where both are drawn. Network.Count tells both sizes before anything is
// built. A fixed in-degree is exact: its connections are a keyed permutation of all places of
// a block, of which a source's row is a part. Lists take the memory of their pairs, and
// FixedOutDegree without Multapses draws a row whole for each part of the network. Refused are
// synapses that change, and FixedInDegree without Multapses. What arrives in one receptor from
// one population is stored or procedural together.
//
// # Long runs
//
// With RecordOptions.File spikes go to a file as they are fired, and with StatesFile the
// samples of States; the memory that a run needs does not grow with them. ReadSpikes,
// ReadStates and ReadStatesWindow read what is there, also after the program was killed.
// RecordOptions.Quiet only counts.
//
// # Theory
//
// Siegert is the rate of an integrate-and-fire cell with noise, and Transfer how it follows
// changes; MeanField the rates at which populations hold each other, whether these stay
// (Stability), and the spectra of the activity. BrunelMeanField is the network above, and
// BrunelPhases its phase diagram.
package network
