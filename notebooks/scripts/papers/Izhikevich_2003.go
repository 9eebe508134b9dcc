//go:build ignore

// Command Izhikevich_2003 shows the rhythms of a thousand simple neurons.
//
//	neurorepl run notebooks/scripts/papers/Izhikevich_2003.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/signal"
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
	// # Izhikevich 2003: rhythms of a thousand simple neurons
	//
	// *Simple model of spiking neurons*, IEEE Trans Neural Netw 14:1569. 800 excitatory cells, from regular spiking to chattering, and 200
	// inhibitory ones, each connected with each at random, under a noise that is drawn anew in each millisecond. They fire together
	// in episodes of about 10 and 40 Hz, though no cell has such a rhythm of its own.
	//
	// The program that the paper prints takes two steps of 0.5 ms for v and then one of 1 ms for u; a weight is a current for 1 ms. Here
	// both have steps of 0.5 ms, a weight moves v at once and after 1 ms, and the noise of each step is stronger by the root of 2.

	// %%
	cell, err := model.Parse(`
		dv/dt = (0.04*(v/mV)**2 + 5*v/mV + 140 - u + sqrt(2)*noise*x)*mV/ms : mV
		du/dt = a*(b*v/mV - u)/ms : 1
		x = randn() : 1 (constant over dt)
		r : 1
		a : 1
		b : 1
		c : mV
		d : 1
		noise : 1
	`, model.Options{Threshold: "v >= 30*mV", Reset: "v = c; u += d", Method: "euler",
		Initial: map[string]string{"v": "-65*mV", "u": "b*v/mV", "r": "rand()"}})
	check(err)
	net := network.Network{
		Name: "Izhikevich 2003", Seed: 1, Dt: 0.5,
		Populations: []network.Population{
			{Name: "E", N: 800, Cell: cell, Initial: map[string]string{"a": "0.02", "b": "0.2", "c": "-65*mV + 15*mV*r**2", "d": "8 - 6*r**2", "noise": "5"}},
			{Name: "I", N: 200, Cell: cell, Initial: map[string]string{"a": "0.02 + 0.08*r", "b": "0.25 - 0.05*r", "c": "-65*mV", "d": "2", "noise": "2"}},
		},
		Projections: []network.Projection{
			{From: "E", Rule: network.AllToAll(), Receptor: "v", Weight: "0.5*mV*rand()", Delay: "1*ms"},
			{From: "I", Rule: network.AllToAll(), Receptor: "v", Weight: "-1*mV*rand()", Delay: "1*ms"},
		},
	}
	display.Show(net)

	// %% [markdown]
	// ## Figure 3
	//
	// All spikes of the first 600 ms, and the potential of a cell.

	// %%
	sim, err := net.Build()
	check(err)
	r, err := sim.Run(1000, network.RecordOptions{States: []network.Probe{{Population: "E", Variables: []string{"v"}}}})
	check(err)
	raster, err := r.Raster("")
	check(err)
	dots := []plot.Layer{{Kind: "points", Name: "E", Color: "blue", Size: 0.7}, {Kind: "points", Name: "I", Color: "red", Size: 0.7}}
	for i, train := range raster.Trains {
		l := &dots[0]
		if i >= 800 {
			l = &dots[1]
		}
		for _, t := range train {
			if t > 600 {
				break
			}
			l.X, l.Y = append(l.X, t), append(l.Y, float64(i))
		}
	}
	time := plot.Axis{Label: "time", Unit: "ms", Min: 0, Max: 600}
	v := r.Traces[0][0]
	display.Show(&plot.Figure{ShareX: true, Width: 11, Height: 8, Heights: []float64{3, 1}, Panels: []plot.Panel{
		{X: time, Y: plot.Axis{Label: "cell", Min: 0, Max: 1000}, Layers: dots, Legend: "off"},
		{X: time, Y: plot.Axis{Label: "v", Unit: "mV"}, Layers: []plot.Layer{{Kind: "line", Color: "blue", X: v.Time()[:1200], Y: v.Y[:1200]}}},
	}})

	// %% [markdown]
	// ## The rhythms
	//
	// The spectrum of the rate of all cells over ten further seconds.

	// %%
	r, err = sim.Run(10000, network.RecordOptions{})
	check(err)
	rate, err := r.PopulationRate("", 1)
	check(err)
	o := signal.NewWelch()
	o.SegmentLen, o.Unit = 512, "Hz"
	spectrum, err := signal.Welch(rate.Y, rate.FS(), o)
	check(err)
	spectrum.F, spectrum.P = spectrum.F[:52], spectrum.P[:52] // to 100 Hz
	display.Show(spectrum)

	// %% [markdown]
	// ## Paper and here
	//
	// The rates are those of the paper's program (five runs of 10 s): its longer steps and its currents instead of jumps make the
	// cells fire less.

	// %%
	// peak returns where the spectrum is highest between two frequencies.
	peak := func(lo, hi float64) float64 {
		best := 0
		for k, f := range spectrum.F {
			if f >= lo && f <= hi && (best == 0 || spectrum.P[k] > spectrum.P[best]) {
				best = k
			}
		}
		return spectrum.F[best]
	}
	e, err := r.Rate("E", 0)
	check(err)
	i, err := r.Rate("I", 0)
	check(err)
	display.Show(table.Table{Title: "Izhikevich 2003", Cols: []table.Col{
		{Name: "what", Text: []string{"slow rhythm, Hz", "fast rhythm, Hz", "rate of E, Hz", "rate of I, Hz"}},
		{Name: "paper", Text: []string{"alpha, about 10", "gamma, about 40", "7.3 ± 0.1", "6.6 ± 0.2"}},
		{Name: "here", Text: []string{fmt.Sprintf("%.0f", peak(4, 20)), fmt.Sprintf("%.0f", peak(25, 90)), fmt.Sprintf("%.1f", e), fmt.Sprintf("%.1f", i)}},
	}})
}
