package network

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestWeights wants the weights that a run records to be those that Connections returns
// where runs stop, for any number of threads and however synapses change, and recording
// them to change nothing.
func TestWeights(t *testing.T) {
	for name, change := range changing() {
		n := mixed(t)
		change(&n)
		var first *Weights
		var hash uint64
		for _, threads := range []int{1, 3} {
			n.Threads = threads
			s, err := n.Build()
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Run(50, RecordOptions{Weights: []WeightProbe{{From: "noise", To: "E", Receptor: "ge", Every: 6.3, Each: true}, {From: "E", To: "E", Receptor: "ge", Sources: []int{3, 4, 5}}}})
			if err != nil {
				t.Fatal(err)
			}
			w := r.Weights[0]
			if first == nil {
				first, hash = w, r.Hash()
			}
			if !slices.Equal(first.Mean.Y, w.Mean.Y) || !slices.Equal(first.SD.Y, w.SD.Y) || fmt.Sprint(first.Percentiles, first.Traces) != fmt.Sprint(w.Percentiles, w.Traces) || hash != r.Hash() {
				t.Errorf("%s: %d threads record other weights", name, threads)
			}
			if few := r.Weights[1]; few.N >= 90*300 || few.N == 0 || len(few.Mean.Y) != 100 || few.Traces != nil {
				t.Errorf("%s: %d synapses of three sources at %d times", name, few.N, len(few.Mean.Y))
			}
		}
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		for i := range first.Mean.Y {
			pairs, err := s.Connections("noise", "E", "ge")
			if err != nil {
				t.Fatal(err)
			}
			mean, sorted := 0.0, []float64{}
			for k, p := range pairs {
				if p.Weight != first.Traces[k].Y[i] {
					t.Fatalf("%s: weight %d is %g at %g ms and was recorded as %g", name, k, p.Weight, s.Time(), first.Traces[k].Y[i])
				}
				mean += p.Weight
				sorted = append(sorted, p.Weight)
			}
			slices.Sort(sorted)
			if m := mean / float64(len(pairs)); math.Abs(m-first.Mean.Y[i]) > 1e-12*math.Abs(m) || first.Percentiles[i][0] != sorted[0] || first.Percentiles[i][100] != sorted[len(sorted)-1] {
				t.Errorf("%s: mean %g, recorded %g", name, m, first.Mean.Y[i])
			}
			if m, err := s.MeanWeight("noise", "E", "ge"); err != nil || math.Abs(m-first.Mean.Y[i]) > 1e-12*math.Abs(m) {
				t.Errorf("%s: MeanWeight is %g, %v", name, m, err)
			}
			if _, err := s.Run(6.3, RecordOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestWeightTable holds the histogram, the matrix and what is refused.
func TestWeightTable(t *testing.T) {
	n := mixed(t)
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.WeightMatrix("I", "E", "gi")
	if err != nil {
		t.Fatal(err)
	}
	pairs, _ := s.Connections("I", "E", "gi")
	sum := 0.0
	for _, p := range pairs {
		sum += p.Weight
	}
	for _, row := range m {
		for _, x := range row {
			sum -= x
		}
	}
	if len(m) != 77 || len(m[0]) != 300 || math.Abs(sum) > 1e-6 {
		t.Errorf("the matrix is %d by %d and misses %g", len(m), len(m[0]), sum)
	}
	r, err := s.Run(10, RecordOptions{Weights: []WeightProbe{{From: "I", To: "E", Receptor: "gi", Every: 5}}})
	if err != nil {
		t.Fatal(err)
	}
	w := r.Weights[0]
	share, edges, err := w.Histogram(10)
	if err != nil {
		t.Fatal(err)
	}
	for j := range 10 {
		count := 0.0
		for _, p := range pairs {
			if p.Weight >= edges[j] && p.Weight < edges[j+1] || j == 9 && p.Weight == edges[10] {
				count++
			}
		}
		if want := count / float64(len(pairs)); math.Abs(share[1][j]-want) > 0.01 {
			t.Errorf("bin %d has %g, want %g", j, share[1][j], want)
		}
	}
	half, err := w.Quantile(0.5)
	if err != nil || half.Y[0] != w.Percentiles[0][50] {
		t.Errorf("the median is %v, %v", half.Y, err)
	}
	if f := w.Plot(); len(f.Panels) != 1 || len(f.Panels[0].Layers) != 2 {
		t.Error("the figure has not the histogram and the mean")
	}
	for _, c := range []struct {
		probe WeightProbe
		want  string
	}{
		{WeightProbe{From: "X", To: "E", Receptor: "ge"}, `no population "X"`},
		{WeightProbe{From: "I", To: "E", Receptor: "gx"}, `no receptor "gx"`},
		{WeightProbe{From: "I", To: "E", Receptor: "gi", Every: 0.01}, "Every is 0.01 ms"},
		{WeightProbe{From: "I", To: "E", Receptor: "gi", Sources: []int{77}}, "members are 0 to 76"},
		{WeightProbe{From: "I", To: "I", Receptor: "ge"}, "no synapse"},
		{WeightProbe{From: "I", To: "E", Receptor: "gi", Each: true, Every: 0.1}, "choose Sources or Targets"},
	} {
		if _, err := s.Run(10000, RecordOptions{Weights: []WeightProbe{c.probe}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: the error does not say %q: %v", c.probe, c.want, err)
		}
	}
}
