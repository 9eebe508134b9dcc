package network

import (
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A slidingRule is plasticity.SpikingBCM.
type slidingRule struct {
	plasticity.SpikingBCM // with the rate in the library's units
	least, most           float64
}

func (slidingRule) bytes() float64 { return 4 }

func (slidingRule) perTarget(float64) float64 { return 32 }

// A sliding is the learner of a slidingRule: weights change by spikes of the source
// alone.
type sliding struct {
	slidingRule
	base       int
	dt         float64
	fast, slow longDecay
	cells      []slid
}

// A slid is a target cell at its last spike: rate and threshold after it, and the rate
// before it.
type slid struct {
	last             uint32 // one more than its step
	rate, theta, was float64
}

func (r slidingRule) learner(b *builder, l *link, t *synapses) (learner, error) {
	base, lo, hi := b.base(l)
	x := &sliding{slidingRule: r, base: base, dt: b.dt, fast: newLongDecay(r.TauRate, b.dt), slow: newLongDecay(r.TauTheta, b.dt), cells: make([]slid, hi-lo)}
	for i := range x.cells {
		x.cells[i] = slid{last: 1, theta: r.Goal}
	}
	return x, nil
}

func (l *sliding) copy() learner {
	c := *l
	c.cells = slices.Clone(l.cells)
	return &c
}

func (l *sliding) size() int { return 32 * len(l.cells) }

func (l *sliding) row(uint32, *words) {}

func (l *sliding) whole(*words) {}

func (l *sliding) cell(i int, w *words) {
	c := &l.cells[i]
	w.uint32(&c.last)
	for _, x := range []*float64{&c.rate, &c.theta, &c.was} {
		w.float64(x)
	}
}

func (l *sliding) columns(t *synapses) [][]float32 { return [][]float32{t.exact} }

func (l *sliding) begin(*synapses, *Simulation, *shard, uint32) {}

// at returns rate and threshold of a cell in a step, before a spike in it.
func (l *sliding) at(c *slid, step uint32) (rate, theta float64) {
	if d := step + 1 - c.last; d > 0 {
		return l.Threshold(c.rate, c.theta, l.fast.of(d), l.slow.of(d))
	}
	return c.was, c.theta
}

func (l *sliding) fire(_ *synapses, cells []int32, step uint32) {
	for _, i := range cells {
		c := &l.cells[i]
		c.was, c.theta = l.at(c, step)
		c.rate = c.was + 1000/l.TauRate
		c.last = step + 1
	}
}

func (l *sliding) arrive(t *synapses, sums *[1 << 16]float32, segment uint32, f released, step uint32) {
	weights := t.weightsOf(segment)
	for k, j := range t.targetsOf(segment) {
		if f.each != nil {
			f.all = f.each[k]
		}
		sums[j] += float32(weights[k] * f.all)
		rate, theta := l.at(&l.cells[int(j)-l.base], step)
		weights[k] = float32(clipped(float64(weights[k])+l.Change(rate, theta), l.least, l.most))
	}
}

func (l *sliding) settle(*synapses, uint32) {}

func (l *sliding) weight(t *synapses, _, synapse, _ uint32) float64 { return float64(t.exact[synapse]) }

func (l *sliding) scale(t *synapses, factors []float64, _ uint32) {
	for k, j := range t.targets {
		t.exact[k] = float32(clipped(float64(float64(t.exact[k])*factors[int(j)-l.base]), l.least, l.most))
	}
}

// A longDecay is exp(-n dt/tau) for times that are long in steps: the product of two
// tables.
type longDecay struct {
	fine   [256]float64
	coarse []float64
}

func newLongDecay(tau, dt float64) longDecay {
	const far = 40 // exp(-40) is 4e-18
	d := longDecay{coarse: make([]float64, int(far*tau/dt)/256+1)}
	for n := range d.fine {
		d.fine[n] = vec.Exp(-float64(float64(n)*dt) / tau)
	}
	for n := range d.coarse {
		d.coarse[n] = vec.Exp(-float64(float64(256*n)*dt) / tau)
	}
	return d
}

func (d *longDecay) of(n uint32) float64 {
	if uint64(n>>8) >= uint64(len(d.coarse)) {
		return 0
	}
	return d.coarse[n>>8] * d.fine[n&255]
}
