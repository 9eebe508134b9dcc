package network

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// changing are ways in which the synapses of mixed can change.
func changing() map[string]func(*Network) {
	weighted := plasticity.NewWeighted()
	weighted.WMax, weighted.APlus, weighted.AMinus = 10, 0.1, 0.09
	rule := func(r any) func(n *Network) {
		return func(n *Network) { n.Projections[0].Plasticity, n.Projections[4].Plasticity = r, r }
	}
	calcium := plasticity.NewGraupnerBrunel()
	calcium.Tau = 1
	reward := plasticity.NewRewardSTDP()
	reward.WMax = 10
	sliding := plasticity.NewSpikingBCM()
	sliding.Rate = 0.1
	scaling := plasticity.NewSynapticScaling()
	scaling.Tau, scaling.Beta = 0.3, 0.1
	voltage := plasticity.NewClopath()
	voltage.ThetaPlus, voltage.ThetaMinus, voltage.ALTP = -60, -70, 1e-2
	return map[string]func(*Network){
		"GraupnerBrunel": rule(calcium), "SpikingBCM": rule(sliding), "Clopath": rule(voltage),
		"RewardSTDP": func(n *Network) {
			rule(reward)(n)
			n.Projections[0].Dopamine = Dopamine{From: "I", Amount: 1e-4, Delay: "1*ms"}
			n.Projections[4].Dopamine = Dopamine{Rewards: []plasticity.Reward{{T: 20, Amount: 0.05}, {T: 45, Amount: 0.1}, {T: 60, Amount: 0.1}}, Level: "0.001*sin(2*pi*t/(50*ms))/ms"}
		},
		"Scaling": func(n *Network) {
			rule(weighted)(n)
			n.Projections[0].Scaling, n.Projections[2].Scaling, n.Projections[4].Scaling = scaling, scaling, scaling
			n.Projections[4].Plasticity = reward
		},
		"nothing": func(*Network) {}, "Weighted": rule(weighted), "Triplet": rule(plasticity.NewTriplet()),
		"ShortTermParams": func(n *Network) {
			for i, k := range []int{0, 2, 4} {
				n.Projections[k].ShortTerm = []synapse.TsodyksMarkram{synapse.NewFacilitating(), synapse.NewDepressing(), synapse.NewDepressing()}[i]
				n.Projections[k].ShortTermParams = map[string]string{"U": "0.3 + 0.2*randn()", "TauRec": "100*ms + 300*ms*rand()"}
			}
			n.Projections[4].Plasticity = weighted
		},
		"ShortTerm": func(n *Network) {
			n.Projections[0].ShortTerm, n.Projections[2].ShortTerm = synapse.NewFacilitating(), synapse.NewDepressing()
			n.Projections[4].ShortTerm, n.Projections[4].Plasticity = synapse.NewDepressing(), weighted
		},
	}
}

// TestCheckpoint wants a network that was saved and loaded, copied, or loaded with
// another number of threads to go on as one that was not.
func TestCheckpoint(t *testing.T) {
	for name, change := range changing() {
		n := mixed(t)
		change(&n)
		n.Threads = 2
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Run(45.3, RecordOptions{}); err != nil {
			t.Fatal(err)
		}
		path := t.TempDir() + "/at"
		if err := s.Save(path); err != nil {
			t.Fatal(err)
		}
		second, err := s.Copy()
		if err != nil {
			t.Fatal(err)
		}
		n.Threads = 3
		third, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		if err := third.Load(path); err != nil {
			t.Fatal(err)
		}
		var hash uint64
		var weights []Pair
		for i, x := range []*Simulation{s, second, third} {
			r, err := x.Run(30, RecordOptions{})
			if err != nil {
				t.Fatal(err)
			}
			w, err := x.Connections("noise", "E", "ge")
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				hash, weights = r.Hash(), w
			}
			if r.Hash() != hash || !slices.Equal(w, weights) {
				t.Errorf("%s: simulation %d went on otherwise", name, i)
			}
		}
		// One that never stopped.
		whole, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		if _, err = whole.Run(75.3, RecordOptions{}); err != nil {
			t.Fatal(err)
		}
		if w, _ := whole.Connections("noise", "E", "ge"); !slices.Equal(w, weights) {
			t.Errorf("%s: weights differ from those of a run without a stop", name)
		}
		n.Seed++
		if other, err := n.Build(); err != nil {
			t.Fatal(err)
		} else if err := other.Load(path); err == nil || !strings.Contains(err.Error(), "another network") {
			t.Errorf("another seed: %v", err)
		}
		data, _ := os.ReadFile(path)
		for _, bad := range [][]byte{nil, data[:10], data[:len(data)-1], append(slices.Clone(data[:100]), append([]byte{data[100] ^ 1}, data[101:]...)...)} {
			os.WriteFile(path, bad, 0o644)
			if err := s.Load(path); err == nil {
				t.Error("a damaged file was loaded")
			}
		}
		old := bytes.Replace(data, []byte(magic), []byte(family+"2\n"), 1)
		os.WriteFile(path, old, 0o644)
		if err := s.Load(path); err == nil || !strings.Contains(err.Error(), "another version") {
			t.Errorf("a file of an older version: %v", err)
		}
	}
}
