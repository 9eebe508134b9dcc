package neuron_test

import (
	"testing"

	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

func TestHHFires(t *testing.T) {
	r, err := neuron.NewHH().Simulate(stim.Const(10), 100, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	if r.Count() != 7 {
		t.Errorf("%d spikes, want 7", r.Count())
	}
	t.Log(r.Spikes)
}

func BenchmarkHH(b *testing.B) {
	for i := 0; i < b.N; i++ {
		if _, err := neuron.NewHH().Simulate(stim.Const(10), 100, 0.01); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/step")
}
