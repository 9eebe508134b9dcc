package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Exchange says how observations may be rearranged without changing their joint
// distribution when the null hypothesis holds: what a permutation test does.
type Exchange struct {
	// Flip changes signs, for errors that are symmetric about 0 (one-sample and
	// paired tests); otherwise observations change places.
	Flip bool
	// Blocks holds the block of each observation, any numbers; nil is one
	// block. Observations change places within their block only.
	Blocks []int
	// Whole moves blocks as wholes: blocks of equal size change places, or
	// the signs of all observations of a block change together.
	Whole bool
	// N is how many rearrangements are drawn; 0 means 5000. Where there are no
	// more than that, all are taken instead, which makes the test exact.
	N    int
	Seed uint64
}

// A Rearrangement puts observation From[i], times Sign[i], in place i.
type Rearrangement struct {
	From []int
	Sign []float64 // 1 or -1
}

// Rearrangements are those of a test: all that there are or a random sample.
type Rearrangements struct {
	N   int  // how many
	All bool // whether there are no others

	at func(k int) Rearrangement
}

// At returns rearrangement k, 0 to N-1. Of all of them the first leaves everything
// in place. It panics when there is no such rearrangement.
func (r *Rearrangements) At(k int) Rearrangement {
	if k < 0 || k >= r.N {
		panic(fmt.Sprintf("stats: Rearrangements.At: k is %d; it must be 0 to %d", k, r.N-1))
	}
	return r.at(k)
}

// Draw returns the rearrangements of a test whose design has the given rows, one
// for each observation; observations with equal rows are not told apart.
//
// When there are at most N of them they are all returned: with b of them as
// extreme as the data, p = b/N. Otherwise N are drawn at random, each independent
// of the others, and p = (b+1)/(N+1) (Phipson and Smyth 2010, Stat Appl Genet
// Mol Biol 9:39); see [PermutationP].
//
// It is an error when the design has fewer than two rows, Blocks another number
// of values, blocks that move as wholes differ in size, N is negative, or
// nothing can be rearranged.
//
// Winkler et al. (2014), NeuroImage 92:381, for the kinds of exchangeability.
func (e Exchange) Draw(design [][]float64) (*Rearrangements, error) {
	n := len(design)
	fail := func(format string, args ...any) (*Rearrangements, error) {
		return nil, fmt.Errorf("stats: Exchange: "+format, args...)
	}
	switch {
	case n < 2:
		return fail("the design has %d rows; there must be two or more", n)
	case e.Blocks != nil && len(e.Blocks) != n:
		return fail("Blocks has %d values and there are %d observations; there must be as many", len(e.Blocks), n)
	case e.N < 0 || e.N > 10_000_000:
		return fail("N is %d; 1 to 10000000 rearrangements can be drawn, and 0 means 5000", e.N)
	}
	if e.N == 0 {
		e.N = 5000
	}
	units, err := e.units(n)
	if err != nil {
		return fail("%w", err)
	}
	if e.Flip {
		if len(units) < 63 && 1<<len(units) <= e.N {
			return &Rearrangements{1 << len(units), true, func(k int) Rearrangement {
				return flips(n, units, func(u int) bool { return k>>u&1 != 0 })
			}}, nil
		}
		return &Rearrangements{e.N, false, func(k int) Rearrangement {
			s := rng.New(e.Seed, uint64(k))
			bits, left := uint64(0), 0
			return flips(n, units, func(int) bool {
				if left == 0 {
					bits, left = s.Uint64(), 64
				}
				b := bits&1 != 0
				bits, left = bits>>1, left-1
				return b
			})
		}}, nil
	}
	sets := e.sets(units)
	kinds := kindsOf(units, design)
	log := 0.0
	for _, set := range sets {
		log += logArrangements(set, kinds)
	}
	switch {
	case log == 0:
		return fail("all observations that may change places have equal rows in the design; nothing can be rearranged")
	case log < vec.Log(float64(e.N)+0.5):
		all := every(n, units, sets, kinds)
		return &Rearrangements{len(all), true, func(k int) Rearrangement { return all[k] }}, nil
	}
	return &Rearrangements{e.N, false, func(k int) Rearrangement {
		s := rng.New(e.Seed, uint64(k))
		place := identity(len(units))
		for _, set := range sets {
			for i, j := range s.Perm(len(set)) {
				place[set[i]] = set[j]
			}
		}
		return moved(n, units, place)
	}}, nil
}

// units returns the observations that move together.
func (e Exchange) units(n int) ([][]int, error) {
	var units [][]int
	if !e.Whole || e.Blocks == nil {
		for i := range n {
			units = append(units, []int{i})
		}
		return units, nil
	}
	at := map[int]int{}
	for i, b := range e.Blocks {
		u, ok := at[b]
		if !ok {
			u = len(units)
			at[b], units = u, append(units, nil)
		}
		units[u] = append(units[u], i)
	}
	if len(units) < 2 {
		return nil, fmt.Errorf("Blocks holds one block; as wholes two or more can be rearranged")
	}
	for _, u := range units {
		if !e.Flip && len(u) != len(units[0]) {
			return nil, fmt.Errorf("block %d has %d observations and block %d has %d; blocks that change places must be equally large", e.Blocks[units[0][0]], len(units[0]), e.Blocks[u[0]], len(u))
		}
	}
	return units, nil
}

// sets returns the units that may change places with each other.
func (e Exchange) sets(units [][]int) [][]int {
	if e.Whole || e.Blocks == nil {
		return [][]int{identity(len(units))}
	}
	var sets [][]int
	at := map[int]int{}
	for u := range units {
		b := e.Blocks[u]
		s, ok := at[b]
		if !ok {
			s = len(sets)
			at[b], sets = s, append(sets, nil)
		}
		sets[s] = append(sets[s], u)
	}
	return sets
}

// kindsOf numbers units by their rows in the design: equal ones have equal
// numbers.
func kindsOf(units [][]int, design [][]float64) []int {
	same := func(a, b []int) bool {
		for k, i := range a {
			for j, v := range design[i] {
				if v != design[b[k]][j] {
					return false
				}
			}
		}
		return true
	}
	kinds := identity(len(units))
	for u := range units {
		for w := range u {
			if len(units[w]) == len(units[u]) && same(units[w], units[u]) {
				kinds[u] = kinds[w]
				break
			}
		}
	}
	return kinds
}

// logArrangements returns the logarithm of the number of orders of a set that
// can be told apart.
func logArrangements(set, kinds []int) float64 {
	log, count := 0.0, map[int]int{}
	for i, u := range set {
		count[kinds[u]]++
		log += vec.Log(float64(i+1)) - vec.Log(float64(count[kinds[u]]))
	}
	if len(count) == 1 {
		return 0
	}
	return log
}

// every returns all arrangements of units within sets that differ in the kinds
// that they put in some place.
func every(n int, units, sets [][]int, kinds []int) []Rearrangement {
	var out []Rearrangement
	place := identity(len(units)) // place[u] is the unit whose row comes to u
	var over func(s int)
	over = func(s int) {
		if s == len(sets) {
			out = append(out, moved(n, units, place))
			return
		}
		set := sets[s]
		used := make([]bool, len(set))
		var fill func(i int)
		fill = func(i int) {
			if i == len(set) {
				over(s + 1)
				return
			}
			tried := map[int]bool{}
			// The unit itself comes first, so that the first arrangement is
			// the one in place.
			for step := range set {
				k := (i + step) % len(set)
				if used[k] || tried[kinds[set[k]]] {
					continue
				}
				tried[kinds[set[k]]], used[k] = true, true
				place[set[i]] = set[k]
				fill(i + 1)
				used[k] = false
			}
		}
		fill(0)
	}
	over(0)
	// Rows came to places; an observation goes the other way.
	for _, r := range out {
		back := make([]int, n)
		for i, f := range r.From {
			back[f] = i
		}
		copy(r.From, back)
	}
	return out
}

func identity(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}

func flips(n int, units [][]int, flip func(unit int) bool) Rearrangement {
	r := Rearrangement{From: identity(n), Sign: make([]float64, n)}
	for u, members := range units {
		sign := 1.0
		if flip(u) {
			sign = -1
		}
		for _, i := range members {
			r.Sign[i] = sign
		}
	}
	return r
}

func moved(n int, units [][]int, place []int) Rearrangement {
	r := Rearrangement{From: make([]int, n), Sign: make([]float64, n)}
	for u, from := range place {
		for k, i := range units[u] {
			r.From[i], r.Sign[i] = units[from][k], 1
		}
	}
	return r
}

// PermutationP returns the p-values of statistics beside the values that the
// rearrangements of a permutation test gave, large ones being extreme: the
// share of null that is as large or larger when null holds all rearrangements,
// (b+1)/(m+1) for b of m random ones. Values that differ by rounding (1 part in
// 10^10) count as equal; NaN stays NaN.
func PermutationP(statistic, null []float64, all bool) []float64 {
	sorted := slices.Clone(null)
	slices.Sort(sorted)
	p := make([]float64, len(statistic))
	for i, v := range statistic {
		if math.IsNaN(v) {
			p[i] = v
			continue
		}
		below, _ := slices.BinarySearch(sorted, v-float64(1e-10*math.Abs(v)))
		b := len(sorted) - below
		if all {
			p[i] = float64(b) / float64(len(sorted))
		} else {
			p[i] = float64(b+1) / float64(len(sorted)+1)
		}
	}
	return p
}
