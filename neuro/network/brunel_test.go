package network

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

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

func TestTiming(t *testing.T) {
	threads, _ := strconv.Atoi(os.Getenv("THREADS"))
	n := brunel(t, 1)
	n.Threads = threads
	a := time.Now()
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	b := time.Now()
	r, err := s.Run(500, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c := time.Now()
	rate, _ := r.Rate("", 100)
	count, _ := r.Spikes("")
	fmt.Printf("threads %d shards %d: build %v, RTF %.3f, %d synapses %d bytes, %.3f Hz, %d spikes, %.2f ns/event, hash %x\n", threads, len(s.shards), b.Sub(a), c.Sub(b).Seconds()/.5, s.N(), s.Bytes(), rate, count, float64(c.Sub(b).Nanoseconds())/float64(count)/1250, r.Hash())
}
