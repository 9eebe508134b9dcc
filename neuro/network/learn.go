package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A learning is a rule of package plasticity in the form of traces: at a spike of
// the source the weight changes by pre + o1 (pre1 + pre2 r2), at one of the target
// by r1 (post1 + post2 o2), with the traces r of the source and o of the target
// from just before the spike. Both are multiplied by powers of the weight's place
// between its bounds where the exponents are not 0.
type learning struct {
	pre, pre1, pre2, post1, post2 float64 // in the library's units
	both                          float64 // change by two spikes at the same time
	tauR1, tauR2, tauO1, tauO2    float64
	nearest                       bool // a spike sets the traces to 1, rather than adding 1
	least, most                   float64
	powers                        bool
	muPlus, muMinus               float64
}

// newLearning returns the rule for weights whose natural unit is size of the
// library's.
func newLearning(rule any, size float64) (*learning, error) {
	l := &learning{least: math.Inf(-1), most: math.Inf(1)}
	check, bounded := error(nil), func(lo, hi float64) {
		if lo != 0 || hi != 0 {
			l.least, l.most = float64(lo*size), float64(hi*size)
		}
	}
	switch r := rule.(type) {
	case plasticity.STDP:
		check = r.Check()
		l.post1, l.pre1, l.tauR1, l.tauO1 = r.APlus, -r.AMinus, r.TauPlus, r.TauMinus
		l.least, l.most = float64(r.WMin*size), float64(r.WMax*size)
	case plasticity.Weighted:
		check = r.Check()
		span := r.WMax - r.WMin
		l.post1, l.pre1, l.tauR1, l.tauO1 = float64(r.APlus*span), -float64(r.AMinus*span), r.TauPlus, r.TauMinus
		l.nearest, l.muPlus, l.muMinus, l.powers = r.Nearest, r.MuPlus, r.MuMinus, r.MuPlus != 0 || r.MuMinus != 0
		l.least, l.most = float64(r.WMin*size), float64(r.WMax*size)
	case plasticity.Triplet:
		check = r.Check()
		l.post1, l.post2, l.pre1, l.pre2 = r.A2Plus, r.A3Plus, -r.A2Minus, -r.A3Minus
		l.tauR1, l.tauO1, l.tauR2, l.tauO2, l.nearest = r.TauPlus, r.TauMinus, r.TauX, r.TauY, r.Nearest
		bounded(r.WMin, r.WMax)
	case plasticity.InhibitorySTDP:
		check = r.Check()
		l.post1, l.pre1, l.pre, l.both, l.tauR1, l.tauO1 = r.Eta, r.Eta, -float64(r.Eta*r.Alpha()), r.Eta, r.Tau, r.Tau
		bounded(r.WMin, r.WMax)
	default:
		return nil, fmt.Errorf("Plasticity is a %T; it must be one of plasticity.STDP, Weighted, Triplet and InhibitorySTDP, as a value", rule)
	}
	if check != nil {
		return nil, check
	}
	for _, x := range []*float64{&l.pre, &l.both, &l.pre1, &l.pre2, &l.post1, &l.post2} {
		*x = float64(*x * size)
	}
	return l, nil
}

// A learner has the traces of a shard's synapses that change. A synapse is brought
// up to date when a spike of its source arrives, by the spikes of its target since
// the last time: only those of the source have to look at it.
type learner struct {
	*learning
	to, base       int // population of the targets, accumulator of the first
	r1, r2, o1, o2 decay
	rows           []rowTrace // by segment
	latest         []post     // the last spike of each target cell: the arrival of a spike reads them all
	cells          []target
	posts          []post    // spikes of each target cell, a ring of many
	befores        []float32 // o2 before each of them, of rules with triplets
}

// A target is a target cell: how many spikes it fired, how many at the last sweep,
// and the two before the last, the newest first. (Three are enough for most
// synapses, and lie together: in the ring each look is a miss of the cache, and took
// half of the time.)
type target struct {
	count, swept uint32
	before       [2]post
}

// many is how many spikes of a cell are kept before all synapses are brought up to
// date.
const many = 32

// A rowTrace is when a segment's last spike arrived, and its traces then.
type rowTrace struct {
	last   uint32
	seen   uint32 // one more than the last step whose postsynaptic spikes have acted
	r1, r2 float32
}

// A post is a spike of a target cell: its step, and o1 after it.
type post struct {
	step uint32
	o1   float32
}

// A decay is exp(-n dt/tau) by n; 0 from where it is below a float32's last digit.
type decay []float32

func newDecay(tau, dt float64) decay {
	if tau == 0 {
		return decay{1}
	}
	const far = 20 // exp(-20) is 2e-9
	d := make(decay, int(far*tau/dt)+1)
	for n := range d {
		d[n] = float32(vec.Exp(-float64(float64(n)*dt) / tau))
	}
	return d
}

func (d decay) of(x float32, n uint32) float32 {
	if uint64(n) >= uint64(len(d)) {
		return 0
	}
	return float32(x * d[n])
}

func newLearner(l *learning, dt float64, base, to, cells, segments int) *learner {
	x := &learner{learning: l, to: to, base: base, r1: newDecay(l.tauR1, dt), o1: newDecay(l.tauO1, dt),
		rows: make([]rowTrace, segments), latest: make([]post, cells), cells: make([]target, cells), posts: make([]post, cells*many)}
	if l.pre2 != 0 || l.post2 != 0 {
		x.befores, x.r2, x.o2 = make([]float32, cells*many), newDecay(l.tauR2, dt), newDecay(l.tauO2, dt)
	}
	return x
}

// bytes returns the memory of the traces.
func (l *learner) bytes() int {
	if l == nil {
		return 0
	}
	return 16*len(l.rows) + 8*len(l.posts) + 4*len(l.befores) + 32*len(l.cells)
}

// raise returns a trace after a spike.
func (l *learner) raise(x float32) float32 {
	if l.nearest {
		return 1
	}
	return x + 1
}

// fire takes spikes of the target cells in a step.
func (l *learner) fire(t *synapses, cells []int32, step uint32) {
	for _, i := range cells {
		c := &l.cells[i]
		if c.count-c.swept >= many-1 {
			l.sweep(t, step)
		}
		p, last := post{step: step}, l.latest[i]
		n := uint32(i)*many + c.count%many
		if c.count > 0 {
			p.o1 = l.o1.of(last.o1, step-last.step)
			if l.befores != nil {
				l.befores[n] = l.o2.of(l.raise(l.befores[uint32(i)*many+(c.count-1)%many]), step-last.step)
			}
		}
		p.o1 = l.raise(p.o1)
		l.posts[n] = p
		l.latest[i], c.before[0], c.before[1] = p, last, c.before[0]
		c.count++
	}
}

// sweep brings all synapses up to date with the spikes before a step.
func (l *learner) sweep(t *synapses, step uint32) {
	for i := range l.rows {
		r, s := &l.rows[i], &t.segments[i]
		w := t.exact[s.first : s.first+s.n]
		for k, j := range t.targets[s.first : s.first+s.n] {
			w[k] = float32(l.follow(float64(w[k]), r, int(j)-l.base, step))
		}
		r.seen = max(r.seen, step)
	}
	for i := range l.cells {
		l.cells[i].swept = l.cells[i].count
	}
}

// follow returns a weight after the spikes of the target before a step that have
// not acted on it yet.
func (l *learner) follow(w float64, r *rowTrace, cell int, step uint32) float64 {
	c := &l.cells[cell]
	n := c.count
	if n > many {
		n = many
	}
	recent := [3]post{l.latest[cell], c.before[0], c.before[1]}
	after := uint32(0) // how many spikes have not acted
	for after < n && after < 3 && recent[after].step >= r.seen {
		after++
	}
	if after < 3 || n == 3 {
		for ; after > 0; after-- {
			if p := &recent[after-1]; p.step < step {
				w = l.bound(w + l.potentiate(w, r, cell, c.count-after, p.step))
			}
		}
		return w
	}
	ring := l.posts[cell*many : cell*many+many]
	for after < n && ring[(c.count-after-1)%many].step >= r.seen {
		after++
	}
	for ; after > 0; after-- {
		if p := &ring[(c.count-after)%many]; p.step < step {
			w = l.bound(w + l.potentiate(w, r, cell, c.count-after, p.step))
		}
	}
	return w
}

// potentiate returns the change by spike number n of the target, in a step.
func (l *learner) potentiate(w float64, r *rowTrace, cell int, n, step uint32) float64 {
	x := float64(l.r1.of(r.r1, step-r.last))
	by := l.post1
	if l.befores != nil {
		by += float64(l.post2 * float64(l.befores[uint32(cell)*many+n%many]))
	}
	if l.powers {
		by = float64(by * vec.Pow((l.most-w)/(l.most-l.least), l.muPlus))
	}
	return float64(by * x)
}

// bound returns the weight between its bounds, as it is kept: it must not matter
// how often weights are brought up to date.
func (l *learner) bound(w float64) float64 {
	if w < l.least {
		w = l.least
	}
	if w > l.most {
		w = l.most
	}
	return float64(float32(w))
}

// arrive adds the weights of a segment to the sums, when a spike arrives at the end
// of a step, and changes them.
func (l *learner) arrive(sums *[1 << 16]float32, segment uint32, targets []uint16, weights []float32, step uint32) {
	r := &l.rows[segment]
	r2 := float32(0)
	if l.befores != nil {
		r2 = l.r2.of(r.r2, step-r.last)
	}
	by := l.pre1 + float64(l.pre2*float64(r2))
	weights = weights[:len(targets)]
	latest, decay, seen, base := l.latest, l.o1, r.seen, l.base
	for k, j := range targets {
		cell := int(j) - base
		p := latest[cell]
		w := float64(weights[k])
		if p.step >= seen {
			w = l.follow(w, r, cell, step)
		}
		sums[j] += float32(w)
		// The trace of the target from before this step, and its spike in it.
		change := l.pre
		if p.step == step && l.cells[cell].count > 0 {
			change += l.potentiate(w, r, cell, l.cells[cell].count-1, step) + l.both
			p = l.cells[cell].before[0]
		}
		depress := float64(by * float64(decay.of(p.o1, step-p.step)))
		if l.powers {
			depress = float64(depress * vec.Pow((w-l.least)/(l.most-l.least), l.muMinus))
		}
		weights[k] = float32(l.bound(w + (change + depress)))
	}
	r.r1 = l.raise(l.r1.of(r.r1, step-r.last))
	r.r2 = l.raise(r2)
	r.last, r.seen = step, step+1
}
