package network

import (
	"os"
	"os/exec"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestHash holds spikes and learned weights of a network with every kind of
// population, rule, weight and delay to a number that changes only when a method
// does: on every CPU, with assembly and without, and whether synapses are stored or not.
func TestHash(t *testing.T) {
	n := mixed(t)
	rule := plasticity.NewWeighted()
	rule.WMax, rule.APlus, rule.AMinus = 10, 0.1, 0.09
	n.Projections[0].Plasticity, n.Projections[4].Plasticity = rule, plasticity.NewTriplet()
	for _, procedural := range []bool{false, true} {
		for _, i := range []int{1, 2, 3, 5, 6} {
			n.Projections[i].Procedural = procedural
		}
		hash(t, n)
	}
	const child = "NETWORK_TEST_HASH" // a program of this test starts no other
	if vec.AVX2() && os.Getenv(child) == "" {
		for _, without := range []string{"cpu.avx512f=off", "cpu.avx2=off"} {
			c := exec.Command(os.Args[0], "-test.run", "^TestHash$")
			c.Env = append(os.Environ(), child+"=1", "GODEBUG="+without)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", without, err, out)
			}
		}
	}
}

func hash(t *testing.T, n Network) {
	t.Helper()
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(100, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h := r.Hash()
	w, err := s.Weights("noise", "E", "ge")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range w {
		h = (h ^ uint64(x*1e12)) * 1099511628211
	}
	const want = 0x3485b3da6bae1064
	if h != want {
		t.Errorf("the hash is %#x, want %#x", h, uint64(want))
	}
}
