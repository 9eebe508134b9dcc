package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// sources are members without equations, in a shard.
type sources struct {
	lo, hi int
	counts *rng.Counts // of the same rate for all
	source *rng.Source
	means  []float64 // of rates that differ
	drawn  []float32
	drawn2 []float64

	steps []uint64 // of trains: the steps and members of all spikes, by step
	cells []uint32
	next  int
}

func (n *Network) newSources(number, lo, hi int) (*sources, error) {
	p := &n.Populations[number]
	s := &sources{lo: lo, hi: hi, source: rng.New(stream(n.Seed, kindSource, uint64(number)), 0)}
	fail := func(err error) (*sources, error) {
		return nil, fmt.Errorf("network: population %q: %w", p.Name, err)
	}
	if p.Trains != nil {
		s.trains(p.Trains, n.dt())
		return s, nil
	}
	e, err := model.ParseExpression("rate", p.Rate, "Hz", nil, stream(n.Seed, kindSource, uint64(number)))
	if err != nil {
		return fail(err)
	}
	if hz, ok := e.Constant(); ok {
		mean := float64(hz * n.dt())
		if !(mean >= 0 && mean <= 1e6) {
			return fail(fmt.Errorf("the rate is %g Hz; it must be 0 or more and less than %g", hz*1000, 1e9/n.dt()))
		}
		s.counts, s.drawn = rng.NewCounts(mean), make([]float32, hi-lo)
		return s, nil
	}
	s.means, s.drawn2 = make([]float64, hi-lo), make([]float64, hi-lo)
	for i := lo; i < hi; i += model.BlockSize {
		part := s.means[i-lo : min(i-lo+model.BlockSize, hi-lo)]
		e.Eval(part, uint64(i), 0)
		for k, hz := range part {
			if part[k] = float64(hz * n.dt()); !(part[k] >= 0 && part[k] <= 1e6) {
				return fail(fmt.Errorf("the rate of source %d is %g Hz; it must be 0 or more and less than %g", i+k, hz*1000, 1e9/n.dt()))
			}
		}
	}
	return s, nil
}

// fire appends the members that fire in a step, as often as they do.
func (s *sources) fire(to []uint32, step uint64) []uint32 {
	switch {
	case s.counts != nil:
		clear(s.drawn)
		s.source.AddCounts(s.drawn, s.counts, 1, uint64(s.lo), step)
		for i, k := range s.drawn {
			for ; k > 0; k-- {
				to = append(to, uint32(s.lo+i))
			}
		}
	case s.means != nil:
		s.source.PoissonBlock(s.drawn2, s.means, uint64(s.lo), step)
		for i, k := range s.drawn2 {
			for ; k > 0; k-- {
				to = append(to, uint32(s.lo+i))
			}
		}
	default:
		for ; s.next < len(s.steps) && s.steps[s.next] < step; s.next++ {
		}
		for ; s.next < len(s.steps) && s.steps[s.next] == step; s.next++ {
			to = append(to, s.cells[s.next])
		}
	}
	return to
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
