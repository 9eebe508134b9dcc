package provenance

import "slices"

// A smallest keeps the smallest keys of all that it is given, and how often
// each came: the same ones in whatever order they come.
type smallest[K comparable] struct {
	most    int
	compare func(a, b K) int
	times   map[K]int // of those kept; twice as many as most for a while
	edge    *K        // the largest that may still be kept, once some were dropped
	all     int       // keys given, repeated ones too
}

func newSmallest[K comparable](most int, compare func(a, b K) int) *smallest[K] {
	return &smallest[K]{most: most, compare: compare, times: map[K]int{}}
}

// add takes a key.
func (s *smallest[K]) add(k K) {
	s.all++
	if s.edge != nil && s.compare(k, *s.edge) > 0 {
		return
	}
	if s.times[k]++; len(s.times) >= 2*s.most {
		s.list()
	}
}

// list returns the keys that are kept, smallest first, and how many of those
// given are none of them.
func (s *smallest[K]) list() (kept []K, more int) {
	kept = make([]K, 0, len(s.times))
	for k := range s.times {
		kept = append(kept, k)
	}
	slices.SortFunc(kept, s.compare)
	if len(kept) > s.most {
		for _, k := range kept[s.most:] {
			delete(s.times, k)
		}
		kept = kept[:s.most]
		edge := kept[s.most-1]
		s.edge = &edge
	}
	more = s.all
	for _, n := range s.times {
		more -= n
	}
	return kept, more
}
