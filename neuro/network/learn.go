package network

import (
	"fmt"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A traceRule is a rule of package plasticity in the form of traces: at a spike of
// the source the weight changes by pre + o1 (pre1 + pre2 r2), at one of the target
// by r1 (post1 + post2 o2), with the traces r of the source and o of the target
// from just before the spike. Both are multiplied by powers of the weight's place
// between its bounds where the exponents are not 0.
type traceRule struct {
	pre, pre1, pre2, post1, post2 float64 // in the library's units
	both                          float64 // change by two spikes at the same time
	tauR1, tauR2, tauO1, tauO2    float64
	nearest                       bool // a spike sets the traces to 1, rather than adding 1
	least, most                   float64
	powers                        bool
	muPlus, muMinus               float64
}

// newTraceRule returns the rule for weights whose natural unit is size of the
// library's.
func newTraceRule(rule any, size float64) (learning, error) {
	l := &traceRule{}
	check := error(nil)
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
		l.least, l.most = limits(r.WMin, r.WMax, size)
	case plasticity.InhibitorySTDP:
		check = r.Check()
		l.post1, l.pre1, l.pre, l.both, l.tauR1, l.tauO1 = r.Eta, r.Eta, -float64(r.Eta*r.Alpha()), r.Eta, r.Tau, r.Tau
		l.least, l.most = limits(r.WMin, r.WMax, size)
	default:
		return nil, fmt.Errorf("Plasticity is a %T; it must be one of plasticity.%s, as a value", rule, ruleNames())
	}
	if check != nil {
		return nil, check
	}
	for _, x := range []*float64{&l.pre, &l.both, &l.pre1, &l.pre2, &l.post1, &l.post2} {
		*x = float64(*x * size)
	}
	return l, nil
}

func (l *traceRule) bytes() float64 { return 4 }

func (l *traceRule) perTarget(float64) float64 {
	if l.triplets() {
		return 12*many + 32
	}
	return 8*many + 32
}

// triplets reports whether spikes also act by those before them.
func (l *traceRule) triplets() bool { return l.pre2 != 0 || l.post2 != 0 }

// A traces is the learner of a traceRule. A synapse is brought up to date when a spike
// of its source arrives, by the spikes of its target since the last time: only those
// of the source have to look at it.
type traces struct {
	*traceRule
	base           int // accumulator of the first target
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

func (l *traceRule) learner(b *builder, k *link, t *synapses) (learner, error) {
	base, lo, hi := b.base(k)
	cells := hi - lo
	x := &traces{traceRule: l, base: base, r1: newDecay(l.tauR1, b.dt), o1: newDecay(l.tauO1, b.dt),
		rows: make([]rowTrace, len(t.segments)), latest: make([]post, cells), cells: make([]target, cells), posts: make([]post, cells*many)}
	if l.triplets() {
		x.befores, x.r2, x.o2 = make([]float32, cells*many), newDecay(l.tauR2, b.dt), newDecay(l.tauO2, b.dt)
	}
	return x, nil
}

func (l *traces) copy() learner {
	c := *l
	c.rows, c.latest, c.cells, c.posts, c.befores = slices.Clone(l.rows), slices.Clone(l.latest), slices.Clone(l.cells), slices.Clone(l.posts), slices.Clone(l.befores)
	return &c
}

func (l *traces) size() int {
	return 16*len(l.rows) + 8*len(l.posts) + 4*len(l.befores) + 32*len(l.cells)
}

func (l *traces) row(k uint32, w *words) { l.rows[k].remember(w) }

// cell remembers the last three spikes of a target: what was before them has acted.
func (l *traces) cell(i int, w *words) {
	c := &l.cells[i]
	w.uint32(&c.count)
	kept := min(c.count, 3)
	if w.reading {
		l.latest[i] = post{}
		*c = target{count: c.count, swept: c.count - kept}
	}
	for n := c.count - kept; n < c.count; n++ {
		at := uint32(i)*many + n%many
		w.uint32(&l.posts[at].step)
		w.float32(&l.posts[at].o1)
		if l.befores != nil {
			w.float32(&l.befores[at])
		}
		if w.reading {
			if n > c.count-kept {
				c.before[1], c.before[0] = c.before[0], l.latest[i]
			}
			l.latest[i] = l.posts[at]
		}
	}
}

func (l *traces) columns(t *synapses) [][]float32 { return [][]float32{t.exact} }

func (l *traces) whole(*words) {}

func (l *traces) begin(*synapses, *Simulation, *shard, uint32) {}

func (l *traces) weight(t *synapses, _, synapse, _ uint32) float64 { return float64(t.exact[synapse]) }

func (l *traces) scale(t *synapses, factors []float64, _ uint32) {
	for k, j := range t.targets {
		t.exact[k] = float32(l.bound(float64(float64(t.exact[k]) * factors[int(j)-l.base])))
	}
}

// raise returns a trace after a spike.
func (l *traces) raise(x float32) float32 {
	if l.nearest {
		return 1
	}
	return x + 1
}

// fire takes spikes of the target cells in a step.
func (l *traces) fire(t *synapses, cells []int32, step uint32) {
	for _, i := range cells {
		c := &l.cells[i]
		if c.count-c.swept >= many-1 {
			l.settle(t, step)
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

// settle brings all synapses up to date with the spikes before a step.
func (l *traces) settle(t *synapses, step uint32) {
	for i := range l.rows {
		r := &l.rows[i]
		w := t.weightsOf(uint32(i))
		for k, j := range t.targetsOf(uint32(i)) {
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
func (l *traces) follow(w float64, r *rowTrace, cell int, step uint32) float64 {
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
func (l *traces) potentiate(w float64, r *rowTrace, cell int, n, step uint32) float64 {
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

// bound returns the weight between its bounds.
func (l *traces) bound(w float64) float64 { return clipped(w, l.least, l.most) }

func (l *traces) arrive(t *synapses, sums *[1 << 16]float32, segment uint32, f released, step uint32) {
	r, targets, weights := &l.rows[segment], t.targetsOf(segment), t.weightsOf(segment)
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
		if f.each != nil {
			f.all = f.each[k]
		}
		sums[j] += float32(float32(w) * f.all)
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
