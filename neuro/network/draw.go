package network

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// Connections are drawn by source and block of targets: random numbers belong to the two,
// so that whoever owns some targets draws their blocks alone, and a row can be drawn again
// at any time.

// A block is targets whose connections are drawn together.
type block struct {
	number  int
	lo, hi  int
	start   []uint32            // by source, and one more: connections of those before; nil where a row tells its own
	targets []uint16            // of those connections, less lo, where they are not drawn from one
	order   *shuffle            // of fixed in-degree
	moved   map[uint32][]uint32 // targets that a source gets instead of their own cells
}

const (
	mostDegree = 1 << 24
	// A row's part of a block should have so many connections, or what it costs to begin
	// is more than they are.
	rowInBlock = 128
	mostBlocks = 16
)

// divisions returns into how many blocks the targets are cut: a power of two, so that the
// blocks of two or four threads are whole.
func (g *generator) divisions() int {
	row := float64(g.nt) // each pair is looked at
	switch {
	case g.rule.Kind == list || g.rule.Kind == oneToOne || g.rule.Kind == fixedOutDegree && !g.rule.Multapses:
		return 1
	case g.p == nil:
		row = g.expected() / float64(g.ns)
	}
	n := 1
	for n < mostBlocks && row >= float64(2*n*rowInBlock) && g.nt >= 2*n*align {
		n *= 2
	}
	most := 0 // connections of a block
	switch g.rule.Kind {
	case fixedTotal:
		most = g.rule.N
	case fixedInDegree:
		most = g.nt * g.rule.N
	}
	// What a shard has none of is drawn in vain.
	for n < g.shards && g.nt >= 2*n*align || g.nt/n > 1<<16-align || most/n >= mostShuffled && g.nt >= 2*n*align {
		n *= 2
	}
	return n
}

// prepare makes the blocks. Generators that share them may then draw at the same time.
func (g *generator) prepare(threads int) error {
	n := g.divisions()
	g.blocks = make([]*block, n)
	for b := range g.blocks {
		k := &block{number: b}
		k.lo, k.hi = bounds(g.nt, n, b, align)
		g.blocks[b] = k
	}
	again := g.rule.Multapses
	switch {
	case g.rule.Kind == fixedTotal:
		// How many each block has is multinomial: a binomial number of what is left.
		counts, left := rng.New(g.seed, 1), g.rule.N
		many := make([]int, n)
		for b, k := range g.blocks {
			many[b] = counts.Binomial(left, float64(k.hi-k.lo)/float64(g.nt-k.lo))
			left -= many[b]
		}
		return each(n, threads, func(b int) error {
			g.blocks[b].split(g, many[b])
			return nil
		})
	case g.rule.Kind == fixedInDegree && again:
		return each(n, threads, func(b int) error {
			k := g.blocks[b]
			many := (k.hi - k.lo) * g.rule.N
			k.split(g, many)
			k.order = newShuffle(uint32(many), rng.New(g.seed, 1<<33|uint64(b)))
			if g.same && !g.rule.Autapses {
				k.move(g)
			}
			return nil
		})
	case g.rule.Kind == fixedInDegree:
		return each(n, threads, func(b int) error {
			g.blocks[b].distinct(g)
			return nil
		})
	case g.rule.Kind == fixedOutDegree && again:
		g.outward(threads)
	}
	return nil
}

// split divides connections among the sources, all alike.
func (k *block) split(g *generator, many int) {
	s := rng.New(g.seed, 1<<32|uint64(k.number))
	k.start = make([]uint32, g.ns+1)
	for i := range g.ns {
		n := s.Binomial(many, 1/float64(g.ns-i))
		many -= n
		k.start[i+1] = k.start[i] + uint32(n)
	}
}

// outward divides the connections of each source among the blocks.
func (g *generator) outward(threads int) {
	for _, k := range g.blocks {
		k.start = make([]uint32, g.ns+1)
	}
	parts := (g.ns + 4095) / 4096
	each(parts, threads, func(part int) error {
		for i := part * 4096; i < min((part+1)*4096, g.ns); i++ {
			left, cells, s := g.rule.N, g.nt, rng.New(g.seed, 1<<32|uint64(i))
			own := g.own(i)
			if own >= 0 {
				cells--
			}
			for _, k := range g.blocks {
				here := k.hi - k.lo
				if own >= k.lo && own < k.hi {
					here--
				}
				n := left
				if here < cells {
					n = s.Binomial(left, float64(here)/float64(cells))
				}
				k.start[i+1] = uint32(n)
				left, cells = left-n, cells-here
			}
		}
		return nil
	})
	for _, k := range g.blocks {
		for i := range g.ns {
			k.start[i+1] += k.start[i]
		}
	}
}

// move draws other sources for connections from a cell to itself: about as many as a cell
// has in all.
func (k *block) move(g *generator) {
	s := rng.New(g.seed, 1<<34|uint64(k.number))
	k.moved = map[uint32][]uint32{}
	per := newDivisor(uint32(g.rule.N))
	for i := k.lo; i < k.hi; i++ {
		for p := k.start[i]; p < k.start[i+1]; p++ {
			if k.lo+int(per.of(k.order.at(p))) == i {
				other := s.Intn(g.ns - 1)
				if other >= i {
					other++
				}
				k.moved[uint32(other)] = append(k.moved[uint32(other)], uint32(i))
			}
		}
	}
}

// distinct draws different sources for each target, and sorts them by source.
func (k *block) distinct(g *generator) {
	d := newDistinct(g.source, g.ns)
	sources := make([]uint32, 0, (k.hi-k.lo)*g.rule.N)
	k.start = make([]uint32, g.ns+1)
	for j := k.lo; j < k.hi; j++ {
		d.draw(g.rule.N, uint64(j), g.own(j), func(i int) {
			sources = append(sources, uint32(i))
			k.start[i+1]++
		})
	}
	for i := range g.ns {
		k.start[i+1] += k.start[i]
	}
	next := append([]uint32(nil), k.start...)
	k.targets = make([]uint16, len(sources))
	for n, i := range sources {
		k.targets[next[i]] = uint16(n / g.rule.N)
		next[i]++
	}
}

// bytes is the memory of the blocks.
func (g *generator) bytes() int {
	n := 0
	for _, k := range g.blocks {
		n += 4*len(k.start) + 2*len(k.targets) + 16*len(k.moved)
	}
	return n
}

// index is bytes before the blocks are made, with what else a procedural table keeps for
// a source.
func (g *generator) index() float64 {
	perSource := 4.0
	switch {
	case g.rule.Kind == fixedTotal || g.rule.Kind == fixedInDegree || g.rule.Kind == fixedOutDegree && g.rule.Multapses:
		perSource += float64(4 * g.divisions())
	}
	return float64(perSource * float64(g.ns))
}

// own returns the member that j must not be connected to, -1 if none.
func (g *generator) own(j int) int {
	if g.same && !g.rule.Autapses {
		return j
	}
	return -1
}

// A distinct draws members at random, each once.
type distinct struct {
	source *rng.Source
	taken  []uint32 // by member: the draw that took it last
	draws  uint32
	u      [model.BlockSize]float64
}

func newDistinct(s *rng.Source, from int) *distinct {
	return &distinct{source: s, taken: make([]uint32, from)}
}

// draw draws n members other than one, with the random numbers of a step.
func (d *distinct) draw(n int, step uint64, other int, put func(int)) {
	d.draws++
	if d.draws == 0 {
		clear(d.taken)
		d.draws = 1
	}
	u := d.u[:min(len(d.u), n+n/8+8)]
	at := uint64(0)
	for left := len(u); n > 0; {
		if left == len(u) {
			d.source.Float64Block(u, at, step)
			at += uint64(len(u))
			left = 0
		}
		i := int(float64(u[left] * float64(len(d.taken))))
		if left++; i != other && d.taken[i] != d.draws {
			d.taken[i] = d.draws
			put(i)
			n--
		}
	}
}

// A batch is connections of one source that are made together.
type batch struct {
	n           int
	src         int
	dst         [model.BlockSize]uint32
	pair        [model.BlockSize]uint32 // of list: places in Pairs
	first, step uint64                  // addresses of their random numbers
}

// A drawer draws the connections of sources onto some targets, for one goroutine.
type drawer struct {
	*generator
	p     *model.Expression // of its own
	parts []*block          // with those targets
	once  *distinct
	batch batch
	visit func(*batch) error
	err   error
	u, v  [model.BlockSize]float64
}

// drawer returns one for targets from lo to hi; others may be among what it draws.
func (g *generator) drawer(lo, hi int) (*drawer, error) {
	d := &drawer{generator: g}
	for _, k := range g.blocks {
		if k.lo < hi && lo < k.hi {
			d.parts = append(d.parts, k)
		}
	}
	if g.rule.Kind == fixedOutDegree && !g.rule.Multapses {
		d.once = newDistinct(g.source, g.nt)
	}
	var err error
	if g.p != nil {
		d.p, err = g.net.pairs("probability", g.rule.P, "1", g.from, g.to, g.seed)
	}
	return d, err
}

// counted reports whether the blocks have the numbers of connections onto targets from lo to
// hi.
func (d *drawer) counted(lo, hi int) bool {
	return !slices.ContainsFunc(d.parts, func(k *block) bool {
		return k.start == nil || k.moved != nil || k.lo < lo || k.hi > hi
	})
}

// size returns how many connections of a source the blocks have.
func (d *drawer) size(i int) int {
	n := 0
	for _, k := range d.parts {
		n += int(k.start[i+1] - k.start[i])
	}
	return n
}

// row draws the connections of source i. It ends with the first error of visit.
func (d *drawer) row(i int, visit func(*batch) error) error {
	d.visit, d.err = visit, nil
	b := &d.batch
	b.src = i
	for _, k := range d.parts {
		b.first, b.step = 0, uint64(i)|uint64(k.number)<<26
		d.part(i, k)
		d.flush()
		if d.err != nil {
			return d.err
		}
	}
	return nil
}

func (d *drawer) flush() {
	b := &d.batch
	if b.n > 0 {
		if d.err == nil {
			d.err = d.visit(b)
		}
		b.first += uint64(b.n)
		b.n = 0
	}
}

func (d *drawer) put(j int) {
	b := &d.batch
	b.dst[b.n] = uint32(j)
	if b.n++; b.n == len(b.dst) {
		d.flush()
	}
}

// part draws the connections of a source onto a block.
func (d *drawer) part(i int, k *block) {
	own := d.own(i)
	switch {
	case d.rule.Kind == allToAll:
		for j := k.lo; j < k.hi; j++ {
			if j != own {
				d.put(j)
			}
		}
	case d.rule.Kind == oneToOne:
		if i >= k.lo && i < k.hi {
			d.put(i)
		}
	case d.rule.Kind == list:
		for _, p := range d.pairs[d.begin[i]:d.begin[i+1]] {
			if j := d.rule.Pairs[p].To; j >= k.lo && j < k.hi {
				d.batch.pair[d.batch.n] = p
				d.put(j)
			}
		}
	case d.rule.Kind == bernoulli && d.p != nil:
		d.looked(i, own, k)
	case d.rule.Kind == bernoulli:
		d.gaps(own, k)
	case d.once != nil:
		d.once.draw(d.rule.N, uint64(i), own, d.put)
	case k.targets != nil:
		for _, j := range k.targets[k.start[i]:k.start[i+1]] {
			d.put(k.lo + int(j))
		}
	case k.order != nil:
		d.placed(i, own, k)
	default:
		d.any(int(k.start[i+1]-k.start[i]), own, k)
	}
}

// any draws n targets of a block.
func (d *drawer) any(n, own int, k *block) {
	b, first, cells := &d.batch, k.lo, float64(k.hi-k.lo)
	outside := own < k.lo || own >= k.hi
	if !outside {
		cells--
	}
	for at := uint64(0); n > 0; {
		u := d.u[:min(n, len(b.dst))]
		d.source.Float64Block(u, at, b.step)
		at += uint64(len(u))
		n -= len(u)
		for k, x := range u {
			j := first + int(float64(x*cells))
			if j >= own && !outside {
				j++
			}
			b.dst[k] = uint32(j)
		}
		b.n = len(u)
		d.flush()
	}
}

// placed takes the places of a source in the order of a block's connections.
func (d *drawer) placed(i, own int, k *block) {
	b := &d.batch
	per := newDivisor(uint32(d.rule.N))
	for p, end := k.start[i], k.start[i+1]; p < end; {
		dst := b.dst[:min(int(end-p), len(b.dst))]
		k.order.fill(dst, p, per)
		p += uint32(len(dst))
		for i := range dst {
			dst[i] += uint32(k.lo)
		}
		if own >= k.lo && own < k.hi {
			dst = slices.DeleteFunc(dst, func(j uint32) bool { return int(j) == own })
		}
		b.n = len(dst)
		d.flush()
	}
	if own >= 0 {
		for _, j := range k.moved[uint32(i)] {
			d.put(int(j))
		}
	}
}

// gaps draws the gaps between the targets that a constant probability connects.
func (d *drawer) gaps(own int, k *block) {
	if d.prob == 0 {
		return
	}
	per := 1 / vec.Log(1-d.prob) // -0 where every pair is connected
	// So many numbers at a time as a block usually needs.
	mean := float64(float64(k.hi-k.lo) * d.prob)
	u := d.u[:min(len(d.u), int(mean+float64(4*math.Sqrt(mean)))/8*8+8)]
	for j, at := k.lo, uint64(0); j < k.hi; at += uint64(len(u)) {
		d.source.Float64Block(u, at, d.batch.step)
		for k := range u {
			u[k] = 1 - u[k]
		}
		vec.LogBlock(u, u)
		for _, x := range u {
			gap := float64(x * per)
			if !(gap < float64(k.hi-j)) {
				return
			}
			if j += int(gap); j != own {
				d.put(j)
			}
			if j++; j == k.hi {
				return
			}
		}
	}
}

// looked looks at each target of a block with a probability of its own.
func (d *drawer) looked(i, own int, k *block) {
	step := d.batch.step
	for j := k.lo; j < k.hi; j += len(d.u) {
		n := min(len(d.u), k.hi-j)
		u, p := d.u[:n], d.v[:n]
		d.source.Float64Block(u, uint64(j-k.lo), step)
		locate(d.p, d.from, d.to, n, func(k int) (int, int) { return i, j + k })
		d.p.Eval(p, uint64(j-k.lo), step)
		for k := range n {
			if u[k] < p[k] && j+k != own {
				d.put(j + k)
			}
		}
	}
}

// sampled estimates the connections of a probability that differs from pair to
// pair, from those of a few sources.
func (g *generator) sampled() float64 {
	const most = 20
	c := *g
	if c.prepare(1) != nil {
		return 0
	}
	d, err := c.drawer(0, g.nt)
	if err != nil {
		return 0
	}
	sum, n := 0.0, 0
	for i := 0; i < g.ns; i += max(g.ns/most, 1) {
		d.row(i, func(b *batch) error {
			sum += float64(b.n)
			return nil
		})
		n++
	}
	return sum / float64(n) * float64(g.ns)
}
