//go:build ignore

// What a network costs as it grows: random networks of integrate-and-fire cells as
// in Brunel (2000), with 100 synapses per cell for the smallest and 1,000 for the
// others. From -procedural cells on synapses are drawn again for each spike instead of
// being stored.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
)

func main() {
	asJSON := flag.Bool("json", false, "print a line of JSON for each size")
	threads := flag.Int("threads", 0, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 0.2, "biological seconds")
	smallest := flag.Int("smallest", 1000, "cells of the smallest network, of which the next have 10, 100, ... times as many")
	procedural := flag.Int("procedural", 1_000_000, "cells from which on synapses are not stored")
	largest := flag.Int("largest", 1_000_000, "cells of the largest network")
	flag.Parse()

	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms", Initial: map[string]string{"v": "rand()*20*mV"}})
	if err != nil {
		log.Fatal(err)
	}
	for n := *smallest; n <= *largest; n *= 10 {
		k := 1000
		if n <= 1000 {
			k = 100
		}
		// The drive of each cell is the same for all sizes.
		w := fmt.Sprintf("%g*mV", 125/float64(k))
		net := network.Network{
			Seed: 1, Threads: *threads,
			Populations: []network.Population{{Name: "E", N: n * 4 / 5, Cell: cell}, {Name: "I", N: n / 5, Cell: cell}},
			Projections: []network.Projection{
				{From: "E", Rule: network.FixedInDegree(k * 4 / 5), Receptor: "v", Weight: w, Delay: "1.5*ms", Procedural: n >= *procedural},
				{From: "I", Rule: network.FixedInDegree(k / 5), Receptor: "v", Weight: "-5*" + w, Delay: "1.5*ms", Procedural: n >= *procedural},
			},
			Background: []network.Background{{Receptor: "v", N: k * 4 / 5, Rate: "20*Hz", Weight: w}},
		}
		cost, err := network.Measure("scaling", net, *seconds, 100)
		if err != nil {
			log.Fatal(err)
		}
		if *asJSON {
			fmt.Println(cost.JSON())
			continue
		}
		steps, cv := *seconds*1e4, math.NaN() // not known after a short time
		if cost.CV != nil {
			cv = *cost.CV
		}
		fmt.Printf("%8d cells %10d synapses: built in %6.3g s, %6.3g s for %g s, %5.0f MB, %5.1f Hz, CV %.2f, %.3g events, %.2f ns of processor time for each event, %.2f with each cell and step\n",
			n, cost.Synapses, cost.Build, cost.Sim, *seconds, cost.PeakMB, *cost.Rate, cv, float64(cost.Events), cost.CPU*1e9/float64(cost.Events),
			cost.CPU*1e9/(float64(cost.Events)+float64(n)*steps))
	}
}
