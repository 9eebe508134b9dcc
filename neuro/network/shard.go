package network

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// A shard is the part of a network that one goroutine computes: some cells of each
// population, with all synapses onto them. Shards see each other's spikes and
// nothing else, so that the results do not depend on how many there are.
type shard struct {
	lo, hi    []int // by population: its members here
	cells     []*model.Population
	receptors []receptor
	sums      []float32 // accumulators, and room for any 16-bit number after each
	inputs    []*background
	sources   []*sources  // by population
	tables    []*synapses // of groups

	probes    []sample
	weighings []*weighing
	number    int           // among the shards, for weighings
	out       []outbox      // by step of the chunk
	pending   [][][]pending // rows of the spikes in the history, by table and slot
}

// An outbox is what fired in a step: the members of population p are those from
// ends[p-1] to ends[p].
type outbox struct {
	cells []uint32
	ends  []int
}

// A receptor is a variable of a population's cells here.
type receptor struct {
	population int
	name       string
	base       int // its first accumulator
	r          *model.Receptor
	busy       bool // something has arrived since it was taken
}

// align is what the first cell of a shard is a multiple of.
const align = 64

// bounds divides n members among shards.
func bounds(n, shards, s, unit int) (lo, hi int) {
	cut := func(s int) int {
		if s == shards {
			return n
		}
		return n * s / shards / unit * unit
	}
	return cut(s), cut(s + 1)
}

// newShard makes the cells of shard s.
func (n *Network) newShard(s, count int, models []*model.Model, wanted [][]string) (*shard, error) {
	pops := len(n.Populations)
	sh := &shard{lo: make([]int, pops), hi: make([]int, pops), cells: make([]*model.Population, pops), sources: make([]*sources, pops)}
	slots := 0
	for p := range n.Populations {
		pop := &n.Populations[p]
		unit := align
		if models[p] != nil && models[p].Options().Method == "rk45" {
			unit = model.BlockSize
		}
		sh.lo[p], sh.hi[p] = bounds(pop.size(), count, s, unit)
		here := sh.hi[p] - sh.lo[p]
		if here == 0 {
			continue
		}
		if models[p] == nil {
			var err error
			if sh.sources[p], err = n.newSources(p, sh.lo[p], sh.hi[p]); err != nil {
				return nil, err
			}
			continue
		}
		c, err := models[p].Part(pop.size(), sh.lo[p], here, n.dt())
		if err != nil {
			return nil, fmt.Errorf("network: population %q: %w", pop.Name, err)
		}
		for _, name := range slices.Sorted(maps.Keys(pop.Drive)) {
			if err := c.Drive(name, pop.Drive[name]); err != nil {
				return nil, fmt.Errorf("network: population %q: %w", pop.Name, err)
			}
		}
		sh.cells[p] = c
		for _, name := range wanted[p] {
			sh.receptors = append(sh.receptors, receptor{population: p, name: name, base: slots})
			slots += (here + align - 1) / align * align
		}
	}
	sh.sums = make([]float32, slots+1<<16)
	for i := range sh.receptors {
		r := &sh.receptors[i]
		var err error
		if r.r, err = sh.cells[r.population].Receptor(r.name, sh.sums[r.base:r.base+sh.hi[r.population]-sh.lo[r.population]]); err != nil {
			return nil, fmt.Errorf("network: population %q: %w", n.Populations[r.population].Name, err)
		}
	}
	return sh, n.backgrounds(sh, models)
}

// A background is random spikes into the cells of a shard.
type background struct {
	number  int
	to      *receptor
	rate    *poisson
	weight  float32
	weights []float32 // where they differ
}

// backgrounds makes the random spikes into a shard.
func (n *Network) backgrounds(sh *shard, models []*model.Model) error {
	for i := range n.Background {
		b := &n.Background[i]
		fail := func(err error) error {
			return fmt.Errorf("network: %s: %w", n.whereBackground(i), err)
		}
		targets, err := n.targets(b.To, b.Receptor, models)
		if err != nil {
			return fail(err)
		}
		if b.N < 0 {
			return fail(fmt.Errorf("N is %d; it must be 1 or more, 1 if 0", b.N))
		}
		for _, to := range targets {
			unit, _, _ := models[to].Unit(b.Receptor)
			seed := stream(n.Seed, kindBackground, uint64(i)<<20|uint64(to))
			for j := range sh.receptors {
				r := &sh.receptors[j]
				if r.population != to || r.name != b.Receptor {
					continue
				}
				x := &background{number: i, to: r}
				if x.rate, err = n.poisson(b.Rate, max(b.N, 1), &n.Populations[to], sh.lo[to], sh.hi[to], seed); err != nil {
					return fail(err)
				}
				if err := x.weigh(n, b.Weight, unit, sh.hi[to]-sh.lo[to], seed); err != nil {
					return fail(err)
				}
				sh.inputs = append(sh.inputs, x)
			}
		}
	}
	return nil
}

// weigh reads the weight, one for all cells or one for each.
func (b *background) weigh(n *Network, text, unit string, cells int, seed uint64) error {
	e, err := n.members("weight", text, unit, b.rate.of, stream(seed, kindWeight, 0))
	if err != nil {
		return err
	}
	if e.Uses("t") || e.Uses("t_in_timesteps") {
		return fmt.Errorf("the weight %q changes with the time; let the rate change, or the weight of a projection from sources by a receptor of the cells", text)
	}
	w := make([]float64, cells)
	if _, ok := e.Constant(); ok {
		w = w[:1]
	}
	evaluate(e, b.rate.of, w, b.rate.lo, 0)
	for i, x := range w {
		if math.IsNaN(x) || math.Abs(x) > math.MaxFloat32 {
			return fmt.Errorf("the weight for cell %d is %g; it must be finite", b.rate.lo+i, x)
		}
	}
	if b.weight = float32(w[0]); len(w) > 1 {
		b.weights = make([]float32, len(w))
		for i, x := range w {
			b.weights[i] = float32(x)
		}
	}
	return nil
}

// add adds the spikes of a step.
func (b *background) add(step uint64) error {
	b.to.busy = true
	return b.rate.add(b.to.r.Sum, b.weight, b.weights, step)
}
