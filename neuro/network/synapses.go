package network

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// The synapses of a shard from one population of sources: a row for each source,
// cut into segments whose synapses have the same delay and come from the same kind
// of weight, by ascending delay.
type synapses struct {
	from     int // population of the sources
	total    int
	start    []uint32 // by source, and one more: its segments
	segments []segment
	targets  []uint16  // accumulators of the shard; nil if there are pairs
	pairs    []uint32  // level << 16 | target, where weights are drawn at random
	exact    []float32 // weights of lists and those that change; nil if there are none
	kinds    []weights

	least, most int        // delays
	short       *shortTerm // nil without short-term plasticity
	learner     learner    // nil without plasticity
	scaling     *scaling   // nil without homeostasis
	to          int        // population of the targets, where synapses change
	reaches     []int      // receptors of the shard
	again       *again     // nil if synapses are stored
}

type segment struct {
	first uint32 // synapse
	n     uint32
	delay uint16
	kind  uint16
}

// weights are how the weights of a segment are kept.
type weights struct {
	how  uint8
	w    float32 // of constant ones, or of level 0
	step float32 // between levels
}

const (
	constantWeight = iota
	levelWeight
	exactWeight
)

// A pending row is one whose source has fired: the segment that is due next, which
// is empty when none is left.
type pending struct {
	segment
	at, end uint32 // numbers of it and of the row's end
}

// open returns the row of a source.
func (t *synapses) open(source uint32) pending {
	p := pending{at: t.start[source], end: t.start[source+1]}
	if p.at < p.end {
		p.segment = t.segments[p.at]
	}
	return p
}

// next goes on to the next segment.
func (p *pending) next(t *synapses) {
	if p.at++; p.at < p.end {
		p.segment = t.segments[p.at]
	} else {
		p.segment = segment{}
	}
}

// deliver adds the synapses of a row that have the delay to the accumulators, at
// the end of a step.
func (t *synapses) deliver(sums *[1 << 16]float32, p *pending, delay uint16, step uint32) {
	for p.n > 0 && p.delay == delay {
		t.add(sums, p.at, p.segment, step)
		p.next(t)
	}
}

// add adds the synapses of a segment.
func (t *synapses) add(sums *[1 << 16]float32, number uint32, s segment, step uint32) {
	k := &t.kinds[s.kind]
	last := s.first + s.n
	f := released{all: 1}
	if t.short != nil {
		f = t.short.arrive(number, s, step)
	}
	switch {
	case t.learner != nil:
		t.learner.arrive(t, sums, number, f, step)
	case f.each != nil:
		for i := range f.each {
			sums[t.target(s.first+uint32(i))] += float32(t.weight(s, s.first+uint32(i)) * f.each[i])
		}
	case t.pairs == nil && k.how == constantWeight:
		addConstant(sums, t.targets[s.first:last], float32(k.w*f.all))
	case t.pairs == nil:
		addExact(sums, t.targets[s.first:last], t.exact[s.first:last], f.all)
	case k.how == exactWeight:
		for i, x := range t.pairs[s.first:last] {
			sums[uint16(x)] += t.exact[int(s.first)+i]
		}
	default:
		vec.ScatterPairs(sums, t.pairs[s.first:last], float32(k.w*f.all), float32(k.step*f.all))
	}
}

// ask asks for the memory of the segment at which a row is, if it has the delay: it
// comes while the rows before are added. (Rows lie in main memory, and without this
// half of the time of a network is waiting for them.)
func (t *synapses) ask(p *pending, delay uint16) {
	if p.delay == delay && p.n > 0 {
		vec.Prefetch(t.segments[p.at+1 : min(p.at+2, p.end)])
		last := p.first + p.n
		if t.pairs != nil {
			vec.Prefetch(t.pairs[p.first:last])
		} else {
			vec.Prefetch(t.targets[p.first:last])
		}
		if t.exact != nil {
			vec.Prefetch(t.exact[p.first:last])
		}
	}
}

// size returns how many synapses there are.
func (t *synapses) size() int { return max(len(t.targets), len(t.pairs)) }

// target returns the accumulator of a synapse.
func (t *synapses) target(k uint32) int {
	if t.pairs != nil {
		return int(uint16(t.pairs[k]))
	}
	return int(t.targets[k])
}

// addConstant adds w to the sums of the targets. A target may be there twice, so
// every sum is stored before the next is read.
func addConstant(sums *[1 << 16]float32, targets []uint16, w float32) {
	for len(targets) >= 8 {
		t := targets[:8:8]
		sums[t[0]] += w
		sums[t[1]] += w
		sums[t[2]] += w
		sums[t[3]] += w
		sums[t[4]] += w
		sums[t[5]] += w
		sums[t[6]] += w
		sums[t[7]] += w
		targets = targets[8:]
	}
	for _, j := range targets {
		sums[j] += w
	}
}

func addExact(sums *[1 << 16]float32, targets []uint16, w []float32, f float32) {
	w = w[:len(targets)]
	for i, j := range targets {
		sums[j] += float32(w[i] * f)
	}
}

// bytes returns the memory of the table.
func (t *synapses) bytes() int {
	n := 4*len(t.start) + 12*len(t.segments) + 2*len(t.targets) + 4*len(t.pairs) + 4*len(t.exact) + t.short.size()
	if t.learner != nil {
		n += t.learner.size()
	}
	if t.scaling != nil {
		n += t.scaling.size()
	}
	if t.again != nil {
		n += 4 * len(t.again.sizes)
	}
	return n
}

// begin and fire take part in a step of the target cells.
func (t *synapses) begin(s *Simulation, sh *shard, step uint32) {
	if t.learner != nil {
		t.learner.begin(t, s, sh, step)
	}
	if t.scaling != nil {
		t.scaling.begin(t, step)
	}
}

func (t *synapses) fire(cells []int32, step uint32) {
	if t.learner != nil {
		t.learner.fire(t, cells, step)
	}
	if t.scaling != nil {
		t.scaling.fire(cells, step)
	}
}

// targetsOf and weightsOf return those of a segment of synapses that change.
func (t *synapses) targetsOf(segment uint32) []uint16 {
	s := &t.segments[segment]
	return t.targets[s.first : s.first+s.n]
}

func (t *synapses) weightsOf(segment uint32) []float32 {
	s := &t.segments[segment]
	return t.exact[s.first : s.first+s.n]
}
