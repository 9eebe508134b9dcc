package network_test

import (
	"fmt"
	"log"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A small network that balances excitation by inhibition.
func Example() {
	cell, err := model.Parse(`
		dv/dt = (ge + gi - (v + 49*mV))/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(5*ms) : mV
		dgi/dt = -gi/(10*ms) : mV
	`, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms",
		Initial: map[string]string{"v": "-60*mV + 10*mV*rand()"},
	})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Seed:        1,
		Populations: []network.Population{{Name: "E", N: 3200, Cell: cell}, {Name: "I", N: 800, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.Bernoulli(0.02), Receptor: "ge", Weight: "1.62*mV"},
			{From: "I", Rule: network.Bernoulli(0.02), Receptor: "gi", Weight: "-9*mV"},
		},
	}
	sim, err := net.Build()
	if err != nil {
		log.Fatal(err)
	}
	r, err := sim.Run(500, network.RecordOptions{})
	if err != nil {
		log.Fatal(err)
	}
	e, _ := r.Rate("E", 100)
	i, _ := r.Rate("I", 100)
	fmt.Printf("E %.1f Hz, I %.1f Hz\n", e, i)
	// Output:
	// E 5.7 Hz, I 5.6 Hz
}

// Cells of the catalogue are populations as well; their stimulus drives an input.
func ExamplePopulation() {
	net := network.Network{
		Populations: []network.Population{
			{Name: "in", N: 100, Rate: "30*Hz"},
			{Name: "out", N: 1, Cell: neuron.NewAdEx()},
		},
		Projections: []network.Projection{
			{From: "in", To: "out", Rule: network.AllToAll(), Receptor: "V", Weight: "1*mV", Delay: "1*ms"},
		},
	}
	sim, err := net.Build()
	if err != nil {
		log.Fatal(err)
	}
	r, err := sim.Run(1000, network.RecordOptions{States: []network.Probe{{Population: "out", Variables: []string{"V"}}}})
	if err != nil {
		log.Fatal(err)
	}
	n, _ := r.Spikes("out")
	fmt.Println(n > 0, len(r.Traces[0][0].Y))
	// Output: true 10000
}

// Inhibition that learns: its weights grow until the target fires at 5 Hz.
func ExampleProjection() {
	rule := plasticity.NewInhibitorySTDP()
	rule.Eta, rule.Target, rule.WMax = 0.05, 5, 50
	cell, err := model.Parse(`
		dv/dt = (-60*mV - v + ge*(0*mV - v)/(10*nS) + gi*(-80*mV - v)/(10*nS))/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
	`, model.Options{Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms", Initial: map[string]string{"v": "-60*mV"}})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Populations: []network.Population{{Name: "e", N: 100, Rate: "20*Hz"}, {Name: "i", N: 50, Rate: "20*Hz"}, {Name: "out", N: 20, Cell: cell}},
		Projections: []network.Projection{
			{From: "e", To: "out", Rule: network.AllToAll(), Receptor: "ge", Weight: "0.5*nS"},
			{From: "i", To: "out", Rule: network.AllToAll(), Receptor: "gi", Weight: "0.1*nS", Plasticity: rule},
		},
	}
	sim, err := net.Build()
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		r, err := sim.Run(10000, network.RecordOptions{})
		if err != nil {
			log.Fatal(err)
		}
		hz, _ := r.Rate("out", 0)
		fmt.Printf("%.0f Hz\n", hz)
	}
	// Output:
	// 7 Hz
	// 6 Hz
	// 6 Hz
}

// The asynchronous irregular state of Brunel (2000): what theory expects, and what
// the network does.
func ExampleMeanField() {
	expected, err := network.BrunelMeanField(5, 2).Rates(nil)
	if err != nil {
		log.Fatal(err)
	}
	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Seed:        1,
		Populations: []network.Population{{Name: "E", N: 10000, Cell: cell}, {Name: "I", N: 2500, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.FixedInDegree(1000), Receptor: "v", Weight: "0.1*mV", Delay: "1.5*ms"},
			{From: "I", Rule: network.FixedInDegree(250), Receptor: "v", Weight: "-0.5*mV", Delay: "1.5*ms"},
		},
		Background: []network.Background{{Receptor: "v", N: 1000, Rate: "20*Hz", Weight: "0.1*mV"}},
	}
	sim, err := net.Build()
	if err != nil {
		log.Fatal(err)
	}
	r, err := sim.Run(300, network.RecordOptions{})
	if err != nil {
		log.Fatal(err)
	}
	found, _ := r.Rate("E", 100)
	fmt.Printf("expected %.1f Hz, found %.1f Hz\n", expected[0], found)
	// Output:
	// expected 37.9 Hz, found 37.2 Hz
}

// Depression and facilitation: what each spike of a regular train adds to its target,
// and the steady state in closed form.
func ExampleProjection_shortTerm() {
	cell, err := model.Parse("dg/dt = 0*nS/ms : nS", model.Options{})
	if err != nil {
		log.Fatal(err)
	}
	train := make(neuro.Spikes, 200)
	for k := range train {
		train[k] = 50 * float64(k) // ms, 20 Hz
	}
	for _, s := range []synapse.TsodyksMarkram{synapse.NewDepressing(), synapse.NewFacilitating()} {
		net := network.Network{
			Populations: []network.Population{{Name: "in", Trains: []neuro.Spikes{train}}, {Name: "out", N: 1, Cell: cell}},
			Projections: []network.Projection{
				{From: "in", To: "out", Rule: network.AllToAll(), Receptor: "g", Weight: "10*nS", Delay: "1*ms", ShortTerm: s},
			},
		}
		sim, err := net.Build()
		if err != nil {
			log.Fatal(err)
		}
		r, err := sim.Run(10000, network.RecordOptions{States: []network.Probe{{Population: "out", Variables: []string{"g"}, Every: 50}}})
		if err != nil {
			log.Fatal(err)
		}
		g := r.Traces[0][0].Y // before each spike arrives
		_, _, steady := s.SteadyState(20)
		fmt.Printf("%.2f, %.2f ... %.2f nS; expected %.2f nS\n", g[1]-g[0], g[2]-g[1], g[199]-g[198], 10*steady)
	}
	// Output:
	// 5.00, 2.65 ... 0.57 nS; expected 0.57 nS
	// 0.40, 0.75 ... 2.69 nS; expected 2.69 nS
}

// A recurrent network whose cells fire in turn, one every 6 ms: by the voltage rule
// synapses onto the next cells grow, and those back fade (Clopath et al. 2010, Figure 5).
func ExampleProjection_voltage() {
	cell, err := model.Parse(`
		dv/dt = (-70*mV - v + 2*mV*exp(clip((v + 50*mV)/(2*mV), -50, 4)) + s)/(10*ms) : mV
		ds/dt = -s/(2*ms) : mV
	`, model.Options{Threshold: "v > 0*mV", Reset: "v = -65*mV", Initial: map[string]string{"v": "-70*mV"}})
	if err != nil {
		log.Fatal(err)
	}
	const n = 10
	trains := make([]neuro.Spikes, n)
	for t := 0.0; t < 12000; t += 60 {
		for i := range trains {
			trains[i] = append(trains[i], t+6*float64(i))
		}
	}
	voltage := plasticity.NewClopath()
	voltage.WMax = 3
	net := network.Network{
		Populations: []network.Population{{Name: "in", Trains: trains}, {Name: "E", N: n, Cell: cell}},
		Projections: []network.Projection{
			{From: "in", To: "E", Rule: network.OneToOne(), Receptor: "s", Weight: "300*mV"},
			{From: "E", To: "E", Rule: network.AllToAll(), Receptor: "s", Weight: "1*mV", Delay: "1*ms", Plasticity: voltage},
		},
	}
	sim, err := net.Build()
	if err != nil {
		log.Fatal(err)
	}
	r, err := sim.Run(12000, network.RecordOptions{Weights: []network.WeightProbe{{From: "E", To: "E", Receptor: "s"}}})
	if err != nil {
		log.Fatal(err)
	}
	w, err := sim.WeightMatrix("E", "E", "s")
	if err != nil {
		log.Fatal(err)
	}
	for _, ahead := range []int{1, 2, -1, -2} {
		sum := 0.0
		for i := range w {
			sum += w[i][(i+ahead+n)%n]
		}
		fmt.Printf("%+d: %.2f mV\n", ahead, sum/n)
	}
	fmt.Println(r.Weights[0].N, "weights,", len(r.Weights[0].Mean.Y), "samples")
	// Output:
	// +1: 1.04 mV
	// +2: 1.01 mV
	// -1: 0.60 mV
	// -2: 0.69 mV
	// 100 weights, 100 samples
}

// The local field potential of a network that oscillates: the proxy of the currents has its
// peak where the rate has it.
func ExampleLFP() {
	cell, err := model.Parse(`
		dv/dt = (ge + gi - v)/(20*ms) : mV (unless refractory)
		dge/dt = -ge/(2*ms) : mV
		dgi/dt = -gi/(5*ms) : mV
	`, model.Options{Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
	if err != nil {
		log.Fatal(err)
	}
	net := network.Network{
		Seed:        1,
		Populations: []network.Population{{Name: "E", N: 1600, Cell: cell}, {Name: "I", N: 400, Cell: cell}},
		Projections: []network.Projection{
			{From: "E", Rule: network.FixedInDegree(160), Receptor: "ge", Weight: "2.5*mV", Delay: "1*ms"},
			{From: "I", Rule: network.FixedInDegree(40), Receptor: "gi", Weight: "-8*mV", Delay: "1*ms"},
		},
		Background: []network.Background{{Receptor: "ge", N: 400, Rate: "12*Hz", Weight: "2.5*mV"}},
	}
	sim, err := net.Build()
	if err != nil {
		log.Fatal(err)
	}
	r, err := sim.Run(1100, network.RecordOptions{LFP: []network.LFP{
		{Population: "E", AMPA: "ge", GABA: "gi"},
		{Population: "E", Proxy: "rate"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	if r, err = r.Window(100, 1100); err != nil {
		log.Fatal(err)
	}
	for _, x := range r.LFP {
		s, err := signal.Welch(x.Y, x.FS(), signal.WelchOptions{SegmentLen: 2000, Overlap: -1})
		if err != nil {
			log.Fatal(err)
		}
		peak := 0
		for k := range s.F {
			if s.P[k] > s.P[peak] {
				peak = k
			}
		}
		fmt.Printf("%s: most power at %.0f Hz\n", x.Name, s.F[peak])
	}
	// Output:
	// LFP of E, RWS: most power at 35 Hz
	// LFP of E, rate: most power at 35 Hz
}
