package spikes

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A pursuit finds the spikes of a stretch of a segment: scores hold what is not yet explained.
type pursuit struct {
	m      *matcher
	from   int         // the sample of the segment that scores begin at
	lo, hi int         // from where to where spikes may be
	scores [][]float64 // [unit][sample]
	taken  [][]uint8   // [unit][sample]: spikes of the unit that are too near
	bins   [][]candidate
	best   []int // of each unit: the bin of its best candidate
	hits   []hit // those found, by time
}

// A candidate is the best place for a spike in a bin; its gain is -Inf where there is none.
type candidate struct {
	at   int
	gain float64
}

const (
	binned   = 64
	revision = 0.3 // ms by which a spike that is revised may move
	rounds   = 5
)

func (m *matcher) pursue(from, lo, hi int, scores [][]float64, before []hit) *pursuit {
	p := &pursuit{m: m, from: from, lo: lo, hi: hi, scores: scores, taken: make([][]uint8, len(m.units)), bins: make([][]candidate, len(m.units)), best: make([]int, len(m.units))}
	linalg.Parallel(len(m.units), func(u int) { p.taken[u] = make([]uint8, len(scores[u])) })
	for _, h := range before {
		p.change(h, 1)
	}
	linalg.Parallel(len(m.units), func(u int) {
		p.bins[u] = make([]candidate, (len(scores[u])+binned-1)/binned)
		p.look(u, 0, len(scores[u]))
	})
	p.greedy()
	for range rounds {
		if !p.revise() {
			break
		}
		p.greedy()
	}
	slices.SortStableFunc(p.hits, earlier)
	return p
}

// earlier sorts hits by time, then unit.
func earlier(a, b hit) int {
	switch {
	case a.at != b.at:
		return a.at - b.at
	case a.unit != b.unit:
		return a.unit - b.unit
	case a.part < b.part:
		return -1
	case a.part > b.part:
		return 1
	}
	return 0
}

// change takes a spike off the scores of all units (sign 1), or puts it back (-1).
func (p *pursuit) change(h hit, sign float64) {
	m := p.m
	// Scores at h.at + k are those of by at k - part, for whole k.
	whole := math.Floor(-h.part)
	w := lanczos(-h.part - whole)
	for _, o := range m.units[h.unit].others {
		s := p.scores[o.unit]
		first := h.at - p.from - (m.length - 1) - taps // where the changed scores begin
		start := int(whole) + 1                        // of by, for the first weight
		n := 2*m.length - 1 + 2*taps
		lo, hi := max(0, -first), min(n, len(s)-first)
		if lo >= hi {
			continue
		}
		for i, v := range w {
			a, b := max(lo, -(start+i)), min(hi, len(o.by)-(start+i))
			if v != 0 && a < b {
				vec.FMAScaleBlock(s[first+a:first+b], o.by[start+i+a:start+i+b], -float64(sign*h.amplitude)*v, s[first+a:first+b])
			}
		}
	}
	if m.dead > 0 {
		t := p.taken[h.unit]
		for i := max(0, h.at-p.from-m.dead+1); i < min(len(t), h.at-p.from+m.dead); i++ {
			t[i] += uint8(int(sign))
		}
	}
}

// look finds the best candidates of a unit again, in the bins that hold scores from lo to hi.
func (p *pursuit) look(u, lo, hi int) {
	lo, hi = max(lo, 0), min(hi, len(p.scores[u]))
	s, bins := p.scores[u], p.bins[u]
	old := p.best[u]
	worse := false // than the best one was before
	best := old
	for b := lo / binned; b*binned < hi; b++ {
		was := bins[b].gain
		bins[b] = p.within(u, max(b*binned, p.lo-p.from), min((b+1)*binned, p.hi-p.from, len(s)))
		if b == old && bins[b].gain < was {
			worse = true
		}
		if bins[b].gain > bins[best].gain || bins[b].gain == bins[best].gain && b < best {
			best = b
		}
	}
	if worse {
		best = 0
		for b := range bins {
			if bins[b].gain > bins[best].gain {
				best = b
			}
		}
	}
	p.best[u] = best
}

// within returns the best candidate of a unit among scores.
func (p *pursuit) within(u, lo, hi int) candidate {
	s, taken, w := p.scores[u], p.taken[u], p.m.units[u]
	best, most := -1, w.least
	for i := max(lo, taps); i < min(hi, len(s)-taps); i++ {
		if v := s[i]; v >= most && taken[i] == 0 && v >= s[i-1] && v > s[i+1] {
			best, most = i, v
		}
	}
	if best < 0 {
		return candidate{-1, math.Inf(-1)}
	}
	g, _ := w.gain(most, &p.m.o)
	return candidate{best, g}
}

// spike makes a candidate a spike between samples.
func (p *pursuit) spike(u, i int) hit {
	s := p.scores[u]
	part, score := 0.0, s[i]
	if x := top(s[i-1:]); x != 0 {
		whole := math.Floor(x)
		sum := 0.0
		for k, w := range lanczos(x - whole) {
			sum += float64(w * s[i+int(whole)-taps+1+k])
		}
		if sum > score {
			part, score = x, sum
		}
	}
	g, a := p.m.units[u].gain(score, &p.m.o)
	return hit{unit: u, at: p.from + i, part: part, amplitude: a, gain: g}
}

// again looks at the bins that a spike changes.
func (p *pursuit) again(h hit) {
	m := p.m
	reach := max(m.length+taps, m.dead)
	for _, o := range m.units[h.unit].others {
		p.look(o.unit, h.at-p.from-reach, h.at-p.from+reach+1)
	}
}

// greedy takes the best spikes off, one after the other.
func (p *pursuit) greedy() {
	for {
		unit := -1
		for u, b := range p.best {
			if p.bins[u][b].gain > math.Inf(-1) && (unit < 0 || p.bins[u][b].gain > p.bins[unit][p.best[unit]].gain) {
				unit = u
			}
		}
		if unit < 0 {
			return
		}
		h := p.spike(unit, p.bins[unit][p.best[unit]].at)
		p.change(h, 1)
		p.again(h)
		p.hits = append(p.hits, h)
	}
}

// revise puts each spike that overlaps with others back, and takes off what explains its place
// best. It tells whether any changed.
func (p *pursuit) revise() bool {
	m := p.m
	slices.SortStableFunc(p.hits, earlier)
	reach := int(math.Round(revision * m.c.fs / 1000))
	changed := false
	var kept []hit
	for i, h := range p.hits {
		if !p.overlaps(i, h) {
			kept = append(kept, h)
			continue
		}
		p.change(h, -1)
		best := hit{unit: -1, gain: math.Inf(-1)}
		for _, o := range m.units[h.unit].others {
			c := p.within(o.unit, max(h.at-reach, p.lo)-p.from, min(h.at+reach+1, p.hi)-p.from)
			if c.at >= 0 && c.gain > best.gain {
				best = p.spike(o.unit, c.at)
			}
		}
		if best.unit >= 0 {
			p.change(best, 1)
			p.again(best)
			kept = append(kept, best)
		}
		p.again(h)
		if best.unit != h.unit || best.at != h.at {
			changed = true
		}
		p.hits[i] = best
	}
	p.hits = kept
	return changed
}

// overlaps tells whether another spike is so near that the two change each other's score.
func (p *pursuit) overlaps(i int, h hit) bool {
	for _, step := range []int{-1, 1} {
		for j := i + step; j >= 0 && j < len(p.hits); j += step {
			o := p.hits[j]
			if o.unit < 0 {
				continue
			}
			if d := o.at - h.at; d >= 2*p.m.length || -d >= 2*p.m.length {
				break
			}
			if d := o.at - h.at; d < p.m.length && -d < p.m.length && slices.ContainsFunc(p.m.units[h.unit].others, func(v overlap) bool { return v.unit == o.unit }) {
				return true
			}
		}
	}
	return false
}
