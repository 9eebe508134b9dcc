package network

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A shortTerm is the short-term plasticity of a table's synapses: those of a segment
// share their state, because they see the same spikes, unless their parameters differ.
type shortTerm struct {
	synapse.TsodyksMarkram
	dt   float64
	rows []release // by segment

	own    [len(shortParams)][]float32 // parameters of each synapse; nil where they share one
	u, r   []float32                   // state of each synapse; nil where they share it or have none
	factor []float32                   // what is released in a segment
}

// A release is u and R after the last spike of a segment, and one more than its step.
type release struct {
	last uint32 // 0 before the first spike
	u, r float32
}

// released are the parts of the weights that a spike adds: for each synapse of the
// segment, or the same for all where each is nil.
type released struct {
	all  float32
	each []float32
}

// A shortParam is a parameter of short-term plasticity that may differ.
type shortParam struct {
	name, unit, allowed string
	ok                  func(x float64) bool
	of                  func(s *synapse.TsodyksMarkram) *float64
}

var shortParams = [...]shortParam{
	{"U", "1", "above 0 and at most 1", func(x float64) bool { return x > 0 && x <= 1 }, func(s *synapse.TsodyksMarkram) *float64 { return &s.U }},
	{"TauRec", "ms", "above 0 ms", func(x float64) bool { return x > 0 && x < math.MaxFloat32 }, func(s *synapse.TsodyksMarkram) *float64 { return &s.TauRec }},
	{"TauFacil", "ms", "0 ms or more", func(x float64) bool { return x >= 0 && x < math.MaxFloat32 }, func(s *synapse.TsodyksMarkram) *float64 { return &s.TauFacil }},
}

// shortTerm checks the short-term plasticity of a projection.
func (n *Network) shortTerm(l *link, p *Projection) error {
	l.short, l.shortOwn = p.ShortTerm, p.ShortTermParams
	if l.short == (synapse.TsodyksMarkram{}) {
		if len(l.shortOwn) > 0 {
			return fmt.Errorf("ShortTermParams are %v and there is no ShortTerm; give it one, such as synapse.NewDepressing()", l.shortOwn)
		}
		return nil
	}
	if l.short.A == 0 {
		return errors.New("ShortTerm.A is 0, so that nothing would be transmitted; it is the part of the weight that is added when all resources are released, usually 1")
	}
	if err := l.short.Check(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(l.shortOwn)) {
		if !slices.ContainsFunc(shortParams[:], func(x shortParam) bool { return x.name == name }) {
			return fmt.Errorf("ShortTermParams has %q; parameters that may differ are U, TauRec and TauFacil (Weight is what A would be)", name)
		}
	}
	for i := range shortParams {
		if _, err := n.shortFormula(l, i); err != nil {
			return err
		}
	}
	return nil
}

// shortFormula returns the formula of a parameter, nil where there is none.
func (n *Network) shortFormula(l *link, i int) (*model.Expression, error) {
	x := &shortParams[i]
	text, ok := l.shortOwn[x.name]
	if !ok {
		return nil, nil
	}
	number := (uint64(l.number)<<20|uint64(l.to))<<2 | uint64(i)
	e, err := n.pairs(x.name, text, x.unit, l.rule.from, l.rule.to, stream(n.Seed, kindShort, number))
	if err != nil {
		return nil, err
	}
	if y, ok := e.Constant(); ok && !x.ok(y) {
		return nil, fmt.Errorf("ShortTermParams: %s is %g; it must be %s", x.name, y, x.allowed)
	}
	return e, nil
}

// shortBytes is the memory that short-term plasticity takes for each synapse.
func (l *link) shortBytes() float64 {
	if len(l.shortOwn) == 0 {
		return 0
	}
	n := 4 + 4*len(l.shortOwn)
	if l.facilitates() {
		n += 4
	}
	return float64(n)
}

func (l *link) facilitates() bool {
	_, own := l.shortOwn["TauFacil"]
	return own || l.short.TauFacil > 0
}

func (b *builder) newShortTerm(n *Network, l *link, t *synapses) (*shortTerm, error) {
	s := &shortTerm{TsodyksMarkram: l.short, dt: b.dt, rows: make([]release, len(t.segments))}
	for k := range s.rows {
		s.rows[k].r = 1
	}
	if len(l.shortOwn) == 0 {
		return s, nil
	}
	s.r = large[float32](t.total)
	if l.facilitates() {
		s.u = large[float32](t.total)
	}
	base, lo, _ := b.base(l)
	most := uint32(0)
	for i := range shortParams {
		e, err := n.shortFormula(l, i)
		if err != nil {
			return nil, err
		}
		if e != nil {
			s.own[i] = large[float32](t.total)
		}
		for source := range len(t.start) - 1 {
			for _, g := range t.segments[t.start[source]:t.start[source+1]] {
				most = max(most, g.n)
				again := map[int]uint64{} // synapses between the same cells with the same delay
				for k := g.first; e != nil && k < g.first+g.n; k++ {
					target := lo + t.target(k) - base
					x, err := drawParam(e, i, l, source, target, uint64(g.delay)<<32|again[target])
					if err != nil {
						return nil, err
					}
					s.own[i][k] = float32(x)
					again[target]++
				}
			}
		}
	}
	for k := range s.r {
		s.r[k] = 1
	}
	s.factor = make([]float32, most)
	return s, nil
}

// drawParam evaluates a parameter of a synapse; a random one that is not allowed is drawn
// again. Random numbers belong to the pair of cells.
func drawParam(e *model.Expression, i int, l *link, source, target int, which uint64) (float64, error) {
	locate(e, l.rule.from, l.rule.to, 1, func(int) (int, int) { return source, target })
	var x [1]float64
	for try := range uint64(1000) {
		if e.Eval(x[:], uint64(target), stream(uint64(source), which, try)); shortParams[i].ok(x[0]) {
			return x[0], nil
		}
	}
	return 0, fmt.Errorf("ShortTermParams: %s from %d to %d is %g; a thousand draws gave none that is %s", shortParams[i].name, source, target, x[0], shortParams[i].allowed)
}

// arrive takes a spike that arrives at the end of a step.
func (s *shortTerm) arrive(number uint32, g segment, step uint32) released {
	x := &s.rows[number]
	d := float64(float64(step+1-x.last) * s.dt)
	x.last = step + 1
	if s.r == nil {
		u, r, f := s.Spike(float64(x.u), float64(x.r), d)
		x.u, x.r = float32(u), float32(r)
		return released{all: float32(f)}
	}
	p := s.TsodyksMarkram
	for k := range s.factor[:g.n] {
		at := g.first + uint32(k)
		for i := range shortParams {
			if s.own[i] != nil {
				*shortParams[i].of(&p) = float64(s.own[i][at])
			}
		}
		u := 0.0
		if s.u != nil {
			u = float64(s.u[at])
		}
		u, r, f := p.Spike(u, float64(s.r[at]), d)
		if s.u != nil {
			s.u[at] = float32(u)
		}
		s.r[at], s.factor[k] = float32(r), float32(f)
	}
	return released{each: s.factor[:g.n]}
}

func (s *shortTerm) copy() *shortTerm {
	c := *s
	c.rows, c.u, c.r, c.factor = slices.Clone(s.rows), slices.Clone(s.u), slices.Clone(s.r), slices.Clone(s.factor)
	return &c
}

// size returns the memory of the states and of parameters that differ.
func (s *shortTerm) size() int {
	if s == nil {
		return 0
	}
	n := 12*len(s.rows) + 4*(len(s.u)+len(s.r)+len(s.factor))
	for _, x := range s.own {
		n += 4 * len(x)
	}
	return n
}

func (s *shortTerm) row(k uint32, w *words) {
	w.uint32(&s.rows[k].last)
	w.float32(&s.rows[k].u)
	w.float32(&s.rows[k].r)
}

func (s *shortTerm) columns() (out [][]float32) {
	for _, x := range [][]float32{s.u, s.r} {
		if x != nil {
			out = append(out, x)
		}
	}
	return out
}
