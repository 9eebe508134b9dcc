//go:build ignore

// Command Brunel_2000 shows four states of a sparse network of excitation and inhibition.
//
//	neurorepl run notebooks/scripts/papers/Brunel_2000.go
package main

import (
	"fmt"
	"log"
	"math"

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
			Populations: []network.Population{{Name: "E", N: 10000, Cell: cell}, {Name: "I", N: 2500, Cell: cell}},
			Projections: []network.Projection{
				{From: "E", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "0.1*mV", Delay: "1.5*ms"},
				{From: "I", Rule: network.FixedInDegree(250), Receptor: "v", Weight: fmt.Sprintf("-%g*0.1*mV", g), Delay: "1.5*ms"},
			},
			// 20 mV / (0.1 mV x 1000 x 20 ms) is 10 Hz.
			Background: []network.Background{{Receptor: "v", N: 1000, Rate: fmt.Sprintf("%g*10*Hz", eta), Weight: "0.1*mV"}},
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
		raster, err := s.r.Raster("E")
		check(err)
		dots := plot.Layer{Kind: "ticks", Color: "blue"}
		for i, train := range raster.Trains[:50] {
			for _, t := range train {
				if t >= s.from {
					dots.X, dots.Y = append(dots.X, t), append(dots.Y, float64(i))
				}
			}
		}
		rate, err := s.r.PopulationRate("", 0.2)
		check(err)
		time := plot.Axis{Label: "time", Unit: "ms", Min: s.from, Max: s.dur}
		fig.Panels[k] = plot.Panel{Title: fmt.Sprintf("%s: g = %g, eta = %g", s.name, s.g, s.eta), X: time,
			Y: plot.Axis{Label: "cell"}, Layers: []plot.Layer{dots}}
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
	// siegert returns the rate (Hz) of a cell under white noise (mV).
	siegert := func(mu, sigma float64) float64 {
		lo, hi, n := (10-mu)/sigma, (20-mu)/sigma, 2000
		sum := 0.0
		for k := range n {
			u := lo + (hi-lo)*(float64(k)+0.5)/float64(n)
			x := 2 / (math.Sqrt(math.Pi) * (-u + math.Sqrt(u*u+2))) // exp(u²) erfc(-u) far to the left
			if u > -6 {
				x = math.Exp(u*u) * math.Erfc(-u)
			}
			sum += x
		}
		return 1000 / (2 + 20*math.Sqrt(math.Pi)*sum*(hi-lo)/float64(n))
	}
	// expected returns the rate of the stationary state of the network, Hz.
	expected := func(g, eta float64) float64 {
		lo, hi := 0.0, 500.0
		for range 60 {
			nu := (lo + hi) / 2
			excitation, inhibition := 1000*(nu+10*eta)/1000, 250*nu/1000 // spikes per ms
			mu := 20 * 0.1 * (excitation - g*inhibition)
			sigma := 0.1 * math.Sqrt(20*(excitation+g*g*inhibition))
			if siegert(mu, sigma) > nu {
				lo = nu
			} else {
				hi = nu
			}
		}
		return lo
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
