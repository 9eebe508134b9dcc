package network

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestDopamine wants the same weights of rewards at given times, of the spikes of a
// population that fires a delay before, of Simulation.Reward between runs, and of a
// constant level instead of Tonic.
func TestDopamine(t *testing.T) {
	cell := parse(t, "dv/dt = -v/(10*ms) : mV\ndg/dt = -g/(5*ms) : mV", model.Options{Threshold: "v > 5*mV", Reset: "v = 0*mV"})
	rule := plasticity.NewRewardSTDP()
	rule.Tonic = 2e-4
	times := []float64{100.3, 250, 250, 600}
	var rewards []plasticity.Reward
	for _, x := range times {
		rewards = append(rewards, plasticity.Reward{T: x, Amount: 0.004})
	}
	plain := rule
	plain.Tonic = 0
	run := func(rule plasticity.RewardSTDP, d Dopamine, given bool) []float64 {
		n := Network{Seed: 3, Threads: 2, Populations: []Population{{Name: "in", Trains: trainsAt(20, 900, 40, 6)}, {Name: "out", N: 130, Cell: cell},
			{Name: "VTA", Trains: []neuro.Spikes{{98.3, 248}, {248, 598}}}},
			Projections: []Projection{{From: "in", To: "out", Rule: AllToAll(), Receptor: "g", Weight: "1*mV", Delay: "3*ms", Plasticity: rule, Dopamine: d}},
			Background:  []Background{{To: "out", Receptor: "v", Rate: "40*Hz", Weight: "6*mV"}}}
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range append(times, 900) {
			if _, err := s.Run(x-s.Time(), RecordOptions{}); err != nil {
				t.Fatal(err)
			}
			if given && x < 900 {
				if err := s.Reward("in", "out", 0.004); err != nil {
					t.Fatal(err)
				}
			}
		}
		w, err := s.Weights("in", "out", "g")
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	want := run(rule, Dopamine{Rewards: rewards}, false)
	for name, got := range map[string][]float64{
		"spikes": run(rule, Dopamine{From: "VTA", Amount: 0.004, Delay: "2*ms"}, false),
		"Reward": run(rule, Dopamine{}, true),
		"level":  run(plain, Dopamine{Rewards: rewards, Level: "0.0002/ms"}, false),
	} {
		moved := 0.0
		for i, x := range got {
			if moved = math.Max(moved, math.Abs(x-1)); math.Abs(x-want[i]) > 1e-6 {
				t.Fatalf("%s: weight %d is %g, and %g by rewards at given times", name, i, x, want[i])
			}
		}
		if moved < 0.01 {
			t.Errorf("%s: weights moved by %g only", name, moved)
		}
	}
}
