//go:build ignore

// Command SongMillerAbbott_2000 lets the synapses of a cell compete by the timing of spikes.
//
//	neurorepl run notebooks/scripts/papers/SongMillerAbbott_2000.go
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
	// # Song, Miller and Abbott 2000: synapses compete by the timing of spikes
	//
	// *Competitive Hebbian learning through spike-timing-dependent synaptic plasticity*, Nat Neurosci 3:919. A synapse that is active
	// just before its cell fires grows by 0.5 % of the largest strength, and one that is active just after shrinks a little more
	// (by 1.05 times as much). Of a thousand synapses that begin alike some become strong, the others nearly nothing.

	// %%
	const gMax = 0.015 // in units of the leak conductance
	rule := plasticity.NewSTDP()
	rule.APlus, rule.AMinus, rule.WMax = 0.005*gMax, 1.05*0.005*gMax, gMax
	display.Show(rule)

	// %% [markdown]
	// ## The cell
	//
	// A thousand excitatory inputs fire at random, and 200 inhibitory ones at 10 Hz with constant strength. At first the synapses
	// are anything up to the largest strength, so that the excitation is far above what the inhibition can hold. The inputs fire at 20 Hz.

	// %%
	cell, err := model.Parse(`
		dv/dt = (-70*mV - v + ge*(0*mV - v) + gi*(-70*mV - v))/(20*ms) : mV
		dge/dt = -ge/(5*ms) : 1
		dgi/dt = -gi/(5*ms) : 1
	`, model.Options{Threshold: "v > -54*mV", Reset: "v = -60*mV", Initial: map[string]string{"v": "-60*mV"}})
	check(err)
	// song builds the cell with inputs of a rate, Hz.
	song := func(hz float64) *network.Simulation {
		net := network.Network{Name: "Song 2000", Seed: 1, Dt: 0.5,
			Populations: []network.Population{{Name: "cell", N: 1, Cell: cell}, {Name: "in", N: 1000, Rate: fmt.Sprintf("%g*Hz", hz)}},
			Projections: []network.Projection{{From: "in", To: "cell", Rule: network.AllToAll(), Receptor: "ge",
				Weight: fmt.Sprintf("%g*rand()", gMax), Plasticity: rule}},
			Background: []network.Background{{To: "cell", Receptor: "gi", N: 200, Rate: "10*Hz", Weight: "0.05"}},
		}
		sim, err := net.Build()
		check(err)
		return sim
	}
	// share returns how many in a hundred weights are above half of the largest.
	share := func(w []float64) float64 {
		n := 0.0
		for _, x := range w {
			if x > gMax/2 {
				n += 100 / float64(len(w))
			}
		}
		return n
	}
	record := network.RecordOptions{Quiet: []string{"in"}}
	sim := song(20)
	var panels []plot.Panel
	for _, s := range []float64{0, 10, 30, 100} {
		_, err := sim.Run(s*1000-sim.Time(), record)
		check(err)
		w, err := sim.Weights("in", "cell", "ge")
		check(err)
		for i := range w {
			w[i] /= gMax
		}
		f := plot.HistN(w, 20)
		p := f.Panels[0]
		p.Title = fmt.Sprintf("after %g s", s)
		p.X, p.Y = plot.Axis{Label: "strength / largest", Min: 0, Max: 1}, plot.Axis{Label: "synapses"}
		panels = append(panels, p)
	}
	display.Show(&plot.Figure{Cols: 4, Width: 24, Height: 6, Panels: panels})

	// %% [markdown]
	// ## The rate of the inputs
	//
	// The faster the inputs, the fewer of them stay strong: the cell holds its own rate, and is driven by chance coincidences of its
	// inputs rather than by their mean, so that it fires irregularly.

	// %%
	rates := []float64{15, 25, 40}
	fires := plot.Layer{Kind: "line", Name: "after learning", Color: "blue"}
	begins := plot.Layer{Kind: "line", Name: "at first", Color: "grey"}
	strong := plot.Layer{Kind: "line", Color: "red"}
	var cvs []float64
	for _, hz := range rates {
		sim := song(hz)
		r, err := sim.Run(1000, record)
		check(err)
		first, err := r.Rate("cell", 0)
		check(err)
		_, err = sim.Run(85000, record)
		check(err)
		r, err = sim.Run(15000, record)
		check(err)
		last, err := r.Rate("cell", 0)
		check(err)
		cv, err := r.CV("cell", 0)
		check(err)
		w, err := sim.Weights("in", "cell", "ge")
		check(err)
		fires.X, fires.Y = append(fires.X, hz), append(fires.Y, last)
		begins.X, begins.Y = append(begins.X, hz), append(begins.Y, first)
		strong.X, strong.Y = append(strong.X, hz), append(strong.Y, share(w))
		cvs = append(cvs, cv)
	}
	input := plot.Axis{Label: "rate of the inputs", Unit: "Hz"}
	display.Show(&plot.Figure{Cols: 2, Width: 20, Height: 7, Panels: []plot.Panel{
		{X: input, Y: plot.Axis{Label: "rate of the cell", Unit: "Hz"}, Layers: []plot.Layer{begins, fires}},
		{X: input, Y: plot.Axis{Label: "synapses above half", Unit: "%"}, Layers: []plot.Layer{strong}},
	}})

	// %% [markdown]
	// ## Paper and here
	//
	// The paper shows these as figures; its words stand beside the numbers here.

	// %%
	// span writes the first and the last of some numbers.
	span := func(y []float64, digits int) string {
		return fmt.Sprintf("%.*f to %.*f", digits, y[0], digits, y[len(y)-1])
	}
	display.Show(table.Table{Title: "Song, Miller and Abbott 2000, inputs of 15 to 40 Hz", Cols: []table.Col{
		{Name: "what", Text: []string{"weights", "rate of the cell at first, Hz", "rate of the cell after learning, Hz", "synapses above half of the largest, %", "CV of intervals"}},
		{Name: "paper", Text: []string{"bimodal, most near the bounds", "", "depends little on that of the inputs", "fewer with faster inputs", "irregular"}},
		{Name: "here", Text: []string{"bimodal", span(begins.Y, 0), span(fires.Y, 0), span(strong.Y, 0), span(cvs, 2)}},
	}})
}
