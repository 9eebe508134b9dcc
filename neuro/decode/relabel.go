package decode

import (
	"fmt"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// What changes places in a permutation test.
const (
	freely       = "labels"
	withinGroups = "labels within groups"
	wholeGroups  = "labels of whole groups"
	inTime       = "shifts in time"
)

// relabellings are the ways in which labels can lie over the samples when these
// have nothing to do with each other.
type relabellings struct {
	n    int
	all  bool // whether they are all that there are, the labels as given among them
	what string
	at   func(k int) ([]int, *plan, error)
}

// relabel returns n ways for samples that p divides, or all where these are fewer.
func (p *plan) relabel(caller string, y []int, n int) (*relabellings, error) {
	switch {
	case p.split.Blocks:
		return p.shifts(caller, y, n)
	case p.split.Group == nil:
		return &relabellings{n: n, what: freely, at: func(k int) ([]int, *plan, error) {
			stream := uint64(k)*2 + 1
			shuffled := make([]int, len(y))
			for to, from := range rng.New(p.split.Seed, stream).Perm(len(y)) {
				shuffled[to] = y[from]
			}
			s := p.split
			s.Folds = p.folds
			q, err := s.plan(caller, shuffled, stream+1)
			return shuffled, q, err
		}}, nil
	}
	if of, whole := labelOfGroups(y, p.split.Group); whole {
		return p.exchangeGroups(caller, y, of, n)
	}
	all, exact, err := shuffleWithin(y, p.split.Group, n, p.split.Seed)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	return &relabellings{n: len(all), all: exact, what: withinGroups, at: func(k int) ([]int, *plan, error) { return all[k], p, nil }}, nil
}

// labelOfGroups returns the label of each group, in ascending order of the groups,
// and whether each has only one.
func labelOfGroups(y, group []int) (of []int, whole bool) {
	groups := labels(group)
	of = make([]int, len(groups))
	seen := make([]bool, len(groups))
	for i, g := range group {
		k := sort.SearchInts(groups, g)
		if seen[k] && of[k] != y[i] {
			return nil, false
		}
		of[k], seen[k] = y[i], true
	}
	return of, true
}

// exchangeGroups lets groups of one label each change labels.
func (p *plan) exchangeGroups(caller string, y, of []int, n int) (*relabellings, error) {
	groups := labels(p.split.Group)
	place := make([]int, len(y))
	for i, g := range p.split.Group {
		place[i] = sort.SearchInts(groups, g)
	}
	design := make([][]float64, len(of))
	for g, v := range of {
		design[g] = []float64{float64(v)}
	}
	r, err := stats.Exchange{N: n, Seed: p.split.Seed}.Draw(design)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	spread := func(from []int) []int {
		out := make([]int, len(y))
		for i, g := range place {
			out[i] = of[from[g]]
		}
		return out
	}
	any := !p.learnable(y) // whether the model copes with one class
	ways := &relabellings{n: n, what: wholeGroups}
	if r.All {
		var all [][]int
		for k := range r.N {
			if shuffled := spread(r.At(k).From); any || p.learnable(shuffled) {
				all = append(all, shuffled)
			}
		}
		ways.n, ways.all = len(all), true
		ways.at = func(k int) ([]int, *plan, error) { return all[k], p, nil }
		return ways, nil
	}
	ways.at = func(k int) ([]int, *plan, error) {
		stream := rng.New(p.split.Seed, uint64(k)+1)
		for range 1000 {
			if shuffled := spread(stream.Perm(len(of))); any || p.learnable(shuffled) {
				return shuffled, p, nil
			}
		}
		return nil, nil, fmt.Errorf("1000 exchanges of the groups' labels left one class only to learn from; take fewer folds")
	}
	return ways, nil
}

// shifts moves the labels along the samples.
func (p *plan) shifts(caller string, y []int, n int) (*relabellings, error) {
	any := !p.learnable(y)
	shifted := func(by int) []int {
		return append(append(make([]int, 0, len(y)), y[len(y)-by:]...), y[:len(y)-by]...)
	}
	var by []int
	for _, k := range rng.New(p.split.Seed, 1).Perm(len(y) - 1) {
		if any || p.learnable(shifted(k+1)) {
			by = append(by, k+1)
		}
		if len(by) == n {
			break
		}
	}
	if len(by) == 0 {
		return nil, fmt.Errorf("decode: %s: each shift of the labels in time leaves one class only to learn from; take more folds", caller)
	}
	return &relabellings{n: len(by), what: inTime, at: func(k int) ([]int, *plan, error) { return shifted(by[k]), p, nil }}, nil
}

// learnable reports whether there are two classes to learn from in each fold.
func (p *plan) learnable(y []int) bool {
	for f := range p.folds {
		train, _ := p.parts(f)
		two := false
		for _, i := range train {
			if y[i] != y[train[0]] {
				two = true
				break
			}
		}
		if !two {
			return false
		}
	}
	return true
}
