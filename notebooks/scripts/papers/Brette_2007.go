//go:build ignore

// Command Brette_2007 runs the networks by which simulators are compared.
//
//	neurorepl run notebooks/scripts/papers/Brette_2007.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/spikes"
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
	// # Brette et al. 2007: networks to compare simulators by
	//
	// *Simulation of networks of spiking neurons: a review of tools and strategies*, J Comput Neurosci 23:349, with the networks of
	// Vogels and Abbott 2005. 3,200 excitatory and 800 inhibitory cells; each pair is connected with a probability of
	// 2 %. Nothing comes from outside: the activity keeps itself going.
	//
	// ## Benchmark 1: integrate-and-fire cells with conductances (COBA)

	// %%
	// build connects 4,000 cells of a kind.
	build := func(name string, cell *model.Model, excitation, inhibition string) *network.Simulation {
		net := network.Network{
			Name: name, Seed: 3,
			Populations: []network.Population{{Name: "E", N: 3200, Cell: cell}, {Name: "I", N: 800, Cell: cell}},
			Projections: []network.Projection{
				{From: "E", Rule: network.Bernoulli(0.02), Receptor: "ge", Weight: excitation},
				{From: "I", Rule: network.Bernoulli(0.02), Receptor: "gi", Weight: inhibition},
			},
		}
		sim, err := net.Build()
		check(err)
		return sim
	}
	membrane := map[string]string{"C": "200 pF", "gL": "10 nS", "El": "-60 mV", "Ee": "0 mV", "Ei": "-80 mV"}
	beginning := map[string]string{"v": "-65*mV + 5*mV*randn()",
		"ge": "clip(4 + 1.5*randn(), 0, inf)*10*nS", "gi": "clip(20 + 12*randn(), 0, inf)*10*nS"}
	conductances, err := model.Parse(`
		dv/dt = (gL*(El - v) + ge*(Ee - v) + gi*(Ei - v))/C : mV (unless refractory)
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms", Params: membrane, Initial: beginning})
	check(err)
	watch := network.RecordOptions{States: []network.Probe{{Population: "E", Variables: []string{"v"}, Cells: []int{0}}}}
	coba, err := build("COBA", conductances, "6*nS", "67*nS").Run(1000, watch)
	check(err)
	display.Show(coba)

	// %% [markdown]
	// ## Benchmark 2: integrate-and-fire cells with currents (CUBA)

	// %%
	currents, err := model.Parse(`
		dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(5*ms) : mV
		dgi/dt = -gi/(10*ms) : mV
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms",
		Initial: map[string]string{"v": "-60*mV + 10*mV*rand()"}})
	check(err)
	cuba, err := build("CUBA", currents, "1.62*mV", "-9*mV").Run(1000, watch)
	check(err)
	display.Show(cuba)

	// %% [markdown]
	// ## Benchmark 3: Hodgkin-Huxley cells with conductances (COBAHH)

	// %%
	membrane["gNa"], membrane["ENa"], membrane["gK"], membrane["EK"] = "20 uS", "50 mV", "6 uS", "-90 mV"
	channels, err := model.Parse(`
		dv/dt = (gL*(El - v) + ge*(Ee - v) + gi*(Ei - v) - gNa*m**3*h*(v - ENa) - gK*n**4*(v - EK))/C : mV
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
		dm/dt = am*(1 - m) - bm*m : 1
		dh/dt = ah*(1 - h) - bh*h : 1
		dn/dt = an*(1 - n) - bn*n : 1
		u = v/mV + 63 : 1
		am = 0.32*4/exprel((13 - u)/4)/ms : Hz
		bm = 0.28*5/exprel((u - 40)/5)/ms : Hz
		ah = 0.128*exp((17 - u)/18)/ms : Hz
		bh = 4/(1 + exp((40 - u)/5))/ms : Hz
		an = 0.032*5/exprel((15 - u)/5)/ms : Hz
		bn = 0.5*exp((10 - u)/40)/ms : Hz
	`, model.Options{
		Threshold: "v > -20*mV", Refractory: "3*ms", Method: "exponential_euler", Params: membrane, Initial: beginning})
	check(err)
	cobahh, err := build("COBAHH", channels, "6*nS", "67*nS").Run(500, watch)
	check(err)
	display.Show(cobahh)

	// %% [markdown]
	// ## Irregular firing
	//
	// The cells of a network that balances itself fire irregularly: intervals of all cells of COBA together.

	// %%
	raster, err := coba.Raster("E")
	check(err)
	var all []float64
	for _, train := range raster.Trains {
		all = append(all, spikes.ISI(train)...)
	}
	intervals := plot.HistN(all, 80)
	intervals.Panels[0].X = plot.Axis{Label: "interval", Unit: "ms"}
	intervals.Panels[0].Y = plot.Axis{Label: "intervals", Log: true}
	display.Show(intervals)

	// %% [markdown]
	// ## Others and here
	//
	// The paper prints rasters and no rates. These are those of one run of the same networks by Brian2 (compiled), without the
	// first 100 ms; runs with other connections differ by a tenth.

	// %%
	var names, peer, rates, cvs []string
	for _, x := range []struct {
		name, peer string
		r          *network.Result
	}{{"COBA, 1 s", "19.6, 1.57", coba}, {"CUBA, 1 s", "5.6, 0.53", cuba}, {"COBAHH, 0.5 s", "35.0, 1.51", cobahh}} {
		hz, err := x.r.Rate("", 100)
		check(err)
		cv, err := x.r.CV("", 100)
		check(err)
		names, peer = append(names, x.name), append(peer, x.peer)
		rates, cvs = append(rates, fmt.Sprintf("%.1f", hz)), append(cvs, fmt.Sprintf("%.2f", cv))
	}
	display.Show(table.Table{Title: "Brette et al. 2007", Cols: []table.Col{
		{Name: "network", Text: names}, {Name: "Brian2: rate, Hz, and CV of intervals", Text: peer}, {Name: "rate here, Hz", Text: rates}, {Name: "CV here", Text: cvs},
	}})
}
