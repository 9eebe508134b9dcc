//go:build ignore

// How often tests of spike trains find something where there is nothing: independent
// trains, a thousand times. The rate of P <= 0.05 of an exact test lies in the interval that
// the binomial distribution gives around 0.05; of an approximate one it may lie below.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// near returns how near the spikes of b are to those of a, a number without ties.
func near(a neuro.Spikes) func(b neuro.Spikes) float64 {
	return func(b neuro.Spikes) float64 {
		sum := 0.0
		for _, t := range a {
			i := sort.SearchFloat64s(b, t)
			for _, j := range []int{i - 1, i} {
				if j >= 0 && j < len(b) {
					sum += math.Exp(-math.Abs(b[j]-t) / 5)
				}
			}
		}
		return sum
	}
}

// locked returns how near the spikes of each two trials are.
func locked(trials []neuro.Spikes) float64 {
	sum := 0.0
	for i, a := range trials {
		f := near(a)
		for _, b := range trials[:i] {
			sum += f(b)
		}
	}
	return sum
}

func main() {
	sets := flag.Int("sets", 1000, "null data sets of each test")
	flag.Parse()
	const long = 3000.0
	names, below := []string{}, map[string]int{}
	count := func(name string, p float64) {
		if _, ok := below[name]; !ok {
			names = append(names, name)
		}
		if below[name] += 0; p <= 0.05 {
			below[name]++
		}
	}
	for k := range uint64(*sets) {
		poisson := func(i uint64) neuro.Spikes { return must(spikes.Poisson(30, 0, long, 0, 100*k+i)) }
		gamma := func(i uint64) neuro.Spikes { return must(spikes.Gamma(30, 3, 0, long, 100*k+i)) }
		for _, m := range []struct {
			name string
			b    neuro.Spikes
			o    spikes.SurrogateOptions
		}{
			{"jitter", poisson(1), spikes.SurrogateOptions{Width: 20}},
			{"dither", poisson(2), spikes.SurrogateOptions{Method: "dither", Width: 20}},
			{"dither, dead time", must(spikes.Poisson(30, 0, long, 4, 100*k+3)), spikes.SurrogateOptions{Method: "dither", Width: 20, Refractory: 4}},
			{"shift", gamma(4), spikes.SurrogateOptions{Method: "shift"}},
			{"shift by 50 ms", gamma(5), spikes.SurrogateOptions{Method: "shift", Width: 50}},
			{"shuffle-isi", gamma(6), spikes.SurrogateOptions{Method: "shuffle-isi"}},
			{"joint-isi", gamma(7), spikes.SurrogateOptions{Method: "joint-isi", Width: 20}},
			{"bin-shuffle", poisson(8), spikes.SurrogateOptions{Method: "bin-shuffle", Width: 20}},
			{"uniform", poisson(9), spikes.SurrogateOptions{Method: "uniform"}},
		} {
			m.o.T1, m.o.N, m.o.Seed = long, 199, k
			count(m.name, must(spikes.SurrogateTest(m.b, near(poisson(10)), m.o)).P)
			if m.name == "jitter" || m.name == "shift" || m.name == "bin-shuffle" {
				c := must(spikes.CorrelogramTest(poisson(10), m.b, 2, 20, 0.05, m.o))
				count("correlogram at 0 ms, "+m.name, c.PHigh[10])
				count("correlogram at any lag, "+m.name, c.PAny)
			}
		}
		// Trials: is anything locked to them?
		trials := make([]neuro.Spikes, 10)
		raster := make([]neuro.Raster, 20)
		for i := range trials {
			trials[i] = must(spikes.Gamma(20, 2, 0, 500, 100*k+20+uint64(i)))
		}
		value, above := locked(trials), 1
		for s := range 99 {
			if locked(must(spikes.SurrogateTrials(trials, spikes.SurrogateOptions{T1: 500, Seed: uint64(s)}))) >= value {
				above++
			}
		}
		count("trial-shift", float64(above)/100)
		for i := range raster {
			raster[i].T1 = 500
			for c := range uint64(2) {
				raster[i].Trains = append(raster[i].Trains, must(spikes.Poisson(20+10*float64(i%3), 0, 500, 0, 100*k+40+2*uint64(i)+c)))
			}
		}
		for _, e := range []string{"trial-by-trial", "surrogate"} {
			u := must(spikes.UnitaryEvents(raster, spikes.UnitaryOptions{Window: 500, Expected: e, N: 199, Seed: k}))
			count("unitary events, "+e, u.P[0])
		}
	}
	n := float64(*sets)
	reach := 1.96 * math.Sqrt(0.05*0.95/n)
	fmt.Printf("P <= 0.05 in %d null sets; 95 %% of exact tests lie from %.4f to %.4f\n", *sets, 0.05-reach, 0.05+reach)
	for _, name := range names {
		fmt.Printf("%-40s %.4f\n", name, float64(below[name])/n)
	}
}
