package behavior

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// newton takes Newton's steps with the observed information; it reports whether
// they end at a maximum, and leaves the information there.
func (f *irtFit) newton() bool {
	const small = 1e-9
	var factor [][]float64
	fresh := false // whether the information is that at f.p
	for range 30 {
		if f.task.Err() != nil {
			return false
		}
		var logLik float64
		var g []float64
		if factor == nil {
			var info [][]float64
			logLik, g, info = f.observed(f.p)
			f.atBound = f.held(f.p, g)
			for i, h := range f.atBound {
				if !h {
					continue
				}
				for k := range g {
					info[i][k], info[k][i] = 0, 0
				}
				info[i][i] = 1
			}
			l, dependent := linalg.Cholesky(info, 1e-12)
			f.info, fresh = info, true
			f.logLik = logLik - f.penalties(f.p)
			if dependent >= 0 {
				return false
			}
			factor = l
		} else {
			logLik, g = f.gradient(f.p)
			f.logLik = logLik - f.penalties(f.p)
		}
		for i, h := range f.atBound {
			if h {
				g[i] = 0
			}
		}
		step := slices.Clone(g)
		linalg.CholeskySolve(factor, step)
		gain, size := 0.0, 0.0
		for i, s := range step {
			gain += float64(s * g[i])
			size = math.Max(size, math.Abs(s))
		}
		if gain < small*small*float64(len(f.responses)) || size < small {
			if !fresh { // errors are those of the maximum
				factor = nil
				continue
			}
			f.converged = true
			return true
		}
		moved := false
		for t := 1.0; t > 0.05; t /= 2 {
			next := slices.Clone(f.p)
			for i := range next {
				next[i] += float64(t * step[i])
			}
			f.clamp(next)
			if v := f.expect(next, nil) + f.penalties(next); v >= logLik-float64(1e-13*math.Abs(logLik)) {
				f.p, moved = next, true
				fresh = fresh && size < 1e-6
				if t < 1 || size > 0.01 { // the information has changed
					factor = nil
				}
				break
			}
		}
		switch {
		case moved:
		case !fresh:
			factor = nil
		default:
			// What is left is rounding, or a ridge.
			f.converged = gain < 1e-8
			return f.converged
		}
	}
	return false
}

// held says which parameters are at a bound, with a slope g of the likelihood
// that leads out.
func (f *irtFit) held(p, g []float64) []bool {
	held := make([]bool, len(p))
	for j := range f.items {
		it := &f.items[j]
		if it.kind == irtNone {
			continue
		}
		if a := it.at[0]; math.Abs(p[a]) >= irtMostA-1e-3 && p[a]*g[a] > 0 {
			held[a] = true
		}
		if it.kind == irt3PL && p[it.at[2]] <= irtLeastG+1e-3 && g[it.at[2]] < 0 {
			held[it.at[2]] = true
		}
	}
	return held
}

// standardErrors returns the covariances of the parameters, NaN where there are none.
func (f *irtFit) standardErrors() func(i, k int) float64 {
	inverse, dependent := linalg.InversePositive(f.info, 1e-12)
	held := f.atBound
	return func(i, k int) float64 {
		if len(inverse) == 0 || dependent >= 0 || held[i] || held[k] {
			return math.NaN()
		}
		return inverse[i][k]
	}
}

// gradient returns the penalised log likelihood at p and its gradient.
func (f *irtFit) gradient(p []float64) (logLik float64, g []float64) {
	logLik = f.expect(p, nil) + f.penalties(p)
	g = make([]float64, len(p))
	for j := range f.items {
		if it := &f.items[j]; it.kind != irtNone {
			_, at, _ := f.scores(j, f.local(j, p))
			for k, i := range it.at {
				g[i] += at[k]
			}
		}
	}
	return logLik, g
}

// observed returns the penalised log likelihood at p, its gradient and the
// observed information by Louis's identity:
//
//	I = E(complete information) - Σ persons (E(s s') - E(s) E(s)')
//
// with the scores s of the responses, and expectations over each person's
// ability.
func (f *irtFit) observed(p []float64) (logLik float64, g []float64, info [][]float64) {
	n, size, persons := len(f.nodes.theta), len(p), len(f.patterns)
	// Scores of each response: [item][category][parameter][node].
	score := make([][][][]float64, len(f.items))
	for j := range f.items {
		it := &f.items[j]
		if it.kind == irtNone {
			continue
		}
		var prob [][]float64
		prob, score[j] = it.curves(f.local(j, p), f.nodes.theta)
		for c := range prob {
			for _, d := range score[j][c] {
				vec.DivBlock(d, d, prob[c])
				for q := range d {
					if math.IsNaN(d[q]) || math.IsInf(d[q], 0) {
						d[q] = 0
					}
				}
			}
		}
	}
	weights, means := linalg.Matrix(n, persons), linalg.Matrix(size, persons)
	logLik = f.expect(p, func(i int, w []float64) {
		for q, v := range w {
			weights[q][i] = v * f.count[i]
		}
		for j, x := range f.patterns[i] {
			if x >= 0 && score[j] != nil {
				for k, at := range f.items[j].at {
					means[at][i] += vec.DotBlock(score[j][x][k], w)
				}
			}
		}
	}) + f.penalties(p)
	g, info = make([]float64, size), linalg.Zeros(size)
	f.complete(p, g, info)
	addLower(info, weightedGram(means, f.count), 1)
	// E(s s') from how often two responses come together at each ability.
	columns := f.columns()
	const batch = 8
	for from := 0; from < n; from += batch {
		parts := make([][][]float64, min(batch, n-from))
		linalg.Parallel(len(parts), func(b int) {
			parts[b] = f.together(from+b, size, score, columns, weights[from+b])
		})
		for _, part := range parts {
			addLower(info, part, -1)
		}
	}
	for a := range info {
		for b := range a {
			info[b][a] = info[a][b]
		}
	}
	return logLik, g, info
}

func addLower(a, b [][]float64, sign float64) {
	for i := range b {
		for k := 0; k <= i; k++ {
			a[i][k] += float64(sign * b[i][k])
		}
	}
}

// weightedGram returns Σ_i w_i x_ai x_bi for b <= a.
func weightedGram(x [][]float64, w []float64) [][]float64 {
	const chunk = 512
	out := linalg.Zeros(len(x))
	scaled := make([]float64, chunk)
	for from := 0; from < len(w); from += chunk {
		to := min(from+chunk, len(w))
		part := scaled[:to-from]
		for a := range x {
			vec.MulBlock(part, x[a][from:to], w[from:to])
			for b := 0; b <= a; b++ {
				out[a][b] += vec.DotBlock(part, x[b][from:to])
			}
		}
	}
	return out
}

// irtColumns are indicators of responses: the first is 1 for everybody, which
// stands for response 0 to every item; the others say which responses differ.
type irtColumns struct {
	x        [][]float64
	item     []int
	response []int // -1 for a missing one
}

func (f *irtFit) columns() (c irtColumns) {
	one := make([]float64, len(f.patterns))
	for i := range one {
		one[i] = 1
	}
	c.x, c.item, c.response = [][]float64{one}, []int{-1}, []int{0}
	for j := range f.items {
		if f.items[j].kind == irtNone {
			continue
		}
		for v := -1; v < f.items[j].cats; v++ {
			x, any := make([]float64, len(f.patterns)), false
			for i, row := range f.patterns {
				if row[j] == v {
					x[i], any = 1, true
				}
			}
			if v != 0 && any {
				c.x, c.item, c.response = append(c.x, x), append(c.item, j), append(c.response, v)
			}
		}
	}
	return c
}

// together returns Σ persons w s s' at node q, its lower half.
func (f *irtFit) together(q, size int, score [][][][]float64, c irtColumns, w []float64) [][]float64 {
	gram := weightedGram(c.x, w)
	// A person's score is that of response 0 to all items, and what the columns change.
	base, cross := make([]float64, size), make([]float64, size)
	for j := range f.items {
		for k, at := range f.items[j].at {
			base[at] += score[j][0][k][q]
		}
	}
	change := make([][]float64, len(c.x))
	for a := 1; a < len(c.x); a++ {
		j := c.item[a]
		for k, at := range f.items[j].at {
			v := -score[j][0][k][q]
			if c.response[a] > 0 {
				v += score[j][c.response[a]][k][q]
			}
			change[a] = append(change[a], v)
			cross[at] += float64(gram[a][0] * v)
		}
	}
	out := linalg.Zeros(size)
	for x := range size {
		for y := 0; y <= x; y++ {
			out[x][y] = float64(gram[0][0]*base[x]*base[y]) + float64(base[x]*cross[y]) + float64(cross[x]*base[y])
		}
	}
	for a := 1; a < len(c.x); a++ {
		for b := 1; b <= a; b++ {
			w := gram[a][b]
			if w == 0 {
				continue
			}
			for k, x := range f.items[c.item[a]].at {
				for l, y := range f.items[c.item[b]].at {
					v := float64(w * change[a][k] * change[b][l])
					out[max(x, y)][min(x, y)] += v
					// Both orders of two columns, where they meet in one place.
					if a != b && x == y {
						out[x][y] += v
					}
					if x != y && c.item[a] == c.item[b] && a == b {
						out[max(x, y)][min(x, y)] -= float64(v / 2)
					}
				}
			}
		}
	}
	return out
}

// complete adds the gradient of the expected complete likelihood, which is that
// of the marginal one, and its negative second derivatives.
func (f *irtFit) complete(p, g []float64, info [][]float64) {
	for j := range f.items {
		it := &f.items[j]
		if it.kind == irtNone {
			continue
		}
		local := f.local(j, p)
		_, at, _ := f.scores(j, local)
		for k, i := range it.at {
			g[i] += at[k]
		}
		for k := range local {
			const h = 1e-4
			up, down := slices.Clone(local), slices.Clone(local)
			up[k] += h
			down[k] -= h
			_, gu, _ := f.scores(j, up)
			_, gd, _ := f.scores(j, down)
			for l := range local {
				d := (gd[l] - gu[l]) / (2 * h)
				x, y := it.at[k], it.at[l]
				if x >= y {
					info[x][y] += d
				}
			}
		}
	}
}
