package behavior

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// The axes of the grid.
const (
	aThreshold = iota
	aWidth
	aGuess
	aLapse
	aEta
)

var axisNames = [5]string{"threshold", "width", "guess", "lapse", "eta"}

// psychBayes is the posterior of a psychometric function: data, priors and
// curve. Levels are those of the curve, which are logarithms for "weibull".
type psychBayes struct {
	shape, taskName string
	o               PsychometricBayesOptions
	equal           bool // guess and lapse rate are the same
	t, c, n         []float64
	lo, hi, gap     float64
	support         [5][2]float64
	axes            [5]struct{ fixed bool }
	task            *display.Counter
}

// add takes a block; another at the same level stays a block of its own, for
// overdispersion is that between blocks.
func (m *psychBayes) add(t float64, c, n int) {
	m.t, m.c, m.n = append(m.t, t), append(m.c, float64(c)), append(m.n, float64(n))
}

func (m *psychBayes) fix(axis int, v float64) {
	m.support[axis], m.axes[axis].fixed = [2]float64{v, v}, true
}

// inside brings a level to the curve's axis, outside parameters back.
func (m *psychBayes) inside(level float64) float64 {
	if m.shape == "weibull" {
		return vec.Log(level)
	}
	return level
}

func (m *psychBayes) outsideAxis(axis int, v float64) float64 {
	if axis == aThreshold && m.shape == "weibull" {
		return vec.Exp(v)
	}
	return v
}

func (m *psychBayes) outside(q [5]float64) PsychometricParams {
	if m.equal {
		q[aGuess] = q[aLapse]
	}
	return PsychometricParams{m.outsideAxis(aThreshold, q[aThreshold]), q[aWidth], q[aGuess], q[aLapse], q[aEta]}
}

// psychGrid is the posterior on a grid.
type psychGrid struct {
	at     [5][]float64
	margin [5][]float64 // masses, with sum 1
	peak   [5][]float64 // the largest mass of a cell with that coordinate
	mass   []float64    // of guess, lapse, threshold and width
	best   [5]float64   // the most probable cell
}

// places puts steps values between the ends of each axis.
func (m *psychBayes) places(ends [5][2]float64, steps [5]int) (at [5][]float64) {
	for a, e := range ends {
		if math.Abs(e[0]-e[1]) <= 1e-8+float64(1e-5*math.Abs(e[1])) && m.axes[a].fixed || m.equal && a == aGuess {
			at[a] = []float64{e[0]}
			continue
		}
		n := steps[a]
		for i := range n {
			at[a] = append(at[a], e[0]+float64((e[1]-e[0])*float64(i)/float64(n-1)))
		}
	}
	return at
}

// narrow returns the ends of where cells have a mass of 1e-5 or more, and one
// step beyond.
func (g *psychGrid) narrow(ends [5][2]float64) [5][2]float64 {
	for a, peak := range g.peak {
		first, last := -1, -1
		for i, w := range peak {
			if w >= 1e-5 {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		if first >= 0 {
			ends[a] = [2]float64{g.at[a][max(first-1, 0)], g.at[a][min(last+1, len(peak)-1)]}
		}
	}
	return ends
}

// cells returns the places that hold all but a millionth of the mass.
func (g *psychGrid) cells(equal bool) []psychCell {
	var out []psychCell
	k := 0
	for _, guess := range g.at[aGuess] {
		for _, lapse := range g.at[aLapse] {
			for _, threshold := range g.at[aThreshold] {
				for _, width := range g.at[aWidth] {
					if w := g.mass[k]; w > 1e-6/float64(len(g.mass)) {
						c := psychCell{threshold, width, guess, lapse, w}
						if equal {
							c.guess = lapse
						}
						out = append(out, c)
					}
					k++
				}
			}
		}
	}
	return out
}

// pairGrid is the part of the posterior with one guess and lapse rate, in units
// of exp(top).
type pairGrid struct {
	top    float64
	best   [5]float64
	margin [5][]float64
	peak   [5][]float64
	mass   []float64
}

// evaluate computes the posterior on a grid.
func (m *psychBayes) evaluate(at [5][]float64) psychGrid {
	cells := len(at[aThreshold]) * len(at[aWidth])
	curves := make([][]float64, len(m.t))
	for i, t := range m.t {
		f := make([]float64, 0, cells)
		for _, threshold := range at[aThreshold] {
			for _, width := range at[aWidth] {
				f = append(f, m.curve(t, threshold, width))
			}
		}
		curves[i] = f
	}
	tables := m.tables(at, curves)
	pairs := make([]pairGrid, len(at[aGuess])*len(at[aLapse]))
	linalg.Parallel(len(pairs), func(k int) {
		if m.task.Err() == nil {
			pairs[k] = m.pair(at, curves, tables, k/len(at[aLapse]), k%len(at[aLapse]))
		}
	})
	g := psychGrid{at: at, mass: make([]float64, 0, len(pairs)*cells)}
	if m.task.Err() != nil {
		return g
	}
	top := math.Inf(-1)
	for _, p := range pairs {
		if p.top > top {
			top, g.best = p.top, p.best
		}
	}
	for a := range at {
		g.margin[a], g.peak[a] = make([]float64, len(at[a])), make([]float64, len(at[a]))
	}
	total := 0.0
	for _, p := range pairs {
		s := vec.Exp(p.top - top)
		for _, w := range p.mass {
			g.mass = append(g.mass, float64(s*w))
			total += float64(s * w)
		}
		for a := range at {
			for i, w := range p.margin[a] {
				g.margin[a][i] += float64(s * w)
				g.peak[a][i] = math.Max(g.peak[a][i], float64(s*p.peak[a][i]))
			}
		}
	}
	for i := range g.mass {
		g.mass[i] /= total
	}
	for a := range at {
		for i := range g.margin[a] {
			g.margin[a][i] /= total
			g.peak[a][i] /= total
		}
	}
	return g
}

// tables returns the terms of overdispersion, [level][eta]; none for an Eta whose
// square is 1e-9 or less, which is binomial.
func (m *psychBayes) tables(at [5][]float64, curves [][]float64) [][]overdispersed {
	tables := make([][]overdispersed, len(m.t))
	linalg.Parallel(len(m.t), func(i int) {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, f := range curves[i] {
			lo, hi = math.Min(lo, f), math.Max(hi, f)
		}
		least, most := m.ends(at, lo, hi)
		tables[i] = make([]overdispersed, len(at[aEta]))
		for j, eta := range at[aEta] {
			if eta*eta > 1e-9 {
				tables[i][j] = newOverdispersed(m.c[i], m.n[i], eta, least, most)
			}
		}
	})
	return tables
}

// ends returns the range of logit p for a range of F.
func (m *psychBayes) ends(at [5][]float64, lo, hi float64) (least, most float64) {
	p, not := math.Inf(1), math.Inf(1)
	ends := func(v []float64) [2]float64 { return [2]float64{v[0], v[len(v)-1]} }
	for _, lapse := range ends(at[aLapse]) {
		for _, guess := range ends(at[aGuess]) {
			if m.equal {
				guess = lapse
			}
			rise := 1 - guess - lapse
			p = math.Min(p, guess+float64(rise*lo))
			not = math.Min(not, lapse+float64(rise*(1-hi)))
			if rise < 0 { // a corner of the grid where the curve falls
				p, not = math.Min(p, guess+float64(rise*hi)), math.Min(not, lapse+float64(rise*(1-lo)))
			}
		}
	}
	clip := func(u float64) float64 { return math.Max(-32, math.Min(32, u)) }
	return clip(vec.Log(p / (1 - p))), clip(-vec.Log(not / (1 - not)))
}

// pair computes the part with guess rate gi and lapse rate li.
func (m *psychBayes) pair(at [5][]float64, curves [][]float64, tables [][]overdispersed, gi, li int) pairGrid {
	guess, lapse := at[aGuess][gi], at[aLapse][li]
	if m.equal {
		guess = lapse
	}
	cells, etas := len(curves[0]), at[aEta]
	acc := make([][]float64, len(etas))
	for j := range acc {
		acc[j] = make([]float64, cells)
	}
	logP, logNot, part, interval := make([]float64, cells), make([]float64, cells), make([]float64, cells), make([]int32, cells)
	rise := 1 - guess - lapse
	for i, f := range curves {
		for k, v := range f {
			logP[k], logNot[k] = guess+float64(rise*v), lapse+float64(rise*(1-v))
		}
		vec.LogBlock(logP, logP)
		vec.LogBlock(logNot, logNot)
		c, rest := m.c[i], m.n[i]-m.c[i]
		located := false
		for j := range etas {
			a, table := acc[j], tables[i][j]
			if table.coef == nil {
				addBinomial(a, logP, logNot, c, rest)
				continue
			}
			if !located {
				locate(interval, part, logP, logNot, table)
				located = true
			}
			table.add(a, interval, part)
			addBinomial(a, logP, logNot, math.Min(c, 1), math.Min(rest, 1))
		}
	}
	return m.sum(at, acc, gi, li)
}

// addBinomial adds c log p + rest log(1-p), where a count of 0 counts nothing.
func addBinomial(a, logP, logNot []float64, c, rest float64) {
	if c > 0 {
		for k, v := range logP {
			a[k] += float64(c * v)
		}
	}
	if rest > 0 {
		for k, v := range logNot {
			a[k] += float64(rest * v)
		}
	}
}

// sum adds the priors and turns logarithms to masses and their margins.
func (m *psychBayes) sum(at [5][]float64, acc [][]float64, gi, li int) pairGrid {
	nT, nW := len(at[aThreshold]), len(at[aWidth])
	p := pairGrid{top: math.Inf(-1), mass: make([]float64, nT*nW)}
	for a := range at {
		p.margin[a], p.peak[a] = make([]float64, len(at[a])), make([]float64, len(at[a]))
	}
	var log, weight [5][]float64
	for a := range at {
		log[a], weight[a] = make([]float64, len(at[a])), trapezoid(at[a])
		for i, v := range at[a] {
			if !m.axes[a].fixed && !(m.equal && a == aGuess) {
				log[a][i] = vec.Log(m.prior(a, v))
			}
		}
	}
	both := log[aGuess][gi] + log[aLapse][li]
	if m.equal {
		both = 2 * log[aLapse][li]
	}
	for j, eta := range at[aEta] {
		for t := range nT {
			for w := range nW {
				k := t*nW + w
				v := acc[j][k] + log[aThreshold][t] + log[aWidth][w] + both + log[aEta][j]
				if math.IsNaN(v) {
					v = math.Inf(-1)
				}
				acc[j][k] = v
				if v > p.top {
					p.top = v
					p.best = [5]float64{at[aThreshold][t], at[aWidth][w], at[aGuess][gi], at[aLapse][li], eta}
				}
			}
		}
	}
	if math.IsInf(p.top, -1) {
		return p
	}
	outer := weight[aGuess][gi] * weight[aLapse][li]
	for j := range acc {
		vec.AddConstBlock(acc[j], acc[j], -p.top)
		vec.ExpBlock(acc[j], acc[j])
		for t := range nT {
			s := outer * weight[aEta][j] * weight[aThreshold][t]
			for w := range nW {
				k := t*nW + w
				v := float64(acc[j][k] * s * weight[aWidth][w])
				p.mass[k] += v
				p.margin[aEta][j] += v
				p.margin[aThreshold][t] += v
				p.margin[aWidth][w] += v
				p.peak[aEta][j] = math.Max(p.peak[aEta][j], v)
				p.peak[aThreshold][t] = math.Max(p.peak[aThreshold][t], v)
				p.peak[aWidth][w] = math.Max(p.peak[aWidth][w], v)
			}
		}
	}
	for j := range at[aEta] {
		p.margin[aGuess][gi] += p.margin[aEta][j]
		p.peak[aGuess][gi] = math.Max(p.peak[aGuess][gi], p.peak[aEta][j])
	}
	p.margin[aLapse][li], p.peak[aLapse][li] = p.margin[aGuess][gi], p.peak[aGuess][gi]
	return p
}

// trapezoid returns the weights of that rule, 1 for a single place.
func trapezoid(x []float64) []float64 {
	w := make([]float64, len(x))
	if len(x) == 1 {
		w[0] = 1
	}
	for i := 1; i < len(x); i++ {
		d := float64((x[i] - x[i-1]) / 2)
		w[i-1] += d
		w[i] += d
	}
	return w
}
