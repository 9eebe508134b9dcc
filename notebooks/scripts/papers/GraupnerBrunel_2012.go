//go:build ignore

// Command GraupnerBrunel_2012 shows plasticity that depends on the calcium which
// spikes bring.
//
//	neurorepl run notebooks/scripts/papers/GraupnerBrunel_2012.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
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
	// # Graupner and Brunel 2012: plasticity by calcium
	//
	// *Calcium-based plasticity model explains sensitivity of synaptic changes to spike pattern, rate, and dendritic location*,
	// PNAS 109:3991. Spikes of both cells bring calcium; above one threshold it depresses a bistable synapse, above a higher one
	// it potentiates. A pair of spikes, pre 10 ms before post, and the efficacy that it pushes up a little:

	// %%
	rule := plasticity.NewGraupnerBrunel()
	quiet := rule
	quiet.Sigma = 0
	ca, efficacy, err := quiet.Traces(0.5, neuro.Spikes{50}, neuro.Spikes{60}, 250, 0.5, 1)
	check(err)
	efficacy.Name = "efficacy"
	f := plot.Grid(plot.Trace(ca), plot.Trace(efficacy))
	f.Panels[0].Layers = append(f.Panels[0].Layers,
		plot.Layer{Kind: "hline", Name: "potentiation", Y: []float64{rule.ThetaP}, Color: "orange"},
		plot.Layer{Kind: "hline", Name: "depression", Y: []float64{rule.ThetaD}, Color: "sky"})
	display.Show(f)

	// %% [markdown]
	// ## Noise
	//
	// 60 pairs at 1 Hz, pre 10 ms before post, on 12 synapses that begin DOWN. Afterwards each goes to the nearer stable state.

	// %%
	pre, post := plasticity.Pairing(60, 1, 10)
	var trials []neuro.Trace
	for seed := range 12 {
		_, rho, err := rule.Traces(0, pre, post, 2400000, 1000, uint64(seed))
		check(err)
		rho.Name = ""
		trials = append(trials, rho)
	}
	noisy := plot.Trace(trials...)
	noisy.Title, noisy.Height = "efficacy of 12 synapses", 6
	noisy.Panels[0].Legend = "off"
	display.Show(noisy)

	// %% [markdown]
	// ## Windows
	//
	// The strength of a population of synapses, half of which begin UP, after 60 pairs at 1 Hz: the closed form (lines) and what
	// the authors' own simulation of 1000 synapses gave (points, with two standard errors), for the six sets of Figure 2. The
	// closed form neglects the drift to the stable states, as the paper's lines do.

	// %%
	at := []float64{-40, -25, -10, 0, 5, 10, 20, 40}
	authors := []struct {
		set   string
		after []float64
	}{
		{"DP", []float64{0.827, 0.719, 0.885, 0.994, 1.237, 1.227, 1.188, 1.083}},
		{"P", []float64{1.053, 1.069, 1.225, 1.246, 1.259, 1.219, 1.059, 1.017}},
		{"DPD", []float64{1.000, 1.000, 0.863, 0.997, 1.159, 0.955, 0.879, 1.000}},
		{"D", []float64{1.000, 1.000, 1.000, 0.659, 0.991, 1.000, 1.000, 1.000}},
		{"DPD'", []float64{0.894, 0.837, 0.779, 1.034, 1.146, 0.971, 0.889, 0.946}},
		{"D'", []float64{0.840, 0.779, 0.739, 0.792, 0.817, 0.830, 0.875, 0.914}},
	}
	windows := &plot.Figure{Cols: 2, Height: 15, ShareX: true}
	worst := map[string]float64{}
	for _, a := range authors {
		p, err := plasticity.GraupnerBrunelSet(a.set)
		check(err)
		line := plot.Layer{Kind: "line", Color: "blue"}
		for dt := -60.0; dt <= 60; dt += 0.5 {
			pre, post := plasticity.Pairing(60, 1, dt)
			y, err := p.Strength().Run(1, pre, post)
			check(err)
			line.X, line.Y = append(line.X, dt), append(line.Y, y)
		}
		bars := plot.Layer{Kind: "errors", X: at, Color: "black"}
		for k, dt := range at {
			pre, post := plasticity.Pairing(60, 1, dt)
			up, down, err := p.Strength().Switch(pre, post)
			check(err)
			se := 4.0 / 6 * math.Sqrt((up*(1-up)+down*(1-down))/1000)
			bars.Y, bars.Y2 = append(bars.Y, a.after[k]-2*se), append(bars.Y2, a.after[k]+2*se)
			y, err := p.Strength().Run(1, pre, post)
			check(err)
			worst[a.set] = math.Max(worst[a.set], math.Abs(y-a.after[k]))
		}
		windows.Panels = append(windows.Panels, plot.Panel{Title: a.set, X: plot.Axis{Label: "t post − t pre", Unit: "ms"}, Y: plot.Axis{Label: "strength"},
			Layers: []plot.Layer{{Kind: "hline", Y: []float64{1}, Color: "grey"}, line, bars, {Kind: "points", X: at, Y: a.after, Color: "black", Size: 3}}})
	}
	display.Show(windows)

	// %% [markdown]
	// ## Frequency
	//
	// The fit to visual cortex (Figure 4; measurements of Sjöström, Turrigiano and Nelson 2001): 15 bursts, 10 s apart, of 5 pairs
	// at a frequency, and as many pairs at 0.1 Hz, as in the authors' program.

	// %%
	cortex, err := plasticity.GraupnerBrunelSet("cortical slices")
	check(err)
	protocol := func(hz, dt float64) (pre, post neuro.Spikes) {
		if hz < 1 {
			return plasticity.Pairing(75, hz, dt)
		}
		for burst := range 15 {
			a, b := plasticity.Pairing(5, hz, dt)
			for k := range a {
				pre, post = append(pre, a[k]+10000*float64(burst)), append(post, b[k]+10000*float64(burst))
			}
		}
		return pre, post
	}
	change := func(hz, dt float64) float64 {
		pre, post := protocol(hz, dt)
		y, err := cortex.Strength().Run(1, pre, post)
		check(err)
		return y - 1
	}
	hz := []float64{0.1, 10, 20, 40, 50}
	data := map[float64][]float64{10: {-0.04, 0.14, 0.29, 0.53, 0.56}, -10: {-0.29, -0.41, -0.34, 0.56, 0.75}}
	sem := map[float64][]float64{10: {0.05, 0.10, 0.14, 0.11, 0.26}, -10: {0.08, 0.11, 0.10, 0.32, 0.19}}
	color := map[float64]string{10: "blue", -10: "red"}
	label := map[float64]string{10: "pre 10 ms before post", -10: "post 10 ms before pre"}
	panel := plot.Panel{X: plot.Axis{Label: "frequency of pairs", Unit: "Hz"}, Y: plot.Axis{Label: "change of strength"}, Legend: "upper left"}
	var rows, paper, here, off []string
	for _, dt := range []float64{10, -10} {
		line := plot.Layer{Kind: "line", Name: label[dt], Color: color[dt]}
		for f := 2.0; f <= 55; f += 0.5 {
			line.X, line.Y = append(line.X, f), append(line.Y, change(f, dt))
		}
		bars := plot.Layer{Kind: "errors", X: hz, Color: color[dt]}
		for k, f := range hz {
			x, y, s := change(f, dt), data[dt][k], sem[dt][k]
			bars.Y, bars.Y2 = append(bars.Y, y-s), append(bars.Y2, y+s)
			rows = append(rows, fmt.Sprintf("cortex, %g Hz, %s", f, label[dt]))
			paper, here = append(paper, fmt.Sprintf("%+.2f ± %.2f", y, s)), append(here, fmt.Sprintf("%+.2f", x))
			off = append(off, fmt.Sprintf("%.1f standard errors", math.Abs(x-y)/s))
		}
		panel.Layers = append(panel.Layers, line, bars, plot.Layer{Kind: "points", X: hz, Y: data[dt], Color: color[dt], Size: 3})
	}
	display.Show(&plot.Figure{Title: "closed form (lines) and measurements (points)", Panels: []plot.Panel{panel}})

	// %% [markdown]
	// ## Paper and here

	// %%
	for _, a := range authors {
		p, err := plasticity.GraupnerBrunelSet(a.set)
		check(err)
		const k = 5 // 10 ms
		pre, post := plasticity.Pairing(60, 1, at[k])
		y, err := p.Strength().Run(1, pre, post)
		check(err)
		rows = append(rows, fmt.Sprintf("set %s, %+g ms, 60 pairs at 1 Hz", a.set, at[k]))
		paper, here = append(paper, fmt.Sprintf("%+.3f", a.after[k]-1)), append(here, fmt.Sprintf("%+.3f", y-1))
		off = append(off, fmt.Sprintf("%.3f, at most %.3f in the window", math.Abs(y-a.after[k]), worst[a.set]))
	}
	display.Show(table.Table{Title: "Graupner and Brunel 2012: change of strength", Cols: []table.Col{
		{Name: "protocol", Text: rows}, {Name: "paper", Text: paper}, {Name: "here", Text: here}, {Name: "off by", Text: off},
	}})
}
