package network

import (
	"fmt"
	"math"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// A Rule says which members of two populations are connected. Functions of this
// package make them; the fields may be changed.
type Rule struct {
	Kind  string // as the functions name it
	N     int    // connections of each target, of each source, or in all
	P     string // probability of each pair, a formula that may use distance, dx, dy, dz, pre and post
	Pairs []Pair

	Autapses  bool // a member may be connected to itself
	Multapses bool // a pair may be connected several times
}

// A Pair is a connection of a list.
type Pair struct {
	From, To int
	Weight   float64 // in the natural unit of the receptor (mV, nS, pA), where the projection has no Weight
	Delay    float64 `unit:"ms"` // where the projection has no Delay
}

// The kinds of rules.
const (
	allToAll       = "all to all"
	oneToOne       = "one to one"
	bernoulli      = "Bernoulli"
	fixedInDegree  = "fixed in-degree"
	fixedOutDegree = "fixed out-degree"
	fixedTotal     = "fixed total number"
	list           = "list"
)

// AllToAll connects every source to every target, themselves included.
func AllToAll() Rule { return Rule{Kind: allToAll, Autapses: true} }

// OneToOne connects members of the same number.
func OneToOne() Rule { return Rule{Kind: oneToOne, Autapses: true} }

// Bernoulli connects every pair with the probability p, once at most; no member to
// itself.
func Bernoulli(p float64) Rule {
	return Rule{Kind: bernoulli, P: strconv.FormatFloat(p, 'g', -1, 64)}
}

// BernoulliOf is Bernoulli with a formula for the probability, such as
// "0.3*exp(-distance/(200*um))".
func BernoulliOf(p string) Rule { return Rule{Kind: bernoulli, P: p} }

// FixedInDegree gives each target n sources, drawn with replacement and with
// itself among them, as NEST does unless told otherwise.
func FixedInDegree(n int) Rule {
	return Rule{Kind: fixedInDegree, N: n, Autapses: true, Multapses: true}
}

// FixedOutDegree gives each source n targets, drawn likewise.
func FixedOutDegree(n int) Rule {
	return Rule{Kind: fixedOutDegree, N: n, Autapses: true, Multapses: true}
}

// FixedTotal draws n pairs, with replacement.
func FixedTotal(n int) Rule { return Rule{Kind: fixedTotal, N: n, Autapses: true, Multapses: true} }

// List connects the pairs given.
func List(pairs ...Pair) Rule {
	return Rule{Kind: list, Pairs: pairs, Autapses: true, Multapses: true}
}

// Matrix connects source i to target j with the weight w[i][j], in the natural unit
// of the receptor, where that is not 0.
func Matrix(w [][]float64) Rule {
	r := List()
	for i, row := range w {
		for j, x := range row {
			if x != 0 {
				r.Pairs = append(r.Pairs, Pair{From: i, To: j, Weight: x})
			}
		}
	}
	return r
}

// Name returns what the rule is, with its numbers.
func (r Rule) Name() string {
	switch r.Kind {
	case bernoulli:
		return r.Kind + " p = " + r.P
	case fixedInDegree, fixedOutDegree, fixedTotal:
		return r.Kind + " " + strconv.Itoa(r.N)
	case list:
		return strconv.Itoa(len(r.Pairs)) + " pairs"
	}
	return r.Kind
}

// A generator makes the connections of a rule between two populations. The same
// come out whichever part of the targets is asked for.
type generator struct {
	net      *Network
	rule     Rule
	same     bool // the populations are one
	ns, nt   int
	from, to *Population
	p        *model.Expression // of Bernoulli; nil if constant
	prob     float64
	seed     uint64
	source   *rng.Source
	byTarget map[int][]int // of list: places in Pairs
}

// A batch is connections that are made together.
type batch struct {
	n           int
	src, dst    [model.BlockSize]uint32
	pair        [model.BlockSize]int32 // of list: places in Pairs
	first, step uint64                 // addresses of their random numbers
}

func (n *Network) generator(r Rule, from, to int, seed uint64) (*generator, error) {
	a, b := &n.Populations[from], &n.Populations[to]
	g := &generator{net: n, rule: r, same: from == to, ns: a.size(), nt: b.size(), from: a, to: b, seed: seed, source: rng.New(seed, 0)}
	switch r.Kind {
	case allToAll:
	case oneToOne:
		if g.ns != g.nt {
			return nil, fmt.Errorf("rule %s: %q has %d members and %q %d; they must be as many", r.Kind, a.Name, g.ns, b.Name, g.nt)
		}
	case bernoulli:
		e, err := n.pairs("probability", r.P, "1", a, b, seed)
		if err != nil {
			return nil, err
		}
		if x, ok := e.Constant(); ok {
			g.prob = x
			if !(x >= 0 && x <= 1) {
				return nil, fmt.Errorf("rule %s: the probability is %g; it must be 0 to 1", r.Kind, x)
			}
			break
		}
		g.p = e
	case fixedInDegree, fixedOutDegree, fixedTotal:
		from := g.ns
		if r.Kind == fixedOutDegree {
			from = g.nt
		}
		own := 0
		if g.same && !r.Autapses {
			own = 1
		}
		switch {
		case r.N < 0:
			return nil, fmt.Errorf("rule %s: N is %d; it must be 0 or more", r.Kind, r.N)
		case r.Kind == fixedTotal && (!r.Multapses || own == 1):
			return nil, fmt.Errorf("rule %s draws pairs with replacement; it has no form without multiple connections or without connections to itself (a fixed in-degree or a probability has)", r.Kind)
		case !r.Multapses && r.N > from-own || r.N > 0 && from-own == 0:
			return nil, fmt.Errorf("rule %s: %d connections cannot be drawn from %d members without drawing one twice", r.Kind, r.N, from-own)
		}
	case list:
		g.byTarget = map[int][]int{}
		for i, x := range r.Pairs {
			if x.From < 0 || x.From >= g.ns || x.To < 0 || x.To >= g.nt {
				return nil, fmt.Errorf("rule list: pair %d is from %d to %d; %q has members 0 to %d and %q 0 to %d", i, x.From, x.To, a.Name, g.ns-1, b.Name, g.nt-1)
			}
			if math.IsNaN(x.Weight) || math.IsInf(x.Weight, 0) || math.IsNaN(x.Delay) || math.IsInf(x.Delay, 0) || x.Delay < 0 {
				return nil, fmt.Errorf("rule list: pair %d has the weight %g and the delay %g ms; both must be finite, and the delay not negative", i, x.Weight, x.Delay)
			}
			g.byTarget[x.To] = append(g.byTarget[x.To], i)
		}
	case "":
		return nil, fmt.Errorf("Rule is empty; rules are AllToAll(), OneToOne(), Bernoulli(p), FixedInDegree(n), FixedOutDegree(n), FixedTotal(n), List(pairs...) and Matrix(w)")
	default:
		return nil, fmt.Errorf("there is no rule %q; rules come from AllToAll(), OneToOne(), Bernoulli(p), FixedInDegree(n), FixedOutDegree(n), FixedTotal(n), List(pairs...) and Matrix(w)", r.Kind)
	}
	return g, nil
}

// copy returns a generator for another goroutine.
func (g *generator) copy() *generator {
	c := *g
	if g.p != nil {
		c.p, _ = g.net.pairs("probability", g.rule.P, "1", g.from, g.to, g.seed) // it was read before
	}
	return &c
}

// expected returns how many connections there will be, on average where they are
// random.
func (g *generator) expected() float64 {
	ns, nt := float64(g.ns), float64(g.nt)
	pairs := float64(ns * nt)
	if g.same && !g.rule.Autapses {
		pairs -= ns
	}
	switch g.rule.Kind {
	case allToAll:
		return pairs
	case oneToOne:
		return ns
	case bernoulli:
		if g.p == nil {
			return float64(pairs * g.prob)
		}
		return g.sampled(pairs)
	case fixedInDegree:
		return float64(nt * float64(g.rule.N))
	case fixedOutDegree:
		return float64(ns * float64(g.rule.N))
	case list:
		return float64(len(g.rule.Pairs))
	}
	return float64(g.rule.N)
}

// sampled estimates the connections of a probability that differs from pair to
// pair, from those of a few targets.
func (g *generator) sampled(pairs float64) float64 {
	const most = 20
	sum, n := 0.0, 0
	for j := 0; j < g.nt; j += max(g.nt/most, 1) {
		g.run(j, j+1, func(b *batch) error {
			sum += float64(b.n)
			return nil
		})
		n++
	}
	return sum / float64(n) * float64(g.nt)
}

// run makes the connections of the targets from lo to hi; other targets may be
// among them. It ends with the first error of visit.
func (g *generator) run(lo, hi int, visit func(*batch) error) (err error) {
	b := &batch{}
	flush := func() {
		if b.n > 0 {
			if err == nil {
				err = visit(b)
			}
			b.first += uint64(b.n)
			b.n = 0
		}
	}
	put := func(i, j int) {
		b.src[b.n], b.dst[b.n] = uint32(i), uint32(j)
		if b.n++; b.n == len(b.src) {
			flush()
		}
	}
	begin := func(step int) { b.first, b.step = 0, uint64(step) }
	switch g.rule.Kind {
	case allToAll:
		for j := lo; j < hi && err == nil; j++ {
			begin(j)
			for i := range g.ns {
				if i != j || !g.same || g.rule.Autapses {
					put(i, j)
				}
			}
			flush()
		}
	case oneToOne:
		for j := lo; j < hi && err == nil; j++ {
			begin(j)
			put(j, j)
			flush()
		}
	case list:
		for j := lo; j < hi && err == nil; j++ {
			begin(j)
			for _, k := range g.byTarget[j] {
				b.pair[b.n] = int32(k)
				put(g.rule.Pairs[k].From, j)
			}
			flush()
		}
	case bernoulli:
		g.bernoulli(lo, hi, put, begin, flush, &err)
	case fixedInDegree:
		d := newDrawer(g.source, g.ns, g.rule.Multapses)
		for j := lo; j < hi && err == nil; j++ {
			begin(j)
			err = d.draw(b, g.rule.N, j, g.own(j), false, visit)
		}
	case fixedOutDegree:
		d := newDrawer(g.source, g.nt, g.rule.Multapses)
		for i := 0; i < g.ns && err == nil; i++ {
			begin(i)
			err = d.draw(b, g.rule.N, i, g.own(i), true, visit)
		}
	case fixedTotal:
		// How many each target has is multinomial: a binomial number of what is left.
		d := newDrawer(g.source, g.ns, true)
		counts, left := rng.New(g.seed, 1), g.rule.N
		for j := range g.nt {
			if j >= hi || err != nil {
				break
			}
			n := counts.Binomial(left, 1/float64(g.nt-j))
			left -= n
			if j >= lo {
				begin(j)
				err = d.draw(b, n, j, -1, false, visit)
			}
		}
	}
	return err
}

// own returns the member that j must not be connected to, -1 if none.
func (g *generator) own(j int) int {
	if g.same && !g.rule.Autapses {
		return j
	}
	return -1
}

// bernoulli visits the pairs that a probability connects: for one that is constant
// by the gaps between them.
func (g *generator) bernoulli(lo, hi int, put func(i, j int), begin func(int), flush func(), err *error) {
	var u [model.BlockSize]float64
	switch {
	case g.p == nil && g.prob == 0:
		return
	case g.p == nil:
		per := 1 / vec.Log(1-g.prob) // -0 where every pair is connected
		// So many numbers at a time as a target usually needs.
		mean := float64(float64(g.ns) * g.prob)
		u := u[:min(len(u), int(mean+float64(4*math.Sqrt(mean)))/8*8+8)]
		for j := lo; j < hi && *err == nil; j++ {
			begin(j)
			for i, at := 0, uint64(0); i < g.ns; at += uint64(len(u)) {
				g.source.Float64Block(u, at, uint64(j))
				for k := range u {
					u[k] = 1 - u[k]
				}
				vec.LogBlock(u, u)
				for _, x := range u {
					gap := float64(x * per)
					if !(gap < float64(g.ns-i)) {
						i = g.ns
						break
					}
					i += int(gap)
					if i != g.own(j) {
						put(i, j)
					}
					i++
				}
			}
			flush()
		}
	default:
		var p [model.BlockSize]float64
		for j := lo; j < hi && *err == nil; j++ {
			begin(j)
			for i := 0; i < g.ns; i += len(u) {
				n := min(len(u), g.ns-i)
				g.source.Float64Block(u[:n], uint64(i), uint64(j))
				locate(g.p, g.from, g.to, n, func(k int) (int, int) { return i + k, j })
				g.p.Eval(p[:n], uint64(i), uint64(j))
				for k := range n {
					if u[k] < p[k] && i+k != g.own(j) {
						put(i+k, j)
					}
				}
			}
			flush()
		}
	}
}

// A drawer draws members at random.
type drawer struct {
	source *rng.Source
	from   int
	again  bool
	taken  []uint32 // by member: the draw that took it last
	draws  uint32
	u      [model.BlockSize]float64
}

func newDrawer(s *rng.Source, from int, again bool) *drawer {
	d := &drawer{source: s, from: from, again: again}
	if !again {
		d.taken = make([]uint32, from)
	}
	return d
}

// draw draws n members for the member j, other than one.
func (d *drawer) draw(b *batch, n, j, other int, out bool, visit func(*batch) error) error {
	d.draws++
	at := uint64(0)
	left := len(d.u)
	for done := 0; done < n; {
		b.n = 0
		for b.n < min(n-done, len(b.src)) {
			if left == len(d.u) {
				d.source.Float64Block(d.u[:], at, uint64(j))
				at += uint64(len(d.u))
				left = 0
			}
			i := int(float64(d.u[left] * float64(d.from)))
			left++
			if i == other {
				continue
			}
			if !d.again {
				if d.taken[i] == d.draws {
					continue
				}
				d.taken[i] = d.draws
			}
			b.src[b.n], b.dst[b.n] = uint32(i), uint32(j)
			if out {
				b.src[b.n], b.dst[b.n] = uint32(j), uint32(i)
			}
			b.n++
		}
		if err := visit(b); err != nil {
			return err
		}
		b.first += uint64(b.n)
		done += b.n
	}
	b.n = 0
	return nil
}
