package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// unsorted are the delays and kinds of a table's synapses before each row is
// sorted.
type unsorted struct {
	of     []uint16 // by synapse: place in keys
	keys   []uint32 // delay, then kind of the weight
	number map[uint32]uint16
}

// key returns the place of a delay and a kind.
func (u *unsorted) key(delay, kind uint32) (uint16, error) {
	k := delay<<16 | kind
	n, ok := u.number[k]
	if !ok {
		if len(u.keys) == 1<<16 {
			return 0, fmt.Errorf("there are more than %d different delays; use a larger Dt", 1<<16)
		}
		n = uint16(len(u.keys))
		u.keys = append(u.keys, k)
		u.number[k] = n
	}
	return n, nil
}

// A stage collects synapses and puts them into the rows of their sources in
// groups: one by one each would be a miss of the cache and of the page tables,
// which took 90 % of the time of building a large network.
type stage struct {
	t       *synapses
	u       *unsorted
	at      []uint32 // by source: where its next synapse goes
	n       int
	sources []uint32
	made    []newSynapse
	sorted  []newSynapse
	begin   []uint32 // by source, in sorted
}

// A newSynapse has a level or the bits of an exact weight, if it is not constant.
type newSynapse struct {
	weight uint32
	key    uint16
	target uint16
}

// staged is how many synapses are put into the rows together.
const staged = 1 << 19

func newStage(t *synapses, u *unsorted, at []uint32) *stage {
	n := min(t.total, staged)
	return &stage{t: t, u: u, at: at, sources: large[uint32](n), made: large[newSynapse](n), sorted: large[newSynapse](n), begin: make([]uint32, len(at))}
}

func (s *stage) add(source uint32, y newSynapse) {
	if s.n == len(s.made) {
		s.flush()
	}
	s.sources[s.n], s.made[s.n] = source, y
	s.n++
}

// flush puts what was collected into the rows.
func (s *stage) flush() {
	clear(s.begin)
	for _, i := range s.sources[:s.n] {
		s.begin[i]++
	}
	place := uint32(0)
	for i, n := range s.begin {
		s.begin[i] = place
		place += n
	}
	for k, i := range s.sources[:s.n] {
		s.sorted[s.begin[i]] = s.made[k]
		s.begin[i]++
	}
	t, first := s.t, uint32(0)
	for i, end := range s.begin {
		group := s.sorted[first:end]
		p := s.at[i]
		if t.pairs != nil {
			for k := range group {
				t.pairs[p+uint32(k)] = group[k].weight<<16 | uint32(group[k].target)
			}
		} else {
			for k := range group {
				t.targets[p+uint32(k)] = group[k].target
			}
		}
		if t.exact != nil {
			for k := range group {
				t.exact[p+uint32(k)] = math.Float32frombits(group[k].weight)
			}
		}
		for k := range group {
			s.u.of[p+uint32(k)] = group[k].key
		}
		s.at[i] += end - first
		first = end
	}
	s.n = 0
}

// place puts the synapses into their rows in the order in which they are made.
func (b *builder) place(t *synapses, mine []int, at []uint32, kindOf map[int]uint16, u *unsorted) error {
	var st *stage
	if u != nil {
		st = newStage(t, u, at)
	}
	for _, i := range mine {
		l, f := b.links[i], b.fillers[i]
		base, lo, hi := b.base(l)
		if lo == hi {
			continue
		}
		kind := t.kinds[kindOf[i]]
		low, perStep := float64(kind.w), 0.0
		if kind.step > 0 {
			perStep = 1 / float64(kind.step)
		}
		var keys [256]int32 // by delay: one more than the place of the key
		if err := l.rule.copy().run(lo, hi, func(x *batch) error {
			if err := b.tick(x.n); err != nil {
				return err
			}
			if u == nil {
				for k, s := range x.src[:x.n] {
					if j := int(x.dst[k]) - lo; uint(j) < uint(hi-lo) {
						t.targets[at[s]] = uint16(base + j)
						at[s]++
					}
				}
				return nil
			}
			var w []float64
			d, err := f.delays(x)
			if err == nil && kind.how != constantWeight {
				w, err = f.weights(x)
			}
			if err != nil {
				return err
			}
			for k, s := range x.src[:x.n] {
				j := int(x.dst[k]) - lo
				if uint(j) >= uint(hi-lo) {
					continue
				}
				y := newSynapse{target: uint16(base + j)}
				if delay := uint(d[k]); delay < uint(len(keys)) && keys[delay] != 0 {
					y.key = uint16(keys[delay] - 1)
				} else {
					if y.key, err = u.key(uint32(delay), uint32(kindOf[i])); err != nil {
						return err
					}
					if delay < uint(len(keys)) {
						keys[delay] = int32(y.key) + 1
					}
				}
				switch kind.how {
				case levelWeight:
					y.weight = min(uint32(float64((w[k]-low)*perStep)+0.5), 1<<16-1)
				case exactWeight:
					y.weight = math.Float32bits(float32(w[k]))
				}
				st.add(s, y)
			}
			return nil
		}); err != nil {
			return fmt.Errorf("network: projection %d: %w", l.number, err)
		}
	}
	if st != nil {
		st.flush()
	}
	return nil
}

// sort puts the synapses of each row in the order of their delays and kinds, and
// makes the segments.
func (t *synapses) sort(counts []uint32, u *unsorted) {
	order := make([]uint16, len(u.keys)) // keys by size
	for i := range order {
		order[i] = uint16(i)
	}
	slices.SortFunc(order, func(a, b uint16) int { return cmp.Compare(u.keys[a], u.keys[b]) })
	if len(order) > 0 {
		t.least, t.most = int(u.keys[order[0]]>>16), int(u.keys[order[len(order)-1]]>>16)
	}
	tally := make([]uint32, len(u.keys)) // synapses of the row, then the place of the next
	var targets []uint16
	var pairs []uint32
	var exact []float32
	first := uint32(0)
	for i, n := range counts {
		row := u.of[first : first+n]
		for _, k := range row {
			tally[k]++
		}
		place := first
		for _, k := range order {
			if n := tally[k]; n > 0 {
				t.segments = append(t.segments, segment{place, n, uint16(u.keys[k] >> 16), uint16(u.keys[k])})
				tally[k] = place
				place += n
			}
		}
		t.start[i+1] = uint32(len(t.segments))
		targets, pairs, exact = targets[:0], pairs[:0], exact[:0]
		if t.pairs != nil {
			pairs = append(pairs, t.pairs[first:first+n]...)
		} else {
			targets = append(targets, t.targets[first:first+n]...)
		}
		if t.exact != nil {
			exact = append(exact, t.exact[first:first+n]...)
		}
		for j, k := range row {
			p := tally[k]
			tally[k]++
			if t.pairs != nil {
				t.pairs[p] = pairs[j]
			} else {
				t.targets[p] = targets[j]
			}
			if t.exact != nil {
				t.exact[p] = exact[j]
			}
		}
		clear(tally)
		first += n
	}
	t.segments = append(large[segment](len(t.segments))[:0], t.segments...)
}
