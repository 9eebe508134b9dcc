//go:build ignore

// 10,000 Hodgkin-Huxley squid axons with the time step 0.01 ms and 8 to 12 uA/cm2,
// by exponential Euler.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

const equations = `
	dv/dt = (I - gNa*m**3*h*(v - ENa) - gK*n**4*(v - EK) - gL*(v - EL))/C : mV
	dm/dt = am*(1 - m) - bm*m : 1
	dh/dt = ah*(1 - h) - bh*h : 1
	dn/dt = an*(1 - n) - bn*n : 1
	am = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
	bm = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
	ah = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
	bh = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
	an = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
	bn = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
	I : uA/cm**2
`

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 0.03, "biological seconds")
	flag.Parse()

	cell, err := model.Parse(equations, model.Options{
		Threshold: "v > 0*mV", Refractory: "v > 0*mV", Method: "exponential_euler",
		Params: map[string]string{"C": "1 uF/cm2", "gNa": "120 mS/cm2", "gK": "36 mS/cm2", "gL": "0.3 mS/cm2",
			"ENa": "50 mV", "EK": "-77 mV", "EL": "-54.387 mV"},
		Initial: map[string]string{"v": "-65 mV", "m": "0.0529", "h": "0.5961", "n": "0.3177",
			"I": "(8 + 4*i/(N - 1))*uA/cm**2"},
	})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Dt: 0.01, Threads: *threads,
		Populations: []network.Population{{Name: "cells", N: 10_000, Cell: cell}},
	}
	cost, err := network.Measure("hh", net, *seconds, 20)
	if err != nil {
		log.Fatal(err)
	}
	if *asJSON {
		fmt.Println(cost.JSON())
		return
	}
	fmt.Println(cost)
	fmt.Printf("%.1f ns for each cell and step\n", cost.Sim*1e9/(10_000**seconds*1e5))
}
