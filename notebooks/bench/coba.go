//go:build ignore

// 4,000 integrate-and-fire cells with conductances (Brette et al. 2007, J Comput Neurosci
// 23:349, benchmark 1), by forward Euler as in the peer's script.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

const equations = `
	dv/dt = (gL*(El - v) + ge*(Ee - v) + gi*(Ei - v))/C : mV (unless refractory)
	dge/dt = -ge/(5*ms) : nS
	dgi/dt = -gi/(10*ms) : nS
`

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 0, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 1, "biological seconds")
	flag.Parse()

	cell, err := model.Parse(equations, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms", Method: "euler",
		Params: map[string]string{"C": "200 pF", "gL": "10 nS", "El": "-60 mV", "Ee": "0 mV", "Ei": "-80 mV"},
		Initial: map[string]string{"v": "-65*mV + 5*mV*randn()",
			"ge": "clip(4 + 1.5*randn(), 0, inf)*10*nS", "gi": "clip(20 + 12*randn(), 0, inf)*10*nS"},
	})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Dt: 0.1, Seed: 3, Threads: *threads,
		Populations: []network.Population{{Name: "E", N: 3200, Cell: cell}, {Name: "I", N: 800, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.Bernoulli(0.02), Receptor: "ge", Weight: "6*nS"},
			{From: "I", Rule: network.Bernoulli(0.02), Receptor: "gi", Weight: "67*nS"},
		},
	}
	cost, err := network.Measure("coba", net, *seconds, 100)
	if err != nil {
		log.Fatal(err)
	}
	if *asJSON {
		fmt.Println(cost.JSON())
	} else {
		fmt.Println(cost)
	}
}
