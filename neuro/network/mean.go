package network

import "fmt"

// A part is what a shard knows of a mean: sums over groups of 64 cells, by sample of
// the chunk. Groups are added in their order whichever shard they are in, so that
// the mean has the same bits for any number of shards.
type part struct {
	state []float64
	first int          // cell of the population at state[0]
	cells map[int]bool // nil for all
	sums  []float64    // by sample, then by group
}

// meanOf prepares the recording of a mean.
func (s *Simulation) meanOf(q *probe) error {
	n := s.net.Populations[q.population].size()
	var chosen map[int]bool
	if q.Cells != nil {
		chosen = map[int]bool{}
		for _, c := range q.Cells {
			if c < 0 || c >= n {
				return fmt.Errorf("%q has no cell %d; cells are 0 to %d", q.Population, c, n-1)
			}
			chosen[c] = true
		}
	}
	for _, sh := range s.shards {
		if sh.cells[q.population] == nil {
			continue
		}
		state, watch, err := s.look(sh, q.population, q.variable, nil)
		if err != nil {
			return err
		}
		if watch != nil {
			sh.probes = append(sh.probes, sample{p: q, watch: watch})
		}
		p := &part{state: state, first: sh.lo[q.population], cells: chosen}
		q.parts = append(q.parts, p)
		sh.probes = append(sh.probes, sample{p: q, part: p})
	}
	q.count = n
	if chosen != nil {
		q.count = len(chosen)
	}
	q.y = [][]float64{nil}
	return nil
}

// take adds up the state of the cells.
func (p *part) take() {
	for lo := 0; lo < len(p.state); lo += align {
		sum := 0.0
		for i := lo; i < min(lo+align, len(p.state)); i++ {
			if p.cells == nil || p.cells[p.first+i] {
				sum += p.state[i]
			}
		}
		p.sums = append(p.sums, sum)
	}
}

// merge makes means of the sums of a chunk.
func (p *probe) merge() {
	if len(p.parts) == 0 {
		return
	}
	groups := func(q *part) int { return (len(q.state) + align - 1) / align }
	samples := len(p.parts[0].sums) / groups(p.parts[0])
	for k := range samples {
		sum := 0.0
		for _, q := range p.parts {
			n := groups(q)
			for _, x := range q.sums[k*n : (k+1)*n] {
				sum += x
			}
		}
		if !p.total {
			sum /= float64(p.count)
		}
		p.y[0] = append(p.y[0], sum/p.size)
	}
	for _, q := range p.parts {
		q.sums = q.sums[:0]
	}
}
