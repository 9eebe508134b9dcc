//go:build ignore

// 4,000 integrate-and-fire cells with currents (Brette et al. 2007, J Comput Neurosci
// 23:349, benchmark 2), exact.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

const equations = `
	dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : mV (unless refractory)
	dge/dt = -ge/(5*ms) : mV
	dgi/dt = -gi/(10*ms) : mV
`

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 0, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 1, "biological seconds")
	flag.Parse()

	cell, err := model.Parse(equations, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms",
		Initial: map[string]string{"v": "-60*mV + 10*mV*rand()"},
	})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Dt: 0.1, Seed: 3, Threads: *threads,
		Populations: []network.Population{{Name: "E", N: 3200, Cell: cell}, {Name: "I", N: 800, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.Bernoulli(0.02), Receptor: "ge", Weight: "1.62*mV"},
			{From: "I", Rule: network.Bernoulli(0.02), Receptor: "gi", Weight: "-9*mV"},
		},
	}
	cost, err := network.Measure("cuba", net, *seconds, 100)
	if err != nil {
		log.Fatal(err)
	}
	if *asJSON {
		fmt.Println(cost.JSON())
	} else {
		fmt.Println(cost)
	}
}
