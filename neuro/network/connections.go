package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Connections returns the synapses from one population to a receptor of another,
// with weights in the receptor's natural unit and as they are now, by target and
// then by source.
func (s *Simulation) Connections(from, to, receptor string) ([]Pair, error) {
	var out []Pair
	err := s.eachSynapse("Connections", from, to, receptor, func(p Pair) { out = append(out, p) })
	slices.SortStableFunc(out, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From), cmp.Compare(a.Delay, b.Delay))
	})
	return out, err
}

// Weights returns the weights of Connections without their places, in no
// particular order but always the same: for a histogram.
func (s *Simulation) Weights(from, to, receptor string) ([]float64, error) {
	pairs, err := s.Connections(from, to, receptor)
	out := make([]float64, len(pairs))
	for i, p := range pairs {
		out[i] = p.Weight
	}
	return out, err
}

func (s *Simulation) eachSynapse(what, from, to, receptor string, visit func(Pair)) error {
	p, err := s.net.find(from)
	if err != nil {
		return fmt.Errorf("network: %s: %w", what, err)
	}
	targets, err := s.net.targets(to, receptor, s.models)
	if err != nil {
		return fmt.Errorf("network: %s: %w", what, err)
	}
	q := targets[0]
	_, size, err := s.models[q].Unit(receptor)
	if err != nil {
		return fmt.Errorf("network: %s: %w", what, err)
	}
	for _, sh := range s.shards {
		base := -1
		for _, r := range sh.receptors {
			if r.population == q && r.name == receptor {
				base = r.base
			}
		}
		if base < 0 {
			continue
		}
		n := sh.hi[q] - sh.lo[q]
		for _, t := range sh.tables {
			if t.from != p {
				continue
			}
			if t.learner != nil {
				t.learner.settle(t, s.settled())
			}
			for i := range len(t.start) - 1 {
				for at := t.start[i]; at < t.start[i+1]; at++ {
					g := t.segments[at]
					for k := g.first; k < g.first+g.n; k++ {
						if j := t.target(k) - base; j >= 0 && j < n {
							w := float64(t.weight(g, k))
							if t.learner != nil {
								w = t.learner.weight(t, at, k, s.settled())
							}
							visit(Pair{From: i, To: sh.lo[q] + j, Weight: w / size, Delay: float64(float64(g.delay) * s.dt)})
						}
					}
				}
			}
		}
	}
	return nil
}

// weight returns that of a synapse, in the library's units.
func (t *synapses) weight(g segment, k uint32) float32 {
	switch w := &t.kinds[g.kind]; w.how {
	case constantWeight:
		return w.w
	case levelWeight:
		return w.w + float32(float32(int32(t.pairs[k]>>16))*w.step)
	}
	return t.exact[k]
}

// settled is the step before which all that happened is known: the arrivals of the last
// step are still to come.
func (s *Simulation) settled() uint32 { return uint32(max(s.k, 1) - 1) }

// MeanWeight returns the mean of Weights: NaN where there are no synapses.
func (s *Simulation) MeanWeight(from, to, receptor string) (float64, error) {
	// Sums of each target, whose synapses are in one shard and in one order.
	sums, counts := map[int]float64{}, 0
	err := s.eachSynapse("MeanWeight", from, to, receptor, func(p Pair) {
		sums[p.To] += p.Weight
		counts++
	})
	total := 0.0
	for _, to := range slices.Sorted(maps.Keys(sums)) {
		total += sums[to]
	}
	return total / float64(counts), err
}
