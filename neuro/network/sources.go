package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
)

// sources are members without equations, in a shard.
type sources struct {
	lo, hi int
	rate   *poisson // nil of trains
	drawn  []float32

	steps []uint64 // of trains: the steps and members of all spikes, by step
	cells []uint32
	next  int
}

func (n *Network) newSources(number, lo, hi int) (*sources, error) {
	p := &n.Populations[number]
	s := &sources{lo: lo, hi: hi}
	if p.Trains != nil {
		s.trains(p.Trains, n.dt())
		return s, nil
	}
	var err error
	if s.rate, err = n.poisson(p.Rate, 1, p, lo, hi, stream(n.Seed, kindSource, uint64(number))); err != nil {
		return nil, fmt.Errorf("network: population %q: %w", p.Name, err)
	}
	s.drawn = make([]float32, hi-lo)
	return s, nil
}

// fire appends the members that fire in a step, as often as they do.
func (s *sources) fire(to []uint32, step uint64) ([]uint32, error) {
	if s.rate != nil {
		clear(s.drawn)
		err := s.rate.add(s.drawn, 1, nil, step)
		for i, k := range s.drawn {
			for ; k > 0; k-- {
				to = append(to, uint32(s.lo+i))
			}
		}
		return to, err
	}
	for ; s.next < len(s.steps) && s.steps[s.next] < step; s.next++ {
	}
	for ; s.next < len(s.steps) && s.steps[s.next] == step; s.next++ {
		to = append(to, s.cells[s.next])
	}
	return to, nil
}

// trains takes spikes given by the user, in the steps in which they lie.
func (s *sources) trains(trains []neuro.Spikes, dt float64) {
	type spike struct {
		step uint64
		cell uint32
	}
	var all []spike
	for i := s.lo; i < s.hi; i++ {
		for _, t := range trains[i] {
			all = append(all, spike{uint64(t/dt + float64(1e-9*math.Max(t/dt, 1))), uint32(i)})
		}
	}
	slices.SortStableFunc(all, func(a, b spike) int { return cmp.Compare(a.step, b.step) })
	for _, x := range all {
		s.steps, s.cells = append(s.steps, x.step), append(s.cells, x.cell)
	}
}
