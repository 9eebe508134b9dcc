package network

import (
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// The synapses of a procedural table are drawn again for each spike, by what draws
// those of others when they are built: with one delay when they are due, with several
// once when the spike is heard of.
type again struct {
	maker *maker
	sizes []uint32    // by source: synapses of its row
	row   *synapses   // one row
	slots []*synapses // the rows of the spikes in the history, by slot
}

// again makes a procedural table. It draws each row to count, unless the delay is known and
// the blocks have their numbers.
func (b *builder) again(t *synapses, m *maker) error {
	t.again = &again{maker: m, sizes: make([]uint32, b.net.Populations[t.from].size()), row: t.rows()}
	if m.fixed && !slices.ContainsFunc(m.parts, func(p strand) bool { return p.drawer != nil && !p.drawer.counted(p.lo, p.hi) }) {
		t.least, t.most = int(m.delay), int(m.delay)
		for i := range t.again.sizes {
			for p := range m.parts {
				if d := m.parts[p].drawer; d != nil {
					t.again.sizes[i] += uint32(d.size(i))
				}
			}
			t.total += int(t.again.sizes[i])
		}
		b.task.Add(t.total)
		return b.task.Err()
	}
	for i := range t.again.sizes {
		r := t.again.row
		r.empty()
		if err := m.row(r, i); err != nil {
			return err
		}
		t.delays(r.segments, t.total == 0)
		t.again.sizes[i] = uint32(r.size())
		t.total += r.size()
		if err := b.tick(r.size()); err != nil {
			return err
		}
	}
	return nil
}

// delays takes the delays of segments into the least and the most of the table.
func (t *synapses) delays(s []segment, first bool) {
	for i := range s {
		d := int(s[i].delay)
		if first && i == 0 {
			t.least, t.most = d, d
		}
		t.least, t.most = min(t.least, d), max(t.most, d)
	}
}

// rows returns room for rows of a table.
func (t *synapses) rows() *synapses { return &synapses{from: t.from, kinds: t.kinds} }

// empty forgets rows that were drawn.
func (t *synapses) empty() {
	t.segments, t.targets, t.pairs, t.exact = t.segments[:0], t.targets[:0], t.pairs[:0], t.exact[:0]
}

// sources returns how many there are.
func (t *synapses) sources() int {
	if t.again != nil {
		return len(t.again.sizes)
	}
	return len(t.start) - 1
}

// rowOf returns where the row of a source is: in which table, and its segments there. A
// row that is drawn stays until the next one.
func (t *synapses) rowOf(source int) (in *synapses, first, last uint32) {
	if t.again == nil {
		return t, t.start[source], t.start[source+1]
	}
	in = t.again.row
	in.empty()
	if err := t.again.maker.row(in, source); err != nil {
		panic(err) // it was drawn before
	}
	return in, 0, uint32(len(in.segments))
}

// rowSize returns how many synapses a source has.
func (t *synapses) rowSize(source int) int {
	if t.again != nil {
		return int(t.again.sizes[source])
	}
	n := 0
	for _, g := range t.segments[t.start[source]:t.start[source+1]] {
		n += int(g.n)
	}
	return n
}

// heard opens the rows of spikes, which are in a slot of the history.
func (t *synapses) heard(rows []pending, cells []uint32, slot uint64) []pending {
	if t.again == nil {
		for _, c := range cells {
			rows = append(rows, t.open(c))
		}
		return rows
	}
	in := t.again.slots[slot]
	in.empty()
	for _, c := range cells {
		p := pending{at: uint32(len(in.segments))}
		if err := t.again.maker.row(in, int(c)); err != nil {
			panic(err)
		}
		if p.end = uint32(len(in.segments)); p.at < p.end {
			p.segment = in.segments[p.at]
		}
		rows = append(rows, p)
	}
	return rows
}

// slot returns where the rows of a slot of the history are.
func (t *synapses) slot(slot uint64) *synapses {
	if t.again != nil {
		return t.again.slots[slot]
	}
	return t
}

// remembering makes room for the rows of spikes in a history of so many steps.
func (t *synapses) remembering(depth int) {
	if t.again != nil && t.least != t.most {
		t.again.slots = make([]*synapses, depth)
		for i := range t.again.slots {
			t.again.slots[i] = t.rows()
		}
	}
}

// ask asks for the memory that the row of a source needs.
func (m *maker) ask(source int) {
	for i := range m.parts {
		if d := m.parts[i].drawer; d != nil {
			for _, k := range d.parts {
				if k.start != nil {
					vec.Prefetch(k.start[source : source+2])
				}
			}
		}
	}
}

// copy returns a maker for another goroutine.
func (m *maker) copy() (*maker, error) {
	c := &maker{parts: append([]strand(nil), m.parts...), fixed: m.fixed, delay: m.delay, drawn: m.drawn, exact: m.exact, kinds: m.kinds}
	for i := range c.parts {
		p := &c.parts[i]
		p.visit = nil // it belongs to the other
		var err error
		if p.filler, err = p.link.filler(p.filler.dt); err != nil {
			return nil, err
		}
		if p.drawer != nil {
			if p.drawer, err = p.link.rule.drawer(p.lo, p.hi); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}
