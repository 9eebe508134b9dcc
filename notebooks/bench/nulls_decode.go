//go:build ignore

// How often permutation tests of decoders find something where there is nothing: labels
// that have nothing to do with the samples, a thousand times, for each way of dividing
// samples. Samples are as alike as the split says that they may be.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/neurorepl/neurorepl/neuro/decode"
)

const features = 4

// series returns samples that follow each other, each correlated with the last.
func series(r *rand.Rand, n int, correlation float64) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		x[i] = make([]float64, features)
		for j := range x[i] {
			x[i][j] = r.NormFloat64()
			if i > 0 {
				x[i][j] = correlation*x[i-1][j] + math.Sqrt(1-correlation*correlation)*x[i][j]
			}
		}
	}
	return x
}

// grouped returns samples of which those of one group share a part.
func grouped(r *rand.Rand, group []int) [][]float64 {
	common := map[int][]float64{}
	x := make([][]float64, len(group))
	for i, g := range group {
		if common[g] == nil {
			common[g] = make([]float64, features)
			for j := range common[g] {
				common[g][j] = 2 * r.NormFloat64()
			}
		}
		for j := range features {
			x[i] = append(x[i], common[g][j]+r.NormFloat64())
		}
	}
	return x
}

// states returns labels that last.
func states(r *rand.Rand, n int, change float64) []int {
	y := make([]int, n)
	y[0] = r.IntN(2)
	for i := 1; i < n; i++ {
		y[i] = y[i-1]
		if r.Float64() < change {
			y[i] = 1 - y[i]
		}
	}
	return y
}

func labels(r *rand.Rand, n int) []int {
	y := make([]int, n)
	for i, to := range r.Perm(n) {
		y[to] = i % 2
	}
	return y
}

func main() {
	sets := flag.Int("sets", 1000, "null data sets of each test")
	flag.Parse()
	m := decode.NewLDA()
	const permutations = 199
	tests := []struct {
		name string
		make func(r *rand.Rand) ([][]float64, []int, decode.Split)
	}{
		{"stratified, independent samples", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			return series(r, 40, 0), labels(r, 40), decode.Split{Seed: r.Uint64()}
		}},
		{"groups, labels differ within", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			group, y := make([]int, 48), make([]int, 48)
			for i := range group {
				group[i] = i / 8
				// Groups have the classes in unequal shares.
				if r.Float64() < []float64{0.3, 0.7, 0.5}[group[i]%3] {
					y[i] = 1
				}
			}
			return grouped(r, group), y, decode.Split{Group: group, Seed: r.Uint64()}
		}},
		{"three folds of groups, labels differ within", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			group := make([]int, 48)
			for i := range group {
				group[i] = i / 8
			}
			return grouped(r, group), labels(r, 48), decode.Split{Group: group, Folds: 3, Seed: r.Uint64()}
		}},
		{"groups of one label each", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			group, y, of := make([]int, 60), make([]int, 60), labels(r, 12)
			for i := range group {
				group[i] = i / 5
				y[i] = of[group[i]]
			}
			return grouped(r, group), y, decode.Split{Group: group, Folds: 4, Seed: r.Uint64()}
		}},
		{"blocks, samples in a row alike, labels at random", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			return series(r, 120, 0.9), labels(r, 120), decode.Split{Folds: 5, Blocks: true, Seed: r.Uint64()}
		}},
		{"blocks, samples in a row alike, labels that last", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			return series(r, 400, 0.9), states(r, 400, 0.1), decode.Split{Folds: 5, Blocks: true, Seed: r.Uint64()}
		}},
		{"the same with a gap", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			return series(r, 400, 0.9), states(r, 400, 0.1), decode.Split{Folds: 5, Blocks: true, Gap: 10, Seed: r.Uint64()}
		}},
		{"stratified in spite of both (too often)", func(r *rand.Rand) ([][]float64, []int, decode.Split) {
			return series(r, 400, 0.9), states(r, 400, 0.1), decode.Split{Seed: r.Uint64()}
		}},
	}
	n := float64(*sets)
	reach := 1.96 * math.Sqrt(0.05*0.95/n)
	fmt.Printf("P <= 0.05 in %d null sets; 95 %% of exact tests lie from %.4f to %.4f\n", *sets, 0.05-reach, 0.05+reach)
	for _, test := range tests {
		below := 0
		for k := range *sets {
			x, y, s := test.make(rand.New(rand.NewPCG(uint64(k), 2010)))
			p, err := decode.PermutationTest(m, x, y, s, permutations)
			if err != nil {
				log.Fatal(test.name, ": ", err)
			}
			if p.P <= 0.05 {
				below++
			}
		}
		fmt.Printf("%-52s %.4f\n", test.name, float64(below)/n)
	}
}
