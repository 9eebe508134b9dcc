//go:build ignore

// How often the surrogate tests of information find something where there is nothing:
// variables that have nothing to do with each other, a thousand times, as trials that are
// independent and as series that remember (first-order autoregression, 0.8). The rate of
// P <= 0.05 of an exact test lies in the interval that the binomial distribution gives.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/info"
)

func must(t *info.Test, err error) float64 {
	if err != nil {
		log.Fatal(err)
	}
	return t.P
}

// series returns normal numbers, each correlated with the last.
func series(r *rand.Rand, n int, correlation float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
		if i > 0 {
			x[i] = correlation*x[i-1] + math.Sqrt(1-correlation*correlation)*x[i]
		}
	}
	return x
}

// labels returns which third of the normal distribution each sample is of, or which half.
func labels(x []float64, of int) []int {
	y := make([]int, len(x))
	for i, v := range x {
		switch {
		case of == 2 && v > 0, of == 3 && v > 0.43:
			y[i] = of - 1
		case of == 3 && v > -0.43:
			y[i] = 1
		}
	}
	return y
}

// with returns x with a share of z.
func with(x, z []float64, share float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v + share*z[i]
	}
	return out
}

func main() {
	sets := flag.Int("sets", 1000, "null data sets of each test")
	only := flag.String("only", "", "tests whose names contain this; nothing for all")
	flag.Parse()
	const draws = 199
	type set struct {
		x, y, z, driven []float64 // driven follows y: it tells nothing of y that y does not
		seed            uint64
	}
	shuffle := func(s set) info.SurrogateOptions { return info.SurrogateOptions{Draws: draws, Seed: s.seed} }
	shift := func(s set) info.SurrogateOptions {
		return info.SurrogateOptions{Kind: "shift", Draws: draws, Seed: s.seed}
	}
	past := info.TransferOptions{}
	two := func(a, b []float64) [][]float64 { return [][]float64{a, b} }
	one := func(a []float64) [][]float64 { return [][]float64{a} }
	tests := []struct {
		name  string
		trial bool // asks for independent samples
		p     func(s set) float64
	}{
		{"MutualTest", true, func(s set) float64 { return must(info.MutualTest(labels(s.x, 3), labels(s.y, 3), draws, s.seed)) }},
		{"KSGTest", true, func(s set) float64 { return must(info.KSGTest(s.x, s.y, 3, shuffle(s))) }},
		{"GaussianTest", true, func(s set) float64 {
			return must(info.GaussianTest(two(s.x, s.driven), one(s.z), shuffle(s)))
		}},
		{"GaussianCopulaTest", true, func(s set) float64 { return must(info.GaussianCopulaTest(one(s.x), one(s.y), shuffle(s))) }},
		{"ConditionalTest", true, func(s set) float64 {
			// Both follow the label of the third: related without it.
			z := labels(s.z, 2)
			common := make([]float64, len(z))
			for i, v := range z {
				common[i] = float64(v)
			}
			return must(info.ConditionalTest(labels(with(s.x, common, 1), 3), labels(with(s.y, common, 1), 2), z, draws, s.seed))
		}},
		{"Surrogates of Mutual, shift", false, func(s set) float64 {
			x, y := labels(s.x, 3), labels(s.y, 3)
			return must(info.Surrogates(len(x), func(order []int) (float64, error) { return info.Mutual(info.ReorderLabels(x, order), y) }, shift(s)))
		}},
		{"KSGTest, shift", false, func(s set) float64 { return must(info.KSGTest(s.x, s.y, 3, shift(s))) }},
		{"GaussianTest, shift", false, func(s set) float64 { return must(info.GaussianTest(one(s.x), one(s.y), shift(s))) }},
		{"GaussianCopulaTest, shift", false, func(s set) float64 { return must(info.GaussianCopulaTest(one(s.x), one(s.y), shift(s))) }},
		{"TransferTest", false, func(s set) float64 {
			return must(info.TransferTest(labels(s.x, 2), labels(s.y, 2), past, info.SurrogateOptions{Draws: draws, Seed: s.seed}))
		}},
		{"TransferGaussianTest", false, func(s set) float64 {
			return must(info.TransferGaussianTest(s.x, s.y, past, info.SurrogateOptions{Draws: draws, Seed: s.seed}))
		}},
		{"TransferKSGTest", false, func(s set) float64 {
			return must(info.TransferKSGTest(s.x, s.y, 3, past, info.SurrogateOptions{Draws: draws, Seed: s.seed}))
		}},
		{"TransferGaussianTest of a driven source", false, func(s set) float64 {
			return must(info.TransferGaussianTest(s.driven, s.y, past, info.SurrogateOptions{Draws: draws, Seed: s.seed}))
		}},
	}
	lo, hi := interval(*sets)
	fmt.Printf("P <= 0.05 in %d null sets; 95 %% of exact tests lie from %d to %d\n", *sets, lo, hi)
	for _, test := range tests {
		if !strings.Contains(test.name, *only) {
			continue
		}
		fmt.Printf("%-42s", test.name)
		for _, n := range []int{60, 200} {
			for _, correlation := range []float64{0, 0.8} {
				if test.trial && correlation != 0 {
					continue
				}
				below := 0
				for k := range *sets {
					r := rand.New(rand.NewPCG(uint64(k), 2003))
					s := set{x: series(r, n, correlation), y: series(r, n, correlation), z: series(r, n, correlation), seed: r.Uint64()}
					s.driven = append([]float64{0}, with(series(r, n-1, correlation), s.y, 1)...)
					if test.p(s) <= 0.05 {
						below++
					}
				}
				note := " "
				if below > hi {
					note = "!"
				}
				fmt.Printf("  n %3d, %.1f: %3d%s", n, correlation, below, note)
			}
		}
		fmt.Println()
	}
}

// interval returns the counts between which 95 % of n trials of probability 0.05 lie.
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
