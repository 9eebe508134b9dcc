package network

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
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

	probes  []sample
	out     []outbox      // by step of the chunk
	pending [][][]pending // rows of the spikes in the history, by table and slot
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
	to     *receptor
	sum    []float32
	first  int
	weight float32
	source *rng.Source
	counts *rng.Counts
	mean   float64
	rate   *model.Expression // nil if constant
	per    float64           // expected spikes in a step at a rate of 1
}

// backgrounds makes the random spikes into a shard.
func (n *Network) backgrounds(sh *shard, models []*model.Model) error {
	for i := range n.Background {
		b := &n.Background[i]
		fail := func(err error) error {
			return fmt.Errorf("network: background %d, to %q: %w", i, b.To, err)
		}
		targets, err := n.targets(b.To, b.Receptor, models)
		if err != nil {
			return fail(err)
		}
		many := b.N
		if many == 0 {
			many = 1
		}
		if many < 0 {
			return fail(fmt.Errorf("N is %d; it must be 1 or more, 1 if 0", b.N))
		}
		for _, to := range targets {
			unit, _, _ := models[to].Unit(b.Receptor)
			e, err := model.ParseExpression("weight", b.Weight, unit, nil, 0)
			if err != nil {
				return fail(err)
			}
			w, ok := e.Constant()
			if !ok || math.IsNaN(w) || math.Abs(w) > math.MaxFloat32 {
				return fail(fmt.Errorf("the weight %q must be one finite number for all cells", b.Weight))
			}
			rate, err := model.ParseExpression("rate", b.Rate, "Hz", nil, 0)
			if err != nil {
				return fail(err)
			}
			for j := range sh.receptors {
				r := &sh.receptors[j]
				if r.population != to || r.name != b.Receptor {
					continue
				}
				x := &background{to: r, sum: r.r.Sum, first: sh.lo[to], weight: float32(w), per: float64(float64(many) * n.dt()),
					source: rng.New(stream(n.Seed, kindBackground, uint64(i)<<20|uint64(to)), 0)}
				hz, ok := rate.Constant()
				if !ok {
					x.rate, hz = rate, 0
				}
				if err := x.set(hz); err != nil {
					return fail(err)
				}
				sh.inputs = append(sh.inputs, x)
			}
		}
	}
	return nil
}

// set changes the rate, per ms.
func (b *background) set(rate float64) error {
	mean := float64(rate * b.per)
	if !(mean >= 0 && mean <= 1e6) {
		return fmt.Errorf("the rate makes %g spikes in a step; it must be 0 to 1e6", mean)
	}
	if b.counts == nil || mean != b.mean {
		b.counts, b.mean = rng.NewCounts(mean), mean
	}
	return nil
}

// add adds the spikes of a step.
func (b *background) add(step uint64, time float64) error {
	if b.rate != nil {
		b.rate.SetTime(time)
		var x [1]float64
		b.rate.Eval(x[:], 0, 0)
		if err := b.set(x[0]); err != nil {
			return err
		}
	}
	if b.mean > 0 {
		b.to.busy = true
		b.source.AddCounts(b.sum, b.counts, b.weight, uint64(b.first), step)
	}
	return nil
}
