package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
)

// Split parts the spikes of many units into a train for each: spike i is of
// unit units[i] and at times[i] ms. It returns a raster with a train per unit
// and the units' numbers, ascending.
//
// The order of the spikes does not matter: trains ascend. Two spikes of a unit
// at one time stay two. The window runs from 0, or the first spike where that
// is negative, to the last spike; set T0 and T1 where the recording is known to
// be longer. The work grows with the number of spikes. Errors: unequal lengths,
// times that are not finite.
func Split(times []float64, units []int) (neuro.Raster, []int, error) {
	const call = "Split"
	if len(times) != len(units) {
		return neuro.Raster{}, nil, fmt.Errorf("spikes: %s: times has %d and units %d values; they must be as many", call, len(times), len(units))
	}
	r := neuro.Raster{Trains: []neuro.Spikes{}}
	ids := []int{}
	if len(times) == 0 {
		return r, ids, nil
	}
	lo, hi := units[0], units[0]
	for i, t := range times {
		if !finite(t) {
			return neuro.Raster{}, nil, fmt.Errorf("spikes: %s: times[%d] is %g ms; times must be finite", call, i, t)
		}
		r.T0, r.T1 = math.Min(r.T0, t), math.Max(r.T1, t)
		lo, hi = min(lo, units[i]), max(hi, units[i])
	}
	// Where numbers are dense a slice says the place of each, else a map.
	place := func(u int) int { return u - lo }
	span := hi - lo + 1
	if span <= 0 || span > 4*len(units)+1024 {
		seen := map[int]int{}
		for _, u := range units {
			seen[u] = 0
		}
		for u := range seen {
			ids = append(ids, u)
		}
		sort.Ints(ids)
		for k, u := range ids {
			seen[u] = k
		}
		span = len(ids)
		place = func(u int) int { return seen[u] }
	}
	counts := make([]int, span)
	for _, u := range units {
		counts[place(u)]++
	}
	all := make(neuro.Spikes, len(times))
	next := make([]int, span)
	at := 0
	dense := len(ids) == 0
	for k, c := range counts {
		next[k] = at
		if c > 0 {
			if dense {
				ids = append(ids, lo+k)
			}
			r.Trains = append(r.Trains, all[at:at+c:at+c])
		}
		at += c
	}
	for i, u := range units {
		k := place(u)
		all[next[k]] = times[i]
		next[k]++
	}
	for _, s := range r.Trains {
		if !sort.Float64sAreSorted(s) {
			sort.Float64s(s)
		}
	}
	return r, ids, nil
}
