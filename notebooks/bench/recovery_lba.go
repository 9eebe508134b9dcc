//go:build ignore

// Fits of simulated choices of linear ballistic accumulators from default starts: how many
// converge, and how often the limits hold the truth.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
)

func main() {
	sets := flag.Int("n", 1000, "data sets")
	trials := flag.Int("trials", 500, "trials of each")
	accumulators := flag.Int("accumulators", 2, "accumulators")
	flag.Parse()
	converged, bound := 0, 0
	var names []string
	in, wald, bias := map[string]int{}, map[string]int{}, map[string]float64{}
	began := time.Now()
	for k := range *sets {
		r := rand.New(rand.NewPCG(uint64(k), 11))
		u := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
		a, gap := u(0.2, 1), u(0.2, 0.8)
		d := behavior.LBA{A: a, B: a + gap, T0: u(0.15, 0.35), V: []float64{u(1.5, 3.5)}}
		truth := []float64{d.A, gap, d.T0, d.V[0]}
		for range *accumulators - 1 {
			d.V = append(d.V, u(0.5, 2))
			truth = append(truth, d.V[len(d.V)-1])
		}
		data, err := d.Simulate(*trials, uint64(k))
		if err != nil {
			log.Fatal(err)
		}
		f, err := behavior.FitLBA(data.RT, data.Choice, *accumulators)
		if err != nil {
			log.Fatal(err)
		}
		if !f.Converged {
			fmt.Printf("set %d, %v: %v\n", k, d, f)
			continue
		}
		converged++
		if len(f.Notes) > 0 {
			bound++
		}
		for i, p := range f.Params {
			if converged == 1 {
				names = append(names, p.Name)
			}
			if p.Lo <= truth[i] && truth[i] <= p.Hi {
				in[p.Name]++
			}
			if math.Abs(p.Value-truth[i]) <= 1.959963984540054*p.SE {
				wald[p.Name]++
			}
			bias[p.Name] += p.Value - truth[i]
		}
	}
	fmt.Printf("%d accumulators: %d of %d sets of %d trials converged, %d of them with notes; %.1f ms for a set\n", *accumulators, converged, *sets, *trials, bound, 1000*time.Since(began).Seconds()/float64(*sets))
	p := 0.95 * float64(converged)
	half := 1.96 * math.Sqrt(p*0.05)
	for _, n := range names {
		fmt.Printf("%-5s held by %d of %d limits (%.0f to %.0f of exact ones), by %d of estimate ± 1.96 SE; bias %.4f\n", n, in[n], converged, p-half, p+half, wald[n], bias[n]/float64(converged))
	}
}
