//go:build ignore

// Command Izhikevich_2004 shows the twenty things that a single neuron can do.
//
//	neurorepl run notebooks/scripts/papers/Izhikevich_2004.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
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
	// # Izhikevich 2004: twenty features of single neurons
	//
	// *Which model to use for cortical spiking neurons?* IEEE Trans Neural Netw 15:1063, figure 1: one model of two variables
	// with four parameters shows them all. The parameters and inputs are those of the program that came with the paper, and
	// so are the steps of the traces drawn here.

	// %%
	fig := &plot.Figure{Cols: 4, Width: 24, Height: 24}
	does := map[string]string{
		"A": "fires as long as the current lasts", "B": "one spike at the onset", "C": "bursts as long as the current lasts", "D": "one burst at the onset",
		"E": "a burst, then single spikes", "F": "fires, slower and slower", "G": "fires at any low rate", "H": "begins at a high rate", "I": "a late spike",
		"J": "rings after a spike", "K": "fires at the right interval of pulses only", "L": "fires at near pulses only", "M": "one spike after inhibition",
		"N": "a burst after inhibition", "O": "weak input fires only after inhibition", "P": "a pulse begins firing, a pulse ends it", "Q": "a depolarised after-potential",
		"R": "a fast ramp fires, a slow one does not", "S": "fires while inhibited", "T": "bursts while inhibited",
	}
	var letter, name, paper, coarse, fine []string
	for _, p := range neuron.IzhikevichPatterns() {
		r, err := p.Published()
		check(err)
		v := r.V
		in := make([]float64, len(v.Y))
		p.In.Fill(in, 0, v.Dt)
		lo, hi := in[0], in[0]
		for _, x := range in {
			lo, hi = min(lo, x), max(hi, x)
		}
		for k := range in {
			in[k] = -95 + 12*(in[k]-lo)/(hi-lo)
		}
		for _, s := range r.Spikes { // spikes are drawn up to 30 mV
			v.Y[int(math.Round(s/v.Dt))+1] = 30
		}
		fig.Panels = append(fig.Panels, plot.Panel{
			Title: p.Letter + " " + p.Name,
			X:     plot.Axis{Min: 0, Max: p.Dur}, Y: plot.Axis{Min: -100, Max: 40},
			Layers: []plot.Layer{{Kind: "line", X: v.Time(), Y: v.Y, Color: "blue"}, {Kind: "line", X: v.Time(), Y: in, Color: "grey"}},
		})
		c, err := p.Cell.Simulate(p.In, p.Dur, 0.05)
		check(err)
		letter, name, paper = append(letter, p.Letter), append(name, p.Name), append(paper, does[p.Letter])
		coarse, fine = append(coarse, fmt.Sprint(r.Count())), append(fine, fmt.Sprint(c.Count()))
	}
	display.Show(fig)

	// %% [markdown]
	// The program takes Euler steps of 0.1 to 0.5 ms, and three patterns exist with such steps only: when the equations are
	// solved (Runge-Kutta, 0.05 ms), P is not switched off by its second pulse, Q fires on, and T does not stop.

	// %%
	display.Show(table.Table{Title: "Izhikevich 2004, figure 1", Cols: []table.Col{
		{Name: "panel", Text: letter}, {Name: "pattern", Text: name}, {Name: "paper", Text: paper},
		{Name: "here: spikes with the paper's steps", Text: coarse}, {Name: "spikes when solved", Text: fine},
	}})
}
