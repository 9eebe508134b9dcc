//go:build ignore

// Command Vogels_2011 lets inhibitory synapses learn to balance excitation.
//
//	neurorepl run notebooks/scripts/papers/Vogels_2011.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Vogels et al. 2011: inhibition that learns
	//
	// *Inhibitory plasticity balances excitation and inhibition in sensory pathways and memory networks*, Science 334:1569. Spikes of
	// an inhibitory and an excitatory cell close in time make the synapse between them stronger, in either order, and each spike
	// of the inhibitory cell makes it weaker: it grows until its target fires at a rate of its own choice.

	// %%
	rule := plasticity.NewInhibitorySTDP() // weights in nS
	rule.Eta, rule.Target, rule.Tau, rule.WMax = 0.04, 3, 20, 100
	display.Show(rule)

	// %% [markdown]
	// ## The network
	//
	// A fifth of the paper's 8,000 excitatory and 2,000 inhibitory cells, with as many synapses each: 160 and 40. A current alone makes
	// them fire, and the synapses from inhibitory to excitatory cells begin at nothing. The parameters are those of F. Zenke's program
	// of the network for Brian, with a rate of learning four times as high as there, fast enough to watch.

	// %%
	cell, err := model.Parse(`
		dv/dt = (gL*(El - v) + ge*(0*mV - v) + gi*(-80*mV - v) + I)/(200*pF) : mV (unless refractory)
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = El", Refractory: "5*ms",
		Params:  map[string]string{"gL": "10 nS", "El": "-60 mV", "I": "200 pA"},
		Initial: map[string]string{"v": "-60*mV + 10*mV*rand()"}})
	check(err)
	net := network.Network{
		Name: "Vogels 2011", Seed: 1,
		Populations: []network.Population{{Name: "E", N: 1600, Cell: cell}, {Name: "I", N: 400, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.Bernoulli(0.1), Receptor: "ge", Weight: "0.3*nS"},
			{From: "I", To: "I", Rule: network.Bernoulli(0.1), Receptor: "gi", Weight: "3*nS"},
			{From: "I", To: "E", Rule: network.Bernoulli(0.1), Receptor: "gi", Weight: "0*nS", Plasticity: rule},
		},
	}
	display.Show(net)

	// %% [markdown]
	// ## Learning
	//
	// Twenty seconds, with the weights that learn recorded each half second.

	// %%
	sim, err := net.Build()
	check(err)
	r, err := sim.Run(20000, network.RecordOptions{Weights: []network.WeightProbe{{From: "I", To: "E", Receptor: "gi", Every: 500}}})
	check(err)
	rateE, err := r.PopulationRate("E", 500)
	check(err)
	rateI, err := r.PopulationRate("I", 500)
	check(err)
	mean := r.Weights[0].Mean
	time := plot.Axis{Label: "time", Unit: "ms"}
	display.Show(&plot.Figure{ShareX: true, Height: 11, Panels: []plot.Panel{
		{X: time, Y: plot.Axis{Label: "rate", Unit: "Hz"}, Legend: "upper right", Layers: []plot.Layer{
			{Kind: "line", Name: "E", Color: "blue", X: rateE.Time(), Y: rateE.Y}, {Kind: "line", Name: "I", Color: "red", X: rateI.Time(), Y: rateI.Y}}},
		{X: time, Y: plot.Axis{Label: "mean weight I to E", Unit: "nS"}, Layers: []plot.Layer{{Kind: "line", Color: "red", X: mean.Time(), Y: mean.Y}}},
	}})

	// %% [markdown]
	// ## Before and after
	//
	// At first the cells fire as regularly as their current makes them, and together; with learned inhibition slowly, irregularly and each by
	// itself.

	// %%
	// panel draws the 200 ms before a time.
	panel := func(title string, t1 float64) plot.Panel {
		part, err := r.Window(t1-200, t1)
		check(err)
		some, err := part.Groups(network.Group{Name: "hundred", Population: "E", Cells: network.Range(0, 100)})
		check(err)
		raster, err := some.Raster("hundred")
		check(err)
		p := plot.Raster(raster).Panels[0]
		p.Title, p.Y.Label, p.Layers[0].Color = title, "cell", "blue"
		return p
	}
	display.Show(&plot.Figure{Cols: 2, Width: 20, Height: 8, Panels: []plot.Panel{panel("at first", 500), panel("after 20 s", 20000)}})

	// %%
	w, err := sim.Weights("I", "E", "gi")
	check(err)
	weights := plot.HistN(w, 60)
	weights.Panels[0].X = plot.Axis{Label: "weight I to E", Unit: "nS"}
	weights.Panels[0].Y = plot.Axis{Label: "synapses"}
	display.Show(weights)

	// %% [markdown]
	// ## Paper and here
	//
	// The rule holds each cell at its target rate, here 3 Hz, and the network fires irregularly and without synchrony.

	// %%
	learned, err := sim.Run(2000, network.RecordOptions{})
	check(err)
	e, err := learned.Rate("E", 0)
	check(err)
	cv, err := learned.CV("E", 0)
	check(err)
	together, _, err := learned.Correlation("E", 200, 5, 0)
	check(err)
	early := rateE.Y[0]
	display.Show(table.Table{Title: "Vogels et al. 2011", Cols: []table.Col{
		{Name: "what", Text: []string{"rate of E before, Hz", "rate of E after 20 s, Hz", "CV of intervals after 20 s", "correlation of counts in 5 ms, pairs of E"}},
		{Name: "paper", Text: []string{"high", "3, the target", "irregular (about 1)", "near 0"}},
		{Name: "here", Text: []string{fmt.Sprintf("%.1f", early), fmt.Sprintf("%.1f", e), fmt.Sprintf("%.2f", cv), fmt.Sprintf("%.3f", together)}},
	}})
}
