//go:build ignore

// Command PotjansDiesmann_2014 runs a cortical microcircuit at a tenth of its size.
//
//	neurorepl run notebooks/scripts/papers/PotjansDiesmann_2014.go
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
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
	// # Potjans and Diesmann 2014: a cortical microcircuit
	//
	// *The cell-type specific cortical microcircuit: relating structure and activity in a full-scale spiking network model*, Cereb Cortex
	// 24:785. The cells below 1 mm² of cortex in four layers, excitatory and inhibitory, connected as anatomy and physiology
	// found them. At full size, 77,169 cells and 0.3 milliard synapses, `notebooks/bench/microcircuit.go` runs it; here is a tenth
	// of the cells with a tenth of the synapses each, so that it takes seconds.
	//
	// A smaller network keeps its rates if the weights grow by the root of ten, which keeps the variance of what a cell receives, and
	// a constant current gives back the mean that is lost (van Albada, Helias and Diesmann 2015, PLoS Comput Biol
	// 11:e1004490). Correlations are larger than at full size.

	// %%
	// Populations, excitatory and inhibitory by turns: cells, inputs of each from elsewhere, potentials at the beginning (mV),
	// and the rates (Hz) of the network at full size.
	names := []string{"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"}
	cells := []int{20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948}
	external := []int{1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100}
	mean := []float64{-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43}
	spread := []float64{5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48}
	full := []float64{0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829}
	// probability[i][j] is that of a connection from population j to i.
	probability := [][]float64{
		{0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0},
		{0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0},
		{0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0},
		{0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0},
		{0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0},
		{0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0},
		{0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
		{0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443},
	}
	display.Show(plot.Connectivity(probability, names))

	// %%
	const scale, tauM, tauS, c = 0.1, 10.0, 0.5, 250.0 // ms, ms, pF
	// weight is the current (pA) that moves the potential by 0.15 mV at most.
	d, ratio := tauS-tauM, tauM/tauS
	weight := 0.15 * c * d / (tauM * tauS * (math.Pow(ratio, tauM/d) - math.Pow(ratio, tauS/d)))
	cell, err := model.Parse(`
		dv/dt = (El - v)/(10*ms) + (I + DC)/C : mV (unless refractory)
		dI/dt = -I/(0.5*ms) : pA
		DC : pA
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = El", Refractory: "2*ms",
		Params: map[string]string{"El": "-65 mV", "C": "250 pF"},
	})
	check(err)
	net := network.Network{Name: "microcircuit, a tenth", Seed: 1}
	for i, to := range names {
		lost := float64(external[i]) * 8 * weight // pA times spikes per second, of all inputs at full size
		for j, from := range names {
			// So many pairs, drawn with replacement, that the probability of at least one connection is the one in the table.
			pairs := float64(cells[i] * cells[j])
			n := math.Round(math.Log(1-probability[i][j]) / math.Log(1-1/pairs))
			if n == 0 {
				continue
			}
			size, delay := weight, "1.5*ms + 0.75*ms*randn()"
			if j%2 == 1 {
				size, delay = -4*weight, "0.75*ms + 0.375*ms*randn()"
			}
			if i == 0 && j == 2 {
				size *= 2
			}
			lost += n / float64(cells[i]) * full[j] * size
			net.Projections = append(net.Projections, network.Projection{From: from, To: to, Receptor: "I",
				Rule:   network.FixedTotal(int(math.Round(n * scale * scale))),
				Weight: fmt.Sprintf("%g*pA*clip(1 + 0.1*randn(), 0, inf)", size/math.Sqrt(scale)), Delay: delay})
		}
		net.Populations = append(net.Populations, network.Population{Name: to, N: int(math.Round(float64(cells[i]) * scale)), Cell: cell,
			Params:  map[string]string{"DC": fmt.Sprintf("%g pA", (1-math.Sqrt(scale))*lost*tauS/1000)},
			Initial: map[string]string{"v": fmt.Sprintf("%g*mV + %g*mV*randn()", mean[i], spread[i])}})
		net.Background = append(net.Background, network.Background{To: to, Receptor: "I", N: external[i] / 10, Rate: "8*Hz",
			Weight: fmt.Sprintf("%g*pA", weight/math.Sqrt(scale))})
	}
	count, err := net.Count()
	check(err)
	fmt.Printf("%d cells, %.0f synapses, %.0f MB\n", count.Cells, count.Total, count.Bytes/1e6)

	// %%
	sim, err := net.Build()
	check(err)
	_, err = sim.Run(500, network.RecordOptions{}) // the beginning
	check(err)
	r, err := sim.Run(3000, network.RecordOptions{})
	check(err)
	fig := plot.Panel{X: plot.Axis{Label: "time", Unit: "ms", Min: r.T0, Max: r.T0 + 500}, Y: plot.Axis{Label: "cell", Flip: true}}
	row := 0
	for k, name := range names {
		raster, err := r.Raster(name)
		check(err)
		dots := plot.Layer{Kind: "points", Name: name, Size: 1, Color: []string{"blue", "red"}[k%2]}
		for _, train := range raster.Trains[:len(raster.Trains)/4] {
			for _, t := range train {
				if t < r.T0+500 {
					dots.X, dots.Y = append(dots.X, t), append(dots.Y, float64(row))
				}
			}
			row++
		}
		fig.Layers = append(fig.Layers, dots)
	}
	fig.Legend = "beside"
	display.Show(&plot.Figure{Height: 11, Panels: []plot.Panel{fig}})

	// %% [markdown]
	// ## Paper and here
	//
	// The rates of the network at full size are those of NEST: means of 5 runs of 10 s. CV is that of intervals; the paper finds irregular
	// firing in all populations, inhibitory cells faster than excitatory ones, and layers 2/3 and 6 slow. All populations of a network
	// so small fire less than at full size, by a tenth to a half.

	// %%
	var here, cvs []string
	var rates []float64
	for _, name := range names {
		hz, err := r.Rate(name, 0)
		check(err)
		cv, err := r.CV(name, 0)
		check(err)
		rates = append(rates, hz)
		here, cvs = append(here, fmt.Sprintf("%.2f", hz)), append(cvs, fmt.Sprintf("%.2f", cv))
	}
	bars := plot.Bars(names, rates)
	bars.Panels[0].Y = plot.Axis{Label: "rate", Unit: "Hz"}
	at := make([]float64, len(full))
	for k := range at {
		at[k] = float64(k)
	}
	bars.Panels[0].Layers = append(bars.Panels[0].Layers, plot.Layer{Kind: "points", Name: "full size", Color: "black", X: at, Y: full, Size: 6})
	display.Show(bars)

	// %%
	display.Show(table.Table{Title: "Potjans and Diesmann 2014", Cols: []table.Col{
		{Name: "population", Text: names}, {Name: "full size, Hz", Num: full}, {Name: "a tenth, here, Hz", Text: here}, {Name: "CV here", Text: cvs},
	}})
}
