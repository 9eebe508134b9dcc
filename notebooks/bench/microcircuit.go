//go:build ignore

// The microcircuit of Potjans and Diesmann (2014, Cereb Cortex 24:785) at full scale:
// 77,169 cells of four layers, 0.3 · 10⁹ synapses.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

// Populations from layer 2/3 to 6, excitatory and inhibitory by turns: how many cells,
// the input of each from elsewhere, and the potentials at the beginning, mV.
var (
	names    = []string{"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"}
	cells    = []int{20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948}
	external = []int{1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100}
	mean     = []float64{-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43}
	spread   = []float64{5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48}
)

// probability[i][j] is that of a connection from population j to i.
var probability = [][]float64{
	{0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0},
	{0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0},
	{0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0},
	{0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0},
	{0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0},
	{0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0},
	{0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
	{0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443},
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 0, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 1, "biological seconds")
	procedural := flag.Bool("procedural", false, "draw synapses again for each spike instead of storing them")
	seed := flag.Uint64("seed", 1, "of connections, noise and initial values")
	skip := flag.Float64("skip", 100, "of the beginning, which rates and intervals leave out, ms")
	flag.Parse()

	cell, err := model.Parse(`
		dv/dt = (El - v)/(10*ms) + I/C : mV (unless refractory)
		dI/dt = -I/(0.5*ms) : pA
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = El", Refractory: "2*ms",
		Params: map[string]string{"El": "-65 mV", "C": "250 pF"},
	})
	if err != nil {
		log.Fatal(err)
	}
	w := weight(0.15, 10, 0.5, 250)
	net := network.Network{Name: "microcircuit", Dt: 0.1, Seed: *seed, Threads: *threads}
	for i, name := range names {
		net.Populations = append(net.Populations, network.Population{Name: name, N: cells[i], Cell: cell,
			Initial: map[string]string{"v": fmt.Sprintf("%g*mV + %g*mV*randn()", mean[i], spread[i])}})
		net.Background = append(net.Background, network.Background{To: name, Receptor: "I", N: external[i], Rate: "8*Hz",
			Weight: fmt.Sprintf("%g*pA", w)})
	}
	for i, to := range names {
		for j, from := range names {
			// So many pairs, drawn with replacement, that the probability of at least
			// one connection is the one in the table.
			pairs := float64(cells[i] * cells[j])
			n := math.Round(math.Log(1-probability[i][j]) / math.Log(1-1/pairs))
			if n == 0 {
				continue
			}
			size, delay := w, "1.5*ms + 0.75*ms*randn()"
			if j%2 == 1 {
				size, delay = -4*w, "0.75*ms + 0.375*ms*randn()"
			}
			if i == 0 && j == 2 {
				size *= 2
			}
			net.Projections = append(net.Projections, network.Projection{From: from, To: to, Rule: network.FixedTotal(int(n)), Receptor: "I", Procedural: *procedural,
				Weight: fmt.Sprintf("%g*pA*clip(1 + 0.1*randn(), 0, inf)", size), Delay: delay})
		}
	}
	cost, err := network.Measure("microcircuit", net, *seconds, *skip)
	if err != nil {
		log.Fatal(err)
	}
	if *asJSON {
		fmt.Println(cost.JSON())
	} else {
		fmt.Println(cost)
		for i, hz := range cost.Rates {
			fmt.Printf("%5s %.3f Hz\n", names[i], hz)
		}
	}
}

// weight returns the current (pA) whose potential has a peak of psp (mV), in a cell
// with the time constant tauM (ms) and the capacity c (pF), when the current decays
// with tauS.
func weight(psp, tauM, tauS, c float64) float64 {
	d := tauS - tauM
	r := tauM / tauS
	return psp * c * d / (tauM * tauS * (math.Pow(r, tauM/d) - math.Pow(r, tauS/d)))
}
