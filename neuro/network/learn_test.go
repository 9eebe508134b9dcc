package network

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestPlasticity wants the weights of a network to be what the rule makes of the
// spikes: of those of the source when they arrive.
func TestPlasticity(t *testing.T) {
	const dur, sources, delay = 3000., 40, 1.2
	trains := trainsAt(sources, dur, 40, 6)
	cell := parse(t, "dv/dt = -v/(10*ms) : mV\nw = 0*mV : mV\ndg/dt = -g/(5*ms) : mV",
		model.Options{Threshold: "v > 5*mV", Reset: "v = 0*mV"})
	triplet, err := plasticity.TripletSet("hippocampal, all-to-all")
	if err != nil {
		triplet = plasticity.NewTriplet()
	}
	triplet.WMax = 1
	stdp := plasticity.NewSTDP()
	stdp.Window = 1e6
	nearest := plasticity.NewWeighted()
	nearest.Nearest, nearest.MuPlus, nearest.MuMinus = true, 1, 1
	inhibitory := plasticity.NewInhibitorySTDP()
	inhibitory.WMax = 10
	for _, rule := range []plasticity.Rule{plasticity.Weighted{STDP: stdp}, plasticity.NewWeighted(), nearest, triplet, inhibitory} {
		for _, threads := range []int{1, 2} {
			n := Network{Seed: 3, Threads: threads, Populations: []Population{{Name: "in", Trains: trains}, {Name: "out", N: 130, Cell: cell}},
				Projections: []Projection{{From: "in", To: "out", Rule: AllToAll(), Receptor: "g", Weight: "0.5*mV", Delay: fmt.Sprintf("%g*ms", delay), Plasticity: rule}},
				Background:  []Background{{To: "out", Receptor: "v", Rate: "40*Hz", Weight: "6*mV"}}}
			s, err := n.Build()
			if err != nil {
				t.Fatal(err)
			}
			res, err := s.Run(dur, RecordOptions{})
			if err != nil {
				t.Fatal(err)
			}
			posts, err := res.Raster("out")
			if err != nil {
				t.Fatal(err)
			}
			pairs, err := s.Connections("in", "out", "g")
			if err != nil {
				t.Fatal(err)
			}
			if len(pairs) != sources*130 {
				t.Fatal(len(pairs))
			}
			worst, moved := 0.0, 0.0
			for _, p := range pairs {
				if p.To%13 != 0 {
					continue
				}
				pre := make(neuro.Spikes, len(trains[p.From]))
				for i, x := range trains[p.From] {
					pre[i] = math.Round((math.Round(x*10)/10+delay)*10) / 10
				}
				post := make(neuro.Spikes, 0, len(posts.Trains[p.To]))
				for _, x := range posts.Trains[p.To] {
					if x < dur-0.15 { // the last step waits for its arrivals
						post = append(post, math.Round(x*10)/10)
					}
				}
				want, err := rule.Run(0.5, pre, post)
				if err != nil {
					t.Fatal(err)
				}
				worst = math.Max(worst, math.Abs(want-p.Weight))
				moved = math.Max(moved, math.Abs(want-0.5))
			}
			if worst > 2e-4*moved || moved < 1e-3 {
				t.Errorf("%T, %d threads: weights moved by up to %g and are up to %g away from the rule's", rule, threads, moved, worst)
			}
		}
	}
}
