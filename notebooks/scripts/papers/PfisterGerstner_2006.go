//go:build ignore

// Command PfisterGerstner_2006 shows how triplets of spikes explain the effect of
// frequency on plasticity.
//
//	neurorepl run notebooks/scripts/papers/PfisterGerstner_2006.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
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
	// # Pfister and Gerstner 2006: triplets of spikes
	//
	// *Triplets of spikes in a model of spike timing-dependent plasticity*, J Neurosci 26:9673. In visual cortex, 60 pairs 10 ms
	// apart depress or do little at low frequency and potentiate at high frequency, whichever spike comes first (Sjöström,
	// Turrigiano and Nelson 2001, Neuron 32:1149). Pairs cannot explain this; the minimal triplet rule with its three
	// amplitudes and time constants does.

	// %%
	hz := []float64{0.1, 10, 20, 40, 50}
	data := map[float64][]float64{10: {-0.04, 0.14, 0.29, 0.53, 0.56}, -10: {-0.29, -0.41, -0.34, 0.56, 0.75}}
	sem := map[float64][]float64{10: {0.05, 0.10, 0.14, 0.11, 0.26}, -10: {0.08, 0.11, 0.10, 0.32, 0.19}}
	rule := plasticity.NewTriplet()
	var fine []float64
	for f := 0.1; f <= 50.05; f += 0.5 {
		fine = append(fine, f)
	}
	panel := plot.Panel{X: plot.Axis{Label: "frequency of pairs", Unit: "Hz"}, Y: plot.Axis{Label: "change of weight"}}
	color := map[float64]string{10: "blue", -10: "red"}
	label := map[float64]string{10: "pre 10 ms before post", -10: "post 10 ms before pre"}
	var rows, paper, here, within []string
	for _, dt := range []float64{10, -10} {
		c, err := plasticity.FrequencyCurve(rule, fine, 1, 60, dt)
		check(err)
		at, err := plasticity.FrequencyCurve(rule, hz, 1, 60, dt)
		check(err)
		bars := plot.Layer{Kind: "errors", X: hz, Color: color[dt]}
		for k, y := range data[dt] {
			s := sem[dt][k]
			bars.Y, bars.Y2 = append(bars.Y, y-s), append(bars.Y2, y+s)
			rows = append(rows, fmt.Sprintf("%g Hz, %s", hz[k], label[dt]))
			paper = append(paper, fmt.Sprintf("%+.2f ± %.2f", y, s))
			here = append(here, fmt.Sprintf("%+.2f", at.Change[k]))
			within = append(within, fmt.Sprintf("%.1f", math.Abs(at.Change[k]-y)/s))
		}
		panel.Layers = append(panel.Layers, plot.Layer{Kind: "line", Name: label[dt], X: fine, Y: c.Change, Color: color[dt]},
			bars, plot.Layer{Kind: "points", X: hz, Y: data[dt], Color: color[dt], Size: 3})
	}
	display.Show(&plot.Figure{Title: "60 pairs: model (lines) and measurements (points)", Panels: []plot.Panel{panel}})

	// %%
	display.Show(table.Table{Title: "Pfister and Gerstner 2006, visual cortex", Cols: []table.Col{
		{Name: "protocol", Text: rows}, {Name: "paper: measured", Text: paper}, {Name: "here", Text: here}, {Name: "off by standard errors", Text: within},
	}})
}
