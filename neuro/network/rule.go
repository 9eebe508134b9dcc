package network

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
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

// A generator makes the connections of a rule between two populations.
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
	pairs    []uint32 // of list: places in Pairs, by source
	begin    []uint32 // by source, and one more: where they are in pairs
	shards   int      // into so many the network is cut at least
	blocks   []*block // once prepared
	estimate float64  // connections, where the probability differs from pair to pair; -1 before it is known
}

func (n *Network) generator(r Rule, from, to int, seed uint64) (*generator, error) {
	a, b := &n.Populations[from], &n.Populations[to]
	g := &generator{net: n, rule: r, same: from == to, ns: a.size(), nt: b.size(), from: a, to: b, seed: seed, source: rng.New(seed, 0), estimate: -1}
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
		case r.Kind == fixedTotal && r.N/mostDegree > g.nt:
			return nil, fmt.Errorf("rule %s: N is %d; at most %d for each of %d targets are possible", r.Kind, r.N, mostDegree, g.nt)
		case r.Kind != fixedTotal && r.N > mostDegree:
			return nil, fmt.Errorf("rule %s: N is %d; at most %d are possible", r.Kind, r.N, mostDegree)
		case !r.Multapses && r.N > from-own || r.N > 0 && from-own == 0:
			return nil, fmt.Errorf("rule %s: %d connections cannot be drawn from %d members without drawing one twice", r.Kind, r.N, from-own)
		}
	case list:
		g.begin = make([]uint32, g.ns+1)
		for i, x := range r.Pairs {
			if x.From < 0 || x.From >= g.ns || x.To < 0 || x.To >= g.nt {
				return nil, fmt.Errorf("rule list: pair %d is from %d to %d; %q has members 0 to %d and %q 0 to %d", i, x.From, x.To, a.Name, g.ns-1, b.Name, g.nt-1)
			}
			if math.IsNaN(x.Weight) || math.IsInf(x.Weight, 0) || math.IsNaN(x.Delay) || math.IsInf(x.Delay, 0) || x.Delay < 0 {
				return nil, fmt.Errorf("rule list: pair %d has the weight %g and the delay %g ms; both must be finite, and the delay not negative", i, x.Weight, x.Delay)
			}
			g.begin[x.From+1]++
		}
		for i := range g.ns {
			g.begin[i+1] += g.begin[i]
		}
		next := slices.Clone(g.begin)
		g.pairs = make([]uint32, len(r.Pairs))
		for i, x := range r.Pairs {
			g.pairs[next[x.From]] = uint32(i)
			next[x.From]++
		}
	case "":
		return nil, fmt.Errorf("Rule is empty; rules are AllToAll(), OneToOne(), Bernoulli(p), FixedInDegree(n), FixedOutDegree(n), FixedTotal(n), List(pairs...) and Matrix(w)")
	default:
		return nil, fmt.Errorf("there is no rule %q; rules come from AllToAll(), OneToOne(), Bernoulli(p), FixedInDegree(n), FixedOutDegree(n), FixedTotal(n), List(pairs...) and Matrix(w)", r.Kind)
	}
	return g, nil
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
		if g.estimate < 0 {
			g.estimate = g.sampled()
		}
		return g.estimate
	case fixedInDegree:
		return float64(nt * float64(g.rule.N))
	case fixedOutDegree:
		return float64(ns * float64(g.rule.N))
	case list:
		return float64(len(g.rule.Pairs))
	}
	return float64(g.rule.N)
}
