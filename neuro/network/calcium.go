package network

import (
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A calciumRule is plasticity.GraupnerBrunel.
type calciumRule struct {
	plasticity.GraupnerBrunel
	varied bool // the weights of DOWN synapses differ
}

func (c calciumRule) bytes() float64 {
	if c.varied {
		return 8
	}
	return 4
}

func (calciumRule) perTarget(float64) float64 { return firingBytes }

// A calcium is the learner of a calciumRule. Calcium is CPre times a trace of the spikes
// of the source and CPost times one of those of the target, so that a synapse has its
// efficacy alone, as of its last event: an arrival, presynaptic calcium, or a spike of the
// target. A synapse has the weight w (1 + (B - 1) rho).
type calcium struct {
	calciumRule
	firings
	base    int
	dt      float64
	delay   uint32
	rows    []calciumRow
	weight0 []float32 // weights of DOWN synapses; one where all are the same

	noise   *rng.Source // nil without
	sources []uint32    // with noise: the source of each segment
	lo      int         // and the number of the target at base
}

// A calciumRow is what the synapses of a segment share. Steps are one more than they are,
// and 0 for never.
type calciumRow struct {
	last uint32   // of the last arrival
	at   uint32   // of the last calcium
	seen uint32   // the first step whose postsynaptic spikes have not acted
	r    float32  // trace of the calcium after that
	due  []uint32 // steps (not one more) of calcium to come
}

func (c calciumRule) learner(b *builder, l *link, t *synapses) (learner, error) {
	base, lo, hi := b.base(l)
	x := &calcium{calciumRule: c, firings: newFirings(hi-lo, c.TauCa, b.dt, false), base: base, dt: b.dt,
		delay: uint32(c.Delay/b.dt + 0.5), rows: make([]calciumRow, len(t.segments))}
	if l.constWeight {
		x.weight0 = []float32{float32(l.w)}
	} else {
		x.weight0 = slices.Clone(t.exact)
	}
	if c.Sigma > 0 {
		x.noise, x.lo, x.sources = rng.New(stream(l.wseed, kindNoise, 0), 0), lo, make([]uint32, len(t.segments))
		for i := range len(t.start) - 1 {
			for g := t.start[i]; g < t.start[i+1]; g++ {
				x.sources[g] = uint32(i)
			}
		}
	}
	for i := range len(t.start) - 1 {
		for _, g := range t.segments[t.start[i]:t.start[i+1]] {
			for k := g.first; k < g.first+g.n; k++ {
				t.exact[k] = 1 // UP
				cell := uint64(lo + int(t.targets[k]) - base)
				draw := stream(stream(l.wseed, kindEfficacy, uint64(i)<<32|cell), kindEfficacy, uint64(g.delay))
				if float64(draw>>11)/(1<<53) < c.Beta {
					t.exact[k] = 0
				}
			}
		}
	}
	return x, nil
}

func (l *calcium) copy() learner {
	c := *l
	c.firings = l.clone()
	c.rows = slices.Clone(l.rows)
	for i := range c.rows {
		c.rows[i].due = slices.Clone(c.rows[i].due)
	}
	return &c
}

func (l *calcium) size() int {
	n := l.firings.size() + 40*len(l.rows) + 4*len(l.sources)
	if len(l.weight0) > 1 {
		n += 4 * len(l.weight0)
	}
	return n
}

func (l *calcium) row(k uint32, w *words) {
	r := &l.rows[k]
	for _, x := range []*uint32{&r.last, &r.at, &r.seen} {
		w.uint32(x)
	}
	w.float32(&r.r)
	n := uint32(len(r.due))
	w.uint32(&n)
	if w.reading {
		r.due = make([]uint32, min(int(n), len(w.list)))
	}
	for i := range r.due {
		w.uint32(&r.due[i])
	}
}

func (l *calcium) whole(*words) {}

func (l *calcium) columns(t *synapses) [][]float32 { return [][]float32{t.exact} }

func (l *calcium) begin(*synapses, *Simulation, *shard, uint32) {}

func (l *calcium) fire(t *synapses, cells []int32, step uint32) {
	for _, i := range cells {
		if l.full(int(i)) {
			l.settle(t, step)
		}
		l.firings.fire(int(i), step)
	}
}

// key returns the number of a synapse, whose noise it is: of its source, target and delay, and
// of how many between these were before it.
func (l *calcium) key(t *synapses, segment, synapse uint32) uint64 {
	if l.noise == nil {
		return 0
	}
	j, before := t.targets[synapse], uint64(0)
	for k := synapse; k > t.segments[segment].first && t.targets[k-1] == j; k-- {
		before++
	}
	cell := uint64(l.lo + int(j) - l.base)
	return stream(stream(0, kindNoise, uint64(l.sources[segment])<<32|cell), kindNoise, before<<32|uint64(t.segments[segment].delay))
}

// A moment is where a synapse is in time: its last event, and the traces of the source
// and of the target with the steps that they are of, all one more than they are.
type moment struct {
	t, at, post uint32
	r, o        float32
	key         uint64
}

// follow returns the efficacy after the events before a step, and the last of them.
func (l *calcium) follow(rho float64, row *calciumRow, cell int, step uint32, key uint64) (float64, moment) {
	m := moment{t: max(row.last, row.at), at: row.at, r: row.r, key: key}
	n, count := l.since(cell, row.seen), l.count[cell]
	if n > 0 && count-n < many {
		p := l.at(cell, n-1)
		m.post, m.o = p.step+1, p.o1
		m.t = max(m.t, m.post)
	}
	due := row.due
	for {
		d, p := step, step
		if len(due) > 0 {
			d = min(due[0], step)
		}
		if n < count {
			p = min(l.at(cell, n).step, step)
		}
		switch {
		case d == step && p == step:
			return rho, m
		case p <= d:
			rho = l.move(rho, &m, p)
			m.post, m.o = p+1, l.at(cell, n).o1
			n++
		default:
			rho = l.move(rho, &m, d)
			m.r = l.raise(&m, d)
			m.at = d + 1
			due = due[1:]
		}
	}
}

// raise returns the trace of the source after calcium in a step.
func (l *calcium) raise(m *moment, step uint32) float32 {
	if m.at == 0 {
		return 1
	}
	return l.trace.of(m.r, step+1-m.at) + 1
}

// move returns the efficacy at the beginning of a step, which becomes its last event. It
// is rounded as it is kept: it must not matter how often synapses are brought up to date. For
// the same reason the noise belongs to the event before, and looking at a synapse between two
// events sees the noise of that time.
func (l *calcium) move(rho float64, m *moment, step uint32) float64 {
	if m.t == 0 || m.t > step {
		m.t = step + 1
		return rho
	}
	c := 0.0
	if m.at > 0 {
		c += float64(l.CPre * float64(l.trace.of(m.r, m.t-m.at)))
	}
	if m.post > 0 {
		c += float64(l.CPost * float64(l.trace.of(m.o, m.t-m.post)))
	}
	d, begin, n := float64(float64(step+1-m.t)*l.dt), m.t, uint64(0)
	m.t = step + 1
	if l.noise == nil {
		return float64(float32(l.Advance(rho, c, d)))
	}
	return float64(float32(l.AdvanceNoisy(rho, c, d, func() float64 {
		x, _ := l.noise.NormAt(m.key, uint64(begin)<<2|n)
		n++
		return x
	})))
}

// strength returns the weight of a synapse with an efficacy.
func (l *calcium) strength(k uint32, rho float64) float64 {
	w := l.weight0[0]
	if len(l.weight0) > 1 {
		w = l.weight0[k]
	}
	return float64(float64(w) * (1 + float64(rho*(l.B-1))))
}

func (l *calcium) arrive(t *synapses, sums *[1 << 16]float32, segment uint32, f released, step uint32) {
	row, first := &l.rows[segment], t.segments[segment].first
	weights := t.weightsOf(segment)
	for k, j := range t.targetsOf(segment) {
		rho, m := l.follow(float64(weights[k]), row, int(j)-l.base, step+1, l.key(t, segment, first+uint32(k)))
		rho = l.move(rho, &m, step)
		weights[k] = float32(rho)
		if f.each != nil {
			f.all = f.each[k]
		}
		sums[j] += float32(float32(l.strength(first+uint32(k), rho)) * f.all)
	}
	l.take(row, step+1)
	row.last, row.seen = step+1, step+1
	row.due = append(row.due, step+l.delay)
}

// take adds the calcium before a step to the trace of a row.
func (l *calcium) take(row *calciumRow, step uint32) {
	n := 0
	for _, d := range row.due {
		if d >= step {
			break
		}
		m := moment{at: row.at, r: row.r}
		row.r, row.at = l.raise(&m, d), d+1
		n++
	}
	row.due = append(row.due[:0], row.due[n:]...)
}

func (l *calcium) settle(t *synapses, step uint32) {
	for i := range l.rows {
		row, weights := &l.rows[i], t.weightsOf(uint32(i))
		for k, j := range t.targetsOf(uint32(i)) {
			rho, _ := l.follow(float64(weights[k]), row, int(j)-l.base, step, l.key(t, uint32(i), t.segments[i].first+uint32(k)))
			weights[k] = float32(rho)
		}
		l.take(row, step)
		row.seen = max(row.seen, step)
	}
	l.clear()
}

func (l *calcium) weight(t *synapses, segment, synapse, step uint32) float64 {
	rho, m := l.follow(float64(t.exact[synapse]), &l.rows[segment], int(t.targets[synapse])-l.base, step, l.key(t, segment, synapse))
	return l.strength(synapse, l.move(rho, &m, step))
}

func (l *calcium) scale(*synapses, []float64, uint32) {} // newLearning refuses it
