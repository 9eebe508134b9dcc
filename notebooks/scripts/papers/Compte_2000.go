//go:build ignore

// Command Compte_2000 holds a direction in mind by a bump of activity.
//
//	neurorepl run notebooks/scripts/papers/Compte_2000.go
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
	// # Compte et al. 2000: a bump of activity as memory
	//
	// *Synaptic mechanisms and network dynamics underlying spatial working memory in a cortical network model*, Cereb Cortex
	// 10:910. Cells on a ring prefer a direction each, and excite those of similar direction more, through slow NMDA receptors; inhibition
	// is the same for all. A cue of a quarter of a second leaves a bump of activity that stays at its place.
	//
	// Here are a quarter of the paper's 2,048 and 512 cells with conductances four times as large, and an approximation: NMDA gates saturate in
	// each target, by the spikes that it gets, and not in each synapse.

	// %%
	equations := `
		dV/dt = (gL*(-70*mV - V) - sA*V - gN*512*s*V/(1 + exp(-0.062*V/mV)/3.57) - sG*(V + 70*mV) + cue*int(t >= 500*ms)*int(t < 750*ms))/C : mV (unless refractory)
		dsA/dt = -sA/(2*ms) : nS
		dsG/dt = -sG/(10*ms) : nS
		dx/dt = -x/(2*ms) : 1
		ds/dt = -s/(100*ms) + (1 - s)*x/(2*ms) : 1
		cue : pA
	`
	cell := func(params map[string]string, refractory string) *model.Model {
		m, err := model.Parse(equations, model.Options{Threshold: "V > -50*mV", Reset: "V = -60*mV", Refractory: refractory,
			Params: params, Initial: map[string]string{"V": "-60*mV + 10*mV*rand()"}})
		check(err)
		return m
	}
	pyramidal := cell(map[string]string{"gL": "25 nS", "C": "500 pF", "gN": "4*0.381*nS"}, "2*ms")
	inter := cell(map[string]string{"gL": "20 nS", "C": "200 pF", "gN": "4*0.292*nS"}, "1*ms")

	// The footprint of excitation: a Gaussian of 14.4 degrees on a constant, with the mean 1.
	const sigma, peak = 14.4, 1.62
	gaussian := sigma / 360 * math.Sqrt(2*math.Pi)
	base := (1 - peak*gaussian) / (1 - gaussian)
	apart := "(180 - abs(180 - abs(pre - post)*360/512))" // degrees
	footprint := fmt.Sprintf("%g + %g*exp(-%s**2/(2*%g**2))", base, peak-base, apart, sigma)
	net := network.Network{
		Name: "Compte 2000", Seed: 1, Dt: 0.25,
		Populations: []network.Population{{Name: "E", N: 512, Cell: pyramidal}, {Name: "I", N: 128, Cell: inter}},
		Projections: []network.Projection{
			{From: "E", To: "E", Rule: network.AllToAll(), Receptor: "x", Weight: "0.632/512*(" + footprint + ")", Delay: "0.5*ms"},
			{From: "E", To: "I", Rule: network.AllToAll(), Receptor: "x", Weight: "0.632/512", Delay: "0.5*ms"},
			{From: "I", To: "E", Rule: network.AllToAll(), Receptor: "sG", Weight: "4*1.336*nS", Delay: "0.5*ms"},
			{From: "I", To: "I", Rule: network.AllToAll(), Receptor: "sG", Weight: "4*1.024*nS", Delay: "0.5*ms"},
		},
		Background: []network.Background{
			{To: "E", Receptor: "sA", Rate: "1800*Hz", Weight: "3.1*nS"},
			{To: "I", Receptor: "sA", Rate: "1800*Hz", Weight: "2.38*nS"},
		},
	}
	rest, err := net.Build() // without a cue
	check(err)
	// The cue is a current to the cells around 180 degrees.
	net.Populations[0].Params = map[string]string{"cue": fmt.Sprintf("375*pA*exp(-(i*360/512 - 180)**2/(2*%g**2))", sigma)}
	sim, err := net.Build()
	check(err)
	r, err := sim.Run(3500, network.RecordOptions{})
	check(err)

	// %% [markdown]
	// ## Spikes of a trial
	//
	// The cue comes from 500 to 750 ms. The line is the direction that the population holds: the angle of the sum of all spikes of
	// 100 ms as vectors.

	// %%
	raster, err := r.Raster("E")
	check(err)
	dots := plot.Layer{Kind: "points", Color: "blue", Size: 0.7}
	east, north := make([]float64, 35), make([]float64, 35)
	profile := make([]float64, 32) // rates by direction in the delay, Hz
	for i, train := range raster.Trains {
		deg := float64(i) * 360 / 512
		for _, t := range train {
			if i%3 == 0 {
				dots.X, dots.Y = append(dots.X, t), append(dots.Y, deg)
			}
			k := int(t / 100)
			east[k] += math.Cos(deg * math.Pi / 180)
			north[k] += math.Sin(deg * math.Pi / 180)
			if t >= 1500 {
				profile[i/16] += 1 / 16.0 / 2
			}
		}
	}
	held := plot.Layer{Kind: "line", Color: "red", Width: 2}
	for k := 5; k < 35; k++ {
		deg := math.Atan2(north[k], east[k]) * 180 / math.Pi
		held.X, held.Y = append(held.X, 100*float64(k)+50), append(held.Y, math.Mod(deg+360, 360))
	}
	display.Show(&plot.Figure{Width: 13, Height: 7, Panels: []plot.Panel{{
		X: plot.Axis{Label: "time", Unit: "ms", Min: 0, Max: 3500}, Y: plot.Axis{Label: "preferred direction", Unit: "degrees", Min: 0, Max: 360},
		Layers: []plot.Layer{{Kind: "vspan", X: []float64{500, 750}}, dots, held}}}})

	// %%
	tuning := plot.Layer{Kind: "line", Color: "blue", Y: profile}
	best := 0
	for k, hz := range profile {
		tuning.X = append(tuning.X, 360.0/32*(float64(k)+0.5))
		if hz > profile[best] {
			best = k
		}
	}
	display.Show(&plot.Figure{Height: 6, Panels: []plot.Panel{{
		X: plot.Axis{Label: "preferred direction", Unit: "degrees", Min: 0, Max: 360}, Y: plot.Axis{Label: "rate in the delay", Unit: "Hz"},
		Layers: []plot.Layer{tuning}}}})

	// %% [markdown]
	// ## Paper and here

	// %%
	quiet, err := rest.Run(3500, network.RecordOptions{})
	check(err)
	low, err := quiet.Rate("E", 500)
	check(err)
	wide, drift := 0.0, 0.0
	for _, hz := range profile {
		if hz > profile[best]/2 {
			wide += 360.0 / 32
		}
	}
	for k := range held.Y[5:] {
		drift = math.Max(drift, math.Abs(held.Y[5+k]-180))
	}
	display.Show(table.Table{Title: "Compte et al. 2000", Cols: []table.Col{
		{Name: "what", Text: []string{"without a cue", "after the cue", "rate at the peak, Hz", "width at half height, degrees", "farthest from the cue in 2.5 s, degrees"}},
		{Name: "paper", Text: []string{"low and uniform", "a bump that stays", "tens of Hz", "", "wanders slowly, by noise"}},
		{Name: "here", Text: []string{fmt.Sprintf("%.1f Hz", low), "a bump that stays", fmt.Sprintf("%.0f", profile[best]), fmt.Sprintf("%.0f", wide), fmt.Sprintf("%.0f", drift)}},
	}})
}
