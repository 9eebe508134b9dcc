package network

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
)

func brunel(t testing.TB, scale float64) Network {
	cell, err := model.Parse("dv/dt = -v/(20*ms) : mV (unless refractory)", model.Options{
		Threshold: "v > 20*mV", Reset: "v = 10*mV", Refractory: "2*ms"})
	if err != nil {
		t.Fatal(err)
	}
	j := fmt.Sprintf("%g*mV", 0.1/scale)
	return Network{
		Seed:        1,
		Populations: []Population{{Name: "E", N: int(10000 * scale), Cell: cell}, {Name: "I", N: int(2500 * scale), Cell: cell}},
		Projections: []Projection{
			{From: "E", Rule: FixedInDegree(int(1000 * scale)), Receptor: "v", Weight: j, Delay: "1.5*ms"},
			{From: "I", Rule: FixedInDegree(int(250 * scale)), Receptor: "v", Weight: "-5*" + j, Delay: "1.5*ms"},
		},
		Background: []Background{{Receptor: "v", N: int(1000 * scale), Rate: fmt.Sprintf("%g*Hz", 20.), Weight: j}},
	}
}

// TestBrunel holds the rate of the network to that of Brunel 2000, as NEST and
// Brian2 have it, and its spikes to themselves: the hash changes only when the
// method does.
func TestBrunel(t *testing.T) {
	n := brunel(t, 1)
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(300, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rate, err := r.Rate("", 100)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(rate-37.7) > 1.5 {
		t.Errorf("%g Hz, want 37.7", rate)
	}
	const want = 0x6bec1a30092b464a
	if h := r.Hash(); h != want {
		t.Errorf("the hash of the spikes is %#x, want %#x", h, uint64(want))
	}
}
