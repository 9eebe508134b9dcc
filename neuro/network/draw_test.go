package network

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// TestDrawnPairs wants every pair that a rule allows to be drawn equally often, by chi
// squared, the degrees that a rule fixes to be so, and those that it leaves open to scatter as
// those of independent draws.
func TestDrawnPairs(t *testing.T) {
	cell := parse(t, "dv/dt = -v/(20*ms) : mV", model.Options{})
	alone := func(r Rule) Rule { r.Autapses = false; return r }
	const n = 300
	for _, c := range []struct {
		rule    Rule
		in, out bool // fixed
	}{
		{FixedInDegree(100), true, false}, {alone(FixedInDegree(100)), true, false}, {alone(FixedInDegree(1)), true, false}, {FixedInDegree(7), true, false},
		{FixedOutDegree(100), false, true}, {alone(FixedOutDegree(100)), false, true}, {FixedTotal(100 * n), false, false},
	} {
		net := Network{Seed: 3, Threads: 3, Populations: []Population{{Name: "a", N: n, Cell: cell}},
			Projections: []Projection{{From: "a", To: "a", Rule: c.rule, Receptor: "v", Weight: "1*mV"}}}
		s, err := net.Build()
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Connections("a", "a", "v")
		if err != nil {
			t.Fatal(err)
		}
		var pairs [n][n]float64
		var in, out [n]float64
		for _, p := range list {
			pairs[p.From][p.To]++
			in[p.To]++
			out[p.From]++
		}
		allowed := n * n
		if !c.rule.Autapses {
			allowed -= n
		}
		mean := float64(len(list)) / float64(allowed)
		chi, degrees := 0.0, [2]float64{}
		for i := range n {
			for j := range n {
				if i == j && !c.rule.Autapses {
					if pairs[i][j] > 0 {
						t.Fatalf("%s: %d is connected to itself", c.rule.Name(), i)
					}
					continue
				}
				chi += (pairs[i][j] - mean) * (pairs[i][j] - mean) / mean
			}
			for k, d := range [2]float64{in[i], out[i]} {
				want := float64(len(list)) / n
				if fixed := [2]bool{c.in, c.out}[k]; fixed && d != want {
					t.Fatalf("%s: a degree of %g", c.rule.Name(), d)
				}
				degrees[k] += (d - want) * (d - want) / want
			}
		}
		// Of chi squared with f degrees of freedom the mean is f, and the variance 2 f, and more
		// with few draws for a pair: 2 f + f/mean.
		f := float64(allowed)
		if sd := math.Sqrt(f * (2 + 1/mean)); math.Abs(chi-f) > 4.5*sd {
			t.Errorf("%s, autapses %v: chi squared of the pairs is %g, want %g +- %g", c.rule.Name(), c.rule.Autapses, chi, f, sd)
		}
		for k, fixed := range []bool{c.in, c.out} {
			if !fixed && math.Abs(degrees[k]-n) > 4.5*math.Sqrt(n*(2+n/float64(len(list)))) {
				t.Errorf("%s: chi squared of degrees %d is %g, want %d", c.rule.Name(), k, degrees[k], n)
			}
		}
	}
}
