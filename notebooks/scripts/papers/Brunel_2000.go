//go:build ignore

// Command Brunel_2000 shows four states of a sparse network of excitation and inhibition.
//
//	neurorepl run notebooks/scripts/papers/Brunel_2000.go
package main

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro"
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
	// # Brunel 2000: four states of a sparse network
	//
	// *Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons*, J Comput Neurosci 8:183, model A.
	// 10,000 excitatory and 2,500 inhibitory cells with 1,000 and 250 synapses each; an excitatory spike moves the potential by
	// 0.1 mV, an inhibitory one by g times as much. The input from outside is 1,000 random trains, together eta times the
	// rate that brings a cell to its threshold without the network.

	// %%
	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
	check(err)
	brunel := func(g, eta float64) network.Network {
		return network.Network{
			Name: fmt.Sprintf("Brunel 2000, g = %g, eta = %g", g, eta), Seed: 1,
			// 20 mV / (0.1 mV x 1000 x 20 ms) is 10 Hz.
			Params:      map[string]string{"J": "0.1*mV", "g": fmt.Sprint(g), "rate": fmt.Sprintf("%g*10*Hz", eta)},
			Populations: []network.Population{{Name: "E", N: 10000, Cell: cell}, {Name: "I", N: 2500, Cell: cell}},
			Projections: []network.Projection{
				{From: "E", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "J", Delay: "1.5*ms"},
				{From: "I", Rule: network.FixedInDegree(250), Receptor: "v", Weight: "-g*J", Delay: "1.5*ms"},
			},
			Background: []network.Background{{Receptor: "v", N: 1000, Rate: "rate", Weight: "J"}},
		}
	}
	display.Show(brunel(5, 2))

	// %% [markdown]
	// ## Figure 8
	//
	// Four points of the plane of g and eta: cells that fire together and regularly (SR), a fast oscillation of cells that fire
	// irregularly (SI fast), irregular firing at a steady rate (AI), and a slow oscillation of cells that fire seldom (SI slow).

	// %%
	type state struct {
		name        string
		g, eta, dur float64
		from        float64 // where the figure begins, ms
		r           *network.Result
	}
	states := []*state{
		{name: "SR", g: 3, eta: 2, dur: 250, from: 150},
		{name: "SI fast", g: 6, eta: 4, dur: 600, from: 500},
		{name: "AI", g: 5, eta: 2, dur: 600, from: 400},
		{name: "SI slow", g: 4.5, eta: 0.9, dur: 1200, from: 900},
	}
	fig := &plot.Figure{Height: 13, Cols: 4, Width: 26, Heights: []float64{2, 1}, ShareX: true, Panels: make([]plot.Panel, 8)}
	for k, s := range states {
		net := brunel(s.g, s.eta)
		sim, err := net.Build()
		check(err)
		s.r, err = sim.Run(s.dur, network.RecordOptions{})
		check(err)
		end, err := s.r.Window(s.from, s.dur)
		check(err)
		some, err := end.Groups(network.Group{Name: "fifty", Population: "E", Cells: network.Range(0, 50)})
		check(err)
		raster, err := some.Raster("fifty")
		check(err)
		rate, err := end.PopulationRate("", 0.2)
		check(err)
		fig.Panels[k] = plot.Raster(raster).Panels[0]
		fig.Panels[k].Title = fmt.Sprintf("%s: g = %g, eta = %g", s.name, s.g, s.eta)
		time := plot.Axis{Label: "time", Unit: "ms", Min: s.from, Max: s.dur}
		fig.Panels[k].X, fig.Panels[k].Y.Label = time, "cell"
		fig.Panels[k+4] = plot.Panel{X: time, Y: plot.Axis{Label: "rate", Unit: "Hz"},
			Layers: []plot.Layer{{Kind: "line", Color: "black", X: rate.Time(), Y: rate.Y}}}
	}
	display.Show(fig)

	// %% [markdown]
	// ## Theory
	//
	// A cell that gets many small independent inputs sees white noise of the mean mu and the deviation sigma, and fires at the rate
	// of Siegert. In a network whose cells all fire at the rate nu, both depend on nu: the rate of the stationary state
	// agrees with itself.

	// %%
	// expected returns the rate of the stationary state of the network, Hz.
	expected := func(g, eta float64) float64 {
		rates, err := network.BrunelMeanField(g, eta).Rates(nil)
		check(err)
		return rates[0]
	}
	input := &plot.Figure{Panels: []plot.Panel{{X: plot.Axis{Label: "eta"}, Y: plot.Axis{Label: "rate", Unit: "Hz"}, Legend: "beside"}}}
	for _, g := range []float64{4.5, 5, 6, 8} {
		line := plot.Layer{Kind: "line", Name: fmt.Sprintf("g = %g", g)}
		for eta := 0.8; eta < 4.01; eta += 0.1 {
			line.X, line.Y = append(line.X, eta), append(line.Y, expected(g, eta))
		}
		input.Panels[0].Layers = append(input.Panels[0].Layers, line)
	}
	simulated := plot.Layer{Kind: "points", Name: "simulated", Color: "black", Size: 6}
	for _, s := range states[1:] {
		hz, err := s.r.Rate("", 100)
		check(err)
		simulated.X, simulated.Y = append(simulated.X, s.eta), append(simulated.Y, hz)
	}
	input.Panels[0].Layers = append(input.Panels[0].Layers, simulated)
	display.Show(input)

	// %% [markdown]
	// ## Figure 2: where the states are
	//
	// A small change of the rates acts on all cells a delay later, and either dies out or grows to an oscillation: synchronous (S) states
	// are those in which it grows. Firing is regular (R) where the stationary state has a CV of intervals below 0.5. The points are the
	// four networks above; in the figure of the paper they lie in the same regions.

	// %%
	steps := func(from, to, by float64) (out []float64) {
		for k := 0; from+float64(k)*by < to+by/2; k++ {
			out = append(out, from+float64(k)*by)
		}
		return out
	}
	phases, err := network.BrunelPhases(steps(2, 8, 0.25), steps(0.6, 4, 0.1), 1.5)
	check(err)
	diagram := phases.Plot()
	points := plot.Layer{Kind: "points", Name: "simulated", Color: "black", Size: 5}
	for _, s := range states {
		points.X, points.Y = append(points.X, s.g), append(points.Y, s.eta)
	}
	diagram.Panels[0].Layers = append(diagram.Panels[0].Layers, points)
	display.Show(diagram)

	// %% [markdown]
	// ## The spectrum of the activity
	//
	// Even where the rates are steady their noise rings with the delays. The theory answers in first order to the noise of independent
	// cells (linear response). It is one of many small weights: in this network, which makes most of its noise itself, it puts the peak
	// too high and the power beyond it too low.

	// %%
	net := brunel(5, 1.2)
	sim, err := net.Build()
	check(err)
	_, err = sim.Run(200, network.RecordOptions{})
	check(err)
	r, err := sim.Run(2000, network.RecordOptions{})
	check(err)
	activity, err := r.PopulationRate("E", 0.5)
	check(err)
	o := signal.NewWelch()
	o.SegmentLen = 500
	found, err := signal.Welch(activity.Y, activity.FS(), o)
	check(err)
	theory := network.BrunelMeanField(5, 1.2)
	stationary, err := theory.Rates(nil)
	check(err)
	spectra, err := theory.Spectra(stationary, []int{10000, 2500}, found.F[1:])
	check(err)
	display.Show(&plot.Figure{Panels: []plot.Panel{{Title: "g = 5, eta = 1.2", X: plot.Axis{Label: "frequency", Unit: "Hz", Min: 0, Max: 300},
		Y: plot.Axis{Label: "power of the rate of E", Unit: "Hz²/Hz", Log: true}, Legend: "upper right", Layers: []plot.Layer{
			{Kind: "line", Name: "found", Color: "grey", X: found.F[1:], Y: found.P[1:]},
			{Kind: "line", Name: "expected", Color: "red", X: found.F[1:], Y: spectra[0]},
		}}}})

	// %% [markdown]
	// ## Paper and here
	//
	// Table 1 of the paper has the rates and the frequencies of the oscillation in its simulations and in its theory, which takes a
	// stationary state also where the network oscillates. The frequency here is the peak of the spectrum of the rate. In the state SR
	// two groups of cells fire by turns, so that the rate of the network has twice the frequency of the cells.

	// %%
	// frequency returns where the spectrum of a rate has its peak above 5 Hz.
	frequency := func(rate neuro.Trace, skip float64) float64 {
		o := signal.NewWelch()
		y := rate.Y[int(skip/rate.Dt):]
		o.SegmentLen = len(y) / 2
		s, err := signal.Welch(y, rate.FS(), o)
		check(err)
		best := 0
		for k, f := range s.F {
			if f > 5 && (best == 0 || s.P[k] > s.P[best]) {
				best = k
			}
		}
		return s.F[best]
	}
	{ // theory is declared anew
		var names, paper, theory, here, own, cvs []string
		row := func(name, p, t, h, o, cv string) {
			names, paper, theory = append(names, name), append(paper, p), append(theory, t)
			here, own, cvs = append(here, h), append(own, o), append(cvs, cv)
		}
		published := [][2][2]string{{}, {{"60.7", "55.8"}, {"180", "190"}}, {{"37.7", "38.0"}, {}}, {{"5.5", "6.5"}, {"22", "29"}}}
		for k, s := range states {
			hz, err := s.r.Rate("", 100)
			check(err)
			cv, err := s.r.CV("", 100)
			check(err)
			mean := ""
			if s.name != "SR" { // there is no stationary state below the largest rate
				mean = fmt.Sprintf("%.1f", expected(s.g, s.eta))
			}
			row(s.name+", rate, Hz", published[k][0][0], published[k][0][1], fmt.Sprintf("%.1f", hz), mean, fmt.Sprintf("%.2f", cv))
			if s.name != "AI" {
				rate, err := s.r.PopulationRate("", 0.2)
				check(err)
				row(s.name+", oscillation, Hz", published[k][1][0], published[k][1][1], fmt.Sprintf("%.0f", frequency(rate, 100)), "", "")
			}
		}
		display.Show(table.Table{Title: "Brunel 2000", Cols: []table.Col{
			{Name: "what", Text: names}, {Name: "paper", Text: paper}, {Name: "paper's theory", Text: theory},
			{Name: "here", Text: here}, {Name: "theory here", Text: own}, {Name: "CV of intervals here", Text: cvs},
		}})
	}
}
