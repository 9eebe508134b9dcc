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
	weights, means := linalg.Matrix(persons, n), linalg.Matrix(size, persons)
	logLik = f.expect(p, func(i int, w []float64) {
		vec.MulConstBlock(weights[i], w, f.count[i])
		for j, x := range f.patterns[i] {
			if x >= 0 && score[j] != nil {
				for k, at := range f.items[j].at {
					if k > 0 && f.items[j].kind == irtGraded && k != x && k != x+1 {
						continue // a response depends on the steps beside it
					}
					means[at][i] += vec.DotBlock(score[j][x][k], w)
				}
			}
		}
	}) + f.penalties(p)
	g, info = make([]float64, size), linalg.Zeros(size)
	f.complete(p, g, info)
	addLower(info, weightedGram(means, f.count), 1)
	addLower(info, f.together(size, score, weights), -1)
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
