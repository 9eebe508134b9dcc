//go:build ignore

// Command explore moves parameters by hand: in a notebook with sliders, here
// with one picture for each.
//
//	neurorepl run notebooks/scripts/explore.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/ui"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Moving parameters by hand
	//
	// `ui.Interact` shows controls and calls a function with their values; when one is moved, the function runs again and
	// its figure changes. JupyterLab shows the controls where the package `jupyterlab_widgets` is installed; elsewhere
	// the values stand above the figure.

	// %% [markdown]
	// ## Current and blocked channels
	//
	// The squid axon is silent below about 6 µA/cm². Tetrodotoxin blocks sodium channels: no spikes, however strong the
	// current. Tetraethylammonium blocks potassium channels: the axon stays depolarised after its first spike.

	// %%
	check(ui.Interact(func(amp float64, block string) (*neuron.Result, error) {
		axon := neuron.NewHH()
		switch block {
		case "sodium (TTX)":
			axon.GNa = 0
		case "potassium (TEA)":
			axon.GK = 0
		}
		return axon.Simulate(stim.Step(amp, 20, 120), 140, 0.01)
	},
		ui.Slider("I (µA/cm²)", 0, 40, 10),
		ui.Select("blocked", "nothing", "sodium (TTX)", "potassium (TEA)")))

	// %% [markdown]
	// ## Through a spike
	//
	// One spike, as the way of the membrane potential and of the potassium activation n. Play runs through it.

	// %%
	spike, err := neuron.NewHH().Simulate(stim.Pulses(30, 1, 2), 25, 0.01)
	check(err)
	v, n := spike.V.Y, spike.States[0].Y
	check(ui.Interact(func(t float64) *plot.Figure {
		at := min(int(t/spike.V.Dt), len(v)-1)
		f := plot.Line(v, n)
		f.Width, f.Height = 11, 8
		p := &f.Panels[0]
		p.Title = fmt.Sprintf("t = %.2f ms: V = %.1f mV, n = %.3f", t, v[at], n[at])
		p.X = plot.Axis{Label: "V", Unit: "mV", Min: -85, Max: 45}
		p.Y = plot.Axis{Label: "n", Min: 0.2, Max: 0.85}
		p.Layers = append(p.Layers, plot.Layer{Kind: "points", X: v[at : at+1], Y: n[at : at+1]})
		return f
	}, ui.Play("t (ms)", 0, 25, 0.25)))

	// %% [markdown]
	// ## A dose and its effect
	//
	// Concentrations are moved on a logarithmic scale.

	// %%
	check(ui.Interact(func(ec50, hill float64) (pharm.Curve, error) {
		return pharm.HillCurve(100, ec50, hill, 0.01, 100)
	},
		ui.LogSlider("EC50 (µM)", 0.1, 10, 1),
		ui.Slider("Hill coefficient", 0.5, 4, 1)))
}
