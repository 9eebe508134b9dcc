package network

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A scaling is plasticity.SynapticScaling of a table's synapses. Sensors are exact at
// every spike; weights are multiplied a hundred times in Tau.
type scaling struct {
	plasticity.SynapticScaling
	least, most float64
	base        int
	dt          float64
	every       uint32 // steps
	cells       []sensed
	factors     []float64
}

// A sensed is a target cell at its last event: its step, the sensor (Hz), the integral of
// the sensor's error, and what the weights have to be multiplied by.
type sensed struct {
	last         uint32
	a, e, factor float64
}

func newScaling(p plasticity.SynapticScaling, b *builder, l *link) *scaling {
	base, lo, hi := b.base(l)
	x := &scaling{SynapticScaling: p, base: base, dt: b.dt, every: uint32(math.Max(1, math.Round(10*p.Tau/b.dt))),
		cells: make([]sensed, hi-lo), factors: make([]float64, hi-lo)}
	x.least, x.most = limits(p.WMin, p.WMax, l.size)
	for i := range x.cells {
		x.cells[i] = sensed{a: p.Goal, factor: 1}
	}
	return x
}

func (x *scaling) copy() *scaling {
	c := *x
	c.cells, c.factors = slices.Clone(x.cells), slices.Clone(x.factors)
	return &c
}

func (x *scaling) size() int { return 40 * len(x.cells) }

func (x *scaling) cell(i int, w *words) {
	c := &x.cells[i]
	w.uint32(&c.last)
	for _, y := range []*float64{&c.a, &c.e, &c.factor} {
		w.float64(y)
	}
}

// move takes a cell to a step.
func (x *scaling) move(c *sensed, step uint32) {
	if step > c.last {
		var f float64
		f, c.a, c.e = x.Factor(c.a, c.e, float64(float64(step-c.last)*x.dt))
		c.factor *= f
		c.last = step
	}
}

func (x *scaling) begin(t *synapses, step uint32) {
	if step == 0 || step%x.every != 0 {
		return
	}
	for i := range x.cells {
		c := &x.cells[i]
		x.move(c, step)
		x.factors[i], c.factor = c.factor, 1
	}
	if t.learner != nil {
		t.learner.settle(t, step)
		t.learner.scale(t, x.factors, step)
	}
	for k, j := range t.targets {
		w := float64(t.exact[k])
		if t.learner == nil {
			w *= x.factors[int(j)-x.base]
		}
		t.exact[k] = float32(clipped(w, x.least, x.most))
	}
}

func (x *scaling) fire(cells []int32, step uint32) {
	for _, i := range cells {
		c := &x.cells[i]
		x.move(c, step)
		c.a += 1 / x.Tau
	}
}

// limits returns the bounds of a weight in the library's units: none where both are 0.
func limits(lo, hi, size float64) (least, most float64) {
	if lo == 0 && hi == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	return float64(lo * size), float64(hi * size)
}

// clipped returns a weight between its bounds, as it is kept: it must not matter how
// often weights are brought up to date.
func clipped(w, least, most float64) float64 {
	if w < least {
		w = least
	}
	if w > most {
		w = most
	}
	return float64(float32(w))
}
