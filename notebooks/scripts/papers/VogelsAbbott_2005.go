//go:build ignore

// Command VogelsAbbott_2005 sends a signal along a path through a random network.
//
//	neurorepl run notebooks/scripts/papers/VogelsAbbott_2005.go
package main

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/neurorepl/neurorepl/neuro"
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
	// # Vogels and Abbott 2005: a signal on its way through a random network
	//
	// *Signal propagation and logic gating in networks of integrate-and-fire neurons*, J Neurosci 25:10786. The activity of a sparse
	// random network keeps itself going and is noise enough for a signal, coded in the rate of a group of cells, to travel
	// through up to six layers. The layers are found in the network as it is: cells that happen to have three
	// synapses from the layer before. Only these synapses are made stronger.
	//
	// The paper has 10,000 cells; here are 4,000, with the synapses that Brette et al. 2007 give for as many.

	// %%
	cell, err := model.Parse(`
		dv/dt = (-60*mV - v + ge*(0*mV - v)/(10*nS) + gi*(-80*mV - v)/(10*nS))/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms",
		Initial: map[string]string{"v": "-65*mV + 5*mV*randn()",
			"ge": "clip(4 + 1.5*randn(), 0, inf)*10*nS", "gi": "clip(20 + 12*randn(), 0, inf)*10*nS"}})
	check(err)
	net := network.Network{
		Name: "Vogels and Abbott 2005", Seed: 3,
		Populations: []network.Population{{Name: "E", N: 3200, Cell: cell}, {Name: "I", N: 800, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", To: "E", Rule: network.Bernoulli(0.02), Receptor: "ge", Weight: "6*nS"},
			{From: "E", To: "I", Rule: network.Bernoulli(0.02), Receptor: "ge", Weight: "6*nS"},
			{From: "I", Rule: network.Bernoulli(0.02), Receptor: "gi", Weight: "67*nS"},
		},
	}
	sim, err := net.Build()
	check(err)
	before, err := sim.Run(1000, network.RecordOptions{})
	check(err)
	display.Show(before)

	// %% [markdown]
	// ## A path
	//
	// Layer 0 is the first 40 cells, and each further layer 40 cells that get three synapses or more from the one before.

	// %%
	const layers, size = 6, 40
	pairs, err := sim.Connections("E", "E", "ge")
	check(err)
	layer := make([]int, 3200) // of each cell; -1 where it has none
	for i := range layer {
		layer[i] = -1
		if i < size {
			layer[i] = 0
		}
	}
	for k := 1; k < layers; k++ {
		inputs := make([]int, 3200)
		for _, p := range pairs {
			if layer[p.From] == k-1 {
				inputs[p.To]++
			}
		}
		found := 0
		for i, n := range inputs {
			if n >= 3 && layer[i] < 0 && found < size {
				layer[i] = k
				found++
			}
		}
	}
	// strengthen returns the synapses with those along the path so many times as strong.
	strengthen := func(times float64) network.Rule {
		list := append([]network.Pair{}, pairs...)
		for n := range list {
			if from := layer[list[n].From]; from >= 0 && layer[list[n].To] == from+1 {
				list[n].Weight *= times
			}
		}
		return network.List(list...)
	}

	// %% [markdown]
	// ## The signal
	//
	// A rate that wanders between 0 and about 150 Hz with a correlation time of 100 ms. Each cell of layer 0 has a random train of its own,
	// whose spikes make it fire.

	// %%
	const dur = 3000
	random := rand.New(rand.NewPCG(1, 2))
	wave := neuro.Trace{Name: "signal", Unit: "Hz", Dt: 1, Y: make([]float64, dur)}
	x := 0.0
	for k := range wave.Y {
		x += -x/100 + math.Sqrt(2.0/100)*random.NormFloat64()
		wave.Y[k] = 60 * math.Max(0, x)
	}
	trains := make([]neuro.Spikes, size)
	var drive []network.Pair
	for i := range trains {
		for k, hz := range wave.Y {
			if random.Float64() < hz/1000 {
				trains[i] = append(trains[i], float64(k))
			}
		}
		drive = append(drive, network.Pair{From: i, To: i, Weight: 500})
	}
	net.Populations = append(net.Populations, network.Population{Name: "signal", Trains: trains})
	net.Projections = append(net.Projections, network.Projection{From: "signal", To: "E", Rule: network.List(drive...), Receptor: "ge"})

	// smooth returns the mean of a trace over so many ms around each sample.
	smooth := func(y []float64, width int) []float64 {
		out := make([]float64, len(y))
		for k := range y {
			lo, hi := max(0, k-width/2), min(len(y), k+width/2+1)
			for _, v := range y[lo:hi] {
				out[k] += v / float64(hi-lo)
			}
		}
		return out
	}
	// byLayer returns the rate of each layer.
	byLayer := func(raster neuro.Raster) [][]float64 {
		rates := make([][]float64, layers)
		for k := range rates {
			rates[k] = make([]float64, dur)
		}
		for i, train := range raster.Trains {
			if layer[i] < 0 {
				continue
			}
			for _, t := range train {
				rates[layer[i]][int(t)] += 1000.0 / size
			}
		}
		for k := range rates {
			rates[k] = smooth(rates[k], 50)
		}
		return rates
	}
	strengths := []float64{1, 4, 7, 10, 13, 16}
	rates := map[float64][][]float64{} // of each layer, by strength
	var after *network.Result          // with a path 10 times as strong
	for _, times := range strengths {
		net.Projections[0].Rule, net.Projections[0].Weight = strengthen(times), ""
		sim, err := net.Build()
		check(err)
		r, err := sim.Run(dur, network.RecordOptions{})
		check(err)
		raster, err := r.Raster("E")
		check(err)
		rates[times] = byLayer(raster)
		if times == 10 {
			after = r
		}
	}
	fig := &plot.Figure{Height: 10, Width: 12, ShareX: true}
	for k := -1; k < layers; k++ {
		p := plot.Panel{X: plot.Axis{Label: "time", Unit: "ms"}, Y: plot.Axis{Label: fmt.Sprintf("layer %d", k), Unit: "Hz"}}
		line := plot.Layer{Kind: "line", Color: "blue"}
		hz := smooth(wave.Y, 50)
		if k < 0 {
			p.Y.Label, line.Color = "signal", "black"
		} else {
			hz = rates[10][k]
		}
		for t := 0; t < dur; t += 10 {
			line.X, line.Y = append(line.X, float64(t)), append(line.Y, hz[t])
		}
		p.Layers = []plot.Layer{line}
		fig.Panels = append(fig.Panels, p)
	}
	display.Show(fig)

	// %% [markdown]
	// ## How strong
	//
	// The largest correlation of a layer's rate with the signal, at any lag up to 100 ms. Too weak a path loses the signal in the
	// network's own activity; in one too strong the late layers fire as fast as they can.

	// %%
	// follows returns the largest correlation of y with x before it.
	follows := func(x, y []float64) float64 {
		best := 0.0
		for lag := range 101 {
			var n, sx, sy, sxx, syy, sxy float64
			for k := 200; k+lag < len(y); k++ {
				a, b := x[k], y[k+lag]
				n, sx, sy, sxx, syy, sxy = n+1, sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
			}
			best = math.Max(best, (n*sxy-sx*sy)/math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy)))
		}
		return best
	}
	input := smooth(wave.Y, 50)
	decay := plot.Panel{X: plot.Axis{Label: "layer"}, Y: plot.Axis{Label: "correlation with the signal", Min: 0, Max: 1}, Legend: "beside"}
	last := map[float64]float64{}
	for _, times := range strengths {
		line := plot.Layer{Kind: "line", Name: fmt.Sprintf("%g times", times)}
		for k := range layers {
			last[times] = follows(input, rates[times][k])
			line.X, line.Y = append(line.X, float64(k)), append(line.Y, last[times])
		}
		decay.Layers = append(decay.Layers, line)
	}
	display.Show(&plot.Figure{Panels: []plot.Panel{decay}})

	// %% [markdown]
	// ## Paper and here

	// %%
	one, err := before.Rate("", 100)
	check(err)
	two, err := after.Rate("", 100)
	check(err)
	display.Show(table.Table{Title: "Vogels and Abbott 2005", Cols: []table.Col{
		{Name: "what", Text: []string{"activity without input", "layers that a signal in the rate passes", "correlation in layer 5, path as it was", "correlation in layer 5, path 10 times as strong", "rate of the network before and with a signal, Hz"}},
		{Name: "paper", Text: []string{"goes on, irregular", "up to six", "", "", ""}},
		{Name: "here", Text: []string{fmt.Sprintf("goes on, %.0f Hz", one), "six", fmt.Sprintf("%.2f", last[1]), fmt.Sprintf("%.2f", last[10]), fmt.Sprintf("%.1f, %.1f", one, two)}},
	}})
}
