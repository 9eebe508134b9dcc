package network

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A voltageRule is plasticity.Clopath.
type voltageRule struct {
	plasticity.Clopath
	potential   string
	ltd, ltp    float64 // in the library's units of weight
	least, most float64
}

func newVoltageRule(r plasticity.Clopath, size float64, m *model.Model) (learning, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	l := &voltageRule{Clopath: r, potential: m.Potential(), ltd: float64(r.ALTD * size), ltp: float64(r.ALTP * size)}
	l.least, l.most = limits(r.WMin, r.WMax, size)
	if l.potential == "" {
		return nil, errors.New("plasticity.Clopath needs the membrane potential of the targets, and they have no variable with a differential equation")
	}
	if unit, size, err := m.Unit(l.potential); err != nil || size != 1 || unit != "mV" {
		return nil, fmt.Errorf("plasticity.Clopath needs the membrane potential of the targets in mV, and their %s has the unit %q; declare it as mV, or name another variable as V of the model's options", l.potential, unit)
	}
	return l, nil
}

func (*voltageRule) bytes() float64 { return 4 }

func (v *voltageRule) perTarget(dt float64) float64 {
	return float64(8*(math.Round(v.Delay/dt)+1)) + 32 + 8*manyHigh
}

// A voltage is the learner of a voltageRule. Where the potential of a cell is so high
// that it potentiates, the step and by how much are kept, until a spike of a source
// arrives: synapses do nothing in between.
type voltage struct {
	*voltageRule
	dt, x     float64 // what a spike adds to the trace of the source
	base, lag int
	decay     decay // of that trace
	fm, fp    float64
	rows      []rowTrace
	cells     []polarized
	past      []float64 // of each cell, the potentials of the last steps
	highs     []high    // of each cell, a ring of manyHigh
	begun     bool
}

// A polarized is a target cell: filtered potentials, and how many steps were high.
type polarized struct {
	um, up       float64
	last         uint32 // one more than the step of the last high
	count, swept uint32
}

// A high is a step at which the potential potentiates, and by how much for a trace of 1.
type high struct {
	step uint32
	by   float32
}

// manyHigh is how many steps are kept: an upstroke has about ten.
const manyHigh = 512

func (v *voltageRule) learner(b *builder, l *link, t *synapses) (learner, error) {
	base, lo, hi := b.base(l)
	n, lag := hi-lo, int(math.Round(v.Delay/b.dt))
	return &voltage{voltageRule: v, dt: b.dt, x: 1 / v.TauX, base: base, lag: lag, decay: newDecay(v.TauX, b.dt),
		fm: vec.Exp(-b.dt / v.TauMinus), fp: vec.Exp(-b.dt / v.TauPlus), rows: make([]rowTrace, len(t.segments)),
		cells: make([]polarized, n), past: make([]float64, n*(lag+1)), highs: make([]high, n*manyHigh)}, nil
}

func (l *voltage) copy() learner {
	c := *l
	c.rows, c.cells, c.past, c.highs = slices.Clone(l.rows), slices.Clone(l.cells), slices.Clone(l.past), slices.Clone(l.highs)
	return &c
}

func (l *voltage) size() int {
	return 16*len(l.rows) + 32*len(l.cells) + 8*len(l.past) + 8*len(l.highs)
}

func (l *voltage) row(k uint32, w *words) { l.rows[k].remember(w) }

// cell remembers the last high step as well: it may not have acted yet.
func (l *voltage) cell(i int, w *words) {
	c := &l.cells[i]
	for _, x := range []*float64{&c.um, &c.up} {
		w.float64(x)
	}
	w.uint32(&c.last)
	w.uint32(&c.count)
	kept := min(c.count, 2)
	if w.reading {
		c.swept = c.count - kept
	}
	for n := c.count - kept; n < c.count; n++ {
		h := &l.highs[uint32(i)*manyHigh+n%manyHigh]
		w.uint32(&h.step)
		w.float32(&h.by)
	}
	for k := range l.lag + 1 {
		w.float64(&l.past[i*(l.lag+1)+k])
	}
}

func (l *voltage) whole(w *words) {
	begun := uint64(0)
	if l.begun {
		begun = 1
	}
	w.uint64(&begun)
	l.begun = begun == 1
}

func (l *voltage) columns(t *synapses) [][]float32 { return [][]float32{t.exact} }

// begin filters the potentials.
func (l *voltage) begin(t *synapses, _ *Simulation, sh *shard, step uint32) {
	v, err := sh.cells[t.to].State(l.potential)
	if err != nil {
		panic(err) // newVoltageRule has looked
	}
	w := l.lag + 1
	if !l.begun {
		l.begun = true
		for i, u := range v[:len(l.cells)] {
			l.cells[i].um, l.cells[i].up = u, u
			for k := range w {
				l.past[i*w+k] = u
			}
		}
	}
	now, then := int(step)%w, int(step+1)%w
	for i := range l.cells {
		c, u := &l.cells[i], v[i]
		l.past[i*w+now] = u
		past := l.past[i*w+then]
		c.um = past + float64((c.um-past)*l.fm)
		c.up = past + float64((c.up-past)*l.fp)
		if u > l.ThetaPlus && c.up > l.ThetaMinus {
			if c.count-c.swept >= manyHigh-2 {
				l.settle(t, step)
			}
			l.highs[uint32(i)*manyHigh+c.count%manyHigh] = high{step, float32(l.dt * l.ltp * l.x * (u - l.ThetaPlus) * (c.up - l.ThetaMinus))}
			c.count++
			c.last = step + 1
		}
	}
}

func (l *voltage) fire(*synapses, []int32, uint32) {}

// follow returns a weight after the high steps before a step, and by how much that step
// itself raises it.
func (l *voltage) follow(w float64, r *rowTrace, cell int, step uint32) (float64, float64) {
	c := &l.cells[cell]
	if c.last <= r.seen {
		return w, 0
	}
	n, least := c.count, c.count-min(c.count, manyHigh)
	ring := l.highs[cell*manyHigh : (cell+1)*manyHigh]
	for n > least && ring[(n-1)%manyHigh].step >= r.seen {
		n--
	}
	for ; n < c.count; n++ {
		h := ring[n%manyHigh]
		if h.step > step {
			break
		}
		by := float64(h.by * l.decay.of(r.r1, h.step-r.last))
		if h.step == step {
			return w, by
		}
		w = clipped(w+by, l.least, l.most)
	}
	return w, 0
}

func (l *voltage) arrive(t *synapses, sums *[1 << 16]float32, segment uint32, f released, step uint32) {
	r, weights := &l.rows[segment], t.weightsOf(segment)
	for k, j := range t.targetsOf(segment) {
		cell := int(j) - l.base
		w, by := l.follow(float64(weights[k]), r, cell, step)
		if f.each != nil {
			f.all = f.each[k]
		}
		sums[j] += float32(float32(w) * f.all)
		if um := l.cells[cell].um; um > l.ThetaMinus {
			by -= float64(l.ltd * (um - l.ThetaMinus))
		}
		weights[k] = float32(clipped(w+by, l.least, l.most))
	}
	r.r1 = l.decay.of(r.r1, step-r.last) + 1
	r.last, r.seen = step, step+1
}

func (l *voltage) settle(t *synapses, step uint32) {
	for i := range l.rows {
		r, weights := &l.rows[i], t.weightsOf(uint32(i))
		for k, j := range t.targetsOf(uint32(i)) {
			w, _ := l.follow(float64(weights[k]), r, int(j)-l.base, step)
			weights[k] = float32(w)
		}
		r.seen = max(r.seen, step)
	}
	for i := range l.cells {
		l.cells[i].swept = l.cells[i].count
	}
}

func (l *voltage) weight(t *synapses, _, synapse, _ uint32) float64 { return float64(t.exact[synapse]) }

func (l *voltage) scale(t *synapses, factors []float64, _ uint32) {
	for k, j := range t.targets {
		t.exact[k] = float32(clipped(float64(float64(t.exact[k])*factors[int(j)-l.base]), l.least, l.most))
	}
}
