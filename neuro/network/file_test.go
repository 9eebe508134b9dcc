package network

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// TestFile wants a network that was written and read to be the same to the bit.
func TestFile(t *testing.T) {
	n := mixed(t)
	rule := plasticity.NewWeighted()
	rule.WMax = 10
	n.Projections[0].Plasticity, n.Projections[4].Plasticity = rule, plasticity.NewTriplet()
	n.Projections[1].Plasticity, n.Projections[1].Dopamine = plasticity.NewRewardSTDP(), Dopamine{From: "I", Amount: 0.01, Rewards: []plasticity.Reward{{T: 3, Amount: 1}}}
	n.Projections[2].ShortTerm, n.Projections[2].ShortTermParams = synapse.NewDepressing(), map[string]string{"U": "0.5*rand()"}
	n.Projections[3].Plasticity, n.Projections[5].Scaling = plasticity.NewGraupnerBrunel(), plasticity.NewSynapticScaling()
	path := filepath.Join(t.TempDir(), "net.json")
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
	m, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if n.fingerprint() != m.fingerprint() {
		t.Error("the fingerprints differ")
	}
	var hash [2]uint64
	for i, x := range []*Network{&n, m} {
		s, err := x.Build()
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(40, RecordOptions{})
		if err != nil {
			t.Fatal(err)
		}
		hash[i] = r.Hash()
	}
	if hash[0] != hash[1] {
		t.Error("the spikes differ")
	}
	data, _ := os.ReadFile(path)
	for old, want := range map[string]string{
		"description 1": "format", `"Kind": "Weighted"`: "no plasticity", `"Cell": [`: "Cell", `"Threads"`: "Thread", "dv/dt": "cell 0",
	} {
		bad := map[string]string{"description 1": "description 9", `"Kind": "Weighted"`: `"Kind": "Wighted"`, `"Cell": [`: `"Cell": [7, `, `"Threads"`: `"Threds"`, "dv/dt": "dq/dt"}[old]
		if !strings.Contains(string(data), old) {
			t.Fatalf("the file has no %s", old)
		}
		if _, err := decode([]byte(strings.Replace(string(data), old, bad, 1))); err == nil {
			t.Errorf("%s: read (%s)", bad, want)
		}
	}
	n.Populations[0].Drive = map[string]stim.Stimulus{"I": stim.Const(1)}
	if err := n.Write(path); err == nil || !strings.Contains(err.Error(), "Drive") {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	n := mixed(f)
	path := filepath.Join(f.TempDir(), "net.json")
	if err := n.Write(path); err != nil {
		f.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if n, err := decode(data); err == nil {
			n.Table() // must not panic
		}
	})
}
