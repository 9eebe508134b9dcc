//go:build ignore

// What each kind of plasticity costs: 2,000 sources at 10 Hz onto 1,000 cells at about
// 10 Hz, all to all, two million synapses with the delay 1 ms; processor time for each
// synaptic event, that of the cells included, and memory of a synapse.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

func main() {
	threads := flag.Int("threads", 1, "threads, all processors if 0")
	seconds := flag.Float64("seconds", 1, "biological seconds")
	flag.Parse()

	cell, err := model.Parse(`
		dv/dt = (-70*mV - v + 2*mV*exp(clip((v + 50*mV)/(2*mV), -50, 4)))/(10*ms) : mV
		dg/dt = -g/(5*ms) : mV
	`, model.Options{Threshold: "v > 0*mV", Reset: "v = -65*mV", Initial: map[string]string{"v": "-70*mV"}})
	if err != nil {
		log.Fatal(err)
	}
	nearest := plasticity.NewWeighted()
	nearest.Nearest, nearest.MuPlus, nearest.MuMinus = true, 0, 0
	additive := plasticity.Weighted{STDP: plasticity.NewSTDP()}
	calcium := plasticity.NewGraupnerBrunel()
	for _, x := range []struct {
		name string
		p    network.Projection
	}{
		{"none", network.Projection{}},
		{"short-term", network.Projection{ShortTerm: synapse.TsodyksMarkram{A: 1, U: 0.5, TauRec: 100, TauFacil: 50}}},
		{"short-term, each its own", network.Projection{ShortTerm: synapse.TsodyksMarkram{A: 1, U: 0.5, TauRec: 100, TauFacil: 50},
			ShortTermParams: map[string]string{"U": "0.5 + 0.1*randn()", "TauRec": "100*ms + 20*ms*randn()", "TauFacil": "50*ms + 10*ms*randn()"}}},
		{"pair STDP", network.Projection{Plasticity: additive}},
		{"pair STDP, nearest", network.Projection{Plasticity: nearest}},
		{"pair STDP, power law", network.Projection{Plasticity: plasticity.NewWeighted()}},
		{"pair STDP and short-term", network.Projection{Plasticity: additive, ShortTerm: synapse.NewDepressing()}},
		{"triplet", network.Projection{Plasticity: plasticity.NewTriplet()}},
		{"inhibitory", network.Projection{Plasticity: plasticity.NewInhibitorySTDP()}},
		{"BCM", network.Projection{Plasticity: plasticity.NewSpikingBCM()}},
		{"Clopath", network.Projection{Plasticity: plasticity.NewClopath()}},
		{"calcium", network.Projection{Plasticity: calcium}},
		{"reward", network.Projection{Plasticity: plasticity.NewRewardSTDP()}},
		{"scaling", network.Projection{Scaling: plasticity.NewSynapticScaling()}},
	} {
		p := x.p
		p.From, p.To, p.Rule, p.Receptor, p.Weight, p.Delay = "in", "out", network.AllToAll(), "g", "0.5*mV", "1*ms"
		net := network.Network{Seed: 1, Threads: *threads,
			Populations: []network.Population{{Name: "in", N: 2000, Rate: "10*Hz"}, {Name: "out", N: 1000, Cell: cell}},
			Projections: []network.Projection{p},
			Background:  []network.Background{{To: "out", Receptor: "v", Rate: "150*Hz", Weight: "8*mV"}}}
		c, err := network.Measure(x.name, net, *seconds, 0)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-25s %6.1f ns for each synaptic event, %5.1f bytes for each synapse, cells at %.1f Hz\n",
			x.name, c.CPU/float64(c.Events)*1e9, c.BytesPerSynapse, *c.Rate)
	}
}
