package fmri

import (
	"math"
	"testing"
)

// TestNull: on smooth noise without an effect the tests that are exact find
// something as often as the binomial distribution allows around their level, and
// the random field not more often. notebooks/bench/nulls.go does more of it.
func TestNull(t *testing.T) {
	const sets, level = 300, 0.05
	count := map[string]int{}
	for k := range sets {
		g, err := FitGroup(smoothNoise(10, [3]int{7, 7, 6}, 1.5, uint64(1000+k)), nil, OneSample(10), GroupOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := g.Permute("mean", PermuteOptions{N: 99, ClusterP: 0.05, TFCE: true, Seed: uint64(k)})
		if err != nil {
			t.Fatal(err)
		}
		add := func(name string, p ...float64) {
			for _, v := range p {
				if v <= level {
					count[name]++
					return
				}
			}
		}
		add("max-T", r.PMax...)
		add("TFCE", r.PTFCE...)
		var mass []float64
		for _, c := range r.Clusters.Clusters {
			mass = append(mass, c.PMass)
		}
		add("cluster mass", mass...)
		f, err := g.RandomField("mean", RandomFieldOptions{ClusterP: 0.01})
		if err != nil {
			t.Fatal(err)
		}
		var peaks []float64
		for _, c := range f.Clusters.Clusters {
			peaks = append(peaks, c.Peaks[0].P)
		}
		add("random field", peaks...)
	}
	// 99 % of binomial counts lie within this of their mean.
	width := 2.576*math.Sqrt(sets*level*(1-level)) + 1
	for name, n := range count {
		t.Logf("%s: %d of %d", name, n, sets)
		if float64(n) > sets*level+width || name != "random field" && float64(n) < sets*level-width {
			t.Errorf("%s found something in %d of %d data sets without an effect, expected %g ± %.1f", name, n, sets, sets*level, width)
		}
	}
	if len(count) < 3 {
		t.Errorf("tests that never found anything: only %v did", count)
	}
}
