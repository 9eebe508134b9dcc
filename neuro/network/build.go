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
// synapses are stored and stay as they are, those that are procedural, or one whose
// synapses change.
type group struct {
	from       int
	links      []int
	procedural bool
}

// groups returns the groups of links, in the order of their populations, those that
// change last.
func groups(links []*link, populations int) []group {
	var out []group
	// What arrives in one receptor from one population is in one table, so that it is added
	// in the same order whether it is stored or not.
	type way struct {
		from, to int
		receptor string
	}
	procedural := map[way]bool{}
	for _, l := range links {
		if l.procedural {
			procedural[way{l.from, l.to, l.receptor}] = true
		}
	}
	for p := range populations {
		for _, again := range []bool{false, true} {
			g := group{from: p, procedural: again}
			for i, l := range links {
				if l.from == p && !l.changes() && procedural[way{p, l.to, l.receptor}] == again {
					g.links = append(g.links, i)
				}
			}
			if g.links != nil {
				out = append(out, g)
			}
		}
	}
	for i, l := range links {
		if l.changes() {
			out = append(out, group{l.from, []int{i}, false})
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
	lo, hi  []float64 // by link: the range of weights drawn at random
	made    int       // since the last tick that was heard
}

// tick counts synapses that were made, and asks whether to give up.
func (b *builder) tick(n int) error {
	if b.made += n; b.made < often {
		return nil
	}
	b.task.Add(b.made)
	b.made = 0
	return b.task.Err()
}

// often is after how many synapses a builder asks.
const often = 1 << 16

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

// ranges finds the range of weights that are drawn at random: from their formula, or by
// drawing them.
func (b *builder) ranges() error {
	b.lo, b.hi = make([]float64, len(b.links)), make([]float64, len(b.links))
	for i, l := range b.links {
		f, err := l.filler(b.dt)
		if err != nil {
			return err
		}
		b.fillers = append(b.fillers, f)
		_, lo, hi := b.base(l)
		least, most := math.Inf(1), math.Inf(-1)
		known := false
		if f.weight != nil {
			if least, most, known = f.weight.Bounds(); !known {
				least, most = math.Inf(1), math.Inf(-1)
			}
		}
		if lo < hi && f.weight != nil && !l.weighs() && !known {
			d, err := l.rule.drawer(lo, hi)
			drawn := 0
			for source := 0; source < l.rule.ns && err == nil; source++ {
				err = d.row(source, func(x *batch) error {
					if drawn += x.n; drawn >= often {
						if err := b.task.Err(); err != nil {
							return err
						}
						drawn = 0
					}
					w, err := f.weights(x)
					for _, y := range w {
						if y < least {
							least = y
						}
						if y > most {
							most = y
						}
					}
					return err
				})
			}
			if err != nil {
				return fmt.Errorf("network: projection %d: %w", l.number, err)
			}
		}
		b.lo[i], b.hi[i] = least, most
	}
	return nil
}

// fill makes the tables.
func (b *builder) fill() error {
	for _, g := range b.groups {
		if err := b.table(g); err != nil {
			return err
		}
	}
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
func (b *builder) table(g group) error {
	t := &synapses{from: g.from}
	b.sh.tables = append(b.sh.tables, t)
	for i := range b.sh.receptors {
		r := &b.sh.receptors[i]
		if slices.ContainsFunc(g.links, func(l int) bool { return b.links[l].to == r.population && b.links[l].receptor == r.name }) {
			t.reaches = append(t.reaches, i)
		}
	}
	m, err := b.maker(g, t)
	if err != nil {
		return err
	}
	if g.procedural {
		return b.again(t, m)
	}
	expected := 0.0
	for i := range m.parts {
		p := &m.parts[i]
		expected += float64(p.link.rule.expected() * float64(p.hi-p.lo) / float64(p.link.rule.nt))
	}
	// Memory that is not touched costs nothing.
	room := int(expected+float64(8*math.Sqrt(expected))) + 4096
	if m.drawn {
		t.pairs = large[uint32](room)[:0]
	} else {
		t.targets = large[uint16](room)[:0]
	}
	if m.exact {
		t.exact = large[float32](room)[:0]
	}
	sources := b.net.Populations[g.from].size()
	t.start = make([]uint32, sources+1)
	for i := range sources {
		before := t.size()
		if err := m.row(t, i); err != nil {
			return err
		}
		if t.size() > math.MaxUint32 {
			return fmt.Errorf("network: there are %d synapses and more from one population onto the cells of one processor; at most %d are possible (use more threads)", t.size(), uint32(math.MaxUint32))
		}
		t.delays(t.segments[t.start[i]:], t.total == 0)
		t.start[i+1], t.total = uint32(len(t.segments)), t.size()
		if err := b.tick(t.total - before); err != nil {
			return err
		}
	}
	t.segments = append(large[segment](len(t.segments))[:0], t.segments...)
	return b.change(t, b.links[g.links[0]])
}

// maker returns what makes the rows of a group, and gives the table its kinds of weights.
func (b *builder) maker(g group, t *synapses) (*maker, error) {
	m := &maker{}
	var err error
	for _, i := range g.links {
		l := b.links[i]
		p := strand{link: l, filler: b.fillers[i], how: l.kind().how}
		if p.base, p.lo, p.hi = b.base(l); p.lo < p.hi {
			if p.drawer, err = l.rule.drawer(p.lo, p.hi); err != nil {
				return nil, err
			}
		}
		m.parts = append(m.parts, p)
		if k := l.kind(); !slices.Contains(t.kinds, k) {
			t.kinds = append(t.kinds, k)
		}
	}
	// In an order that does not depend on which other links are in the table.
	slices.SortFunc(t.kinds, func(a, b weights) int {
		return cmp.Or(cmp.Compare(a.how, b.how), cmp.Compare(a.w, b.w), cmp.Compare(a.step, b.step))
	})
	first := b.links[g.links[0]]
	m.ascending = first.weighs()
	m.fixed, m.delay, m.kinds = len(t.kinds) == 1 && t.kinds[0].how == constantWeight, uint16(first.d), uint32(len(t.kinds))
	for i := range m.parts {
		p := &m.parts[i]
		k := p.link.kind()
		p.kind = uint16(slices.Index(t.kinds, k))
		if p.low = float64(k.w); k.step > 0 {
			p.perStep = 1 / float64(k.step)
		}
		m.drawn, m.exact = m.drawn || k.how == levelWeight, m.exact || k.how == exactWeight
		m.fixed = m.fixed && p.link.constDelay && p.link.d == first.d
	}
	return m, nil
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
