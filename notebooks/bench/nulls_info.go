//go:build ignore

// How often the surrogate tests of information find something where there is nothing:
// variables that have nothing to do with each other, a thousand times, as trials that are
// independent and as series that remember (first-order autoregression, 0.8). The rate of
// P <= 0.05 of an exact test lies in the interval that the binomial distribution gives.
//
// Then trains in bursts without a place of their own, while an animal goes about and stays
// about: what they tell of its place and its direction.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/info"
	"github.com/neurorepl/neurorepl/neuro/spikes"
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
		{"MutualMillerMadowTest", true, func(s set) float64 {
			return must(info.MutualMillerMadowTest(labels(s.x, 3), labels(s.y, 3), shuffle(s)))
		}},
		{"PanzeriTrevesTest", true, func(s set) float64 {
			return must(info.PanzeriTrevesTest(labels(s.x, 3), labels(s.y, 3), shuffle(s)))
		}},
		{"QuadraticExtrapolationTest", true, func(s set) float64 {
			return must(info.QuadraticExtrapolationTest(labels(s.x, 3), labels(s.y, 3), 2, shuffle(s)))
		}},
		{"ConditionalGaussianTest", true, func(s set) float64 {
			return must(info.ConditionalGaussianTest(one(with(s.x, s.z, 1)), one(with(s.y, s.z, 1)), one(s.z), shuffle(s)))
		}},
		{"ConditionalGaussianCopulaTest", true, func(s set) float64 {
			return must(info.ConditionalGaussianCopulaTest(one(with(s.x, s.z, 1)), one(with(s.y, s.z, 1)), one(s.z), shuffle(s)))
		}},
		{"ConditionalKSGTest", true, func(s set) float64 {
			return must(info.ConditionalKSGTest(one(with(s.x, s.z, 1)), one(with(s.y, s.z, 1)), one(s.z), 3, 0, draws, s.seed))
		}},
		{"ConditionalGaussianTest, shift", false, func(s set) float64 {
			return must(info.ConditionalGaussianTest(one(with(s.x, s.z, 1)), one(with(s.y, s.z, 1)), one(s.z), shift(s)))
		}},
		{"PanzeriTrevesTest, shift", false, func(s set) float64 {
			return must(info.PanzeriTrevesTest(labels(s.x, 3), labels(s.y, 3), shift(s)))
		}},
		{"PerSpikeTest", false, func(s set) float64 {
			count := make([]int, len(s.y))
			for i, v := range s.y {
				count[i] = int(math.Max(0, v+1))
			}
			return must(info.PerSpikeTest(labels(s.x, 3), count, info.SurrogateOptions{Draws: draws, Seed: s.seed}))
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
	places(*sets, hi, *only)
}

// places counts what trains without a place tell of it.
func places(sets, hi int, only string) {
	const draws = 199
	surrogates := func(method string, r *rand.Rand) spikes.SurrogateOptions {
		return spikes.SurrogateOptions{Method: method, N: draws, Seed: r.Uint64()}
	}
	information := func(method string, two bool, o spikes.CurvesOptions) func(w *walked, s neuro.Spikes, r *rand.Rand) float64 {
		return func(w *walked, s neuro.Spikes, r *rand.Rand) float64 {
			features := [][]float64{w.x}
			if two {
				features = append(features, w.y)
			}
			t, err := spikes.InformationTest(w.t, features, []neuro.Spikes{s}, o, surrogates(method, r))
			if err != nil {
				log.Fatal(err)
			}
			return t.P[0]
		}
	}
	direction := func(shortest float64) func(w *walked, s neuro.Spikes, r *rand.Rand) float64 {
		return func(w *walked, s neuro.Spikes, r *rand.Rand) float64 {
			d, err := spikes.HeadDirection(w.t, w.heading, s, spikes.DirectionOptions{Bins: 24, Surrogate: draws, Shortest: shortest, Seed: r.Uint64()})
			if err != nil {
				log.Fatal(err)
			}
			return d.P
		}
	}
	for _, test := range []struct {
		name string
		p    func(w *walked, s neuro.Spikes, r *rand.Rand) float64
	}{
		{"InformationTest of a track", information("", false, spikes.CurvesOptions{})},
		{"InformationTest of a track, smoothed", information("", false, spikes.CurvesOptions{Bins: []int{40}, Sigma: 2})},
		{"InformationTest of a floor", information("", true, spikes.CurvesOptions{Bins: []int{12, 12}, Sigma: 1})},
		{"InformationTest, half of the time", information("", false, spikes.CurvesOptions{Epochs: [][2]float64{{0, 60e3}, {90e3, 120e3}, {210e3, 270e3}}})},
		{"InformationTest, shuffle-isi", information("shuffle-isi", false, spikes.CurvesOptions{})},
		{"InformationTest, uniform", information("uniform", false, spikes.CurvesOptions{})},
		{"PlaceTest", func(w *walked, s neuro.Spikes, r *rand.Rand) float64 {
			t, err := spikes.PlaceTest(w.t, w.x, w.y, s, spikes.PlaceOptions{Bin: 0.08}, surrogates("", r))
			if err != nil {
				log.Fatal(err)
			}
			return t.P[0]
		}},
		{"HeadDirection", direction(0)},
		{"HeadDirection, turns of 20 s or more", direction(20000)},
	} {
		if !strings.Contains(test.name, only) {
			continue
		}
		fmt.Printf("%-42s", test.name)
		for _, seconds := range []int{300, 1200} {
			for _, bursts := range []bool{false, true} {
				below := 0
				for k := range sets {
					r := rand.New(rand.NewPCG(uint64(k), 1993))
					w := walk(r, seconds)
					if s := untuned(r, seconds, bursts); test.p(w, s, r) <= 0.05 {
						below++
					}
				}
				note := " "
				if below > hi {
					note = "!"
				}
				name := "Poisson"
				if bursts {
					name = "bursts"
				}
				fmt.Printf("  %4d s, %s: %3d%s", seconds, name, below, note)
			}
		}
		fmt.Println()
	}
}

// walked is the way of an animal in a box with sides of 1, 25 samples a second.
type walked struct{ t, x, y, heading []float64 }

func walk(r *rand.Rand, seconds int) *walked {
	w := &walked{}
	at, heading, turning := [2]float64{r.Float64(), r.Float64()}, 2*math.Pi*r.Float64(), 0.0
	for i := range 25 * seconds {
		turning = 0.9*turning + 0.04*r.NormFloat64()
		heading += turning
		speed := 0.004 * math.Max(0, 1+math.Sin(float64(i)/400)) // runs and stays
		for d, v := range [2]float64{math.Cos(heading), math.Sin(heading)} {
			if at[d] += speed * v; at[d] < 0 || at[d] > 1 {
				at[d] = math.Min(math.Max(at[d], 0), 1)
				heading += 0.3
			}
		}
		w.t, w.x, w.y = append(w.t, float64(40*i)), append(w.x, at[0]), append(w.y, at[1])
		w.heading = append(w.heading, heading)
	}
	return w
}

// untuned returns a train at about 1 Hz of single spikes, or of bursts that come in groups.
func untuned(r *rand.Rand, seconds int, bursts bool) (s neuro.Spikes) {
	end := float64(1000 * seconds)
	for at := 0.0; ; {
		if at += 1000 * r.ExpFloat64(); !bursts {
			if at >= end {
				return s
			}
			s = append(s, at)
			continue
		}
		at += 9000 * r.ExpFloat64()
		for range 1 + r.IntN(4) {
			for range 1 + r.IntN(5) {
				if at >= end {
					return s
				}
				s = append(s, at)
				at += 8
			}
			at += 200 + 1500*r.Float64()
		}
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
