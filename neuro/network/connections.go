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

// WeightMatrix returns the weights of Connections as a matrix: w[i][j] leads from member i
// to member j, as in package plasticity, and is 0 where there is no synapse and the sum
// where there are several.
func (s *Simulation) WeightMatrix(from, to, receptor string) ([][]float64, error) {
	p, err := s.projected(from, to, receptor)
	if err != nil {
		return nil, fmt.Errorf("network: WeightMatrix: %w", err)
	}
	rows, cols := s.net.Populations[p.from].size(), s.net.Populations[p.to].size()
	if rows > mostWeights/cols {
		return nil, fmt.Errorf("network: WeightMatrix: %d by %d are %.3g numbers; at most %d are possible (Connections returns a list)", rows, cols, float64(rows)*float64(cols), mostWeights)
	}
	w := make([][]float64, rows)
	for i := range w {
		w[i] = make([]float64, cols)
	}
	pairs, err := s.Connections(from, to, receptor)
	for _, x := range pairs {
		w[x.From][x.To] += x.Weight
	}
	return w, err
}

func (s *Simulation) eachSynapse(what, from, to, receptor string, visit func(Pair)) error {
	p, err := s.projected(from, to, receptor)
	if err != nil {
		return fmt.Errorf("network: %s: %w", what, err)
	}
	for _, sh := range s.shards {
		p.visit(sh, s.settled(), func(t *synapses, segment, k uint32, source, target int) {
			visit(Pair{From: source, To: target, Weight: t.now(segment, k, s.settled()) / p.size, Delay: float64(float64(t.segments[segment].delay) * s.dt)})
		})
	}
	return nil
}

// A projected names the synapses from one population to a receptor of another, and its
// unit.
type projected struct {
	from, to int
	receptor string
	unit     string
	size     float64
}

func (s *Simulation) projected(from, to, receptor string) (*projected, error) {
	p, err := s.net.find(from)
	if err != nil {
		return nil, err
	}
	targets, err := s.net.targets(to, receptor, s.models)
	if err != nil {
		return nil, err
	}
	x := &projected{from: p, to: targets[0], receptor: receptor}
	x.unit, x.size, err = s.models[x.to].Unit(receptor)
	return x, err
}

// visit goes through the synapses in a shard, which are brought up to date with what
// happened before a step.
func (p *projected) visit(sh *shard, step uint32, do func(t *synapses, segment, k uint32, source, target int)) {
	base := -1
	for _, r := range sh.receptors {
		if r.population == p.to && r.name == p.receptor {
			base = r.base
		}
	}
	if base < 0 {
		return
	}
	n := sh.hi[p.to] - sh.lo[p.to]
	for _, t := range sh.tables {
		if t.from != p.from {
			continue
		}
		if t.learner != nil {
			t.learner.settle(t, step)
		}
		for i := range t.sources() {
			in, first, last := t.rowOf(i)
			for at := first; at < last; at++ {
				g := in.segments[at]
				for k := g.first; k < g.first+g.n; k++ {
					if j := in.target(k) - base; j >= 0 && j < n {
						do(in, at, k, i, sh.lo[p.to]+j)
					}
				}
			}
		}
	}
}

// now returns the weight of a synapse of a settled table before a step, in the library's
// units.
func (t *synapses) now(segment, k uint32, step uint32) float64 {
	if t.learner != nil {
		return t.learner.weight(t, segment, k, step)
	}
	return float64(t.weight(t.segments[segment], k))
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
