//go:build ignore

// 4,000 Traub-Miles cells with conductances (Brette et al. 2007, J Comput Neurosci
// 23:349, benchmark 3), by exponential Euler.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

const equations = `
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
`

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 0, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 0.3, "biological seconds")
	flag.Parse()

	cell, err := model.Parse(equations, model.Options{
		Threshold: "v > -20*mV", Refractory: "3*ms", Method: "exponential_euler",
		Params: map[string]string{"C": "200 pF", "gL": "10 nS", "El": "-60 mV", "Ee": "0 mV", "Ei": "-80 mV",
			"gNa": "20 uS", "ENa": "50 mV", "gK": "6 uS", "EK": "-90 mV"},
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
	cost, err := network.Measure("cobahh", net, *seconds, 100)
	if err != nil {
		log.Fatal(err)
	}
	if *asJSON {
		fmt.Println(cost.JSON())
	} else {
		fmt.Println(cost)
	}
}
