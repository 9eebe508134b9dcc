package network

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A Dopamine is where plasticity.RewardSTDP gets its modulator from: any of rewards at
// given times, the spikes of a population, a level over time, and Simulation.Reward.
type Dopamine struct {
	Rewards []plasticity.Reward // in the order of time, from the beginning of the simulation
	From    string              // a population: each of its spikes is a reward of Amount
	Amount  float64             `unit:"1/ms"`
	Delay   string              // from the spikes of From, as of a projection
	// Level is added to the dopamine of the rewards: a formula of t in 1/ms, such as
	// "0.001*sin(2*pi*t/(1*second))/ms".
	Level string
}

// A rewardRule is plasticity.RewardSTDP.
type rewardRule struct {
	plasticity.RewardSTDP
	plus, minus float64 // in the library's units of weight
	least, most float64

	jumps  []jump // rewards at given times
	from   int    // population, -1 for none
	each   float64
	delay  int
	level  string
	params map[string]string // of the network
}

// A jump is a reward in a step.
type jump struct {
	step uint32
	by   float64
}

func (n *Network) newRewardRule(r plasticity.RewardSTDP, d *Dopamine, size float64) (*rewardRule, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	l := &rewardRule{RewardSTDP: r, plus: float64(r.APlus * size), minus: float64(r.AMinus * size), from: -1, each: d.Amount, level: d.Level, params: n.Params}
	l.least, l.most = limits(r.WMin, r.WMax, size)
	for i, x := range d.Rewards {
		if !(x.T >= 0 && x.T/n.dt() < math.MaxUint32) || math.IsNaN(x.Amount) || math.IsInf(x.Amount, 0) {
			return nil, fmt.Errorf("Dopamine: reward %d is %g at %g ms; it must be finite, at 0 ms or later", i, x.Amount, x.T)
		}
		if i > 0 && x.T < d.Rewards[i-1].T {
			return nil, fmt.Errorf("Dopamine: reward %d at %g ms comes after one at %g ms; times must ascend (sort them first)", i, x.T, d.Rewards[i-1].T)
		}
		l.jumps = append(l.jumps, jump{uint32(math.Round(x.T / n.dt())), x.Amount})
	}
	if math.IsNaN(d.Amount) || math.IsInf(d.Amount, 0) {
		return nil, fmt.Errorf("Dopamine: Amount is %g; it must be finite", d.Amount)
	}
	if d.From != "" {
		var err error
		if l.from, err = n.find(d.From); err != nil {
			return nil, fmt.Errorf("Dopamine: From: %w", err)
		}
		if d.Delay != "" {
			e, err := model.ParseExpression("delay", d.Delay, "ms", nil, n.Params, 0)
			if err != nil {
				return nil, fmt.Errorf("Dopamine: %w", err)
			}
			if _, ok := e.Constant(); !ok {
				return nil, fmt.Errorf("Dopamine: the delay is %q; it must be the same for all spikes", d.Delay)
			}
			if l.delay, err = steps(e, n.dt()); err != nil {
				return nil, fmt.Errorf("Dopamine: %w", err)
			}
		}
	}
	_, err := l.levels()
	return l, err
}

// given reports whether there is any.
func (d *Dopamine) given() bool { return d.Rewards != nil || d.From != "" || d.Level != "" }

// levels returns the formula of the level, nil if there is none.
func (l *rewardRule) levels() (*model.Expression, error) {
	if l.level == "" {
		return nil, nil
	}
	e, err := model.ParseExpression("level", l.level, "1/ms", nil, l.params, 0)
	if err != nil {
		return nil, fmt.Errorf("Dopamine: %w", err)
	}
	if _, ok := l.params["i"]; e.Uses("i") && !ok {
		return nil, fmt.Errorf("Dopamine: the level %q uses i; it is the same for all synapses, and a formula of t", l.level)
	}
	return e, nil
}

func (*rewardRule) bytes() float64 { return 8 }

func (*rewardRule) perTarget(float64) float64 { return firingBytes }

// A reward is the learner of a rewardRule. A synapse has its weight and eligibility as of
// its last event: a spike of either cell, or the end of a window, at which all are brought
// up to date. Within a window the eligibility is kept over exp(-t/TauC) from its
// beginning, so that it stays the same from event to event, and the weight changes by it
// times the difference of
//
//	m(t) = integral of exp(-t/TauC) (d + Tonic) dt
//
// between them.
type reward struct {
	*rewardRule
	firings
	base     int
	dt       float64
	trace    decay // of the source
	rows     []rowTrace
	eligible []float32

	level *model.Expression
	given []jump // by Simulation.Reward
	d     float64
	start uint32    // of the window
	m     []float64 // by step of the window, up to now
	grow  []float64 // exp(t/TauC) by step of a window
	per   [3]float64
}

func (r *rewardRule) learner(b *builder, l *link, t *synapses) (learner, error) {
	base, lo, hi := b.base(l)
	level, err := r.levels()
	if err != nil {
		return nil, err
	}
	x := &reward{rewardRule: r, firings: newFirings(hi-lo, r.TauMinus, b.dt, r.Nearest), base: base, dt: b.dt, trace: newDecay(r.TauPlus, b.dt),
		rows: make([]rowTrace, len(t.segments)), eligible: large[float32](t.total), level: level}
	// Longer windows lose digits, and shorter ones cost time.
	x.grow = make([]float64, 1+max(1, min(8192, int(4*r.TauC/b.dt))))
	for n := range x.grow {
		x.grow[n] = vec.Exp(float64(float64(n)*b.dt) / r.TauC)
	}
	a := 1/r.TauC + 1/r.TauD
	x.per = [3]float64{-vec.Expm1(-a*b.dt) / a, float64(r.TauC * -vec.Expm1(-b.dt/r.TauC)), vec.Exp(-b.dt / r.TauD)}
	return x, nil
}

func (l *reward) copy() learner {
	c := *l
	c.firings = l.clone()
	c.rows, c.eligible, c.given, c.m = slices.Clone(l.rows), slices.Clone(l.eligible), slices.Clone(l.given), slices.Clone(l.m)
	c.level, _ = l.levels() // one goroutine may use it
	return &c
}

func (l *reward) size() int {
	return l.firings.size() + 16*len(l.rows) + 4*len(l.eligible) + 8*(len(l.m)+len(l.grow))
}

func (l *reward) row(k uint32, w *words) { l.rows[k].remember(w) }

func (l *reward) whole(w *words) {
	w.float64(&l.d)
	w.uint32(&l.start)
	n, given := uint32(len(l.m)), uint32(len(l.given))
	w.uint32(&n)
	w.uint32(&given)
	if w.reading {
		l.m = make([]float64, min(int(n), len(l.grow)))
		l.given = make([]jump, min(int(given), len(w.list)))
	}
	for i := range l.m {
		w.float64(&l.m[i])
	}
	for i := range l.given {
		w.uint32(&l.given[i].step)
		w.float64(&l.given[i].by)
	}
}

func (l *reward) columns(t *synapses) [][]float32 { return [][]float32{t.exact, l.eligible} }

// begin takes dopamine from the last step to this one.
func (l *reward) begin(t *synapses, s *Simulation, _ *shard, step uint32) {
	if step == 0 || len(l.m) == 0 {
		l.start, l.m = step, append(l.m[:0], 0)
		return
	}
	k := step - 1
	for _, list := range [2][]jump{l.jumps, l.given} {
		i, _ := slices.BinarySearchFunc(list, k, func(a jump, k uint32) int { return int(int64(a.step) - int64(k)) })
		for ; i < len(list) && list[i].step == k; i++ {
			l.d += list[i].by
		}
	}
	if l.from >= 0 && int(k) >= l.delay {
		l.d += float64(l.each * float64(len(s.history[l.from][uint64(int(k)-l.delay)%uint64(s.depth)])))
	}
	tonic := l.Tonic
	if l.level != nil {
		l.level.SetTime(float64(float64(k) * l.dt))
		var x [1]float64
		l.level.Eval(x[:], 0, 0)
		tonic += x[0]
	}
	done := l.m[len(l.m)-1]
	l.m = append(l.m, done+(float64(l.d*l.per[0])+float64(tonic*l.per[1]))/l.grow[len(l.m)-1])
	l.d *= l.per[2]
	if len(l.m) == len(l.grow) {
		l.bring(t, step)
	}
}

// bring takes all synapses to the beginning of a step, where a new window begins.
func (l *reward) bring(t *synapses, step uint32) {
	l.settle(t, step)
	shrink := 1 / l.grow[step-l.start]
	for i := range l.rows {
		weights, first := t.weightsOf(uint32(i)), t.segments[i].first
		for k, j := range t.targetsOf(uint32(i)) {
			c := &l.eligible[first+uint32(k)]
			weights[k] = l.move(weights[k], *c, l.last(&l.rows[i], int(j)-l.base), step)
			*c = float32(float64(*c) * shrink)
		}
	}
	l.start, l.m = step, append(l.m[:0], 0)
}

// last returns the step of the last event of a synapse.
func (l *reward) last(r *rowTrace, cell int) uint32 {
	t := max(l.start, r.last)
	if n := l.since(cell, r.seen); n > 0 && l.count[cell]-n < many {
		t = max(t, l.at(cell, n-1).step)
	}
	return t
}

// move returns a weight at the beginning of a step.
func (l *reward) move(w, c float32, from, step uint32) float32 {
	if c == 0 || from >= step {
		return w
	}
	return float32(clipped(float64(w)+float64(float64(c)*(l.m[step-l.start]-l.m[from-l.start])), l.least, l.most))
}

func (l *reward) fire(t *synapses, cells []int32, step uint32) {
	for _, i := range cells {
		if l.full(int(i)) {
			l.settle(t, step)
		}
		l.firings.fire(int(i), step)
	}
}

// follow takes a synapse past the spikes of the target before a step, and returns its
// last event.
func (l *reward) follow(w, c *float32, r *rowTrace, cell int, step uint32) uint32 {
	at, count := l.last(r, cell), l.count[cell]
	for n := l.since(cell, r.seen); n < count; n++ {
		p := l.firings.at(cell, n)
		if p.step >= step {
			break
		}
		*w = l.move(*w, *c, at, p.step)
		at = p.step
		*c += float32(l.plus * float64(l.trace.of(r.r1, p.step-r.last)) * l.grow[p.step-l.start])
	}
	return at
}

func (l *reward) arrive(t *synapses, sums *[1 << 16]float32, segment uint32, f released, step uint32) {
	r, weights, first := &l.rows[segment], t.weightsOf(segment), t.segments[segment].first
	grow := l.grow[step-l.start]
	for k, j := range t.targetsOf(segment) {
		cell := int(j) - l.base
		w, c := weights[k], l.eligible[first+uint32(k)]
		at := l.follow(&w, &c, r, cell, step+1)
		w = l.move(w, c, at, step)
		if f.each != nil {
			f.all = f.each[k]
		}
		sums[j] += float32(w * f.all)
		n := l.count[cell]
		if n > 0 && l.firings.at(cell, n-1).step == step {
			n-- // it does not see a spike at the same time
		}
		if n > 0 {
			p := l.firings.at(cell, n-1)
			c -= float32(l.minus * float64(l.firings.trace.of(p.o1, step-p.step)) * grow)
		}
		weights[k], l.eligible[first+uint32(k)] = w, c
	}
	r.r1 = l.trace.of(r.r1, step-r.last)
	if r.r1++; l.Nearest {
		r.r1 = 1
	}
	r.last, r.seen = step, step+1
}

func (l *reward) settle(t *synapses, step uint32) {
	for i := range l.rows {
		r, weights, first := &l.rows[i], t.weightsOf(uint32(i)), t.segments[i].first
		for k, j := range t.targetsOf(uint32(i)) {
			l.follow(&weights[k], &l.eligible[first+uint32(k)], r, int(j)-l.base, step)
		}
		r.seen = max(r.seen, step)
	}
	l.clear()
}

func (l *reward) weight(t *synapses, segment, synapse, step uint32) float64 {
	r, cell := &l.rows[segment], int(t.targets[synapse])-l.base
	w, c := t.exact[synapse], l.eligible[synapse]
	at := l.follow(&w, &c, r, cell, step)
	return float64(l.move(w, c, at, step))
}

func (l *reward) scale(t *synapses, factors []float64, step uint32) {
	l.bring(t, step)
	for k, j := range t.targets {
		t.exact[k] = float32(clipped(float64(float64(t.exact[k])*factors[int(j)-l.base]), l.least, l.most))
	}
}

// Reward releases dopamine now, at the synapses from one population to another whose
// plasticity is plasticity.RewardSTDP: amount (1/ms) is added to d, below 0 for a
// punishment. It is how a program that looks at the spikes of one run rewards them in the
// next.
func (s *Simulation) Reward(from, to string, amount float64) error {
	p, err := s.net.find(from)
	if err != nil {
		return fmt.Errorf("network: Reward: %w", err)
	}
	q, err := s.net.find(to)
	if err != nil {
		return fmt.Errorf("network: Reward: %w", err)
	}
	if math.IsNaN(amount) || math.IsInf(amount, 0) {
		return fmt.Errorf("network: Reward: amount is %g; it must be finite", amount)
	}
	found := false
	for _, sh := range s.shards {
		for _, t := range sh.tables {
			if l, ok := t.learner.(*reward); ok && t.from == p && t.to == q {
				l.given = append(l.given, jump{uint32(s.k), amount})
				found = true
			}
		}
	}
	if !found {
		return fmt.Errorf("network: Reward: no projection from %q to %q has the Plasticity plasticity.RewardSTDP", from, to)
	}
	return nil
}
