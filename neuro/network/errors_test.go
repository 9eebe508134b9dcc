package network

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// TestImpossible asks for what cannot be: each is refused before anything is built,
// with the number or name and what is allowed.
func TestImpossible(t *testing.T) {
	cell := conductances(t)
	base := func() Network {
		return Network{
			Populations: []Population{{Name: "E", N: 100, Cell: cell}, {Name: "I", N: 25, Cell: cell}, {Name: "in", N: 10, Rate: "5*Hz"}},
			Projections: []Projection{{From: "E", To: "I", Rule: FixedInDegree(10), Receptor: "ge", Weight: "1*nS", Delay: "1*ms"}},
			Background:  []Background{{To: "E", Receptor: "ge", N: 10, Rate: "5*Hz", Weight: "1*nS"}},
		}
	}
	if _, err := func() (*Simulation, error) { n := base(); return n.Build() }(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(n *Network)
		want   []string
	}{
		{"dt", func(n *Network) { n.Dt = -1 }, []string{"Dt is -1 ms", "positive"}},
		{"no populations", func(n *Network) { n.Populations = nil }, []string{"no population"}},
		{"no name", func(n *Network) { n.Populations[1].Name = "" }, []string{"population 1 has no name"}},
		{"same name", func(n *Network) { n.Populations[1].Name = "E" }, []string{`"E"`, "two of this name"}},
		{"N", func(n *Network) { n.Populations[0].N = 0 }, []string{`"E"`, "N is 0", "50000000"}},
		{"nothing", func(n *Network) { n.Populations[0].Cell = nil }, []string{"0 of Cell, Rate and Trains"}},
		{"two things", func(n *Network) { n.Populations[0].Rate = "1*Hz" }, []string{"2 of Cell, Rate and Trains"}},
		{"parameters of sources", func(n *Network) { n.Populations[2].Params = map[string]string{"a": "1"} }, []string{`"in"`, "sources of spikes"}},
		{"rate in mV", func(n *Network) { n.Populations[2].Rate = "5*mV" }, []string{`"in"`, "rate 1:1", "rate must be a rate (1/s); the formula gives a voltage"}},
		{"negative rate", func(n *Network) { n.Populations[2].Rate = "-5*Hz" }, []string{`"in"`, "-5 Hz"}},
		{"disorder", func(n *Network) {
			n.Populations[2] = Population{Name: "in", Trains: []neuro.Spikes{{3, 2}}}
		}, []string{"train 0 has 2 ms at place 1", "ascending"}},
		{"trains", func(n *Network) { n.Populations[2] = Population{Name: "in", N: 5, Trains: []neuro.Spikes{{3}}} }, []string{"1 trains for 5 members"}},
		{"positions", func(n *Network) { n.Populations[0].Positions = [][3]float64{{}} }, []string{"1 positions for 100 members"}},
		{"NaN position", func(n *Network) {
			n.Populations[0].Positions = make([][3]float64, 100)
			n.Populations[0].Positions[7][1] = math.NaN()
		}, []string{"position 7"}},
		{"parameter", func(n *Network) { n.Populations[0].Params = map[string]string{"gL": "10 mV"} }, []string{`"E"`, "gL"}},
		{"initial", func(n *Network) { n.Populations[0].Initial = map[string]string{"u": "1"} }, []string{`"E"`, "u is not a variable"}},
		{"drive", func(n *Network) { n.Populations[0].Drive = map[string]stim.Stimulus{"I": stim.Const(1)} }, []string{`"E"`, "I is no input"}},
		{"source name", func(n *Network) { n.Projections[0].From = "Ex" }, []string{"projection 0", `no population "Ex"`, `did you mean "E"?`}},
		{"target name", func(n *Network) { n.Projections[0].To = "J" }, []string{"projection 0", `no population "J"`}},
		{"onto sources", func(n *Network) { n.Projections[0].To = "in" }, []string{"projection 0", "takes none"}},
		{"receptor", func(n *Network) { n.Projections[0].Receptor = "gE" }, []string{"projection 0", `no receptor "gE"`, `did you mean "ge"?`}},
		{"no receptor", func(n *Network) { n.Projections[0].Receptor = "" }, []string{"Receptor is empty"}},
		{"receptor anywhere", func(n *Network) { n.Projections[0].To, n.Projections[0].Receptor = "", "nmda" }, []string{`no population has the receptor "nmda"`, "ge"}},
		{"weight unit", func(n *Network) { n.Projections[0].Weight = "1*mV" }, []string{"projection 0", "weight 1:1", "weight must be a conductance (S); the formula gives a voltage"}},
		{"no weight", func(n *Network) { n.Projections[0].Weight = "" }, []string{"Weight is empty", "nS"}},
		{"weight", func(n *Network) { n.Projections[0].Weight = "1*nS/0" }, []string{"weight is +Inf"}},
		{"random weight", func(n *Network) { n.Projections[0].Weight = "1*nS/(rand()*0)" }, []string{"projection 0", "the weight from", "finite"}},
		{"short delay", func(n *Network) { n.Projections[0].Delay = "0.01*ms" }, []string{"0.01 ms", "half a time step of 0.1 ms"}},
		{"negative delay", func(n *Network) { n.Projections[0].Delay = "-1*ms" }, []string{"delay is -1 ms"}},
		{"long delay", func(n *Network) { n.Projections[0].Delay = "1*hour" }, []string{"delay"}},
		{"long delay in ms", func(n *Network) { n.Projections[0].Delay = "1e5*ms" }, []string{"1000000 steps", "65535"}},
		{"impossible delay", func(n *Network) { n.Projections[0].Delay = "-1*ms + 0.001*ms*rand()" }, []string{"delay from", "a thousand draws"}},
		{"distance", func(n *Network) { n.Projections[0].Weight = "1*nS*exp(-distance/(100*um))" }, []string{"distance", "no Positions"}},
		{"no rule", func(n *Network) { n.Projections[0].Rule = Rule{} }, []string{"Rule is empty", "FixedInDegree(n)"}},
		{"rule", func(n *Network) { n.Projections[0].Rule.Kind = "small world" }, []string{`no rule "small world"`}},
		{"in-degree", func(n *Network) { n.Projections[0].Rule = FixedInDegree(-1) }, []string{"N is -1"}},
		{"too many", func(n *Network) { n.Projections[0].Rule = Rule{Kind: fixedInDegree, N: 101} }, []string{"101 connections", "100 members"}},
		{"probability", func(n *Network) { n.Projections[0].Rule = Bernoulli(1.5) }, []string{"probability is 1.5"}},
		{"one to one", func(n *Network) { n.Projections[0].Rule = OneToOne() }, []string{"100 members", "25"}},
		{"index", func(n *Network) { n.Projections[0].Rule = List(Pair{100, 3, 1, 1}) }, []string{"pair 0 is from 100 to 3", "0 to 99"}},
		{"pair", func(n *Network) {
			n.Projections[0].Rule, n.Projections[0].Weight = List(Pair{1, 3, math.NaN(), 1}), ""
		}, []string{"pair 0", "NaN"}},
		{"total", func(n *Network) { n.Projections[0].Rule = Rule{Kind: fixedTotal, N: 5} }, []string{"with replacement"}},
		{"plasticity", func(n *Network) { n.Projections[0].Plasticity = &plasticity.STDP{} }, []string{"*plasticity.STDP", "STDP, SpikingBCM, Triplet and Weighted"}},
		{"plasticity values", func(n *Network) { n.Projections[0].Plasticity = plasticity.STDP{} }, []string{"STDP"}},
		{"short-term part", func(n *Network) { n.Projections[0].ShortTerm = synapse.TsodyksMarkram{A: 1, U: 2, TauRec: 800} }, []string{"projection 0", "U is 2", "at most 1"}},
		{"short-term parameter", func(n *Network) {
			n.Projections[0].ShortTerm, n.Projections[0].ShortTermParams = synapse.NewDepressing(), map[string]string{"tau": "1*ms"}
		}, []string{"projection 0", `"tau"`, "U, TauRec and TauFacil"}},
		{"short-term parameter's value", func(n *Network) {
			n.Projections[0].ShortTerm, n.Projections[0].ShortTermParams = synapse.NewDepressing(), map[string]string{"U": "1.5"}
		}, []string{"projection 0", "U is 1.5", "at most 1"}},
		{"short-term draws", func(n *Network) {
			n.Projections[0].ShortTerm, n.Projections[0].ShortTermParams = synapse.NewDepressing(), map[string]string{"U": "2 + rand()"}
		}, []string{"projection 0", "U from", "a thousand draws", "at most 1"}},
		{"short-term unit", func(n *Network) {
			n.Projections[0].ShortTerm, n.Projections[0].ShortTermParams = synapse.NewDepressing(), map[string]string{"TauRec": "1*mV"}
		}, []string{"projection 0", "TauRec", "voltage"}},
		{"no short-term", func(n *Network) { n.Projections[0].ShortTermParams = map[string]string{"U": "0.5"} }, []string{"there is no ShortTerm"}},
		{"dopamine", func(n *Network) { n.Projections[0].Dopamine.From = "I" }, []string{"Dopamine is for", "RewardSTDP"}},
		{"dopamine name", func(n *Network) {
			n.Projections[0].Plasticity, n.Projections[0].Dopamine.From = plasticity.NewRewardSTDP(), "VTA"
		}, []string{"Dopamine", `no population "VTA"`}},
		{"dopamine level", func(n *Network) {
			n.Projections[0].Plasticity, n.Projections[0].Dopamine.Level = plasticity.NewRewardSTDP(), "1*mV"
		}, []string{"Dopamine", "level"}},
		{"calcium and scaling", func(n *Network) {
			n.Projections[0].Plasticity, n.Projections[0].Scaling = plasticity.NewGraupnerBrunel(), plasticity.NewSynapticScaling()
		}, []string{"GraupnerBrunel", "Scaling", "leave one out"}},
		{"scaling", func(n *Network) { n.Projections[0].Scaling = plasticity.SynapticScaling{Goal: 5} }, []string{"projection 0", "Tau is 0"}},
		{"sliding threshold", func(n *Network) {
			n.Projections[0].Plasticity = plasticity.SpikingBCM{Goal: 5, TauRate: 100, TauTheta: 50}
		}, []string{"projection 0", "TauTheta is 50 ms", "slower"}},
		{"short-term efficacy", func(n *Network) { n.Projections[0].ShortTerm = synapse.TsodyksMarkram{U: 0.5, TauRec: 800} }, []string{"projection 0", "A is 0", "usually 1"}},
		{"background", func(n *Network) { n.Background[0].Receptor = "v2" }, []string{"background 0", `no receptor "v2"`}},
		{"background rate", func(n *Network) { n.Background[0].Rate = "5" }, []string{"background 0", "rate 1:1", "Hz"}},
		{"background weight", func(n *Network) { n.Background[0].Weight = "1*nS*t/ms" }, []string{"background 0", "changes with the time"}},
		{"background number", func(n *Network) { n.Background[0].N = -3 }, []string{"N is -3"}},
		{"memory", func(n *Network) {
			n.Populations[0].N, n.Populations[1].N = 5_000_000, 1_000_000
			n.Projections[0].Rule = FixedInDegree(1_000_000)
		}, []string{"1e+12 synapses", "GB free", "projection 0"}},
	} {
		n := base()
		c.change(&n)
		_, err := n.Build()
		if err == nil {
			t.Errorf("%s: it was built", c.name)
			continue
		}
		for _, want := range append(c.want, "network: ") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not say %q: %v", c.name, want, err)
			}
		}
	}
	n := base()
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dur  float64
		o    RecordOptions
		want string
	}{
		{-1, RecordOptions{}, "dur is -1"},
		{math.NaN(), RecordOptions{}, "dur is NaN"},
		{1, RecordOptions{States: []Probe{{Population: "X"}}}, `no population "X"`},
		{1, RecordOptions{States: []Probe{{Population: "in", Variables: []string{"v"}}}}, "has no cells"},
		{1, RecordOptions{States: []Probe{{Population: "E", Variables: []string{"x"}}}}, `no variable "x"`},
		{1, RecordOptions{States: []Probe{{Population: "E"}}}, "Variables is empty"},
		{1, RecordOptions{States: []Probe{{Population: "E", Variables: []string{"v"}, Cells: []int{100}}}}, "no cell 100"},
		{1, RecordOptions{States: []Probe{{Population: "E", Variables: []string{"v"}, Every: 0.01}}}, "Every is 0.01"},
		{1, RecordOptions{Live: -1}, "Live is -1"},
		{1, RecordOptions{Quiet: []string{"X"}}, `no population "X"`},
	} {
		if _, err := s.Run(c.dur, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%g %v: %v", c.dur, c.o, err)
		}
	}
	r, err := s.Run(10, RecordOptions{Quiet: []string{"E"}})
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"rate": func() error { _, err := r.Rate("X", 0); return err }(), "skip": func() error { _, err := r.Rate("E", 11); return err }(),
		"quiet": func() error { _, err := r.Raster("E"); return err }(), "bin": func() error { _, err := r.PopulationRate("E", 0); return err }(),
		"long bin": func() error { _, err := r.PopulationRate("E", 11); return err }(), "connections": func() error { _, err := s.Connections("E", "I", "gx"); return err }(),
		"set": s.Set("E", "v", 1, 2), "set what": s.Set("E", "x", 1), "load": s.Load("no such file"),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "network: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestSmall runs networks of one cell, of none that fires, and for no time.
func TestSmall(t *testing.T) {
	cell := parse(t, "dv/dt = (30*mV - v)/(10*ms) : mV", model.Options{Threshold: "v > 20*mV", Reset: "v = 0*mV"})
	for _, threads := range []int{1, 8} {
		n := Network{Threads: threads, Populations: []Population{{Name: "a", N: 1, Cell: cell}},
			Projections: []Projection{{From: "a", Rule: AllToAll(), Receptor: "v", Weight: "1*mV", Delay: "2*ms"}}}
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(0, RecordOptions{})
		if err != nil || len(r.pops[0].ends) != 0 {
			t.Error(err)
		}
		if r, err = s.Run(100, RecordOptions{}); err != nil {
			t.Fatal(err)
		}
		if k, _ := r.Spikes("a"); k < 5 {
			t.Errorf("%d spikes", k)
		}
		if b := r.Show(); b.Data["image/png"] == nil {
			t.Errorf("the result shows as %v", b)
		}
		if _, err := r.CV("a", 0); err != nil {
			t.Error(err)
		}
		n.Projections = nil
		if s, err = n.Build(); err != nil {
			t.Fatal(err)
		}
		if _, err = s.Run(100, RecordOptions{}); err != nil {
			t.Fatal(err)
		}
		n.Show()
		if s.String() != "network of 1 cells and 0 synapses (0 kB) in 1 parts, at 100 ms" {
			t.Error(s)
		}
	}
}
