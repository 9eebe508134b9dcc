package behavior

import (
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

type irtKind int

const (
	irtNone irtKind = iota // an item without an estimate
	irt2PL
	irt3PL
	irtGraded
)

const (
	irtMostA  = 12.0 // discriminations are held within this
	irtLeastG = -8.0 // and logits of guessing above this
)

func logistic(z float64) float64 { return 1 / (1 + vec.Exp(-z)) }

func logOf(n int) float64 { return vec.Log(float64(n)) }

// irtItem is how an item's responses depend on ability. Its parameters are the
// slope a, the intercepts d (logit = a θ + d) and, in a 3PL, logit C.
type irtItem struct {
	kind irtKind
	sign int   // of the difficulty of an item without an estimate
	cats int   // categories
	at   []int // places of the parameters in the vector of all
}

// curves returns P[category][node] and its derivatives dP[category][parameter][node].
func (it *irtItem) curves(p, theta []float64) (prob [][]float64, deriv [][][]float64) {
	n := len(theta)
	prob, deriv = make([][]float64, it.cats), make([][][]float64, it.cats)
	for c := range prob {
		prob[c] = make([]float64, n)
		deriv[c] = make([][]float64, len(p))
		for k := range p {
			deriv[c][k] = make([]float64, n)
		}
	}
	// Above are P(x >= k) for the steps k = 1, 2, ...; below are 1 - that.
	steps := it.cats - 1
	above, below := make([][]float64, steps), make([][]float64, steps)
	z := make([]float64, n)
	for k := range steps {
		above[k], below[k] = make([]float64, n), make([]float64, n)
		vec.LinearBlock(z, theta, p[0], p[1+k])
		vec.SigmoidBlock(above[k], z)
		vec.NegBlock(z, z)
		vec.SigmoidBlock(below[k], z)
	}
	if it.kind == irt3PL {
		c := logistic(p[2])
		not := logistic(-p[2])
		for q := range theta {
			s, u := above[0][q], below[0][q]
			slope := float64(not * s * u)
			prob[1][q], prob[0][q] = c+float64(not*s), float64(not*u)
			for x, sign := range []float64{-1, 1} {
				deriv[x][0][q] = sign * slope * theta[q]
				deriv[x][1][q] = sign * slope
				deriv[x][2][q] = sign * c * not * u
			}
		}
		return prob, deriv
	}
	for c := range prob {
		for q, t := range theta {
			switch {
			case c == 0:
				prob[c][q] = below[0][q]
			case c == steps:
				prob[c][q] = above[steps-1][q]
			case above[c-1][q] < 0.5: // the difference without cancellation
				prob[c][q] = above[c-1][q] - above[c][q]
			default:
				prob[c][q] = below[c][q] - below[c-1][q]
			}
			if c > 0 {
				s := above[c-1][q] * below[c-1][q]
				deriv[c][0][q] += float64(s * t)
				deriv[c][c][q] = s
			}
			if c < steps {
				s := above[c][q] * below[c][q]
				deriv[c][0][q] -= float64(s * t)
				deriv[c][c+1][q] = -s
			}
		}
	}
	return prob, deriv
}

// irtNodes are the abilities that the likelihood is summed over, with the
// logarithms of their weights.
type irtNodes struct{ theta, logWeight []float64 }

func newIRTNodes(n int) (o irtNodes) {
	sum := 0.0
	for q := range n {
		t := -6 + float64(12*float64(q)/float64(n-1))
		o.theta, o.logWeight = append(o.theta, t), append(o.logWeight, -float64(t*t/2))
		sum += vec.Exp(o.logWeight[q])
	}
	vec.AddConstBlock(o.logWeight, o.logWeight, -vec.Log(sum))
	return o
}

// irtFit is a fit under way.
type irtFit struct {
	o         IRTOptions
	responses [][]int
	items     []irtItem
	nodes     irtNodes
	p         []float64 // all parameters

	patterns   [][]int   // distinct responses
	count      []float64 // persons with each
	groups     []irtGroup
	counts     [][][]float64 // expected, [item][category][node], of the last E-step
	expected   []float64     // parameters of that step, and the log likelihood there
	expectedAt float64
	info       [][]float64 // observed information
	atBound    []bool      // parameters that are held there
	logLik     float64
	cycles     int
	converged  bool
	task       *display.Counter
}

// irtGroup is a few neighbouring items: persons with equal responses to them
// share their part of the likelihood.
type irtGroup struct {
	items  []int
	most   int     // combos that there can be without missing responses
	combos [][]int // distinct responses to the items
	of     []int   // combo of each pattern
}

// newIRTData collects equal responses and lays out the parameters.
func newIRTData(responses [][]int, top []int, o IRTOptions) *irtFit {
	f := &irtFit{o: o, responses: responses, nodes: newIRTNodes(o.Nodes)}
	place := map[string]int{}
	key := make([]byte, len(top))
	for _, row := range responses {
		for j, x := range row {
			key[j] = byte(x + 1)
		}
		k, ok := place[string(key)]
		if !ok {
			k = len(f.patterns)
			place[string(key)] = k
			f.patterns, f.count = append(f.patterns, row), append(f.count, 0)
		}
		f.count[k]++
	}
	shared := -1
	for j := range top {
		it := irtItem{kind: irt2PL, cats: 2}
		right, n := 0.0, 0.0
		for i, row := range f.patterns {
			if row[j] >= 0 {
				n += f.count[i]
				right += float64(f.count[i] * float64(row[j]))
			}
		}
		switch {
		case o.Model == "graded":
			it.kind, it.cats = irtGraded, top[j]+1
			if top[j] == 0 {
				it.kind, it.sign = irtNone, 1
			}
		case right == 0:
			it.kind, it.sign = irtNone, 1
		case right == n:
			it.kind, it.sign = irtNone, -1
		case o.Model == "3PL":
			it.kind = irt3PL
		}
		if it.kind != irtNone {
			if o.Model == "1PL" {
				if shared < 0 {
					shared = len(f.p)
					f.p = append(f.p, 1)
				}
				it.at = []int{shared}
			} else {
				it.at = []int{len(f.p)}
				f.p = append(f.p, 1)
			}
			for k := 1; k < it.cats; k++ {
				it.at = append(it.at, len(f.p))
				f.p = append(f.p, f.startIntercept(j, k))
			}
			if it.kind == irt3PL {
				guess := 0.1
				if o.GuessMean > 0 {
					guess = o.GuessMean
				}
				it.at = append(it.at, len(f.p))
				f.p = append(f.p, vec.Log(guess/(1-guess)))
			}
			if n := len(f.groups); n == 0 || f.groups[n-1].most*it.cats > 64 {
				f.groups = append(f.groups, irtGroup{most: 1})
			}
			g := &f.groups[len(f.groups)-1]
			g.items, g.most = append(g.items, j), g.most*it.cats
		}
		f.items = append(f.items, it)
	}
	for g := range f.groups {
		f.groups[g].collect(f.patterns)
	}
	return f
}

// startIntercept is the logit of the proportion at step k of item j or above,
// spread for the abilities' own.
func (f *irtFit) startIntercept(j, k int) float64 {
	up, n := 0.5, 1.0
	for i, row := range f.patterns {
		if row[j] >= 0 {
			n += f.count[i]
			if row[j] >= k {
				up += f.count[i]
			}
		}
	}
	return 1.2 * vec.Log(up/(n-up))
}

func (g *irtGroup) collect(patterns [][]int) {
	place := map[string]int{}
	key := make([]byte, len(g.items))
	for _, row := range patterns {
		for k, j := range g.items {
			key[k] = byte(row[j] + 1)
		}
		c, ok := place[string(key)]
		if !ok {
			c = len(g.combos)
			place[string(key)] = c
			combo := make([]int, len(g.items))
			for k, j := range g.items {
				combo[k] = row[j]
			}
			g.combos = append(g.combos, combo)
		}
		g.of = append(g.of, c)
	}
}

// local returns the parameters of item j.
func (f *irtFit) local(j int, p []float64) []float64 {
	v := make([]float64, len(f.items[j].at))
	for k, i := range f.items[j].at {
		v[k] = p[i]
	}
	return v
}

// penalty is the log density of the guessing parameters' prior, with its slope
// and curvature in their logit.
func (f *irtFit) penalty(j int, p []float64) (value, slope, curve float64) {
	if f.items[j].kind != irt3PL || f.o.GuessMean < 0 {
		return 0, 0, 0
	}
	a, b := float64(20*f.o.GuessMean), float64(20*(1-f.o.GuessMean))
	c, not := logistic(p[2]), logistic(-p[2])
	return float64(a*vec.Log(c)) + float64(b*vec.Log(not)), float64(a*not) - float64(b*c), float64((a + b) * c * not)
}

// penalties are those of all items.
func (f *irtFit) penalties(p []float64) (sum float64) {
	for j := range f.items {
		if f.items[j].kind == irt3PL {
			v, _, _ := f.penalty(j, f.local(j, p))
			sum += v
		}
	}
	return sum
}
