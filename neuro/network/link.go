package network

import (
	"fmt"
	"math"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A link is a projection onto one population.
type link struct {
	number   int // of the projection
	from, to int
	rule     *generator
	receptor string
	size     float64 // the library's units in one of the receptor's
	net      *Network

	weight, delay string // formulas; weights and delays of pairs if empty
	unit          string
	constWeight   bool
	w             float64
	constDelay    bool
	d             int
	wseed, dseed  uint64
	lo, hi        float64                    // range of weights drawn at random
	learn         learning                   // nil for constant weights
	scales        plasticity.SynapticScaling // zero without
	short         synapse.TsodyksMarkram     // zero without short-term plasticity
	shortOwn      map[string]string          // formulas of its parameters that differ
	procedural    bool
}

// where names a projection in messages.
func (n *Network) where(i int) string {
	p := &n.Projections[i]
	return fmt.Sprintf("projection %d, %q to %s", i, p.From, whereTo(p.To, p.Receptor))
}

// whereBackground names a background in messages.
func (n *Network) whereBackground(i int) string {
	b := &n.Background[i]
	return fmt.Sprintf("background %d, to %s", i, whereTo(b.To, b.Receptor))
}

func whereTo(to, receptor string) string {
	if to == "" {
		return fmt.Sprintf("all cells with %q", receptor)
	}
	return strconv.Quote(to)
}

// changes reports whether the synapses change, by plasticity of any kind.
func (l *link) changes() bool { return l.weighs() || l.short != (synapse.TsodyksMarkram{}) }

// weighs reports whether each synapse has a weight that changes.
func (l *link) weighs() bool { return l.learn != nil || l.scales != (plasticity.SynapticScaling{}) }

// links returns what the projections connect, checked.
func (n *Network) links(models []*model.Model) ([]*link, error) {
	var out []*link
	for i := range n.Projections {
		p := &n.Projections[i]
		fail := func(err error) error { return fmt.Errorf("network: %s: %w", n.where(i), err) }
		from, err := n.find(p.From)
		if err != nil {
			return nil, fail(err)
		}
		targets, err := n.targets(p.To, p.Receptor, models)
		if err != nil {
			return nil, fail(err)
		}
		for _, to := range targets {
			number := uint64(i)<<20 | uint64(to)
			l := &link{net: n, number: i, from: from, to: to, receptor: p.Receptor, weight: p.Weight, delay: p.Delay,
				wseed: stream(n.Seed, kindWeight, number), dseed: stream(n.Seed, kindDelay, number)}
			if l.unit, l.size, err = models[to].Unit(p.Receptor); err != nil {
				return nil, fail(err)
			}
			if l.rule, err = n.generator(p.Rule, from, to, stream(n.Seed, kindRule, number)); err != nil {
				return nil, fail(err)
			}
			if err := l.formulas(n); err != nil {
				return nil, fail(err)
			}
			if l.learn, err = n.newLearning(l, p, models[to]); err != nil {
				return nil, fail(err)
			}
			if l.scales = p.Scaling; l.scales != (plasticity.SynapticScaling{}) {
				if err = l.scales.Check(); err != nil {
					return nil, fail(err)
				}
			}
			if err = n.shortTerm(l, p); err != nil {
				return nil, fail(err)
			}
			if l.procedural = p.Procedural; l.procedural {
				switch {
				case l.changes():
					return nil, fail(fmt.Errorf("Procedural draws the synapses again for every spike, and these change: with Plasticity, Scaling or ShortTerm they must be stored (%.3g synapses, %s)", l.rule.expected(), size(float64(l.rule.expected()*l.stored()))))
				case p.Rule.Kind == fixedInDegree && !p.Rule.Multapses:
					return nil, fail(fmt.Errorf("Procedural with the rule %s without Multapses: the sources of a target are drawn together there, and a source's row cannot be drawn without all others; let Multapses be true, take Bernoulli(%.3g), or store them (%.3g synapses, %s)", p.Rule.Kind,
						float64(p.Rule.N)/float64(l.rule.ns), l.rule.expected(), size(float64(l.rule.expected()*l.stored()))))
				}
			}
			out = append(out, l)
		}
	}
	return out, nil
}

// formulas reads those of the weight and the delay.
func (l *link) formulas(n *Network) error {
	pairs := l.rule.rule.Kind == list
	if l.weight == "" {
		if !pairs {
			return fmt.Errorf("Weight is empty; give a formula in %s, such as \"0.1*%s\"", l.unit, l.unit)
		}
	} else {
		e, err := l.expression(l.weight, "weight")
		if err != nil {
			return err
		}
		l.w, l.constWeight = e.Constant()
		if l.constWeight && (math.IsNaN(l.w) || math.Abs(l.w) > math.MaxFloat32) {
			return fmt.Errorf("the weight is %g; it must be finite", l.w)
		}
	}
	if l.delay == "" {
		l.constDelay = !pairs
		return nil
	}
	e, err := l.expression(l.delay, "delay")
	if err != nil {
		return err
	}
	if _, l.constDelay = e.Constant(); l.constDelay {
		l.d, err = steps(e, n.dt())
	}
	return err
}

// steps returns a constant delay in steps.
func steps(e *model.Expression, dt float64) (int, error) {
	d, _ := e.Constant()
	n := math.Round(d / dt)
	switch {
	case !(d >= 0):
		return 0, fmt.Errorf("the delay is %g ms; it must be 0 or more", d)
	case d > 0 && n == 0:
		return 0, fmt.Errorf("the delay is %g ms, less than half a time step of %g ms; use a smaller Dt, or no delay", d, dt)
	case n > longestDelay:
		return 0, fmt.Errorf("the delay is %g ms, %.0f steps of %g ms; the longest is %d steps", d, n, dt, longestDelay)
	}
	return int(n), nil
}

// longestDelay is in steps.
const longestDelay = 1<<16 - 1

// expression reads a formula of the pairs.
func (l *link) expression(text, what string) (*model.Expression, error) {
	unit, seed := "ms", l.dseed
	if what == "weight" {
		unit, seed = l.unit, l.wseed
	}
	return l.net.pairs(what, text, unit, l.rule.from, l.rule.to, seed)
}

// A filler evaluates the weights and delays of a link, for one goroutine.
type filler struct {
	l      *link
	dt     float64
	weight *model.Expression // nil where constant or of pairs
	delay  *model.Expression
	w, d   [model.BlockSize]float64
	more   [model.BlockSize]float64
	short  [model.BlockSize]int
}

func (l *link) filler(dt float64) (*filler, error) {
	f := &filler{l: l, dt: dt}
	var err error
	if l.weight != "" && !l.constWeight {
		if f.weight, err = l.expression(l.weight, "weight"); err != nil {
			return nil, err
		}
	}
	if l.delay != "" && !l.constDelay {
		if f.delay, err = l.expression(l.delay, "delay"); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// weights returns those of a batch, in the library's units.
func (f *filler) weights(b *batch) ([]float64, error) {
	w := f.w[:b.n]
	switch {
	case f.weight != nil:
		f.eval(f.weight, w, b, b.step)
	case f.l.constWeight:
		for k := range w {
			w[k] = f.l.w
		}
	default:
		for k := range w {
			w[k] = float64(f.l.rule.rule.Pairs[b.pair[k]].Weight * f.l.size)
		}
	}
	for k, x := range w {
		if !(x >= -math.MaxFloat32 && x <= math.MaxFloat32) {
			return nil, fmt.Errorf("the weight from %d to %d is %g; it must be finite", b.src, b.dst[k], x)
		}
	}
	return w, nil
}

func (f *filler) eval(e *model.Expression, dst []float64, b *batch, step uint64) {
	locate(e, f.l.rule.from, f.l.rule.to, b.n, func(k int) (int, int) { return b.src, int(b.dst[k]) })
	e.Eval(dst, b.first, step)
}

// delays returns those of a batch, in steps.
func (f *filler) delays(b *batch) ([]float64, error) {
	d := f.d[:b.n]
	switch {
	case f.delay != nil:
		f.eval(f.delay, d, b, b.step)
		short := f.short[:0] // those to be drawn again
		for k, x := range d {
			if !(x >= f.dt/2) {
				short = append(short, k)
			}
		}
		for try := uint64(1); len(short) > 0; try++ {
			if try > 1000 {
				k := short[0]
				return nil, fmt.Errorf("the delay from %d to %d is %g ms; a thousand draws gave none of half a time step or more", b.src, b.dst[k], d[k])
			}
			more := f.more[:len(short)]
			locate(f.delay, f.l.rule.from, f.l.rule.to, len(short), func(i int) (int, int) { return b.src, int(b.dst[short[i]]) })
			f.delay.Eval(more, b.first, b.step|try<<44)
			left := short[:0]
			for i, k := range short {
				if d[k] = more[i]; !(more[i] >= f.dt/2) {
					left = append(left, k)
				}
			}
			short = left
		}
	case f.l.constDelay:
		for k := range d {
			d[k] = float64(float64(f.l.d) * f.dt)
		}
	default:
		for k := range d {
			d[k] = f.l.rule.rule.Pairs[b.pair[k]].Delay
		}
	}
	for k, x := range d {
		d[k] = math.Floor(x/f.dt + 0.5)
		if d[k] > longestDelay {
			return nil, fmt.Errorf("the delay from %d to %d is %g ms; the longest is %d steps of %g ms", b.src, b.dst[k], x, longestDelay, f.dt)
		}
		if x > 0 && d[k] == 0 {
			return nil, fmt.Errorf("the delay from %d to %d is %g ms, less than half a time step of %g ms", b.src, b.dst[k], x, f.dt)
		}
	}
	return d, nil
}
