package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A group is links whose synapses are in one table: those from a population whose
// synapses stay as they are, or one whose synapses change.
type group struct {
	from  int
	links []int
}

// groups returns the groups of links, in the order of their populations, those that
// change last.
func groups(links []*link, populations int) []group {
	var out []group
	for p := range populations {
		g := group{from: p}
		for i, l := range links {
			if l.from == p && !l.changes() {
				g.links = append(g.links, i)
			}
		}
		if g.links != nil {
			out = append(out, g)
		}
	}
	for i, l := range links {
		if l.changes() {
			out = append(out, group{l.from, []int{i}})
		}
	}
	return out
}

// A builder makes the tables of a shard.
type builder struct {
	net     *Network
	sh      *shard
	dt      float64
	links   []*link
	fillers []*filler
	groups  []group
	task    *display.Counter
	counts  [][]uint32 // by group: synapses of each source
	lo, hi  []float64  // by link: the range of weights drawn at random
	scratch []uint16
	made    int // since the last tick that was heard
}

// tick counts synapses that were made, and asks whether to give up.
func (b *builder) tick(n int) error {
	const often = 1 << 16
	if b.made += n; b.made < often {
		return nil
	}
	b.task.Add(b.made)
	b.made = 0
	return b.task.Err()
}

// base returns the accumulator of the first target of a link in the shard, and
// the targets.
func (b *builder) base(l *link) (base, lo, hi int) {
	lo, hi = b.sh.lo[l.to], b.sh.hi[l.to]
	for i := range b.sh.receptors {
		r := &b.sh.receptors[i]
		if r.population == l.to && r.name == l.receptor {
			return r.base, lo, hi
		}
	}
	return 0, lo, lo
}

// count counts the synapses of each source, and finds the range of weights.
func (b *builder) count(n *Network) error {
	b.counts = make([][]uint32, len(b.groups))
	b.lo, b.hi = make([]float64, len(b.links)), make([]float64, len(b.links))
	of := make([]int, len(b.links))
	for g := range b.groups {
		b.counts[g] = make([]uint32, n.Populations[b.groups[g].from].size())
		for _, i := range b.groups[g].links {
			of[i] = g
		}
	}
	for i, l := range b.links {
		f, err := l.filler(b.dt)
		if err != nil {
			return err
		}
		b.fillers = append(b.fillers, f)
		counts := b.counts[of[i]]
		_, lo, hi := b.base(l)
		b.lo[i], b.hi[i] = math.Inf(1), math.Inf(-1)
		if lo == hi {
			continue
		}
		if err := l.rule.copy().run(lo, hi, func(x *batch) error {
			if err := b.tick(x.n); err != nil {
				return err
			}
			for k, s := range x.src[:x.n] {
				if j := int(x.dst[k]) - lo; uint(j) < uint(hi-lo) {
					counts[s]++
				}
			}
			if f.weight != nil {
				w, err := f.weights(x)
				if err != nil {
					return err
				}
				least, most := b.lo[i], b.hi[i]
				for _, y := range w {
					if y < least {
						least = y
					}
					if y > most {
						most = y
					}
				}
				b.lo[i], b.hi[i] = least, most
			}
			return nil
		}); err != nil {
			return fmt.Errorf("network: projection %d: %w", l.number, err)
		}
	}
	return nil
}

// fill makes the tables.
func (b *builder) fill() error {
	b.sh.tables = make([]*synapses, len(b.groups))
	totals, order := make([]int, len(b.groups)), make([]int, len(b.groups))
	for g, counts := range b.counts {
		for _, n := range counts {
			totals[g] += int(n)
		}
		order[g] = g
	}
	// The largest first: what sorting it needs is free again when the others come.
	slices.SortStableFunc(order, func(a, c int) int { return cmp.Compare(totals[c], totals[a]) })
	for _, g := range order {
		if err := b.table(g); err != nil {
			return err
		}
		b.counts[g] = nil
	}
	b.scratch = nil
	return nil
}

// kind returns how the weights of a link are kept.
func (l *link) kind() weights {
	switch {
	case l.weight == "" || l.weighs():
		return weights{how: exactWeight}
	case l.constWeight:
		return weights{how: constantWeight, w: float32(l.w)}
	}
	step := (l.hi - l.lo) / (1<<16 - 1)
	return weights{how: levelWeight, w: float32(l.lo), step: float32(step)}
}

// table makes the synapses of a group.
func (b *builder) table(number int) error {
	g := &b.groups[number]
	t := &synapses{from: g.from}
	b.sh.tables[number] = t
	counts := b.counts[number]
	at := make([]uint32, len(counts)) // the place of each row's next synapse
	total := 0
	for i, n := range counts {
		at[i] = uint32(total)
		total += int(n)
	}
	if total > math.MaxUint32 {
		return fmt.Errorf("network: there are %d synapses from one population onto the cells of one processor; at most %d are possible (use more threads)", total, uint32(math.MaxUint32))
	}
	mine := g.links
	for i := range b.sh.receptors {
		r := &b.sh.receptors[i]
		if slices.ContainsFunc(mine, func(l int) bool { return b.links[l].to == r.population && b.links[l].receptor == r.name }) {
			t.reaches = append(t.reaches, i)
		}
	}
	kindOf := map[int]uint16{}
	fixed := true
	for _, i := range mine {
		l := b.links[i]
		k := l.kind()
		n := slices.Index(t.kinds, k)
		if n < 0 {
			n = len(t.kinds)
			t.kinds = append(t.kinds, k)
		}
		kindOf[i] = uint16(n)
		fixed = fixed && l.constDelay && l.d == b.links[mine[0]].d && k.how == constantWeight && n == 0
	}
	t.total = total
	drawn, exact := false, false
	for _, k := range t.kinds {
		drawn, exact = drawn || k.how == levelWeight, exact || k.how == exactWeight
	}
	if drawn {
		t.pairs = large[uint32](total)
	} else {
		t.targets = large[uint16](total)
	}
	if exact {
		t.exact = large[float32](total)
	}
	t.start = make([]uint32, len(counts)+1)
	if fixed {
		t.least, t.most = b.links[mine[0]].d, b.links[mine[0]].d
		if err := b.place(t, mine, at, kindOf, nil); err != nil {
			return err
		}
		for i, n := range counts {
			if n > 0 {
				t.segments = append(t.segments, segment{at[i] - n, n, uint16(t.most), 0})
			}
			t.start[i+1] = uint32(len(t.segments))
		}
		t.segments = append(large[segment](len(t.segments))[:0], t.segments...)
		return b.change(t, b.links[mine[0]])
	}
	if len(b.scratch) < total {
		b.scratch = large[uint16](total)
	}
	u := &unsorted{of: b.scratch[:total], number: map[uint32]uint16{}}
	if err := b.place(t, mine, at, kindOf, u); err != nil {
		return err
	}
	t.sort(counts, u)
	return b.change(t, b.links[mine[0]])
}

// change gives a table what its synapses need to change, if they do.
func (b *builder) change(t *synapses, l *link) error {
	t.to = l.to
	if l.short != (synapse.TsodyksMarkram{}) {
		var err error
		if t.short, err = b.newShortTerm(b.net, l, t); err != nil {
			return fmt.Errorf("network: %s: %w", b.net.where(l.number), err)
		}
	}
	if l.scales != (plasticity.SynapticScaling{}) {
		t.scaling = newScaling(l.scales, b, l)
	}
	if l.learn == nil {
		return nil
	}
	var err error
	t.learner, err = l.learn.learner(b, l, t)
	return err
}

// each runs a function for every shard, on so many goroutines.
func each(shards, threads int, do func(i int) error) error {
	errs := make([]error, shards)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(threads, shards) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := int(next.Add(1)) - 1; i < shards; i = int(next.Add(1)) - 1 {
				errs[i] = do(i)
			}
		}()
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
