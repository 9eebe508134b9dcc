package network

import (
	"cmp"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
)

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
