package network

import (
	"fmt"
	"math"
	"math/bits"
)

// A maker makes the rows of a table, for one goroutine: those of a table that is stored
// when it is built, others whenever their source has fired.
type maker struct {
	parts []strand
	fixed bool // one delay and one weight for all
	delay uint16
	drawn bool // some weights are levels
	exact bool // some are numbers of their own
	// Synapses with one delay are sorted by target, as plasticity wants them.
	ascending bool

	targets []uint16 // of constant rows

	// The row: the place of each synapse's delay and kind, and what is kept of it.
	kinds  uint32
	keys   []uint32 // delay*kinds + kind
	made   []uint32 // level<<16 | target
	own    []uint32 // bits of exact weights
	tally  []uint32 // by key: how many, then the place of the next
	spare  [3][]uint32
	filled []uint64 // a bit for each 64 keys: some are not 0
}

// A strand is a link of a table.
type strand struct {
	link         *link
	filler       *filler
	drawer       *drawer
	base, lo, hi int // its first accumulator; its targets here
	kind         uint16
	how          uint8
	low, perStep float64 // of levels
	visit        func(*batch) error
}

// row appends the row of a source to the synapses of a table: by delay, then by kind of
// weight, then in the order in which they are drawn or by target.
func (m *maker) row(t *synapses, source int) error {
	if m.fixed {
		return m.constant(t, source)
	}
	m.keys, m.made, m.own = m.keys[:0], m.made[:0], m.own[:0]
	if err := m.draw(source); err != nil {
		return err
	}
	m.sort(t)
	return nil
}

// draw draws the connections of a source.
func (m *maker) draw(source int) error {
	for i := range m.parts {
		p := &m.parts[i]
		if p.lo == p.hi {
			continue
		}
		if p.visit == nil {
			p.visit = func(b *batch) error { return m.take(p, b) }
			if m.fixed {
				p.visit = func(b *batch) error { return m.put(p, b) }
			}
		}
		if err := p.drawer.row(source, p.visit); err != nil {
			return fmt.Errorf("network: projection %d: %w", p.link.number, err)
		}
	}
	return nil
}

// constant is row where all synapses have one delay and one weight.
func (m *maker) constant(t *synapses, source int) error {
	first := len(t.targets)
	m.targets = t.targets
	err := m.draw(source)
	t.targets, m.targets = m.targets, nil
	if n := len(t.targets) - first; n > 0 {
		t.segments = append(t.segments, segment{uint32(first), uint32(n), m.delay, 0})
	}
	return err
}

// put takes connections of a part into the targets.
func (m *maker) put(p *strand, b *batch) error {
	first := len(m.targets)
	m.targets = more(m.targets, b.n)
	here := m.targets[first:]
	n, own, shift := 0, uint(p.hi-p.lo), p.base-p.lo
	for _, dst := range b.dst[:b.n] {
		here[n] = uint16(int(dst) + shift)
		if uint(int(dst)-p.lo) < own {
			n++
		}
	}
	m.targets = m.targets[:first+n]
	return nil
}

// take takes connections of a part into the row.
func (m *maker) take(p *strand, b *batch) error {
	f := p.filler
	var w []float64
	d, err := f.delays(b)
	if err == nil && p.how != constantWeight {
		w, err = f.weights(b)
	}
	if err != nil {
		return err
	}
	lo, n := p.lo, uint(p.hi-p.lo)
	for k, dst := range b.dst[:b.n] {
		j := int(dst) - lo
		if uint(j) >= n {
			continue
		}
		key, x := uint32(d[k])*m.kinds+uint32(p.kind), uint32(p.base+j)
		switch p.how {
		case levelWeight:
			x |= min(uint32(float64((w[k]-p.low)*p.perStep)+0.5), 1<<16-1) << 16
		case exactWeight:
			m.own = append(m.own, math.Float32bits(float32(w[k])))
		}
		if m.exact && p.how != exactWeight {
			m.own = append(m.own, 0)
		}
		m.keys, m.made = append(m.keys, key), append(m.made, x)
		if int(key) >= len(m.tally) {
			m.grow(int(key))
		}
		if m.tally[key]++; m.tally[key] == 1 {
			m.filled[key>>6] |= 1 << (key & 63)
		}
	}
	return nil
}

func (m *maker) grow(key int) {
	n := (key+key/2)/64*64 + 64
	m.tally = append(m.tally, make([]uint32, n-len(m.tally))...)
	m.filled = append(m.filled, make([]uint64, n/64-len(m.filled))...)
}

// sort puts the row into the table.
func (m *maker) sort(t *synapses) {
	first := t.size()
	at := uint32(first)
	for i, word := range m.filled {
		for ; word != 0; word &= word - 1 {
			key := uint32(i<<6 + bits.TrailingZeros64(word))
			n := m.tally[key]
			t.segments = append(t.segments, segment{at, n, uint16(key / m.kinds), uint16(key % m.kinds)})
			m.tally[key] = at
			at += n
		}
	}
	n := int(at) - first
	switch {
	case m.drawn:
		t.pairs = more(t.pairs, n)
	default:
		t.targets = more(t.targets, n)
	}
	if m.exact {
		t.exact = more(t.exact, n)
	}
	if m.ascending {
		m.ascend()
	}
	for k, key := range m.keys {
		p := m.tally[key]
		m.tally[key]++
		if m.drawn {
			t.pairs[p] = m.made[k]
		} else {
			t.targets[p] = uint16(m.made[k])
		}
		if m.exact {
			t.exact[p] = math.Float32frombits(m.own[k])
		}
	}
	for i, word := range m.filled {
		for ; word != 0; word &= word - 1 {
			m.tally[i<<6+bits.TrailingZeros64(word)] = 0
		}
		m.filled[i] = 0
	}
}

// ascend sorts the row by target, keeping the order of those that have one target, by their
// lower bytes and then by their higher.
func (m *maker) ascend() {
	for shift := 0; shift < 16; shift += 8 {
		var at [257]uint32
		for _, x := range m.made {
			at[x>>shift&0xff+1]++
		}
		for i := range 256 {
			at[i+1] += at[i]
		}
		n := len(m.keys)
		m.spare[0], m.spare[1], m.spare[2] = more(m.spare[0][:0], n), more(m.spare[1][:0], n), more(m.spare[2][:0], len(m.own))
		for k, x := range m.made {
			p := &at[x>>shift&0xff]
			m.spare[0][*p], m.spare[1][*p] = m.keys[k], x
			if m.exact {
				m.spare[2][*p] = m.own[k]
			}
			*p++
		}
		m.keys, m.spare[0] = m.spare[0], m.keys
		m.made, m.spare[1] = m.spare[1], m.made
		m.own, m.spare[2] = m.spare[2], m.own
	}
}

// more makes a slice n longer, without setting what it gets if it has room.
func more[T any](x []T, n int) []T {
	if len(x)+n <= cap(x) {
		return x[:len(x)+n]
	}
	return append(x, make([]T, n)...)
}
