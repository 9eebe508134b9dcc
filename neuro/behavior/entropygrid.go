package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// entropyGrid is a posterior over candidate parameters and the probabilities of
// a correct response, from which QUEST+ and Psi choose the level that is
// expected to leave the least entropy.
type entropyGrid struct {
	posterior []float64
	p         [][]float64 // of a correct response: level, candidate
	h         [][]float64 // p log p + (1-p) log(1-p)
	least     float64     // expected entropy that choose found, nats
}

// newEntropyGrid starts with the given weights, which it makes sum to 1.
func newEntropyGrid(prior []float64) entropyGrid {
	g := entropyGrid{posterior: append([]float64(nil), prior...), least: math.NaN()}
	g.scale()
	return g
}

func (g *entropyGrid) scale() bool {
	sum := 0.0
	for _, w := range g.posterior {
		sum += w
	}
	if !(sum > 0) {
		return false
	}
	for i := range g.posterior {
		g.posterior[i] /= sum
	}
	return true
}

// addLevel takes the probabilities of a correct response at the next level.
func (g *entropyGrid) addLevel(p []float64) {
	h := make([]float64, len(p))
	for i, v := range p {
		if v > 0 && v < 1 {
			h[i] = float64(v*vec.Log(v)) + float64((1-v)*vec.Log1p(-v))
		}
	}
	g.p, g.h = append(g.p, p), append(g.h, h)
}

// choose returns the first level after whose response the expected entropy of
// the posterior is least, within rounding.
//
//	Σ_r P(r) H(posterior after r) = Σ_r P(r) log P(r) - Σ w log w - Σ w h
func (g *entropyGrid) choose() int {
	own := 0.0
	for _, w := range g.posterior {
		if w > 0 {
			own += float64(w * vec.Log(w))
		}
	}
	best, at := math.Inf(1), 0
	for k, row := range g.p {
		right, gain := 0.0, 0.0
		for i, w := range g.posterior {
			right += float64(w * row[i])
			gain += float64(w * g.h[k][i])
		}
		h := -own - gain
		if right > 0 && right < 1 {
			h += float64(right*vec.Log(right)) + float64((1-right)*vec.Log1p(-right))
		}
		if h < best-1e-12 {
			best, at = h, k
		}
	}
	g.least = best
	return at
}

// take multiplies the posterior by the likelihood of a response; false leaves it
// where the response is impossible.
func (g *entropyGrid) take(level int, correct bool) bool {
	before := g.posterior
	g.posterior = make([]float64, len(before))
	for i, p := range g.p[level] {
		if !correct {
			p = 1 - p
		}
		g.posterior[i] = float64(before[i] * p)
	}
	if !g.scale() {
		g.posterior = before
		return false
	}
	return true
}

// moments returns the posterior mean and standard deviation of a parameter.
func (g *entropyGrid) moments(f func(i int) float64) (mean, sd float64) {
	for i, w := range g.posterior {
		mean += float64(w * f(i))
	}
	for i, w := range g.posterior {
		d := f(i) - mean
		sd += float64(w * d * d)
	}
	return mean, math.Sqrt(sd)
}

// update takes the response to a level of the grid; of names the method in messages.
func (g *entropyGrid) update(of string, grid []float64, level float64, correct bool) error {
	k := slices.Index(grid, level)
	if k < 0 {
		return fmt.Errorf("behavior: %s.Update: level %g is not in the grid of Levels (%d from %g to %g)", of, level, len(grid), grid[0], grid[len(grid)-1])
	}
	if !g.take(k, correct) {
		return fmt.Errorf("behavior: %s.Update: the response at level %g has probability 0 under every candidate; give Guess and Lapse above 0", of, level)
	}
	return nil
}
