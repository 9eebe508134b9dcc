//go:build ignore

// How often tests of coupling and of directed connectivity find something where
// there is nothing: channels with rhythms of their own, many times over. The rate of
// false findings of an exact test lies in the interval that the binomial distribution
// gives around its level.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// rhythm returns noise with a slow and a fast rhythm, each with its own fate.
func rhythm(r *rand.Rand, samples int) []float64 {
	x := make([]float64, samples)
	var slow, fast [2]float64
	for k := -200; k < samples; k++ {
		slow[0], slow[1] = 1.93*slow[0]-0.955*slow[1]+r.NormFloat64(), slow[0]
		fast[0], fast[1] = 0.02*fast[0]-0.95*fast[1]+r.NormFloat64(), fast[0]
		if k >= 0 {
			x[k] = 0.2*slow[0] + fast[0] + r.NormFloat64()
		}
	}
	return x
}

// autoregressive returns noise of order 2.
func autoregressive(r *rand.Rand, samples int) []float64 {
	x := make([]float64, samples)
	a, b := 0.0, 0.0
	for k := -200; k < samples; k++ {
		a, b = 1.2*a-0.7*b+r.NormFloat64(), a
		if k >= 0 {
			x[k] = a
		}
	}
	return x
}

// interval returns the counts between which 95 % of n trials of probability 0.05
// lie.
func interval(n int) (lo, hi int) {
	p, sum := math.Pow(0.95, float64(n)), 0.0
	lo = -1
	for k := 0; ; k++ {
		if sum += p; lo < 0 && sum > 0.025 {
			lo = k
		}
		if sum >= 0.975 {
			return lo, k
		}
		p *= float64(n-k) / float64(k+1) * 0.05 / 0.95
	}
}

func main() {
	n := flag.Int("n", 1000, "data sets")
	flag.Parse()
	var names []string
	count := map[string]int{}
	add := func(name string, p float64) {
		if _, ok := count[name]; !ok {
			names = append(names, name)
			count[name] = 0
		}
		if p <= 0.05 {
			count[name]++
		}
	}
	slow, fast := [][2]float64{{6, 10}}, [][2]float64{{40, 80}}
	for k := range display.Progress("data sets", *n) {
		r := rand.New(rand.NewPCG(uint64(k), 2026))
		trials := make([][]float64, 8)
		for i := range trials {
			trials[i] = rhythm(r, 750) // 3 s at 250 Hz
		}
		long := [][]float64{rhythm(r, 6000)}
		for _, measure := range []string{"tort", "canolty", "ozkurt", "glm", "heights", "plv", "copula"} {
			o := signal.PACOptions{Measure: measure, Surrogates: 99, Seed: r.Uint64(), Edge: 0.2}
			for _, shuffle := range []string{"time shift", "blocks", "trials"} {
				o.Shuffle = shuffle
				add("coupling over trials, "+measure+", "+shuffle, must(signal.PhaseAmplitude(trials, 250, slow, fast, o)).P[0][0])
			}
			o.Shuffle = "time shift"
			add("coupling in 24 s, "+measure+", time shift", must(signal.PhaseAmplitude(long, 250, slow, fast, o)).P[0][0])
			o.MinShift = 1
			add("coupling in 24 s, "+measure+", time shift of 1 s or more", must(signal.PhaseAmplitude(long, 250, slow, fast, o)).P[0][0])
			o.MinShift = 0
			o.Shuffle, o.Blocks = "blocks", 5
			add("coupling in 24 s, "+measure+", 5 blocks", must(signal.PhaseAmplitude(long, 250, slow, fast, o)).P[0][0])
		}
		grid := must(signal.PhaseAmplitude(long, 250, [][2]float64{{4, 6}, {6, 8}, {8, 10}}, [][2]float64{{30, 50}, {50, 70}, {70, 90}}, signal.PACOptions{Surrogates: 99, Seed: r.Uint64()}))
		least := 1.0
		for _, row := range grid.PMax {
			for _, p := range row {
				least = min(least, p)
			}
		}
		add("coupling of 9 pairs, tort, time shift: over all pairs", least)

		x := make([][][]float64, 10)
		for i := range x {
			x[i] = [][]float64{rhythm(r, 150), rhythm(r, 150), rhythm(r, 150)}
		}
		y := make([][][]float64, 10)
		for i := range y {
			y[i] = [][]float64{autoregressive(r, 150), autoregressive(r, 150), autoregressive(r, 150)}
		}
		for _, c := range []struct {
			name string
			x    [][][]float64
			o    signal.VAROptions
		}{
			{"Granger, order 4 of noise of order 2", y, signal.VAROptions{Order: 4}},
			{"Granger, order 4 of noise without an order", x, signal.VAROptions{Order: 4}},
			{"Granger, order 16 of noise without an order", x, signal.VAROptions{Order: 16}},
		} {
			m := must(signal.FitVAR(c.x, 250, c.o))
			for _, kind := range []string{"conditional", "pairwise"} {
				g := must(m.Granger(kind))
				add(c.name+", "+kind+", F", g.P[1][0])
				add(c.name+", "+kind+", likelihood ratio", g.PLR[1][0])
			}
			add("portmanteau, "+c.name[9:], m.Whiteness.P)
		}
		o := signal.VAROptions{Order: 4}
		one := [][][]float64{{rhythm(r, 3000), rhythm(r, 3000)}}
		add("granger of 3000 samples, phase", must(signal.DirectedSurrogates(one, 250, o, "granger", 20, 100, signal.SurrogateOptions{Shuffle: "phase", N: 39, Seed: r.Uint64()})).P[1][0])
		for _, measure := range []string{"granger", "pdc", "dtf"} {
			for _, shuffle := range []string{"trials", "phase"} {
				t := must(signal.DirectedSurrogates(x, 250, o, measure, 20, 100, signal.SurrogateOptions{Shuffle: shuffle, N: 39, Seed: r.Uint64()}))
				add(measure+", "+shuffle, t.P[1][0])
				least := 1.0
				for i, row := range t.PMax {
					for j, p := range row {
						if i != j {
							least = min(least, p)
						}
					}
				}
				add(measure+", "+shuffle+": over all pairs", least)
			}
		}
	}
	lo, hi := interval(*n)
	fmt.Printf("%d data sets, level 0.05: between %d and %d false findings are expected (%.3f to %.3f)\n", *n, lo, hi, float64(lo)/float64(*n), float64(hi)/float64(*n))
	for _, name := range names {
		note := ""
		switch c := count[name]; {
		case c > hi:
			note = "TOO OFTEN"
		case c < lo:
			note = "conservative"
		}
		fmt.Printf("%-75s %4d  %.3f  %s\n", name, count[name], float64(count[name])/float64(*n), note)
	}
}
