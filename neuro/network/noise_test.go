package network

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestCalciumNoise compares the efficacies of many synapses, with noise, after spikes that all
// of them have with those of plasticity's Trials: the means by their standard errors, and the
// standard deviations. Synapses of one pair of cells have noise of their own.
func TestCalciumNoise(t *testing.T) {
	rule := plasticity.NewGraupnerBrunel()
	rule.Beta, rule.Tau, rule.B = 1, 20, 5
	// The pairs of the paper, at 5 Hz with 8 ms between the spikes; the source's come as a train, and
	// the target fires by a strong synapse of another.
	const dur, synapses = 4000, 2500
	var pre, drive neuro.Spikes
	for k := range 18 {
		pre, drive = append(pre, float64(100+200*k)), append(drive, float64(108+200*k))
	}
	cell := parse(t, "dv/dt = -v/(0.5*ms) : mV\ndg/dt = -g/(5*ms) : mV", model.Options{Threshold: "v > 10*mV", Reset: "v = 0*mV"})
	n := Network{Seed: 2, Threads: 2, Populations: []Population{{Name: "in", Trains: []neuro.Spikes{pre}}, {Name: "drive", Trains: []neuro.Spikes{drive}},
		{Name: "out", N: synapses / 2, Cell: cell}},
		Projections: []Projection{{From: "in", To: "out", Rule: FixedInDegree(2), Receptor: "g", Weight: "1*mV", Plasticity: rule},
			{From: "drive", To: "out", Rule: AllToAll(), Receptor: "v", Weight: "30*mV"}}}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(dur, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	raster, err := r.Raster("out")
	if err != nil {
		t.Fatal(err)
	}
	post := raster.Trains[0]
	if len(post) != len(drive) {
		t.Fatalf("the target fires %d times, want %d", len(post), len(drive))
	}
	pairs, err := s.Connections("in", "out", "g")
	if err != nil || len(pairs) != synapses {
		t.Fatalf("%d synapses, %v", len(pairs), err)
	}
	var got []float64
	for k, p := range pairs {
		got = append(got, (p.Weight-1)/4)
		if k%2 == 1 && pairs[k-1].To == p.To && pairs[k-1].Weight == p.Weight {
			t.Fatalf("both synapses of target %d have the efficacy %g", p.To, got[k])
		}
	}
	want, err := rule.Trials(0, pre, post, dur, 4*synapses, 3)
	if err != nil {
		t.Fatal(err)
	}
	mean, se := meanSE(got)
	other, so := meanSE(want)
	if d := math.Abs(mean - other); !(d < 3.5*math.Hypot(se, so)) || mean < 10*se {
		t.Errorf("the mean efficacy is %.4f ± %.4f, want %.4f ± %.4f", mean, se, other, so)
	}
	// The standard deviation of n numbers is off by its own share of 1/sqrt(2n).
	sd, sdo := se*math.Sqrt(synapses), so*math.Sqrt(4*synapses)
	if math.Abs(sd/sdo-1) > 0.06 || sd < 0.05 {
		t.Errorf("its standard deviation is %.4f, want %.4f", sd, sdo)
	}
	t.Logf("efficacy %.4f ± %.4f, SD %.4f; %.4f ± %.4f, SD %.4f", mean, se, sd, other, so, sdo)
}
