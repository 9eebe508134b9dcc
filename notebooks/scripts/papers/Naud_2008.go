//go:build ignore

// Command Naud_2008 shows the eight firing patterns of the adaptive exponential
// integrate-and-fire neuron.
//
//	neurorepl run notebooks/scripts/papers/Naud_2008.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/stim"
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
	// # Naud et al. 2008: firing patterns of the adaptive exponential integrate-and-fire neuron
	//
	// *Firing patterns in the adaptive exponential integrate-and-fire model*, Biol Cybern 99:335, Table 1: eight sets of
	// parameters, each under a step of current.

	// %%
	fig := &plot.Figure{Cols: 2, Width: 20, Height: 20}
	does := []string{"regular, no adaptation", "intervals grow", "a burst, then single spikes", "bursts that repeat",
		"intervals shrink after a delay", "bursts after a delay", "stops after the first spikes", "intervals never repeat"}
	var here []string
	for _, name := range neuron.AdExSets() {
		cell, amp, err := neuron.AdExSet(name)
		check(err)
		r, err := cell.Simulate(stim.Const(amp), 500, 0.02)
		check(err)
		spikes := plot.Layer{Kind: "points", Color: "red", Size: 2}
		for _, s := range r.Spikes {
			spikes.X, spikes.Y = append(spikes.X, s), append(spikes.Y, 5)
		}
		fig.Panels = append(fig.Panels, plot.Panel{
			Title: fmt.Sprintf("%s, %g pA", name, amp),
			X:     plot.Axis{Label: "time", Unit: "ms"}, Y: plot.Axis{Label: "V", Unit: "mV", Min: -80, Max: 12},
			Layers: []plot.Layer{{Kind: "line", X: r.V.Time(), Y: r.V.Y, Color: "blue"}, spikes},
		})
		text := fmt.Sprintf("%d spikes", r.Count())
		if n := r.Count(); n > 2 {
			s := r.Spikes
			text += fmt.Sprintf(", first at %.0f ms; intervals %.0f, %.0f ... %.0f, %.0f ms", s[0], s[1]-s[0], s[2]-s[1], s[n-2]-s[n-3], s[n-1]-s[n-2])
		} else if n > 0 {
			text += fmt.Sprintf(", at %.0f ms", r.Spikes[0])
		}
		here = append(here, text)
	}
	display.Show(fig)

	// %% [markdown]
	// ## Why a burst ends
	//
	// In the phase plane of the bursting cell the reset lies beyond the right branch of the V-nullcline until w has grown.

	// %%
	cell, amp, err := neuron.AdExSet("regular bursting")
	check(err)
	r, err := cell.Simulate(stim.Const(amp), 300, 0.02)
	check(err)
	plane, err := neuron.NewPhasePlane(cell, amp, -65, -38)
	check(err)
	v := append([]float64(nil), r.V.Y...)
	for k := 1; k < len(v); k++ {
		if r.V.Y[k] == cell.VReset {
			v[k-1] = math.NaN() // the line ends where a spike resets V
		}
	}
	f := plane.Plot()
	f.Panels[0].Layers = append(f.Panels[0].Layers, plot.Layer{Kind: "line", Name: "run", X: v, Y: r.States[0].Y, Color: "grey"})
	f.Panels[0].X.Min, f.Panels[0].X.Max, f.Panels[0].Y.Min, f.Panels[0].Y.Max = -65, -38, -50, 400
	display.Show(f)

	// %%
	display.Show(table.Table{Title: "Naud et al. 2008, Table 1", Cols: []table.Col{
		{Name: "pattern", Text: neuron.AdExSets()}, {Name: "paper", Text: does}, {Name: "here", Text: here},
	}})
}
