//go:build ignore

// The network of Brunel (2000, J Comput Neurosci 8:183), model A: 12,500 cells with
// 1,250 synapses each, g = 5, external input at twice the threshold rate, with
// short-term depression and facilitation from E to E. brunel_short.py is the same network
// for Brian2.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 0, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 1, "biological seconds")
	flag.Parse()

	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Dt: 0.1, Seed: 1, Threads: *threads,
		Populations: []network.Population{{Name: "E", N: 10000, Cell: cell}, {Name: "I", N: 2500, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", To: "E", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "0.2*mV", Delay: "1.5*ms",
				ShortTerm: synapse.TsodyksMarkram{A: 1, U: 0.5, TauRec: 100, TauFacil: 50}},
			{From: "E", To: "I", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "0.1*mV", Delay: "1.5*ms"},
			{From: "I", Rule: network.FixedInDegree(250), Receptor: "v", Weight: "-0.5*mV", Delay: "1.5*ms"},
		},
		Background: []network.Background{{Receptor: "v", N: 1000, Rate: "20*Hz", Weight: "0.1*mV"}},
	}
	cost, err := network.Measure("brunel_short", net, *seconds, 100)
	if err != nil {
		log.Fatal(err)
	}
	if *asJSON {
		fmt.Println(cost.JSON())
	} else {
		fmt.Println(cost)
	}
}
