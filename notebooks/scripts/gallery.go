//go:build ignore

// Command gallery draws the figures of the field, one after the other.
//
//	neurorepl run notebooks/scripts/gallery.go
package main

import (
	"log"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Gallery
	//
	// Look for a picture first, then for the function: every figure stands below its name and the name of the function
	// that draws it, with the lines that made it. Data are real where a recording comes with the program, otherwise
	// simulated with a fixed seed. `neurorepl doc -gallery` has the same list in a terminal.

	// %% [markdown]
	// ## Cells

	// %% [markdown]
	// ### Voltage trace with spikes and stimulus
	//
	// `neuron.Result.Plot`: the membrane potential of the squid axon (Hodgkin and Huxley 1952), a mark above each spike,
	// and the current that it got.

	// %%
	hh := neuron.NewHH()
	cell, err := hh.Simulate(stim.Step(10, 20, 120), 140, 0.01)
	check(err)
	display.Show(cell.Plot())

	// %% [markdown]
	// ### Phase plane with nullclines
	//
	// `plot.PhasePlane`: the model of FitzHugh (1961) and Nagumo with a current of 0.5. Where the nullclines cross nothing
	// moves; this crossing is not stable, and the state runs around it.

	// %%
	fitzHugh := func(v, w float64) (dv, dw float64) {
		return v - v*v*v/3 - w + 0.5, 0.08 * (v + 0.7 - 0.8*w)
	}
	v, w := []float64{-1}, []float64{1}
	for i := 0; i < 1200; i++ {
		dv, dw := fitzHugh(v[i], w[i])
		v, w = append(v, v[i]+0.1*dv), append(w, w[i]+0.1*dw)
	}
	plane := plot.PhasePlane(fitzHugh, -2.5, 2.5, -1, 2)
	plane.Panels[0].X.Label, plane.Panels[0].Y.Label = "membrane variable v", "recovery variable w"
	plane.Panels[0].Layers = append(plane.Panels[0].Layers, plot.Layer{Kind: "line", Name: "trajectory", X: v, Y: w, Color: "black"})
	display.Show(plane)

	// %% [markdown]
	// ### f-I curve
	//
	// `neuron.FI.Plot`: the firing rate over the current.

	// %%
	var amps []float64
	for a := 0.0; a <= 20; a++ {
		amps = append(amps, a)
	}
	fi, err := neuron.FICurve(hh, amps, 500, 0.02)
	check(err)
	display.Show(fi.Plot())

	// %% [markdown]
	// ### STDP window
	//
	// `plasticity.STDP.Plot`: the change of weight by one pair of spikes (Song, Miller and Abbott 2000).

	// %%
	display.Show(plasticity.NewSTDP().Plot())

	// %% [markdown]
	// ## Spike trains

	// %% [markdown]
	// ### Raster with peri-stimulus time histogram
	//
	// `spikes.PeriStimulus.Plot`: forty trials of an integrate-and-fire cell in noise, with a stronger current from 200 to
	// 500 ms. The band is one standard error over trials.

	// %%
	lif := neuron.NewLIF()
	var trials []neuro.Spikes
	for seed := uint64(1); seed <= 40; seed++ {
		r, err := lif.Simulate(stim.Sum(stim.OU(1.8, 0.5, 10, seed), stim.Step(0.5, 200, 500)), 800, 0.1)
		check(err)
		trials = append(trials, r.Spikes)
	}
	psth, err := spikes.PSTH(trials, 20, 0, 800)
	check(err)
	display.Show(psth.Plot())

	// %% [markdown]
	// ### ISI histogram
	//
	// `spikes.Histogram.Plot`: intervals of a receptor in a grasshopper's ear (Rokem et al. 2006).

	// %%
	receptor, err := dataset.Grasshopper(1)
	check(err)
	intervals, err := spikes.ISIHistogram(receptor.Spikes, 1, 40)
	check(err)
	display.Show(intervals.Plot())

	// %% [markdown]
	// ### Correlogram
	//
	// `spikes.Histogram.Plot`: the rate of the same receptor around its own spikes.

	// %%
	auto, err := spikes.AutoCorrelogram(receptor.Spikes, 1, 50)
	check(err)
	display.Show(auto.Plot())
}
